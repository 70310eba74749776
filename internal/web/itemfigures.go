package web

import (
	"strconv"
	"strings"

	"abilita/internal/app"
	"abilita/internal/web/ui"
	"abilita/quiz"
	"abilita/quiz/itemstat"
)

// itemFigures puts the figures of an item into words, or says why there are none.
func itemFigures(b *ui.Base, f app.ItemFile) ui.Figures {
	g := f.Figures
	var v ui.Figures
	if g.Otherwise > 0 {
		v.Notes = append(v.Notes, b.T("item.other_wording", "N", g.Otherwise))
	}
	if !g.Enough {
		v.Why = b.T("item.few", "N", g.People, "Min", itemstat.MinPeople)
		if g.People == 0 {
			v.Why = b.T("item.no_answers", "Min", itemstat.MinPeople)
		}
		return v
	}
	v.Notes = append(v.Notes, b.T("item.who_counts"))
	right := ui.Fact{Term: b.T("item.facility"), Value: b.T("item.facility_whole", "Percent", b.Percent(g.Facility), "N", g.Right)}
	if f.Content.Partial || f.Content.Type == quiz.Open {
		right.Value = b.T("item.facility_part", "Percent", b.Percent(g.Facility), "N", g.Right)
	}
	v.Facts = []ui.Fact{
		{Term: b.T("item.shown"), Value: b.T("item.shown_text", "N", g.People, "Papers", g.Shown)},
		right,
		{Term: b.T("item.discrimination"), Value: discriminationWords(b, g.Figures)},
		{Term: b.T("item.blank"), Value: share(b, g.Blank, g.People)},
	}
	for _, k := range g.Flags {
		r := ui.Reason{State: ui.Warning, Title: b.T("item.flag_" + string(k.Kind)), Next: b.T("item.flag_" + string(k.Kind) + "_next")}
		if k.Option >= 0 {
			r.Title = b.T("item.flag_"+string(k.Kind), "Text", plain(f.Content.Options[k.Option].Text))
		}
		if k.Kind == itemstat.Inverse || k.Kind == itemstat.WrongPreferred {
			r.State = ui.Stopped
		}
		v.Flags = append(v.Flags, r)
	}
	switch {
	case !g.Judged:
		v.Calm = b.T("item.too_few_to_judge", "N", itemstat.MinJudged)
	case len(g.Flags) == 0:
		v.Calm = b.T("item.calm")
	}
	v.Columns = []string{b.T("item.choice_count")}
	if g.Worst != nil {
		v.Columns = []string{b.T("item.choice_best"), b.T("item.choice_worst")}
	}
	for i, n := range g.Chosen {
		v.Choices = append(v.Choices, choiceRow(b, f.Content.Options[i], g, i, n))
	}
	return v
}

func choiceRow(b *ui.Base, o quiz.Option, g app.ItemFigures, i, n int) ui.ChoiceRow {
	row := ui.ChoiceRow{State: ui.Todo, Word: b.T("item.choice"), Text: plain(o.Text)}
	switch o.Key {
	case quiz.Right:
		row.State, row.Word = ui.Done, b.T("item.facility")
	case quiz.Best:
		row.State, row.Word = ui.Done, b.T("quiz.best")
	case quiz.Worst:
		row.State, row.Word = ui.Stopped, b.T("quiz.worst")
	case quiz.Plain:
	}
	counts := []int{n}
	if g.Worst != nil {
		counts = append(counts, g.Worst[i])
	}
	for _, n := range counts {
		row.Counts = append(row.Counts, ui.ChoiceCount{N: b.Number(n), Share: b.Percent(float64(n) / float64(g.People)), Bar: ui.Progress{Label: row.Text, Value: n, Max: g.People}})
	}
	return row
}

// share is a count with its share of all, which may be none.
func share(b *ui.Base, n, all int) string {
	return b.Number(n) + " (" + b.Percent(float64(n)/float64(max(all, 1))) + ")"
}

// discriminationWords says a correlation as a number and in words.
func discriminationWords(b *ui.Base, f itemstat.Figures) string {
	if !f.Judged {
		return b.T("item.disc_soon", "N", itemstat.MinJudged)
	}
	if !f.Discriminates {
		return b.T("item.disc_none")
	}
	word := "item.disc_good"
	switch d := f.Discrimination; {
	case d < 0:
		word = "item.disc_bad"
	case d < 0.2:
		word = "item.disc_weak"
	case d < 0.35:
		word = "item.disc_fair"
	}
	number := strings.Replace(strconv.FormatFloat(f.Discrimination, 'f', 2, 64), "-", "−", 1)
	return b.T(word, "Value", decimal(b, number))
}
