package roleplay_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"abilita/course/roleplay"
)

// legal follows a walk by the script alone: each stop must lead to the next, a way
// back to where one chose last.
func legal(t *rapid.T, s roleplay.Script, walk []roleplay.Stop) {
	t.Helper()
	node := func(name string) roleplay.Node {
		return s.Nodes[slices.IndexFunc(s.Nodes, func(n roleplay.Node) bool { return n.Name == name })]
	}
	if walk[0].Node != s.Nodes[0].Name {
		t.Fatalf("a walk begins at %q", walk[0].Node)
	}
	type place struct {
		node   string
		origin *place
	}
	at := &place{node: walk[0].Node}
	for i, stop := range walk[:len(walk)-1] {
		n := node(stop.Node)
		if stop.Taken < 0 || stop.Taken >= max(len(n.Choices), len(n.Variants)) {
			t.Fatalf("stop %d of %v takes what is not there", i, walk)
		}
		switch {
		case len(n.Variants) > 0:
			at = &place{n.Variants[stop.Taken].To, at.origin}
		case n.Choices[stop.Taken].To != roleplay.Back:
			at = &place{n.Choices[stop.Taken].To, at}
		case at.origin != nil:
			at = &place{at.origin.node, at.origin.origin}
		default:
			at = &place{node: at.node}
		}
		if at.node != walk[i+1].Node {
			t.Fatalf("stop %d of %v leads to %q", i, walk, at.node)
		}
	}
}

// What is found is shown by a walk that one could take, and the walk shows it.
func TestAFindingIsShownByAWalk(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := randomScript(t)
		if rapid.IntRange(0, 3).Draw(t, "spoil") == 0 { // nothing leads on from here
			s.Nodes[rapid.IntRange(0, len(s.Nodes)-3).Draw(t, "at")].Choices = nil
		}
		p := roleplay.Prove(s)
		for _, f := range p.Findings {
			if f.Walk == nil {
				continue
			}
			seen[f.Code]++
			legal(t, s, f.Walk)
			run := roleplay.Run{Over: true}
			for _, stop := range f.Walk {
				run.Path = append(run.Path, roleplay.Visit{Node: stop.Node, Taken: stop.Taken})
			}
			last := f.Walk[len(f.Walk)-1].Node
			switch f.Code {
			case roleplay.PassUnattainable:
				if res := roleplay.Score(s, run); res.Passed || p.Best > 0 && res.Score != p.Best {
					t.Fatalf("the best walk scores %d, passed %v; the prover says %d", res.Score, res.Passed, p.Best)
				}
			case roleplay.VariantHopeless:
				through := slices.ContainsFunc(f.Walk, func(v roleplay.Stop) bool {
					n := s.Nodes[slices.IndexFunc(s.Nodes, func(n roleplay.Node) bool { return n.Name == v.Node })]
					return v.Node == f.Node && v.Taken >= 0 && v.Taken < len(n.Variants) && n.Variants[v.Taken].Text == f.Args[1]
				})
				if !through || roleplay.Score(s, run).Passed {
					t.Fatalf("%v does not show that %v is hopeless", f.Walk, f.Args)
				}
			case roleplay.DueUnfulfillable:
				if !slices.ContainsFunc(roleplay.Score(s, run).Missing, func(d roleplay.Due) bool { return d.Statement == f.Args[1] }) {
					t.Fatalf("%v says %v", f.Walk, f.Args)
				}
			case roleplay.NodeTrapped, roleplay.NodeNoExit, roleplay.NodeUnknown:
				if last != f.Node {
					t.Fatalf("%s of %q is shown by a walk to %q", f.Code, f.Node, last)
				}
			default:
				t.Fatalf("%s has a walk", f.Code)
			}
		}
	})
	for _, code := range []string{roleplay.PassUnattainable, roleplay.DueUnfulfillable, roleplay.NodeNoExit} {
		if seen[code] == 0 {
			t.Errorf("no script showed %s", code)
		}
	}
}

// A link to nowhere is shown by the way to it, with the choice that takes it.
func TestABrokenLinkIsShownByTheWayToIt(t *testing.T) {
	t.Parallel()
	s := call()
	to := len(s.Nodes[0].Choices)
	s.Nodes[0].Choices = append(s.Nodes[0].Choices, roleplay.Choice{Text: "x", To: "nowhere"})
	for _, f := range roleplay.Prove(s).Findings {
		if f.Code == roleplay.NodeUnknown {
			if want := []roleplay.Stop{{Node: s.Nodes[0].Name, Taken: to}}; !slices.Equal(f.Walk, want) {
				t.Errorf("shown by %v, want %v", f.Walk, want)
			}
			return
		}
	}
	t.Error("not found")
}
