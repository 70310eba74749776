package app

import (
	"context"
	"slices"

	"abilita/content"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/scheduler/schedulerdb"
)

// Planning is what whoever plans the calendar of a cohort has to choose from.
type Planning struct {
	Cohort   coursedb.Cohort
	Line     coursedb.Line
	Patterns []content.SessionPlan // of the programme
	Scripts  []content.Script
	Staff    []peopledb.Identity
	Sessions []schedulerdb.Session
}

// Planning opens the calendar of a cohort.
func (x *Sessions) Planning(ctx context.Context, who people.Actor, cohort int64) (Planning, error) {
	q := x.db.Read()
	store := coursedb.New(q)
	c, err := store.Cohort(ctx, cohort, false)
	if err != nil {
		return Planning{}, err
	}
	if err := who.Must(people.PlanSessions, people.Target{Cohort: c.ID, Line: c.LineID}); err != nil {
		return Planning{}, err
	}
	p := Planning{Cohort: c}
	if p.Line, err = store.Line(ctx, c.LineID); err != nil {
		return p, err
	}
	ed, err := x.course.library.edition(ctx, c.ReleaseID)
	if err != nil {
		return p, err
	}
	p.Patterns, p.Scripts = ed.Pack.Programme.Sessions, ed.Pack.Scripts
	if p.Staff, err = peopledb.New(q).StaffFor(ctx, c.LineID, c.ID, people.Trainer, people.Evaluator, people.Coordinator); err != nil {
		return p, err
	}
	p.Sessions, err = schedulerdb.New(q).OfCohorts(ctx, []int64{c.ID}, who.ID)
	return p, err
}

// Leader finds a member of staff by address; 0 when none was chosen or the
// address is nobody's.
func (p Planning) Leader(email string) people.ID {
	for _, i := range p.Staff {
		if email != "" && i.Email == email {
			return i.Person
		}
	}
	return 0
}

// Calendars lists the cohorts whose calendar the actor may plan, the newest
// first.
func (x *Sessions) Calendars(ctx context.Context, who people.Actor) ([]coursedb.Cohort, error) {
	if err := who.MustSomewhere(people.PlanSessions); err != nil {
		return nil, err
	}
	all, err := coursedb.New(x.db.Read()).Cohorts(ctx, 0)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c coursedb.Cohort) bool {
		return !who.May(people.PlanSessions, people.Target{Cohort: c.ID, Line: c.LineID})
	}), nil
}
