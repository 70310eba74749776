package scheduler_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"abilita/scheduler"
)

func TestALedgerByLineAndMonth(t *testing.T) {
	t.Parallel()
	zone := rome(t)
	zones := map[int64]*time.Location{1: zone, 2: zone}
	at := func(s string) time.Time {
		t.Helper()
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	stint := func(line int64, kind scheduler.StintKind, from string, minutes int, inside bool) scheduler.Stint {
		return scheduler.Stint{Line: line, Kind: kind, From: at(from), Minutes: minutes, Inside: inside}
	}
	got := scheduler.Ledger([]scheduler.Stint{
		stint(2, scheduler.StintShift, "2027-01-12 09:00", 240, false),
		stint(1, scheduler.StintShift, "2027-01-31 22:30", 240, false), // half past eleven in Rome, into February
		stint(1, scheduler.StintContact, "2027-01-31 23:30", 20, true), // the first of February in Rome
		stint(1, scheduler.StintContact, "2027-02-03 10:00", 15, false),
		stint(1, scheduler.StintSession, "2027-02-04 18:00", 90, false),
		stint(1, "unheard-of", "2027-02-04 18:00", 90, false),
	}, zones)
	month := func(m time.Month) time.Time { return time.Date(2027, m, 1, 0, 0, 0, 0, zone) }
	want := []scheduler.Hours{
		{Line: 1, Month: month(2), Sessions: scheduler.Work{N: 1, Minutes: 90}, Contacts: scheduler.Work{N: 2, Minutes: 35}, Minutes: 105},
		{Line: 1, Month: month(1), Shifts: scheduler.Work{N: 1, Minutes: 240}, Minutes: 240},
		{Line: 2, Month: month(1), Shifts: scheduler.Work{N: 1, Minutes: 240}, Minutes: 240},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Whatever the stints, months add up to the whole, and a year's edges are half open.
func TestALedgerLosesNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	now := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	since := now.AddDate(-1, 0, 0)
	kinds := []scheduler.StintKind{scheduler.StintShift, scheduler.StintSession, scheduler.StintContact}
	for range 200 {
		var list []scheduler.Stint
		all, year, n := 0, 0, 0
		for range r.IntN(40) {
			s := scheduler.Stint{Line: 1 + r.Int64N(3), Kind: kinds[r.IntN(3)], From: since.Add(time.Duration(r.IntN(3)-1) * 366 * 24 * time.Hour / 2), Minutes: r.IntN(300)}
			s.Inside = s.Kind == scheduler.StintContact && r.IntN(2) == 0
			if r.IntN(5) == 0 {
				s.From = since
			}
			if r.IntN(5) == 0 {
				s.From = now
			}
			list = append(list, s)
			n++
			if !s.Inside {
				all += s.Minutes
				if s.From.Unix() >= since.Unix() && s.From.Unix() < now.Unix() {
					year += s.Minutes
				}
			}
		}
		var sum scheduler.Hours
		for _, h := range scheduler.Ledger(list, nil) {
			sum = sum.Plus(h)
		}
		if sum.Minutes != all || sum.Shifts.N+sum.Sessions.N+sum.Contacts.N != n {
			t.Fatalf("%+v of %d stints with %d minutes", sum, n, all)
		}
		if got := scheduler.MinutesSince(list, since, now); got != year {
			t.Fatalf("%d minutes in the year, want %d", got, year)
		}
	}
}
