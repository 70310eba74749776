package web

import (
	"cmp"
	"strconv"
	"strings"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/web/ui"
)

// meet puts a text beside the one that somebody else saved in between. What both
// changed is joined where that needs no choice: then the page holds the joined text,
// and meet is true.
func meet(p *ui.Editor, f app.DraftEntry, read string) bool {
	b := &p.Base
	p.Read = cmp.Or(read, f.Published)
	p.Theirs = &ui.Theirs{ID: "theirs", Heading: b.T("draft.theirs", "Name", cmp.Or(f.Author, b.T("draft.somebody"))), Text: b.T("draft.theirs_text"), Body: f.Body, Label: b.T("draft.their_text")}
	if !join(p, p.Read, "merge") {
		return false
	}
	p.Theirs.Text, p.Read = b.T("draft.theirs_joined"), f.Body
	return true
}

// join puts the other text into the one of the page where nobody has to choose, and
// says whether it did; else the page asks, and pressing do answers.
func join(p *ui.Editor, began, do string) bool {
	b := &p.Base
	chunks := content.Merge(began, p.Body, p.Theirs.Body)
	joined := content.Conflicts(chunks) == 0
	if joined {
		p.Body, p.Note = content.Joined(chunks, nil), b.T("draft.joined")
	} else {
		p.Merge, p.MergeDo = mergeRows(b, chunks), do
	}
	p.Theirs.Hunks = hunks(b, p.Theirs.Body, p.Body)
	return joined
}

// overtake puts a text beside the one that was published meanwhile, and joins the two
// as meet does. A file that is published no longer is kept by saving it.
func overtake(p *ui.Editor, d app.DraftPage, f app.DraftEntry) bool {
	b := &p.Base
	p.Theirs = &ui.Theirs{ID: "newer", Heading: b.T("draft.overtaken"), Text: b.T("draft.overtaken_gone")}
	if f.Change == content.Added {
		p.Joined = *d.BaseID
		return false
	}
	p.Theirs.Text, p.Theirs.Body, p.Theirs.Label = b.T("draft.overtaken_text"), f.Published, b.T("draft.published_text")
	if !join(p, f.Began, "join") {
		return false
	}
	p.Theirs.Text, p.Joined = b.T("draft.overtaken_joined"), *d.BaseID
	return true
}

// mergeRows are the conflicts of a merge, each with what may become of it.
func mergeRows(b *ui.Base, chunks []content.MergeChunk) []ui.MergeRow {
	var rows []ui.MergeRow
	line := 1
	for _, k := range chunks {
		if !k.Conflict {
			line += len(k.Result)
			continue
		}
		n := strconv.Itoa(len(rows))
		row := ui.MergeRow{Name: "pick." + n, Title: b.T("draft.conflict", "N", line), Mine: strings.Join(k.Mine, "\n"), Theirs: strings.Join(k.Theirs, "\n")}
		for _, choice := range []content.Choice{content.TakeBoth, content.TakeMine, content.TakeTheirs} {
			row.Options = append(row.Options, ui.Option{Value: string(choice), Label: b.T("draft.take_" + string(choice)), Selected: choice == content.TakeBoth})
		}
		rows = append(rows, row)
		line += len(k.Mine)
	}
	return rows
}
