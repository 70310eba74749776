package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Entry is the confirmation of a register entry.
type Entry struct {
	Day    string // 2006-01-02, today or later: there is no back-dating
	Policy string
}

// farthest is how far ahead an entry may be dated.
const farthest = 60 * 24 * time.Hour

// ConfirmEntry writes a person into the register. Cover starts at 24:00 of that
// day in the line's zone, and no contact is possible before.
func (x *Admissions) ConfirmEntry(ctx context.Context, who people.Actor, cmd *pg.Command, application int64, in Entry) error {
	first, err := peopledb.New(x.db.Read()).Application(ctx, application, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.ConfirmRegister, people.Target{Line: first.Line}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		line, err := coursedb.New(q).Line(ctx, first.Line)
		if err != nil {
			return err
		}
		today := day(now, line.Location())
		var form fault.Form
		on, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.Day))
		form.Add(perr != nil, "day", ErrDate)
		form.Add(perr == nil && on.Before(today), "day", ErrBackdated)
		form.Add(perr == nil && on.After(today.Add(farthest)), "day", ErrTooFar)
		required(&form, "policy", in.Policy, 120)
		if err := form.Err(); err != nil {
			return err
		}
		if err := store.LockPerson(ctx, first.Person); err != nil {
			return err
		}
		e, err := store.OpenEntry(ctx, first.Person, true)
		if err != nil {
			return err
		}
		if e.ConfirmedAt != nil {
			return ErrConfirmed
		}
		y, m, d := on.Date()
		from := cert.EndOfDay(y, m, d, line.Location())
		if err := store.ConfirmEntry(ctx, e.ID, on, strings.TrimSpace(in.Policy), from, who.ID, now); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: first.Person, Kind: "registered", Vals: map[string]any{"Day": in.Day, "Policy": strings.TrimSpace(in.Policy), "From": from.Format(time.RFC3339)}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.ConfirmRegister, Kind: "register_entry", Subject: e.ID,
			Detail: map[string]any{"person": first.Person, "day": in.Day, "covered_from": from},
		})
		if err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, coursedb.FactChange{Person: first.Person, Fact: gate.Fact{Kind: gate.Register, Ref: e.ID, From: from}})
		return err
	})
}

// UndoAdmission takes a wrong admission back: the enrolment is withdrawn, an
// entry in the register ends today, and the application is in review again. The
// public number stays the person's for ever.
func (x *Admissions) UndoAdmission(ctx context.Context, who people.Actor, cmd *pg.Command, application int64, reason string) error {
	first, err := peopledb.New(x.db.Read()).Application(ctx, application, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.DecideApplication, people.Target{Line: first.Line}); err != nil {
		return err
	}
	var form fault.Form
	required(&form, "reason", reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store, courses := peopledb.New(q), coursedb.New(q)
		if err := store.LockPerson(ctx, first.Person); err != nil {
			return err
		}
		a, err := store.Application(ctx, application, true)
		if err != nil {
			return err
		}
		if a.State != people.Admitted {
			return people.ErrDecided
		}
		a.State = people.InReview
		if err := store.SaveApplication(ctx, a, who.ID); err != nil {
			return err
		}
		list, err := courses.Enrolments(ctx, a.Person)
		if err != nil {
			return err
		}
		others := false
		for _, e := range list {
			if e.LineID != a.Line {
				others = true
				continue
			}
			end := goodbye{Person: a.Person, Enrolments: []coursedb.Enrolment{e}, Cohort: e.CohortID, Until: now, Reason: strings.TrimSpace(reason), Tell: true}
			if err := x.ends.do(ctx, q, now, who, end); err != nil {
				return err
			}
		}
		line, err := courses.Line(ctx, a.Line)
		if err != nil {
			return err
		}
		here := a.Line // without another line the register ends, and with it every shift
		if !others {
			here = 0
		}
		freed, err := x.ends.shifts.free(ctx, q, now, a.Person, here, "", now, "undone", true)
		if err != nil {
			return err
		}
		changes := []coursedb.FactChange{{Person: a.Person, Close: true, Fact: gate.Fact{Kind: gate.OfAge, Line: gate.LineID(a.Line)}}}
		if entry, err := store.OpenEntry(ctx, a.Person, true); err == nil && !others {
			today := day(now, line.Location())
			if err := store.LeaveRegister(ctx, entry.ID, today, who.ID, reason); err != nil {
				return err
			}
			changes = append(changes, coursedb.FactChange{Person: a.Person, Close: true, Fact: gate.Fact{Kind: gate.Register}})
		} else if err != nil && !errors.Is(err, peopledb.ErrNoEntry) {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: "admission_undone", Vals: map[string]any{"Line": line.Name, "Words": strings.TrimSpace(reason)}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.DecideApplication, Kind: "application", Subject: application,
			Detail: map[string]any{"did": "undo_admission"},
		})
		if err != nil {
			return err
		}
		_, err = courses.Record(ctx, append(changes, freed...)...)
		return err
	})
}

// EnrolAgain puts somebody who was admitted before into a cohort of a line: for
// a refresher or for another line. Name, number and register stay; what the
// programme asks is asked anew.
func (x *Admissions) EnrolAgain(ctx context.Context, who people.Actor, cmd *pg.Command, number string, cohort int64) error {
	c, err := coursedb.New(x.db.Read()).Cohort(ctx, cohort, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.DecideApplication, people.Target{Line: c.LineID}); err != nil {
		return err
	}
	person, err := peopledb.New(x.db.Read()).PersonByNumber(ctx, number)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store, courses := peopledb.New(q), coursedb.New(q)
		if err := store.LockPerson(ctx, person); err != nil {
			return err
		}
		c, err := courses.Cohort(ctx, cohort, true)
		if err != nil {
			return err
		}
		line, err := courses.Line(ctx, c.LineID)
		if err != nil {
			return err
		}
		if c.ReleaseID, err = x.course.studiedIn(ctx, q, c.ReleaseID, person); err != nil {
			return err
		}
		id, err := courses.Enrol(ctx, person, c, now)
		if err != nil {
			return err
		}
		o, err := store.Organisation(ctx)
		if err != nil {
			return err
		}
		if err := store.ProposeEntry(ctx, person, o.Policy, now); err != nil {
			return err
		}
		vals := map[string]any{"Line": line.Name, "Cohort": c.Name, "Starts": c.StartsOn.Format(time.DateOnly)}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "enrolled_again", Vals: vals}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.DecideApplication, Kind: "enrolment", Subject: id, Detail: map[string]any{"did": "enrol_again", "cohort": c.ID},
		})
		if err != nil {
			return err
		}
		if err := x.course.review(ctx, q, now, id); err != nil {
			return err
		}
		i, err := store.Identity(ctx, person)
		if err != nil || i.BirthDate == nil {
			return err
		}
		age, err := x.course.minAge(ctx, line, c.ReleaseID)
		if err != nil {
			return err
		}
		_, err = courses.Record(ctx, coursedb.FactChange{Person: person, Close: true, Fact: gate.Fact{Kind: gate.OfAge, Line: gate.LineID(line.ID)}},
			coursedb.FactChange{Person: person, Fact: gate.Fact{Kind: gate.OfAge, Line: gate.LineID(line.ID), From: people.Birthday(*i.BirthDate, age, line.Location())}})
		return err
	})
}

// OpenCohorts lists the cohorts of the actor's lines that have seats, have not
// ended, and do not hold the person already.
func (x *Admissions) OpenCohorts(ctx context.Context, who people.Actor, number string) ([]coursedb.Cohort, error) {
	if err := who.MustSomewhere(people.DecideApplication); err != nil {
		return nil, err
	}
	q := x.db.Read()
	person, err := peopledb.New(q).PersonByNumber(ctx, number)
	if err != nil {
		return nil, err
	}
	all, err := coursedb.New(q).Cohorts(ctx, 0)
	if err != nil {
		return nil, err
	}
	held, err := coursedb.New(q).Enrolments(ctx, person)
	if err != nil {
		return nil, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	var open []coursedb.Cohort
	for _, c := range all {
		inside := false
		for _, e := range held {
			inside = inside || e.CohortID == c.ID
		}
		if !inside && c.Taken < c.Seats && !c.EndsOn.Before(now.AddDate(0, 0, -1)) && who.May(people.DecideApplication, people.Target{Line: c.LineID}) {
			open = append(open, c)
		}
	}
	return open, nil
}
