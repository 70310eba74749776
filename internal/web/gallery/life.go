package gallery

import "abilita/internal/web/ui"

// life are the pages of what comes after the certificate.
func (s stage) life() []Example {
	return []Example{{"contacts", s.contacts()}, {"level", s.level()}, {"level-own", s.levelOwn()}, {"emergency", s.emergency()}, {"appeals", s.appeals()}, {"appeal", s.appeal()}, {"appeal-decided", s.appealDecided()}}
}

func (s stage) lifeBase(title string) ui.Base {
	b := s.staffBase(s.p.T(title), "/lines")
	b.Back = &ui.Link{Href: "/lines/donazioni", Text: "Linea donazioni"}
	return b
}

func (s stage) phoneAndChat() []ui.Option {
	return []ui.Option{{Value: "phone", Label: "Telefono", Selected: true}, {Value: "chat", Label: "Chat"}}
}

func (s stage) contacts() *ui.Contacts {
	b := s.lifeBase("contact.title")
	p := &ui.Contacts{LineName: "Linea donazioni", Action: "/lines/donazioni/contacts", Channels: s.phoneAndChat(), At: "2027-01-20T11:30"}
	for i, name := range []string{"Adele Tornaghi", "Lucia Brambilla", "Adele Tornaghi"} {
		p.Rows = append(p.Rows, ui.ContactRow{Name: name, Number: "v0398", About: s.p.T("gate.channel_phone") + ", " + b.DateTime(s.on(20, 11-i, 12)), By: "Carla Meroni"})
	}
	p.Base = b
	return p
}

func (s stage) level() *ui.Level {
	t := s.p
	b := s.lifeBase("level.title")
	p := &ui.Level{
		Heading: "Adele Tornaghi", About: "Linea donazioni", Stand: s.mark(ui.On, t.T("level.now", "Level", t.T("letter.level_supervised"), "Date", b.Date(s.on(8, 0, 0)))),
		Lead:     t.T("level.about_supervised") + " " + t.T("level.needs", "Level", t.T("letter.level_autonomous"), "N", 2, "Seen", 2),
		Progress: ui.Progress{Label: t.T("level.progress", "Level", t.T("letter.level_autonomous")), Value: 2, Max: 2, Here: true},
		Raise:    "/certificates/7/level/raise", RaiseTo: t.T("level.raise_to", "Level", t.T("letter.level_autonomous")),
		Observe: "/certificates/7/level/observe", Channels: s.phoneAndChat(), At: "2027-01-20T11:30",
		Verdicts: []ui.Option{{Value: "good", Label: t.T("level.verdict_good"), Selected: true}, {Value: "not_yet", Label: t.T("level.verdict_not_yet")}},
		Rows: []ui.HeardRow{
			{Mark: s.mark(ui.Done, t.T("level.verdict_good")), About: t.T("level.heard_by", "Name", "Carla Meroni", "Channel", t.T("gate.channel_phone"), "Date", b.DateTime(s.on(19, 18, 5))), Note: "Ha lasciato il tempo di parlare e ha riassunto con calma."},
			{Mark: s.mark(ui.Waiting, t.T("level.verdict_not_yet")), About: t.T("level.heard_by", "Name", "Mara Conti", "Channel", t.T("gate.channel_phone"), "Date", b.DateTime(s.on(16, 17, 40))), Note: "La prossima volta chiedi prima se c’è pericolo, poi il resto."},
		},
		Hours: []ui.Fact{{Term: b.MonthYear(s.on(20, 0, 0)), Value: t.T("level.month", "N", 9, "Time", t.Duration(s.on(1, 1, 45).Sub(s.on(1, 0, 0))))}},
	}
	p.Base = b
	return p
}

// levelOwn is the page as the volunteer sees it.
func (s stage) levelOwn() *ui.Level {
	p := s.level()
	p.Raise, p.RaiseTo, p.Observe = "", "", ""
	return p
}

func (s stage) emergency() *ui.Emergency {
	t := s.p
	b := s.lifeBase("emergency.title")
	p := &ui.Emergency{
		LineName: "Linea donazioni", Action: "/lines/donazioni/emergency", Hours: "2",
		Waives:   []string{t.T("gate.certificate_expired"), t.T("gate.content_overdue"), t.T("gate.station_unchecked"), t.T("gate.supervisor_absent"), t.T("gate.recency_lapsed")},
		Never:    []string{t.T("gate.agent_suspended"), t.T("gate.certificate_revoked"), t.T("gate.not_in_register"), t.T("gate.certificate_missing"), t.T("gate.paused")},
		Informed: []ui.Option{{Value: "0", Label: t.T("emergency.choose"), Selected: true}, {Value: "3", Label: "Bruno Sala"}},
		Rows: []ui.OverrideRow{{
			Mark: s.mark(ui.On, t.T("emergency.holds")), Name: "Adele Tornaghi · v0398", Words: t.T("emergency.motive_nobody_else") + ": tre persone con l’influenza.",
			About: t.T("emergency.about", "From", b.DateTime(s.on(20, 10, 0)), "Until", b.DateTime(s.on(20, 14, 0)), "By", "Teresa Villa", "Informed", "Bruno Sala"),
			End:   &ui.Confirm{ID: "end-1", Open: t.T("emergency.end"), Ask: t.T("emergency.end_ask"), Do: t.T("emergency.end_do"), Action: "#", Bad: true},
		}},
	}
	for _, m := range []string{"nobody_else", "disaster", "system_down", "other"} {
		p.Motives = append(p.Motives, ui.Option{Value: m, Label: t.T("emergency.motive_" + m)})
	}
	p.Base = b
	return p
}

func (s stage) appeals() *ui.Appeals {
	p := &ui.Appeals{Base: s.staffBase(s.p.T("appeal.title"), "/inbox")}
	p.Rows = []ui.InboxRow{
		{Href: "/appeal", Name: "Adele Tornaghi", Programme: s.p.T("person.event_revoked", "Line", "Linea donazioni"), At: s.on(17, 10, 5), State: s.mark(ui.Waiting, s.p.T("appeal.open")), Note: s.p.T("inbox.waits", "N", 3)},
		{Href: "/appeal-decided", Name: "Lucia Brambilla", Programme: s.p.T("person.whole_suspended"), At: s.on(12, 18, 40), State: s.mark(ui.Done, s.p.T("appeal.is_lifted"))},
	}
	return p
}

func (s stage) appeal() *ui.AppealSheet {
	b := s.staffBase(s.p.T("appeal.of", "Name", "Adele Tornaghi"), "/inbox")
	b.Back = &ui.Link{Href: "/appeals", Text: s.p.T("appeal.title")}
	p := &ui.AppealSheet{
		About: "Adele Tornaghi · n. v0398", Person: &ui.Link{Href: "/person", Text: s.p.T("signing.person")}, Action: "/appeal", Note: s.p.T("appeal.means_revoked"),
		Decision: []ui.Fact{
			{Term: s.p.T("appeal.about"), Value: s.p.T("person.event_revoked", "Line", "Linea donazioni")},
			{Term: s.p.T("correct.since"), Value: b.DateTime(s.on(15, 9, 30))},
			{Term: s.p.T("correct.by"), Value: "Teresa Mancuso"},
			{Term: s.p.T("person.motive"), Value: s.p.T("person.motive_privacy")},
			{Term: s.p.T("appeal.stop_words"), Value: "Ha letto un indirizzo ad alta voce in cucina."},
		},
		Asked: s.p.T("appeal.asked", "When", b.DateTime(s.on(17, 10, 5)), "Until", "14 febbraio 2027"), Words: "Quella sera non ero di turno: in cucina c’era un’altra persona.",
	}
	for _, o := range []string{"upheld", "wrong"} {
		p.Options = append(p.Options, ui.Option{Value: o, Label: s.p.T("appeal.do_" + o), Note: s.p.T("appeal.do_" + o + "_note")})
	}
	p.Base = b
	return p
}

func (s stage) appealDecided() *ui.AppealSheet {
	p := s.appeal()
	p.Action, p.Outcome = "", []ui.Fact{
		{Term: s.p.T("appeal.outcome"), Value: "La decisione era sbagliata"},
		{Term: s.p.T("correct.by"), Value: "Carla Meroni"},
		{Term: s.p.T("appeal.when"), Value: p.DateTime(s.on(19, 16, 0))},
		{Term: s.p.T("appeal.reason"), Value: "Il registro dei turni le dà ragione."},
	}
	p.Enrol, p.EnrolTo = &ui.Link{Href: "/person", Text: s.p.T("appeal.enrol")}, s.p.T("appeal.enrol_text", "Name", "Adele Tornaghi")
	return p
}

// stopPanel is what the holder of a stopped certificate sees.
func (s stage) stopPanel(b *ui.Base) ui.AppealPanel {
	return ui.AppealPanel{
		Form: "appeal", Title: s.p.T("appeal.stop_revoked", "Line", "Linea donazioni"), Action: "#",
		Facts: []ui.Fact{{Term: s.p.T("correct.since"), Value: b.DateTime(s.on(15, 9, 30))}, {Term: s.p.T("person.motive"), Value: s.p.T("person.motive_privacy")}},
		Said:  []string{s.p.T("appeal.may_ask", "Until", "14 febbraio 2027, alle 24"), s.p.T("appeal.final")},
	}
}
