package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/scheduler"
)

// closable is a World with a shift on 10 December, two volunteers and a
// supervisor on it.
func closable(t *testing.T) (w *apptest.World, boss, adele, emma people.Actor, shift int64) {
	t.Helper()
	w = apptest.New(t)
	boss = staffed(t, w)
	adele, emma = w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano") // Wednesday 9 December
	shift = shiftOn(t, w, "2026-12-10")
	take(t, w, adele, shift, scheduler.Answers)
	take(t, w, emma, shift, scheduler.Answers)
	take(t, w, boss, shift, scheduler.Supervises)
	return w, boss, adele, emma, shift
}

func mark(t *testing.T, w *apptest.World, who people.Actor, shift int64, absent ...people.ID) {
	t.Helper()
	if err := w.App.Debriefs.Mark(t.Context(), who, w.Cmd(), shift, roll(t, w, shift, "", absent...)); err != nil {
		t.Fatal(err)
	}
}

// roll is the roll of a shift at its version now.
func roll(t *testing.T, w *apptest.World, shift int64, note string, absent ...people.ID) app.Roll {
	t.Helper()
	return app.Roll{Version: one[int](t, w, `SELECT version FROM shift WHERE id = $1`, shift), Absent: absent, Note: note}
}

// states are the places of a shift by person, in the order of their ids.
func states(t *testing.T, w *apptest.World, shift int64) string {
	t.Helper()
	return one[string](t, w, `SELECT string_agg(state, ' ' ORDER BY person_id) FROM shift_place WHERE shift_id = $1`, shift)
}

func TestASupervisorWhoDidNotComeShutsTheGateAtOnce(t *testing.T) {
	t.Parallel()
	w, boss, adele, _, shift := closable(t)
	if err := w.App.Debriefs.Mark(t.Context(), w.Coordinator, w.Cmd(), shift, roll(t, w, shift, "", boss.ID)); !errors.Is(err, scheduler.ErrShiftAhead) {
		t.Errorf("before it begins: %v", err)
	}
	w.Set(instant(10, 10))
	if got := ask(t, w, adele, "phone"); len(got) != 0 {
		t.Fatalf("while she is expected: %v", got)
	}
	mark(t, w, w.Coordinator, shift, boss.ID)
	if got := ask(t, w, adele, "phone"); !slices.Equal(got, []gate.Code{gate.SupervisorAbsent}) {
		t.Errorf("she did not come: %v", got)
	}
	healthy(t, w)
	w.Advance(time.Minute)
	mark(t, w, w.Coordinator, shift) // she is late
	if got := ask(t, w, adele, "phone"); len(got) != 0 {
		t.Errorf("she came after all: %v", got)
	}
	healthy(t, w)
	mark(t, w, boss, shift, boss.ID)
	second := w.Staff("Sandra", "Fiume", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: w.Line})
	if err := w.App.Shifts.Put(t.Context(), w.Coordinator, w.Cmd(), shift, second.ID, scheduler.Supervises); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, w, adele, "phone"); len(got) != 0 {
		t.Errorf("another one stepped in: %v", got)
	}
	mark(t, w, second, shift, boss.ID, second.ID)
	if got := ask(t, w, adele, "phone"); !slices.Equal(got, []gate.Code{gate.SupervisorAbsent}) {
		t.Errorf("both are away: %v", got)
	}
	healthy(t, w)
}

func TestAnAbsentVolunteersSeatIsFree(t *testing.T) {
	t.Parallel()
	w, boss, adele, emma, shift := closable(t)
	third := w.Certified("Rita", "Salvi") // Thursday 10 December, 09:00
	w.Set(instant(10, 10))
	put := func() error {
		return w.App.Shifts.Put(t.Context(), w.Coordinator, w.Cmd(), shift, third.ID, scheduler.Answers)
	}
	if err := put(); !errors.Is(err, scheduler.ErrShiftFull) {
		t.Errorf("both seats are taken: %v", err)
	}
	mark(t, w, boss, shift, adele.ID)
	if err := put(); err != nil {
		t.Fatal(err)
	}
	healthy(t, w)
	if err := w.App.Debriefs.Mark(t.Context(), boss, w.Cmd(), shift, roll(t, w, shift, "")); !errors.Is(err, scheduler.ErrShiftFull) {
		t.Errorf("she came when her seat was gone: %v", err)
	}
	seen := roll(t, w, shift, "")
	mark(t, w, boss, shift, adele.ID, emma.ID)
	if err := w.App.Debriefs.Mark(t.Context(), w.Coordinator, w.Cmd(), shift, seen); !errors.Is(err, app.ErrChanged) {
		t.Errorf("by what was seen before: %v", err)
	}
	mark(t, w, boss, shift, adele.ID)
	if got := states(t, w, shift); got != "booked absent present booked" {
		t.Errorf("supervisor, Adele, Emma, Rita: %s", got)
	}
	if err := w.App.Debriefs.Mark(t.Context(), boss, w.Cmd(), shift, roll(t, w, shift, "", w.Trainer.ID)); !formFault(err, "absent", app.ErrChoice) {
		t.Errorf("somebody who was not expected: %v", err)
	}
	// Somebody who is stopped while present loses the place at once.
	if err := change(w, w.Proposal(emma), "suspend"); err != nil {
		t.Fatal(err)
	}
	if got := states(t, w, shift); got != "booked absent released booked" {
		t.Errorf("after the stop: %s", got)
	}
	healthy(t, w)
}

func TestAShiftIsClosedOnceAndOnlyAddedTo(t *testing.T) {
	t.Parallel()
	w, boss, adele, emma, shift := closable(t)
	w.Set(instant(10, 12))
	const words = "Due chiamate lunghe. Il collegamento per i bonifici non va: dite di chiamare l’ufficio."
	if err := w.App.Debriefs.Close(t.Context(), boss, w.Cmd(), shift, roll(t, w, shift, words)); !errors.Is(err, scheduler.ErrShiftRunning) {
		t.Errorf("while it goes on: %v", err)
	}
	if err := w.App.Contacts.Enter(t.Context(), boss, w.Cmd(), "donazioni", app.NewContact{Number: adele.Number, Channel: "phone", At: "2026-12-10T11:00", Minutes: 20}); err != nil {
		t.Fatal(err)
	}
	w.Set(instant(10, 13))
	close := func(who people.Actor, note string, absent ...people.ID) error {
		return w.App.Debriefs.Close(t.Context(), who, w.Cmd(), shift, roll(t, w, shift, note, absent...))
	}
	if err := w.App.Debriefs.AddNote(t.Context(), boss, w.Cmd(), shift, "x"); !errors.Is(err, scheduler.ErrShiftNotClosed) {
		t.Errorf("a note before it is closed: %v", err)
	}
	if err := close(boss, " "); !formFault(err, "note", app.ErrRequired) {
		t.Errorf("without a word: %v", err)
	}
	if err := close(boss, strings.Repeat("è", 4001)); !formFault(err, "note", app.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	if err := close(boss, words, adele.ID); !formFault(err, "absent", app.ErrHasContact) {
		t.Errorf("absent, but took a contact: %v", err)
	}
	if err := close(w.Trainer, words); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a trainer: %v", err)
	}
	if err := close(adele, words); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a volunteer: %v", err)
	}
	errs := rivals(func() error { return close(boss, words, emma.ID) }, func() error { return close(w.Coordinator, words, emma.ID) })
	if (errs[0] == nil) == (errs[1] == nil) || !is(errors.Join(errs...), scheduler.ErrShiftClosed) {
		t.Fatalf("closed twice: %v", errs)
	}
	if got := states(t, w, shift); got != "present present absent" {
		t.Errorf("supervisor, Adele, Emma: %s", got)
	}
	if err := w.App.Debriefs.Mark(t.Context(), boss, w.Cmd(), shift, roll(t, w, shift, "")); !errors.Is(err, scheduler.ErrShiftClosed) {
		t.Errorf("marked afterwards: %v", err)
	}
	if err := w.App.Debriefs.AddNote(t.Context(), boss, w.Cmd(), shift, "Emma aveva avvisato."); err != nil {
		t.Fatal(err)
	}
	d, err := w.App.Debriefs.Read(t.Context(), boss, "donazioni", shift)
	if err != nil || len(d.Notes) != 2 || d.Notes[0].Body != words || d.Notes[1].Body != "Emma aveva avvisato." || d.Closing.At.IsZero() || len(d.Contacts) != 1 || d.Contacts[0].Minutes != 20 {
		t.Errorf("the page shows %+v, %v", d, err)
	}
	next, err := w.App.Debriefs.Read(t.Context(), boss, "donazioni", shiftOn(t, w, "2026-12-17"))
	if err != nil || len(next.Before) != 2 || next.Before[0].Body != "Emma aveva avvisato." || len(next.Notes) != 0 {
		t.Errorf("the next shift reads %+v, %v", next.Before, err)
	}
	if _, err := w.App.Debriefs.Read(t.Context(), adele, "donazioni", shift); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a volunteer reads it: %v", err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM audit_entry WHERE action = 'shift.close' AND subject_id = $1`, shift); n != 2 {
		t.Errorf("%d entries in the record of changes", n)
	}
	healthy(t, w)
}

func TestContactsBelongToTheShiftInWhichTheyWereTaken(t *testing.T) {
	t.Parallel()
	w, boss, adele, _, shift := closable(t)
	other := w.Certified("Rita", "Salvi") // Thursday, 09:00
	w.Set(instant(10, 14))
	for at, want := range map[string]bool{"2026-12-10T09:59": false, "2026-12-10T10:00": true, "2026-12-10T13:59": true, "2026-12-10T14:00": false} {
		if err := w.App.Contacts.Enter(t.Context(), boss, w.Cmd(), "donazioni", app.NewContact{Number: adele.Number, Channel: "phone", At: at}); err != nil {
			t.Fatal(err)
		}
		if got := one[int64](t, w, `SELECT coalesce(shift_id, 0) FROM contact ORDER BY id DESC LIMIT 1`); (got == shift) != want {
			t.Errorf("at %s: shift %d", at, got)
		}
	}
	if err := w.App.Contacts.Enter(t.Context(), boss, w.Cmd(), "donazioni", app.NewContact{Number: other.Number, Channel: "phone", At: "2026-12-10T11:00"}); err != nil {
		t.Fatal(err)
	}
	if got := one[int64](t, w, `SELECT coalesce(shift_id, 0) FROM contact ORDER BY id DESC LIMIT 1`); got != 0 {
		t.Error("somebody who had no place")
	}
	if err := w.App.Levels.Observe(t.Context(), boss, w.Cmd(), w.Proposal(adele), app.NewHeard{Channel: "phone", At: "2026-12-10T12:00", Verdict: "good"}); err != nil {
		t.Fatal(err)
	}
	if got := one[int64](t, w, `SELECT coalesce(shift_id, 0) FROM observed_contact`); got != shift {
		t.Errorf("the observed contact is of shift %d", got)
	}
	healthy(t, w)
}

func TestNotesOfShiftsGoAfterTwoYears(t *testing.T) {
	t.Parallel()
	w, boss, _, _, shift := closable(t)
	w.Set(instant(10, 13))
	if err := w.App.Debriefs.Close(t.Context(), boss, w.Cmd(), shift, roll(t, w, shift, "Tutto bene.")); err != nil {
		t.Fatal(err)
	}
	settle(t, w, `UPDATE letter SET state = 'handed', sent_at = abilita_now(), stripped_at = abilita_now()`)
	due := time.Date(2028, 12, 10, 13, 0, 0, 0, time.UTC)
	for i, at := range []time.Time{due.Add(-time.Microsecond), due} {
		w.Set(at)
		keep(t, w)
		if got, want := one[int](t, w, `SELECT count(*) FROM shift_note`), 1-i; got != want {
			t.Errorf("at %s %d notes, want %d", at, got, want)
		}
	}
}
