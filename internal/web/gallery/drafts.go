package gallery

import (
	"abilita/content"
	"abilita/internal/foreign"
	"abilita/internal/web/ui"
)

// drafts are the pages of those who write.
func (s stage) drafts() []Example {
	return []Example{
		{"contents", s.contents()},
		{"content_history", s.contentHistory()},
		{"content_changes", s.contentChanges()},
		{"content_files", s.contentFiles()},
		{"draft", s.draft()},
		{"editor", s.editor(false)},
		{"editor_clash", s.editor(true)},
		{"draft_preview", s.draftPreview()},
		{"draft_preview_module", s.modulePreview()},
		{"draft_preview_quiz", s.quizPreviewed()},
		{"draft_publish", s.draftPublish()},
		{"exchange_report", s.exchangeReport()},
		{"exchange_report_out", s.exchangeReportOut()},
	}
}

func (s stage) trainerBase(title string) ui.Base {
	b := s.staffBase(title, "/lines")
	b.Viewer = &ui.Viewer{Name: "Davide", Note: "formatore"}
	return b
}

const aboutDraft = "Linea donazioni · in italiano · parte da quella pubblicata il 4 gennaio 2027"

func (s stage) contents() ui.View {
	p := &ui.Contents{Base: s.trainerBase(s.p.T("draft.contents"))}
	p.Back = &ui.Link{Href: "/lines", Text: s.p.T("line.title")}
	p.Bank = &ui.Link{Href: "/items", Text: s.p.T("item.to_bank")}
	p.Rows = []ui.ContentRow{
		{ID: "c0", Title: "Volontari della linea donazioni", Note: "Linea donazioni · in italiano", Mark: s.mark(ui.Current, s.p.T("draft.state_open")), Draft: &ui.Link{Href: "/draft", Text: s.p.T("draft.to_draft")}, History: &ui.Link{Href: "/content_history", Text: s.p.T("draft.history")}},
		{ID: "c1", Title: "Ascolto in emergenza", Note: "Linea ascolto · in italiano", Mark: s.mark(ui.Done, "Pubblicato il 12 gennaio 2027"), Open: []ui.Option{{Label: "programme", Value: "pr-ascolto"}, {Label: "lang", Value: "it"}}, OpenWord: s.p.T("draft.open"), Key: "esempio.c1", History: &ui.Link{Href: "/content_history", Text: s.p.T("draft.history")}},
	}
	p.New = &ui.NewContent{Action: "/content/new", Lines: []ui.Option{{Value: "donazioni", Label: "Linea donazioni"}}, Langs: []ui.Option{{Value: "it", Label: s.p.T("draft.lang_it"), Selected: true}, {Value: "en", Label: s.p.T("draft.lang_en")}}}
	return p
}

func (s stage) contentHistory() ui.View {
	p := &ui.ContentHistory{Base: s.trainerBase("Volontari della linea donazioni"), Heading: "Volontari della linea donazioni", About: "Linea donazioni · in italiano"}
	p.Back, p.Draft = &ui.Link{Href: "/contents", Text: s.p.T("draft.contents")}, &ui.Link{Href: "/draft", Text: s.p.T("draft.to_draft")}
	p.Read = &ui.Link{Href: "/content_files", Text: s.p.T("draft.read_published")}
	p.Downloads = s.downloads()
	p.Rows = []ui.ReleaseRow{
		{Href: "/content_changes", Title: s.p.T("draft.release", "Version", "1.1", "N", 2), When: "lunedì 4 gennaio, 10:20", Machine: "2027-01-04T10:20:00+01:00", By: "Teresa Mancuso", Impact: s.mark(ui.Due, s.p.T("draft.impact_confirm")), Until: s.p.T("draft.due", "Until", "alle 24 di sabato 9 gennaio"), Touched: s.p.T("draft.touched_n", "N", 14), Note: "Il fondo Emporio è chiuso: non si propone più."},
		{Href: "/content_changes", Title: s.p.T("draft.release", "Version", "1.0", "N", 21), When: "martedì 1 dicembre, 09:00", Machine: "2026-12-01T09:00:00+01:00", Impact: s.mark(ui.None, s.p.T("draft.impact_none"))},
	}
	return p
}

func (s stage) hunk() []ui.Hunk {
	return []ui.Hunk{{Lines: []ui.DiffLine{
		{Old: "73", New: "73", Text: "### come-donare"},
		{Old: "74", New: "74", Text: "> Marta: «Bene. Ho qui la carta, come faccio?»"},
		{Old: "75", New: "75"},
		{Old: "76", Sign: "−", Word: s.p.T("draft.line_removed"), Class: "minus", Text: "- [«Mi detti pure.»](#carta-dettata) `E1 R3=0`"},
		{New: "76", Sign: "+", Word: s.p.T("draft.line_added"), Class: "plus", Text: "- [«Al telefono non prendiamo mai i numeri della carta. Le mando il collegamento sicuro, oppure bonifico o bollettino: che cosa le è più comodo?»](#carta-ad-alta-voce) `D3 R2=3 R3=3`"},
	}}}
}

func (s stage) contentChanges() ui.View {
	p := &ui.ContentChanges{Base: s.trainerBase("Cinquanta euro e la carta"), Heading: "Cinquanta euro e la carta", About: aboutDraft}
	p.Back = &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}
	p.Tabs = s.fileTabs("changes")
	p.Files = []ui.FileDiff{
		{ID: "f0", Title: "Cinquanta euro e la carta", Path: "copioni/cinquanta-euro.md", Mark: s.mark(ui.Current, s.p.T("draft.change_edited")), Hunks: s.hunk()},
		{ID: "f1", Title: "Fine turno", Path: "liste/fine-turno.md", Mark: s.mark(ui.Stopped, s.p.T("draft.change_removed")), Note: s.p.T("draft.gone")},
	}
	return p
}

func (s stage) contentFiles() ui.View {
	p := &ui.ContentFiles{Base: s.trainerBase("Volontari della linea donazioni"), Heading: "Volontari della linea donazioni", About: "Linea donazioni · in italiano · Pubblicato il 4 gennaio 2027"}
	p.Back = &ui.Link{Href: "/content_history", Text: s.p.T("draft.history")}
	p.Tabs = []ui.Tab{{Href: "/content_changes", Label: s.p.T("draft.tab_changes")}, {Href: "/content_files", Label: s.p.T("draft.tab_files"), Current: true}}
	p.Groups = []ui.DraftGroup{
		{ID: "k-module", Title: s.p.T("draft.group_module"), Rows: []ui.DraftRow{{Href: "/draft_preview_module", Title: "Denaro, ricevute, mai la carta", Path: "moduli/3-denaro.md"}}},
		{ID: "k-script", Title: s.p.T("draft.group_script"), Rows: []ui.DraftRow{{Href: "/draft_preview", Title: "Cinquanta euro e la carta", Path: "copioni/cinquanta-euro.md"}}},
		{ID: "k-quiz", Title: s.p.T("draft.group_quiz"), Rows: []ui.DraftRow{{Title: "Prova finale", Path: "quiz/prova-finale.md", Note: s.p.T("draft.sealed")}}},
	}
	return p
}

func (s stage) fileTabs(current string) []ui.Tab {
	return []ui.Tab{
		{Href: "/editor", Label: s.p.T("draft.tab_text"), Current: current == ""},
		{Href: "/draft_preview", Label: s.p.T("draft.tab_preview"), Current: current == "preview"},
		{Href: "/call", Label: s.p.T("draft.tab_try")},
		{Href: "/content_changes", Label: s.p.T("draft.tab_changes"), Current: current == "changes"},
	}
}

func (s stage) found() []ui.ProblemRow {
	return []ui.ProblemRow{
		{Mark: s.mark(ui.Stopped, s.p.T("draft.severity_error")), Where: s.p.T("draft.line_n", "N", 9), Href: "#L9", Line: 9, Text: "la scena «carta-ad-alta-vocce» non c’è", Hint: "Forse volevi carta-ad-alta-voce", Mend: &ui.MendButton{Value: "mend 9 1 node_unknown", Word: s.p.T("draft.mend"), At: "/editor#L9"}, TryWord: s.p.T("draft.how_to"), Steps: []ui.Step{
			{State: ui.Done, Title: "Apertura", Text: "«Linea donazioni, sono Luca, volontario. Come posso aiutarla?»"}, {State: ui.Done, Title: "Richiesta", Text: "Marta: «Vorrei dare cinquanta euro.»"}, {State: ui.Stopped, Title: "Come donare", Text: "«Al telefono non prendiamo mai i numeri della carta…»"},
		}},
		{Mark: s.mark(ui.Warning, s.p.T("draft.severity_warning")), Where: s.p.T("draft.line_n", "N", 10), Href: "#L10", Line: 10, Text: "nessuna strada per il silenzio", Hint: "Aggiungi una scelta con dopo 20s"},
	}
}

func (s stage) remarks() []ui.RemarkRow {
	return []ui.RemarkRow{
		{Who: "Davide Colnaghi", What: s.p.T("draft.did_asked"), When: "martedì 19 gennaio, 17:02", Machine: "2027-01-19T17:02:00+01:00", Text: "Ho rifatto la scena della carta."},
		{Who: "Ines Cattaneo", What: s.p.T("draft.did_comment"), When: "martedì 19 gennaio, 18:40", Machine: "2027-01-19T18:40:00+01:00", Where: &ui.Link{Href: "/editor#L9", Text: "copioni/cinquanta-euro.md, " + s.p.T("draft.line_n", "N", 9)}, Text: "Qui direi prima il nome di Marta."},
	}
}

// media are the files of a draft; back is the file on whose page they stand.
func (s stage) media(back string) *ui.MediaBox {
	const hash = "/media/0000000000000000000000000000000000000000000000000000000000000000"
	box := &ui.MediaBox{Action: "/draft", Key: "esempio.media", Back: back, Accept: ".jpg,.png,.pdf", Most: 10 << 20, Rows: []ui.MediumRow{
		{ID: "m0", Name: "chiamata-di-marta.mp3", About: s.p.T("draft.medium_sound") + " · " + s.p.T("draft.kilobytes", "N", 840), Href: hash, Markdown: "[Una chiamata di Marta](../media/chiamata-di-marta.mp3)\n\n> **Trascrizione.** …", Rows: 3},
		{ID: "m1", Name: "scheda-del-turno.png", About: s.p.T("draft.medium_picture") + " · 1200 × 800 · " + s.p.T("draft.kilobytes", "N", 96), Href: hash, Src: "/static/gallery/icon.svg", Width: 1200, Height: 800, Change: s.mark(ui.Todo, s.p.T("draft.change_added")), Markdown: "![La scheda del turno](../media/scheda-del-turno.png)", Rows: 1},
	}}
	if back == "" {
		box.Rows[1].Move = &ui.Confirm{ID: "remove-m1", Open: s.p.T("draft.medium_remove"), Ask: s.p.T("draft.medium_remove_ask"), Action: "/draft", Do: s.p.T("draft.remove_do"), Bad: true}
	}
	return box
}

// downloads are the ways to give content out.
func (s stage) downloads() []ui.Link {
	return []ui.Link{{Href: "/exchange_report_out", Text: s.p.T("draft.download_pack")}, {Href: "/exchange_report_out", Text: s.p.T("draft.download_gift")}}
}

func (s stage) exchangeReport() ui.View {
	p := &ui.ExchangeReport{Base: s.trainerBase(""), Heading: s.p.T("draft.brought", "Title", "Volontari della linea donazioni"), About: aboutDraft}
	p.Title, p.Back = p.Heading, &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}
	p.Lead, p.Go = s.p.T("draft.brought_lead", "Format", s.p.T("draft.format_moodle")), &ui.Link{Href: "/draft", Text: s.p.T("draft.to_draft")}
	p.Counts = []ui.Mark{s.mark(ui.Stopped, s.p.T("draft.report_left_out")+": 1"), s.mark(ui.Warning, s.p.T("draft.report_adapted")+": 1"), s.mark(ui.Done, s.p.T("draft.report_read")+": 2")}
	p.Files = []ui.BroughtFile{
		{Href: "/editor", Title: "Domande di marzo", Path: "quiz/domande-di-marzo-2.md", Mark: s.mark(ui.Todo, s.p.T("draft.brought_new")), Note: s.p.T("draft.brought_from", "Name", "quiz/domande-di-marzo.md"), Problems: []ui.Mark{s.mark(ui.Stopped, s.p.T("draft.errors", "N", 1))}},
		{Href: "/draft", Title: "scheda.png", Path: "media/scheda.png", Mark: s.mark(ui.None, s.p.T("draft.brought_same"))},
	}
	question := foreign.Entry{Kind: foreign.Question}.What(s.p.Lang())
	p.Groups = []ui.ReportGroup{
		{ID: "h-left_out", Title: s.p.T("draft.report_left_out"), Rows: []ui.ReportRow{{What: question, Name: "Leggi bene.", Where: s.p.T("draft.lines_n", "From", 12, "To", 19), Notes: []string{foreign.Lost("description").Message(s.p.Lang())}}}},
		{ID: "h-adapted", Title: s.p.T("draft.report_adapted"), Rows: []ui.ReportRow{{What: question, Name: "ricevuta", Where: s.p.T("draft.line_n", "N", 27), Notes: []string{foreign.Lost("picture_lost", "name", "scheda.png").Message(s.p.Lang()), foreign.Lost("case_lost").Message(s.p.Lang())}}}},
		{ID: "h-read", Title: s.p.T("draft.report_read"), Rows: []ui.ReportRow{{What: question, Name: "saluto", Where: s.p.T("draft.line_n", "N", 3)}, {What: question, Name: "carta", Where: s.p.T("draft.line_n", "N", 8)}}},
	}
	return p
}

func (s stage) exchangeReportOut() ui.View {
	p := &ui.ExchangeReport{Base: s.trainerBase(""), Heading: s.p.T("draft.given", "Format", s.p.T("draft.format_gift")), About: "Linea donazioni · in italiano"}
	p.Title, p.Back = p.Heading, &ui.Link{Href: "/content_history", Text: "Volontari della linea donazioni"}
	p.Lead, p.Go = s.p.T("draft.given_lead", "N", 2), &ui.Link{Href: "/exchange_report_out", Text: s.p.T("draft.given_do")}
	p.Counts = []ui.Mark{s.mark(ui.Done, s.p.T("draft.report_left_out")+": 0"), s.mark(ui.Warning, s.p.T("draft.report_adapted")+": 1"), s.mark(ui.Done, s.p.T("draft.report_whole")+": 1")}
	question := foreign.Entry{Kind: foreign.Question}.What(s.p.Lang())
	p.Groups = []ui.ReportGroup{
		{ID: "h-adapted", Title: s.p.T("draft.report_adapted"), Rows: []ui.ReportRow{{What: question, Name: "carta", Where: "quiz/finale.md", Notes: []string{foreign.Lost("cannot_critical").Message(s.p.Lang())}}}},
		{ID: "h-read", Title: s.p.T("draft.report_whole"), Rows: []ui.ReportRow{{What: question, Name: "saluto", Where: "quiz/finale.md"}}},
	}
	return p
}

func (s stage) draft() ui.View {
	p := &ui.Draft{Base: s.trainerBase("Volontari della linea donazioni"), Heading: "Volontari della linea donazioni", About: aboutDraft, State: s.mark(ui.Current, s.p.T("draft.state_open")), Lead: s.p.T("draft.lead_open")}
	p.Back = &ui.Link{Href: "/contents", Text: s.p.T("draft.contents")}
	same := s.mark(ui.None, s.p.T("draft.change_same"))
	p.Groups = []ui.DraftGroup{
		{ID: "k-programme", Title: s.p.T("draft.group_programme"), Rows: []ui.DraftRow{{Href: "/editor", Title: "Volontari della linea donazioni", Path: "programma.md", Change: same}}},
		{ID: "k-module", Title: s.p.T("draft.group_module"), Rows: []ui.DraftRow{
			{Href: "/editor", Title: "Denaro, ricevute, mai la carta", Path: "moduli/3-denaro.md", Change: s.mark(ui.Warning, s.p.T("draft.overtaken")), Note: s.p.T("draft.saved_by", "Name", "Davide Colnaghi", "When", "mercoledì 20 gennaio, 18:31")},
			{Href: "/editor", Title: "Privacy", Path: "moduli/5-privacy.md", Change: same},
		}},
		{ID: "k-script", Title: s.p.T("draft.group_script"), Rows: []ui.DraftRow{{Href: "/editor", Title: "Cinquanta euro e la carta", Path: "copioni/cinquanta-euro.md", Change: s.mark(ui.Current, s.p.T("draft.change_edited")), Problems: []ui.Mark{s.mark(ui.Stopped, s.p.T("draft.errors", "N", 1)), s.mark(ui.Warning, s.p.T("draft.warns", "N", 1))}}}},
	}
	p.Media = s.media("")
	p.Counts = []ui.Mark{s.mark(ui.Stopped, s.p.T("draft.errors", "N", 1)), s.mark(ui.Warning, s.p.T("draft.warns", "N", 1)), s.mark(ui.None, s.p.T("draft.advices", "N", 4))}
	p.Problems = s.found()
	p.Notices = []ui.Notice{{Mark: s.mark(ui.Todo, s.p.T("draft.not_ready")), Text: s.p.T("draft.broken", "N", 1)}}
	p.Add = &ui.AddFile{Action: "/draft", Key: "esempio.add", Templates: []ui.Option{{Value: "module", Label: s.p.T("draft.kind_module"), Note: s.p.T("draft.kind_module_note"), Selected: true}, {Value: "script", Label: s.p.T("draft.kind_script"), Note: s.p.T("draft.kind_script_note")}}}
	p.Bring = &ui.BringForm{
		Action: "/draft", Key: "esempio.bring", Seen: "1", Accept: ".gift,.zip", Formats: []ui.Option{{Label: s.p.T("draft.format_any")}, {Value: "gift", Label: s.p.T("draft.format_gift")}},
		Modules: []ui.Option{{Label: s.p.T("draft.bring_no_module")}, {Value: "mo-denaro", Label: "Denaro, ricevute, mai la carta"}}, Channels: []ui.Option{{Value: "phone", Label: "Telefono"}}, Rubrics: []ui.Option{{Label: s.p.T("draft.bring_no_rubric")}},
	}
	p.Downloads = s.downloads()
	p.Ask = &ui.AskForm{Action: "/draft", Key: "esempio.ask", Version: "3", Readers: []ui.Option{{Label: s.p.T("draft.anybody")}, {Value: "7", Label: "Ines Cattaneo"}}}
	p.Moves = []ui.Confirm{{ID: "discard", Open: s.p.T("draft.discard_open"), Ask: s.p.T("draft.discard_ask"), Action: "/draft", Do: s.p.T("draft.discard_do"), Bad: true, Version: "3"}}
	p.Notes, p.Comment = s.remarks(), &ui.CommentForm{Action: "/draft", Key: "esempio.comment"}
	p.Links = []ui.Link{{Href: "/content_changes", Text: s.p.T("draft.all_changes")}, {Href: "/content_history", Text: s.p.T("draft.history")}}
	return p
}

const scriptText = `# Chiamata simulata: cinquanta euro e la carta
- id: rp-donazioni-01
- versione: 1.1
- soglia: 75%

## Scena

### come-donare
- [«Al telefono non prendiamo mai i numeri della carta. Le mando il collegamento sicuro, oppure bonifico o bollettino: che cosa le è più comodo?»](#carta-ad-alta-vocce) ` + "`D3 R2=3 R3=3`" + `
- [«Mi detti pure il numero.»](#carta-dettata) ` + "`E1 R3=0`" + `

### carta-ad-alta-voce
> Marta, di fretta: «Faccio prima a dirglielo: quattro, cinque, tre…»
`

func (s stage) editor(clash bool) ui.View {
	p := &ui.Editor{Base: s.trainerBase("Cinquanta euro e la carta"), Heading: "Cinquanta euro e la carta", About: s.p.T("draft.kind_of_script") + " · copioni/cinquanta-euro.md · " + aboutDraft}
	p.Back = &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}
	p.Change, p.Tabs, p.Action, p.Check, p.Autosave = s.mark(ui.Current, s.p.T("draft.change_edited")), s.fileTabs(""), "/editor", "/editor", "/editor"
	p.Version, p.Body, p.TextLang, p.Saved, p.Rows = 4, scriptText, "it", s.p.T("draft.saved_by", "Name", "Davide Colnaghi", "When", "mercoledì 20 gennaio, 18:31"), 30
	for n := range p.Rows {
		p.Lines = append(p.Lines, ui.EditorLine{N: n + 1})
	}
	p.Lines[8].State, p.Lines[8].Class, p.Lines[9].State, p.Lines[9].Class = ui.Stopped, "e", ui.Warning, "a"
	p.Found, p.Problems = s.p.T("draft.errors", "N", 1), s.found()
	p.Media = s.media("copioni/cinquanta-euro.md")
	p.Elsewhere = &ui.Link{Href: "/draft", Text: s.p.T("draft.errors_elsewhere", "N", 2)}
	p.Notes, p.Comment = s.remarks()[1:], &ui.CommentForm{Action: "/editor", Key: "esempio.comment", WithLine: true}
	p.Moves = []ui.Confirm{
		{ID: "restore", Open: s.p.T("draft.restore_open"), Ask: s.p.T("draft.restore_ask"), Action: "/editor", Do: s.p.T("draft.restore_do"), Version: "4"},
		{ID: "remove", Open: s.p.T("draft.remove_open"), Ask: s.p.T("draft.remove_ask"), Action: "/editor", Do: s.p.T("draft.remove_do"), Version: "4", Bad: true},
	}
	p.Formats, p.Read = ui.Link{Href: "/help/formats", Text: s.p.T("draft.formats")}, scriptText
	for _, k := range content.Pieces(content.KindScript, "it", scriptText, content.Beginning{}) {
		p.Pieces = append(p.Pieces, ui.PieceOption{Value: k.Name, Label: s.p.T("draft.piece_script_" + k.Name), Mode: string(k.Mode), Text: k.Text})
	}
	if !clash {
		live, _ := s.draftPreview().(*ui.DraftPreview)
		live.Tries, p.Live, p.Note, p.Dirty = nil, live, s.p.T("draft.mended", "N", 8), true
	}
	if clash {
		p.Merge = []ui.MergeRow{{
			Name: "pick.0", Title: s.p.T("draft.conflict", "N", 9), Mine: "- [«Mi detti pure il numero.»](#carta-dettata) `E1 R3=0`", Theirs: "- [«Me lo detti.»](#carta-dettata) `E1 R3=0`",
			Options: []ui.Option{{Value: "both", Label: s.p.T("draft.take_both"), Selected: true}, {Value: "mine", Label: s.p.T("draft.take_mine")}, {Value: "theirs", Label: s.p.T("draft.take_theirs")}},
		}, {
			Name: "pick.1", Title: s.p.T("draft.conflict", "N", 13), Theirs: "> *Si sente frugare in una borsa.*",
			Options: []ui.Option{{Value: "both", Label: s.p.T("draft.take_both"), Selected: true}, {Value: "mine", Label: s.p.T("draft.take_mine")}, {Value: "theirs", Label: s.p.T("draft.take_theirs")}},
		}}
		p.Theirs = &ui.Theirs{ID: "theirs", Heading: s.p.T("draft.theirs", "Name", "Ines Cattaneo"), Text: s.p.T("draft.theirs_text"), Hunks: s.hunk(), Body: scriptText, Label: s.p.T("draft.their_text")}
	}
	return p
}

func (s stage) draftPreview() ui.View {
	p := &ui.DraftPreview{Base: s.trainerBase("Cinquanta euro e la carta"), Heading: "Cinquanta euro e la carta", About: s.p.T("draft.kind_of_script") + " · " + aboutDraft, Tabs: s.fileTabs("preview")}
	p.Back = &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}
	p.Tries = []ui.Try{{Href: "/call", Text: s.p.T("draft.try_it"), Note: s.p.T("draft.try_note")}}
	p.Facts = []ui.Fact{{Term: s.p.T("draft.moments"), Value: "3"}, {Term: s.p.T("draft.endings"), Value: "1"}, {Term: s.p.T("draft.walks"), Value: s.p.T("draft.walks_text", "Walks", 412, "Passing", 37, "Best", 100)}}
	p.Scene = "Chiama Marta, 71 anni, che vuole dare cinquanta euro."
	p.Map = &ui.ScriptMap{Label: s.p.T("draft.map_label", "N", 3, "Endings", 1), Width: 400, Height: 280, Boxes: []ui.MapBox{
		{X: 125, Y: 16, W: 150, H: 52, TextX: 200, TextY: 38, Round: 4, Text: "apertura", Sub: s.p.T("draft.heat_box", "Weak", 6, "N", 42), SubY: 56},
		{X: 40, Y: 114, W: 150, H: 52, TextX: 115, TextY: 136, Round: 4, Text: "come-donare", Sub: s.p.T("draft.heat_box", "Weak", 19, "N", 38), SubY: 154, Mark: "M186 107l9 9l-9 9l-9 -9z"},
		{X: 125, Y: 212, W: 150, H: 52, TextX: 200, TextY: 243, Round: 26, Class: "end", Text: "fine-riuscita"},
	}, Lines: []ui.MapLine{{Path: "M200 68C200 87 115 87 115 106", Arrow: "M110 106h10l-5 8z", Class: "t4"}, {Path: "M115 166C115 185 200 185 200 204", Arrow: "M195 204h10l-5 8z", Class: "t3 weak"}}}
	p.Map.Heat = &ui.MapHeat{Text: s.p.T("draft.heat_text", "N", 42, "People", 17), Keys: s.p.T("draft.heat_keys"), Rows: []ui.HeatRow{
		{Title: "Apertura", Times: "42", Weak: "6 (14%)", Critical: "0 (0%)"}, {Title: "Come donare", Times: "38", Weak: "19 (50%)", Critical: "4 (11%)"}, {Title: "Carta ad alta voce", Hidden: s.p.T("draft.heat_hidden", "N", 5)},
	}}
	p.Nodes = []ui.PreviewNode{
		{ID: "n-apertura", Title: "Apertura (" + s.p.T("draft.start") + ")", Line: &ui.Link{Href: "/editor#L7", Text: s.p.T("draft.line_n", "N", 7)}, Heard: []ui.Turn{{Text: "Squilla. Qualcuno aspetta."}}, Choices: []ui.PreviewChoice{
			{State: ui.Done, Text: "«Linea donazioni, sono Luca, volontario.»", Marks: "D1 R1=3 umore +1", To: &ui.Link{Href: "#n-fine", Text: "fine-riuscita"}, Taken: s.p.T("draft.heat_taken", "N", 36, "All", 42, "Share", "86%")},
			{State: ui.Critical, Text: "(lascia parlare e prende nota)", Marks: "R3=0 E1", To: &ui.Link{Href: "#n-fine", Text: "fine-riuscita"}},
		}},
		{ID: "n-fine", Title: "Fine riuscita", End: &ui.Mark{State: ui.Done, Word: s.p.T("draft.end_good")}, EndText: "In quale momento potevi cambiare strada?"},
	}
	p.Checks = []ui.CheckGroup{{ID: "g0", Title: s.p.T("draft.criteria"), Items: []ui.Check{{State: ui.None, Title: "R1 Accoglienza (20%)", Note: "0 assente · 1 frettolosa · 2 chiara · 3 chiara e calda"}}}}
	return p
}

func (s stage) modulePreview() ui.View {
	p := &ui.DraftPreview{Base: s.trainerBase("Denaro, ricevute, mai la carta"), Heading: "Denaro, ricevute, mai la carta", About: s.p.T("draft.kind_of_module") + " · " + aboutDraft, Tabs: s.fileTabs("preview")}
	p.Back = &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}
	p.Objectives = []string{"offrire tre modi per donare e lasciar scegliere"}
	p.Body = ui.Rendered("<p>Chi vuole donare spesso ha fretta di farlo.</p><h2 id=\"tre-modi\">Tre modi per donare</h2><p>Il <strong>collegamento sicuro</strong> arriva per messaggio.</p>")
	return p
}

func (s stage) quizPreviewed() ui.View {
	p := &ui.DraftPreview{Base: s.trainerBase("Prova finale"), Heading: "Prova finale", About: s.p.T("draft.kind_of_quiz") + " · " + aboutDraft, Tabs: s.fileTabs("preview")}
	p.Back = &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}
	p.Items = []ui.PreviewItem{{Number: 1, ID: "i-q1", Stem: "Una persona comincia a dettare il numero della carta. Qual è la prima cosa che fai?", About: "q1 · mo-denaro", Critical: true, Options: []ui.Check{
		{State: ui.Todo, Title: "Lo scrivo e poi lo cancello", Note: "Un appunto cancellato è comunque un dato raccolto."}, {State: ui.Done, Title: "La interrompo con gentilezza", Note: s.p.T("draft.right")},
	}, Explanation: "Si interrompe con il nome, il motivo e l’alternativa."}}
	return p
}

func (s stage) draftPublish() ui.View {
	p := &ui.DraftPublish{Base: s.trainerBase("Pubblica"), Heading: s.p.T("draft.publish_of", "Title", "Volontari della linea donazioni"), About: aboutDraft, Action: "/draft_publish", Version: "5"}
	p.Back, p.Changes = &ui.Link{Href: "/draft", Text: "Volontari della linea donazioni"}, ui.Link{Href: "/content_changes", Text: s.p.T("draft.all_changes")}
	for _, i := range []string{"none", "notice", "confirm", "micro", "recertify"} {
		p.Impacts = append(p.Impacts, ui.Option{Value: i, Label: s.p.T("draft.impact_" + i), Note: s.p.T("draft.impact_" + i + "_note"), Selected: i == "micro"})
	}
	p.Note, p.Warnings = "Il fondo Emporio è chiuso.", s.found()[1:]
	p.Plan = &ui.PlanView{Lead: s.p.T("draft.plan_lead"), Changed: []string{"mo-denaro"}, Touched: []ui.PlanRow{{Href: "/person", Name: "Adele Tornaghi", Number: "v0398", What: s.p.T("draft.asks_micro", "What", "mo-denaro"), Until: "alle 24 di mercoledì 3 febbraio"}}, Moved: []ui.PlanRow{{Href: "/person", Name: "Bruna Secchi", Number: "v0412", What: s.p.T("draft.ends_begun", "What", "qz-finale")}}}
	return p
}
