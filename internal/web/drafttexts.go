package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/web/ui"
)

func countShape(n int, some ui.State) ui.State {
	if n == 0 {
		return ui.Done
	}
	return some
}

func changeMark(b *ui.Base, f content.DraftFile) ui.Mark {
	shape := map[content.Change]ui.State{content.Same: ui.None, content.Edited: ui.Current, content.Added: ui.Todo, content.Removed: ui.Off}[f.Change]
	if f.Overtaken {
		return ui.Mark{State: ui.Warning, Word: b.T("draft.overtaken")}
	}
	if f.Change == content.Removed {
		shape = ui.Stopped
	}
	return ui.Mark{State: shape, Word: b.T("draft.change_" + string(f.Change))}
}

func severityMark(b *ui.Base, s content.Severity) ui.Mark {
	shape := map[content.Severity]ui.State{content.Error: ui.Stopped, content.Warning: ui.Warning, content.Advice: ui.None}[s]
	return ui.Mark{State: shape, Word: b.T("draft.severity_" + s.String())}
}

// problemRow is a finding with a link to its line; before names its file where
// that is not plain.
func problemRow(b *ui.Base, d app.DraftPage, f content.Problem, before string) ui.ProblemRow {
	lang := string(b.Printer.Lang())
	row := ui.ProblemRow{Mark: severityMark(b, f.Severity), Line: f.Line, Href: draftFilePath(d.ID, f.File), Text: f.Message(lang), Hint: capital(f.Hint(lang))}
	if content.MediaPath(f.File) {
		row.Href = draftPath(d.ID) + "#h-media"
	}
	row.Where = strings.TrimSuffix(before, ", ")
	if f.Line > 0 {
		row.Where, row.Href = before+b.T("draft.line_n", "N", f.Line), row.Href+"#L"+strconv.Itoa(f.Line)
	} else if row.Where == "" {
		row.Where = b.T("draft.whole_file")
	}
	if script := d.ScriptAt(f.File); script != nil && len(f.Walk) > 0 {
		row.TryWord, row.Steps = b.T("draft.how_to"), walkSteps(script.Script, f.Walk)
	}
	return row
}

// walkSteps tells a way through a script step by step: each moment, and what is
// said or happens there.
func walkSteps(s roleplay.Script, walk []roleplay.Stop) []ui.Step {
	var steps []ui.Step
	for i, stop := range walk {
		at := slices.IndexFunc(s.Nodes, func(n roleplay.Node) bool { return n.Name == stop.Node })
		if at < 0 {
			continue
		}
		n := s.Nodes[at]
		step := ui.Step{State: ui.Done, Title: momentTitle(n)}
		switch {
		case stop.Taken >= 0 && stop.Taken < len(n.Choices):
			c := n.Choices[stop.Taken]
			if step.Text = plain(c.Text); c.Act {
				step.Text = "(" + step.Text + ")"
			}
			if len(c.Effect.Errors) > 0 {
				step.State = ui.Critical
			}
		case stop.Taken >= 0 && stop.Taken < len(n.Variants):
			step.Text = strings.TrimPrefix(n.Variants[stop.Taken].Who+": "+plain(n.Variants[stop.Taken].Text), ": ")
		}
		if i == len(walk)-1 && n.End == nil {
			step.State = ui.Stopped
		}
		steps = append(steps, step)
	}
	return steps
}

// remarkRows lists what was said of a draft, or of one of its files.
func remarkRows(b *ui.Base, d app.DraftPage, path string) []ui.RemarkRow {
	var list []ui.RemarkRow
	for _, n := range d.Notes {
		if path != "" && n.Path != path {
			continue
		}
		row := ui.RemarkRow{Who: cmp.Or(n.Author, b.T("draft.somebody")), What: b.T("draft.did_" + n.Kind), When: b.DayTime(n.At), Machine: b.Machine(n.At), Text: n.Body}
		if n.Path != "" {
			row.Where = &ui.Link{Href: draftFilePath(d.ID, n.Path), Text: n.Path}
			if n.Line > 0 {
				row.Where.Href += "#L" + strconv.Itoa(n.Line)
				row.Where.Text += ", " + b.T("draft.line_n", "N", n.Line)
			}
		}
		list = append(list, row)
	}
	return list
}

// fileDiff shows what changed in a file.
func fileDiff(b *ui.Base, i int, f content.DraftFile, title string) ui.FileDiff {
	d := ui.FileDiff{ID: "f" + strconv.Itoa(i), Title: capital(title), Path: f.Path, Mark: changeMark(b, f)}
	switch f.Change {
	case content.Added:
		d.Hunks = hunks(b, "", f.Body)
	case content.Removed:
		d.Note = b.T("draft.gone")
	case content.Same, content.Edited:
		d.Hunks = hunks(b, f.Published, f.Body)
	}
	return d
}

// around is how many lines of the text stand around a difference.
const around = 3

func hunks(b *ui.Base, before, after string) []ui.Hunk {
	var list []ui.Hunk
	for _, h := range content.Hunks(content.Diff(before, after), around) {
		var hunk ui.Hunk
		for _, l := range h {
			row := ui.DiffLine{Old: lineNumber(l.Old), New: lineNumber(l.New), Text: l.Text}
			switch l.Change {
			case content.Added:
				row.Sign, row.Word, row.Class = "+", b.T("draft.line_added"), "plus"
			case content.Removed:
				row.Sign, row.Word, row.Class = "−", b.T("draft.line_removed"), "minus"
			case content.Same, content.Edited:
			}
			hunk.Lines = append(hunk.Lines, row)
		}
		list = append(list, hunk)
	}
	return list
}

func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// sentence is an error in the reader's words.
func sentence(b *ui.Base, err error) string {
	var words []string
	for _, f := range faults(err) {
		words = append(words, b.Fault(f))
	}
	return strings.Join(words, " ")
}

// worstAt finds, for each line of a text, the gravest problem there.
func worstAt(problems []content.Problem) map[int]content.Severity {
	worst := map[int]content.Severity{}
	for _, f := range problems {
		if at, ok := worst[f.Line]; !ok || f.Severity < at {
			worst[f.Line] = f.Severity
		}
	}
	return worst
}

// sortedProblems puts errors before warnings before advice, each in the order of the text.
func sortedProblems(list []content.Problem) []content.Problem {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b content.Problem) int { return int(a.Severity - b.Severity) })
	return list
}
