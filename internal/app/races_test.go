package app_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/quiz"
)

// rounds is how often a race is run: what is first changes from one to the next.
const rounds = 6

// rivals lets every function go at once and returns their errors in order.
func rivals(funcs ...func() error) []error {
	errs := make([]error, len(funcs))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, f := range funcs {
		wg.Go(func() { <-begin; errs[i] = f() })
	}
	close(begin)
	wg.Wait()
	return errs
}

func is(err error, any ...error) bool {
	return slices.ContainsFunc(any, func(want error) bool { return errors.Is(err, want) })
}

func healthy(t *testing.T, w *apptest.World) {
	t.Helper()
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor found %v", bad)
	}
}

func TestARecordIsJoinedWhileItHandsInAQuiz(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	kept := w.Volunteer("Giulia", "Ferrandi")
	first := map[bool]int{}
	for range rounds {
		gone := w.Examinee("Giulia", "Ferrandi")
		id := start(t, w, gone)
		merge := app.Merging{Other: gone.Number, Reason: "Doppia."}
		errs := rivals(
			func() error { return w.App.Corrections.Merge(t.Context(), w.Coordinator, w.Cmd(), kept.Number, merge) },
			func() error { return w.App.Exams.HandIn(t.Context(), gone, w.Cmd(), id, app.Answered{}) },
		)
		if errs[0] != nil || errs[1] != nil && !is(errs[1], quiz.ErrAttemptClosed) {
			t.Fatalf("%v", errs)
		}
		want := "annulled"
		if errs[1] == nil {
			want = "failed"
		}
		first[errs[1] == nil]++
		if got := one[string](t, w, `SELECT state FROM quiz_attempt WHERE id = $1`, id); got != want {
			t.Errorf("handing in gave %v and the attempt is %s", errs[1], got)
		}
		if n := one[int](t, w, `SELECT count(*) FROM enrolment WHERE person_id = $1 AND state <> 'withdrawn'`, int64(gone.ID)); n != 0 {
			t.Error("the closed record is still enrolled")
		}
	}
	t.Logf("handed in first: %d of %d", first[true], rounds)
	healthy(t, w)
}

func TestARecordIsJoinedWhileItBooksASeat(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	kept := w.Volunteer("Giulia", "Ferrandi")
	seat, _ := evenings(t, w)
	for range rounds {
		gone := w.Volunteer("Giulia", "Ferrandi")
		merge := app.Merging{Other: gone.Number, Reason: "Doppia."}
		errs := rivals(
			func() error { return w.App.Corrections.Merge(t.Context(), w.Coordinator, w.Cmd(), kept.Number, merge) },
			func() error { return w.App.Sessions.Book(t.Context(), gone, w.Cmd(), seat) },
		)
		if errs[0] != nil || errs[1] != nil && !is(errs[1], app.ErrChanged) {
			t.Fatalf("%v", errs)
		}
		if n := one[int](t, w, `SELECT count(*) FROM booking WHERE state <> 'cancelled'`); n != 0 {
			t.Errorf("booking gave %v and the closed record holds a seat", errs[1])
		}
	}
	healthy(t, w)
}

func TestSomebodyIsSuspendedWhileTheirCertificateIsSigned(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	for range rounds {
		v := w.Ready("Adele", "Tornaghi")
		paper := w.Proposal(v)
		errs := rivals(
			func() error { return w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), paper) },
			func() error {
				return w.App.Corrections.Suspend(t.Context(), w.Second, w.Cmd(), v.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"})
			},
		)
		if errs[0] != nil || errs[1] != nil {
			t.Fatalf("%v", errs)
		}
		if got := ask(t, w, v, "phone"); len(got) == 0 || got[0] != gate.AgentSuspended || slices.Contains(got, gate.CertificateMissing) {
			t.Errorf("signed and suspended: %v", got)
		}
	}
	healthy(t, w)
}

func TestTwoSuspendOnePersonAtOnce(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	for range rounds {
		v := w.Volunteer("Dario", "Penna")
		suspend := func(who people.Actor, reason string) func() error {
			return func() error {
				return w.App.Corrections.Suspend(t.Context(), who, w.Cmd(), v.Number, app.Suspending{Reason: reason, Words: "x", AppealBy: "2027-03-01"})
			}
		}
		errs := rivals(suspend(w.Coordinator, "conduct"), suspend(w.Second, "quality"))
		if (errs[0] == nil) == (errs[1] == nil) || !is(errors.Join(errs...), app.ErrSuspended) {
			t.Fatalf("%v", errs)
		}
		reason := map[bool]string{true: "conduct", false: "quality"}[errs[0] == nil]
		const look = `SELECT string_agg(e.reason || ' ' || coalesce(f.ref_id = e.id, false) || ' ' || (SELECT count(*) FROM letter l WHERE l.person_id = e.person_id AND l.kind = 'person_suspended'), '; ')
			FROM person_event e LEFT JOIN gate_fact f ON f.person_id = e.person_id AND f.kind = 'suspension' AND f.closed_at IS NULL WHERE e.person_id = $1`
		if got := one[string](t, w, look, int64(v.ID)); got != reason+" true 1" {
			t.Errorf("after two suspensions: %s, want that for %s alone", got, reason)
		}
	}
	healthy(t, w)
}

func TestTwoMergesCross(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	for range rounds {
		a, b := w.Volunteer("Bruna", "Secchi"), w.Volunteer("Bruna", "Secchi")
		merge := func(who people.Actor, kept, gone people.Actor) func() error {
			return func() error {
				return w.App.Corrections.Merge(t.Context(), who, w.Cmd(), kept.Number, app.Merging{Other: gone.Number, Reason: "Doppia."})
			}
		}
		errs := rivals(merge(w.Coordinator, a, b), merge(w.Second, b, a))
		late := errors.Join(errs...)
		if (errs[0] == nil) == (errs[1] == nil) || !is(late, app.ErrChanged, people.ErrHidden) && !formFault(late, "other", app.ErrMergeUnknown) {
			t.Fatalf("%v", errs)
		}
		gone := map[bool]people.ID{true: b.ID, false: a.ID}[errs[0] == nil]
		if got := one[int64](t, w, `SELECT id FROM person WHERE id = any(ARRAY[$1, $2]::bigint[]) AND merged_into IS NOT NULL`, int64(a.ID), int64(b.ID)); got != int64(gone) {
			t.Errorf("record %d was closed, want %d", got, gone)
		}
	}
	healthy(t, w)
}

func TestARecordIsSuspendedWhileItIsJoined(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	kept := w.Volunteer("Giulia", "Ferrandi")
	for range rounds {
		gone := w.Volunteer("Giulia", "Ferrandi")
		errs := rivals(
			func() error {
				return w.App.Corrections.Merge(t.Context(), w.Coordinator, w.Cmd(), kept.Number, app.Merging{Other: gone.Number, Reason: "Doppia."})
			},
			func() error {
				return w.App.Corrections.Suspend(t.Context(), w.Second, w.Cmd(), gone.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"})
			},
			func() error { return w.App.Study.SetPause(t.Context(), gone, w.Cmd(), true) },
		)
		switch {
		case errs[0] == nil && is(errs[1], app.ErrChanged, people.ErrHidden):
		case errs[1] == nil && formFault(errs[0], "other", app.ErrMergeSuspended):
		default:
			t.Fatalf("%v", errs)
		}
	}
	healthy(t, w)
}
