package app_test

import (
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/scheduler"
)

func TestTheSupervisorOfTheRunningShiftIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	now, later := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano")
	_, in, err := w.App.Lines.Settings(t.Context(), w.Coordinator, "donazioni")
	if err != nil || in.Running != "finish" {
		t.Fatalf("a new line does %q, %v", in.Running, err)
	}
	in.Running = "stop"
	if err := w.App.Lines.Change(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in); !refusedFor(err, app.ErrChoice) {
		t.Errorf("an unknown policy: %v", err)
	}
	in.Running = "hand_over"
	if err := w.App.Lines.Change(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in); err != nil {
		t.Fatal(err)
	}
	first, next := shiftOn(t, w, "2026-12-10"), shiftOn(t, w, "2026-12-17")
	take(t, w, now, first, scheduler.Answers)
	take(t, w, boss, first, scheduler.Supervises)
	take(t, w, later, next, scheduler.Answers)
	take(t, w, boss, next, scheduler.Supervises)
	w.Set(instant(10, 10))
	stop(t, w, later, "revoke") // whose shift is next week
	if n := one[int](t, w, `SELECT count(*) FROM letter WHERE kind = 'stopped_on_shift'`); n != 0 {
		t.Errorf("%d letters about a shift that does not run", n)
	}
	stop(t, w, now, "suspend")
	const told = `SELECT count(*) FROM letter WHERE kind = 'stopped_on_shift' AND person_id = $1 AND vals ->> 'Running' = 'hand_over' AND vals ->> 'Number' = $2`
	if n := one[int](t, w, told, int64(boss.ID), now.Number); n != 1 {
		t.Errorf("%d letters to the supervisor of the shift", n)
	}
	a, err := w.App.Gate.Ask(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: "phone", Agent: now.Number})
	if err != nil || a.Running != "hand_over" || a.Decision.Granted() {
		t.Errorf("the gate says %+v, %v", a, err)
	}
	healthy(t, w)
}
