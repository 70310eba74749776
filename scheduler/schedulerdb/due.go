package schedulerdb

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/pg"
)

// Work is a row of due work.
type Work struct {
	ID       int64
	Kind     string
	Payload  pg.JSON[map[string]any]
	Attempts int
}

// Enqueue writes due work; the same key again changes nothing.
func (s Store) Enqueue(ctx context.Context, kind, key string, payload map[string]any, at time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO due_work (kind, payload, run_at, dedupe_key) VALUES ($1, $2, $3, $4) ON CONFLICT (dedupe_key) DO NOTHING`,
		kind, pg.AsJSON(payload), at, key)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	return nil
}

// NextDue takes the row that is due first and that nobody else has; ok is false
// when there is none.
func (s Store) NextDue(ctx context.Context, now time.Time) (w Work, ok bool, err error) {
	const next = `SELECT id, kind, payload, attempts FROM due_work WHERE done_at IS NULL AND run_at <= $1 AND coalesce(locked_until, run_at) <= $1
		ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`
	var rows []Work
	if err := s.q.SelectContext(ctx, &rows, next, now); err != nil || len(rows) == 0 {
		return w, false, err
	}
	return rows[0], true, nil
}

// DoneDue marks a row as done, in the transaction of what was done.
func (s Store) DoneDue(ctx context.Context, id int64, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE due_work SET done_at = $2, attempts = attempts + 1, problem = '' WHERE id = $1`, id, now)
	return err
}

// FailDue keeps the error and lets the row wait: 5 seconds, doubled each time,
// at most an hour.
func (s Store) FailDue(ctx context.Context, id int64, problem string, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE due_work SET attempts = attempts + 1, problem = left($2, 500),
		locked_until = $3::timestamptz + make_interval(secs => least(3600, 5 * power(2, least(attempts, 10)))) WHERE id = $1`, id, problem, now)
	return err
}
