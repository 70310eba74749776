package gallery

import "abilita/internal/web/ui"

func (s stage) quiz() []Example {
	return []Example{
		{"quiz-intro", s.quizIntro()},
		{"quiz-closed", s.quizClosed()},
		{"quiz-done", s.quizPast()},
		{"quiz-resume", s.quizResume()},
		{"quiz", s.paper(false)},
		{"quiz-review", s.paper(true)},
		{"quiz-passed", s.passed()},
		{"quiz-failed", s.failed()},
		{"quizzes", s.quizzes()},
		{"quizzes-none", s.noQuizzes()},
		{"marking", s.marking()},
	}
}

func (s stage) quizIntro() *ui.QuizIntro {
	b := s.learnerBase("Prova finale", "/quizzes")
	b.Back = &ui.Link{Href: "/", Text: "La mia strada"}
	return &ui.QuizIntro{
		Base: b, Heading: "Prova finale", About: "Linea donazioni · versione 1.2",
		Facts: []ui.Fact{{Term: "Domande", Value: "24, prese dagli otto moduli"}, {Term: "Tempo", Value: "20 minuti, anche in due volte: il tempo però continua"}, {Term: "Soglia", Value: "80%"}, {Term: "Critiche", Value: "6: devono essere tutte giuste"}},
		Rules: []string{"Le risposte si salvano da sole; puoi continuare su un altro dispositivo.", "Ogni tentativo ha domande diverse.", "Dopo la consegna vedi ogni domanda con la spiegazione."},
		Left:  3, StartAction: "/quizzes/1/start",
	}
}

func (s stage) quizClosed() *ui.QuizIntro {
	q := s.quizIntro()
	q.StartAction = ""
	q.Plans = []ui.Plan{{By: s.p.T("exam.plan_by", "Name", "Davide Colnaghi", "Date", s.p.Date(s.on(19, 18, 0))), Text: "Rileggi «Privacy», poi mezz’ora insieme giovedì prima di riprovare."}}
	q.Closed = []ui.Reason{
		{State: ui.Waiting, Title: "Deve passare un giorno dall’ultimo tentativo", Next: "Intanto rileggi «Privacy»", Href: "/module"},
		{State: ui.Current, Title: "Il modulo 8 non è finito", Next: "Finiscilo ora", Href: "/module"},
	}
	q.NextAt = s.on(21, 18, 40)
	q.Attempts = []ui.AttemptRow{{Number: 1, At: s.on(20, 18, 40), Result: s.mark(ui.Stopped, "non superata"), Score: "71%", Href: "/quiz-failed"}}
	q.Left = 2
	return q
}

func (s stage) quizPast() *ui.QuizIntro {
	q := s.quizIntro()
	q.StartAction, q.Passed = "", true
	q.Closed = []ui.Reason{{State: ui.Done, Title: "Questa prova l’hai già superata."}}
	q.Attempts = []ui.AttemptRow{{Number: 1, At: s.on(20, 18, 40), Result: s.mark(ui.Done, "superata"), Score: "96%", Href: "/quiz-result"}}
	return q
}

func (s stage) quizResume() *ui.QuizIntro {
	q := s.quizIntro()
	q.StartAction = ""
	q.Resume = &ui.Link{Href: "/quiz", Text: "Continua dalla domanda 18"}
	q.Deadline = s.on(20, 18, 58)
	q.Attempts = []ui.AttemptRow{{Number: 1, At: s.on(20, 18, 38), Result: s.mark(ui.Current, "in corso")}}
	return q
}

func ranks(n, picked int) []ui.Option {
	var o []ui.Option
	for i := 1; i <= n; i++ {
		o = append(o, ui.Option{Value: string(rune('0' + i)), Label: string(rune('0' + i)), Selected: i == picked})
	}
	return o
}

func partners(picked string) []ui.Option {
	o := []ui.Option{{Value: "p1", Label: "Collegamento sicuro, bonifico o bollettino"}, {Value: "p2", Label: "Scheda beni e richiamata dell’ufficio"}, {Value: "p3", Label: "Ufficio stampa, nessuna dichiarazione"}, {Value: "p4", Label: "Responsabile di turno, subito"}}
	for i := range o {
		o[i].Selected = o[i].Value == picked
	}
	return o
}

func (s stage) paper(review bool) *ui.Quiz {
	b := s.learnerBase("Prova finale", "/quizzes")
	b.Focus = true
	b.Back = &ui.Link{Href: "/quiz-resume", Text: "Esci, il tempo continua"}
	return &ui.Quiz{
		Base: b, Heading: "Prova finale", About: "Linea donazioni · forma B · soglia 80%",
		Action: "/quizzes/1/attempts/2", Autosave: "/quizzes/1/attempts/2/autosave", SubmitAction: "/quizzes/1/attempts/2/submit",
		Deadline: s.on(20, 18, 58), Minutes: 20, SavedAt: s.on(20, 18, 42), Answered: 4, Total: 8, Flagged: 1, Review: review,
		Items: []ui.QuizItem{
			{ID: "a1", Number: 1, Kind: ui.KindOne, State: ui.Done, Stem: "Una persona comincia a dettare il numero della carta. Qual è la prima cosa che fai?", Options: []ui.QuizOption{{ID: "x1", Text: "Aspetto che finisca, per educazione"}, {ID: "x2", Text: "La interrompo con gentilezza, non ripeto e non scrivo", Picked: true}, {ID: "x3", Text: "Lo scrivo e lo cancello a fine chiamata"}}},
			{ID: "a2", Number: 2, Kind: ui.KindSeveral, State: ui.Done, Flagged: true, Stem: "Un’azienda offre generi alimentari. Che cosa chiedi?", Options: []ui.QuizOption{{ID: "x1", Text: "Prodotto, quantità e scadenza", Picked: true}, {ID: "x2", Text: "Coordinate bancarie"}, {ID: "x3", Text: "Stato delle confezioni", Picked: true}, {ID: "x4", Text: "Luogo e referente"}}},
			{ID: "a3", Number: 3, Kind: ui.KindOrder, State: ui.Done, Stem: "Metti in ordine i passi con una persona in angoscia.", Options: []ui.QuizOption{{ID: "x1", Text: "Mi presento e dico che resto in linea", Ranks: ranks(4, 1)}, {ID: "x2", Text: "Ascolto e riprendo le sue parole", Ranks: ranks(4, 2)}, {ID: "x3", Text: "Chiamo la responsabile senza lasciarla", Ranks: ranks(4, 3)}, {ID: "x4", Text: "Chiedo apertamente se pensa di farsi del male", Ranks: ranks(4, 4)}}},
			{ID: "a4", Number: 4, Kind: ui.KindMatch, State: ui.Todo, Here: true, Stem: "Abbina chi chiama e il passo giusto.", Options: []ui.QuizOption{{ID: "x1", Text: "Privato che vuole donare", Partners: partners("p1")}, {ID: "x2", Text: "Azienda con merce", Partners: partners("p2")}, {ID: "x3", Text: "Giornalista", Partners: partners("")}, {ID: "x4", Text: "Ragazzo di quindici anni spaventato", Partners: partners("")}}},
			{ID: "a5", Number: 5, Kind: ui.KindGap, State: ui.Todo, Stem: "Completa la frase.", Gaps: []ui.QuizGap{{N: 1, Before: "La copertura assicurativa parte dalle ore"}}, After: "del giorno in cui sei nel registro."},
			{ID: "a6", Number: 6, Kind: ui.KindNumber, State: ui.Done, Stem: "La linea è aperta ogni giorno dalle 10 alle 20. Quante ore alla settimana?", Value: "70"},
			{ID: "a7", Number: 7, Kind: ui.KindSituation, State: ui.Todo, Quote: "«Stasera non vedo la strada.»", Stem: "Sara parla a voce bassa. Scegli la frase migliore e la peggiore.", Options: []ui.QuizOption{{ID: "x1", Text: "«Mi dispiace molto. Vuole parlarne?»"}, {ID: "x2", Text: "«Su, domani è un altro giorno. Voleva donare?»"}, {ID: "x3", Text: "«Sono qui. Sta pensando di farsi del male?»"}, {ID: "x4", Text: "«Le lascio il numero di un servizio.»"}}},
			{ID: "a8", Number: 8, Kind: ui.KindOpen, State: ui.Todo, Quote: "«Ma i soldi arrivano davvero?»", Stem: "Che cosa rispondi a Marta, con parole tue?"},
		},
	}
}

func (s stage) passed() *ui.QuizResult {
	b := s.learnerBase("Prova superata", "/quizzes")
	b.Back = &ui.Link{Href: "/quiz-intro", Text: "Prova finale"}
	return &ui.QuizResult{
		Base: b, Heading: "Ce l’hai fatta", About: "Linea donazioni · secondo tentativo · 20 gennaio",
		Verdict: ui.Notice{Mark: s.mark(ui.Done, "Superata"), Text: "Hai dimostrato di sapere quello che serve alla linea. Il risultato è già sulla tua strada."},
		Score:   "91%", ScoreNote: "22 su 24 · soglia 80%", Criticals: "critiche 6 su 6",
		Next:  &ui.NextStep{Title: "Prenota la seconda chiamata valutata", Text: "Restano due posti giovedì e uno sabato.", Href: "/sessions", Label: "Scegli un posto", Calm: "mezz’ora"},
		Items: s.results()[:2],
	}
}

func (s stage) failed() *ui.QuizResult {
	r := s.passed()
	r.Title, r.Heading = "Com’è andata la prova", "Non ancora, e sai da dove ripartire"
	r.Verdict = ui.Notice{Mark: s.mark(ui.Stopped, "Non superata"), Text: "Una domanda critica è sbagliata: sulla privacy non c’è margine, qualunque sia il punteggio. Puoi riprovare da giovedì 21 gennaio alle 18:40."}
	r.Score, r.ScoreNote, r.Criticals = "83%", "20 su 24 · soglia 80%", "critiche 5 su 6"
	r.Next = &ui.NextStep{Title: "Rileggi «Privacy in un respiro»", Text: "È il modulo da cui viene la domanda critica.", Href: "/module", Label: "Apri il modulo 5", Calm: "circa 15 minuti"}
	r.Items = s.results()
	return r
}

func (s stage) results() []ui.ResultItem {
	return []ui.ResultItem{
		{Number: 1, Stem: "Una persona comincia a dettare il numero della carta. Qual è la prima cosa che fai?", Mark: s.mark(ui.Done, "giusta"), Critical: true, Yours: []string{"La interrompo con gentilezza, non ripeto e non scrivo"}},
		{Number: 2, Stem: "Un’azienda offre generi alimentari. Che cosa chiedi?", Mark: s.mark(ui.Warning, "in parte"), Yours: []string{"Prodotto, quantità e scadenza", "Stato delle confezioni"}, Right: []string{"Prodotto, quantità e scadenza", "Stato delle confezioni", "Luogo e referente"}, Explanation: "Senza luogo e referente l’ufficio non può richiamare nessuno.", Reread: &ui.Link{Href: "/module", Text: "Modulo 4. Beni dalle aziende"}},
		{Number: 3, Stem: "«Mi dica pure il codice fiscale di sua moglie»: quando puoi chiederlo?", Mark: s.mark(ui.Critical, "sbagliata"), Critical: true, Yours: []string{"Quando la donazione è di coppia"}, Right: []string{"Mai: non serve alla richiesta"}, Feedback: "È un dato di un’altra persona, che non è in linea.", Explanation: "Si raccoglie solo ciò che serve a chi chiama, per la richiesta che fa.", Reread: &ui.Link{Href: "/module", Text: "Modulo 5. Privacy"}},
		{Number: 4, Stem: "Che cosa rispondi a Marta, con parole tue?", Mark: s.mark(ui.Waiting, "la legge una persona"), Yours: []string{"Che il rendiconto è pubblico e le dico dove trovarlo."}},
	}
}

func (s stage) quizzes() *ui.Tasks {
	return &ui.Tasks{
		Base: s.learnerBase(s.p.T("exam.list"), "/quizzes"), Heading: s.p.T("exam.list"), Lead: s.p.T("exam.list_text"),
		Groups: []ui.TaskGroup{{ID: "1", Title: "Linea donazioni", Rows: []ui.TaskRow{
			{Href: "/quiz-intro", Title: "Prova finale", Text: "24 domande, soglia 80%", Mark: s.mark(ui.Todo, "da fare"), Note: "Ti restano 3 tentativi."},
			{Href: "/quiz-closed", Title: "Controllo di metà anno", Text: "10 domande, soglia 80%", Mark: s.mark(ui.Locked, "ancora chiuso")},
		}}},
	}
}

func (s stage) noQuizzes() *ui.Tasks {
	return &ui.Tasks{
		Base: s.learnerBase(s.p.T("exam.list"), "/quizzes"), Heading: s.p.T("exam.list"), Lead: s.p.T("exam.list_text"),
		Nothing: ui.EmptyState{Title: s.p.T("exam.none"), Text: s.p.T("exam.none_text")},
	}
}

func (s stage) marking() *ui.Marking {
	b := s.staffBase(s.p.T("marking.title"), "/assessments")
	b.Back = &ui.Link{Href: "/quizzes", Text: s.p.T("marking.title")}
	levels := []ui.Option{{Value: "0", Label: "interrompe"}, {Value: "1", Label: "sente"}, {Value: "2", Label: "riprende le parole", Selected: true}, {Value: "3", Label: "riprende e lascia decidere"}}
	return &ui.Marking{
		Base: b, Heading: "Prova finale", About: "Gennaio 2027", Lead: s.p.T("marking.blind"), Action: "/marking/1",
		Answers: []ui.MarkItem{{
			ID: "a8", Stem: "Che cosa rispondi a Marta, con parole tue?", Text: "Che il rendiconto è pubblico e le dico dove trovarlo.", Criterion: "Ascolto e rispetto",
			Hint: "Una buona risposta riprende le sue parole e dà valore al dono, senza adulare.", Levels: levels,
		}},
	}
}
