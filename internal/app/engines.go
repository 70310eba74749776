package app

import (
	"context"
	"sync"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/fault"
	"abilita/internal/pg"
)

// Engines serve phone systems that follow the gate instead of asking at each
// contact: what changed since a version, and signed leases. Nothing is kept
// between two questions: each answer is read on the primary.
type Engines struct {
	db    *pg.DB
	seed  []byte
	facts *bell // something the gate reads changed
	acks  *bell // an engine said what it has in force
	room  *room
	done  chan struct{}
	once  sync.Once
}

// NewEngines makes the use case. Until Listen runs, whoever waits looks once a
// second.
func NewEngines(db *pg.DB, secret Secret) *Engines {
	return &Engines{db: db, seed: secret.For("lease"), facts: newBell(), acks: newBell(), room: &room{held: map[int64]int{}}, done: make(chan struct{})}
}

// How long and how many may wait.
const (
	LongestWait  = 30 * time.Second
	mostOfOneKey = 32
	mostWaiting  = 512
	mostChanges  = 5000 // more than these and reading the lists is less work
	beat         = time.Second
)

// Faults of following.
var (
	// ErrBusy is the fault of one wait too many.
	ErrBusy = fault.New(fault.Unavailable, "gate.busy")
	// ErrStopping is the fault of a wait that begins while the program stops.
	ErrStopping = fault.New(fault.Unavailable, "gate.stopping")
)

// Listen hears that something changed, until ctx ends.
func (x *Engines) Listen(ctx context.Context) error {
	return x.db.Listen(ctx, []string{"abilita_gate", "abilita_lease"}, func(channel string) {
		if channel == "abilita_lease" {
			x.acks.ring()
			return
		}
		x.facts.ring()
	})
}

// Close ends every wait, so that the program can stop.
func (x *Engines) Close() { x.once.Do(func() { close(x.done) }) }

// Since is a state of the gate that an engine saw.
type Since = coursedb.Since

// Changed is what may have changed on a line since a state that an engine saw.
type Changed struct {
	Line     string
	Version  int64
	At       time.Time
	Seen     Since    // the state of this answer, to ask from next time
	Reload   bool     // the state asked from is not known here: read the lists again
	Answers  []Answer // by agent, then channel
	Fallback string

	key    int64
	coming time.Time
}

// Changes tells for whom the answer on a line may have changed since a state,
// with the answer now. While nothing did it waits, at most wait.
func (x *Engines) Changes(ctx context.Context, token, line string, since Since, wait time.Duration) (Changed, error) {
	over := time.After(min(max(wait, 0), LongestWait))
	for entered := false; ; {
		rung := x.facts.next() // before reading, so that no change is missed in between
		c, err := x.changed(ctx, token, line, since)
		if err != nil || wait <= 0 || c.Reload || len(c.Answers) > 0 {
			return c, err
		}
		if !entered {
			leave, err := x.room.enter(c.key)
			if err != nil {
				return c, err
			}
			defer leave()
			entered = true
		}
		select {
		case <-ctx.Done():
			return c, ctx.Err()
		case <-x.done:
			return c, nil
		case <-over:
			wait = 0
		case <-rung:
		case <-time.After(untilNext(c)):
		}
	}
}

// untilNext is how long nothing can change by time alone, at most a beat.
func untilNext(c Changed) time.Duration {
	if d := c.coming.Sub(c.At); !c.coming.IsZero() && d < beat {
		return max(d, time.Millisecond)
	}
	return beat
}

// Follow tells what changes on a line until ctx ends, the program stops, or the
// key may no more: then it returns why. A beat without changes comes at least
// once a second. Without a state to begin from it begins from now.
func (x *Engines) Follow(ctx context.Context, token, line string, since *Since, tell func(Changed) error) error {
	rung := x.facts.next()
	c, err := x.first(ctx, token, line, since)
	if err != nil {
		return err
	}
	leave, err := x.room.enter(c.key)
	if err != nil {
		return err
	}
	defer leave()
	for {
		if err := tell(c); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-x.done:
			return ErrStopping
		case <-rung:
		case <-time.After(untilNext(c)):
		}
		rung = x.facts.next()
		if c, err = x.changed(ctx, token, line, c.Seen); err != nil {
			return err
		}
	}
}

// first is what a follower is told first.
func (x *Engines) first(ctx context.Context, token, line string, since *Since) (Changed, error) {
	if since != nil {
		return x.changed(ctx, token, line, *since)
	}
	c, err := x.changed(ctx, token, line, Since{}) // version 0 was never here
	c.Reload = false
	return c, err
}

func (x *Engines) changed(ctx context.Context, token, line string, since Since) (Changed, error) {
	if !lineForm.MatchString(line) {
		return Changed{}, ErrMalformed
	}
	v, err := coursedb.New(x.db.Read()).SurveyTouched(ctx, tokenHash(token), []string{line}, since)
	if err != nil {
		return Changed{}, err
	}
	if err := allowed(&v, coursedb.ScopeChanges); err != nil {
		return Changed{}, err
	}
	l, err := covered(&v, line)
	if err != nil {
		return Changed{}, err
	}
	c := Changed{
		Line: l.Code, Version: v.Version, At: v.Now, Seen: Since{Version: v.Version, At: v.Passed}, Fallback: l.Fallback, key: v.Key.ID, coming: v.Coming,
		Reload: v.Gap || since.At.After(v.Now) || len(v.People)*len(l.Channels) > mostChanges,
	}
	if c.Reload {
		return c, nil
	}
	for _, p := range v.People {
		for _, channel := range channelsOf(&v, l, p.Number) {
			c.Answers = append(c.Answers, answered(&v, l, channel, p.Number))
		}
	}
	return c, nil
}

// channelsOf are the channels on which an answer about somebody may be yes: the
// line's and those of their certificates.
func channelsOf(v *coursedb.Survey, l coursedb.Line, agent string) []string {
	var list []string
	facts := v.Facts(agent, l.ID)
	for _, c := range gate.Channels {
		certified := false
		for _, f := range facts.List {
			certified = certified || f.Kind == gate.Certificate && f.Line == gate.LineID(l.ID) && (f.Channel == c || f.Channel == "")
		}
		if certified || l.HasChannel(c) {
			list = append(list, string(c))
		}
	}
	return list
}

// bell wakes everybody who waits for its next ring.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

func newBell() *bell { return &bell{ch: make(chan struct{})} }

// next is closed at the next ring.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.ch)
	b.ch = make(chan struct{})
}

// room bounds how many wait, for one key and in all.
type room struct {
	mu   sync.Mutex
	held map[int64]int
	all  int
}

func (r *room) enter(key int64) (leave func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[key] >= mostOfOneKey || r.all >= mostWaiting {
		return nil, ErrBusy
	}
	r.held[key]++
	r.all++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all--
		if r.held[key]--; r.held[key] == 0 {
			delete(r.held, key)
		}
	}, nil
}
