package roleplay

import "slices"

// FewPeople is below how many different people nothing is told of a part of a script:
// who knows the group would know who it was.
const FewPeople = 5

// Played is a run with who played it, as a number that means nothing else.
type Played struct {
	By  int64
	Run Run
}

// Heat is where the runs of a script went. The zero Heat tells nothing.
type Heat struct {
	Runs, People int
	moments      map[string]Traffic
	ways         map[Stop]int
}

// Traffic is what happened at a moment. Few hides the rest, which is 0 then.
type Traffic struct {
	Few      bool
	People   int // different ones
	Times    int // choices made there
	Weak     int // that gave less than the best of some criterion, or were a critical error
	Critical int // that were a critical error
}

// Gather adds up runs of one script. A step that does not fit the script is left out.
func Gather(s Script, list []Played) Heat {
	h := Heat{Runs: len(list), moments: map[string]Traffic{}, ways: map[Stop]int{}}
	all := map[int64]bool{}
	seen := map[string]map[int64]bool{}
	for _, p := range list {
		all[p.By] = true
		for _, v := range p.Run.Path {
			n, ok := s.node(v.Node)
			if !ok || v.Taken == Here {
				continue
			}
			if seen[v.Node] == nil {
				seen[v.Node] = map[int64]bool{}
			}
			seen[v.Node][p.By] = true
			t := h.moments[v.Node]
			t.Times++
			if v.Taken >= 0 && v.Taken < len(n.Choices) {
				if n.Weak(v.Taken) {
					t.Weak++
				}
				if len(n.Choices[v.Taken].Effect.Errors) > 0 {
					t.Critical++
				}
			}
			h.moments[v.Node] = t
			h.ways[Stop{v.Node, v.Taken}]++
		}
	}
	h.People = len(all)
	for name, t := range h.moments {
		t.People = len(seen[name])
		if t.People < FewPeople {
			t = Traffic{Few: true}
		}
		h.moments[name] = t
	}
	return h
}

// Weak says whether a choice gives less than the best that its moment offers on some
// criterion, or is a critical error.
func (n Node) Weak(choice int) bool {
	if choice < 0 || choice >= len(n.Choices) {
		return false
	}
	e := n.Choices[choice].Effect
	if len(e.Errors) > 0 {
		return true
	}
	return slices.ContainsFunc(n.Choices, func(other Choice) bool {
		return slices.ContainsFunc(other.Effect.Levels, func(l Level) bool { return l.Value > e.level(l.Criterion) })
	})
}

// Told says whether anything may be told of the script.
func (h Heat) Told() bool { return h.People >= FewPeople }

// At is what happened at a moment; Few where fewer than FewPeople were there, or none.
func (h Heat) At(node string) Traffic {
	t, ok := h.moments[node]
	if !ok || !h.Told() {
		return Traffic{Few: true}
	}
	return t
}

// Taken is how often a choice or variant was taken, of the times that its moment tells
// of; false where too few people were there.
func (h Heat) Taken(node string, choice int) (int, bool) {
	if h.At(node).Few {
		return 0, false
	}
	return h.ways[Stop{node, choice}], true
}
