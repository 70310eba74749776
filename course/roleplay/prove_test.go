package roleplay_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"abilita/course/roleplay"
)

func codes(p roleplay.Proof) []string {
	var list []string
	for _, f := range p.Findings {
		if f.Code != roleplay.SilenceDefault {
			list = append(list, f.Code)
		}
	}
	return list
}

func TestProve(t *testing.T) {
	t.Parallel()
	node := func(s *roleplay.Script, name string) *roleplay.Node {
		for i := range s.Nodes {
			if s.Nodes[i].Name == name {
				return &s.Nodes[i]
			}
		}
		return nil
	}
	for name, tc := range map[string]struct {
		spoil func(*roleplay.Script)
		want  string
	}{
		"no node":         {func(s *roleplay.Script) { s.Nodes = nil }, roleplay.NoNode},
		"unknown node":    {func(s *roleplay.Script) { node(s, "dono").Choices[0].To = "fin" }, roleplay.NodeUnknown},
		"same name twice": {func(s *roleplay.Script) { node(s, "rotta").Name = "fine" }, roleplay.NodeTwice},
		"unreachable": {func(s *roleplay.Script) {
			s.Nodes = append(s.Nodes, roleplay.Node{Name: "sola", End: &roleplay.Ending{}})
		}, roleplay.NodeUnreachable},
		"no exit":            {func(s *roleplay.Script) { node(s, "rotta").End = nil }, roleplay.NodeNoExit},
		"mixed":              {func(s *roleplay.Script) { node(s, "aiuto").End = &roleplay.Ending{} }, roleplay.NodeMixed},
		"trapped":            {func(s *roleplay.Script) { n := node(s, "aiuto"); n.Choices[0].To, n.Choices[1].To = "aiuto", "aiuto" }, roleplay.NodeTrapped},
		"back from start":    {func(s *roleplay.Script) { node(s, "apertura").Choices[1].To = roleplay.Back }, roleplay.BackFromStart},
		"two silences":       {func(s *roleplay.Script) { node(s, "apertura").Choices[1].Effect.Silent = true }, roleplay.SilenceTwice},
		"no silence":         {func(s *roleplay.Script) { s.Silence = roleplay.Silence{} }, roleplay.SilenceMissing},
		"only silence":       {func(s *roleplay.Script) { n := node(s, "apertura"); n.Choices = n.Choices[2:] }, roleplay.OnlySilence},
		"threshold too high": {func(s *roleplay.Script) { s.Threshold = 101 }, roleplay.PassUnattainable},
		"everything passes":  {everythingPasses, roleplay.FailImpossible},
		"due never said": {func(s *roleplay.Script) {
			node(s, "dono").Choices[0].Effect.Statements, node(s, "dono").Choices[1].Effect.Statements = nil, nil
		}, roleplay.DueUnfulfillable},
		"variant twice":        {func(s *roleplay.Script) { v := node(s, "chi").Variants; v[1] = v[0] }, roleplay.VariantDead},
		"variant without hope": {func(s *roleplay.Script) { node(s, "aiuto").Choices[0].To = "rotta" }, roleplay.VariantHopeless},
		"weights":              {func(s *roleplay.Script) { s.Rubric.Criteria[0].Weight = 50 }, roleplay.WeightsNot100},
		"unknown statement":    {func(s *roleplay.Script) { node(s, "dono").Choices[0].Effect.Statements = []string{"D2", "D7"} }, roleplay.MarkUnknown},
		"unknown due": {func(s *roleplay.Script) {
			node(s, "fine").End.Due = append(node(s, "fine").End.Due, roleplay.Due{Statement: "D9"})
		}, roleplay.MarkUnknown},
		"level outside": {func(s *roleplay.Script) { node(s, "dono").Choices[0].Effect.Levels[0].Value = 4 }, roleplay.LevelOutside},
		"via unknown":   {func(s *roleplay.Script) { node(s, "fine").End.Due[1].Via = "donno" }, roleplay.ViaUnknown},
		"unused error":  {func(s *roleplay.Script) { s.Rubric.Errors = append(s.Rubric.Errors, roleplay.CriticalError{ID: "E2"}) }, roleplay.MarkUnused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := call()
			if got := codes(roleplay.Prove(s)); len(got) != 0 {
				t.Fatalf("the sound script has findings: %v", got)
			}
			tc.spoil(&s)
			if got := codes(roleplay.Prove(s)); !slices.Contains(got, tc.want) {
				t.Errorf("findings %v, want %s among them", got, tc.want)
			}
		})
	}
}

func everythingPasses(s *roleplay.Script) {
	s.Threshold = 0
	for i := range s.Nodes {
		if s.Nodes[i].End != nil {
			s.Nodes[i].End = &roleplay.Ending{Success: true}
		}
		for j := range s.Nodes[i].Choices {
			s.Nodes[i].Choices[j].Effect.Errors = nil
		}
	}
}

func TestNearestNameIsSuggested(t *testing.T) {
	t.Parallel()
	s := call()
	s.Nodes[2].Choices[0].To = "fini"
	for _, f := range roleplay.Prove(s).Findings {
		if f.Code == roleplay.NodeUnknown {
			if f.Args[3] != "fine" {
				t.Errorf("near %v, want fine", f.Args[3])
			}
			return
		}
	}
	t.Error("no finding")
}

// randomScript draws small graphs, most of them sound in shape, with every kind
// of mark, variants, silence and ways back.
func randomScript(t *rapid.T) roleplay.Script {
	s := roleplay.Script{Threshold: rapid.IntRange(0, 100).Draw(t, "threshold"), Rubric: call().Rubric}
	names := []string{"a", "b", "c", "d", "e"}[:rapid.IntRange(1, 5).Draw(t, "nodes")]
	targets := append(slices.Clone(names), "ok", "ko")
	for i, name := range names {
		n := roleplay.Node{Name: name, Pos: i + 1}
		if i > 0 && rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
			for j := range rapid.IntRange(1, 2).Draw(t, "variants") {
				// Forward only: a ring of variants alone has no volunteer in it.
				n.Variants = append(n.Variants, roleplay.Variant{Text: string(rune('u' + j)), To: rapid.SampledFrom(targets[i+1:]).Draw(t, "to"), Mood: -1})
			}
			s.Nodes = append(s.Nodes, n)
			continue
		}
		for range rapid.IntRange(1, 3).Draw(t, "choices") {
			c := roleplay.Choice{Text: "x", To: rapid.SampledFrom(targets).Draw(t, "to")}
			if i > 0 && rapid.IntRange(0, 5).Draw(t, "back") == 0 {
				c.To = roleplay.Back
			}
			if rapid.Bool().Draw(t, "level") {
				c.Effect.Levels = []roleplay.Level{{Criterion: rapid.SampledFrom([]string{"R1", "R2"}).Draw(t, "criterion"), Value: rapid.IntRange(0, 3).Draw(t, "value")}}
			}
			if rapid.Bool().Draw(t, "say") {
				c.Effect.Statements = []string{rapid.SampledFrom([]string{"D1", "D2"}).Draw(t, "statement")}
			}
			if rapid.IntRange(0, 3).Draw(t, "err") == 0 {
				c.Effect.Errors = []string{"E1"}
			}
			c.Effect.Silent = n.Choices == nil && rapid.IntRange(0, 4).Draw(t, "silent") == 0
			n.Choices = append(n.Choices, c)
		}
		s.Nodes = append(s.Nodes, n)
	}
	ok := &roleplay.Ending{Success: true}
	if rapid.Bool().Draw(t, "due") {
		ok.Due = []roleplay.Due{{Statement: "D1"}, {Statement: "D2", Via: rapid.SampledFrom(names).Draw(t, "via")}}
	}
	s.Nodes = append(s.Nodes, roleplay.Node{Name: "ok", Pos: 8, End: ok}, roleplay.Node{Name: "ko", Pos: 9, End: &roleplay.Ending{}})
	return s
}

// explore plays every walk through the public steps of a run, and counts what
// ended and what passed. It shares no code with the prover's walk.
func explore(s roleplay.Script, r roleplay.Run, walks, passing *int, budget *int) bool {
	if *budget--; *budget < 0 {
		return false
	}
	visits := map[string]int{}
	for _, v := range r.Path {
		if visits[v.Node]++; visits[v.Node] > roleplay.VisitsPerNode {
			return true
		}
	}
	if r.Over {
		*walks++
		if paperScore(s, r) {
			*passing++
		}
		return true
	}
	whole := true
	for i := range len(roleplay.Now(s, r).Options) {
		for _, next := range forked(s, r, i) {
			whole = explore(s, next, walks, passing, budget) && whole
		}
	}
	if silent(s, r.At()) {
		for _, next := range forked(s, r, roleplay.SayNothing) {
			whole = explore(s, next, walks, passing, budget) && whole
		}
	}
	return whole
}

// forked takes a step once for every way in which variants can fall.
func forked(s roleplay.Script, r roleplay.Run, input int) []roleplay.Run {
	var runs []roleplay.Run
	var vary func(picks map[string]int, from int)
	vary = func(picks map[string]int, from int) {
		for i := from; i < len(s.Nodes); i++ {
			if n := s.Nodes[i]; len(n.Variants) > 0 {
				for j := range n.Variants {
					picks[n.Name] = j
					vary(picks, i+1)
				}
				return
			}
		}
		c := r
		c.Picks = map[string]int{}
		maps.Copy(c.Picks, picks)
		var err error
		if input == roleplay.SayNothing {
			c, err = c.Silence(s, c.Step())
		} else {
			c, err = c.Choose(s, c.Step(), input)
		}
		if err != nil {
			panic(err)
		}
		// The same tail reached by different picks is one walk.
		for _, old := range runs {
			if slices.EqualFunc(old.Path, c.Path, func(a, b roleplay.Visit) bool { return a.Node == b.Node && a.Taken == b.Taken }) {
				return
			}
		}
		runs = append(runs, c)
	}
	vary(map[string]int{}, 0)
	return runs
}

func silent(s roleplay.Script, at string) bool {
	for _, n := range s.Nodes {
		if n.Name == at {
			return slices.ContainsFunc(n.Choices, func(c roleplay.Choice) bool { return c.Effect.Silent })
		}
	}
	return false
}

// paperScore is the rule of the package comment, in floating point and loops.
func paperScore(s roleplay.Script, r roleplay.Run) bool {
	by := map[string]roleplay.Node{}
	for _, n := range s.Nodes {
		by[n.Name] = n
	}
	sum, weights := 0.0, 0.0
	for _, k := range s.Rubric.Criteria {
		taken, best := 0, 0
		for _, v := range r.Path {
			n := by[v.Node]
			if v.Taken < 0 || len(n.Choices) == 0 {
				continue
			}
			top := 0
			for i, c := range n.Choices {
				for _, l := range c.Effect.Levels {
					if l.Criterion == k.ID {
						if l.Value > top {
							top = l.Value
						}
						if i == v.Taken {
							taken += l.Value
						}
					}
				}
			}
			best += top
		}
		if best > 0 {
			sum += float64(k.Weight) * float64(taken) / float64(best)
			weights += float64(k.Weight)
		}
	}
	score := 0.0
	if weights > 0 {
		score = sum / weights * 100
	}
	said, visited, failed := map[string]bool{}, map[string]bool{}, false
	for _, v := range r.Path {
		visited[v.Node] = true
		if v.Taken >= 0 && len(by[v.Node].Choices) > 0 {
			e := by[v.Node].Choices[v.Taken].Effect
			for _, d := range e.Statements {
				said[d] = true
			}
			failed = failed || len(e.Errors) > 0
		}
	}
	end := by[r.At()].End
	if end == nil || !end.Success || failed {
		return false
	}
	for _, d := range end.Due {
		if (d.Via == "" || visited[d.Via]) && !said[d.Statement] {
			return false
		}
	}
	return score+1e-9 >= float64(s.Threshold)
}

func TestTheProverAgreesWithPlayingEveryWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := randomScript(t)
		p := roleplay.Prove(s)
		if !p.Whole {
			return
		}
		walks, passing, budget := 0, 0, 3000
		r, err := roleplay.Begin(s, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		if !explore(s, r, &walks, &passing, &budget) {
			return
		}
		if walks != p.Walks || passing != p.Passing {
			t.Fatalf("the prover found %d walks, %d passing; playing found %d, %d", p.Walks, p.Passing, walks, passing)
		}
		has := func(code string) bool { return slices.Contains(codes(p), code) }
		if has(roleplay.PassUnattainable) != (passing == 0) || has(roleplay.FailImpossible) != (walks > 0 && walks == passing) {
			t.Fatalf("findings %v with %d walks, %d passing", codes(p), walks, passing)
		}
	})
}

// playAtRandom plays until the end with drawn inputs.
func playAtRandom(t *rapid.T, s roleplay.Script) roleplay.Run {
	r, err := roleplay.Begin(s, rapid.Uint64().Draw(t, "seed"))
	for err == nil && !r.Over && r.Step() < 40 {
		o := len(roleplay.Now(s, r).Options)
		in := rapid.IntRange(-1, o-1).Draw(t, "in")
		if in == roleplay.SayNothing {
			r, err = r.Silence(s, r.Step())
		} else {
			r, err = r.Choose(s, r.Step(), in)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReplayGivesTheSameScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := randomScript(t)
		r := playAtRandom(t, s)
		again, err := roleplay.Replay(s, r.Seed, r.Picks, r.Inputs)
		if err != nil {
			t.Fatal(err)
		}
		a, b := roleplay.Score(s, r), roleplay.Score(s, again)
		if a.Score != b.Score || a.Passed != b.Passed || !slices.Equal(a.Errors, b.Errors) || r.Mood != again.Mood || r.At() != again.At() || !slices.Equal(r.Path, again.Path) {
			t.Fatalf("%+v then %+v", a, b)
		}
	})
}

func TestAnyCriticalErrorIsNotPassed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := randomScript(t)
		s.Threshold = 0
		r := playAtRandom(t, s)
		made := false
		for _, rm := range roleplay.Remarks(s, r) {
			made = made || len(rm.Errors) > 0
		}
		res := roleplay.Score(s, r)
		if made && res.Passed || made != (len(res.Errors) > 0) {
			t.Fatalf("error made %v, result %+v", made, res)
		}
		if res.Passed != (r.Over && paperScore(s, r)) {
			t.Fatalf("passed %v, on paper %v", res.Passed, paperScore(s, r))
		}
	})
}

func TestReplayRefusesInputsThatDoNotFit(t *testing.T) {
	t.Parallel()
	if _, err := roleplay.Replay(call(), 1, nil, []int{0, 9}); err == nil {
		t.Error("an input outside the options was replayed")
	}
}
