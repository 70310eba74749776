package gallery

import "abilita/internal/web/ui"

// organise are the pages of whoever sets the program up.
func (s stage) organise() []Example {
	return []Example{
		{"guide", s.guide()},
		{"line-form", s.lineForm()},
		{"cohort-form", s.cohortForm()},
		{"line-edit", s.lineEdit()},
		{"cohort-edit", s.cohortEdit()},
		{"staff", s.staffList()},
		{"keys", s.keys()},
		{"hooks", s.hooks()},
	}
}

func (s stage) guide() *ui.Guide {
	t := s.p
	return &ui.Guide{
		Base: s.staffBase(t.T("organise.guide"), "/guide"),
		Next: &ui.NextStep{Title: t.T("organise.next_staff"), Text: t.T("organise.step_staff_todo"), Href: "/staff", Label: t.T("organise.go")},
		Steps: []ui.Step{
			{State: ui.Done, Title: t.T("organise.step_line"), Word: t.T("organise.word_done"), Text: t.T("organise.step_line_done", "N", 1), Href: "/lines/new"},
			{State: ui.Done, Title: t.T("organise.step_cohort"), Word: t.T("organise.word_done"), Text: t.T("organise.step_cohort_done", "N", 1), Href: "/cohorts/new"},
			{State: ui.Current, Title: t.T("organise.step_staff"), Text: t.T("organise.step_staff_todo"), Href: "/staff", Here: true, Ahead: true},
			{State: ui.Todo, Title: t.T("organise.step_keys"), Word: t.T("organise.word_todo"), Text: t.T("organise.step_keys_todo"), Href: "/keys", Ahead: true},
			{State: ui.Done, Title: t.T("organise.step_form"), Word: t.T("organise.word_done"), Text: t.T("organise.step_form_done"), Href: "/apply/donazioni"},
		},
	}
}

func (s stage) lineForm() *ui.LineForm {
	p := &ui.LineForm{
		Base: s.staffBase(s.p.T("organise.line"), "/guide"), Action: "/lines/new", Code: "donazioni", Name: "Linea donazioni", Zone: "Europe/Rome",
		Opens: "10:00", Closes: "20:00", Fallback: "segreteria", MinAge: "18", Launch: "2027-01-25",
		Channels:   []ui.Option{{Value: "phone", Label: s.p.T("organise.channel_phone"), Selected: true}, {Value: "chat", Label: s.p.T("organise.channel_chat")}},
		Programmes: []ui.Option{{Value: "pr-donazioni", Label: "Volontari della linea donazioni", Selected: true}},
	}
	for d := 1; d <= 7; d++ {
		p.Days = append(p.Days, ui.Option{Value: string(rune('0' + d)), Label: s.p.Weekday(d), Selected: true})
	}
	return p
}

// lineEdit is shown with what somebody else stored meanwhile.
func (s stage) lineEdit() *ui.LineEdit {
	t := s.p
	p := &ui.LineEdit{
		Base: s.staffBase(t.T("organise.line_edit"), "/lines"), Action: "/lines/donazioni/edit", Version: "3", Code: "donazioni", LineName: "Linea donazioni", LineZone: "Europe/Rome",
		Name: "Linea donazioni", Lease: "5", Fallback: "segreteria", MinAge: "18", Launch: "2027-01-25", Dialled: "+390212345", AddressForm: "sip:{agent}@centralino.example.org",
		Channels: []ui.Option{{Value: "phone", Label: t.T("organise.channel_phone"), Selected: true}, {Value: "chat", Label: t.T("organise.channel_chat")}},
		Stored:   []ui.Fact{{Term: t.T("organise.line_name"), Value: "Linea donazioni di Milano"}, {Term: t.T("organise.hours"), Value: t.T("line.hours_of", "Day", t.Weekday(1), "Opens", "09:00", "Closes", "20:00")}},
	}
	for _, r := range []string{"finish", "hand_over", "cut"} {
		p.Running = append(p.Running, ui.Option{Value: r, Label: t.T("organise.running_" + r), Note: t.T("organise.running_" + r + "_note"), Selected: r == "finish"})
	}
	for d := 1; d <= 7; d++ {
		day := ui.DayHours{ID: string(rune('0' + d)), Label: t.Weekday(d), Opens: "10:00", Closes: "20:00"}
		if d == 7 {
			day.Opens, day.Closes = "", ""
		}
		p.Week = append(p.Week, day)
	}
	return p
}

func (s stage) cohortEdit() *ui.CohortEdit {
	return &ui.CohortEdit{
		Base: s.staffBase(s.p.T("organise.cohort_edit"), "/lines"), Action: "/cohorts/1/edit", Version: "1", LineName: "Linea donazioni", Sessions: "/cohorts/1/sessions",
		Taken: s.p.T("organise.cohort_taken", "N", 36), Name: "Gennaio 2027", Starts: "2027-01-07", Ends: "2027-01-25", Seats: "40",
	}
}

func (s stage) cohortForm() *ui.CohortForm {
	return &ui.CohortForm{
		Base: s.staffBase(s.p.T("organise.cohort"), "/guide"), Action: "/cohorts/new", LineID: "1", LineName: "Linea donazioni", Name: "Marzo 2027",
		Starts: "2027-03-01", Ends: "2027-04-30", Seats: "25", Trainers: []ui.Option{{Value: "0", Label: s.p.T("organise.trainer_none")}, {Value: "4", Label: "Davide Colnaghi", Selected: true}},
		Cohorts: []ui.Fact{{Term: "Gennaio 2027", Value: s.p.T("organise.cohort_fact", "From", s.p.Date(s.on(7, 0, 0)), "To", s.p.Date(s.on(25, 0, 0)), "Taken", 36, "Seats", 40)}},
	}
}

func (s stage) endRole(id string) ui.Confirm {
	return ui.Confirm{ID: "end-" + id, Open: s.p.T("organise.end_role"), Ask: s.p.T("organise.end_role_ask"), Do: s.p.T("organise.end_role_do"), Action: "/staff/" + id + "/end", Bad: true}
}

func (s stage) staffList() *ui.Staff {
	t := s.p
	p := &ui.Staff{
		Base: s.staffBase(t.T("organise.staff"), "/guide"), Action: "/staff",
		Roles:  []ui.Option{{Value: "trainer", Label: t.T("organise.role_trainer"), Selected: true}, {Value: "evaluator", Label: t.T("organise.role_evaluator")}},
		Scopes: []ui.Option{{Value: "cohort:1", Label: t.T("organise.scope_cohort", "Name", "Gennaio 2027")}, {Value: "all", Label: t.T("organise.scope_all")}},
		Rows: []ui.StaffRow{
			{ID: "1", Name: "Teresa Mancuso", Email: "teresa@posta.example", Role: t.T("organise.role_coordinator"), Scope: t.T("organise.scope_line", "Name", "Linea donazioni"), State: s.mark(ui.Done, t.T("organise.signed_up")), End: s.endRole("1")},
			{ID: "2", Name: "Davide Colnaghi", Email: "davide@posta.example", Role: t.T("organise.role_trainer"), Scope: t.T("organise.scope_cohort", "Name", "Gennaio 2027"), State: s.mark(ui.Waiting, t.T("organise.not_yet")), End: s.endRole("2")},
		},
	}
	p.Link = p.Code("invite", t.T("organise.invite_link"), "https://abilita.casa-aperta.example/in/12-esempio")
	return p
}

func (s stage) keys() *ui.Keys {
	t := s.p
	p := &ui.Keys{
		Base: s.staffBase(t.T("organise.keys"), "/guide"), Action: "/keys", Ask: "/keys", AskAgent: "v0412", Asked: true, Answer: s.mark(ui.Off, t.T("organise.cannot")),
		Rows: []ui.KeyRow{{
			Name: "Centralino di Milano", Scopes: t.T("organise.scope_check"), Lines: t.T("organise.key_all"), Made: t.T("organise.key_date", "Date", t.Date(s.on(4, 0, 0))),
			End: ui.Confirm{ID: "end-1", Open: t.T("organise.key_end"), Ask: t.T("organise.key_end_ask"), Do: t.T("organise.key_end_do"), Action: "/keys/1/end", Bad: true},
		}, {
			Name: "Gestionale dei volontari", Scopes: t.T("organise.scope_stop"), Lines: "donazioni", ActsFor: t.T("organise.key_for", "Name", "Teresa Mancuso"), Idle: t.T("organise.key_idle"),
			Made: t.T("organise.key_date", "Date", t.Date(s.on(2, 0, 0))),
			End:  ui.Confirm{ID: "end-2", Open: t.T("organise.key_end"), Ask: t.T("organise.key_end_ask"), Do: t.T("organise.key_end_do"), Action: "/keys/2/end", Bad: true},
		}},
		ActsFor: []ui.Option{{Label: t.T("organise.key_for_nobody")}, {Value: "1", Label: "Teresa Mancuso"}},
		Scopes:  []ui.Option{{Value: "check", Label: t.T("organise.scope_check"), Selected: true}, {Value: "list", Label: t.T("organise.scope_list"), Selected: true}},
		AskLine: []ui.Option{{Value: "donazioni", Label: "Linea donazioni"}}, AskChan: []ui.Option{{Value: "phone", Label: t.T("organise.channel_phone")}},
		Reasons: []ui.Reason{{State: ui.Stopped, Title: t.T("gate.certificate_missing"), Next: t.T("gate.certificate_missing_next")}},
	}
	p.Line = p.Code("line-answer", t.T("organise.ask_text_line"), "disabled v0412 donazioni phone v=128 reason=certificate_missing")
	p.Trust = p.Code("trust", t.T("organise.trust_key"), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
	p.Curl = p.Code("curl", t.T("organise.ask_curl"), "curl -H 'Authorization: Bearer CHIAVE' 'https://abilita.casa-aperta.example/gate/v1/check?line=donazioni&channel=phone&agent=v0412'")
	return p
}

// hooks is shown with an address just added, one that fails and one that was
// switched off.
func (s stage) hooks() *ui.Hooks {
	t := s.p
	p := &ui.Hooks{
		Base: s.staffBase(t.T("hook.title"), "/keys"), Action: "/hooks",
		Lines: []ui.Option{{Value: "1", Label: "Linea donazioni"}, {Value: "2", Label: "Ascolto emergenza"}},
	}
	made, all := t.T("hook.added", "Date", t.Date(s.on(4, 0, 0))), t.T("organise.key_all")
	end := func(id string) *ui.Confirm {
		return &ui.Confirm{ID: "end-" + id, Open: t.T("hook.end"), Ask: t.T("hook.end_ask"), Do: t.T("hook.end_do"), Action: "/hooks/" + id + "/end", Bad: true}
	}
	p.Rows = []ui.HookRow{
		{URL: "https://centralino.casa-aperta.example/hooks/abilita", Lines: all, Made: made, Mark: s.mark(ui.Done, t.T("hook.working")), Note: t.T("hook.working_text", "When", p.DateTime(s.on(0, 9, 5))), End: end("3")},
		{URL: "https://turni.example/abilita", Lines: "donazioni", Made: made, Mark: s.mark(ui.Due, t.T("hook.failing")), Note: t.T("hook.failing_text", "When", p.DateTime(s.on(0, 8, 0))) + " " + t.T("hook.problem_status", "Status", "503"), End: end("2")},
		{URL: "http://10.1.2.3:8000/abilita", Lines: all, Made: made, Mark: s.mark(ui.Stopped, t.T("hook.disabled")), Note: t.T("hook.disabled_text", "When", p.DateTime(s.on(4, 8, 0))), Resume: "/hooks/1/resume", End: end("1")},
	}
	p.Secret = p.Code("secret", t.T("hook.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	return p
}
