package lease

import (
	"slices"
	"strings"
	"time"
)

// Holder keeps the newest lease of one engine and answers from it. It is not safe
// for concurrent use.
type Holder struct {
	trust            string // public key in hexadecimal
	engine, instance string

	held    bool
	state   State
	ttl     time.Duration
	asked   time.Duration // when the request of the newest lease was about to be sent
	lines   []string
	entries map[question]Entry
}

type question struct{ agent, line, channel string }

// NewHolder makes a holder that trusts one public key, in hexadecimal.
func NewHolder(trust, engine, instance string) *Holder {
	return &Holder{trust: trust, engine: engine, instance: instance}
}

// State is the lease in force, to ask for what changed since; false: there is
// none, and everything is to be asked for.
func (h *Holder) State() (State, bool) { return h.state, h.held }

// Lifetime is how long the newest lease lives.
func (h *Holder) Lifetime() time.Duration { return h.ttl }

// Forget drops the lease: the next one must be everything.
func (h *Holder) Forget() {
	h.held, h.state, h.entries = false, State{}, nil
}

// Apply takes the answer to the request that was about to be sent at asked with
// nonce, and tells who ceased to be enabled by it, and who was stopped with a
// contact going on that is not to finish, enabled before or not: who paused
// during a contact may be suspended during it. A lease that does not fit changes
// nothing.
func (h *Holder) Apply(b []byte, nonce string, asked time.Duration) (ceased []Entry, err error) {
	f, l, err := open(b)
	switch ttl := time.Duration(l.TTL) * time.Millisecond; {
	case err != nil:
		return nil, err
	case f.Key != h.trust:
		return nil, ErrSignature
	case l.Engine != h.engine || l.Instance != h.instance || l.Nonce != nonce:
		return nil, ErrNotAsked
	case ttl <= 0 || ttl > Longest:
		return nil, ErrLifetime
	case l.Base == nil && len(l.Deltas) > 0 || l.Base != nil && (len(l.Allow) > 0 || !h.held || l.Base.Version != h.state.Version || !l.Base.Now.Equal(h.state.Now)):
		return nil, ErrBase
	case h.held && (l.Version < h.state.Version || l.Now.Before(h.state.Now)) && l.Base != nil:
		return nil, ErrBase
	}
	before := h.entries
	if l.Base == nil {
		h.entries = make(map[question]Entry, len(l.Allow))
		for _, e := range l.Allow {
			h.entries[question{e.Agent, e.Line, e.Channel}] = e
		}
		for q, e := range before {
			if h.entries[q].Level == "" && e.Level != "" {
				ceased = append(ceased, e)
			}
		}
	}
	for _, e := range l.Deltas {
		q := question{e.Agent, e.Line, e.Channel}
		if e.Level == "" {
			if h.entries[q].Level != "" || e.Running != "" {
				ceased = append(ceased, e)
			}
			delete(h.entries, q)
			continue
		}
		h.entries[q] = e
	}
	h.held, h.state, h.ttl, h.asked, h.lines = true, State{l.Version, l.Now}, time.Duration(l.TTL)*time.Millisecond, asked, l.Lines
	return ceased, nil
}

// List is Ask for everybody enabled on a line and channel, by agent. The first
// ticket is about the line itself: only while its answer is no, which is what it
// says of nobody in particular, the others are the whole list.
func (h *Holder) List(line, channel string) (Ticket, []Ticket) {
	var list []Ticket
	for q, e := range h.entries {
		if q.line == line && q.channel == channel && e.Level != "" {
			list = append(list, h.Ask(q.agent, line, channel))
		}
	}
	slices.SortFunc(list, func(a, b Ticket) int { return strings.Compare(a.Entry.Agent, b.Entry.Agent) })
	return h.Ask("", line, channel), list
}

// Verdict is the answer to a question.
type Verdict int

// The verdicts. The zero Verdict is unknown, which is never yes.
const (
	Unknown Verdict = iota
	No
	Yes
	Elsewhere // the line is not among those of the lease
)

// Ticket is what the holder knows about a question. Whether it still counts is
// decided afterwards, by Answer, so that no time passes in between unseen.
type Ticket struct {
	Entry   Entry
	Version int64

	held, here  bool
	ends, until time.Duration // on the holder's side; until 0: no end is known
}

// Ask looks a question up.
func (h *Holder) Ask(agent, line, channel string) Ticket {
	t := Ticket{Version: h.state.Version, held: h.held, ends: h.asked + h.ttl - Margin, here: slices.Contains(h.lines, line)}
	if !h.held {
		return t
	}
	t.Entry = h.entries[question{agent, line, channel}]
	if !t.Entry.Until.IsZero() {
		// The gate was read after the request was sent: at asked+d its clock shows
		// at most Now+d.
		t.until = max(h.asked+t.Entry.Until.Sub(h.state.Now), 1)
	}
	return t
}

// Answer says what the ticket is worth now, which must be read after Ask.
func (t Ticket) Answer(now time.Duration) Verdict {
	switch {
	case !t.held || now >= t.ends:
		return Unknown
	case !t.here:
		return Elsewhere
	case t.Entry.Level == "":
		return No
	case t.until != 0 && now >= t.until:
		return Unknown
	}
	return Yes
}
