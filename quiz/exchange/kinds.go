package exchange

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// answer is an answer as other programs know it.
type answer struct {
	text      foreign.Text
	plain     string // as typed, for answers that are compared
	weight    float64
	feedback  string
	tolerance string
}

// choice is a question with options to choose from.
func (d *draft) choice(answers []answer, single bool) {
	if d.many(len(answers)) {
		return
	}
	best, rights := 0.0, 0
	for _, a := range answers {
		best = max(best, a.weight)
		if a.weight > 0 {
			rights++
		}
	}
	if best <= 0 {
		d.Refuse("no_right")
		return
	}
	d.it.Type = quiz.One
	if !single {
		d.it.Type = quiz.Several
	}
	chosen := false
	for _, a := range answers {
		text := d.line(a.text)
		if text == "" {
			d.Add(foreign.Lost("answer_empty"))
			continue
		}
		o := quiz.Option{Text: text, Feedback: a.feedback}
		switch {
		case single && a.weight == best && !chosen:
			chosen, o.Key = true, quiz.Right
			if best < 99.9 {
				d.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight)))
			}
		case single && a.weight >= 99.9:
			// As right as the other, which only one can be; called wrong it would teach nonsense.
			d.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight)))
			continue
		case single && a.weight != 0 && d.tags.typ != quiz.Situation:
			d.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight)))
		case single && a.weight < 0:
			o.Key = quiz.Worst
		case !single && a.weight > 0:
			o.Key = quiz.Right
		}
		d.it.Options = append(d.it.Options, o)
	}
	if len(d.it.Options) == 0 || !slices.ContainsFunc(d.it.Options, func(o quiz.Option) bool { return o.Key == quiz.Right }) {
		d.Refuse("no_answers")
		return
	}
	if !single && !d.tags.whole && !ourWeights(answers, rights) {
		d.Add(foreign.Lost("weights_lost"))
	}
	if d.tags.typ == quiz.Situation && single {
		d.it.Type = quiz.Situation
		for i := range d.it.Options {
			if d.it.Options[i].Key == quiz.Right {
				d.it.Options[i].Key = quiz.Best
			}
		}
	}
}

// ourWeights says whether marks fall as with us: each right answer its share,
// each wrong one takes as much away.
func ourWeights(answers []answer, rights int) bool {
	share := 100 / float64(rights)
	for _, a := range answers {
		if math.Abs(math.Abs(a.weight)-share) > 0.1 {
			return false
		}
	}
	return true
}

func percent(w float64) string { return strconv.FormatFloat(math.Round(w*100)/100, 'f', -1, 64) }

// short is a question answered by a word: one gap.
func (d *draft) short(answers []answer) {
	d.it.Type = quiz.Gap
	accepted := d.accepted(answers)
	if len(accepted) == 0 {
		if d.Status != foreign.LeftOut {
			d.Refuse("no_right")
		}
		return
	}
	d.it.Gaps = [][]string{accepted}
}

// accepted are the words of answers that are wholly right.
func (d *draft) accepted(answers []answer) []string {
	var list []string
	if d.many(len(answers)) {
		return nil
	}
	for _, a := range answers {
		word := gapWord(a.plain)
		switch {
		case a.weight < 99.9:
			if word != "" && (word != "*" || a.weight > 0) {
				d.Add(foreign.Lost("weight_lost", "text", foreign.Short(a.plain), "weight", percent(a.weight)))
			}
			if a.feedback != "" {
				d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
			}
			continue
		case word == "":
			d.Add(foreign.Lost("answer_empty"))
			continue
		case strings.Contains(word, "|"), word != strings.Join(strings.Fields(a.plain), " "):
			d.Add(foreign.Lost("answer_unread", "text", foreign.Short(a.plain)))
			continue
		case strings.Contains(strings.ReplaceAll(word, `\*`, ""), "*"):
			d.Add(foreign.Lost("wildcard", "text", foreign.Short(word)))
			if word = strings.TrimSpace(strings.ReplaceAll(word, "*", "")); word == "" {
				continue
			}
		}
		if a.feedback != "" {
			d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
		}
		word = strings.ReplaceAll(word, `\*`, "*")
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list
}

// literal takes the meaning from stars: they are no wildcards here.
func literal(answers []answer) []answer {
	for i := range answers {
		answers[i].plain = strings.ReplaceAll(answers[i].plain, "*", `\*`)
	}
	return answers
}

// asGaps tells that choices became gaps, and which of them no gap takes.
func (d *draft) asGaps(lost []string) {
	d.Add(foreign.Lost("as_gaps", "text", foreign.Short(strings.Join(lost, " | "))))
}

// gapWord is an answer as a line of ours can hold it: what Markdown would take
// for something else goes away, and then the word is not the same any more.
func gapWord(s string) string {
	s = strings.Join(strings.Fields(foreign.Printable(s)), " ")
	return strings.TrimRight(strings.NewReplacer("<", "", "`", "", "{", "", blank, "").Replace(s), `\`)
}

var numberForm = regexp.MustCompile(`^[+-]?\d{1,12}([.,]\d{0,20})?([eE][+-]?\d{1,2})?$|^[+-]?[.,]\d{1,20}([eE][+-]?\d{1,2})?$`)

// decimal reads a number as programs write it; exact is false when our six
// decimals do not hold it.
func decimal(s string) (d quiz.Decimal, exact, ok bool) {
	s = strings.TrimSpace(s)
	if !numberForm.MatchString(s) {
		return 0, false, false
	}
	r, ok := new(big.Rat).SetString(strings.Replace(s, ",", ".", 1))
	if !ok {
		return 0, false, false
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if n.CmpAbs(big.NewInt(1e18)) >= 0 {
		return 0, false, false
	}
	return quiz.Decimal(n.Int64()), r.IsInt(), true
}

// numeric is a question answered by a number.
func (d *draft) numeric(answers []answer) {
	d.it.Type = quiz.Number
	found := false
	for _, a := range answers {
		value, tolerance, exact, ok := interval(a.plain, a.tolerance)
		switch {
		case a.weight >= 99.9 && ok && !found:
			found, d.it.Value, d.it.Tolerance = true, value, tolerance
			if !exact {
				d.Add(foreign.Lost("number_bad", "text", foreign.Short(a.plain)))
			}
		case strings.TrimSpace(a.plain) == "" || a.plain == "*" && a.weight <= 0:
		case !ok:
			d.Add(foreign.Lost("number_bad", "text", foreign.Short(a.plain)))
		default:
			d.Add(foreign.Lost("number_more", "text", foreign.Short(a.plain)+" ("+percent(a.weight)+"%)"))
		}
		if a.feedback != "" {
			d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
		}
	}
	if !found {
		d.Refuse("no_right")
	}
}

// interval reads a number with its tolerance, or a range "1..5".
func interval(text, tolerance string) (value, tol quiz.Decimal, exact, ok bool) {
	if low, high, isRange := strings.Cut(text, ".."); isRange {
		l, exactL, okL := decimal(low)
		h, exactH, okH := decimal(high)
		if !okL || !okH || h < l {
			return 0, 0, false, false
		}
		return (l + h) / 2, (h - l) / 2, exactL && exactH && (l+h)%2 == 0, true
	}
	value, exact, ok = decimal(text)
	if strings.TrimSpace(tolerance) != "" {
		t, exactT, okT := decimal(tolerance)
		ok, exact, tol = ok && okT && t >= 0, exact && exactT, t
	}
	return value, tol, exact, ok
}

// match is a question of pairs.
func (d *draft) match(pairs []quiz.Pair) {
	if d.many(len(pairs)) {
		return
	}
	if d.tags.typ == quiz.Order {
		if options, ok := ordered(pairs); ok {
			d.it.Type, d.it.Options = quiz.Order, options
			return
		}
	}
	d.it.Type = quiz.Match
	for _, p := range pairs {
		if p.Right == "" {
			d.Add(foreign.Lost("pair_half"))
			continue
		}
		d.it.Pairs = append(d.it.Pairs, quiz.Pair{Left: strings.ReplaceAll(pairStart(p.Left), "→", "&rarr;"), Right: p.Right})
	}
	switch {
	case len(d.it.Pairs) == 0:
		d.Refuse("no_answers")
	case !slices.ContainsFunc(d.it.Pairs, func(p quiz.Pair) bool { return p.Left != "" }):
		d.Refuse("no_right")
	}
}

// repeats says whether an identifier stands on one side of several pairs.
func repeats(pairs [][2]string, side int) bool {
	seen := map[string]bool{}
	for _, p := range pairs {
		if seen[p[side]] {
			return true
		}
		seen[p[side]] = true
	}
	return false
}

// swapped turns pairs round.
func swapped(pairs [][2]string) [][2]string {
	list := make([][2]string, len(pairs))
	for i, p := range pairs {
		list[i] = [2]string{p[1], p[0]}
	}
	return list
}

// paired makes a match of right pairs. What stands left has one right side, and
// what stands right and is in no pair is one answer more.
func (d *draft) paired(pairs [][2]string, lefts, rights []string, texts map[string]foreign.Text) {
	if len(pairs) == 0 {
		d.Refuse("no_right")
		return
	}
	var list []quiz.Pair
	used := map[string]bool{}
	for _, left := range lefts {
		var right []string
		for _, p := range pairs {
			if p[0] == left {
				right = append(right, p[1])
			}
		}
		for _, more := range right[min(1, len(right)):] {
			d.Add(foreign.Lost("pair_more", "text", foreign.Short(left+" "+more)))
		}
		text := d.line(texts[left])
		if len(right) == 0 || text == "" || d.line(texts[right[0]]) == "" {
			d.Add(foreign.Lost("pair_half"))
			continue
		}
		used[left], used[right[0]] = true, true
		list = append(list, quiz.Pair{Left: text, Right: d.line(texts[right[0]])})
	}
	for _, right := range rights {
		if !used[right] {
			list = append(list, quiz.Pair{Right: d.line(texts[right])})
		}
	}
	d.match(list)
}

// pairStart keeps the left side of a pair from reading as another kind of line.
func pairStart(s string) string {
	s = strings.ReplaceAll(s, "->", `-\>`)
	word, rest, found := strings.Cut(s, ":")
	if found && slices.Contains([]string{"risposta", "answer", "numero", "number", "aperta", "open", "etichette", "tags", "ritirata", "retired"}, quiz.Fold(word)) {
		return word + `\:` + rest
	}
	return s
}

// ordered turns pairs of steps and numbers back into steps.
func ordered(pairs []quiz.Pair) ([]quiz.Option, bool) {
	options := make([]quiz.Option, len(pairs))
	for _, p := range pairs {
		n, err := strconv.Atoi(p.Right)
		if err != nil || n < 1 || n > len(pairs) || options[n-1].Text != "" || p.Left == "" {
			return nil, false
		}
		options[n-1].Text = strings.ReplaceAll(p.Left, `-\>`, "->")
	}
	return options, true
}

// trueFalse is a choice of two words.
func (d *draft) trueFalse(isTrue bool, lang, whenTrue, whenFalse string) {
	words := truth(lang)
	d.it.Type, d.it.Fixed = quiz.One, true
	d.it.Options = []quiz.Option{{Text: words[0], Feedback: whenTrue}, {Text: words[1], Feedback: whenFalse}}
	i := 1
	if isTrue {
		i = 0
	}
	d.it.Options[i].Key = quiz.Right
}

func truth(lang string) [2]string {
	if lang == "en" {
		return [2]string{"True", "False"}
	}
	return [2]string{"Vero", "Falso"}
}

// partialKind says whether other programs give part of the points for a part.
func partialKind(t quiz.Type) bool { return t == quiz.Several || t == quiz.Match }
