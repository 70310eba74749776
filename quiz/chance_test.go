package quiz_test

import (
	"testing"

	"abilita/quiz"
)

// Each of the five wrong orders of three steps comes as often as another, the
// right one never; of two steps both come.
func TestAnOrderIsNeverShownRight(t *testing.T) {
	t.Parallel()
	const papers = 2000
	for name, tc := range map[string]struct {
		steps []quiz.Option
		want  map[string]float64
	}{
		"three steps": {[]quiz.Option{{Text: "a"}, {Text: "b"}, {Text: "c"}}, map[string]float64{"acb": 400, "bac": 400, "bca": 400, "cab": 400, "cba": 400}},
		"two steps":   {[]quiz.Option{{Text: "a"}, {Text: "b"}}, map[string]float64{"ab": 1000, "ba": 1000}},
		"one step":    {[]quiz.Option{{Text: "a"}}, map[string]float64{"a": 2000}},
	} {
		got := map[string]float64{}
		for seed := range uint64(papers) {
			p, err := quiz.Draw(quiz.Bank{Items: []quiz.Item{{ID: "o", Type: quiz.Order, Points: 100, Options: tc.steps}}}, quiz.Exam{Threshold: 80}, seed*0x9e3779b97f4a7c15, nil)
			if err != nil {
				t.Fatal(err)
			}
			text, asked := "", quiz.View(p).Questions[0]
			var ids []string
			for _, o := range asked.Options {
				text += o.Text
				ids = append(ids, o.ID)
			}
			got[text]++
			if !p.Questions[0].AsShown(quiz.Answer{Chosen: ids}) || len(ids) > 1 && p.Questions[0].AsShown(quiz.Answer{Chosen: ids[1:]}) || p.Questions[0].AsShown(quiz.Answer{}) {
				t.Fatalf("%s: as shown is not what is shown", name)
			}
		}
		for order, n := range got {
			if want := tc.want[order]; n < want*0.85 || n > want*1.15 { // the seeds are fixed
				t.Errorf("%s: %s is shown %v times, about %v expected", name, order, n, want)
			}
		}
	}
}

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
		for place, got := range counts[kind] {
			want := papers / 4.0
			if kind == quiz.Order { // of the 24 orders the right one never comes; in five of the others the first step stands first
				want = papers * 6 / 23.0
				if place == 0 {
					want = papers * 5 / 23.0
				}
			}
			d := float64(got) - want
			chi += d * d / want
		}
		if chi > 16.27 { // three degrees of freedom, one in a thousand; the seeds are fixed
			t.Errorf("%s: %v over four places, chi-squared %.1f", kind, counts[kind], chi)
		}
	}
}
