package quiz_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"abilita/quiz"
)

func TestLevelCounts(t *testing.T) {
	t.Parallel()
	share := func(p ...int) []quiz.LevelShare {
		var s []quiz.LevelShare
		for i, n := range p {
			if n > 0 {
				s = append(s, quiz.LevelShare{Level: quiz.Levels[i], Percent: n})
			}
		}
		return s
	}
	for _, tc := range []struct {
		total  int
		shares []quiz.LevelShare
		want   []int
	}{
		{24, share(30, 0, 50, 20), []int{7, 0, 12, 5}}, // 7.2, 12, 4.8
		{6, share(20, 10, 50, 20), []int{1, 1, 3, 1}},  // 1.2, 0.6, 3, 1.2
		{3, share(25, 25, 25, 25), []int{1, 1, 1, 0}},
		{10, share(100), []int{10, 0, 0, 0}},
		{1, share(33, 33, 34), []int{0, 0, 1, 0}},
	} {
		bp := quiz.Blueprint{Modules: []quiz.ModuleCount{{Module: "m", Count: tc.total}}, Levels: tc.shares}
		if got := quiz.LevelCounts(bp); !slices.Equal(got, tc.want) {
			t.Errorf("%d of %v: %v, want %v", tc.total, tc.shares, got, tc.want)
		}
	}
}

// donations is the shape of the donations exam: 24 of 72 by eight modules.
func donations() (quiz.Bank, quiz.Exam) {
	var b quiz.Bank
	e := quiz.Exam{Threshold: 80, Attempts: 3, Blueprint: quiz.Blueprint{Critical: 6, Levels: []quiz.LevelShare{
		{Level: quiz.Remember, Percent: 30}, {Level: quiz.Apply, Percent: 50}, {Level: quiz.Judge, Percent: 20},
	}}}
	for m, n := range []int{3, 4, 5, 3, 3, 2, 3, 1} {
		module := fmt.Sprint("m", m+1)
		e.Blueprint.Modules = append(e.Blueprint.Modules, quiz.ModuleCount{Module: module, Count: n})
		for i := range 3 * n {
			b.Items = append(b.Items, quiz.Item{
				ID: fmt.Sprint(module, "-", i), Module: module, Points: 100, Type: quiz.Open,
				Level: []quiz.Level{quiz.Apply, quiz.Remember, quiz.Judge, quiz.Apply}[i%4], Critical: i%4 == 0,
			})
		}
	}
	return b, e
}

func TestDrawFillsTheBlueprintAndNeverRepeatsAForm(t *testing.T) {
	t.Parallel()
	b, e := donations()
	if s := quiz.Shortfalls(b, e); s != nil {
		t.Fatalf("%v", s)
	}
	var previous []string
	for seed := range uint64(60) {
		p, err := quiz.Draw(b, e, seed, previous)
		if err != nil {
			t.Fatal(err)
		}
		if why := unfit(b, e.Blueprint, p.Form()); why != "" {
			t.Fatal(why)
		}
		if slices.Equal(p.Form(), previous) {
			t.Fatal("the same form twice running")
		}
		previous = p.Form()
	}
}

// unfit says what a set of items lacks, counted item by item.
func unfit(b quiz.Bank, bp quiz.Blueprint, form []string) string {
	modules, levels, critical := map[string]int{}, map[quiz.Level]int{}, 0
	for i, id := range form {
		if slices.Contains(form[:i], id) {
			return "repeated " + id
		}
		for _, it := range b.Items {
			if it.ID == id {
				modules[it.Module]++
				levels[it.Level]++
				if it.Critical {
					critical++
				}
			}
		}
	}
	for _, m := range bp.Modules {
		if modules[m.Module] != m.Count {
			return fmt.Sprint("module ", m.Module, " has ", modules[m.Module])
		}
	}
	if len(form) != bp.Total() {
		return fmt.Sprint(len(form), " items")
	}
	if len(bp.Levels) > 0 {
		for i, n := range quiz.LevelCounts(bp) {
			if levels[quiz.Levels[i]] != n {
				return fmt.Sprint("level ", quiz.Levels[i], " has ", levels[quiz.Levels[i]])
			}
		}
	}
	if bp.Critical != quiz.AnyCritical && critical != bp.Critical {
		return fmt.Sprint(critical, " critical")
	}
	return ""
}

// The oracle tries every subset of a small bank.
func TestDrawFailsExactlyWhenNoSetFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b quiz.Bank
		for i := range rapid.IntRange(1, 9).Draw(t, "items") {
			b.Items = append(b.Items, quiz.Item{
				ID: fmt.Sprint("q", i), Type: quiz.Open, Points: 100,
				Module: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "module"), Level: rapid.SampledFrom(quiz.Levels).Draw(t, "level"),
				Critical: rapid.Bool().Draw(t, "critical"),
			})
		}
		bp := quiz.Blueprint{Critical: rapid.IntRange(-1, 2).Draw(t, "want critical")}
		for _, m := range []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(t, "modules")] {
			bp.Modules = append(bp.Modules, quiz.ModuleCount{Module: m, Count: rapid.IntRange(0, 3).Draw(t, "count")})
		}
		if rapid.Bool().Draw(t, "levels") {
			bp.Levels = []quiz.LevelShare{{Level: quiz.Remember, Percent: 50}, {Level: quiz.Apply, Percent: 50}}
		}
		var fits [][]string
		for mask := range 1 << len(b.Items) {
			var form []string
			for i, it := range b.Items {
				if mask>>i&1 == 1 {
					form = append(form, it.ID)
				}
			}
			if unfit(b, bp, form) == "" {
				fits = append(fits, form)
			}
		}
		e := quiz.Exam{Blueprint: bp}
		seed := rapid.Uint64().Draw(t, "seed")
		p, err := quiz.Draw(b, e, seed, nil)
		if len(fits) == 0 {
			if !errors.Is(err, quiz.ErrBlueprint) {
				t.Fatalf("nothing fits, got %v %v", p.Form(), err)
			}
			return
		}
		if err != nil || unfit(b, bp, p.Form()) != "" {
			t.Fatalf("%d sets fit, got %v %v", len(fits), p.Form(), err)
		}
		if bp.Total() == 0 {
			return
		}
		next, err := quiz.Draw(b, e, seed, p.Form())
		if len(fits) == 1 {
			if !errors.Is(err, quiz.ErrOnlyForm) {
				t.Fatalf("one set fits, got %v %v", next.Form(), err)
			}
			return
		}
		if err != nil || slices.Equal(next.Form(), p.Form()) || unfit(b, bp, next.Form()) != "" {
			t.Fatalf("%d sets fit; after %v got %v %v", len(fits), p.Form(), next.Form(), err)
		}
	})
}

func TestWholeBank(t *testing.T) {
	t.Parallel()
	b := quiz.Bank{Items: []quiz.Item{items[quiz.One], items[quiz.Order]}}
	p, err := quiz.Draw(b, quiz.Exam{}, 1, nil)
	if err != nil || !slices.Equal(p.Form(), []string{"one", "order"}) {
		t.Fatalf("%v %v", p.Form(), err)
	}
	if _, err := quiz.Draw(b, quiz.Exam{}, 1, p.Form()); !errors.Is(err, quiz.ErrOnlyForm) {
		t.Errorf("%v", err)
	}
	if _, err := quiz.Draw(quiz.Bank{}, quiz.Exam{}, 1, nil); !errors.Is(err, quiz.ErrBlueprint) {
		t.Errorf("%v", err)
	}
}

func TestOptionIdsSayNothing(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	firstIsRight := 0
	for seed := range uint64(300) {
		p := paperOf(t, seed, 80, items[quiz.One], items[quiz.Match])
		for _, q := range quiz.View(p).Questions {
			for _, s := range slices.Concat(q.Options, q.Left, q.Right, []quiz.Shown{{ID: q.ID}}) {
				if seen[s.ID] || len(s.ID) != 8 {
					t.Fatalf("id %q", s.ID)
				}
				seen[s.ID] = true
			}
			if q.Type == quiz.One && q.Options[0].Text == "b" {
				firstIsRight++
			}
		}
	}
	if firstIsRight < 60 || firstIsRight > 140 {
		t.Errorf("the right option stands first in %d of 300 papers", firstIsRight)
	}
}

func TestFixedOptionsStay(t *testing.T) {
	t.Parallel()
	it := items[quiz.One]
	it.Fixed = true
	order := items[quiz.Order]
	order.Fixed = true
	moved := false
	for seed := range uint64(50) {
		q := quiz.View(paperOf(t, seed, 80, it)).Questions[0]
		if q.Options[0].Text+q.Options[1].Text+q.Options[2].Text != "abc" {
			t.Fatal("a fixed item was shuffled")
		}
		if quiz.View(paperOf(t, seed, 80, order)).Questions[0].Options[0].Text != "a" {
			moved = true
		}
	}
	if !moved {
		t.Error("a fixed order item shows its answer")
	}
}

func TestShortfalls(t *testing.T) {
	t.Parallel()
	spoil := func(f func(*quiz.Bank, *quiz.Exam)) []quiz.Shortfall {
		b, e := donations()
		f(&b, &e)
		return quiz.Shortfalls(b, e)
	}
	for want, got := range map[string][]quiz.Shortfall{
		quiz.ShortBank:     spoil(func(b *quiz.Bank, e *quiz.Exam) { b.Items = nil }),
		quiz.ShortModule:   spoil(func(b *quiz.Bank, e *quiz.Exam) { e.Blueprint.Modules[0].Count = 10 }),
		quiz.ShortLevel:    spoil(func(b *quiz.Bank, e *quiz.Exam) { e.Blueprint.Levels[0].Level = quiz.Understand }),
		quiz.ShortCritical: spoil(func(b *quiz.Bank, e *quiz.Exam) { e.Blueprint.Critical = 30 }),
		quiz.ShortTogether: spoil(func(b *quiz.Bank, e *quiz.Exam) { e.Blueprint.Critical = 20 }),
		quiz.ShortForms:    spoil(func(b *quiz.Bank, e *quiz.Exam) { e.Blueprint = quiz.Blueprint{} }),
	} {
		if len(got) != 1 || got[0].Code != want {
			t.Errorf("want %s, got %v", want, got)
		}
	}
	if got := spoil(func(b *quiz.Bank, e *quiz.Exam) { e.Blueprint, e.Attempts = quiz.Blueprint{}, 1 }); got != nil {
		t.Errorf("one attempt at the whole bank: %v", got)
	}
}

// Whatever is retired is on no paper, with a blueprint and without, and what a
// bank lacks is counted without it.
func TestARetiredItemIsNeverDrawn(t *testing.T) {
	t.Parallel()
	b, e := donations()
	for i := range b.Items {
		if i%6 == 5 {
			b.Items[i].Retired = "fuori uso"
		}
	}
	whole := e
	whole.Blueprint = quiz.Blueprint{Critical: quiz.AnyCritical}
	for _, exam := range []quiz.Exam{e, whole} {
		var previous []string
		for seed := range uint64(40) {
			p, err := quiz.Draw(b, exam, seed, previous)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range p.Questions {
				if q.Item.Retired != "" {
					t.Fatalf("seed %d drew %s", seed, q.Item.ID)
				}
			}
			if len(exam.Blueprint.Modules) > 0 {
				previous = p.Form()
			}
		}
	}
	if n := len(b.InUse().Items); n != 60 || len(b.Items) != 72 {
		t.Errorf("%d of %d in use", n, len(b.Items))
	}
	for i := range b.Items {
		if b.Items[i].Module == "m8" {
			b.Items[i].Retired = "fuori uso"
		}
	}
	if s := quiz.Shortfalls(b, e); len(s) != 1 || s[0].Code != quiz.ShortModule {
		t.Errorf("a module without items in use: %v", s)
	}
}
