package roleplay_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"abilita/course/roleplay"
)

// call is a script small enough to score on paper: two criteria, 60 and 40.
func call() roleplay.Script {
	lv := func(c string, v int) roleplay.Level { return roleplay.Level{Criterion: c, Value: v} }
	return roleplay.Script{
		ID: "rp", Threshold: 75, Mood: 0,
		Silence: roleplay.Silence{Prompt: 8 * time.Second, Turn: 20 * time.Second},
		Rubric: roleplay.Rubric{
			Statements: []roleplay.Statement{{ID: "D1", Name: "Chi sono"}, {ID: "D2", Name: "Privacy"}},
			Errors:     []roleplay.CriticalError{{ID: "E1", Name: "Carta"}},
			Criteria: []roleplay.Criterion{
				{ID: "R1", Name: "Accoglienza", Weight: 60, Levels: []string{"a", "b", "c", "d"}},
				{ID: "R2", Name: "Ascolto", Weight: 40, Levels: []string{"a", "b", "c", "d"}},
			},
		},
		Nodes: []roleplay.Node{
			{Name: "apertura", Pos: 1, Choices: []roleplay.Choice{
				{Text: "saluta", To: "chi", Effect: roleplay.Effect{Statements: []string{"D1"}, Levels: []roleplay.Level{lv("R1", 3)}, Mood: 1}, Feedback: "Bene."},
				{Text: "pronto", To: "chi", Effect: roleplay.Effect{Levels: []roleplay.Level{lv("R1", 1)}, Mood: -1}},
				{Text: "tace", Act: true, To: "silenzio", Effect: roleplay.Effect{Silent: true, After: 5 * time.Second, Mood: -1}},
			}},
			{Name: "chi", Pos: 2, Variants: []roleplay.Variant{
				{Who: "Marta", Text: "dono", To: "dono", Pos: 21}, {Who: "Sara", Text: "aiuto", To: "aiuto", Mood: -2, Pos: 22},
			}},
			{Name: "dono", Pos: 3, Choices: []roleplay.Choice{
				{Text: "niente carta", To: "fine", Effect: roleplay.Effect{Statements: []string{"D2"}, Levels: []roleplay.Level{lv("R2", 2)}}},
				{Text: "detti", To: "fine", Effect: roleplay.Effect{Statements: []string{"D2"}, Levels: []roleplay.Level{lv("R2", 3)}, Errors: []string{"E1"}, Reports: []string{"dato-carta"}}},
				{Text: "saluta", To: "fine", Effect: roleplay.Effect{Levels: []roleplay.Level{lv("R2", 3)}}},
			}},
			{Name: "aiuto", Pos: 4, Choices: []roleplay.Choice{
				{Text: "resta", To: "fine", Effect: roleplay.Effect{Calls: []string{"responsabile"}}},
				{Text: "riaggancia", To: "rotta"},
			}},
			{Name: "silenzio", Pos: 5, Choices: []roleplay.Choice{
				{Text: "la sento", To: roleplay.Back, Effect: roleplay.Effect{Levels: []roleplay.Level{lv("R2", 3)}}},
				{Text: "riaggancia", To: "rotta"},
			}},
			{Name: "fine", Pos: 6, End: &roleplay.Ending{Success: true, Due: []roleplay.Due{{Statement: "D1"}, {Statement: "D2", Via: "dono"}}}},
			{Name: "rotta", Pos: 7, End: &roleplay.Ending{Question: "Quando?"}},
		},
	}
}

// play takes the options by their words; "" is silence.
func play(t *testing.T, s roleplay.Script, persona int, words ...string) roleplay.Run {
	t.Helper()
	r, err := roleplay.BeginWith(s, 7, map[string]int{"chi": persona})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if w == "" {
			r, err = r.Silence(s, r.Step())
		} else {
			at := slices.IndexFunc(roleplay.Now(s, r).Options, func(o roleplay.Option) bool { return o.Text == w })
			r, err = r.Choose(s, r.Step(), at)
		}
		if err != nil {
			t.Fatalf("%s: %v", w, err)
		}
	}
	return r
}

func TestScore(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		persona int
		words   []string
		want    roleplay.Points
		passed  bool
		errors  []string
		missing []string
		path    []string
		mood    int
	}{
		// 60·3/3 + 40·2/3 = 86.67, rounded down.
		"clean":                   {0, []string{"saluta", "niente carta"}, 8666, true, nil, nil, []string{"apertura", "chi", "dono", "fine"}, 1},
		"critical error fails":    {0, []string{"saluta", "detti"}, 10000, false, []string{"E1"}, nil, []string{"apertura", "chi", "dono", "fine"}, 1},
		"statement missing":       {0, []string{"saluta", "saluta"}, 10000, false, nil, []string{"D2"}, []string{"apertura", "chi", "dono", "fine"}, 1},
		"below the threshold":     {0, []string{"pronto", "niente carta"}, 4666, false, nil, []string{"D1"}, []string{"apertura", "chi", "dono", "fine"}, -1},
		"criterion never offered": {1, []string{"saluta", "resta"}, 10000, true, nil, nil, []string{"apertura", "chi", "aiuto", "fine"}, -1},
		"bad ending":              {1, []string{"saluta", "riaggancia"}, 10000, false, nil, nil, []string{"apertura", "chi", "aiuto", "rotta"}, -1},
		// The opening was offered twice: R1 3 of 6 = 30, R2 3+2 of 3+3 = 33.33.
		"silence and back": {
			0,
			[]string{"", "la sento", "saluta", "niente carta"},
			6333, false, nil, nil,
			[]string{"apertura", "silenzio", "apertura", "chi", "dono", "fine"},
			0,
		},
		// Nobody says a word at dono: no branch, so the run stays and nothing counts twice.
		"silence without a branch": {
			0,
			[]string{"saluta", "", "niente carta"},
			8666, true, nil, nil,
			[]string{"apertura", "chi", "dono", "dono", "fine"},
			0,
		},
		"not over": {0, []string{"saluta"}, 10000, false, nil, nil, []string{"apertura", "chi", "dono"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := call()
			r := play(t, s, tc.persona, tc.words...)
			res := roleplay.Score(s, r)
			var missing, path []string
			for _, d := range res.Missing {
				missing = append(missing, d.Statement)
			}
			for _, v := range r.Path {
				path = append(path, v.Node)
			}
			if res.Score != tc.want || res.Passed != tc.passed || r.Mood != tc.mood {
				t.Errorf("score %d passed %v mood %d, want %d %v %d", res.Score, res.Passed, r.Mood, tc.want, tc.passed, tc.mood)
			}
			for what, d := range map[string]string{"errors": cmp.Diff(tc.errors, res.Errors), "missing": cmp.Diff(tc.missing, missing), "path": cmp.Diff(tc.path, path)} {
				if d != "" {
					t.Errorf("%s: %s", what, d)
				}
			}
		})
	}
}

func TestRefusedStepsLeaveTheRunAsItWas(t *testing.T) {
	t.Parallel()
	s := call()
	r := play(t, s, 0, "saluta")
	for name, tc := range map[string]struct {
		step, option int
		want         error
	}{
		"late":        {0, 0, roleplay.ErrLateStep},
		"early":       {2, 0, roleplay.ErrLateStep},
		"no option":   {1, 3, roleplay.ErrNoSuchChoice},
		"below zero":  {1, -1, roleplay.ErrNoSuchChoice},
		"far outside": {1, 1 << 40, roleplay.ErrNoSuchChoice},
	} {
		before := play(t, s, 0, "saluta")
		after, err := r.Choose(s, tc.step, tc.option)
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
		if d := cmp.Diff(before.Path, after.Path, cmp.AllowUnexported(roleplay.Visit{})); d != "" || after.Step() != 1 {
			t.Errorf("%s changed the run: %s", name, d)
		}
	}
	if _, err := r.Silence(s, 0); !errors.Is(err, roleplay.ErrLateStep) {
		t.Errorf("late silence: %v", err)
	}
	over := play(t, s, 0, "saluta", "detti")
	if _, err := over.Choose(s, 2, 0); !errors.Is(err, roleplay.ErrRunEnded) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := over.Silence(s, 2); !errors.Is(err, roleplay.ErrRunEnded) {
		t.Errorf("silence after the end: %v", err)
	}
}

func TestTwoStepsFromOneRunDoNotShare(t *testing.T) {
	t.Parallel()
	s := call()
	r := play(t, s, 0, "saluta")
	a, _ := r.Choose(s, 1, 0)
	b, _ := r.Choose(s, 1, 1)
	if a.Inputs[1] != 0 || b.Inputs[1] != 1 || r.Step() != 1 || r.Path[len(r.Path)-1].Taken != roleplay.Here {
		t.Errorf("runs share memory: %v %v %v", a.Inputs, b.Inputs, r)
	}
}

func TestARunEndsAt200Steps(t *testing.T) {
	t.Parallel()
	s := call()
	r, err := roleplay.Begin(s, 1)
	for err == nil && !r.Over {
		if r.At() == "silenzio" {
			at := slices.IndexFunc(roleplay.Now(s, r).Options, func(o roleplay.Option) bool { return o.Text == "la sento" })
			r, err = r.Choose(s, r.Step(), at)
		} else {
			r, err = r.Silence(s, r.Step())
		}
	}
	if err != nil || r.Step() != 200 || roleplay.Score(s, r).Passed {
		t.Errorf("step %d, err %v", r.Step(), err)
	}
}

func TestSceneHidesWhatScores(t *testing.T) {
	t.Parallel()
	s := call()
	r := play(t, s, 0)
	sc := roleplay.Now(s, r)
	if len(sc.Options) != 2 || sc.Turn != 5*time.Second || sc.Prompt != 0 {
		t.Errorf("%+v: silence is no option, its own turn of 5 s holds, and a prompt after it is none", sc)
	}
	r = play(t, s, 1, "saluta")
	sc = roleplay.Now(s, r)
	if d := cmp.Diff([]roleplay.Speech{{Who: "Sara", Text: "aiuto"}}, sc.Said); d != "" || sc.Turn != 20*time.Second || sc.Prompt != 8*time.Second {
		t.Errorf("%+v %s", sc, d)
	}
}

func TestOptionsAreNotAlwaysInTheOrderOfTheScript(t *testing.T) {
	t.Parallel()
	s := call()
	first := map[string]int{}
	for seed := range uint64(200) {
		r, err := roleplay.Begin(s, seed)
		if err != nil {
			t.Fatal(err)
		}
		first[roleplay.Now(s, r).Options[0].Text]++
	}
	if first["saluta"] < 60 || first["pronto"] < 60 {
		t.Errorf("first options of 200 runs: %v", first)
	}
}

func TestRemarks(t *testing.T) {
	t.Parallel()
	s := call()
	r := play(t, s, 0, "pronto", "detti")
	got := roleplay.Remarks(s, r)
	want := []roleplay.Remark{
		{Node: "apertura", Choice: "pronto", Mood: -1, Levels: []roleplay.LevelRemark{{"R1", "Accoglienza", 1, 3, "b"}}},
		{
			Node: "dono", Choice: "detti", Levels: []roleplay.LevelRemark{{"R2", "Ascolto", 3, 3, "d"}}, Reports: []string{"dato-carta"},
			Statements: []roleplay.Statement{{ID: "D2", Name: "Privacy"}}, Errors: []roleplay.CriticalError{{ID: "E1", Name: "Carta"}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAssess(t *testing.T) {
	t.Parallel()
	rubric := call().Rubric
	whole := func(r1, r2 int, errs ...string) roleplay.Marks {
		return roleplay.Marks{
			Levels: map[string]int{"R1": r1, "R2": r2}, Errors: errs,
			Statements: map[string]roleplay.Heard{"D1": roleplay.Said, "D2": roleplay.NotDue},
		}
	}
	missing := whole(3, 3)
	missing.Statements["D1"] = roleplay.NotSaid
	blank := whole(3, 3)
	delete(blank.Statements, "D2")
	short := whole(3, 3)
	delete(short.Levels, "R2")
	extra := whole(3, 3)
	extra.Levels["R9"] = 3
	for name, tc := range map[string]struct {
		marks  roleplay.Marks
		score  roleplay.Points
		passed bool
		err    error
	}{
		"all best":             {whole(3, 3), 10000, true, nil},
		"60·2/3 + 40 = 80":     {whole(2, 3), 8000, true, nil},
		"60 + 40·1/3 = 73.33":  {whole(3, 1), 7333, false, nil},
		"not seen is left out": {whole(roleplay.NotSeen, 3), 10000, true, nil},
		"nothing seen":         {whole(roleplay.NotSeen, roleplay.NotSeen), 0, false, nil},
		"critical error":       {whole(3, 3, "E1"), 10000, false, nil},
		"statement not said":   {missing, 10000, false, nil},
		"statement unanswered": {blank, 0, false, roleplay.ErrMarksIncomplete},
		"level missing":        {short, 0, false, roleplay.ErrMarksIncomplete},
		"level outside":        {whole(4, 3), 0, false, roleplay.ErrMarksUnknown},
		"unknown error":        {whole(3, 3, "E9"), 0, false, roleplay.ErrMarksUnknown},
		"unknown criterion":    {extra, 0, false, roleplay.ErrMarksUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, err := roleplay.Assess(rubric, 75, tc.marks)
			if !errors.Is(err, tc.err) || res.Score != tc.score || res.Passed != tc.passed {
				t.Errorf("%d %v %v, want %d %v %v", res.Score, res.Passed, err, tc.score, tc.passed, tc.err)
			}
		})
	}
}
