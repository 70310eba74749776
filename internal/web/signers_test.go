package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// Everybody who looks is told that another person must sign, each in the words
// for them, until somebody has.
func TestWhoStillHasToSignIsSaidOnEveryPage(t *testing.T) {
	t.Parallel()
	s := webtest.Serve(t, apptest.NewWith(t, apptest.MentorsPack()))
	giulia := s.Ready("Giulia", "Ferrandi")
	page := fmt.Sprintf("/observe/%d/competenze", s.Enrolment(giulia))
	volunteer, davide, nadia, teresa := s.SignIn("volontario1@example.org"), s.SignIn("davide@example.org"), s.SignIn("nadia@example.org"), s.SignIn("teresa@example.org")
	sign := func(who app.Ticks) {
		t.Helper()
		if err := s.App.Checklists.Observe(t.Context(), s.Trainer, s.Cmd(), s.Enrolment(giulia), "competenze", who); err != nil {
			t.Fatal(err)
		}
	}
	const rule = "Queste liste le firmano almeno 2 persone diverse."
	has(t, open(t, davide, page), rule, "Osservo")
	sign(app.Ticks{Items: []string{"C1", "C2"}, Signed: true})
	has(t, open(t, davide, page), rule+" Una l’hai già firmata tu: almeno un’altra la deve firmare un’altra persona.", "Insieme")
	has(t, open(t, davide, "/observe"), "hai già firmato: serve anche un’altra persona")
	has(t, open(t, volunteer, "/"), "Liste firmate: 1 di 2. Le firmano almeno 2 persone diverse, mentre guardano come fai.")

	sign(app.Ticks{Items: []string{"C3", "C4"}, Signed: true})
	own := open(t, davide, page+"?again=1")
	has(t, own, "Le liste sono complete, e tu hai già firmato: manca la firma di un’altra persona.")
	if f, err := own.Form(page); err == nil {
		t.Errorf("who signed is offered the form %v", f)
	}
	has(t, open(t, nadia, "/observe"), "manca la firma di un’altra persona")
	other := open(t, nadia, page)
	has(t, other, rule+" Le liste sono complete: manca la firma di un’altra persona. Se hai visto anche tu, firma questa.", "Firma anche tu")
	has(t, open(t, volunteer, "/"), "Le liste sono complete: manca la firma di un’altra persona, diversa da chi ha firmato.")
	has(t, open(t, teresa, "/board"), "manca un’altra firma")
	has(t, open(t, teresa, "/lines/donazioni"), "(manca la firma di un’altra persona)")
	has(t, open(t, teresa, "/people/"+giulia.Number), "manca la firma di un’altra persona, diversa da chi ha firmato")

	f, err := open(t, nadia, page+"?again=1").Form(page)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Values["item"]) != 0 {
		t.Errorf("the second signer finds the ticks %v of the first", f.Values["item"])
	}
	for name, values := range map[string][]string{"item": {"C3", "C4"}, "signed": {"yes"}} {
		if err := f.Set(name, values...); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := nadia.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	if signed.Status != http.StatusOK || !strings.Contains(signed.Text(), "Firmata da Nadia") {
		t.Fatalf("the second signature: %d %s", signed.Status, signed.Text())
	}
	if strings.Contains(open(t, teresa, "/board").Text(), "manca un’altra firma") {
		t.Error("the board still misses a signature")
	}
	proposal := s.Proposal(giulia)
	has(t, open(t, teresa, fmt.Sprintf("/signing/%d", proposal)), "Firmata da 2 persone diverse")
	if err := s.App.Certificates.Sign(t.Context(), s.Coordinator, s.Cmd(), proposal); err != nil {
		t.Fatal(err)
	}
	s.Advance(24 * time.Hour)
	teresa = s.SignIn("teresa@example.org")
	has(t, open(t, teresa, "/proof?line=donazioni&channel=phone&agent="+giulia.Number+"&at="+s.Now.UTC().Format(time.RFC3339)), "Chieste le firme di almeno 2 persone diverse.")
}
