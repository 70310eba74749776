package app

import (
	"context"
	"fmt"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
	"abilita/scheduler/ical"
	"abilita/scheduler/schedulerdb"
)

// ending ends what somebody was doing, whatever way they go: out of the
// register, by an admission taken back, by a record joined to another.
type ending struct {
	sessions *Sessions
	shifts   *Shifts
	exams    *Exams
}

// goodbye says what ends of a person's matters.
type goodbye struct {
	Person     people.ID
	Enrolments []coursedb.Enrolment
	Cohort     int64     // whose seats are given back; 0: all
	Until      time.Time // the enrolments count until then; it may lie ahead
	Reason     string
	Tell       bool // a letter takes each seat out of the calendar
}

// do withdraws enrolments with what is going on in them: attempts that are open
// or wait for a mark are annulled by who decides, seats of sessions still to come
// are free again, unsigned proposals are taken back, practice calls are left. The
// person must be locked.
func (x ending) do(ctx context.Context, q pg.Q, now time.Time, who people.Actor, g goodbye) error {
	for _, e := range g.Enrolments {
		if err := x.annul(ctx, q, now, who, e, g.Reason); err != nil {
			return err
		}
	}
	store := schedulerdb.New(q)
	freed, err := store.FreeSeats(ctx, g.Person, g.Cohort, now)
	if err != nil {
		return err
	}
	for _, id := range freed {
		if !g.Tell {
			break
		}
		s, err := store.Session(ctx, id, g.Person)
		if err != nil {
			return err
		}
		if err := x.sessions.invite(ctx, q, now, g.Person, s, "freed", ical.Cancel, ""); err != nil {
			return err
		}
	}
	for _, e := range g.Enrolments {
		if err := coursedb.New(q).EndEnrolment(ctx, e.ID, "withdrawn", g.Until); err != nil {
			return err
		}
	}
	return nil
}

func (x ending) annul(ctx context.Context, q pg.Q, now time.Time, who people.Actor, e coursedb.Enrolment, reason string) error {
	store := quizdb.New(q)
	attempts, err := store.Attempts(ctx, e.ID, "")
	if err != nil {
		return err
	}
	for _, a := range attempts {
		if a.State != quiz.Opened && a.State != quiz.Submitted {
			continue
		}
		if a, err = store.Attempt(ctx, a.ID, true); err != nil {
			return err
		}
		if _, err := a.Annul(fmt.Sprint(who.ID), reason); err != nil {
			return err
		}
		if err := x.exams.annul(ctx, q, now, who, a, reason); err != nil {
			return err
		}
	}
	return nil
}
