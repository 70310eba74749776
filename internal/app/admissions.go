package app

import (
	"context"
	"errors"
	"slices"
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

// Admissions is the way from the public form into the register of volunteers.
type Admissions struct {
	db     *pg.DB
	course *Course
}

// NewAdmissions makes the use cases of applying and admitting.
func NewAdmissions(db *pg.DB, course *Course) *Admissions { return &Admissions{db: db, course: course} }

// Faults of applying and admitting.
var (
	ErrNoticeOld    = fault.New(fault.Conflict, "apply.notice_changed")
	ErrMustAgree    = fault.New(fault.Invalid, "apply.must_agree")
	ErrTooYoung     = fault.New(fault.Invalid, "apply.too_young")
	ErrTooManyForms = fault.New(fault.Unavailable, "apply.too_many")
	ErrPaid         = fault.New(fault.Conflict, "application.paid_ties")
	ErrBackdated    = fault.New(fault.Invalid, "application.backdated")
	ErrTooFar       = fault.New(fault.Invalid, "application.too_far")
	ErrConfirmed    = fault.New(fault.Conflict, "application.confirmed")
)

// AnswerDays is within how many days an applicant hears from somebody.
const AnswerDays = 5

// KeepMonths is how long a refused application is kept.
const KeepMonths = 6

// OpenForm is what the public form of a line needs.
type OpenForm struct {
	Line     coursedb.Line
	StartsOn time.Time // first day of the next cohort, or today
	Notice   peopledb.Notice
}

// Form reads what the public form of a line shows. lang chooses the notice.
func (x *Admissions) Form(ctx context.Context, who people.Actor, code, lang string) (OpenForm, error) {
	if err := who.Must(people.Apply, people.Target{}); err != nil {
		return OpenForm{}, err
	}
	q := x.db.Read()
	l, err := coursedb.New(q).LineByCode(ctx, code)
	if err != nil {
		return OpenForm{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return OpenForm{}, err
	}
	f := OpenForm{Line: l, StartsOn: now}
	cohorts, err := coursedb.New(q).Cohorts(ctx, l.ID)
	if err != nil {
		return OpenForm{}, err
	}
	for _, c := range cohorts {
		if c.StartsOn.After(now) {
			f.StartsOn = c.StartsOn
		}
	}
	if f.Notice, err = peopledb.New(q).Notice(ctx, langOr(lang)); errors.Is(err, peopledb.ErrNoNotice) {
		f.Notice, err = peopledb.New(q).Notice(ctx, "it")
	}
	return f, err
}

// NewApplication is what the public form sends.
type NewApplication struct {
	Line                  string
	GivenName, FamilyName string
	Email, Phone          string
	Born                  string // 2006-01-02
	Availability          []string
	Motivation            string
	Paid                  string // "no" or "yes"
	Agreed                bool
	NoticeVersion         string
	Lang                  string
}

// Availabilities are the codes that the form offers.
var Availabilities = []string{"morning", "afternoon", "evening", "weekend"}

// Apply sends an application. Somebody who applied for the line already changes
// nothing and gets a letter that says so; the answer on screen is the same for
// everybody. A known address keeps the name it has; what was typed goes into a
// note for the coordinator.
func (x *Admissions) Apply(ctx context.Context, who people.Actor, cmd *pg.Command, in NewApplication, from Came) error {
	if err := who.Must(people.Apply, people.Target{}); err != nil {
		return err
	}
	f, err := x.Form(ctx, who, in.Line, in.Lang)
	if err != nil {
		return err
	}
	born, err := checkApplication(in, f)
	if err != nil {
		return err
	}
	send := func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		keys := []string{"apply-from:" + from.Address}
		if n, err := store.Failures(ctx, keys, time.Hour); err != nil {
			return err
		} else if n >= 30 {
			return ErrTooManyForms
		}
		if err := store.Fail(ctx, keys, time.Hour, now); err != nil {
			return err
		}
		typed := peopledb.Identity{
			GivenName: strings.TrimSpace(in.GivenName), FamilyName: strings.TrimSpace(in.FamilyName), Email: in.Email,
			Phone: strings.TrimSpace(in.Phone), BirthDate: &born, Lang: langOr(in.Lang),
		}
		known, err := store.IdentityByEmail(ctx, in.Email)
		person := known.Person
		note := ""
		switch {
		case errors.Is(err, peopledb.ErrNoPerson):
			if person, err = store.AddPerson(ctx, typed, now); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if peopledb.Fold(known.Name()) != peopledb.Fold(typed.Name()) || known.BirthDate == nil || !known.BirthDate.Equal(born) {
				note = typed.Name() + ", " + in.Born + ", " + typed.Phone
			}
		}
		id, err := store.AddApplication(ctx, peopledb.Application{
			Person: person, Line: f.Line.ID, Motivation: strings.TrimSpace(in.Motivation), Availability: strings.Join(in.Availability, ","),
			PaidTies: in.Paid == "yes", NoticeVersion: in.NoticeVersion,
		}, now)
		if errors.Is(err, peopledb.ErrApplied) {
			return outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "applied_again", Vals: map[string]any{"Line": f.Line.Name}})
		}
		if err != nil {
			return err
		}
		if note != "" {
			if err := store.AddNote(ctx, id, 0, note, now); err != nil {
				return err
			}
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "applied", Vals: map[string]any{"Line": f.Line.Name, "N": AnswerDays}}); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: people.Actor{ID: person}, Action: people.Apply, Kind: "application", Subject: id, Request: from.Request,
			Detail: map[string]any{"line": f.Line.Code, "notice": in.NoticeVersion},
		})
	}
	err = x.db.Do(ctx, cmd, send)
	if errors.Is(err, peopledb.ErrEmailTaken) {
		err = x.db.Do(ctx, cmd, send) // the same address came in meanwhile: now it is known
	}
	return err
}

func checkApplication(in NewApplication, f OpenForm) (born time.Time, err error) {
	var form fault.Form
	required(&form, "given_name", in.GivenName, 80)
	required(&form, "family_name", in.FamilyName, 80)
	checkEmail(&form, "email", in.Email)
	form.Add(len(in.Phone) > 40, "phone", ErrTooLong.With("Max", 40))
	born, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.Born))
	bad := perr != nil || born.Year() < 1900
	form.Add(bad, "born", ErrDate)
	form.Add(!bad && people.Birthday(born, f.Line.MinAge, f.Line.Location()).After(f.StartsOn), "born", ErrTooYoung.With("Min", f.Line.MinAge))
	for _, a := range in.Availability {
		form.Add(!contains(Availabilities, a), "availability", ErrChoice)
	}
	required(&form, "why", in.Motivation, 2000)
	form.Add(in.Paid != "no" && in.Paid != "yes", "paid", ErrChoice)
	form.Add(!in.Agreed, "agreed", ErrMustAgree)
	form.Add(in.NoticeVersion != f.Notice.Version, "agreed", ErrNoticeOld)
	return born, form.Err()
}

func contains(list []string, s string) bool {
	return slices.Contains(list, s)
}

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
	form.Add(in.To == people.Refused && !contains(Motives, in.Motive), "motive", ErrRequired)
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
	_, err = courses.Record(ctx, coursedb.FactChange{Person: a.Person, Fact: gate.Fact{
		Kind: gate.OfAge, Line: gate.LineID(line.ID), From: people.Birthday(*i.BirthDate, line.MinAge, line.Location()),
	}})
	return err
}

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
			if err := courses.SetEnrolmentState(ctx, e.ID, "withdrawn"); err != nil {
				return err
			}
		}
		line, err := courses.Line(ctx, a.Line)
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
		_, err = courses.Record(ctx, changes...)
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
		_, err = courses.Record(ctx, coursedb.FactChange{Person: person, Close: true, Fact: gate.Fact{Kind: gate.OfAge, Line: gate.LineID(line.ID)}},
			coursedb.FactChange{Person: person, Fact: gate.Fact{Kind: gate.OfAge, Line: gate.LineID(line.ID), From: people.Birthday(*i.BirthDate, line.MinAge, line.Location())}})
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
