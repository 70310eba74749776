// Package exchange brings branching stories in from other programs and makes
// call scripts of them: Twee 3, the text of Twine, and Ink.
//
// A passage or knot becomes a node: its text is what is heard, its links are
// what the volunteer may say. Stories have no rubric, and their variables and
// logic have no counterpart; the report says of every passage what was lost, and
// on which line. Where the state of a story would choose how it goes on, each way
// becomes a variant: chance chooses, or whoever leads.
// What comes out is a draft: a trainer adds statements, levels and errors, and
// the prover says what is missing.
package exchange

import (
	"regexp"
	"strconv"
	"strings"

	"abilita/content/markdown"
	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// Format is a file format of another program.
type Format string

// The formats.
const (
	Twee Format = "twee"
	Ink  Format = "ink"
)

// Import reads a story. A fault means that the file was refused as a whole;
// whatever else was wrong is in the report. The script has nodes and perhaps a
// title; the rest of it is for whoever writes it down.
func Import(f Format, src []byte) (roleplay.Script, foreign.Report, error) {
	text, told, err := foreign.AnyLines(src)
	if err == nil && len(text) > maxStory {
		err = foreign.ErrTooLarge.With("max", maxStory>>20)
	}
	if err != nil {
		return roleplay.Script{}, foreign.Report{}, err
	}
	b := builder{report: foreign.Report{Format: string(f), Entries: told}, slugs: map[string]int{}}
	switch f {
	case Twee:
		b.twee(text)
	case Ink:
		b.ink(text)
	default:
		return roleplay.Script{}, b.report, foreign.ErrNotFormat.With("format", string(f))
	}
	return b.script, b.report, nil
}

// What a story may hold.
const (
	maxStory = 1 << 20
	maxNodes = 1000
)

type builder struct {
	script roleplay.Script
	report foreign.Report
	slugs  map[string]int
}

func (b *builder) add(e foreign.Entry) {
	if e.Status == "" {
		e.Status = foreign.Read
	}
	b.report.Entries = append(b.report.Entries, e)
}

// title makes a title whose anchor no other node has.
func (b *builder) title(name string) string {
	name = strings.Join(strings.Fields(foreign.Printable(name)), " ")
	if markdown.Slug(name) == "" {
		name = strings.TrimSpace("momento " + name)
	}
	title, slug := name, markdown.Slug(name)
	for b.slugs[markdown.Slug(title)] > 0 || reserved(title) {
		b.slugs[slug]++ // so that a name that many share is not tried from the beginning each time
		title = name + " " + strconv.Itoa(max(2, b.slugs[slug]))
	}
	b.slugs[markdown.Slug(title)]++
	return title
}

// reserved are the names that lead back.
func reserved(title string) bool {
	s := markdown.Slug(title)
	return s == "indietro" || s == "back"
}

var (
	saysForm = regexp.MustCompile(`^(\p{Lu}[^:«»"“”]{0,58}): ?([«"“].*)$`)
	markForm = regexp.MustCompile(`^(?:(D\d{1,2})|(E\d{1,2})|(R\d{1,2})=([0-3])|(?:umore|mood)([+-]\d))$`)
)

// speech reads a line of what is heard.
func speech(line string) roleplay.Speech {
	if m := saysForm.FindStringSubmatch(line); m != nil {
		return roleplay.Speech{Who: strings.TrimSpace(m[1]), Text: m[2]}
	}
	return roleplay.Speech{Text: line}
}

// choice reads what the volunteer may say; text in brackets is an act.
func choice(text, to string) roleplay.Choice {
	c := roleplay.Choice{Text: text, To: to}
	if inner, found := strings.CutPrefix(text, "("); found && strings.HasSuffix(inner, ")") && strings.Count(inner, ")") == 1 && strings.Count(inner, "(") == 0 && len(inner) > 1 {
		c.Act, c.Text = true, strings.TrimSuffix(inner, ")")
	}
	return c
}

// mark reads a tag that means to us what it says: a statement, an error, a
// level, a mood.
func mark(tag string, e *roleplay.Effect) bool {
	m := markForm.FindStringSubmatch(tag)
	switch {
	case m == nil:
		return false
	case m[1] != "":
		e.Statements = append(e.Statements, m[1])
	case m[2] != "":
		e.Errors = append(e.Errors, m[2])
	case m[3] != "":
		level, _ := strconv.Atoi(m[4])
		e.Levels = append(e.Levels, roleplay.Level{Criterion: m[3], Value: level})
	default:
		e.Mood, _ = strconv.Atoi(m[5])
	}
	return true
}

// ending reads the tag of how a story ends.
func ending(tag string) (success, known bool) {
	switch strings.ToLower(tag) {
	case "riuscita", "success", "fine-riuscita", "win":
		return true, true
	case "interrotta", "broken", "broken-off", "fine-interrotta", "fail", "lose":
		return false, true
	}
	return false, false
}

// lines reads text as it is heard, without any markup: a line each.
func lines(text string, e *foreign.Entry) []string {
	var t foreign.Text
	if htmlForm.MatchString(text) {
		var notes []foreign.Note
		t, notes = foreign.FromHTML(strings.ReplaceAll(text, "\n", "<br>"))
		e.Add(notes...)
	} else {
		t = foreign.Plain(text, true)
	}
	list := make([]string, 0, len(t))
	for _, p := range t {
		if s := strings.TrimSpace(foreign.Reading(p.Text)); s != "" {
			list = append(list, s)
		}
	}
	return list
}

var htmlForm = regexp.MustCompile(`(?i)</?[a-z][a-z0-9]*(\s[^<>]*)?/?>|&[a-z]{2,8};|&#\d{1,6};`)

// one is text on a single line.
func one(text string, e *foreign.Entry) string { return strings.Join(lines(text, e), " ") }
