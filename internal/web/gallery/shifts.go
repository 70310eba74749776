package gallery

import (
	"abilita/internal/fault"
	"abilita/internal/web/ui"
)

func (s stage) shifts() []Example {
	return []Example{
		{"shifts", s.myShifts()},
		{"shifts-empty", &ui.Shifts{Base: s.learnerBase(s.p.T("shift.title"), "/"), Lead: s.p.T("shift.lead")}},
		{"line-shifts", s.lineShifts()},
		{"propose", s.propose()},
		{"propose-nobody", &ui.Propose{Base: s.volunteerBase(s.p.T("shift.propose_title"), "/shifts"), LineName: "Linea donazioni", When: "giovedì 28 gennaio, 10:00–14:00"}},
		{"shift-closing", s.shiftClosing()},
		{"shift-closed", s.shiftClosed()},
		{"hours", s.hours()},
		{"hours-empty", &ui.Hours{Base: s.volunteerBase(s.p.T("hours.title"), "/shifts"), Heading: s.p.T("hours.title")}},
		{"rota", s.rota()},
		{"rota-refused", s.rotaRefused()},
	}
}

func (s stage) ownShift() ui.ShiftRow {
	return ui.ShiftRow{ID: "1", When: "giovedì 28 gennaio, 10:00–14:00", Line: "Linea donazioni", Mark: s.mark(ui.Done, s.p.T("shift.is_yours")), Calendar: "/x.ics", Offer: "/shifts/1/offer", Propose: "/propose", Leave: "/shifts/1/leave"}
}

func (s stage) myShifts() *ui.Shifts {
	offered := ui.ShiftRow{ID: "2", When: "martedì 2 febbraio, 16:00–20:00", Line: "Linea donazioni", Note: s.p.T("shift.no_supervisor_yet"), Mark: s.mark(ui.Waiting, s.p.T("shift.is_offered")), Calendar: "/x.ics", Unoffer: "/shifts/2/keep", Leave: "/shifts/2/leave"}
	return &ui.Shifts{
		Base: s.volunteerBase(s.p.T("shift.title"), "/shifts"), Lead: s.p.T("shift.lead"), Works: true,
		Proposed: []ui.ShiftRow{{ID: "7", When: "lunedì 1 febbraio, 10:00–14:00", Line: "Linea donazioni", Mark: s.mark(ui.Waiting, s.p.T("shift.proposed_by", "Name", "Paolo R.")), Take: "/shifts/7/accept", Leave: "/shifts/7/decline"}},
		Mine:     []ui.ShiftRow{s.ownShift(), offered},
		Days: []ui.ShiftDay{
			{ID: "d0", Title: "venerdì 29 gennaio", Rows: []ui.ShiftRow{
				{ID: "3", When: "10:00–14:00", Line: "Linea donazioni", Mark: s.mark(ui.Todo, s.p.T("shift.seats_left", "N", 2)), Take: "/shifts/3/take"},
				{ID: "4", When: "14:00–18:00", Line: "Linea donazioni", Mark: s.mark(ui.Locked, s.p.T("shift.is_full")), Swap: "/shifts/4/swap"},
			}},
			{ID: "d1", Title: "sabato 30 gennaio", Rows: []ui.ShiftRow{
				{ID: "5", When: "10:00–14:00", Line: "Linea donazioni", Mark: s.mark(ui.Todo, s.p.T("shift.seats_left", "N", 1)), Why: s.p.T("shift.certified_until", "When", "29 gennaio 2027, 24:00, ora di Roma")},
			}},
		},
	}
}

func (s stage) lineShifts() *ui.LineShifts {
	b := s.staffBase(s.p.T("shift.line_title"), "/lines")
	b.Back = &ui.Link{Href: "/line", Text: "Linea donazioni"}
	both, boss := s.mark(ui.Stopped, s.p.T("shift.gap_both")), s.mark(ui.Due, s.p.T("shift.gap_supervisor"))
	candidates := []ui.Option{
		{Value: "volunteer 1", Label: s.p.T("shift.candidate_volunteer", "Name", "Marta Invernizzi", "N", 0)},
		{Value: "volunteer 2", Label: s.p.T("shift.candidate_volunteer", "Name", "Paolo Rinaldi", "N", 3)},
		{Value: "supervisor 9", Label: s.p.T("shift.candidate_supervisor", "Name", "Carla Riva")},
	}
	return &ui.LineShifts{
		Base: b, Heading: "Linea donazioni", Lead: s.p.T("shift.line_lead"), ToClose: []ui.Link{{Href: "/shift-closing", Text: "lunedì 25 gennaio, 10:00–14:00"}}, Links: []ui.Link{{Href: "/rota", Text: s.p.T("shift.to_rota")}},
		Gaps: []ui.ShiftGap{
			{Href: "#s1", Title: "martedì 26 gennaio, 10:00–14:00", Mark: both, Proposed: s.p.T("shift.proposed", "Names", "Marta Invernizzi, "+s.p.T("shift.asked_name", "Name", "Paolo Rinaldi")+" e Adele Tornaghi"), Invite: "/invite", Invites: []ui.Option{
				{Value: "volunteer 1", Label: s.p.T("shift.invite", "Name", "Marta Invernizzi")}, {Value: "volunteer 3", Label: s.p.T("shift.invite", "Name", "Adele Tornaghi")},
			}},
			{Href: "#s2", Title: "martedì 26 gennaio, 14:00–18:00", Mark: boss, Proposed: s.p.T("shift.nobody_free")},
		},
		Days: []ui.StaffedDay{{ID: "d0", Title: "martedì 26 gennaio", Rows: []ui.StaffedRow{
			{ID: "1", When: "10:00–14:00", Open: "/shift-closing", Seats: s.p.T("shift.taken", "Taken", 0, "Seats", 2), Mark: both, Put: "/p1", Off: "/o1", Candidates: candidates},
			{
				ID: "2", When: "14:00–18:00", Open: "/shift-closed", Seats: s.p.T("shift.taken", "Taken", 2, "Seats", 2), Mark: boss, Put: "/p2", Off: "/o2",
				People: []ui.Fact{{Term: s.p.T("shift.part_volunteer"), Value: "Adele Tornaghi e " + s.p.T("shift.offers", "Name", "Chiara Lodigiani")}}, Placed: []ui.Option{{Value: "3", Label: "Adele Tornaghi"}, {Value: "4", Label: "Chiara Lodigiani"}},
			},
		}}},
	}
}

func (s stage) shiftClosing() *ui.ShiftClosing {
	b := s.staffBase(s.p.T("shift.debrief_title", "When", "martedì 19 gennaio, 10:00–14:00"), "/lines")
	b.Back = &ui.Link{Href: "/line-shifts", Text: s.p.T("shift.line_title")}
	people := []ui.Option{
		{Value: "9", Label: "Carla Riva", Note: s.p.T("shift.part_supervisor")},
		{Value: "3", Label: "Adele Tornaghi", Note: s.p.T("shift.part_volunteer")},
		{Value: "4", Label: "Chiara Lodigiani", Note: s.p.T("shift.part_volunteer"), Selected: true},
	}
	return &ui.ShiftClosing{
		Base: b, Heading: "Linea donazioni", When: "martedì 19 gennaio, 10:00–14:00", State: s.mark(ui.Due, s.p.T("shift.waits_closing")), Lead: s.p.T("shift.close_lead"),
		Close: "/close", Version: "1", Absent: people, Enter: "/contact", Numbers: []ui.Option{{Value: "v0001", Label: "Adele Tornaghi"}}, At: "2027-01-19T10:00",
		Channels: []ui.Option{{Value: "phone", Label: "Telefono", Selected: true}, {Value: "chat", Label: "Chat"}},
		Contacts: []ui.ContactRow{{Name: "Adele Tornaghi", Number: "v0001", About: "telefono, 19 gennaio 2027, 10:40, ora di Roma, 12 minuti", By: "Carla Riva"}},
		Before: []ui.NoteRow{
			{About: s.p.T("shift.note_of", "When", "lunedì 18 gennaio, 14:00–18:00", "Name", "Carla Riva"), Text: "Pomeriggio tranquillo.\n\nIl collegamento per i bonifici non va: dite di chiamare l’ufficio."},
		},
	}
}

func (s stage) shiftClosed() *ui.ShiftClosing {
	p := s.shiftClosing()
	p.State, p.Lead, p.Close, p.Add, p.Enter = s.mark(ui.Done, s.p.T("shift.closed_by", "Name", "Carla Riva", "Date", "19 gennaio 2027, 14:10, ora di Roma")), "", "", "/note", ""
	p.People = []ui.ClosingRow{
		{Name: "Carla Riva", Part: s.p.T("shift.part_supervisor"), Mark: s.mark(ui.Done, s.p.T("shift.worked_present"))},
		{Name: "Adele Tornaghi", Part: s.p.T("shift.part_volunteer"), Mark: s.mark(ui.Done, s.p.T("shift.worked_present"))},
		{Name: "Chiara Lodigiani", Part: s.p.T("shift.part_volunteer"), Mark: s.mark(ui.None, s.p.T("shift.worked_absent"))},
	}
	p.Notes = []ui.NoteRow{{About: s.p.T("shift.note_by", "Name", "Carla Riva", "Date", "19 gennaio 2027, 14:10, ora di Roma"), Text: "Due chiamate lunghe, nessun problema."}}
	return p
}

func (s stage) propose() *ui.Propose {
	return &ui.Propose{
		Base: s.volunteerBase(s.p.T("shift.propose_title"), "/shifts"), LineName: "Linea donazioni", When: "giovedì 28 gennaio, 10:00–14:00", Action: "/shifts/1/propose",
		Colleagues: []ui.Option{{Value: "2", Label: "Chiara L."}, {Value: "3", Label: "Paolo R."}},
	}
}

func (s stage) hours() *ui.Hours {
	b := s.volunteerBase(s.p.T("hours.title"), "/shifts")
	row := func(month, shifts, sessions, contacts, all string) ui.HoursRow {
		return ui.HoursRow{Month: month, Shifts: shifts, Sessions: sessions, Contacts: contacts, All: all}
	}
	return &ui.Hours{
		Base: b, Heading: s.p.T("hours.title"), Lead: s.p.T("hours.lead", "Year", "46 h 30 min", "All", "46 h 30 min"), Decree: s.p.T("hours.path", "N", 60), CSV: "/hours.csv",
		Year: ui.Progress{Label: s.p.T("hours.year", "Since", "20 gennaio 2026"), Value: 46, Max: 60, Here: true}, Waiting: s.p.T("hours.waiting", "N", 1),
		Tables: []ui.HoursTable{{
			ID: "h0", Title: "Linea donazioni", Sum: row(s.p.T("hours.sum"), "8 · 32 h", "6 · 12 h 30 min", "31 · 4 h 10 min", "46 h 30 min"),
			Rows: []ui.HoursRow{row("gennaio 2027", "5 · 20 h", "–", "22 · 3 h", "22 h"), row("dicembre 2026", "3 · 12 h", "6 · 12 h 30 min", "9 · 1 h 10 min", "24 h 30 min")},
		}},
	}
}

func (s stage) rota() *ui.RotaPage {
	b := s.staffBase(s.p.T("rota.title"), "/lines")
	b.Back = &ui.Link{Href: "/line-shifts", Text: s.p.T("shift.line_title")}
	form := func(id, row string, day int, starts, ends, seats string) ui.RotaForm {
		f := ui.RotaForm{ID: id, Row: row, Title: s.p.Weekday(day) + ", " + starts + "–" + ends, Note: s.p.T("rota.seats_note", "N", 2), Starts: starts, Ends: ends, Seats: seats, From: "2027-01-20"}
		for d := 1; d <= 7; d++ {
			f.Days = append(f.Days, ui.Option{Value: string(rune('0' + d)), Label: s.p.Weekday(d), Selected: d == day})
		}
		return f
	}
	return &ui.RotaPage{
		Base: b, Heading: "Linea donazioni", Action: "/lines/donazioni/rota", New: form("new", "0", 1, "10:00", "14:00", "2"),
		Rows: []ui.RotaForm{form("row-1", "1", 2, "10:00", "14:00", "2"), form("row-2", "2", 2, "14:00", "18:00", "2"), form("row-3", "3", 6, "22:00", "02:00", "1")},
	}
}

func (s stage) rotaRefused() *ui.RotaPage {
	p := s.rota()
	p.Refused, p.Errors = "row-1", fault.Form{fault.New(fault.Invalid, "rota.loses").With("N", 2).On("agreed")}
	p.Rows[0].Starts, p.Rows[0].Lost = "11:00", "2"
	p.Lost = []ui.Fact{{Term: "martedì 26 gennaio, 10:00–14:00", Value: "Adele Tornaghi"}, {Term: "martedì 2 febbraio, 10:00–14:00", Value: "Chiara Lodigiani"}}
	return p
}
