// Package scheduler holds the rules of remote sessions and of shifts: which dates
// a weekly pattern has, who may take a place and until when, when the door opens,
// where nobody is. It knows no clock and no database.
//
// A series is kept in wall time of its zone and turned into instants date by
// date, so that half past eight stays half past eight across a change of the
// clocks. A wall time that the clocks skip becomes the instant they jump to; one
// that happens twice is the first of the two.
package scheduler

import (
	"slices"
	"time"

	"abilita/internal/fault"
)

// Series is a weekly pattern.
type Series struct {
	Weekdays []time.Weekday
	Hour     int
	Minute   int
	Duration time.Duration
	First    time.Time     // the first day that counts; only its date matters
	Count    int           // meetings
	Slot     time.Duration // of each turn within a meeting; 0 when it is not divided
}

// Meeting is one dated part of a series.
type Meeting struct {
	Date  time.Time // local date, as midnight UTC
	Slot  int       // turn within the day, from 0
	Start time.Time // UTC
	End   time.Time
}

// Meetings lists the dates of a series in a zone, the earliest first. A series
// without weekdays or with a duration of 0 has none.
func (s Series) Meetings(zone *time.Location) []Meeting {
	var list []Meeting
	if len(s.Weekdays) == 0 || s.Duration <= 0 {
		return nil
	}
	y, m, d := s.First.Date()
	for offset, found := 0, 0; found < s.Count; offset++ {
		date := time.Date(y, m, d+offset, 0, 0, 0, 0, time.UTC)
		if !slices.Contains(s.Weekdays, date.Weekday()) {
			continue
		}
		found++
		start := Wall(date, s.Hour, s.Minute, zone)
		if s.Slot <= 0 || s.Slot >= s.Duration {
			list = append(list, Meeting{Date: date, Start: start, End: start.Add(s.Duration)})
			continue
		}
		for i := 0; time.Duration(i+1)*s.Slot <= s.Duration; i++ {
			from := start.Add(time.Duration(i) * s.Slot)
			list = append(list, Meeting{Date: date, Slot: i, Start: from, End: from.Add(s.Slot)})
		}
	}
	return list
}

// Wall is the instant of a wall time on a date in a zone.
func Wall(date time.Time, hour, minute int, zone *time.Location) time.Time {
	y, m, d := date.Date()
	t := time.Date(y, m, d, hour, minute, 0, 0, zone)
	if !sameWall(t, time.Date(y, m, d, hour, minute, 0, 0, time.UTC)) { // skipped: time.Date lands an hour off, on either side
		from, until := t.ZoneBounds()
		if !until.IsZero() && until.Sub(t) <= time.Hour {
			from = until
		}
		return from.UTC()
	}
	// time.Date picks the later of two instants in some zones; the first counts.
	if earlier := t.Add(-time.Hour); sameWall(earlier.In(zone), t.In(zone)) {
		t = earlier
	}
	return t.UTC()
}

func sameWall(a, b time.Time) bool {
	return a.Hour() == b.Hour() && a.Minute() == b.Minute() && a.Day() == b.Day()
}

// State of a session.
type State string

// The states of a session.
const (
	Planned   State = "planned"
	Cancelled State = "cancelled"
	Closed    State = "closed" // the register of attendance is closed
)

// Session is what the rules need of a session.
type Session struct {
	State    State
	Start    time.Time
	End      time.Time
	Capacity int
}

// Faults of booking and attendance.
var (
	ErrFull       = fault.New(fault.Conflict, "session.full")
	ErrBegun      = fault.New(fault.Conflict, "session.begun")
	ErrNotPlanned = fault.New(fault.Conflict, "session.not_planned")
	ErrBooked     = fault.New(fault.Conflict, "session.booked")
	ErrNotBooked  = fault.New(fault.Conflict, "session.not_booked")
	ErrClash      = fault.New(fault.Conflict, "session.clash")
	ErrNotOver    = fault.New(fault.Conflict, "session.not_over")
	ErrShut       = fault.New(fault.Conflict, "session.register_closed")
)

// MayBook tells whether one more seat may be taken at the instant now. busy are
// the sessions that the person has booked already: one person, one place.
func (s Session) MayBook(taken int, busy []Session, now time.Time) error {
	switch {
	case s.State != Planned:
		return ErrNotPlanned
	case !now.Before(s.Start):
		return ErrBegun
	case taken >= s.Capacity:
		return ErrFull
	}
	for _, b := range busy {
		if b.State == Planned && b.Start.Before(s.End) && s.Start.Before(b.End) {
			return ErrClash
		}
	}
	return nil
}

// MayCancel tells whether a seat may be given back at the instant now.
func (s Session) MayCancel(now time.Time) error {
	if s.State != Planned {
		return ErrNotPlanned
	}
	if !now.Before(s.Start) {
		return ErrBegun
	}
	return nil
}

// The door opens a little before the start and closes a little after the end.
const (
	Early = 10 * time.Minute
	Late  = 15 * time.Minute
)

// Door tells whether the way in is shown at the instant now.
func (s Session) Door(now time.Time) bool {
	return s.State == Planned && !now.Before(s.Start.Add(-Early)) && now.Before(s.End.Add(Late))
}

// MayClose tells whether the register of attendance may be closed at the
// instant now: from the start on, and once.
func (s Session) MayClose(now time.Time) error {
	switch {
	case s.State == Closed:
		return ErrShut
	case s.State != Planned:
		return ErrNotPlanned
	case now.Before(s.Start):
		return ErrNotOver
	}
	return nil
}

// ReminderAt is when a reminder for a session is due: the day before, never
// before the booking.
func ReminderAt(start, booked time.Time) time.Time {
	at := start.Add(-24 * time.Hour)
	if at.Before(booked) {
		return booked
	}
	return at
}
