package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/schedulerdb"
)

// Swaps are seats that a volunteer proposes to one colleague.
type Swaps struct{ shifts *Shifts }

// NewSwaps makes the use cases.
func NewSwaps(shifts *Shifts) *Swaps { return &Swaps{shifts: shifts} }

// Colleague is somebody of one's line as volunteers see each other: given name
// and the initial of the family name.
type Colleague struct {
	Person people.ID
	Name   string
}

// shortName is how volunteers of a line see each other's names.
func shortName(i peopledb.Identity) string {
	for _, r := range strings.TrimSpace(i.FamilyName) {
		return i.GivenName + " " + string(r) + "."
	}
	return i.GivenName
}

// Proposing is the page on which a volunteer proposes a seat to a colleague.
type Proposing struct {
	Shift      schedulerdb.Shift
	Zone       *time.Location
	Colleagues []Colleague // who could take it, by name
}

// Colleagues lists who could take one's seat on a shift: certified and covered on
// that day, free at that hour, not paused. Only whoever has the seat reads it.
func (x *Swaps) Colleagues(ctx context.Context, who people.Actor, shift int64) (Proposing, error) {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return Proposing{}, err
	}
	q := x.shifts.db.Read()
	v, err := schedulerdb.New(q).Shift(ctx, shift, who.ID)
	if err != nil {
		return Proposing{}, err
	}
	now, err := x.shifts.db.Now(ctx)
	if err != nil {
		return Proposing{}, err
	}
	if v.Part != scheduler.Answers || v.Place != scheduler.PlaceBooked || v.Rules().MayChange(now) != nil {
		return Proposing{}, people.ErrHidden
	}
	line, err := coursedb.New(q).Line(ctx, v.LineID)
	if err != nil {
		return Proposing{}, err
	}
	p := Proposing{Shift: v, Zone: line.Location()}
	all, err := x.shifts.pool(ctx, q, line, v.Span(), now)
	if err != nil {
		return p, err
	}
	var ids []people.ID
	for _, c := range all.people {
		if c.Part == scheduler.Answers && !all.paused[c.Person] && handsOver(v, all.fit[c.Person], all.occupied[c.Person], now) == nil {
			ids = append(ids, c.Person)
		}
	}
	known, err := peopledb.New(q).Numbered(ctx, ids)
	if err != nil {
		return p, err
	}
	for _, id := range ids {
		p.Colleagues = append(p.Colleagues, Colleague{Person: id, Name: shortName(known[id])})
	}
	slices.SortStableFunc(p.Colleagues, func(a, b Colleague) int { return strings.Compare(a.Name, b.Name) })
	return p, nil
}

// handsOver tells whether somebody may take a seat that another gives up for it.
func handsOver(v schedulerdb.Shift, f scheduler.Fitness, busy []scheduler.Span, now time.Time) error {
	rules := v.Rules()
	rules.Taken--
	return rules.MayTake(scheduler.Answers, f, busy, now)
}

// Propose proposes one's seat to one colleague, who gets a letter. Until they
// accept it is still one's own.
func (x *Swaps) Propose(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, to people.ID) error {
	return x.shifts.own(ctx, who, cmd, shift, "propose", func(q pg.Q, now time.Time, v schedulerdb.Shift) ([]coursedb.FactChange, error) {
		if to == 0 || to == who.ID {
			return nil, fault.Form{ErrNoCandidate.On("who")}
		}
		asked, err := coursedb.New(q).Facts(ctx, to, v.LineID)
		if err != nil {
			return nil, err
		}
		paused := slices.ContainsFunc(asked.Facts.List, func(f gate.Fact) bool { return f.Kind == gate.Pause && f.ClosedAt.IsZero() })
		all, err := schedulerdb.New(q).Occupied(ctx, v.Span())
		if err != nil {
			return nil, err
		}
		if paused || handsOver(v, fitness(asked.Facts, v.LineID), all[to], now) != nil {
			return nil, fault.Form{ErrNoCandidate.On("who")} // they could, when the page was shown
		}
		if err := schedulerdb.New(q).ProposePlace(ctx, shift, who.ID, to); err != nil {
			return nil, err
		}
		return nil, outbox.Queue(ctx, q, now, outbox.Letter{To: to, Kind: "shift_proposed", Vals: shiftVals(v)})
	})
}

// Accept takes the seat that a colleague has proposed; both get a letter.
func (x *Swaps) Accept(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64) error {
	return x.shifts.takeOver(ctx, who, cmd, shift, "accept", scheduler.ErrNotProposed, func(store schedulerdb.Store) (people.ID, error) {
		return store.ProposedBy(ctx, shift, who.ID)
	})
}

// Decline leaves the seat to the colleague who has proposed it; they get a letter.
func (x *Swaps) Decline(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64) error {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.shifts.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		if err := store.LockShift(ctx, shift); err != nil {
			return err
		}
		v, err := store.Shift(ctx, shift, who.ID)
		if err != nil {
			return err
		}
		f, err := fit(ctx, q, who.ID, v.LineID)
		if err != nil {
			return err
		}
		giver, err := store.ProposedBy(ctx, shift, who.ID)
		switch {
		case err != nil:
			return err
		case giver == 0 && f.Certified.From.IsZero():
			return people.ErrHidden
		case giver == 0:
			return scheduler.ErrNotProposed
		}
		if err := store.Withdraw(ctx, shift, giver); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: giver, Kind: "shift_declined", Vals: shiftVals(v)}); err != nil {
			return err
		}
		return x.shifts.record(ctx, q, now, who, people.Volunteer, people.TakeShift, v, map[string]any{"did": "decline", "from": giver})
	})
}

// Invite asks somebody who could come to a shift to take a place on it, once; the
// letter leads to it. It is theirs only when they take it.
func (x *Shifts) Invite(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, person people.ID, part scheduler.Part) error {
	first, err := schedulerdb.New(x.db.Read()).Shift(ctx, shift, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.StaffShifts, people.Target{Line: first.LineID}); err != nil {
		return err
	}
	if person == 0 || part != scheduler.Answers && part != scheduler.Supervises {
		return ErrNoCandidate
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, person); err != nil {
			return ErrNoCandidate
		}
		v, f, busy, err := x.look(ctx, q, person, shift)
		if err != nil {
			return err
		}
		if !f.Supervisor && f.Certified.From.IsZero() {
			return ErrNoCandidate
		}
		if err := v.Rules().MayTake(part, f, busy, now); err != nil {
			return err
		}
		fresh, err := schedulerdb.New(q).Invite(ctx, shift, person, who.ID, now)
		switch {
		case err != nil:
			return err
		case !fresh:
			return scheduler.ErrShiftInvited
		}
		vals := shiftVals(v)
		vals["Part"], vals["Shift"] = string(part), v.ID
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "shift_invited", Vals: vals}); err != nil {
			return err
		}
		return x.record(ctx, q, now, who, people.Coordinator, people.StaffShifts, v, map[string]any{"did": "invite", "person": person, "part": part})
	})
}

// Lacking is how many shifts of the coming two weeks of a line must be seen to.
type Lacking struct {
	Line               coursedb.Line
	Nobody, Supervisor int
}

// Lacking lists the lines whose coming two weeks lack somebody: one of them or,
// with 0, all in reach.
func (x *Shifts) Lacking(ctx context.Context, who people.Actor, line int64) ([]Lacking, error) {
	if err := who.MustSomewhere(people.ReadShifts); err != nil {
		return nil, err
	}
	q := x.db.Read()
	lines, err := coursedb.New(q).Lines(ctx, nil)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range lines {
		if (line == 0 || l.ID == line) && who.May(people.ReadShifts, people.Target{Line: l.ID}) {
			ids = append(ids, l.ID)
		}
	}
	now, err := x.db.Now(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	shifts, err := schedulerdb.New(q).Shifts(ctx, ids, now, now.Add(window), 0)
	if err != nil {
		return nil, err
	}
	var list []Lacking
	for _, l := range lines {
		n := Lacking{Line: l}
		for _, v := range shifts {
			if v.LineID != l.ID {
				continue
			}
			g := v.Rules().Gap(v.Asked, now)
			if g.Nobody {
				n.Nobody++
			}
			if g.Supervisor {
				n.Supervisor++
			}
		}
		if n.Nobody+n.Supervisor > 0 {
			list = append(list, n)
		}
	}
	return list, nil
}

// tellGaps tells whoever coordinates a line how many of the shifts of the coming
// two weeks that somebody was taken off lack somebody now: the page proposes who
// could come.
func tellGaps(ctx context.Context, q pg.Q, now time.Time, freed []schedulerdb.Shift) error {
	lines, bad := map[int64]schedulerdb.Shift{}, map[int64]int{}
	for _, v := range freed {
		if v.StartsAt.Before(now.Add(window)) && v.Rules().Gap(v.Asked, now).Bad() {
			lines[v.LineID] = v
			bad[v.LineID]++
		}
	}
	for _, v := range lines {
		staff, err := peopledb.New(q).StaffFor(ctx, v.LineID, 0, people.Coordinator)
		if err != nil {
			return err
		}
		for _, i := range staff {
			vals := map[string]any{"Line": v.Line, "Code": v.Code, "N": bad[v.LineID]}
			if err := outbox.Queue(ctx, q, now, outbox.Letter{To: i.Person, Kind: "shift_gaps", Vals: vals}); err != nil {
				return err
			}
		}
	}
	return nil
}
