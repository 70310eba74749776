package app

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// uses counts the questions of each key until they are noted. An answer writes
// nothing: what coordinators see of a key's use may be some seconds behind.
type uses struct {
	mu  sync.Mutex
	all map[int64]coursedb.KeyUse
}

func newUses() *uses { return &uses{all: map[int64]coursedb.KeyUse{}} }

func (u *uses) add(key int64, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	was := u.all[key]
	if at.Before(was.At) {
		at = was.At
	}
	u.all[key] = coursedb.KeyUse{Key: key, At: at, Questions: was.Questions + 1}
}

func (u *uses) take() []coursedb.KeyUse {
	u.mu.Lock()
	defer u.mu.Unlock()
	list := make([]coursedb.KeyUse, 0, len(u.all))
	for _, k := range u.all {
		list = append(list, k)
	}
	clear(u.all)
	slices.SortFunc(list, func(a, b coursedb.KeyUse) int { return int(a.Key - b.Key) }) // one order for every program
	return list
}

// useNoted is how often the use of keys is noted.
const useNoted = 5 * time.Second

// KeepUse notes the use of keys every few seconds until ctx ends, and once more
// then. What cannot be noted is lost: it is no proof of anything.
func (x *Gate) KeepUse(ctx context.Context) {
	tick := time.NewTicker(useNoted)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = x.NoteUse(last)
			return
		case <-tick.C:
			_ = x.NoteUse(ctx)
		}
	}
}

// NoteUse notes the use of keys since it was noted last.
func (x *Gate) NoteUse(ctx context.Context) error {
	list := x.uses.take()
	if len(list) == 0 {
		return nil
	}
	return x.db.InTx(ctx, func(q pg.Q, _ time.Time) error {
		for _, u := range list {
			if err := coursedb.New(q).NoteUse(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestCall is what an engine tells of a test call that it made.
type TestCall struct {
	Line, Channel string
	Reached       string // agent, fallback or nobody
	Words         string // for whoever looks after the engine
}

// Reaches are who may answer a test call.
var Reaches = []string{"agent", "fallback", "nobody"}

// testsKept is how long a test call stays on the page.
const testsKept = 90 * 24 * time.Hour

// Tested notes a test call, for a key that may ask about its line.
func (x *Gate) Tested(ctx context.Context, token string, in TestCall) error {
	if !lineForm.MatchString(in.Line) || !validChannel(in.Channel) || !slices.Contains(Reaches, in.Reached) || len([]rune(in.Words)) > 500 {
		return ErrMalformed
	}
	store := coursedb.New(x.db.Read())
	key, err := store.KeyByToken(ctx, tokenHash(token))
	switch {
	case err != nil:
		return err
	case key.ID == 0:
		return ErrBadToken
	case !key.Allows(coursedb.ScopeCheck):
		return ErrBadScope
	}
	l, err := store.LineByCode(ctx, in.Line)
	if err != nil || !key.Covers(l.ID) {
		if err == nil || fault.KindOf(err) == fault.NotFound {
			return ErrNoSuchLine
		}
		return err
	}
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		courses := coursedb.New(q)
		if err := courses.ForgetEngineTests(ctx, now.Add(-testsKept)); err != nil {
			return err
		}
		return courses.AddEngineTest(ctx, coursedb.EngineTest{Key: key.ID, Line: l.ID, Channel: in.Channel, Reached: in.Reached, Words: strings.TrimSpace(in.Words), At: now})
	})
}

// LineEngines is what would happen to a contact of a line now, and what its phone
// systems do.
type LineEngines struct {
	Line    coursedb.Line
	Now     time.Time
	Version int64
	Active  bool
	Would   []Would // one for each channel of the line
	Keys    []coursedb.LineKey
	States  []EngineState // of the present version
	Held    []coursedb.EngineRow
	Tests   []coursedb.EngineTest
}

// Would is what would happen to a contact on one channel.
type Would struct {
	Channel string
	Ring    []Ringing // who may answer: those on shift first, then by name
	Silent  []Ringing // on shift, and the phone stays silent
}

// Ringing is somebody whose phone may ring, or stays silent and why.
type Ringing struct {
	Number, Name string
	OnShift      bool
	Decision     gate.Decision
	person       people.ID
}

// testsSeen is how many test calls the page shows.
const testsSeen = 10

// Page shows a line's phone systems and what would happen now, for who runs or
// supervises the line.
func (x *Engines) Page(ctx context.Context, who people.Actor, code string) (LineEngines, error) {
	q := x.db.Read()
	store := coursedb.New(q)
	l, err := store.LineByCode(ctx, code)
	if err != nil {
		return LineEngines{}, err
	}
	if err := who.Must(people.ReadEngines, people.Target{Line: l.ID}); err != nil {
		return LineEngines{}, err
	}
	all, version, now, err := store.LineFacts(ctx, l.ID, nil)
	if err != nil {
		return LineEngines{}, err
	}
	out := LineEngines{Line: l, Now: now, Version: version}
	if out.Active, err = store.LineActive(ctx, l.ID, false); err != nil {
		return out, err
	}
	shift, err := onShiftNow(ctx, q, l.ID, now)
	if err != nil {
		return out, err
	}
	var granted []people.ID
	for _, channel := range l.Channels {
		w := Would{Channel: channel}
		for _, p := range all {
			r := Ringing{person: p.Person, Number: p.Number, OnShift: shift[p.Person], Decision: gate.Decide(p.Facts, gate.LineID(l.ID), gate.Channel(channel), now)}
			switch {
			case r.Decision.Granted():
				w.Ring = append(w.Ring, r)
			case r.OnShift:
				w.Silent = append(w.Silent, r)
			default:
				continue
			}
			granted = append(granted, p.Person)
		}
		out.Would = append(out.Would, w)
	}
	names, err := peopledb.New(q).Names(ctx, granted)
	if err != nil {
		return out, err
	}
	for _, w := range out.Would {
		for _, list := range [][]Ringing{w.Ring, w.Silent} {
			for i := range list {
				list[i].Name = names[list[i].person]
			}
			slices.SortStableFunc(list, func(a, b Ringing) int {
				if a.OnShift != b.OnShift {
					return map[bool]int{true: -1, false: 1}[a.OnShift]
				}
				return strings.Compare(a.Name, b.Name)
			})
		}
	}
	if out.Keys, err = store.LineKeys(ctx, l.ID); err != nil {
		return out, err
	}
	if out.States, err = enginesAt(ctx, q, l.ID, version); err != nil {
		return out, err
	}
	if out.Held, err = store.EnginesOf(ctx, l.ID); err != nil {
		return out, err
	}
	out.Held = slices.DeleteFunc(out.Held, func(e coursedb.EngineRow) bool { return !e.Leased })
	out.Tests, err = store.EngineTests(ctx, l.ID, testsSeen)
	return out, err
}

// onShiftNow is who has a place on a shift of the line that is going on.
func onShiftNow(ctx context.Context, q pg.Q, line int64, now time.Time) (map[people.ID]bool, error) {
	store := schedulerdb.New(q)
	shifts, err := store.Shifts(ctx, []int64{line}, now, now.Add(time.Nanosecond), 0)
	if err != nil || len(shifts) == 0 {
		return nil, err
	}
	places, err := store.ShiftPlaces(ctx, shiftIDs(shifts))
	on := map[people.ID]bool{}
	for _, p := range places {
		on[p.Person] = p.State != "absent"
	}
	return on, err
}
