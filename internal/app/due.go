package app

import (
	"context"
	"fmt"
	"time"

	"abilita/course/cert"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// DueWork does what has fallen due, each row once, in the transaction that also
// marks it done.
type DueWork struct {
	db           *pg.DB
	sessions     *Sessions
	shifts       *Shifts
	exams        *Exams
	certificates *Certificates
	upkeep       *Upkeep
}

// NewDueWork makes the use case of the pulse.
func NewDueWork(db *pg.DB, sessions *Sessions, shifts *Shifts, exams *Exams, certificates *Certificates, upkeep *Upkeep) *DueWork {
	return &DueWork{db: db, sessions: sessions, shifts: shifts, exams: exams, certificates: certificates, upkeep: upkeep}
}

// Drain works until nothing is due by the one clock and returns how much it
// did. A row that fails keeps its error and waits longer each time.
func (x *DueWork) Drain(ctx context.Context) (int, error) {
	for n := 0; ; {
		var (
			w      schedulerdb.Work
			ok     bool
			failed error
		)
		err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
			var err error
			failed = nil
			if w, ok, err = schedulerdb.New(q).NextDue(ctx, now); err != nil || !ok {
				return err
			}
			if failed = x.do(ctx, q, now, w); failed != nil {
				return failed
			}
			return schedulerdb.New(q).DoneDue(ctx, w.ID, now)
		})
		switch {
		case failed != nil:
			err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error { return schedulerdb.New(q).FailDue(ctx, w.ID, failed.Error(), now) })
			if err != nil {
				return n, err
			}
		case err != nil || !ok:
			return n, err
		default:
			n++
		}
	}
}

// Kinds of due work.
const (
	workSeries   = "series"   // make the sessions of a weekly pattern
	workReminder = "reminder" // remind somebody of a session
	workExpiry   = "expiry"   // tell somebody that a certificate ends soon
	workUpkeep   = "upkeep"   // open the renewal or the check half way of a certificate
	workLapse    = "lapse"    // end a renewal that was not finished in time
	workExpired  = "expired"  // tell other programs that a certificate has ended
	workShifts   = "shifts"   // make the shifts of a line, once a day
)

func (x *DueWork) do(ctx context.Context, q pg.Q, now time.Time, w schedulerdb.Work) error {
	switch w.Kind {
	case workSeries:
		return x.sessions.materialise(ctx, q, id64(w.Payload.V["series"]))
	case workReminder:
		return x.sessions.remind(ctx, q, now, id64(w.Payload.V["session"]), id64(w.Payload.V["person"]))
	case workExpiry:
		return x.certificates.expiring(ctx, q, now, id64(w.Payload.V["certificate"]), id64(w.Payload.V["days"]))
	case workUpkeep:
		track, _ := w.Payload.V["track"].(string)
		return x.upkeep.begin(ctx, q, now, id64(w.Payload.V["certificate"]), cert.Track(track))
	case workLapse:
		return x.upkeep.lapse(ctx, q, now, id64(w.Payload.V["enrolment"]))
	case workExpired:
		return x.certificates.expired(ctx, q, now, id64(w.Payload.V["certificate"]))
	case workShifts:
		return x.shifts.daily(ctx, q, now, id64(w.Payload.V["line"]))
	case workTimeout:
		return x.exams.timeOut(ctx, q, now, id64(w.Payload.V["attempt"]))
	}
	return fmt.Errorf("unknown due work %q", w.Kind)
}

// id64 is an id out of JSON, where numbers are floats.
func id64(v any) int64 {
	f, _ := v.(float64)
	return int64(f)
}
