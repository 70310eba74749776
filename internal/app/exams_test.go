package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
)

// wholeExam is the example pack with an exam that asks every question of the
// bank, so that its paper is known.
func wholeExam() fstest.MapFS {
	pack := apptest.Pack()
	bank := string(pack["esempio/it/quiz/banca.md"].Data)
	_, items, _ := strings.Cut(bank, "\n\n")
	pack["esempio/it/quiz/finale.md"] = &fstest.MapFile{Data: []byte("# Quiz: linea donazioni, prova finale\n- id: qz-finale\n- versione: 1.0\n- tipo: prova\n" +
		"- soglia: 80%\n- tempo: 20 min\n- tentativi: 1\n\n" + items)}
	return pack
}

// best answers every question of a paper as well as its key says.
func best(p quiz.Paper, open string) quiz.Answers {
	answers := quiz.Answers{}
	for _, q := range p.Questions {
		var a quiz.Answer
		byKey := map[quiz.Key]string{}
		ordered := make([]string, len(q.Options))
		for _, o := range q.Options {
			key := q.Item.Options[o.Index].Key
			byKey[key] = o.ID
			ordered[o.Index] = o.ID
			if key == quiz.Right {
				a.Chosen = append(a.Chosen, o.ID)
			}
		}
		switch q.Item.Type {
		case quiz.Order:
			a.Chosen = ordered
		case quiz.Situation:
			a.Best, a.Worst = byKey[quiz.Best], byKey[quiz.Worst]
		case quiz.Match:
			a.Pairs = map[string]string{}
			for _, l := range q.Left {
				for _, r := range q.Right {
					if r.Index == l.Index {
						a.Pairs[l.ID] = r.ID
					}
				}
			}
		case quiz.Gap:
			for _, g := range q.Item.Gaps {
				a.Gaps = append(a.Gaps, g[0])
			}
		case quiz.Number:
			a.Text = q.Item.Value.String()
		case quiz.Open:
			a.Text = open
		case quiz.One, quiz.Several:
		}
		answers[q.ID] = a
	}
	return answers
}

// paperOf reads the paper of an attempt where no volunteer can: in its row.
func paperOf(t *testing.T, w *apptest.World, id int64) quiz.Paper {
	t.Helper()
	var p pg.JSON[quiz.Paper]
	if err := w.DB.Read().GetContext(t.Context(), &p, `SELECT paper FROM quiz_attempt WHERE id = $1`, id); err != nil {
		t.Fatal(err)
	}
	return p.V
}

func start(t *testing.T, w *apptest.World, v people.Actor) int64 {
	t.Helper()
	id, err := w.App.Exams.Start(t.Context(), v, w.Cmd(), "qz-finale")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// evidence lists what an enrolment holds for the exam.
func evidence(t *testing.T, w *apptest.World, v people.Actor) []coursedb.Evidence {
	t.Helper()
	all, err := coursedb.New(w.DB.Read()).Evidence(t.Context(), w.Enrolment(v))
	if err != nil {
		t.Fatal(err)
	}
	var list []coursedb.Evidence
	for _, e := range all {
		if e.Requirement == "prova-finale" {
			list = append(list, e)
		}
	}
	return list
}

func progress(t *testing.T, w *apptest.World, v people.Actor, requirement string) cert.State {
	t.Helper()
	var state string
	err := w.DB.Read().GetContext(t.Context(), &state, `SELECT state FROM progress WHERE enrolment_id = $1 AND requirement = $2`, w.Enrolment(v), requirement)
	if err != nil {
		t.Fatal(err)
	}
	return cert.State(state)
}

func letters(t *testing.T, w *apptest.World, v people.Actor, kind string) int {
	t.Helper()
	var n int
	if err := w.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM letter WHERE person_id = $1 AND kind = $2`, int64(v.ID), kind); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnExamOpensAfterWhatComesBefore(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	if _, err := w.App.Exams.Start(t.Context(), v, w.Cmd(), "qz-finale"); !errors.Is(err, app.ErrExamLocked) {
		t.Fatalf("without study and evenings: %v", err)
	}
	w.Done(v, "studio", "module", "mo-denaro")
	w.Done(v, "presenza", "attendance", "session-1", "session-2", "session-3")
	if _, err := w.App.Exams.Start(t.Context(), v, w.Cmd(), "qz-finale"); !errors.Is(err, app.ErrExamLocked) {
		t.Fatalf("after three evenings of five: %v", err)
	}
	w.Done(v, "presenza", "attendance", "session-4")
	start(t, w, v)
	for _, who := range []people.Actor{w.Trainer, w.Coordinator, {}} {
		if _, err := w.App.Exams.Start(t.Context(), who, w.Cmd(), "qz-finale"); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%q started the exam: %v", who.Name, err)
		}
	}
}

func TestManyStartsMakeOneAttempt(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Examinee("Giulia", "Ferrandi")
	errs := race(40, func() error {
		_, err := w.App.Exams.Start(t.Context(), v, w.Cmd(), "qz-finale")
		return err
	})
	count(t, errs, quiz.ErrAttemptOpen, 1, 39)
	var n int
	if err := w.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM quiz_attempt`); err != nil || n != 1 {
		t.Errorf("%d attempts, %v", n, err)
	}
}

func TestManyHandingsInMakeOneGrade(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Examinee("Giulia", "Ferrandi")
	id := start(t, w, v)
	answers := best(paperOf(t, w, id), "")
	errs := race(200, func() error {
		return w.App.Exams.HandIn(t.Context(), v, w.Cmd(), id, app.Answered{Answers: answers})
	})
	count(t, errs, quiz.ErrAttemptClosed, 1, 199)
	if list := evidence(t, w, v); len(list) != 1 || list[0].Ref != id {
		t.Errorf("evidence: %+v", list)
	}
	var n int
	err := w.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM audit_entry WHERE subject_kind = 'attempt' AND subject_id = $1 AND detail->>'did' = 'hand_in'`, id)
	if err != nil || n != 1 {
		t.Errorf("%d audit entries, %v", n, err)
	}
}

// race runs do n times at once.
func race(n int, do func() error) []error {
	return rivals(slices.Repeat([]func() error{do}, n)...)
}

func count(t *testing.T, errs []error, refused error, done, not int) {
	t.Helper()
	var d, n int
	for _, err := range errs {
		switch {
		case err == nil:
			d++
		case errors.Is(err, refused):
			n++
		default:
			t.Error(err)
		}
	}
	if d != done || n != not {
		t.Errorf("%d done and %d refused, want %d and %d", d, n, done, not)
	}
}

func TestAFailedExamWaitsAndAsksOtherQuestions(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Examinee("Giulia", "Ferrandi")
	id := start(t, w, v)
	first := paperOf(t, w, id)
	if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), id, app.Answered{}); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "prova-finale"); got != cert.Critical {
		t.Errorf("a blank paper with critical questions is %q", got)
	}
	if e := evidence(t, w, v); len(e) != 1 || e[0].Passed || !e[0].Critical || e[0].Score != 0 || e[0].Author != 0 || e[0].ContentHash == "" {
		t.Errorf("evidence: %+v", e)
	}
	w.Advance(24*time.Hour - time.Second)
	if _, err := w.App.Exams.Start(t.Context(), v, w.Cmd(), "qz-finale"); !errors.Is(err, quiz.ErrTooEarly) {
		t.Fatalf("a second before a day has passed: %v", err)
	}
	w.Advance(time.Second)
	second := start(t, w, v)
	if a, b := first.Form(), paperOf(t, w, second).Form(); strings.Join(a, " ") == strings.Join(b, " ") {
		t.Errorf("the second paper asks the same: %v", a)
	}
}

func TestAnswersOfTwoDevicesMeet(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, wholeExam())
	v := w.Examinee("Giulia", "Ferrandi")
	id := start(t, w, v)
	p := paperOf(t, w, id)
	byItem := map[string]string{}
	for _, q := range p.Questions {
		byItem[q.Item.ID] = q.ID
	}
	number, open, gap := byItem["q7"], byItem["q9"], byItem["q6"]
	save := func(seen int, answers quiz.Answers) int {
		t.Helper()
		s, err := w.App.Exams.Save(t.Context(), v, id, app.Answered{Answers: answers, Seen: seen, Flags: []string{open}})
		if err != nil {
			t.Fatal(err)
		}
		return s.Saves
	}
	phone := save(0, quiz.Answers{number: {Text: "70"}, gap: {Gaps: []string{"12"}}})
	// The laptop showed the blank page: its old blanks take nothing away.
	laptop := save(0, quiz.Answers{open: {Text: "Cinquanta euro contano."}})
	// The phone goes on from what it saved: its blank gap is meant.
	save(phone, quiz.Answers{number: {Text: "71"}})
	got, err := w.App.Exams.Sit(t.Context(), v, id)
	if err != nil {
		t.Fatal(err)
	}
	if got.Answers[number].Text != "71" || got.Answers[open].Text != "Cinquanta euro contano." || got.Answers[gap].Given() {
		t.Errorf("answers: %+v", got.Answers)
	}
	// The laptop is now behind: it may not put the number back.
	save(laptop, quiz.Answers{number: {Text: "70"}, open: {Text: "Contano, e molto."}})
	if got, err = w.App.Exams.Sit(t.Context(), v, id); err != nil || got.Answers[number].Text != "71" || got.Answers[open].Text != "Contano, e molto." {
		t.Errorf("answers: %+v, %v", got.Answers, err)
	}
	if len(got.Flags) != 1 || got.Flags[0] != open {
		t.Errorf("flags: %v", got.Flags)
	}
	if _, err := w.App.Exams.Save(t.Context(), v, id, app.Answered{Answers: quiz.Answers{"zzzzzzzz": {Text: "1"}}}); !errors.Is(err, quiz.ErrUnknownQuestion) {
		t.Errorf("an unknown question: %v", err)
	}
	other := w.Examinee("Marco", "Bassi")
	if _, err := w.App.Exams.Sit(t.Context(), other, id); !errors.Is(err, people.ErrHidden) {
		t.Errorf("somebody else sits there: %v", err)
	}
}

func TestTimeEndsAnExamAsOfItsDeadline(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, wholeExam())
	v := w.Examinee("Giulia", "Ferrandi")
	id := start(t, w, v)
	answers := best(paperOf(t, w, id), "")
	deadline := w.Now.Add(20 * time.Minute)
	w.Set(deadline.Add(-time.Second))
	if _, err := w.App.Exams.Save(t.Context(), v, id, app.Answered{Answers: answers}); err != nil {
		t.Fatal(err)
	}
	w.Set(deadline)
	if _, err := w.App.Exams.Save(t.Context(), v, id, app.Answered{Seen: 1}); !errors.Is(err, quiz.ErrTimeOver) {
		t.Fatalf("saved at the deadline: %v", err)
	}
	w.Advance(time.Hour)
	if _, err := w.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := evidence(t, w, v)
	if len(e) != 1 || !e[0].At.Equal(deadline) || !e[0].Passed {
		t.Fatalf("evidence %+v, want one piece at %v", e, deadline)
	}
	g, err := w.App.Exams.Result(t.Context(), v, id)
	if err != nil || !g.TimedOut || !g.At.Equal(deadline) {
		t.Errorf("%+v, %v", g, err)
	}
	if _, err := w.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e := evidence(t, w, v); len(e) != 1 {
		t.Errorf("%d pieces after a second pulse", len(e))
	}
}

func TestAPersonMarksOpenAnswersAndNeverTheirOwn(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, wholeExam())
	v := w.Examinee("Giulia", "Ferrandi")
	id := start(t, w, v)
	paper := paperOf(t, w, id)
	if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), id, app.Answered{Answers: best(paper, "Cinquanta euro contano.")}); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "prova-finale"); got != cert.Waiting {
		t.Fatalf("handed in with an open answer is %q", got)
	}
	queue, err := w.App.Exams.Queue(t.Context(), w.Evaluator)
	if err != nil || len(queue) != 1 || len(queue[0].Answers) != 1 || queue[0].Answers[0].Criterion != "Ascolto e rispetto" {
		t.Fatalf("queue %+v, %v", queue, err)
	}
	open := queue[0].Answers[0].Question
	self := v
	self.Grants = append(self.Grants, people.Grant{Role: people.Evaluator, Scope: people.Cohort, ID: w.Cohort})
	if err := w.App.Exams.Mark(t.Context(), self, w.Cmd(), id, map[string]app.Given{open: {Level: "3"}}); !errors.Is(err, app.ErrOwnWork) {
		t.Fatalf("marked their own: %v", err)
	}
	if list, err := w.App.Exams.Queue(t.Context(), self); err != nil || len(list) != 0 {
		t.Errorf("their own stands in their queue: %+v, %v", list, err)
	}
	for _, level := range []string{"", "4", "-1", "33"} {
		if err := w.App.Exams.Mark(t.Context(), w.Evaluator, w.Cmd(), id, map[string]app.Given{open: {Level: level}}); err == nil {
			t.Errorf("level %q was taken", level)
		}
	}
	if err := w.App.Exams.Mark(t.Context(), w.Second, w.Cmd(), id, map[string]app.Given{open: {Level: "3"}}); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a coordinator marked: %v", err)
	}
	if err := w.App.Exams.Mark(t.Context(), w.Evaluator, w.Cmd(), id, map[string]app.Given{open: {Level: "3", Note: "Brava."}}); err != nil {
		t.Fatal(err)
	}
	e := evidence(t, w, v)
	if len(e) != 2 || e[1].Corrects != e[0].ID || !e[1].Passed || e[1].Author != w.Evaluator.ID || e[1].Score != 10000 || e[0].Passed {
		t.Fatalf("evidence %+v", e)
	}
	if progress(t, w, v, "prova-finale") != cert.Done || letters(t, w, v, "quiz_passed") != 1 {
		t.Error("no pass or no letter after the marks")
	}
	if err := w.App.Exams.Mark(t.Context(), w.Evaluator, w.Cmd(), id, map[string]app.Given{open: {Level: "0"}}); !errors.Is(err, quiz.ErrWrongState) {
		t.Errorf("marked twice: %v", err)
	}

	if err := w.App.Exams.Void(t.Context(), w.Evaluator, w.Cmd(), id, "Prova"); !errors.Is(err, people.ErrHidden) {
		t.Errorf("an evaluator voided: %v", err)
	}
	if err := w.App.Exams.Void(t.Context(), w.Coordinator, w.Cmd(), id, "  "); err == nil {
		t.Error("voided without a reason")
	}
	if err := w.App.Exams.Void(t.Context(), w.Coordinator, w.Cmd(), id, "La connessione è caduta."); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "prova-finale"); got != cert.Todo || letters(t, w, v, "quiz_voided") != 1 {
		t.Errorf("after the void: %q", got)
	}
	if x, err := w.App.Exams.Read(t.Context(), v, "qz-finale"); err != nil || x.Opening.Left != 1 {
		t.Errorf("attempts left after the void: %+v, %v", x.Opening, err)
	}
}
