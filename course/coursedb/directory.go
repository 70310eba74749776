package coursedb

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// DirectoryEntry is the number of a help service that texts name in braces.
type DirectoryEntry struct {
	LineID    int64 `db:"line_id"`
	Key       string
	Name      string // empty: the usual one
	Number    string // empty: none
	Note      string
	CheckedOn *time.Time `db:"checked_on"` // the last day on which a person called it; nil: nobody yet
	Checker   string     // name of that person
	Version   int        // 0: not stored yet
}

// DirectoryKeys are the services that texts may name, in the order of the page.
var DirectoryKeys = []string{"emergency", "listening", "children", "supervisor"}

// Entries lists the directory of a line, every key once; lock takes the line.
func (s Store) Entries(ctx context.Context, line int64, lock bool) ([]DirectoryEntry, error) {
	if lock {
		var id int64
		if err := s.q.GetContext(ctx, &id, `SELECT id FROM line WHERE id = $1 FOR UPDATE`, line); err != nil {
			return nil, pg.Map(err, ErrNotFound, nil)
		}
	}
	var list []DirectoryEntry
	err := s.q.SelectContext(ctx, &list, `SELECT $1::bigint AS line_id, k.key, coalesce(d.name, '') AS name, coalesce(d.number, '') AS number, coalesce(d.note, '') AS note,
			d.checked_on, coalesce(trim(i.given_name || ' ' || i.family_name), '') AS checker, coalesce(d.version, 0) AS version
		FROM unnest($2::text[]) WITH ORDINALITY k (key, place) LEFT JOIN line_directory d ON d.line_id = $1 AND d.key = k.key LEFT JOIN identity i ON i.person_id = d.checked_by
		ORDER BY k.place`, line, DirectoryKeys)
	return list, pg.Map(err, nil, nil)
}

// SaveEntry writes an entry if nobody did since e.Version, with who checked it
// when checker is not 0; ErrChanged when somebody did.
func (s Store) SaveEntry(ctx context.Context, e DirectoryEntry, checker people.ID) error {
	const query = `INSERT INTO line_directory (line_id, key, name, number, note, checked_on, checked_by) VALUES ($1, $2, $3, $4, $5, $6, nullif($7, 0))
		ON CONFLICT (line_id, key) DO UPDATE SET name = excluded.name, number = excluded.number, note = excluded.note, checked_on = excluded.checked_on,
			checked_by = CASE WHEN $7 <> 0 OR excluded.checked_on IS NULL THEN excluded.checked_by ELSE line_directory.checked_by END, version = line_directory.version + 1
		WHERE line_directory.version = $8 RETURNING version`
	var version int
	return pg.Map(s.q.GetContext(ctx, &version, query, e.LineID, e.Key, e.Name, e.Number, e.Note, e.CheckedOn, int64(checker), e.Version), ErrChanged, nil)
}

// Unchecked lists the lines in reach with a number that nobody has checked since
// a day, by name.
func (s Store) Unchecked(ctx context.Context, reach people.Reach, since time.Time) ([]Line, error) {
	var list []Line
	err := s.q.SelectContext(ctx, &list, `SELECT `+lineColumns+` FROM line l WHERE ($1 OR l.id = any($2))
		AND EXISTS (SELECT 1 FROM line_directory d WHERE d.line_id = l.id AND d.number <> '' AND (d.checked_on IS NULL OR d.checked_on < $3)) ORDER BY l.name, l.id`,
		reach.All, reach.Lines, since)
	return list, pg.Map(err, nil, nil)
}
