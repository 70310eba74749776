package app

import (
	"context"
	"fmt"
	"maps"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/ical"
	"abilita/scheduler/schedulerdb"
)

// seat writes a place and its letter and says what the gate must learn: with the
// first supervisor the line is supervised during the shift.
func (x *Shifts) seat(ctx context.Context, q pg.Q, now time.Time, who people.ID, v schedulerdb.Shift, part scheduler.Part, kind string) ([]coursedb.FactChange, error) {
	sequence, err := schedulerdb.New(q).TakePlace(ctx, v.ID, who, part, now)
	if err != nil {
		return nil, err
	}
	if err := x.write(ctx, q, now, who, v, part, sequence, kind, ical.Request, nil); err != nil {
		return nil, err
	}
	if part != scheduler.Supervises || v.Bosses > 0 {
		return nil, nil
	}
	return []coursedb.FactChange{{Fact: gate.Fact{Kind: gate.SupervisorOn, Line: gate.LineID(v.LineID), Ref: v.ID, From: v.StartsAt, Until: v.EndsAt}}}, nil
}

// unseat gives a place of a locked shift back and says what the gate must learn:
// the last supervisor who leaves ends the supervision of the shift. kind "" sends
// no letter.
func (x *Shifts) unseat(ctx context.Context, q pg.Q, now time.Time, who people.ID, shift int64, reason, kind string, vals map[string]any) ([]coursedb.FactChange, error) {
	store := schedulerdb.New(q)
	part, sequence, err := store.ReleasePlace(ctx, shift, who, reason, now)
	if err != nil {
		return nil, err
	}
	v, err := store.Shift(ctx, shift, who)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		if err := x.write(ctx, q, now, who, v, part, sequence, kind, ical.Cancel, vals); err != nil {
			return nil, err
		}
	}
	if part != scheduler.Supervises || v.Bosses > 0 {
		return nil, nil
	}
	return []coursedb.FactChange{{Close: true, Fact: gate.Fact{Kind: gate.SupervisorOn, Line: gate.LineID(v.LineID), Ref: v.ID}}}, nil
}

// write queues a letter about a place with its calendar entry.
func (x *Shifts) write(ctx context.Context, q pg.Q, now time.Time, to people.ID, v schedulerdb.Shift, part scheduler.Part, sequence int, kind string, m ical.Method, more map[string]any) error {
	i, err := peopledb.New(q).Identity(ctx, to)
	if err != nil {
		return err
	}
	l := placeLetter(now, i, v, part, sequence, m, more)
	return outbox.Queue(ctx, q, now, outbox.Letter{To: to, Kind: "shift_" + kind, Vals: l.Vals, Attachment: l.Attachment})
}

// placeLetter is a letter about a place on a shift, without its kind.
func placeLetter(now time.Time, to peopledb.Identity, v schedulerdb.Shift, part scheduler.Part, sequence int, m ical.Method, more map[string]any) outbox.Letter {
	vals := shiftVals(v)
	vals["Part"] = string(part)
	maps.Copy(vals, more)
	return outbox.Letter{To: to.Person, Vals: vals, Attachment: ical.Text(m, shiftEntry(v, sequence, now, to.Email))}
}

// shiftVals are the values with which letters speak of a shift.
func shiftVals(v schedulerdb.Shift) map[string]any {
	return map[string]any{"Line": v.Line, "Starts": v.StartsAt.UTC().Format(time.RFC3339), "Ends": v.EndsAt.UTC().Format(time.RFC3339), "Zone": v.Zone}
}

func shiftEntry(v schedulerdb.Shift, sequence int, now time.Time, attendee string) ical.Event {
	return ical.Event{UID: fmt.Sprintf("shift-%d@abilita", v.ID), Sequence: sequence, Stamp: now, Start: v.StartsAt, End: v.EndsAt, Summary: v.Line, Attendee: attendee}
}

func asRole(part scheduler.Part) people.Role {
	if part == scheduler.Supervises {
		return people.Supervisor
	}
	return people.Volunteer
}

func (x *Shifts) record(ctx context.Context, q pg.Q, now time.Time, who people.Actor, as people.Role, do people.Action, v schedulerdb.Shift, detail map[string]any) error {
	detail["line"] = v.LineID
	return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: as, Action: do, Kind: "shift", Subject: v.ID, Detail: detail})
}

// free takes a person, who is locked, off the shifts that end after an instant: of
// one line or, with 0, of all; in one part or, with "", in any. A restored person
// does not get them back. It returns what the gate must learn. However many they
// are, they are freed by one statement and their letters queued by another.
func (x *Shifts) free(ctx context.Context, q pg.Q, now time.Time, who people.ID, line int64, part scheduler.Part, after time.Time, cause string, tell bool) ([]coursedb.FactChange, error) {
	store := schedulerdb.New(q)
	held, err := store.HeldShifts(ctx, who, line, part, after)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	freed, err := store.ReleaseAll(ctx, held, who, cause, now)
	if err != nil {
		return nil, err
	}
	shifts, err := store.ShiftsByID(ctx, held)
	if err != nil {
		return nil, err
	}
	var (
		i       peopledb.Identity
		changes []coursedb.FactChange
		letters []outbox.Letter
		gone    []schedulerdb.Shift
	)
	if tell {
		if i, err = peopledb.New(q).Identity(ctx, who); err != nil {
			return nil, err
		}
	}
	for _, r := range freed {
		v := shifts[r.ShiftID]
		if tell {
			l := placeLetter(now, i, v, r.Part, r.Sequence, ical.Cancel, map[string]any{"Cause": cause})
			letters = append(letters, outbox.Letter{To: who, Kind: "shift_freed", Vals: l.Vals, Attachment: l.Attachment})
		}
		gone = append(gone, v)
		if r.Part == scheduler.Supervises && v.Bosses == 0 {
			changes = append(changes, coursedb.FactChange{Close: true, Fact: gate.Fact{Kind: gate.SupervisorOn, Line: gate.LineID(v.LineID), Ref: v.ID}})
		}
	}
	if err := tellGaps(ctx, q, now, gone); err != nil {
		return nil, err
	}
	return changes, outbox.QueueAll(ctx, q, now, letters)
}
