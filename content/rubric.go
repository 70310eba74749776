package content

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"abilita/course/roleplay"
	"abilita/quiz"
)

// DefaultThreshold is the per cent that passes a call when nobody says another.
const DefaultThreshold = 75

// sceneSections are the titles of scripts and rubrics, folded.
var sceneSections = map[string]string{
	"dichiarazioni": "statements", "statements": "statements",
	"errori critici": "errors", "critical errors": "errors",
	"rubrica": "rubric", "rubric": "rubric",
	"scena": "scene", "scene": "scene",
}

// ParseRubric reads a rubric file.
func ParseRubric(path string, src []byte, lang string) (Rubric, []Problem) {
	s := open(path, src, lang)
	r := Rubric{File: s.file, Threshold: DefaultThreshold}
	if s.root == nil || s.file.Kind == "" || !s.is(KindRubric) {
		return r, s.problems
	}
	s.common()
	r.File = s.file
	if e, ok := s.one("threshold"); ok {
		r.Threshold = s.percent(e, 100)
	}
	r.Intro = s.intro()
	s.rubricSections(&r.Rubric)
	if len(r.Criteria) == 0 {
		s.add("rubric_empty", 0, "")
	}
	sum := 0
	for _, c := range r.Criteria {
		sum += c.Weight
	}
	if len(r.Criteria) > 0 && sum != 100 {
		s.add(roleplay.WeightsNot100, 0, "", "sum", sum)
	}
	return r, s.problems
}

// intro is the text between the header and the first second-level title.
func (s *source) intro() string {
	end := s.body
	for end != nil && heading(end, 2) == nil {
		end = end.NextSibling()
	}
	if s.body == end {
		return ""
	}
	return s.between(s.body, end)
}

// rubricSections reads statements, errors and criteria, and returns the first
// block of the scene with its title, nil when there is none.
func (s *source) rubricSections(r *roleplay.Rubric) (scene ast.Node) {
	seen := map[string]bool{}
	section := ""
	for n := s.body; n != nil; n = n.NextSibling() {
		if h := heading(n, 2); h != nil {
			section = sceneSections[quiz.Fold(s.text(h))]
			if section == "" {
				s.add("section_unknown", at(h), "", "title", s.text(h))
			}
			if section == "scene" && scene == nil {
				scene = h
			}
			continue
		}
		list, ok := n.(*ast.List)
		if !ok || section == "" || section == "scene" {
			continue
		}
		for it := list.FirstChild(); it != nil; it = it.NextSibling() {
			s.rubricLine(r, section, it, seen)
		}
	}
	return scene
}

// rubricForm matches "**R1 Accoglienza** (20): …".
var rubricForm = regexp.MustCompile(`^\*\*([A-Z])(\d{1,2})\s+([^*]+)\*\*\s*(?:\((\d{1,3})\))?\s*:\s*(.*)$`)

func (s *source) rubricLine(r *roleplay.Rubric, section string, it ast.Node, seen map[string]bool) {
	m := rubricForm.FindStringSubmatch(s.raw(it.FirstChild()))
	letter := map[string]string{"statements": "D", "errors": "E", "rubric": "R"}[section]
	if m == nil || m[1] != letter {
		s.add("rubric_line", at(it), "", "letter", letter)
		return
	}
	id, name, text := m[1]+m[2], strings.TrimSpace(m[3]), strings.TrimSpace(m[5])
	if seen[id] {
		s.add("mark_twice", at(it), "", "mark", id)
		return
	}
	seen[id] = true
	note := s.note(it)
	switch section {
	case "statements":
		r.Statements = append(r.Statements, roleplay.Statement{ID: id, Name: name, Text: text, Note: note})
	case "errors":
		r.Errors = append(r.Errors, roleplay.CriticalError{ID: id, Name: name, Text: text, Note: note})
	case "rubric":
		weight, _ := strconv.Atoi(m[4])
		if weight == 0 {
			s.add("weight_missing", at(it), "", "mark", id)
		}
		c := roleplay.Criterion{ID: id, Name: name, Weight: weight, Note: note}
		for i, level := range strings.Split(text, "·") {
			anchor, ok := strings.CutPrefix(strings.TrimSpace(level), strconv.Itoa(i)+" ")
			if !ok {
				c.Levels = nil
				break
			}
			c.Levels = append(c.Levels, strings.TrimSpace(anchor))
		}
		if len(c.Levels) != roleplay.TopLevel+1 {
			s.add("levels_bad", at(it), "", "mark", id)
		}
		r.Criteria = append(r.Criteria, c)
	}
}

// note is the quotation inside a list item.
func (s *source) note(it ast.Node) string {
	for c := it.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindBlockquote {
			return s.quote(c)
		}
	}
	return ""
}
