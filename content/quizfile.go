package content

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"abilita/quiz"
)

// ParseQuiz reads a quiz file: a bank, or an exam. The one that the file is not
// has no path.
func ParseQuiz(path string, src []byte, lang string) (Bank, Exam, []Problem) {
	s := open(path, src, lang)
	if s.root == nil || s.file.Kind == "" || !s.is(KindQuiz) {
		return Bank{File: s.file}, Exam{}, s.problems
	}
	s.common()
	items := s.items()
	if !s.isExam() {
		for _, key := range []string{"threshold", "time", "bank", "attempts", "waits", "critical"} {
			if e, ok := s.one(key); ok {
				s.add("key_of_exam", e.pos, "", "key", s.word(e))
			}
		}
		if len(items) == 0 {
			s.add("bank_empty", 0, "")
		}
		b := quiz.Bank{ID: s.file.ID, Version: s.file.Version, Title: s.file.Title, Items: items}
		return Bank{s.file, b}, Exam{}, s.problems
	}
	e := Exam{File: s.file, Items: quiz.Bank{ID: s.file.ID, Version: s.file.Version, Title: s.file.Title, Items: items}}
	e.Exam = quiz.Exam{
		ID: s.file.ID, Version: s.file.Version, Title: s.file.Title, Intro: s.examIntro(),
		Attempts: quiz.DefaultAttempts, Waits: quiz.DefaultWaits(),
	}
	s.examHeader(&e)
	s.blueprint(&e)
	return Bank{}, e, s.problems
}

func (s *source) isExam() bool {
	e, ok := s.one("type")
	if !ok {
		_, exam := s.one("threshold")
		return exam
	}
	switch quiz.Fold(e.value) {
	case "prova", "exam":
		return true
	case "banca", "bank":
	default:
		s.add("type_bad", e.pos, "", "value", e.value)
	}
	return false
}

// examIntro is the text before the first title.
func (s *source) examIntro() string {
	end := s.body
	for end != nil && end.Kind() != ast.KindHeading {
		end = end.NextSibling()
	}
	if s.body == end {
		return ""
	}
	return s.between(s.body, end)
}

func (s *source) examHeader(e *Exam) {
	if v, ok := s.one("threshold"); ok {
		e.Threshold = s.percent(v, 100)
	} else {
		s.add("key_missing", 0, "", "key", italian["threshold"])
	}
	if v, ok := s.one("time"); ok {
		e.Limit = s.span(v, "duration_bad")
	}
	if v, ok := s.one("bank"); ok {
		e.Bank = v.value
		if len(e.Items.Items) > 0 {
			s.add("bank_and_items", v.pos, "")
		}
	} else if len(e.Items.Items) == 0 {
		s.add("bank_none", 0, "")
	}
	if v, ok := s.one("attempts"); ok {
		e.Attempts = s.number(v, 1, 20)
	}
	if v, ok := s.one("waits"); ok {
		e.Waits = nil
		for _, w := range split(v.value, ",") {
			e.Waits = append(e.Waits, s.span(entry{w, v.pos}, "duration_bad"))
		}
	}
	e.Blueprint.Critical = quiz.AnyCritical
	if v, ok := s.one("critical"); ok {
		e.Blueprint.Critical = s.number(v, 0, 200)
	}
}

var levels = map[string]quiz.Level{
	"ricordare": quiz.Remember, "remember": quiz.Remember, "comprendere": quiz.Understand, "understand": quiz.Understand,
	"applicare": quiz.Apply, "apply": quiz.Apply, "valutare": quiz.Judge, "judge": quiz.Judge,
}

// blueprint reads the sections of an exam that say how a paper is made.
func (s *source) blueprint(e *Exam) {
	section := ""
	for n := s.body; n != nil; n = n.NextSibling() {
		if h := heading(n, 2); h != nil {
			switch quiz.Fold(s.text(h)) {
			case "ripartizione", "blueprint":
				section = "modules"
			case "livelli", "levels":
				section = "levels"
			default:
				section = ""
				if e.Bank != "" {
					s.add("section_unknown", at(h), "", "title", s.text(h))
				}
			}
			continue
		}
		list, ok := n.(*ast.List)
		if !ok || section == "" {
			continue
		}
		for it := list.FirstChild(); it != nil; it = it.NextSibling() {
			name, value, found := strings.Cut(s.raw(it.FirstChild()), ":")
			name, v := strings.TrimSpace(name), entry{strings.TrimSpace(value), at(it)}
			switch {
			case !found:
				s.add("setting_line", at(it), "", "text", name)
			case section == "modules":
				if slices.ContainsFunc(e.Blueprint.Modules, func(m quiz.ModuleCount) bool { return m.Module == name }) {
					s.add("key_twice", at(it), "", "key", name)
					continue
				}
				e.Blueprint.Modules = append(e.Blueprint.Modules, quiz.ModuleCount{Module: name, Count: s.number(v, 0, 200), Pos: s.line(at(it))})
			default:
				l, ok := levels[quiz.Fold(name)]
				if !ok {
					s.add("level_unknown", at(it), "", "level", name)
					continue
				}
				e.Blueprint.Levels = append(e.Blueprint.Levels, quiz.LevelShare{Level: l, Percent: s.percent(v, 100), Pos: s.line(at(it))})
			}
		}
	}
	sum := 0
	for _, l := range e.Blueprint.Levels {
		sum += l.Percent
	}
	if len(e.Blueprint.Levels) > 0 && sum != 100 {
		s.add("shares_not_100", 0, "", "sum", sum)
	}
}

// items reads every third-level title as a question.
func (s *source) items() []quiz.Item {
	var list []quiz.Item
	seen := map[string]bool{}
	for n := s.body; n != nil; n = n.NextSibling() {
		h := heading(n, 3)
		if h == nil {
			continue
		}
		it := quiz.Item{Stem: s.raw(h), Points: 100, Pos: s.line(at(h))}
		if !s.itemMarks(&it, h) {
			continue
		}
		if seen[it.ID] {
			s.add("item_twice", at(h), "", "item", it.ID)
		}
		seen[it.ID] = true
		s.itemBody(&it, h)
		list = append(list, it)
	}
	return list
}

// itemMarks reads the code span under the title: name · module · level · flags.
func (s *source) itemMarks(it *quiz.Item, h ast.Node) bool {
	p, ok := h.NextSibling().(*ast.Paragraph)
	if !ok {
		s.add("item_no_marks", at(h), "", "title", short(it.Stem))
		return false
	}
	spans, others := s.codes(p)
	parts := split(strings.Join(spans, ""), "·")
	if len(spans) != 1 || others || len(parts) < 3 {
		s.add("item_no_marks", at(p), "", "title", short(it.Stem))
		return false
	}
	it.ID, it.Module = parts[0], parts[1]
	if !idForm.MatchString(it.ID) || len(it.ID) > 64 {
		s.add("id_bad", at(p), "", "id", it.ID)
	}
	level, known := levels[quiz.Fold(parts[2])]
	if !known {
		s.add("level_unknown", at(p), "", "level", parts[2])
	}
	it.Level = level
	for _, flag := range parts[3:] {
		word, value, _ := strings.Cut(quiz.Fold(flag), " ")
		switch word {
		case "critica", "critical":
			it.Critical = true
		case "parziale", "partial":
			it.Partial = true
		case "fisso", "fixed":
			it.Fixed = true
		case "punti", "points":
			d, ok := quiz.ParseDecimal(value)
			if !ok || d <= 0 || d > 100e6 || d%10_000 != 0 {
				s.add("points_bad", at(p), "", "value", value)
				continue
			}
			it.Points = quiz.Points(d / 10_000)
		default:
			s.add("flag_unknown", at(p), "", "flag", flag)
		}
	}
	return true
}

// itemBody reads the list that tells the type, more of the stem before it, and
// the explanation after it.
func (s *source) itemBody(it *quiz.Item, h ast.Node) {
	var list *ast.List
	for n := h.NextSibling().NextSibling(); n != nil && n.Kind() != ast.KindHeading; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			if s.itemSettings(it, n); n.FirstChild() == nil {
				continue
			}
			if list != nil {
				s.add("item_two_lists", at(n), "", "item", it.ID)
				continue
			}
			list = n
			s.answers(it, n)
		case *ast.Blockquote:
			if list == nil {
				it.Stem += "\n\n> " + strings.ReplaceAll(s.quote(n), "\n\n", "\n>\n> ")
				continue
			}
			it.Explanation = s.quote(n)
		case *ast.Paragraph:
			if list == nil {
				it.Stem += "\n\n" + s.raw(n)
				continue
			}
			s.add("item_stray", at(n), "", "item", it.ID)
		default:
			s.add("item_stray", at(n), "", "item", it.ID)
		}
	}
	if list == nil {
		s.add("item_no_list", at(h), "", "item", it.ID)
		return
	}
	s.itemCheck(it, at(h))
}

// itemKeys are the words of what an item says of itself in its list.
var itemKeys = map[string]string{"etichette": "tags", "tags": "tags", "ritirata": "retired", "retired": "retired"}

// itemSettings takes the lines out of a list that say something of the item
// itself: its tags, and why it is retired. They may stand before the answers, in
// a list of their own or in that of the answers.
func (s *source) itemSettings(it *quiz.Item, list *ast.List) {
	for n := list.FirstChild(); n != nil && !list.IsOrdered(); {
		next := n.NextSibling()
		word, value, found := strings.Cut(s.raw(n.FirstChild()), ":")
		if key := itemKeys[quiz.Fold(word)]; found && key != "" {
			s.itemSetting(it, key, entry{strings.TrimSpace(value), at(n)})
			list.RemoveChild(list, n)
		}
		n = next
	}
}

func (s *source) itemSetting(it *quiz.Item, key string, e entry) {
	switch {
	case key == "tags" && it.Tags != nil, key == "retired" && it.Retired != "":
		s.add("key_twice", e.pos, "", "key", s.word(e))
	case e.value == "":
		s.add("value_missing", e.pos, "", "key", s.word(e))
	case key == "retired":
		it.Retired = e.value
		if utf8.RuneCountInString(e.value) > quiz.MaxRetired {
			s.add("retired_long", e.pos, "", "item", it.ID, "max", quiz.MaxRetired)
		}
	default:
		for _, tag := range split(e.value, ",") {
			tag, good := quiz.Tag(tag)
			switch {
			case !good:
				s.add("tag_bad", e.pos, "", "tag", short(tag), "max", quiz.MaxTag)
			case !slices.Contains(it.Tags, tag):
				it.Tags = append(it.Tags, tag)
			}
		}
		if len(it.Tags) > quiz.MaxTags {
			s.add("tags_many", e.pos, "", "item", it.ID, "max", quiz.MaxTags)
		}
	}
}

// answers reads the list: its form tells the type.
func (s *source) answers(it *quiz.Item, list *ast.List) {
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		text := s.raw(n.FirstChild())
		typ, rest := lineType(text, list.IsOrdered())
		switch {
		case it.Type == "":
			it.Type = typ
		case it.Type == quiz.Several && typ == quiz.Situation:
			it.Type = typ // the first options of a situation may be plain
		case it.Type == quiz.Situation && typ == quiz.Several && !strings.HasPrefix(strings.ToLower(text), "[x"):
		case it.Type != typ:
			s.add("item_mixed", at(n), "", "item", it.ID)
			continue
		}
		s.answer(it, typ, text, rest, n)
	}
}

// lineType tells the type that a line belongs to, and the text behind its mark.
func lineType(text string, ordered bool) (quiz.Type, string) {
	if len(text) >= 3 && text[0] == '[' && text[2] == ']' {
		rest := strings.TrimSpace(text[3:])
		switch text[1] {
		case '+', '-':
			return quiz.Situation, rest
		case ' ', 'x', 'X':
			if ordered {
				return quiz.One, rest
			}
			return quiz.Several, rest
		}
	}
	if ordered {
		return quiz.Order, text
	}
	word, rest, found := strings.Cut(text, ":")
	if found {
		rest = strings.TrimSpace(rest)
		switch quiz.Fold(word) {
		case "risposta", "answer":
			return quiz.Gap, rest
		case "numero", "number":
			return quiz.Number, rest
		case "aperta", "open":
			return quiz.Open, rest
		}
	}
	if _, _, ok := cutArrow(text); ok {
		return quiz.Match, text
	}
	return "", text
}

func cutArrow(text string) (left, right string, ok bool) {
	for _, arrow := range []string{"→", "->"} {
		if l, r, found := strings.Cut(text, arrow); found {
			return strings.TrimSpace(l), strings.TrimSpace(r), true
		}
	}
	return "", "", false
}

func (s *source) answer(it *quiz.Item, typ quiz.Type, text, rest string, n ast.Node) {
	pos := at(n)
	switch typ {
	case quiz.One, quiz.Several, quiz.Situation, quiz.Order:
		o := quiz.Option{Text: rest, Feedback: s.note(n)}
		if typ != quiz.Order {
			switch text[1] {
			case 'x', 'X':
				o.Key = quiz.Right
			case '+':
				o.Key = quiz.Best
			case '-':
				o.Key = quiz.Worst
			}
		}
		if rest == "" {
			s.add("option_empty", pos, "", "item", it.ID)
		}
		it.Options = append(it.Options, o)
	case quiz.Match:
		left, right, _ := cutArrow(text)
		if right == "" {
			s.add("option_empty", pos, "", "item", it.ID)
		}
		it.Pairs = append(it.Pairs, quiz.Pair{Left: left, Right: right})
	case quiz.Gap:
		accepted := split(strings.ReplaceAll(rest, `\|`, "|"), "|")
		if len(accepted) == 0 {
			s.add("option_empty", pos, "", "item", it.ID)
		}
		it.Gaps = append(it.Gaps, accepted)
	case quiz.Number:
		value, tolerance, _ := strings.Cut(strings.ReplaceAll(rest, "+-", "±"), "±")
		v, ok := quiz.ParseDecimal(value)
		t, okT := quiz.Decimal(0), true
		if strings.TrimSpace(tolerance) != "" {
			t, okT = quiz.ParseDecimal(tolerance)
		}
		if !ok || !okT || t < 0 {
			s.add("item_number_bad", pos, "", "value", rest)
		}
		it.Value, it.Tolerance = v, t
	case quiz.Open:
		if rest == "" {
			return
		}
		words := strings.Fields(rest)
		if len(words) != 2 || quiz.Fold(words[0]) != "griglia" && quiz.Fold(words[0]) != "rubric" || !strings.HasPrefix(words[1], "R") {
			s.add("open_bad", pos, "", "value", rest)
			return
		}
		if _, err := strconv.Atoi(words[1][1:]); err != nil {
			s.add("open_bad", pos, "", "value", rest)
			return
		}
		it.Criterion = words[1]
	default:
		s.add("option_bad", pos, "", "item", it.ID)
	}
}
