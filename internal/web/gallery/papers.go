package gallery

import (
	"strings"
	"time"

	"abilita/internal/web/ui"
)

func (s stage) papers() []Example {
	revoked := s.certificate()
	stamp := s.mark(ui.Stopped, "Revocato: non vale più")
	revoked.Stamp = &stamp
	stop := s.stopPanel(&revoked.Base)
	revoked.Stop = &stop
	return []Example{{"certificate", s.certificate()}, {"certificate-revoked", revoked}, {"proposals", s.proposals()}, {"proposals-empty", &ui.Proposals{Base: s.staffBase(s.p.T("signing.title"), "/lines")}}, {"signing", s.signing("")}, {"signing-refused", s.signing("Chi ha valutato da solo non può anche firmare: serve un’altra persona.")}, {"parts", s.parts()}}
}

func (s stage) certificate() *ui.Certificate {
	b := s.learnerBase("Certificato di abilitazione, Adele Tornaghi", "")
	b.Back = &ui.Link{Href: "/", Text: "La mia strada"}
	rows := strings.Fields(squareCode)
	square := ui.NewQR(len(rows), func(x, y int) bool { return rows[y][x] == '#' }, s.p.T("certificate.qr"))
	return &ui.Certificate{
		Base: b, Name: "Adele Tornaghi", Number: "v0398", Enabled: "linea donazioni, per telefono", Level: ", al livello supervisionato.",
		Facts: []ui.Fact{
			{Term: "Vale", Value: "dal 19 gennaio 2027 alle ore 24 del 19 gennaio 2028, ora di Roma"},
			{Term: "Programma", Value: "Linea donazioni, versione 1.2, 14 ore"},
			{Term: "Prova finale", Value: "92 per cento, domande critiche 6 su 6"},
			{Term: "Chiamate valutate", Value: "88 e 81 su 100, nessun errore critico"},
			{Term: "Maschera", Value: "9 compiti su 9, osservati"},
			{Term: "Hanno valutato", Value: "Nadia Brambati, Ines Cattaneo"},
		},
		Signers: []ui.Signer{{Name: "Nadia Brambati", Role: "ha valutato"}, {Name: "Teresa Mancuso", Role: "responsabile della linea"}}, SignedAt: s.on(19, 17, 30), Place: "Milano",
		Code: "K7QD-3M9X-PT42", VerifyURL: "https://abilita.example/verify/K7QD3M9XPT42", QR: square, PDF: "/certificate.pdf",
	}
}

func (s stage) proposals() *ui.Proposals {
	return &ui.Proposals{Base: s.staffBase(s.p.T("signing.title"), "/lines"), Rows: []ui.InboxRow{
		{Href: "/signing", Name: "Emma Zanetti", Programme: "Linea donazioni · v0409", At: s.on(19, 21, 4), State: s.mark(ui.Waiting, "da firmare")},
	}}
}

func (s stage) signing(refusal string) *ui.Signing {
	b := s.staffBase("Firma: Emma Zanetti", "/lines")
	b.Back = &ui.Link{Href: "/proposals", Text: s.p.T("signing.title")}
	steps := s.home().Roads[0].Steps[1:3]
	v := &ui.Signing{
		Base: b, Name: "Emma Zanetti", About: "v0409 · Linea donazioni", Facts: []ui.Fact{{Term: "Linea e canali", Value: "Linea donazioni, telefono"}, {Term: "Livello", Value: "Supervisionato"}, {Term: "Programma", Value: "Volontari della linea donazioni, 1.2"}},
		Steps: steps, Events: s.person().Events[3:], Person: &ui.Link{Href: "/person", Text: "La sua scheda"}, Action: "/signing/9", Refusal: refusal,
	}
	if refusal != "" {
		v.Action = ""
	}
	return v
}

func (s stage) parts() *ui.Parts {
	b := s.staffBase("Il campionario", "")
	b.Errors.Add(true, "mail-2", errEmail)
	p := &ui.Parts{
		Base: b, Next: ui.NextStep{Title: "Leggi la scheda del Fondo Inverno", Text: "È cambiata ieri.", Href: "#", Label: "Leggi", About: 4 * time.Minute},
		Steps: s.home().Roads[0].Steps[2:6], Segs: ui.Segments(3, 5, true), Bar: ui.Progress{Label: "Letto", Value: 3, Max: 5, Here: true},
		NowAnswer: s.home().Answers[0].Answer, Facts: s.line().Facts, Checks: s.call().Statements, Events: s.person().Events[:3], Counts: s.board().Tally, Tabs: s.inbox().Tabs,
		Nothing: ui.EmptyState{Title: "Nessuna sessione questa settimana", Text: "Le serate dell’edizione compaiono qui appena chi coordina fissa il calendario.", Action: &ui.Link{Href: "#", Text: "Proponi una data"}},
		Letter:  ui.Letter{ToWord: "A", To: "Serena Maggioni", When: "mercoledì 20 gennaio 2027", Subject: "Ci vediamo giovedì alle 17", Paragraphs: []string{"Cara Serena,", "il colloquio è giovedì 21 gennaio alle 17, venti minuti al telefono. Ti chiamiamo noi.", "A presto, Teresa Mancuso"}, Status: s.mark(ui.Waiting, "da consegnare a mano")},
	}
	for _, st := range ui.States() {
		p.Marks = append(p.Marks, p.Mark(st))
	}
	for _, st := range []ui.State{ui.Done, ui.Waiting, ui.Stopped, ui.Suspended, ui.Todo} {
		p.Notices = append(p.Notices, ui.Notice{Mark: p.Mark(st), Text: "Una frase che dice che cosa succede e che cosa si può fare.", Action: &ui.Link{Href: "#", Text: "Che cosa fare"}})
	}
	options := []ui.Option{{Value: "1", Label: "Gennaio 2027"}, {Value: "2", Label: "Aprile 2027", Selected: true}}
	noted := []ui.Option{{Value: "a", Label: "Ammetti", Note: "Parte l’invito", Selected: true}, {Value: "b", Label: "Metti in attesa", Note: "Le scriviamo"}}
	p.Field = []ui.Field{
		p.Input("text", "nome", "Nome e cognome", "Serena Maggioni").Auto("name"), p.Input("tel", "telefono", "Telefono", "").Maybe(s.p.T("form.maybe")), p.Input("date", "giorno", "Giorno", "2027-01-20").Short().Hinted("Dal 20 gennaio in poi."),
		p.Input("password", "parola", "Password", "").Auto("new-password"), p.Select("edizione", "Edizione", options), p.Area("testo", "In parole tue", "Due righe."), p.Radios("esito", "Esito", noted), p.Ticks("ore", "Quando puoi", options), p.Tick("letto", "Ho letto e confermo", true),
	}
	p.Bad = []ui.Field{p.Input("email", "mail-2", "Posta elettronica", "serena@").Hinted("Quella che leggi davvero.")}
	p.Confirms = []ui.Confirm{{ID: "c1", Open: "Revoca il certificato", Ask: "È definitivo: servirà un certificato nuovo.", Action: "#", Do: "Revoca adesso", Key: "esempio.c1", Bad: true}, {ID: "c2", Open: "Sposta la sessione", Ask: "Chi è prenotato riceve una lettera con la data nuova.", Action: "#", Do: "Sposta e avvisa", Key: "esempio.c2"}}
	p.Codes = []ui.Code{p.Code("k1", "Riga per il centralino", "curl -H 'Authorization: Bearer …' https://abilita.example/gate/v1/check?line=donazioni&channel=phone&agent=v0398")}
	p.Pages = p.Pager("13 persone di 36", "#", "#")
	return p
}
