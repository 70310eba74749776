package exchange

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// labels reads the options of a response.
func (q *qti1Reader) labels(r *foreign.Node) (ids []string, texts map[string]foreign.Text) {
	texts = map[string]foreign.Text{}
	for _, l := range r.Deep("response_label") {
		id := l.Get("ident")
		ids, texts[id] = append(ids, id), q.material(l)
	}
	return ids, texts
}

// optionFeedback is what is said to who chose an option.
func (q *qti1Reader) optionFeedback(response, id string) string {
	for _, c := range q.conditions {
		if len(c.wants) == 1 && slices.Equal(c.wants[response], []string{id}) && len(c.refuses) == 0 {
			for _, f := range c.feedback {
				if text := q.feedback[f]; text != "" {
					q.told[f] = true
					return text
				}
			}
		}
	}
	return ""
}

func (q *qti1Reader) lid(r *foreign.Node, kind, lang string) {
	id := r.Get("ident")
	ids, texts := q.labels(r)
	cardinality := strings.ToLower(r.Get("rcardinality"))
	if cardinality == "ordered" {
		for _, end := range r.One("render_extension").All("material") { // what stands above and below the list
			if text := end.Str(); text != "" {
				q.Add(foreign.Lost("text_unread", "text", foreign.Short(text)))
			}
		}
		q.ordered(id, ids, texts)
		return
	}
	single := cardinality != "multiple"
	if render := r.One("render_choice"); render != nil && strings.EqualFold(render.Get("shuffle"), "no") {
		q.it.Fixed = true
	}
	weight, best, refused, scoring := map[string]float64{}, 0.0, false, 0
	for _, c := range q.conditions {
		refused = refused || len(c.refuses) > 0
		if c.score > 0 {
			scoring++
		}
		if len(c.wants[id]) == 0 && c.score > 0 { // of ILIAS: each option is asked for by itself
			for _, label := range ids {
				if slices.Contains(c.wants[label], "1") {
					weight[label], best = c.score, c.score
				}
			}
		}
		for _, w := range c.wants[id] {
			if c.sets {
				weight[w] = max(weight[w], c.score)
				best = max(best, weight[w])
			}
			if c.sets && c.score < 0 {
				weight[w] = c.score
			}
		}
	}
	if best <= 0 {
		q.Refuse("no_right")
		return
	}
	rights := 0
	for _, w := range weight {
		if w > 0 {
			rights++
		}
	}
	var answers []answer
	for _, label := range ids {
		a := answer{text: texts[label], weight: weight[label] / best * 100, feedback: q.optionFeedback(id, label)}
		if !single {
			a.weight /= float64(max(1, rights))
		}
		answers = append(answers, a)
	}
	if !single && scoring == 1 && (refused || rights > 1) {
		q.tags.whole = true // one condition over all options: all or nothing
	}
	if strings.Contains(kind, "true_false") && q.truth(answers, lang) {
		return
	}
	q.it.Fixed = q.it.Fixed || strings.Contains(kind, "true_false")
	q.choice(answers, single)
}

// ordered reads an order: from one rule that asks for all its entries, or from a
// rule for each place.
func (q *qti1Reader) ordered(id string, ids []string, texts map[string]foreign.Text) {
	q.it.Type = quiz.Order
	places := map[string]int{}
	var order []string
	for _, c := range q.conditions {
		if c.score <= 0 {
			continue
		}
		for value, place := range c.places {
			if n, err := strconv.Atoi(value); !slices.Contains(ids, value) && err == nil && n >= 0 && n < len(ids) {
				value = ids[n] // ILIAS writes the entries in their order, and names them by it
			}
			places[value] = place
		}
		if len(c.wants[id]) > 1 && len(order) == 0 {
			order = c.wants[id]
		}
	}
	if len(places) > 1 {
		order = slices.SortedFunc(maps.Keys(places), func(a, b string) int { return cmp.Or(cmp.Compare(places[a], places[b]), cmp.Compare(a, b)) })
	}
	for _, w := range order {
		if text := q.line(texts[w]); text != "" {
			q.it.Options = append(q.it.Options, quiz.Option{Text: text})
		}
	}
	switch {
	case len(q.it.Options) < 2:
		q.Refuse("no_right")
	case len(q.it.Options) < len(ids):
		q.Add(foreign.Lost("group_order"))
	case len(places) > 1 && !q.tags.ours:
		q.tags.partial = true // each place earns its part
	}
}

// group reads a match whose two sides are one list, each rule a pair of them.
func (q *qti1Reader) group(r *foreign.Node) {
	id := r.Get("ident")
	ids, texts := q.labels(r)
	var pairs [][2]string
	var scores []float64
	for _, c := range q.conditions {
		if w := c.wants[id]; c.score > 0 && len(w) == 2 {
			pairs, scores = append(pairs, [2]string{w[0], w[1]}), append(scores, c.score)
		}
	}
	q.uneven(scores)
	grouped := map[string]bool{} // of a label that says what may go with it
	for _, l := range r.Deep("response_label") {
		grouped[l.Get("ident")] = l.Get("match_group") != ""
	}
	if slices.ContainsFunc(pairs, func(p [2]string) bool { return grouped[p[1]] && !grouped[p[0]] }) {
		pairs = swapped(pairs)
	}
	if repeats(pairs, 0) && !repeats(pairs, 1) {
		pairs = swapped(pairs)
	}
	sides := [2][]string{}
	for _, label := range ids {
		side := 1
		if slices.ContainsFunc(pairs, func(p [2]string) bool { return p[0] == label }) {
			side = 0
		}
		sides[side] = append(sides[side], label)
	}
	q.paired(pairs, sides[0], sides[1], texts)
}

// truth makes true or false of two answers that say so, in whichever order.
func (q *qti1Reader) truth(answers []answer, lang string) bool {
	var yes, no *answer
	for i := range answers {
		text, _ := answers[i].text.Line()
		isFalse, said := saysFalse(foreign.Reading(text))
		switch {
		case said && isFalse:
			no = &answers[i]
		case said:
			yes = &answers[i]
		}
	}
	if len(answers) != 2 || yes == nil || no == nil {
		return false
	}
	q.trueFalse(yes.weight > no.weight, lang, yes.feedback, no.feedback)
	return true
}

// uneven notes that parts of a question earn more than others; what is rounded
// does not count.
func (q *qti1Reader) uneven(scores []float64) {
	if len(scores) > 0 && slices.Max(scores)-slices.Min(scores) > slices.Max(scores)/100 {
		q.Add(foreign.Lost("weights_lost"))
	}
}

// most is what the best answer to a response earns.
func (q *qti1Reader) most(id string) float64 {
	most := 0.0
	for _, c := range q.conditions {
		if len(c.wants[id]) > 0 {
			most = max(most, c.score)
		}
	}
	return most
}

// right are the labels that earn points for a response.
func (q *qti1Reader) right(id string) []string {
	var list []string
	for _, c := range q.conditions {
		if c.score > 0 {
			list = append(list, c.wants[id]...)
		}
	}
	return list
}

// pairs reads an item with a choice for each left side: a match. Where a left
// side has several answers it is a category, and each answer becomes a left side.
func (q *qti1Reader) pairs(responses []*foreign.Node) {
	var pairs []quiz.Pair
	var labels []string
	used := map[string]bool{}
	var scores []float64
	sorted := slices.ContainsFunc(responses, func(r *foreign.Node) bool { return len(q.right(r.Get("ident"))) > 1 })
	for _, r := range responses {
		if r.Name != "response_lid" {
			q.Refuse("interactions", "type", r.Name)
			return
		}
		ids, texts := q.labels(r)
		scores = append(scores, q.most(r.Get("ident")))
		left, rights := q.line(q.shown(r)), q.right(r.Get("ident"))
		if len(rights) == 0 {
			q.Refuse("no_right")
			return
		}
		for _, i := range ids {
			if text := q.line(texts[i]); text != "" && !slices.Contains(labels, text) {
				labels = append(labels, text)
			}
		}
		for _, id := range rights {
			right := q.line(texts[id])
			if left == "" || right == "" {
				q.Add(foreign.Lost("pair_half"))
				continue
			}
			used[right] = true
			if sorted {
				pairs = append(pairs, quiz.Pair{Left: right, Right: left})
			} else {
				pairs = append(pairs, quiz.Pair{Left: left, Right: right})
			}
		}
	}
	q.uneven(scores)
	for _, text := range labels {
		switch {
		case used[text]:
		case sorted:
			q.Add(foreign.Lost("pair_none", "text", foreign.Short(text)))
		default:
			pairs = append(pairs, quiz.Pair{Right: text})
		}
	}
	q.match(pairs)
}
