package app

import (
	"context"
	"slices"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/schedulerdb"
)

// Ledgers are the hours of people: shifts, sessions, contacts.
type Ledgers struct{ db *pg.DB }

// NewLedgers makes the use case.
func NewLedgers(db *pg.DB) *Ledgers { return &Ledgers{db: db} }

// HoursSheet is the ledger of somebody's hours, as far as the reader may see.
type HoursSheet struct {
	Identity peopledb.Identity
	Lines    []LineHours
	Minutes  int // of all
	Year     int // of the last twelve months
	Since    time.Time
	Waiting  int // shifts that are over and that nobody has closed
	Now      time.Time
}

// LineHours are the hours of somebody on a line, the newest month first.
type LineHours struct {
	Line   coursedb.Line
	Months []scheduler.Hours
	Sum    scheduler.Hours // of all months
}

// HoursAsked is how many hours in twelve months the D.M. of 31 July 2025 asks of
// a volunteer whose skills are to be identified.
const HoursAsked = 60

// Read reads the ledger of somebody by public number or, with "", one's own.
func (x *Ledgers) Read(ctx context.Context, who people.Actor, number string) (HoursSheet, error) {
	q := x.db.Read()
	store, persons := coursedb.New(q), peopledb.New(q)
	person := who.ID
	var err error
	if number != "" {
		if person, err = persons.PersonByNumber(ctx, number); err != nil {
			return HoursSheet{}, err
		}
	}
	if person == who.ID {
		err = who.Must(people.ReadHours, people.Target{Person: who.ID})
	} else {
		err = mayFor(ctx, q, who, person, people.ReadHours)
	}
	if err != nil {
		return HoursSheet{}, err
	}
	s := HoursSheet{}
	if s.Now, err = x.db.Now(ctx); err != nil {
		return s, err
	}
	if s.Identity, err = persons.Identity(ctx, person); err != nil {
		return s, err
	}
	list, err := schedulerdb.New(q).Stints(ctx, person)
	if err != nil {
		return s, err
	}
	lines, err := store.Lines(ctx, nil)
	if err != nil {
		return s, err
	}
	lines = slices.DeleteFunc(lines, func(l coursedb.Line) bool {
		return !who.May(people.ReadHours, people.Target{Person: person, Line: l.ID})
	})
	zones, ids := map[int64]*time.Location{}, []int64{}
	for _, l := range lines {
		zones[l.ID], ids = l.Location(), append(ids, l.ID)
	}
	list = slices.DeleteFunc(list, func(w scheduler.Stint) bool { return zones[w.Line] == nil })
	months := scheduler.Ledger(list, zones)
	zone := time.UTC
	for _, l := range lines {
		h := LineHours{Line: l, Sum: scheduler.Hours{Line: l.ID}}
		for _, m := range months {
			if m.Line != l.ID {
				continue
			}
			h.Months = append(h.Months, m)
			h.Sum = h.Sum.Plus(m)
		}
		if len(h.Months) > 0 {
			s.Lines, zone = append(s.Lines, h), l.Location()
			s.Minutes += h.Sum.Minutes
		}
	}
	s.Since = s.Now.In(zone).AddDate(-1, 0, 0)
	s.Year = scheduler.MinutesSince(list, s.Since, s.Now)
	s.Waiting, err = schedulerdb.New(q).NotClosed(ctx, person, ids, s.Now)
	return s, err
}
