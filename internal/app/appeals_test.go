package app_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

// stop suspends or revokes somebody's certificate, with an appeal until 20 December.
func stop(t *testing.T, w *apptest.World, v people.Actor, do string) int64 {
	t.Helper()
	paper := w.Proposal(v)
	if _, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), paper, app.Stop{Do: do, Reason: "privacy", Words: "x", AppealBy: "2026-12-20"}); err != nil {
		t.Fatal(err)
	}
	return paper
}

func mayAnswer(t *testing.T, w *apptest.World, v people.Actor) bool {
	t.Helper()
	a, err := w.App.Gate.Ask(t.Context(), v, app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number})
	if err != nil {
		t.Fatal(err)
	}
	return a.Decision.Granted()
}

// refusedFor tells whether a form was refused for what a fault says.
func refusedFor(err error, why *fault.Error) bool {
	form, ok := errors.AsType[fault.Form](err)
	return ok && len(form) == 1 && form[0].Key == why.Key
}

func lastAppeal(t *testing.T, w *apptest.World) int64 {
	t.Helper()
	return one[int64](t, w, `SELECT max(id) FROM appeal`)
}

func TestAnAppealIsDecidedBySomebodyElse(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, a := t.Context(), w.App.Appeals
	v, luca := w.Certified("Giulia", "Ferrandi"), w.Certified("Luca", "Bonfanti")
	if err := a.Ask(ctx, v, w.Cmd(), w.Proposal(v), "Perché?"); !errors.Is(err, app.ErrNoStop) {
		t.Errorf("nothing to appeal: %v", err)
	}
	paper := stop(t, w, v, "suspend")
	if err := a.Ask(ctx, luca, w.Cmd(), paper, "Perché?"); !errors.Is(err, people.ErrHidden) {
		t.Errorf("for somebody else: %v", err)
	}
	if err := a.Ask(ctx, v, w.Cmd(), 0, "Perché?"); !errors.Is(err, app.ErrNoStop) {
		t.Errorf("the person as a whole is not suspended: %v", err)
	}
	if err := a.Ask(ctx, v, w.Cmd(), paper, " "); !refusedFor(err, app.ErrRequired) {
		t.Errorf("without words: %v", err)
	}
	if err := a.Ask(ctx, v, w.Cmd(), paper, "Non ero di turno."); err != nil {
		t.Fatal(err)
	}
	if err := a.Ask(ctx, v, w.Cmd(), paper, "Ancora."); !errors.Is(err, app.ErrAppealed) {
		t.Errorf("a second time: %v", err)
	}
	id := lastAppeal(t, w)
	if err := a.Decide(ctx, w.Coordinator, w.Cmd(), id, "lifted", "x"); !errors.Is(err, app.ErrAppealDecider) {
		t.Errorf("by who took the decision: %v", err)
	}
	if err := a.Decide(ctx, w.Trainer, w.Cmd(), id, "lifted", "x"); !errors.Is(err, people.ErrHidden) {
		t.Errorf("by a trainer: %v", err)
	}
	if err := a.Decide(ctx, w.Second, w.Cmd(), id, "wrong", "x"); !refusedFor(err, app.ErrChoice) {
		t.Errorf("an outcome of revocations: %v", err)
	}
	if err := a.Decide(ctx, w.Second, w.Cmd(), id, "lifted", ""); !refusedFor(err, app.ErrRequired) {
		t.Errorf("without a reason: %v", err)
	}
	if mayAnswer(t, w, v) {
		t.Error("answers while the appeal is open")
	}
	if err := a.Decide(ctx, w.Second, w.Cmd(), id, "lifted", "Il turno era di un’altra."); err != nil {
		t.Fatal(err)
	}
	if !mayAnswer(t, w, v) {
		t.Error("the suspension was lifted and the gate says no")
	}
	if err := a.Decide(ctx, w.Admin, w.Cmd(), id, "upheld", "x"); !errors.Is(err, app.ErrAppealOver) {
		t.Errorf("a second decision: %v", err)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM certificate_event WHERE kind = 'appealed' AND words = ''`:                                      1,
		`SELECT count(*) FROM certificate_event WHERE kind = 'lifted' AND words <> ''`:                                       1,
		`SELECT count(*) FROM certificate_event WHERE kind = 'restored'`:                                                     1,
		`SELECT count(*) FROM letter WHERE kind = 'appeal_received'`:                                                         1,
		`SELECT count(*) FROM letter WHERE kind = 'appeal_asked'`:                                                            2, // the other coordinator, the administrator
		`SELECT count(*) FROM letter WHERE kind = 'appeal_lifted' AND vals ->> 'Words' LIKE 'Il turno%'`:                     1,
		`SELECT count(*) FROM audit_entry WHERE action IN ('appeal.ask', 'appeal.decide')`:                                   2,
		`SELECT count(*) FROM gate_fact WHERE kind = 'certificate_suspension' AND closed_at IS NULL`:                         0,
		`SELECT count(*) FROM appeal WHERE outcome = 'lifted' AND decided_by IS NOT NULL AND until = '2026-12-20T23:00:00Z'`: 1,
	} {
		if n := one[int](t, w, query); n != want {
			t.Errorf("%d and not %d: %s", n, want, query)
		}
	}
	healthy(t, w)
}

func TestAnAppealEndsWithItsDay(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	first, second := w.Certified("Giulia", "Ferrandi"), w.Certified("Luca", "Bonfanti")
	paper, other := stop(t, w, first, "suspend"), stop(t, w, second, "revoke")
	w.Set(time.Date(2026, 12, 20, 22, 59, 59, 0, time.UTC)) // a second before 24:00 in Rome
	if err := w.App.Appeals.Ask(t.Context(), first, w.Cmd(), paper, "In tempo."); err != nil {
		t.Error(err)
	}
	w.Set(time.Date(2026, 12, 20, 23, 0, 0, 0, time.UTC))
	if err := w.App.Appeals.Ask(t.Context(), second, w.Cmd(), other, "Tardi."); !errors.Is(err, app.ErrAppealLate) {
		t.Errorf("at 24:00: %v", err)
	}
	w.Set(time.Date(2027, 1, 3, 22, 59, 58, 0, time.UTC))
	if bad := sick(t, w); slices.Contains(bad, "appeals-decided") {
		t.Errorf("the doctor found %v too early", bad)
	}
	w.Set(time.Date(2027, 1, 3, 23, 0, 0, 0, time.UTC)) // asked 14 days ago, the time is over
	if bad := sick(t, w); !slices.Contains(bad, "appeals-decided") {
		t.Errorf("the doctor found %v", bad)
	}
}

func TestARevocationStaysAndWhatEndsOtherwiseIsNotDecided(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, a := t.Context(), w.App.Appeals
	v := w.Certified("Giulia", "Ferrandi")
	paper := stop(t, w, v, "suspend")
	if err := a.Ask(ctx, v, w.Cmd(), paper, "Non ero di turno."); err != nil {
		t.Fatal(err)
	}
	moot := lastAppeal(t, w)
	stop(t, w, v, "revoke") // the suspension is over: so is its appeal
	if err := a.Decide(ctx, w.Second, w.Cmd(), moot, "lifted", "x"); !errors.Is(err, app.ErrAppealOver) {
		t.Errorf("after the suspension: %v", err)
	}
	if err := a.Ask(ctx, v, w.Cmd(), paper, "Non ero di turno, nemmeno allora."); err != nil {
		t.Fatal(err)
	}
	if err := a.Decide(ctx, w.Second, w.Cmd(), lastAppeal(t, w), "lifted", "x"); !refusedFor(err, app.ErrChoice) {
		t.Errorf("a revocation was lifted: %v", err)
	}
	dora := w.Staff("Dora", "Prova", people.Grant{Role: people.Administrator, Scope: people.All})
	if err := a.Decide(ctx, dora, w.Cmd(), lastAppeal(t, w), "wrong", "Aveva ragione."); err != nil {
		t.Fatal(err)
	}
	if mayAnswer(t, w, v) {
		t.Error("a revoked certificate is valid again")
	}
	if n := one[int](t, w, `SELECT count(*) FROM audit_entry WHERE action = 'appeal.decide' AND acting_as = 'administrator'`); n != 1 {
		t.Errorf("%d decisions of an administrator on record", n)
	}
	next, err := w.App.Organising.AddCohort(ctx, w.Coordinator, w.Cmd(), app.NewCohort{Line: w.Line, Name: "Marzo 2027", StartsOn: "2027-03-01", EndsOn: "2027-06-01", Seats: 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Admissions.EnrolAgain(ctx, w.Coordinator, w.Cmd(), v.Number, next); err != nil {
		t.Errorf("enrol again: %v", err)
	}
	healthy(t, w)
}

func TestTheSuspensionOfAPersonIsAppealed(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, a := t.Context(), w.App.Appeals
	v := w.Certified("Giulia", "Ferrandi")
	suspend := func() {
		t.Helper()
		if err := w.App.Corrections.Suspend(ctx, w.Coordinator, w.Cmd(), v.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2026-12-20"}); err != nil {
			t.Fatal(err)
		}
		if err := a.Ask(ctx, v, w.Cmd(), 0, "Non è andata così."); err != nil {
			t.Fatal(err)
		}
	}
	suspend()
	if err := w.App.Corrections.Restore(ctx, w.Coordinator, w.Cmd(), v.Number, "Chiarito."); err != nil {
		t.Fatal(err)
	}
	if got := one[string](t, w, `SELECT outcome FROM appeal`); got != "moot" {
		t.Errorf("the suspension ended and the appeal is %s", got)
	}
	suspend()
	if err := a.Decide(ctx, w.Second, w.Cmd(), lastAppeal(t, w), "upheld", "Tre persone lo dicono."); err != nil {
		t.Fatal(err)
	}
	if mayAnswer(t, w, v) {
		t.Error("upheld and may answer")
	}
	if err := a.Ask(ctx, v, w.Cmd(), 0, "Di nuovo."); !errors.Is(err, app.ErrAppealed) {
		t.Errorf("again about the same decision: %v", err)
	}
	if err := w.App.Corrections.Restore(ctx, w.Coordinator, w.Cmd(), v.Number, "Passato un mese."); err != nil {
		t.Fatal(err)
	}
	suspend()
	if err := a.Decide(ctx, w.Second, w.Cmd(), lastAppeal(t, w), "lifted", "Non basta."); err != nil {
		t.Fatal(err)
	}
	if !mayAnswer(t, w, v) {
		t.Error("lifted and may not answer")
	}
	f, err := w.App.Persons.Read(ctx, w.Coordinator, v.Number, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var kinds string
	for _, e := range f.Events {
		kinds += e.Kind + " "
	}
	if kinds != "suspended appealed restored suspended appealed upheld restored suspended appealed lifted restored " {
		t.Errorf("the time line says %s", kinds)
	}
	healthy(t, w)
}

func TestTwoDecideAnAppealAtOnce(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Certified("Giulia", "Ferrandi")
	first := map[string]int{}
	for range rounds {
		paper := stop(t, w, v, "suspend")
		if err := w.App.Appeals.Ask(t.Context(), v, w.Cmd(), paper, "Non ero di turno."); err != nil {
			t.Fatal(err)
		}
		id := lastAppeal(t, w)
		errs := rivals(
			func() error { return w.App.Appeals.Decide(t.Context(), w.Second, w.Cmd(), id, "lifted", "Sì.") },
			func() error { return w.App.Appeals.Decide(t.Context(), w.Admin, w.Cmd(), id, "upheld", "No.") },
		)
		want := "lifted"
		if errs[0] != nil {
			want = "upheld"
			errs[0], errs[1] = errs[1], errs[0]
		}
		if errs[0] != nil || !errors.Is(errs[1], app.ErrAppealOver) {
			t.Fatalf("%v", errs)
		}
		first[want]++
		if got := one[string](t, w, `SELECT outcome FROM appeal WHERE id = $1`, id); got != want || mayAnswer(t, w, v) != (want == "lifted") {
			t.Errorf("%s won and the record says %s", want, got)
		}
		if want == "upheld" {
			if _, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), paper, app.Stop{Do: "restore", Words: "x"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("won: %v", first)
	healthy(t, w)
}
