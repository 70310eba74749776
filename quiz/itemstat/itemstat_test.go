package itemstat_test

import (
	"math"
	"slices"
	"testing"

	"abilita/quiz/itemstat"
)

// The numbers of the table are worked out by hand: of thirty people, those on the
// left have the share of the item and of the rest that is written.
func TestFiguresByHand(t *testing.T) {
	t.Parallel()
	group := func(n int, a itemstat.Answer) []itemstat.Answer { return slices.Repeat([]itemstat.Answer{a}, n) }
	three := itemstat.Question{Right: []bool{true, false, false}}
	for name, tc := range map[string]struct {
		question       itemstat.Question
		answers        []itemstat.Answer
		facility       float64
		right, blank   int
		discriminates  bool
		discrimination float64
		chosen         []int
		flags          []itemstat.FlagKind
	}{
		// Who knows the rest knows the item: all on one line.
		"perfect": {three, slices.Concat(group(15, itemstat.Answer{Share: 1, Rest: 1, Chosen: []int{0}}), group(10, itemstat.Answer{Chosen: []int{1}}), group(5, itemstat.Answer{Chosen: []int{2}})), 0.5, 15, 0, true, 1, []int{15, 10, 5}, nil},
		// The other way round: the key is wrong.
		"inverse": {three, slices.Concat(group(10, itemstat.Answer{Share: 1, Rest: 0, Chosen: []int{0}}), group(15, itemstat.Answer{Rest: 1, Chosen: []int{1}}), group(5, itemstat.Answer{Rest: 1, Chosen: []int{2}})), 1.0 / 3, 10, 0, true, -1, []int{10, 15, 5}, []itemstat.FlagKind{itemstat.Inverse, itemstat.WrongPreferred}},
		// Half and half on both sides, crossed in equal parts: covariance 0.
		"says nothing": {three, slices.Concat(group(8, itemstat.Answer{Share: 1, Rest: 1, Chosen: []int{0}}), group(8, itemstat.Answer{Share: 1, Rest: 0, Chosen: []int{0}}), group(8, itemstat.Answer{Rest: 1, Chosen: []int{1}}), group(8, itemstat.Answer{Rest: 0, Chosen: []int{1}})), 0.5, 16, 0, true, 0, []int{16, 16, 0}, []itemstat.FlagKind{itemstat.Weak, itemstat.NeverChosen}},
		// x = 1 for 20 of 40; y = 1 for 15 of those and 5 of the others: phi = (15*15-5*5)/(20*20) = 0.5.
		"a half":               {itemstat.Question{}, slices.Concat(group(15, itemstat.Answer{Share: 1, Rest: 1}), group(5, itemstat.Answer{Share: 1, Rest: 0}), group(5, itemstat.Answer{Rest: 1}), group(15, itemstat.Answer{Rest: 0})), 0.5, 20, 0, true, 0.5, []int{}, nil},
		"everybody":            {three, group(30, itemstat.Answer{Share: 1, Rest: 0.5, Chosen: []int{0}}), 1, 30, 0, false, 0, []int{30, 0, 0}, []itemstat.FlagKind{itemstat.TooEasy}},
		"everybody, critical":  {itemstat.Question{Critical: true, Right: three.Right}, group(30, itemstat.Answer{Share: 1, Rest: 0.5, Chosen: []int{0}}), 1, 30, 0, false, 0, []int{30, 0, 0}, nil},
		"the item was alone":   {itemstat.Question{}, slices.Concat(group(15, itemstat.Answer{Share: 1, Alone: true}), group(15, itemstat.Answer{Alone: true})), 0.5, 15, 0, false, 0, []int{}, nil},
		"a part of the points": {itemstat.Question{}, group(30, itemstat.Answer{Share: 0.5, Rest: 0.5}), 0.5, 0, 0, false, 0, []int{}, nil},
		"left blank":           {three, slices.Concat(group(3, itemstat.Answer{Blank: true}), group(9, itemstat.Answer{Share: 1, Rest: 1, Chosen: []int{0}}), group(9, itemstat.Answer{Chosen: []int{1}}), group(9, itemstat.Answer{Chosen: []int{2}})), 0.3, 9, 3, true, 1, []int{9, 9, 9}, []itemstat.FlagKind{itemstat.Omitted}},
		"hard":                 {itemstat.Question{}, slices.Concat(group(1, itemstat.Answer{Share: 1, Rest: 1}), group(9, itemstat.Answer{})), 0.1, 1, 0, false, 0, []int{}, nil}, // ten people: figures, no verdict
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := itemstat.Of(tc.question, tc.answers)
			var flags []itemstat.FlagKind
			for _, k := range f.Flags {
				flags = append(flags, k.Kind)
			}
			if !f.Enough || math.Abs(f.Facility-tc.facility) > 1e-9 || f.Right != tc.right || f.Blank != tc.blank || f.Discriminates != tc.discriminates ||
				math.Abs(f.Discrimination-tc.discrimination) > 1e-9 || !slices.Equal(f.Chosen, tc.chosen) || !slices.Equal(flags, tc.flags) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestFewPeopleSayNothing(t *testing.T) {
	t.Parallel()
	one := itemstat.Answer{Share: 1, Rest: 1, Chosen: []int{0}}
	for n := range itemstat.MinPeople {
		f := itemstat.Of(itemstat.Question{Right: []bool{true, false}}, slices.Repeat([]itemstat.Answer{one}, n))
		if f.Enough || f.People != n || f.Facility != 0 || f.Chosen != nil || f.Flags != nil {
			t.Errorf("%d people: %+v", n, f)
		}
	}
	f := itemstat.Of(itemstat.Question{}, append(slices.Repeat([]itemstat.Answer{one}, itemstat.MinJudged-2), itemstat.Answer{}))
	if !f.Enough || f.Judged || f.Discriminates || f.Flags != nil {
		t.Errorf("below what is judged: %+v", f)
	}
	if f.People != itemstat.MinJudged-1 {
		t.Errorf("people %d", f.People)
	}
}
