package exchange

import (
	"maps"
	"slices"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// weight is what an answer is worth, in per cent of the best.
func (r response) weight(id string) float64 {
	if r.most > 0 {
		return r.mapped[id] / r.most * 100
	}
	if slices.Contains(r.correct, id) {
		return 100
	}
	return 0
}

// choicesOf reads the choices of an interaction, by identifier.
func (q *qtiReader) choicesOf(n *foreign.Node, name string) (ids []string, texts map[string]foreign.Text) {
	texts = map[string]foreign.Text{}
	for _, c := range n.All(name) {
		id := c.Get("identifier")
		if c.Get("fixed") == "true" && !q.it.Fixed {
			q.Add(foreign.Lost("setting_lost", "name", "fixed", "value", id))
		}
		for _, a := range []string{"matchMax", "matchMin", "showHide", "templateIdentifier", "matchGroup"} {
			c.Get(a)
		}
		t, notes := foreign.FlowWith(c, func(n *foreign.Node) (string, bool) {
			if n.Name != "feedbackInline" {
				return "", false
			}
			q.feedback[id] = q.flow(n).Paragraphs()
			foreign.Mark(n)
			return "", true
		})
		q.Add(notes...)
		ids, texts[id] = append(ids, id), t
	}
	return ids, texts
}

func (q *qtiReader) qtiChoice(n *foreign.Node, r response) {
	q.it.Fixed = n.Get("shuffle") != "true"
	n.Get("maxChoices")
	ids, texts := q.choicesOf(n, "simpleChoice")
	q.options(ids, texts, r)
}

// options makes a choice of texts, of which the response says what each is worth.
func (q *qtiReader) options(ids []string, texts map[string]foreign.Text, r response) {
	if strings.Contains(q.template, "match_correct") && len(r.correct) > 0 {
		r.mapped, r.keys, r.most = nil, nil, 0 // points that the rules do not look at
	}
	single := r.cardinality != "multiple"
	share := 100 / float64(max(1, len(r.rights())))
	var answers []answer
	for _, id := range ids {
		a := answer{text: texts[id], weight: r.weight(id), feedback: q.feedback[id]}
		right := slices.Contains(r.rights(), id)
		switch {
		case single:
		case len(r.keys) == 0:
			a.weight = map[bool]float64{true: share, false: -100}[right]
		case right:
			a.weight = share * max(r.weight(id), 1) / 100
		case a.weight > 0: // it earns a part, and is not right all the same
			text, _ := a.text.Line()
			q.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight*share/100)))
			a.weight = 0
		default:
			a.weight *= share / 100
		}
		answers = append(answers, a)
	}
	if !single && len(r.keys) == 0 && !q.tags.ours {
		q.tags.whole = true
	}
	q.choice(answers, single)
}

// qtiHottext reads words to touch in a text: options, under the text.
func (q *qtiReader) qtiHottext(n *foreign.Node, r response) foreign.Text {
	n.Get("maxChoices")
	var ids []string
	texts := map[string]foreign.Text{}
	t, notes := foreign.FlowWith(n, func(h *foreign.Node) (string, bool) {
		switch h.Name {
		case "hottext":
			id := h.Get("identifier")
			ids, texts[id] = append(ids, id), q.flow(h)
			foreign.Mark(h)
			return q.line(texts[id]), true
		case "prompt":
			return "", true
		}
		return "", false
	})
	q.it.Fixed = true // in the order of the text
	q.Add(append(notes, foreign.Lost("as_choice"))...)
	q.options(ids, texts, r)
	return t
}

func (q *qtiReader) qtiOrder(n *foreign.Node, r response) {
	n.Get("shuffle")
	n.Get("maxChoices")
	q.it.Type = quiz.Order
	ids, texts := q.choicesOf(n, "simpleChoice")
	for _, id := range r.correct {
		if text := q.line(texts[id]); text != "" {
			q.it.Options = append(q.it.Options, quiz.Option{Text: text, Feedback: q.feedback[id]})
		}
	}
	if len(q.it.Options) != len(ids) {
		if len(q.it.Options) < 2 {
			q.Refuse("no_right")
			return
		}
		q.Add(foreign.Lost("group_order"))
	}
}

// pairsOf takes the right pairs apart, each "A B".
func (q *qtiReader) pairsOf(r response) [][2]string {
	var pairs [][2]string
	for _, v := range r.rights() {
		ab := strings.Fields(v)
		if len(ab) != 2 {
			q.Add(foreign.Lost("answer_unread", "text", foreign.Short(v)))
			continue
		}
		pairs = append(pairs, [2]string{ab[0], ab[1]})
	}
	return pairs
}

func (q *qtiReader) qtiMatch(n *foreign.Node, r response) {
	n.Get("shuffle")
	sets := n.All("simpleMatchSet")
	if len(sets) != 2 {
		q.Refuse("no_answers")
		return
	}
	pairs := q.pairsOf(r)
	if repeats(pairs, 0) && !repeats(pairs, 1) { // the left sides are categories
		sets, pairs = []*foreign.Node{sets[1], sets[0]}, swapped(pairs)
	}
	lefts, texts := q.choicesOf(sets[0], "simpleAssociableChoice")
	rights, rightTexts := q.choicesOf(sets[1], "simpleAssociableChoice")
	maps.Copy(texts, rightTexts)
	q.paired(pairs, lefts, rights, texts)
	q.wholeUnlessMapped(r)
}

// wholeUnlessMapped: without a mapping it is all or nothing.
func (q *qtiReader) wholeUnlessMapped(r response) {
	if r.uneven && q.Status != foreign.LeftOut {
		q.Add(foreign.Lost("weights_lost"))
	}
	if len(r.keys) == 0 && !q.tags.ours {
		q.tags.whole = true
	}
}

func (q *qtiReader) qtiAssociate(n *foreign.Node, r response) {
	n.Get("shuffle")
	ids, texts := q.choicesOf(n, "simpleAssociableChoice")
	pairs := q.pairsOf(r)
	var lefts []string
	for _, p := range pairs {
		if !slices.Contains(lefts, p[0]) {
			lefts = append(lefts, p[0])
		}
	}
	q.Add(foreign.Lost("as_match"))
	q.paired(pairs, lefts, ids, texts)
	q.wholeUnlessMapped(r)
}
