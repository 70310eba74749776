package content

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"abilita/content/markdown"
	"abilita/course/roleplay"
	"abilita/quiz"
)

// Mend is a correction of a text: what stands from Line and Col up to EndLine and
// EndCol, which is not part of it, becomes Text. Places are counted as those of a
// Problem; with both the same, Text is put in there. It takes its own problem away
// and brings none by what it writes; what the problem hid may come to light.
type Mend struct {
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	EndLine int    `json:"end_line"`
	EndCol  int    `json:"end_col"`
	Text    string `json:"text"`
}

// Apply is the text with the correction, false when it has no such place.
func (m Mend) Apply(source string) (string, bool) {
	from, okFrom := offsetOf(source, m.Line, m.Col)
	to, okTo := offsetOf(source, m.EndLine, m.EndCol)
	if !okFrom || !okTo || to < from {
		return source, false
	}
	return source[:from] + m.Text + source[to:], true
}

// offsetOf turns line and column, counted in characters from 1, into a byte offset.
func offsetOf(source string, line, col int) (int, bool) {
	if line < 1 || col < 1 {
		return 0, false
	}
	at := 0
	for range line - 1 {
		n := strings.IndexByte(source[at:], '\n')
		if n < 0 {
			return 0, false
		}
		at += n + 1
	}
	for range col - 1 {
		r, size := utf8.DecodeRuneInString(source[at:])
		if size == 0 || r == '\n' {
			return 0, false
		}
		at += size
	}
	return at, true
}

// maxMends and allMends bound the corrections of one file and of a pack: each is tried
// before it is offered.
const maxMends, allMends = 25, 100

// mendAll puts its correction beside each problem that has exactly one. A correction
// is offered only when the file, read with it, has no error that it had not before; but
// behind a title that cannot be read the file was not read at all.
func (p Pack) mendAll(problems []Problem) {
	lines, tried := map[string][]string{}, map[string]int{}
	before := map[string]map[string]int{}
	for i := range problems {
		k := &problems[i]
		text, known := p.sources[k.File]
		do := mends[k.Code]
		if !known || do == nil || k.Mend != nil || !utf8.ValidString(text) || tried[k.File] == maxMends || tried[""] == allMends {
			continue
		}
		if lines[k.File] == nil {
			lines[k.File], before[k.File] = strings.Split(text, "\n"), p.errorsIn(k.File, text)
		}
		mend := do(&mender{Problem: *k, pack: p, lines: lines[k.File], kind: kindAt(k.File)})
		if mend == nil {
			continue
		}
		tried[k.File]++
		tried[""]++
		mended, ok := mend.Apply(text)
		if after := p.errorsIn(k.File, mended); ok && mended != text && (unread[k.Code] || !worse(before[k.File], after)) && (before[k.File][k.named()] == 0 || after[k.named()] < before[k.File][k.named()]) {
			k.Mend = mend
		}
	}
}

// unread are the problems behind which a file is not read.
var unread = map[string]bool{"no_title": true, "title_kind": true, "kind_other": true}

// errorsIn counts the errors that a file has by itself, by their names.
func (p Pack) errorsIn(file, text string) map[string]int {
	l := loader{pack: Pack{Name: p.Name, Lang: p.Lang}}
	l.parse(file, []byte(text), kindAt(file))
	count := map[string]int{}
	for _, k := range l.problems {
		if k.Severity == Error {
			count[k.named()]++
		}
	}
	return count
}

// named is a problem without its place, which moves.
func (p Problem) named() string { return fmt.Sprint(p.Code, p.Args) }

func worse(before, after map[string]int) bool {
	for name, n := range after {
		if n > before[name] {
			return true
		}
	}
	return false
}

// kindAt is the kind of file that belongs at a path, whatever it begins with.
func kindAt(file string) Kind {
	if path.Base(file) == ProgrammeFile {
		return KindProgramme
	}
	return folders[path.Base(path.Dir(file))]
}

// mender is a problem with the text that it was found in.
type mender struct {
	Problem
	pack  Pack
	lines []string
	kind  Kind // that belongs where the file is
}

// arg is a value of the problem as text, "" where it has none of that name.
func (m *mender) arg(name string) string {
	for i := 0; i+1 < len(m.Args); i += 2 {
		if m.Args[i] == name {
			switch v := m.Args[i+1].(type) {
			case string:
				return v
			case Kind:
				return string(v)
			}
		}
	}
	return ""
}

// text is a line without its end, "" where there is none.
func (m *mender) text(line int) string {
	if line < 1 || line > len(m.lines) {
		return ""
	}
	return strings.TrimSuffix(m.lines[line-1], "\r")
}

// span writes text in place of the bytes from..to of a line.
func (m *mender) span(line, from, to int, text string) *Mend {
	l := m.text(line)
	if from < 0 || to > len(l) || from > to {
		return nil
	}
	return &Mend{line, utf8.RuneCountInString(l[:from]) + 1, line, utf8.RuneCountInString(l[:to]) + 1, text}
}

// word writes other words in place of those, when they stand exactly once on the
// line, as whole words.
func (m *mender) word(line int, old, text string) *Mend {
	if from := wholeWord(m.text(line), old); from >= 0 && text != "" && text != old {
		return m.span(line, from, from+len(old), text)
	}
	return nil
}

// wholeWord is where words stand in a line, -1 when not exactly once.
func wholeWord(line, word string) int {
	if word == "" {
		return -1
	}
	found := -1
	for at := 0; at <= len(line)-len(word); {
		i := strings.Index(line[at:], word)
		if i < 0 {
			break
		}
		from, to := at+i, at+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(line[:from])
		after, _ := utf8.DecodeRuneInString(line[to:])
		if !letter(before) && !letter(after) {
			if found >= 0 {
				return -1
			}
			found = from
		}
		at = to
	}
	return found
}

func letter(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_')
}

// below puts a line in under another.
func (m *mender) below(line int, text string) *Mend {
	l := m.text(line)
	return m.span(line, len(l), len(l), "\n"+text)
}

// without takes a line out.
func (m *mender) without(line int) *Mend {
	switch {
	case line < 1 || line > len(m.lines):
		return nil
	case line < len(m.lines):
		return &Mend{line, 1, line + 1, 1, ""}
	case line == 1:
		return nil
	}
	return &Mend{line - 1, utf8.RuneCountInString(m.text(line-1)) + 1, line, utf8.RuneCountInString(m.text(line)) + 1, ""}
}

var settingForm = regexp.MustCompile(`^(\s*[-*+]\s+)([^:]+?)(\s*:[ \t]*)(.*?)[ \t]*$`)

var itemForm = regexp.MustCompile(`^\s{0,3}[-*+]\s`)

// value writes another value on a line "- key: value".
func (m *mender) value(line int, text string) *Mend {
	at := settingForm.FindStringSubmatchIndex(m.text(line))
	if at == nil || text == "" {
		return nil
	}
	if at[8] == at[7] && !strings.HasSuffix(m.text(line)[at[6]:at[7]], " ") {
		text = " " + text
	}
	return m.span(line, at[8], at[9], text)
}

// title is the line of the title: the first that is not empty.
func (m *mender) title() int {
	return 1 + slices.IndexFunc(m.lines, func(l string) bool { return strings.TrimSpace(l) != "" })
}

// head is the last line of the header, and the line of each of its keys.
func (m *mender) head() (end int, keys map[string]int) {
	end, keys = m.title(), map[string]int{}
	for line := end + 1; ; line++ {
		text := m.text(line)
		if strings.TrimSpace(text) == "" && end == m.title() && line <= len(m.lines) {
			continue // the list may stand one line below the title
		}
		if !itemForm.MatchString(text) {
			return end, keys
		}
		if at := settingForm.FindStringSubmatch(text); at != nil {
			if key, ok := headerKeys[quiz.Fold(at[2])]; ok && keys[key] == 0 {
				keys[key] = line
			}
		}
		end = line
	}
}

// fits says whether a key may still be put into the header of this file.
func (m *mender) fits(key string) bool {
	_, keys := m.head()
	known := headerOf[m.kind]
	return (slices.Contains(known[0], key) || slices.Contains(known[1], key)) && (keys[key] == 0 || key == "objective" || key == "inactivity")
}

// accents are the words of headers that lose one when they are folded.
var accents = strings.NewReplacer("validita", "validità", "eta minima", "età minima", "inattivita", "inattività")

// keyWords name the keys that a mend writes by itself.
var keyWords = map[string][2]string{
	"id": {"id", "id"}, "version": {"versione", "version"}, "duration": {"durata", "duration"}, "line": {"linea", "line"}, "channels": {"canali", "channels"},
}

func (m *mender) in(italian, english string) string {
	if m.pack.Lang == "en" {
		return english
	}
	return italian
}

// usual is the value that a key has when nobody says another, "" where somebody
// has to decide.
func (m *mender) usual(key string) string {
	g := m.pack.Programme
	switch key {
	case "id":
		id := ShortKind(map[Kind]string{KindQuiz: "bank"}[m.kind])
		if m.kind != KindQuiz {
			id = ShortKind(string(m.kind))
		}
		id += "-" + markdown.Slug(strings.TrimSuffix(path.Base(m.File), ".md"))
		if m.kind == KindProgramme || !m.free(id) {
			return ""
		}
		return id
	case "version":
		return "1.0"
	case "duration":
		return "20 min"
	case "line":
		if m.kind != KindProgramme && g.Path != "" && idForm.MatchString(g.Line) {
			return g.Line
		}
	case "channels":
		if m.kind == KindScript && g.Path != "" && len(g.Channels) > 0 {
			return ChannelWord(g.Channels[0], m.pack.Lang)
		}
	}
	return ""
}

// free says whether an id is a good one and no file has it.
func (m *mender) free(id string) bool {
	return idForm.MatchString(id) && len(id) <= 64 && !slices.ContainsFunc(m.pack.Files(), func(f File) bool { return f.ID == id })
}

// near is the word that another was meant to be, "" when they differ in more than a
// slip, or two where they begin alike, or name different numbers: a guess that is
// shown may be wide, one that is written may not.
func near(word string, words []string) string {
	if len(word) > 3 {
		if n := roleplay.Within(1, word, words); n != "" && digits(word) == digits(n) {
			return n
		}
	}
	slips := 1
	if len(word) > 4 {
		slips = 2
	}
	n := roleplay.Within(slips, word, words)
	if n == "" || word == "" || word[0] != n[0] || digits(word) != digits(n) {
		return ""
	}
	return n
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// of lists the words of a table in the language of the pack: those that stand for
// the same thing come in pairs, and the table holds both.
func of[V any](words map[string]V) []string { return slices.Sorted(maps.Keys(words)) }
