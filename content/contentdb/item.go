package contentdb

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"abilita/content"
	"abilita/internal/fault"
	"abilita/internal/pg"
)

// ErrNoItem is the answer for an item that was never in the bank.
var ErrNoItem = fault.New(fault.NotFound, "fault.not_found")

// BankItem is an item of the bank as it stands in the newest release that holds it.
type BankItem struct {
	ID        int64  `json:"-"`
	Programme string `json:"-"`
	Lang      string `json:"-"`
	Line      string `json:"-"` // code
	Release   int64  `db:"release_id" json:"-"`

	Bank     string            `json:"bank"` // id of the file
	Item     string            `json:"item"` // its id there
	Hash     string            `json:"hash"` // of the file
	Place    int               `json:"place"`
	Module   string            `json:"module"`
	Level    string            `json:"level"`
	Type     string            `json:"type"`
	Critical bool              `json:"critical"`
	Tags     pq.StringArray    `json:"tags"`
	State    content.ItemState `json:"state"`
	Retired  string            `json:"retired"` // why
	Stem     string            `json:"stem"`
	Words    string            `db:"-" json:"words"` // all that is searched; written only
}

const itemColumns = `i.id, i.programme, i.lang, i.line, i.release_id, i.bank, i.item, i.hash, i.place, i.module, i.level, i.type, i.critical, i.tags, i.state, i.retired, i.stem`

// Bank is the items of one release of a programme.
type Bank struct {
	Programme, Lang, Line string
	Release               int64
	Form                  int // of the rows: rows of another form are made again
	Items                 []BankItem
}

// SaveBank puts the items of a release in the place of those of the release before;
// what was there and is no more, is gone. The programme must be locked.
func (s Store) SaveBank(ctx context.Context, b Bank) error {
	const save = `INSERT INTO bank_item (programme, lang, line, release_id, bank, item, hash, place, module, level, type, critical, tags, state, retired, stem, words)
		SELECT $1, $2, $3, $4, r.bank, r.item, r.hash, r.place, r.module, r.level, r.type, r.critical, coalesce(r.tags, '{}'), r.state, r.retired, r.stem, r.words
		FROM jsonb_to_recordset($5) AS r (bank text, item text, hash text, place int, module text, level text, type text, critical boolean, tags text[], state text, retired text, stem text, words text)
		ON CONFLICT ON CONSTRAINT bank_item_key DO UPDATE SET line = excluded.line, release_id = excluded.release_id, hash = excluded.hash, place = excluded.place, module = excluded.module,
			level = excluded.level, type = excluded.type, critical = excluded.critical, tags = excluded.tags, state = excluded.state, retired = excluded.retired, stem = excluded.stem, words = excluded.words`
	const gone = `UPDATE bank_item SET state = 'gone' WHERE programme = $1 AND lang = $2 AND release_id <> $3 AND state <> 'gone'`
	const source = `INSERT INTO bank_item_source (programme, lang, release_id, form) VALUES ($1, $2, $3, $4)
		ON CONFLICT (programme, lang) DO UPDATE SET release_id = excluded.release_id, form = excluded.form`
	if _, err := s.q.ExecContext(ctx, save, b.Programme, b.Lang, b.Line, b.Release, pg.AsJSON(b.Items)); err != nil {
		return fmt.Errorf("save bank of %s: %w", b.Programme, err)
	}
	if _, err := s.q.ExecContext(ctx, gone, b.Programme, b.Lang, b.Release); err != nil {
		return fmt.Errorf("mark what is gone from %s: %w", b.Programme, err)
	}
	if _, err := s.q.ExecContext(ctx, source, b.Programme, b.Lang, b.Release, b.Form); err != nil {
		return fmt.Errorf("note source of the bank of %s: %w", b.Programme, err)
	}
	return nil
}

// Unbanked lists the newest releases whose items are not in the bank yet, or only in
// another form.
func (s Store) Unbanked(ctx context.Context, form int) ([]Release, error) {
	var list []Release
	err := s.q.SelectContext(ctx, &list, `SELECT `+releaseColumns+` FROM release r WHERE NOT EXISTS (SELECT 1 FROM release n WHERE n.programme = r.programme AND n.lang = r.lang AND n.id > r.id)
		AND NOT EXISTS (SELECT 1 FROM bank_item_source s WHERE s.programme = r.programme AND s.lang = r.lang AND s.release_id = r.id AND s.form = $1) ORDER BY r.id`, form)
	return list, err
}

// ItemFilter narrows a look at the bank. Empty fields do not, but what is gone is
// shown only to who asks for that state.
type ItemFilter struct {
	Lines     []string // codes of the lines that may be seen: always counts
	Programme string
	Lang      string
	Bank      string
	Module    string
	Level     string
	Type      string
	Tag       string
	State     content.ItemState
	Critical  bool // only critical ones
	Words     string
}

// itemsWhere is an ItemFilter in SQL: $1 to $11. Words that say nothing (only "e",
// "il") narrow nothing.
const itemsWhere = ` FROM bank_item i WHERE i.line = any($1) AND ($2 = '' OR i.programme = $2) AND ($3 = '' OR i.lang = $3) AND ($4 = '' OR i.bank = $4) AND ($5 = '' OR i.module = $5)
	AND ($6 = '' OR i.level = $6) AND ($7 = '' OR i.type = $7) AND ($8 = '' OR $8 = any(i.tags)) AND ($9 = '' AND i.state <> 'gone' OR i.state = $9) AND (NOT $10 OR i.critical)
	AND ($11 = '' OR i.lang = 'it' AND (item_vector(i.lang, i.words) @@ item_query('it', $11) OR numnode(item_query('it', $11)) = 0)
		OR i.lang = 'en' AND (item_vector(i.lang, i.words) @@ item_query('en', $11) OR numnode(item_query('en', $11)) = 0))`

func (f ItemFilter) args() []any {
	return []any{pq.StringArray(f.Lines), f.Programme, f.Lang, f.Bank, f.Module, f.Level, f.Type, f.Tag, string(f.State), f.Critical, f.Words}
}

// Items lists items of the bank by programme, file and place in it, from the one
// behind after (0: the first), at most limit.
func (s Store) Items(ctx context.Context, f ItemFilter, after int64, limit int) ([]BankItem, error) {
	const query = `SELECT ` + itemColumns + itemsWhere + ` AND ($12::bigint = 0 OR (i.line, i.programme, i.lang, i.bank, i.place, i.id) > (SELECT a.line, a.programme, a.lang, a.bank, a.place, a.id FROM bank_item a WHERE a.id = $12))
		ORDER BY i.line, i.programme, i.lang, i.bank, i.place, i.id LIMIT $13`
	var list []BankItem
	err := s.q.SelectContext(ctx, &list, query, append(f.args(), after, limit)...)
	if err != nil {
		return nil, fmt.Errorf("look into the bank: %w", err)
	}
	return list, nil
}

// CountItems counts what Items lists.
func (s Store) CountItems(ctx context.Context, f ItemFilter) (n int, err error) {
	err = s.q.GetContext(ctx, &n, `SELECT count(*)`+itemsWhere, f.args()...)
	return n, err
}

// ItemShelf is a file of items in the bank.
type ItemShelf struct {
	Programme, Lang, Line, Bank string
	Release                     int64 `db:"release_id"` // the newest with an item of it
	Items                       int
}

// Shelves lists the files with items on some lines (codes).
func (s Store) Shelves(ctx context.Context, lines []string) ([]ItemShelf, error) {
	var list []ItemShelf
	err := s.q.SelectContext(ctx, &list, `SELECT programme, lang, line, bank, max(release_id) AS release_id, count(*) AS items FROM bank_item WHERE line = any($1)
		GROUP BY line, programme, lang, bank ORDER BY line, programme, lang DESC, bank`, pq.StringArray(lines))
	return list, err
}

// Tags lists the tags in use on some lines (codes), each once.
func (s Store) Tags(ctx context.Context, lines []string) ([]string, error) {
	var list []string
	err := s.q.SelectContext(ctx, &list, `SELECT DISTINCT t.tag FROM bank_item i CROSS JOIN LATERAL unnest(i.tags) t (tag) WHERE i.line = any($1) ORDER BY 1`, pq.StringArray(lines))
	return list, err
}

// Item reads one of the items on some lines (codes); any other does not exist.
func (s Store) Item(ctx context.Context, lines []string, id int64) (BankItem, error) {
	var i BankItem
	err := s.q.GetContext(ctx, &i, `SELECT `+itemColumns+` FROM bank_item i WHERE i.line = any($1) AND i.id = $2`, pq.StringArray(lines), id)
	return i, pg.Map(err, ErrNoItem, nil)
}

// Edition is a version of one file with the release that brought it.
type Edition struct {
	Release
	By      string // who published it; empty: the program, or somebody who was erased
	Version string // of the file
	Source  string // "": the release lacks the file
	File    string // hash; "": the release lacks the file
}

// Editions lists the releases of a programme in which a quiz file changed, came or
// went, the newest first.
func (s Store) Editions(ctx context.Context, programme, lang, key string) ([]Edition, error) {
	const query = `SELECT e.id, e.programme, e.lang, e.hash, e.impact, e.due_at, e.note, e.published_at, e.title, e.by, coalesce(v.version, '') AS version, coalesce(v.source, '') AS source, e.file
		FROM (SELECT ` + releaseColumns + `, coalesce(n.given_name || ' ' || n.family_name, '') AS by, coalesce(p.hash, '') AS file, lag(coalesce(p.hash, ''), 1, '') OVER (ORDER BY r.id) AS before
			FROM release r LEFT JOIN release_part p ON p.release_id = r.id AND p.kind = 'quiz' AND p.key = $3 LEFT JOIN identity n ON n.person_id = r.published_by
			WHERE r.programme = $1 AND r.lang = $2) e LEFT JOIN content_version v ON v.hash = e.file
		WHERE e.file <> e.before ORDER BY e.id DESC`
	var list []Edition
	err := s.q.SelectContext(ctx, &list, query, programme, lang, key)
	if err != nil {
		return nil, fmt.Errorf("read editions of %s: %w", key, err)
	}
	return list, nil
}

// LivingDraft is the draft of a programme in a language that somebody works on,
// ErrNoContent when there is none.
func (s Store) LivingDraft(ctx context.Context, programme, lang string) (Draft, error) {
	var d Draft
	err := s.q.GetContext(ctx, &d, `SELECT `+draftColumns+` FROM draft d WHERE d.programme = $1 AND d.lang = $2 AND d.state IN ('open', 'review', 'approved')`, programme, lang)
	return d, pg.Map(err, ErrNoContent, nil)
}
