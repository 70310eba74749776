package app

import (
	"context"
	"errors"
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
)

// Admissions is the way from the public form into the register of volunteers.
type Admissions struct {
	db     *pg.DB
	course *Course
	ends   ending
}

// NewAdmissions makes the use cases of applying and admitting.
func NewAdmissions(db *pg.DB, course *Course, ends ending) *Admissions {
	return &Admissions{db: db, course: course, ends: ends}
}

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
		if !c.StartsOn.After(now) {
			continue
		}
		f.StartsOn = c.StartsOn
		if f.Line.MinAge, err = x.course.minAge(ctx, l, c.ReleaseID); err != nil {
			return OpenForm{}, err
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
		form.Add(!slices.Contains(Availabilities, a), "availability", ErrChoice)
	}
	required(&form, "why", in.Motivation, 2000)
	form.Add(in.Paid != "no" && in.Paid != "yes", "paid", ErrChoice)
	form.Add(!in.Agreed, "agreed", ErrMustAgree)
	form.Add(in.NoticeVersion != f.Notice.Version, "agreed", ErrNoticeOld)
	return born, form.Err()
}
