package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Erasing takes away what names a person who has left. What was decided about
// them stays under their number.
type Erasing struct {
	db   *pg.DB
	ends ending
	// Keep, when set, is called after somebody was erased: it writes the list of
	// the erased outside of the database, so that a backup revives nobody. Whoever
	// sets it calls it by itself too, for it may fail.
	Keep func(ctx context.Context) error
}

// NewErasing makes the use case.
func NewErasing(db *pg.DB, ends ending) *Erasing {
	return &Erasing{db: db, ends: ends}
}

// ErasureReasons are the codes of why somebody is erased. There are no words:
// they might name somebody.
var ErasureReasons = []string{"request", "left", "order"}

// Faults of erasing.
var (
	ErrEraseRegister    = fault.New(fault.Conflict, "erase.in_register")
	ErrEraseEnrolment   = fault.New(fault.Conflict, "erase.enrolled")
	ErrEraseApplication = fault.New(fault.Conflict, "erase.application_open")
	ErrEraseRole        = fault.New(fault.Conflict, "erase.staff")
	ErrEraseReason      = fault.New(fault.Invalid, "erase.reason_needed")
	ErrEraseTyped       = fault.New(fault.Invalid, "erase.typed")
)

// Erasure is the plan of an erasure.
type Erasure struct {
	Identity peopledb.Identity
	Goes     map[string]int64 // rows by table that go or are emptied
	Stays    map[string]int64 // rows by table that stay under the number
	LeftOn   *time.Time
	Until    *time.Time     // until when the law lets what stays be needed; nil: never in the register
	First    []*fault.Error // what must be done before; empty when nothing is
}

// Plan tells what erasing a person would do.
func (x *Erasing) Plan(ctx context.Context, who people.Actor, number string) (Erasure, error) {
	if err := who.MustSomewhere(people.ErasePeople); err != nil {
		return Erasure{}, err
	}
	person, err := x.subject(ctx, x.db.Read(), who, number)
	if err != nil {
		return Erasure{}, err
	}
	var e Erasure
	err = x.db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if e.Identity, err = store.Identity(ctx, person); err != nil {
			return err
		}
		records, err := store.Records(ctx, person)
		if err != nil {
			return err
		}
		if e.Goes, err = store.Held(ctx, records); err != nil {
			return err
		}
		if e.Stays, err = store.Withheld(ctx, records); err != nil {
			return err
		}
		open, err := store.OpenMatters(ctx, records, now)
		if err != nil {
			return err
		}
		e.First, e.LeftOn = inTheWay(open), open.LeftOn
		if open.LeftOn != nil {
			until := open.LeftOn.AddDate(0, people.Keep(people.KeptPeople).Months, 0)
			e.Until = &until
		}
		return nil
	})
	return e, err
}

// subject finds a live person whom the actor may erase; nobody erases themselves.
func (x *Erasing) subject(ctx context.Context, q pg.Q, who people.Actor, number string) (people.ID, error) {
	store := peopledb.New(q)
	person, err := store.PersonByNumber(ctx, strings.ToLower(strings.TrimSpace(number)))
	if err != nil {
		return 0, err
	}
	if err := mayFor(ctx, q, who, person, people.ErasePeople); err != nil {
		return 0, err
	}
	live, err := store.LivePerson(ctx, person)
	switch {
	case err != nil:
		return 0, err
	case !live:
		return 0, people.ErrHidden
	case person == who.ID:
		return 0, ErrSelfDecision
	}
	return person, nil
}

func inTheWay(o peopledb.Open) []*fault.Error {
	var first []*fault.Error
	for _, b := range []struct {
		open bool
		err  *fault.Error
	}{{o.Register, ErrEraseRegister}, {o.Enrolment, ErrEraseEnrolment}, {o.Application, ErrEraseApplication}, {o.Role, ErrEraseRole}} {
		if b.open {
			first = append(first, b.err)
		}
	}
	return first
}

// Erase erases a person: why is a code of ErasureReasons, typed the person's
// number once more. It is refused while anything is open.
func (x *Erasing) Erase(ctx context.Context, who people.Actor, cmd *pg.Command, number, why, typed string) error {
	if err := who.MustSomewhere(people.ErasePeople); err != nil {
		return err
	}
	person, err := x.subject(ctx, x.db.Read(), who, number)
	if err != nil {
		return err
	}
	var form fault.Form
	form.Add(!slices.Contains(ErasureReasons, why), "reason", ErrEraseReason)
	form.Add(!strings.EqualFold(strings.TrimSpace(typed), strings.TrimSpace(number)), "number", ErrEraseTyped)
	if err := form.Err(); err != nil {
		return err
	}
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		records, err := store.Records(ctx, person)
		if err != nil {
			return err
		}
		if err := store.LockRecords(ctx, records); err != nil {
			return err
		}
		if _, err := x.subject(ctx, q, who, number); err != nil { // somebody may have been faster
			return err
		}
		open, err := store.OpenMatters(ctx, records, now)
		if err != nil {
			return err
		}
		if first := inTheWay(open); len(first) > 0 {
			return fault.Form(first)
		}
		if _, err := store.AddPersonEvent(ctx, person, peopledb.PersonEvent{Kind: "erased", Reason: why, Actor: who.ID, At: now}); err != nil {
			return err
		}
		return erase(ctx, q, now, audit.Entry{Actor: who, As: coordinating(who, person), Detail: map[string]any{"reason": why}}, person, records)
	})
	if err == nil && x.Keep != nil {
		_ = x.Keep(ctx) // it is called again by itself, and says there when it cannot
	}
	return err
}

// erase forgets records that are locked, notes what went by table, and closes
// what the gate knows. It is the last of its transaction.
func erase(ctx context.Context, q pg.Q, now time.Time, e audit.Entry, person people.ID, records []people.ID) error {
	done, err := peopledb.New(q).Forget(ctx, records, now)
	if err != nil {
		return err
	}
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	e.Action, e.Kind, e.Subject, e.Detail["rows"], e.Detail["records"] = people.ErasePeople, "person", int64(person), done, records
	if err := audit.Record(ctx, q, now, e); err != nil {
		return err
	}
	return forgetAtGate(ctx, q)
}

// Again erases, within the transaction that restored a backup, those whom it
// would revive: people who were erased after it was taken. It returns how many.
func (x *Erasing) Again(ctx context.Context, q pg.Q, now time.Time, list []peopledb.Erased) (int, error) {
	restorer := people.Actor{Program: "restore"}
	back, err := peopledb.New(q).Revived(ctx, list)
	if err != nil {
		return 0, err
	}
	for _, e := range back {
		if err := x.leave(ctx, q, now, restorer, e); err != nil {
			return 0, err
		}
		if err := erase(ctx, q, now, audit.Entry{Actor: restorer, Detail: map[string]any{"did": "again"}}, e.ID, []people.ID{e.ID}); err != nil {
			return 0, err
		}
	}
	return len(back), nil
}

// leave ends what the backup still holds open of somebody who had left by the
// time they were erased; the day of the erasure stands for the day of leaving,
// which nobody knows any more.
func (x *Erasing) leave(ctx context.Context, q pg.Q, now time.Time, restorer people.Actor, e peopledb.Erased) error {
	enrolments, err := coursedb.New(q).Enrolments(ctx, e.ID)
	if err != nil {
		return err
	}
	if err := x.ends.do(ctx, q, now, restorer, goodbye{Person: e.ID, Enrolments: enrolments, Until: e.ErasedAt, Reason: restorer.Program}); err != nil {
		return err
	}
	freed, err := x.ends.shifts.free(ctx, q, now, e.ID, 0, "", now, "left", false)
	if err != nil {
		return err
	}
	if _, err := coursedb.New(q).Record(ctx, freed...); err != nil {
		return err
	}
	store := peopledb.New(q)
	entry, err := store.OpenEntry(ctx, e.ID, true)
	if errors.Is(err, peopledb.ErrNoEntry) {
		return nil
	}
	if err != nil {
		return err
	}
	return store.LeaveRegister(ctx, entry.ID, day(e.ErasedAt, time.UTC), 0, restorer.Program)
}

// List is everybody who was erased, for the list outside of the database. It
// names nobody.
func (x *Erasing) List(ctx context.Context, who people.Actor) ([]peopledb.Erased, error) {
	if err := who.Must(people.KeepPeriods, people.Target{}); err != nil {
		return nil, err
	}
	return peopledb.New(x.db.Read()).Erased(ctx)
}
