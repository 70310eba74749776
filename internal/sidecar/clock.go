package sidecar

import (
	"sync"
	"time"
)

// stopwatch tells how much time has passed, and never too little. The monotonic
// clock stands still while a machine sleeps or a virtual one is frozen, the wall
// clock may be set back: what passed between two readings is the longer of what
// the two say.
type stopwatch struct {
	mu     sync.Mutex
	last   time.Time
	passed time.Duration
}

// drift is how much the wall clock may be ahead without being believed: clocks
// that are slewed differ a little all the time.
const drift = 10 * time.Millisecond

func newStopwatch() *stopwatch {
	return &stopwatch{last: time.Now()} //nolint:forbidigo // what passes on this machine, not an instant
}

func (s *stopwatch) read() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()                                                      //nolint:forbidigo // what passes on this machine, not an instant
	s.passed += longer(now.Sub(s.last), now.Round(0).Sub(s.last.Round(0))) // Round takes the monotonic reading away
	s.last = now
	return s.passed
}

// longer is what passed by the monotonic clock and by the wall clock.
func longer(steady, wall time.Duration) time.Duration {
	steady = max(steady, 0)
	if wall > steady+drift {
		return wall
	}
	return steady
}
