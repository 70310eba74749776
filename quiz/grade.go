package quiz

import (
	"slices"

	"abilita/internal/fault"
)

// Answer is what came back for one question; only the field of its type counts.
type Answer struct {
	Chosen []string          `json:",omitempty"` // one, several: option ids; order: all ids in order
	Pairs  map[string]string `json:",omitempty"` // match: left id to right id
	Gaps   []string          `json:",omitempty"` // gap: in the order of the stem
	Text   string            `json:",omitempty"` // number and open, as typed
	Best   string            `json:",omitempty"` // situation: option id
	Worst  string            `json:",omitempty"` // situation: option id
}

// Given says whether anything was answered.
func (a Answer) Given() bool {
	filled := slices.ContainsFunc(a.Gaps, func(s string) bool { return s != "" })
	return len(a.Chosen) > 0 || len(a.Pairs) > 0 || filled || a.Text != "" || a.Best != "" || a.Worst != ""
}

// Answers are by question id.
type Answers map[string]Answer

// Result is a graded paper.
type Result struct {
	Points, Max Points
	Score       int // hundredths of a per cent, rounded down: 8000 is 80 %
	Threshold   int // per cent
	Verdicts    []Verdict
	Critical    []string // item ids of critical items not wholly right
	Waiting     int      // open items that a person still has to mark
	Passed      bool     // never while something waits
}

// Verdict is the worth of one answer.
type Verdict struct {
	Question, Item string
	Points, Max    Points
	Right          bool // all the points
	Answered       bool
	Critical       bool
	Waiting        bool
}

// Grade marks the paper that was issued. Answers to unknown questions and
// unknown option ids earn nothing; an open item that was answered waits for a
// person, an unanswered one has its 0.
func Grade(p Paper, answers Answers) Result {
	r := Result{Threshold: p.Threshold}
	for _, q := range p.Questions {
		a := answers[q.ID]
		v := Verdict{Question: q.ID, Item: q.Item.ID, Max: q.Item.Points, Critical: q.Item.Critical, Answered: a.Given()}
		if q.Item.Type == Open {
			v.Waiting = a.Text != ""
		} else {
			v.Points = q.worth(a)
		}
		v.Right = !v.Waiting && v.Points == v.Max
		r.Verdicts = append(r.Verdicts, v)
	}
	return r.sum()
}

// sum adds the verdicts up. An empty paper is never passed.
func (r Result) sum() Result {
	r.Points, r.Max, r.Waiting, r.Critical = 0, 0, 0, nil
	for _, v := range r.Verdicts {
		r.Points += v.Points
		r.Max += v.Max
		if v.Waiting {
			r.Waiting++
		} else if v.Critical && !v.Right {
			r.Critical = append(r.Critical, v.Item)
		}
	}
	if r.Max > 0 {
		r.Score = int(int64(r.Points) * 10000 / int64(r.Max))
	}
	r.Passed = r.Max > 0 && r.Waiting == 0 && len(r.Critical) == 0 && r.Score >= r.Threshold*100
	return r
}

// worth is the points of an answer, by its type.
func (q Question) worth(a Answer) Points {
	it := q.Item
	switch it.Type {
	case One:
		if i, ok := q.option(first(a.Chosen)); ok && len(a.Chosen) == 1 && it.Options[i].Key == Right {
			return it.Points
		}
		return 0
	case Several:
		return it.share(q.several(a.Chosen))
	case Order:
		return it.share(q.order(a.Chosen))
	case Match:
		return it.share(q.match(a.Pairs))
	case Gap:
		return it.share(it.gaps(a.Gaps))
	case Number:
		if near(a.Text, it.Value, it.Tolerance) {
			return it.Points
		}
		return 0
	case Situation:
		return it.share(q.situation(a))
	case Open: // a person marks it
	}
	return 0
}

// share is the points for good of all: everything or nothing, or with Partial
// the proportion, rounded half up.
func (it Item) share(good, all int) Points {
	switch {
	case all <= 0 || good <= 0:
		return 0
	case good >= all:
		return it.Points
	case it.Partial:
		return (it.Points*Points(good)*2 + Points(all)) / Points(all*2)
	}
	return 0
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

func (q Question) option(id string) (int, bool) {
	for _, s := range q.Options {
		if s.ID == id {
			return s.Index, true
		}
	}
	return 0, false
}

// several is right options chosen less wrong ones, of all right ones. An id
// that the question does not have is a wrong one; a repeated id counts once.
func (q Question) several(chosen []string) (good, all int) {
	for _, o := range q.Item.Options {
		if o.Key == Right {
			all++
		}
	}
	for n, id := range chosen {
		if slices.Contains(chosen[:n], id) {
			continue
		}
		if i, ok := q.option(id); ok && q.Item.Options[i].Key == Right {
			good++
		} else {
			good--
		}
	}
	return good, all
}

// order is the steps that follow each other as they should, of all of them. An
// unknown or repeated id spoils the answer.
func (q Question) order(chosen []string) (good, all int) {
	all = len(q.Item.Options) - 1
	before := -2
	for n, id := range chosen {
		i, ok := q.option(id)
		if !ok || slices.Contains(chosen[:n], id) {
			return 0, all
		}
		if i == before+1 {
			good++
		}
		before = i
	}
	return good, all
}

// match is the left sides given a right side that reads as theirs.
func (q Question) match(pairs map[string]string) (good, all int) {
	for _, l := range q.Left {
		for _, r := range q.Right {
			if pairs[l.ID] == r.ID && q.Item.Pairs[l.Index].Right == q.Item.Pairs[r.Index].Right {
				good++
			}
		}
	}
	return good, len(q.Left)
}

func (it Item) gaps(given []string) (good, all int) {
	for i, accepted := range it.Gaps {
		if i < len(given) && slices.ContainsFunc(accepted, func(s string) bool { return Fold(s) == Fold(given[i]) }) {
			good++
		}
	}
	return good, len(it.Gaps)
}

// situation is the best and the worst, told apart: the same option for both is
// nothing.
func (q Question) situation(a Answer) (good, all int) {
	if a.Best == a.Worst {
		return 0, 2
	}
	if i, ok := q.option(a.Best); ok && q.Item.Options[i].Key == Best {
		good++
	}
	if i, ok := q.option(a.Worst); ok && q.Item.Options[i].Key == Worst {
		good++
	}
	return good, 2
}

// TopMark is the highest level a person gives an open answer.
const TopMark = 3

// Faults of marking.
var (
	ErrNotWaiting = fault.New(fault.Conflict, "quiz.not_waiting")
	ErrMarkRange  = fault.New(fault.Invalid, "quiz.mark_range")
)

// Mark gives the level 0 to TopMark of an open answer that waits for it; the
// points are that share of the item's, rounded half up.
func (r Result) Mark(question string, level int) (Result, error) {
	if level < 0 || level > TopMark {
		return r, ErrMarkRange.With("max", TopMark)
	}
	i := slices.IndexFunc(r.Verdicts, func(v Verdict) bool { return v.Question == question && v.Waiting })
	if i < 0 {
		return r, ErrNotWaiting.With("question", question)
	}
	r.Verdicts = slices.Clone(r.Verdicts)
	v := &r.Verdicts[i]
	v.Points = (v.Max*Points(level)*2 + TopMark) / (TopMark * 2)
	v.Waiting, v.Right = false, v.Points == v.Max
	return r.sum(), nil
}

// Picked is which options of the item an answer chose, by their place there:
// options of one and several, and the best of a situation, whose worst is apart.
func (q Question) Picked(a Answer) (chosen, worst []int) {
	places := func(ids ...string) []int {
		var list []int
		for _, id := range ids {
			if i, ok := q.option(id); ok && !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
		return list
	}
	switch q.Item.Type {
	case One, Several:
		return places(a.Chosen...), nil
	case Situation:
		return places(a.Best), places(a.Worst)
	case Order, Match, Gap, Number, Open:
	}
	return nil, nil
}
