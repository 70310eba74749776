package gallery

import "abilita/internal/web/ui"

// items are the pages of the item bank.
func (s stage) items() []Example {
	return []Example{{"items", s.itemBank(false)}, {"items_none", s.itemBank(true)}, {"item", s.item()}, {"item_young", s.youngItem()}}
}

func (s stage) itemBank(none bool) ui.View {
	p := &ui.Items{Base: s.trainerBase(s.p.T("item.title")), Query: "ricevuta"}
	p.Back = &ui.Link{Href: "/contents", Text: s.p.T("draft.contents")}
	options := func(words ...string) []ui.Option {
		var list []ui.Option
		for i, w := range words {
			list = append(list, ui.Option{Value: w, Label: w, Selected: i == 0})
		}
		return list
	}
	p.Choices = []ui.Choosing{
		{Name: "programme", Label: s.p.T("item.programme"), Options: options(s.p.T("item.any"), "Volontari della linea donazioni · in italiano", "Ascolto in emergenza · in italiano")},
		{Name: "bank", Label: s.p.T("item.bank"), Options: options(s.p.T("item.any_f"), "Linea donazioni, banca delle domande", "Ascolto, domande")},
		{Name: "module", Label: s.p.T("item.module"), Options: options(s.p.T("item.any"), "Denaro, ricevute, mai la carta", "Privacy")},
		{Name: "level", Label: s.p.T("item.level"), Options: options(s.p.T("item.any"), "Ricordare", "Comprendere", "Applicare", "Valutare")},
		{Name: "type", Label: s.p.T("item.type"), Options: options(s.p.T("item.any"), "Una risposta", "Più risposte")},
		{Name: "tag", Label: s.p.T("item.tag"), Options: options(s.p.T("item.any_f"), "ricevute", "primo soccorso")},
		{Name: "state", Label: s.p.T("item.state"), Options: options(s.p.T("item.state_any"), s.p.T("item.state_used"), s.p.T("item.state_retired"))},
	}
	p.Nothing = ui.EmptyState{Title: s.p.T("item.none_found"), Text: s.p.T("item.none_found_text"), Action: &ui.Link{Href: "/items", Text: s.p.T("item.clear")}}
	if none {
		p.Query = "ricevutta"
		return p
	}
	used, critical, retired := s.mark(ui.Done, s.p.T("item.used")), s.mark(ui.Critical, s.p.T("item.critical")), s.mark(ui.Off, s.p.T("item.retired"))
	tags := []ui.Link{{Href: "/items?tag=ricevute", Text: "ricevute"}, {Href: "/items?tag=agevolazioni", Text: "agevolazioni fiscali"}}
	p.Rows = []ui.ItemRow{
		{Href: "/item", Lang: "it", Stem: "Chi ha donato chiede la ricevuta per la dichiarazione dei redditi. Che cosa rispondi?", About: "q12 · Denaro, ricevute, mai la carta · applicare · una risposta", Tags: tags, Marks: []ui.Mark{used, critical}},
		{Href: "/item", Lang: "it", Stem: "La ricevuta arriva entro ___ giorni.", About: "q31 · Denaro, ricevute, mai la carta · ricordare · completa", Marks: []ui.Mark{used}},
		{Href: "/item_young", Lang: "it", Stem: "Abbina ogni dono alla sua ricevuta.", About: "q44 · Privacy · comprendere · abbina", Tags: tags[:1], Marks: []ui.Mark{retired}},
	}
	p.Pages = p.Pager(s.p.T("item.page_of", "Shown", 3, "All", 34), "", "/items")
	return p
}

func (s stage) itemPage(heading string) *ui.Item {
	p := &ui.Item{Base: s.trainerBase("q12 · " + s.p.T("item.title")), Heading: heading, TextLang: "it", About: "Linea donazioni · Volontari della linea donazioni · in italiano"}
	p.Back = &ui.Link{Href: "/items", Text: s.p.T("item.title")}
	p.Facts = []ui.Fact{
		{Term: s.p.T("item.name"), Value: "q12"},
		{Term: s.p.T("item.bank"), Value: "Linea donazioni, banca delle domande"},
		{Term: s.p.T("item.module"), Value: "Denaro, ricevute, mai la carta"},
		{Term: s.p.T("item.level"), Value: s.p.T("item.level_apply")},
		{Term: s.p.T("item.type"), Value: s.p.T("quiz.kind_one")},
		{Term: s.p.T("item.points"), Value: "1"},
	}
	p.Uses = []ui.ItemUse{{Title: "Linea donazioni, prova finale", Texts: []string{s.p.T("item.use_cell", "N", 4, "Of", 14), s.p.T("item.use_level", "Percent", "50%"), s.p.T("item.use_for", "Titles", "Supera la prova finale, Rispondi alle domande")}}}
	p.NoUse = s.p.T("item.never_asked")
	return p
}

func (s stage) item() ui.View {
	p := s.itemPage("Chi ha donato chiede la ricevuta per la dichiarazione dei redditi. Che cosa rispondi?")
	p.Marks = []ui.Mark{s.mark(ui.Done, s.p.T("item.used")), s.mark(ui.Critical, s.p.T("item.critical"))}
	p.More = []ui.Said{{Quote: true, Text: "Buongiorno, ho donato a marzo. Mi serve la carta per il commercialista."}}
	options := []string{"Si detrae tutto: le mando la ricevuta", "Le mando la ricevuta e la scheda ufficiale", "Chieda al suo commercialista"}
	for i, o := range options {
		state, note := ui.Todo, "Dipende dall’ente e da come si paga."
		if i == 1 {
			state, note = ui.Done, s.p.T("draft.right")
		}
		p.Options = append(p.Options, ui.Check{State: state, Title: o, Note: note})
	}
	p.Explanation = "Sulle agevolazioni risponde la scheda ufficiale: non si promette niente."
	p.Tags = []ui.Link{{Href: "/items?tag=ricevute", Text: "ricevute"}, {Href: "/items?tag=agevolazioni", Text: "agevolazioni fiscali"}}
	p.Figures = ui.Figures{
		Facts: []ui.Fact{{Term: s.p.T("item.shown"), Value: s.p.T("item.shown_text", "N", 64, "Papers", 81)}, {Term: s.p.T("item.facility"), Value: s.p.T("item.facility_whole", "Percent", "39%", "N", 25)}, {Term: s.p.T("item.discrimination"), Value: s.p.T("item.disc_weak", "Value", "0,12")}, {Term: s.p.T("item.blank"), Value: "1 (1%)"}},
		Flags: []ui.Reason{
			{State: ui.Stopped, Title: s.p.T("item.flag_wrong_preferred", "Text", options[0]), Next: s.p.T("item.flag_wrong_preferred_next")},
			{State: ui.Warning, Title: s.p.T("item.flag_weak"), Next: s.p.T("item.flag_weak_next")},
		},
		Columns: []string{s.p.T("item.choice_count")},
		Notes:   []string{s.p.T("item.other_wording", "N", 7), s.p.T("item.who_counts")},
	}
	for i, n := range []int{33, 25, 5} {
		row := ui.ChoiceRow{State: ui.Todo, Word: s.p.T("item.choice"), Text: options[i], Counts: []ui.ChoiceCount{{N: s.p.Number(n), Share: s.p.Percent(float64(n) / 64), Bar: ui.Progress{Label: options[i], Value: n, Max: 64}}}}
		if i == 1 {
			row.State, row.Word = ui.Done, s.p.T("item.facility")
		}
		p.Figures.Choices = append(p.Figures.Choices, row)
	}
	p.History = []ui.ItemChange{
		{ID: "h0", Mark: s.mark(ui.Current, s.p.T("item.edited")), When: "4 gennaio 2027", Machine: "2027-01-04T10:20:00+01:00", By: "Teresa Mancuso", Note: "Il fondo Emporio è chiuso: non si propone più.", Href: "/content_changes", Hunks: s.hunk()},
		{ID: "h1", Mark: s.mark(ui.Done, s.p.T("item.added")), When: "1 dicembre 2026", Machine: "2026-12-01T09:00:00+01:00", Href: "/content_changes"},
	}
	p.Open = &ui.ItemEdit{Action: "/item", Key: "esempio.edit", Do: s.p.T("item.edit"), Note: s.p.T("item.edit_note")}
	field := p.Input("text", "reason", s.p.T("item.reason"), "").Hinted(s.p.T("item.reason_hint")).UpTo(300)
	p.Moves = []ui.Confirm{{ID: "retire", Open: s.p.T("item.retire_open"), Ask: s.p.T("item.retire_ask"), Action: "/item", Do: s.p.T("item.retire_do"), Bad: true, Reason: &field}}
	return p
}

func (s stage) youngItem() ui.View {
	p := s.itemPage("Abbina ogni dono alla sua ricevuta.")
	p.Marks = []ui.Mark{s.mark(ui.Off, s.p.T("item.retired"))}
	p.Notices = []ui.Notice{
		{Mark: s.mark(ui.Off, s.p.T("item.retired")), Text: s.p.T("item.retired_because", "Reason", "le ricevute ora le manda l’ufficio")},
		{Mark: s.mark(ui.Current, s.p.T("item.draft_word")), Text: s.p.T("item.draft_restored"), Action: &ui.Link{Href: "/draft", Text: s.p.T("item.to_draft")}},
	}
	p.Options = []ui.Check{{State: ui.Done, Title: "Denaro → ricevuta per posta"}, {State: ui.Done, Title: "Beni → bolla dell’ufficio"}, {State: ui.Todo, Title: "nessuna ricevuta", Note: s.p.T("draft.decoy")}}
	p.Figures = ui.Figures{Why: s.p.T("item.few", "N", 4, "Min", 10)}
	p.History = []ui.ItemChange{{ID: "h0", Mark: s.mark(ui.Done, s.p.T("item.added")), When: "1 dicembre 2026", Machine: "2026-12-01T09:00:00+01:00", Href: "/content_changes"}}
	p.Edit = &ui.Link{Href: "/editor#L9", Text: s.p.T("item.edit")}
	p.Moves = []ui.Confirm{{ID: "restore", Open: s.p.T("item.restore_open"), Ask: s.p.T("item.restore_ask"), Action: "/item", Do: s.p.T("item.restore_do")}}
	return p
}
