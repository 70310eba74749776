package people

import (
	"slices"
	"time"

	"abilita/internal/fault"
)

// ApplicationState is where an application stands.
//
//	submitted ─► in_review ─► admitted | on_hold | refused
//	on_hold ─► admitted | refused;  admitted ─► in_review (a wrong admission)
//	any but admitted ─► withdrawn
type ApplicationState string

// The states of an application.
const (
	Submitted    ApplicationState = "submitted"
	InReview     ApplicationState = "in_review"
	Admitted     ApplicationState = "admitted"
	OnHold       ApplicationState = "on_hold"
	Refused      ApplicationState = "refused"
	WithdrawnApp ApplicationState = "withdrawn"
)

// ErrDecided is the fault of a decision that the state no longer allows.
var ErrDecided = fault.New(fault.Conflict, "application.decided")

// Next returns the state after a decision, or ErrDecided.
func (s ApplicationState) Next(to ApplicationState) (ApplicationState, error) {
	allowed := map[ApplicationState][]ApplicationState{
		Submitted: {InReview, Admitted, OnHold, Refused, WithdrawnApp},
		InReview:  {Admitted, OnHold, Refused, WithdrawnApp},
		OnHold:    {InReview, Admitted, Refused, WithdrawnApp},
		Admitted:  {InReview},
	}
	if slices.Contains(allowed[s], to) {
		return to, nil
	}
	return s, ErrDecided
}

// Birthday is the first instant, in a zone, of the day on which somebody born
// on the given day is so many years old. Born on 29 February, the day in other
// years is 1 March.
func Birthday(born time.Time, years int, zone *time.Location) time.Time {
	y, m, d := born.Date()
	return time.Date(y+years, m, d, 0, 0, 0, 0, zone).UTC()
}
