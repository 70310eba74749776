package exchange

import (
	"maps"
	"math"
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

// qtiFile reads one file, and says whether it is one of QTI.
func (im *importer) qtiFile(root *foreign.Node, file string, tags []string) bool {
	camel(root)
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
			r.mapped[key], _ = strconv.ParseFloat(e.Get("mappedValue"), 64)
			r.keys = append(r.keys, key)
			r.uneven = r.uneven || r.mapped[key] < 0 || r.mapped[key] > 0 && r.mapped[key] != best(r.mapped)
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

func best(points map[string]float64) float64 {
	most := 0.0
	for _, v := range points {
		most = max(most, v)
	}
	return most
}

// weight is what an answer is worth, in per cent of the best.
func (r response) weight(id string) float64 {
	if most := best(r.mapped); most > 0 {
		return r.mapped[id] / most * 100
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

func (q *qtiReader) qtiChoice(n *foreign.Node, r response) {
	q.it.Fixed = n.Get("shuffle") != "true"
	n.Get("maxChoices")
	ids, texts := q.choicesOf(n, "simpleChoice")
	q.options(ids, texts, r)
}

// options makes a choice of texts, of which the response says what each is worth.
func (q *qtiReader) options(ids []string, texts map[string]foreign.Text, r response) {
	if strings.Contains(q.template, "match_correct") && len(r.correct) > 0 {
		r.mapped, r.keys = nil, nil // points that the rules do not look at
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
	q.Add(foreign.Lost("as_gaps", "text", foreign.Short(strings.Join(lost, " | "))))
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
		q.Add(foreign.Lost("as_gaps", "text", foreign.Short(strings.Join(lost, " | "))))
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
	for i := range answers {
		answers[i].plain = strings.ReplaceAll(answers[i].plain, "*", `\*`) // no wildcards here
	}
	accepted := q.accepted(answers)
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
