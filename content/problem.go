package content

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"abilita/course/roleplay"
)

// Severity is how grave a problem is.
type Severity int

// An error blocks publishing, a warning needs a written reason, advice needs
// nothing. The zero Severity is Error, so that a forgotten one blocks.
const (
	Error Severity = iota
	Warning
	Advice
)

// String is the word of the machine-readable report.
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Advice:
		return "advice"
	case Error:
	}
	return "error"
}

// Problem is a finding of a parser or a check, placed like a compiler's.
type Problem struct {
	File      string
	Line, Col int // from 1; 0 when the problem is of the whole file
	Severity  Severity
	Code      string          // key of the message table
	Args      []any           // name, value, name, value…
	Fix       string          // text to write instead, when there is one
	Walk      []roleplay.Stop // of a script: a way through it that shows the problem
	Mend      *Mend           // of a problem with one correction that nobody needs to think about, else nil
}

// Message is the problem in the reader's language, "it" or "en".
func (p Problem) Message(lang string) string { return p.fill(p.template(lang, false), lang) }

// Hint says how to mend it, "" when the message says all.
func (p Problem) Hint(lang string) string { return p.fill(p.template(lang, true), lang) }

func (p Problem) template(lang string, hint bool) string {
	m, ok := messages[p.Code]
	switch {
	case !ok:
		return p.Code
	case lang == "en" && hint:
		return m.fixEN
	case lang == "en":
		return m.en
	case hint:
		return m.fixIT
	}
	return m.it
}

// fill puts the values in place of {name}. A suggestion that is empty takes the
// part between angle marks around it away: "⟨ Forse {near}.⟩".
func (p Problem) fill(text, lang string) string {
	values := map[string]string{"fix": p.Fix}
	for i := 0; i+1 < len(p.Args); i += 2 {
		name, v := fmt.Sprint(p.Args[i]), fmt.Sprint(p.Args[i+1])
		if word, ok := terms[v]; ok && lang != "en" && (name == "kind" || name == "want" || name == "level" || name == "channel") {
			v = word
		}
		values[name] = v
	}
	for {
		from := strings.Index(text, "⟨")
		to := strings.Index(text, "⟩")
		if from < 0 || to < from {
			break
		}
		part := text[from+len("⟨") : to]
		for name, v := range values {
			if v == "" && strings.Contains(part, "{"+name+"}") {
				part = ""
			}
		}
		text = text[:from] + part + text[to+len("⟩"):]
	}
	pairs := make([]string, 0, 2*len(values))
	for name, v := range values {
		pairs = append(pairs, "{"+name+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Codes lists every code that a problem may carry, sorted.
func Codes() []string {
	list := make([]string, 0, len(messages))
	for c := range messages {
		list = append(list, c)
	}
	slices.Sort(list)
	return list
}

// sortProblems orders by file and place, the gravest first at the same place.
func sortProblems(ps []Problem) {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Col-b.Col, int(a.Severity-b.Severity), strings.Compare(a.Code, b.Code))
	})
}

// Worst counts problems by severity.
func Worst(ps []Problem) (errors, warnings, advice int) {
	for _, p := range ps {
		switch p.Severity {
		case Error:
			errors++
		case Warning:
			warnings++
		default:
			advice++
		}
	}
	return errors, warnings, advice
}
