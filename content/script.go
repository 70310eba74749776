package content

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"abilita/content/markdown"
	"abilita/course/roleplay"
	"abilita/quiz"
)

// ParseScript reads a call script. The rubric that it names is put in place by
// Load, which also proves the graph.
func ParseScript(path string, src []byte, lang string) (Script, []Problem) {
	s := open(path, src, lang)
	sc := Script{File: s.file}
	if s.root == nil || s.file.Kind == "" || !s.is(KindScript) {
		return sc, s.problems
	}
	s.common()
	sc.File = s.file
	sc.Script = roleplay.Script{ID: s.file.ID, Version: s.file.Version, Title: s.file.Title, Intro: s.intro()}
	s.scriptHeader(&sc)
	scene := s.rubricSections(&sc.Rubric)
	if scene == nil {
		s.add("scene_missing", 0, "")
		return sc, s.problems
	}
	for n := scene.NextSibling(); n != nil && heading(n, 2) == nil; {
		next := n.NextSibling()
		h := heading(n, 3)
		if h == nil {
			s.add("scene_stray", at(n), "")
			n = next
			continue
		}
		for next != nil && heading(next, 3) == nil && heading(next, 2) == nil {
			next = next.NextSibling()
		}
		sc.Nodes = append(sc.Nodes, s.node(h, next))
		n = next
	}
	if len(sc.Nodes) == 0 {
		s.add(roleplay.NoNode, at(scene), "")
	}
	if sc.RubricID == "" && len(sc.Rubric.Criteria) == 0 {
		s.add("rubric_empty", 0, "")
	}
	return sc, s.problems
}

var silenceForm = regexp.MustCompile(`^(?:richiamo|prompt) (\d+ ?s), (?:svolta|turn) (\d+ ?s)$`)

func (s *source) scriptHeader(sc *Script) {
	if e, ok := s.one("line"); ok && e.value != "" {
		sc.Line = s.lineName(e)
	}
	if e, ok := s.one("channels"); ok && e.value != "" {
		if c := s.channels(e); len(c) == 1 {
			sc.Channel = c[0]
		} else if len(c) > 1 {
			s.add("channel_one", e.pos, "")
		}
	}
	if e, ok := s.one("rubric"); ok {
		sc.RubricID = e.value
	}
	if e, ok := s.one("threshold"); ok {
		sc.Threshold = s.percent(e, 100)
	}
	if e, ok := s.one("mood"); ok {
		n, err := strconv.Atoi(strings.ReplaceAll(e.value, "−", "-"))
		if err != nil || n < roleplay.MinMood || n > roleplay.MaxMood {
			s.add("mood_bad", e.pos, "", "value", e.value)
		} else {
			sc.Mood = n
		}
	}
	if e, ok := s.one("silence"); ok {
		m := silenceForm.FindStringSubmatch(quiz.Fold(e.value))
		if m == nil {
			s.add("silence_bad", e.pos, "", "value", e.value)
			return
		}
		prompt, _ := span(m[1])
		turn, _ := span(m[2])
		if prompt >= turn {
			s.add("silence_bad", e.pos, "", "value", e.value)
		}
		sc.Silence = roleplay.Silence{Prompt: prompt, Turn: turn}
	}
}

func (s *source) node(h *ast.Heading, end ast.Node) roleplay.Node {
	n := roleplay.Node{Title: s.text(h), Name: markdown.Slug(s.text(h)), Pos: s.line(at(h))}
	if n.Name == "" {
		s.add("node_nameless", at(h), "", "title", n.Title)
	}
	for b := h.NextSibling(); b != nil && b != end; b = b.NextSibling() {
		switch b := b.(type) {
		case *ast.Blockquote:
			n.Heard = append(n.Heard, s.heard(b)...)
		case *ast.List:
			for it := b.FirstChild(); it != nil; it = it.NextSibling() {
				if b.IsOrdered() {
					s.variant(&n, it)
				} else {
					s.choice(&n, it)
				}
			}
		case *ast.Paragraph:
			s.ending(&n, b)
		default:
			s.add("node_stray", at(b), "", "node", n.Title)
		}
	}
	return n
}

// heard reads a quotation: words, with who says them, or a fact in italics.
func (s *source) heard(q ast.Node) []roleplay.Speech {
	var list []roleplay.Speech
	for p := q.FirstChild(); p != nil; p = p.NextSibling() {
		e, italic := p.FirstChild().(*ast.Emphasis)
		if italic && e.Level == 1 && e.NextSibling() == nil {
			list = append(list, roleplay.Speech{Text: s.text(e), Act: true})
			continue
		}
		who, text := speaker(s.text(p))
		list = append(list, roleplay.Speech{Who: who, Text: text})
	}
	return list
}

var speakerForm = regexp.MustCompile(`^([^:«»"“”]{1,60}): ?([«"“].*)$`)

// speaker splits "Marta, di fretta: «…»".
func speaker(text string) (who, words string) {
	if m := speakerForm.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1]), m[2]
	}
	return "", text
}

// link reads the link of a choice or variant; ok is false when there is none.
func (s *source) link(it ast.Node) (text, to string, block ast.Node, ok bool) {
	block = it.FirstChild()
	if block == nil {
		s.add("choice_no_link", at(it), "")
		return "", "", nil, false
	}
	l, isLink := block.FirstChild().(*ast.Link)
	if !isLink || !strings.HasPrefix(string(l.Destination), "#") {
		s.add("choice_no_link", at(it), "")
		return "", "", nil, false
	}
	if _, others := s.codes(block); others {
		s.add("choice_text", at(it), "")
	}
	dest, err := url.PathUnescape(string(l.Destination[1:]))
	if err != nil {
		dest = string(l.Destination[1:])
	}
	to = markdown.Slug(dest)
	if to == "indietro" || to == "back" {
		to = roleplay.Back
	}
	return s.text(l), to, block, true
}

func (s *source) choice(n *roleplay.Node, it ast.Node) {
	text, to, block, ok := s.link(it)
	if !ok {
		return
	}
	c := roleplay.Choice{Text: text, To: to, Feedback: s.note(it), Pos: s.line(at(it))}
	if inner, found := strings.CutPrefix(text, "("); found && strings.HasSuffix(inner, ")") && strings.Count(inner, ")") == 1 {
		c.Act, c.Text = true, strings.TrimSuffix(inner, ")")
	}
	spans, _ := s.codes(block)
	c.Effect = s.effect(spans, at(it))
	n.Choices = append(n.Choices, c)
}

func (s *source) variant(n *roleplay.Node, it ast.Node) {
	text, to, block, ok := s.link(it)
	if !ok {
		return
	}
	who, words := speaker(text)
	v := roleplay.Variant{Who: who, Text: words, To: to, Pos: s.line(at(it))}
	spans, _ := s.codes(block)
	e := s.effect(spans, at(it))
	v.Mood = e.Mood
	if len(e.Statements)+len(e.Levels)+len(e.Errors)+len(e.Calls)+len(e.Reports) > 0 || e.Silent || to == roleplay.Back {
		s.add("variant_marks", at(it), "")
	}
	n.Variants = append(n.Variants, v)
}

var (
	statementForm = regexp.MustCompile(`^D\d{1,2}$`)
	errorForm     = regexp.MustCompile(`^E\d{1,2}$`)
	levelForm     = regexp.MustCompile(`^(R\d{1,2})=(\d{1,2})$`)
	moodForm      = regexp.MustCompile(`^(?:umore|mood)([+-]\d)$`)
)

// effect reads the marks of a choice.
func (s *source) effect(spans []string, pos int) roleplay.Effect {
	var e roleplay.Effect
	words := strings.Fields(strings.ReplaceAll(strings.Join(spans, " "), "−", "-"))
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case statementForm.MatchString(w):
			e.Statements = append(e.Statements, w)
		case errorForm.MatchString(w):
			e.Errors = append(e.Errors, w)
		case levelForm.MatchString(w):
			m := levelForm.FindStringSubmatch(w)
			value, _ := strconv.Atoi(m[2])
			e.Levels = append(e.Levels, roleplay.Level{Criterion: m[1], Value: value})
		case moodForm.MatchString(w):
			e.Mood, _ = strconv.Atoi(moodForm.FindStringSubmatch(w)[1])
		case (w == "dopo" || w == "after") && i+1 < len(words):
			i++
			d, ok := span(words[i])
			if !ok || d <= 0 || d > 10*time.Minute {
				s.add("mark_bad", pos, "", "mark", w+" "+words[i])
			}
			e.Silent, e.After = true, d
		case strings.HasPrefix(w, "chiama:") || strings.HasPrefix(w, "call:"):
			_, who, _ := strings.Cut(w, ":")
			e.Calls = append(e.Calls, who)
		case strings.HasPrefix(w, "segnala:") || strings.HasPrefix(w, "report:"):
			_, what, _ := strings.Cut(w, ":")
			e.Reports = append(e.Reports, what)
		default:
			s.add("mark_bad", pos, "", "mark", w)
		}
	}
	return e
}

var endWords = map[string]bool{
	"fine: riuscita": true, "end: success": true,
	"fine: interrotta": false, "end: broken off": false,
}

// ending reads "**Fine: riuscita** `richiede D1 D2@denaro`. Domanda?".
func (s *source) ending(n *roleplay.Node, p ast.Node) {
	strong, ok := p.FirstChild().(*ast.Emphasis)
	if !ok || strong.Level != 2 {
		s.add("node_stray", at(p), "", "node", n.Title)
		return
	}
	success, known := endWords[quiz.Fold(s.text(strong))]
	if !known {
		s.add("end_bad", at(p), "", "text", s.text(strong))
		return
	}
	if n.End != nil {
		s.add("end_twice", at(p), "", "node", n.Title)
		return
	}
	end := &roleplay.Ending{Success: success}
	rest := strings.TrimPrefix(s.text(p), s.text(strong))
	spans, _ := s.codes(p)
	for _, code := range spans {
		rest = strings.Replace(rest, code, "", 1)
		words := strings.Fields(code)
		if len(words) < 2 || words[0] != "richiede" && words[0] != "requires" {
			s.add("end_marks", at(p), "", "mark", code)
			continue
		}
		for _, w := range words[1:] {
			statement, via, _ := strings.Cut(w, "@")
			if !statementForm.MatchString(statement) {
				s.add("end_marks", at(p), "", "mark", w)
				continue
			}
			end.Due = append(end.Due, roleplay.Due{Statement: statement, Via: markdown.Slug(via), Pos: s.line(at(p))})
		}
	}
	end.Question = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(rest), ".:"))
	n.End = end
}
