// Package contentdb is the SQL of published content: immutable versions by
// hash, and releases that bind a programme to the exact version of its parts.
package contentdb

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Store reads and writes through one Q, usually a transaction.
type Store struct{ q pg.Q }

// New makes a store on q.
func New(q pg.Q) Store { return Store{q} }

// ErrNoContent is the answer for content that was never published.
var ErrNoContent = fault.New(fault.NotFound, "fault.not_found")

// Version is one published version of a file.
type Version struct {
	Hash        string
	Pack        string
	Kind        string
	Key         string
	Lang        string
	Version     string
	Title       string
	Path        string
	Source      string
	HTML        string
	Outline     pg.JSON[[]Heading]
	Minutes     int
	PublishedAt time.Time `db:"published_at"`
}

// Heading is an entry of the outline of a module.
type Heading struct {
	Level int    `json:"level"`
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Release is a programme with the exact version of its parts.
type Release struct {
	ID          int64
	Programme   string
	Lang        string
	Hash        string
	Impact      string
	DueAt       *time.Time `db:"due_at"`
	Note        string
	PublishedAt time.Time `db:"published_at"`
	Title       string    // of the programme
}

// Part is one file of a release.
type Part struct {
	Kind    string
	Key     string
	Hash    string
	Changed bool
}

// AddVersion stores a version; the same bytes again change nothing.
func (s Store) AddVersion(ctx context.Context, v Version, by people.ID, now time.Time) error {
	const query = `INSERT INTO content_version (hash, pack, kind, key, lang, version, title, path, source, html, outline, minutes, published_at, published_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, nullif($14, 0)) ON CONFLICT (hash) DO NOTHING`
	_, err := s.q.ExecContext(ctx, query, v.Hash, v.Pack, v.Kind, v.Key, v.Lang, v.Version, v.Title, v.Path, v.Source, v.HTML, v.Outline, v.Minutes, now, int64(by))
	if err != nil {
		return fmt.Errorf("add version of %s: %w", v.Path, err)
	}
	return nil
}

// AddRelease stores a release with its parts.
func (s Store) AddRelease(ctx context.Context, r Release, parts []Part, by people.ID, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO release (programme, lang, hash, impact, due_at, note, published_at, published_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, 0)) RETURNING id`, r.Programme, r.Lang, r.Hash, r.Impact, r.DueAt, r.Note, now, int64(by))
	if err != nil {
		return 0, fmt.Errorf("add release: %w", err)
	}
	for _, p := range parts {
		_, err := s.q.ExecContext(ctx, `INSERT INTO release_part (release_id, kind, key, hash, changed) VALUES ($1, $2, $3, $4, $5)`, id, p.Kind, p.Key, p.Hash, p.Changed)
		if err != nil {
			return 0, fmt.Errorf("add part %s: %w", p.Key, err)
		}
	}
	return id, nil
}

const releaseColumns = `r.id, r.programme, r.lang, r.hash, r.impact, r.due_at, r.note, r.published_at,
	(SELECT v.title FROM content_version v WHERE v.hash = r.hash) AS title`

// Release reads one.
func (s Store) Release(ctx context.Context, id int64) (Release, error) {
	var r Release
	err := s.q.GetContext(ctx, &r, `SELECT `+releaseColumns+` FROM release r WHERE r.id = $1`, id)
	return r, pg.Map(err, ErrNoContent, nil)
}

// Current reads the newest release of a programme in a language.
func (s Store) Current(ctx context.Context, programme, lang string) (Release, error) {
	var r Release
	err := s.q.GetContext(ctx, &r, `SELECT `+releaseColumns+` FROM release r WHERE r.programme = $1 AND r.lang = $2 ORDER BY r.id DESC LIMIT 1`, programme, lang)
	return r, pg.Map(err, ErrNoContent, nil)
}

// Programmes lists the newest release of every programme, Italian first.
func (s Store) Programmes(ctx context.Context) ([]Release, error) {
	var list []Release
	err := s.q.SelectContext(ctx, &list, `SELECT DISTINCT ON (r.programme, r.lang) `+releaseColumns+` FROM release r ORDER BY r.programme, r.lang DESC, r.id DESC`)
	return list, err
}

// Parts lists the parts of a release.
func (s Store) Parts(ctx context.Context, release int64) ([]Part, error) {
	var list []Part
	err := s.q.SelectContext(ctx, &list, `SELECT kind, key, hash, changed FROM release_part WHERE release_id = $1 ORDER BY kind, key`, release)
	return list, err
}

const versionColumns = `v.hash, v.pack, v.kind, v.key, v.lang, v.version, v.title, v.path, v.source, v.html, v.outline, v.minutes, v.published_at`

// Sources reads every file of a release, the programme too.
func (s Store) Sources(ctx context.Context, release int64) ([]Version, error) {
	var list []Version
	err := s.q.SelectContext(ctx, &list, `SELECT `+versionColumns+` FROM content_version v WHERE v.hash IN (
		SELECT hash FROM release WHERE id = $1 UNION SELECT hash FROM release_part WHERE release_id = $1) ORDER BY v.path`, release)
	return list, err
}

// Version reads one version.
func (s Store) Version(ctx context.Context, hash string) (Version, error) {
	var v Version
	err := s.q.GetContext(ctx, &v, `SELECT `+versionColumns+` FROM content_version v WHERE v.hash = $1`, hash)
	return v, pg.Map(err, ErrNoContent, nil)
}

// ReleaseWith finds a release that holds a version.
func (s Store) ReleaseWith(ctx context.Context, hash string) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `SELECT release_id FROM release_part WHERE hash = $1 ORDER BY release_id LIMIT 1`, hash)
	return id, pg.Map(err, ErrNoContent, nil)
}
