package roleplay

import (
	"maps"
	"slices"
)

// Found is what one evaluator found on a call, as far as it decides.
type Found struct {
	Score  Points
	Passed bool
	Errors []string // ids of the critical errors named, in any order
}

// Accord is where the judgements of one call stand:
//
//	wanting ──last judgement──► agreed
//	                      └───► disputed ──arbiter──► arbitrated
type Accord string

// The accords. Agreed and Arbitrated are final.
const (
	Wanting    Accord = "wanting"
	Disputed   Accord = "disputed"
	Agreed     Accord = "agreed"
	Arbitrated Accord = "arbitrated"
)

// Settled tells that a result stands.
func (a Accord) Settled() bool { return a == Agreed || a == Arbitrated }

// Apart is the most by which the highest and the lowest score of judgements
// that agree may differ: ten points of a hundred.
const Apart Points = 1000

// Outcome is what the judgements of a call add up to.
type Outcome struct {
	Accord  Accord
	Missing int   // judgements still to come, the arbiter's included
	Found   Found // what counts; zero until the accord is settled
}

// Agree weighs judgements, the first given first, of which the first needed
// (at least one) were made without knowledge of each other. They agree when all
// passed or none did, their scores are at most Apart, and they name the same
// critical errors; then their mean counts, rounded down, with the errors. Else
// the next one, made by somebody who may know them all, decides alone. What
// comes after a settled accord is not looked at.
func Agree(judgements []Found, needed int) Outcome {
	needed = max(needed, 1)
	if len(judgements) < needed {
		return Outcome{Accord: Wanting, Missing: needed - len(judgements)}
	}
	first := judgements[0]
	low, high, sum := first.Score, first.Score, Points(0)
	named, same := set(first.Errors), true
	for _, j := range judgements[:needed] {
		low, high, sum = min(low, j.Score), max(high, j.Score), sum+j.Score
		same = same && j.Passed == first.Passed && maps.Equal(set(j.Errors), named)
	}
	switch {
	case same && high-low <= Apart:
		return Outcome{Accord: Agreed, Found: Found{Score: sum / Points(needed), Passed: first.Passed, Errors: slices.Sorted(maps.Keys(named))}}
	case len(judgements) == needed:
		return Outcome{Accord: Disputed, Missing: 1}
	}
	return Outcome{Accord: Arbitrated, Found: judgements[needed]}
}

func set(list []string) map[string]bool {
	out := map[string]bool{}
	for _, s := range list {
		out[s] = true
	}
	return out
}

// Counted are the places, from 0, of the judgements that made the outcome of
// Agree; nil until it is settled.
func (o Outcome) Counted(needed int) []int {
	switch o.Accord {
	case Agreed:
		list := make([]int, max(needed, 1))
		for i := range list {
			list[i] = i
		}
		return list
	case Arbitrated:
		return []int{max(needed, 1)}
	case Wanting, Disputed:
	}
	return nil
}
