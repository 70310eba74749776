package exchange

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// moodle reads Moodle XML.
func (im *importer) moodle(src []byte) error {
	root, err := foreign.Parse(src)
	if err != nil {
		return err
	}
	if root.Name != "quiz" {
		return foreign.ErrNotFormat.With("format", string(Moodle))
	}
	for _, q := range root.All("question") {
		if im.count > maxQuestions {
			return nil
		}
		im.moodleQuestion(q)
		foreign.Mark(q)
	}
	im.leftOver(root, "")
	return nil
}

// maxLeftOver is how many parts outside questions are told one by one.
const maxLeftOver = 200

// leftOver tells what nobody read outside the questions. Those are marked whole:
// what of them was not read is told with them.
func (im *importer) leftOver(root *foreign.Node, file string) {
	for _, a := range root.Attrs {
		root.Get(a.Name)
	}
	told := 0
	for _, n := range root.Unread() {
		if told++; told > maxLeftOver {
			n = foreign.Note{Line: n.Line, Code: "more_lost"}
		}
		im.add(foreign.Entry{File: file, From: n.Line, To: n.Line, Kind: foreign.Other, Status: foreign.LeftOut, Notes: []foreign.Note{n}})
		if told > maxLeftOver {
			return
		}
	}
}

// last is the highest line of a tree.
func last(n *foreign.Node) int {
	line := n.Line + strings.Count(n.Text, "\n")
	for _, c := range n.Children {
		line = max(line, last(c))
	}
	return line
}

func (im *importer) moodleQuestion(q *foreign.Node) {
	d := &draft{Entry: foreign.Entry{From: q.Line, To: last(q), Kind: foreign.Question, Name: q.One("name").Str()}}
	typ := q.Get("type")
	if typ == "category" {
		path := q.One("category").Str()
		info := q.One("info")
		info.Get("format")
		d.left(info.Str())
		q.One("idnumber").Str()
		d.Add(q.Unread()...)
		im.category(d.Entry, path)
		return
	}
	d.id = q.One("idnumber").Str()
	for _, t := range q.One("tags").All("tag") {
		d.tag(t.Str())
	}
	d.moodleSettings(q)
	d.points(q.One("defaultgrade").Str())
	text := q.One("questiontext")
	if d.Name == "" {
		d.Name = foreign.Short(text.Str())
	}
	d.it.Explanation = d.moodleText(q.One("generalfeedback")).Paragraphs()
	switch typ {
	case "multichoice":
		single := q.One("single")
		d.it.Fixed = isNo(q.One("shuffleanswers").Str())
		d.choice(d.moodleAnswers(q), single == nil || single.Str() != "" && !isNo(single.Str())) // Moodle's own default
	case "truefalse":
		d.moodleTruth(q, im.opts.Lang)
	case "shortanswer":
		if q.One("usecase").Str() == "1" {
			d.Add(foreign.Lost("case_lost"))
		}
		d.short(d.moodleAnswers(q))
	case "numerical":
		d.moodleUnits(q)
		d.numeric(d.moodleAnswers(q))
	case "matching", "ddmatch", "match":
		q.One("shuffleanswers").Str()
		d.moodlePairs(q)
	case "ordering":
		d.moodleOrder(q)
	case "essay":
		d.moodleEssay(q)
	case "cloze", "multianswer":
		d.moodleCloze(text)
	case "ddwtos", "gapselect":
		q.One("shuffleanswers").Str()
		d.moodleWords(q, text)
	case "description":
		d.Refuse("description")
	default:
		d.Refuse("type_unknown", "type", typ)
	}
	if d.Status == foreign.LeftOut {
		im.take(d)
		return
	}
	if typ != "cloze" && typ != "multianswer" && typ != "ddwtos" && typ != "gapselect" {
		d.stem(d.moodleText(text), len(d.it.Gaps))
	}
	d.Add(q.Unread()...)
	im.take(d)
}

// left notes a text that has no place here, when there is one.
func (d *draft) left(text string) {
	if text != "" {
		d.Add(foreign.Lost("text_unread", "text", foreign.Short(text)))
	}
}

func isNo(s string) bool { return s == "0" || s == "false" }

// moodleText reads an element that holds a text in a format, with its files.
func (d *draft) moodleText(n *foreign.Node) foreign.Text {
	if n == nil {
		return nil
	}
	d.moodleFiles(n)
	text := n.One("text")
	if text == nil {
		return nil
	}
	return d.text(moodleFormat(n.Get("format")), text.Str())
}

func moodleFormat(f string) string {
	switch f {
	case "html", "markdown":
		return f
	case "plain_text":
		return "plain"
	}
	return "moodle"
}

func (d *draft) moodleFiles(n *foreign.Node) {
	for _, f := range n.All("file") {
		d.Add(foreign.Note{Line: f.Line, Code: "file_lost", Args: []any{"name", foreign.Short(f.Get("name"))}})
		foreign.Mark(f)
	}
}

// moodleSettings passes over what belongs to the way Moodle runs a test, and
// notes what is lost of it.
func (d *draft) moodleSettings(q *foreign.Node) {
	switch p := q.One("penalty").Str(); p {
	case "", "0", "0.0", "0.0000000", "0.1", "0.1000000", "0.33", "0.3333", "0.333333", "0.3333333", "1", "1.0", "1.0000000": // what Moodle sets by itself
	default:
		d.Add(foreign.Lost("penalty_lost", "value", foreign.Short(p)))
	}
	if q.One("hidden").Str() == "1" {
		d.Add(foreign.Lost("hidden"))
	}
	for _, image := range q.All("image") { // as Moodle 1.9 wrote them
		if name := image.Str(); name != "" {
			d.Add(foreign.Lost("file_lost", "name", foreign.Short(name)))
		}
	}
	foreign.Mark(q.All("shuffleanswers", "answernumbering", "shownumcorrect", "showstandardinstruction", "image_base64", "unitgradingtype", "unitpenalty", "showunits", "unitsleft", "layouttype", "selecttype", "selectcount", "showgrading", "numberingstyle")...)
	for _, f := range q.All("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback") {
		d.moodleFiles(f)
		if text := f.One("text").Str(); text != "" {
			d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(text)))
		}
		foreign.Mark(f)
	}
	for _, h := range q.All("hint") {
		d.moodleFiles(h)
		text := h.One("text")
		if text == nil {
			text = h.One("hintcontent") // as Moodle 1.9 wrote them
		}
		d.Add(foreign.Lost("hint_lost", "text", foreign.Short(text.Str())))
		foreign.Mark(h)
	}
}

func (d *draft) moodleAnswers(q *foreign.Node) []answer {
	var list []answer
	for _, n := range q.All("answer") {
		a := answer{tolerance: n.One("tolerance").Str()}
		a.weight, _ = strconv.ParseFloat(n.Get("fraction"), 64)
		a.text = d.moodleText(n)
		if t := n.One("text"); t != nil {
			a.plain = t.Str()
		}
		a.feedback = d.moodleText(n.One("feedback")).Paragraphs()
		list = append(list, a)
	}
	return list
}

func (d *draft) moodleTruth(q *foreign.Node, lang string) {
	var feedback [2]string
	isTrue, known := false, false
	for k, a := range d.moodleAnswers(q) {
		text, _ := a.text.Line()
		isFalse, said := saysFalse(foreign.Reading(text))
		if !said { // written in the language of its course: Moodle goes by the order
			isFalse = k > 0
			d.Add(foreign.Lost("truth_order", "text", foreign.Short(a.plain)))
		}
		i := 0
		if isFalse {
			i = 1
		}
		feedback[i] = a.feedback
		if a.weight >= 99.9 {
			isTrue, known = i == 0, true
		}
	}
	if !known {
		d.Refuse("no_right")
		return
	}
	d.trueFalse(isTrue, lang, feedback[0], feedback[1])
}

// saysFalse reads a word for true or false, and says whether it is one.
func saysFalse(word string) (isFalse, said bool) {
	switch quiz.Fold(strings.TrimSpace(word)) {
	case "true", "vero":
		return false, true
	case "false", "falso":
		return true, true
	}
	return false, false
}

func (d *draft) moodleUnits(q *foreign.Node) {
	if units := q.One("units"); units != nil && len(units.Elements()) > 0 {
		d.Add(foreign.Lost("unit_lost"))
		foreign.Mark(units)
	}
	foreign.Mark(q.All("instructions")...)
}

func (d *draft) moodlePairs(q *foreign.Node) {
	var pairs []quiz.Pair
	for _, s := range q.All("subquestion") {
		left := d.line(d.moodleText(s))
		a := s.One("answer")
		format := "plain"
		if a.Get("format") != "" {
			format = moodleFormat(a.Get("format"))
		}
		right := ""
		if a != nil {
			d.moodleFiles(a)
			right = d.line(d.text(format, a.One("text").Str()))
		}
		pairs = append(pairs, quiz.Pair{Left: left, Right: right})
	}
	d.match(pairs)
}

func (d *draft) moodleOrder(q *foreign.Node) {
	d.it.Type = quiz.Order
	for _, a := range d.moodleAnswers(q) {
		if text := d.line(a.text); text != "" {
			d.it.Options = append(d.it.Options, quiz.Option{Text: text, Feedback: a.feedback})
		} else {
			d.Add(foreign.Lost("answer_empty"))
		}
	}
	if len(d.it.Options) == 0 {
		d.Refuse("no_answers")
	}
	if whole := q.One("gradingtype").Str() == "ALL_OR_NOTHING"; !d.tags.ours {
		d.tags.partial = !whole
	}
}

func (d *draft) moodleEssay(q *foreign.Node) {
	d.it.Type = quiz.Open
	for _, limit := range q.All("attachments", "attachmentsrequired", "minwordlimit", "maxwordlimit") {
		if n := limit.Str(); n != "" && n != "0" {
			d.Add(foreign.Lost("setting_lost", "name", limit.Name, "value", foreign.Short(n)))
		}
	}
	for _, written := range q.All("responsetemplate", "answer") {
		d.moodleFiles(written)
		d.left(written.One("text").Str())
		foreign.Mark(written)
	}
	foreign.Mark(q.All("responseformat", "responserequired", "responsefieldlines", "filetypeslist", "maxbytes")...)
	if g := q.One("graderinfo"); g != nil {
		if text := g.One("text").Str(); text != "" {
			d.Add(foreign.Lost("grader_note", "text", foreign.Short(text)))
		}
		d.moodleFiles(g)
		foreign.Mark(g)
	}
}

var wordPlace = regexp.MustCompile(`\[\[(\d{1,3})\]\]`)

// moodleWords reads words to drag or choose into a text: gaps.
func (d *draft) moodleWords(q, text *foreign.Node) {
	var words []string
	boxes := q.All("dragbox", "selectoption")
	if d.many(len(boxes)) {
		return
	}
	for _, c := range boxes {
		t := d.text("moodle", c.One("text").Str())
		words = append(words, gapWord(foreign.Reading(d.line(t))))
		foreign.Mark(c.All("group", "infinite")...)
	}
	d.gaps(text, func(html string) string {
		return wordPlace.ReplaceAllStringFunc(html, func(m string) string {
			n, _ := strconv.Atoi(wordPlace.FindStringSubmatch(m)[1])
			if n < 1 || n > len(words) || words[n-1] == "" {
				d.Add(foreign.Lost("answer_unread", "text", m))
				return "…"
			}
			d.it.Gaps = append(d.it.Gaps, []string{strings.ReplaceAll(words[n-1], "|", "/")})
			return blank
		})
	})
	var lost []string
	for _, w := range words {
		if !slices.ContainsFunc(d.it.Gaps, func(g []string) bool { return g[0] == w }) {
			lost = append(lost, w)
		}
	}
	d.asGaps(lost)
}

// gaps reads a text with places for answers, which find replaces by blanks.
func (d *draft) gaps(text *foreign.Node, find func(string) string) {
	if text == nil {
		d.Refuse("no_text")
		return
	}
	d.it.Type = quiz.Gap
	d.moodleFiles(text)
	s := find(strings.ReplaceAll(text.One("text").Str(), blank, ""))
	if d.Status == foreign.LeftOut {
		return
	}
	if len(d.it.Gaps) == 0 {
		d.Refuse("no_answers")
		return
	}
	t := d.text(moodleFormat(text.Get("format")), s)
	if strings.Count(t.String(), blank) != len(d.it.Gaps) {
		d.Refuse("no_text")
		return
	}
	d.stem(t, len(d.it.Gaps))
	if !d.tags.ours {
		d.tags.partial = true
	}
}

var (
	clozeForm = regexp.MustCompile(`(?s)\{(\d{0,3}):([A-Z_]{2,20}):((?:\\.|[^\\}])*)\}`)
	clozeMark = regexp.MustCompile(`^(=|%-?\d{1,4}(?:[.,]\d{0,20})?%)`)
	clozeLeft = regexp.MustCompile(`\{\d{0,3}:[A-Z_]{2,20}[:}]`) // begins a question that was not understood
)

// moodleCloze reads questions inside a text.
func (d *draft) moodleCloze(text *foreign.Node) {
	d.gaps(text, func(s string) string {
		weight := ""
		s = clozeForm.ReplaceAllStringFunc(s, func(m string) string {
			p := clozeForm.FindStringSubmatch(m)
			if weight == "" {
				weight = p[1]
			}
			if p[1] != weight {
				d.Add(foreign.Lost("weights_lost"))
			}
			gap := d.clozeGap(p[2], p[3])
			if len(gap) == 0 || len(d.it.Gaps) >= maxAnswers {
				d.Refuse("answer_unread", "text", foreign.Short(m))
				return "…"
			}
			d.it.Gaps = append(d.it.Gaps, gap)
			return blank
		})
		for _, m := range clozeLeft.FindAllString(s, maxLeftOver) {
			d.Add(foreign.Lost("answer_unread", "text", m))
		}
		return s
	})
}

// clozeGap reads one question inside a text: what is accepted, nothing when it
// cannot be a gap.
func (d *draft) clozeGap(typ, body string) []string {
	choices := false
	switch typ {
	case "SHORTANSWER", "SA", "MW", "NUMERICAL", "NM":
	case "SHORTANSWER_C", "SAC", "MWC":
		d.Add(foreign.Lost("case_lost"))
	case "MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS":
		choices = true
	default:
		return nil
	}
	var answers []answer
	var lost []string
	for part := range strings.SplitSeq(hideCloze(body), "~") {
		a := answer{}
		if m := clozeMark.FindString(part); m != "" {
			part = part[len(m):]
			a.weight = 100
			if m != "=" {
				a.weight, _ = strconv.ParseFloat(strings.Replace(strings.Trim(m, "%"), ",", ".", 1), 64)
			}
		}
		word, feedback, _ := strings.Cut(part, "#")
		if typ == "NUMERICAL" || typ == "NM" {
			value, tolerance, _ := strings.Cut(word, ":")
			if t, _, _ := decimal(tolerance); t != 0 {
				d.Add(foreign.Lost("number_more", "text", foreign.Short(word)))
			}
			word = value
		}
		a.plain = clozeText(word)
		a.feedback = strings.TrimSpace(clozeText(feedback))
		if choices && a.weight < 99.9 {
			lost = append(lost, a.plain)
			if a.feedback != "" {
				d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
			}
			continue
		}
		answers = append(answers, a)
	}
	if choices {
		d.asGaps(lost)
	}
	return d.accepted(answers)
}

// clozeText is what a person sees of an answer that stands in a text of HTML.
func clozeText(s string) string {
	s = showCloze(s)
	if !tagForm.MatchString(s) {
		return html.UnescapeString(s)
	}
	t, _ := foreign.FromHTML(s)
	line, _ := t.Line()
	return foreign.Reading(line)
}

const clozeEscapes = `}~#"\/`

func hideCloze(s string) string {
	for i := range len(clozeEscapes) {
		s = strings.ReplaceAll(s, `\`+clozeEscapes[i:i+1], string(rune(escapeBase+i)))
	}
	return s
}

func showCloze(s string) string {
	for i := range len(clozeEscapes) {
		s = strings.ReplaceAll(s, string(rune(escapeBase+i)), clozeEscapes[i:i+1])
	}
	return s
}
