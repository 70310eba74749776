package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// Organising is what an administrator sets up after the first page and may
// change later: lines, cohorts, staff.
type Organising struct {
	db     *pg.DB
	course *Course
	shifts *Shifts
}

// NewOrganising makes the use cases of organising.
func NewOrganising(db *pg.DB, course *Course, shifts *Shifts) *Organising {
	return &Organising{db: db, course: course, shifts: shifts}
}

// Faults of organising.
var (
	ErrDatesSwapped = fault.New(fault.Invalid, "cohort.dates_swapped")
	ErrSeats        = fault.New(fault.Invalid, "cohort.seats_range")
	ErrNoRelease    = fault.New(fault.Conflict, "cohort.no_programme")
	ErrLastAdmin    = fault.New(fault.Conflict, "people.last_administrator")
)

// SetUpState is what is there already, for the guided page.
type SetUpState struct {
	Organisation peopledb.Organisation
	Lines        []coursedb.Line
	Cohorts      []coursedb.Cohort
	Programmes   []contentdb.Release
	Staff        []peopledb.HeldGrant
	Keys         int
}

// State reads what is there already.
func (x *Organising) State(ctx context.Context, who people.Actor) (SetUpState, error) {
	if err := who.Must(people.SetUp, people.Target{}); err != nil {
		return SetUpState{}, err
	}
	q := x.db.Read()
	var s SetUpState
	var err error
	if s.Organisation, err = peopledb.New(q).Organisation(ctx); err != nil {
		return s, err
	}
	if s.Lines, err = coursedb.New(q).Lines(ctx, nil); err != nil {
		return s, err
	}
	if s.Cohorts, err = coursedb.New(q).Cohorts(ctx, 0); err != nil {
		return s, err
	}
	if s.Programmes, err = contentdb.New(q).Programmes(ctx); err != nil {
		return s, err
	}
	for i, r := range s.Programmes {
		ed, err := x.course.library.edition(ctx, r.ID)
		if err != nil {
			return s, err
		}
		s.Programmes[i].Title = ed.Pack.Programme.In(who.Lang).Title
	}
	if s.Staff, err = peopledb.New(q).StaffGrants(ctx); err != nil {
		return s, err
	}
	keys, err := coursedb.New(q).Keys(ctx)
	for _, k := range keys {
		if k.EndedAt == nil && k.ActsFor == 0 { // of phone systems
			s.Keys++
		}
	}
	return s, err
}

// NewCohort is the cohort to make.
type NewCohort struct {
	Line             int64
	Name             string
	StartsOn, EndsOn string // 2006-01-02
	Seats            int
	JoinURL          string // way into the remote sessions, https; empty for now
	Trainer          people.ID
}

// AddCohort makes a cohort on the newest release of the line's programme, the
// Italian one where there is one, and
// plans its remote sessions from the programme: on the weekdays and at the hour
// that the programme names. The earliest series begins on the cohort's first
// day, the others as many days later as the programme's plan puts them apart.
func (x *Organising) AddCohort(ctx context.Context, who people.Actor, cmd *pg.Command, in NewCohort) (int64, error) {
	if err := who.Must(people.PlanSessions, people.Target{Line: in.Line}); err != nil {
		return 0, err
	}
	starts, ends, err := cohortFields(in.Name, in.StartsOn, in.EndsOn, in.Seats, func(form *fault.Form) { form.Add(!joinable(in.JoinURL), "join_url", ErrJoinURL) })
	if err != nil {
		return 0, err
	}
	var id int64
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		line, err := store.Line(ctx, in.Line)
		if err != nil {
			return err
		}
		release, err := contentdb.New(q).Current(ctx, line.Programme, "it")
		if errors.Is(err, contentdb.ErrNoContent) {
			release, err = contentdb.New(q).Current(ctx, line.Programme, "en")
		}
		if errors.Is(err, contentdb.ErrNoContent) {
			return ErrNoRelease
		}
		if err != nil {
			return err
		}
		id, err = store.AddCohort(ctx, coursedb.Cohort{
			LineID: line.ID, ReleaseID: release.ID, Name: strings.TrimSpace(in.Name), StartsOn: starts, EndsOn: ends, Seats: in.Seats,
		})
		if err != nil {
			return err
		}
		cmd.Created(id)
		ed, err := x.course.library.edition(ctx, release.ID)
		if err != nil {
			return err
		}
		plans := ed.Pack.Programme.Sessions
		earliest := 0
		for _, plan := range plans {
			earliest = min(earliest, plan.From)
		}
		for _, plan := range plans {
			if err := x.series(ctx, q, now, id, plan, starts.AddDate(0, 0, plan.From-earliest), in); err != nil {
				return err
			}
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.PlanSessions, Kind: "cohort", Subject: id, Detail: map[string]any{"did": "make", "line": line.Code},
		})
	})
	return id, err
}

// sessionKinds maps the kinds of a plan to those of sessions.
var sessionKinds = map[string]string{"evening": "evening", "lab": "lab", "roleplays": "roleplay", "recovery": "recovery"}

func (x *Organising) series(ctx context.Context, q pg.Q, now time.Time, cohort int64, plan content.SessionPlan, first time.Time, in NewCohort) error {
	days := make([]int64, 0, len(plan.Days))
	for _, d := range plan.Days {
		days = append(days, int64((d+6)%7)+1)
	}
	seats := max(plan.Seats, 1)
	if plan.Slot > 0 {
		seats = 1 // each turn is one volunteer with one evaluator
	}
	store := schedulerdb.New(q)
	id, err := store.AddSeries(ctx, schedulerdb.Series{
		CohortID: cohort, Kind: sessionKinds[plan.Kind], Title: plan.Title, Weekdays: days, Starts: plan.At, Minutes: int(plan.Duration.Minutes()), FirstOn: first,
		Count: plan.Count, Capacity: seats, TrainerID: in.Trainer, JoinURL: in.JoinURL, Slot: int(plan.Slot.Minutes()),
	})
	if err != nil {
		return err
	}
	return store.Enqueue(ctx, workSeries, fmt.Sprintf("series %d", id), map[string]any{"series": id}, now)
}

// Cohorts lists the cohorts of a line, or of every line in reach with line 0.
func (x *Organising) Cohorts(ctx context.Context, who people.Actor, line int64) ([]coursedb.Cohort, error) {
	if err := who.Must(people.ReadLine, people.Target{Line: line}); err != nil {
		return nil, err
	}
	return coursedb.New(x.db.Read()).Cohorts(ctx, line)
}

// Staff lists who holds which role.
func (x *Organising) Staff(ctx context.Context, who people.Actor) ([]peopledb.HeldGrant, error) {
	if err := who.Must(people.GrantRoles, people.Target{}); err != nil {
		return nil, err
	}
	return peopledb.New(x.db.Read()).StaffGrants(ctx)
}

// EndRole takes a role away. The last administrator stays. Sessions of the
// person end, so that what they may do is asked anew.
func (x *Organising) EndRole(ctx context.Context, who people.Actor, cmd *pg.Command, grant int64) error {
	if err := who.Must(people.GrantRoles, people.Target{}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		list, err := store.StaffGrants(ctx)
		if err != nil {
			return err
		}
		var held *peopledb.HeldGrant
		administrators := 0
		for i, g := range list {
			if g.ID == grant {
				held = &list[i]
			}
			if g.Role == people.Administrator {
				administrators++
			}
		}
		if held == nil {
			return people.ErrHidden
		}
		if held.Role == people.Administrator && administrators == 1 {
			return ErrLastAdmin
		}
		if err := store.LockPerson(ctx, held.Person); err != nil {
			return err
		}
		if err := store.EndGrant(ctx, grant, now); err != nil {
			return err
		}
		freed, err := x.shifts.unled(ctx, q, now, *held)
		if err != nil {
			return err
		}
		if _, err := store.DropSessions(ctx, held.Person, nil); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Administrator, Action: people.GrantRoles, Kind: "person", Subject: int64(held.Person),
			Detail: map[string]any{"did": "end", "role": held.Role, "scope": held.Scope, "scope_id": held.ScopeID},
		})
		if err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, freed...)
		return err
	})
}

// CohortForm is what the form of a new cohort needs.
type CohortForm struct {
	Line     coursedb.Line
	Trainers []peopledb.Identity
	Cohorts  []coursedb.Cohort
}

// CohortForm reads what the form of a new cohort needs. Line 0 is the first
// line in reach.
func (x *Organising) CohortForm(ctx context.Context, who people.Actor, line int64) (CohortForm, error) {
	if err := who.MustSomewhere(people.PlanSessions); err != nil {
		return CohortForm{}, err
	}
	q := x.db.Read()
	store := coursedb.New(q)
	if line == 0 {
		lines, err := store.Lines(ctx, nil)
		if err != nil {
			return CohortForm{}, err
		}
		for _, l := range lines {
			if line == 0 && who.May(people.PlanSessions, people.Target{Line: l.ID}) {
				line = l.ID
			}
		}
	}
	if err := who.Must(people.PlanSessions, people.Target{Line: line}); err != nil {
		return CohortForm{}, err
	}
	var f CohortForm
	var err error
	if f.Line, err = store.Line(ctx, line); err != nil {
		return f, err
	}
	if f.Cohorts, err = store.Cohorts(ctx, line); err != nil {
		return f, err
	}
	f.Trainers, err = peopledb.New(q).StaffFor(ctx, line, 0, people.Trainer, people.Coordinator)
	return f, err
}
