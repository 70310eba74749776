package app_test

import (
	"errors"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/scheduler"
)

// A shift that was closed, a contact in it and one outside, an evening: each is in
// the ledger once, and only where the reader may look.
func TestTheLedgerOfHours(t *testing.T) {
	t.Parallel()
	w, boss, adele, emma, shift := closable(t)
	first, _ := evenings(t, w)
	settle(t, w, `UPDATE session SET starts_at = '2026-12-09 17:00+00', ends_at = '2026-12-09 18:30+00' WHERE id = $1`, first)
	settle(t, w, `INSERT INTO attendance (session_id, person_id, outcome, minutes, by_id, at) VALUES ($1, $2, 'absent', 0, $3, abilita_now())`, first, int64(adele.ID), int64(w.Trainer.ID))
	settle(t, w, `INSERT INTO attendance (session_id, person_id, outcome, minutes, by_id, at, corrects, reason) SELECT session_id, person_id, 'present', 80, by_id, at, id, 'Era collegata.' FROM attendance WHERE person_id = $1`, int64(adele.ID))
	settle(t, w, `INSERT INTO attendance (session_id, person_id, outcome, minutes, by_id, at) VALUES ($1, $2, 'present', 0, $3, abilita_now())`, first, int64(emma.ID), int64(w.Trainer.ID))
	w.Set(instant(10, 13))
	for at, minutes := range map[string]int{"2026-12-10T11:00": 20, "2026-12-09T20:00": 7} {
		if err := w.App.Contacts.Enter(t.Context(), boss, w.Cmd(), "donazioni", app.NewContact{Number: adele.Number, Channel: "phone", At: at, Minutes: minutes}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(who people.Actor, number string) app.HoursSheet {
		t.Helper()
		s, err := w.App.Ledgers.Read(t.Context(), who, number)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := read(adele, ""); s.Minutes != 87 || s.Waiting != 1 || s.Year != 87 {
		t.Errorf("before the shift is closed: %+v", s)
	}
	if err := w.App.Debriefs.Close(t.Context(), boss, w.Cmd(), shift, roll(t, w, shift, "Tutto bene.", emma.ID)); err != nil {
		t.Fatal(err)
	}
	for _, who := range []people.Actor{adele, w.Coordinator} {
		number := ""
		if who.ID != adele.ID {
			number = adele.Number
		}
		s := read(who, number)
		want := scheduler.Hours{Line: w.Line, Shifts: scheduler.Work{N: 1, Minutes: 240}, Sessions: scheduler.Work{N: 1, Minutes: 80}, Contacts: scheduler.Work{N: 2, Minutes: 27}, Minutes: 327}
		if len(s.Lines) != 1 || s.Lines[0].Sum != want || s.Minutes != 327 || s.Waiting != 0 || s.Identity.Number != adele.Number {
			t.Errorf("%+v", s)
		}
	}
	if s := read(emma, ""); s.Minutes != 90 {
		t.Errorf("absent from the shift, the evening without minutes: %d", s.Minutes)
	}
	if s := read(boss, ""); s.Minutes != 240 {
		t.Errorf("the supervisor: %d", s.Minutes)
	}
	healthy(t, w)
	other := w.Staff("Clara", "Altra", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: w.Line + 1})
	for _, who := range []people.Actor{emma, boss, w.Trainer, other, {}} {
		if _, err := w.App.Ledgers.Read(t.Context(), who, adele.Number); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s reads it: %v", who.Name, err)
		}
	}
	w.Set(apptest.Begin.AddDate(1, 0, 3).Add(-1)) // a moment before the shift is a year and some hours ago
	if s := read(adele, ""); s.Year != 240 || s.Minutes != 327 {
		t.Errorf("a year later: %d of %d", s.Year, s.Minutes)
	}
}
