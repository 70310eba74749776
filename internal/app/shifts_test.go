package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/scheduler"
)

// staffed gives a World a supervisor, a line that asks for one, and a week with one
// shift: Thursday from ten to two, two seats, from Thursday 10 December on.
func staffed(t *testing.T, w *apptest.World) people.Actor {
	t.Helper()
	boss := w.Staff("Silvia", "Turri", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: w.Line})
	asking(t, w, true)
	rota(t, w, app.RotaChange{Weekday: 4, Starts: "10:00", Ends: "14:00", Seats: 2, From: w.Now.In(apptest.Rome()).Format(time.DateOnly)})
	return boss
}

func asking(t *testing.T, w *apptest.World, asked bool) {
	t.Helper()
	_, in, err := w.App.Lines.Settings(t.Context(), w.Coordinator, "donazioni")
	if err != nil {
		t.Fatal(err)
	}
	in.Supervised = asked
	if err := w.App.Lines.Change(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in); err != nil {
		t.Fatal(err)
	}
}

func rota(t *testing.T, w *apptest.World, in app.RotaChange) {
	t.Helper()
	if err := w.App.Shifts.ChangeRota(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in); err != nil {
		t.Fatal(err)
	}
}

// shiftOn is the open shift that begins on a day.
func shiftOn(t *testing.T, w *apptest.World, date string) int64 {
	t.Helper()
	return one[int64](t, w, `SELECT id FROM shift WHERE local_date = $1 AND state = 'open'`, date)
}

func take(t *testing.T, w *apptest.World, who people.Actor, shift int64, part scheduler.Part) {
	t.Helper()
	if err := w.App.Shifts.Take(t.Context(), who, w.Cmd(), shift, part); err != nil {
		t.Fatal(err)
	}
}

func instant(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 0, 0, 0, time.UTC) }

func TestASupervisorOnShiftOpensTheGateForTheShift(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	v := w.Certified("Adele", "Tornaghi") // Tuesday 8 December, 09:00
	if got := ask(t, w, v, "phone"); !slices.Equal(got, []gate.Code{gate.SupervisorAbsent}) {
		t.Fatalf("no supervisor: %v", got)
	}
	shift := shiftOn(t, w, "2026-12-10")
	take(t, w, v, shift, scheduler.Answers)
	take(t, w, boss, shift, scheduler.Supervises)
	a, err := w.App.Gate.Ask(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number})
	if err != nil || len(a.Decision.Reasons) != 1 || !a.Decision.Reasons[0].When.Equal(instant(10, 9)) || !a.Decision.Until.Equal(instant(10, 9)) {
		t.Errorf("before the shift: %+v, %v", a.Decision, err)
	}
	for _, at := range []struct {
		now time.Time
		may bool
	}{{instant(10, 9).Add(-time.Microsecond), false}, {instant(10, 9), true}, {instant(10, 13).Add(-time.Microsecond), true}, {instant(10, 13), false}} {
		w.Set(at.now)
		if got := len(ask(t, w, v, "phone")) == 0; got != at.may {
			t.Errorf("at %s may answer: %v", at.now, got)
		}
	}
	healthy(t, w)
}

func TestTheLastSupervisorWhoLeavesEndsTheSupervision(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	second := w.Staff("Sandra", "Fiume", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: w.Line})
	v := w.Certified("Adele", "Tornaghi")
	shift := shiftOn(t, w, "2026-12-10")
	take(t, w, boss, shift, scheduler.Supervises)
	take(t, w, second, shift, scheduler.Supervises)
	if err := w.App.Shifts.Leave(t.Context(), boss, w.Cmd(), shift); err != nil {
		t.Fatal(err)
	}
	healthy(t, w)
	w.Set(instant(10, 10))
	if got := ask(t, w, v, "phone"); len(got) != 0 {
		t.Errorf("one of two supervisors left: %v", got)
	}
	if err := w.App.Shifts.Leave(t.Context(), second, w.Cmd(), shift); !errors.Is(err, scheduler.ErrShiftBegun) {
		t.Errorf("left while it runs: %v", err)
	}
	if err := w.App.Shifts.TakeOff(t.Context(), w.Coordinator, w.Cmd(), shift, second.ID, "Sta male."); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, w, v, "phone"); !slices.Equal(got, []gate.Code{gate.SupervisorAbsent}) {
		t.Errorf("the last supervisor was taken off: %v", got)
	}
	if err := w.App.Shifts.Put(t.Context(), w.Coordinator, w.Cmd(), shift, boss.ID, scheduler.Supervises); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, w, v, "phone"); len(got) != 0 {
		t.Errorf("another one stepped in: %v", got)
	}
	const letters = `SELECT string_agg(kind || ' ' || substring(attachment from 'METHOD:([A-Z]+)') || ' ' || substring(attachment from 'SEQUENCE:([0-9]+)'), ', ' ORDER BY id) FROM letter WHERE person_id = $1 AND kind LIKE 'shift%'`
	if got := one[string](t, w, letters, int64(boss.ID)); got != "shift_booked REQUEST 0, shift_left CANCEL 1, shift_put REQUEST 2" {
		t.Errorf("letters %s", got)
	}
	if got := one[string](t, w, letters, int64(second.ID)); got != "shift_booked REQUEST 0, shift_off CANCEL 1" {
		t.Errorf("letters %s", got)
	}
	healthy(t, w)
}

func TestARoleThatEndsFreesWhatItLed(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	v := w.Certified("Adele", "Tornaghi")
	for _, date := range []string{"2026-12-10", "2026-12-17", "2026-12-24"} {
		take(t, w, boss, shiftOn(t, w, date), scheduler.Supervises)
	}
	if n := one[int](t, w, `SELECT count(*) FROM gate_fact WHERE kind = 'supervisor_on' AND closed_at IS NULL`); n != 3 {
		t.Errorf("the gate knows of %d shifts", n)
	}
	grant := one[int64](t, w, `SELECT id FROM role_grant WHERE person_id = $1 AND role = 'supervisor'`, int64(boss.ID))
	if err := w.App.Organising.EndRole(t.Context(), w.Admin, w.Cmd(), grant); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM gate_fact WHERE kind = 'supervisor_on' AND closed_at IS NULL`); n != 0 {
		t.Errorf("the gate still knows of %d shifts", n)
	}
	if got := one[string](t, w, `SELECT string_agg(substring(attachment from 'UID:(shift-[0-9]+)') || ' ' || substring(attachment from 'METHOD:([A-Z]+)') || ' ' || substring(attachment from 'SEQUENCE:([0-9]+)'), ', ' ORDER BY id) FROM letter
		WHERE person_id = $1 AND kind = 'shift_freed'`, int64(boss.ID)); got != "shift-1 CANCEL 1, shift-2 CANCEL 1, shift-3 CANCEL 1" {
		t.Errorf("letters about %s", got)
	}
	w.Set(instant(10, 10))
	if got := ask(t, w, v, "phone"); !slices.Equal(got, []gate.Code{gate.SupervisorAbsent}) {
		t.Errorf("who led the shift has no such role any more: %v", got)
	}
	if got := kinds(t, w, boss.ID); got[len(got)-1] != "shift_freed" {
		t.Errorf("letters %v", got)
	}
	healthy(t, w)
}

func TestWhoMayTakeASeat(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	early := w.Ready("Rita", "Salvi")
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(early)); err != nil {
		t.Fatal(err)
	}
	rota(t, w, app.RotaChange{Weekday: 1, Starts: "18:00", Ends: "22:00", Seats: 2, From: "2026-12-07"}) // this evening, before the cover begins
	tonight, thursday := shiftOn(t, w, "2026-12-07"), shiftOn(t, w, "2026-12-10")
	if err := w.App.Shifts.Take(t.Context(), early, w.Cmd(), tonight, scheduler.Answers); !errors.Is(err, scheduler.ErrCoveredFrom) {
		t.Errorf("before the cover: %v", err)
	}
	take(t, w, early, thursday, scheduler.Answers)
	if err := w.App.Shifts.Take(t.Context(), early, w.Cmd(), thursday, scheduler.Answers); !errors.Is(err, scheduler.ErrShiftHeld) {
		t.Errorf("twice: %v", err)
	}
	student := w.Volunteer("Giulia", "Ferrandi")
	if err := w.App.Shifts.Take(t.Context(), student, w.Cmd(), thursday, scheduler.Answers); !errors.Is(err, people.ErrHidden) {
		t.Errorf("not certified: %v", err)
	}
	if err := w.App.Shifts.Take(t.Context(), boss, w.Cmd(), thursday, scheduler.Answers); !errors.Is(err, scheduler.ErrNotCovered) {
		t.Errorf("a supervisor takes a seat: %v", err)
	}
	if err := w.App.Shifts.Take(t.Context(), early, w.Cmd(), tonight, scheduler.Supervises); !errors.Is(err, scheduler.ErrNotSupervisor) {
		t.Errorf("a volunteer supervises: %v", err)
	}
	if err := w.App.Shifts.Take(t.Context(), w.Coordinator, w.Cmd(), thursday, scheduler.Answers); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a coordinator: %v", err)
	}
	// After the certificate: the refusal tells by when to renew.
	if err := w.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		paper := gate.Fact{Kind: gate.Certificate, Line: gate.LineID(w.Line), Channel: gate.Phone, Level: gate.Supervised, Ref: w.Proposal(early), From: now, Until: instant(16, 23)}
		_, err := coursedb.New(q).Record(t.Context(), coursedb.FactChange{Person: early.ID, Close: true, Fact: paper}, coursedb.FactChange{Person: early.ID, Fact: paper})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	later := shiftOn(t, w, "2026-12-17")
	if err := w.App.Shifts.Take(t.Context(), early, w.Cmd(), later, scheduler.Answers); !errors.Is(err, scheduler.ErrCertifiedUntil) || !strings.Contains(err.Error(), "2026-12-16 23:00") {
		t.Errorf("after the certificate: %v", err)
	}
	// A session at that hour: one place at a time, either way.
	first, _ := evenings(t, w)
	settle(t, w, `UPDATE session SET starts_at = '2026-12-10 12:30+00', ends_at = '2026-12-10 14:00+00' WHERE id = $1`, first)
	if err := w.App.Sessions.Book(t.Context(), early, w.Cmd(), first); !errors.Is(err, scheduler.ErrClash) {
		t.Errorf("a session during the shift: %v", err)
	}
	if err := w.App.Shifts.Leave(t.Context(), early, w.Cmd(), thursday); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Sessions.Book(t.Context(), early, w.Cmd(), first); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Shifts.Take(t.Context(), early, w.Cmd(), thursday, scheduler.Answers); !errors.Is(err, scheduler.ErrShiftClash) {
		t.Errorf("a shift during the session: %v", err)
	}
}

func TestTheLastSeatIsTakenOnce(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	staffed(t, w)
	a, b, c := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano"), w.Certified("Rita", "Salvi")
	for round := range rounds {
		shift := shiftOn(t, w, time.Date(2026, 12, 17+7*round, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		take(t, w, a, shift, scheduler.Answers)
		grab := func(who people.Actor) func() error {
			return func() error { return w.App.Shifts.Take(t.Context(), who, w.Cmd(), shift, scheduler.Answers) }
		}
		errs := rivals(grab(b), grab(c))
		if (errs[0] == nil) == (errs[1] == nil) || !is(errors.Join(errs...), scheduler.ErrShiftFull) {
			t.Fatalf("%v", errs)
		}
		// The offered seat of the first goes to the one who lost, once.
		if err := w.App.Shifts.Offer(t.Context(), a, w.Cmd(), shift, true); err != nil {
			t.Fatal(err)
		}
		loser := map[bool]people.Actor{true: c, false: b}[errs[0] == nil]
		swap := func() error { return w.App.Shifts.Swap(t.Context(), loser, w.Cmd(), shift) }
		errs = rivals(swap, swap)
		if (errs[0] == nil) == (errs[1] == nil) || !is(errors.Join(errs...), scheduler.ErrShiftHeld) {
			t.Fatalf("%v", errs)
		}
	}
	if got := kinds(t, w, a.ID); got[len(got)-1] != "shift_swapped" {
		t.Errorf("who gave the seat away got %v", got)
	}
	healthy(t, w)
}

func TestSomebodyIsStoppedWhileTheyTakeAPlace(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	staffed(t, w)
	first := map[bool]int{}
	for range rounds {
		v := w.Certified("Adele", "Tornaghi")
		shift := shiftOn(t, w, "2026-12-24")
		errs := rivals(
			func() error {
				return w.App.Corrections.Suspend(t.Context(), w.Second, w.Cmd(), v.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"})
			},
			func() error { return w.App.Shifts.Take(t.Context(), v, w.Cmd(), shift, scheduler.Answers) },
		)
		if errs[0] != nil || errs[1] != nil && !is(errs[1], scheduler.ErrShiftStopped) {
			t.Fatalf("%v", errs)
		}
		first[errs[1] == nil]++
		if n := one[int](t, w, `SELECT count(*) FROM shift_place WHERE person_id = $1 AND state <> 'released'`, int64(v.ID)); n != 0 {
			t.Errorf("a suspended person has a place; taking it gave %v", errs[1])
		}
	}
	t.Logf("took it first: %d of %d", first[true], rounds)
	healthy(t, w)
}

func TestAStopThatMeetsAPlaceGivenBack(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	staffed(t, w)
	v := w.Certified("Adele", "Tornaghi")
	for round := range rounds {
		take(t, w, v, shiftOn(t, w, "2026-12-24"), scheduler.Answers)
		errs := rivals(
			func() error {
				return w.App.Corrections.Suspend(t.Context(), w.Second, w.Cmd(), v.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"})
			},
			func() error { return w.App.Shifts.Leave(t.Context(), v, w.Cmd(), shiftOn(t, w, "2026-12-24")) },
		)
		if errs[0] != nil || errs[1] != nil && !is(errs[1], people.ErrHidden) {
			t.Fatalf("round %d: %v", round, errs)
		}
		if err := w.App.Corrections.Restore(t.Context(), w.Second, w.Cmd(), v.Number, "x"); err != nil {
			t.Fatal(err)
		}
	}
	healthy(t, w)
}

// TestStopsFreeShifts: each way to go or to be stopped frees what is to come and
// leaves what is over.
func TestStopsFreeShifts(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stop  func(w *apptest.World, v people.Actor) error
		free  string // states on the 10th, which is over, the 17th and the 24th
		cause string
	}{
		"certificate suspended": {func(w *apptest.World, v people.Actor) error { return change(w, w.Proposal(v), "suspend") }, "booked released released", "suspended"},
		"certificate revoked":   {func(w *apptest.World, v people.Actor) error { return change(w, w.Proposal(v), "revoke") }, "booked released released", "revoked"},
		"person suspended": {func(w *apptest.World, v people.Actor) error {
			return w.App.Corrections.Suspend(w.T.Context(), w.Coordinator, w.Cmd(), v.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"})
		}, "booked released released", "suspended"},
		"leaves on the 20th": {func(w *apptest.World, v people.Actor) error {
			return w.App.Corrections.Leave(w.T.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-20", Reason: "Si trasferisce."})
		}, "booked booked released", "left"},
		"admission undone": {func(w *apptest.World, v people.Actor) error {
			return w.App.Admissions.UndoAdmission(w.T.Context(), w.Coordinator, w.Cmd(), one[int64](w.T.(*testing.T), w, `SELECT id FROM application WHERE person_id = $1`, int64(v.ID)), "Sbaglio.")
		}, "booked released released", "undone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.New(t)
			staffed(t, w)
			v := w.Certified("Adele", "Tornaghi")
			for _, date := range []string{"2026-12-10", "2026-12-17", "2026-12-24"} {
				take(t, w, v, shiftOn(t, w, date), scheduler.Answers)
			}
			w.Set(instant(11, 8))
			if err := tc.stop(w, v); err != nil {
				t.Fatal(err)
			}
			if got := one[string](t, w, `SELECT string_agg(p.state, ' ' ORDER BY h.starts_at) FROM shift_place p JOIN shift h ON h.id = p.shift_id WHERE p.person_id = $1`, int64(v.ID)); got != tc.free {
				t.Errorf("places %s, want %s", got, tc.free)
			}
			want := strings.Count(tc.free, "released")
			if got := one[int](t, w, `SELECT count(*) FROM letter WHERE person_id = $1 AND kind = 'shift_freed' AND vals ->> 'Cause' = $2 AND attachment LIKE '%METHOD:CANCEL%'`, int64(v.ID), tc.cause); got != want {
				t.Errorf("%d letters about freed places, want %d", got, want)
			}
			if name == "certificate suspended" {
				if err := change(w, w.Proposal(v), "restore"); err != nil {
					t.Fatal(err)
				}
				if got := one[int](t, w, `SELECT count(*) FROM shift_place WHERE person_id = $1 AND state = 'released'`, int64(v.ID)); got != 2 {
					t.Error("a restored certificate brought the shifts back")
				}
			}
			healthy(t, w)
		})
	}
}

func TestReplacementsAreProposedFewestShiftsFirst(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	busy, fresh, away, stopped := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano"), w.Certified("Rita", "Salvi"), w.Certified("Zita", "Riva")
	w.Set(instant(14, 8))
	take(t, w, busy, shiftOn(t, w, "2026-12-24"), scheduler.Answers)
	gap := shiftOn(t, w, "2026-12-17")
	take(t, w, stopped, gap, scheduler.Answers)
	first, _ := evenings(t, w)
	settle(t, w, `UPDATE session SET starts_at = '2026-12-17 12:30+00', ends_at = '2026-12-17 14:00+00' WHERE id = $1`, first)
	if err := w.App.Sessions.Book(t.Context(), away, w.Cmd(), first); err != nil {
		t.Fatal(err)
	}
	if err := change(w, w.Proposal(stopped), "suspend"); err != nil {
		t.Fatal(err)
	}
	s, err := w.App.Shifts.OfLine(t.Context(), w.Coordinator, "donazioni")
	if err != nil || len(s.Shifts) != 2 || s.Shifts[0].ID != gap {
		t.Fatalf("%d shifts, %v", len(s.Shifts), err)
	}
	if want := (scheduler.Gap{Nobody: true, Seats: 2, Supervisor: true}); s.Shifts[0].Gap != want {
		t.Errorf("gap %+v, want %+v", s.Shifts[0].Gap, want)
	}
	var got []string
	for _, c := range s.Shifts[0].Candidates {
		got = append(got, fmt.Sprintf("%s %s %d", c.Name, c.Part, c.Recent))
	}
	want := []string{"Silvia Turri supervisor 0", "Emma Vigano volunteer 0", "Adele Tornaghi volunteer 1"}
	if !slices.Equal(got, want) {
		t.Errorf("proposed %q, want %q", got, want)
	}
	if err := w.App.Shifts.Put(t.Context(), boss, w.Cmd(), gap, fresh.ID, scheduler.Answers); err != nil {
		t.Errorf("a supervisor puts somebody on a shift: %v", err)
	}
	if err := w.App.Shifts.Put(t.Context(), w.Coordinator, w.Cmd(), gap, w.Trainer.ID, scheduler.Answers); !formFault(err, "who", app.ErrNoCandidate) {
		t.Errorf("somebody who does not work on the line: %v", err)
	}
	if err := w.App.Shifts.Put(t.Context(), w.Trainer, w.Cmd(), gap, busy.ID, scheduler.Answers); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a trainer: %v", err)
	}
	healthy(t, w)
}

func TestTheWeekChangesAndNobodyIsLostInSilence(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	v := w.Certified("Adele", "Tornaghi")
	made := one[int](t, w, `SELECT count(*) FROM shift`)
	if made != 8 {
		t.Errorf("%d shifts in eight weeks, want 8", made)
	}
	take(t, w, v, shiftOn(t, w, "2026-12-17"), scheduler.Answers)
	take(t, w, boss, shiftOn(t, w, "2026-12-24"), scheduler.Supervises)
	row := one[int64](t, w, `SELECT id FROM rota`)
	same := app.RotaChange{Row: row, Weekday: 4, Starts: "10:00", Ends: "14:00", Seats: 5, From: "2026-12-14"}
	rota(t, w, same)
	if got := one[string](t, w, `SELECT string_agg(seats || ' ' || n, ', ') FROM (SELECT h.seats, count(*) AS n FROM shift h WHERE state = 'open' GROUP BY 1 ORDER BY 1) x`); got != "2 1, 5 7" {
		t.Errorf("seats after the change: %s", got)
	}
	if n := one[int](t, w, `SELECT count(*) FROM shift_place WHERE state = 'booked'`); n != 2 {
		t.Errorf("%d places after more seats, want 2", n)
	}
	healthy(t, w)

	row = one[int64](t, w, `SELECT max(id) FROM rota`)
	other := app.RotaChange{Row: row, Weekday: 4, Starts: "15:00", Ends: "19:00", Seats: 5, From: "2026-12-20"}
	p, err := w.App.Shifts.Rota(t.Context(), w.Coordinator, "donazioni", &other)
	if err != nil || len(p.Lost) != 1 || p.Lost[0].Place.Person != boss.ID {
		t.Fatalf("the change would lose %+v, %v", p.Lost, err)
	}
	if err := w.App.Shifts.ChangeRota(t.Context(), w.Coordinator, w.Cmd(), "donazioni", other); !formFault(err, "agreed", app.ErrRotaLoses) {
		t.Errorf("lost in silence: %v", err)
	}
	other.Agreed = 1
	rota(t, w, other)
	if got := kinds(t, w, boss.ID); got[len(got)-1] != "shift_freed" {
		t.Errorf("letters %v", got)
	}
	if n := one[int](t, w, `SELECT count(*) FROM gate_fact WHERE kind = 'supervisor_on' AND closed_at IS NULL`); n != 0 {
		t.Error("the gate still expects the supervisor")
	}
	if n := one[int](t, w, `SELECT count(*) FROM shift_place WHERE state = 'booked'`); n != 1 {
		t.Errorf("%d places after other hours, want 1", n)
	}
	healthy(t, w)

	// A day later the week reaches one more day; doing it twice makes nothing twice.
	before := one[int](t, w, `SELECT count(*) FROM shift WHERE state = 'open'`)
	w.Advance(7 * 24 * time.Hour)
	for range 2 {
		if _, err := w.App.DueWork.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if after := one[int](t, w, `SELECT count(*) FROM shift WHERE state = 'open'`); after != before+1 {
		t.Errorf("a week later %d open shifts, want %d", after, before+1)
	}
	if n := one[int](t, w, `SELECT count(*) FROM due_work WHERE kind = 'shifts' AND done_at IS NULL`); n != 1 {
		t.Errorf("%d times to come, want 1", n)
	}
	for field, in := range map[string]app.RotaChange{
		"from_on": {Weekday: 1, Starts: "10:00", Ends: "12:00", Seats: 1, From: "2026-12-01"},
		"ends":    {Weekday: 1, Starts: "10:00", Ends: "10:05", Seats: 1, From: "2027-01-01"},
		"starts":  {Weekday: 1, Starts: "dieci", Ends: "10:05", Seats: 1, From: "2027-01-01"},
		"seats":   {Weekday: 1, Starts: "10:00", Ends: "12:00", From: "2027-01-01"},
		"weekday": {Weekday: 8, Starts: "10:00", Ends: "12:00", Seats: 1, From: "2027-01-01"},
	} {
		err := w.App.Shifts.ChangeRota(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in)
		var found bool
		for _, want := range []error{app.ErrRotaPast, app.ErrRotaMinutes, app.ErrTimeForm, app.ErrRotaSeats, app.ErrChoice} {
			found = found || strings.Contains(fmt.Sprint(err), field+": "+want.Error())
		}
		if !found {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := w.App.Shifts.Rota(t.Context(), boss, "donazioni", nil); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a supervisor opened the rota: %v", err)
	}
}

func TestALineBeginsAndCeasesToAskForSupervisors(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Certified("Adele", "Tornaghi")
	for _, asked := range []bool{false, true, true, false, true} {
		asking(t, w, asked)
		if got := len(ask(t, w, v, "phone")) == 0; got == asked {
			t.Errorf("asking %v: may answer %v", asked, got)
		}
	}
	if got := one[string](t, w, `SELECT string_agg(coalesce(detail -> 'after' ->> 'supervised', ''), ' ' ORDER BY id) FROM audit_entry WHERE action = 'line.run' AND detail ->> 'did' = 'change'`); got != "false true true false true" {
		t.Errorf("the record says %s", got)
	}
	line, err := w.App.Lines.Add(t.Context(), w.Admin, w.Cmd(), app.NewLine{
		Code: "ascolto", Name: "Ascolto", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni", Supervised: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM gate_fact WHERE kind = 'supervision' AND line_id = $1 AND closed_at IS NULL`, line); n != 1 {
		t.Error("the gate does not know that the new line asks for supervisors")
	}
}

func TestTheDoctorSeesWhatIsWrongOnAShift(t *testing.T) {
	t.Parallel()
	const place = `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT (SELECT max(id) FROM shift), id, '%s', 'booked', abilita_now() FROM person WHERE %s`
	for name, tc := range map[string]struct{ want, plant string }{
		"two on one seat":        {"seats-within-capacity", fmt.Sprintf(place, "volunteer", "number IS NOT NULL")},
		"on two shifts at once":  {"one-place-at-a-time", `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT h.id, p.id, 'volunteer', 'booked', abilita_now() FROM shift h, (SELECT max(id) AS id FROM person WHERE number IS NOT NULL) p WHERE h.seats = 1`},
		"a suspended supervisor": {"shifts-fit", fmt.Sprintf(place, "supervisor", "id = 1") + `; INSERT INTO gate_fact (person_id, kind, valid_from, recorded_at, version) VALUES (1, 'suspension', abilita_now(), abilita_now(), (SELECT version FROM gate_version))`},
		"after the certificate":  {"shifts-fit", `UPDATE shift SET starts_at = starts_at + interval '2 years', ends_at = ends_at + interval '2 years' WHERE id = (SELECT max(id) FROM shift); ` + fmt.Sprintf(place, "volunteer", "id = (SELECT max(id) FROM person WHERE number IS NOT NULL)")},
		"a supervisor nobody knows of": {
			"shifts-supervised", `INSERT INTO gate_fact (line_id, kind, ref_id, valid_from, valid_until, recorded_at, version) SELECT line_id, 'supervisor_on', id, starts_at, ends_at, abilita_now(), (SELECT version FROM gate_version) FROM shift LIMIT 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.New(t)
			w.Certified("Adele", "Tornaghi")
			w.Certified("Emma", "Vigano")
			for range 2 {
				settle(t, w, shiftAt)
			}
			healthy(t, w)
			settle(t, w, tc.plant)
			if got := sick(t, w); !slices.Contains(got, tc.want) {
				t.Errorf("found %v, want %s", got, tc.want)
			}
		})
	}
}
