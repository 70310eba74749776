package content

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"abilita/content/markdown"
	"abilita/internal/pan"
)

var (
	taxCodeForm = regexp.MustCompile(`(?i)\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b`)
	// An Italian mobile, or a number with the country code, as people write them.
	phoneForm = regexp.MustCompile(`(?:\+39[ .-]?|\b0039[ .-]?)\d[\d .-]{7,12}\d|\b3\d{2}[ .-]?\d{3}[ .-]?\d{3,4}\b|\b0\d{1,3}[ .-]\d{3,4}[ .-]?\d{3,4}\b`)
	// Numbers of help services that change or belong to the line's directory.
	helpForm        = regexp.MustCompile(`\b(?:112|113|115|118|114|116[ .]?117|116[ .]?111|116[ .]?000|1[ .]?96[ .]?96|1522|800[ .-]\d{3}[ .-]?\d{3}|02[ .]?2327[ .]?2327)\b`)
	helpContext     = regexp.MustCompile(`(?i)\b(?:chiam\w*|telefon\w*|numero|numeri|compon\w*|emergenz\w*|call\w*|dial\w*|phone|number)\b`)
	placeholderForm = regexp.MustCompile(`\{([^{}\n]{1,40})\}`)
)

// placeholders are the words between braces that the program fills in.
var placeholders = map[string]string{
	"emergenza": "emergency", "ascolto": "listening", "infanzia": "children", "responsabile": "supervisor", "nome": "name",
	"emergency": "emergency", "listening": "listening", "children": "children", "supervisor": "supervisor", "name": "name",
}

// Placeholder returns the name that the program knows for the word between
// braces, in either language: {emergenza} and {emergency} are both "emergency".
func Placeholder(word string) (string, bool) {
	name, ok := placeholders[word]
	return name, ok
}

// lint looks for what no file may hold, wherever it stands.
func (s *source) lint() {
	s.real()
	tagged := 0 // line of the last tag: its closing one is the same problem
	_ = ast.Walk(s.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock:
			s.add("html", at(n), "")
		case *ast.RawHTML:
			if n.Segments.Len() > 0 && s.line(n.Segments.At(0).Start) != tagged {
				tagged = s.line(n.Segments.At(0).Start)
				s.add("html", n.Segments.At(0).Start, "")
			}
		case *east.Table:
			if s.file.Kind != KindModule && s.file.Kind != "" {
				s.add("table_here", at(n), "")
			}
		case *ast.Link:
			if !markdown.SafeLink(string(n.Destination)) {
				s.add("link_unsafe", at(n.Parent()), "", "link", string(n.Destination))
				break
			}
			s.mention(n, string(n.Destination), false)
		case *ast.Image:
			if _, _, here := relative(string(n.Destination)); !here || !markdown.SafePicture(string(n.Destination)) {
				s.add("picture_unsafe", at(n.Parent()), "", "link", string(n.Destination))
			} else {
				s.mention(n, string(n.Destination), true)
			}
			if s.text(n) == "" {
				s.add("picture_silent", at(n.Parent()), "")
			}
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkURL && !markdown.SafeLink(string(n.URL(s.src))) {
				s.add("link_unsafe", at(n.Parent()), "", "link", string(n.URL(s.src)))
			}
		}
		return ast.WalkContinue, nil
	})
}

// real looks for strings that may belong to a real person, line by line for
// their place; a number broken over two lines is found in the whole.
func (s *source) real() {
	found := false
	for i, start := range s.starts {
		end := len(s.src)
		if i+1 < len(s.starts) {
			end = s.starts[i+1]
		}
		line := string(s.src[start:end])
		s.braces(start, line)
		if !strings.ContainsAny(line, "0123456789０１２３４５６７８９") {
			continue
		}
		if from, _ := pan.FindCardNumber(line); from >= 0 {
			found = true
			s.add("card_number", start+from, "")
		}
		if from, _ := pan.FindIBAN(line); from >= 0 {
			s.add("iban", start+from, "")
			continue
		}
		if m := taxCodeForm.FindStringIndex(line); m != nil {
			s.add("tax_code", start+m[0], "")
		}
		help := helpForm.FindStringIndex(line)
		phone := phoneForm.FindStringIndex(line)
		switch {
		case help != nil && (helpContext.MatchString(line) || help[1]-help[0] > 6):
			s.add("help_number", start+help[0], "", "number", line[help[0]:help[1]])
		case phone != nil:
			s.add("phone", start+phone[0], "", "number", strings.TrimSpace(line[phone[0]:phone[1]]))
		}
	}
	if joined := strings.ReplaceAll(string(s.src), "\n", " "); !found && pan.HasCardNumber(joined) {
		from, _ := pan.FindCardNumber(joined)
		s.add("card_number", from, "")
	}
}

// braces looks for words between braces that the program cannot fill in.
func (s *source) braces(start int, line string) {
	if !strings.Contains(line, "{") {
		return
	}
	for _, m := range placeholderForm.FindAllStringSubmatchIndex(line, -1) {
		word := line[m[2]:m[3]]
		if _, ok := placeholders[word]; !ok {
			s.add("placeholder_unknown", start+m[0], "", "name", word, "near", nearest(word, placeholders))
		}
	}
}
