package exchange

import (
	"cmp"
	"path"
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

const manifestName = "imsmanifest.xml"

// qtiPackage reads the files of a package in the order of its manifest.
func (im *importer) qtiPackage(a *foreign.Archive) error {
	names := a.Names()
	tags := map[string][]string{}
	if a.Has(manifestName) {
		src, err := a.Read(manifestName)
		if err != nil {
			return err
		}
		root, err := foreign.Parse(src)
		if err != nil {
			return err
		}
		listed, found := manifest(root)
		tags = found
		names = append(slices.DeleteFunc(listed, func(n string) bool { return !a.Has(n) }), names...)
	}
	seen := map[string]bool{manifestName: true}
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		lost := foreign.Entry{File: name, Kind: foreign.Resource, Name: name}
		if !strings.EqualFold(path.Ext(name), ".xml") {
			lost.Refuse("file_lost", "name", name)
			im.add(lost)
			continue
		}
		src, err := a.Read(name)
		if err != nil {
			return err
		}
		root, err := foreign.Parse(src)
		if err != nil {
			lost.Refuse("file_broken")
			im.add(lost)
			continue
		}
		if !im.qtiFile(root, name, tags[name]) {
			lost.Refuse("file_lost", "name", name)
			im.add(lost)
		}
	}
	return nil
}

// manifest reads which files a package holds, and the words on each.
func manifest(root *foreign.Node) (names []string, tags map[string][]string) {
	tags = map[string][]string{}
	for _, r := range root.Deep("resource") {
		name := path.Clean(r.Get("href"))
		names = append(names, name)
		for _, k := range r.Deep("keyword") {
			tags[name] = append(tags[name], k.Str())
		}
	}
	return names, tags
}

// qtiFile reads one file, and says whether it is one of QTI.
func (im *importer) qtiFile(root *foreign.Node, file string, tags []string) bool {
	if strings.HasPrefix(root.Name, "qti-") {
		camel(root)
	}
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
// reads both: qti-choice-interaction, choiceInteraction.
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
}

type qtiReader struct {
	*draft
	root      *foreign.Node
	responses map[string]response
	feedback  map[string]string // by identifier, those of options
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
		for _, name := range []string{"defaultValue", "lowerBound", "upperBound"} {
			mapping.Get(name)
		}
		for _, e := range mapping.All("mapEntry") {
			key := e.Get("mapKey")
			r.mapped[key], _ = strconv.ParseFloat(e.Get("mappedValue"), 64)
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
	for _, s := range q.root.All("stylesheet", "itemBodyStylesheet", "companionMaterialsInfo", "assessmentStimulusRef") {
		q.Add(foreign.Lost("element_lost", "name", s.Name))
		foreign.Mark(s)
	}
}

var (
	blockInteractions  = []string{"choiceInteraction", "orderInteraction", "matchInteraction", "associateInteraction", "gapMatchInteraction", "extendedTextInteraction"}
	inlineInteractions = []string{"textEntryInteraction", "inlineChoiceInteraction"}
)

// interactions finds every interaction below n, in order.
func interactions(n *foreign.Node) []*foreign.Node {
	var list []*foreign.Node
	for _, c := range n.Elements() {
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
	if q.many(max(len(found), body.Count("simpleChoice", "simpleAssociableChoice", "gapText", "inlineChoice"))) {
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
	if q.Status == foreign.LeftOut {
		return
	}
	text = append(text, gapText...)
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
		case outcome == "EXPLANATION" || hide:
			q.it.Explanation = strings.TrimSpace(q.it.Explanation + "\n\n" + text)
		case options[id]:
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

// weight is what an answer is worth, in per cent of the best.
func (r response) weight(id string) float64 {
	if len(r.keys) > 0 {
		best := 0.0
		for _, v := range r.mapped {
			best = max(best, v)
		}
		if best > 0 {
			return r.mapped[id] / best * 100
		}
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
		if c.Get("fixed") == "true" {
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
	case "extendedTextInteraction":
		q.it.Type = quiz.Open
	}
	return prompt
}

func (q *qtiReader) qtiChoice(n *foreign.Node, r response) {
	q.it.Fixed = n.Get("shuffle") != "true"
	n.Get("maxChoices")
	ids, texts := q.choicesOf(n, "simpleChoice")
	single := r.cardinality != "multiple"
	share := 100 / float64(max(1, len(r.correct)))
	var answers []answer
	for _, id := range ids {
		a := answer{text: texts[id], weight: r.weight(id), feedback: q.feedback[id]}
		if !single && len(r.keys) > 0 {
			rights := 0
			for _, v := range r.mapped {
				if v > 0 {
					rights++
				}
			}
			a.weight /= float64(max(1, rights))
		} else if !single {
			a.weight = map[bool]float64{true: share, false: -100}[slices.Contains(r.correct, id)]
		}
		answers = append(answers, a)
	}
	if !single && len(r.keys) == 0 && !q.tags.ours {
		q.tags.whole = true
	}
	q.choice(answers, single)
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

// pairsOf turns "A B" into pairs, the first right side of each left one only.
func (q *qtiReader) pairsOf(r response) (left []string, right map[string]string) {
	right = map[string]string{}
	for _, v := range r.correct {
		ab := strings.Fields(v)
		if len(ab) != 2 {
			q.Add(foreign.Lost("answer_unread", "text", foreign.Short(v)))
			continue
		}
		if _, twice := right[ab[0]]; twice {
			q.Add(foreign.Lost("pair_more", "text", foreign.Short(v)))
			continue
		}
		left, right[ab[0]] = append(left, ab[0]), ab[1]
	}
	return left, right
}

func (q *qtiReader) qtiMatch(n *foreign.Node, r response) {
	n.Get("shuffle")
	sets := n.All("simpleMatchSet")
	if len(sets) != 2 {
		q.Refuse("no_answers")
		return
	}
	lefts, leftText := q.choicesOf(sets[0], "simpleAssociableChoice")
	rights, rightText := q.choicesOf(sets[1], "simpleAssociableChoice")
	_, right := q.pairsOf(r)
	var pairs []quiz.Pair
	used := map[string]bool{}
	for _, l := range lefts {
		used[right[l]] = true
		pairs = append(pairs, quiz.Pair{Left: q.line(leftText[l]), Right: q.line(rightText[right[l]])})
	}
	for _, x := range rights {
		if !used[x] {
			pairs = append(pairs, quiz.Pair{Right: q.line(rightText[x])})
		}
	}
	q.wholeUnlessMapped(r)
	q.match(pairs)
}

// wholeUnlessMapped: without a mapping it is all or nothing.
func (q *qtiReader) wholeUnlessMapped(r response) {
	if len(r.keys) == 0 && !q.tags.ours {
		q.tags.whole = true
	}
}

func (q *qtiReader) qtiAssociate(n *foreign.Node, r response) {
	n.Get("shuffle")
	ids, texts := q.choicesOf(n, "simpleAssociableChoice")
	lefts, right := q.pairsOf(r)
	var pairs []quiz.Pair
	used := map[string]bool{}
	for _, l := range lefts {
		used[l], used[right[l]] = true, true
		pairs = append(pairs, quiz.Pair{Left: q.line(texts[l]), Right: q.line(texts[right[l]])})
	}
	for _, id := range ids {
		if !used[id] {
			pairs = append(pairs, quiz.Pair{Right: q.line(texts[id])})
		}
	}
	q.Add(foreign.Lost("as_match"))
	q.wholeUnlessMapped(r)
	q.match(pairs)
}

func (q *qtiReader) qtiGapMatch(n *foreign.Node, r response) foreign.Text {
	n.Get("shuffle")
	ids, texts := q.choicesOf(n, "gapText")
	byGap := map[string]string{}
	used := map[string]bool{}
	for _, v := range r.correct {
		if wg := strings.Fields(v); len(wg) == 2 {
			byGap[wg[1]] = wg[0]
			used[wg[0]] = true
		}
	}
	q.it.Type = quiz.Gap
	if len(n.All("gapImg")) > 0 {
		q.Refuse("type_unknown", "type", "gapImg")
		return nil
	}
	t, notes := foreign.FlowWith(n, func(g *foreign.Node) (string, bool) {
		switch g.Name {
		case "gap":
			word := gapWord(foreign.Reading(q.line(texts[byGap[g.Get("identifier")]])))
			foreign.Mark(g)
			if word == "" {
				q.Add(foreign.Lost("answer_unread", "text", g.Get("identifier")))
				return "…", true
			}
			q.it.Gaps = append(q.it.Gaps, []string{strings.ReplaceAll(word, "|", "/")})
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
		q.numeric([]answer{{plain: cmp.Or(firstOf(r.correct), firstOf(r.keys)), weight: 100, tolerance: q.tolerance()}})
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

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// tolerance is how far a number may be off, as the rules of scoring say.
func (q *qtiReader) tolerance() string {
	for _, e := range q.root.One("responseProcessing").Deep("responseCondition") {
		for _, eq := range e.Deep("equal") {
			if eq.Get("toleranceMode") == "absolute" {
				return firstOf(strings.Fields(eq.Get("tolerance")))
			}
		}
	}
	return ""
}

// processing looks at the rules of scoring: the standard ones and ours are
// known, others are noted.
func (q *qtiReader) processing() {
	p := q.root.One("responseProcessing")
	if p == nil {
		return
	}
	template := p.Get("template")
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
