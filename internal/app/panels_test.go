package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// severalPack is the example pack with a call that several evaluators judge.
func severalPack(evaluators string) fstest.MapFS {
	pack := apptest.Pack()
	file := pack["esempio/it/programma.md"]
	file.Data = []byte(strings.Replace(string(file.Data), "- valutatori: 1\n", "- valutatori: "+evaluators+"\n", 1))
	return pack
}

// heard is a call that has begun, with the evaluators who may judge it.
type heard struct {
	t       *testing.T
	w       *apptest.World
	v       people.Actor
	session int64
	judges  []people.Actor
}

func several(t *testing.T, evaluators string) heard {
	t.Helper()
	w := apptest.NewWith(t, severalPack(evaluators))
	h := heard{t: t, w: w, v: w.Volunteer("Giulia", "Ferrandi"), judges: []people.Actor{w.Evaluator}}
	for _, name := range []string{"Bice", "Carla", "Delia"} {
		h.judges = append(h.judges, w.Staff(name, "Valli", people.Grant{Role: people.Evaluator, Scope: people.Cohort, ID: w.Cohort}))
	}
	h.session = turn(t, w, h.v)
	w.Done(h.v, "studio", "module", "mo-denaro")
	w.Advance(time.Hour)
	return h
}

// judgement has 40 points for the best of R1 and R4, and ten for each level of
// R2 and of R3; 75 is enough.
func (h heard) judgement(who people.Actor, r2, r3 string, errors ...string) app.Judgement {
	h.t.Helper()
	sheet, err := h.w.App.Assessments.Sheet(h.t.Context(), who, h.session, h.v.Number)
	if err != nil {
		h.t.Fatal(err)
	}
	in := good(sheet.Script.Hash)
	in.Levels["R2"], in.Levels["R3"], in.Levels["R4"], in.Errors, in.Arbiter = r2, r3, "3", errors, sheet.Arbitration()
	return in
}

func (h heard) judge(who people.Actor, in app.Judgement) (int64, error) {
	h.t.Helper()
	return h.w.App.Assessments.Assess(h.t.Context(), who, h.w.Cmd(), h.session, h.v.Number, in)
}

// must judges and returns the id.
func (h heard) must(n int, r2, r3 string, errors ...string) int64 {
	h.t.Helper()
	id, err := h.judge(h.judges[n], h.judgement(h.judges[n], r2, r3, errors...))
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h heard) evidence() []coursedb.Evidence {
	h.t.Helper()
	list, err := coursedb.New(h.w.DB.Read()).Evidence(h.t.Context(), h.w.Enrolment(h.v))
	if err != nil {
		h.t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(e coursedb.Evidence) bool { return e.Kind != "roleplay" })
}

// sees tells which judgements somebody may open.
func (h heard) sees(who people.Actor, ids ...int64) string {
	h.t.Helper()
	var out strings.Builder
	for _, id := range ids {
		switch _, err := h.w.App.Assessments.Read(h.t.Context(), who, id); {
		case err == nil:
			out.WriteByte('y')
		case errors.Is(err, people.ErrHidden):
			out.WriteByte('n')
		default:
			h.t.Fatal(err)
		}
	}
	return out.String()
}

func (h heard) turn(who people.Actor) app.Turn {
	h.t.Helper()
	list, _, err := h.w.App.Assessments.Turns(h.t.Context(), who)
	if err != nil || len(list) != 1 {
		h.t.Fatalf("turns %v, %v", list, err)
	}
	return list[0]
}

func TestTwoEvaluatorsJudgeWithoutKnowingOfEachOther(t *testing.T) {
	t.Parallel()
	h := several(t, "2")
	ctx := t.Context()
	first := h.must(0, "2", "2") // 80
	if len(h.evidence()) != 0 || letters(t, h.w, h.v, "assessed") != 0 {
		t.Error("one of two judgements is evidence or was told already")
	}
	if got := progress(t, h.w, h.v, "chiamata"); got != cert.Waiting {
		t.Errorf("after one of two the requirement is %q", got)
	}
	home, err := h.w.App.Study.Home(ctx, h.v)
	if err != nil {
		t.Fatal(err)
	}
	if l, _ := home.Paths[0].Report.Line("chiamata"); l.State != cert.Waiting {
		t.Errorf("the volunteer's road says %q", l.State)
	}
	for who, want := range map[string]string{"author": "y", "other": "n", "volunteer": "n", "trainer": "n", "coordinator": "n"} {
		actor := map[string]people.Actor{"author": h.judges[0], "other": h.judges[1], "volunteer": h.v, "trainer": h.w.Trainer, "coordinator": h.w.Coordinator}[who]
		if got := h.sees(actor, first); got != want {
			t.Errorf("the first judgement, opened by the %s: %s, want %s", who, got, want)
		}
	}
	mine, err := h.w.App.Assessments.Mine(ctx, h.v)
	if err != nil || len(mine) != 1 || !mine[0].Waiting || mine[0].ID != 0 || mine[0].Score != 0 || mine[0].By != "" || mine[0].Note != "" || mine[0].Marks.V.Levels != nil {
		t.Errorf("the volunteer's list %+v, %v", mine, err)
	}
	if a, b := h.turn(h.judges[0]), h.turn(h.judges[1]); a.Mine != first || a.Accord != roleplay.Wanting || b.Mine != 0 || b.Given != 1 || b.Needed != 2 || b.Accord != roleplay.Wanting {
		t.Errorf("turns: %+v and %+v", a, b)
	}
	sheet, err := h.w.App.Assessments.Sheet(ctx, h.judges[1], h.session, h.v.Number)
	if err != nil || len(sheet.Disputed) != 0 || sheet.Needed != 2 || sheet.Requirement.Key != "chiamata" || sheet.Threshold != 75 {
		t.Errorf("the second evaluator's sheet %+v, %v", sheet, err)
	}
	if _, err := h.judge(h.judges[0], h.judgement(h.judges[1], "2", "2")); !errors.Is(err, coursedb.ErrAssessed) {
		t.Errorf("the same person twice: %v", err)
	}

	h.w.Advance(70 * 24 * time.Hour) // it stays on the list until it is judged
	second := h.must(1, "3", "2")    // 90
	found := h.evidence()
	if len(found) != 1 {
		t.Fatalf("%d pieces of evidence", len(found))
	}
	e := found[0]
	if !e.Passed || e.Critical || e.Score != 8500 || e.Author != h.judges[1].ID || e.Ref != second || !e.Whole() || e.Detail["accord"] != "agreed" {
		t.Errorf("evidence %+v", e)
	}
	if diff := cmp.Diff([]people.ID{h.judges[0].ID, h.judges[1].ID}, e.Judges()); diff != "" {
		t.Errorf("judges (-want +got):\n%s", diff)
	}
	if progress(t, h.w, h.v, "chiamata") != cert.Done || letters(t, h.w, h.v, "assessed") != 1 {
		t.Error("no progress or not one letter")
	}
	if got := h.sees(h.v, first, second) + h.sees(h.judges[2], first, second) + h.sees(h.w.Coordinator, first, second); got != "yyyyyy" {
		t.Errorf("opened once settled: %s", got)
	}
	a, err := h.w.App.Assessments.Read(ctx, h.v, first)
	if err != nil || !a.Counts || a.Settled.Score != 8500 || a.Score != 8000 || len(a.Judgements) != 2 || a.Judgements[1].Score != 9000 || a.Judgements[0].By != "Nadia Brambati" {
		t.Errorf("the volunteer reads %+v, %v", a, err)
	}
	mine, err = h.w.App.Assessments.Mine(ctx, h.v)
	if err != nil || len(mine) != 1 || mine[0].Waiting || mine[0].ID != second || mine[0].Score != 8500 {
		t.Errorf("the volunteer's list once settled %+v, %v", mine, err)
	}
	if _, err := h.judge(h.judges[2], good(e.ContentHash)); !errors.Is(err, app.ErrDecided) {
		t.Errorf("a third judgement: %v", err)
	}
	// Weeks have passed, and nobody hands letters over in a test.
	if bad := sick(t, h.w); !slices.Equal(bad, []string{"letters-waiting"}) {
		t.Errorf("the doctor finds %v", bad)
	}
}

func TestADisputeIsDecidedByAFurtherEvaluator(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first, second [2]string
		firstError    []string
		arbiter       [2]string
		arbiterError  []string
		state         cert.State
		score         int
	}{
		"more than ten points apart, both pass": {[2]string{"2", "2"}, [2]string{"3", "3"}, nil, [2]string{"3", "2"}, nil, cert.Done, 9000},
		"one passes, the other does not":        {[2]string{"2", "2"}, [2]string{"2", "1"}, nil, [2]string{"1", "2"}, nil, cert.Failed, 7000},
		"a critical error that one heard":       {[2]string{"3", "3"}, [2]string{"3", "3"}, []string{"E1"}, [2]string{"3", "3"}, []string{"E1"}, cert.Critical, 10000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := several(t, "2")
			blind := h.judgement(h.judges[2], "3", "2") // a page opened before anybody judged
			first := h.must(0, tc.first[0], tc.first[1], tc.firstError...)
			second := h.must(1, tc.second[0], tc.second[1])
			if len(h.evidence()) != 0 || progress(t, h.w, h.v, "chiamata") != cert.Waiting || letters(t, h.w, h.v, "assessed") != 0 {
				t.Error("a dispute has a result")
			}
			if got := h.sees(h.judges[0], second) + h.sees(h.judges[2], first, second) + h.sees(h.v, first, second) + h.sees(h.w.Trainer, first, second); got != "yyynnnn" {
				t.Errorf("opened in dispute: %s", got)
			}
			if _, err := h.judge(h.judges[2], blind); !errors.Is(err, app.ErrPanelMoved) {
				t.Errorf("decided without having seen the judgements: %v", err)
			}
			again := h.judgement(h.judges[2], "2", "2")
			for _, earlier := range h.judges[:2] {
				if _, err := h.judge(earlier, again); !errors.Is(err, coursedb.ErrAssessed) {
					t.Errorf("%s arbitrates their own judgement: %v", earlier.Name, err)
				}
			}
			sheet, err := h.w.App.Assessments.Sheet(t.Context(), h.judges[2], h.session, h.v.Number)
			if err != nil || len(sheet.Disputed) != 2 || sheet.Disputed[0].ID != first || sheet.Disputed[1].ID != second {
				t.Errorf("the arbiter's sheet %+v, %v", sheet.Disputed, err)
			}
			third := h.must(2, tc.arbiter[0], tc.arbiter[1], tc.arbiterError...)
			found := h.evidence()
			if len(found) != 1 || found[0].Score != tc.score || found[0].Author != h.judges[2].ID || found[0].Ref != third || found[0].Detail["accord"] != "arbitrated" {
				t.Fatalf("evidence %+v", found)
			}
			if diff := cmp.Diff([]people.ID{h.judges[2].ID}, found[0].Judges()); diff != "" {
				t.Errorf("judges (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]any{float64(first), float64(second), float64(third)}, found[0].Detail["all"]); diff != "" {
				t.Errorf("an auditor finds (-want +got):\n%s", diff)
			}
			if got := progress(t, h.w, h.v, "chiamata"); got != tc.state || letters(t, h.w, h.v, "assessed") != 1 {
				t.Errorf("the requirement is %q", got)
			}
			overruled, err := h.w.App.Assessments.Read(t.Context(), h.v, first)
			if err != nil || overruled.Counts || len(overruled.Judgements) != 3 || !overruled.Judgements[2].Arbiter || !overruled.Judgements[2].Counts {
				t.Errorf("the volunteer reads %+v, %v", overruled, err)
			}
			if bad := sick(t, h.w); len(bad) > 0 {
				t.Errorf("the doctor finds %v", bad)
			}
		})
	}
}

func TestThreeEvaluators(t *testing.T) {
	t.Parallel()
	h := several(t, "3")
	h.must(0, "2", "2")
	second := h.must(1, "3", "2")
	if got := h.sees(h.judges[0], second); got != "n" || len(h.evidence()) != 0 {
		t.Errorf("two of three: seen %s, evidence %v", got, h.evidence())
	}
	h.must(2, "3", "2")
	// 80, 90 and 90: the mean is 86.66.
	if found := h.evidence(); len(found) != 1 || found[0].Score != 8666 || len(found[0].Judges()) != 3 {
		t.Errorf("evidence %+v", found)
	}
}

// Both hand in at the same instant, many times over: whoever comes second
// completes the panel, and there is one result.
func TestTwoEvaluatorsAtOnceMakeOneResult(t *testing.T) {
	t.Parallel()
	h := several(t, "2")
	in := h.judgement(h.judges[0], "2", "2")
	var turns []people.Actor
	for range 10 {
		turns = append(turns, h.judges[0], h.judges[1])
	}
	next := make(chan people.Actor, len(turns))
	for _, who := range turns {
		next <- who
	}
	var done int
	for _, err := range race(len(turns), func() error { _, err := h.judge(<-next, in); return err }) {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, coursedb.ErrAssessed):
			t.Error(err)
		}
	}
	if found := h.evidence(); done != 2 || len(found) != 1 || found[0].Score != 8000 || letters(t, h.w, h.v, "assessed") != 1 {
		t.Errorf("%d judgements, evidence %+v", done, found)
	}
	if bad := sick(t, h.w); len(bad) > 0 {
		t.Errorf("the doctor finds %v", bad)
	}
}

func TestTwoArbitersAtOnceDecideOnce(t *testing.T) {
	t.Parallel()
	h := several(t, "2")
	h.must(0, "2", "2")
	h.must(1, "3", "3")
	in := h.judgement(h.judges[2], "3", "2")
	next := make(chan people.Actor, 2)
	next <- h.judges[2]
	next <- h.judges[3]
	count(t, race(2, func() error { _, err := h.judge(<-next, in); return err }), app.ErrDecided, 1, 1)
	if found := h.evidence(); len(found) != 1 {
		t.Errorf("evidence %+v", found)
	}
}

// What the first judged is what the second judges, whatever is published
// between the two.
func TestAPanelKeepsItsRubric(t *testing.T) {
	t.Parallel()
	h := several(t, "2")
	first := h.must(0, "2", "2")
	pack := severalPack("1")
	for _, name := range []string{"esempio/it/griglie/chiamata.md", "esempio/it/copioni/cinquanta-euro.md"} {
		if pack[name] == nil {
			t.Fatalf("the example pack has no %s", name)
		}
	}
	rubric := pack["esempio/it/griglie/chiamata.md"]
	rubric.Data = []byte(strings.NewReplacer("**R1 Accoglienza** (20)", "**R1 Accoglienza** (10)", "**R4 Prossimo passo** (20)", "**R4 Prossimo passo** (30)").Replace(string(rubric.Data)))
	programme := pack["esempio/it/programma.md"]
	programme.Data = []byte(strings.Replace(string(programme.Data), "- soglia: 75%", "- soglia: 95%", 1))
	_, err := h.w.App.Publishing.Publish(t.Context(), h.w.Coordinator, h.w.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "pesi"})
	if err != nil {
		t.Fatal(err)
	}
	second := h.must(1, "2", "2")
	if found := h.evidence(); len(found) != 1 || !found[0].Passed || found[0].Score != 8000 || found[0].Ref != second {
		t.Errorf("evidence %+v", found)
	}
	for _, id := range []int64{first, second} {
		if a, err := h.w.App.Assessments.Read(t.Context(), h.v, id); err != nil || int(a.Result.Score) != 8000 || a.Threshold != 75 {
			t.Errorf("judgement %d reads %+v, %v", id, a.Result, err)
		}
	}
}

func TestTheDoctorFindsAPanelThatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	h := several(t, "2")
	h.must(0, "2", "2")
	h.must(1, "3", "2")
	err := h.w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE call_panel SET state = 'arbitrated'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if bad := sick(t, h.w); !slices.Contains(bad, "panels-agree") {
		t.Errorf("found %v", bad)
	}
}
