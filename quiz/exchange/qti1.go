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
	im.qti1Items(root, file, im.stimuli(root, file))
	im.leftOver(root, file)
}

// A field of an item of Canvas that names the text it is about, and the type of
// an item that holds one.
const (
	stimulusField = "parent_stimulus_item_ident"
	textOnly      = "text_only_question"
)

// stimuli are the items that hold no question, but a text to which others refer,
// by their names.
func (im *importer) stimuli(root *foreign.Node, file string) map[string]*passage {
	items := root.Deep("item")
	asked := map[string]bool{}
	for _, n := range items {
		asked[field(n, stimulusField)] = true
	}
	found := map[string]*passage{}
	for _, n := range items {
		id := n.Get("ident")
		if id == "" || !asked[id] || found[id] != nil || field(n, "question_type") != textOnly {
			continue
		}
		q := newQTI1(n, file)
		q.Kind = foreign.Resource
		q.meta()
		text := append(q.text("plain", n.Get("instructions")), q.material(n.One("presentation"))...)
		n.Get("passage")
		foreign.Mark(n.One("resprocessing")) // there is nothing to score
		q.Add(n.Unread()...)
		found[id] = newPassage(q.Entry, text)
		found[id].node = n
	}
	return found
}

// field is what the metadata of an item say by a name.
func field(item *foreign.Node, label string) string {
	for _, f := range item.Deep("qtimetadatafield") {
		if f.One("fieldlabel").Str() == label {
			return f.One("fieldentry").Str()
		}
	}
	return ""
}

func (im *importer) qti1Items(n *foreign.Node, file string, stimuli map[string]*passage) {
	for _, c := range n.All("item", "section", "assessment", "objectbank") {
		for _, name := range []string{"ident", "title"} {
			c.Get(name)
		}
		switch p := stimuli[c.Get("ident")]; {
		case c.Name != "item":
			im.qti1Items(c, file, stimuli)
		case p != nil && p.node == c:
			im.add(p.entry)
			foreign.Mark(c)
		default:
			im.qti1Item(c, file, stimuli)
			foreign.Mark(c)
		}
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
	stimuli    map[string]*passage
	passage    foreign.Text // to which the question refers
}

func newQTI1(n *foreign.Node, file string) *qti1Reader {
	d := &draft{Entry: foreign.Entry{File: file, From: n.Line, To: last(n), Kind: foreign.Question, Name: n.Get("title")}, id: n.Get("ident")}
	if d.Name == "" {
		d.Name = d.id
	}
	n.Get("label")
	n.Get("maxattempts")
	return &qti1Reader{draft: d, n: n, feedback: map[string]string{}, told: map[string]bool{}}
}

func (im *importer) qti1Item(n *foreign.Node, file string, stimuli map[string]*passage) {
	q := newQTI1(n, file)
	if im.size >= maxTotal { // it would be read in vain
		q.Refuse("questions_long", "max", maxTotal>>20)
		im.take(q.draft)
		return
	}
	q.stimuli = stimuli
	kind := q.meta()
	q.scoring()
	q.presentation(kind, im.opts.Lang)
	if q.Status != foreign.LeftOut {
		q.Add(n.Unread()...)
	}
	im.take(q.draft)
}

// meta reads the fields that producers add; what they call the type comes back.
func (q *qti1Reader) meta() string {
	kind, worth := "", ""
	for _, f := range q.n.Deep("qtimetadatafield") {
		label, entry := f.One("fieldlabel").Str(), f.One("fieldentry").Str()
		switch label {
		case "question_type", "cc_profile", "qmd_itemtype", "QUESTIONTYPE":
			kind = entry
		case "points_possible", "cc_weighting", "qmd_weighting", "points":
			worth = entry
		case stimulusField:
			p := q.stimuli[entry]
			if p == nil || p.long {
				q.Add(foreign.Lost("setting_lost", "name", label, "value", foreign.Short(entry)))
				break
			}
			q.passage = p.text
		case "calculator_type":
			if entry != "none" {
				q.Add(foreign.Lost("setting_lost", "name", label, "value", foreign.Short(entry)))
			}
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
	if kind != textOnly {
		q.points(worth)
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
		if asked := p.Count("varequal", "varsubstring", "varsubset"); q.many(max(len(q.conditions)+len(rules), asked/10)) {
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
	case strings.Contains(kind, "file_upload"): // what is asked for is no text
		q.Refuse("type_unknown", "type", foreign.Short(kind))
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
	text = q.blanks(text)
	text = slices.Insert(text, min(1, len(text)), q.passage...) // under the first line, which is the title
	q.stem(text, len(q.it.Gaps))
	foreign.Mark(p)
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

// leftFeedback notes what was said on the whole, right or wrong.
func (q *qti1Reader) leftFeedback() {
	for _, id := range slices.Sorted(maps.Keys(q.feedback)) {
		if q.feedback[id] != "" && !q.told[id] {
			q.Add(foreign.Lost("feedback_lost", "text", foreign.Short(q.feedback[id])))
		}
	}
}
