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

	stops []Stop // of this walk
	near  nearest
	owing map[Due][]Stop      // a walk that leaves a due unsaid
	worst map[[2]int]*nearest // through a variant, without passing
}

// nearest is the walk that comes nearest to a pass without passing.
type nearest struct {
	walk    []Stop
	success bool
	score   Points
}

// keep takes the walk over when it comes nearer: to a good end, then by its score.
func (n *nearest) keep(walk []Stop, r Result) {
	if n.walk == nil || r.Success && !n.success || r.Success == n.success && r.Score > n.score {
		n.walk, n.success, n.score = slices.Clone(walk), r.Success, r.Score
	}
}

// frame is what Back needs: where the volunteer last chose, and its own origin.
type frame struct {
	node   int
	origin int // index into trail
}

func (p *Proof) walk(s Script) {
	w := &walker{
		s: s, nodes: map[string]int{}, visits: make([]int, len(s.Nodes)), proof: p,
		met: map[Due]bool{}, asked: map[Due]bool{}, hope: map[[2]int]bool{}, owing: map[Due][]Stop{}, worst: map[[2]int]*nearest{},
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
					p.shown(w.owing[d])
				}
			}
		}
		if len(n.Variants) > 1 && p.Whole && p.Passing > 0 {
			for j, v := range n.Variants {
				if w.walked(i, j) && !w.hope[[2]int{i, j}] {
					p.add(VariantHopeless, n, v.Pos, "text", v.Text)
					if near := w.worst[[2]int{i, j}]; near != nil {
						p.shown(near.walk)
					}
				}
			}
		}
	}
	if p.Whole && p.Passing == 0 {
		p.add(PassUnattainable, s.Nodes[0], 0, "best", int(p.Best), "threshold", s.Threshold)
		p.shown(w.near.walk)
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
	n := w.s.Nodes[i]
	w.stops = append(w.stops, Stop{n.Name, Here})
	stop := len(w.stops) - 1
	defer func() { w.visits[i]--; w.stops = w.stops[:stop] }()
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
			w.stops[stop].Taken = j
			w.enter(w.nodes[v.To], origin, t)
			w.current = w.current[:len(w.current)-1]
		}
		return
	}
	w.trail = append(w.trail, frame{i, origin})
	here := len(w.trail) - 1
	for j, c := range n.Choices {
		w.stops[stop].Taken = j
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
		} else if w.owing[d] == nil {
			w.owing[d] = slices.Clone(w.stops)
		}
	}
	if !res.Passed {
		w.failing++
		w.near.keep(w.stops, res)
		for _, v := range w.current {
			if w.worst[v] == nil {
				w.worst[v] = &nearest{}
			}
			w.worst[v].keep(w.stops, res)
		}
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
