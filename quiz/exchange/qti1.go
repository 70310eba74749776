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

// qti1 reads QTI 1.2: items, alone or in the sections of an assessment.
func (im *importer) qti1(root *foreign.Node, file string) {
	im.qti1Items(root, file)
	im.leftOver(root, file)
}

func (im *importer) qti1Items(n *foreign.Node, file string) {
	for _, c := range n.All("item", "section", "assessment", "objectbank") {
		for _, name := range []string{"ident", "title"} {
			c.Get(name)
		}
		if c.Name == "item" {
			im.qti1Item(c, file)
			continue
		}
		im.qti1Items(c, file)
	}
}

// condition is one rule of scoring: which answers it asks for, and what it gives.
type condition struct {
	wants, refuses map[string][]string // by response
	low, high      map[string]string   // a range, by response
	places         map[string]int      // which place in an order an answer has
	score          float64
	sets           bool
	exact, part    bool // capitals count; part of the text is enough
	feedback       []string
}

// asks says whether the rule depends on an answer, and is not for all others.
func (c condition) asks() bool { return len(c.wants)+len(c.refuses)+len(c.low)+len(c.high) > 0 }

type qti1Reader struct {
	*draft
	n          *foreign.Node
	responses  []*foreign.Node
	conditions []condition
	feedback   map[string]string
	told       map[string]bool // feedback that found its place
}

func (im *importer) qti1Item(n *foreign.Node, file string) {
	d := &draft{Entry: foreign.Entry{File: file, From: n.Line, To: last(n), Kind: foreign.Question, Name: n.Get("title")}, id: n.Get("ident")}
	if d.Name == "" {
		d.Name = d.id
	}
	n.Get("label")
	n.Get("maxattempts")
	q := &qti1Reader{draft: d, n: n, feedback: map[string]string{}, told: map[string]bool{}}
	kind := q.meta()
	q.scoring()
	q.presentation(kind, im.opts.Lang)
	if d.Status != foreign.LeftOut {
		d.Add(n.Unread()...)
	}
	im.take(d)
}

// meta reads the fields that producers add; what they call the type comes back.
func (q *qti1Reader) meta() string {
	kind := ""
	for _, f := range q.n.Deep("qtimetadatafield") {
		label, entry := f.One("fieldlabel").Str(), f.One("fieldentry").Str()
		switch label {
		case "question_type", "cc_profile", "qmd_itemtype", "QUESTIONTYPE":
			kind = entry
		case "points_possible", "cc_weighting", "qmd_weighting", "points":
			q.points(entry)
		case "original_answer_ids", "assessment_question_identifierref", "qmd_status", "qmd_toolvendor", "qmd_topic",
			"ILIAS_VERSION", "AUTHOR", "externalId", "additional_cont_edit_mode", "thumb_size", "element_height", "singleline", "feedback_setting", "shuffle":
		case "textrating", "textgaprating":
			if entry != "ci" { // capitals do not count, as here
				q.Add(foreign.Lost("setting_lost", "name", label, "value", foreign.Short(entry)))
			}
		default:
			q.Add(foreign.Lost("setting_lost", "name", foreign.Short(label), "value", foreign.Short(entry)))
		}
		foreign.Mark(f)
	}
	for _, m := range q.n.All("itemmetadata", "qticomment", "duration", "objectives", "itemcontrol") {
		if m.Name != "itemmetadata" && m.Name != "duration" {
			if text := m.Str(); text != "" {
				q.Add(foreign.Lost("text_unread", "text", foreign.Short(text)))
			}
		}
		foreign.Mark(m)
	}
	return strings.ToLower(kind)
}

func (q *qti1Reader) scoring() {
	for _, f := range q.n.All("itemfeedback") {
		q.feedback[f.Get("ident")] = q.material(f).Paragraphs()
		foreign.Mark(f)
	}
	for _, p := range q.n.All("resprocessing") {
		rules := p.All("respcondition")
		if q.many(len(rules)) {
			return
		}
		for _, r := range rules {
			q.conditions = append(q.conditions, readCondition(r))
		}
		foreign.Mark(p)
	}
}

func readCondition(r *foreign.Node) condition {
	c := condition{wants: map[string][]string{}, refuses: map[string][]string{}, low: map[string]string{}, high: map[string]string{}, places: map[string]int{}}
	c.vars(r.One("conditionvar"), false)
	for _, s := range r.All("setvar") {
		c.score, _ = strconv.ParseFloat(s.Str(), 64)
		if strings.HasSuffix(s.Str(), ".max") {
			c.score = 100 // of Blackboard: all that there is
		}
		if strings.EqualFold(s.Get("action"), "subtract") {
			c.score = -c.score
		}
		c.sets = true
	}
	for _, f := range r.All("displayfeedback") {
		c.feedback = append(c.feedback, f.Get("linkrefid"))
	}
	return c
}

func (c *condition) vars(n *foreign.Node, not bool) {
	for _, v := range n.Elements() {
		id := v.Get("respident")
		switch v.Name {
		case "not":
			c.vars(v, !not)
		case "and", "or":
			c.vars(v, not)
		case "varequal", "varsubstring":
			c.exact = c.exact || strings.EqualFold(v.Get("case"), "yes")
			c.part = c.part || v.Name == "varsubstring"
			if not {
				c.refuses[id] = append(c.refuses[id], v.Str())
			} else {
				c.wants[id] = append(c.wants[id], v.Str())
			}
			if n, err := strconv.Atoi(v.Get("index")); err == nil {
				c.places[v.Str()] = n
			}
		case "varsubset": // of ILIAS: a list, or a pair
			if !not {
				c.wants[id] = append(c.wants[id], strings.Split(v.Str(), ",")...)
			}
		case "vargte", "vargt":
			c.low[id] = v.Str()
		case "varlte", "varlt":
			c.high[id] = v.Str()
		}
	}
}

// material reads what is shown: texts, with HTML where they say so.
func (q *qti1Reader) material(n *foreign.Node) foreign.Text {
	var t foreign.Text
	for _, m := range n.Deep("material") {
		for _, x := range m.Elements() {
			switch label := cmp.Or(m.Get("label"), x.Get("label")); {
			case label == "suggested_solution" || label == "answerdepth": // of ILIAS: no text, but how it shows one
				if value := x.Str(); value != "" && value != "0" {
					q.Add(foreign.Lost("setting_lost", "name", label, "value", foreign.Short(value)))
				}
			case x.Name == "mattext" || x.Name == "matemtext":
				format := "plain"
				if kind := x.Get("texttype"); kind == "" || strings.Contains(kind, "html") {
					format = "moodle" // HTML where there are tags, and many say nothing
				}
				if format == "moodle" && tagForm.MatchString(x.Str()) {
					format = "html"
				}
				t = append(t, q.text(format, x.Str())...)
			case x.Name == "matbreak" || x.Name == "altmaterial":
			default:
				q.Add(foreign.Lost("file_lost", "name", foreign.Short(cmp.Or(x.Get("uri"), x.Name))))
			}
			foreign.Mark(x)
		}
		foreign.Mark(m)
	}
	return t
}

// place stands in a text for the i-th response until the kind of the question is
// known.
func place(i int) string { return string(rune(firstPlace + i)) }

const (
	firstPlace = 0xe100
	lastPlace  = firstPlace + maxAnswers
)

func isPlace(r rune) bool { return r >= firstPlace && r <= lastPlace }

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
				more[i].Text = strings.Map(func(r rune) rune { return map[bool]rune{true: -1, false: r}[isPlace(r)] }, more[i].Text)
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

func (q *qti1Reader) presentation(kind, lang string) {
	p := q.n.One("presentation")
	if q.Status == foreign.LeftOut {
		return
	}
	if p == nil {
		q.Refuse("no_text")
		return
	}
	q.responses = p.Deep("response_lid", "response_str", "response_num", "response_grp", "response_xy")
	responses := q.responses
	if q.many(max(len(responses), p.Count("response_label"))) {
		return
	}
	text := q.shown(p)
	for _, f := range p.Deep("flow") {
		f.Get("class")
	}
	q.general()
	gapped := q.places(text) && !strings.Contains(kind, "matching")
	switch {
	case strings.Contains(kind, "calculated") || q.n.Count("calculated") > 0:
		q.Refuse("template")
	case len(responses) == 0 && strings.Contains(kind, "essay"):
		q.it.Type = quiz.Open
	case len(responses) == 0 && kind != "" && !strings.Contains(kind, "text_only"):
		q.Refuse("type_unknown", "type", foreign.Short(kind))
	case len(responses) == 0:
		q.Refuse("description")
	case responses[0].Name == "response_grp" && len(responses) == 1:
		text = append(text, q.shown(responses[0])...)
		q.group(responses[0])
	case len(responses) > 1 && gapped || gapped && strings.Contains(kind, "fill_in_multiple_blanks"):
		q.several(text, kind)
	case len(responses) > 1 || strings.Contains(kind, "matching"):
		q.pairs(responses)
	case responses[0].Name == "response_lid":
		if !gapped { // else it is the name of the place
			text = append(text, q.shown(responses[0])...)
		}
		q.lid(responses[0], kind, lang)
	case responses[0].Name == "response_str" || responses[0].Name == "response_num":
		text = append(text, q.shown(responses[0])...)
		q.written(responses[0], kind)
	default:
		q.Refuse("type_unknown", "type", responses[0].Name)
	}
	for _, r := range responses {
		foreign.Mark(r)
	}
	if q.Status == foreign.LeftOut {
		return
	}
	q.leftFeedback()
	q.stem(q.blanks(text), len(q.it.Gaps))
	foreign.Mark(p)
}

// places marks in the text where each response belongs, and says whether every
// one has its place: those that are written, and those that the text names
// between square brackets.
func (q *qti1Reader) places(t foreign.Text) bool {
	all := len(q.responses) > 0
	for i, r := range q.responses {
		if r.Name != "response_lid" {
			all = all && (r.Name == "response_str" || r.Name == "response_num")
			continue
		}
		label, _ := q.shown(r).Line()
		all = t.Replace([]string{strings.TrimPrefix(r.Get("ident"), "response_"), foreign.Reading(label)}, place(i)) && all
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
		p.Text = strings.Map(func(r rune) rune {
			if isPlace(r) {
				return []rune(blank)[0]
			}
			return r
		}, p.Text)
		if p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}

// general puts feedback that everybody gets into the explanation. What is said
// to all others, after rules that ask for an answer, is not for everybody.
func (q *qti1Reader) general() {
	asked := false
	for _, c := range q.conditions {
		if c.asks() {
			asked = true
			continue
		}
		for _, id := range c.feedback {
			if text := q.feedback[id]; text != "" && !q.told[id] && (id == "general_fb" || !asked && !c.sets && !strings.Contains(strings.ToLower(id), "incorrect")) {
				q.it.Explanation = strings.TrimSpace(q.it.Explanation + "\n\n" + text)
				q.told[id] = true
			}
		}
	}
}

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
	var byWord [2]*answer
	for i := range answers {
		text, _ := answers[i].text.Line()
		if isFalse, said := saysFalse(foreign.Reading(text)); said {
			byWord[map[bool]int{true: 1}[isFalse]] = &answers[i]
		}
	}
	yes, no := byWord[0], byWord[1]
	if len(answers) != 2 || yes == nil || no == nil {
		return false
	}
	q.trueFalse(yes.weight > no.weight, lang, yes.feedback, no.feedback)
	return true
}

// leftFeedback notes what was said on the whole, right or wrong.
func (q *qti1Reader) leftFeedback() {
	for _, id := range slices.Sorted(maps.Keys(q.feedback)) {
		if q.feedback[id] != "" && !q.told[id] {
			q.Add(foreign.Lost("feedback_lost", "text", foreign.Short(q.feedback[id])))
		}
	}
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

// literal takes the meaning from stars: they are no wildcards here.
func literal(answers []answer) []answer {
	for i := range answers {
		answers[i].plain = strings.ReplaceAll(answers[i].plain, "*", `\*`)
	}
	return answers
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
	q.Add(foreign.Lost("as_gaps", "text", foreign.Short(strings.Join(lost, " | "))))
}

// chosen are the answers of a list inside a text. Canvas writes what may be
// typed into a blank as such a list too, and every entry of it is right.
func (q *qti1Reader) chosen(r *foreign.Node, kind string) []answer {
	id := r.Get("ident")
	ids, texts := q.labels(r)
	rights := q.right(id)
	typed := strings.Contains(kind, "fill_in_multiple_blanks")
	for _, l := range r.Deep("response_label") {
		typed = typed && !slices.Contains([]string{"dropdown", "wordbank"}, strings.ToLower(l.Get("answer_type")))
	}
	var answers []answer
	var lost []string
	for _, label := range ids {
		text := foreign.Reading(q.line(texts[label]))
		if typed || slices.Contains(rights, label) {
			answers = append(answers, answer{plain: text, weight: 100, feedback: q.optionFeedback(id, label)})
		} else {
			lost = append(lost, text)
		}
	}
	if !typed {
		q.Add(foreign.Lost("as_gaps", "text", foreign.Short(strings.Join(lost, " | "))))
	}
	return literal(answers)
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
