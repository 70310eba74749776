package exchange

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// inline reads an interaction inside a line; of is how many there are.
func (q *qtiReader) inline(n *foreign.Node, of int) string {
	r := q.gave(n)
	if n.Name == "inlineChoiceInteraction" {
		n.Get("shuffle")
		ids, texts := q.choicesOf(n, "inlineChoice")
		var lost []string
		var answers []answer
		for _, id := range ids {
			text := foreign.Reading(q.line(texts[id]))
			if w := r.weight(id); w >= 99.9 {
				answers = append(answers, answer{plain: text, weight: w})
			} else {
				lost = append(lost, text)
			}
		}
		q.asGaps(lost)
		return q.gap(answers, r)
	}
	if of == 1 && (r.base == "float" || r.base == "integer") {
		q.numeric(q.numbers(n.Get("responseIdentifier"), r))
		return blank
	}
	if !r.folded && len(r.keys)+len(r.correct) > 0 && r.base == "string" {
		q.Add(foreign.Lost("case_lost"))
	}
	var answers []answer
	for _, w := range append(slices.Clone(r.correct), r.keys...) {
		if !slices.ContainsFunc(answers, func(a answer) bool { return a.plain == w }) {
			answers = append(answers, answer{plain: w, weight: max(r.weight(w), map[bool]float64{true: 100}[slices.Contains(r.correct, w)])})
		}
	}
	return q.gap(answers, r)
}

func (q *qtiReader) gap(answers []answer, r response) string {
	q.it.Type = quiz.Gap
	accepted := q.accepted(literal(answers))
	if len(accepted) == 0 {
		if q.Status != foreign.LeftOut {
			q.Refuse("no_right")
		}
		return ""
	}
	q.it.Gaps = append(q.it.Gaps, accepted)
	q.partialGaps(r)
	return blank
}

// numbers are the answers to a response that is a number, as far off as the rules
// of scoring let them be.
func (q *qtiReader) numbers(id string, r response) []answer {
	mode, by := q.tolerance(id)
	var list []answer
	for _, v := range r.correct {
		value, tolerance := around(v, mode, by)
		list = append(list, answer{plain: value, weight: 100, tolerance: tolerance})
	}
	for _, k := range r.keys {
		if !slices.Contains(r.correct, k) {
			list = append(list, answer{plain: k, weight: r.weight(k)})
		}
	}
	return list
}

// tolerance is how far a number may be off below and above, as the rules that
// compare it say: "absolute", or "relative" in per cent of it.
func (q *qtiReader) tolerance(id string) (mode string, by []float64) {
	for _, e := range q.root.One("responseProcessing").Deep("responseCondition") {
		for _, eq := range e.Deep("equal") {
			asks := slices.ContainsFunc(eq.Deep("variable"), func(v *foreign.Node) bool { return v.Get("identifier") == id })
			if mode = eq.Get("toleranceMode"); !asks || mode != "absolute" && mode != "relative" {
				continue
			}
			for t := range strings.FieldsSeq(eq.Get("tolerance")) {
				if f, err := strconv.ParseFloat(t, 64); err == nil {
					by = append(by, f)
				}
			}
			if len(by) > 0 {
				return mode, by
			}
		}
	}
	return "", nil
}

// around writes a number with its tolerance, as a range when it is not the same
// below and above.
func around(value, mode string, by []float64) (plain, tolerance string) {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || len(by) == 0 {
		return value, ""
	}
	below, above := by[0], by[len(by)-1]
	if mode == "relative" {
		below, above = math.Abs(v)*below/100, math.Abs(v)*above/100
	}
	write := func(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }
	if below == above {
		return value, write(below)
	}
	return write(v-below) + ".." + write(v+above), ""
}

func (q *qtiReader) qtiGapMatch(n *foreign.Node, r response) foreign.Text {
	n.Get("shuffle")
	ids, texts := q.choicesOf(n, "gapText")
	byGap := map[string][]string{}
	used := map[string]bool{}
	for _, p := range q.pairsOf(r) {
		byGap[p[1]] = append(byGap[p[1]], p[0])
		used[p[0]] = true
	}
	q.it.Type = quiz.Gap
	if len(n.All("gapImg")) > 0 {
		q.Refuse("type_unknown", "type", "gapImg")
		return nil
	}
	t, notes := foreign.FlowWith(n, func(g *foreign.Node) (string, bool) {
		switch g.Name {
		case "gap":
			id := g.Get("identifier")
			foreign.Mark(g)
			var accepted []string
			for _, word := range byGap[id] {
				if word := gapWord(foreign.Reading(q.line(texts[word]))); word != "" {
					accepted = append(accepted, strings.ReplaceAll(word, "|", "/"))
				}
			}
			if len(accepted) == 0 {
				q.Add(foreign.Lost("answer_unread", "text", id))
				return "…", true
			}
			q.it.Gaps = append(q.it.Gaps, accepted)
			return blank, true
		case "gapText", "prompt":
			return "", true
		}
		return "", false
	})
	q.Add(notes...)
	var lost []string
	for _, id := range ids {
		if !used[id] {
			lost = append(lost, foreign.Reading(q.line(texts[id])))
		}
	}
	q.asGaps(lost)
	if len(q.it.Gaps) == 0 {
		q.Refuse("no_right")
	}
	if r.uneven && q.Status != foreign.LeftOut {
		q.Add(foreign.Lost("weights_lost"))
	}
	q.partialGaps(r)
	return t
}

// partialGaps: where each gap counts for itself a part earns a part.
func (q *qtiReader) partialGaps(r response) {
	if len(r.keys) > 0 && !q.tags.ours {
		q.tags.partial = true
	}
}
