package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

// After a decision the page says which phone systems answer by it, and how long a
// lease may still say otherwise.
func TestAfterADecisionThePageNamesThePhoneSystems(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	if _, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "Centralino", Scopes: []string{"check"}}); err != nil {
		t.Fatal(err)
	}
	token, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "Elenchi", Scopes: []string{"leases"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.Engines.Lease(t.Context(), token, app.LeaseAsked{Engine: "pbx-monza"}, 0); err != nil {
		t.Fatal(err)
	}
	teresa, page := s.SignIn("teresa@example.org"), "/people/"+giulia.Number
	hasNot(t, open(t, teresa, page), "Centralini:")
	suspended := fill(t, teresa, open(t, teresa, page), "/certificates/", "decision", "suspend", "motive", "privacy", "words", "Da chiarire.", "appeal_by", s.Now.AddDate(0, 0, 30).Format(time.DateOnly))
	has(t, suspended, "Centralini: Linea donazioni", "Centralino", "La segue già", "pbx-monza", "Al più tardi fra 5 secondi")
	s.Advance(4 * time.Second)
	has(t, open(t, teresa, page), "Al più tardi fra un secondo")
	s.Advance(time.Second)
	hasNot(t, open(t, teresa, page), "Al più tardi")
	s.Advance(time.Hour)
	hasNot(t, open(t, s.SignIn("teresa@example.org"), page), "Centralini:")
}

func TestALineSaysHowLongALeaseLives(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	teresa, edit := s.SignIn("teresa@example.org"), "/lines/donazioni/edit"
	has(t, fillRefused(t, teresa, open(t, teresa, edit), edit, "lease_seconds", "31"), "I secondi vanno da 1 a 30.")
	fill(t, teresa, open(t, teresa, edit), edit, "lease_seconds", "12")
	_, in, err := s.App.Lines.Settings(t.Context(), s.Coordinator, "donazioni")
	if err != nil || in.LeaseSeconds != 12 {
		t.Errorf("stored %d, %v", in.LeaseSeconds, err)
	}
}

func TestThePageOfKeysShowsWhatSidecarsTrust(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	if page := open(t, s.SignIn("ada@example.org"), "/keys"); !strings.Contains(page.Body, s.App.Engines.LeaseKey()) {
		t.Errorf("the page does not show the key: %s", page.Text())
	}
}
