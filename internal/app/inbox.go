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

// Inbox is the coordinator's list of applications.
type Inbox struct {
	Rows   []peopledb.ApplicationRow
	Counts map[people.ApplicationState]int
	Next   int64 // key of the next page, 0 at the end
	Now    time.Time
}

// InboxPage is how many applications a page shows.
const InboxPage = 25

// InboxFilter narrows the inbox.
type InboxFilter = peopledb.InboxFilter

// Notice reads the privacy notice in force, in the reader's language if there
// is one.
func (x *Admissions) Notice(ctx context.Context, who people.Actor, lang string) (peopledb.Notice, error) {
	if err := who.Must(people.Apply, people.Target{}); err != nil {
		return peopledb.Notice{}, err
	}
	store := peopledb.New(x.db.Read())
	n, err := store.Notice(ctx, langOr(lang))
	if errors.Is(err, peopledb.ErrNoNotice) {
		n, err = store.Notice(ctx, "it")
	}
	return n, err
}

// Inbox lists the applications in the actor's reach.
func (x *Admissions) Inbox(ctx context.Context, who people.Actor, f peopledb.InboxFilter) (Inbox, error) {
	if err := who.MustSomewhere(people.ReadApplications); err != nil {
		return Inbox{}, err
	}
	store := peopledb.New(x.db.Read())
	reach := who.Reach(people.ReadApplications)
	f.Limit = InboxPage + 1
	rows, err := store.Inbox(ctx, reach, f)
	if err != nil {
		return Inbox{}, err
	}
	box := Inbox{Rows: rows}
	if len(rows) > InboxPage {
		box.Rows = rows[:InboxPage]
		box.Next = box.Rows[InboxPage-1].ID
	}
	box.Counts, err = store.InboxCounts(ctx, reach)
	return box, err
}

// ApplicationFile is one application with all that a decision needs.
type ApplicationFile struct {
	Application peopledb.Application
	Identity    peopledb.Identity
	Line        coursedb.Line
	Notes       []peopledb.Note
	Twins       []peopledb.Identity
	Cohorts     []coursedb.Cohort // with seats left, that have not ended
	Entry       *peopledb.RegisterEntry
	Policy      string
	Today       time.Time // midnight UTC of today in the line's zone
}

// Read opens an application.
func (x *Admissions) Read(ctx context.Context, who people.Actor, id int64) (ApplicationFile, error) {
	q := x.db.Read()
	store := peopledb.New(q)
	a, err := store.Application(ctx, id, false)
	if err != nil {
		return ApplicationFile{}, err
	}
	if err := who.Must(people.ReadApplications, people.Target{Line: a.Line}); err != nil {
		return ApplicationFile{}, err
	}
	f := ApplicationFile{Application: a}
	if f.Identity, err = store.Identity(ctx, a.Person); err != nil {
		return f, err
	}
	if f.Line, err = coursedb.New(q).Line(ctx, a.Line); err != nil {
		return f, err
	}
	if f.Notes, err = store.Notes(ctx, id); err != nil {
		return f, err
	}
	if f.Twins, err = store.Twins(ctx, f.Identity); err != nil {
		return f, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return f, err
	}
	f.Today = day(now, f.Line.Location())
	cohorts, err := coursedb.New(q).Cohorts(ctx, a.Line)
	if err != nil {
		return f, err
	}
	for _, c := range cohorts {
		if c.Taken < c.Seats && !c.EndsOn.Before(f.Today) {
			f.Cohorts = append(f.Cohorts, c)
		}
	}
	if e, err := store.OpenEntry(ctx, a.Person, false); err == nil {
		f.Entry = &e
	} else if !errors.Is(err, peopledb.ErrNoEntry) {
		return f, err
	}
	o, err := store.Organisation(ctx)
	f.Policy = o.Policy
	return f, err
}

// day is the date of an instant in a zone, as midnight UTC.
func day(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Note adds a note of the interview and moves a new application to review.
func (x *Admissions) Note(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, body string) error {
	var form fault.Form
	required(&form, "note", body, 4000)
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		a, err := store.Application(ctx, id, true)
		if err != nil {
			return err
		}
		if err := who.Must(people.DecideApplication, people.Target{Line: a.Line}); err != nil {
			return err
		}
		if err := form.Err(); err != nil {
			return err
		}
		if err := store.AddNote(ctx, id, who.ID, strings.TrimSpace(body), now); err != nil {
			return err
		}
		if a.State == people.Submitted {
			a.State = people.InReview
			if err := store.SaveApplication(ctx, a, 0); err != nil {
				return err
			}
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.DecideApplication, Kind: "application", Subject: id, Detail: map[string]any{"did": "note"},
		})
	})
}

// Outcome is the decision on an application.
type Outcome struct {
	To      people.ApplicationState // Admitted, OnHold or Refused
	Cohort  int64                   // of an admission
	Motive  string                  // code, of a refusal
	Words   string                  // the coordinator's own, for the letter
	Version int
}

// Motives are the codes of a refusal.
var Motives = []string{"availability", "role", "paid", "age", "other"}

// Decide admits to a cohort, puts on hold or refuses, each with its letter. An
// admission gives the public number, enrols, proposes the register entry and
// invites to set a password.
func (x *Admissions) Decide(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in Outcome) error {
	var form fault.Form
	form.Add(in.To != people.Admitted && in.To != people.OnHold && in.To != people.Refused, "outcome", ErrChoice)
	form.Add(in.To == people.Admitted && in.Cohort == 0, "cohort", ErrRequired)
	form.Add(in.To == people.Refused && !slices.Contains(Motives, in.Motive), "motive", ErrRequired)
	form.Add(len(in.Words) > 2000, "words", ErrTooLong.With("Max", 2000))
	first, err := peopledb.New(x.db.Read()).Application(ctx, id, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.DecideApplication, people.Target{Line: first.Line}); err != nil {
		return err
	}
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if err := store.LockPerson(ctx, first.Person); err != nil {
			return err
		}
		a, err := store.Application(ctx, id, true)
		if err != nil {
			return err
		}
		if a.State, err = a.State.Next(in.To); err != nil {
			return err
		}
		line, err := coursedb.New(q).Line(ctx, a.Line)
		if err != nil {
			return err
		}
		a.DecidedAt, a.Reason, a.Version = &now, in.Motive, in.Version
		if err := store.SaveApplication(ctx, a, who.ID); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.DecideApplication, Kind: "application", Subject: id,
			Detail: map[string]any{"did": in.To, "cohort": in.Cohort, "motive": in.Motive},
		})
		if err != nil {
			return err
		}
		words := strings.TrimSpace(in.Words)
		switch in.To {
		case people.OnHold:
			return outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: "on_hold", Vals: map[string]any{"Line": line.Name, "Words": words}})
		case people.Refused:
			return outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: "refused", Vals: map[string]any{"Line": line.Name, "Motive": in.Motive, "Words": words}})
		case people.Admitted, people.Submitted, people.InReview, people.WithdrawnApp:
		}
		return x.admit(ctx, q, now, who, a, line, in.Cohort, words)
	})
}

// admit does what an admission means. The person is locked.
func (x *Admissions) admit(ctx context.Context, q pg.Q, now time.Time, who people.Actor, a peopledb.Application, line coursedb.Line, cohort int64, words string) error {
	store, courses := peopledb.New(q), coursedb.New(q)
	if a.PaidTies {
		return ErrPaid
	}
	c, err := courses.Cohort(ctx, cohort, true)
	if err != nil {
		return err
	}
	if c.LineID != a.Line {
		return people.ErrHidden
	}
	if c.ReleaseID, err = x.course.studiedIn(ctx, q, c.ReleaseID, a.Person); err != nil {
		return err
	}
	enrolment, err := courses.Enrol(ctx, a.Person, c, now)
	if err != nil {
		return err
	}
	number, err := store.GiveNumber(ctx, a.Person)
	if err != nil {
		return err
	}
	if err := store.AddGrant(ctx, a.Person, people.Grant{Role: people.Volunteer, Scope: people.Own}, who.ID, now); err != nil {
		return err
	}
	o, err := store.Organisation(ctx)
	if err != nil {
		return err
	}
	if err := store.ProposeEntry(ctx, a.Person, o.Policy, now); err != nil {
		return err
	}
	vals := map[string]any{"Line": line.Name, "Cohort": c.Name, "Starts": c.StartsOn.Format(time.DateOnly), "Number": number, "Words": words}
	if _, err := store.CredentialOf(ctx, a.Person); errors.Is(err, peopledb.ErrNoPerson) {
		if _, err := invite(ctx, q, now, a.Person, "admitted", vals); err != nil {
			return err
		}
	} else if err != nil {
		return err
	} else if err := outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: "admitted", Vals: vals}); err != nil {
		return err
	}
	if err := x.course.review(ctx, q, now, enrolment); err != nil {
		return err
	}
	i, err := store.Identity(ctx, a.Person)
	if err != nil || i.BirthDate == nil {
		return err
	}
	age, err := x.course.minAge(ctx, line, c.ReleaseID)
	if err != nil {
		return err
	}
	_, err = courses.Record(ctx, coursedb.FactChange{Person: a.Person, Fact: gate.Fact{
		Kind: gate.OfAge, Line: gate.LineID(line.ID), From: people.Birthday(*i.BirthDate, age, line.Location()),
	}})
	return err
}
