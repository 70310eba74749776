package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"abilita/internal/web/webtest"
)

// A coordinator writes a card, changes its price with a question, is shown whom it
// touches before anything is saved; the volunteer reads, is wrong once, then right.
func TestACardChangesAndIsUnderstood(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	v, teresa := s.SignIn(email(t, s, giulia.Number)), s.SignIn("teresa@example.org")
	const at = "/lines/donazioni/catalogue"
	page := open(t, teresa, at)
	has(t, page, "Ancora nessuna scheda", "Nuova scheda")
	hasNot(t, open(t, v, "/shifts"), "Servizi e fondi")

	form := open(t, teresa, at+"/new")
	empty := send(t, teresa, form, at+"/new", "do", "look", "name", "Spesa a casa", "state", "active")
	if empty.Status != http.StatusUnprocessableEntity {
		t.Fatalf("%d: %s", empty.Status, empty.Text())
	}
	has(t, empty, "Serve: scrivilo o sceglilo.")
	card := []string{"do", "look", "kind", "service", "name", "Spesa a casa", "state", "active", "what", "Porta la spesa.", "access", "Per telefono.", "price", "5 euro", "impact", "notice"}
	looked := send(t, teresa, empty, at+"/new", card...)
	has(t, looked, "Di solito, per un cambio così: Leggere e confermare.", "Giulia Ferrandi", "legge la lettera")
	hasNot(t, open(t, teresa, at), "Spesa a casa")
	saved := fill(t, teresa, looked, at+"/new", "do", "save")
	has(t, saved, "Scheda salvata", "Si può proporre", "Spesa a casa", "5 euro")
	link, err := open(t, v, "/shifts").Link("Servizi e fondi")
	if err != nil {
		t.Fatal(err)
	}
	has(t, open(t, v, link), "Spesa a casa", "attivo", "Porta la spesa.")
	hasNot(t, open(t, v, "/"), "C’è un aggiornamento")

	const edit = at + "/cards/spesa-a-casa/edit"
	form = open(t, teresa, edit)
	stale := open(t, teresa, edit)
	dearer := []string{"do", "look", "price", "6 euro", "impact", "micro", "question", "Quanto costa?", "right", "6 euro", "wrong", "5 euro", "why", "È nella scheda.", "note", "Un euro di più."}
	looked = send(t, teresa, form, edit, dearer...)
	has(t, looked, "È cambiato: quanto costa.", "Giulia Ferrandi", "legge la scheda e risponde alla domanda", "alle 24 di")
	// what was not looked at is not saved
	other := send(t, teresa, looked, edit, "do", "save", "impact", "confirm")
	if other.Status != http.StatusConflict {
		t.Errorf("saved a plan that nobody saw: %d", other.Status)
	}
	has(t, fill(t, teresa, looked, edit, "do", "save"), "Scheda salvata", "Devono ancora farlo: 1 su 1.")
	// the second of two editors sees both
	late := send(t, teresa, stale, edit, "do", "look", "price", "7 euro", "impact", "none")
	if late.Status != http.StatusConflict {
		t.Errorf("the second editor: %d", late.Status)
	}
	has(t, late, "6 euro", "7 euro", "Sotto resta quello che hai scritto tu.")

	home := open(t, v, "/")
	has(t, home, "Spesa a casa: leggi la scheda e rispondi a una domanda.")
	change := open(t, v, home.Links("/changes/")[0])
	has(t, change, "Un euro di più.", "Prima diceva", "5 euro", "Quanto costa?")
	release, err := strconv.ParseInt(strings.TrimPrefix(home.Links("/changes/")[0], "/changes/"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	due, err := s.App.Study.Change(t.Context(), giulia, release)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{} // places by words
	for i, words := range due.Options {
		has(t, change, words)
		answers[words] = strconv.Itoa(i)
	}
	if none := send(t, v, change, "/changes/"); none.Status != http.StatusUnprocessableEntity {
		t.Errorf("no answer: %d", none.Status)
	}
	wrong := send(t, v, change, "/changes/", "answer", answers["5 euro"])
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(words(wrong.Text()), "Non è questa. È nella scheda. Rileggi la scheda e prova ancora.") {
		t.Errorf("a wrong answer: %d %s", wrong.Status, words(wrong.Text()))
	}
	s.Advance(20 * 24 * time.Hour)
	v = s.SignIn(email(t, s, giulia.Number))
	has(t, open(t, v, "/"), "C’è un aggiornamento non letto")
	has(t, fill(t, v, open(t, v, home.Links("/changes/")[0]), "/changes/", "answer", answers["6 euro"]), "La presa visione è registrata", "Puoi rispondere")
	hasNot(t, open(t, s.SignIn("teresa@example.org"), at), "Devono ancora farlo")
	has(t, open(t, s.SignIn("davide@example.org"), at+"/cards/spesa-a-casa"), "Che cosa è cambiato", "Un euro di più.")
}
