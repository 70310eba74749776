package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"abilita/content/markdown"
	"abilita/course/roleplay"
	"abilita/internal/fault"
	"abilita/quiz"
)

// source is a file being read: its tree, its header, and the problems found.
type source struct {
	file     File
	src      []byte
	starts   []int // byte offset of each line
	root     ast.Node
	header   map[string][]entry // by canonical key
	body     ast.Node           // first block after the header, nil when there is none
	problems []Problem
}

// entry is a value of the header or of a list of settings.
type entry struct {
	value string
	pos   int
}

// open guards and parses a file. The result is usable even when it has no
// header: then body is nil and the problems say why.
func open(path string, src []byte, lang string) *source {
	sum := sha256.Sum256(src)
	s := &source{
		src: src, header: map[string][]entry{},
		file: File{Path: path, Lang: lang, Hash: hex.EncodeToString(sum[:]), Source: string(src)},
	}
	s.starts = []int{0}
	for i, c := range src {
		if c == '\n' {
			s.starts = append(s.starts, i+1)
		}
	}
	if !utf8.Valid(src) {
		s.add("not_text", s.firstInvalid(), "")
		return s
	}
	root, err := markdown.Parse(src)
	if err != nil {
		s.guarded(err)
		return s
	}
	s.root = root
	s.title()
	s.lint()
	return s
}

func (s *source) firstInvalid() int {
	for i := 0; i < len(s.src); {
		r, size := utf8.DecodeRune(s.src[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return 0
}

// guarded turns a fault of the Markdown guard into a problem at its line.
func (s *source) guarded(err error) {
	var f *fault.Error
	if !errors.As(err, &f) {
		s.add("too_large", 0, "")
		return
	}
	line := 1
	for i := 0; i+1 < len(f.Args); i += 2 {
		if n, ok := f.Args[i+1].(int); ok && f.Args[i] == "line" {
			line = n
		}
	}
	s.add(strings.TrimPrefix(f.Key, "markdown."), s.starts[min(line, len(s.starts))-1], "", f.Args...)
}

// add notes a problem at a byte offset, -1 for the whole file.
func (s *source) add(code string, pos int, fix string, args ...any) {
	p := Problem{File: s.file.Path, Severity: messages[code].severity, Code: code, Fix: fix, Args: args}
	if pos >= 0 {
		p.Line, p.Col = s.place(pos)
	}
	s.problems = append(s.problems, p)
}

// place turns a byte offset into line and column, counted in characters.
func (s *source) place(pos int) (line, col int) {
	line = sort.SearchInts(s.starts, pos+1)
	return line, utf8.RuneCount(s.src[s.starts[line-1]:min(pos, len(s.src))]) + 1
}

func (s *source) line(pos int) int {
	l, _ := s.place(max(pos, 0))
	return l
}

// at is the offset where a block begins: of its text, or of its first child's.
func at(n ast.Node) int {
	for m := n; m != nil; m = m.FirstChild() {
		if m.Type() == ast.TypeBlock && m.Lines() != nil && m.Lines().Len() > 0 {
			return m.Lines().At(0).Start
		}
		if t, ok := m.(*ast.Text); ok {
			return t.Segment.Start
		}
		if p := m.Pos(); p >= 0 && m.Type() == ast.TypeBlock && m.FirstChild() == nil {
			return p
		}
	}
	return max(n.Pos(), 0)
}

// raw is the text of a leaf block as written, its lines joined by spaces.
func (s *source) raw(n ast.Node) string {
	if n == nil || n.Type() != ast.TypeBlock || n.Lines() == nil {
		return ""
	}
	var b strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		b.Write(bytes.TrimSpace(seg.Value(s.src)))
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// text is what a reader sees of a node.
func (s *source) text(n ast.Node) string { return markdown.Text(n, s.src) }

// lineStart is the offset of the beginning of the line that holds pos.
func (s *source) lineStart(pos int) int { return s.starts[s.line(pos)-1] }

// between returns the source from the line of a block up to the line of
// another, nil for the end of the file.
func (s *source) between(from, to ast.Node) string {
	if from == nil {
		return ""
	}
	begin, end := s.lineStart(at(from)), len(s.src)
	if to != nil {
		end = s.lineStart(at(to))
	}
	if end < begin {
		return ""
	}
	return strings.TrimSpace(string(s.src[begin:end]))
}

// quote is the source of a quotation without its marks, paragraphs apart.
func (s *source) quote(n ast.Node) string {
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t := s.raw(c); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, "\n\n")
}

var kindWords = map[string]Kind{
	"modulo": KindModule, "module": KindModule,
	"copione": KindScript, "script": KindScript, "chiamata simulata": KindScript, "simulated call": KindScript,
	"quiz":    KindQuiz,
	"griglia": KindRubric, "rubric": KindRubric,
	"lista": KindChecklist, "checklist": KindChecklist,
	"programma": KindProgramme, "programme": KindProgramme,
}

// title reads the first heading and the list under it.
func (s *source) title() {
	h, ok := s.root.FirstChild().(*ast.Heading)
	if !ok || h.Level != 1 {
		s.add("no_title", 0, "")
		return
	}
	word, rest, found := strings.Cut(s.text(h), ":")
	kind, known := kindWords[quiz.Fold(word)]
	if !found || !known {
		s.add("title_kind", at(h), "", "title", s.text(h))
		return
	}
	s.file.Kind, s.file.Title = kind, strings.TrimSpace(rest)
	if s.file.Title == "" {
		s.add("title_empty", at(h), "")
	}
	list, ok := h.NextSibling().(*ast.List)
	if !ok || list.IsOrdered() {
		s.add("no_header", at(h), "")
		s.body = h.NextSibling()
		return
	}
	splitList(list)
	s.body = list.NextSibling()
	s.settings(list, headerKeys, func(key string, e entry) { s.header[key] = append(s.header[key], e) })
	for n := s.body; n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 1 {
			s.add("second_title", at(h), "", "title", s.text(h))
		}
	}
}

// splitList ends a list at its first empty line: for CommonMark a header and
// the list that opens the body are one list, for who wrote them they are two.
func splitList(list *ast.List) {
	it := list.FirstChild()
	for it != nil && (it.PreviousSibling() == nil || !it.HasBlankPreviousLines()) {
		it = it.NextSibling()
	}
	if it == nil {
		return
	}
	rest := ast.NewList(list.Marker)
	for it != nil {
		next := it.NextSibling()
		list.RemoveChild(list, it)
		rest.AppendChild(rest, it)
		it = next
	}
	list.Parent().InsertAfter(list.Parent(), list, rest)
}

// settings reads a list of "key: value" lines.
func (s *source) settings(list ast.Node, keys map[string]string, take func(key string, e entry)) {
	for it := list.FirstChild(); it != nil; it = it.NextSibling() {
		text := s.raw(it.FirstChild())
		word, value, found := strings.Cut(text, ":")
		if !found {
			s.add("setting_line", at(it), "", "text", text)
			continue
		}
		key, ok := keys[quiz.Fold(word)]
		if !ok {
			near := nearest(quiz.Fold(word), keys)
			s.add("key_unknown", at(it), near, "key", strings.TrimSpace(word), "near", near)
			continue
		}
		take(key, entry{strings.TrimSpace(value), at(it)})
	}
}

// heading returns n as a heading of that level, or nil.
func heading(n ast.Node, level int) *ast.Heading {
	if h, ok := n.(*ast.Heading); ok && h.Level == level {
		return h
	}
	return nil
}

// codes returns the code spans of a block as written, in order, and whether
// anything else but blanks and links stands there.
func (s *source) codes(n ast.Node) (spans []string, others bool) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.CodeSpan:
			spans = append(spans, s.text(c))
		case *ast.Link:
		case *ast.Text:
			if len(bytes.TrimSpace(c.Value(s.src))) > 0 {
				others = true
			}
		default:
			others = true
		}
	}
	return spans, others
}

// trailingCode matches a code span at the end of a text.
var trailingCode = regexp.MustCompile("^(.*?)\\s*`([^`]+)`\\s*$")

// cutCode splits a text from the code span at its end.
func cutCode(text string) (rest, code string) {
	if m := trailingCode.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1]), strings.TrimSpace(m[2])
	}
	return text, ""
}

// nearest suggests the key most like a word, or "".
func nearest(word string, keys map[string]string) string {
	list := make([]string, 0, len(keys))
	for k := range keys {
		list = append(list, k)
	}
	sort.Strings(list)
	return roleplay.Nearest(word, list)
}
