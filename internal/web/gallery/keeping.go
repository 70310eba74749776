package gallery

import "abilita/internal/web/ui"

func (s stage) keeping() []Example {
	return []Example{{"letters", s.letters()}, {"letters-empty", s.noLetters()}, {"letter", s.letter()}, {"letter-handed", s.letterHanded()}, {"corrections", s.corrections()}, {"corrections-suspended", s.correctionsSuspended()}, {"prose", s.prose()}, {"retention", s.retention()}, {"erase", s.erase()}, {"erase-sure", s.eraseSure()}, {"erase-first", s.eraseFirst()}, {"learning", s.learning()}, {"engines", s.engines()}, {"proof", s.proof()}, {"proof-twice", s.proofTwice()}, {"directory", s.directory()}, {"directory-form", s.directoryForm()}}
}

func (s stage) letters() *ui.Letters {
	l := s.noLetters()
	l.Tabs[0].Count = 3
	l.Rows = []ui.LetterRow{
		{Href: "/letter", To: "Serena Maggioni", Subject: "Ti aspettiamo: domanda accolta per Linea donazioni", At: s.on(19, 9, 12), State: s.mark(ui.Waiting, s.p.T("letter.state_queued"))},
		{Href: "/letter", To: "Pietro Ansaldi", Subject: "La tua domanda è in attesa: Linea donazioni", At: s.on(19, 17, 40), State: s.mark(ui.Waiting, s.p.T("letter.state_queued"))},
		{Href: "/letter", To: "Ines Cattaneo", Subject: "Cambia la data: Serata 3, mercoledì 27 gennaio 2027, 18:45, ora di Roma", At: s.on(20, 8, 5), State: s.mark(ui.Warning, s.p.T("letter.state_failed"))},
	}
	l.Pages = l.Pager(s.p.T("letter.count", "N", 3), "", "")
	return l
}

func (s stage) noLetters() *ui.Letters {
	return &ui.Letters{
		Base: s.staffBase(s.p.T("letter.title"), "/inbox"), Lead: s.p.T("letter.text"),
		Tabs: []ui.Tab{{Href: "#", Label: s.p.T("letter.tab_open"), Current: true}, {Href: "#", Label: s.p.T("letter.tab_done"), Count: 41}},
	}
}

func (s stage) letter() *ui.LetterSheet {
	b := s.staffBase(s.p.T("letter.title")+", Serena Maggioni", "/inbox")
	b.Back = &ui.Link{Href: "/letters", Text: s.p.T("letter.title")}
	link := "https://abilita.example/in/41-k7qdpt42xm3k7qdpt42xm3k7qdpt42xm"
	return &ui.LetterSheet{
		Base: b, Link: link, Plain: "Ciao Serena,\n\nla tua domanda per Linea donazioni è accolta.",
		Letter: ui.Letter{ToWord: s.p.T("letter.to"), To: "Serena Maggioni", When: b.Date(s.on(19, 9, 12)), Subject: "Ti aspettiamo: domanda accolta per Linea donazioni", Status: s.mark(ui.Waiting, s.p.T("letter.state_queued")), Paragraphs: []string{
			"Ciao Serena,", "la tua domanda per Linea donazioni è accolta: fai parte dell’edizione Gennaio 2027, che comincia lunedì 25 gennaio 2027. Il tuo numero è v0413.",
			"Per entrare apri questo collegamento e scegli la tua password. Vale una volta sola, per 30 giorni:\n" + link, "A presto,\nCasa Aperta ODV\nvia dei Tigli 4, Milano",
		}},
		Hand: &ui.Confirm{ID: "hand", Open: s.p.T("letter.hand"), Ask: s.p.T("letter.hand_ask"), Action: "#", Do: s.p.T("letter.hand_do")},
	}
}

func (s stage) letterHanded() *ui.LetterSheet {
	l := s.letter()
	l.Link, l.Hand, l.Letter.Status = "", nil, s.mark(ui.Done, s.p.T("letter.state_handed"))
	l.Letter.Paragraphs = append(l.Letter.Paragraphs[:2:2], l.Letter.Paragraphs[3])
	l.Problem = s.p.T("letter.handed_by", "Name", "Teresa Mancuso", "When", l.DayTime(s.on(19, 18, 0)))
	return l
}

func (s stage) prose() *ui.Prose {
	return &ui.Prose{Base: s.base(s.p.T("frame.help")), Body: "<h2 id=\"a\">Entrare</h2><p>La lettera d’invito ha un collegamento che vale una volta sola.</p><ul><li>Aprilo.</li><li>Scegli la password.</li></ul>"}
}

func (s stage) retention() *ui.Retention {
	p := &ui.Retention{Base: s.staffBase(s.p.T("retention.title"), "/board")}
	p.Back = &ui.Link{Href: "#", Text: s.p.T("organise.guide")}
	row := func(of, time, then, last string) {
		p.Rows = append(p.Rows, ui.RetentionRow{What: s.p.T("retention." + of), Time: s.p.T("retention.period", "Time", time, "From", s.p.T("retention."+of+"_from")), Then: s.p.T("retention." + then), Last: last})
	}
	row("applications", s.p.T("retention.months", "N", 6), "deleted", s.p.T("retention.last", "N", 12, "When", p.DayTime(s.on(19, 3, 0))))
	row("answers", s.p.T("retention.months", "N", 24), "stripped", s.p.T("retention.never"))
	row("people", s.p.T("retention.years", "N", 10), "unnamed", s.p.T("retention.never"))
	row("commands", s.p.T("retention.days", "N", 1), "deleted", s.p.T("retention.hourly"))
	return p
}

func (s stage) directory() *ui.Directory {
	p := &ui.Directory{Base: s.staffBase(s.p.T("directory.title"), "/lines"), Every: 90}
	p.Back = &ui.Link{Href: "#", Text: "Linea donazioni"}
	row := func(key, brace, number, note string, mark ui.Mark) {
		r := ui.DirectoryRow{Name: s.p.T("directory." + key), Brace: s.p.T("directory.brace", "Brace", brace), Number: number, Note: note, Mark: mark, Edit: "#" + key, Version: "2", Key: "esempio." + key}
		if number != "" {
			r.Check = "#"
		}
		p.Rows = append(p.Rows, r)
	}
	row("emergency", "{emergenza}", "112", "", s.mark(ui.Done, s.p.T("directory.checked_by", "Date", "8 gennaio 2027", "Name", "Teresa Mancuso")))
	row("listening", "{ascolto}", "02 2327 2327", "Ogni giorno, 9–24.", s.mark(ui.Warning, s.p.T("directory.due", "Date", "2 ottobre 2026")))
	row("children", "{infanzia}", "114", "", s.mark(ui.Warning, s.p.T("directory.never")))
	row("supervisor", "{responsabile}", "", "", s.mark(ui.None, s.p.T("directory.none")))
	return p
}

func (s stage) directoryForm() *ui.DirectoryForm {
	p := &ui.DirectoryForm{Base: s.staffBase(s.p.T("directory.edit_of", "Name", s.p.T("directory.listening")), "/lines"), About: "Linea donazioni", Action: "#", Number: "02 2327 2328", Note: "Ogni giorno, 9–24.", Version: "3"}
	p.Heading = p.Title
	p.Back = &ui.Link{Href: "#", Text: s.p.T("directory.title")}
	p.Theirs = []ui.Fact{{Term: s.p.T("directory.number"), Value: "02 2327 2327"}, {Term: s.p.T("directory.note"), Value: "Tutto il giorno."}}
	return p
}

func (s stage) corrections() *ui.Corrections {
	b := s.staffBase(s.p.T("correct.title"), "/board")
	b.Back = &ui.Link{Href: "#", Text: "Giulia Ferrandi"}
	motives := []ui.Option{{Value: "", Label: s.p.T("correct.choose")}}
	for _, r := range []string{"safety", "privacy", "conduct", "quality", "request", "other"} {
		motives = append(motives, ui.Option{Value: r, Label: s.p.T("letter.reason_" + r)})
	}
	return &ui.Corrections{
		Base: b, Name: "Giulia Ferrandi", About: "Giulia Ferrandi · " + s.p.T("account.number", "Number", "v0412"),
		Details: &ui.DetailsForm{Action: "#", GivenName: "Giulia", FamilyName: "Ferrandi", Email: "giulia@example.org", Phone: "02 5555 0101", Residence: "Milano", Version: "2"},
		Merge:   &ui.MergeForm{Action: "#", Twins: []string{"Giulia Ferrandi, giulia.f@example.org"}},
		Leave:   &ui.LeaveForm{Action: "#", Day: "2027-01-20"}, Suspend: &ui.SuspendForm{Action: "#", AppealBy: "2027-02-19", Motives: motives},
	}
}

func (s stage) correctionsSuspended() *ui.Corrections {
	c := s.corrections()
	c.Suspend, c.Leave, c.Details, c.Closed = nil, nil, nil, s.p.T("correct.staff_record")
	c.Restore = &ui.RestoreForm{Action: "#", Facts: []ui.Fact{
		{Term: s.p.T("correct.since"), Value: c.DateTime(s.on(19, 10, 5))},
		{Term: s.p.T("correct.by"), Value: "Teresa Mancuso"},
		{Term: s.p.T("person.motive"), Value: s.p.T("letter.reason_conduct")},
		{Term: s.p.T("person.words"), Value: "Ha dato il suo numero privato a chi chiamava."},
	}}
	return c
}
