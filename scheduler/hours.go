package scheduler

import (
	"cmp"
	"slices"
	"time"
)

// StintKind is what a stint was.
type StintKind string

// The kinds of stints.
const (
	StintShift   StintKind = "shift"   // a shift that was closed, with the person present
	StintSession StintKind = "session" // a session with the person present
	StintContact StintKind = "contact" // a contact that was taken
)

// Stint is a piece of what somebody did for a line.
type Stint struct {
	Line    int64
	Kind    StintKind
	From    time.Time
	Minutes int
	Inside  bool // a contact in a shift, whose time is the shift's
}

// counts are the minutes that a stint adds to the hours of who did it.
func (s Stint) counts() int {
	if s.Inside {
		return 0
	}
	return s.Minutes
}

// Work is how often and how long.
type Work struct{ N, Minutes int }

// Hours is what somebody did for a line in a month of its zone.
type Hours struct {
	Line                       int64
	Month                      time.Time // its first instant
	Shifts, Sessions, Contacts Work
	Minutes                    int // of all; contacts in a shift are counted with the shift
}

// Plus is both together; the line and month of the first stay.
func (h Hours) Plus(o Hours) Hours {
	for _, w := range []struct{ to, from *Work }{{&h.Shifts, &o.Shifts}, {&h.Sessions, &o.Sessions}, {&h.Contacts, &o.Contacts}} {
		w.to.N += w.from.N
		w.to.Minutes += w.from.Minutes
	}
	h.Minutes += o.Minutes
	return h
}

// Ledger sums stints by line and month, the lines by id and the newest month
// first. A stint belongs to the month in which it began; zones are those of the
// lines, UTC where one is missing.
func Ledger(list []Stint, zones map[int64]*time.Location) []Hours {
	var out []Hours
	for _, s := range list {
		zone := zones[s.Line]
		if zone == nil {
			zone = time.UTC
		}
		y, m, _ := s.From.In(zone).Date()
		month := time.Date(y, m, 1, 0, 0, 0, 0, zone)
		i := slices.IndexFunc(out, func(h Hours) bool { return h.Line == s.Line && h.Month.Equal(month) })
		if i < 0 {
			i, out = len(out), append(out, Hours{Line: s.Line, Month: month})
		}
		h := &out[i]
		w := map[StintKind]*Work{StintShift: &h.Shifts, StintSession: &h.Sessions, StintContact: &h.Contacts}[s.Kind]
		if w == nil {
			continue
		}
		w.N++
		w.Minutes += s.Minutes
		h.Minutes += s.counts()
	}
	slices.SortFunc(out, func(a, b Hours) int { return cmp.Or(cmp.Compare(a.Line, b.Line), b.Month.Compare(a.Month)) })
	return out
}

// MinutesSince sums what began in [since, now).
func MinutesSince(list []Stint, since, now time.Time) int {
	n := 0
	for _, s := range list {
		if !s.From.Before(since) && s.From.Before(now) {
			n += s.counts()
		}
	}
	return n
}
