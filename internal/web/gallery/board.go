package gallery

import (
	"strings"

	"abilita/internal/web/ui"
)

func (s stage) board() *ui.Board {
	b := &ui.Board{
		Base: s.staffBase("Tabellone della linea donazioni", "/board"), Heading: "Chi può rispondere, adesso", About: "Linea donazioni · telefono · edizione di gennaio 2027",
		Tally: []ui.Count{
			{N: 6, Mark: s.mark(ui.Waiting, "aspettano noi"), Href: "/board?now=us", Current: true},
			{N: 11, Mark: s.mark(ui.On, "possono rispondere"), Href: "/board?now=yes"},
			{N: 24, Mark: s.mark(ui.Off, "non ancora"), Href: "/board?now=no"},
			{N: 4, Mark: s.mark(ui.Due, "scadono entro 14 giorni"), Href: "/board?now=due"},
			{N: 1, Mark: s.mark(ui.Suspended, "sospeso"), Href: "/board?now=susp"},
		},
		Enabled: []ui.Option{{Value: "", Label: "Tutti"}, {Value: "us", Label: "Chi aspetta noi"}, {Value: "yes", Label: "Può rispondere"}, {Value: "no", Label: "Non ancora"}},
		Lacking: []ui.Option{{Value: "", Label: "Qualunque cosa"}, {Value: "calls", Label: "Chiamate"}}, Cohorts: []ui.Option{{Value: "1", Label: "Gennaio 2027"}}, Sorts: []ui.Option{{Value: "need", Label: "Chi ha più bisogno"}, {Value: "name", Label: "Nome"}},
		Columns: []ui.BoardColumn{{Label: "Registro", Note: "assicurazione"}, {Label: "Moduli", Note: "8 su 8"}, {Label: "Presenza", Note: "almeno 80%"}, {Label: "Quiz", Note: "almeno 80%"}, {Label: "Maschera", Note: "9 su 9"}, {Label: "Chiamata 1", Note: "almeno 75"}, {Label: "Chiamata 2", Note: "almeno 75"}, {Label: "Postazione", Note: "controllo"}},
		CSV:     "/board.csv", AsOf: "/board/as-of",
	}
	for line := range strings.SplitSeq(strings.TrimSpace(boardRows), "\n") {
		f := strings.Split(line, "|")
		row := ui.BoardRow{Href: "/person", Name: f[0], Number: f[1], NowNote: f[3], Fine: f[len(f)-1]}
		row.Now = s.cellMark(f[2])
		for i, c := range f[4 : len(f)-1] {
			m := s.cellMark(c)
			row.Cells = append(row.Cells, b.Columns[i].Cell(m.State, m.Word))
		}
		b.Rows = append(b.Rows, row)
	}
	b.Pages = b.Pager("13 persone di 36, prima chi ha bisogno di qualcosa", "", "/board?after=x")
	return b
}

// cellMark reads "state word".
func (s stage) cellMark(c string) ui.Mark {
	state, word, _ := strings.Cut(c, " ")
	return s.mark(ui.State(state), word)
}

const boardRows = `
Emma Zanetti|v0409|off Non ancora|chiamata da valutare|ok Fatto|ok 8 di 8|ok 88%|ok 88%|ok 9 di 9|ok 84|wait Da valutare|ok Sì|7 di 8 fatti
Hamid Rezai|v0415|off Non ancora|errore critico|ok Fatto|ok 8 di 8|ok 94%|ok 92%|ok 9 di 9|crit Critico|todo Da fare|ok Sì|6 di 8 fatti
Luca Bonfanti|v0418|off Non ancora|registro mancante|stop Manca|ok 8 di 8|ok 88%|ok 83%|ok 9 di 9|ok 80|ok 79|ok Sì|7 di 8 fatti
Nicolò Ferrario|v0422|off Non ancora|quiz da ripetere|ok Fatto|ok 8 di 8|ok 81%|stop 67%|ok 9 di 9|ok 77|wait Da valutare|ok Sì|6 di 8 fatti
Ornella Galli|v0424|off Non ancora|recupero presenza|ok Fatto|ok 8 di 8|warn 75%|ok 88%|ok 9 di 9|ok 83|ok 80|ok Sì|7 di 8 fatti
Giulia Ferrandi|v0412|off Non ancora|mancano 4 cose|ok Fatto|now 7 di 8|ok 88%|lock Chiusa|ok 9 di 9|wait Da valutare|todo 21 gen|todo Da fare|3 di 8 fatti
Fabio Quadri|v0388|susp Sospeso|dal 19 gen, riesame 26 gen|ok Fatto|ok 8 di 8|ok 81%|ok 83%|ok 9 di 9|ok 78|ok 76|ok Sì|8 di 8 fatti
Marta Invernizzi|v0420|pause In pausa|per sua scelta, dal 14 gen|ok Fatto|now 5 di 8|now 50%|lock Chiusa|todo 4 di 9|none No|none No|todo Da fare|1 di 8 fatti
Paolo Rinaldi|v0391|on Può rispondere|supervisionato|ok Fatto|ok 8 di 8|ok 94%|ok 83%|ok 9 di 9|ok 81|ok 78|due Scade 24 gen|7 di 8 fatti
Adele Tornaghi|v0398|on Può rispondere|supervisionata|ok Fatto|ok 8 di 8|ok 100%|ok 92%|ok 9 di 9|ok 88|ok 81|ok Sì|8 di 8 fatti
Bruno Sala|v0401|on Può rispondere|supervisionato|ok Fatto|ok 8 di 8|ok 88%|ok 83%|ok 9 di 9|ok 79|ok 77|ok Sì|8 di 8 fatti
Chiara Lodigiani|v0377|on Può rispondere|autonoma, scade 2 feb|ok Fatto|ok 8 di 8|ok 94%|ok 96%|ok 9 di 9|ok 91|ok 90|ok Sì|8 di 8 fatti
Irene Pozzi|v0403|on Può rispondere|supervisionata|ok Fatto|ok 8 di 8|ok 100%|ok 88%|ok 9 di 9|ok 86|ok 82|ok Sì|8 di 8 fatti`

func (s stage) person() *ui.Person {
	b := s.staffBase("Fabio Quadri", "/board")
	b.Back = &ui.Link{Href: "/board", Text: s.p.T("nav.board")}
	reason := s.input(b, "textarea", "reason-1", "Perché")
	return &ui.Person{
		Base: b, Name: "Fabio Quadri", About: "n. v0388 · sede di Monza · nel registro dal 12 ottobre 2026",
		Time: &ui.TimeForm{Action: "/people/v0388/time", Was: "25", Options: []ui.Option{
			{Value: "0", Label: s.p.T("person.time_none")},
			{Value: "25", Label: s.p.T("person.time_extra", "Percent", 25), Selected: true},
			{Value: "50", Label: s.p.T("person.time_extra", "Percent", 50)},
			{Value: "100", Label: s.p.T("person.time_extra", "Percent", 100)},
		}},
		Engines: []ui.EngineList{{
			Title: s.p.T("person.engines", "Line", "Linea donazioni"), Text: s.p.T("person.engines_text", "When", b.DateTime(s.on(0, 9, 5))), Again: &ui.Link{Href: "/people/v0388", Text: s.p.T("person.engines_again")},
			Rows: []ui.EngineRow{{Name: "Centralino di Milano", Mark: s.mark(ui.Done, s.p.T("person.engine_applied"))}, {Name: "pbx-monza", Mark: s.mark(ui.Waiting, s.p.T("person.engine_pending", "N", 4))}},
		}},
		Grant:   &ui.GrantForm{Action: "/people/v0388/attempts", Quizzes: []ui.Option{{Value: "qz", Label: s.p.T("person.grant_spent", "Title", "Prova finale", "N", 3)}}},
		Contact: &ui.Link{Href: "/x", Text: "Scrivi"}, Export: &ui.Link{Href: "/x", Text: "Esporta i suoi dati"},
		Answers: []ui.LineAnswer{{Line: "Linea donazioni, telefono", Answer: ui.Answer{Mark: s.mark(ui.Suspended, "No, è sospeso"), Reasons: []ui.Reason{
			{State: ui.Suspended, Title: "Sospeso dal 19 gennaio, 16:20", Next: "Da Teresa Mancuso, dopo la segnalazione S-118. Colloquio di riesame entro il 26 gennaio."},
			{State: ui.Due, Title: "Presa visione in ritardo di due giorni", Next: "«Fondo Inverno, nuove regole»: deve leggere e confermare, 4 minuti."},
		}}}},
		MayAsk: true, Look: "/person", AsOfDay: "2027-01-14", AsOfTime: "10:05", AsOf: []ui.PastAnswer{{Line: "Linea donazioni, telefono", At: s.on(14, 10, 5), Mark: s.mark(ui.On, "poteva rispondere"), Text: "Livello supervisionato.", Proof: "#"}}, Copy: "#", Erase: &ui.Link{Href: "#", Text: s.p.T("erase.open")}, Proof: &ui.Link{Href: "#", Text: s.p.T("proof.title")},
		Roads:  []ui.LineRoad{{About: "Linea donazioni, edizione di gennaio", Steps: s.home().Roads[0].Steps[1:4]}},
		Papers: []ui.Event{{State: ui.Suspended, At: s.on(11, 12, 0), Title: "Linea donazioni, telefono", Text: "Sospeso", Link: &ui.Link{Href: "/certificate", Text: "Apri il certificato"}}},
		Events: []ui.Event{
			{State: ui.Suspended, At: s.on(19, 16, 20), Title: "Sospeso dalla linea donazioni", Text: "Motivo: segnalazione di sicurezza. Decide Teresa Mancuso. Tre turni futuri liberati, avvisata la supervisora Rosa Valli."},
			{State: ui.Warning, At: s.on(19, 15, 40), Title: "Segnalazione S-118", Text: "Ha ripetuto ad alta voce un indirizzo. Scritta da Rosa Valli al debriefing."},
			{State: ui.Done, At: s.on(11, 12, 0), Day: true, Title: "Certificato di abilitazione", Text: "Linea donazioni, telefono. Vale fino alle 24 dell’11 gennaio 2028. Firma Teresa Mancuso.", Link: &ui.Link{Href: "/certificate", Text: "Apri il certificato"}},
			{State: ui.Done, At: s.on(9, 12, 0), Day: true, Title: "Chiamata «Non ce la faccio più»: 76", Text: "Valutano Nadia Brambati (78) e Ines Cattaneo (74), griglia 1.1. Nessun errore critico."},
			{State: ui.Stopped, At: s.on(5, 12, 0), Day: true, Title: "Prova finale: 71 per cento", Text: "Non superata: una domanda critica sbagliata (privacy)."},
		},
		Chain: "La catena è integra: 27 registrazioni, verificata oggi alle 03:00. Una correzione è sempre una riga nuova.",
		Lines: []ui.PersonLine{{Line: "Donazioni, telefono", Mark: s.mark(ui.Suspended, "sospeso")}, {Line: "Donazioni, posta", Mark: s.mark(ui.None, "non richiesto")}, {Line: "Sportello di Monza", Mark: s.mark(ui.Current, "in formazione")}},
		Decisions: []ui.DecisionForm{{
			Form: "c7", Title: "Una decisione sul certificato", Options: []ui.Option{{Value: "restore", Label: "Riammetti", Note: "Dopo il colloquio, torna valido", Selected: true}, {Value: "revoke", Label: "Revoca", Note: "Definitiva. Servirà un certificato nuovo."}},
			Motives: []ui.Option{{Value: "", Label: "Scegli…"}, {Value: "safety", Label: "Sicurezza di chi chiama"}}, Words: "Ne abbiamo parlato il 20: sa perché è successo e ha rifatto l’esercizio sulla riservatezza.", AppealBy: "2027-02-19",
			Text: "Vale dal momento in cui confermi, su ogni centralino. Fabio riceve una lettera con il motivo e può chiedere un riesame.", Action: "/certificates/7/decision",
		}},
		Mistakes: []ui.Confirm{{ID: "m1", Open: "Presenza segnata per errore", Ask: "La presenza del 13 gennaio viene rettificata con una riga nuova. Fabio riceve una lettera.", Action: "/x", Do: "Rettifica la presenza", Key: "esempio.m1", Reason: &reason}},
	}
}

func (s stage) input(b ui.Base, kind, name, label string) ui.Field {
	return b.Input(kind, name, label, "")
}

func (s stage) line() *ui.Line {
	b := s.staffBase("Linea donazioni", "/lines")
	people := func(state ui.State, word string, rows ...[3]string) []ui.LinePerson {
		var p []ui.LinePerson
		for _, r := range rows {
			p = append(p, ui.LinePerson{Href: "/person", Name: r[0], Number: r[1], Note: r[2], Mark: s.mark(state, word)})
		}
		return p
	}
	return &ui.Line{
		Base: b, Name: "Linea donazioni", About: "Codice donazioni", State: s.mark(ui.Done, "attiva"), Lead: "Undici persone possono rispondere in questo momento. Sei aspettano qualcosa da noi.",
		Counts:  s.board().Tally,
		Facts:   []ui.Fact{{Term: "Canali", Value: "telefono, posta"}, {Term: "Orari", Value: "ogni giorno 10–20, ora di Roma"}, {Term: "Se non c’è nessuno", Value: "segreteria con richiamata entro un giorno"}, {Term: "Responsabili", Value: "Rosa Valli, Ines Cattaneo"}, {Term: "Contatto in corso alla revoca", Value: "si finisce, poi basta"}},
		Enabled: people(ui.On, "può rispondere", [3]string{"Adele Tornaghi", "v0398", "Telefono, supervisionata, fino alle 24 di mercoledì 19 gennaio 2028"}, [3]string{"Bruno Sala", "v0401", "Telefono, supervisionato, fino alle 24 di sabato 8 gennaio 2028"}, [3]string{"Chiara Lodigiani", "v0377", "Telefono e posta, autonoma, fino alle 24 di martedì 2 febbraio"}),
		Nearly:  people(ui.Waiting, "aspetta noi", [3]string{"Emma Zanetti", "v0409", "Manca la valutazione della seconda chiamata"}, [3]string{"Luca Bonfanti", "v0418", "Manca la conferma nel registro"}),
		People:  true, Links: []ui.Link{{Href: "/board", Text: "Il tabellone di questa linea"}},
		Moves: []ui.Confirm{{ID: "susp", Open: "Sospendi la linea", Ask: "Da subito nessuno può più rispondere su questa linea. I contatti vanno alla segreteria.", Action: "/lines/donazioni/suspend", Do: "Sospendi adesso", Key: "esempio.susp", Bad: true}},
	}
}

func (s stage) lineEmpty() *ui.Line {
	l := s.line()
	l.State, l.Lead, l.Enabled, l.Nearly = s.mark(ui.Todo, "in preparazione"), "Il 25 gennaio non siamo ancora pronti: nessuno ha finito il percorso.", nil, nil
	return l
}

func (s stage) lines() *ui.Lines {
	return &ui.Lines{Base: s.staffBase(s.p.T("line.title"), "/lines"), Add: &ui.Link{Href: "#", Text: "Aggiungi una linea"}, Rows: []ui.LineRow{
		{Href: "/line", Name: "Ascolto emergenza", Note: "ascolto · telefono, chat e video", Mark: s.mark(ui.Todo, "chiusa")}, {Href: "/line", Name: "Linea donazioni", Note: "donazioni · telefono", Mark: s.mark(ui.On, "aperta")},
	}}
}
