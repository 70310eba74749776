package content

import (
	"embed"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// Templates lists what a new file may begin as. A quiz is a bank or an exam.
var Templates = []string{"module", "script", "bank", "exam", "rubric", "checklist"}

// Beginning is what the text of a new file is told of its place.
type Beginning struct {
	ID, Title string
	Line      string // code
	Channel   string // in the words of the language
	Module    string // id of a module that questions may belong to
}

// TemplateKind is the kind of file that a template makes, "" for no template.
func TemplateKind(template string) Kind {
	switch template {
	case "bank", "exam":
		return KindQuiz
	case "module", "script", "rubric", "checklist", "programme":
		return Kind(template)
	}
	return ""
}

// Begin is the text of a new file: it has no error when its place has what it
// names. Lang is "it" or "en"; any other is Italian.
func Begin(template, lang string, in Beginning) string {
	if lang != "en" {
		lang = "it"
	}
	text, err := templateFiles.ReadFile("templates/" + lang + "/" + template + ".md")
	if err != nil {
		return ""
	}
	line := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return strings.NewReplacer("@id@", line(in.ID), "@title@", line(in.Title), "@line@", line(in.Line), "@channel@", line(in.Channel), "@module@", line(in.Module)).Replace(string(text))
}

// ChannelWord is a channel in the words of a language, as files write it.
func ChannelWord(channel, lang string) string {
	if lang == "en" {
		return channel
	}
	if word, ok := terms[channel]; ok {
		return word
	}
	return channel
}

// ShortKind is how the id of a new file begins, by its template.
func ShortKind(template string) string {
	return map[string]string{"module": "mo", "script": "rp", "bank": "qz", "exam": "qz", "rubric": "gr", "checklist": "li", "programme": "pr"}[template]
}
