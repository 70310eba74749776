package app

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Faults of changing what was set up.
var (
	ErrHoursHalf    = fault.New(fault.Invalid, "line.hours_half")
	ErrHoursForm    = fault.New(fault.Invalid, "line.hours_form")
	ErrDialled      = fault.New(fault.Invalid, "line.dialled_form")
	ErrAddressForm  = fault.New(fault.Invalid, "line.address_form")
	ErrLeaseSeconds = fault.New(fault.Invalid, "line.lease_seconds")
	ErrSeatsTaken   = fault.New(fault.Invalid, "cohort.seats_taken")
)

// LineSettings is what may be changed of a line. Its code and zone stay: phone
// systems ask by the one, and the dates of certificates were told in the other.
type LineSettings struct {
	Name, Fallback string
	Channels       []string
	Running        string // one of RunningContacts
	LeaseSeconds   int    // how long a phone system may answer from a signed lease, 1 to 30
	MinAge         int    // for those who apply from now on
	LaunchOn       string // 2006-01-02 or empty
	Hours          []Hours
	Supervised     bool   // below autonomy nobody takes contacts without a supervisor on shift
	Dialled        string // the number that callers dial; empty: no engine asks by it
	AddressForm    string // how engines address an agent, with {agent} for the public number; empty: the number alone
	Version        int    // as it was read; another one in store is ErrChanged
}

var (
	dialledForm = regexp.MustCompile(`^\+?[0-9*#]{1,32}$`)
	addressForm = regexp.MustCompile(`^[A-Za-z0-9{}@:./_*+-]{1,200}$`)
)

// RunningContacts are what may happen to a contact that is going on when its
// volunteer is stopped; the first is what a new line does.
var RunningContacts = []string{"finish", "hand_over", "cut"}

// Settings reads what may be changed of a line.
func (x *Lines) Settings(ctx context.Context, who people.Actor, code string) (coursedb.Line, LineSettings, error) {
	store := coursedb.New(x.db.Read())
	l, err := store.LineByCode(ctx, code)
	if err != nil {
		return l, LineSettings{}, err
	}
	if err := who.Must(people.RunLine, people.Target{Line: l.ID}); err != nil {
		return coursedb.Line{}, LineSettings{}, err
	}
	in := LineSettings{Name: l.Name, Fallback: l.Fallback, Running: l.Running, LeaseSeconds: l.LeaseSeconds, Channels: l.Channels, MinAge: l.MinAge, Dialled: l.Dialled, AddressForm: l.AddressForm, Version: l.Version}
	if l.LaunchOn != nil {
		in.LaunchOn = l.LaunchOn.Format(time.DateOnly)
	}
	if in.Supervised, err = store.LineAsks(ctx, l.ID); err != nil {
		return l, in, err
	}
	in.Hours, err = store.Hours(ctx, l.ID)
	return l, in, err
}

func (in LineSettings) check() (launch *time.Time, err error) {
	var form fault.Form
	required(&form, "name", in.Name, 120)
	form.Add(len(in.Channels) == 0, "channels", ErrRequired)
	for _, c := range in.Channels {
		form.Add(!validChannel(c), "channels", ErrChoice)
	}
	form.Add(in.MinAge < 14 || in.MinAge > 99, "min_age", ErrMinAgeRange)
	form.Add(strings.TrimSpace(in.Fallback) == "", "fallback", ErrNoFallback)
	form.Add(!slices.Contains(RunningContacts, in.Running), "running_contact", ErrChoice)
	form.Add(in.Dialled != "" && !dialledForm.MatchString(in.Dialled), "dialled", ErrDialled)
	form.Add(in.AddressForm != "" && (!addressForm.MatchString(in.AddressForm) || strings.Count(in.AddressForm, "{agent}") != 1), "address_form", ErrAddressForm)
	form.Add(in.LeaseSeconds < 1 || in.LeaseSeconds > 30, "lease_seconds", ErrLeaseSeconds)
	if in.LaunchOn != "" {
		at, err := time.Parse(time.DateOnly, in.LaunchOn)
		form.Add(err != nil, "launch_on", ErrDate)
		launch = &at
	}
	for _, h := range in.Hours {
		switch {
		case (h.Opens == "") != (h.Closes == ""):
			form.Add(true, "hours", ErrHoursHalf)
		case !wallTime(h.Opens) || !wallTime(h.Closes):
			form.Add(true, "hours", ErrHoursForm)
		case h.Closes <= h.Opens:
			form.Add(true, "hours", ErrHoursSwap)
		}
	}
	return launch, form.Err()
}

// wallTime tells whether s is a time of the day, "15:04"; "24:00" is the end of
// it.
func wallTime(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == 5 || s == "24:00"
}

// Change changes a line. The record keeps what was there before. Whether it asks
// for supervisors counts with the gate from the commit on.
func (x *Lines) Change(ctx context.Context, who people.Actor, cmd *pg.Command, code string, in LineSettings) error {
	l, _, err := x.Settings(ctx, who, code)
	if err != nil {
		return err
	}
	launch, err := in.check()
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		was, err := store.Hours(ctx, l.ID)
		if err != nil {
			return err
		}
		to := l
		to.Name, to.Fallback, to.Running, to.Channels, to.MinAge, to.LaunchOn, to.Version = strings.TrimSpace(in.Name), strings.TrimSpace(in.Fallback), in.Running, in.Channels, in.MinAge, launch, in.Version
		to.Dialled, to.AddressForm, to.LeaseSeconds = in.Dialled, in.AddressForm, in.LeaseSeconds
		done, err := store.ChangeLine(ctx, to, in.Hours)
		switch {
		case err != nil:
			return err
		case !done:
			return ErrChanged
		}
		asked, err := store.LineAsks(ctx, l.ID) // the line is locked by now
		if err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.RunLine, Kind: "line", Subject: l.ID,
			Detail: map[string]any{
				"did": "change", "before": map[string]any{"line": l, "hours": was, "supervised": asked}, "after": map[string]any{"line": to, "hours": in.Hours, "supervised": in.Supervised},
			},
		})
		if err != nil || asked == in.Supervised {
			return err
		}
		_, err = store.Record(ctx, supervision(l.ID, in.Supervised))
		return err
	})
}

// CohortSettings is what may be changed of a cohort. Its sessions are planned
// and moved on their own pages.
type CohortSettings struct {
	Name             string
	StartsOn, EndsOn string // 2006-01-02
	Seats            int
	Version          int
}

// CohortSettings reads what may be changed of a cohort.
func (x *Organising) CohortSettings(ctx context.Context, who people.Actor, id int64) (coursedb.Cohort, coursedb.Line, error) {
	store := coursedb.New(x.db.Read())
	c, err := store.Cohort(ctx, id, false)
	if err != nil {
		return c, coursedb.Line{}, err
	}
	if err := who.Must(people.PlanSessions, people.Target{Line: c.LineID, Cohort: c.ID}); err != nil {
		return coursedb.Cohort{}, coursedb.Line{}, err
	}
	l, err := store.Line(ctx, c.LineID)
	return c, l, err
}

// ChangeCohort changes name, dates and seats of a cohort. There are never fewer
// seats than people.
func (x *Organising) ChangeCohort(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in CohortSettings) error {
	first, _, err := x.CohortSettings(ctx, who, id)
	if err != nil {
		return err
	}
	starts, ends, err := cohortFields(in.Name, in.StartsOn, in.EndsOn, in.Seats)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		was, err := store.Cohort(ctx, id, true)
		switch {
		case err != nil:
			return err
		case was.Version != in.Version:
			return ErrChanged
		case in.Seats < was.Taken:
			return fault.Form{ErrSeatsTaken.With("N", was.Taken).On("seats")}
		}
		to := was
		to.Name, to.StartsOn, to.EndsOn, to.Seats = strings.TrimSpace(in.Name), starts, ends, in.Seats
		if err := store.ChangeCohort(ctx, to); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.PlanSessions, Kind: "cohort", Subject: first.ID,
			Detail: map[string]any{"did": "change", "before": was, "after": to},
		})
	})
}

// cohortFields checks what both forms of a cohort hold.
func cohortFields(name, startsOn, endsOn string, seats int, more ...func(*fault.Form)) (starts, ends time.Time, err error) {
	var form fault.Form
	required(&form, "name", name, 120)
	starts, err1 := time.Parse(time.DateOnly, startsOn)
	ends, err2 := time.Parse(time.DateOnly, endsOn)
	form.Add(err1 != nil, "starts_on", ErrDate)
	form.Add(err2 != nil, "ends_on", ErrDate)
	form.Add(err1 == nil && err2 == nil && ends.Before(starts), "ends_on", ErrDatesSwapped)
	form.Add(seats < 1 || seats > 100_000, "seats", ErrSeats)
	for _, check := range more {
		check(&form)
	}
	return starts, ends, form.Err()
}
