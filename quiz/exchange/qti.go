package exchange

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// qti reads QTI 1.2, 2.x and 3.0: one file, or a package.
func (im *importer) qti(src []byte) error {
	if !foreign.IsArchive(src) {
		root, err := foreign.Parse(src)
		if err != nil {
			return err
		}
		camel(root)
		if !im.qtiFile(root, "", nil) {
			return foreign.ErrNotFormat.With("format", string(QTI))
		}
		return nil
	}
	a, err := foreign.Open(src)
	if err != nil {
		return err
	}
	return im.qtiPackage(a)
}

// qtiFile reads one file whose names are those of QTI 2, and says whether it is one.
func (im *importer) qtiFile(root *foreign.Node, file string, tags []string) bool {
	switch root.Name {
	case "assessmentItem":
		im.qtiItem(root, file, tags)
	case "questestinterop":
		im.qti1(root, file)
	case "assessmentTest", "assessmentSection", "assessmentStimulus":
		e := foreign.Entry{File: file, From: root.Line, To: last(root), Kind: foreign.Other, Name: root.Get("title")}
		e.Refuse("test_lost")
		im.add(e)
	default:
		return false
	}
	return true
}

// camel gives the names of QTI 3 the form they had in QTI 2, so that one reader
// reads both: qti-choice-interaction, choiceInteraction. Some files mix them.
func camel(n *foreign.Node) {
	if name, ok := strings.CutPrefix(n.Name, "qti-"); ok {
		n.Name = joinWords(name)
	}
	for i, a := range n.Attrs {
		if !strings.HasPrefix(a.Name, "data-") && !strings.HasPrefix(a.Name, "aria-") {
			n.Attrs[i].Name = joinWords(a.Name)
		}
	}
	for _, c := range n.Children {
		camel(c)
	}
}

func joinWords(name string) string {
	parts := strings.Split(name, "-")
	for i, p := range parts {
		if i > 0 && p != "" {
			parts[i] = string(unicode.ToUpper(rune(p[0]))) + p[1:]
		}
	}
	return strings.Join(parts, "")
}

// response is what an item declares about one of its answers.
type response struct {
	cardinality, base string
	correct           []string
	mapped            map[string]float64
	most              float64  // that the mapping gives
	keys              []string // of the mapping, in order
	folded            bool     // capitals do not count
	uneven            bool     // the mapping gives other points than ours would
}

// rights are the answers declared right, or, where only points are declared,
// those that earn some.
func (r response) rights() []string {
	if len(r.correct) > 0 {
		return r.correct
	}
	var list []string
	for _, k := range r.keys {
		if r.mapped[k] > 0 {
			list = append(list, k)
		}
	}
	return list
}

type qtiReader struct {
	*draft
	root      *foreign.Node
	responses map[string]response
	feedback  map[string]string // by identifier, those of options
	template  string            // of the rules of scoring
	passage   foreign.Text      // that several items may share
	lang      string
}

func (im *importer) qtiItem(root *foreign.Node, file string, tags []string) {
	d := &draft{Entry: foreign.Entry{File: file, From: root.Line, To: last(root), Kind: foreign.Question, Name: root.Get("title")}}
	d.id = strings.TrimPrefix(root.Get("identifier"), "_")
	for _, t := range tags {
		d.tag(t)
	}
	q := &qtiReader{draft: d, root: root, responses: map[string]response{}, feedback: map[string]string{}, lang: im.opts.Lang}
	for _, name := range []string{"timeDependent", "label", "toolName", "toolVersion", "class", "schemaLocation"} {
		root.Get(name)
	}
	if root.Get("adaptive") == "true" {
		d.Add(foreign.Lost("setting_lost", "name", "adaptive", "value", "true"))
	}
	q.template = root.One("responseProcessing").Get("template")
	for _, ref := range root.All("assessmentStimulusRef") {
		foreign.Mark(ref)
		text, found := im.passage(file, ref.Get("href"))
		if !found {
			d.Add(foreign.Lost("element_lost", "name", ref.Name))
		}
		q.passage = append(q.passage, text...)
	}
	q.declarations()
	q.body()
	if d.Status != foreign.LeftOut {
		q.processing()
		d.Add(root.Unread()...)
	}
	im.take(d)
}

func (q *qtiReader) declarations() {
	for _, n := range q.root.All("responseDeclaration") {
		r := response{cardinality: n.Get("cardinality"), base: n.Get("baseType"), mapped: map[string]float64{}}
		for _, v := range n.One("correctResponse").All("value") {
			r.correct = append(r.correct, v.Str())
		}
		mapping := n.One("mapping")
		foreign.Mark(n.All("defaultValue")...)
		for _, name := range []string{"lowerBound", "upperBound"} {
			mapping.Get(name)
		}
		other, _, _ := decimal(mapping.Get("defaultValue"))
		r.uneven = other != 0
		for _, e := range mapping.All("mapEntry") {
			key := e.Get("mapKey")
			points, _ := strconv.ParseFloat(e.Get("mappedValue"), 64)
			r.uneven = r.uneven || points < 0 || points > 0 && r.most > 0 && points != r.most
			r.mapped[key], r.most = points, max(r.most, points)
			r.keys = append(r.keys, key)
			if sensitive := e.Get("caseSensitive"); sensitive == "false" {
				r.folded = true
			}
		}
		q.responses[n.Get("identifier")] = r
	}
	for _, n := range q.root.All("outcomeDeclaration") {
		if n.Get("identifier") == "MAXSCORE" {
			q.points(n.One("defaultValue").One("value").Str())
		}
		foreign.Mark(n)
	}
	if t := q.root.One("templateDeclaration", "templateProcessing"); t != nil {
		q.Refuse("template")
	}
	for _, s := range q.root.All("stylesheet", "itemBodyStylesheet", "companionMaterialsInfo") {
		q.Add(foreign.Lost("element_lost", "name", s.Name))
		foreign.Mark(s)
	}
}

var (
	blockInteractions  = []string{"choiceInteraction", "orderInteraction", "matchInteraction", "associateInteraction", "gapMatchInteraction", "extendedTextInteraction", "hottextInteraction"}
	inlineInteractions = []string{"textEntryInteraction", "inlineChoiceInteraction"}
)

// interactions finds every interaction below n, in order. A button that asks for
// a hint or ends the attempt is none.
func interactions(n *foreign.Node) []*foreign.Node {
	var list []*foreign.Node
	for _, c := range n.Elements() {
		if c.Name == "endAttemptInteraction" {
			continue
		}
		if strings.HasSuffix(c.Name, "Interaction") {
			list = append(list, c)
			continue
		}
		list = append(list, interactions(c)...)
	}
	return list
}

func (q *qtiReader) body() {
	answers := len(q.responses)
	for _, r := range q.responses {
		answers = max(answers, len(r.correct), len(r.keys))
	}
	if q.Status == foreign.LeftOut || q.many(answers) {
		return
	}
	body := q.root.One("itemBody")
	if body == nil {
		q.Refuse("no_text")
		return
	}
	found := interactions(body)
	if q.many(max(len(found), body.Count("simpleChoice", "simpleAssociableChoice", "gapText", "inlineChoice", "hottext"))) {
		return
	}
	kinds := []string{}
	inline := true
	for _, n := range found {
		if !slices.Contains(blockInteractions, n.Name) && !slices.Contains(inlineInteractions, n.Name) {
			q.Refuse("type_unknown", "type", n.Name)
			return
		}
		inline = inline && slices.Contains(inlineInteractions, n.Name)
		if !slices.Contains(kinds, n.Name) {
			kinds = append(kinds, n.Name)
		}
	}
	switch {
	case len(found) == 0:
		q.Refuse("description")
		return
	case len(found) > 1 && !inline:
		q.Refuse("interactions", "type", strings.Join(kinds, ", "))
		return
	}
	q.modal(found[0])
	var gapText foreign.Text
	text, notes := foreign.FlowWith(body, func(n *foreign.Node) (string, bool) {
		switch {
		case n.Name == "rubricBlock" && slices.Contains(strings.Fields(n.Get("view")), "candidate"), len(interactions(n)) > 0 && n.Name == "feedbackBlock":
			return "", false // part of the question
		case n.Name == "endAttemptInteraction":
			q.Add(foreign.Lost("hint_lost", "text", foreign.Short(n.Get("title"))))
			foreign.Mark(n)
			return "", true
		case n.Name == "rubricBlock" || n.Name == "feedbackBlock" || n.Name == "feedbackInline" || n.Name == "templateBlock" || n.Name == "templateInline" || n.Name == "printedVariable":
			q.Add(foreign.Lost("grader_note", "text", foreign.Short(n.Str())))
			foreign.Mark(n)
			return "", true
		case n.Name == "stylesheet":
			q.Add(foreign.Lost("element_lost", "name", n.Name))
			foreign.Mark(n)
			return "", true
		case slices.Contains(inlineInteractions, n.Name):
			return q.inline(n, len(found)), true
		case slices.Contains(blockInteractions, n.Name):
			gapText = q.block(n)
			return "", true
		}
		return "", false
	})
	q.Add(notes...)
	if q.it.Type == "" && q.Status != foreign.LeftOut { // it stood in something that is not read
		q.Refuse("type_unknown", "type", found[0].Name)
	}
	if q.Status == foreign.LeftOut {
		return
	}
	text = append(text, gapText...)
	text = slices.Insert(text, min(1, len(text)), q.passage...) // under the first line, which is the title
	if k := len(text) - 1; q.it.Type == quiz.Number && k >= 0 { // at the end a place for the number goes without saying
		if text[k].Text = strings.TrimSpace(strings.TrimSuffix(text[k].Text, blank)); text[k].Text == "" {
			text = text[:k]
		}
	}
	gaps := len(q.it.Gaps)
	q.stem(text, gaps)
	if gaps > 0 && strings.Count(q.it.Stem, "___") != gaps {
		q.Refuse("no_text")
	}
}

// flow reads HTML below a node that is no part of the text of the question.
func (q *qtiReader) flow(n *foreign.Node) foreign.Text {
	if n == nil {
		return nil
	}
	t, notes := foreign.Flow(n)
	q.Add(notes...)
	return t
}

// modal reads what is shown after the answer: on an option when it is named
// after one, else on the whole.
func (q *qtiReader) modal(n *foreign.Node) {
	options := map[string]bool{}
	for _, c := range n.Deep("simpleChoice") {
		options[c.Get("identifier")] = true
	}
	for _, f := range q.root.All("modalFeedback") {
		id, outcome := f.Get("identifier"), f.Get("outcomeIdentifier")
		text := q.flow(f).Paragraphs()
		hide := f.Get("showHide") == "hide"
		f.Get("title")
		switch {
		case outcome == "EXPLANATION":
			q.it.Explanation = strings.TrimSpace(q.it.Explanation + "\n\n" + text)
		case options[id] && !hide:
			q.feedback[id] = text
		default:
			q.Add(foreign.Lost("feedback_lost", "text", foreign.Short(text)))
		}
	}
}

// gave reads the response that an interaction declares, and passes over the
// settings of how it looks.
func (q *qtiReader) gave(n *foreign.Node) response {
	for _, name := range []string{"id", "class", "label", "minChoices", "expectedLength", "expectedLines", "patternMask", "placeholderText", "minStrings", "maxStrings", "format", "maxAssociations", "minAssociations", "orientation", "required", "stringIdentifier", "base", "dataMaxSelectionsMessage"} {
		n.Get(name)
	}
	return q.responses[n.Get("responseIdentifier")]
}

// block reads an interaction that stands apart; what it returns belongs to the
// text of the question.
func (q *qtiReader) block(n *foreign.Node) foreign.Text {
	r := q.gave(n)
	prompt := q.flow(n.One("prompt"))
	switch n.Name {
	case "choiceInteraction":
		q.qtiChoice(n, r)
	case "orderInteraction":
		q.qtiOrder(n, r)
	case "matchInteraction":
		q.qtiMatch(n, r)
	case "associateInteraction":
		q.qtiAssociate(n, r)
	case "gapMatchInteraction":
		return append(prompt, q.qtiGapMatch(n, r)...)
	case "hottextInteraction":
		return append(prompt, q.qtiHottext(n, r)...)
	case "extendedTextInteraction":
		q.it.Type = quiz.Open
		for _, text := range append(slices.Clone(r.correct), r.keys...) {
			q.Add(foreign.Lost("grader_note", "text", foreign.Short(text)))
		}
	}
	return prompt
}

// processing looks at the rules of scoring: the standard ones and ours are
// known, others are noted.
func (q *qtiReader) processing() {
	p := q.root.One("responseProcessing")
	if p == nil {
		return
	}
	template := q.template
	p.Get("templateLocation")
	known := template == ""
	for _, name := range []string{"match_correct", "map_response", "map_response_point", "CC2_match", "match_nearest_correct"} {
		known = known || strings.HasSuffix(strings.TrimSuffix(template, ".xml"), name)
	}
	if rules := len(p.Elements()); !known || rules > 0 && !q.ours(p) {
		q.Add(foreign.Lost("processing_unread"))
	}
	foreign.Mark(p)
}

// ours says whether the rules are those that an export of the item would hold.
func (q *qtiReader) ours(p *foreign.Node) bool {
	it := q.it
	it.Partial = q.tags.partial || partialKind(it.Type) && !q.tags.whole
	if it.Points == 0 {
		it.Points = 100
	}
	if q.tags.typ == quiz.Situation {
		it.Partial = q.tags.partial
	}
	own, err := foreign.Parse([]byte(processing(it)))
	if err != nil {
		return false
	}
	camel(own)
	return own.Same(p)
}
