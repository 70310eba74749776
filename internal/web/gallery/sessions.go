package gallery

import "abilita/internal/web/ui"

func (s stage) sessions() []Example {
	return []Example{
		{"sessions", s.agenda()},
		{"sessions-staff", s.staffSessions()},
		{"sessions-empty", &ui.Sessions{Base: s.learnerBase(s.p.T("session.title"), "/sessions"), Lead: s.p.T("session.lead")}},
		{"room", s.room()},
		{"room-closed", s.roomClosed()},
		{"session-plan", s.sessionPlan()},
	}
}

func (s stage) agenda() *ui.Sessions {
	booked := ui.Meeting{ID: "1", SessionCard: s.home().Sessions[0], Mark: s.mark(ui.Done, "prenotata"), Leave: "/sessions/1/leave"}
	now := ui.Meeting{ID: "2", SessionCard: ui.SessionCard{Title: "Serata di formazione", Text: "Con Davide Colnaghi.", Start: s.on(20, 18, 30), End: s.on(20, 20, 30), Join: "https://stanza.example/1"}, Mark: s.mark(ui.Done, "prenotata")}
	open := ui.Meeting{ID: "3", SessionCard: ui.SessionCard{Title: "Laboratorio con il programma", Text: "Con Davide Colnaghi.", Start: s.on(23, 10, 0), End: s.on(23, 12, 0)}, Mark: s.mark(ui.Todo, "4 posti liberi"), Book: "/sessions/3/book"}
	full := ui.Meeting{ID: "4", SessionCard: ui.SessionCard{Title: "Chiamata valutata", Start: s.on(25, 18, 0), End: s.on(25, 18, 30)}, Mark: s.mark(ui.Locked, "Posti finiti")}
	past := ui.Meeting{ID: "5", SessionCard: ui.SessionCard{Title: "Serata di formazione", Start: s.on(14, 20, 30), End: s.on(14, 22, 30)}, Mark: s.mark(ui.Done, "presente")}
	return &ui.Sessions{
		Base: s.learnerBase(s.p.T("session.title"), "/sessions"), Lead: s.p.T("session.lead"),
		Groups: []ui.SessionGroup{{ID: "h-mine", Title: s.p.T("session.mine"), Items: []ui.Meeting{now, booked}}, {ID: "h-open", Title: s.p.T("session.open"), Items: []ui.Meeting{open, full}}, {ID: "h-past", Title: s.p.T("session.past"), Items: []ui.Meeting{past}}},
	}
}

func (s stage) roomGroups() []ui.RoomGroup {
	return []ui.RoomGroup{
		{ID: "d0", Title: "mercoledì 20 gennaio", Items: []ui.RoomRow{{Href: "/room", Title: "Serata di formazione", When: "18:30–20:30", Note: "12 su 25 posti", Mark: s.mark(ui.Current, "adesso")}}},
		{ID: "d1", Title: "giovedì 21 gennaio", Items: []ui.RoomRow{{Href: "/room", Title: "Chiamata valutata", When: "18:30–19:00", Note: "1 su 1 posti · Con Nadia Brambati.", Mark: s.mark(ui.Todo, "in programma")}}},
	}
}

func (s stage) staffSessions() *ui.Sessions {
	return &ui.Sessions{
		Base: s.staffBase(s.p.T("session.title"), "/sessions"), Lead: s.p.T("session.lead_staff"), Staff: true, Rooms: s.roomGroups(),
		Plans: []ui.Link{{Href: "/session-plan", Text: "Calendario: Gennaio 2027"}},
	}
}

func (s stage) room() *ui.Room {
	b := s.staffBase("Serata di formazione", "/sessions")
	b.Back = &ui.Link{Href: "/sessions-staff", Text: s.p.T("session.title")}
	r := &ui.Room{
		Base: b, Heading: "Serata di formazione", About: "mercoledì 20 gennaio, 18:30–20:30", Mark: s.mark(ui.Current, "adesso"), Version: "2",
		Facts: []ui.Fact{{Term: "Quando", Value: "mercoledì 20 gennaio, 18:30–20:30, ora di Roma"}, {Term: "Conduce", Value: "Davide Colnaghi"}, {Term: "Posti", Value: "3 su 25"}},
		Join:  "https://stanza.example/1", Register: "/sessions/2/register", RegisterText: s.p.T("session.register_text"),
	}
	for _, o := range []string{"present", "absent", "excused"} {
		r.Outcomes = append(r.Outcomes, ui.Option{Value: o, Label: s.p.T("session.is_" + o)})
	}
	for _, p := range [][2]string{{"v0412", "Giulia Ferrandi"}, {"v0415", "Hamid Rezai"}, {"v0420", "Marta Invernizzi"}} {
		r.Seats = append(r.Seats, ui.RoomSeat{Number: p[0], Name: p[1], Href: "/person", Mark: s.mark(ui.Waiting, "prenotata"), Outcomes: r.Outcomes})
	}
	return r
}

func (s stage) roomClosed() *ui.Room {
	r := s.room()
	r.Mark, r.Register, r.RegisterText, r.Join = s.mark(ui.Done, "registro chiuso"), "", s.p.T("session.register_done"), ""
	r.Correct = "/sessions/2/correct"
	r.Seats[0].Mark, r.Seats[1].Mark, r.Seats[2].Mark = s.mark(ui.Done, "presente"), s.mark(ui.Done, "presente"), s.mark(ui.Stopped, "assente")
	r.Move, r.Date, r.At = "/sessions/2/move", "2027-01-27", "20:30"
	why := r.Input("text", "reason", s.p.T("session.reason"), "")
	r.Cancel = &ui.Confirm{ID: "cancel", Open: s.p.T("session.cancel_open"), Ask: s.p.T("session.cancel_ask"), Action: "/sessions/2/cancel", Do: s.p.T("session.cancel_do"), Bad: true, Reason: &why, Version: "2"}
	return r
}

func (s stage) sessionPlan() *ui.SessionPlan {
	b := s.staffBase(s.p.T("session.plan_title"), "/sessions")
	b.Back = &ui.Link{Href: "/sessions-staff", Text: s.p.T("session.title")}
	p := &ui.SessionPlan{
		Base: b, Heading: "Calendario: Gennaio 2027", About: "Linea donazioni", Action: "/cohorts/1/sessions", Patterns: []ui.Link{{Href: "#", Text: "Serate di formazione"}, {Href: "#", Text: "Laboratorio con il programma"}},
		Kinds: []ui.Option{{Value: "evening", Label: "serata"}, {Value: "lab", Label: "laboratorio"}}, Name: "Serate di formazione", At: "20:30", First: "2027-01-05", Minutes: "120", Count: "4", Seats: "25", Slot: "0",
		Trainers: []ui.Option{{Value: "d", Label: "Davide Colnaghi"}}, Scripts: []ui.Option{{Label: "Nessuno"}}, Planned: s.roomGroups(),
	}
	for i, d := range []string{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"} {
		p.Days = append(p.Days, ui.Option{Value: string(rune('1' + i)), Label: d, Selected: i == 1 || i == 3})
	}
	return p
}
