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

// seats gives back the seats of a person, who is locked, in the sessions still to
// come of a cohort (0: of all), with a letter that takes each out of the calendar
// when tell is set.
func (x ending) seats(ctx context.Context, q pg.Q, now time.Time, person people.ID, cohort int64, tell bool) error {
	store := schedulerdb.New(q)
	freed, err := store.FreeSeats(ctx, person, cohort, now)
	if err != nil || !tell {
		return err
	}
	for _, id := range freed {
		s, err := store.Session(ctx, id, person)
		if err != nil {
			return err
		}
		if err := x.sessions.invite(ctx, q, now, person, s, "freed", ical.Cancel, ""); err != nil {
			return err
		}
	}
	return nil
}

// enrolment withdraws an enrolment as of an instant that may lie ahead, with
// what is going on in it: attempts that are open or wait for a mark are annulled
// by who decides, an unsigned proposal is taken back, practice calls are left. The
// person must be locked.
func (x ending) enrolment(ctx context.Context, q pg.Q, now time.Time, who people.Actor, e coursedb.Enrolment, until time.Time, reason string) error {
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
	return coursedb.New(q).EndEnrolment(ctx, e.ID, until)
}
