package app

import (
	"context"
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
	"abilita/scheduler"
)

// StopReasons are the codes of a suspension or revocation.
var StopReasons = []string{"safety", "privacy", "conduct", "quality", "request", "other"}

// stops are what may be decided about a certificate.
var stops = []string{"suspend", "revoke", "restore"}

// Faults of stopping.
var (
	ErrStopReason = fault.New(fault.Invalid, "cert.reason_needed")
	ErrAppealPast = fault.New(fault.Invalid, "cert.appeal_past")
)

// Stop is a suspension, a revocation or the end of a suspension.
type Stop struct {
	Do       string // suspend, revoke, restore
	Reason   string // code; required but for restore
	Words    string // for the letter and the record
	AppealBy string // 2006-01-02; required but for restore
}

// Stopped says since when the stop holds everywhere this installation answers.
type Stopped struct {
	Version int64
	At      time.Time
	Engines []EngineState // the line's phone systems just after; those that hold a lease may be pending
}

// Change suspends, revokes or restores the certificates of a person for a line.
// From the commit on every check says so. A named person, a reason and a date
// for the appeal belong to it, and the volunteer is told. Their seats on shifts of
// the line are free again, and stay so when a suspension ends.
func (x *Certificates) Change(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in Stop) (Stopped, error) {
	return x.change(ctx, who, cmd, id, in, nil)
}

// change is Change, by a key that acts for who when there is one: whether it still
// may is asked again in the transaction, and the record names it.
func (x *Certificates) change(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in Stop, by *coursedb.GateKey) (Stopped, error) {
	first, err := coursedb.New(x.db.Read()).Certificate(ctx, id, false)
	if err != nil {
		return Stopped{}, err
	}
	if err := who.Must(people.StopCertificate, people.Target{Line: first.LineID}); err != nil {
		return Stopped{}, err
	}
	if first.Person == who.ID {
		return Stopped{}, ErrSelfDecision
	}
	var form fault.Form
	form.Add(!slices.Contains(stops, in.Do), "decision", ErrChoice)
	var appeal *time.Time
	if in.Do != "restore" {
		form.Add(!slices.Contains(StopReasons, in.Reason), "motive", ErrStopReason)
		at, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.AppealBy))
		form.Add(perr != nil, "appeal_by", ErrDate)
		appeal = &at
	}
	required(&form, "words", in.Words, 2000)
	if err := form.Err(); err != nil {
		return Stopped{}, err
	}
	var out Stopped
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		if by != nil {
			if err := holdKey(ctx, q, *by, first.LineID); err != nil {
				return err
			}
		}
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		c, err := store.Certificate(ctx, id, true)
		if err != nil {
			return err
		}
		line, err := store.Line(ctx, c.LineID)
		if err != nil {
			return err
		}
		if appeal != nil && appeal.Before(day(now, line.Location())) {
			return fault.Form{ErrAppealPast.On("appeal_by")}
		}
		events, err := store.CertificateEvents(ctx, c.ID)
		if err != nil {
			return err
		}
		change, kind, err := next(c.StatusAt(events, now), in.Do)
		if err != nil {
			return err
		}
		if err := store.AddCertificateEvent(ctx, c.ID, coursedb.CertificateEvent{
			Kind: kind, Reason: in.Reason, Words: strings.TrimSpace(in.Words), AppealBy: appeal, Actor: who.ID, At: now,
		}); err != nil {
			return err
		}
		if err := moot(ctx, q, now, who, c.Person, c.ID); err != nil {
			return err
		}
		vals := map[string]any{"Line": line.Name, "Reason": in.Reason, "Words": strings.TrimSpace(in.Words)}
		if appeal != nil {
			vals["AppealBy"] = appeal.Format(time.DateOnly)
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "certificate_" + kind, Vals: vals}); err != nil {
			return err
		}
		detail := map[string]any{"did": kind, "person": c.Person, "reason": in.Reason, "appeal_by": in.AppealBy}
		if by != nil {
			detail["key"], detail["by_key"] = by.ID, by.Name
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.StopCertificate, Kind: "certificate", Subject: c.ID, Detail: detail,
		})
		if err != nil {
			return err
		}
		if in.Do == "revoke" {
			if err := x.course.endUpkeep(ctx, q, now, c); err != nil {
				return err
			}
		}
		var freed []coursedb.FactChange
		if in.Do != "restore" {
			if err := warnShift(ctx, q, now, c.Person, c.LineID); err != nil {
				return err
			}
			if freed, err = x.shifts.free(ctx, q, now, c.Person, c.LineID, scheduler.Answers, now, kind, true); err != nil {
				return err
			}
		}
		change.Person = c.Person
		change.Fact.Line, change.Fact.Ref = gate.LineID(c.LineID), c.ID
		r, err := store.Record(ctx, append(freed, change)...)
		out = Stopped{Version: r.Version, At: r.At}
		if by != nil {
			cmd.Created(r.Version) // so that the same request is answered the same again
		}
		return err
	})
	if err == nil {
		// What was decided holds whether or not this can be told.
		out.Engines, _ = enginesAt(ctx, x.db.Read(), first.LineID, out.Version)
	}
	return out, err
}

// next is what a decision does in a state: the change of facts and the event,
// or why it cannot be.
func next(state cert.Status, do string) (coursedb.FactChange, string, error) {
	switch {
	case state == cert.Revoked:
		return coursedb.FactChange{}, "", cert.ErrRevoked
	case do == "restore" && state == cert.Suspended:
		return coursedb.FactChange{Close: true, Fact: gate.Fact{Kind: gate.CertificateSuspension}}, "restored", nil
	case do == "restore":
		return coursedb.FactChange{}, "", cert.ErrNotSuspended
	case do == "suspend" && state == cert.Valid:
		return coursedb.FactChange{Now: true, Fact: gate.Fact{Kind: gate.CertificateSuspension}}, "suspended", nil
	case do == "revoke" && (state == cert.Valid || state == cert.Suspended):
		return coursedb.FactChange{Now: true, Fact: gate.Fact{Kind: gate.CertificateRevocation}}, "revoked", nil
	}
	return coursedb.FactChange{}, "", cert.ErrNotValid
}
