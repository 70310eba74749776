package lease_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"abilita/course/lease"
)

var (
	seed  = bytes.Repeat([]byte{7}, 32)
	other = bytes.Repeat([]byte{8}, 32)
	start = time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)
)

const v1, v2 = "v0001", "v0002"

func entry(agent, level string, until time.Time) lease.Entry {
	return lease.Entry{Agent: agent, Line: "donazioni", Channel: "phone", Level: level, Until: until}
}

// full is a lease of five seconds for engine pbx, run r1, request n1.
func full(allow ...lease.Entry) lease.Lease {
	return lease.Lease{Engine: "pbx", Instance: "r1", Nonce: "n1", Version: 10, Now: start, TTL: 5000, Lines: []string{"donazioni"}, Allow: allow}
}

// failing is a test or one round of a property.
type failing interface {
	Helper()
	Fatal(args ...any)
}

func signed(t failing, l lease.Lease, seed []byte) []byte {
	t.Helper()
	b, err := lease.Sign(l, seed)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func holder() *lease.Holder { return lease.NewHolder(lease.PublicKey(seed), "pbx", "r1") }

func TestALeaseEndsOnItsHoldersClock(t *testing.T) {
	t.Parallel()
	const asked = 10 * time.Second // of the holder's own time
	h := holder()
	if got := h.Ask(v1, "donazioni", "phone").Answer(0); got != lease.Unknown {
		t.Errorf("before any lease: %v", got)
	}
	if _, err := h.Apply(signed(t, full(entry(v1, "autonomous", time.Time{}), entry(v2, "supervised", start.Add(2*time.Second))), seed), "n1", asked); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		agent, line, channel string
		at                   time.Duration
		want                 lease.Verdict
	}{
		"at once":                            {v1, "donazioni", "phone", asked, lease.Yes},
		"the last moment":                    {v1, "donazioni", "phone", asked + 4900*time.Millisecond - 1, lease.Yes},
		"a tenth of a second before its end": {v1, "donazioni", "phone", asked + 4900*time.Millisecond, lease.Unknown},
		"long after":                         {v1, "donazioni", "phone", asked + time.Hour, lease.Unknown},
		"a no ends too":                      {"v9", "donazioni", "phone", asked + 4900*time.Millisecond, lease.Unknown},
		"somebody else":                      {"v9", "donazioni", "phone", asked, lease.No},
		"another channel":                    {v1, "donazioni", "chat", asked, lease.No},
		"another line":                       {v1, "altra", "phone", asked, lease.Elsewhere},
		"before the answer's own end":        {v2, "donazioni", "phone", asked + 2*time.Second - 1, lease.Yes},
		"the answer's own end":               {v2, "donazioni", "phone", asked + 2*time.Second, lease.Unknown},
	} {
		if got := h.Ask(tc.agent, tc.line, tc.channel).Answer(tc.at); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
	ticket := h.Ask(v1, "donazioni", "phone")
	if got := ticket.Answer(asked + 5*time.Second); got != lease.Unknown {
		t.Errorf("a ticket taken in time and judged late: %v", got)
	}
	h.Forget()
	if got := h.Ask(v1, "donazioni", "phone").Answer(asked); got != lease.Unknown {
		t.Errorf("after forgetting: %v", got)
	}
}

func TestOnlyTheLeaseThatWasAskedForCounts(t *testing.T) {
	t.Parallel()
	delta := func(l lease.Lease) lease.Lease {
		l.Version, l.Now, l.Allow = 11, start.Add(time.Second), nil
		l.Base, l.Deltas = &lease.State{Version: 10, Now: start}, []lease.Entry{entry(v1, "", time.Time{})}
		return l
	}
	for name, tc := range map[string]struct {
		change func(*lease.Lease)
		seed   []byte
		spoil  func([]byte) []byte
		want   error
	}{
		"as it should be": {func(*lease.Lease) {}, seed, nil, nil},
		"another key":     {func(*lease.Lease) {}, other, nil, lease.ErrSignature},
		"a changed byte":  {func(*lease.Lease) {}, seed, func(b []byte) []byte { return bytes.Replace(b, []byte(`"version":11`), []byte(`"version":12`), 1) }, lease.ErrSignature},
		"another key in the file": {func(*lease.Lease) {}, seed, func(b []byte) []byte {
			return bytes.Replace(b, []byte(lease.PublicKey(seed)), []byte(lease.PublicKey(other)), 1)
		}, lease.ErrSignature},
		"no lease":               {func(*lease.Lease) {}, seed, func([]byte) []byte { return []byte(`enabled v0001 donazioni phone`) }, lease.ErrNoLease},
		"another engine":         {func(l *lease.Lease) { l.Engine = "altro" }, seed, nil, lease.ErrNotAsked},
		"another run":            {func(l *lease.Lease) { l.Instance = "r0" }, seed, nil, lease.ErrNotAsked},
		"another request":        {func(l *lease.Lease) { l.Nonce = "n0" }, seed, nil, lease.ErrNotAsked},
		"for ever":               {func(l *lease.Lease) { l.TTL = 30001 }, seed, nil, lease.ErrLifetime},
		"for no time":            {func(l *lease.Lease) { l.TTL = 0 }, seed, nil, lease.ErrLifetime},
		"after another version":  {func(l *lease.Lease) { l.Base.Version = 9 }, seed, nil, lease.ErrBase},
		"after another instant":  {func(l *lease.Lease) { l.Base.Now = start.Add(time.Microsecond) }, seed, nil, lease.ErrBase},
		"changes after nothing":  {func(l *lease.Lease) { l.Base = nil }, seed, nil, lease.ErrBase},
		"everything and changes": {func(l *lease.Lease) { l.Allow = []lease.Entry{entry(v1, "mentor", time.Time{})} }, seed, nil, lease.ErrBase},
		"a clock that went back": {func(l *lease.Lease) { l.Now = start.Add(-time.Second) }, seed, nil, lease.ErrBase},
	} {
		h := holder()
		if _, err := h.Apply(signed(t, full(entry(v1, "autonomous", time.Time{})), seed), "n1", 0); err != nil {
			t.Fatal(err)
		}
		l := delta(full())
		l.Nonce = "n2"
		tc.change(&l)
		b := signed(t, l, tc.seed)
		if tc.spoil != nil {
			b = tc.spoil(b)
		}
		ceased, err := h.Apply(b, "n2", time.Second)
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
		got, want := h.Ask(v1, "donazioni", "phone").Answer(2*time.Second), lease.No
		if tc.want != nil {
			want = lease.Yes // it changed nothing
		} else if len(ceased) != 1 || ceased[0].Agent != v1 {
			t.Errorf("%s: ceased %v", name, ceased)
		}
		if got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Who was stopped is told even if not enabled at that moment, with what becomes of
// a contact that is going on; who merely is not enabled is told once.
func TestAStopIsToldWithWhatBecomesOfAContact(t *testing.T) {
	t.Parallel()
	cut := func(agent string) lease.Entry { e := entry(agent, "", time.Time{}); e.Running = "cut"; return e }
	h := holder()
	if _, err := h.Apply(signed(t, full(entry(v1, "autonomous", time.Time{}), entry(v2, "autonomous", time.Time{})), seed), "n1", 0); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		deltas []lease.Entry
		want   string
	}{
		{[]lease.Entry{entry(v1, "", time.Time{}), cut(v2)}, "[v0001: v0002:cut]"}, // a pause and a suspension
		{[]lease.Entry{entry(v1, "", time.Time{})}, "[]"},
		{[]lease.Entry{cut(v1)}, "[v0001:cut]"}, // suspended while paused
		{[]lease.Entry{entry(v1, "autonomous", time.Time{})}, "[]"},
	} {
		state, _ := h.State()
		l := full()
		l.Nonce, l.Version, l.Now, l.Base, l.Deltas = "n2", state.Version+1, state.Now.Add(time.Second), &state, step.deltas
		ceased, err := h.Apply(signed(t, l, seed), "n2", 0)
		got := []string{}
		for _, e := range ceased {
			got = append(got, e.Agent+":"+e.Running)
		}
		if err != nil || fmt.Sprint(got) != step.want {
			t.Errorf("step %d: %v, want %s (%v)", i, got, step.want, err)
		}
		if h.Ask(v2, "donazioni", "phone").Answer(0) != lease.No {
			t.Errorf("step %d: a stopped volunteer is enabled", i)
		}
	}
}

// A list is what each question by itself would be answered.
func TestAListIsWhatTheQuestionsSay(t *testing.T) {
	t.Parallel()
	h := holder()
	if here, list := h.List("donazioni", "phone"); here.Answer(0) != lease.Unknown || len(list) != 0 {
		t.Errorf("before any lease: %v, %d", here.Answer(0), len(list))
	}
	chat := entry("v0003", "mentor", time.Time{})
	chat.Channel = "chat"
	if _, err := h.Apply(signed(t, full(entry(v2, "supervised", start.Add(2*time.Second)), chat, entry(v1, "autonomous", time.Time{})), seed), "n1", 0); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Duration]string{0: "[v0001:2 v0002:2]", 2 * time.Second: "[v0001:2 v0002:0]", 4900 * time.Millisecond: "[v0001:0 v0002:0]"} {
		here, list := h.List("donazioni", "phone")
		got := []string{}
		for _, l := range list {
			got = append(got, fmt.Sprint(l.Entry.Agent, ":", int(l.Answer(at))))
		}
		if fmt.Sprint(got) != want || (here.Answer(at) == lease.No) != (at < 4900*time.Millisecond) {
			t.Errorf("at %v: %v and %v, want %s", at, here.Answer(at), got, want)
		}
	}
	if here, list := h.List("altra", "phone"); here.Answer(0) != lease.Elsewhere || len(list) != 0 {
		t.Errorf("another line: %v, %d", here.Answer(0), len(list))
	}
}

func TestAFirstKeyMustHaveSigned(t *testing.T) {
	t.Parallel()
	b := signed(t, full(), seed)
	if key, err := lease.KeyOf(b); err != nil || key != lease.PublicKey(seed) {
		t.Errorf("%q, %v", key, err)
	}
	if _, err := lease.KeyOf([]byte(strings.Replace(string(b), `"pbx"`, `"pbz"`, 1))); !errors.Is(err, lease.ErrSignature) {
		t.Errorf("a changed file: %v", err)
	}
}

// Whatever comes, whole or as changes, the holder answers as a map would.
func TestChangesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, truth := holder(), map[string]string{}
		held := false
		for i := range rapid.IntRange(1, 12).Draw(t, "leases") {
			l := full()
			l.Nonce, l.Version, l.Now = fmt.Sprint("n", i), int64(10+i), start.Add(time.Duration(i)*time.Second)
			whole := !held || rapid.Bool().Draw(t, "whole")
			was := maps.Clone(truth)
			if state, ok := h.State(); !whole && ok {
				l.Base = &state
			}
			if whole {
				truth = map[string]string{}
			}
			for range rapid.IntRange(0, 5).Draw(t, "entries") {
				agent, level := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "agent"), rapid.SampledFrom([]string{"", "supervised", "mentor"}).Draw(t, "level")
				if whole && level == "" {
					continue
				}
				if whole {
					l.Allow = append(l.Allow, entry(agent, level, time.Time{}))
				} else {
					l.Deltas = append(l.Deltas, entry(agent, level, time.Time{}))
				}
				truth[agent] = level
			}
			ceased, err := h.Apply(signed(t, l, seed), l.Nonce, 0)
			if err != nil {
				t.Fatal(err)
			}
			held = true
			told := map[string]bool{}
			for _, e := range ceased {
				told[e.Agent] = true
			}
			for _, a := range []string{"a", "b", "c", "d"} {
				got, want := h.Ask(a, "donazioni", "phone"), lease.No
				if truth[a] != "" {
					want = lease.Yes
				}
				if got.Answer(0) != want || got.Entry.Level != truth[a] {
					t.Fatalf("%s: %v %q, want %q", a, got.Answer(0), got.Entry.Level, truth[a])
				}
				if was[a] != "" && truth[a] == "" && !told[a] {
					t.Fatalf("%s ceased and nobody was told", a)
				}
			}
		}
	})
}
