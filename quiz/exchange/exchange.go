// Package exchange brings questions in from other programs and gives them out:
// GIFT, Moodle XML, Aiken and QTI.
//
// An import makes items as our own format can hold them, and a report that
// accounts for every question and every line: what was read, what was adapted
// and what it lost, what was not taken and why. An export says the same of what
// the target cannot say. What both sides can say survives the way out and back
// unchanged; what only we know (module, level, what is critical) travels as
// tags that other programs show and keep.
package exchange

import (
	"cmp"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// Format is a file format of another program.
type Format string

// The formats.
const (
	GIFT   Format = "gift"
	Moodle Format = "moodle" // Moodle XML
	Aiken  Format = "aiken"
	QTI    Format = "qti" // 1.2, 2.x and 3.0, single items and packages
)

// Options say what a file from elsewhere cannot know.
type Options struct {
	Lang   string // "it" or "en": of the words True and False
	Module string // of the questions that name none
}

// DefaultModule is the module of imported questions that name none.
const DefaultModule = "da-assegnare"

// Import reads a file. A fault means that it was refused as a whole; whatever
// else was wrong is in the report.
func Import(f Format, src []byte, o Options) ([]quiz.Item, foreign.Report, error) {
	if o.Module == "" {
		o.Module = DefaultModule
	}
	im := &importer{opts: o, taken: map[string]int{}, report: foreign.Report{Format: string(f)}}
	var err error
	switch f {
	case GIFT:
		err = im.gift(src)
	case Moodle:
		err = im.moodle(src)
	case Aiken:
		err = im.aiken(src)
	case QTI:
		err = im.qti(src)
	default:
		err = foreign.ErrNotFormat.With("format", string(f))
	}
	if err == nil && im.count > maxQuestions {
		err = foreign.ErrTooManyQs.With("max", maxQuestions)
	}
	if err != nil {
		return nil, foreign.Report{Format: string(f)}, err
	}
	return im.items, im.report, nil
}

// What a file may hold.
const (
	maxQuestions = 20_000
	maxAnswers   = 1000 // of one question
)

// many refuses a question with more answers than anybody reads.
func (d *draft) many(n int) bool {
	if n <= maxAnswers {
		return false
	}
	d.Refuse("too_many_answers", "max", maxAnswers)
	return true
}

type importer struct {
	opts   Options
	items  []quiz.Item
	report foreign.Report
	taken  map[string]int
	count  int
	module string // of the category in force
	pack   *qtiPack
}

func (im *importer) add(e foreign.Entry) {
	if e.Status == "" {
		e.Status = foreign.Read
	}
	im.report.Entries = append(im.report.Entries, e)
}

// draft is a question on its way in.
type draft struct {
	foreign.Entry
	it   quiz.Item
	id   string // as the source calls it
	tags tags
}

// tags are what we wrote into a file that comes back.
type tags struct {
	module, criterion  string
	level              quiz.Level
	typ                quiz.Type
	points             string
	critical, partial  bool
	whole, fixed, ours bool
	free               []string // words by which staff find it
	retired            string   // why it is asked no more
}

// tag reads one tag, or notes that it is lost.
func (d *draft) tag(text string) {
	text = strings.TrimSpace(text)
	name, value, _ := strings.Cut(text, ":")
	t := &d.tags
	switch {
	case text == "":
		return
	case name == "module" && moduleForm.MatchString(value):
		t.module = value
	case name == "level" && slices.Contains(quiz.Levels, quiz.Level(value)):
		t.level = quiz.Level(value)
	case name == "points" && value != "":
		t.points = value
	case name == "type" && slices.Contains(quiz.Types, quiz.Type(value)):
		t.typ = quiz.Type(value)
	case name == "criterion" && criterionForm.MatchString(value):
		t.criterion = value
	case text == "critical":
		t.critical = true
	case text == "partial":
		t.partial = true
	case text == "whole":
		t.whole = true
	case text == "fixed":
		t.fixed = true
	case name == "retired" && retiredForm.MatchString(value):
		t.retired = value
	case text == "retired":
		t.retired = retiredElsewhere
	case d.freeTag(strings.TrimPrefix(text, "tag:")):
		return // any program has such tags
	default:
		d.Add(foreign.Lost("tag_lost", "tag", foreign.Short(text)))
		return
	}
	t.ours = true
}

// freeTag keeps a tag that is none of ours, as far as an item of ours can.
func (d *draft) freeTag(text string) bool {
	tag, good := quiz.Tag(text)
	if !good || len(d.tags.free) == quiz.MaxTags {
		return false
	}
	if tag != text {
		d.Add(foreign.Lost("tag_written", "tag", foreign.Short(text), "new", tag))
	}
	if !slices.Contains(d.tags.free, tag) {
		d.tags.free = append(d.tags.free, tag)
	}
	return true
}

// retiredElsewhere stands for a reason that did not come along.
const retiredElsewhere = "-"

// retiredForm is a reason that every format holds as it is.
var retiredForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ,.;'’()-]{0,299}$`)

// moduleForm is an id of a module, or a short name that trainers gave it.
var moduleForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} '’-]{0,63}$`)

var criterionForm = regexp.MustCompile(`^R\d{1,2}$`)

// text reads a text of the question in a format of Moodle's: "html", "markdown",
// "plain", or anything else for plain text in which tags may stand.
func (d *draft) text(format, s string) foreign.Text {
	var t foreign.Text
	var notes []foreign.Note
	if strings.Contains(s, `\(`) || strings.Contains(s, `\[`) && format != "markdown" || strings.Contains(s, "$$") {
		d.Add(foreign.Lost("formula"))
	}
	switch {
	case len(s) > foreign.MaxText:
		notes = []foreign.Note{foreign.Lost("text_long")}
	case format == "html":
		t, notes = foreign.FromHTML(s)
	case format == "markdown":
		t, notes = foreign.Markdown(s)
	case format != "plain" && tagForm.MatchString(s):
		t, notes = foreign.FromHTML(strings.ReplaceAll(s, "\n", "<br>"))
	default:
		t = foreign.Plain(s, true)
	}
	d.Add(notes...)
	return t
}

// tagForm matches text that was written as HTML without saying so.
var tagForm = regexp.MustCompile(`(?i)</?(p|br|b|i|em|strong|div|span|ul|ol|li|a|img|table|tr|td|h[1-6]|code|pre|sub|sup|u|blockquote)(\s[^<>]*)?/?>|&(#\d+|#x[0-9a-f]+|[a-z][a-z0-9]{1,30});`)

// line is a text that must fit on one line.
func (d *draft) line(t foreign.Text) string {
	line, joined := t.Line()
	if joined {
		d.Add(foreign.Lost("lines_joined"))
	}
	return line
}

// answer is an answer as other programs know it.
type answer struct {
	text      foreign.Text
	plain     string // as typed, for answers that are compared
	weight    float64
	feedback  string
	tolerance string
}

// blank stands in a text for the place of an answer until the text is read.
const blank = "\ue000"

var (
	underscores = regexp.MustCompile(`(?:\\_){3,}|_{3,}`)
	drawn       = regexp.MustCompile(`\\?_{3,}`) // what would read as a gap of ours
)

// stem puts the text of the question in place. gaps is how many blanks it must
// hold: those marked, or the one that somebody drew with underscores.
func (d *draft) stem(t foreign.Text, gaps int) {
	t = inLine(t)
	if len(t) > 0 {
		t[0].Quote = false // the first paragraph is the title of the question
	}
	s := t.String()
	if marked := strings.Count(s, blank); gaps > 0 && marked != gaps && gaps == 1 {
		if found := underscores.FindAllStringIndex(s, -1); len(found) == 1 {
			s = s[:found[0][0]] + blank + s[found[0][1]:]
		} else {
			s = strings.TrimSpace(s + " " + blank)
		}
	}
	if drawn.MatchString(s) {
		s = drawn.ReplaceAllString(s, "…")
		d.Add(foreign.Lost("blank_kept"))
	}
	if gaps == 0 {
		if strings.Contains(s, blank) {
			d.Add(foreign.Lost("blank_kept"))
		}
		s = strings.ReplaceAll(s, blank, "…")
	}
	d.it.Stem = strings.ReplaceAll(s, blank, "___")
}

// inLine puts places for answers that stand alone into the paragraph before, the
// first into the one after: a paragraph of nothing else would be a rule.
func inLine(t foreign.Text) foreign.Text {
	alone := func(p foreign.Block) bool { return strings.Trim(p.Text, blank+" ") == "" }
	var out foreign.Text
	for _, p := range t {
		if k := len(out) - 1; k >= 0 && (alone(p) || alone(out[k])) {
			out[k].Text += " " + p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

// choice is a question with options to choose from.
func (d *draft) choice(answers []answer, single bool) {
	if d.many(len(answers)) {
		return
	}
	best, rights := 0.0, 0
	for _, a := range answers {
		best = max(best, a.weight)
		if a.weight > 0 {
			rights++
		}
	}
	if best <= 0 {
		d.Refuse("no_right")
		return
	}
	d.it.Type = quiz.One
	if !single {
		d.it.Type = quiz.Several
	}
	chosen := false
	for _, a := range answers {
		text := d.line(a.text)
		if text == "" {
			d.Add(foreign.Lost("answer_empty"))
			continue
		}
		o := quiz.Option{Text: text, Feedback: a.feedback}
		switch {
		case single && a.weight == best && !chosen:
			chosen, o.Key = true, quiz.Right
			if best < 99.9 {
				d.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight)))
			}
		case single && a.weight >= 99.9:
			// As right as the other, which only one can be; called wrong it would teach nonsense.
			d.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight)))
			continue
		case single && a.weight != 0 && d.tags.typ != quiz.Situation:
			d.Add(foreign.Lost("weight_lost", "text", foreign.Short(text), "weight", percent(a.weight)))
		case single && a.weight < 0:
			o.Key = quiz.Worst
		case !single && a.weight > 0:
			o.Key = quiz.Right
		}
		d.it.Options = append(d.it.Options, o)
	}
	if len(d.it.Options) == 0 || !slices.ContainsFunc(d.it.Options, func(o quiz.Option) bool { return o.Key == quiz.Right }) {
		d.Refuse("no_answers")
		return
	}
	if !single && !d.tags.whole && !ourWeights(answers, rights) {
		d.Add(foreign.Lost("weights_lost"))
	}
	if d.tags.typ == quiz.Situation && single {
		d.it.Type = quiz.Situation
		for i := range d.it.Options {
			if d.it.Options[i].Key == quiz.Right {
				d.it.Options[i].Key = quiz.Best
			}
		}
	}
}

// ourWeights says whether marks fall as with us: each right answer its share,
// each wrong one takes as much away.
func ourWeights(answers []answer, rights int) bool {
	share := 100 / float64(rights)
	for _, a := range answers {
		if math.Abs(math.Abs(a.weight)-share) > 0.1 {
			return false
		}
	}
	return true
}

func percent(w float64) string { return strconv.FormatFloat(math.Round(w*100)/100, 'f', -1, 64) }

// short is a question answered by a word: one gap.
func (d *draft) short(answers []answer) {
	d.it.Type = quiz.Gap
	accepted := d.accepted(answers)
	if len(accepted) == 0 {
		if d.Status != foreign.LeftOut {
			d.Refuse("no_right")
		}
		return
	}
	d.it.Gaps = [][]string{accepted}
}

// accepted are the words of answers that are wholly right.
func (d *draft) accepted(answers []answer) []string {
	var list []string
	if d.many(len(answers)) {
		return nil
	}
	for _, a := range answers {
		word := gapWord(a.plain)
		switch {
		case a.weight < 99.9:
			if word != "" && (word != "*" || a.weight > 0) {
				d.Add(foreign.Lost("weight_lost", "text", foreign.Short(a.plain), "weight", percent(a.weight)))
			}
			if a.feedback != "" {
				d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
			}
			continue
		case word == "":
			d.Add(foreign.Lost("answer_empty"))
			continue
		case strings.Contains(word, "|"), word != strings.Join(strings.Fields(a.plain), " "):
			d.Add(foreign.Lost("answer_unread", "text", foreign.Short(a.plain)))
			continue
		case strings.Contains(strings.ReplaceAll(word, `\*`, ""), "*"):
			d.Add(foreign.Lost("wildcard", "text", foreign.Short(word)))
			if word = strings.TrimSpace(strings.ReplaceAll(word, "*", "")); word == "" {
				continue
			}
		}
		if a.feedback != "" {
			d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
		}
		word = strings.ReplaceAll(word, `\*`, "*")
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list
}

// gapWord is an answer as a line of ours can hold it: what Markdown would take
// for something else goes away, and then the word is not the same any more.
func gapWord(s string) string {
	s = strings.Join(strings.Fields(foreign.Printable(s)), " ")
	return strings.TrimRight(strings.NewReplacer("<", "", "`", "", "{", "", blank, "").Replace(s), `\`)
}

var numberForm = regexp.MustCompile(`^[+-]?\d{1,12}([.,]\d{0,20})?([eE][+-]?\d{1,2})?$|^[+-]?[.,]\d{1,20}([eE][+-]?\d{1,2})?$`)

// decimal reads a number as programs write it; exact is false when our six
// decimals do not hold it.
func decimal(s string) (d quiz.Decimal, exact, ok bool) {
	s = strings.TrimSpace(s)
	if !numberForm.MatchString(s) {
		return 0, false, false
	}
	r, ok := new(big.Rat).SetString(strings.Replace(s, ",", ".", 1))
	if !ok {
		return 0, false, false
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if n.CmpAbs(big.NewInt(1e18)) >= 0 {
		return 0, false, false
	}
	return quiz.Decimal(n.Int64()), r.IsInt(), true
}

// numeric is a question answered by a number.
func (d *draft) numeric(answers []answer) {
	d.it.Type = quiz.Number
	found := false
	for _, a := range answers {
		value, tolerance, exact, ok := interval(a.plain, a.tolerance)
		switch {
		case a.weight >= 99.9 && ok && !found:
			found, d.it.Value, d.it.Tolerance = true, value, tolerance
			if !exact {
				d.Add(foreign.Lost("number_bad", "text", foreign.Short(a.plain)))
			}
		case strings.TrimSpace(a.plain) == "" || a.plain == "*" && a.weight <= 0:
		case !ok:
			d.Add(foreign.Lost("number_bad", "text", foreign.Short(a.plain)))
		default:
			d.Add(foreign.Lost("number_more", "text", foreign.Short(a.plain)+" ("+percent(a.weight)+"%)"))
		}
		if a.feedback != "" {
			d.Add(foreign.Lost("feedback_lost", "text", foreign.Short(a.feedback)))
		}
	}
	if !found {
		d.Refuse("no_right")
	}
}

// interval reads a number with its tolerance, or a range "1..5".
func interval(text, tolerance string) (value, tol quiz.Decimal, exact, ok bool) {
	if low, high, isRange := strings.Cut(text, ".."); isRange {
		l, exactL, okL := decimal(low)
		h, exactH, okH := decimal(high)
		if !okL || !okH || h < l {
			return 0, 0, false, false
		}
		return (l + h) / 2, (h - l) / 2, exactL && exactH && (l+h)%2 == 0, true
	}
	value, exact, ok = decimal(text)
	if strings.TrimSpace(tolerance) != "" {
		t, exactT, okT := decimal(tolerance)
		ok, exact, tol = ok && okT && t >= 0, exact && exactT, t
	}
	return value, tol, exact, ok
}

// match is a question of pairs.
func (d *draft) match(pairs []quiz.Pair) {
	if d.many(len(pairs)) {
		return
	}
	if d.tags.typ == quiz.Order {
		if options, ok := ordered(pairs); ok {
			d.it.Type, d.it.Options = quiz.Order, options
			return
		}
	}
	d.it.Type = quiz.Match
	for _, p := range pairs {
		if p.Right == "" {
			d.Add(foreign.Lost("pair_half"))
			continue
		}
		d.it.Pairs = append(d.it.Pairs, quiz.Pair{Left: strings.ReplaceAll(pairStart(p.Left), "→", "&rarr;"), Right: p.Right})
	}
	switch {
	case len(d.it.Pairs) == 0:
		d.Refuse("no_answers")
	case !slices.ContainsFunc(d.it.Pairs, func(p quiz.Pair) bool { return p.Left != "" }):
		d.Refuse("no_right")
	}
}

// repeats says whether an identifier stands on one side of several pairs.
func repeats(pairs [][2]string, side int) bool {
	seen := map[string]bool{}
	for _, p := range pairs {
		if seen[p[side]] {
			return true
		}
		seen[p[side]] = true
	}
	return false
}

// swapped turns pairs round.
func swapped(pairs [][2]string) [][2]string {
	list := make([][2]string, len(pairs))
	for i, p := range pairs {
		list[i] = [2]string{p[1], p[0]}
	}
	return list
}

// paired makes a match of right pairs. What stands left has one right side, and
// what stands right and is in no pair is one answer more.
func (d *draft) paired(pairs [][2]string, lefts, rights []string, texts map[string]foreign.Text) {
	if len(pairs) == 0 {
		d.Refuse("no_right")
		return
	}
	var list []quiz.Pair
	used := map[string]bool{}
	for _, left := range lefts {
		var right []string
		for _, p := range pairs {
			if p[0] == left {
				right = append(right, p[1])
			}
		}
		for _, more := range right[min(1, len(right)):] {
			d.Add(foreign.Lost("pair_more", "text", foreign.Short(left+" "+more)))
		}
		text := d.line(texts[left])
		if len(right) == 0 || text == "" || d.line(texts[right[0]]) == "" {
			d.Add(foreign.Lost("pair_half"))
			continue
		}
		used[left], used[right[0]] = true, true
		list = append(list, quiz.Pair{Left: text, Right: d.line(texts[right[0]])})
	}
	for _, right := range rights {
		if !used[right] {
			list = append(list, quiz.Pair{Right: d.line(texts[right])})
		}
	}
	d.match(list)
}

// pairStart keeps the left side of a pair from reading as another kind of line.
func pairStart(s string) string {
	s = strings.ReplaceAll(s, "->", `-\>`)
	word, rest, found := strings.Cut(s, ":")
	if found && slices.Contains([]string{"risposta", "answer", "numero", "number", "aperta", "open", "etichette", "tags", "ritirata", "retired"}, quiz.Fold(word)) {
		return word + `\:` + rest
	}
	return s
}

// ordered turns pairs of steps and numbers back into steps.
func ordered(pairs []quiz.Pair) ([]quiz.Option, bool) {
	options := make([]quiz.Option, len(pairs))
	for _, p := range pairs {
		n, err := strconv.Atoi(p.Right)
		if err != nil || n < 1 || n > len(pairs) || options[n-1].Text != "" || p.Left == "" {
			return nil, false
		}
		options[n-1].Text = strings.ReplaceAll(p.Left, `-\>`, "->")
	}
	return options, true
}

// trueFalse is a choice of two words.
func (d *draft) trueFalse(isTrue bool, lang, whenTrue, whenFalse string) {
	words := truth(lang)
	d.it.Type, d.it.Fixed = quiz.One, true
	d.it.Options = []quiz.Option{{Text: words[0], Feedback: whenTrue}, {Text: words[1], Feedback: whenFalse}}
	i := 1
	if isTrue {
		i = 0
	}
	d.it.Options[i].Key = quiz.Right
}

func truth(lang string) [2]string {
	if lang == "en" {
		return [2]string{"True", "False"}
	}
	return [2]string{"Vero", "Falso"}
}

// partialKind says whether other programs give part of the points for a part.
func partialKind(t quiz.Type) bool { return t == quiz.Several || t == quiz.Match }

// take ends a question: it is named and joins the bank, or only the report.
func (im *importer) take(d *draft) {
	it := &d.it
	if im.count++; im.count > maxQuestions {
		return // the file is refused as a whole
	}
	if d.Status == foreign.LeftOut {
		im.add(d.Entry)
		return
	}
	if it.Stem == "" {
		it.Stem = d.line(foreign.Plain(d.Name, false))
	}
	if it.Stem == "" || it.Stem == "___" {
		d.Refuse("no_text")
		im.add(d.Entry)
		return
	}
	t := d.tags
	it.Module = cmp.Or(t.module, im.module, im.opts.Module)
	it.Level = cmp.Or(t.level, quiz.Apply)
	it.Critical = t.critical && it.Type != quiz.Open
	if it.Tags, it.Retired = t.free, t.retired; t.retired == retiredElsewhere {
		it.Retired = map[bool]string{true: "retired elsewhere", false: "ritirata altrove"}[im.opts.Lang == "en"]
	}
	it.Fixed = it.Fixed || t.fixed
	switch it.Type {
	case quiz.One, quiz.Number, quiz.Open:
		it.Partial = false
	default:
		it.Partial = t.partial || partialKind(it.Type) && !t.whole
	}
	if it.Type == quiz.Open {
		it.Criterion = t.criterion
	}
	if it.Type == quiz.Order {
		it.Fixed = false
	}
	if it.Points == 0 {
		it.Points = 100
	}
	if t.points != "" {
		d.points(t.points)
	}
	it.ID = im.name(d)
	it.Pos = d.From
	d.Item = it.ID
	im.items = append(im.items, *it)
	im.add(d.Entry)
}

// points reads what the question is worth.
func (d *draft) points(text string) {
	if text == "" {
		return
	}
	v, exact, ok := decimal(text)
	if !ok || v <= 0 || v > 100e6 || v%10_000 != 0 || !exact {
		d.it.Points = 100
		d.Add(foreign.Lost("points_bad", "value", foreign.Short(text)))
		return
	}
	d.it.Points = quiz.Points(v / 10_000)
}

// name gives the question an id of its own: what the source calls it, as far as
// an id can say that.
func (im *importer) name(d *draft) string {
	want := slug(d.id)
	base := cmp.Or(want, slug(d.Name), "q"+strconv.Itoa(len(im.items)+1))
	id := base
	for im.taken[id] > 0 {
		im.taken[base]++ // so that a name that many share is not tried from the beginning each time
		id = base + "-" + strconv.Itoa(im.taken[base])
	}
	im.taken[id]++
	if d.id != "" && id != d.id {
		d.Add(foreign.Lost("id_changed", "id", foreign.Short(d.id), "new", id))
	}
	return id
}

// slug turns a name into an id: lower-case letters, digits, single hyphens, at
// most 48 of them.
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range quiz.Fold(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			gap = true
		}
		if b.Len() >= 48 {
			break
		}
	}
	return b.String()
}

// category puts a category in force: its last part names the module.
func (im *importer) category(e foreign.Entry, path string) {
	parts := strings.Split(strings.Trim(path, "/ "), "/")
	last := strings.TrimSpace(parts[len(parts)-1])
	if strings.HasPrefix(last, "$") || quiz.Fold(last) == "top" {
		last = ""
	}
	im.module = slug(last)
	e.Kind, e.Name, e.Item = foreign.Category, path, im.module
	im.add(e)
}
