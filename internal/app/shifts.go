package app

import (
	"context"
	"slices"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/ical"
	"abilita/scheduler/schedulerdb"
)

// Shifts is the work of a line as it is staffed: the weekly rota, the shifts made
// from it, the places that certified volunteers and supervisors take.
type Shifts struct{ db *pg.DB }

// NewShifts makes the use cases of shifts.
func NewShifts(db *pg.DB) *Shifts { return &Shifts{db: db} }

// ahead is how far ahead shifts are made.
const ahead = 8 * 7

// fitness is what the gate knows today of somebody, as the rules of shifts read
// it: the newest certificate of the line speaks first, as with the gate.
func fitness(facts gate.Facts, line int64) scheduler.Fitness {
	var f scheduler.Fitness
	stopped := map[int64]bool{}
	var newest gate.Fact
	for _, k := range facts.List {
		switch {
		case k.Line != 0 && int64(k.Line) != line:
		case k.Kind == gate.Certificate && (k.RecordedAt.After(newest.RecordedAt) || k.RecordedAt.Equal(newest.RecordedAt) && k.Ref > newest.Ref):
			newest = k
		case !k.ClosedAt.IsZero():
		case k.Kind == gate.Suspension:
			f.Stopped = true
		case k.Kind == gate.Register:
			f.Covered = longer(f.Covered, scheduler.Span{From: k.From, Until: k.Until})
		case k.Kind == gate.CertificateSuspension || k.Kind == gate.CertificateRevocation:
			stopped[k.Ref] = true
		}
	}
	for _, k := range facts.List {
		if k.Kind == gate.Certificate && int64(k.Line) == line && k.ClosedAt.IsZero() && k.Level != gate.Listening && !stopped[newest.Ref] && !stopped[k.Ref] {
			f.Certified = longer(f.Certified, scheduler.Span{From: k.From, Until: k.Until})
		}
	}
	return f
}

// longer is the span that ends last; the zero span is the shortest.
func longer(a, b scheduler.Span) scheduler.Span {
	if a.From.IsZero() || !a.Until.IsZero() && (b.Until.IsZero() || b.Until.After(a.Until)) {
		return b
	}
	return a
}

// supervises tells whether somebody holds the role of supervisor on a line.
func supervises(ctx context.Context, q pg.Q, who people.ID, line int64) (bool, error) {
	list, err := peopledb.New(q).StaffFor(ctx, line, 0, people.Supervisor)
	return slices.ContainsFunc(list, func(i peopledb.Identity) bool { return i.Person == who }), err
}

// fit is what is known of somebody for a line, inside a command.
func fit(ctx context.Context, q pg.Q, who people.ID, line int64) (scheduler.Fitness, error) {
	asked, err := coursedb.New(q).Facts(ctx, who, line)
	if err != nil {
		return scheduler.Fitness{}, err
	}
	f := fitness(asked.Facts, line)
	f.Supervisor, err = supervises(ctx, q, who, line)
	return f, err
}

// ShiftOffer is a shift that a person may have to do with.
type ShiftOffer struct {
	schedulerdb.Shift
	Answer  error  // why no seat may be taken; nil: it may
	Boss    bool   // the person supervises on the line
	Lead    error  // why the supervisor's part may not be taken; nil: it may
	Swap    bool   // a place is offered that the person may take over
	MayGive bool   // the person has a place and may still give it back
	With    string // to whom the place is proposed, or who proposes theirs
	Invited bool   // the person was asked to come
}

// Roster is what a person sees of the shifts: those they have a place on, and
// those to come of the lines they may work on.
type Roster struct {
	Mine, Open []ShiftOffer
	Proposed   []ShiftOffer        // places that colleagues propose to the person
	ToClose    []schedulerdb.Shift // that they supervised and nobody has closed
	Zone       *time.Location
	Now        time.Time
	Lines      int // lines that the person may work on
}

// Mine lists a person's shifts and those of their lines in the weeks ahead.
func (x *Shifts) Mine(ctx context.Context, who people.Actor) (Roster, error) {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return Roster{}, err
	}
	q := x.db.Read()
	store := schedulerdb.New(q)
	now, err := x.db.Now(ctx)
	if err != nil {
		return Roster{}, err
	}
	r := Roster{Zone: time.UTC, Now: now}
	mine, err := store.ShiftsOf(ctx, who.ID, now)
	if err != nil {
		return r, err
	}
	for _, v := range mine {
		r.Mine = append(r.Mine, ShiftOffer{Shift: v, MayGive: v.Rules().MayChange(now) == nil})
	}
	if r.ToClose, err = store.LedToClose(ctx, who.ID, now.Add(-contactBack), now); err != nil {
		return r, err
	}
	fits, lines, err := x.fits(ctx, q, who)
	if err != nil {
		return r, err
	}
	r.Lines = len(lines)
	if len(lines) > 0 {
		r.Zone = lines[0].Location()
	}
	ids := make([]int64, 0, len(lines))
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	if err := x.asked(ctx, q, who, &r); err != nil {
		return r, err
	}
	end := now.AddDate(0, 0, ahead)
	open, err := store.Shifts(ctx, ids, now, end, who.ID)
	if err != nil {
		return r, err
	}
	occupied, err := store.Occupied(ctx, scheduler.Span{From: now, Until: end})
	if err != nil {
		return r, err
	}
	invited, err := store.Invitations(ctx, shiftIDs(open))
	if err != nil {
		return r, err
	}
	for _, v := range open {
		rules, f := v.Rules(), fits[v.LineID]
		if v.Part != "" || rules.MayChange(now) != nil {
			continue
		}
		o := ShiftOffer{Shift: v, Boss: f.Supervisor, Answer: rules.MayTake(scheduler.Answers, f, occupied[who.ID], now), Lead: rules.MayTake(scheduler.Supervises, f, occupied[who.ID], now)}
		o.Swap = v.Offers > 0 && handsOver(v, f, occupied[who.ID], now) == nil
		o.Invited = slices.Contains(invited, schedulerdb.Invitation{ShiftID: v.ID, Person: who.ID})
		r.Open = append(r.Open, o)
	}
	return r, nil
}

// asked fills in to whom the person has proposed places and who proposes theirs.
func (x *Shifts) asked(ctx context.Context, q pg.Q, who people.Actor, r *Roster) error {
	store := schedulerdb.New(q)
	list, err := store.ProposalsTo(ctx, who.ID, r.Now)
	if err != nil {
		return err
	}
	var ids []people.ID
	for _, p := range list {
		ids = append(ids, p.Giver)
	}
	for _, o := range r.Mine {
		ids = append(ids, o.Shift.Proposed)
	}
	known, err := peopledb.New(q).Numbered(ctx, ids)
	if err != nil {
		return err
	}
	for i, o := range r.Mine {
		if o.Shift.Proposed != 0 {
			r.Mine[i].With = shortName(known[o.Shift.Proposed])
		}
	}
	for _, p := range list {
		v, err := store.Shift(ctx, p.ShiftID, who.ID)
		if err != nil {
			return err
		}
		r.Proposed = append(r.Proposed, ShiftOffer{Shift: v, With: shortName(known[p.Giver])})
	}
	return nil
}

// shiftIDs are the ids of shifts.
func shiftIDs(list []schedulerdb.Shift) []int64 {
	ids := make([]int64, 0, len(list))
	for _, v := range list {
		ids = append(ids, v.ID)
	}
	return ids
}

// Next is the person's next shift, the one that is going on first; false when
// there is none.
func (x *Shifts) Next(ctx context.Context, who people.Actor, now time.Time) (ShiftOffer, bool, error) {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return ShiftOffer{}, false, err
	}
	list, err := schedulerdb.New(x.db.Read()).ShiftsOf(ctx, who.ID, now)
	if err != nil || len(list) == 0 {
		return ShiftOffer{}, false, err
	}
	return ShiftOffer{Shift: list[0]}, true, nil
}

// fits lists the lines that a person is certified for or supervises, with what is
// known of them there.
func (x *Shifts) fits(ctx context.Context, q pg.Q, who people.Actor) (map[int64]scheduler.Fitness, []coursedb.Line, error) {
	store := coursedb.New(q)
	facts, err := store.OpenFacts(ctx, who.ID)
	if err != nil {
		return nil, nil, err
	}
	wanted := map[int64]bool{}
	for _, f := range facts {
		if f.Kind == gate.Certificate {
			wanted[int64(f.Line)] = true
		}
	}
	all, err := store.Lines(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	fits := map[int64]scheduler.Fitness{}
	var lines []coursedb.Line
	for _, l := range all {
		boss := slices.ContainsFunc(who.Grants, func(g people.Grant) bool {
			return g.Role == people.Supervisor && (g.Scope == people.All || g.Scope == people.Organisation || g.Scope == people.Line && g.ID == l.ID)
		})
		if !boss && !wanted[l.ID] {
			continue
		}
		asked, err := store.Facts(ctx, who.ID, l.ID)
		if err != nil {
			return nil, nil, err
		}
		f := fitness(asked.Facts, l.ID)
		f.Supervisor = boss
		if boss || !f.Certified.From.IsZero() {
			fits[l.ID], lines = f, append(lines, l)
		}
	}
	return fits, lines, nil
}

// Take takes a place on a shift. Seats are counted under the shift's lock, after
// the person's: nobody gets a seat that is not there, nobody two at one time.
func (x *Shifts) Take(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, part scheduler.Part) error {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return err
	}
	if part != scheduler.Answers && part != scheduler.Supervises {
		return ErrChoice
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		v, f, busy, err := x.look(ctx, q, who.ID, shift)
		if err != nil {
			return err
		}
		if !f.Supervisor && f.Certified.From.IsZero() {
			return people.ErrHidden
		}
		if err := v.Rules().MayTake(part, f, busy, now); err != nil {
			return err
		}
		changes, err := x.seat(ctx, q, now, who.ID, v, part, "booked")
		if err != nil {
			return err
		}
		if err := x.record(ctx, q, now, who, asRole(part), people.TakeShift, v, map[string]any{"did": "take", "part": part}); err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// look takes a shift for a command of or about a person, who is locked, and reads
// what decides about a place.
func (x *Shifts) look(ctx context.Context, q pg.Q, who people.ID, shift int64) (v schedulerdb.Shift, f scheduler.Fitness, busy []scheduler.Span, err error) {
	store := schedulerdb.New(q)
	if err = store.LockShift(ctx, shift); err != nil {
		return v, f, nil, err
	}
	if v, err = store.Shift(ctx, shift, who); err != nil {
		return v, f, nil, err
	}
	if f, err = fit(ctx, q, who, v.LineID); err != nil {
		return v, f, nil, err
	}
	if v.Part != "" {
		return v, f, nil, scheduler.ErrShiftHeld
	}
	all, err := store.Occupied(ctx, v.Span())
	return v, f, all[who], err
}

// Leave gives one's place back before the shift begins.
func (x *Shifts) Leave(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64) error {
	return x.own(ctx, who, cmd, shift, "leave", func(q pg.Q, now time.Time, _ schedulerdb.Shift) ([]coursedb.FactChange, error) {
		return x.unseat(ctx, q, now, who.ID, shift, "own", "left", nil)
	})
}

// Offer offers one's seat to whoever takes it over, or keeps it after all. Until
// somebody does, it is still one's own.
func (x *Shifts) Offer(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, offered bool) error {
	return x.own(ctx, who, cmd, shift, "offer", func(q pg.Q, _ time.Time, _ schedulerdb.Shift) ([]coursedb.FactChange, error) {
		return nil, schedulerdb.New(q).OfferPlace(ctx, shift, who.ID, offered)
	})
}

// own is a command about one's own place.
func (x *Shifts) own(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, did string,
	do func(q pg.Q, now time.Time, v schedulerdb.Shift) ([]coursedb.FactChange, error),
) error {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		if err := store.LockShift(ctx, shift); err != nil {
			return err
		}
		v, err := store.Shift(ctx, shift, who.ID)
		switch {
		case err != nil:
			return err
		case v.Part == "":
			return people.ErrHidden
		}
		if err := v.Rules().MayChange(now); err != nil {
			return err
		}
		changes, err := do(q, now, v)
		if err != nil {
			return err
		}
		if err := x.record(ctx, q, now, who, asRole(v.Part), people.TakeShift, v, map[string]any{"did": did}); err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// Swap takes over the seat that has been offered; both get a letter.
func (x *Shifts) Swap(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64) error {
	return x.takeOver(ctx, who, cmd, shift, "swap", scheduler.ErrNotOffered, func(store schedulerdb.Store) (people.ID, error) { return store.FirstOffer(ctx, shift) })
}

// takeOver takes the seat that a giver leaves for it. Between the two acts of one
// transaction nobody else can take it.
func (x *Shifts) takeOver(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, did string, none error, find func(schedulerdb.Store) (people.ID, error)) error {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		v, f, busy, err := x.look(ctx, q, who.ID, shift)
		if err != nil {
			return err
		}
		if f.Certified.From.IsZero() {
			return people.ErrHidden
		}
		giver, err := find(schedulerdb.New(q))
		switch {
		case err != nil:
			return err
		case giver == 0:
			return none
		}
		if err := handsOver(v, f, busy, now); err != nil {
			return err
		}
		if _, err := x.unseat(ctx, q, now, giver, shift, "swapped", "swapped", nil); err != nil {
			return err
		}
		if _, err := x.seat(ctx, q, now, who.ID, v, scheduler.Answers, "booked"); err != nil {
			return err
		}
		return x.record(ctx, q, now, who, people.Volunteer, people.TakeShift, v, map[string]any{"did": did, "from": giver})
	})
}

// Calendar is the entry of a shift that the person has a place on.
func (x *Shifts) Calendar(ctx context.Context, who people.Actor, shift int64) (string, error) {
	if err := who.Must(people.TakeShift, people.Target{Person: who.ID}); err != nil {
		return "", err
	}
	v, err := schedulerdb.New(x.db.Read()).Shift(ctx, shift, who.ID)
	if err != nil {
		return "", err
	}
	if v.Part == "" {
		return "", people.ErrHidden
	}
	now, err := x.db.Now(ctx)
	return ical.Text(ical.Publish, shiftEntry(v, v.Sequence, now, "")), err
}
