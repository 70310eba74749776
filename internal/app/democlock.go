package app

import (
	"context"
	"time"

	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// ErrClockBack is the fault of a demonstration's clock that should go back, or
// stand still, or jump over ten years.
var ErrClockBack = fault.New(fault.Invalid, "demo.clock_back")

const tenYears = 10 * 366 * 24 * time.Hour

// AdvanceClock moves the clock of a demonstration forward, never back. Open
// sign-in sessions move with it. A live installation has no such clock.
func (x *Setup) AdvanceClock(ctx context.Context, who people.Actor, by time.Duration) error {
	if err := who.Must(people.MoveClock, people.Target{}); err != nil {
		return err
	}
	if by <= 0 || by > tenYears {
		return ErrClockBack
	}
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		moved, err := peopledb.New(q).AdvanceClock(ctx, by)
		if err != nil {
			return err
		}
		if !moved {
			return people.ErrHidden
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, Action: people.MoveClock, Kind: "clock", Detail: map[string]any{"seconds": by.Seconds()}})
	})
}

// SetBack puts the clock of a new demonstration into the past, before anything
// has happened there.
func (x *Setup) SetBack(ctx context.Context, by time.Duration) error {
	return x.db.InTx(ctx, func(q pg.Q, _ time.Time) error {
		n, err := peopledb.New(q).People(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrLiveDatabase
		}
		_, err = peopledb.New(q).AdvanceClock(ctx, -by)
		return err
	})
}

// Behind is how far the clock of a demonstration is behind the server's; 0 when
// it is not.
func (x *Setup) Behind(ctx context.Context) (time.Duration, error) {
	return peopledb.New(x.db.Read()).ClockBehind(ctx)
}
