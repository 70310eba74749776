package jobs_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
	"abilita/scheduler/jobs"
)

func TestASlotIsRunOnceByWhoeverWakes(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	var runs atomic.Int32
	job := jobs.Job{Name: "count", Every: 24 * 365 * time.Hour, Run: func(context.Context) error { runs.Add(1); return nil }}
	var ran atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			ok, err := jobs.Once(context.Background(), db, job, string(rune('a'+i)))
			if err != nil {
				t.Error(err)
			}
			if ok {
				ran.Add(1)
			}
		})
	}
	wg.Wait()
	if runs.Load() != 1 || ran.Load() != 1 {
		t.Errorf("ran %d times, told so %d times", runs.Load(), ran.Load())
	}
}

func TestAFailedRunIsTakenOverWhenItsLeaseEnds(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	broken := errors.New("broken")
	fail := true
	job := jobs.Job{Name: "heal", Every: 24 * 365 * time.Hour, Run: func(context.Context) error {
		if fail {
			return broken
		}
		return nil
	}}
	if ran, err := jobs.Once(t.Context(), db, job, "a"); !ran || !errors.Is(err, broken) {
		t.Fatalf("%v %v", ran, err)
	}
	fail = false
	if ran, err := jobs.Once(t.Context(), db, job, "b"); ran || err != nil {
		t.Fatalf("within the lease: %v %v", ran, err)
	}
	if err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE job_run SET lease_until = lease_until - interval '1 hour'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if ran, err := jobs.Once(t.Context(), db, job, "b"); !ran || err != nil {
		t.Fatalf("after the lease: %v %v", ran, err)
	}
	if ran, err := jobs.Once(t.Context(), db, job, "c"); ran || err != nil {
		t.Fatalf("after it was done: %v %v", ran, err)
	}
}
