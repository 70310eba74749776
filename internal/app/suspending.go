package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Suspending stops a person on every line.
type Suspending struct {
	Reason   string // code
	Words    string
	AppealBy string // 2006-01-02
}

// Suspend stops a person on every line from the commit on. A named person, a
// reason and a date for the appeal belong to it, and the person is told. The
// places on shifts that are not over are free again, and stay so when it ends.
func (x *Corrections) Suspend(ctx context.Context, who people.Actor, cmd *pg.Command, number string, in Suspending) error {
	person, line, err := x.subject(ctx, x.db.Read(), who, number, people.SuspendPeople)
	if err != nil {
		return err
	}
	if person == who.ID {
		return ErrSelfDecision
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		var form fault.Form
		form.Add(!slices.Contains(StopReasons, in.Reason), "motive", ErrStopReason)
		required(&form, "words", in.Words, 2000)
		appeal, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.AppealBy))
		form.Add(perr != nil, "appeal_by", ErrDate)
		form.Add(perr == nil && appeal.Before(day(now, line.Location())), "appeal_by", ErrAppealPast)
		if err := form.Err(); err != nil {
			return err
		}
		if err := store.LockPerson(ctx, person); err != nil {
			return err
		}
		if e, err := suspension(ctx, q, person); err != nil || e != nil {
			return errors.Join(ErrSuspended, err)
		}
		if err := warnShift(ctx, q, now, person, 0); err != nil {
			return err
		}
		freed, err := x.ends.shifts.free(ctx, q, now, person, 0, "", now, "suspended", true)
		if err != nil {
			return err
		}
		decider, err := store.Identity(ctx, who.ID)
		if err != nil {
			return err
		}
		words := strings.TrimSpace(in.Words)
		id, err := store.AddPersonEvent(ctx, person, peopledb.PersonEvent{Kind: "suspended", Reason: in.Reason, Words: words, AppealBy: &appeal, Actor: who.ID, At: now})
		if err != nil {
			return err
		}
		vals := map[string]any{"Reason": in.Reason, "Words": words, "AppealBy": appeal.Format(time.DateOnly), "Decider": decider.Name()}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "person_suspended", Vals: vals}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.SuspendPeople, Kind: "person", Subject: int64(person),
			Detail: map[string]any{"did": "suspend", "event": id, "reason": in.Reason, "appeal_by": in.AppealBy},
		})
		if err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, append(freed, coursedb.FactChange{Person: person, Now: true, Fact: gate.Fact{Kind: gate.Suspension, Ref: id}})...)
		return err
	})
}

// Restore ends the suspension of a person.
func (x *Corrections) Restore(ctx context.Context, who people.Actor, cmd *pg.Command, number, words string) error {
	person, _, err := x.subject(ctx, x.db.Read(), who, number, people.SuspendPeople)
	if err != nil {
		return err
	}
	if person == who.ID {
		return ErrSelfDecision
	}
	var form fault.Form
	required(&form, "words", words, 2000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if err := store.LockPerson(ctx, person); err != nil {
			return err
		}
		if e, err := suspension(ctx, q, person); err != nil || e == nil {
			return errors.Join(ErrNotSuspended, err)
		}
		id, err := store.AddPersonEvent(ctx, person, peopledb.PersonEvent{Kind: "restored", Words: strings.TrimSpace(words), Actor: who.ID, At: now})
		if err != nil {
			return err
		}
		if err := moot(ctx, q, now, who, person, 0); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "person_restored", Vals: map[string]any{"Words": strings.TrimSpace(words)}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.SuspendPeople, Kind: "person", Subject: int64(person), Detail: map[string]any{"did": "restore", "event": id},
		})
		if err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, coursedb.FactChange{Person: person, Close: true, Fact: gate.Fact{Kind: gate.Suspension}})
		return err
	})
}
