package exchange

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// Escaped characters of GIFT while the text is taken apart: a private character
// for each, so that none of them is mistaken for a mark.
const escapable = `:#={}~\`

const (
	escapeBase  = 0xe001
	escapedLine = "\ue00f"
)

// hide replaces escapes by private characters. Those that stand in the file
// already mean nothing to anybody and go away.
func hide(s string) string {
	var b strings.Builder
	rest := s
	for {
		i := strings.IndexFunc(rest, func(r rune) bool { return r == '\\' || r >= 0xe000 && r <= 0xe0ff })
		if i < 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:i])
		if rest[i] != '\\' {
			rest = rest[i+3:]
			continue
		}
		rest = rest[i+1:]
		k := -1
		if rest != "" {
			k = strings.IndexByte(escapable, rest[0])
		}
		switch {
		case k >= 0:
			b.WriteRune(rune(escapeBase + k))
			rest = rest[1:]
		case strings.HasPrefix(rest, "n"):
			b.WriteString(escapedLine)
			rest = rest[1:]
		default:
			b.WriteByte('\\')
		}
	}
}

// show puts the characters back that hide took away.
func show(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= escapeBase && int(r-escapeBase) < len(escapable) {
			return rune(escapable[r-escapeBase])
		}
		if r == 0xe00f {
			return '\n'
		}
		return r
	}, s)
}

// gift reads GIFT: questions parted by empty lines.
func (im *importer) gift(src []byte) error {
	text, told, err := foreign.AnyLines(src)
	if err != nil {
		return err
	}
	im.report.Entries = append(im.report.Entries, told...)
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines) && im.count <= maxQuestions; {
		if strings.TrimSpace(lines[i]) == "" {
			i++
			continue
		}
		from := i
		for i < len(lines) && strings.TrimSpace(lines[i]) != "" {
			i++
		}
		im.giftChunk(lines[from:i], from+1)
	}
	return nil
}

// giftChunk reads the lines between two empty ones: comments, categories, at
// most one question.
func (im *importer) giftChunk(lines []string, from int) {
	d := &draft{Entry: foreign.Entry{Kind: foreign.Question}}
	var text []string
	var comments []foreign.Entry
	told := len(im.report.Entries)
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		at := foreign.Entry{From: from + i, To: from + i, Kind: foreign.Comment}
		path, isCategory := strings.CutPrefix(trimmed, "$CATEGORY:")
		switch {
		case strings.HasPrefix(trimmed, "//"):
			at.Name = strings.TrimSpace(strings.TrimPrefix(trimmed, "//"))
			comments = append(comments, at)
		case isCategory && len(text) == 0:
			im.category(at, strings.TrimSpace(path))
		default:
			if len(text) == 0 {
				d.From = from + i
			}
			d.To = from + i
			text = append(text, line)
		}
	}
	for _, c := range comments {
		if len(text) == 0 || !d.giftComment(c.Name) {
			c.Add(foreign.Lost("comment"))
		}
		im.add(c)
	}
	slices.SortStableFunc(im.report.Entries[told:], func(a, b foreign.Entry) int { return cmp.Compare(a.From, b.From) })
	if len(text) > 0 {
		d.gift(strings.Join(text, "\n"), im.opts.Lang)
		im.take(d)
	}
}

var (
	commentMark = regexp.MustCompile(`\[(id|tag):((?:\\.|[^\]\\])*)\]`)
	unescape    = regexp.MustCompile(`\\(.)`)
)

// giftComment reads id and tags out of a comment, and says whether that was all
// there was in it.
func (d *draft) giftComment(text string) bool {
	rest := commentMark.ReplaceAllStringFunc(text, func(m string) string {
		p := commentMark.FindStringSubmatch(m)
		value := unescape.ReplaceAllString(p[2], "$1")
		if p[1] == "id" {
			d.id = value
		} else {
			d.tag(value)
		}
		return ""
	})
	return strings.TrimSpace(rest) == ""
}

var (
	giftTitle  = regexp.MustCompile(`(?s)^\s*::(.*?)::`)
	giftFormat = regexp.MustCompile(`^\s*\[(html|markdown|plain|moodle)\]`)
	giftWeight = regexp.MustCompile(`^\s*%(-?\d{1,4}(?:[.,]\d{0,20})?)%`)
)

func (d *draft) gift(raw, lang string) {
	s := hide(raw)
	if m := giftTitle.FindStringSubmatch(s); m != nil {
		d.Name = strings.Join(strings.Fields(show(m[1])), " ")
		s = s[len(m[0]):]
	}
	format := "moodle"
	if m := giftFormat.FindStringSubmatch(s); m != nil {
		format, s = m[1], s[len(m[0]):]
	}
	before, answers, found := strings.Cut(s, "{")
	if d.Name == "" {
		d.Name = foreign.Short(show(before))
	}
	if !found {
		if strings.Contains(s, "}") {
			d.Refuse("brace_open")
		} else {
			d.Refuse("description")
		}
		return
	}
	answers, after, found := strings.Cut(answers, "}")
	if !found {
		d.Refuse("brace_open")
		return
	}
	if strings.ContainsAny(answers, "{") || strings.ContainsAny(after, "{}") {
		d.Refuse("brace_second")
		return
	}
	answers, general, _ := cutLast(answers, "####")
	d.it.Explanation = d.giftText(format, general).Paragraphs()
	d.giftAnswers(strings.TrimSpace(answers), format, lang)
	if d.Status == foreign.LeftOut {
		return
	}
	gaps := len(d.it.Gaps)
	if strings.TrimSpace(after) != "" {
		before += blank + after
	}
	d.stem(d.giftText(format, before), gaps)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// giftText reads a text of the question. The lines of a file are folded, the
// lines that somebody asked for with \n are not.
func (d *draft) giftText(format, s string) foreign.Text {
	if m := giftFormat.FindStringSubmatch(s); m != nil {
		format, s = m[1], s[len(m[0]):]
	}
	if format != "markdown" {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return d.text(format, show(strings.TrimSpace(s)))
}

func (d *draft) giftAnswers(s, format, lang string) {
	word, feedback, _ := strings.Cut(s, "#")
	word = strings.ToUpper(strings.TrimSpace(word))
	switch {
	case s == "":
		d.it.Type = quiz.Open
	case s[0] == '#':
		if list := d.giftNumbers(s[1:], format); d.Status != foreign.LeftOut {
			d.numeric(list)
		}
	case word == "T" || word == "TRUE" || word == "F" || word == "FALSE":
		wrong, right, _ := strings.Cut(feedback, "#")
		w, r := d.giftText(format, wrong).Paragraphs(), d.giftText(format, right).Paragraphs()
		if word[0] == 'T' {
			d.trueFalse(true, lang, r, w)
		} else {
			d.trueFalse(false, lang, w, r)
		}
	case strings.Contains(s, "~"):
		if list := d.giftList(marked(s, "~"), format); d.Status != foreign.LeftOut {
			d.choice(list, strings.Contains(s, "=") && !shared(list))
		}
	case strings.Contains(s, "=") && strings.Contains(s, "->"):
		d.giftPairs(s, format)
	default:
		if list := d.giftList(marked(s, "="), format); d.Status != foreign.LeftOut {
			d.short(list)
		}
	}
}

// marked gives the first answer its mark: Moodle does without it.
func marked(s, mark string) string {
	if strings.HasPrefix(s, "=") || strings.HasPrefix(s, "~") {
		return s
	}
	return mark + s
}

// shared says whether the whole is divided among several answers, so that
// choosing one of them is not enough.
func shared(answers []answer) bool {
	rights, best := 0, 0.0
	for _, a := range answers {
		if a.weight > 0 {
			rights++
		}
		best = max(best, a.weight)
	}
	return rights > 1 && best < 99.9
}

// giftList reads answers that begin with = or ~.
func (d *draft) giftList(s, format string) []answer {
	var list []answer
	parts := marks(s)
	if d.many(len(parts)) {
		return nil
	}
	for _, part := range parts {
		a := answer{}
		switch part[0] {
		case '=':
			a.weight = 100
			part = part[1:]
		case '~':
			part = part[1:]
		default:
			if strings.TrimSpace(part) != "" {
				d.Add(foreign.Lost("answer_unread", "text", foreign.Short(show(part))))
			}
			continue
		}
		if m := giftWeight.FindStringSubmatch(part); m != nil {
			a.weight, _ = strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
			part = part[len(m[0]):]
		}
		text, feedback, _ := strings.Cut(part, "#")
		a.feedback = d.giftText(format, feedback).Paragraphs()
		a.text = d.giftText(format, text)
		a.plain = strings.TrimSpace(show(giftFormat.ReplaceAllString(text, "")))
		list = append(list, a)
	}
	return list
}

// marks cuts before each = and ~.
func marks(s string) []string {
	var parts []string
	for s != "" {
		next := strings.IndexAny(s[1:], "=~")
		if next < 0 {
			return append(parts, s)
		}
		parts, s = append(parts, s[:next+1]), s[next+1:]
	}
	return parts
}

func (d *draft) giftNumbers(s, format string) []answer {
	if !strings.HasPrefix(strings.TrimSpace(s), "=") {
		s = "=" + s
	}
	var list []answer
	for _, a := range d.giftList(strings.TrimSpace(s), format) {
		value, tolerance, _ := strings.Cut(a.plain, ":")
		a.plain, a.tolerance = strings.TrimSpace(value), strings.TrimSpace(tolerance)
		list = append(list, a)
	}
	return list
}

func (d *draft) giftPairs(s, format string) {
	var pairs []quiz.Pair
	parts := marks(s)
	if d.many(len(parts)) {
		return
	}
	for _, part := range parts {
		left, right, found := strings.Cut(strings.TrimPrefix(part, "="), "->")
		if !found {
			if strings.TrimSpace(strings.TrimPrefix(part, "=")) != "" {
				d.Add(foreign.Lost("answer_unread", "text", foreign.Short(show(part))))
			}
			continue
		}
		// What belongs to a left side is plain text in Moodle, whatever the format, and has no comment: # is a #.
		pairs = append(pairs, quiz.Pair{Left: d.line(d.giftText(format, left)), Right: d.line(d.giftText("plain", right))})
	}
	d.match(pairs)
}
