package sidecar

import "time"

// For tests.
var (
	Longer       = longer
	NewStopwatch = newStopwatch
)

// Drift is drift.
const Drift = drift

// Read is read.
func (s *stopwatch) Read() time.Duration { return s.read() }
