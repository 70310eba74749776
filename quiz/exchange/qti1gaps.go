package exchange

import (
	"slices"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// place stands in a text for the i-th response until the kind of the question is
// known.
func place(i int) string { return string(rune(firstPlace + i)) }

const (
	firstPlace = 0xe100
	lastPlace  = firstPlace + maxAnswers
)

func isPlace(r rune) bool { return r >= firstPlace && r <= lastPlace }

// placed puts what there is to show where a text has places.
func placed(text, show string) string {
	if !strings.ContainsFunc(text, isPlace) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isPlace(r) {
			b.WriteString(show)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shown is the text of the question: the material outside the answers, with the
// places of answers that are written.
func (q *qti1Reader) shown(n *foreign.Node) foreign.Text {
	var t foreign.Text
	inLine := false // after a place the text goes on in its line
	for _, c := range n.Elements() {
		var more foreign.Text
		switch c.Name {
		case "material":
			more = q.material(&foreign.Node{Children: []*foreign.Node{c}})
			for i := range more {
				more[i].Text = placed(more[i].Text, "")
			}
		case "flow", "render_fib", "render_choice": // a response may hold the question too
			more = q.shown(c)
		case "response_str", "response_num":
			if i := slices.Index(q.responses, c); i >= 0 {
				more, inLine = foreign.Text{{Text: place(i)}}, true
			}
		}
		if k := len(t) - 1; inLine && k >= 0 && len(more) > 0 {
			t[k].Text = strings.TrimSpace(t[k].Text + spaced(more[0].Text))
			more = more[1:]
		}
		t = append(t, more...)
		inLine = c.Name == "response_str" || c.Name == "response_num"
	}
	return t
}

// spaced puts a space before a text that goes on, unless it begins with a mark
// that stands close.
func spaced(text string) string {
	if strings.ContainsAny(text[:min(1, len(text))], ".,;:!?)") {
		return text
	}
	return " " + text
}

// places marks in the text where each response belongs, and says whether every
// one has its place: those that are written, and those that the text names
// between square brackets.
func (q *qti1Reader) places(t foreign.Text) bool {
	all := len(q.responses) > 0
	for i, r := range q.responses {
		name := strings.TrimPrefix(r.Get("ident"), "response_")
		switch r.Name {
		case "response_lid":
			label, _ := q.shown(r).Line()
			all = t.Replace([]string{name, foreign.Reading(label)}, place(i)) && all
		case "response_str", "response_num":
			if t.Replace([]string{name}, blank) { // the text says better where
				for k := range t {
					t[k].Text = strings.TrimSpace(strings.ReplaceAll(t[k].Text, place(i), ""))
					t[k].Text = strings.ReplaceAll(t[k].Text, blank, place(i))
				}
			}
		default:
			all = false
		}
	}
	return all
}

// blanks turns the places into gaps, or takes those away that go without saying:
// at the end of the text, where there is nothing to fill in or somebody drew the
// blanks.
func (q *qti1Reader) blanks(t foreign.Text) foreign.Text {
	var out foreign.Text
	isDrawn := len(underscores.FindAllString(t.String(), -1)) == len(q.it.Gaps)
	words := strings.TrimRightFunc(t.String(), func(r rune) bool { return isPlace(r) || r == ' ' || r == '\n' })
	isDrawn = isDrawn && !strings.ContainsFunc(words, isPlace)
	for _, p := range t {
		if isDrawn {
			p.Text = underscores.ReplaceAllString(p.Text, blank)
		}
		if isDrawn || len(q.it.Gaps) == 0 {
			p.Text = strings.TrimRightFunc(p.Text, func(r rune) bool { return isPlace(r) || r == ' ' })
		}
		p.Text = placed(p.Text, blank)
		if p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}

// typed are the answers to a response that is written, with what each is worth,
// in per cent of the best. A range counts where numbers do.
func (q *qti1Reader) typed(id string, numbers bool) []answer {
	var answers []answer
	best := 0.0
	scored := slices.ContainsFunc(q.conditions, func(c condition) bool { return c.sets })
	for _, c := range q.conditions {
		if scored && c.score <= 0 {
			continue
		}
		low, high, words := c.low[id], c.high[id], c.wants[id]
		switch {
		case low != "" && low == high:
			words = []string{low}
		case low != "" && high != "" && numbers:
			words = []string{low + ".." + high}
		case low+high != "":
			q.Add(foreign.Lost("number_more", "text", foreign.Short(low+".."+high)))
		}
		for _, w := range words {
			best = max(best, c.score)
			answers = append(answers, answer{plain: w, weight: c.score})
		}
		if len(words) > 0 && c.exact {
			q.Add(foreign.Lost("case_lost"))
		}
		if len(words) > 0 && c.part {
			q.Add(foreign.Lost("wildcard", "text", foreign.Short(words[0])))
		}
	}
	for i := range answers {
		if answers[i].weight = answers[i].weight / best * 100; best <= 0 {
			answers[i].weight = 100
		}
	}
	return answers
}

func (q *qti1Reader) written(r *foreign.Node, kind string) {
	id := r.Get("ident")
	numeric := strings.Contains(kind, "numerical") || r.Name == "response_num" || slices.ContainsFunc(q.conditions, func(c condition) bool { return c.low[id]+c.high[id] != "" })
	for _, f := range r.Deep("render_fib") {
		numeric = numeric || slices.Contains([]string{"decimal", "integer", "scientific"}, strings.ToLower(f.Get("fibtype")))
	}
	answers := q.typed(id, numeric)
	switch {
	case r.Count("response_label") > 1: // several blanks, and nobody says which answer is whose
		q.Refuse("interactions", "type", "response_label")
	case len(answers) == 0:
		q.it.Type = quiz.Open
		if numeric || strings.Contains(kind, "short_answer") {
			q.Add(foreign.Lost("as_open"))
		}
	case numeric:
		q.numeric(answers)
	default:
		q.short(literal(answers))
	}
}

// several reads an item with a place in the text for each response: gaps, in the
// order of the text.
func (q *qti1Reader) several(t foreign.Text, kind string) {
	q.it.Type = quiz.Gap
	var scores []float64
	for _, r := range t.String() {
		if !isPlace(r) {
			continue
		}
		n := q.responses[r-firstPlace]
		scores = append(scores, q.most(n.Get("ident")))
		answers := literal(q.typed(n.Get("ident"), false))
		if n.Name == "response_lid" {
			answers = q.chosen(n, kind)
		} else {
			q.offered(n, answers)
		}
		accepted := q.accepted(answers)
		if len(accepted) == 0 {
			q.Refuse("no_right")
			return
		}
		q.it.Gaps = append(q.it.Gaps, accepted)
	}
	q.uneven(scores)
	scoring := 0
	for _, c := range q.conditions {
		if c.sets && c.score > 0 {
			scoring++
		}
	}
	if scoring > 1 && !q.tags.ours {
		q.tags.partial = true
	}
}

// offered notes the wrong words of a list that ILIAS offers for a blank.
func (q *qti1Reader) offered(r *foreign.Node, right []answer) {
	if r.Count("render_choice") == 0 {
		return
	}
	ids, texts := q.labels(r)
	var lost []string
	for _, id := range ids {
		text := foreign.Reading(q.line(texts[id]))
		if !slices.ContainsFunc(right, func(a answer) bool { return a.plain == text }) {
			lost = append(lost, text)
		}
	}
	q.asGaps(lost)
}

// chosen are the answers of a list inside a text. Canvas writes what may be
// typed into a blank as such a list too, and every entry of it is right.
func (q *qti1Reader) chosen(r *foreign.Node, kind string) []answer {
	id := r.Get("ident")
	ids, texts := q.labels(r)
	rights := q.right(id)
	typed := strings.Contains(kind, "fill_in_multiple_blanks")
	options := r.Deep("response_label")
	for _, l := range options {
		typed = typed && !slices.Contains([]string{"dropdown", "wordbank"}, strings.ToLower(l.Get("answer_type")))
	}
	var answers []answer
	var lost []string
	for i, label := range ids {
		text := foreign.Reading(q.line(texts[label]))
		switch {
		case typed && !q.compared(options[i]):
			q.Add(foreign.Lost("answer_unread", "text", foreign.Short(text)))
		case typed || slices.Contains(rights, label):
			answers = append(answers, answer{plain: text, weight: 100, feedback: q.optionFeedback(id, label)})
		default:
			lost = append(lost, text)
		}
	}
	if !typed {
		q.asGaps(lost)
	}
	return literal(answers)
}

// compared says whether an answer of Canvas is a text to compare with, and notes
// what comparing it here does not do.
func (q *qti1Reader) compared(label *foreign.Node) bool {
	how := label.Get("scoring_algorithm")
	switch strings.ToLower(how) {
	case "textregex":
		return false
	case "textcontainsanswer", "textcloseenough":
		q.Add(foreign.Lost("setting_lost", "name", "scoring_algorithm", "value", how))
	}
	if label.Get("ignore_case") == "false" {
		q.Add(foreign.Lost("case_lost"))
	}
	return true
}
