package people_test

import (
	"testing"
	"time"

	"abilita/internal/people"
)

func TestACutoffIsNeverEarly(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		t.Helper()
		v, err := time.Parse("2006-01-02 15:04:05", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	half, day := people.Keeping{Months: 6}, people.Keeping{Hours: 24}
	for name, c := range map[string]struct {
		k         people.Keeping
		now, want string
	}{
		"six months":                           {half, "2027-06-07 08:00:00", "2026-12-07 08:00:00"},
		"across the year":                      {half, "2027-02-01 00:00:00", "2026-08-01 00:00:00"},
		"a day that August has":                {half, "2027-02-28 12:00:00", "2026-08-28 12:00:00"},
		"a day that February lacks":            {half, "2027-08-31 12:00:00", "2027-02-28 12:00:00"},
		"a day that February has in a leap":    {half, "2028-08-29 12:00:00", "2028-02-29 12:00:00"},
		"two years from a leap day":            {people.Keeping{Months: 24}, "2028-02-29 10:00:00", "2026-02-28 10:00:00"},
		"ten years":                            {people.Keeping{Months: 120}, "2036-12-31 23:59:59", "2026-12-31 23:59:59"},
		"hours, not days of the clock on wall": {day, "2027-03-28 12:00:00", "2027-03-27 12:00:00"},
	} {
		if got := c.k.Cutoff(at(c.now)); !got.Equal(at(c.want)) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	// From every beginning on, walked hour by hour: the first instant that is due
	// is not before the period as the calendar has it, and at most three days after.
	for d := range 800 {
		began := time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC).AddDate(0, 0, d)
		due := began
		for half.Cutoff(due).Before(began) {
			due = due.Add(time.Hour)
		}
		promised := time.Date(began.Year(), began.Month()+6, began.Day(), 6, 0, 0, 0, time.UTC) // overflows into the next month
		if due.Before(promised.AddDate(0, 0, -3)) || due.After(promised.AddDate(0, 0, 3)) || promised.Day() == began.Day() && !due.Equal(promised) {
			t.Errorf("began %s, due %s, promised %s", began, due, promised)
		}
	}
}

func TestWhatHasNoPeriodIsKept(t *testing.T) {
	t.Parallel()
	if got := people.Keep("certificates").Cutoff(time.Now()); !got.IsZero() {
		t.Errorf("a cutoff at %s", got)
	}
	seen := map[people.Kept]bool{}
	for _, k := range people.Retention {
		if seen[k.Of] || k.Ends == "" || (k.Months == 0) == (k.Hours == 0) || people.Keep(k.Of) != k {
			t.Errorf("%+v", k)
		}
		seen[k.Of] = true
	}
}
