package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/quiz"
)

// evenings puts two evenings of an hour with two seats into the cohort, one
// before and one after the fifth of January, and returns their ids.
func evenings(t *testing.T, w *apptest.World) (int64, int64) {
	t.Helper()
	settle(t, w, `INSERT INTO session_series (cohort_id, kind, title, weekdays, starts, minutes, first_on, count, capacity) VALUES ($1, 'evening', 'Serata', '{1}', '20:30', 60, '2027-01-04', 2, 2)`, w.Cohort)
	settle(t, w, `INSERT INTO session (series_id, cohort_id, local_date, kind, title, starts_at, ends_at, capacity)
		SELECT s.id, s.cohort_id, d, 'evening', 'Serata', d + time '19:30', d + time '20:30', 2 FROM session_series s, unnest('{2027-01-04,2027-01-11}'::date[]) d`)
	return one[int64](t, w, `SELECT min(id) FROM session`), one[int64](t, w, `SELECT max(id) FROM session`)
}

func TestLeavingEndsWhatWasGoingOn(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Examinee("Giulia", "Ferrandi")
	other := w.Volunteer("Anna", "Bruni")
	ready := w.Ready("Rita", "Salvi")
	first, second := evenings(t, w)
	for _, s := range []int64{first, second} {
		if err := w.App.Sessions.Book(t.Context(), v, w.Cmd(), s); err != nil {
			t.Fatal(err)
		}
		if err := w.App.Sessions.Book(t.Context(), other, w.Cmd(), s); err != nil {
			t.Fatal(err)
		}
	}
	open := start(t, w, v)
	call, err := w.App.Practice.Start(t.Context(), v, w.Cmd(), "rp-cinquanta-euro")
	if err != nil {
		t.Fatal(err)
	}
	w.Set(time.Date(2027, 1, 4, 19, 40, 0, 0, time.UTC)) // the first evening goes on
	for _, who := range []people.Actor{v, ready} {
		if err := w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), who.Number, app.Leaving{Day: "2027-01-06", Reason: "Si trasferisce."}); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		`SELECT state || ' ' || ended_at FROM enrolment WHERE person_id = $1`:                                       "withdrawn 2027-01-06 23:00:00+00",
		`SELECT string_agg(state, ' ' ORDER BY session_id) FROM booking WHERE person_id = $1`:                       "booked cancelled",
		`SELECT state || ' ' || reason || ' ' || annulled_by FROM quiz_attempt WHERE person_id = $1`:                "annulled Si trasferisce. 2",
		`SELECT state FROM roleplay_run WHERE person_id = $1`:                                                       "left",
		`SELECT string_agg(kind, ' ' ORDER BY id) FROM letter WHERE person_id = $1 AND queued_at >= '2027-01-04'`:   "session_freed left_register",
		`SELECT substring(attachment from 'METHOD:[A-Z]+') FROM letter WHERE person_id = $1 AND kind LIKE '%freed'`: "METHOD:CANCEL",
	} {
		if got := one[string](t, w, query, int64(v.ID)); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if n := one[int](t, w, `SELECT count(*) FROM certificate WHERE person_id = $1`, int64(ready.ID)); n != 0 {
		t.Error("the proposal of somebody who left still waits for a signature")
	}
	if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), open, app.Answered{}); !errors.Is(err, quiz.ErrAttemptClosed) {
		t.Errorf("handed in after leaving: %v", err)
	}
	if err := w.App.Practice.Silence(t.Context(), v, w.Cmd(), call, 0); err == nil {
		t.Error("a practice call goes on")
	}
	if err := w.App.Sessions.Book(t.Context(), v, w.Cmd(), second); !errors.Is(err, people.ErrHidden) {
		t.Errorf("booked after leaving: %v", err)
	}
	third := w.Volunteer("Carla", "Resta")
	if err := w.App.Sessions.Book(t.Context(), third, w.Cmd(), second); err != nil {
		t.Errorf("the seat is not free: %v", err)
	}
	// Who was there before leaving still counts, and the register can be closed.
	w.Advance(time.Hour)
	err = w.App.Sessions.CloseRegister(t.Context(), w.Trainer, w.Cmd(), first, map[people.ID]string{v.ID: "present", other.ID: "absent"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	settle(t, w, `UPDATE letter SET state = 'handed', sent_at = abilita_now()`)
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor found %v", bad)
	}
}

func TestWhoLeavesAnswersUntilTheDayEndsAndIsSeenUntilThen(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Certified("Adele", "Tornaghi") // Tuesday 8 December
	if err := w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-10", Reason: "Si trasferisce."}); err != nil {
		t.Fatal(err)
	}
	for at, may := range map[time.Time]bool{time.Date(2026, 12, 10, 22, 59, 59, 0, time.UTC): true, time.Date(2026, 12, 10, 23, 0, 0, 0, time.UTC): false} {
		w.Set(at)
		if got := len(ask(t, w, v, "phone")) == 0; got != may {
			t.Errorf("at %s may answer: %v", at, got)
		}
		p, err := w.App.Board.LinePage(t.Context(), w.Coordinator, "donazioni")
		if err != nil || (p.All == 1) != may || (p.Board.Tally.All == 1) != may {
			t.Errorf("at %s the line shows %d who may answer and %d people, %v", at, p.All, p.Board.Tally.All, err)
		}
	}
	f, err := w.App.Persons.Read(t.Context(), w.Coordinator, v.Number, time.Time{})
	if err != nil || len(f.Tracks) != 1 || len(f.Tracks[0].Papers) != 1 || !slices.ContainsFunc(f.Events, func(e app.PersonEvent) bool { return e.Kind == "left" && e.Name == "Teresa Mancuso" }) {
		t.Errorf("what was done is no longer read: %d tracks, %v, %v", len(f.Tracks), f.Events, err)
	}
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor found %v", bad)
	}
}

func TestAnAdmissionTakenBackFreesTheSeatsOfItsCohort(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v, application := w.Admitted("Giulia", "Ferrandi")
	first, _ := evenings(t, w)
	if err := w.App.Sessions.Book(t.Context(), v, w.Cmd(), first); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Admissions.UndoAdmission(t.Context(), w.Coordinator, w.Cmd(), application, "Sbaglio."); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM booking WHERE state <> 'cancelled'`); n != 0 {
		t.Error("the seat is still taken")
	}
	if got := strings.Join(kinds(t, w, v.ID), " "); !strings.HasSuffix(got, "session_freed admission_undone") {
		t.Errorf("letters %s", got)
	}
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor found %v", bad)
	}
}
