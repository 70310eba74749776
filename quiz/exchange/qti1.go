package exchange

import (
	"cmp"
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
	low, high      string
	score          float64
	sets           bool
	feedback       []string
}

type qti1Reader struct {
	*draft
	n          *foreign.Node
	conditions []condition
	feedback   map[string]string
	max        float64
}

func (im *importer) qti1Item(n *foreign.Node, file string) {
	d := &draft{Entry: foreign.Entry{File: file, From: n.Line, To: last(n), Kind: foreign.Question, Name: n.Get("title")}, id: n.Get("ident")}
	if d.Name == "" {
		d.Name = d.id
	}
	n.Get("label")
	q := &qti1Reader{draft: d, n: n, feedback: map[string]string{}}
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
		case "question_type", "cc_profile", "qmd_itemtype":
			kind = entry
		case "points_possible", "cc_weighting", "qmd_weighting":
			q.points(entry)
		case "original_answer_ids", "assessment_question_identifierref", "qmd_status", "qmd_toolvendor", "qmd_topic":
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
		for _, o := range p.Deep("decvar") {
			q.max, _ = strconv.ParseFloat(o.Get("maxvalue"), 64)
			foreign.Mark(o)
		}
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
	c := condition{wants: map[string][]string{}, refuses: map[string][]string{}}
	c.vars(r.One("conditionvar"), false)
	for _, s := range r.All("setvar") {
		c.score, _ = strconv.ParseFloat(s.Str(), 64)
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
			if not {
				c.refuses[id] = append(c.refuses[id], v.Str())
			} else {
				c.wants[id] = append(c.wants[id], v.Str())
			}
		case "vargte", "vargt":
			c.low = v.Str()
		case "varlte", "varlt":
			c.high = v.Str()
		}
	}
}

// material reads what is shown: texts, with HTML where they say so.
func (q *qti1Reader) material(n *foreign.Node) foreign.Text {
	var t foreign.Text
	for _, m := range n.Deep("material") {
		for _, x := range m.Elements() {
			switch x.Name {
			case "mattext", "matemtext":
				format := "plain"
				if kind := x.Get("texttype"); kind == "" || strings.Contains(kind, "html") {
					format = "moodle" // HTML where there are tags, and many say nothing
				}
				if format == "moodle" && tagForm.MatchString(x.Str()) {
					format = "html"
				}
				t = append(t, q.text(format, x.Str())...)
			case "matbreak", "altmaterial":
			default:
				q.Add(foreign.Lost("file_lost", "name", foreign.Short(cmp.Or(x.Get("uri"), x.Name))))
			}
			foreign.Mark(x)
		}
		foreign.Mark(m)
	}
	return t
}

// shown is the text of the question: the material outside the answers.
func (q *qti1Reader) shown(n *foreign.Node) foreign.Text {
	var t foreign.Text
	for _, c := range n.Elements() {
		switch c.Name {
		case "material":
			t = append(t, q.material(&foreign.Node{Children: []*foreign.Node{c}})...)
		case "flow":
			t = append(t, q.shown(c)...)
		}
	}
	return t
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
	responses := p.Deep("response_lid", "response_str", "response_num", "response_grp", "response_xy")
	if q.many(max(len(responses), p.Count("response_label"))) {
		return
	}
	text := q.shown(p)
	for _, f := range p.Deep("flow") {
		f.Get("class")
	}
	q.general()
	gaps := 0
	switch {
	case len(responses) == 0 && strings.Contains(kind, "essay"):
		q.it.Type = quiz.Open
	case len(responses) == 0:
		q.Refuse("description")
	case len(responses) > 1:
		q.several(responses)
	case responses[0].Name == "response_lid":
		q.lid(responses[0], kind, lang)
	case responses[0].Name == "response_str" || responses[0].Name == "response_num":
		q.written(responses[0], kind)
		gaps = len(q.it.Gaps)
	default:
		q.Refuse("type_unknown", "type", responses[0].Name)
	}
	for _, r := range responses {
		foreign.Mark(r)
	}
	if q.Status == foreign.LeftOut {
		return
	}
	q.stem(text, gaps)
	foreign.Mark(p)
}

// general puts feedback that hangs on no option into the explanation.
func (q *qti1Reader) general() {
	for _, c := range q.conditions {
		if len(c.wants) > 0 || len(c.refuses) > 0 {
			continue
		}
		for _, id := range c.feedback {
			if text := q.feedback[id]; text != "" && (strings.HasPrefix(id, "general") || !c.sets) {
				q.it.Explanation = strings.TrimSpace(q.it.Explanation + "\n\n" + text)
				delete(q.feedback, id)
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
					delete(q.feedback, f)
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
		q.it.Type = quiz.Order
		for _, c := range q.conditions {
			if len(c.wants[id]) > 1 && c.score > 0 {
				for _, w := range c.wants[id] {
					q.it.Options = append(q.it.Options, quiz.Option{Text: q.line(texts[w])})
				}
				break
			}
		}
		if len(q.it.Options) < 2 {
			q.Refuse("no_right")
		}
		return
	}
	single := cardinality != "multiple"
	if render := r.One("render_choice"); render != nil && strings.EqualFold(render.Get("shuffle"), "no") {
		q.it.Fixed = true
	}
	weight, best, refused := map[string]float64{}, 0.0, false
	for _, c := range q.conditions {
		refused = refused || len(c.refuses) > 0
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
	if !single && refused {
		q.tags.whole = true // one condition over all options: all or nothing
	}
	if strings.Contains(kind, "true_false") && len(answers) == 2 {
		a := answers
		if first, _ := a[0].text.Line(); strings.EqualFold(first, "false") {
			a = []answer{a[1], a[0]}
		}
		q.trueFalse(a[0].weight > 99, lang, a[0].feedback, a[1].feedback)
	} else {
		q.choice(answers, single)
	}
	q.leftFeedback()
}

// leftFeedback notes what was said on the whole, right or wrong.
func (q *qti1Reader) leftFeedback() {
	ids := make([]string, 0, len(q.feedback))
	for id := range q.feedback {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if q.feedback[id] != "" {
			q.Add(foreign.Lost("feedback_lost", "text", foreign.Short(q.feedback[id])))
		}
	}
}

func (q *qti1Reader) written(r *foreign.Node, kind string) {
	id := r.Get("ident")
	numeric := strings.Contains(kind, "numerical") || r.Name == "response_num"
	var answers []answer
	low, high := "", ""
	for _, c := range q.conditions {
		if c.sets && c.score <= 0 {
			continue
		}
		for _, w := range c.wants[id] {
			answers = append(answers, answer{plain: w, weight: 100})
		}
		if c.low != "" && c.high != "" {
			low, high = c.low, c.high
		}
	}
	switch {
	case len(answers) == 0 && low == "":
		q.it.Type = quiz.Open
	case numeric && low != "":
		q.numeric([]answer{{plain: low + ".." + high, weight: 100}})
	case numeric:
		q.numeric(answers)
	default:
		for i := range answers {
			answers[i].plain = strings.ReplaceAll(answers[i].plain, "*", `\*`)
		}
		q.short(answers)
	}
	q.leftFeedback()
}

// several reads an item with a choice for each left side: a match.
func (q *qti1Reader) several(responses []*foreign.Node) {
	var pairs []quiz.Pair
	used := map[string]bool{}
	var rights []string
	for _, r := range responses {
		if r.Name != "response_lid" {
			q.Refuse("interactions", "type", r.Name)
			return
		}
		id := r.Get("ident")
		ids, texts := q.labels(r)
		right := ""
		for _, c := range q.conditions {
			if c.score > 0 && len(c.wants[id]) > 0 {
				right = q.line(texts[c.wants[id][0]])
			}
		}
		if right == "" {
			q.Refuse("no_right")
			return
		}
		for _, i := range ids {
			if text := q.line(texts[i]); !slices.Contains(rights, text) {
				rights = append(rights, text)
			}
		}
		used[right] = true
		pairs = append(pairs, quiz.Pair{Left: q.line(q.shown(r)), Right: right})
	}
	for _, text := range rights {
		if !used[text] {
			pairs = append(pairs, quiz.Pair{Right: text})
		}
	}
	q.match(pairs)
	q.leftFeedback()
}
