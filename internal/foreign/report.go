// Package foreign reads what other programs wrote, and accounts for it.
//
// Files from elsewhere are taken apart within limits: XML without entities,
// of bounded size, depth and number of elements (Parse); archives whose
// names stay inside and whose contents stay small (Open); HTML and plain text
// turned into the Markdown that our formats can hold (Text). A Report says of
// every part of a file what became of it: read, adapted (and what was lost), or
// not taken (and why), with its lines. Nothing is written and nothing is
// fetched here.
package foreign

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Status is what became of a part of a file.
type Status string

// The three. Adapted means that something was lost on the way; LeftOut that
// nothing of it went over.
const (
	Read    Status = "read"
	Adapted Status = "adapted"
	LeftOut Status = "left_out"
)

// Note says what was lost, or why nothing was taken.
type Note struct {
	Line int    // 0 when it is of the whole entry
	Code string // key of the table of words
	Args []any  // name, value, name, value…
}

// Lost makes a note without a line.
func Lost(code string, args ...any) Note { return Note{Code: code, Args: args} }

// Message is the note in the reader's language, "it" or "en".
func (n Note) Message(lang string) string {
	w, ok := words[n.Code]
	if !ok {
		return n.Code
	}
	text := w.it
	if lang == "en" {
		text = w.en
	}
	for i := 0; i+1 < len(n.Args); i += 2 {
		text = strings.ReplaceAll(text, "{"+fmt.Sprint(n.Args[i])+"}", fmt.Sprint(n.Args[i+1]))
	}
	return text
}

// Kinds of entries.
const (
	Question = "question"
	Category = "category"
	Comment  = "comment"
	Passage  = "passage"
	Module   = "module"
	Other    = "other"
	Resource = "file"
)

// Entry is a part of a file: a question, a category, a passage, a line that
// was not understood, a file of an archive.
type Entry struct {
	File     string // in an archive, "" for the file itself
	From, To int    // its lines, from 1; both 0 when it has none
	Kind     string
	Name     string // as the source calls it
	Item     string // what it is called here, "" when nothing was taken
	Status   Status
	Notes    []Note
}

// maxNotes of an entry: who lost more than that is told so.
const maxNotes = 40

// Add appends notes: what was read becomes adapted.
func (e *Entry) Add(notes ...Note) {
	for _, n := range notes {
		if len(e.Notes) > maxNotes {
			return
		}
		if len(e.Notes) == maxNotes {
			n = Lost("more_lost")
		}
		if e.Status == Read || e.Status == "" {
			e.Status = Adapted
		}
		if !e.has(n) {
			e.Notes = append(e.Notes, n)
		}
	}
}

func (e *Entry) has(n Note) bool {
	for _, m := range e.Notes {
		if m.Code == n.Code && m.Line == n.Line && fmt.Sprint(m.Args) == fmt.Sprint(n.Args) {
			return true
		}
	}
	return false
}

// Refuse marks the entry as not taken and says why.
func (e *Entry) Refuse(code string, args ...any) {
	e.Status, e.Item = LeftOut, ""
	e.Notes = append(e.Notes, Lost(code, args...))
}

// Report accounts for a file, in its order.
type Report struct {
	Format  string
	Entries []Entry
}

// Count is how many entries have a status.
func (r Report) Count(s Status) int {
	n := 0
	for _, e := range r.Entries {
		if e.Status == s {
			n++
		}
	}
	return n
}

var statusWords = map[Status]phrase{
	Read: {"letto", "read"}, Adapted: {"adattato", "adapted"}, LeftOut: {"lasciato fuori", "left out"},
}

var kindWords = map[string]phrase{
	Question: {"domanda", "question"}, Category: {"categoria", "category"}, Comment: {"commento", "comment"},
	Passage: {"momento", "passage"}, Module: {"modulo", "module"}, Other: {"riga", "line"}, Resource: {"file", "file"},
}

func (p phrase) in(lang string) string {
	if lang == "en" {
		return p.en
	}
	return p.it
}

// What says in the reader's language what kind of thing an entry is.
func (e Entry) What(lang string) string { return kindWords[e.Kind].in(lang) }

// Text is the line of an entry, placed like a compiler's finding.
func (e Entry) Text(file, lang string) string {
	var b strings.Builder
	b.WriteString(file)
	if e.File != "" {
		b.WriteString("!" + e.File)
	}
	if e.From > 0 {
		fmt.Fprintf(&b, ":%d", e.From)
	}
	fmt.Fprintf(&b, ": %s: %s", statusWords[e.Status].in(lang), kindWords[e.Kind].in(lang))
	if e.Item != "" {
		b.WriteString(" " + e.Item)
	} else if e.Name != "" {
		fmt.Fprintf(&b, " «%s»", Short(e.Name))
	}
	for i, n := range e.Notes {
		mark := "; "
		if i == 0 {
			mark = ": "
		}
		b.WriteString(mark + n.Message(lang))
		if n.Line > 0 && n.Line != e.From {
			fmt.Fprintf(&b, " (%s %d)", kindWords[Other].in(lang), n.Line)
		}
	}
	return strings.Map(func(r rune) rune { // names and texts of strangers: nothing that moves a terminal
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, Printable(b.String()))
}

// Write prints what was adapted or not taken, everything when all is set, and a
// line with the counts.
func (r Report) Write(w io.Writer, file, lang string, all bool) error {
	var b strings.Builder
	for _, e := range r.Entries {
		if all || e.Status != Read {
			b.WriteString(e.Text(file, lang) + "\n")
		}
	}
	format := "%s: interi %d, adattati %d, lasciati fuori %d\n"
	if lang == "en" {
		format = "%s: whole %d, adapted %d, left out %d\n"
	}
	fmt.Fprintf(&b, format, file, r.Count(Read), r.Count(Adapted), r.Count(LeftOut))
	_, err := io.WriteString(w, b.String())
	return err
}

type jsonNote struct {
	Line    int    `json:"line,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type jsonEntry struct {
	File   string     `json:"file,omitempty"`
	From   int        `json:"from,omitempty"`
	To     int        `json:"to,omitempty"`
	Kind   string     `json:"kind"`
	Name   string     `json:"name,omitempty"`
	Item   string     `json:"item,omitempty"`
	Status Status     `json:"status"`
	Notes  []jsonNote `json:"notes,omitempty"`
}

// JSON writes the report for programs. written are the files that were made.
func (r Report) JSON(w io.Writer, file, lang string, written []string) error {
	out := struct {
		File    string      `json:"file"`
		Format  string      `json:"format"`
		Read    int         `json:"read"`
		Adapted int         `json:"adapted"`
		LeftOut int         `json:"left_out"`
		Written []string    `json:"written"`
		Entries []jsonEntry `json:"entries"`
	}{
		File: file, Format: r.Format, Read: r.Count(Read), Adapted: r.Count(Adapted), LeftOut: r.Count(LeftOut),
		Written: append([]string{}, written...), Entries: []jsonEntry{},
	}
	for _, e := range r.Entries {
		j := jsonEntry{File: e.File, From: e.From, To: e.To, Kind: e.Kind, Name: e.Name, Item: e.Item, Status: e.Status}
		for _, n := range e.Notes {
			j.Notes = append(j.Notes, jsonNote{n.Line, n.Code, n.Message(lang)})
		}
		out.Entries = append(out.Entries, j)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

// Short cuts a text to what fits on a line of a report.
func Short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}
