package roleplay

import (
	"slices"
)

// VisitsPerNode is how often a walk of the prover may pass a node. What needs a
// third visit is not found: Proof says so by this number.
const VisitsPerNode = 2

// MaxWalk bounds the prover; a script that needs more is not fully walked.
const MaxWalk = 200_000

// Proof is what can be known of a script before anybody plays it.
type Proof struct {
	Findings []Finding
	Steps    int  // taken over all walks
	Walks    int  // that reached an ending
	Whole    bool // every walk of at most VisitsPerNode visits was taken
	Passing  int  // walks that pass
	Best     Points
}

// Finding is something wrong or worth knowing. Code is stable; who shows it has
// the words. Args are name, value, name, value…. Walk is a way through the script
// that shows it, from the start; nil where there is none to show.
type Finding struct {
	Code string
	Node string
	Pos  int
	Args []any
	Walk []Stop
}

// Stop is a moment of a walk and the choice or variant taken there, in the order
// of the script; Here at the last.
type Stop struct {
	Node  string
	Taken int
}

// Codes of findings.
const (
	NoNode           = "no_node"
	NodeTwice        = "node_twice"
	NodeUnknown      = "node_unknown" // a choice leads nowhere; near is the likeliest name
	NodeUnreachable  = "node_unreachable"
	NodeNoExit       = "node_no_exit"
	NodeMixed        = "node_mixed"
	NodeTrapped      = "node_trapped" // no ending can be reached from it
	BackFromStart    = "back_from_start"
	SilenceTwice     = "silence_twice"
	SilenceMissing   = "silence_missing"
	SilenceDefault   = "silence_default" // missing, and the script's own applies
	OnlySilence      = "only_silence"
	PassUnattainable = "pass_unattainable"
	FailImpossible   = "fail_impossible"
	DueUnfulfillable = "due_unfulfillable"
	VariantDead      = "variant_dead"    // repeats another one of its list
	VariantHopeless  = "variant_no_pass" // no walk through it passes
	WeightsNot100    = "weights_not_100"
	MarkUnknown      = "mark_unknown"
	LevelOutside     = "level_outside"
	ViaUnknown       = "via_unknown"
	MarkUnused       = "mark_unused"
	WalksCut         = "walks_cut"
)

// Prove checks the graph, then walks it by brute force.
func Prove(s Script) Proof {
	var p Proof
	if len(s.Nodes) == 0 {
		p.Findings = append(p.Findings, Finding{Code: NoNode})
		return p
	}
	known := p.marks(s)
	if p.graph(s) && known {
		p.walk(s)
	}
	slices.SortStableFunc(p.Findings, func(a, b Finding) int { return a.Pos - b.Pos })
	return p
}

func (p *Proof) add(code string, n Node, pos int, args ...any) {
	p.Findings = append(p.Findings, Finding{Code: code, Node: n.Name, Pos: pos, Args: args})
}

// shown gives the finding that was added last a walk that shows it.
func (p *Proof) shown(walk []Stop) { p.Findings[len(p.Findings)-1].Walk = walk }

// wayTo is a shortest walk from the start to a node, nil when none leads there.
func wayTo(s Script, to string) []Stop {
	from := map[string]Stop{} // where a node was first reached from
	todo := []string{s.Nodes[0].Name}
	seen := map[string]bool{todo[0]: true}
	for len(todo) > 0 && !seen[to] {
		n, _ := s.node(todo[0])
		todo = todo[1:]
		for i, l := range links(n) {
			if _, there := s.node(l.to); there && !seen[l.to] {
				seen[l.to], from[l.to] = true, Stop{n.Name, i}
				todo = append(todo, l.to)
			}
		}
	}
	if !seen[to] {
		return nil
	}
	walk := []Stop{{to, Here}}
	for {
		before, ok := from[walk[0].Node]
		if !ok {
			return walk
		}
		walk = slices.Insert(walk, 0, before)
	}
}

// graph reports what is wrong with nodes and links, and whether walks make sense.
func (p *Proof) graph(s Script) bool {
	sound := true
	seen := map[string]bool{}
	names := make([]string, 0, len(s.Nodes))
	for _, n := range s.Nodes {
		names = append(names, n.Name)
		if seen[n.Name] {
			p.add(NodeTwice, n, n.Pos, "node", n.Name)
			sound = false
		}
		seen[n.Name] = true
	}
	for i, n := range s.Nodes {
		p.shape(s, n)
		for j, l := range links(n) {
			switch {
			case l.to == Back && i == 0:
				p.add(BackFromStart, n, l.pos, "node", n.Name)
			case l.to != Back && !seen[l.to]:
				p.add(NodeUnknown, n, l.pos, "node", l.to, "near", Nearest(l.to, names))
				if walk := wayTo(s, n.Name); walk != nil {
					walk[len(walk)-1].Taken = j
					p.shown(walk)
				}
				sound = false
			}
		}
	}
	reach := reachable(s)
	for _, n := range s.Nodes {
		if !reach[n.Name] {
			p.add(NodeUnreachable, n, n.Pos, "node", n.Name)
		} else if sound && n.End == nil && len(links(n)) > 0 && !canEnd(s, n.Name) {
			p.add(NodeTrapped, n, n.Pos, "node", n.Name)
			p.shown(wayTo(s, n.Name))
		}
	}
	return sound
}

func (p *Proof) shape(s Script, n Node) {
	kinds := 0
	for _, has := range []bool{len(n.Choices) > 0, len(n.Variants) > 0, n.End != nil} {
		if has {
			kinds++
		}
	}
	switch {
	case kinds == 0:
		p.add(NodeNoExit, n, n.Pos, "node", n.Name)
		p.shown(wayTo(s, n.Name))
	case kinds > 1:
		p.add(NodeMixed, n, n.Pos, "node", n.Name)
	}
	silent := 0
	for _, c := range n.Choices {
		if c.Effect.Silent {
			if silent++; silent == 2 {
				p.add(SilenceTwice, n, c.Pos, "node", n.Name)
			}
		}
	}
	if len(n.Choices) > 0 {
		switch {
		case silent == len(n.Choices):
			p.add(OnlySilence, n, n.Pos, "node", n.Name)
		case silent == 0 && s.Silence.Turn > 0:
			p.add(SilenceDefault, n, n.Pos, "node", n.Name)
		case silent == 0:
			p.add(SilenceMissing, n, n.Pos, "node", n.Name)
		}
	}
	for i, v := range n.Variants {
		for _, w := range n.Variants[:i] {
			if v.Who == w.Who && v.Text == w.Text {
				p.add(VariantDead, n, v.Pos, "text", v.Text)
			}
		}
	}
}

type link struct {
	to  string
	pos int
}

func links(n Node) []link {
	var ls []link
	for _, c := range n.Choices {
		ls = append(ls, link{c.To, c.Pos})
	}
	for _, v := range n.Variants {
		ls = append(ls, link{v.To, v.Pos})
	}
	return ls
}

func reachable(s Script) map[string]bool {
	reach := map[string]bool{}
	todo := []string{s.Nodes[0].Name}
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		n, ok := s.node(name)
		if !ok || reach[name] {
			continue
		}
		reach[name] = true
		for _, l := range links(n) {
			if l.to != Back {
				todo = append(todo, l.to)
			}
		}
	}
	return reach
}

// canEnd says whether some ending can be reached from a node. A way back counts
// as a way out: it leads to a node that is judged for itself.
func canEnd(s Script, from string) bool {
	seen := map[string]bool{}
	todo := []string{from}
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		n, ok := s.node(name)
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		if n.End != nil {
			return true
		}
		for _, l := range links(n) {
			if l.to == Back {
				return true
			}
			todo = append(todo, l.to)
		}
	}
	return false
}

// marks checks names and weights against the rubric, and what is never marked.
// It says whether all statements due are known: without them every walk fails.
func (p *Proof) marks(s Script) bool {
	due := true
	weights := 0
	known := map[string]bool{}
	for _, c := range s.Rubric.Criteria {
		weights += c.Weight
		known[c.ID] = true
	}
	for _, d := range s.Rubric.Statements {
		known[d.ID] = true
	}
	for _, e := range s.Rubric.Errors {
		known[e.ID] = true
	}
	if len(s.Rubric.Criteria) > 0 && weights != 100 {
		p.add(WeightsNot100, Node{}, 0, "sum", weights)
	}
	ids := make([]string, 0, len(known))
	for id := range known {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	used := map[string]bool{}
	check := func(n Node, pos int, id string) {
		used[id] = true
		if !known[id] {
			p.add(MarkUnknown, n, pos, "mark", id, "near", Nearest(id, ids))
		}
	}
	for _, n := range s.Nodes {
		for _, c := range n.Choices {
			for _, id := range slices.Concat(c.Effect.Statements, c.Effect.Errors) {
				check(n, c.Pos, id)
			}
			for _, l := range c.Effect.Levels {
				check(n, c.Pos, l.Criterion)
				if l.Value < 0 || l.Value > TopLevel {
					p.add(LevelOutside, n, c.Pos, "mark", l.Criterion, "level", l.Value)
				}
			}
		}
		if n.End == nil {
			continue
		}
		for _, d := range n.End.Due {
			if !known[d.Statement] {
				p.add(MarkUnknown, n, d.Pos, "mark", d.Statement, "near", Nearest(d.Statement, ids))
				due = false
			}
			if _, ok := s.node(d.Via); d.Via != "" && !ok {
				p.add(ViaUnknown, n, d.Pos, "node", d.Via)
			}
		}
	}
	for _, id := range ids {
		if !used[id] {
			p.add(MarkUnused, Node{}, 0, "mark", id)
		}
	}
	return due
}

// Nearest is the name with the fewest edits from name, when it is near enough
// to be meant, else "".
func Nearest(name string, names []string) string {
	return Within(len([]rune(name))/2, name, names)
}

// Within is the name that so many letters put in, taken out or changed make of
// another, the one with the fewest; "" when none is as near.
func Within(letters int, name string, names []string) string {
	best, at := "", letters+1
	for _, n := range names {
		if d := edits(name, n); d < at {
			best, at = n, d
		}
	}
	return best
}

func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		corner := row[0]
		row[0] = i + 1
		for j := range y {
			cost := corner
			if x[i] != y[j] {
				cost = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
