package coursedb

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// Reading is where somebody left off in a version of a module.
type Reading struct {
	Hash    string
	Key     string // of the module
	Anchor  string
	Percent int
	At      time.Time
}

// SaveReading keeps where a person is; it never goes backwards in percent.
func (s Store) SaveReading(ctx context.Context, who people.ID, r Reading, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO reading (person_id, hash, anchor, percent, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person_id, hash) DO UPDATE SET anchor = excluded.anchor, percent = greatest(reading.percent, excluded.percent), at = excluded.at`,
		int64(who), r.Hash, r.Anchor, r.Percent, now)
	return err
}

// Readings lists where a person is in every module of a language, the newest
// first.
func (s Store) Readings(ctx context.Context, who people.ID, lang string) ([]Reading, error) {
	var list []Reading
	err := s.q.SelectContext(ctx, &list, `SELECT r.hash, v.key, r.anchor, r.percent, r.at FROM reading r JOIN content_version v ON v.hash = r.hash
		WHERE r.person_id = $1 AND v.kind = 'module' AND v.lang = $2 ORDER BY r.at DESC, r.hash`, int64(who), lang)
	return list, err
}

// Run is a stored practice call.
type Run struct {
	ID         int64
	Person     people.ID `db:"person_id"`
	Enrolment  int64     `db:"enrolment_id"`
	ScriptKey  string    `db:"script_key"`
	ScriptHash string    `db:"script_hash"`
	Seed       int64
	Choices    pg.JSON[[]int]
	State      string
	Score      *int
	Passed     *bool
	StartedAt  time.Time  `db:"started_at"`
	EndedAt    *time.Time `db:"ended_at"`
	Reflection string
	Version    int
}

const runColumns = `r.id, r.person_id, coalesce(r.enrolment_id, 0) AS enrolment_id, r.script_key, r.script_hash, r.seed, r.choices, r.state, r.score, r.passed,
	r.started_at, r.ended_at, r.reflection, r.version`

// AddRun starts a practice call; one that was left running is put aside.
func (s Store) AddRun(ctx context.Context, r Run, now time.Time) (int64, error) {
	if _, err := s.q.ExecContext(ctx, `UPDATE roleplay_run SET state = 'left' WHERE person_id = $1 AND script_key = $2 AND state = 'running'`, int64(r.Person), r.ScriptKey); err != nil {
		return 0, err
	}
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO roleplay_run (person_id, enrolment_id, script_key, script_hash, seed, state, started_at)
		VALUES ($1, nullif($2, 0), $3, $4, $5, 'running', $6) RETURNING id`, int64(r.Person), r.Enrolment, r.ScriptKey, r.ScriptHash, r.Seed, now)
	return id, err
}

// Run reads one; lock takes it.
func (s Store) Run(ctx context.Context, id int64, lock bool) (Run, error) {
	query := `SELECT ` + runColumns + ` FROM roleplay_run r WHERE r.id = $1`
	if lock {
		query += ` FOR UPDATE`
	}
	var r Run
	err := s.q.GetContext(ctx, &r, query, id)
	return r, pg.Map(err, ErrNotFound, nil)
}

// SaveRun writes the choices so far and, at the end, the score. The run must be
// locked.
func (s Store) SaveRun(ctx context.Context, r Run, result any) error {
	_, err := s.q.ExecContext(ctx, `UPDATE roleplay_run SET choices = $2, state = $3, score = $4, passed = $5, result = $6, ended_at = $7, version = version + 1 WHERE id = $1`,
		r.ID, r.Choices, r.State, r.Score, r.Passed, pg.AsJSON(result), r.EndedAt)
	return err
}

// SaveReflection keeps the volunteer's own thought about a run.
func (s Store) SaveReflection(ctx context.Context, id int64, words string) error {
	_, err := s.q.ExecContext(ctx, `UPDATE roleplay_run SET reflection = $2 WHERE id = $1`, id, words)
	return err
}

// Runs lists a person's practice calls, the newest first.
func (s Store) Runs(ctx context.Context, who people.ID) ([]Run, error) {
	var list []Run
	err := s.q.SelectContext(ctx, &list, `SELECT `+runColumns+` FROM roleplay_run r WHERE r.person_id = $1 ORDER BY r.id DESC LIMIT 200`, int64(who))
	return list, err
}

// EndedRuns lists the newest practice calls of one text of a script that were played to
// their end on a line, without names: by whom is a number to count people with.
func (s Store) EndedRuns(ctx context.Context, line int64, key, hash string, most int) ([]EndedRun, error) {
	var list []EndedRun
	err := s.q.SelectContext(ctx, &list, `SELECT r.person_id, r.seed, r.choices FROM enrolment e JOIN roleplay_run r ON r.person_id = e.person_id AND r.enrolment_id = e.id
		WHERE e.line_id = $1 AND r.script_key = $2 AND r.script_hash = $3 AND r.state = 'ended' ORDER BY r.id DESC LIMIT $4`, line, key, hash, most)
	return list, err
}

// EndedRun is a practice call as it was played.
type EndedRun struct {
	Person  int64 `db:"person_id"`
	Seed    int64
	Choices pg.JSON[[]int]
}

// OpenDue is a change of content that a person owes.
type OpenDue struct {
	Release int64     `db:"ref_id"`
	At      time.Time `db:"valid_from"` // from when the gate closes
}

// OpenDue lists what a person owes on a line, the earliest first.
func (s Store) OpenDue(ctx context.Context, who people.ID, line int64) ([]OpenDue, error) {
	var list []OpenDue
	err := s.q.SelectContext(ctx, &list, `SELECT ref_id, valid_from FROM gate_fact WHERE person_id = $1 AND line_id = $2 AND kind = 'content_due' AND closed_at IS NULL
		ORDER BY valid_from, id`, int64(who), line)
	return list, err
}

// ReadHashes lists the module versions that a person has marked as read.
func (s Store) ReadHashes(ctx context.Context, who people.ID) (map[string]bool, error) {
	var list []string
	err := s.q.SelectContext(ctx, &list, `SELECT DISTINCT content_hash FROM evidence WHERE person_id = $1 AND kind = 'module' AND passed`, int64(who))
	out := map[string]bool{}
	for _, h := range list {
		out[h] = true
	}
	return out, err
}
