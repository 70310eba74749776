package app_test

import (
	"errors"
	"testing"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

// turn books a volunteer into a turn of assessed calls an hour ahead and
// returns its session.
func turn(t *testing.T, w *apptest.World, v people.Actor) int64 {
	t.Helper()
	ctx := t.Context()
	_, err := w.App.Sessions.Plan(ctx, w.Trainer, w.Cmd(), app.NewSeries{
		Cohort: w.Cohort, Kind: "roleplay", Title: "Chiamate valutate", Weekdays: []int{1}, At: "10:00", Minutes: 60, First: "2026-12-07", Count: 1, Seats: 2, Slot: 30,
		Trainer: w.Evaluator.ID, JoinURL: "https://stanza.example.org/1", Script: fiftyEuro,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.DueWork.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := w.DB.Read().GetContext(ctx, &id, `SELECT min(id) FROM session WHERE kind = 'roleplay'`); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Sessions.Book(ctx, v, w.Cmd(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

// good is a judgement that passes; hash is the script's version.
func good(hash string) app.Judgement {
	return app.Judgement{
		Levels:     map[string]string{"R1": "3", "R2": "2", "R3": "2", "R4": "n"},
		Statements: map[string]string{"D1": "said", "D2": "not_due"}, Note: "Bella pausa.", Hash: hash,
	}
}

func TestAnEvaluatorJudgesACallOnceAndNeverTheirOwn(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	ctx := t.Context()
	session := turn(t, w, v)
	sheet, err := w.App.Assessments.Sheet(ctx, w.Evaluator, session, v.Number)
	if err != nil {
		t.Fatal(err)
	}
	if sheet.Script.File.ID != fiftyEuro || sheet.Threshold != 75 || len(sheet.Before) != 1 {
		t.Errorf("sheet: %s, threshold %d, before %v", sheet.Script.File.ID, sheet.Threshold, sheet.Before)
	}
	judge := func(who people.Actor, in app.Judgement) error {
		_, err := w.App.Assessments.Assess(ctx, who, w.Cmd(), session, v.Number, in)
		return err
	}
	whole := good(sheet.Script.Hash)
	if err := judge(w.Evaluator, whole); !errors.Is(err, app.ErrNotBegun) {
		t.Fatalf("an hour before the call: %v", err)
	}
	w.Advance(time.Hour)
	if err := judge(w.Evaluator, whole); !errors.Is(err, app.ErrAssessLocked) {
		t.Fatalf("before the modules are read: %v", err)
	}
	w.Done(v, "studio", "module", "mo-denaro")
	self := v
	self.Grants = append(self.Grants, people.Grant{Role: people.Evaluator, Scope: people.Cohort, ID: w.Cohort})
	if err := judge(self, whole); !errors.Is(err, app.ErrOwnWork) {
		t.Fatalf("judged themselves: %v", err)
	}
	for _, who := range []people.Actor{w.Trainer, w.Coordinator, v} {
		if err := judge(who, whole); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s judged: %v", who.Name, err)
		}
	}
	gap := good(sheet.Script.Hash)
	delete(gap.Levels, "R2")
	delete(gap.Statements, "D1")
	var form fault.Form
	if err := judge(w.Evaluator, gap); !errors.As(err, &form) || len(form) != 2 || form[0].Field != "said.D1" || form[1].Field != "level.R2" {
		t.Errorf("with gaps: %v", err)
	}
	strange := good(sheet.Script.Hash)
	strange.Errors = []string{"E9"}
	if err := judge(w.Evaluator, strange); !errors.Is(err, roleplay.ErrMarksUnknown) {
		t.Errorf("an error outside the rubric: %v", err)
	}
	if err := judge(w.Evaluator, good("another")); !errors.Is(err, app.ErrChanged) {
		t.Errorf("with another version of the script: %v", err)
	}
	count(t, race(20, func() error { return judge(w.Evaluator, whole) }), coursedb.ErrAssessed, 1, 19)

	list, err := coursedb.New(w.DB.Read()).Evidence(ctx, w.Enrolment(v))
	if err != nil {
		t.Fatal(err)
	}
	var found []coursedb.Evidence
	for _, e := range list {
		if e.Kind == "roleplay" {
			found = append(found, e)
		}
	}
	// R1 3 of 3 at weight 20, R2 and R3 2 of 3 at 30 each, R4 left out:
	// (20 + 20 + 20) of 80 is 75 %.
	if len(found) != 1 || !found[0].Passed || found[0].Score != 7500 || found[0].Author != w.Evaluator.ID || found[0].Item != fiftyEuro || found[0].ContentHash != sheet.Script.Hash {
		t.Fatalf("evidence %+v", found)
	}
	if progress(t, w, v, "chiamata") != cert.Done || letters(t, w, v, "assessed") != 1 {
		t.Error("no progress or no letter")
	}
	a, err := w.App.Assessments.Read(ctx, v, found[0].Ref)
	if err != nil || !a.Own || a.Note != "Bella pausa." || int(a.Result.Score) != a.Score {
		t.Errorf("the volunteer reads %+v, %v", a, err)
	}
	if _, err := w.App.Assessments.Read(ctx, w.Volunteer("Marco", "Bassi"), found[0].Ref); !errors.Is(err, people.ErrHidden) {
		t.Errorf("another volunteer reads it: %v", err)
	}
}

func TestACriticalErrorFailsACallWhateverItsLevels(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	session := turn(t, w, v)
	w.Done(v, "studio", "module", "mo-denaro")
	w.Advance(time.Hour)
	sheet, err := w.App.Assessments.Sheet(t.Context(), w.Evaluator, session, v.Number)
	if err != nil {
		t.Fatal(err)
	}
	in := good(sheet.Script.Hash)
	in.Levels = map[string]string{"R1": "3", "R2": "3", "R3": "3", "R4": "3"}
	in.Errors = []string{"E1"}
	if _, err := w.App.Assessments.Assess(t.Context(), w.Evaluator, w.Cmd(), session, v.Number, in); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "chiamata"); got != cert.Critical {
		t.Errorf("a call with a card number is %q", got)
	}
}
