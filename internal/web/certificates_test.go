package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/web/webtest"
)

func TestASecondPersonSigns(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Ready("Giulia", "Ferrandi")
	v := s.SignIn(email(t, s, giulia.Number))
	has(t, open(t, v, "/"), "Hai finito la tua strada", "Una seconda persona guarda le prove e firma")

	teresa := s.SignIn("teresa@example.org")
	list := open(t, teresa, "/signing")
	has(t, list, "Giulia Ferrandi", "Linea donazioni")
	page := open(t, teresa, list.Links("/signing/")[0])
	has(t, page, "Supera la prova finale", "92%", "Di Nadia Brambati.", "Modulo letto: Denaro, ricevute, mai la carta", "Livello supervisionato")
	if p, err := s.SignIn("nadia@example.org").Open(list.Links("/signing/")[0]); err != nil || p.Status != 404 {
		t.Errorf("an evaluator opens the signature: %d %v", p.Status, err)
	}
	signed := fill(t, teresa, page, "/signing/")
	has(t, signed, "Firmato.", "Giulia Ferrandi", "Linea donazioni, telefono", "Nadia Brambati", "Teresa Mancuso", "dal 7 dicembre 2026, 09:00, ora di Roma, fino alle 24 di martedì 7 dicembre 2027")
	file, err := teresa.Open(signed.Links("/certificates/")[0])
	if err != nil || !strings.HasPrefix(file.Body, "%PDF-") {
		t.Errorf("the file is %.20q, %v", file.Body, err)
	}
	has(t, open(t, v, signed.URL.Path), "Giulia Ferrandi")
	other := s.Volunteer("Luca", "Bonfanti")
	if p, err := s.SignIn(email(t, s, other.Number)).Open(signed.URL.Path); err != nil || p.Status != 404 {
		t.Errorf("another volunteer opens the certificate: %d %v", p.Status, err)
	}
}

func TestVerificationTellsEachState(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	var number string
	if err := s.DB.Read().GetContext(t.Context(), &number, `SELECT number FROM certificate WHERE person_id = $1`, int64(giulia.ID)); err != nil {
		t.Fatal(err)
	}
	anybody := s.Visitor()
	ask := open(t, anybody, "/verify")
	typed := strings.ToUpper(strings.ReplaceAll(number, "-", " "))
	valid := fill(t, anybody, ask, "/verify", "code", typed)
	has(t, valid, "Valido adesso", "Giulia F., n. "+giulia.Number, "Linea donazioni, telefono", "Casa Aperta ODV")
	hasNot(t, valid, "Ferrandi", "92%", "example.org", "1990")
	has(t, open(t, anybody, "/verify/zzzzz-zzzzz"), "Nessun certificato con questo codice")

	teresa := s.SignIn("teresa@example.org")
	person := open(t, teresa, "/people/"+giulia.Number)
	suspended := fill(t, teresa, person, "/certificates/", "decision", "suspend", "motive", "privacy", "words", "Ne parliamo giovedì.", "appeal_by", s.Now.AddDate(0, 0, 30).Format(time.DateOnly))
	has(t, suspended, "Il certificato è sospeso")
	has(t, open(t, anybody, "/verify/"+number), "Sospeso")
	restored := fill(t, teresa, suspended, "/certificates/", "decision", "restore", "words", "Colloquio positivo.")
	has(t, restored, "Può rispondere")
	has(t, open(t, anybody, "/verify/"+number), "Valido adesso")
	has(t, fillRefused(t, teresa, restored, "/certificates/", "decision", "revoke", "motive", "", "words", "Perché sì."), "Scegli un motivo")
	revoked := fill(t, teresa, restored, "/certificates/", "decision", "revoke", "motive", "safety", "words", "Non si può più.", "appeal_by", s.Now.AddDate(0, 0, 30).Format(time.DateOnly))
	has(t, revoked, "Il certificato è stato revocato il")
	has(t, open(t, anybody, "/verify/"+number), "Revocato")

	luca := s.Certified("Luca", "Bonfanti")
	if err := s.DB.Read().GetContext(t.Context(), &number, `SELECT number FROM certificate WHERE person_id = $1`, int64(luca.ID)); err != nil {
		t.Fatal(err)
	}
	s.Advance(400 * 24 * time.Hour)
	has(t, open(t, anybody, "/verify/"+number), "Scaduto")
}
