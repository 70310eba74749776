package walkthrough

import (
	"fmt"
	"slices"
	"strings"

	"abilita/internal/robot"
	"abilita/quiz"
)

// solver fills in a paper from the bank as somebody who has learnt it, or as
// somebody who has not.
type solver struct {
	items []quiz.Item
}

// how says what to answer.
type how int

const (
	right         how = iota
	allWrong          // nothing right
	criticalWrong     // all right but one critical item
)

// item finds the item of a question by the words they share.
func (s solver) item(g robot.Group) (quiz.Item, bool) {
	words := wordsOf(g.Text)
	var best quiz.Item
	most := 0.0
	for _, it := range s.items {
		stem := wordsOf(it.Stem)
		shared := 0
		for w := range stem {
			if words[w] {
				shared++
			}
		}
		if share := float64(shared) / float64(max(len(stem), 1)); share > most {
			best, most = it, share
		}
	}
	return best, most > 0.9
}

func wordsOf(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(plain(s)) {
		out[strings.Trim(w, ".,;:?!«»\"'()…")] = true
	}
	return out
}

// plain takes the marks of Markdown and the differences of typing away.
func plain(s string) string {
	return strings.ToLower(strings.NewReplacer("*", "", "`", "", "_", "", "’", "'", "\n", " ").Replace(s))
}

func same(a, b string) bool {
	return strings.Join(strings.Fields(plain(a)), " ") == strings.Join(strings.Fields(plain(b)), " ")
}

// fill answers every question of the paper on the page.
func (s solver) fill(f *robot.Form, h how) error {
	spoiled := false
	for _, g := range f.Groups() {
		it, ok := s.item(g)
		if !ok {
			return fmt.Errorf("no item of the bank matches the question %q", g.Legend)
		}
		wrong := h == allWrong || h == criticalWrong && it.Critical && !spoiled
		spoiled = spoiled || wrong
		if err := answer(f, g, it, wrong); err != nil {
			return fmt.Errorf("question %s: %w", it.ID, err)
		}
	}
	if h == criticalWrong && !spoiled {
		return fmt.Errorf("the paper holds no critical item to get wrong")
	}
	return nil
}

func answer(f *robot.Form, g robot.Group, it quiz.Item, wrong bool) error {
	var controls []robot.Control
	for _, c := range g.Controls {
		if c.Name != "flag" {
			controls = append(controls, c)
		}
	}
	switch it.Type {
	case quiz.One, quiz.Several:
		return choose(f, controls, it, wrong)
	case quiz.Situation:
		return bestAndWorst(f, controls, it, wrong)
	case quiz.Order:
		return order(f, controls, it, wrong)
	case quiz.Match:
		return match(f, controls, it, wrong)
	case quiz.Gap:
		for i, c := range controls {
			text := "nessuna idea"
			if !wrong && i < len(it.Gaps) {
				text = it.Gaps[i][0]
			}
			if err := f.Set(c.Name, text); err != nil {
				return err
			}
		}
	case quiz.Number:
		text := it.Value.String()
		if wrong {
			text = "987654"
		}
		return f.Set(controls[0].Name, text)
	case quiz.Open:
		return f.Set(controls[0].Name, "Riprendo le sue parole e le chiedo che cosa preferisce.")
	}
	return nil
}

func choose(f *robot.Form, controls []robot.Control, it quiz.Item, wrong bool) error {
	var values []string
	for _, o := range it.Options {
		if (o.Key == quiz.Right) == wrong {
			continue
		}
		i := slices.IndexFunc(controls, func(c robot.Control) bool { return same(c.Label, o.Text) })
		if i < 0 {
			return fmt.Errorf("the page does not offer %q", o.Text)
		}
		values = append(values, controls[i].Value)
		if it.Type == quiz.One {
			break
		}
	}
	return f.Set(controls[0].Name, values...)
}

func bestAndWorst(f *robot.Form, controls []robot.Control, it quiz.Item, wrong bool) error {
	for _, o := range it.Options {
		field := map[quiz.Key]string{quiz.Best: ".best", quiz.Worst: ".worst"}[o.Key]
		if wrong {
			field = map[quiz.Key]string{quiz.Best: ".worst", quiz.Worst: ".best"}[o.Key]
		}
		if field == "" {
			continue
		}
		i := slices.IndexFunc(controls, func(c robot.Control) bool {
			return strings.HasSuffix(c.Name, field) && strings.HasSuffix(strings.Join(strings.Fields(plain(c.Label)), " "), strings.Join(strings.Fields(plain(o.Text)), " "))
		})
		if i < 0 {
			return fmt.Errorf("the page does not offer %q", o.Text)
		}
		if err := f.Set(controls[i].Name, controls[i].Value); err != nil {
			return err
		}
	}
	return nil
}

func order(f *robot.Form, controls []robot.Control, it quiz.Item, wrong bool) error {
	for rank, o := range it.Options {
		i := slices.IndexFunc(controls, func(c robot.Control) bool { return same(c.Label, o.Text) })
		if i < 0 {
			return fmt.Errorf("the page does not offer %q", o.Text)
		}
		place := rank + 1
		if wrong {
			place = len(it.Options) - rank
		}
		if err := f.Set(controls[i].Name, fmt.Sprint(place)); err != nil {
			return err
		}
	}
	return nil
}

func match(f *robot.Form, controls []robot.Control, it quiz.Item, wrong bool) error {
	for n, c := range controls {
		p := slices.IndexFunc(it.Pairs, func(p quiz.Pair) bool { return p.Left != "" && same(p.Left, c.Label) })
		if p < 0 {
			return fmt.Errorf("the bank knows nothing of %q", c.Label)
		}
		o := slices.IndexFunc(c.Options, func(o robot.Control) bool { return same(o.Label, it.Pairs[p].Right) })
		if wrong {
			o = 1 + (o+n)%(len(c.Options)-1)
			if same(c.Options[o].Label, it.Pairs[p].Right) {
				o = 1 + o%(len(c.Options)-1)
			}
		}
		if o < 0 {
			return fmt.Errorf("the page does not offer %q", it.Pairs[p].Right)
		}
		if err := f.Set(c.Name, c.Options[o].Value); err != nil {
			return err
		}
	}
	return nil
}
