package scheduler

import (
	"cmp"
	"slices"
	"time"

	"abilita/internal/fault"
)

// Rota is one row of the week of a line as it is staffed, in wall time: a shift
// from ten to two lasts from ten to two also on the day the clocks change.
type Rota struct {
	ID           int64
	Weekday      time.Weekday
	Hour, Minute int
	Length       time.Duration // of wall time; it may run over midnight
	Seats        int
	From, Until  time.Time // local days as midnight UTC: the first with it, the first without; zero Until: open
}

// Turn is a dated shift that a row of the rota asks for.
type Turn struct {
	Rota       int64
	Date       time.Time // local day on which it begins, as midnight UTC
	Start, End time.Time // UTC
	Seats      int
}

// Turns lists what the rows ask for on the days from first up to, not
// including, last, the earliest first. A shift that the clocks skip as a whole
// does not take place.
func Turns(rows []Rota, first, last time.Time, zone *time.Location) []Turn {
	var list []Turn
	for _, r := range rows {
		for date := first; date.Before(last); date = date.AddDate(0, 0, 1) {
			if date.Weekday() != r.Weekday || date.Before(r.From) || !r.Until.IsZero() && !date.Before(r.Until) {
				continue
			}
			start, end := Wall(date, r.Hour, r.Minute, zone), Wall(date, r.Hour, r.Minute+int(r.Length/time.Minute), zone)
			if end.After(start) {
				list = append(list, Turn{Rota: r.ID, Date: date, Start: start, End: end, Seats: r.Seats})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Turn) int { return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End)) })
	return list
}

// Part is what somebody does on a shift.
type Part string

// The parts.
const (
	Answers    Part = "volunteer"  // takes contacts, has one of the seats
	Supervises Part = "supervisor" // answers for the shift, takes no seat
)

// ShiftState is where a shift stands.
type ShiftState string

// The states of a shift.
const (
	ShiftOpen      ShiftState = "open"
	ShiftCancelled ShiftState = "cancelled"
	ShiftClosed    ShiftState = "closed" // looked back upon
)

// PlaceState is where somebody's place on a shift stands.
type PlaceState string

// The states of a place.
const (
	PlaceBooked   PlaceState = "booked"
	PlacePresent  PlaceState = "present"
	PlaceAbsent   PlaceState = "absent"   // did not come; the seat is free for somebody else
	PlaceReleased PlaceState = "released" // given back or taken away
)

// Span is a half-open interval of time; a zero Until is open, and the zero Span
// holds at no instant.
type Span struct{ From, Until time.Time }

// Holds tells whether the span covers all of another.
func (s Span) Holds(of Span) bool {
	return !s.From.IsZero() && !of.From.Before(s.From) && (s.Until.IsZero() || !of.Until.After(s.Until))
}

// Meets tells whether two spans share an instant.
func (s Span) Meets(other Span) bool { return s.From.Before(other.Until) && other.From.Before(s.Until) }

// Shift is what the rules need of a shift.
type Shift struct {
	State       ShiftState
	Span        Span
	Seats       int
	Taken       int // seats of volunteers
	Supervisors int
}

// Fitness is what is known today of somebody who wants a place. The zero Fitness
// may take none.
type Fitness struct {
	Stopped    bool // suspended
	Covered    Span // by the register's insurance
	Certified  Span // for the line, at a level that takes contacts
	Supervisor bool // holds that role on the line
}

// Faults of shifts.
var (
	ErrShiftFull      = fault.New(fault.Conflict, "shift.full")
	ErrShiftBegun     = fault.New(fault.Conflict, "shift.begun")
	ErrShiftOver      = fault.New(fault.Conflict, "shift.over")
	ErrShiftOff       = fault.New(fault.Conflict, "shift.off")
	ErrShiftClash     = fault.New(fault.Conflict, "shift.clash")
	ErrShiftHeld      = fault.New(fault.Conflict, "shift.held")
	ErrShiftNotHeld   = fault.New(fault.Conflict, "shift.not_held")
	ErrNotOffered     = fault.New(fault.Conflict, "shift.not_offered")
	ErrShiftStopped   = fault.New(fault.Conflict, "shift.stopped")
	ErrNotCovered     = fault.New(fault.Conflict, "shift.not_covered")
	ErrCoveredFrom    = fault.New(fault.Conflict, "shift.covered_from") // When: the cover begins
	ErrCoveredUntil   = fault.New(fault.Conflict, "shift.covered_until")
	ErrNotCertified   = fault.New(fault.Conflict, "shift.not_certified")
	ErrCertifiedFrom  = fault.New(fault.Conflict, "shift.certified_from")
	ErrCertifiedUntil = fault.New(fault.Conflict, "shift.certified_until") // When: renew by then
	ErrNotSupervisor  = fault.New(fault.Conflict, "shift.not_supervisor")
	ErrNotProposed    = fault.New(fault.Conflict, "shift.not_proposed")
	ErrShiftInvited   = fault.New(fault.Conflict, "shift.invited")
	ErrShiftAhead     = fault.New(fault.Conflict, "shift.ahead")      // nobody can have come yet
	ErrShiftRunning   = fault.New(fault.Conflict, "shift.running")    // it is closed once it is over
	ErrShiftClosed    = fault.New(fault.Conflict, "shift.closed")     // it is only added to
	ErrShiftNotClosed = fault.New(fault.Conflict, "shift.not_closed") // notes are added once it is
)

// Refusals are all the reasons why somebody may not work on the shift on that
// day, worst first; none when they may.
func (s Shift) Refusals(part Part, f Fitness) []*fault.Error {
	var list []*fault.Error
	add := func(bad bool, e *fault.Error) {
		if bad {
			list = append(list, e)
		}
	}
	add(f.Stopped, ErrShiftStopped)
	if part == Supervises {
		add(!f.Supervisor, ErrNotSupervisor)
		return list
	}
	for _, guard := range []struct {
		span              Span
		none, from, until *fault.Error
	}{{f.Covered, ErrNotCovered, ErrCoveredFrom, ErrCoveredUntil}, {f.Certified, ErrNotCertified, ErrCertifiedFrom, ErrCertifiedUntil}} {
		switch {
		case guard.span.From.IsZero():
			add(true, guard.none)
		case s.Span.From.Before(guard.span.From):
			add(true, guard.from.With("When", guard.span.From))
		default:
			add(!guard.span.Holds(s.Span), guard.until.With("When", guard.span.Until))
		}
	}
	return list
}

// MayTake tells whether somebody may take a place for themselves at the instant
// now: the shift is to come, and it fits.
func (s Shift) MayTake(part Part, f Fitness, busy []Span, now time.Time) error {
	if err := s.MayChange(now); err != nil {
		return err
	}
	return s.fits(part, f, busy)
}

// MayPut tells whether whoever staffs the line may put somebody on the shift at
// the instant now: until it is over, and when it fits.
func (s Shift) MayPut(part Part, f Fitness, busy []Span, now time.Time) error {
	if err := s.MayStaff(now); err != nil {
		return err
	}
	return s.fits(part, f, busy)
}

// fits: nothing stands against them on that day, they are nowhere else
// meanwhile, and there is a seat. busy is where they have a place already, on
// shifts and in sessions. Whoever answers for a shift needs no seat.
func (s Shift) fits(part Part, f Fitness, busy []Span) error {
	if no := s.Refusals(part, f); len(no) > 0 {
		return no[0]
	}
	return s.room(part, busy)
}

// room: they are nowhere else meanwhile, and there is a seat.
func (s Shift) room(part Part, busy []Span) error {
	if slices.ContainsFunc(busy, s.Span.Meets) {
		return ErrShiftClash
	}
	if part == Answers && s.Taken >= s.Seats {
		return ErrShiftFull
	}
	return nil
}

// MayStaff tells whether the shift may still be staffed: it is open and not over.
func (s Shift) MayStaff(now time.Time) error {
	switch {
	case s.State != ShiftOpen:
		return ErrShiftOff
	case !now.Before(s.Span.Until):
		return ErrShiftOver
	}
	return nil
}

// MayChange tells whether places of the shift may be taken or given back at the
// instant now: it is open and has not begun.
func (s Shift) MayChange(now time.Time) error {
	switch {
	case s.State != ShiftOpen:
		return ErrShiftOff
	case !now.Before(s.Span.From):
		return ErrShiftBegun
	}
	return nil
}

// MayMark tells whether it may be noted who came, at the instant now: from the
// beginning of the shift until it is closed.
func (s Shift) MayMark(now time.Time) error {
	switch {
	case s.State == ShiftClosed:
		return ErrShiftClosed
	case s.State != ShiftOpen:
		return ErrShiftOff
	case now.Before(s.Span.From):
		return ErrShiftAhead
	}
	return nil
}

// MayClose tells whether the shift may be closed at the instant now: it is over
// and has not been closed.
func (s Shift) MayClose(now time.Time) error {
	if err := s.MayMark(now); err != nil {
		return err
	}
	if now.Before(s.Span.Until) {
		return ErrShiftRunning
	}
	return nil
}

// MayReturn tells whether somebody who was marked absent may be marked present
// after all: their seat is still free and they were nowhere else. While the shift
// goes on nothing may stand against them either; afterwards it is only noted.
func (s Shift) MayReturn(part Part, f Fitness, busy []Span, now time.Time) error {
	if err := s.MayMark(now); err != nil {
		return err
	}
	if now.Before(s.Span.Until) {
		return s.fits(part, f, busy)
	}
	return s.room(part, busy)
}

// MayAdd tells whether a note may be added to the shift.
func (s Shift) MayAdd() error {
	if s.State != ShiftClosed {
		return ErrShiftNotClosed
	}
	return nil
}

// Gap is what a shift lacks.
type Gap struct {
	Nobody     bool // no seat is taken
	Seats      int  // seats still free
	Supervisor bool // nobody answers for it, and the line asks for somebody
}

// Gap tells what the shift lacks at the instant now; a shift that is over or off
// lacks nothing.
func (s Shift) Gap(supervised bool, now time.Time) Gap {
	if s.State != ShiftOpen || !now.Before(s.Span.Until) {
		return Gap{}
	}
	return Gap{Nobody: s.Taken == 0, Seats: max(0, s.Seats-s.Taken), Supervisor: supervised && s.Supervisors == 0}
}

// Bad tells whether the gap must be seen to: nobody is there, or nobody who
// answers for the shift.
func (g Gap) Bad() bool { return g.Nobody || g.Supervisor }
