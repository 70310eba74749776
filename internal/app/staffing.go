package app

import (
	"cmp"
	"context"
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

// Candidate is somebody who could take a place on a shift.
type Candidate struct {
	Person  people.ID
	Number  string // empty for staff without one
	Name    string
	Part    scheduler.Part
	Recent  int  // shifts of the last four weeks and to come
	Invited bool // they were asked to come already
}

// StaffedShift is a shift as whoever staffs the line sees it.
type StaffedShift struct {
	schedulerdb.Shift
	Gap        scheduler.Gap
	Places     []schedulerdb.ShiftPlace
	Candidates []Candidate // for each part, who has had the fewest shifts first
}

// Staffing is the coming two weeks of a line.
type Staffing struct {
	Line     coursedb.Line
	Asked    bool // the line asks for supervisors
	Shifts   []StaffedShift
	ToClose  []schedulerdb.Shift // over, somebody was there, and nobody has closed them
	Rota     int                 // rows of the week that hold
	MayRota  bool
	MayStaff bool
	Now      time.Time
}

// window is how far ahead the page of a line's shifts looks, recent how far back
// shifts count when somebody is proposed.
const (
	window = 14 * 24 * time.Hour
	recent = 28 * 24 * time.Hour
)

// OfLine shows the coming two weeks of a line: who is there, what is missing, and
// who could come.
func (x *Shifts) OfLine(ctx context.Context, who people.Actor, code string) (Staffing, error) {
	q := x.db.Read()
	line, err := coursedb.New(q).LineByCode(ctx, code)
	if err != nil {
		return Staffing{}, err
	}
	on := people.Target{Line: line.ID}
	if err := who.Must(people.ReadShifts, on); err != nil {
		return Staffing{}, err
	}
	s := Staffing{Line: line, MayRota: who.May(people.KeepRota, on), MayStaff: who.May(people.StaffShifts, on)}
	if s.Now, err = x.db.Now(ctx); err != nil {
		return s, err
	}
	if s.Asked, err = coursedb.New(q).LineAsks(ctx, line.ID); err != nil {
		return s, err
	}
	store := schedulerdb.New(q)
	rows, err := store.Rota(ctx, line.ID, day(s.Now, line.Location()), false)
	if err != nil {
		return s, err
	}
	s.Rota = len(rows)
	if s.ToClose, err = store.ToClose(ctx, line.ID, s.Now.Add(-contactBack), s.Now); err != nil {
		return s, err
	}
	list, err := store.Shifts(ctx, []int64{line.ID}, s.Now, s.Now.Add(window), who.ID)
	if err != nil {
		return s, err
	}
	places, err := store.ShiftPlaces(ctx, shiftIDs(list))
	if err != nil {
		return s, err
	}
	invited, err := store.Invitations(ctx, shiftIDs(list))
	if err != nil {
		return s, err
	}
	pool, err := x.pool(ctx, q, line, scheduler.Span{From: s.Now, Until: s.Now.Add(window + 24*time.Hour)}, s.Now)
	if err != nil {
		return s, err
	}
	for _, v := range list {
		st := StaffedShift{Shift: v, Gap: v.Rules().Gap(s.Asked, s.Now)}
		for _, p := range places {
			if p.ShiftID == v.ID {
				st.Places = append(st.Places, p)
			}
		}
		if s.MayStaff {
			st.Candidates = pool.of(v, s.Now)
			for i, c := range st.Candidates {
				st.Candidates[i].Invited = slices.Contains(invited, schedulerdb.Invitation{ShiftID: v.ID, Person: c.Person})
			}
		}
		s.Shifts = append(s.Shifts, st)
	}
	return s, nil
}

// pool is everybody who may work on a line, with where they are already.
type pool struct {
	people   []Candidate
	fit      map[people.ID]scheduler.Fitness
	occupied map[people.ID][]scheduler.Span
	paused   map[people.ID]bool
}

// pool reads who may work on a line, and where they are in a span.
func (x *Shifts) pool(ctx context.Context, q pg.Q, line coursedb.Line, span scheduler.Span, now time.Time) (pool, error) {
	p := pool{fit: map[people.ID]scheduler.Fitness{}, paused: map[people.ID]bool{}}
	facts, _, _, err := coursedb.New(q).LineFacts(ctx, line.ID, nil)
	if err != nil {
		return p, err
	}
	store := schedulerdb.New(q)
	counts, err := store.Recent(ctx, line.ID, now.Add(-recent))
	if err != nil {
		return p, err
	}
	if p.occupied, err = store.Occupied(ctx, span); err != nil {
		return p, err
	}
	var ids []people.ID
	for _, f := range facts {
		if fit := fitness(f.Facts, line.ID); !fit.Certified.From.IsZero() {
			p.fit[f.Person] = fit
			p.paused[f.Person] = slices.ContainsFunc(f.Facts.List, func(k gate.Fact) bool { return k.Kind == gate.Pause && k.ClosedAt.IsZero() })
			ids = append(ids, f.Person)
			p.people = append(p.people, Candidate{Person: f.Person, Number: f.Number, Part: scheduler.Answers, Recent: counts[f.Person]})
		}
	}
	bosses, err := peopledb.New(q).StaffFor(ctx, line.ID, 0, people.Supervisor)
	if err != nil {
		return p, err
	}
	for _, b := range bosses {
		asked, err := coursedb.New(q).Facts(ctx, b.Person, line.ID)
		if err != nil {
			return p, err
		}
		f := fitness(asked.Facts, line.ID)
		f.Supervisor = true
		p.fit[b.Person] = f
		ids = append(ids, b.Person)
		p.people = append(p.people, Candidate{Person: b.Person, Number: b.Number, Part: scheduler.Supervises})
	}
	names, err := peopledb.New(q).Names(ctx, ids)
	for i := range p.people {
		p.people[i].Name = names[p.people[i].Person]
	}
	slices.SortStableFunc(p.people, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Recent, b.Recent), strings.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person))
	})
	return p, err
}

// of lists who could be put on a shift.
func (p pool) of(v schedulerdb.Shift, now time.Time) []Candidate {
	var list []Candidate
	for _, c := range p.people {
		if v.Rules().MayPut(c.Part, p.fit[c.Person], p.occupied[c.Person], now) == nil {
			list = append(list, c)
		}
	}
	return list
}

// ErrNoCandidate is the fault of putting somebody on a shift who may not work on
// that line.
var ErrNoCandidate = fault.New(fault.Invalid, "shift.no_candidate")

// Put puts somebody on a shift, until it is over. What holds for those who take a
// place themselves holds here too.
func (x *Shifts) Put(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, person people.ID, part scheduler.Part) error {
	v, err := schedulerdb.New(x.db.Read()).Shift(ctx, shift, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.StaffShifts, people.Target{Line: v.LineID}); err != nil {
		return err
	}
	if person == 0 || part != scheduler.Answers && part != scheduler.Supervises {
		return fault.Form{ErrNoCandidate.On("who")}
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, person); err != nil {
			return fault.Form{ErrNoCandidate.On("who")}
		}
		v, f, busy, err := x.look(ctx, q, person, shift)
		switch {
		case err != nil:
			return err
		case !f.Supervisor && f.Certified.From.IsZero():
			return fault.Form{ErrNoCandidate.On("who")}
		}
		if err := v.Rules().MayPut(part, f, busy, now); err != nil {
			return err
		}
		changes, err := x.seat(ctx, q, now, person, v, part, "put")
		if err != nil {
			return err
		}
		if err := x.record(ctx, q, now, who, people.Coordinator, people.StaffShifts, v, map[string]any{"did": "put", "person": person, "part": part}); err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// TakeOff takes somebody off a shift that is not over, with a reason that they
// read in a letter.
func (x *Shifts) TakeOff(ctx context.Context, who people.Actor, cmd *pg.Command, shift int64, person people.ID, reason string) error {
	v, err := schedulerdb.New(x.db.Read()).Shift(ctx, shift, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.StaffShifts, people.Target{Line: v.LineID}); err != nil {
		return err
	}
	var form fault.Form
	required(&form, "reason", reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		if err := store.LockShift(ctx, shift); err != nil {
			return err
		}
		v, err := store.Shift(ctx, shift, who.ID)
		if err != nil {
			return err
		}
		if err := v.Rules().MayStaff(now); err != nil {
			return err
		}
		changes, err := x.unseat(ctx, q, now, person, shift, "staff", "off", map[string]any{"Words": strings.TrimSpace(reason)})
		if err != nil {
			return err
		}
		if err := x.record(ctx, q, now, who, people.Coordinator, people.StaffShifts, v, map[string]any{"did": "off", "person": person, "reason": strings.TrimSpace(reason)}); err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// unled takes somebody whose role has ended, and who is locked, off the shifts
// that they would have supervised by it.
func (x *Shifts) unled(ctx context.Context, q pg.Q, now time.Time, ended peopledb.HeldGrant) ([]coursedb.FactChange, error) {
	if ended.Role != people.Supervisor {
		return nil, nil
	}
	lines, err := coursedb.New(q).Lines(ctx, nil)
	if err != nil {
		return nil, err
	}
	var changes []coursedb.FactChange
	for _, l := range lines {
		still, err := supervises(ctx, q, ended.Person, l.ID)
		if err != nil {
			return nil, err
		}
		if still {
			continue
		}
		more, err := x.free(ctx, q, now, ended.Person, l.ID, scheduler.Supervises, now, "role", true)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	return changes, nil
}
