package app

import (
	"context"
	"errors"
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

// Merging joins two records of one person.
type Merging struct {
	Other  string // number or e-mail address of the record that goes
	Reason string
}

// Merge joins a record that was made twice into the one with the number, which
// stays as it is. The other loses its way in, its roles and its place with the
// gate; applications that are open move over, an admission among them to be
// decided again. What was done under the other stays there. A record with a
// certificate is never the one that goes.
func (x *Corrections) Merge(ctx context.Context, who people.Actor, cmd *pg.Command, number string, in Merging) error {
	kept, line, err := x.subject(ctx, x.db.Read(), who, number, people.CorrectPeople)
	if err != nil {
		return err
	}
	var form fault.Form
	required(&form, "other", in.Other, 200)
	required(&form, "reason", in.Reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	gone, err := x.other(ctx, who, in.Other)
	if err != nil {
		return err
	}
	if gone == kept {
		return fault.Form{ErrSelfMerge.On("other")}
	}
	reason := strings.TrimSpace(in.Reason)
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store, courses := peopledb.New(q), coursedb.New(q)
		for _, p := range []people.ID{min(gone, kept), max(gone, kept)} {
			if err := store.LockPerson(ctx, p); err != nil {
				return err
			}
		}
		if err := x.guardStaff(ctx, q, who, gone); err != nil {
			return err
		}
		if signed, err := courses.HasSigned(ctx, gone); err != nil || signed {
			return errors.Join(err, fault.Form{ErrMergeCertified.On("other")})
		}
		facts, err := courses.OpenFacts(ctx, gone)
		if err != nil {
			return err
		}
		var close []coursedb.FactChange
		for _, f := range facts {
			if f.Kind == gate.Suspension {
				return fault.Form{ErrMergeSuspended.On("other")}
			}
			close = append(close, coursedb.FactChange{Person: gone, Close: true, Fact: gate.Fact{Kind: f.Kind, Line: f.Line, Ref: f.Ref}})
		}
		if err := x.moveApplications(ctx, q, now, gone, kept); err != nil {
			return err
		}
		enrolments, err := courses.Enrolments(ctx, gone)
		if err != nil {
			return err
		}
		if err := x.ends.do(ctx, q, now, who, goodbye{Person: gone, Enrolments: enrolments, Until: now, Reason: reason}); err != nil {
			return err
		}
		freed, err := x.ends.shifts.free(ctx, q, now, gone, 0, "", now, "merged", false)
		if err != nil {
			return err
		}
		if entry, err := store.OpenEntry(ctx, gone, true); err == nil {
			if err := store.LeaveRegister(ctx, entry.ID, day(now, line.Location()), who.ID, reason); err != nil {
				return err
			}
		} else if !errors.Is(err, peopledb.ErrNoEntry) {
			return err
		}
		if err := store.Merge(ctx, gone, kept, now); err != nil {
			return err
		}
		if err := outbox.WithdrawAll(ctx, q, gone); err != nil {
			return err
		}
		i, err := store.Identity(ctx, kept)
		if err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: kept, Kind: "merged", Vals: map[string]any{"Number": i.Number, "Words": reason}}); err != nil {
			return err
		}
		for _, p := range []people.ID{kept, gone} {
			if _, err := store.AddPersonEvent(ctx, p, peopledb.PersonEvent{Kind: "merged", Words: reason, Actor: who.ID, At: now}); err != nil {
				return err
			}
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.CorrectPeople, Kind: "person", Subject: int64(gone), Detail: map[string]any{"did": "merge", "into": kept},
		})
		if err != nil {
			return err
		}
		_, err = courses.Record(ctx, append(close, freed...)...)
		return err
	})
}

// other finds the record that goes, by number or address, among those that the
// actor may correct. One that is out of reach is as unknown as one that is not.
func (x *Corrections) other(ctx context.Context, who people.Actor, named string) (people.ID, error) {
	q := x.db.Read()
	store := peopledb.New(q)
	var person people.ID
	var err error
	if strings.Contains(named, "@") {
		var i peopledb.Identity
		i, err = store.IdentityByEmail(ctx, named)
		person = i.Person
	} else {
		person, err = store.PersonByNumber(ctx, strings.ToLower(strings.TrimSpace(named)))
	}
	if err == nil {
		_, err = x.lineFor(ctx, q, who, person, people.CorrectPeople)
	}
	if fault.KindOf(err) == fault.NotFound {
		return 0, fault.Form{ErrMergeUnknown.On("other")}
	}
	return person, err
}

// moveApplications gives the open applications of a record to the one that
// stays, unless that has one for the same line.
func (x *Corrections) moveApplications(ctx context.Context, q pg.Q, now time.Time, gone, kept people.ID) error {
	store := peopledb.New(q)
	taken := map[int64]bool{}
	open := func(s people.ApplicationState) bool {
		return s == people.Submitted || s == people.InReview || s == people.OnHold || s == people.Admitted
	}
	had, err := store.ApplicationsOf(ctx, kept)
	if err != nil {
		return err
	}
	for _, a := range had {
		taken[a.Line] = taken[a.Line] || open(a.State)
	}
	list, err := store.ApplicationsOf(ctx, gone)
	if err != nil {
		return err
	}
	for _, a := range list {
		to, state := kept, a.State
		switch {
		case !open(a.State):
			continue
		case taken[a.Line]:
			to, state = gone, people.WithdrawnApp
		case a.State == people.Admitted:
			state = people.InReview
		}
		if err := store.MoveApplication(ctx, a.ID, to, state, now); err != nil {
			return err
		}
	}
	return nil
}
