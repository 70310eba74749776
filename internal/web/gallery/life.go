package gallery

import "abilita/internal/web/ui"

// life are the pages of what comes after the certificate.
func (s stage) life() []Example {
	return []Example{{"contacts", s.contacts()}, {"level", s.level()}, {"level-own", s.levelOwn()}, {"emergency", s.emergency()}}
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
