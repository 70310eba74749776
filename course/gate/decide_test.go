package gate_test

import (
	"slices"
	"testing"
	"time"

	"abilita/course/gate"
)

// at is an instant of January 2027 in UTC: day, hour, minute.
func at(day, hour, minute int) time.Time {
	return time.Date(2027, 1, day, hour, minute, 0, 0, time.UTC)
}

// fit is everything that a person needs for phone on line 7, recorded on the
// 1st: covered from the 2nd, certificate 1 from the 3rd to the 20th.
func fit() []gate.Fact {
	return []gate.Fact{
		{Kind: gate.LineActive, Line: 7, From: at(1, 0, 0), RecordedAt: at(1, 0, 0)},
		{Kind: gate.OfAge, Line: 7, From: at(1, 0, 0).AddDate(-10, 0, 0), RecordedAt: at(1, 0, 0)},
		{Kind: gate.Register, Ref: 5, From: at(2, 0, 0), RecordedAt: at(1, 0, 0)},
		{Kind: gate.Station, Line: 7, From: at(1, 0, 0), RecordedAt: at(1, 0, 0)},
		{Kind: gate.Pledge, Line: 7, From: at(1, 0, 0), RecordedAt: at(1, 0, 0)},
		{Kind: gate.Certificate, Line: 7, Channel: gate.Phone, Level: gate.Supervised, Ref: 1, From: at(3, 0, 0), Until: at(20, 0, 0), RecordedAt: at(3, 0, 0)},
	}
}

func without(kind gate.Kind) []gate.Fact {
	return slices.DeleteFunc(fit(), func(f gate.Fact) bool { return f.Kind == kind })
}

func with(more ...gate.Fact) []gate.Fact { return append(fit(), more...) }

func closed(kind gate.Kind, when time.Time) []gate.Fact {
	list := fit()
	for i := range list {
		if list[i].Kind == kind {
			list[i].ClosedAt = when
		}
	}
	return list
}

func TestDecide(t *testing.T) {
	t.Parallel()
	now := at(10, 12, 0)
	for name, tc := range map[string]struct {
		facts   []gate.Fact
		line    gate.LineID
		channel gate.Channel
		now     time.Time
		want    []gate.Code
	}{
		"all there":                                {facts: fit()},
		"the instant the certificate begins":       {facts: fit(), now: at(3, 0, 0)},
		"the instant it ends":                      {facts: fit(), now: at(20, 0, 0), want: []gate.Code{gate.CertificateExpired}},
		"the last instant before":                  {facts: fit(), now: at(20, 0, 0).Add(-1)},
		"before it was recorded":                   {facts: fit(), now: at(3, 0, 0).Add(-1), want: []gate.Code{gate.CertificateMissing}},
		"recorded, not begun":                      {facts: with(gate.Fact{Kind: gate.Certificate, Line: 7, Channel: gate.Phone, Level: gate.Supervised, Ref: 2, From: at(25, 0, 0), Until: at(30, 0, 0), RecordedAt: at(4, 0, 0)}), now: at(21, 0, 0), want: []gate.Code{gate.CertificateNotStarted}},
		"another channel":                          {facts: fit(), channel: gate.Chat, want: []gate.Code{gate.ChannelNotCertified}},
		"another line":                             {facts: fit(), line: 8, want: []gate.Code{gate.LineNotActive, gate.UnderAge, gate.CertificateMissing, gate.StationUnchecked, gate.PledgeMissing}},
		"no line state":                            {facts: without(gate.LineActive), want: []gate.Code{gate.LineNotActive}},
		"line closed this instant":                 {facts: closed(gate.LineActive, now), want: []gate.Code{gate.LineNotActive}},
		"line closed an instant later":             {facts: closed(gate.LineActive, now.Add(1))},
		"not in the register":                      {facts: without(gate.Register), want: []gate.Code{gate.NotInRegister}},
		"left the register":                        {facts: closed(gate.Register, at(5, 0, 0)), want: []gate.Code{gate.NotInRegister}},
		"cover not begun":                          {facts: append(without(gate.Register), gate.Fact{Kind: gate.Register, From: at(11, 0, 0), RecordedAt: at(1, 0, 0)}), want: []gate.Code{gate.InsuranceNotStarted}},
		"nothing says the age":                     {facts: without(gate.OfAge), want: []gate.Code{gate.UnderAge}},
		"no station":                               {facts: without(gate.Station), want: []gate.Code{gate.StationUnchecked}},
		"no pledge":                                {facts: without(gate.Pledge), want: []gate.Code{gate.PledgeMissing}},
		"suspended person":                         {facts: with(gate.Fact{Kind: gate.Suspension, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.AgentSuspended}},
		"suspension ended":                         {facts: with(gate.Fact{Kind: gate.Suspension, From: at(8, 0, 0), RecordedAt: at(8, 0, 0), ClosedAt: at(9, 0, 0)})},
		"suspension of another line":               {facts: with(gate.Fact{Kind: gate.Suspension, Line: 8, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)})},
		"suspended certificate":                    {facts: with(gate.Fact{Kind: gate.CertificateSuspension, Line: 7, Ref: 1, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.CertificateSuspended}},
		"suspension of another certificate":        {facts: with(gate.Fact{Kind: gate.CertificateSuspension, Line: 7, Ref: 2, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)})},
		"revoked":                                  {facts: with(gate.Fact{Kind: gate.CertificateRevocation, Line: 7, Ref: 1, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.CertificateRevoked}},
		"the newest revoked, an older still valid": {facts: with(cert(2, at(5, 0, 0)), gate.Fact{Kind: gate.CertificateRevocation, Line: 7, Ref: 2, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.CertificateRevoked}},
		"an older revoked, the newest valid":       {facts: with(cert(2, at(9, 30, 0)), gate.Fact{Kind: gate.CertificateRevocation, Line: 7, Ref: 1, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)})},
		"content due later":                        {facts: with(gate.Fact{Kind: gate.ContentDue, Line: 7, Ref: 3, From: now.Add(1), RecordedAt: at(5, 0, 0)})},
		"content overdue":                          {facts: with(gate.Fact{Kind: gate.ContentDue, Line: 7, Ref: 3, From: now, RecordedAt: at(5, 0, 0)}), want: []gate.Code{gate.ContentOverdue}},
		"content confirmed":                        {facts: with(gate.Fact{Kind: gate.ContentDue, Line: 7, Ref: 3, From: at(6, 0, 0), RecordedAt: at(5, 0, 0), ClosedAt: at(9, 0, 0)})},
		"check half way due later":                 {facts: with(gate.Fact{Kind: gate.CheckDue, Line: 7, Ref: 1, From: now.Add(1), RecordedAt: at(5, 0, 0)})},
		"check half way overdue":                   {facts: with(gate.Fact{Kind: gate.CheckDue, Line: 7, Ref: 1, From: now, RecordedAt: at(5, 0, 0)}), want: []gate.Code{gate.ContentOverdue}},
		"content and check both overdue":           {facts: with(gate.Fact{Kind: gate.CheckDue, Line: 7, Ref: 1, From: now, RecordedAt: at(5, 0, 0)}, gate.Fact{Kind: gate.ContentDue, Line: 7, Ref: 3, From: now, RecordedAt: at(5, 0, 0)}), want: []gate.Code{gate.ContentOverdue}},
		"paused":                                   {facts: with(gate.Fact{Kind: gate.Pause, From: at(9, 0, 0), RecordedAt: at(9, 0, 0)}), want: []gate.Code{gate.Paused}},
		"only listens":                             {facts: append(without(gate.Certificate), gate.Fact{Kind: gate.Certificate, Line: 7, Channel: gate.Phone, Level: gate.Listening, Ref: 1, From: at(3, 0, 0), Until: at(20, 0, 0), RecordedAt: at(3, 0, 0)}), want: []gate.Code{gate.LevelListeningOnly}},
		"an unknown level grants nothing":          {facts: append(without(gate.Certificate), gate.Fact{Kind: gate.Certificate, Line: 7, Channel: gate.Phone, Level: "boss", Ref: 1, From: at(3, 0, 0), Until: at(20, 0, 0), RecordedAt: at(3, 0, 0)}), want: []gate.Code{gate.CertificateExpired}},
		"nothing at all":                           {facts: nil, want: []gate.Code{gate.LineNotActive, gate.NotInRegister, gate.UnderAge, gate.CertificateMissing, gate.StationUnchecked, gate.PledgeMissing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line, channel, when := tc.line, tc.channel, tc.now
			if line == 0 {
				line = 7
			}
			if channel == "" {
				channel = gate.Phone
			}
			if when.IsZero() {
				when = now
			}
			d := gate.Decide(gate.Facts{Known: true, List: tc.facts}, line, channel, when)
			if got := d.Codes(); !slices.Equal(got, tc.want) {
				t.Errorf("reasons %v, want %v", got, tc.want)
			}
			if d.Granted() != (len(tc.want) == 0) {
				t.Errorf("granted %v with reasons %v", d.Granted(), d.Codes())
			}
		})
	}
}

func cert(ref int64, recorded time.Time) gate.Fact {
	return gate.Fact{Kind: gate.Certificate, Line: 7, Channel: gate.Phone, Level: gate.Autonomous, Ref: ref, From: recorded, Until: at(30, 0, 0), RecordedAt: recorded}
}

func TestTheZeroDecisionRefuses(t *testing.T) {
	t.Parallel()
	if (gate.Decision{}).Granted() {
		t.Error("the zero Decision grants")
	}
	d := gate.Decide(gate.Facts{List: fit()}, 7, gate.Phone, at(10, 12, 0))
	if d.Granted() || !slices.Equal(d.Codes(), []gate.Code{gate.AgentUnknown}) {
		t.Errorf("an unknown agent with every fact: %v", d.Codes())
	}
}

func TestUntilIsTheFirstInstantThatCouldChangeTheAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		facts []gate.Fact
		now   time.Time
		want  time.Time
	}{
		"the end of the certificate":  {fit(), at(10, 0, 0), at(20, 0, 0)},
		"a deadline before":           {with(gate.Fact{Kind: gate.ContentDue, Line: 7, From: at(15, 0, 0), RecordedAt: at(5, 0, 0)}), at(10, 0, 0), at(15, 0, 0)},
		"not what nobody knows yet":   {with(gate.Fact{Kind: gate.ContentDue, Line: 7, From: at(15, 0, 0), RecordedAt: at(12, 0, 0)}), at(10, 0, 0), at(20, 0, 0)},
		"nothing more after the end":  {fit(), at(21, 0, 0), time.Time{}},
		"the start of cover, in a no": {fit(), at(1, 12, 0), at(2, 0, 0)},
	} {
		d := gate.Decide(gate.Facts{Known: true, List: tc.facts}, 7, gate.Phone, tc.now)
		if !d.Until.Equal(tc.want) {
			t.Errorf("%s: until %v, want %v", name, d.Until, tc.want)
		}
	}
}

func TestTheHighestLevelIsTheOneGranted(t *testing.T) {
	t.Parallel()
	d := gate.Decide(gate.Facts{Known: true, List: with(cert(2, at(4, 0, 0)))}, 7, gate.Phone, at(10, 0, 0))
	if !d.Granted() || d.Level != gate.Autonomous {
		t.Errorf("granted %v at level %q, want autonomous", d.Granted(), d.Level)
	}
}
