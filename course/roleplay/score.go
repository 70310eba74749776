package roleplay

import (
	"math/big"
	"slices"
)

// Result is the worth of a call.
type Result struct {
	Score    Points // rounded down, so that a shown 75.00 has passed a threshold of 75
	Criteria []CriterionScore
	Errors   []string // critical errors made, in the order of the rubric
	Missing  []Due    // statements due and not said
	Success  bool     // the call came to a good end
	Passed   bool
}

// CriterionScore is the part of one criterion. Best 0 means that the call never
// offered it: it is left out.
type CriterionScore struct {
	ID          string
	Taken, Best int
	Score       Points // Taken of Best
	Weight      int    // of the rubric, before rescaling
}

// Score judges a run by its script. A run that is not over, or that ended
// badly, is not passed.
func Score(s Script, r Run) Result {
	var t tally
	for i, v := range r.Path {
		n, ok := s.node(v.Node)
		if !ok || v.Taken == Stayed {
			continue
		}
		t.visit(n, s.Rubric)
		if v.Taken >= 0 && v.Taken < len(n.Choices) {
			t.choose(n.Choices[v.Taken].Effect, s.Rubric)
		}
		if i == len(r.Path)-1 && r.Over && n.End != nil {
			t.end = n.End
		}
	}
	return t.result(s)
}

// tally collects marks along a path. It is copied by value by the prover, so
// it holds nothing but small slices that are cloned before they are changed.
type tally struct {
	best, pending, taken []int // by criterion; pending is what the open visit offers
	said, errors         []string
	visited              []string
	end                  *Ending
}

// visit notes what the node offers. It counts once the volunteer has chosen
// there: a node where the run stands has offered nothing yet.
func (t *tally) visit(n Node, r Rubric) {
	t.visited = append(slices.Clip(t.visited), n.Name)
	t.pending = make([]int, len(r.Criteria))
	for i, c := range r.Criteria {
		t.pending[i], _ = n.best(c.ID)
	}
}

func (t *tally) choose(e Effect, r Rubric) {
	best, taken := make([]int, len(r.Criteria)), make([]int, len(r.Criteria))
	copy(best, t.best)
	copy(taken, t.taken)
	for i, c := range r.Criteria {
		best[i] += t.pending[i]
		taken[i] += e.level(c.ID)
	}
	t.best, t.taken = best, taken
	t.said = append(slices.Clip(t.said), e.Statements...)
	t.errors = append(slices.Clip(t.errors), e.Errors...)
}

func (t *tally) result(s Script) Result {
	var res Result
	parts := make([]part, len(s.Rubric.Criteria))
	for i, c := range s.Rubric.Criteria {
		p := part{weight: c.Weight}
		if i < len(t.best) {
			p.taken, p.best = t.taken[i], t.best[i]
		}
		parts[i] = p
		res.Criteria = append(res.Criteria, p.score(c.ID))
	}
	res.Score = total(parts)
	for _, e := range s.Rubric.Errors {
		if slices.Contains(t.errors, e.ID) {
			res.Errors = append(res.Errors, e.ID)
		}
	}
	if t.end != nil {
		res.Success = t.end.Success
		for _, d := range t.end.Due {
			if (d.Via == "" || slices.Contains(t.visited, d.Via)) && !slices.Contains(t.said, d.Statement) {
				res.Missing = append(res.Missing, d)
			}
		}
	}
	res.Passed = res.Success && len(t.errors) == 0 && len(res.Missing) == 0 && res.Score >= Points(s.Threshold*100)
	return res
}

type part struct{ taken, best, weight int }

func (p part) score(id string) CriterionScore {
	c := CriterionScore{ID: id, Taken: p.taken, Best: p.best, Weight: p.weight}
	if p.best > 0 {
		c.Score = Points(p.taken * 10000 / p.best)
	}
	return c
}

// total is the weighted mean of taken over best, exact, then rounded down.
func total(parts []part) Points {
	sum, weights := new(big.Rat), int64(0)
	for _, p := range parts {
		if p.best == 0 || p.weight <= 0 {
			continue
		}
		weights += int64(p.weight)
		sum.Add(sum, big.NewRat(int64(p.taken)*int64(p.weight)*10000, int64(p.best)))
	}
	if weights == 0 {
		return 0
	}
	sum.Quo(sum, new(big.Rat).SetInt64(weights))
	return Points(new(big.Int).Quo(sum.Num(), sum.Denom()).Int64())
}

// Remark is what one choice marked, for the page after it and the debriefing.
type Remark struct {
	Node, Choice string
	Act          bool
	Statements   []Statement
	Levels       []LevelRemark
	Errors       []CriticalError
	Mood         int // change
	Calls        []string
	Reports      []string
	Note         string // what the trainer wrote under the choice
}

// LevelRemark compares the level taken with the best offered there.
type LevelRemark struct {
	Criterion, Name string
	Taken, Best     int
	Anchor          string // of the level taken
}

// Remarks lists what each choice of the run marked, in order. Visits without a
// choice of the volunteer are left out.
func Remarks(s Script, r Run) []Remark {
	var list []Remark
	for _, v := range r.Path {
		n, ok := s.node(v.Node)
		if !ok || v.Taken < 0 || v.Taken >= len(n.Choices) {
			continue
		}
		c := n.Choices[v.Taken]
		rm := Remark{
			Node: v.Node, Choice: c.Text, Act: c.Act, Mood: c.Effect.Mood, Calls: c.Effect.Calls,
			Reports: c.Effect.Reports, Note: c.Feedback,
		}
		for _, st := range s.Rubric.Statements {
			if slices.Contains(c.Effect.Statements, st.ID) {
				rm.Statements = append(rm.Statements, st)
			}
		}
		for _, e := range s.Rubric.Errors {
			if slices.Contains(c.Effect.Errors, e.ID) {
				rm.Errors = append(rm.Errors, e)
			}
		}
		for _, k := range s.Rubric.Criteria {
			best, marked := n.best(k.ID)
			if !marked {
				continue
			}
			l := LevelRemark{Criterion: k.ID, Name: k.Name, Taken: c.Effect.level(k.ID), Best: best}
			if l.Taken < len(k.Levels) {
				l.Anchor = k.Levels[l.Taken]
			}
			rm.Levels = append(rm.Levels, l)
		}
		list = append(list, rm)
	}
	return list
}
