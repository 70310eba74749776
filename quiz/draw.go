package quiz

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"abilita/internal/fault"
)

// Faults of drawing.
var (
	ErrBlueprint = fault.New(fault.Invalid, "quiz.blueprint_unfillable")
	ErrOnlyForm  = fault.New(fault.Conflict, "quiz.only_form")
)

// maxStates bounds the search; a blueprint that needs more is given up.
const maxStates = 200_000

// cell is the items of one module, level and kind.
type cell struct {
	module, level int
	critical      bool
	items         []Item // those not in the previous form first, each part shuffled
	old           int    // how many of them were in the previous form
}

// choose picks the items of a paper.
func choose(b Bank, bp Blueprint, rng *rand.Rand, previous []string) ([]Item, error) {
	if len(b.Items) == 0 {
		return nil, ErrBlueprint
	}
	if len(bp.Modules) == 0 {
		items := slices.Clone(b.Items)
		if len(previous) == len(items) && !slices.ContainsFunc(items, func(it Item) bool { return !slices.Contains(previous, it.ID) }) {
			return nil, ErrOnlyForm
		}
		return items, nil
	}
	f := newFill(b, bp, rng, previous)
	if f.fill(0, f.need(0), f.repeats(previous)) {
		return f.picked(), nil
	}
	if len(previous) > 0 {
		again := newFill(b, bp, rng, nil)
		if again.fill(0, again.need(0), false) {
			return nil, ErrOnlyForm
		}
	}
	return nil, ErrBlueprint
}

// fill is a search over how many items each cell gives. Modules come one after
// the other; levels and critical items are budgets shared by all.
type fill struct {
	bp       Blueprint
	cells    []cell
	levels   []int // still to give, by level; nil when the blueprint has none
	critical int   // still to give, or AnyCritical
	take     []int // by cell
	dead     map[string]bool
	rng      *rand.Rand
}

func newFill(b Bank, bp Blueprint, rng *rand.Rand, previous []string) *fill {
	f := &fill{bp: bp, critical: bp.Critical, dead: map[string]bool{}, rng: rng}
	if len(bp.Levels) > 0 {
		f.levels = LevelCounts(bp)
	}
	by := map[[3]int]int{}
	for _, i := range rng.Perm(len(b.Items)) {
		it := b.Items[i]
		m := slices.IndexFunc(bp.Modules, func(c ModuleCount) bool { return c.Module == it.Module })
		l := slices.Index(Levels, it.Level)
		if m < 0 || l < 0 {
			continue
		}
		key := [3]int{m, l, 0}
		if it.Critical {
			key[2] = 1
		}
		c, ok := by[key]
		if !ok {
			c = len(f.cells)
			by[key] = c
			f.cells = append(f.cells, cell{module: m, level: l, critical: it.Critical})
		}
		if slices.Contains(previous, it.ID) {
			f.cells[c].items = append(f.cells[c].items, it)
			f.cells[c].old++
		} else {
			f.cells[c].items = slices.Insert(f.cells[c].items, 0, it)
		}
	}
	slices.SortStableFunc(f.cells, func(a, b cell) int {
		return cmp.Or(a.module-b.module, a.level-b.level)
	})
	f.take = make([]int, len(f.cells))
	return f
}

// need is how many items the module of cell i still has to give when the search
// comes to its first cell.
func (f *fill) need(i int) int {
	if i == len(f.cells) {
		return 0
	}
	return f.bp.Modules[f.cells[i].module].Count
}

// repeats says whether the previous form could come out again: it cannot when
// it asked something that the bank no longer has.
func (f *fill) repeats(previous []string) bool {
	old := 0
	for _, c := range f.cells {
		old += c.old
	}
	return len(previous) > 0 && old == len(previous)
}

// fill decides the cells from i on. rest is what the current module still
// needs; same says that so far nothing differs from the previous form.
func (f *fill) fill(i, rest int, same bool) bool {
	if i == len(f.cells) {
		return !same && f.done()
	}
	state := fmt.Sprint(i, rest, f.levels, f.critical, same)
	if f.dead[state] || len(f.dead) > maxStates {
		return false
	}
	c := f.cells[i]
	last := i+1 == len(f.cells) || f.cells[i+1].module != c.module
	for _, k := range f.rng.Perm(min(rest, len(c.items)) + 1) {
		if last && k != rest || !f.spend(c, k) {
			continue
		}
		f.take[i] = k
		left := rest - k
		if last {
			left = f.need(i + 1)
		}
		if f.fill(i+1, left, same && k == c.old && (k == 0 || k == len(c.items))) {
			return true
		}
		f.spend(c, -k)
	}
	f.dead[state] = true
	return false
}

// spend takes k items from the budgets, or changes nothing and says false.
func (f *fill) spend(c cell, k int) bool {
	if f.levels != nil && f.levels[c.level] < k || c.critical && f.critical != AnyCritical && f.critical < k {
		return false
	}
	if f.levels != nil {
		f.levels[c.level] -= k
	}
	if c.critical && f.critical != AnyCritical {
		f.critical -= k
	}
	return true
}

// done says whether every budget was spent and every module had its cells.
func (f *fill) done() bool {
	taken := make([]int, len(f.bp.Modules))
	for i, c := range f.cells {
		taken[c.module] += f.take[i]
	}
	for m, n := range taken {
		if n != f.bp.Modules[m].Count {
			return false
		}
	}
	for _, l := range f.levels {
		if l != 0 {
			return false
		}
	}
	return f.critical == 0 || f.critical == AnyCritical
}

func (f *fill) picked() []Item {
	var items []Item
	for i, c := range f.cells {
		items = append(items, c.items[:f.take[i]]...)
	}
	return items
}

// LevelCounts turns the shares of a blueprint into numbers of items, by the
// order of Levels: each gets its whole part, the rest go to the largest
// remainders, the earlier level first.
func LevelCounts(bp Blueprint) []int {
	counts, remainders := make([]int, len(Levels)), make([]int, len(Levels))
	total, percent := bp.Total(), 0
	for _, s := range bp.Levels {
		percent += s.Percent
	}
	left := total
	for _, s := range bp.Levels {
		i := slices.Index(Levels, s.Level)
		if i < 0 || percent <= 0 {
			continue
		}
		counts[i] += total * s.Percent / percent
		remainders[i] = total * s.Percent % percent
		left -= total * s.Percent / percent
	}
	for ; left > 0 && percent > 0; left-- {
		best := 0
		for i, r := range remainders {
			if r > remainders[best] {
				best = i
			}
		}
		counts[best]++
		remainders[best] = -1
	}
	return counts
}

// Shortfall is a reason why a bank cannot serve an exam.
type Shortfall struct {
	Code string
	Pos  int
	Args []any
}

// Codes of shortfalls.
const (
	ShortModule   = "module_short"   // fewer items of a module than asked
	ShortLevel    = "level_short"    // fewer items of a level than its share
	ShortCritical = "critical_short" // fewer critical items than asked
	ShortTogether = "together_short" // each is enough, together they are not
	ShortForms    = "one_form"       // only one form, and more than one attempt
	ShortBank     = "bank_empty"
)

// Shortfalls says whether every paper of an exam can be drawn from the items in
// use, and a second one that differs.
func Shortfalls(b Bank, e Exam) []Shortfall {
	b = b.InUse()
	if len(b.Items) == 0 {
		return []Shortfall{{Code: ShortBank}}
	}
	var list []Shortfall
	byModule, byLevel, critical := map[string]int{}, map[Level]int{}, 0
	for _, it := range b.Items {
		byModule[it.Module]++
		if slices.ContainsFunc(e.Blueprint.Modules, func(m ModuleCount) bool { return m.Module == it.Module }) {
			byLevel[it.Level]++
			if it.Critical {
				critical++
			}
		}
	}
	for _, m := range e.Blueprint.Modules {
		if byModule[m.Module] < m.Count {
			list = append(list, Shortfall{ShortModule, m.Pos, []any{"module", m.Module, "have", byModule[m.Module], "want", m.Count}})
		}
	}
	if len(e.Blueprint.Levels) > 0 {
		counts := LevelCounts(e.Blueprint)
		for _, s := range e.Blueprint.Levels {
			if want := counts[max(slices.Index(Levels, s.Level), 0)]; byLevel[s.Level] < want {
				list = append(list, Shortfall{ShortLevel, s.Pos, []any{"level", string(s.Level), "have", byLevel[s.Level], "want", want}})
			}
		}
	}
	if len(e.Blueprint.Modules) > 0 && critical < e.Blueprint.Critical {
		list = append(list, Shortfall{ShortCritical, 0, []any{"have", critical, "want", e.Blueprint.Critical}})
	}
	if len(list) > 0 {
		return list
	}
	first, err := Draw(b, e, 1, nil)
	if err != nil {
		return []Shortfall{{Code: ShortTogether}}
	}
	if e.Attempts > 1 {
		if _, err := Draw(b, e, 2, first.Form()); err != nil {
			return []Shortfall{{Code: ShortForms}}
		}
	}
	return nil
}
