package gallery

import (
	"abilita/internal/web/ui"
)

func (s stage) staff() []Example {
	signed := s.checklist()
	signed.SignedBy, signed.SignedAt = "Davide Colnaghi", s.on(16, 11, 20)
	for i := range signed.Items {
		signed.Items[i].Ticked = true
	}
	turn := *signed
	turn.Signers, turn.Turn = s.p.T("checklist.signers", "N", 2)+" "+s.p.T("checklist.signers_missing", "N", 1), true
	turn.Again = &ui.Link{Href: "/checklist", Text: s.p.T("checklist.sign_too")}
	nobody := s.board()
	nobody.Rows, nobody.Filtered = nil, true
	empty := &ui.Inbox{Base: s.staffBase(s.p.T("inbox.title"), "/inbox"), Tabs: s.inbox().Tabs}
	return []Example{
		{"assess", s.assess()},
		{"assess-arbiter", s.arbiter()},
		{"checklist", s.checklist()},
		{"checklist-signed", signed},
		{"checklist-turn", &turn},
		{"board", s.board()},
		{"board-none", nobody},
		{"person", s.person()},
		{"lines", s.lines()},
		{"lines-empty", &ui.Lines{Base: s.staffBase(s.p.T("line.title"), "/lines")}},
		{"line", s.line()},
		{"line-empty", s.lineEmpty()},
		{"inbox", s.inbox()},
		{"inbox-empty", empty},
		{"application", s.application()},
		{"application-admitted", s.admitted()},
	}
}

func (s stage) assess() *ui.Assess {
	b := s.staffBase("Valutazione di una chiamata", "/assessments")
	b.Viewer = &ui.Viewer{Name: "Nadia", Note: "valutatrice"}
	levels := func(picked int, words ...string) []ui.Option {
		var o []ui.Option
		for i, w := range words {
			o = append(o, ui.Option{Value: string(rune('0' + i)), Label: w, Selected: i == picked})
		}
		return o
	}
	return &ui.Assess{
		Base: b, Heading: "Ascolta, segna, poi dai il livello", About: "Chiamata valutata · «Non ce la faccio più» · Giulia Ferrandi · giovedì 21 gennaio, 18:32",
		Person: "Giulia", Action: "/assessments/9", Script: "Non ce la faccio più, versione 1.0", How: "Tu sei Sara, ha perso il lavoro. Leggi con calma, lascia i silenzi.",
		Nodes: []ui.ScriptNode{
			{Name: "Apertura", Text: "Squilla. Aspetti che dica chi è."},
			{Name: "Richiesta", Quote: "«Non so perché chiamo voi. Non ce la faccio più.»"},
			{Name: "Angoscia", Quote: "A voce bassa: «Ho perso il lavoro e stasera non vedo la strada.»", Good: "chiede apertamente: «Sta pensando di farsi del male?»", Bad: "cambia discorso o propone una donazione.", Silent: "12 secondi: respira, poi «È ancora lì?»"},
			{Name: "Pericolo, scegli tu", Variants: []ui.Option{{Label: "«No. Ma sono sola e ho paura.»"}, {Label: "«Sì. Ho le pastiglie qui davanti.»"}}},
			{Name: "Passaggio", Text: "Aspetta che chiami la responsabile e resti in linea."},
			{Name: "Chiusura", Quote: "«Grazie. E adesso che cosa succede?»"},
		},
		Critical: []ui.Tickable{{ID: "E2", Title: "Pericolo", Text: "non chiede se la persona è in pericolo, o la lascia sola"}, {ID: "E3", Title: "Promessa", Text: "promette esiti che non dipendono da lei"}, {ID: "E1", Title: "Carta", Text: "chiede, ripete o annota dati della carta"}},
		Said: []ui.Heard{{ID: "D1", Title: "Chi sono", Text: "linea, nome, volontaria", Options: []ui.Option{
			{Value: "said", Label: s.p.T("assess.word_said"), Selected: true}, {Value: "not_said", Label: s.p.T("assess.word_not_said")}, {Value: "not_due", Label: s.p.T("assess.word_not_due")},
		}}},
		Criteria: []ui.Criterion{
			{ID: "R1", Name: "Accoglienza", Weight: 20, Best: 3, Levels: levels(3, "assente", "frettolosa", "chiara", "chiara e calda")},
			{ID: "R2", Name: "Ascolto e rispetto", Weight: 25, Best: 3, Levels: levels(2, "interrompe", "sente", "riprende le parole", "riprende e lascia decidere")},
			{ID: "R3", Name: "Correttezza", Weight: 25, Best: 3, Levels: levels(2, "inventa", "vago", "giusto", "giusto e dice a chi chiedere")},
			{ID: "R4", Name: "Strumenti", Weight: 15, Best: 3, Levels: levels(3, "non registra", "in ritardo", "registra", "registra e passa bene")},
			{ID: "R5", Name: "Prossimo passo", Weight: 15, Best: 3, Levels: levels(-1, "nessuno", "generico", "chi e che cosa", "chi, che cosa, entro quando")},
		},
		Notes: "Bella pausa dopo «non vedo la strada». Ha ripreso «sola», non «paura».", Threshold: 75, Missing: []string{"prossimo passo"}, Once: s.p.T("assess.once"),
	}
}

// arbiter is the page of whoever decides between two judgements.
func (s stage) arbiter() *ui.Assess {
	p := s.assess()
	p.Heading, p.Arbiter, p.Once, p.Disputed = s.p.T("assess.heading_arbiter"), true, s.p.T("assess.once_arbiter"), s.judged()[:2]
	return p
}

func (s stage) judged() []ui.JudgedRow {
	return []ui.JudgedRow{
		{Href: "/assessments/1", By: "Nadia Brambati", Mark: s.mark(ui.Done, s.p.T("call.passed")), Score: "80 su 100", Note: "Bella pausa dopo «non vedo la strada»."},
		{Href: "/assessments/2", By: "Bice Valli", Mark: s.mark(ui.Critical, s.p.T("state.crit")), Score: "72 su 100", Errors: s.p.T("assess.errors_named", "Names", "Pericolo"), Note: "La domanda sul pericolo non l’ho sentita."},
		{Href: "/assessments/3", By: s.p.T("assess.as_arbiter", "Name", "Carla Valli"), Mark: s.mark(ui.Done, s.p.T("call.passed")), Score: "76 su 100"},
	}
}

func (s stage) checklist() *ui.Checklist {
	b := s.staffBase("La maschera", "/assessments")
	items := []ui.Tickable{}
	for _, t := range [][3]string{{"t1", "Apre un contatto", "Entro tre squilli, dal pulsante verde."}, {"t2", "Scrive l’esito", "Una frase, senza dati di troppo."}, {"t3", "Compila la scheda denaro", ""}, {"t4", "Compila la scheda beni", "Quantità, scadenza, confezioni, luogo."}, {"t5", "Passa il contatto alla responsabile", "Senza riagganciare."}, {"t6", "Segnala un dato della carta", ""}, {"t7", "Ritrova un contatto di ieri", ""}, {"t8", "Mette e toglie la pausa", ""}, {"t9", "Chiude il contatto e il turno", ""}} {
		items = append(items, ui.Tickable{ID: t[0], Title: t[1], Text: t[2], Ticked: t[0] < "t5"})
	}
	return &ui.Checklist{
		Base: b, Heading: "La maschera, nove compiti", About: "Marta Invernizzi · linea donazioni · versione 1.1", Intro: "Guarda Marta mentre lavora nell’ambiente di prova. Segna solo quello che hai visto con i tuoi occhi.",
		Action: "/checklists/4", Items: items, Rule: "Servono nove compiti su nove. Puoi salvare e finire un altro giorno.", SignText: "Ho osservato di persona i compiti segnati, oggi.",
	}
}

func (s stage) inbox() *ui.Inbox {
	i := &ui.Inbox{Base: s.staffBase(s.p.T("inbox.title"), "/inbox"), Tabs: []ui.Tab{
		{Href: "/inbox", Label: "Da decidere", Count: 4, Current: true}, {Href: "/inbox?v=hold", Label: "In attesa", Count: 2}, {Href: "/inbox?v=done", Label: "Decise", Count: 61},
	}, Rows: []ui.InboxRow{
		{Href: "/application", Name: "Serena Maggioni", Programme: "Linea donazioni", At: s.on(16, 21, 14), State: s.mark(ui.Due, "da richiamare entro domani"), Note: "aspetta da 4 giorni"},
		{Href: "/application", Name: "Tommaso Rota", Programme: "Linea donazioni", At: s.on(18, 8, 2), State: s.mark(ui.Current, "colloquio fissato"), Note: "giovedì 21, 17:00"},
		{Href: "/application", Name: "Yasmin El Idrissi", Programme: "Ascolto emergenza", At: s.on(19, 13, 40), State: s.mark(ui.Todo, "nuova"), Note: "forse doppia"},
		{Href: "/application", Name: "Piero Dell’Acqua", Programme: "Linea donazioni", At: s.on(20, 10, 9), State: s.mark(ui.Todo, "nuova")},
	}}
	i.Pages = i.Pager("4 domande, dalla più vecchia", "", "")
	return i
}

func (s stage) application() *ui.Application {
	b := s.staffBase("Domanda di Serena Maggioni", "/inbox")
	b.Back = &ui.Link{Href: "/inbox", Text: s.p.T("inbox.title")}
	return &ui.Application{
		Base: b, Name: "Serena Maggioni", About: "Linea donazioni", State: s.mark(ui.Due, "da richiamare entro domani"),
		Facts: []ui.Fact{{Term: "Età", Value: "31 anni, compiuti il 3 marzo"}, {Term: "Posta", Value: "serena.maggioni@posta.example"}, {Term: "Telefono", Value: "non dato"}, {Term: "Quando può", Value: "mattina e sera"}, {Term: "Lavoro pagato dall’ente", Value: "no"}, {Term: "Informativa", Value: "versione 3, letta il 16 gennaio"}},
		Why:   "Dono da anni e mi piacerebbe stare dall’altra parte del filo. Ho lavorato in biblioteca: so ascoltare e so dire «non lo so, mi informo».",
		Twin:  &ui.Link{Href: "/person", Text: "Serena Maggioni, volontaria dal 2024 al 2025"},
		Notes: []ui.Note{{By: "Teresa Mancuso", At: s.on(19, 18, 5), Text: "Chiamata breve: calma, chiede bene. Vuole sapere quanto pesa la sera. Da risentire per il colloquio vero."}}, NoteAction: "/applications/12/notes",
		Action: "/applications/12", Version: "2",
		Outcomes: []ui.Option{{Value: "admit", Label: "Ammetti a un’edizione", Note: "Parte l’invito; poi confermi il registro", Selected: true}, {Value: "hold", Label: "Metti in attesa", Note: "Le scriviamo che il posto arriva dopo"}, {Value: "refuse", Label: "Rifiuta", Note: "Con il motivo e la data in cui può riprovare"}},
		Cohorts:  []ui.Option{{Value: "1", Label: "Gennaio 2027, 6 posti"}, {Value: "2", Label: "Aprile 2027, 20 posti"}},
		Motives:  []ui.Option{{Value: "", Label: "Scegli…"}, {Value: "hours", Label: "Orari che non combaciano"}, {Value: "role", Label: "Compito diverso da quello cercato"}},
		Events:   []ui.Event{{State: ui.Done, At: s.on(16, 21, 14), Title: "Domanda ricevuta", Text: "Dal modulo pubblico, lettera di conferma mandata."}},
	}
}

func (s stage) admitted() *ui.Application {
	a := s.application()
	a.State, a.Outcomes, a.NoteAction, a.Twin = s.mark(ui.Waiting, "ammessa, manca il registro"), nil, "", nil
	a.Flash = "Serena è ammessa all’edizione di gennaio. L’invito è partito."
	a.Register = &ui.RegisterForm{Action: "/applications/12/register", Number: "v0431", Day: "2027-01-20", Policy: "Cattolica 2211/44, volontari", Text: "L’assicurazione parte dalle 24 del giorno di iscrizione: prima di allora nessun contatto, nemmeno in affiancamento.", Version: "3"}
	return a
}
