package packs_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"abilita/content"
	"abilita/quiz"
)

// bank finds a bank of the pack by its id.
func bank(t *testing.T, id string) content.Bank {
	t.Helper()
	p := donations()
	i := slices.IndexFunc(p.Banks, func(b content.Bank) bool { return b.File.ID == id })
	if i < 0 {
		t.Fatal("no bank", id)
	}
	return p.Banks[i]
}

func exam(t *testing.T, id string) content.Exam {
	t.Helper()
	p := donations()
	i := slices.IndexFunc(p.Exams, func(e content.Exam) bool { return e.File.ID == id })
	if i < 0 {
		t.Fatal("no exam", id)
	}
	return p.Exams[i]
}

func allItems() []quiz.Item {
	var list []quiz.Item
	for _, b := range donations().Banks {
		list = append(list, b.Items...)
	}
	return list
}

func TestTheBankIsLargeEnoughAndExplained(t *testing.T) {
	t.Parallel()
	if n := len(bank(t, "qz-banca").Items); n < 76 {
		t.Errorf("%d items, want 76", n)
	}
	modules := map[string]bool{}
	for _, m := range donations().Modules {
		modules[m.ID] = true
	}
	types, said, explained := map[quiz.Type]int{}, 0, 0
	items := allItems()
	for _, it := range items {
		types[it.Type]++
		if strings.HasPrefix(it.Stem, "«") {
			said++
		}
		if it.Explanation != "" {
			explained++
		}
		if !modules[it.Module] {
			t.Errorf("%s belongs to no module: %s", it.ID, it.Module)
		}
	}
	for _, typ := range quiz.Types {
		if types[typ] < 3 {
			t.Errorf("%d items of type %s, want 3", types[typ], typ)
		}
	}
	if 2*said < len(items) {
		t.Errorf("%d of %d stems open with what somebody said, want half", said, len(items))
	}
	if explained != len(items) {
		t.Errorf("%d of %d items are explained", explained, len(items))
	}
	t.Log(types, said, "of", len(items), "open with a sentence")
}

// Nothing in the form of a question tells the answer.
func TestTheFormOfAQuestionDoesNotGiveItAway(t *testing.T) {
	t.Parallel()
	items := allItems()
	longest, choices := content.LongestRight(items)
	if longest*100 >= choices*35 {
		t.Errorf("the right option is the longest in %d of %d", longest, choices)
	}
	best, situations, shortest := 0, 0, 0
	for _, it := range items {
		if it.Type == quiz.One && !it.Fixed {
			if slices.MinFunc(it.Options, byLength).Key == quiz.Right {
				shortest++
			}
			continue
		}
		if it.Type != quiz.Situation {
			continue
		}
		situations++
		if slices.MaxFunc(it.Options, byLength).Key == quiz.Best {
			best++
		}
	}
	if shortest*2 > choices {
		t.Errorf("the right option is the shortest in %d of %d", shortest, choices)
	}
	if best*100 >= situations*35 {
		t.Errorf("the best option is the longest in %d of %d", best, situations)
	}
	for i, it := range items {
		for _, other := range items[:i] {
			if content.Similar(it.Stem, other.Stem) {
				t.Errorf("%s asks much the same as %s", it.ID, other.ID)
			}
		}
	}
	t.Log(longest, "longest and", shortest, "shortest of", choices, "choices;", best, "of", situations, "situations")
}

func byLength(a, b quiz.Option) int {
	return utf8.RuneCountInString(a.Text) - utf8.RuneCountInString(b.Text)
}

// Three attempts get three forms, and none is the only one.
func TestEachExamHasParallelForms(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]struct{ items, critical int }{"qz-finale": {24, 6}, "qz-controllo": {8, 3}} {
		e := exam(t, id)
		if short := quiz.Shortfalls(e.Items, e.Exam); len(short) > 0 {
			t.Errorf("%s: %v", id, short)
		}
		for seed := range uint64(50) {
			var forms [][]string
			var previous []string
			for attempt := range uint64(3) {
				p, err := quiz.Draw(e.Items, e.Exam, 3*seed+attempt, previous)
				if err != nil {
					t.Fatalf("%s, seed %d, attempt %d: %v", id, seed, attempt, err)
				}
				previous = p.Form()
				critical := 0
				for _, q := range p.Questions {
					if q.Item.Critical {
						critical++
					}
					if id == "qz-finale" && q.Item.Type == quiz.Open {
						t.Errorf("%s asks %s, which waits for a person", id, q.Item.ID)
					}
				}
				if len(p.Questions) != want.items || critical != want.critical {
					t.Errorf("%s has %d items, %d critical; want %+v", id, len(p.Questions), critical, want)
				}
				for _, f := range forms {
					if slices.Equal(f, previous) {
						t.Errorf("%s, seed %d: the same form came twice", id, seed)
					}
				}
				forms = append(forms, previous)
			}
		}
	}
}

// Three papers with nothing in common can be made, cell by cell.
func TestTheBankHoldsThreeWholePapers(t *testing.T) {
	t.Parallel()
	e := exam(t, "qz-finale")
	modules, levels, critical := map[string]int{}, map[quiz.Level]int{}, 0
	for _, it := range e.Items.Items {
		modules[it.Module]++
		levels[it.Level]++
		if it.Critical {
			critical++
		}
	}
	for _, m := range e.Blueprint.Modules {
		if modules[m.Module] < 3*m.Count {
			t.Errorf("%s has %d items, want %d", m.Module, modules[m.Module], 3*m.Count)
		}
	}
	for i, n := range quiz.LevelCounts(e.Blueprint) {
		if levels[quiz.Levels[i]] < 3*n {
			t.Errorf("level %s has %d items, want %d", quiz.Levels[i], levels[quiz.Levels[i]], 3*n)
		}
	}
	if critical < 3*e.Blueprint.Critical {
		t.Errorf("%d critical items, want %d", critical, 3*e.Blueprint.Critical)
	}
}
