package quiz_test

import (
	"testing"

	"abilita/quiz"
)

// Where the right option stands is chance: over many papers every place is as
// likely as another, for each type that has places.
func TestTheRightOptionStandsAnywhere(t *testing.T) {
	t.Parallel()
	options := []quiz.Option{{Text: "giusta", Key: quiz.Right}, {Text: "b"}, {Text: "c"}, {Text: "d"}}
	situation := []quiz.Option{{Text: "giusta", Key: quiz.Best}, {Text: "b", Key: quiz.Worst}, {Text: "c"}, {Text: "d"}}
	pairs := []quiz.Pair{{Left: "1", Right: "giusta"}, {Left: "2", Right: "b"}, {Left: "3", Right: "c"}, {Right: "d"}}
	bank := quiz.Bank{Items: []quiz.Item{
		{ID: "one", Type: quiz.One, Points: 100, Options: options},
		{ID: "several", Type: quiz.Several, Points: 100, Options: options},
		{ID: "order", Type: quiz.Order, Points: 100, Fixed: true, Options: options},
		{ID: "situation", Type: quiz.Situation, Points: 100, Options: situation},
		{ID: "match", Type: quiz.Match, Points: 100, Fixed: true, Pairs: pairs},
	}}
	const papers = 4000
	counts := map[quiz.Type][4]int{}
	for seed := range uint64(papers) {
		p, err := quiz.Draw(bank, quiz.Exam{Threshold: 80}, seed*0x9e3779b97f4a7c15, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range quiz.View(p).Questions {
			c := counts[q.Type]
			for place, o := range append(q.Options, q.Right...) {
				if o.Text == "giusta" {
					c[place]++
				}
			}
			counts[q.Type] = c
		}
	}
	for _, kind := range []quiz.Type{quiz.One, quiz.Several, quiz.Order, quiz.Situation, quiz.Match} {
		var chi float64
		for _, got := range counts[kind] {
			d := float64(got) - papers/4
			chi += d * d / (papers / 4)
		}
		if chi > 16.27 { // three degrees of freedom, one in a thousand; the seeds are fixed
			t.Errorf("%s: %v over four places, chi-squared %.1f", kind, counts[kind], chi)
		}
	}
}
