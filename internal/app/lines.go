package app

import (
	"context"
	"slices"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Lines is the life of a line: made, opened, closed for a while.
type Lines struct{ db *pg.DB }

// NewLines makes the use cases of lines.
func NewLines(db *pg.DB) *Lines { return &Lines{db: db} }

// Faults of lines.
var (
	ErrLineForm    = fault.New(fault.Invalid, "line.code_form")
	ErrZone        = fault.New(fault.Invalid, "line.zone_unknown")
	ErrLineIsOpen  = fault.New(fault.Conflict, "line.open_already")
	ErrLineIsShut  = fault.New(fault.Conflict, "line.shut_already")
	ErrHoursSwap   = fault.New(fault.Invalid, "line.hours_swapped")
	ErrNoFallback  = fault.New(fault.Invalid, "line.fallback_needed")
	ErrMinAgeRange = fault.New(fault.Invalid, "line.min_age_range")
)

// Hours is one opening of a week.
type Hours = coursedb.Hours

// List lists the lines that the actor may see, by name.
func (x *Lines) List(ctx context.Context, who people.Actor) ([]coursedb.Line, error) {
	if err := who.MustSomewhere(people.ReadLine); err != nil {
		return nil, err
	}
	reach := who.Reach(people.ReadLine)
	store := coursedb.New(x.db.Read())
	if reach.All {
		return store.Lines(ctx, nil)
	}
	only := reach.Lines
	for _, id := range reach.Cohorts {
		c, err := store.Cohort(ctx, id, false)
		if err != nil {
			return nil, err
		}
		only = append(only, c.LineID)
	}
	return store.Lines(ctx, only)
}

// NewLine is the line to make.
type NewLine struct {
	Code, Name, Zone string
	Channels         []string
	MinAge           int
	Fallback         string // where a caller goes when nobody may answer
	Programme        string
	LaunchOn         string // 2006-01-02 or empty
	Hours            []coursedb.Hours
	Supervised       bool // below autonomy nobody takes contacts without a supervisor on shift
}

// Add makes a line, not active yet.
func (x *Lines) Add(ctx context.Context, who people.Actor, cmd *pg.Command, in NewLine) (int64, error) {
	if err := who.Must(people.SetUp, people.Target{}); err != nil {
		return 0, err
	}
	var form fault.Form
	form.Add(!lineForm.MatchString(in.Code), "code", ErrLineForm)
	required(&form, "name", in.Name, 120)
	_, zerr := time.LoadLocation(in.Zone)
	form.Add(zerr != nil || in.Zone == "" || in.Zone == "Local", "zone", ErrZone)
	form.Add(len(in.Channels) == 0, "channels", ErrRequired)
	for _, c := range in.Channels {
		form.Add(!validChannel(c), "channels", ErrChoice)
	}
	form.Add(in.MinAge < 14 || in.MinAge > 99, "min_age", ErrMinAgeRange)
	form.Add(in.Fallback == "", "fallback", ErrNoFallback)
	form.Add(in.Programme == "", "programme", ErrRequired)
	var launch *time.Time
	if in.LaunchOn != "" {
		at, err := time.Parse(time.DateOnly, in.LaunchOn)
		form.Add(err != nil, "launch_on", ErrDate)
		launch = &at
	}
	for _, h := range in.Hours {
		form.Add(h.Closes <= h.Opens, "hours", ErrHoursSwap)
	}
	if err := form.Err(); err != nil {
		return 0, err
	}
	var id int64
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		var err error
		id, err = coursedb.New(q).AddLine(ctx, coursedb.Line{
			Code: in.Code, Name: in.Name, Zone: in.Zone, MinAge: in.MinAge, Fallback: in.Fallback, Programme: in.Programme, LaunchOn: launch, Channels: in.Channels,
		}, in.Hours)
		if err != nil {
			return err
		}
		cmd.Created(id)
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Administrator, Action: people.SetUp, Kind: "line", Subject: id, Detail: map[string]any{"did": "make", "code": in.Code, "supervised": in.Supervised},
		})
		if err != nil || !in.Supervised {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, supervision(id, true))
		return err
	})
	return id, err
}

// supervision is the change by which a line begins or ceases to ask for
// supervisors.
func supervision(line int64, asked bool) coursedb.FactChange {
	return coursedb.FactChange{Close: !asked, Now: asked, Fact: gate.Fact{Kind: gate.Supervision, Line: gate.LineID(line)}}
}

// SetActive opens a line to contacts or closes it. The gate follows from the
// commit on.
func (x *Lines) SetActive(ctx context.Context, who people.Actor, cmd *pg.Command, line int64, active bool) error {
	if err := who.Must(people.RunLine, people.Target{Line: line}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		open, err := store.LineActive(ctx, line, true)
		switch {
		case err != nil:
			return err
		case open && active:
			return ErrLineIsOpen
		case !open && !active:
			return ErrLineIsShut
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.RunLine, Kind: "line", Subject: line, Detail: map[string]any{"active": active},
		})
		if err != nil {
			return err
		}
		_, err = store.Record(ctx, coursedb.FactChange{Close: !active, Now: active, Fact: gate.Fact{Kind: gate.LineActive, Line: gate.LineID(line)}})
		return err
	})
}

// Inviting lists the lines that anybody may apply for: those that a programme
// certifies for.
func (x *Lines) Inviting(ctx context.Context, who people.Actor) ([]coursedb.Line, error) {
	if err := who.Must(people.Apply, people.Target{}); err != nil {
		return nil, err
	}
	all, err := coursedb.New(x.db.Read()).Lines(ctx, nil)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(l coursedb.Line) bool { return l.Programme == "" }), nil
}
