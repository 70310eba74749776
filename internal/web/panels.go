package web

import (
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

// turnMark is how a turn stands for who judged it.
func turnMark(p *ui.Tasks, t app.Turn) ui.Mark {
	switch t.Accord {
	case roleplay.Wanting:
		return ui.Mark{State: ui.Waiting, Word: p.T("assess.waits_other", "N", t.Needed-t.Given)}
	case roleplay.Disputed:
		return ui.Mark{State: ui.Waiting, Word: p.T("assess.waits_arbiter")}
	case roleplay.Agreed, roleplay.Arbitrated:
	}
	return p.Mark(ui.Done)
}

// todoMark says what somebody who has not judged a turn may do for it.
func todoMark(p *ui.Tasks, t app.Turn) ui.Mark {
	m := ui.Mark{State: ui.Waiting, Word: p.T("assess.waits")}
	switch {
	case t.Accord == roleplay.Wanting:
		m.Word = p.T("assess.wants", "N", t.Given+1, "Of", t.Needed)
	case t.Accord == roleplay.Disputed:
		m = ui.Mark{State: ui.Warning, Word: p.T("assess.wants_arbiter")}
	case t.Any != 0:
		m.Word = p.T("assess.by_another")
	}
	return m
}

// amongText says what one judgement of several is worth; empty for a single one.
func amongText(t i18n.Printer, a app.Assessed) string {
	switch {
	case a.Panel == 0:
		return ""
	case a.Accord == roleplay.Disputed:
		return t.T("assess.among_disputed")
	case a.Waiting:
		return t.T("assess.among_waiting")
	case a.Accord == roleplay.Agreed:
		return t.T("assess.among_agreed", "Score", a.Settled.Score/100)
	case a.Counts:
		return t.T("assess.among_decides")
	}
	return t.T("assess.among_overruled")
}

// judgedRows are the judgements of one call in short.
func judgedRows(t i18n.Printer, list []app.Verdict) []ui.JudgedRow {
	var rows []ui.JudgedRow
	for _, v := range list {
		row := ui.JudgedRow{Href: assessmentPath(v.ID), By: v.By, Mark: callMark(t, v.Passed, len(v.Errors) > 0), Score: t.T("call.points_of", "Score", v.Score/100), Note: v.Note}
		if len(v.Errors) > 0 {
			row.Errors = t.T("assess.errors_named", "Names", t.Join(v.Errors))
		}
		if v.Arbiter {
			row.By = t.T("assess.as_arbiter", "Name", v.By)
		}
		rows = append(rows, row)
	}
	return rows
}
