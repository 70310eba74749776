package gallery

import "abilita/internal/web/ui"

// catalogue are the pages of services and funds.
func (s stage) catalogue() []Example {
	return []Example{{"catalogue", s.ownCatalogue()}, {"catalogue_line", s.lineCatalogue()}, {"catalogue_empty", s.noCatalogue()}, {"card", s.card()}, {"card_edit", s.cardEdit()}, {"change_card", s.changeCard()}}
}

func (s stage) shopping() ui.CardRow {
	return ui.CardRow{
		ID: "c-spesa", Name: "Spesa a casa", Owner: "Orto Lungo", Mark: s.mark(ui.Done, s.p.T("catalogue.service_active")),
		Facts: []ui.Fact{
			{Term: s.p.T("catalogue.f_what"), Value: "Porta la spesa a chi non può uscire."},
			{Term: s.p.T("catalogue.f_access"), Value: "Entro le 18 del giorno prima, per telefono."},
			{Term: s.p.T("catalogue.f_price"), Value: "6 euro a consegna."},
			{Term: s.p.T("catalogue.f_avoid"), Value: "«Arriva quando vuole lei.»"},
		},
	}
}

func (s stage) shelves(staff bool) []ui.CatalogueShelf {
	shelf := func(key string, cards ...ui.CardRow) ui.CatalogueShelf {
		if staff {
			for i := range cards {
				cards[i].Open = "/card"
			}
		}
		return ui.CatalogueShelf{ID: key, Title: s.p.T("catalogue.shelf_" + key), Note: s.p.T("catalogue.shelf_" + key + "_note"), Cards: cards}
	}
	first := s.shopping()
	if staff {
		first.Owing = s.p.T("catalogue.owing", "N", 3, "Of", 41)
	}
	return []ui.CatalogueShelf{
		shelf("offer", first, ui.CardRow{ID: "c-inverno", Name: "Inverno", Mark: s.mark(ui.Done, s.p.T("catalogue.fund_active")), Facts: []ui.Fact{{Term: s.p.T("catalogue.f_what"), Value: "Posti letto, pasti caldi, coperte."}, {Term: s.p.T("catalogue.f_access"), Value: "Si dona con bonifico o dal sito."}}}),
		shelf("wait", ui.CardRow{ID: "c-stireria", Name: "Stireria di quartiere", Owner: "Passamano", Mark: s.mark(ui.Todo, s.p.T("catalogue.service_preparing")), Facts: []ui.Fact{{Term: s.p.T("catalogue.f_what"), Value: "Stira e riconsegna in due giorni."}}}),
		shelf("closed", ui.CardRow{ID: "c-riparazioni", Name: "Piccole riparazioni", Owner: "Passamano", Mark: s.mark(ui.Off, s.p.T("catalogue.service_closed")), Facts: []ui.Fact{{Term: s.p.T("catalogue.f_what"), Value: "Chiuso a settembre."}}}),
	}
}

func (s stage) ownCatalogue() ui.View {
	p := &ui.Catalogue{Base: s.volunteerBase(s.p.T("catalogue.title"), "/shifts"), Lead: s.p.T("catalogue.own_lead"), Shelves: s.shelves(false)}
	p.Back = &ui.Link{Href: "#", Text: s.p.T("change.back")}
	return p
}

func (s stage) lineCatalogue() ui.View {
	p := &ui.Catalogue{Base: s.staffBase(s.p.T("catalogue.title"), "/lines"), About: "Sportello del territorio", Lead: s.p.T("catalogue.lead"), Shelves: s.shelves(true)}
	p.Back, p.New = &ui.Link{Href: "#", Text: "Sportello del territorio"}, &ui.Link{Href: "/card_edit", Text: s.p.T("catalogue.new")}
	return p
}

func (s stage) noCatalogue() ui.View {
	p := &ui.Catalogue{Base: s.staffBase(s.p.T("catalogue.title"), "/lines"), About: "Linea ascolto", Lead: s.p.T("catalogue.lead")}
	p.New, p.Empty = &ui.Link{Href: "/card_edit", Text: s.p.T("catalogue.new")}, ui.EmptyState{Title: s.p.T("catalogue.empty"), Text: s.p.T("catalogue.empty_text")}
	return p
}

func (s stage) card() ui.View {
	p := &ui.Card{Base: s.staffBase("Spesa a casa", "/lines"), About: "Sportello del territorio · " + s.p.T("catalogue.kind_service"), Row: s.shopping(), Edit: &ui.Link{Href: "/card_edit", Text: s.p.T("catalogue.change")}}
	p.Back = &ui.Link{Href: "/catalogue_line", Text: s.p.T("catalogue.title")}
	active := s.mark(ui.Done, s.p.T("catalogue.service_active"))
	p.Versions = []ui.CardVersion{
		{
			ID: "v2", When: "18 gennaio 2027, 9:12", Who: "Teresa Mancuso", Mark: active, Changed: s.p.T("catalogue.changed", "What", s.p.T("catalogue.p_price")), Note: "Da febbraio una consegna costa un euro di più.",
			Asks: s.p.T("catalogue.asked_micro") + ", alle 24 di lunedì 1 febbraio", OwingNote: s.p.T("catalogue.owing", "N", 2, "Of", 41), Owing: []ui.Link{{Href: "/person", Text: "Emma Viganò v0107"}, {Href: "/person", Text: "Ivo Sala v0211"}},
		},
		{ID: "v1", When: "2 novembre 2026, 17:40", Who: "Teresa Mancuso", Mark: active, Changed: s.p.T("catalogue.first"), Asks: s.p.T("catalogue.asked_confirm") + ", alle 24 di lunedì 9 novembre"},
	}
	return p
}

func (s stage) cardEdit() ui.View {
	p := &ui.CardEdit{Base: s.staffBase(s.p.T("catalogue.change_of", "Name", "Spesa a casa"), "/lines"), About: "Sportello del territorio", Action: "#"}
	p.Heading, p.Back = p.Title, &ui.Link{Href: "/card", Text: "Spesa a casa"}
	for _, state := range []string{"active", "revising", "closed"} {
		p.States = append(p.States, ui.Option{Value: state, Label: s.p.T("catalogue.service_" + state), Note: s.p.T("catalogue.state_" + state + "_note"), Selected: state == "active"})
	}
	for _, impact := range []string{"none", "notice", "confirm", "micro", "recertify"} {
		p.Impacts = append(p.Impacts, ui.Option{Value: impact, Label: s.p.T("catalogue.impact_" + impact), Note: s.p.T("catalogue.impact_" + impact + "_note"), Selected: impact == "micro"})
	}
	p.Usual = s.p.T("catalogue.usual", "What", s.p.T("catalogue.impact_micro"))
	p.Typed = ui.CardTyped{
		Number: "1", Name: "Spesa a casa", Owner: "Orto Lungo", What: "Porta la spesa a chi non può uscire.", Access: "Entro le 18 del giorno prima, per telefono.", Price: "6 euro a consegna.",
		Note: "Da febbraio una consegna costa un euro di più.", Question: "Quanto costa una consegna?", Right: "6 euro", Wrong: "5 euro", Why: "Il prezzo sta nella scheda.",
	}
	p.Plan = &ui.PlanView{Lead: s.p.T("catalogue.changed", "What", s.p.T("catalogue.p_price")), Touched: []ui.PlanRow{
		{Href: "/person", Name: "Emma Viganò", Number: "v0107", What: s.p.T("catalogue.asks_micro"), Until: "alle 24 di lunedì 1 febbraio"}, {Href: "/person", Name: "Ivo Sala", Number: "v0211", What: s.p.T("catalogue.asks_micro"), Until: "alle 24 di lunedì 1 febbraio"},
	}}
	return p
}

func (s stage) changeCard() ui.View {
	row := s.shopping()
	p := &ui.Change{
		Base: s.volunteerBase(s.p.T("change.title"), "/"), Heading: "Spesa a casa", About: "Sportello del territorio", Note: "Da febbraio una consegna costa un euro di più.", Mark: s.mark(ui.Warning, "da fare entro il 1° febbraio"),
		Rule: s.p.T("catalogue.rule_micro", "Until", "alle 24 di lunedì 1 febbraio"), Action: "#", Card: &row, Was: []ui.Fact{{Term: s.p.T("catalogue.f_price"), Value: "5 euro a consegna."}},
		Question: "Quanto costa una consegna?", Answers: []ui.Option{{Value: "0", Label: "5 euro"}, {Value: "1", Label: "6 euro"}, {Value: "2", Label: "niente"}},
	}
	p.Back = &ui.Link{Href: "#", Text: s.p.T("change.back")}
	return p
}
