package app_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

// kinds lists the kinds of letters to a person, the oldest first.
func kinds(t *testing.T, w *apptest.World, who people.ID) []string {
	t.Helper()
	var list []string
	if err := w.DB.Read().SelectContext(t.Context(), &list, `SELECT kind FROM letter WHERE person_id = $1 ORDER BY id`, int64(who)); err != nil {
		t.Fatal(err)
	}
	return list
}

func one[T any](t *testing.T, w *apptest.World, query string, args ...any) T {
	t.Helper()
	var v T
	if err := w.DB.Read().GetContext(t.Context(), &v, query, args...); err != nil {
		t.Fatal(err)
	}
	return v
}

func formFault(err error, field string, want *fault.Error) bool {
	var form fault.Form
	if !errors.As(err, &form) {
		return false
	}
	return slices.ContainsFunc(form, func(e *fault.Error) bool { return e.Field == field && e.Key == want.Key })
}

func TestANewAddressIsToldAtTheOldOneAndWakesWhatFailed(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferandi")
	x := w.App.Corrections
	in := app.Details{GivenName: "Giulia", FamilyName: "Ferrandi", Email: "giulia.nuova@example.org", Reason: "Refuso al telefono.", Version: 1}
	if err := x.Details(t.Context(), w.Trainer, w.Cmd(), v.Number, in); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a trainer corrected: %v", err)
	}
	old := in
	old.Version = 7
	if err := x.Details(t.Context(), w.Coordinator, w.Cmd(), v.Number, old); !errors.Is(err, app.ErrChanged) {
		t.Errorf("an old version: %v", err)
	}
	taken := in
	taken.Email = "nadia@example.org"
	if err := x.Details(t.Context(), w.Coordinator, w.Cmd(), v.Number, taken); !formFault(err, "email", fault.New(fault.Conflict, "people.email_taken")) {
		t.Errorf("an address that somebody has: %v", err)
	}
	if err := x.Details(t.Context(), w.Coordinator, w.Cmd(), v.Number, in); err != nil {
		t.Fatal(err)
	}
	in.Version = 2
	if err := x.Details(t.Context(), w.Coordinator, w.Cmd(), v.Number, in); !errors.Is(err, app.ErrNothingNew) {
		t.Errorf("nothing new: %v", err)
	}
	got := kinds(t, w, v.ID)
	if !slices.Equal(got[len(got)-2:], []string{"address_moved", "identity_corrected"}) {
		t.Errorf("letters %v", got)
	}
	list, err := w.App.Letters.List(t.Context(), w.Coordinator, []app.LetterState{app.LetterQueued}, 0)
	if err != nil {
		t.Fatal(err)
	}
	where := map[string]string{}
	for _, l := range list.Rows {
		where[l.Kind] = l.Email
	}
	if where["address_moved"] != "volontario1@example.org" || where["identity_corrected"] != "giulia.nuova@example.org" {
		t.Errorf("letters go to %v", where)
	}
}

func TestACoordinatorCannotTakeOverTheRecordOfStaff(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	_, err := w.App.Setup.Invite(t.Context(), w.Admin, w.Cmd(), app.Invitation{
		GivenName: "Giulia", FamilyName: "Ferrandi", Email: "volontario1@example.org", Grants: []people.Grant{{Role: people.Auditor, Scope: people.All}},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := app.Details{GivenName: "Giulia", FamilyName: "Ferrandi", Email: "mia@example.org", Reason: "x", Version: 1}
	if err := w.App.Corrections.Details(t.Context(), w.Coordinator, w.Cmd(), v.Number, in); !errors.Is(err, app.ErrStaffRecord) {
		t.Errorf("a coordinator of a line: %v", err)
	}
	if err := w.App.Corrections.Details(t.Context(), w.Admin, w.Cmd(), v.Number, in); err != nil {
		t.Errorf("the administrator, who coordinates everything: %v", err)
	}
}

func TestADoubleRecordIsClosedAndItsOpenApplicationMoves(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	kept := w.Volunteer("Giulia", "Ferrandi")
	x := w.App.Corrections
	other := w.Volunteer("Giulia", "Ferrandi")
	for _, c := range []struct {
		other string
		want  *fault.Error
	}{{kept.Number, app.ErrSelfMerge}, {"v9999", app.ErrMergeUnknown}, {"ada@example.org", app.ErrMergeUnknown}} {
		err := x.Merge(t.Context(), w.Coordinator, w.Cmd(), kept.Number, app.Merging{Other: c.other, Reason: "Doppia."})
		if !formFault(err, "other", c.want) {
			t.Errorf("%s: %v", c.other, err)
		}
	}
	if err := x.Suspend(t.Context(), w.Coordinator, w.Cmd(), other.Number, app.Suspending{Reason: "quality", Words: "x", AppealBy: "2027-01-10"}); err != nil {
		t.Fatal(err)
	}
	merge := func() error {
		return x.Merge(t.Context(), w.Coordinator, w.Cmd(), kept.Number, app.Merging{Other: "volontario2@example.org", Reason: "Doppia."})
	}
	if err := merge(); !formFault(err, "other", app.ErrMergeSuspended) {
		t.Errorf("a suspension was lost: %v", err)
	}
	if err := x.Restore(t.Context(), w.Coordinator, w.Cmd(), other.Number, "Chiarito."); err != nil {
		t.Fatal(err)
	}
	if err := merge(); err != nil {
		t.Fatal(err)
	}
	if err := merge(); !formFault(err, "other", app.ErrMergeUnknown) {
		t.Errorf("merged twice: %v", err)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM credential WHERE person_id = $1`:                                       0,
		`SELECT count(*) FROM web_session WHERE person_id = $1`:                                      0,
		`SELECT count(*) FROM role_grant WHERE person_id = $1 AND ended_at IS NULL`:                  0,
		`SELECT count(*) FROM gate_fact WHERE person_id = $1 AND closed_at IS NULL`:                  0,
		`SELECT count(*) FROM letter WHERE person_id = $1 AND state = 'queued'`:                      0,
		`SELECT count(*) FROM enrolment WHERE person_id = $1 AND state <> 'withdrawn'`:               0,
		`SELECT count(*) FROM register_entry WHERE person_id = $1 AND left_on IS NULL`:               0,
		`SELECT count(*) FROM application WHERE person_id = $1 AND state NOT IN ('withdrawn')`:       0,
		`SELECT count(*) FROM person WHERE id = $1 AND merged_into IS NOT NULL`:                      1,
		`SELECT count(*) FROM person_event WHERE person_id = $1 AND kind = 'merged' AND words <> ''`: 1,
	} {
		if got := one[int](t, w, query, int64(other.ID)); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if got := kinds(t, w, kept.ID); got[len(got)-1] != "merged" {
		t.Errorf("letters %v", got)
	}
	if got := ask(t, w, other, "phone"); !slices.Contains(got, gate.NotInRegister) {
		t.Errorf("the closed record: %v", got)
	}
	// A third record of hers that only applied: its application moves over, since
	// she has none for that line once hers was refused.
	third := w.Apply("Giulia", "Ferrandi")
	fourth := w.Volunteer("Anna", "Bruni")
	if err := w.App.Admissions.UndoAdmission(t.Context(), w.Coordinator, w.Cmd(), one[int64](t, w, `SELECT id FROM application WHERE person_id = $1`, int64(fourth.ID)), "sbaglio"); err != nil {
		t.Fatal(err)
	}
	undone := one[int](t, w, `SELECT version FROM application WHERE person_id = $1`, int64(fourth.ID))
	if err := w.App.Admissions.Decide(t.Context(), w.Coordinator, w.Cmd(), one[int64](t, w, `SELECT id FROM application WHERE person_id = $1`, int64(fourth.ID)), app.Outcome{To: people.Refused, Motive: "other", Version: undone}); err != nil {
		t.Fatal(err)
	}
	if err := x.Merge(t.Context(), w.Coordinator, w.Cmd(), fourth.Number, app.Merging{Other: "volontario3@example.org", Reason: "Doppia."}); err != nil {
		t.Fatal(err)
	}
	if got := one[int64](t, w, `SELECT person_id FROM application WHERE id = $1 AND state = 'submitted'`, third); got != int64(fourth.ID) {
		t.Errorf("the open application stayed with %d", got)
	}
}

func TestLeavingEndsCoverAtTheEndOfTheDayWithoutAnyJob(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	w.Advance(48 * time.Hour) // Wednesday 9 December, 09:00 in Rome
	x := w.App.Corrections
	if err := x.Leave(t.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-08", Reason: "Si trasferisce."}); !formFault(err, "day", app.ErrBackdated) {
		t.Errorf("back-dated: %v", err)
	}
	if err := x.Leave(t.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-11", Reason: "Si trasferisce."}); err != nil {
		t.Fatal(err)
	}
	if err := x.Leave(t.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-11", Reason: "Ancora."}); !errors.Is(err, app.ErrNotInRegister) {
		t.Errorf("left twice: %v", err)
	}
	for at, out := range map[time.Time]bool{
		time.Date(2026, 12, 9, 8, 0, 0, 0, time.UTC):     false,
		time.Date(2026, 12, 11, 22, 59, 59, 0, time.UTC): false,
		time.Date(2026, 12, 11, 23, 0, 0, 0, time.UTC):   true,
	} {
		w.Set(at)
		if got := ask(t, w, v, "phone"); slices.Contains(got, gate.NotInRegister) != out || slices.Contains(got, gate.InsuranceNotStarted) {
			t.Errorf("at %s: %v", at, got)
		}
	}
	if got := kinds(t, w, v.ID); got[len(got)-1] != "left_register" {
		t.Errorf("letters %v", got)
	}
}

func TestLeavingOnTheDayOfEntryNeverCovers(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	if err := w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-07", Reason: "Ha cambiato idea."}); err != nil {
		t.Fatal(err)
	}
	w.Advance(72 * time.Hour)
	if got := ask(t, w, v, "phone"); !slices.Contains(got, gate.NotInRegister) {
		t.Errorf("covered without a day of cover: %v", got)
	}
}

func TestASuspensionStopsEveryLineAndIsTold(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	x := w.App.Corrections
	good := app.Suspending{Reason: "conduct", Words: "Numero privato dato a chi chiamava.", AppealBy: "2027-01-06"}
	for field, bad := range map[string]app.Suspending{
		"motive": {Reason: "mood", Words: "x", AppealBy: "2027-01-06"}, "words": {Reason: "conduct", AppealBy: "2027-01-06"}, "appeal_by": {Reason: "conduct", Words: "x", AppealBy: "2026-12-06"},
	} {
		err := x.Suspend(t.Context(), w.Coordinator, w.Cmd(), v.Number, bad)
		var form fault.Form
		if !errors.As(err, &form) || len(form) != 1 || form[0].Field != field {
			t.Errorf("bad %s: %v", field, err)
		}
	}
	for _, who := range []people.Actor{v, w.Trainer, w.Evaluator, {}} {
		if err := x.Suspend(t.Context(), who, w.Cmd(), v.Number, good); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s suspended: %v", who.Name, err)
		}
	}
	if err := x.Suspend(t.Context(), w.Coordinator, w.Cmd(), v.Number, good); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, w, v, "chat"); got[0] != gate.AgentSuspended {
		t.Errorf("after the suspension: %v", got)
	}
	if err := x.Suspend(t.Context(), w.Second, w.Cmd(), v.Number, good); !errors.Is(err, app.ErrSuspended) {
		t.Errorf("suspended twice: %v", err)
	}
	f, err := x.Read(t.Context(), w.Second, v.Number)
	if err != nil || f.Suspended == nil || f.Suspended.Name != "Teresa Mancuso" || f.Suspended.Reason != "conduct" {
		t.Fatalf("%+v %v", f.Suspended, err)
	}
	if err := x.Restore(t.Context(), w.Second, w.Cmd(), v.Number, "Chiarito."); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, w, v, "chat"); slices.Contains(got, gate.AgentSuspended) {
		t.Errorf("after its end: %v", got)
	}
	if err := x.Restore(t.Context(), w.Second, w.Cmd(), v.Number, "Ancora."); !errors.Is(err, app.ErrNotSuspended) {
		t.Errorf("restored twice: %v", err)
	}
	got := kinds(t, w, v.ID)
	if !slices.Equal(got[len(got)-2:], []string{"person_suspended", "person_restored"}) {
		t.Errorf("letters %v", got)
	}
}
