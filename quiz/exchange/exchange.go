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
	maxAnswers   = 1000     // of one question
	maxQuestion  = 60 << 10 // letters of one question: a file of ours holds little more
	maxTotal     = 32 << 20 // of all: a text that many refer to is repeated in each
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
	size   int    // of the questions taken
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
	if strings.Contains(s, "___") {
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
	switch size := sizeOf(it); {
	case size > maxQuestion:
		d.Refuse("question_long", "max", maxQuestion>>10)
	case im.size+size > maxTotal:
		im.size = maxTotal // no smaller one after it either
		d.Refuse("questions_long", "max", maxTotal>>20)
	default:
		im.size += size
	}
	if d.Status == foreign.LeftOut {
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

// sizeOf is how many bytes the texts of a question hold.
func sizeOf(it *quiz.Item) int {
	size := len(it.Stem) + len(it.Explanation)
	for _, o := range it.Options {
		size += len(o.Text) + len(o.Feedback)
	}
	for _, p := range it.Pairs {
		size += len(p.Left) + len(p.Right)
	}
	for _, g := range it.Gaps {
		for _, word := range g {
			size += len(word)
		}
	}
	return size
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
