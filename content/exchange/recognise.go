package exchange

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"abilita/content"
	"abilita/internal/foreign"
)

var (
	rootForm   = regexp.MustCompile(`<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)`)
	markupForm = regexp.MustCompile(`(?s)<\?.*?\?>|<!--.*?-->|<![^>]*>`)
	answerForm = regexp.MustCompile(`(?m)^ANSWER:\s*[A-Za-z]\s*$`)
	tweeForm   = regexp.MustCompile(`(?m)^::\s*\S[^\n:]*$`)
	inkForm    = regexp.MustCompile(`(?m)^\s*(?:={2,}\s*\w|->\s*\w)`)
	giftForm   = regexp.MustCompile(`(?s)[^\\]\{[^{}]*[^\\{}]?\}|::[^\n]+::`)
	headerForm = regexp.MustCompile(`\A(?:\xef\xbb\xbf)?# [^\n]*\r?\n+- id: `)
)

// byEnding are endings that only one format has.
var byEnding = map[string]Format{".gift": GIFT, ".twee": Twee, ".tw": Twee, ".ink": Ink, ".md": Markdown, ".markdown": Markdown, ".aiken": Aiken}

// lookAt is how much of a file is looked at to tell what it is.
const lookAt = 256 << 10

// Recognise tells the format of a file by its content and name; ErrUnknown when
// it cannot. It looks, and refuses nothing that the reader of the format refuses in
// better words.
func Recognise(name string, src []byte) (Format, error) {
	if foreign.IsArchive(src) {
		return recogniseArchive(src)
	}
	head := src[:min(len(src), lookAt)]
	for len(head) > 0 && !utf8.Valid(head) && len(src) > len(head) && len(head) > lookAt-utf8.UTFMax {
		head = head[:len(head)-1] // the middle of a letter
	}
	text, _, err := foreign.AnyLines(head)
	if err != nil { // its reader says why
		text = string(head)
	}
	text = strings.TrimSpace(text)
	ending := strings.ToLower(path.Ext(name))
	if f, ok := byEnding[ending]; ok {
		return f, nil
	}
	if strings.HasPrefix(text, "<") {
		if m := rootForm.FindStringSubmatch(markupForm.ReplaceAllString(text, "")); m != nil {
			switch root := strings.ToLower(strings.TrimPrefix(m[2], "qti-")); {
			case root == "quiz":
				return Moodle, nil
			case strings.HasPrefix(m[2], "qti-"), strings.HasPrefix(root, "assessment"), root == "questestinterop", root == "item", root == "manifest":
				return QTI, nil
			}
		}
		return "", ErrUnknown
	}
	switch {
	case answerForm.MatchString(text):
		return Aiken, nil
	case tweeForm.MatchString(text):
		return Twee, nil
	case giftForm.MatchString(text):
		return GIFT, nil
	case inkForm.MatchString(text):
		return Ink, nil
	}
	return "", ErrUnknown
}

// recogniseArchive tells a package of questions, a pack and a handbook apart.
func recogniseArchive(src []byte) (Format, error) {
	a, err := content.OpenPack(src)
	if err != nil {
		return "", err
	}
	texts, xml := 0, 0
	for _, name := range a.Names() {
		switch strings.ToLower(path.Ext(name)) {
		case ".md", ".markdown":
			texts++
		case ".xml":
			xml++
		}
	}
	if a.Has("imsmanifest.xml") || xml > 0 && texts == 0 {
		return QTI, nil
	}
	for _, name := range a.Names() {
		if content.KindOf(content.InLanguage(name)) == "" {
			continue
		}
		if text, err := a.Read(name); err == nil && headerForm.Match(bytes.TrimSpace(text)) {
			return Pack, nil
		}
	}
	if texts > 0 {
		return Markdown, nil
	}
	return "", ErrUnknown
}
