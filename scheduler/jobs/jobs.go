// Package jobs says when things run. gocron is only the pulse: on every node it
// wakes each job oftener than the job is due. What decides is the database: a
// job claims the slot of its rhythm by the database's clock, so that it runs
// once however many nodes wake, and a run that died is taken over when its
// lease ends. What must be done one by one lies in the table of due work, which a job
// drains.
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

	"abilita/internal/metrics"
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
	metrics   *metrics.Metrics
	owner     string
}

// lease is how long a run may take before another node takes its slot over.
const lease = 2 * time.Minute

// New makes a pulse for the jobs; Start sets it going. m may be nil.
func New(db *pg.DB, log *slog.Logger, m *metrics.Metrics, list ...Job) (*Pulse, error) {
	p := &Pulse{db: db, log: log, metrics: m, owner: rand.Text()[:10]}
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
	began := time.Now()
	ran, err := Once(ctx, p.db, j, p.owner)
	if ran {
		p.metrics.Job(j.Name, err != nil, time.Since(began))
	}
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
		_, err := q.ExecContext(done, `DELETE FROM job_run WHERE job = $1 AND slot < $2::timestamptz - interval '1 day'`, j.Name, slots[0])
		return err
	})
}
