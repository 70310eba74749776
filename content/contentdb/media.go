package contentdb

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"abilita/content"
	"abilita/content/media"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Blob is a medium by its bytes, wherever it is named.
type Blob struct {
	Hash          string
	Kind          media.Kind
	Type          string
	Bytes         int64
	Width, Height int
}

// PutBlob notes that the bytes of a medium were put into the store now.
func (s Store) PutBlob(ctx context.Context, b Blob, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO media_blob (hash, kind, type, bytes, width, height, made_at, put_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
		ON CONFLICT ON CONSTRAINT media_blob_key DO UPDATE SET put_at = excluded.put_at`, b.Hash, string(b.Kind), b.Type, b.Bytes, b.Width, b.Height, now)
	if err != nil {
		return fmt.Errorf("note blob %s: %w", b.Hash, err)
	}
	return nil
}

// PutNarrow notes a narrower form of a picture.
func (s Store) PutNarrow(ctx context.Context, of string, n content.Narrow) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO media_narrow (of_hash, width, height, hash) VALUES ($1, $2, $3, $4) ON CONFLICT ON CONSTRAINT media_narrow_key DO NOTHING`, of, n.Width, n.Height, n.Hash)
	if err != nil {
		return fmt.Errorf("note a form of %s: %w", of, err)
	}
	return nil
}

// Blob reads one; width asks for a narrower form of a picture, 0 for itself.
func (s Store) Blob(ctx context.Context, hash string, width int) (Blob, error) {
	const query = `SELECT b.hash, b.kind, b.type, b.bytes, b.width, b.height FROM media_blob b
		WHERE b.hash = CASE $2::int WHEN 0 THEN $1 ELSE (SELECT n.hash FROM media_narrow n WHERE n.of_hash = $1 AND n.width = $2) END`
	var b Blob
	err := s.q.GetContext(ctx, &b, query, hash, width)
	return b, pg.Map(err, ErrNoContent, nil)
}

type mediumRow struct {
	Path string
	Blob
	Narrow pg.JSON[[]content.Narrow]
}

const mediumColumns = `b.hash, b.kind, b.type, b.bytes, b.width, b.height, coalesce((SELECT jsonb_agg(jsonb_build_object('Width', n.width, 'Height', n.height, 'Hash', n.hash) ORDER BY n.width)
		FROM media_narrow n WHERE n.of_hash = b.hash), '[]') AS narrow`

func (r mediumRow) medium() content.Medium {
	return content.Medium{
		Path: r.Path, Info: media.Info{Kind: r.Kind, Type: r.Type, Width: r.Width, Height: r.Height, Normal: true}, Size: r.Bytes, Hash: r.Hash, Smaller: r.Narrow.V,
	}
}

// ReleaseMedia lists the media of a release, by path within its language.
func (s Store) ReleaseMedia(ctx context.Context, release int64) ([]content.Medium, error) {
	var rows []mediumRow
	err := s.q.SelectContext(ctx, &rows, `SELECT m.path, `+mediumColumns+` FROM release_media m JOIN media_blob b ON b.hash = m.hash WHERE m.release_id = $1 ORDER BY m.path`, release)
	list := make([]content.Medium, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.medium())
	}
	return list, err
}

// AddReleaseMedia binds media to a release.
func (s Store) AddReleaseMedia(ctx context.Context, release int64, list []content.Medium) error {
	for _, m := range list {
		if _, err := s.q.ExecContext(ctx, `INSERT INTO release_media (release_id, path, hash) VALUES ($1, $2, $3)`, release, m.Path, m.Hash); err != nil {
			return fmt.Errorf("add medium %s: %w", m.Path, err)
		}
	}
	return nil
}

// MediaReused finds a path that a published module names already with another
// content: the page of a version never changes. "" is none.
func (s Store) MediaReused(ctx context.Context, module string, list []content.Medium) (string, error) {
	paths, hashes := pq.StringArray{}, pq.StringArray{}
	for _, m := range list {
		paths, hashes = append(paths, m.Path), append(hashes, m.Hash)
	}
	var path string
	err := s.q.GetContext(ctx, &path, `SELECT coalesce(min(m.path), '') FROM release_part p JOIN release_media m ON m.release_id = p.release_id
		JOIN unnest($2::text[], $3::text[]) AS new (path, hash) ON new.path = m.path AND new.hash <> m.hash WHERE p.hash = $1`, module, paths, hashes)
	return path, err
}

// MediaTaken tells whether a path was published in a programme with another content.
func (s Store) MediaTaken(ctx context.Context, programme, lang, path, hash string) (bool, error) {
	var taken bool
	err := s.q.GetContext(ctx, &taken, `SELECT EXISTS (SELECT 1 FROM release_media m JOIN release r ON r.id = m.release_id
		WHERE r.programme = $1 AND r.lang = $2 AND m.path = $3 AND m.hash <> $4)`, programme, lang, path, hash)
	return taken, err
}

// DraftMedium is a medium as somebody left it in a draft.
type DraftMedium struct {
	content.WrittenMedium
	Words    string
	AuthorID people.ID
}

// DraftMedia lists what differs in a draft, by path within its language.
func (s Store) DraftMedia(ctx context.Context, draft int64) ([]DraftMedium, error) {
	var rows []struct {
		mediumRow
		Words    string
		Removed  bool
		BaseHash string    `db:"base_hash"`
		AuthorID people.ID `db:"author_id"`
	}
	err := s.q.SelectContext(ctx, &rows, `SELECT m.path, m.words, m.removed, m.base_hash, m.author_id, `+mediumColumns+`
		FROM draft_media m JOIN media_blob b ON b.hash = m.hash WHERE m.draft_id = $1 ORDER BY m.path`, draft)
	list := make([]DraftMedium, 0, len(rows))
	for _, r := range rows {
		list = append(list, DraftMedium{content.WrittenMedium{Medium: r.medium(), Removed: r.Removed, Base: r.BaseHash}, r.Words, r.AuthorID})
	}
	return list, err
}

// SaveDraftMedium stores a medium of a draft that is locked, in the place of what
// stood under its path there, and counts who did it as an author of the draft.
func (s Store) SaveDraftMedium(ctx context.Context, draft int64, m DraftMedium, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO draft_media (draft_id, path, hash, words, removed, base_hash, author_id, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT ON CONSTRAINT draft_media_key DO UPDATE SET hash = excluded.hash, words = excluded.words, removed = excluded.removed, base_hash = excluded.base_hash,
			author_id = excluded.author_id, updated_at = excluded.updated_at`, draft, m.Path, m.Hash, m.Words, m.Removed, m.Base, int64(m.AuthorID), now)
	if err != nil {
		return fmt.Errorf("save medium of draft %d: %w", draft, err)
	}
	return s.touchDraft(ctx, draft, m.AuthorID, now)
}

// DropDraftMedium takes what differs under a path back: the release's stands again.
func (s Store) DropDraftMedium(ctx context.Context, draft int64, path string, by people.ID, now time.Time) error {
	if _, err := s.q.ExecContext(ctx, `DELETE FROM draft_media WHERE draft_id = $1 AND path = $2`, draft, path); err != nil {
		return fmt.Errorf("drop medium of draft %d: %w", draft, err)
	}
	return s.touchDraft(ctx, draft, by, now)
}

// MediaLearnt tells whether somebody was ever enrolled in a programme that has a
// release with a medium, in any language.
func (s Store) MediaLearnt(ctx context.Context, hash string, person people.ID) (bool, error) {
	var yes bool
	err := s.q.GetContext(ctx, &yes, `SELECT EXISTS (SELECT 1 FROM release_media m JOIN release r ON r.id = m.release_id
		JOIN release own ON own.programme = r.programme JOIN enrolment e ON e.release_id = own.id WHERE m.hash = $1 AND e.person_id = $2)`, hash, int64(person))
	return yes, err
}

// MediaOf lists where a medium is named: the lines of drafts, and the newest
// release of each programme and language that has it.
func (s Store) MediaOf(ctx context.Context, hash string) (lines, releases []int64, err error) {
	if err := s.q.SelectContext(ctx, &lines, `SELECT DISTINCT d.line_id FROM draft_media m JOIN draft d ON d.id = m.draft_id WHERE m.hash = $1 ORDER BY 1`, hash); err != nil {
		return nil, nil, err
	}
	err = s.q.SelectContext(ctx, &releases, `SELECT max(r.id) FROM release_media m JOIN release r ON r.id = m.release_id WHERE m.hash = $1 GROUP BY r.programme, r.lang ORDER BY 1`, hash)
	return lines, releases, err
}

// MediaPath is a path under which a medium is named, the newest.
func (s Store) MediaPath(ctx context.Context, hash string) (string, error) {
	var path string
	err := s.q.GetContext(ctx, &path, `SELECT path FROM (SELECT m.path, r.published_at AS at FROM release_media m JOIN release r ON r.id = m.release_id WHERE m.hash = $1
		UNION ALL SELECT m.path, m.updated_at FROM draft_media m WHERE m.hash = $1) AS named ORDER BY at DESC, path LIMIT 1`, hash)
	return path, pg.Map(err, ErrNoContent, nil)
}

// ForgetDraftMedia takes the media of drafts away that were discarded or published
// before an instant; their texts stay.
func (s Store) ForgetDraftMedia(ctx context.Context, before time.Time) (int64, error) {
	r, err := s.q.ExecContext(ctx, `DELETE FROM draft_media m USING draft d WHERE d.id = m.draft_id AND d.state IN ('discarded', 'published') AND d.updated_at < $1`, before)
	if err != nil {
		return 0, fmt.Errorf("forget media of drafts: %w", err)
	}
	return r.RowsAffected()
}

// SweepBlobs deletes the rows of media that nothing names and that were put
// before an instant, and returns the hashes whose bytes nothing needs any more.
func (s Store) SweepBlobs(ctx context.Context, before time.Time) ([]string, error) {
	const named = `EXISTS (SELECT 1 FROM draft_media m WHERE m.hash = b.hash) OR EXISTS (SELECT 1 FROM release_media m WHERE m.hash = b.hash)`
	if _, err := s.q.ExecContext(ctx, `DELETE FROM media_narrow n USING media_blob b WHERE b.hash = n.of_hash AND b.put_at < $1 AND NOT (`+named+`)`, before); err != nil {
		return nil, fmt.Errorf("sweep forms of pictures: %w", err)
	}
	var gone []string
	err := s.q.SelectContext(ctx, &gone, `DELETE FROM media_blob b WHERE b.put_at < $1 AND NOT (`+named+`) AND NOT EXISTS (SELECT 1 FROM media_narrow n WHERE b.hash IN (n.hash, n.of_hash)) RETURNING b.hash`, before)
	return gone, err
}

// NamedBlobs lists every medium that a draft or release names, and the narrower
// forms of those, by hash.
func (s Store) NamedBlobs(ctx context.Context) ([]Blob, error) {
	var list []Blob
	err := s.q.SelectContext(ctx, &list, `SELECT b.hash, b.kind, b.type, b.bytes, b.width, b.height FROM media_blob b WHERE b.hash IN (
		SELECT m.hash FROM draft_media m UNION SELECT m.hash FROM release_media m UNION SELECT n.hash FROM media_narrow n WHERE n.of_hash IN (SELECT m.hash FROM draft_media m UNION SELECT m.hash FROM release_media m)) ORDER BY b.hash`)
	return list, err
}
