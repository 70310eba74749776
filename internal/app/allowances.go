package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// AllowTime gives a person more time where time is limited, from the next quiz
// or call on. was is what the page showed. Nobody gives it to themselves, and
// no reason is asked for: it would be about somebody's health.
func (x *Exams) AllowTime(ctx context.Context, who people.Actor, cmd *pg.Command, number string, was, to people.ExtraTime) error {
	q := x.db.Read()
	person, err := peopledb.New(q).PersonByNumber(ctx, number)
	if err != nil {
		return err
	}
	enrolments, err := coursedb.New(q).Enrolments(ctx, person)
	if err != nil {
		return err
	}
	err = people.ErrHidden
	for _, e := range enrolments {
		if who.May(people.AllowTime, people.Target{Cohort: e.CohortID, Line: e.LineID}) {
			err = nil
		}
	}
	switch {
	case err != nil:
		return err
	case person == who.ID:
		return ErrSelfDecision
	case !slices.Contains(people.ExtraTimes, to):
		return fault.Form{ErrChoice.On("extra_time")}
	case was == to:
		return fault.Form{ErrNothingNew.On("extra_time")}
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if err := store.LockPerson(ctx, person); err != nil {
			return err
		}
		if err := store.SetExtraTime(ctx, person, was, to); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: asOne(who, people.Coordinator, people.Trainer), Action: people.AllowTime, Kind: "person", Subject: int64(person), Detail: map[string]any{"was": int(was), "is": int(to)},
		})
	})
}

// asOne is the first of the roles that somebody holds.
func asOne(who people.Actor, roles ...people.Role) people.Role {
	for _, r := range roles {
		if who.Has(r) {
			return r
		}
	}
	return ""
}

// Spent is an exam whose attempts are used up without a pass.
type Spent struct {
	Key, Title string
	Attempts   int
}

// spent lists the exams of a path at which one more attempt may be granted.
func spent(ctx context.Context, q pg.Q, p Path) ([]Spent, error) {
	var list []Spent
	for _, r := range p.Programme.Requirements {
		if r.Kind != content.ReqQuiz {
			continue
		}
		for _, g := range r.Content {
			for _, key := range g.Of {
				_, exam, ok := examOf(p, key)
				if !ok {
					continue
				}
				attempts, grants, err := tried(ctx, q, p, key)
				if err != nil {
					return nil, err
				}
				if quiz.MayGrant(past(attempts), granted(exam, grants)) == nil {
					list = append(list, Spent{Key: key, Title: exam.File.Title, Attempts: len(attempts)})
				}
			}
		}
	}
	return list, nil
}

// tried is what was done and granted at an exam of a path.
func tried(ctx context.Context, q pg.Q, p Path, key string) ([]quizdb.Attempt, []quizdb.Grant, error) {
	store := quizdb.New(q)
	attempts, err := store.Attempts(ctx, p.Enrolment.ID, key)
	if err != nil {
		return nil, nil, err
	}
	grants, err := store.Grants(ctx, p.Enrolment.ID, key)
	return attempts, grants, err
}

// ErrOneForm is the fault of granting an attempt that would ask the same again.
var ErrOneForm = fault.New(fault.Conflict, "quiz.grant_one_form")

// Grant gives one more attempt at an exam whose attempts are used up, with a plan
// that the volunteer reads in a letter and on the exam's page. While the granted
// one is unused, there is no other.
func (x *Exams) Grant(ctx context.Context, who people.Actor, cmd *pg.Command, number, key, plan string) error {
	person, err := peopledb.New(x.db.Read()).PersonByNumber(ctx, number)
	if err != nil {
		return err
	}
	first, err := x.pathWith(ctx, x.db.Read(), person, key)
	if err != nil {
		return err
	}
	if err := who.Must(people.GrantAttempt, people.Target{Cohort: first.Enrolment.CohortID, Line: first.Enrolment.LineID}); err != nil {
		return err
	}
	if person == who.ID {
		return ErrOwnWork
	}
	var form fault.Form
	required(&form, "plan", plan, 2000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, person); err != nil {
			return err
		}
		attempts, grants, err := tried(ctx, q, first, key)
		if err != nil {
			return err
		}
		if err := x.finishLate(ctx, q, now, attempts); err != nil {
			return err
		}
		_, exam, _ := examOf(first, key)
		if err := quiz.MayGrant(past(attempts), granted(exam, grants)); err != nil {
			return err
		}
		if n := len(attempts); n > 0 {
			if _, err := quiz.Draw(exam.Items, exam.Exam, 1, attempts[n-1].Paper.Form()); errors.Is(err, quiz.ErrOnlyForm) {
				return ErrOneForm
			}
		}
		plan := strings.TrimSpace(plan)
		id, err := quizdb.New(q).AddGrant(ctx, person, first.Enrolment.ID, key, plan, who.ID, now)
		if err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "quiz_granted", Vals: map[string]any{"Title": exam.File.Title, "Words": plan}}); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: asOne(who, people.Trainer, people.Evaluator), Action: people.GrantAttempt, Kind: "person", Subject: int64(person),
			Detail: map[string]any{"grant": id, "exam": key, "attempts": len(attempts), "enrolment": first.Enrolment.ID},
		})
	})
}
