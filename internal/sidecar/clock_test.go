package sidecar_test

import (
	"testing"
	"time"

	"abilita/internal/sidecar"
)

func TestTimeNeverPassesTooLittle(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ steady, wall, want time.Duration }{
		"both clocks agree":              {3 * time.Second, 3 * time.Second, 3 * time.Second},
		"nothing passed":                 {0, 0, 0},
		"a machine that slept an hour":   {time.Second, time.Hour, time.Hour},
		"a wall clock that was set back": {time.Second, -time.Hour, time.Second},
		"a wall clock that is slewed":    {time.Second, time.Second + sidecar.Drift, time.Second},
		"a wall clock that jumped":       {time.Second, time.Second + sidecar.Drift + 1, time.Second + sidecar.Drift + 1},
		"a steady clock that went back":  {-1, -1, 0},
	} {
		if got := sidecar.Longer(tc.steady, tc.wall); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
	w := sidecar.NewStopwatch()
	for before := time.Duration(0); before < time.Millisecond; {
		now := w.Read()
		if now < before {
			t.Fatalf("time went back from %v to %v", before, now)
		}
		before = now
	}
}
