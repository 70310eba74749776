package web_test

import (
	"net/http"
	"testing"
	"time"

	"abilita/internal/web/webtest"
)

func TestAskingForAReviewAndDecidingIt(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	v, teresa, bruno := s.SignIn("volontario1@example.org"), s.SignIn("teresa@example.org"), s.SignIn("bruno@example.org")
	paper := open(t, v, open(t, v, "/").Links("/certificates/")[0])
	hasNot(t, paper, "Chiedi il riesame")

	by := s.Now.AddDate(0, 0, 30).Format(time.DateOnly)
	fill(t, teresa, open(t, teresa, "/people/"+giulia.Number), "/certificates/", "decision", "revoke", "motive", "privacy", "words", "Un indirizzo detto ad alta voce.", "appeal_by", by)
	home := open(t, v, "/")
	has(t, home, "Il tuo certificato è revocato: Linea donazioni", "Un indirizzo detto ad alta voce.", "Chiedi un riesame")
	paper = open(t, v, paper.URL.Path)
	has(t, paper, "fino alle 24 di giovedì 7 gennaio 2027", "Una revoca è definitiva")
	refusedAt(t, fillRefused(t, v, paper, "/certificates/1/appeal", "words", ""), "/certificates/1/appeal", "appeal-words", "Quasi: una cosa da sistemare")
	refusedAt(t, fillRefused(t, v, open(t, v, paper.URL.Path), "/certificates/1/appeal", "words", card), "/certificates/1/appeal", "appeal-words", "numero di carta")
	asked := fill(t, v, open(t, v, paper.URL.Path), "/certificates/1/appeal", "words", "Quella sera non ero di turno.")
	has(t, asked, "Riesame chiesto.", "Hai chiesto un riesame il", "Lo decide una persona diversa")
	hasNot(t, asked, "Che cosa vuoi dire")
	hasNot(t, open(t, teresa, "/people/"+giulia.Number), "non ero di turno") // for who decides alone

	has(t, open(t, bruno, "/inbox"), "Un riesame da decidere")
	list := open(t, bruno, "/appeals")
	has(t, list, "Giulia Ferrandi", "Certificato revocato: Linea donazioni", "da decidere")
	address := list.Links("/appeals/")[0]
	own := open(t, teresa, address)
	has(t, own, "La decisione è tua", "Quella sera non ero di turno.")
	hasNot(t, own, "Decidi e scrivi")
	sheet := open(t, bruno, address)
	has(t, sheet, "Teresa Mancuso", "Un indirizzo detto ad alta voce.", "fa il programma e ottiene un certificato nuovo")
	stale := open(t, bruno, address)
	has(t, fillRefused(t, bruno, sheet, address, "outcome", "wrong", "reason", ""), "La decisione era sbagliata")
	done := fill(t, bruno, sheet, address, "outcome", "wrong", "reason", "Il registro dei turni le dà ragione.")
	has(t, done, "La decisione era sbagliata", "Bruno Neri", "Iscrivi di nuovo", "Il registro dei turni le dà ragione.")
	if p := send(t, bruno, stale, address, "outcome", "upheld", "reason", "No."); p.Status != http.StatusConflict && p.Status != http.StatusUnprocessableEntity {
		t.Errorf("decided twice: %d", p.Status)
	}
	hasNot(t, open(t, bruno, "/inbox"), "riesame da decidere")
	has(t, open(t, bruno, "/people/"+giulia.Number), "Riesame chiesto: Linea donazioni", "Riesame: la revoca era sbagliata, Linea donazioni", "Il registro dei turni le dà ragione.")
	has(t, open(t, v, paper.URL.Path), "La revoca era sbagliata: lo ha deciso Bruno Neri", "Revocato")
	for _, who := range []string{"nadia@example.org", "volontario1@example.org"} {
		if p, err := s.SignIn(who).Open(address); err != nil || p.Status != http.StatusNotFound {
			t.Errorf("%s opens an appeal: %d %v", who, p.Status, err)
		}
	}
}

func TestAReviewOfTheWholeIsAskedOnTheHomePage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	v, teresa, bruno := s.SignIn("volontario1@example.org"), s.SignIn("teresa@example.org"), s.SignIn("bruno@example.org")
	hasNot(t, open(t, v, "/"), "riesame")
	by := s.Now.AddDate(0, 0, 30).Format(time.DateOnly)
	correct := "/people/" + giulia.Number + "/correct"
	fill(t, teresa, open(t, teresa, correct), correct+"/suspend", "motive", "conduct", "words", "Ne parliamo.", "appeal_by", by)
	home := open(t, v, "/")
	has(t, home, "La tua sospensione da tutte le linee", "Puoi chiedere un riesame fino")
	refusedAt(t, fillRefused(t, v, home, "/appeal", "words", ""), "/appeal", "appeal-words", "La tua sospensione da tutte le linee")
	fill(t, v, home, "/appeal", "words", "Non è andata così.")
	list := open(t, bruno, "/appeals")
	address := list.Links("/appeals/")[0]
	done := fill(t, bruno, open(t, bruno, address), address, "outcome", "lifted", "reason", "Aveva ragione lei.")
	has(t, done, "Sospensione tolta")
	hasNot(t, open(t, v, "/"), "La tua sospensione")
	has(t, open(t, teresa, "/people/"+giulia.Number), "Riesame: sospensione tolta")
}
