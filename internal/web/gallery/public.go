package gallery

import (
	"html/template"
	"time"

	"abilita/internal/fault"
	"abilita/internal/web/ui"
)

func (s stage) public() []Example {
	all := []Example{{"apply", s.apply()}, {"apply-refused", s.applyRefused()}, {"apply-done", s.applyDone()}, {"privacy", s.privacy()}, {"verify", &ui.Verify{Base: s.base(s.p.T("verify.title"))}}}
	for _, state := range []ui.CertificateState{ui.CertificateValid, ui.CertificateSuspended, ui.CertificateRevoked, ui.CertificateExpired, ui.CertificateSuperseded, ui.CertificateUnknown} {
		all = append(all, Example{"verify-" + string(state), s.verify(state)})
	}
	for _, f := range s.failures() {
		all = append(all, Example{"failure-" + f.Known(), f})
	}
	return all
}

func (s stage) apply() *ui.Apply {
	return &ui.Apply{
		Base: s.base("Diventa una voce della linea"), Action: "/apply/donazioni",
		Programme: "Diventa una voce della linea", Lead: "Quattordici ore di formazione a distanza, poi circa un’ora a settimana da casa tua. Ti richiamiamo noi entro cinque giorni.",
		MinAge: 18, StartsOn: s.on(25, 0, 0), AnswerDays: 5,
		Availability: []ui.Option{{Value: "m", Label: "Mattina, 10–13"}, {Value: "p", Label: "Pomeriggio, 13–17"}, {Value: "s", Label: "Sera, 17–20"}, {Value: "w", Label: "Sabato o domenica"}},
		Paid:         []ui.Option{{Value: "no", Label: "No"}, {Value: "yes", Label: "Sì"}},
		NoticeHref:   "/privacy", NoticeVersion: "3", Months: 6,
	}
}

// The faults of the refused form: they stand in for those of the rules.
var (
	errEmail  = fault.New(fault.Invalid, "form.email")
	errYoung  = fault.New(fault.Invalid, "apply.too_young")
	errCard   = fault.New(fault.Invalid, "fault.card_number")
	errNotice = fault.New(fault.Invalid, "apply.must_agree")
)

func (s stage) applyRefused() *ui.Apply {
	a := s.apply()
	a.GivenName, a.FamilyName, a.Email, a.Born = "Serena", "Maggioni", "serena.maggioni@", "2009-03-03"
	a.Why = "Dono da anni e mi piacerebbe stare dall’altra parte del filo."
	a.Availability[0].Selected, a.Availability[2].Selected, a.Paid[0].Selected = true, true, true
	a.Errors.Add(true, "email", errEmail)
	a.Errors.Add(true, "born", errYoung)
	a.Errors.Add(true, "why", errCard)
	a.Errors.Add(true, "agreed", errNotice)
	return a
}

func (s stage) applyDone() *ui.ApplyDone {
	return &ui.ApplyDone{Base: s.base("Domanda ricevuta"), Programme: "Linea donazioni · edizione di gennaio", AnswerBy: s.on(25, 18, 0)}
}

func (s stage) privacy() *ui.Privacy {
	return &ui.Privacy{Base: s.base("Come usiamo i tuoi dati"), Version: "3", Since: s.on(4, 0, 0), Body: template.HTML(`<p>Titolare è Casa Aperta ODV, Milano. Questa pagina riguarda chi si candida alla linea donazioni.</p><h2>Che cosa raccogliamo</h2><ul><li>Nome, posta elettronica, data di nascita: servono a risponderti e a sapere se puoi stare sulla linea.</li><li>Quello che scegli di raccontarci. Non chiediamo salute, religione, opinioni.</li></ul><h2>Per quanto tempo</h2><p>Sei mesi se non ti iscrivi. Se ti iscrivi, finché sei dei nostri e poi il tempo che la legge chiede per il registro.</p>`)}
}

func (s stage) verify(state ui.CertificateState) *ui.Verify {
	v := &ui.Verify{Base: s.base(s.p.T("verify.title")), State: state, Code: "K7QD-3M9X-PT42", Facts: []ui.Fact{
		{Term: "Persona", Value: "Adele T., n. v0398"}, {Term: "Abilitata a", Value: "linea donazioni, telefono"}, {Term: "Vale", Value: "dal 19 gennaio 2027 alle 24 del 19 gennaio 2028"}, {Term: "Programma", Value: "versione 1.2"}, {Term: "Rilasciato da", Value: "Casa Aperta ODV"},
	}}
	switch state {
	case ui.CertificateUnknown, ui.CertificateAsk:
		v.Facts = nil
	case ui.CertificateSuperseded:
		v.Newer = &ui.Link{Href: "/verify-valid", Text: "Il certificato che vale adesso"}
	case ui.CertificateValid, ui.CertificateSuspended, ui.CertificateRevoked, ui.CertificateExpired:
	}
	return v
}

func (s stage) failures() []*ui.Failure {
	f := func(status int) *ui.Failure { return &ui.Failure{Base: s.learnerBase("Errore", ""), Status: status} }
	conflict, busy, broken, down := f(409), f(429), f(500), f(503)
	conflict.Yours = []ui.Fact{{Term: "Telefono", Value: "02 5550 1234"}, {Term: "Comune", Value: "Monza"}}
	conflict.Theirs = []ui.Fact{{Term: "Telefono", Value: "02 5550 9876"}, {Term: "Comune", Value: "Milano"}}
	conflict.ByWhom = "Ines Cattaneo"
	busy.RetryAt = s.on(20, 18, 47)
	broken.Ref = "7F2K-90QX"
	down.Base = s.base("Torniamo tra poco")
	down.RetryAt = s.on(20, 18, 45).Add(time.Minute)
	return []*ui.Failure{f(400), f(403), f(404), conflict, f(422), busy, broken, down}
}
