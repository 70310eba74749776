package cert

import (
	"slices"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
)

// ladder are the levels in order. Each is reached from the one before.
var ladder = []string{"listening", "supervised", "autonomous", "mentor"}

// Faults of raising a level.
var (
	ErrTopLevel     = fault.New(fault.Conflict, "cert.top_level")
	ErrFewObserved  = fault.New(fault.Conflict, "cert.few_observed")
	ErrOnlyObserver = fault.New(fault.Forbidden, "cert.only_observer")
)

// NextLevel is the level after one; false at the top and for an unknown level.
func NextLevel(level string) (string, bool) {
	i := slices.Index(ladder, level)
	if i < 0 || i+1 == len(ladder) {
		return "", false
	}
	return ladder[i+1], true
}

// HigherLevel is the higher of two levels; an unknown one is below all.
func HigherLevel(a, b string) string {
	if slices.Index(ladder, b) > slices.Index(ladder, a) {
		return b
	}
	return a
}

// Observation is a contact that somebody listened to.
type Observation struct {
	Observer people.ID
	At       time.Time // when the contact was
	Good     bool      // the observer's word: ready to go on
}

// Observed counts the days, in the line's zone, on which at least one contact
// was heard and found good since an instant: several on one evening are one.
func Observed(list []Observation, since time.Time, zone *time.Location) int {
	days := map[string]bool{}
	for _, o := range list {
		if o.Good && !o.At.Before(since) {
			days[o.At.In(zone).Format(time.DateOnly)] = true
		}
	}
	return len(days)
}

// MayRaise tells whether decider may raise person to the next level: enough days
// of good contacts are signed, nobody raises themselves, and the one who decides
// is not the only one who listened.
func MayRaise(list []Observation, since time.Time, needed int, zone *time.Location, person, decider people.ID) error {
	if decider == 0 || decider == person {
		return ErrOwnSignature
	}
	if seen := Observed(list, since, zone); seen < needed {
		return ErrFewObserved.With("Seen", seen, "Needed", needed)
	}
	heard, others := false, false
	for _, o := range list {
		if o.Good && !o.At.Before(since) {
			heard = true
			others = others || o.Observer != decider
		}
	}
	if heard && !others {
		return ErrOnlyObserver
	}
	return nil
}

// Recency is how long skill is trusted after a contact, in days; 0 is without an
// end. Level is for the level itself, Contacts for taking contacts at all.
type Recency struct{ Level, Contacts int }

// Until is when each trust ends after a contact, or a certificate, at the
// instant: 24:00 of the last day in the line's zone; the zero time is never.
func (r Recency) Until(at time.Time, zone *time.Location) (level, contacts time.Time) {
	end := func(days int) time.Time {
		if days == 0 {
			return time.Time{}
		}
		_, until := Validity(at, days, zone)
		return until
	}
	return end(r.Level), end(r.Contacts)
}
