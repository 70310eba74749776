package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/ical"
	"abilita/scheduler/schedulerdb"
)

// Sessions is remote meetings: planned from a cohort's weekly pattern, booked
// within their seats, joined in their window, and closed by the register.
type Sessions struct {
	db     *pg.DB
	course *Course
}

// NewSessions makes the use cases of sessions.
func NewSessions(db *pg.DB, course *Course) *Sessions { return &Sessions{db: db, course: course} }

// Faults of planning.
var (
	ErrSeriesForm = fault.New(fault.Invalid, "session.series_form")
	ErrTimeForm   = fault.New(fault.Invalid, "session.time_form")
	ErrJoinURL    = fault.New(fault.Invalid, "session.join_url")
	ErrMovePast   = fault.New(fault.Invalid, "session.move_past")
	ErrOutcome    = fault.New(fault.Invalid, "session.outcome")
	ErrNotSeat    = fault.New(fault.NotFound, "fault.not_found")
)

// NewSeries is a weekly pattern to plan.
type NewSeries struct {
	Cohort   int64
	Kind     string // evening, lab, roleplay, recovery
	Title    string
	Weekdays []int  // 1 is Monday
	At       string // wall time, "20:30"
	Minutes  int
	First    string // 2006-01-02
	Count    int
	Seats    int
	Slot     int // minutes of each turn; 0: not divided
	Trainer  people.ID
	JoinURL  string
	Script   string
}

// Plan stores a weekly pattern; the sessions are made from it by due work.
func (x *Sessions) Plan(ctx context.Context, who people.Actor, cmd *pg.Command, in NewSeries) (int64, error) {
	c, err := coursedb.New(x.db.Read()).Cohort(ctx, in.Cohort, false)
	if err != nil {
		return 0, err
	}
	if err := who.Must(people.PlanSessions, people.Target{Cohort: c.ID, Line: c.LineID}); err != nil {
		return 0, err
	}
	var form fault.Form
	required(&form, "title", in.Title, 120)
	form.Add(!slices.Contains([]string{"evening", "lab", "roleplay", "recovery"}, in.Kind), "kind", ErrChoice)
	form.Add(len(in.Weekdays) == 0 || slices.ContainsFunc(in.Weekdays, func(d int) bool { return d < 1 || d > 7 }), "weekdays", ErrChoice)
	at, terr := time.Parse("15:04", in.At)
	form.Add(terr != nil, "at", ErrTimeForm)
	form.Add(terr == nil && at.Hour()*60+at.Minute() >= 60 && at.Hour()*60+at.Minute() <= 210, "at", ErrTimeForm) // 01:00 to 03:30: clocks change then
	first, derr := time.Parse(time.DateOnly, in.First)
	form.Add(derr != nil, "first_on", ErrDate)
	form.Add(in.Minutes < 5 || in.Minutes > 600, "minutes", ErrSeriesForm)
	form.Add(in.Count < 1 || in.Count > 200, "count", ErrSeriesForm)
	form.Add(in.Seats < 1 || in.Seats > 1000, "seats", ErrSeriesForm)
	form.Add(in.Slot < 0 || in.Slot > in.Minutes, "slot", ErrSeriesForm)
	form.Add(!joinable(in.JoinURL), "join_url", ErrJoinURL)
	form.Add(in.Kind == "roleplay" && in.Script == "", "script", ErrRequired)
	if in.Script != "" {
		ed, err := x.course.library.edition(ctx, c.ReleaseID)
		if err != nil {
			return 0, err
		}
		_, known := ed.script(in.Script)
		form.Add(!known, "script", ErrChoice)
	}
	if in.Trainer != 0 {
		staff, err := peopledb.New(x.db.Read()).StaffFor(ctx, c.LineID, c.ID, people.Trainer, people.Evaluator, people.Coordinator)
		if err != nil {
			return 0, err
		}
		form.Add(!slices.ContainsFunc(staff, func(i peopledb.Identity) bool { return i.Person == in.Trainer }), "trainer", ErrChoice)
	}
	if err := form.Err(); err != nil {
		return 0, err
	}
	var id int64
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		days := make([]int64, len(in.Weekdays))
		for i, d := range in.Weekdays {
			days[i] = int64(d)
		}
		store := schedulerdb.New(q)
		var err error
		id, err = store.AddSeries(ctx, schedulerdb.Series{
			CohortID: c.ID, Kind: in.Kind, Title: strings.TrimSpace(in.Title), Weekdays: days, Starts: in.At, Minutes: in.Minutes, FirstOn: first, Count: in.Count,
			Capacity: in.Seats, TrainerID: in.Trainer, JoinURL: in.JoinURL, ScriptKey: in.Script, Slot: in.Slot,
		})
		if err != nil {
			return err
		}
		cmd.Created(id)
		if err := store.Enqueue(ctx, workSeries, fmt.Sprintf("series %d", id), map[string]any{"series": id}, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Trainer, Action: people.PlanSessions, Kind: "series", Subject: id, Detail: map[string]any{"cohort": c.ID, "count": in.Count},
		})
	})
	return id, err
}

// joinable accepts an empty address or one a browser may follow safely.
func joinable(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(s) <= 500
}

// materialise makes the sessions of a pattern, each once.
func (x *Sessions) materialise(ctx context.Context, q pg.Q, id int64) error {
	store := schedulerdb.New(q)
	v, err := store.SeriesRow(ctx, id)
	if err != nil {
		return err
	}
	c, err := coursedb.New(q).Cohort(ctx, v.CohortID, false)
	if err != nil {
		return err
	}
	line, err := coursedb.New(q).Line(ctx, c.LineID)
	if err != nil {
		return err
	}
	at, err := time.Parse("15:04", v.Starts)
	if err != nil {
		return fmt.Errorf("series %d starts at %q: %w", id, v.Starts, err)
	}
	pattern := scheduler.Series{
		Hour: at.Hour(), Minute: at.Minute(), Duration: time.Duration(v.Minutes) * time.Minute, First: v.FirstOn, Count: v.Count, Slot: time.Duration(v.Slot) * time.Minute,
	}
	for _, d := range v.Weekdays {
		pattern.Weekdays = append(pattern.Weekdays, time.Weekday(d%7))
	}
	for _, m := range pattern.Meetings(line.Location()) {
		if err := store.Materialise(ctx, v, m); err != nil {
			return err
		}
	}
	return nil
}

// Agenda is sessions as a volunteer sees them.
type Agenda struct {
	Sessions []schedulerdb.Session
	Zone     *time.Location
	Now      time.Time
}

// Held lists the sessions that a volunteer holds a seat in, as seen at now in
// the zone.
func (x *Sessions) Held(ctx context.Context, who people.Actor, now time.Time, zone *time.Location) (Agenda, error) {
	if err := who.Must(people.BookSession, people.Target{Person: who.ID}); err != nil {
		return Agenda{}, err
	}
	list, err := schedulerdb.New(x.db.Read()).Booked(ctx, who.ID)
	for i := range list {
		hideDoor(&list[i], now)
	}
	return Agenda{Sessions: list, Zone: zone, Now: now}, err
}

// Mine lists the sessions of a volunteer's cohorts. Where the person holds no
// seat, or outside the window, the way in is left out.
func (x *Sessions) Mine(ctx context.Context, who people.Actor) (Agenda, error) {
	if err := who.Must(people.BookSession, people.Target{Person: who.ID}); err != nil {
		return Agenda{}, err
	}
	q := x.db.Read()
	ways, err := coursedb.New(q).Ways(ctx, who.ID)
	if err != nil || len(ways) == 0 {
		return Agenda{Zone: time.UTC}, err
	}
	now := ways[0].Now.UTC()
	a := Agenda{Zone: ways[0].Line.Location(), Now: now}
	var cohorts []int64
	for _, w := range ways {
		cohorts = append(cohorts, w.CohortID)
	}
	a.Sessions, err = schedulerdb.New(q).OfCohorts(ctx, cohorts, who.ID)
	for i := range a.Sessions {
		hideDoor(&a.Sessions[i], now)
	}
	return a, err
}

// hideDoor leaves the way in only to who holds a seat, in its window.
func hideDoor(s *schedulerdb.Session, now time.Time) {
	if (s.Mine != "booked" && s.Mine != "present") || !s.Rules().Door(now) {
		s.JoinURL = ""
	}
}

// Book takes a seat. Seats are counted under the session's lock, after the
// person's: nobody gets a seat that is not there, nobody two at one time.
func (x *Sessions) Book(ctx context.Context, who people.Actor, cmd *pg.Command, session int64) error {
	if err := who.Must(people.BookSession, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		if err := store.Lock(ctx, session); err != nil {
			return err
		}
		s, err := store.Session(ctx, session, who.ID)
		if err != nil {
			return err
		}
		if err := x.mustBeIn(ctx, q, who.ID, s.CohortID); err != nil {
			return err
		}
		busy, err := store.Booked(ctx, who.ID)
		if err != nil {
			return err
		}
		var taken []scheduler.Session
		for _, b := range busy {
			if b.ID == session {
				return scheduler.ErrBooked
			}
			taken = append(taken, b.Rules())
		}
		working, err := store.ShiftsOf(ctx, who.ID, now)
		if err != nil {
			return err
		}
		for _, w := range working {
			taken = append(taken, scheduler.Session{State: scheduler.Planned, Start: w.StartsAt, End: w.EndsAt})
		}
		if err := s.Rules().MayBook(s.Taken, taken, now); err != nil {
			return err
		}
		if _, err := store.Book(ctx, session, who.ID, now); err != nil {
			return err
		}
		if err := x.invite(ctx, q, now, who.ID, s, "booked", ical.Request, ""); err != nil {
			return err
		}
		key := fmt.Sprintf("reminder %d %d %d", s.ID, who.ID, s.Sequence)
		if err := store.Enqueue(ctx, workReminder, key, map[string]any{"session": s.ID, "person": int64(who.ID)}, scheduler.ReminderAt(s.StartsAt, now)); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Volunteer, Action: people.BookSession, Kind: "session", Subject: session, Detail: map[string]any{"did": "book"}})
	})
}

// mustBeIn asks for the person's open enrolment in a cohort; without one the
// cohort's sessions do not exist for them.
func (x *Sessions) mustBeIn(ctx context.Context, q pg.Q, who people.ID, cohort int64) error {
	list, err := coursedb.New(q).Enrolments(ctx, who)
	if err == nil && !slices.ContainsFunc(list, func(e coursedb.Enrolment) bool { return e.CohortID == cohort }) {
		err = people.ErrHidden
	}
	return err
}

// Leave gives a seat back before the session begins.
func (x *Sessions) Leave(ctx context.Context, who people.Actor, cmd *pg.Command, session int64) error {
	if err := who.Must(people.BookSession, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		if err := store.Lock(ctx, session); err != nil {
			return err
		}
		s, err := store.Session(ctx, session, who.ID)
		if err != nil {
			return err
		}
		if err := x.mustBeIn(ctx, q, who.ID, s.CohortID); err != nil {
			return err
		}
		if err := s.Rules().MayCancel(now); err != nil {
			return err
		}
		if err := store.SetBooking(ctx, session, who.ID, "booked", "cancelled"); err != nil {
			return err
		}
		if err := x.invite(ctx, q, now, who.ID, s, "unbooked", ical.Cancel, ""); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Volunteer, Action: people.BookSession, Kind: "session", Subject: session, Detail: map[string]any{"did": "leave"}})
	})
}

// invite queues a letter with the calendar entry of a session; words are the
// reason of a change.
func (x *Sessions) invite(ctx context.Context, q pg.Q, now time.Time, to people.ID, s schedulerdb.Session, kind string, m ical.Method, words string) error {
	i, err := peopledb.New(q).Identity(ctx, to)
	if err != nil {
		return err
	}
	return outbox.Queue(ctx, q, now, outbox.Letter{
		To: to, Kind: "session_" + kind,
		Vals:       map[string]any{"Title": s.Title, "Starts": s.StartsAt.UTC().Format(time.RFC3339), "Ends": s.EndsAt.UTC().Format(time.RFC3339), "Words": words},
		Attachment: ical.Text(m, calendarEntry(s, now, i.Email)),
	})
}

func calendarEntry(s schedulerdb.Session, now time.Time, attendee string) ical.Event {
	return ical.Event{
		UID: fmt.Sprintf("session-%d@abilita", s.ID), Sequence: s.Sequence, Stamp: now, Start: s.StartsAt, End: s.EndsAt, Summary: s.Title, Attendee: attendee,
	}
}

// remind tells somebody of a session the day before, if it still holds.
func (x *Sessions) remind(ctx context.Context, q pg.Q, now time.Time, session int64, who int64) error {
	s, err := schedulerdb.New(q).Session(ctx, session, people.ID(who))
	if err != nil {
		return err
	}
	if s.State != scheduler.Planned || s.Mine != "booked" || !now.Before(s.StartsAt) || now.Before(s.StartsAt.Add(-25*time.Hour)) {
		return nil
	}
	return x.invite(ctx, q, now, people.ID(who), s, "reminder", ical.Request, "")
}

// Move gives a session another day or hour, with a letter that updates the
// calendars of everybody who holds a seat.
func (x *Sessions) Move(ctx context.Context, who people.Actor, cmd *pg.Command, session int64, date, at, reason string, version int) error {
	return x.change(ctx, who, cmd, session, reason, func(q pg.Q, now time.Time, s schedulerdb.Session, zone *time.Location) (string, ical.Method, error) {
		day, derr := time.Parse(time.DateOnly, strings.TrimSpace(date))
		hour, herr := time.Parse("15:04", strings.TrimSpace(at))
		var form fault.Form
		form.Add(derr != nil, "date", ErrDate)
		form.Add(herr != nil, "at", ErrTimeForm)
		if err := form.Err(); err != nil {
			return "", "", err
		}
		start := scheduler.Wall(day, hour.Hour(), hour.Minute(), zone)
		if !start.After(now) {
			return "", "", fault.Form{ErrMovePast.On("date")}
		}
		return "moved", ical.Request, schedulerdb.New(q).Move(ctx, session, start, start.Add(s.EndsAt.Sub(s.StartsAt)), version)
	})
}

// Cancel calls a session off, with a letter that takes it out of the calendars.
func (x *Sessions) Cancel(ctx context.Context, who people.Actor, cmd *pg.Command, session int64, reason string, version int) error {
	return x.change(ctx, who, cmd, session, reason, func(q pg.Q, _ time.Time, _ schedulerdb.Session, _ *time.Location) (string, ical.Method, error) {
		return "cancelled", ical.Cancel, schedulerdb.New(q).Cancel(ctx, session, version)
	})
}

func (x *Sessions) change(ctx context.Context, who people.Actor, cmd *pg.Command, session int64, reason string,
	do func(q pg.Q, now time.Time, s schedulerdb.Session, zone *time.Location) (kind string, m ical.Method, err error),
) error {
	first, err := schedulerdb.New(x.db.Read()).Session(ctx, session, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.PlanSessions, people.Target{Cohort: first.CohortID, Line: first.LineID}); err != nil {
		return err
	}
	var form fault.Form
	required(&form, "reason", reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		if err := store.Lock(ctx, session); err != nil {
			return err
		}
		s, err := store.Session(ctx, session, who.ID)
		if err != nil {
			return err
		}
		if err := s.Rules().MayCancel(now); err != nil {
			return err
		}
		line, err := coursedb.New(q).Line(ctx, s.LineID)
		if err != nil {
			return err
		}
		kind, method, err := do(q, now, s, line.Location())
		if err != nil {
			return err
		}
		after, err := store.Session(ctx, session, who.ID)
		if err != nil {
			return err
		}
		seats, err := store.Seats(ctx, session)
		if err != nil {
			return err
		}
		for _, seat := range seats {
			if err := x.invite(ctx, q, now, seat.Person, after, kind, method, strings.TrimSpace(reason)); err != nil {
				return err
			}
			if method == ical.Request {
				key := fmt.Sprintf("reminder %d %d %d", s.ID, seat.Person, after.Sequence)
				if err := store.Enqueue(ctx, workReminder, key, map[string]any{"session": s.ID, "person": int64(seat.Person)}, scheduler.ReminderAt(after.StartsAt, now)); err != nil {
					return err
				}
			}
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Trainer, Action: people.PlanSessions, Kind: "session", Subject: session, Detail: map[string]any{"did": kind, "reason": reason},
		})
	})
}

// Calendar is the entry of a session that the person holds a seat in.
func (x *Sessions) Calendar(ctx context.Context, who people.Actor, session int64) (string, error) {
	if err := who.Must(people.BookSession, people.Target{Person: who.ID}); err != nil {
		return "", err
	}
	s, err := schedulerdb.New(x.db.Read()).Session(ctx, session, who.ID)
	if err != nil {
		return "", err
	}
	if s.Mine == "" || s.Mine == "cancelled" {
		return "", people.ErrHidden
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return "", err
	}
	method := ical.Publish
	if s.State == scheduler.Cancelled {
		method = ical.Cancel
	}
	return ical.Text(method, calendarEntry(s, now, "")), nil
}
