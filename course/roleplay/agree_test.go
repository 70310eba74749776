package roleplay_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/course/roleplay"
)

func TestJudgementsAgreeOrGoToAnArbiter(t *testing.T) {
	t.Parallel()
	yes := func(score roleplay.Points, errors ...string) roleplay.Found {
		return roleplay.Found{Score: score, Passed: true, Errors: errors}
	}
	no := func(score roleplay.Points, errors ...string) roleplay.Found {
		return roleplay.Found{Score: score, Errors: errors}
	}
	list := func(l ...roleplay.Found) []roleplay.Found { return l }
	agreed := func(f roleplay.Found) roleplay.Outcome {
		return roleplay.Outcome{Accord: roleplay.Agreed, Found: f}
	}
	arbitrated := func(f roleplay.Found) roleplay.Outcome {
		return roleplay.Outcome{Accord: roleplay.Arbitrated, Found: f}
	}
	wanting := func(n int) roleplay.Outcome { return roleplay.Outcome{Accord: roleplay.Wanting, Missing: n} }
	disputed := roleplay.Outcome{Accord: roleplay.Disputed, Missing: 1}
	for name, tc := range map[string]struct {
		judgements []roleplay.Found
		needed     int
		want       roleplay.Outcome
		counted    []int
	}{
		"nobody judged":                      {nil, 2, wanting(2), nil},
		"one of one":                         {list(yes(8000)), 1, agreed(yes(8000)), []int{0}},
		"none needed is one":                 {list(no(5000)), 0, agreed(no(5000)), []int{0}},
		"one of two":                         {list(yes(8000)), 2, wanting(1), nil},
		"two of three, though far apart":     {list(yes(9900), no(100)), 3, wanting(1), nil},
		"the same":                           {list(yes(8000), yes(8000)), 2, agreed(yes(8000)), []int{0, 1}},
		"ten points apart":                   {list(yes(8000), yes(9000)), 2, agreed(yes(8500)), []int{0, 1}},
		"a hair more than ten points":        {list(yes(8000), yes(9001)), 2, disputed, nil},
		"the lower first":                    {list(yes(9001), yes(8000)), 2, disputed, nil},
		"the mean is rounded down":           {list(yes(7500), yes(7501)), 2, agreed(yes(7500)), []int{0, 1}},
		"pass and fail, one point apart":     {list(yes(7500), no(7400)), 2, disputed, nil},
		"both fail, close":                   {list(no(7000), no(7400)), 2, agreed(no(7200)), []int{0, 1}},
		"both fail, far apart":               {list(no(2000), no(7400)), 2, disputed, nil},
		"the same critical error":            {list(no(9000, "E1"), no(8800, "E1")), 2, agreed(no(8900, "E1")), []int{0, 1}},
		"the same errors in another order":   {list(no(9000, "E2", "E1"), no(9000, "E1", "E2")), 2, agreed(no(9000, "E1", "E2")), []int{0, 1}},
		"an error that one did not hear":     {list(no(9000, "E1", "E2"), no(9000, "E1")), 2, disputed, nil},
		"as many errors, others":             {list(no(9000, "E1"), no(9000, "E2")), 2, disputed, nil},
		"three agree":                        {list(yes(7600), yes(8200), yes(8600)), 3, agreed(yes(8133)), []int{0, 1, 2}},
		"three, the outer two too far apart": {list(yes(7500), yes(8200), yes(8600)), 3, disputed, nil},
		"the arbiter passes":                 {list(yes(7500), no(6000), yes(7600)), 2, arbitrated(yes(7600)), []int{2}},
		"the arbiter names an error":         {list(yes(7500), no(6000), no(9900, "E3")), 2, arbitrated(no(9900, "E3")), []int{2}},
		"the fourth decides between three":   {list(yes(7500), yes(7500), no(6000), no(1000)), 3, arbitrated(no(1000)), []int{3}},
		"one after the arbiter":              {list(yes(7500), no(6000), yes(7600), no(0)), 2, arbitrated(yes(7600)), []int{2}},
		"one after those who agreed":         {list(yes(7500), yes(7500), no(0)), 2, agreed(yes(7500)), []int{0, 1}},
	} {
		got := roleplay.Agree(tc.judgements, tc.needed)
		if len(got.Found.Errors) == 0 {
			got.Found.Errors = nil
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(tc.counted, got.Counted(tc.needed)); diff != "" {
			t.Errorf("%s, what counts (-want +got):\n%s", name, diff)
		}
		if got.Accord.Settled() != (tc.counted != nil) {
			t.Errorf("%s: settled is %v", name, got.Accord.Settled())
		}
	}
}
