package quiz_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"abilita/quiz"
)

func opts(marked ...string) []quiz.Option {
	keys := map[byte]quiz.Key{'x': quiz.Right, '+': quiz.Best, '-': quiz.Worst, ' ': quiz.Plain}
	var list []quiz.Option
	for _, m := range marked {
		list = append(list, quiz.Option{Text: m[1:], Key: keys[m[0]]})
	}
	return list
}

// items has one of each type, worth 1 point unless said.
var items = map[quiz.Type]quiz.Item{
	quiz.One:       {ID: "one", Type: quiz.One, Points: 100, Options: opts(" a", "xb", " c")},
	quiz.Several:   {ID: "several", Type: quiz.Several, Points: 100, Options: opts("xa", "xb", "xc", " d", " e")},
	quiz.Order:     {ID: "order", Type: quiz.Order, Points: 100, Options: opts(" a", " b", " c", " d")},
	quiz.Match:     {ID: "match", Type: quiz.Match, Points: 100, Pairs: []quiz.Pair{{"a", "1"}, {"b", "2"}, {"c", "1"}, {"", "3"}}},
	quiz.Gap:       {ID: "gap", Type: quiz.Gap, Points: 100, Gaps: [][]string{{"24", "ventiquattro"}, {"perché"}}},
	quiz.Number:    {ID: "number", Type: quiz.Number, Points: 100, Value: 70_000_000, Tolerance: 500_000},
	quiz.Situation: {ID: "situation", Type: quiz.Situation, Points: 200, Options: opts("+a", " b", " c", "-d")},
	quiz.Open:      {ID: "open", Type: quiz.Open, Points: 200},
}

// answered is an answer in words; answer turns it into ids by the sheet, as a
// browser would.
type answered struct {
	chosen      []string
	pairs       map[string]string
	gaps        []string
	text        string
	best, worst string
}

func answer(q quiz.Asked, w answered) quiz.Answer {
	id := func(shown []quiz.Shown, text string) string {
		for _, s := range shown {
			if s.Text == text {
				return s.ID
			}
		}
		return text // an id that the paper does not have
	}
	a := quiz.Answer{Gaps: w.gaps, Text: w.text}
	for _, c := range w.chosen {
		a.Chosen = append(a.Chosen, id(q.Options, c))
	}
	if w.pairs != nil {
		a.Pairs = map[string]string{}
		for l, r := range w.pairs {
			a.Pairs[id(q.Left, l)] = id(q.Right, r)
		}
	}
	if w.best != "" {
		a.Best = id(q.Options, w.best)
	}
	if w.worst != "" {
		a.Worst = id(q.Options, w.worst)
	}
	return a
}

func paperOf(t failer, seed uint64, threshold int, list ...quiz.Item) quiz.Paper {
	t.Helper()
	p, err := quiz.Draw(quiz.Bank{Items: list}, quiz.Exam{Threshold: threshold}, seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGradeByType(t *testing.T) {
	t.Parallel()
	type row struct {
		words        answered
		full, partly quiz.Points // without and with Partial
	}
	for typ, rows := range map[quiz.Type]map[string]row{
		quiz.One: {
			"right":          {answered{chosen: []string{"b"}}, 100, 100},
			"wrong":          {answered{chosen: []string{"a"}}, 0, 0},
			"two chosen":     {answered{chosen: []string{"b", "a"}}, 0, 0},
			"right twice":    {answered{chosen: []string{"b", "b"}}, 0, 0},
			"unknown":        {answered{chosen: []string{"zzz"}}, 0, 0},
			"nothing":        {answered{}, 0, 0},
			"text is no key": {answered{text: "b"}, 0, 0},
		},
		quiz.Several: {
			"all":               {answered{chosen: []string{"c", "a", "b"}}, 100, 100},
			"two of three":      {answered{chosen: []string{"a", "b"}}, 0, 67},
			"one of three":      {answered{chosen: []string{"a"}}, 0, 33},
			"all and a wrong":   {answered{chosen: []string{"a", "b", "c", "d"}}, 0, 67},
			"one each":          {answered{chosen: []string{"a", "d"}}, 0, 0},
			"never below zero":  {answered{chosen: []string{"d", "e"}}, 0, 0},
			"everything":        {answered{chosen: []string{"a", "b", "c", "d", "e"}}, 0, 33},
			"repeated is once":  {answered{chosen: []string{"a", "a", "b", "c"}}, 100, 100},
			"unknown is wrong":  {answered{chosen: []string{"a", "b", "c", "zzz"}}, 0, 67},
			"nothing":           {answered{}, 0, 0},
			"unknown and right": {answered{chosen: []string{"zzz", "a"}}, 0, 0},
		},
		quiz.Order: {
			"right":            {answered{chosen: []string{"a", "b", "c", "d"}}, 100, 100},
			"last moved first": {answered{chosen: []string{"d", "a", "b", "c"}}, 0, 67},
			"middle swapped":   {answered{chosen: []string{"a", "c", "b", "d"}}, 0, 0},
			"halves swapped":   {answered{chosen: []string{"c", "d", "a", "b"}}, 0, 67},
			"reversed":         {answered{chosen: []string{"d", "c", "b", "a"}}, 0, 0},
			"two only":         {answered{chosen: []string{"a", "b"}}, 0, 33},
			"repeated":         {answered{chosen: []string{"a", "b", "a", "b", "c", "d"}}, 0, 0},
			"unknown":          {answered{chosen: []string{"a", "b", "c", "d", "zzz"}}, 0, 0},
			"nothing":          {answered{}, 0, 0},
		},
		quiz.Match: {
			"right":            {answered{pairs: map[string]string{"a": "1", "b": "2", "c": "1"}}, 100, 100},
			"two":              {answered{pairs: map[string]string{"a": "1", "b": "2"}}, 0, 67},
			"decoy":            {answered{pairs: map[string]string{"a": "3", "b": "2", "c": "1"}}, 0, 67},
			"one":              {answered{pairs: map[string]string{"a": "2", "b": "2", "c": "3"}}, 0, 33},
			"unknown":          {answered{pairs: map[string]string{"zzz": "1"}}, 0, 0},
			"unknown right":    {answered{pairs: map[string]string{"a": "zzz"}}, 0, 0},
			"nothing":          {answered{}, 0, 0},
			"right and extras": {answered{pairs: map[string]string{"a": "1", "b": "2", "c": "1", "d": "1"}}, 100, 100},
		},
		quiz.Gap: {
			"right":                {answered{gaps: []string{"24", "perché"}}, 100, 100},
			"other words":          {answered{gaps: []string{"Ventiquattro", "PERCHE"}}, 100, 100},
			"accent as apostrophe": {answered{gaps: []string{"24", "perche'"}}, 100, 100},
			"accents as typed":     {answered{gaps: []string{" 24. ", "perche\u0301"}}, 100, 100},
			"one":                  {answered{gaps: []string{"24", "boh"}}, 0, 50},
			"in the wrong place":   {answered{gaps: []string{"perché", "24"}}, 0, 0},
			"only the first":       {answered{gaps: []string{"24"}}, 0, 50},
			"too many":             {answered{gaps: []string{"24", "perché", "x"}}, 100, 100},
			"nothing":              {answered{}, 0, 0},
		},
		quiz.Number: {
			"exact":            {answered{text: "70"}, 100, 100},
			"comma":            {answered{text: "70,5"}, 100, 100},
			"point":            {answered{text: "69.5"}, 100, 100},
			"just outside":     {answered{text: "70,500001"}, 0, 0},
			"with spaces":      {answered{text: " 70 "}, 100, 100},
			"sign":             {answered{text: "+70"}, 100, 100},
			"negative":         {answered{text: "-70"}, 0, 0},
			"words":            {answered{text: "settanta"}, 0, 0},
			"unit behind":      {answered{text: "70 ore"}, 0, 0},
			"nothing":          {answered{}, 0, 0},
			"too many digits":  {answered{text: strings.Repeat("7", 40)}, 0, 0},
			"full-width digit": {answered{text: "７０"}, 100, 100},
		},
		quiz.Situation: {
			"both":        {answered{best: "a", worst: "d"}, 200, 200},
			"best only":   {answered{best: "a"}, 0, 100},
			"worst only":  {answered{best: "b", worst: "d"}, 0, 100},
			"turned":      {answered{best: "d", worst: "a"}, 0, 0},
			"same twice":  {answered{best: "a", worst: "a"}, 0, 0},
			"unknown ids": {answered{best: "zzz", worst: "yyy"}, 0, 0},
			"nothing":     {answered{}, 0, 0},
		},
	} {
		for name, r := range rows {
			for _, partial := range []bool{false, true} {
				it, want := items[typ], r.full
				if it.Partial = partial; partial {
					want = r.partly
				}
				t.Run(string(typ)+"/"+name, func(t *testing.T) {
					t.Parallel()
					p := paperOf(t, 5, 80, it)
					q := quiz.View(p).Questions[0]
					got := quiz.Grade(p, quiz.Answers{q.ID: answer(q, r.words)})
					if got.Points != want || got.Verdicts[0].Right != (want == it.Points) || got.Passed != (want == it.Points) {
						t.Errorf("partial %v: %+v, want %d points", partial, got, want)
					}
				})
			}
		}
	}
}

func TestGradeWholePapers(t *testing.T) {
	t.Parallel()
	one := items[quiz.One]
	crit := one
	crit.ID, crit.Critical = "crit", true
	critPart := items[quiz.Several]
	critPart.ID, critPart.Critical, critPart.Partial = "critpart", true, true
	heavy := one
	heavy.ID, heavy.Points = "heavy", 400
	for name, tc := range map[string]struct {
		items     []quiz.Item
		threshold int
		words     map[string]answered
		score     int
		passed    bool
		critical  []string
	}{
		"exactly the threshold":            {[]quiz.Item{one, heavy}, 80, map[string]answered{"heavy": {chosen: []string{"b"}}}, 8000, true, nil},
		"just under it":                    {[]quiz.Item{one, heavy}, 81, map[string]answered{"heavy": {chosen: []string{"b"}}}, 8000, false, nil},
		"critical wrong fails a high mark": {[]quiz.Item{crit, heavy}, 50, map[string]answered{"heavy": {chosen: []string{"b"}}}, 8000, false, []string{"crit"}},
		"critical must be wholly right": {
			[]quiz.Item{critPart, heavy},
			50,
			map[string]answered{"heavy": {chosen: []string{"b"}}, "critpart": {chosen: []string{"a", "b"}}},
			9340, false,
			[]string{"critpart"},
		},
		"critical right": {[]quiz.Item{crit, heavy}, 100, map[string]answered{"heavy": {chosen: []string{"b"}}, "crit": {chosen: []string{"b"}}}, 10000, true, nil},
		"no answers":     {[]quiz.Item{crit, one}, 0, nil, 0, false, []string{"crit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := paperOf(t, 9, tc.threshold, tc.items...)
			answers := quiz.Answers{"stranger": {Chosen: []string{"b"}}}
			for i, q := range quiz.View(p).Questions {
				if w, ok := tc.words[p.Questions[i].Item.ID]; ok {
					answers[q.ID] = answer(q, w)
				}
			}
			r := quiz.Grade(p, answers)
			if r.Score != tc.score || r.Passed != tc.passed || !slices.Equal(r.Critical, tc.critical) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestOpenAnswersWaitForAPerson(t *testing.T) {
	t.Parallel()
	p := paperOf(t, 3, 80, items[quiz.One], items[quiz.Open])
	answers := quiz.Answers{}
	var open string
	for _, q := range quiz.View(p).Questions {
		if q.Type == quiz.Open {
			open = q.ID
			answers[q.ID] = quiz.Answer{Text: "«Contano, Marta.»"}
		} else {
			answers[q.ID] = answer(q, answered{chosen: []string{"b"}})
		}
	}
	r := quiz.Grade(p, answers)
	if r.Waiting != 1 || r.Passed || r.Points != 100 {
		t.Fatalf("%+v", r)
	}
	for level, want := range map[int]quiz.Points{0: 100, 1: 167, 2: 233, 3: 300} {
		m, err := r.Mark(open, level)
		if err != nil || m.Points != want || m.Waiting != 0 || m.Passed != (level == 3) {
			t.Errorf("level %d: %+v %v, want %d", level, m, err, want)
		}
		if _, err := m.Mark(open, 3); !errors.Is(err, quiz.ErrNotWaiting) {
			t.Errorf("marked twice: %v", err)
		}
	}
	if r.Waiting != 1 {
		t.Error("marking changed the result it was called on")
	}
	for _, level := range []int{-1, 4} {
		if _, err := r.Mark(open, level); !errors.Is(err, quiz.ErrMarkRange) {
			t.Errorf("level %d: %v", level, err)
		}
	}
	blank := quiz.Grade(p, nil)
	if blank.Waiting != 0 {
		t.Error("an unanswered open item waits")
	}
}

// The types that reach a browser have no room for what must not be seen.
func TestASheetHasNoKeys(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Slice, reflect.Pointer, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			if seen[typ] {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				for _, word := range []string{"Key", "Right?", "Feedback", "Explanation", "Points", "Critical", "Index", "Item", "Value", "Tolerance", "Partial", "Criterion"} {
					if f.Name == word {
						t.Errorf("%v.%s", typ, f.Name)
					}
				}
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[quiz.Sheet]())
	if len(seen) != 3 {
		t.Errorf("walked %v", seen)
	}
}

// Whatever the seed, the words answer the same: shuffling changes no grade.
func TestGradesDoNotDependOnTheForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "options")
		it := quiz.Item{
			ID: "i", Type: rapid.SampledFrom([]quiz.Type{quiz.One, quiz.Several, quiz.Order, quiz.Match, quiz.Situation}).Draw(t, "type"),
			Points: quiz.Points(rapid.IntRange(1, 500).Draw(t, "points")), Partial: rapid.Bool().Draw(t, "partial"), Fixed: rapid.Bool().Draw(t, "fixed"),
		}
		words := []string{"a", "b", "c", "d", "e", "f"}[:n]
		right := map[string]bool{}
		for i, w := range words {
			o := quiz.Option{Text: w}
			switch it.Type {
			case quiz.One:
				if i == 0 {
					o.Key = quiz.Right
				}
			case quiz.Several:
				if i == 0 || rapid.Bool().Draw(t, "right") {
					o.Key, right[w] = quiz.Right, true
				}
			case quiz.Situation:
				if i < 2 {
					o.Key = []quiz.Key{quiz.Best, quiz.Worst}[i]
				}
			}
			it.Options = append(it.Options, o)
			it.Pairs = append(it.Pairs, quiz.Pair{Left: w, Right: strings.ToUpper(w)})
		}
		p := paperOf(tb{t}, rapid.Uint64().Draw(t, "seed"), 50, it)
		q := quiz.View(p).Questions[0]

		var w answered
		good, all := 0, 1
		perm := rapid.Permutation(words).Draw(t, "perm")
		switch it.Type {
		case quiz.One:
			w.chosen = perm[:1]
			if perm[0] == "a" {
				good = 1
			}
		case quiz.Several:
			w.chosen = perm[:rapid.IntRange(0, n).Draw(t, "chosen")]
			all = len(right)
			for _, c := range w.chosen {
				if right[c] {
					good++
				} else {
					good--
				}
			}
		case quiz.Order:
			w.chosen = perm
			all = n - 1
			for i := range all {
				if strings.Contains(strings.Join(perm, ""), words[i]+words[i+1]) {
					good++
				}
			}
		case quiz.Match:
			w.pairs, all = map[string]string{}, n
			for i, x := range words {
				w.pairs[x] = strings.ToUpper(perm[i])
				if perm[i] == x {
					good++
				}
			}
		case quiz.Situation:
			w.best, w.worst, all = perm[0], perm[1], 2
			if perm[0] == "a" {
				good++
			}
			if perm[1] == "b" {
				good++
			}
		}
		want := 0
		switch {
		case good >= all:
			want = int(it.Points)
		case good > 0 && it.Partial:
			want = int(float64(it.Points)*float64(good)/float64(all) + 0.5 + 1e-9)
		}
		if got := quiz.Grade(p, quiz.Answers{q.ID: answer(q, w)}).Points; int(got) != want {
			t.Fatalf("%+v answered %+v: %d, want %d", it, w, got, want)
		}
	})
}

type failer interface {
	Helper()
	Fatal(args ...any)
}

// tb lets paperOf fail a rapid check.
type tb struct{ *rapid.T }

func (t tb) Helper()           {}
func (t tb) Fatal(args ...any) { t.T.Fatal(args...) }
