package app_test

import (
	"errors"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
)

func TestMoreTimeHoldsForWhatIsBegunAfterwards(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	v, other := w.Examinee("Giulia", "Ferrandi"), w.Examinee("Marco", "Bassi")
	allow := func(who people.Actor, was, to people.ExtraTime) error {
		return w.App.Exams.AllowTime(ctx, who, w.Cmd(), v.Number, was, to)
	}
	for _, who := range []people.Actor{w.Evaluator, v, other, {}} {
		if err := allow(who, 0, 25); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%q gives more time: %v", who.Name, err)
		}
	}
	self := v
	self.Grants = append(self.Grants, people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: w.Cohort})
	if err := allow(self, 0, 100); !errors.Is(err, app.ErrSelfDecision) {
		t.Errorf("given to oneself: %v", err)
	}
	var form fault.Form
	if err := allow(w.Trainer, 0, 30); !errors.As(err, &form) || form[0].Field != "extra_time" {
		t.Errorf("thirty per cent: %v", err)
	}
	if err := allow(w.Trainer, 0, 0); !errors.As(err, &form) {
		t.Errorf("nothing new: %v", err)
	}
	before := start(t, w, v)
	if err := allow(w.Trainer, 0, 25); err != nil {
		t.Fatal(err)
	}
	if err := allow(w.Coordinator, 0, 50); !errors.Is(err, app.ErrChanged) {
		t.Errorf("from a page that showed something else: %v", err)
	}
	sitting, err := w.App.Exams.Sit(ctx, v, before)
	if err != nil || sitting.Deadline.Sub(sitting.OpenedAt) != 20*time.Minute {
		t.Errorf("the quiz that was open lasts %v, %v", sitting.Deadline.Sub(sitting.OpenedAt), err)
	}
	if err := w.App.Exams.HandIn(ctx, v, w.Cmd(), before, app.Answered{}); err != nil {
		t.Fatal(err)
	}
	w.Advance(25 * time.Hour)
	for who, want := range map[string]time.Duration{"who has more": 25 * time.Minute, "who has not": 20 * time.Minute} {
		actor := map[string]people.Actor{"who has more": v, "who has not": other}[who]
		exam, err := w.App.Exams.Read(ctx, actor, "qz-finale")
		if err != nil || exam.Limit != 20*time.Minute || exam.Limit+exam.Extra != want {
			t.Errorf("%s is told %v and %v, %v", who, exam.Limit, exam.Extra, err)
		}
		sitting, err := w.App.Exams.Sit(ctx, actor, start(t, w, actor))
		if err != nil || sitting.Deadline.Sub(sitting.OpenedAt) != want {
			t.Errorf("%s has %v, %v", who, sitting.Deadline.Sub(sitting.OpenedAt), err)
		}
	}
	if err := allow(w.Coordinator, 25, 50); err != nil {
		t.Fatal(err)
	}
	var said []pg.JSON[map[string]int]
	if err := w.DB.Read().SelectContext(ctx, &said, `SELECT detail FROM audit_entry WHERE action = 'person.allow_time' AND subject_id = $1 ORDER BY id`, int64(v.ID)); err != nil {
		t.Fatal(err)
	}
	if len(said) != 2 || said[0].V["is"] != 25 || said[1].V["was"] != 25 || said[1].V["is"] != 50 {
		t.Errorf("the record says %v", said)
	}
}

// A silence that the script ends after twenty seconds takes half as long again.
func TestMoreTimeHoldsForSilence(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	turn := func() time.Duration {
		id, err := w.App.Practice.Start(t.Context(), v, w.Cmd(), fiftyEuro)
		if err != nil {
			t.Fatal(err)
		}
		call, err := w.App.Practice.Read(t.Context(), v, id)
		if err != nil {
			t.Fatal(err)
		}
		return call.Scene.Turn
	}
	usual := turn()
	if err := w.App.Exams.AllowTime(t.Context(), w.Trainer, w.Cmd(), v.Number, 0, 50); err != nil {
		t.Fatal(err)
	}
	if longer := turn(); usual == 0 || longer != usual*3/2 {
		t.Errorf("%v became %v", usual, longer)
	}
}

func TestMoreTimeIsWholeSteps(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		extra             people.ExtraTime
		limit, step, want time.Duration
	}{
		{0, 20 * time.Minute, time.Minute, 0},
		{25, 20 * time.Minute, time.Minute, 5 * time.Minute},
		{25, 10 * time.Minute, time.Minute, 3 * time.Minute},
		{50, 5 * time.Second, time.Second, 3 * time.Second},
		{100, 20 * time.Minute, time.Minute, 20 * time.Minute},
		{100, 0, time.Minute, 0},
	} {
		if got := tc.extra.Of(tc.limit, tc.step); got != tc.want {
			t.Errorf("%d%% of %v is %v, want %v", tc.extra, tc.limit, got, tc.want)
		}
	}
}

// used is a volunteer whose three attempts failed.
func used(t *testing.T, w *apptest.World) people.Actor {
	t.Helper()
	v := w.Examinee("Giulia", "Ferrandi")
	for range 3 {
		fail(t, w, v)
	}
	return v
}

// fail fails one attempt; the waits are over afterwards.
func fail(t *testing.T, w *apptest.World, v people.Actor) {
	t.Helper()
	if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), start(t, w, v), app.Answered{}); err != nil {
		t.Fatal(err)
	}
	w.Advance(73 * time.Hour)
}

func TestOneMoreAttemptWithAPlan(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	v := w.Examinee("Giulia", "Ferrandi")
	grant := func(who people.Actor, plan string) error {
		return w.App.Exams.Grant(ctx, who, w.Cmd(), v.Number, "qz-finale", plan)
	}
	fail(t, w, v)
	if err := grant(w.Trainer, "Ripassiamo."); !errors.Is(err, quiz.ErrAttemptsLeft) {
		t.Errorf("with two attempts left: %v", err)
	}
	fail(t, w, v)
	fail(t, w, v)
	if _, err := w.App.Exams.Start(ctx, v, w.Cmd(), "qz-finale"); !errors.Is(err, quiz.ErrNoAttemptsLeft) {
		t.Errorf("a fourth of three: %v", err)
	}
	for _, who := range []people.Actor{w.Coordinator, w.Admin, v, w.Volunteer("Marco", "Bassi"), {}} {
		if err := grant(who, "Ripassiamo."); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%q grants: %v", who.Name, err)
		}
	}
	self := v
	self.Grants = append(self.Grants, people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: w.Cohort})
	if err := grant(self, "Ripasso."); !errors.Is(err, app.ErrOwnWork) {
		t.Errorf("granted to oneself: %v", err)
	}
	var form fault.Form
	if err := grant(w.Trainer, "  "); !errors.As(err, &form) || form[0].Field != "plan" {
		t.Errorf("without a plan: %v", err)
	}
	if err := w.App.Exams.Grant(ctx, w.Trainer, w.Cmd(), v.Number, "qz-nessuna", "x"); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a quiz that is not there: %v", err)
	}
	spent := func(who people.Actor) int {
		f, err := w.App.Persons.Read(ctx, who, v.Number, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return len(f.Tracks[0].Spent)
	}
	if spent(w.Trainer) != 1 || spent(w.Evaluator) != 1 || spent(w.Coordinator) != 0 {
		t.Error("the page offers the grant to others than those who may")
	}
	if err := grant(w.Evaluator, " Rileggi il modulo con Davide, poi riprova. "); err != nil {
		t.Fatal(err)
	}
	if spent(w.Trainer) != 0 || letters(t, w, v, "quiz_granted") != 1 {
		t.Error("still on offer, or no letter")
	}
	exam, err := w.App.Exams.Read(ctx, v, "qz-finale")
	if err != nil || !exam.Startable() || exam.Opening.Left != 1 || len(exam.Grants) != 1 || exam.Grants[0].Plan != "Rileggi il modulo con Davide, poi riprova." || exam.Grants[0].By != "Nadia Brambati" {
		t.Errorf("the volunteer sees %+v, %+v, %v", exam.Opening, exam.Grants, err)
	}
	fail(t, w, v)
	if _, err := w.App.Exams.Start(ctx, v, w.Cmd(), "qz-finale"); !errors.Is(err, quiz.ErrNoAttemptsLeft) {
		t.Errorf("a fifth: %v", err)
	}
	if err := grant(w.Trainer, "Un'ultima volta."); err != nil {
		t.Errorf("a second grant once the first is used: %v", err)
	}
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor finds %v", bad)
	}
}

func TestAnAttemptIsGrantedOnceAtATime(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := used(t, w)
	grant := func(cmd *pg.Command) error {
		return w.App.Exams.Grant(t.Context(), w.Trainer, cmd, v.Number, "qz-finale", "Ripassiamo.")
	}
	key := w.Cmd().Key
	same := race(10, func() error {
		cmd := w.Cmd()
		cmd.Key = key
		return grant(cmd)
	})
	for _, err := range same {
		var again *pg.Replayed
		if err != nil && !errors.As(err, &again) {
			t.Errorf("the same key: %v", err)
		}
	}
	count(t, race(10, func() error { return grant(w.Cmd()) }), quiz.ErrAttemptsLeft, 0, 10)
	fail(t, w, v)
	count(t, race(10, func() error { return grant(w.Cmd()) }), quiz.ErrAttemptsLeft, 1, 9)
	var n int
	if err := w.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM quiz_grant`); err != nil || n != 2 || letters(t, w, v, "quiz_granted") != 2 {
		t.Errorf("%d grants, %v", n, err)
	}
}

// A quiz that has one form only would ask the same again.
func TestNoAttemptIsGrantedThatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, wholeExam())
	v := w.Examinee("Giulia", "Ferrandi")
	fail(t, w, v)
	if err := w.App.Exams.Grant(t.Context(), w.Trainer, w.Cmd(), v.Number, "qz-finale", "Ripassiamo."); !errors.Is(err, app.ErrOneForm) {
		t.Errorf("granted: %v", err)
	}
}
