package gate_test

import (
	"slices"
	"testing"
	"time"

	"abilita/course/gate"
)

// supervised is fit on a line that wants a supervisor on shift.
func supervised(more ...gate.Fact) []gate.Fact {
	return with(append([]gate.Fact{{Kind: gate.Supervision, Line: 7, From: at(1, 0, 0), RecordedAt: at(1, 0, 0)}}, more...)...)
}

// shift is a supervisor's on the 10th, planned the day before.
func shift(from, until time.Time) gate.Fact {
	return gate.Fact{Kind: gate.SupervisorOn, Line: 7, Ref: 44, From: from, Until: until, RecordedAt: at(9, 0, 0)}
}

// autonomous is fit at level autonomous, with what a contact on the 5th left:
// the level until the 12th, contacts until the 16th.
func autonomous(more ...gate.Fact) []gate.Fact {
	list := append(without(gate.Certificate), cert(1, at(3, 0, 0)),
		gate.Fact{Kind: gate.Practice, Line: 7, Level: gate.Autonomous, From: at(5, 0, 0), Until: at(12, 0, 0), RecordedAt: at(5, 0, 0)},
		gate.Fact{Kind: gate.Practice, Line: 7, Level: gate.Supervised, From: at(5, 0, 0), Until: at(16, 0, 0), RecordedAt: at(5, 0, 0)},
		gate.Fact{Kind: gate.Supervision, Line: 7, From: at(1, 0, 0), RecordedAt: at(1, 0, 0)})
	return append(list, more...)
}

func override(from, until time.Time) gate.Fact {
	return gate.Fact{Kind: gate.Override, Line: 7, Ref: 9, From: from, Until: until, RecordedAt: from}
}

func TestLevelSupervisionPracticeOverride(t *testing.T) {
	t.Parallel()
	now := at(10, 12, 0)
	for name, tc := range map[string]struct {
		facts []gate.Fact
		now   time.Time
		want  []gate.Code
		level gate.Level
		ref   int64 // of the override that grants
	}{
		"supervised, nobody asks for a supervisor":      {facts: fit(), level: gate.Supervised},
		"supervised, no supervisor":                     {facts: supervised(), want: []gate.Code{gate.SupervisorAbsent}},
		"supervised, a supervisor on shift":             {facts: supervised(shift(at(10, 10, 0), at(10, 14, 0))), level: gate.Supervised},
		"supervised, the shift begins this instant":     {facts: supervised(shift(now, at(10, 14, 0))), level: gate.Supervised},
		"supervised, the shift ends this instant":       {facts: supervised(shift(at(10, 10, 0), now)), want: []gate.Code{gate.SupervisorAbsent}},
		"supervised, the supervisor left the shift":     {facts: supervised(gone(shift(at(10, 10, 0), at(10, 14, 0)), at(10, 11, 0))), want: []gate.Code{gate.SupervisorAbsent}},
		"supervised, a supervisor of another line":      {facts: supervised(elsewhere(shift(at(10, 10, 0), at(10, 14, 0)))), want: []gate.Code{gate.SupervisorAbsent}},
		"supervised, the rule ended":                    {facts: with(gone(gate.Fact{Kind: gate.Supervision, Line: 7, From: at(1, 0, 0), RecordedAt: at(1, 0, 0)}, at(10, 0, 0))), level: gate.Supervised},
		"no certificate says nothing of supervisors":    {facts: append(without(gate.Certificate), supervised()[len(fit())]), want: []gate.Code{gate.CertificateMissing}},
		"autonomous and practised":                      {facts: autonomous(), level: gate.Autonomous},
		"autonomous, the last instant of the level":     {facts: autonomous(), now: at(12, 0, 0).Add(-1), level: gate.Autonomous},
		"autonomous, too long ago for the level":        {facts: autonomous(), now: at(12, 0, 0), want: []gate.Code{gate.SupervisorAbsent}},
		"autonomous counts as supervised, one on shift": {facts: autonomous(shift(at(12, 0, 0), at(13, 0, 0))), now: at(12, 12, 0), level: gate.Supervised},
		"too long ago for any contact":                  {facts: autonomous(shift(at(16, 0, 0), at(17, 0, 0))), now: at(16, 0, 0), want: []gate.Code{gate.RecencyLapsed}},
		"too long ago and nobody on shift":              {facts: autonomous(), now: at(16, 0, 0), want: []gate.Code{gate.SupervisorAbsent, gate.RecencyLapsed}},
		"a later contact keeps the level":               {facts: autonomous(practice(gate.Autonomous, 11, 18), practice(gate.Supervised, 11, 22)), now: at(17, 0, 0), level: gate.Autonomous},
		"a contact not recorded yet keeps nothing":      {facts: autonomous(practice(gate.Autonomous, 11, 18)), now: at(10, 23, 0), level: gate.Autonomous},
		"override of an expired certificate":            {facts: with(override(at(20, 1, 0), at(20, 5, 0))), now: at(20, 2, 0), level: gate.Supervised, ref: 9},
		"override before it began":                      {facts: with(override(at(20, 1, 0), at(20, 5, 0))), now: at(20, 0, 30), want: []gate.Code{gate.CertificateExpired}},
		"override that ran out by itself":               {facts: with(override(at(20, 1, 0), at(20, 5, 0))), now: at(20, 5, 0), want: []gate.Code{gate.CertificateExpired}},
		"override that was taken back":                  {facts: with(gone(override(at(20, 1, 0), at(20, 5, 0)), at(20, 2, 0))), now: at(20, 2, 0), want: []gate.Code{gate.CertificateExpired}},
		"override of several reasons": {
			facts: supervised(override(at(10, 11, 0), at(10, 15, 0)), gate.Fact{Kind: gate.ContentDue, Line: 7, From: at(6, 0, 0), RecordedAt: at(5, 0, 0)}), level: gate.Supervised, ref: 9,
		},
		"override where none is needed":     {facts: with(override(at(10, 11, 0), at(10, 15, 0))), level: gate.Supervised},
		"override lowers an autonomous one": {facts: autonomous(override(at(10, 11, 0), at(10, 15, 0)), gate.Fact{Kind: gate.ContentDue, Line: 7, From: at(6, 0, 0), RecordedAt: at(5, 0, 0)}), level: gate.Supervised, ref: 9},
		"override never of a suspension":    {facts: with(override(at(10, 11, 0), at(10, 15, 0)), gate.Fact{Kind: gate.Suspension, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.AgentSuspended}},
		"override never of a revocation":    {facts: with(override(at(10, 11, 0), at(10, 15, 0)), gate.Fact{Kind: gate.CertificateRevocation, Line: 7, Ref: 1, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.CertificateRevoked}},
		"override never without a paper":    {facts: append(without(gate.Certificate), override(at(10, 11, 0), at(10, 15, 0))), want: []gate.Code{gate.CertificateMissing}},
		"override never outside the register, the rest stands with it": {
			facts: append(without(gate.Register), override(at(20, 1, 0), at(20, 5, 0))), now: at(20, 2, 0), want: []gate.Code{gate.NotInRegister, gate.CertificateExpired},
		},
		"override never of who only listened": {
			facts: append(without(gate.Certificate), gate.Fact{Kind: gate.Certificate, Line: 7, Channel: gate.Phone, Level: gate.Listening, Ref: 1, From: at(3, 0, 0), Until: at(20, 0, 0), RecordedAt: at(3, 0, 0)}, override(at(20, 1, 0), at(20, 5, 0))),
			now:   at(20, 2, 0), want: []gate.Code{gate.CertificateExpired},
		},
		"override never of a pause": {facts: with(override(at(10, 11, 0), at(10, 15, 0)), gate.Fact{Kind: gate.Pause, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.Paused}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			when := tc.now
			if when.IsZero() {
				when = now
			}
			d := gate.Decide(gate.Facts{Known: true, List: tc.facts}, 7, gate.Phone, when)
			if got := d.Codes(); !slices.Equal(got, tc.want) {
				t.Errorf("reasons %v, want %v", got, tc.want)
			}
			if d.Granted() != (len(tc.want) == 0) || d.Level != tc.level || d.Override != tc.ref || (d.Override != 0) != (len(d.Waived) > 0) {
				t.Errorf("granted %v at %q by override %d waiving %d, want level %q and override %d", d.Granted(), d.Level, d.Override, len(d.Waived), tc.level, tc.ref)
			}
		})
	}
}

func gone(f gate.Fact, when time.Time) gate.Fact {
	f.ClosedAt = when
	return f
}

func elsewhere(f gate.Fact) gate.Fact {
	f.Line = 8
	return f
}

func practice(level gate.Level, from, until int) gate.Fact {
	return gate.Fact{Kind: gate.Practice, Line: 7, Level: level, From: at(from, 0, 0), Until: at(until, 0, 0), RecordedAt: at(from, 0, 0)}
}

func TestWhenASupervisorComesAndSinceWhenPracticeLapsed(t *testing.T) {
	t.Parallel()
	d := gate.Decide(gate.Facts{Known: true, List: supervised(shift(at(10, 14, 0), at(10, 18, 0)))}, 7, gate.Phone, at(10, 12, 0))
	if len(d.Reasons) != 1 || !d.Reasons[0].When.Equal(at(10, 14, 0)) || !d.Until.Equal(at(10, 14, 0)) {
		t.Errorf("a supervisor at two: %+v until %v", d.Reasons, d.Until)
	}
	d = gate.Decide(gate.Facts{Known: true, List: autonomous(shift(at(16, 0, 0), at(19, 0, 0)))}, 7, gate.Phone, at(18, 0, 0))
	if len(d.Reasons) != 1 || !d.Reasons[0].When.Equal(at(16, 0, 0)) {
		t.Errorf("lapsed since the 16th: %+v", d.Reasons)
	}
}
