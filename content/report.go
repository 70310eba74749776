package content

import (
	"encoding/json"
	"fmt"
	"io"

	"abilita/course/roleplay"
)

// Report is what `abilita check` says of a pack.
type Report struct {
	Pack     string
	Lang     string
	Files    []File
	Counts   Counts
	Problems []Problem
}

// Inspect loads and checks one language of a pack.
func Inspect(p Pack, loaded []Problem) Report { return report(p, loaded, Check(p)) }

// InspectWith is Inspect with CheckWith.
func InspectWith(p Pack, loaded []Problem, prove func(Script) roleplay.Proof) Report {
	return report(p, loaded, CheckWith(p, prove))
}

func report(p Pack, loaded, checked []Problem) Report {
	r := Report{Pack: p.Name, Lang: p.Lang, Files: p.Files(), Counts: p.Counts()}
	r.Problems = append(append(r.Problems, loaded...), checked...)
	sortProblems(r.Problems)
	p.mendAll(r.Problems)
	return r
}

// OK says whether the pack may be published: no error, and no warning either
// when strict. Warnings need a reason that somebody writes elsewhere.
func (r Report) OK(strict bool) bool {
	errors, warnings, _ := Worst(r.Problems)
	return errors == 0 && (!strict || warnings == 0)
}

// Write prints one line a problem, "file:line:col: severity: message (fix)", in
// the reader's language, advice only when asked, then a line with the counts.
func (r Report) Write(w io.Writer, lang string, advice bool) error {
	for _, p := range r.Problems {
		if p.Severity == Advice && !advice {
			continue
		}
		if _, err := fmt.Fprintln(w, p.Text(lang)); err != nil {
			return err
		}
	}
	errors, warnings, hints := Worst(r.Problems)
	format := "%s/%s: %d file; errori %d, avvisi %d, consigli %d\n"
	if lang == "en" {
		format = "%s/%s: %d files; errors %d, warnings %d, advice %d\n"
	}
	_, err := fmt.Fprintf(w, format, r.Pack, r.Lang, len(r.Files), errors, warnings, hints)
	return err
}

var severityWords = map[Severity]string{Error: "errore", Warning: "avviso", Advice: "consiglio"}

// Text is the line of a problem, as a compiler would print it.
func (p Problem) Text(lang string) string {
	place := p.File
	if place == "" {
		place = "-"
	}
	if p.Line > 0 {
		place += fmt.Sprintf(":%d:%d", p.Line, p.Col)
	}
	word := severityWords[p.Severity]
	if lang == "en" {
		word = p.Severity.String()
	}
	text := place + ": " + word + ": " + p.Message(lang)
	if hint := p.Hint(lang); hint != "" {
		text += " (" + hint + ")"
	}
	return text
}

type jsonProblem struct {
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Fix      string `json:"fix,omitempty"`
	Mend     *Mend  `json:"mend,omitempty"`
}

type jsonFile struct {
	Path    string `json:"path"`
	Kind    Kind   `json:"kind"`
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version string `json:"version"`
	Lang    string `json:"lang"`
	Hash    string `json:"sha256"`
}

// JSON writes the whole report for programs: counts, files with their hashes,
// problems with code, place and words in the reader's language.
func (r Report) JSON(w io.Writer, lang string) error {
	errors, warnings, advice := Worst(r.Problems)
	out := struct {
		Pack     string        `json:"pack"`
		Lang     string        `json:"lang"`
		OK       bool          `json:"ok"`
		Errors   int           `json:"errors"`
		Warnings int           `json:"warnings"`
		Advice   int           `json:"advice"`
		Counts   Counts        `json:"counts"`
		Files    []jsonFile    `json:"files"`
		Problems []jsonProblem `json:"problems"`
	}{
		Pack: r.Pack, Lang: r.Lang, OK: r.OK(false), Errors: errors, Warnings: warnings, Advice: advice, Counts: r.Counts,
		Files: []jsonFile{}, Problems: []jsonProblem{},
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, jsonFile{f.Path, f.Kind, f.ID, f.Title, f.Version, f.Lang, f.Hash})
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, jsonProblem{p.File, p.Line, p.Col, p.Severity.String(), p.Code, p.Message(lang), p.Hint(lang), p.Fix, p.Mend})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
