package exchange

import (
	"regexp"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

var (
	aikenOption = regexp.MustCompile(`^\s*([A-Z])[.)](\s*)(.*)$`)
	aikenAnswer = regexp.MustCompile(`^\s*ANSWER:\s*(.*?)\s*$`)
	aikenLetter = regexp.MustCompile(`^([A-Z])[.)]`) // and, for some, the answer again
)

// aiken reads Aiken: the question on a line, a line for each option, ANSWER and
// a letter.
func (im *importer) aiken(src []byte) error {
	text, told, err := foreign.AnyLines(src)
	if err != nil {
		return err
	}
	im.report.Entries = append(im.report.Entries, told...)
	a := aikenReader{im: im}
	for i, line := range strings.Split(text, "\n") {
		a.line(line, i+1)
	}
	a.end("answer_word")
	return nil
}

type aikenReader struct {
	im      *importer
	d       *draft
	stem    []string
	letters []string
	texts   []string
}

func (a *aikenReader) line(line string, n int) {
	trimmed := strings.TrimSpace(line)
	option := a.option(line)
	key := aikenAnswer.FindStringSubmatch(line)
	switch {
	case trimmed == "":
		return
	case key != nil && a.d == nil:
		a.im.add(foreign.Entry{From: n, To: n, Kind: foreign.Other, Name: trimmed, Status: foreign.LeftOut, Notes: []foreign.Note{foreign.Lost("line_unknown", "text", foreign.Short(trimmed))}})
	case key != nil:
		a.d.To = n
		a.choose(key[1])
		a.d, a.stem, a.letters, a.texts = nil, nil, nil, nil
	case option != nil && a.d != nil:
		a.letters, a.texts, a.d.To = append(a.letters, option[1]), append(a.texts, option[3]), n
	case len(a.letters) > 0:
		a.end("answer_word") // the one before never said its answer
		a.begin(trimmed, n)
	case a.d != nil:
		a.stem, a.d.To = append(a.stem, trimmed), n
	default:
		a.begin(trimmed, n)
	}
}

// option takes a line apart that begins an answer. Without a space after its
// letter it is one only when that letter comes next: initials begin lines too.
func (a *aikenReader) option(line string) []string {
	m := aikenOption.FindStringSubmatch(line)
	if m == nil || m[2] == "" && m[1] != string(rune('A'+len(a.letters))) {
		return nil
	}
	return m
}

func (a *aikenReader) begin(text string, n int) {
	a.d = &draft{Entry: foreign.Entry{From: n, To: n, Kind: foreign.Question, Name: foreign.Short(text)}}
	a.stem = []string{text}
}

func (a *aikenReader) choose(letter string) {
	d, found := a.d, false
	d.it.Type = quiz.One
	if m := aikenLetter.FindStringSubmatch(letter); m != nil {
		letter = m[1]
	}
	for i, text := range a.texts {
		o := quiz.Option{Text: d.line(foreign.Plain(text, false))}
		if o.Text == "" {
			d.Add(foreign.Lost("answer_empty"))
			continue
		}
		if a.letters[i] == letter && !found {
			found, o.Key = true, quiz.Right
		}
		d.it.Options = append(d.it.Options, o)
	}
	switch {
	case len(a.texts) == 0:
		d.Refuse("no_answers")
	case !found:
		d.Refuse("answer_letter", "letter", foreign.Short(letter))
	default:
		d.stem(foreign.Plain(strings.Join(a.stem, "\n"), true), 0)
	}
	a.im.take(d)
}

// end gives up on a question.
func (a *aikenReader) end(why string) {
	if a.d == nil {
		return
	}
	a.d.Refuse(why)
	a.im.take(a.d)
	a.d, a.stem, a.letters, a.texts = nil, nil, nil, nil
}
