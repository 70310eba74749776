package content

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"abilita/content/markdown"
	"abilita/quiz"
)

// sectionRoles are the titles that a module page shows in its own way, folded.
var sectionRoles = map[string]string{
	"da dire e da non dire": "pairs", "say and don't say": "pairs",
	"una chiamata raccontata": "call", "a call, start to end": "call",
	"per ricordare": "recall", "to remember": "recall",
	"da fare nella maschera": "tasks", "to do in the software": "tasks",
	"fonti": "sources", "sources": "sources",
}

// Recalls says whether a heading of a module opens its questions to recall, whose
// answers are hidden until they are asked for.
func Recalls(heading string) bool { return sectionRoles[quiz.Fold(heading)] == "recall" }

// ParseModule reads a module file.
func ParseModule(path string, src []byte, lang string) (Module, []Problem) {
	s := open(path, src, lang)
	m := Module{File: s.file}
	if s.root == nil || s.file.Kind == "" {
		return m, s.problems
	}
	if !s.is(KindModule) {
		return m, s.problems
	}
	s.common()
	m.File = s.file
	for _, e := range s.header["objective"] {
		m.Objectives = append(m.Objectives, e.value)
	}
	for _, e := range s.other("objective", s.header) {
		m.Abroad = append(m.Abroad, e.value)
	}
	if e, ok := s.one("duration"); ok && e.value != "" {
		m.Duration = s.span(e, "duration_bad")
	}
	if e, ok := s.one("short"); ok {
		m.Short = e.value
	}
	if e, ok := s.one("requires"); ok {
		m.Requires = split(e.value, ",")
	}
	s.moduleBody(&m)
	s.moduleAdvice(m)
	s.plain()
	return m, s.problems
}

// is says whether the title announces the kind, and notes it when not.
func (s *source) is(kind Kind) bool {
	if s.file.Kind != kind {
		s.add("kind_other", 0, "", "kind", string(s.file.Kind), "want", string(kind))
		return false
	}
	return true
}

func (s *source) moduleBody(m *Module) {
	if s.body == nil {
		s.add("module_empty", 0, "")
		return
	}
	m.Body = s.between(s.body, nil)
	// Words are those of the page; the guards passed already for the file.
	if d, err := markdown.Render([]byte(m.Body)); err == nil {
		m.Words, m.Minutes = d.Words, d.Minutes
	} else {
		s.guarded(err)
	}
	for n := s.body; n != nil; {
		next := n.NextSibling()
		for next != nil && heading(next, 2) == nil {
			next = next.NextSibling()
		}
		sec := Section{Line: s.line(at(n))}
		first := n
		if h := heading(n, 2); h != nil {
			sec.Title = s.text(h)
			sec.Role = sectionRoles[quiz.Fold(sec.Title)]
			first = n.NextSibling()
		}
		if first != next {
			sec.Text = s.between(first, next)
		}
		m.Sections = append(m.Sections, sec)
		switch sec.Role {
		case "pairs":
			s.pairs(m, n, first, next)
		case "call":
			s.call(m, first, next)
		case "recall":
			s.recall(m, first, next)
		case "tasks":
			s.tasks(m, n, first, next)
		case "sources":
			s.sources(m, first, next)
		}
		n = next
	}
}

func (s *source) pairs(m *Module, title, first, end ast.Node) {
	for n := first; n != nil && n != end; n = n.NextSibling() {
		table, ok := n.(*east.Table)
		if !ok {
			continue
		}
		for row := table.FirstChild(); row != nil; row = row.NextSibling() {
			if row.Kind() == east.KindTableHeader {
				continue
			}
			var cells []string
			for c := row.FirstChild(); c != nil; c = c.NextSibling() {
				cells = append(cells, s.text(c))
			}
			p := Pair{}
			for i, to := range []*string{&p.Say, &p.Avoid, &p.Why} {
				if i < len(cells) {
					*to = cells[i]
				}
			}
			if p.Say == "" || p.Avoid == "" {
				s.add("pair_half", at(row), "")
				continue
			}
			m.Pairs = append(m.Pairs, p)
		}
		return
	}
	s.add("pairs_table", at(title), "")
}

func (s *source) call(m *Module, first, end ast.Node) {
	for n := first; n != nil && n != end; n = n.NextSibling() {
		if n.Kind() != ast.KindParagraph {
			continue
		}
		who, strong := n.FirstChild().(*ast.Emphasis)
		if strong && who.Level == 2 {
			rest, found := strings.CutPrefix(s.text(n), s.text(who))
			if rest, ok := strings.CutPrefix(strings.TrimSpace(rest), ":"); found && ok {
				m.Call = append(m.Call, Turn{s.text(who), strings.TrimSpace(rest)})
				continue
			}
		}
		m.Call = append(m.Call, Turn{Text: s.text(n)})
	}
}

func (s *source) recall(m *Module, first, end ast.Node) {
	for n := first; n != nil && n != end; {
		next := n.NextSibling()
		h := heading(n, 3)
		if h == nil {
			n = next
			continue
		}
		for next != nil && next != end && heading(next, 3) == nil {
			next = next.NextSibling()
		}
		r := Recall{Question: s.text(h)}
		if a := n.NextSibling(); a != next {
			r.Answer = s.between(a, next)
		}
		if r.Answer == "" {
			s.add("recall_no_answer", at(h), "", "question", r.Question)
		} else {
			m.Recall = append(m.Recall, r)
		}
		n = next
	}
}

func (s *source) tasks(m *Module, title, first, end ast.Node) {
	for n := first; n != nil && n != end; n = n.NextSibling() {
		if l, ok := n.(*ast.List); ok && l.IsOrdered() {
			for it := l.FirstChild(); it != nil; it = it.NextSibling() {
				m.Tasks = append(m.Tasks, s.raw(it.FirstChild()))
			}
		}
	}
	if len(m.Tasks) == 0 {
		s.add("tasks_list", at(title), "")
	}
}

func (s *source) sources(m *Module, first, end ast.Node) {
	for n := first; n != nil && n != end; n = n.NextSibling() {
		l, ok := n.(*ast.List)
		if !ok {
			continue
		}
		for it := l.FirstChild(); it != nil; it = it.NextSibling() {
			text := s.raw(it.FirstChild())
			src := Source{Text: text, Checked: lastDate(text)}
			if src.Checked == "" {
				s.add("source_no_date", at(it), "", "text", short(text))
			}
			m.Sources = append(m.Sources, src)
		}
	}
}

func lastDate(text string) string {
	if all := dateForm.FindAllString(text, -1); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// What a module of a shipped pack holds at least.
const (
	minWords, maxWords = 900, 2000
	minPairs           = 6
	minRecall          = 3
	minTurns           = 6
)

func (s *source) moduleAdvice(m Module) {
	turns := 0
	for _, t := range m.Call {
		if t.Who != "" {
			turns++
		}
	}
	for _, a := range []struct {
		code       string
		have, want int
		bad        bool
	}{
		{"words_few", m.Words, minWords, m.Words < minWords},
		{"words_many", m.Words, maxWords, m.Words > maxWords},
		{"pairs_few", len(m.Pairs), minPairs, len(m.Pairs) < minPairs},
		{"recall_few", len(m.Recall), minRecall, len(m.Recall) < minRecall},
		{"call_short", turns, minTurns, turns < minTurns},
		{"tasks_none", 0, 1, len(m.Tasks) == 0},
		{"sources_none", 0, 1, len(m.Sources) == 0},
	} {
		if a.bad {
			s.add(a.code, -1, "", "have", a.have, "want", a.want)
		}
	}
	if m.Duration > 0 && m.Minutes > int(m.Duration.Minutes()) {
		e, _ := s.one("duration")
		s.add("duration_short", e.pos, "", "minutes", m.Minutes)
	}
}

// short is the head of a text, for messages.
func short(text string) string {
	r := []rune(text)
	if len(r) > 60 {
		return strings.TrimSpace(string(r[:60])) + "…"
	}
	return text
}
