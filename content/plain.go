package content

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// longestSentence is how many words a reader follows in one breath: guides to plain
// Italian ask for 20 to 25, and beyond 30 most readers go back.
const longestSentence = 30

var sentenceEnd = regexp.MustCompile(`[.!?…:;]+[»”")]*\s+`)

// plainer are words of offices with what people say, by language.
var plainer = map[string][]struct{ said, say string }{
	"it": {
		{`espletar\w*|espletat\w*`, "fare"},
		{`usufrui\w*|fruire`, "usare, avere"},
		{`suddett[oaie]|predett[oaie]|summenzionat[oaie]`, "questo"},
		{`altresì|nonché`, "anche, e"},
		{`qualora`, "se"},
		{`mediante|per il tramite di`, "con"},
		{`ottemper\w*`, "rispettare"},
		{`al fine di`, "per"},
		{`entro e non oltre`, "entro"},
		{`ai sensi d\w*`, "secondo"},
		{`in merito a\w*|relativamente a\w*`, "su"},
		{`pervenir\w*|pervenut\w*`, "arrivare"},
		{`rammentar\w*`, "ricordare"},
		{`certificazione delle competenze`, "abilitazione alla linea"},
	},
	"en": {
		{`utili[sz]e[sd]?|utili[sz]ing`, "use"},
		{`commence[sd]?|commencing`, "begin"},
		{`prior to`, "before"},
		{`in order to`, "to"},
		{`pursuant to|in accordance with`, "under, by"},
		{`aforementioned|aforesaid`, "this"},
		{`endeavou?r\w*`, "try"},
		{`ascertain\w*`, "find out"},
		{`in the event (?:of|that)`, "if"},
		{`with regard to|in respect of`, "about"},
	},
}

// jargon finds them in a language, each in a group of its own.
var jargon = map[string]*regexp.Regexp{"it": anyOf("it"), "en": anyOf("en")}

func anyOf(lang string) *regexp.Regexp {
	var words []string
	for _, w := range plainer[lang] {
		words = append(words, "("+w.said+")")
	}
	return regexp.MustCompile(`(?i)(?:^|[^\pL])(?:` + strings.Join(words, "|") + `)(?:$|[^\pL])`)
}

// plain gives advice about a text to study: titles that skip a level, sentences that
// are too long, words of offices. Tables and quoted calls are left in peace.
func (s *source) plain() {
	level := 1
	for n := s.body; n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			if h.Level > level+1 {
				s.add("heading_jump", at(h), "", "level", h.Level, "want", level+1)
			}
			level = h.Level
		}
		_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch n.Kind() {
			case ast.KindParagraph, ast.KindTextBlock:
				if entering {
					s.sentences(n)
				}
			case ast.KindBlockquote:
				return ast.WalkSkipChildren, nil
			}
			return ast.WalkContinue, nil
		})
	}
}

func (s *source) sentences(n ast.Node) {
	text := s.text(n)
	for _, sentence := range sentenceEnd.Split(text, -1) {
		if words := len(strings.Fields(sentence)); words > longestSentence {
			s.add("sentence_long", at(n), "", "words", words, "text", short(sentence))
		}
	}
	lang := s.file.Lang
	for _, m := range jargon[lang].FindAllStringSubmatchIndex(text, -1) {
		for i, w := range plainer[lang] {
			if from, until := m[2*i+2], m[2*i+3]; from >= 0 {
				s.add("jargon", at(n), "", "word", text[from:until], "say", w.say)
			}
		}
	}
}
