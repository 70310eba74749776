package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/schedulerdb"
)

// Debriefs looks back on shifts: who came, a word for the next one.
type Debriefs struct {
	db     *pg.DB
	shifts *Shifts
}

// NewDebriefs makes the use cases.
func NewDebriefs(db *pg.DB, shifts *Shifts) *Debriefs { return &Debriefs{db: db, shifts: shifts} }

// DatedShift is a shift with how it is staffed.
type DatedShift = schedulerdb.Shift

// WorkedShift is a shift that somebody had a place on.
type WorkedShift = schedulerdb.Worked

// TakenContact is a contact that was taken.
type TakenContact = coursedb.Contact

// ErrHasContact is the fault of marking somebody absent who took a contact in the
// shift. Name: who.
var ErrHasContact = fault.New(fault.Invalid, "shift.has_contact")

// Debrief is a shift as whoever answers for it looks back upon it.
type Debrief struct {
	Line     coursedb.Line
	Shift    schedulerdb.Shift
	Places   []schedulerdb.ShiftPlace
	Contacts []coursedb.Contact
	Notes    []schedulerdb.ShiftNote // of the shift, the oldest first
	Before   []schedulerdb.ShiftNote // of the shifts before, the newest first
	Closing  schedulerdb.Closing     // zero: it is not closed
	Mark     error                   // why nobody may be marked; nil: they may
	Close    error                   // why it may not be closed; nil: it may
	MayClose bool                    // some day, whatever Mark and Close say
	MayEnter bool                    // contacts
	Now      time.Time
}

// notesSeen is how many notes of the shifts before are shown.
const notesSeen = 5

// noteMax is the greatest length of a note in characters.
const noteMax = 4000

// Read opens a shift of a line: who was there, what was taken, what is left to
// the next one.
func (x *Debriefs) Read(ctx context.Context, who people.Actor, code string, shift int64) (Debrief, error) {
	q := x.db.Read()
	courses, store := coursedb.New(q), schedulerdb.New(q)
	line, err := courses.LineByCode(ctx, code)
	if err != nil {
		return Debrief{}, err
	}
	on := people.Target{Line: line.ID}
	if err := who.Must(people.ReadShifts, on); err != nil {
		return Debrief{}, err
	}
	d := Debrief{Line: line, MayClose: who.May(people.CloseShift, on), MayEnter: who.May(people.EnterContact, on)}
	if d.Shift, err = store.Shift(ctx, shift, who.ID); err != nil {
		return d, err
	}
	if d.Shift.LineID != line.ID || d.Shift.State == scheduler.ShiftCancelled {
		return d, people.ErrHidden
	}
	if d.Now, err = x.db.Now(ctx); err != nil {
		return d, err
	}
	d.Mark, d.Close = d.Shift.Rules().MayMark(d.Now), d.Shift.Rules().MayClose(d.Now)
	if d.Places, err = store.ShiftPlaces(ctx, []int64{shift}); err != nil {
		return d, err
	}
	if d.Contacts, err = courses.ShiftContacts(ctx, shift); err != nil {
		return d, err
	}
	if d.Notes, err = store.ShiftNotes(ctx, shift); err != nil {
		return d, err
	}
	if d.Before, err = store.LastNotes(ctx, line.ID, d.Shift.StartsAt, notesSeen); err != nil {
		return d, err
	}
	d.Closing, err = store.Closing(ctx, shift)
	return d, err
}

// Roll is who did not come to a shift, as somebody saw it at a version of it.
type Roll struct {
	Version int
	Absent  []people.ID
	Note    string // for the next shift, when it is closed
}

// Mark notes, while the shift goes on or after it, who did not come; whoever was
// marked before and is not any more came after all. When nobody who supervises
// is left, the line is without a supervisor from the commit on.
func (x *Debriefs) Mark(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, in Roll) error {
	return x.lookBack(ctx, who, cmd, shift, func(q pg.Q, now time.Time) error {
		changes, missed, err := x.roll(ctx, q, now, shift, in, scheduler.Shift.MayMark)
		if err != nil {
			return err
		}
		v, err := schedulerdb.New(q).Shift(ctx, shift, who.ID)
		if err != nil {
			return err
		}
		if err := x.shifts.record(ctx, q, now, who, people.Supervisor, people.CloseShift, v, map[string]any{"did": "mark", "absent": missed}); err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// Close closes a shift that is over: who was not there, and what the next shift
// must know. Afterwards notes are only added.
func (x *Debriefs) Close(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, in Roll) error {
	return x.lookBack(ctx, who, cmd, shift, func(q pg.Q, now time.Time) error {
		var form fault.Form
		required(&form, "note", in.Note, noteMax)
		if err := form.Err(); err != nil {
			return err
		}
		changes, missed, err := x.roll(ctx, q, now, shift, in, scheduler.Shift.MayClose)
		if err != nil {
			return err
		}
		store := schedulerdb.New(q)
		if err := store.CloseShift(ctx, shift, who.ID, now); err != nil {
			return err
		}
		if err := store.AddShiftNote(ctx, shift, who.ID, strings.TrimSpace(in.Note), now); err != nil {
			return err
		}
		v, err := store.Shift(ctx, shift, who.ID)
		if err != nil {
			return err
		}
		if err := x.shifts.record(ctx, q, now, who, people.Supervisor, people.CloseShift, v, map[string]any{"did": "close", "absent": missed}); err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// AddNote adds to a closed shift what was forgotten or wrong; nothing of it is
// ever changed.
func (x *Debriefs) AddNote(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, note string) error {
	return x.lookBack(ctx, who, cmd, shift, func(q pg.Q, now time.Time) error {
		var form fault.Form
		required(&form, "note", note, noteMax)
		if err := form.Err(); err != nil {
			return err
		}
		store := schedulerdb.New(q)
		if err := store.LockShift(ctx, shift); err != nil {
			return err
		}
		v, err := store.Shift(ctx, shift, who.ID)
		if err != nil {
			return err
		}
		if err := v.Rules().MayAdd(); err != nil {
			return err
		}
		if err := store.AddShiftNote(ctx, shift, who.ID, strings.TrimSpace(note), now); err != nil {
			return err
		}
		return x.shifts.record(ctx, q, now, who, people.Supervisor, people.CloseShift, v, map[string]any{"did": "note"})
	})
}

// lookBack is a command of whoever closes the shifts of a line.
func (x *Debriefs) lookBack(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, do func(q pg.Q, now time.Time) error) error {
	v, err := schedulerdb.New(x.db.Read()).Shift(ctx, shift, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.CloseShift, people.Target{Line: v.LineID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, do)
}

// roll calls the roll of a shift: it takes the people on it and the shift, asks
// whether it may, marks who did not come and who came after all, and says what
// the gate must learn and who is missing.
func (x *Debriefs) roll(ctx context.Context, q pg.Q, now time.Time, shift int64, in Roll, may func(scheduler.Shift, time.Time) error) ([]coursedb.FactChange, []people.ID, error) {
	store := schedulerdb.New(q)
	before, err := store.ShiftPlaces(ctx, []int64{shift})
	if err != nil {
		return nil, nil, err
	}
	if err := peopledb.New(q).LockRecords(ctx, onShift(before)); err != nil {
		return nil, nil, err
	}
	if err := store.LockShift(ctx, shift); err != nil {
		return nil, nil, err
	}
	v, err := store.Shift(ctx, shift, 0)
	if err != nil {
		return nil, nil, err
	}
	if err := may(v.Rules(), now); err != nil {
		return nil, nil, err
	}
	if v.Version != in.Version {
		return nil, nil, ErrChanged // somebody else called the roll meanwhile
	}
	places, err := store.ShiftPlaces(ctx, []int64{shift})
	if err != nil {
		return nil, nil, err
	}
	on := onShift(places)
	if !slices.Equal(on, onShift(before)) {
		return nil, nil, ErrChanged // somebody came or went while we waited
	}
	absent := in.Absent
	if slices.ContainsFunc(absent, func(id people.ID) bool { return !slices.Contains(on, id) }) {
		return nil, nil, fault.Form{ErrChoice.On("absent")}
	}
	took, err := store.TookContacts(ctx, shift)
	if err != nil {
		return nil, nil, err
	}
	missed := []people.ID{}
	for _, p := range places {
		switch gone := slices.Contains(absent, p.Person); {
		case gone && slices.Contains(took, p.Person):
			return nil, nil, fault.Form{ErrHasContact.With("Name", p.Name()).On("absent")}
		case gone && p.State != scheduler.PlaceAbsent:
			err = store.MarkPlace(ctx, shift, p.Person, scheduler.PlaceAbsent)
		case !gone && p.State == scheduler.PlaceAbsent:
			err = x.returned(ctx, q, now, shift, p)
		}
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(absent, p.Person) {
			missed = append(missed, p.Person)
		}
	}
	if err := store.TouchShift(ctx, shift); err != nil {
		return nil, nil, err
	}
	after, err := store.Shift(ctx, shift, 0)
	if err != nil {
		return nil, nil, err
	}
	return led(v, after), missed, nil
}

// onShift are the people who have a place, by id.
func onShift(places []schedulerdb.ShiftPlace) []people.ID {
	ids := make([]people.ID, 0, len(places))
	for _, p := range places {
		ids = append(ids, p.Person)
	}
	slices.Sort(ids)
	return ids
}

// returned marks somebody present who had been marked absent.
func (x *Debriefs) returned(ctx context.Context, q pg.Q, now time.Time, shift int64, p schedulerdb.ShiftPlace) error {
	store := schedulerdb.New(q)
	v, err := store.Shift(ctx, shift, p.Person)
	if err != nil {
		return err
	}
	f, err := fit(ctx, q, p.Person, v.LineID)
	if err != nil {
		return err
	}
	all, err := store.Occupied(ctx, v.Span())
	if err != nil {
		return err
	}
	if err := v.Rules().MayReturn(p.Part, f, all[p.Person], now); err != nil {
		return fmt.Errorf("%s came after all: %w", p.Number, err)
	}
	return store.MarkPlace(ctx, shift, p.Person, scheduler.PlacePresent)
}

// led says what the gate must learn when the supervisors of a shift change: the
// fact holds for as long as there is one.
func led(before, after schedulerdb.Shift) []coursedb.FactChange {
	fact := gate.Fact{Kind: gate.SupervisorOn, Line: gate.LineID(after.LineID), Ref: after.ID}
	switch {
	case before.Bosses > 0 && after.Bosses == 0:
		return []coursedb.FactChange{{Close: true, Fact: fact}}
	case before.Bosses == 0 && after.Bosses > 0:
		fact.From, fact.Until = after.StartsAt, after.EndsAt
		return []coursedb.FactChange{{Fact: fact}}
	}
	return nil
}
