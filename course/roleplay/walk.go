package roleplay

import "slices"

// walker takes every walk through a script with at most VisitsPerNode visits
// per node. Silence without a branch is not walked: it changes no mark.
type walker struct {
	s       Script
	nodes   map[string]int
	visits  []int
	trail   []frame
	proof   *Proof
	met     map[Due]bool // dues of endings that some walk fulfilled
	asked   map[Due]bool // dues that some walk was asked for
	hope    map[[2]int]bool
	current [][2]int // variants on this walk: node, index
	failing int
}

// frame is what Back needs: where the volunteer last chose, and its own origin.
type frame struct {
	node   int
	origin int // index into trail
}

func (p *Proof) walk(s Script) {
	w := &walker{
		s: s, nodes: map[string]int{}, visits: make([]int, len(s.Nodes)), proof: p,
		met: map[Due]bool{}, asked: map[Due]bool{}, hope: map[[2]int]bool{},
	}
	for i, n := range s.Nodes {
		w.nodes[n.Name] = i
	}
	p.Whole = true
	w.enter(0, noOrigin, tally{})
	if !p.Whole {
		p.add(WalksCut, s.Nodes[0], 0, "steps", MaxWalk)
	}
	for i, n := range s.Nodes {
		if n.End != nil {
			for _, d := range n.End.Due {
				if n.End.Success && w.asked[d] && !w.met[d] && p.Whole {
					p.add(DueUnfulfillable, n, d.Pos, "mark", d.Statement)
				}
			}
		}
		if len(n.Variants) > 1 && p.Whole && p.Passing > 0 {
			for j, v := range n.Variants {
				if w.walked(i, j) && !w.hope[[2]int{i, j}] {
					p.add(VariantHopeless, n, v.Pos, "text", v.Text)
				}
			}
		}
	}
	if p.Whole && p.Passing == 0 {
		p.add(PassUnattainable, s.Nodes[0], 0, "best", int(p.Best), "threshold", s.Threshold)
	}
	if p.Whole && p.Walks > 0 && w.failing == 0 {
		p.add(FailImpossible, s.Nodes[0], 0)
	}
}

func (w *walker) walked(node, variant int) bool {
	_, ok := w.hope[[2]int{node, variant}]
	return ok
}

func (w *walker) enter(i, origin int, t tally) {
	if w.visits[i] == VisitsPerNode || !w.proof.Whole {
		return
	}
	if w.proof.Steps++; w.proof.Steps > MaxWalk {
		w.proof.Whole = false
		return
	}
	w.visits[i]++
	defer func() { w.visits[i]-- }()
	n := w.s.Nodes[i]
	t.visit(n, w.s.Rubric)
	if n.End != nil {
		t.end = n.End
		w.finish(t)
		return
	}
	if len(n.Variants) > 0 {
		for j, v := range n.Variants {
			w.current = append(w.current, [2]int{i, j})
			if pair := [2]int{i, j}; !w.hope[pair] {
				w.hope[pair] = false // met, without hope so far
			}
			w.enter(w.nodes[v.To], origin, t)
			w.current = w.current[:len(w.current)-1]
		}
		return
	}
	w.trail = append(w.trail, frame{i, origin})
	here := len(w.trail) - 1
	for _, c := range n.Choices {
		next := t
		next.choose(c.Effect, w.s.Rubric)
		switch {
		case c.To != Back:
			w.enter(w.nodes[c.To], here, next)
		case origin == noOrigin:
			w.enter(i, noOrigin, next)
		default:
			w.enter(w.trail[origin].node, w.trail[origin].origin, next)
		}
	}
	w.trail = w.trail[:here]
}

func (w *walker) finish(t tally) {
	p := w.proof
	p.Walks++
	res := t.result(w.s)
	for _, d := range t.end.Due {
		if d.Via != "" && !slices.Contains(t.visited, d.Via) {
			continue
		}
		w.asked[d] = true
		if slices.Contains(t.said, d.Statement) {
			w.met[d] = true
		}
	}
	if !res.Passed {
		w.failing++
		if res.Success {
			p.Best = max(p.Best, res.Score)
		}
		return
	}
	p.Passing++
	p.Best = max(p.Best, res.Score)
	for _, v := range w.current {
		w.hope[v] = true
	}
}
