// Package jobs says when things run. gocron is only the pulse: on every node it
// wakes each job oftener than the job is due. What decides is the database: a
// job claims the slot of its rhythm by the database's clock, so that it runs
// once however many nodes wake, and a run that died is taken over when its
// lease ends. What must be done one by one lies in the table of due work.
//
// User-visible times never stand here; they are computed from wall time and
// kept as rows.
package jobs

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"

	"abilita/internal/pg"
)

// Job is a name, a rhythm and what to do. Run must be safe to repeat.
type Job struct {
	Name  string
	Every time.Duration // length of a slot, at least a second
	Run   func(ctx context.Context) error
}

// Pulse wakes jobs until it is stopped.
type Pulse struct {
	scheduler gocron.Scheduler
	db        *pg.DB
	log       *slog.Logger
	owner     string
}

// lease is how long a run may take before another node takes its slot over.
const lease = 2 * time.Minute

// New makes a pulse for the jobs; Start sets it going.
func New(db *pg.DB, log *slog.Logger, list ...Job) (*Pulse, error) {
	p := &Pulse{db: db, log: log, owner: rand.Text()[:10]}
	s, err := gocron.NewScheduler(gocron.WithStopTimeout(15*time.Second), gocron.WithLocation(time.UTC))
	if err != nil {
		return nil, fmt.Errorf("make the pulse: %w", err)
	}
	p.scheduler = s
	for _, j := range list {
		_, err := s.NewJob(gocron.DurationJob(max(j.Every/2, 500*time.Millisecond)), gocron.NewTask(func(ctx context.Context) { p.wake(ctx, j) }),
			gocron.WithName(j.Name), gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()),
			gocron.WithEventListeners(gocron.AfterJobRunsWithPanic(func(_ uuid.UUID, name string, v any) { log.Error("job panicked", "job", name, "panic", fmt.Sprint(v)) })))
		if err != nil {
			return nil, fmt.Errorf("add job %s: %w", j.Name, err)
		}
	}
	return p, nil
}

// Start sets the pulse going.
func (p *Pulse) Start() { p.scheduler.Start() }

// Stop waits for running jobs, at most 15 seconds.
func (p *Pulse) Stop() error { return p.scheduler.Shutdown() }

func (p *Pulse) wake(ctx context.Context, j Job) {
	ran, err := Once(ctx, p.db, j, p.owner)
	if err != nil && ctx.Err() == nil {
		p.log.Error("job failed", "job", j.Name, "error", err)
	}
	if ran && err == nil {
		p.log.Debug("job ran", "job", j.Name)
	}
}

// Once runs the job if its slot is free, and tells whether it did. The slot is
// marked done only after Run succeeded, so that a failed run is tried again.
func Once(ctx context.Context, db *pg.DB, j Job, owner string) (bool, error) {
	const claim = `INSERT INTO job_run (job, slot, owner, lease_until)
		VALUES ($1, date_bin(make_interval(secs => $2::float8), clock_timestamp(), 'epoch'), $3, clock_timestamp() + make_interval(secs => $4::float8))
		ON CONFLICT (job, slot) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until
		WHERE job_run.done_at IS NULL AND job_run.lease_until < clock_timestamp() RETURNING slot`
	var slots []time.Time
	err := db.InTx(ctx, func(q pg.Q, _ time.Time) error {
		slots = nil
		return q.SelectContext(ctx, &slots, claim, j.Name, j.Every.Seconds(), owner, lease.Seconds())
	})
	if err != nil || len(slots) == 0 {
		return false, err
	}
	if err := j.Run(ctx); err != nil {
		return true, fmt.Errorf("run %s: %w", j.Name, err)
	}
	done := context.WithoutCancel(ctx)
	return true, db.InTx(done, func(q pg.Q, _ time.Time) error {
		if _, err := q.ExecContext(done, `UPDATE job_run SET done_at = clock_timestamp() WHERE job = $1 AND slot = $2 AND owner = $3`, j.Name, slots[0], owner); err != nil {
			return err
		}
		_, err := q.ExecContext(done, `DELETE FROM job_run WHERE job = $1 AND slot < $2 - interval '1 day'`, j.Name, slots[0])
		return err
	})
}

// Work is a row of due work.
type Work struct {
	ID       int64
	Kind     string
	Payload  []byte
	Attempts int
}

// Enqueue writes due work in the caller's transaction; the same key again
// changes nothing.
func Enqueue(ctx context.Context, q pg.Q, kind, key string, payload any, at time.Time) error {
	_, err := q.ExecContext(ctx, `INSERT INTO due_work (kind, payload, run_at, dedupe_key) VALUES ($1, $2, $3, $4) ON CONFLICT (dedupe_key) DO NOTHING`,
		kind, pg.AsJSON(payload), at, key)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	return nil
}

// Drain does what is due by the one clock, each row in a transaction of its own
// that also marks it done, and returns how many it did. A row that fails waits
// longer each time; its error is kept.
func Drain(ctx context.Context, db *pg.DB, do func(ctx context.Context, q pg.Q, now time.Time, w Work) error) (int, error) {
	n := 0
	for {
		more, failed := false, error(nil)
		var id int64
		err := db.InTx(ctx, func(q pg.Q, now time.Time) error {
			more, failed = false, nil
			var rows []Work
			const next = `SELECT id, kind, payload, attempts FROM due_work WHERE done_at IS NULL AND run_at <= $1 AND coalesce(locked_until, run_at) <= $1
				ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`
			if err := q.SelectContext(ctx, &rows, next, now); err != nil || len(rows) == 0 {
				return err
			}
			more, id = true, rows[0].ID
			if failed = do(ctx, q, now, rows[0]); failed != nil {
				return failed
			}
			_, err := q.ExecContext(ctx, `UPDATE due_work SET done_at = $2, attempts = attempts + 1, problem = '' WHERE id = $1`, rows[0].ID, now)
			return err
		})
		if failed != nil {
			err = db.InTx(ctx, func(q pg.Q, now time.Time) error {
				_, err := q.ExecContext(ctx, `UPDATE due_work SET attempts = attempts + 1, problem = left($2, 500),
					locked_until = $3 + make_interval(secs => least(3600, 5 * power(2, least(attempts, 10)))) WHERE id = $1`, id, failed.Error(), now)
				return err
			})
		}
		if err != nil {
			return n, err
		}
		if !more {
			return n, nil
		}
		if failed == nil {
			n++
		}
	}
}
