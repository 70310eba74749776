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

// Corrections mend mistakes about a person and decide about the person as a
// whole. Each has a reason, the name of who decides, and a letter; nothing that
// was done is deleted.
type Corrections struct {
	db   *pg.DB
	ends ending
}

// NewCorrections makes the use cases.
func NewCorrections(db *pg.DB, ends ending) *Corrections { return &Corrections{db: db, ends: ends} }

// Faults of corrections.
var (
	ErrNothingNew     = fault.New(fault.Invalid, "correct.nothing_new")
	ErrStaffRecord    = fault.New(fault.Forbidden, "correct.staff_record")
	ErrSelfMerge      = fault.New(fault.Invalid, "correct.same_record")
	ErrMergeUnknown   = fault.New(fault.Invalid, "correct.other_unknown")
	ErrMergeCertified = fault.New(fault.Conflict, "correct.other_certified")
	ErrMergeSuspended = fault.New(fault.Conflict, "correct.other_suspended")
	ErrNotInRegister  = fault.New(fault.Conflict, "correct.not_in_register")
	ErrSuspended      = fault.New(fault.Conflict, "correct.suspended_already")
	ErrNotSuspended   = fault.New(fault.Conflict, "correct.not_suspended")
	ErrSelfDecision   = fault.New(fault.Forbidden, "correct.own_matter")
)

// CorrectionFile is what the page of corrections shows.
type CorrectionFile struct {
	Identity  peopledb.Identity
	Line      coursedb.Line // the newest that the person has to do with
	Entry     *peopledb.RegisterEntry
	Suspended *peopledb.PersonEvent // the decision in force; nil: not suspended
	Lines     []coursedb.Line       // of a suspended person
	Twins     []peopledb.Identity
	Today     time.Time
	MaySuspend,
	MayCorrect bool
	Staff bool // only an administrator may correct the record
}

// subject finds a person by number and checks an action on one of their lines.
func (x *Corrections) subject(ctx context.Context, q pg.Q, who people.Actor, number string, do people.Action) (people.ID, coursedb.Line, error) {
	store := peopledb.New(q)
	person, err := store.PersonByNumber(ctx, strings.ToLower(strings.TrimSpace(number)))
	if err != nil {
		return 0, coursedb.Line{}, err
	}
	line, err := x.lineFor(ctx, q, who, person, do)
	if err != nil {
		return 0, line, err
	}
	live, err := store.LivePerson(ctx, person)
	if err == nil && !live {
		err = people.ErrHidden
	}
	return person, line, err
}

// lineFor is the newest line of a person on which the actor may do the action.
func (x *Corrections) lineFor(ctx context.Context, q pg.Q, who people.Actor, person people.ID, do people.Action) (coursedb.Line, error) {
	lines, err := peopledb.New(q).LinesOf(ctx, person)
	if err != nil {
		return coursedb.Line{}, err
	}
	for _, id := range lines {
		if who.May(do, people.Target{Line: id}) {
			return coursedb.New(q).Line(ctx, id)
		}
	}
	return coursedb.Line{}, people.ErrHidden
}

// Read opens the page of corrections of a person.
func (x *Corrections) Read(ctx context.Context, who people.Actor, number string) (CorrectionFile, error) {
	q := x.db.Read()
	store := peopledb.New(q)
	f := CorrectionFile{}
	person, line, err := x.subject(ctx, q, who, number, people.CorrectPeople)
	f.MayCorrect = err == nil
	if errors.Is(err, people.ErrHidden) {
		person, line, err = x.subject(ctx, q, who, number, people.SuspendPeople)
	}
	if err != nil {
		return f, err
	}
	f.Line, f.MaySuspend = line, who.May(people.SuspendPeople, people.Target{Line: line.ID})
	if f.Identity, err = store.Identity(ctx, person); err != nil {
		return f, err
	}
	if f.Twins, err = store.Twins(ctx, f.Identity); err != nil {
		return f, err
	}
	if e, err := store.OpenEntry(ctx, person, false); err == nil && e.ConfirmedAt != nil {
		f.Entry = &e
	} else if err != nil && !errors.Is(err, peopledb.ErrNoEntry) {
		return f, err
	}
	if f.Suspended, err = suspension(ctx, q, person); err != nil {
		return f, err
	}
	if f.Suspended != nil {
		if f.Lines, err = linesOf(ctx, q, person); err != nil {
			return f, err
		}
	}
	staff, err := store.HoldsStaffRole(ctx, person)
	if err != nil {
		return f, err
	}
	f.Staff = staff && !who.May(people.GrantRoles, people.Target{})
	now, err := x.db.Now(ctx)
	f.Today = day(now, line.Location())
	return f, err
}

// linesOf are the lines that a person has to do with, the newest tie first.
func linesOf(ctx context.Context, q pg.Q, person people.ID) ([]coursedb.Line, error) {
	ids, err := peopledb.New(q).LinesOf(ctx, person)
	if err != nil {
		return nil, err
	}
	var list []coursedb.Line
	for _, id := range ids {
		l, err := coursedb.New(q).Line(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// suspension is the decision behind the open suspension of a person, nil when
// there is none.
func suspension(ctx context.Context, q pg.Q, person people.ID) (*peopledb.PersonEvent, error) {
	facts, err := coursedb.New(q).OpenFacts(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		if f.Kind != gate.Suspension {
			continue
		}
		events, err := peopledb.New(q).PersonEvents(ctx, person)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			if e.ID == f.Ref {
				return &e, nil
			}
		}
		return &peopledb.PersonEvent{Kind: "suspended", At: f.From}, nil
	}
	return nil, nil //nolint:nilnil // none is an answer
}

// Details are a person's name and contact as they should be.
type Details struct {
	GivenName, FamilyName string
	Email, Phone          string
	Residence             string
	Reason                string
	Version               int
}

// Details corrects name or contact. Who is told learns it at the old address
// too. The record of somebody who holds a role is an administrator's matter:
// an address is a way in.
func (x *Corrections) Details(ctx context.Context, who people.Actor, cmd *pg.Command, number string, in Details) error {
	person, _, err := x.subject(ctx, x.db.Read(), who, number, people.CorrectPeople)
	if err != nil {
		return err
	}
	var form fault.Form
	required(&form, "given_name", in.GivenName, 80)
	required(&form, "family_name", in.FamilyName, 80)
	checkEmail(&form, "email", in.Email)
	form.Add(len(in.Phone) > 40, "phone", ErrTooLong.With("Max", 40))
	form.Add(len(in.Residence) > 200, "residence", ErrTooLong.With("Max", 200))
	required(&form, "reason", in.Reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if err := store.LockPerson(ctx, person); err != nil {
			return err
		}
		if err := x.guardStaff(ctx, q, who, person); err != nil {
			return err
		}
		i, err := store.Identity(ctx, person)
		if err != nil {
			return err
		}
		was := i
		i.GivenName, i.FamilyName, i.Email = strings.TrimSpace(in.GivenName), strings.TrimSpace(in.FamilyName), strings.TrimSpace(in.Email)
		i.Phone, i.Residence, i.Version = strings.TrimSpace(in.Phone), strings.TrimSpace(in.Residence), in.Version
		changed := changes(was, i)
		if len(changed) == 0 {
			return ErrNothingNew
		}
		if err := store.SaveIdentity(ctx, i); err != nil {
			if errors.Is(err, peopledb.ErrEmailTaken) {
				return fault.Form{peopledb.ErrEmailTaken.On("email")}
			}
			return err
		}
		moved := slices.Contains(changed, "email")
		if moved {
			if err := store.VoidLinks(ctx, person, peopledb.ForReset, now); err != nil {
				return err
			}
			if err := outbox.Again(ctx, q, person, now); err != nil {
				return err
			}
			if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "address_moved", Vals: map[string]any{"Words": strings.TrimSpace(in.Reason), "SendTo": was.Email}}); err != nil {
				return err
			}
		}
		parts := []string{i.Name(), i.Email, i.Phone, i.Residence}
		text := strings.Join(nonEmpty(parts), ", ")
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "identity_corrected", Vals: map[string]any{"Now": text, "Words": strings.TrimSpace(in.Reason)}}); err != nil {
			return err
		}
		if _, err := store.AddPersonEvent(ctx, person, peopledb.PersonEvent{Kind: "corrected", Words: strings.TrimSpace(in.Reason), Actor: who.ID, At: now}); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.CorrectPeople, Kind: "person", Subject: int64(person), Detail: map[string]any{"did": "details", "fields": changed},
		})
	})
}

// changes names the fields that differ.
func changes(was, is peopledb.Identity) []string {
	var out []string
	for _, f := range []struct{ name, was, is string }{
		{"given_name", was.GivenName, is.GivenName},
		{"family_name", was.FamilyName, is.FamilyName},
		{"email", peopledb.EmailKey(was.Email), peopledb.EmailKey(is.Email)},
		{"phone", was.Phone, is.Phone},
		{"residence", was.Residence, is.Residence},
	} {
		if f.was != f.is {
			out = append(out, f.name)
		}
	}
	return out
}

func nonEmpty(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// guardStaff keeps the records of those who hold a role for administrators.
func (x *Corrections) guardStaff(ctx context.Context, q pg.Q, who people.Actor, person people.ID) error {
	staff, err := peopledb.New(q).HoldsStaffRole(ctx, person)
	if err == nil && staff && !who.May(people.GrantRoles, people.Target{}) {
		err = ErrStaffRecord
	}
	return err
}

// Leaving is somebody's way out of the register.
type Leaving struct {
	Day    string // 2006-01-02, today or later: there is no back-dating
	Reason string
}

// Leave ends a person's entry in the register. Cover, and with it every line,
// ends at 24:00 of that day; no job has to run for it. What they were learning
// ends at once: open enrolments are withdrawn, seats to come are free again.
func (x *Corrections) Leave(ctx context.Context, who people.Actor, cmd *pg.Command, number string, in Leaving) error {
	person, line, err := x.subject(ctx, x.db.Read(), who, number, people.CorrectPeople)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		today := day(now, line.Location())
		var form fault.Form
		on, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.Day))
		form.Add(perr != nil, "day", ErrDate)
		form.Add(perr == nil && on.Before(today), "day", ErrBackdated)
		form.Add(perr == nil && on.After(today.Add(farthest)), "day", ErrTooFar)
		required(&form, "reason", in.Reason, 1000)
		if err := form.Err(); err != nil {
			return err
		}
		if err := store.LockPerson(ctx, person); err != nil {
			return err
		}
		entry, err := store.OpenEntry(ctx, person, true)
		if errors.Is(err, peopledb.ErrNoEntry) || err == nil && entry.ConfirmedAt == nil {
			return ErrNotInRegister
		}
		if err != nil {
			return err
		}
		y, m, d := on.Date()
		until := cert.EndOfDay(y, m, d, line.Location())
		reason := strings.TrimSpace(in.Reason)
		if err := store.LeaveRegister(ctx, entry.ID, on, who.ID, reason); err != nil {
			return err
		}
		enrolments, err := coursedb.New(q).Enrolments(ctx, person)
		if err != nil {
			return err
		}
		if err := x.ends.do(ctx, q, now, who, goodbye{Person: person, Enrolments: enrolments, Until: until, Reason: reason, Tell: true}); err != nil {
			return err
		}
		freed, err := x.ends.shifts.free(ctx, q, now, person, 0, "", until, "left", true)
		if err != nil {
			return err
		}
		if _, err := store.AddPersonEvent(ctx, person, peopledb.PersonEvent{Kind: "left", Words: reason, Actor: who.ID, At: now}); err != nil {
			return err
		}
		vals := map[string]any{"Day": on.Format(time.DateOnly), "Until": until.Format(time.RFC3339), "Words": reason, "Zone": line.Zone}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "left_register", Vals: vals}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.CorrectPeople, Kind: "register_entry", Subject: entry.ID,
			Detail: map[string]any{"did": "leave", "person": person, "day": in.Day, "until": until, "enrolments": len(enrolments)},
		})
		if err != nil {
			return err
		}
		changes := []coursedb.FactChange{{Person: person, Close: true, Fact: gate.Fact{Kind: gate.Register}}}
		if entry.CoveredFrom != nil && entry.CoveredFrom.Before(until) {
			changes = append(changes, coursedb.FactChange{Person: person, Fact: gate.Fact{Kind: gate.Register, Ref: entry.ID, From: *entry.CoveredFrom, Until: until}})
		}
		_, err = coursedb.New(q).Record(ctx, append(changes, freed...)...)
		return err
	})
}
