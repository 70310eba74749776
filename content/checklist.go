package content

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"abilita/quiz"
)

var checkForm = regexp.MustCompile(`^\*\*([A-Z]{1,2}\d{1,2})\s+([^*]+)\*\*\s*:\s*(.+)$`)

// ParseChecklist reads a checklist file.
func ParseChecklist(path string, src []byte, lang string) (Checklist, []Problem) {
	s := open(path, src, lang)
	c := Checklist{File: s.file}
	if s.root == nil || s.file.Kind == "" || !s.is(KindChecklist) {
		return c, s.problems
	}
	s.common()
	c.File = s.file
	if e, ok := s.one("sign"); ok && e.value != "" {
		switch quiz.Fold(e.value) {
		case "osservatore", "observer":
			c.Signer = Observer
		case "volontario", "volunteer":
			c.Signer = Volunteer
		default:
			s.add("sign_bad", e.pos, "", "value", e.value)
		}
	}
	s.checkItems(&c)
	if len(c.Items) == 0 {
		s.add("checklist_empty", 0, "")
	}
	c.Minimum = len(c.Items)
	if e, ok := s.one("minimum"); ok {
		switch word := quiz.Fold(e.value); word {
		case "tutte", "all":
		default:
			n, err := strconv.Atoi(word)
			if err != nil || n < 1 || n > len(c.Items) {
				s.add("minimum_bad", e.pos, "", "value", e.value, "items", len(c.Items))
			} else {
				c.Minimum = n
			}
		}
	}
	return c, s.problems
}

func (s *source) checkItems(c *Checklist) {
	seen := map[string]bool{}
	group := ""
	first := true
	for n := s.body; n != nil; n = n.NextSibling() {
		if h := heading(n, 2); h != nil {
			group = s.text(h)
		}
		list, ok := n.(*ast.List)
		if !ok {
			continue
		}
		if first && n != s.body {
			c.Intro = s.checkIntro(n)
		}
		first = false
		for it := list.FirstChild(); it != nil; it = it.NextSibling() {
			text, code := cutCode(s.raw(it.FirstChild()))
			m := checkForm.FindStringSubmatch(text)
			if m == nil {
				s.add("check_line", at(it), "")
				continue
			}
			if seen[m[1]] {
				s.add("mark_twice", at(it), "", "mark", m[1])
				continue
			}
			seen[m[1]] = true
			item := CheckItem{ID: m[1], Name: strings.TrimSpace(m[2]), Text: m[3], How: s.note(it), Group: group}
			switch quiz.Fold(code) {
			case "":
			case "obbligatoria", "required":
				item.Required = true
			default:
				s.add("flag_unknown", at(it), "", "flag", code)
			}
			c.Items = append(c.Items, item)
		}
	}
}

// checkIntro is the text before the first title or list.
func (s *source) checkIntro(list ast.Node) string {
	end := s.body
	for end != list && end.Kind() != ast.KindHeading {
		end = end.NextSibling()
	}
	if end == s.body {
		return ""
	}
	return s.between(s.body, end)
}
