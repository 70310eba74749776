package proof

import (
	"slices"
	"time"
)

// Instants lists the instants at which the clocks of a zone show the wall time,
// whose own zone does not count: none in the hour that a spring night leaves out,
// two in the hour that an autumn night has twice.
func Instants(wall time.Time, zone *time.Location) []time.Time {
	y, mo, d := wall.Date()
	h, mi, s := wall.Clock()
	plain := time.Date(y, mo, d, h, mi, s, wall.Nanosecond(), time.UTC)
	var out []time.Time
	for _, around := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := plain.Add(around).In(zone).Zone()
		at := plain.Add(-time.Duration(offset) * time.Second)
		shown := at.In(zone)
		if _, now := shown.Zone(); now == offset && !slices.ContainsFunc(out, at.Equal) {
			out = append(out, at)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
