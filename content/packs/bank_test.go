package packs_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"abilita/content"
	"abilita/quiz"
)

// formOf is what each paper of an exam holds.
type formOf struct{ items, critical int }

// bank finds a bank of a pack by its id.
func bank(t *testing.T, p content.Pack, id string) content.Bank {
	t.Helper()
	i := slices.IndexFunc(p.Banks, func(b content.Bank) bool { return b.File.ID == id })
	if i < 0 {
		t.Fatal("no bank", id)
	}
	return p.Banks[i]
}

func exam(t *testing.T, p content.Pack, id string) content.Exam {
	t.Helper()
	i := slices.IndexFunc(p.Exams, func(e content.Exam) bool { return e.File.ID == id })
	if i < 0 {
		t.Fatal("no exam", id)
	}
	return p.Exams[i]
}

func allItems(p content.Pack) []quiz.Item {
	var list []quiz.Item
	for _, b := range p.Banks {
		list = append(list, b.Items...)
	}
	return list
}

func TestTheBankIsLargeEnoughAndExplained(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			want := shipped[dir]
			if n := len(bank(t, p, want.bank).Items); n != want.items {
				t.Errorf("%d items, want %d", n, want.items)
			}
			if n := len(exam(t, p, want.mid).Items.Items); n != want.midItems {
				t.Errorf("%d items for the check half way, want %d", n, want.midItems)
			}
			modules := map[string]bool{}
			for _, m := range p.Modules {
				modules[m.ID] = true
			}
			types, said, explained := map[quiz.Type]int{}, 0, 0
			items := allItems(p)
			for _, it := range items {
				types[it.Type]++
				if strings.HasPrefix(it.Stem, "«") || strings.HasPrefix(it.Stem, "“") {
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
		})
	}
}

// Nothing in the form of a question tells the answer.
func TestTheFormOfAQuestionDoesNotGiveItAway(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			items := allItems(p)
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
		})
	}
}

func byLength(a, b quiz.Option) int {
	return utf8.RuneCountInString(a.Text) - utf8.RuneCountInString(b.Text)
}

// Three attempts get three forms, and none is the only one.
func TestEachExamHasParallelForms(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			final := shipped[dir].exam
			for id, want := range map[string]formOf{final: shipped[dir].form, shipped[dir].mid: shipped[dir].midForm} {
				e := exam(t, p, id)
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
							if id == final && q.Item.Type == quiz.Open {
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
		})
	}
}

// Three papers with nothing in common can be made, cell by cell.
func TestTheBankHoldsThreeWholePapers(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			e := exam(t, p, shipped[dir].exam)
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
		})
	}
}

// Half of the listening exam is on the role, the sources, the levels of need and
// health data; half of the desk's on the catalogue and the paperwork.
func TestTheBlueprintWeighsWhatMatters(t *testing.T) {
	t.Parallel()
	for dir, tc := range map[string]struct {
		modules []string
		want    int
	}{
		"ascolto-emergenza/it": {[]string{"mo-ruolo", "mo-fonti", "mo-livelli", "mo-salute"}, 15},
		"sportello-welfare/it": {[]string{"mo-bisogno", "mo-carte"}, 10},
	} {
		n := 0
		for _, m := range exam(t, loaded[dir], shipped[dir].exam).Blueprint.Modules {
			if slices.Contains(tc.modules, m.Module) {
				n += m.Count
			}
		}
		if n != tc.want {
			t.Errorf("%s: %d items on %v, want %d", dir, n, tc.modules, tc.want)
		}
	}
}
