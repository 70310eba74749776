package roleplay_test

import (
	"testing"

	"abilita/course/roleplay"
)

// One moment with three choices, and one behind it that few come to.
func heatScript() roleplay.Script {
	level := func(k string, v int) roleplay.Effect {
		return roleplay.Effect{Levels: []roleplay.Level{{Criterion: k, Value: v}}}
	}
	return roleplay.Script{Nodes: []roleplay.Node{
		{Name: "a", Choices: []roleplay.Choice{
			{To: "b", Effect: level("R1", 3)}, {To: "b", Effect: level("R1", 1)}, {To: "c", Effect: roleplay.Effect{Errors: []string{"E1"}}}, {To: "b", Effect: level("R2", 0)},
		}},
		{Name: "b", Choices: []roleplay.Choice{{To: "c"}}},
		{Name: "c", End: &roleplay.Ending{}},
	}}
}

func played(by int64, taken ...int) roleplay.Played {
	var path []roleplay.Visit
	for i, t := range taken {
		path = append(path, roleplay.Visit{Node: []string{"a", "b"}[i], Taken: t})
	}
	return roleplay.Played{By: by, Run: roleplay.Run{Path: append(path, roleplay.Visit{Node: "c", Taken: roleplay.Here})}}
}

func TestHeat(t *testing.T) {
	t.Parallel()
	s := heatScript()
	for choice, weak := range []bool{false, true, true, true} {
		if s.Nodes[0].Weak(choice) != weak {
			t.Errorf("choice %d is weak: %v", choice, !weak)
		}
	}
	if s.Nodes[0].Weak(9) || s.Nodes[1].Weak(0) {
		t.Error("a choice that loses nothing is weak")
	}
	runs := []roleplay.Played{played(1, 0, 0), played(1, 1, 0), played(2, 2), played(3, 2), played(4, 1, 0), played(4, roleplay.Stayed)}
	h := roleplay.Gather(s, runs)
	if h.Told() || !h.At("a").Few {
		t.Errorf("four people are told of: %+v", h.At("a"))
	}
	h = roleplay.Gather(s, append(runs, played(5, 0, 0)))
	want := roleplay.Traffic{People: 5, Times: 7, Weak: 4, Critical: 2}
	if got := h.At("a"); !h.Told() || got != want || h.Runs != 7 || h.People != 5 {
		t.Errorf("%+v of %d runs, want %+v", got, h.Runs, want)
	}
	if n, ok := h.Taken("a", 2); n != 2 || !ok {
		t.Errorf("the critical choice: %d, %v", n, ok)
	}
	if n, ok := h.Taken("b", 0); ok || n != 0 { // three people only
		t.Errorf("what three people did is told: %d", n)
	}
	if got := h.At("b"); got != (roleplay.Traffic{Few: true}) {
		t.Errorf("three people: %+v", got)
	}
	if !h.At("nowhere").Few || (roleplay.Heat{}).Told() {
		t.Error("nothing tells something")
	}
}
