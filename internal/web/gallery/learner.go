package gallery

import (
	"html/template"
	"time"

	"abilita/internal/web/ui"
)

func (s stage) learner() []Example {
	return []Example{
		{"welcome", s.welcome(true)},
		{"welcome-new", s.welcome(false)},
		{"study", s.study()},
		{"study-empty", &ui.Study{Base: s.learnerBase(s.p.T("study.title"), "/study")}},
		{"change", s.change()},
		{"home", s.home()},
		{"home-enabled", s.homeEnabled()},
		{"home-new", s.homeNew()},
		{"home-renewing", s.homeRenewing()},
		{"module", s.module(time.Time{})},
		{"module-read", s.module(s.on(12, 21, 10))},
		{"call", s.call()},
		{"call-over", s.callOver()},
		{"call-debrief", s.debrief()},
		{"call-arbitrated", s.arbitrated()},
	}
}

func (s stage) home() *ui.Home {
	h := &ui.Home{
		Base:    s.learnerBase("Oggi", "/"),
		Heading: "Ciao Giulia, sei quasi alla linea.",
		Next: &ui.NextStep{
			Title: "Finisci il modulo 8: casa come postazione", Text: "Ti resta l’ultima pagina, la stanza e le cuffie. Poi si apre la prova finale.",
			Href: "/module", Label: "Riprendi da dove eri", About: 12 * time.Minute,
		},
		Papers: []ui.Link{{Href: "/certificate", Text: "Linea donazioni, firmato il 19 gennaio 2027"}},
		Roads: []ui.LineRoad{{Title: s.p.T("home.road"), About: "Linea donazioni, telefono · edizione di gennaio · apertura lunedì 25 gennaio", Steps: []ui.Step{
			{State: ui.Done, Title: "Registro e assicurazione", Word: "Fatto.", Text: "Nel registro dal 18 gennaio, coperta dalle ore 24 di quel giorno."},
			{State: ui.Done, Title: "Serate in diretta", Word: "Fatto.", Text: "Presente all’88 per cento: ne bastava l’80."},
			{State: ui.Done, Title: "La maschera, nove compiti", Word: "Fatto.", Text: "9 su 9, visti da Davide Colnaghi il 16 gennaio."},
			{State: ui.Current, Title: "Otto moduli di studio", Text: "Sette finiti, l’ottavo a metà.", Here: true, Ahead: true, Href: "/module", Segments: ui.Segments(7, 8, true)},
			{State: ui.Locked, Title: "Prova finale, 24 domande", Word: "Ancora chiusa.", Text: "Si apre appena finisci il modulo 8.", Ahead: true},
			{State: ui.Waiting, Title: "Due chiamate valutate", Word: "Una in valutazione,", Text: "l’altra prenotata per giovedì 21 alle 18:30.", Ahead: true},
			{State: ui.Todo, Title: "Controllo della postazione", Word: "Da fare.", Text: "Dieci minuti: stanza, cuffie, connessione.", Ahead: true},
			{State: ui.Locked, Title: "Abilitazione alla linea", Text: "La firma Teresa Mancuso quando tutto il resto è fatto. I primi due turni sono con una supervisora accanto.", Ahead: true},
		}}},
		Answers: []ui.LineAnswer{{Line: "Linea donazioni, telefono", Answer: ui.Answer{
			Mark: s.mark(ui.Off, "Non ancora"),
			Text: "Oggi la linea non ti passa chiamate. È normale: ti mancano quattro cose, e nessuna è in ritardo.",
			Reasons: []ui.Reason{
				{State: ui.Current, Title: "Il modulo 8 non è finito", Next: "Finiscilo ora", Href: "/module"},
				{State: ui.Locked, Title: "Manca la prova finale", Next: "Si apre dopo il modulo 8. Venti minuti."},
				{State: ui.Waiting, Title: "Le chiamate valutate non sono complete", Next: "Allenati su «Carta ad alta voce»", Href: "/call"},
				{State: ui.Todo, Title: "La tua postazione non è stata controllata", Next: "Fai il controllo", Href: "/checklist"},
			},
		}}},
		Sessions: []ui.SessionCard{{
			Title: "Chiamata valutata «Non ce la faccio più»", Text: "Con Nadia Brambati. In linea siete in quattro, tocca a te per seconda.",
			Start: s.on(21, 18, 30), End: s.on(21, 19, 0), Opens: s.on(21, 18, 20), Calendar: "/x.ics", Change: "/sessions",
		}},
	}
	return h
}

func (s stage) homeEnabled() *ui.Home {
	h := s.home()
	h.Heading = "Ciao Adele, la linea è tua."
	h.Viewer = &ui.Viewer{Name: "Adele", Note: s.p.T("account.number", "Number", "v0398")}
	h.Flash = "La presa visione è registrata. Grazie."
	h.Next = &ui.NextStep{Title: "Leggi «Fondo Inverno, nuove regole»", Text: "Quattro minuti. Se non la confermi entro le 24 di lunedì 25 gennaio, la linea si chiude per te finché non lo fai.", Action: "/read", Label: "Leggi e conferma", About: 4 * time.Minute}
	h.Changes = []ui.Notice{{Mark: s.mark(ui.Due, "da leggere"), Text: "Linea donazioni: leggi e conferma. Il tempo finisce alle 24 di lunedì 25 gennaio.", Action: &ui.Link{Href: "/change", Text: "Guarda che cosa è cambiato"}}}
	steps := h.Roads[0].Steps
	for i := range steps {
		steps[i].State, steps[i].Here, steps[i].Ahead, steps[i].Word = ui.Done, false, false, "Fatto."
		steps[i].Segments = nil
		if i > 2 {
			steps[i].Text = ""
		}
	}
	h.Answers[0].Answer = ui.Answer{Mark: s.mark(ui.On, "Puoi rispondere"), Text: "Livello supervisionato, finché qualcosa che sappiamo cambia: alle 24 di lunedì 25 gennaio."}
	h.Sessions = nil
	shift := s.ownShift()
	h.Shifts, h.Shift = true, &shift
	h.Demo = &ui.DemoBar{Steps: []ui.Option{{Value: "1h", Label: "Avanti di un’ora"}, {Value: "24h", Label: "Avanti di un giorno"}}}
	return h
}

// homeRenewing is the first page while a renewal is open.
func (s stage) homeRenewing() *ui.Home {
	h := s.homeEnabled()
	h.Flash, h.Changes, h.Demo = "", nil, nil
	h.Next = &ui.NextStep{Title: "Rifai la prova finale", Text: s.p.T("road.quiz"), Href: "/quiz", Label: s.p.T("road.go_quiz")}
	h.Roads = []ui.LineRoad{{Title: s.p.T("home.road_renewal"), About: s.p.T("home.about_renewal", "Line", "Linea donazioni", "By", "alle ore 24 di martedì 20 aprile"), Steps: []ui.Step{
		{State: ui.Done, Title: "Rileggi i due moduli che cambiano di più", Word: "Fatto.", Text: "Il 19 gennaio."},
		{State: ui.Todo, Title: "Rifai la prova finale", Word: "Da fare.", Text: s.p.T("road.quiz"), Here: true, Ahead: true, Href: "/quiz"},
		{State: ui.Todo, Title: "Fai di nuovo una chiamata valutata", Word: "Da fare.", Text: s.p.T("road.roleplay"), Ahead: true, Href: "/sessions"},
		{State: ui.Todo, Title: "Conferma l’impegno alla riservatezza", Word: "Da fare.", Text: s.p.T("road.pledge"), Ahead: true, Href: "/checklist"},
		{State: ui.Locked, Title: s.p.T("road.renewed"), Text: s.p.T("road.certificate_locked")},
	}}}
	return h
}

func (s stage) welcome(ready bool) *ui.Welcome {
	w := &ui.Welcome{Base: s.base(s.p.T("welcome.title")), Ready: ready}
	if ready {
		w.Lines = []ui.WelcomeLine{{Name: "Linea donazioni", Note: "Dai 18 anni · telefono", Apply: "/apply"}, {Name: "Ascolto emergenza", Note: "Dai 21 anni · telefono, chat e video", Apply: "/apply"}}
	}
	return w
}

func (s stage) study() *ui.Study {
	return &ui.Study{
		Base: s.learnerBase(s.p.T("study.title"), "/study"), About: "Linea donazioni, telefono · edizione di gennaio",
		Next:     &ui.NextStep{Title: "Leggi «Denaro, ricevute, mai la carta»", Text: "Eri a «Mai la carta».", Href: "/module", Label: "Riprendi", About: 9 * time.Minute},
		Progress: ui.Progress{Label: s.p.T("study.progress"), Value: 2, Max: 4, Here: true}, Text: "2 di 4 letti. Restano circa 25 minuti.",
		Modules: []ui.Step{
			{State: ui.Done, Title: "Chi siamo e chi chiama", Href: "/module", Word: "Fatto.", Text: "11 minuti, letto il 12 gennaio."},
			{State: ui.Done, Title: "La chiamata", Href: "/module", Word: "Fatto.", Text: "14 minuti, letto il 14 gennaio."},
			{State: ui.Current, Title: "Denaro, ricevute, mai la carta", Href: "/module", Here: true, Ahead: true, Text: "15 minuti, sei al 40%."},
			{State: ui.Locked, Title: "Beni dalle aziende", Word: "Ancora chiuso.", Text: "10 minuti."},
		},
	}
}

func (s stage) change() *ui.Change {
	b := s.learnerBase("Che cosa è cambiato", "/study")
	b.Back = &ui.Link{Href: "/", Text: "Oggi"}
	return &ui.Change{
		Base: b, Heading: "Fondo Inverno, nuove regole", About: "Linea donazioni", Mark: s.mark(ui.Due, "da leggere"), Note: "Dal 20 gennaio le buste sopra i mille euro chiedono il codice fiscale.",
		Parts: []ui.Step{{State: ui.Todo, Title: "Denaro, ricevute, mai la carta", Href: "/module", Word: "Da leggere."}}, Rule: "Leggi e conferma. Il tempo finisce alle 24 di lunedì 25 gennaio.", Action: "/changes/4/confirm",
	}
}

func (s stage) homeNew() *ui.Home {
	return &ui.Home{Base: s.learnerBase("Oggi", "/"), Heading: "Ciao Serena, ti aspettavamo.", Pause: ui.PauseCard{Paused: true, Since: s.on(14, 9, 0)}}
}

func (s stage) module(read time.Time) *ui.Module {
	b := s.learnerBase("Denaro, ricevute, mai la carta", "/study")
	b.Back = &ui.Link{Href: "/study", Text: "Tutti i moduli"}
	m := &ui.Module{
		Base: b, Heading: "Denaro, ricevute, mai la carta", Course: "Modulo 3 di 8 · linea donazioni", Number: 3,
		Aim:  "Alla fine sai offrire tre modi per donare e fermare con garbo chi comincia a dettare il numero della carta.",
		Read: 2, Pages: 5, Left: 9 * time.Minute,
		Outline: []ui.OutlineItem{
			{Href: "#tre-modi", Title: "Tre modi per donare", State: ui.Done},
			{Href: "#ricevuta", Title: "La ricevuta e il rendiconto", State: ui.Done},
			{Href: "#mai-la-carta", Title: "Mai la carta", State: ui.Current},
			{Href: "#senza-internet", Title: "Chi non usa internet", State: ui.Todo},
			{Href: "#per-ricordare", Title: "Per ricordare", State: ui.Todo},
		},
		Body:     moduleBody,
		Resume:   &ui.Link{Href: "#mai-la-carta", Text: "Mai la carta"},
		Position: "/study/3/position", ReadAction: "/study/3/read", ReadAt: read,
		Previous: &ui.Link{Href: "/study/2", Text: "Modulo 2. La chiamata"}, Following: &ui.Link{Href: "/study/4", Text: "Avanti: modulo 4, beni dalle aziende"},
		Version: "1.3", PublishedAt: s.on(4, 10, 0),
	}
	if !read.IsZero() {
		m.Resume, m.Read, m.Left = nil, 5, 0
	}
	return m
}

const moduleBody = template.HTML(`<h2 id="mai-la-carta">Mai la carta</h2>
<p>Un numero sentito è già un numero in giro: in una stanza con la finestra aperta, nella memoria di chi ascolta, sul foglio accanto alla tastiera. Per questo la regola non è <em>cancellare dopo</em>. È <strong>fermare prima</strong>.</p>
<p>Quando qualcuno comincia a dettare hai circa due secondi. Si interrompe con il nome, il motivo e l’alternativa, in quest’ordine.</p>
<h2 id="da-dire-e-da-non-dire">Da dire e da non dire</h2>
<table><thead><tr><th>Da dire</th><th>Da non dire</th><th>Perché</th></tr></thead><tbody>
<tr><td>«La fermo subito, Marta: non lo dica e io non lo scrivo. È per proteggere lei.»</td><td>«Mi detti pure, tanto poi lo cancello.»</td><td>Un numero sentito è già un numero in giro.</td></tr>
<tr><td>«Le mando il collegamento sicuro, oppure bonifico o bollettino: che cosa le è più comodo?»</td><td>«Se non ha la carta non so come aiutarla.»</td><td>La strada la sceglie chi dona.</td></tr></tbody></table>
<h2 id="se-e-gia-successo">Se è già successo</h2>
<p>Capita. Chi chiama parla in fretta e tu arrivi tardi. Si ripara così:</p>
<ol><li>Ti fermi e lo dici: «Mi fermo io, dovevo farlo prima».</li><li>Non ripeti, non scrivi, non rileggi.</li><li>Avvisi la responsabile di turno con il tasto <em>Segnala un dato</em>.</li></ol>
<blockquote><p>Una signora dice: «Faccio prima a dirglielo: quattro, cinque, tre…». Quale parola dici per prima? Prova ad alta voce, poi vai avanti.</p></blockquote>
<h2 id="per-ricordare">Per ricordare</h2>
<details><summary><h3 id="che-cosa-dici">Che cosa dici nei primi due secondi?</h3></summary><p>Nome, motivo, alternativa.</p></details>
<details><summary><h3 id="quali-sono">Quali sono i tre modi per donare?</h3></summary><p>Collegamento sicuro, bonifico, bollettino.</p></details>
<details><summary><h3 id="e-se">E se il numero è già stato detto?</h3></summary><p>Ti fermi e lo dici. Non ripeti, non scrivi, avvisi la responsabile.</p></details>
<h2 id="fonti">Fonti</h2>
<ul><li>PCI DSS 4.0.1, requisito 3.3.1 (controllata il 2026-11-20)</li></ul>`)

func (s stage) call() *ui.Call {
	b := s.learnerBase("Carta ad alta voce", "/calls")
	b.Focus = true
	b.Back = &ui.Link{Href: "/calls", Text: "Esci dall’allenamento"}
	return &ui.Call{
		Base: b, Heading: "Carta ad alta voce", Kind: "Allenamento · linea donazioni, telefono · non conta per la prova",
		Action: "/calls/7", Step: 4, BackAction: "/calls/7/back", EndAction: "/calls/7/end",
		Earlier: []ui.Turn{
			{Who: "Marta", Text: "«Sono cinquanta euro, poca cosa. Ma arrivano davvero?»"},
			{Who: "Tu", Mine: true, Text: "«Contano. Lei sceglie il fondo, noi pubblichiamo il rendiconto.»"},
			{Who: "Marta", Text: "«Bene. Ho qui la carta, come faccio?»"},
		},
		Last: []ui.Turn{{
			Who: "Tu", Mine: true, Text: "«Al telefono non prendiamo mai i numeri della carta. Le mando il collegamento sicuro, oppure bonifico o bollettino.»",
			Feedback: &ui.Feedback{Mark: s.mark(ui.Done, "Chiaro, con tre strade."), Text: "Ascolto 3 su 3, correttezza 3 su 3."},
		}},
		Caller: "Marta", Says: "«Faccio prima a dirglielo: quattro, cinque, tre…»",
		Voice: ui.Voice{Level: -1, Text: "Marta ora è impaziente.", Change: "Era tranquilla: un gradino in giù."},
		Choices: []ui.Choice{
			{Value: "c1", Text: "«La fermo subito, Marta: non lo dica e io non lo scrivo. È per proteggere lei.»"},
			{Value: "c2", Text: "«Aspetti, prendo la penna.»"},
			{Value: "c3", Text: "(lasci parlare e prendi nota)", Act: true},
			{Value: "c4", Text: "(resti in silenzio)", Act: true, Silence: true},
		},
		Silence: &ui.Silence{Seconds: 20, Text: "Se non dici niente, Marta continua a dettare."},
		Statements: []ui.Check{
			{State: ui.Done, Title: "Chi sono", Note: "Detto all’inizio"},
			{State: ui.Done, Title: "Privacy", Note: "Detto"},
			{State: ui.Done, Title: "Pagamento: mai la carta", Note: "Detto"},
			{State: ui.Todo, Title: "Riassunto: chi fa che cosa, entro quando", Note: "Ancora da dire"},
		},
	}
}

func (s stage) callOver() *ui.Call {
	c := s.call()
	c.Says, c.Caller, c.Scene, c.Choices, c.Silence = "«Grazie. Adesso so che cosa succede.»", "Marta", "Marta riaggancia, più serena di quando ha chiamato.", nil, nil
	c.Voice = ui.Voice{Level: 2, Text: "Marta è serena.", Change: "Due gradini in su."}
	c.Ended = &ui.Link{Href: "/call-debrief", Text: "Guarda com’è andata"}
	c.BackAction, c.EndAction = "", ""
	return c
}

// arbitrated is how a call went that three people judged.
func (s stage) arbitrated() *ui.CallDebrief {
	p := s.debrief()
	p.Back = &ui.Link{Href: "/assessments", Text: s.p.T("assess.list")}
	p.Heading, p.Kind = "Non ce la faccio più", s.p.T("assess.kind", "By", "Carla Valli")+" · 20 gennaio, 18:12"
	p.Verdict = ui.Notice{Mark: s.mark(ui.Done, s.p.T("call.passed")), Text: s.p.T("call.passed_text")}
	p.Passed, p.Score, p.Instead, p.Retry, p.Reread, p.Walk, p.ReflectAction = true, 76, "", nil, nil, nil, ""
	p.Among, p.Judged = s.p.T("assess.among_decides"), s.judged()
	return p
}

func (s stage) debrief() *ui.CallDebrief {
	b := s.learnerBase("Com’è andata", "/calls")
	b.Back = &ui.Link{Href: "/calls", Text: "Le mie chiamate"}
	score := func(name, note string, level int, points string) ui.Score {
		return ui.Score{Name: name, Note: note, Level: level, Best: 3, Points: points, Bars: ui.Segments(level, 3, false)}
	}
	return &ui.CallDebrief{
		Base: b, Heading: "Un errore critico, poi una buona riparazione", Kind: "Carta ad alta voce · allenamento del 20 gennaio, 18:12 · 4 minuti",
		Verdict: ui.Notice{Mark: s.mark(ui.Critical, "Errore critico: carta"), Text: "Al quarto passo hai lasciato parlare Marta e preso nota. In una prova valutata la chiamata finisce lì: non superata, anche con 82 su 100."},
		Instead: "«La fermo subito, Marta: non lo dica e io non lo scrivo.»",
		Retry:   &ui.Link{Href: "/call", Text: "Riprova da quel momento"}, Reread: &ui.Link{Href: "/module", Text: "Rileggi «Mai la carta»"},
		Score: 82, Threshold: 75,
		Scores: []ui.Score{
			score("Accoglienza", "chiara e calda", 3, "20 di 20"), score("Ascolto e rispetto", "riprende e lascia decidere", 3, "25 di 25"),
			score("Correttezza", "tre passi giusti, uno no", 2, "17 di 25"), score("Strumenti", "registra e passa bene", 3, "15 di 15"), score("Prossimo passo", "generico", 1, "5 di 15"),
		},
		Walk: []ui.Step{
			{State: ui.Done, Title: "Apertura", Text: "Nome, linea, ruolo. Marta si rasserena."},
			{State: ui.Done, Title: "«Ma arrivano davvero?»", Text: "Rendiconto e informativa in un respiro."},
			{State: ui.Done, Title: "«Ho qui la carta»", Text: "Hai detto no e offerto tre strade."},
			{State: ui.Critical, Title: "Carta ad alta voce", Word: "Errore critico.", Text: "Hai preso nota dei numeri."},
			{State: ui.Done, Title: "Riparazione", Text: "«Mi fermo io, dovevo farlo prima.» Hai avvisato la responsabile: proprio così."},
			{State: ui.Warning, Title: "Chiusura", Text: "Hai salutato per nome. Mancava entro quando arriva la ricevuta."},
		},
		Statements:    []ui.Check{{State: ui.Done, Title: "Chi sono", Note: "detto"}, {State: ui.Done, Title: "Privacy", Note: "detto"}, {State: ui.Stopped, Title: "Riassunto", Note: "non detto"}},
		ReflectAction: "/calls/7/reflection", Question: s.p.T("call.reflect"),
	}
}
