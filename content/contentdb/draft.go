package contentdb

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"abilita/content"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Faults of drafts in store.
var (
	ErrDraftExists  = fault.New(fault.Conflict, "draft.exists")
	ErrDraftChanged = fault.New(fault.Conflict, "fault.changed_meanwhile")
)

// Draft is a programme that is being written in one language.
type Draft struct {
	ID        int64
	Pack      string
	Programme string
	Lang      string
	LineID    int64  `db:"line_id"`
	BaseID    *int64 `db:"base_id"`
	State     content.DraftState
	AuthorID  people.ID `db:"author_id"`
	ReleaseID *int64    `db:"release_id"`
	Version   int
	OpenedAt  time.Time     `db:"opened_at"`
	UpdatedAt time.Time     `db:"updated_at"`
	Authors   pq.Int64Array // everybody who wrote in it
	Files     int           // that differ from the release it starts from
}

// Wrote tells whether somebody ever wrote in the draft.
func (d Draft) Wrote(who people.ID) bool {
	for _, a := range d.Authors {
		if people.ID(a) == who {
			return true
		}
	}
	return false
}

const draftColumns = `d.id, d.pack, d.programme, d.lang, d.line_id, d.base_id, d.state, d.author_id, d.release_id, d.version, d.opened_at, d.updated_at,
	ARRAY(SELECT a.author_id FROM draft_author a WHERE a.draft_id = d.id ORDER BY 1) AS authors, (SELECT count(*) FROM draft_file f WHERE f.draft_id = d.id) AS files`

// AddDraft opens a draft; ErrDraftExists when the programme has one.
func (s Store) AddDraft(ctx context.Context, d Draft, now time.Time) (int64, error) {
	const query = `INSERT INTO draft (pack, programme, lang, line_id, base_id, author_id, opened_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id`
	var id int64
	err := s.q.GetContext(ctx, &id, query, d.Pack, d.Programme, d.Lang, d.LineID, d.BaseID, int64(d.AuthorID), now)
	return id, pg.Map(err, nil, map[string]error{"draft_living_key": ErrDraftExists})
}

// Draft reads one. Locked, nobody else moves it or writes in it meanwhile.
func (s Store) Draft(ctx context.Context, id int64, lock bool) (Draft, error) {
	query := `SELECT ` + draftColumns + ` FROM draft d WHERE d.id = $1`
	if lock {
		query += ` FOR NO KEY UPDATE OF d`
	}
	var d Draft
	err := s.q.GetContext(ctx, &d, query, id)
	return d, pg.Map(err, ErrNoContent, nil)
}

// Drafts lists the drafts of some lines that somebody works on, the latest first.
func (s Store) Drafts(ctx context.Context, lines []int64) ([]Draft, error) {
	var list []Draft
	err := s.q.SelectContext(ctx, &list, `SELECT `+draftColumns+` FROM draft d WHERE d.line_id = any($1) AND d.state IN ('open', 'review', 'approved') ORDER BY d.updated_at DESC, d.id DESC`, pq.Int64Array(lines))
	return list, err
}

// WaitingDraft is a draft that waits for somebody.
type WaitingDraft struct {
	ID    int64
	State content.DraftState // in review: to be read; approved: to be published
	Title string
	Line  string
	Lang  string
	Since time.Time
}

// Waiting lists the drafts in review within read that the person did not write, and
// the approved ones within publish, the longest wait first.
func (s Store) Waiting(ctx context.Context, who people.ID, read, publish people.Reach) ([]WaitingDraft, error) {
	const query = `SELECT d.id, d.state, d.lang, d.updated_at AS since, l.name AS line,
		coalesce((SELECT v.title FROM release r JOIN content_version v ON v.hash = r.hash WHERE r.programme = d.programme AND r.lang = d.lang ORDER BY r.id DESC LIMIT 1), d.programme) AS title
		FROM draft d JOIN line l ON l.id = d.line_id
		WHERE d.state = 'review' AND NOT EXISTS (SELECT 1 FROM draft_author a WHERE a.draft_id = d.id AND a.author_id = $1)
			AND ($2 OR d.line_id = any($3) OR EXISTS (SELECT 1 FROM cohort c WHERE c.line_id = d.line_id AND c.id = any($4)))
		OR d.state = 'approved' AND ($5 OR d.line_id = any($6))
		ORDER BY d.updated_at, d.id`
	var list []WaitingDraft
	err := s.q.SelectContext(ctx, &list, query, int64(who), read.All, pq.Int64Array(read.Lines), pq.Int64Array(read.Cohorts), publish.All, pq.Int64Array(publish.Lines))
	return list, err
}

// MoveDraft stores the next state of a draft that is locked, and what it became.
func (s Store) MoveDraft(ctx context.Context, id int64, to content.DraftState, release *int64, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE draft SET state = $2, release_id = $3, updated_at = $4, version = version + 1 WHERE id = $1`, id, string(to), release, now)
	if err != nil {
		return fmt.Errorf("move draft %d: %w", id, err)
	}
	return nil
}

// RebaseDraft lets a draft start from another release.
func (s Store) RebaseDraft(ctx context.Context, id, base int64, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE draft SET base_id = $2, updated_at = $3, version = version + 1 WHERE id = $1`, id, base, now)
	if err != nil {
		return fmt.Errorf("rebase draft %d: %w", id, err)
	}
	return nil
}

// DraftFile is a file as somebody left it in a draft.
type DraftFile struct {
	Path      string
	Kind      content.Kind
	Body      string
	Removed   bool
	BaseHash  string    `db:"base_hash"`
	AuthorID  people.ID `db:"author_id"`
	Author    string
	Version   int
	UpdatedAt time.Time `db:"updated_at"`
}

// Written is the file as the rules take it.
func (f DraftFile) Written() content.Written {
	return content.Written{Path: f.Path, Body: f.Body, Removed: f.Removed, Base: f.BaseHash}
}

// DraftFiles lists what was written in a draft, by path.
func (s Store) DraftFiles(ctx context.Context, draft int64) ([]DraftFile, error) {
	var list []DraftFile
	err := s.q.SelectContext(ctx, &list, `SELECT f.path, f.kind, f.body, f.removed, f.base_hash, f.author_id, coalesce(i.given_name || ' ' || i.family_name, '') AS author, f.version, f.updated_at
		FROM draft_file f LEFT JOIN identity i ON i.person_id = f.author_id WHERE f.draft_id = $1 ORDER BY f.path`, draft)
	return list, err
}

// SaveDraftFile stores a file over the version it was read in, 0 for one that
// nobody has written yet; ErrDraftChanged when somebody else was first. It
// returns the version it has now.
func (s Store) SaveDraftFile(ctx context.Context, draft int64, f DraftFile, now time.Time) (int, error) {
	const first = `INSERT INTO draft_file (draft_id, path, kind, body, removed, base_hash, author_id, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT ON CONSTRAINT draft_file_key DO NOTHING RETURNING version`
	const later = `UPDATE draft_file SET body = $3, removed = $4, base_hash = $5, author_id = $6, updated_at = $7, version = version + 1
		WHERE draft_id = $1 AND path = $2 AND version = $8 RETURNING version`
	var version int
	var err error
	if f.Version == 0 {
		err = s.q.GetContext(ctx, &version, first, draft, f.Path, string(f.Kind), f.Body, f.Removed, f.BaseHash, int64(f.AuthorID), now)
	} else {
		err = s.q.GetContext(ctx, &version, later, draft, f.Path, f.Body, f.Removed, f.BaseHash, int64(f.AuthorID), now, f.Version)
	}
	if err != nil {
		return 0, pg.Map(err, ErrDraftChanged, nil)
	}
	return version, s.touchDraft(ctx, draft, f.AuthorID, now)
}

// touchDraft counts somebody as an author of a draft that they changed.
func (s Store) touchDraft(ctx context.Context, draft int64, by people.ID, now time.Time) error {
	if _, err := s.q.ExecContext(ctx, `INSERT INTO draft_author (draft_id, author_id) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT draft_author_key DO NOTHING`, draft, int64(by)); err != nil {
		return fmt.Errorf("note author of draft %d: %w", draft, err)
	}
	if _, err := s.q.ExecContext(ctx, `UPDATE draft SET updated_at = $2 WHERE id = $1`, draft, now); err != nil {
		return fmt.Errorf("touch draft %d: %w", draft, err)
	}
	return nil
}

// DraftNote is something said of a draft, of one of its files or of a line of it.
type DraftNote struct {
	ID       int64
	Kind     string // asked, comment, returned, approved, withdrawn
	Path     string
	Line     int
	Body     string
	AuthorID people.ID `db:"author_id"`
	Author   string
	At       time.Time
}

// AddDraftNote keeps what somebody said.
func (s Store) AddDraftNote(ctx context.Context, draft int64, n DraftNote, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO draft_review (draft_id, kind, path, line, body, author_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
		draft, n.Kind, n.Path, n.Line, n.Body, int64(n.AuthorID), now)
	if err != nil {
		return 0, fmt.Errorf("add note to draft %d: %w", draft, err)
	}
	return id, nil
}

// DraftNotes lists what was said of a draft, the oldest first.
func (s Store) DraftNotes(ctx context.Context, draft int64) ([]DraftNote, error) {
	var list []DraftNote
	err := s.q.SelectContext(ctx, &list, `SELECT n.id, n.kind, n.path, n.line, n.body, n.author_id, coalesce(i.given_name || ' ' || i.family_name, '') AS author, n.at
		FROM draft_review n LEFT JOIN identity i ON i.person_id = n.author_id WHERE n.draft_id = $1 ORDER BY n.id`, draft)
	return list, err
}

// Releases lists every release of a programme in a language, the newest first,
// with who published it and how many people it touched.
func (s Store) Releases(ctx context.Context, programme, lang string) ([]Published, error) {
	var list []Published
	err := s.q.SelectContext(ctx, &list, `SELECT `+releaseColumns+`, coalesce(i.given_name || ' ' || i.family_name, '') AS by,
			(SELECT count(*) FROM release_part p WHERE p.release_id = r.id AND p.changed) AS parts,
			coalesce((SELECT v.version FROM content_version v WHERE v.hash = r.hash), '') AS version,
			coalesce((SELECT (a.detail ->> 'touched')::int FROM audit_entry a WHERE a.subject_kind = 'release' AND a.subject_id = r.id AND a.action = 'content.publish' ORDER BY a.id LIMIT 1), 0) AS touched
		FROM release r LEFT JOIN identity i ON i.person_id = r.published_by WHERE r.programme = $1 AND r.lang = $2 ORDER BY r.id DESC`, programme, lang)
	return list, err
}

// Published is a release with how it came about.
type Published struct {
	Release
	By      string // empty: the program, or somebody who was erased
	Version string // of the programme's text
	Parts   int    // that changed
	Touched int    // people who were certified and owed something
}

// LockProgramme lets only one release of a programme be made at a time.
func (s Store) LockProgramme(ctx context.Context, programme, lang string) error {
	if _, err := s.q.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7240020, hashtext($1 || '/' || $2))`, programme, lang); err != nil {
		return fmt.Errorf("lock programme %s: %w", programme, err)
	}
	return nil
}
