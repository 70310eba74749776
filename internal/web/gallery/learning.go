package gallery

import "abilita/internal/web/ui"

// learning recognises what somebody learnt elsewhere: two modules are held, one
// rests under a certificate.
func (s stage) learning() *ui.Learning {
	t := s.p
	p := &ui.Learning{Base: s.staffBase(t.T("learning.of", "Name", "Giulia Ferrandi"), "/board"), About: "v0412"}
	reason := p.Area("reason", t.T("learning.reason"), "")
	back := ui.Confirm{ID: "back-7", Open: t.T("learning.take_back"), Ask: t.T("learning.take_back_ask"), Do: t.T("learning.take_back_do"), Action: "#", Bad: true, Reason: &reason}
	document := t.T("learning.about", "Document", "Attestato del corso per volontari, centro d’ascolto di Lodi", "Date", "18 gennaio 2027", "Name", "Teresa Mancuso")
	p.Files = []ui.LearningFile{{
		ID: "e5", Title: "Linea donazioni · Gennaio 2027", Action: "#", SeenOn: "2027-01-20",
		What: []ui.Option{
			{Value: "studio/mo-privacy", Label: t.T("learning.module", "Title", "Privacy: il minimo indispensabile")},
			{Value: "studio/mo-difficolta", Label: t.T("learning.module", "Title", "Persone in difficoltà")},
			{Value: "serate/", Label: t.T("learning.meetings", "Title", "Partecipa alle serate e al laboratorio", "N", 4)},
		},
		Held: []ui.LearningRow{
			{Title: "La chiamata", About: document, Words: "Stesso programma, ventiquattro ore.", TakeBack: &back},
			{Title: "Chi siamo, i fondi, il rendiconto", About: document, Note: t.T("learning.final")},
		},
	}}
	return p
}
