package foreign

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Text is what our formats can hold of a text from elsewhere: paragraphs, some
// of them quoted, each one line of inline Markdown.
type Text []Block

// Block is a paragraph.
type Block struct {
	Text  string
	Quote bool
}

// String is the text as the stem of a question holds it.
func (t Text) String() string {
	var b strings.Builder
	quoted := false
	for i, p := range t {
		switch {
		case i == 0:
		case quoted && p.Quote:
			b.WriteString("\n>\n")
		default:
			b.WriteString("\n\n")
		}
		if p.Quote {
			b.WriteString("> ")
		}
		b.WriteString(p.Text)
		quoted = p.Quote
	}
	return b.String()
}

// Paragraphs is the text without marks of quoting, as comments and explanations
// hold it.
func (t Text) Paragraphs() string {
	parts := make([]string, 0, len(t))
	for _, p := range t {
		parts = append(parts, p.Text)
	}
	return strings.Join(parts, "\n\n")
}

// Line is the text on one line, as an answer holds it; joined says that it was
// more than one paragraph.
func (t Text) Line() (line string, joined bool) {
	parts := make([]string, 0, len(t))
	for _, p := range t {
		parts = append(parts, p.Text)
	}
	return strings.Join(parts, " "), len(t) > 1
}

// Replace puts what is given in place of the first of the names that the text
// holds between square brackets, and says whether there was one.
func (t Text) Replace(names []string, by string) bool {
	for _, name := range names {
		for i := range t {
			if name == "" {
				break
			}
			if before, after, found := strings.Cut(t[i].Text, Escape("["+name+"]")); found {
				t[i].Text = before + by + after
				return true
			}
		}
	}
	return false
}

// Split is the reverse of String.
func Split(stem string) Text {
	var t Text
	for p := range strings.SplitSeq(stem, "\n\n") {
		for q := range strings.SplitSeq(p, "\n>\n") {
			text, quote := strings.CutPrefix(q, "> ")
			t = append(t, Block{text, quote || strings.HasPrefix(p, "> ")})
		}
	}
	return t
}

// knownPlaceholders are the words between braces that mean something to a line;
// any other brace is written so that it stays a brace.
var knownPlaceholders = map[string]bool{
	"emergenza": true, "ascolto": true, "infanzia": true, "responsabile": true, "nome": true,
	"emergency": true, "listening": true, "children": true, "supervisor": true, "name": true,
}

// Braces takes their meaning from braces, unless they hold a word that a line
// knows.
func Braces(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		text = text[i+1:]
		if word, _, closed := strings.Cut(text[:min(len(text), 41)], "}"); closed && knownPlaceholders[word] {
			b.WriteByte('{')
			continue
		}
		b.WriteString("&#123;")
	}
}

var entityForm = regexp.MustCompile(`^&(#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);`)

// Escape writes plain text so that Markdown shows exactly it.
func Escape(plain string) string {
	var b strings.Builder
	for i, r := range plain {
		switch r {
		case '\\', '`', '*', '_', '[', '<', '~':
			b.WriteByte('\\')
		case '&':
			if loc := entityForm.FindStringIndex(plain[i:]); loc != nil {
				b.WriteString("&amp;")
				continue
			}
		}
		b.WriteRune(r)
	}
	return Braces(b.String())
}

// blockStart matches what would begin something else than a paragraph.
var blockStart = regexp.MustCompile("^(?:#{1,6}(?:\\s|$)|>|[-+*](?:\\s|$)|=+\\s*$|-+\\s*$|\\||~~~|```|:?-+:?\\s*\\|)")

var numberStart = regexp.MustCompile(`^(\d{1,9})([.)])(\s|$)`)

// Start keeps a paragraph from beginning a heading, a list or a quotation.
func Start(line string) string {
	if blockStart.MatchString(line) {
		return `\` + line
	}
	return numberStart.ReplaceAllString(line, `$1\$2$3`)
}

// Printable drops what no text needs: control characters other than line
// breaks, and characters that turn the direction of writing.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case r == '\u00a0' || r == '\u202f':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r == '\ufeff', r == '\u200b', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}

// Plain reads plain text: an empty line parts paragraphs, and so does every line
// break when lines is set.
func Plain(s string, lines bool) Text {
	var t Text
	sep := "\n\n"
	s = strings.ReplaceAll(Printable(s), "\r", "")
	if lines {
		sep = "\n"
	}
	for p := range strings.SplitSeq(s, sep) {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			t = append(t, Block{Text: finish(Escape(p))})
		}
	}
	return t.joinGaps()
}

// finish makes a line safe as a paragraph and as a title.
func finish(line string) string {
	line = strings.TrimSpace(line)
	if text, hash := strings.CutSuffix(line, "#"); hash {
		line = text + `\#`
	}
	if strings.HasSuffix(line, `\`) && !strings.HasSuffix(line, `\\`) {
		line += `\`
	}
	return Start(line)
}

// joinGaps puts a paragraph that is only a gap at the end of the one before:
// alone it would be a rule.
func (t Text) joinGaps() Text {
	var out Text
	for _, p := range t {
		if strings.Trim(p.Text, "_ ") == "" && len(out) > 0 {
			out[len(out)-1].Text += " " + p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

var (
	atxForm     = regexp.MustCompile(`^ {0,3}#{1,6}\s+(.*?)\s*#*$`)
	bulletForm  = regexp.MustCompile(`^\s*[-+*]\s+(.*)$`)
	orderedForm = regexp.MustCompile(`^\s*(\d{1,9})[.)]\s+(.*)$`)
	quoteForm   = regexp.MustCompile(`^ {0,3}> ?(.*)$`)
	tagForm     = regexp.MustCompile(`(\\*)<(/?[a-zA-Z][^<>]*|!--.*?--)>`)
	ruleForm    = regexp.MustCompile(`^ {0,3}([-*_])( *([-*_])){2,} *$`)
	pictureForm = regexp.MustCompile(`!\[([^\[\]]*)\]\(([^()\s]*)[^()]*\)`)
	linkForm    = regexp.MustCompile(`\[([^\[\]]*)\]\(([^()\s]*)(?:\s+"[^"]*")?\)`)
)

// Markdown reads Markdown from elsewhere: what a paragraph can hold stays,
// lists, tables, titles and code become paragraphs, HTML becomes text.
func Markdown(s string) (Text, []Note) {
	var m mdReader
	if len(s) > MaxText {
		return nil, []Note{Lost("text_long")}
	}
	for line := range strings.SplitSeq(Printable(s), "\n") {
		m.line(line)
	}
	m.flush()
	return m.text.joinGaps(), m.notes
}

type mdReader struct {
	text  Text
	notes []Note
	cur   []string
	quote bool
	fence string
}

func (m *mdReader) flush() {
	line := strings.Join(strings.Fields(strings.Join(m.cur, " ")), " ")
	m.cur = nil
	if line == "" {
		return
	}
	line, notes := Tidy(line)
	m.notes = append(m.notes, notes...)
	m.text = append(m.text, Block{finish(line), m.quote})
}

func (m *mdReader) line(line string) {
	trimmed := strings.TrimSpace(line)
	if m.fence != "" {
		if strings.HasPrefix(trimmed, m.fence) {
			m.fence = ""
			return
		}
		if trimmed != "" {
			m.text = append(m.text, Block{Code(trimmed), m.quote})
		}
		return
	}
	if q := quoteForm.FindStringSubmatch(line); q != nil {
		if !m.quote {
			m.flush()
		}
		m.quote = true
		trimmed = strings.TrimSpace(q[1])
		if trimmed == "" {
			m.flush()
			return
		}
		line = trimmed
	} else if m.quote && (trimmed == "" || len(m.cur) == 0) {
		m.flush()
		m.quote = false
	}
	switch {
	case trimmed == "":
		m.flush()
	case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
		m.flush()
		m.fence = trimmed[:3]
		m.notes = append(m.notes, Lost("code_flat"))
	case atxForm.MatchString(line):
		m.flush()
		m.cur = []string{atxForm.FindStringSubmatch(line)[1]}
		m.flush()
		m.notes = append(m.notes, Lost("title_flat"))
	case ruleForm.MatchString(line) && strings.Trim(trimmed, "_ ") != "":
		m.flush()
		m.notes = append(m.notes, Lost("element_lost", "name", trimmed))
	case bulletForm.MatchString(line):
		m.flush()
		m.cur = []string{"• " + bulletForm.FindStringSubmatch(line)[1]}
		m.notes = append(m.notes, Lost("list_flat"))
	case orderedForm.MatchString(line):
		m.flush()
		p := orderedForm.FindStringSubmatch(line)
		m.cur = []string{p[1] + `\) ` + p[2]}
		m.notes = append(m.notes, Lost("list_flat"))
	case strings.HasPrefix(trimmed, "|"):
		m.flush()
		m.cur = []string{strings.ReplaceAll(strings.Trim(trimmed, "| "), "|", "·")}
		m.flush()
		m.notes = append(m.notes, Lost("table_flat"))
	default:
		m.cur = append(m.cur, strings.TrimPrefix(trimmed, "\t"))
		if strings.HasSuffix(line, "  ") {
			m.flush()
		}
	}
}

// Tidy keeps what a line of Markdown may hold in our texts: pictures become their
// descriptions, links that our pages do not follow their words; HTML goes.
func Tidy(line string) (string, []Note) {
	return TidyKeeping(line, func(string) (string, []Note, bool) { return "", nil, false })
}

// TidyKeeping is Tidy where keep says which pictures stay, and where they are here.
func TidyKeeping(line string, keep func(dest string) (to string, notes []Note, ok bool)) (string, []Note) {
	var notes []Note
	line = outsideCode(line, func(part string) string {
		var kept []string
		part = pictureForm.ReplaceAllStringFunc(part, func(m string) string {
			p := pictureForm.FindStringSubmatch(m)
			if to, more, ok := keep(p[2]); ok {
				notes, kept = append(notes, more...), append(kept, "!["+p[1]+"]("+to+")")
				return fmt.Sprintf("\x00%d\x00", len(kept)-1) // no text holds these
			}
			notes = append(notes, Lost("picture_lost", "name", p[2]))
			return p[1]
		})
		part = linkForm.ReplaceAllStringFunc(part, func(m string) string {
			p := linkForm.FindStringSubmatch(m)
			if SafeLink(p[2]) {
				return m
			}
			notes = append(notes, Lost("link_lost", "link", p[2]))
			return p[1]
		})
		part = tagForm.ReplaceAllStringFunc(part, func(m string) string {
			bars, tag, _ := strings.Cut(m, "<")
			auto := strings.TrimSuffix(tag, ">")
			if len(bars)%2 == 1 || SafeLink(auto) && strings.Contains(auto, ":") {
				return m
			}
			if strings.Contains(auto, "://") {
				notes = append(notes, Lost("link_lost", "link", Short(auto)))
				return bars + Escape(auto)
			}
			notes = append(notes, Lost("element_lost", "name", Short("<"+tag)))
			return bars
		})
		for i, picture := range kept {
			part = strings.Replace(part, fmt.Sprintf("\x00%d\x00", i), picture, 1)
		}
		return part
	})
	return Braces(line), notes
}

// outsideCode changes a line of Markdown everywhere but in code spans.
func outsideCode(line string, change func(string) string) string {
	var b strings.Builder
	for {
		i := unescapedTick(line)
		if i < 0 {
			b.WriteString(change(line))
			return b.String()
		}
		n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		end := closing(line[i+n:], n)
		if end < 0 {
			b.WriteString(change(line[:i]))
			b.WriteString(strings.Repeat("\\`", n))
			line = line[i+n:]
			continue
		}
		b.WriteString(change(line[:i]))
		b.WriteString(line[i : i+n+end+n])
		line = line[i+n+end+n:]
	}
}

func unescapedTick(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '`':
			return i
		}
	}
	return -1
}

// closing is where a run of exactly n backticks begins.
func closing(s string, n int) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '`' {
			continue
		}
		j := i
		for j < len(s) && s[j] == '`' {
			j++
		}
		if j-i == n {
			return i
		}
		i = j
	}
	return -1
}

// Code writes text as a code span.
func Code(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

// Unescaped is the name of a file or place that an address gives.
func Unescaped(address string) string {
	if name, err := url.PathUnescape(address); err == nil {
		return name
	}
	return address
}

// SafeLink says whether our texts may link there.
func SafeLink(to string) bool {
	if strings.ContainsFunc(to, func(r rune) bool {
		return r <= ' ' || r == '\\' || r == '(' || r == ')' || r == '<' || r == '>' || r == '&' || r == 0x7f || r >= 0x80 && r <= 0xa0
	}) {
		return false
	}
	scheme, rest, found := strings.Cut(to, ":")
	if !found {
		return strings.HasPrefix(to, "#") && len(to) > 1
	}
	return rest != "" && slices.Contains([]string{"https", "mailto", "tel"}, strings.ToLower(scheme))
}

// Reading is what a person sees of a line of Markdown, for targets that know
// plain text only.
func Reading(line string) string {
	var b strings.Builder
	read(Inline(line), &b)
	return b.String()
}

func read(list []Span, b *strings.Builder) {
	for _, s := range list {
		b.WriteString(s.Text)
		read(s.Inner, b)
	}
}

// Span is a piece of a line of Markdown: text, or an element with what it holds.
type Span struct {
	Tag   string // "", "strong", "em", "code", "del", "a"
	Text  string // of text and code
	Link  string // of a
	Inner []Span
}

// Inline takes a line of Markdown apart. It knows what our texts use; anything
// else is text.
func Inline(line string) []Span { return spans(line, 0) }

func spans(line string, depth int) []Span {
	var list []Span
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			list = append(list, Span{Text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(line); {
		if s, n := span(line, i, depth); n > 0 {
			if s.Tag == "" {
				text.WriteString(s.Text)
			} else {
				flush()
				list = append(list, s)
			}
			i += n
			continue
		}
		text.WriteByte(line[i])
		i++
	}
	flush()
	return list
}

// span reads the element that begins at i, and how long it is, 0 for none.
func span(line string, i, depth int) (Span, int) {
	rest := line[i:]
	switch rest[0] {
	case '\\':
		if len(rest) > 1 && (unicode.IsPunct(rune(rest[1])) || unicode.IsSymbol(rune(rest[1]))) && rest[1] < 0x80 {
			return Span{Text: rest[1:2]}, 2
		}
	case '&':
		if loc := entityForm.FindStringIndex(rest); loc != nil {
			return Span{Text: html.UnescapeString(rest[:loc[1]])}, loc[1]
		}
	case '`':
		n := len(rest) - len(strings.TrimLeft(rest, "`"))
		if end := closing(rest[n:], n); end >= 0 {
			code := rest[n : n+end]
			if len(code) > 2 && code[0] == ' ' && code[len(code)-1] == ' ' {
				code = code[1 : len(code)-1]
			}
			return Span{Tag: "code", Text: code}, n + end + n
		}
		return Span{Text: rest[:n]}, n
	case '[':
		if m := linkForm.FindStringSubmatchIndex(rest); m != nil && m[0] == 0 && depth < 4 {
			return Span{Tag: "a", Link: rest[m[4]:m[5]], Inner: spans(rest[m[2]:m[3]], depth+1)}, m[1]
		}
	case '*', '_', '~':
		return emphasis(line, i, depth)
	}
	return Span{}, 0
}

func emphasis(line string, i, depth int) (Span, int) {
	mark := line[i]
	n := len(line[i:]) - len(strings.TrimLeft(line[i:], string(mark)))
	run := Span{Text: line[i : i+n]}
	if depth > 4 || n > 2 || mark == '~' && n != 2 || i+n >= len(line) || unicode.IsSpace(rune(line[i+n])) || mark == '_' && i > 0 && wordByte(line[i-1]) {
		return run, n
	}
	for j := i + n; j < len(line); j++ {
		switch line[j] {
		case '\\':
			j++
		case '`':
			k := len(line[j:]) - len(strings.TrimLeft(line[j:], "`"))
			if end := closing(line[j+k:], k); end >= 0 {
				j += k + end + k - 1
			}
		case mark:
			k := len(line[j:]) - len(strings.TrimLeft(line[j:], string(mark)))
			if k == n && line[j-1] != ' ' && (mark != '_' || j+k >= len(line) || !wordByte(line[j+k])) {
				tag := map[int]string{1: "em", 2: "strong"}[n]
				if mark == '~' {
					tag = "del"
				}
				return Span{Tag: tag, Inner: spans(line[i+n:j], depth+1)}, j + k - i
			}
			j += k - 1
		}
	}
	return run, n
}

func wordByte(c byte) bool {
	return c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// HTML writes a line of Markdown as well-formed XHTML.
func HTML(line string) string {
	var b strings.Builder
	write(Inline(line), &b)
	return b.String()
}

func write(list []Span, b *strings.Builder) {
	for _, s := range list {
		switch s.Tag {
		case "":
			b.WriteString(html.EscapeString(s.Text))
		case "code":
			b.WriteString("<code>" + html.EscapeString(s.Text) + "</code>")
		case "a":
			b.WriteString(`<a href="` + html.EscapeString(s.Link) + `">`)
			write(s.Inner, b)
			b.WriteString("</a>")
		default:
			b.WriteString("<" + s.Tag + ">")
			write(s.Inner, b)
			b.WriteString("</" + s.Tag + ">")
		}
	}
}

// Blocks writes a text as well-formed XHTML paragraphs and quotations.
func (t Text) Blocks() string {
	var b strings.Builder
	for i, p := range t {
		if p.Quote && (i == 0 || !t[i-1].Quote) {
			b.WriteString("<blockquote>")
		}
		b.WriteString("<p>" + HTML(p.Text) + "</p>")
		if p.Quote && (i == len(t)-1 || !t[i+1].Quote) {
			b.WriteString("</blockquote>")
		}
	}
	return b.String()
}
