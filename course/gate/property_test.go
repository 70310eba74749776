package gate_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"abilita/course/gate"
)

// This oracle knows the rules as a table on paper would say them: it walks the
// facts once for each sentence and shares no function with the package.

var start = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }

const horizon = 60

// drawFacts makes facts of one person and two lines on a short time line, so
// that intervals meet, touch and nest.
func drawFacts(t *rapid.T) []gate.Fact {
	kinds := []gate.Kind{
		gate.Register, gate.OfAge, gate.Suspension, gate.Certificate, gate.CertificateSuspension, gate.CertificateRevocation, gate.LineActive, gate.ContentDue, gate.CheckDue, gate.Station,
		gate.Pledge, gate.Pause, gate.Supervision, gate.SupervisorOn, gate.Practice, gate.Override,
	}
	levels := []gate.Level{gate.Listening, gate.Supervised, gate.Autonomous, gate.Mentor}
	var list []gate.Fact
	early := true // what everybody needs comes soon and lasts, else no answer is ever yes
	add := func(kind gate.Kind) {
		f := gate.Fact{Kind: kind, Line: gate.LineID(rapid.SampledFrom([]int{0, 7, 7, 7, 8}).Draw(t, "line")), Ref: int64(rapid.IntRange(1, 3).Draw(t, "ref"))}
		latest, rarely := horizon/2, 4
		if early {
			latest, rarely, f.Line = 8, 12, 7
		}
		recorded := rapid.IntRange(0, latest).Draw(t, "recorded")
		from := recorded + rapid.IntRange(-5, 10).Draw(t, "from")
		f.RecordedAt, f.From = hour(recorded), hour(from)
		if rapid.IntRange(0, 2).Draw(t, "ends") > 0 != early {
			f.Until = hour(from + rapid.IntRange(1, 30).Draw(t, "until"))
		}
		if rapid.IntRange(0, rarely).Draw(t, "closed") == 0 {
			f.ClosedAt = hour(recorded + rapid.IntRange(0, 20).Draw(t, "closing"))
		}
		switch kind {
		case gate.Certificate:
			f.Line, f.Level = 7, rapid.SampledFrom(append(levels, gate.Supervised, gate.Autonomous)).Draw(t, "level")
			f.Channel = rapid.SampledFrom([]gate.Channel{gate.Phone, gate.Phone, gate.Chat}).Draw(t, "channel")
		case gate.Practice:
			f.Level = rapid.SampledFrom([]gate.Level{gate.Supervised, gate.Autonomous}).Draw(t, "level")
		}
		list = append(list, f)
	}
	for _, kind := range []gate.Kind{gate.Register, gate.OfAge, gate.LineActive, gate.Station, gate.Pledge, gate.Certificate} {
		if rapid.IntRange(0, 19).Draw(t, "there") > 0 {
			add(kind)
		}
	}
	if rapid.Bool().Draw(t, "emergency") {
		add(gate.Override)
	}
	early = false
	for range rapid.IntRange(0, 6).Draw(t, "more") {
		add(rapid.SampledFrom(kinds).Draw(t, "kind"))
	}
	return list
}

// paperOracle says the codes, worst first, and for a yes the level.
func paperOracle(facts []gate.Fact, now time.Time) (codes []gate.Code, level gate.Level, override int64) {
	var seen []gate.Fact
	for _, f := range facts {
		if !f.RecordedAt.After(now) && (f.Line == 0 || f.Line == 7) {
			if !f.ClosedAt.IsZero() && f.ClosedAt.After(now) {
				f.ClosedAt = time.Time{} // nobody knew yet
			}
			seen = append(seen, f)
		}
	}
	over := func(f gate.Fact) bool {
		return !f.Until.IsZero() && !f.Until.After(now) || !f.ClosedAt.IsZero() && !f.ClosedAt.After(now)
	}
	count := func(is func(gate.Fact) bool) (n int) {
		for _, f := range seen {
			if !f.From.After(now) && !over(f) && is(f) {
				n++
			}
		}
		return n
	}
	of := func(kind gate.Kind) bool { return count(func(f gate.Fact) bool { return f.Kind == kind }) > 0 }
	ever := func(kind gate.Kind) bool {
		return slices.ContainsFunc(seen, func(f gate.Fact) bool { return f.Kind == kind })
	}
	practised := func(l gate.Level) bool {
		return count(func(f gate.Fact) bool { return f.Kind == gate.Practice && f.Level == l }) > 0
	}
	stopped := func(kind gate.Kind, ref int64) bool {
		return count(func(f gate.Fact) bool { return f.Kind == kind && f.Ref == ref }) > 0
	}
	// The newest paper of all, and of the telephone; the best that holds.
	var newest, phone *gate.Fact
	rank := map[gate.Level]int{gate.Listening: 1, gate.Supervised: 2, gate.Autonomous: 3, gate.Mentor: 4}
	best := gate.Level("")
	for i, f := range seen {
		if f.Kind != gate.Certificate {
			continue
		}
		newer := func(than *gate.Fact) bool {
			return than == nil || f.RecordedAt.After(than.RecordedAt) || f.RecordedAt.Equal(than.RecordedAt) && f.Ref > than.Ref
		}
		if newer(newest) {
			newest = &seen[i]
		}
		if f.Channel != gate.Phone {
			continue
		}
		if newer(phone) {
			phone = &seen[i]
		}
		if !f.From.After(now) && !over(f) && !stopped(gate.CertificateRevocation, f.Ref) && !stopped(gate.CertificateSuspension, f.Ref) && rank[f.Level] > rank[best] {
			best = f.Level
		}
	}
	capped := best
	if rank[best] > 2 && ever(gate.Practice) && !practised(gate.Autonomous) {
		capped = gate.Supervised
	}
	comingRegister := false
	for _, f := range seen {
		ends := f.Until
		if !f.ClosedAt.IsZero() && (ends.IsZero() || f.ClosedAt.Before(ends)) {
			ends = f.ClosedAt
		}
		comingRegister = comingRegister || f.Kind == gate.Register && f.From.After(now) && (ends.IsZero() || ends.After(f.From))
	}
	add := func(is bool, code gate.Code) {
		if is {
			codes = append(codes, code)
		}
	}
	revoked := newest != nil && stopped(gate.CertificateRevocation, newest.Ref)
	suspended := newest != nil && !revoked && stopped(gate.CertificateSuspension, newest.Ref)
	clean := newest != nil && !revoked && !suspended
	add(of(gate.Suspension), gate.AgentSuspended)
	add(revoked, gate.CertificateRevoked)
	add(suspended, gate.CertificateSuspended)
	add(!of(gate.LineActive), gate.LineNotActive)
	add(!of(gate.Register) && !comingRegister, gate.NotInRegister)
	add(!of(gate.Register) && comingRegister, gate.InsuranceNotStarted)
	add(!of(gate.OfAge), gate.UnderAge)
	add(newest == nil, gate.CertificateMissing)
	add(clean && best == "" && phone == nil, gate.ChannelNotCertified)
	add(clean && best == "" && phone != nil && phone.From.After(now), gate.CertificateNotStarted)
	add(clean && best == "" && phone != nil && !phone.From.After(now), gate.CertificateExpired)
	add(of(gate.ContentDue) || of(gate.CheckDue), gate.ContentOverdue)
	add(!of(gate.Station), gate.StationUnchecked)
	add(!of(gate.Pledge), gate.PledgeMissing)
	add(clean && best == gate.Listening, gate.LevelListeningOnly)
	add(capped == gate.Supervised && of(gate.Supervision) && !of(gate.SupervisorOn), gate.SupervisorAbsent)
	add(ever(gate.Practice) && !practised(gate.Supervised), gate.RecencyLapsed)
	add(of(gate.Pause), gate.Paused)
	if len(codes) == 0 {
		return nil, capped, 0
	}
	if of(gate.Override) && phone != nil && rank[phone.Level] >= 2 {
		for _, c := range codes {
			switch c {
			case gate.CertificateExpired, gate.ContentOverdue, gate.StationUnchecked, gate.SupervisorAbsent, gate.RecencyLapsed:
			default:
				return codes, "", 0
			}
		}
		return nil, gate.Supervised, 1
	}
	return codes, "", 0
}

func TestDecideIsWhatThePaperSays(t *testing.T) {
	t.Parallel()
	yes, waived := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		for n := range horizon {
			now := hour(n)
			d := gate.Decide(gate.Facts{Known: true, List: facts}, 7, gate.Phone, now)
			codes, level, override := paperOracle(facts, now)
			if !slices.Equal(d.Codes(), codes) || d.Granted() != (len(codes) == 0) || d.Level != level || (d.Override != 0) != (override != 0) {
				t.Fatalf("hour %d: %v at %q override %d, the paper says %v at %q override %d\n%+v", n, d.Codes(), d.Level, d.Override, codes, level, override, facts)
			}
			if d.Granted() {
				yes++
			}
			if d.Override != 0 {
				waived++
			}
			// Until: no fact changes the answer before it.
			for m := n + 1; m < horizon && (d.Until.IsZero() || hour(m).Before(d.Until)); m++ {
				later := gate.Decide(gate.Facts{Known: true, List: knownAt(facts, now)}, 7, gate.Phone, hour(m))
				if later.Granted() != d.Granted() || !slices.Equal(later.Codes(), d.Codes()) || later.Level != d.Level {
					t.Fatalf("hour %d says until %v, hour %d says otherwise: %v, %v\n%+v", n, d.Until, m, d.Codes(), later.Codes(), facts)
				}
			}
			// What is recorded later changes no answer about now.
			if past := gate.Decide(gate.Facts{Known: true, List: knownAt(facts, now)}, 7, gate.Phone, now); !slices.Equal(past.Codes(), d.Codes()) || past.Level != d.Level {
				t.Fatalf("hour %d: what came later changed the answer", n)
			}
		}
	})
	if yes == 0 || waived == 0 {
		t.Errorf("%d yes, %d by override: the facts never get there", yes, waived)
	}
}

// The order in which facts were read says nothing: not of the answer, not of what its
// reasons name.
func TestDecideKnowsNoOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		mixed := rapid.Permutation(facts).Draw(t, "order")
		for n := range horizon {
			a, b := gate.Decide(gate.Facts{Known: true, List: facts}, 7, gate.Phone, hour(n)), gate.Decide(gate.Facts{Known: true, List: mixed}, 7, gate.Phone, hour(n))
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("hour %d: %+v, in another order %+v\n%+v", n, a, b, facts)
			}
		}
	})
}

// knownAt is what a question at the instant could have read.
func knownAt(facts []gate.Fact, now time.Time) []gate.Fact {
	var list []gate.Fact
	for _, f := range facts {
		if f.RecordedAt.After(now) {
			continue
		}
		if f.ClosedAt.After(now) {
			f.ClosedAt = time.Time{}
		}
		list = append(list, f)
	}
	return list
}
