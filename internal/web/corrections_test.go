package web_test

import (
	"strings"
	"testing"

	"abilita/internal/web/webtest"
)

func TestMistakesAreMendedFromThePage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Volunteer("Giulia", "Ferandi")
	teresa := s.SignIn("teresa@example.org")
	person := open(t, teresa, "/people/"+giulia.Number)
	link, err := person.Link("Correggi i dati, unisci schede, sospendi")
	if err != nil {
		t.Fatal(err)
	}
	page := open(t, teresa, link)
	at := "/people/" + giulia.Number + "/correct"
	bad, err := teresa.Fill(page, at+"/details", "family_name", "", "reason", "Refuso.")
	if err != nil || bad.Status != 422 {
		t.Fatalf("a missing name: %v %d", err, bad.Status)
	}
	if f, err := bad.Form(at + "/details"); err != nil || f.Values.Get("reason") != "Refuso." {
		t.Errorf("what was typed is lost: %v", err)
	}
	page = fill(t, teresa, bad, at+"/details", "family_name", "Ferrandi")
	if !strings.Contains(page.Text(), "Giulia Ferrandi") || !strings.Contains(page.Text(), "Dati corretti") {
		t.Errorf("after the correction: %s", page.Text())
	}
	page = fill(t, teresa, page, at+"/suspend", "motive", "conduct", "words", "Numero privato.")
	if !strings.Contains(page.Text(), "È sospesa da tutte le linee") || !strings.Contains(page.Text(), "Teresa Mancuso") {
		t.Errorf("after the suspension: %s", page.Text())
	}
	page = fill(t, teresa, page, at+"/restore", "words", "Chiarito.")
	told := open(t, teresa, "/people/"+giulia.Number).Text()
	for _, words := range []string{
		"Sospensione da tutte le linee Comportamento. Teresa Mancuso: «Numero privato.» Riesame entro il 6 gennaio 2027.", "Fine della sospensione da tutte le linee Teresa Mancuso: «Chiarito.»", "Nome o recapiti corretti Teresa Mancuso: «Refuso.»",
	} {
		if !strings.Contains(strings.Join(strings.Fields(told), " "), words) {
			t.Errorf("the time line lacks %q: %s", words, told)
		}
	}
	page = fill(t, teresa, page, at+"/leave", "reason", "Si trasferisce.")
	if _, err := page.Form(at + "/leave"); err == nil {
		t.Error("somebody who left can leave again")
	}
	for _, email := range []string{"davide@example.org", "volontario1@example.org"} {
		if p, err := s.SignIn(email).Open(at); err != nil || p.Status != 404 {
			t.Errorf("%s sees the page: %d %v", email, p.Status, err)
		}
	}
}
