package app

import (
	"context"
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

// Overrides is the emergency decision: a named person lets one volunteer answer
// on one line for some hours, although a reason that can be waived stands
// against it. A second person is told, and it ends by itself.
type Overrides struct{ db *pg.DB }

// NewOverrides makes the use cases of emergencies.
func NewOverrides(db *pg.DB) *Overrides { return &Overrides{db: db} }

// OverrideReasons are the codes of an emergency.
var OverrideReasons = []string{"nobody_else", "disaster", "system_down", "other"}

// MaxOverride is how long an emergency decision lasts at most.
const MaxOverride = 12 * time.Hour

// Faults of emergencies.
var (
	ErrHours        = fault.New(fault.Invalid, "emergency.hours")
	ErrInformed     = fault.New(fault.Invalid, "emergency.informed")
	ErrNotWaivable  = fault.New(fault.Conflict, "emergency.not_waivable")
	ErrNotNeeded    = fault.New(fault.Conflict, "emergency.not_needed")
	ErrOverrideOver = fault.New(fault.Conflict, "emergency.over")
)

// overridesSeen is how many decisions the page shows.
const overridesSeen = 50

// Emergencies is the page of a line's emergency decisions.
type Emergencies struct {
	Line  coursedb.Line
	List  []coursedb.Override
	Staff []peopledb.Identity // who may be the second person
	Now   time.Time
}

// Page reads the emergency decisions of a line.
func (x *Overrides) Page(ctx context.Context, who people.Actor, code string) (Emergencies, error) {
	q := x.db.Read()
	store := coursedb.New(q)
	l, err := store.LineByCode(ctx, code)
	if err != nil {
		return Emergencies{}, err
	}
	if err := who.Must(people.GiveOverride, people.Target{Line: l.ID}); err != nil {
		return Emergencies{}, err
	}
	p := Emergencies{Line: l}
	if p.List, err = store.Overrides(ctx, l.ID, overridesSeen); err != nil {
		return p, err
	}
	staff, err := peopledb.New(q).StaffFor(ctx, l.ID, 0, people.Supervisor, people.Coordinator, people.Administrator)
	if err != nil {
		return p, err
	}
	p.Staff = slices.DeleteFunc(staff, func(i peopledb.Identity) bool { return i.Person == who.ID })
	p.Now, err = x.db.Now(ctx)
	return p, err
}

// NewOverride is an emergency decision as typed.
type NewOverride struct {
	Number   string // of the volunteer
	Reason   string
	Words    string
	Hours    int
	Informed people.ID
}

func (in NewOverride) check(page Emergencies) error {
	var form fault.Form
	form.Add(!slices.Contains(OverrideReasons, in.Reason), "motive", ErrStopReason)
	required(&form, "words", in.Words, 2000)
	form.Add(in.Hours < 1 || time.Duration(in.Hours)*time.Hour > MaxOverride, "hours", ErrHours.With("Max", int(MaxOverride.Hours())))
	form.Add(!slices.ContainsFunc(page.Staff, func(i peopledb.Identity) bool { return i.Person == in.Informed }), "informed", ErrInformed)
	return form.Err()
}

// Give lets a volunteer answer for some hours. It is refused when nothing stands
// against it, and when something does that no emergency sets aside.
func (x *Overrides) Give(ctx context.Context, who people.Actor, cmd *pg.Command, code string, in NewOverride) error {
	page, err := x.Page(ctx, who, code)
	if err != nil {
		return err
	}
	if err := in.check(page); err != nil {
		return err
	}
	person, err := peopledb.New(x.db.Read()).PersonByNumber(ctx, strings.ToLower(strings.TrimSpace(in.Number)))
	if err != nil {
		return fault.Form{peopledb.ErrNoPerson.On("number")}
	}
	switch person {
	case who.ID:
		return fault.Form{ErrOwnWork.On("number")}
	case in.Informed:
		return fault.Form{ErrInformed.On("informed")}
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, person); err != nil {
			return err
		}
		store, line := coursedb.New(q), page.Line
		asked, err := store.FactsNow(ctx, person, line.ID)
		if err != nil {
			return err
		}
		until := now.Add(time.Duration(in.Hours) * time.Hour)
		if err := waivable(asked, line, until); err != nil {
			return fault.Form{err.On("number")}
		}
		id, err := store.AddOverride(ctx, coursedb.Override{
			Person: person, Line: line.ID, Reason: in.Reason, Words: strings.TrimSpace(in.Words), GivenBy: who.ID, Informed: in.Informed, GivenAt: now, Until: until,
		})
		if err != nil {
			return err
		}
		cmd.Created(id)
		if err := x.tell(ctx, q, now, who, line, person, in, until); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Supervisor, Action: people.GiveOverride, Kind: "person", Subject: int64(person),
			Detail: map[string]any{"did": "give", "override": id, "line": line.Code, "reason": in.Reason, "until": until, "informed": in.Informed},
		})
		if err != nil {
			return err
		}
		_, err = store.Record(ctx, coursedb.FactChange{Person: person, Now: true, Fact: gate.Fact{Kind: gate.Override, Line: gate.LineID(line.ID), Ref: id, Until: until}})
		return err
	})
}

// waivable asks the gate, on each channel of the line, what an override until the
// instant would change.
func waivable(asked coursedb.Asked, line coursedb.Line, until time.Time) *fault.Error {
	facts := asked.Facts
	facts.List = append(slices.Clone(facts.List), gate.Fact{
		Kind: gate.Override, Line: gate.LineID(line.ID), From: asked.Now, Until: until, RecordedAt: asked.Now, Ref: -1,
	})
	free := false
	for _, channel := range line.Channels {
		if gate.Decide(facts, gate.LineID(line.ID), gate.Channel(channel), asked.Now).Override != 0 {
			return nil
		}
		free = free || gate.Decide(asked.Facts, gate.LineID(line.ID), gate.Channel(channel), asked.Now).Granted()
	}
	if free {
		return ErrNotNeeded
	}
	return ErrNotWaivable
}

// tell writes to the volunteer and to the second person.
func (x *Overrides) tell(ctx context.Context, q pg.Q, now time.Time, who people.Actor, line coursedb.Line, person people.ID, in NewOverride, until time.Time) error {
	names := peopledb.New(q)
	giver, err := names.Identity(ctx, who.ID)
	if err != nil {
		return err
	}
	volunteer, err := names.Identity(ctx, person)
	if err != nil {
		return err
	}
	vals := map[string]any{"Line": line.Name, "Reason": in.Reason, "Words": strings.TrimSpace(in.Words), "Until": until.Format(time.RFC3339), "Decider": giver.Name(), "Who": volunteer.Name()}
	if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "override_given", Vals: vals}); err != nil {
		return err
	}
	return outbox.Queue(ctx, q, now, outbox.Letter{To: in.Informed, Kind: "override_informed", Vals: vals})
}

// End takes an emergency decision back before its time.
func (x *Overrides) End(ctx context.Context, who people.Actor, cmd *pg.Command, code string, id int64) error {
	page, err := x.Page(ctx, who, code)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		o, err := store.Override(ctx, page.Line.ID, id)
		if err != nil {
			return err
		}
		if err := peopledb.New(q).LockPerson(ctx, o.Person); err != nil {
			return err
		}
		ended, err := store.EndOverride(ctx, id, who.ID, now)
		switch {
		case err != nil:
			return err
		case !ended:
			return ErrOverrideOver
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Supervisor, Action: people.GiveOverride, Kind: "person", Subject: int64(o.Person), Detail: map[string]any{"did": "end", "override": id, "line": page.Line.Code},
		})
		if err != nil {
			return err
		}
		_, err = store.Record(ctx, coursedb.FactChange{Person: o.Person, Close: true, Fact: gate.Fact{Kind: gate.Override, Line: gate.LineID(o.Line), Ref: id}})
		return err
	})
}
