package web_test

import (
	"net/http"
	"strings"
	"testing"

	"abilita/internal/web/webtest"
)

func TestAPledgeIsSignedOnAPage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Volunteer("Giulia", "Ferrandi")
	v := s.SignIn("volontario1@example.org")
	page := visit(t, v, "/checklists/riservatezza")
	f, err := page.Form("/checklists/riservatezza")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Set("item", "I1", "I3"); err != nil {
		t.Fatal(err)
	}
	refused, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = refused.Form("/checklists/riservatezza"); err != nil {
		t.Fatal(err)
	}
	if refused.Status != http.StatusUnprocessableEntity || strings.Join(f.Values["item"], " ") != "I1 I3" {
		t.Fatalf("a pledge without signature: %d, ticks %v", refused.Status, f.Values["item"])
	}
	for name, values := range map[string][]string{"item": {"I1", "I2", "I3"}, "signed": {"yes"}} {
		if err := f.Set(name, values...); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	if signed.Status != http.StatusOK || !strings.Contains(signed.Text(), "Firmata da Giulia Ferrandi") {
		t.Fatalf("after signing: %d %s", signed.Status, signed.Text())
	}
	if p := visit(t, v, "/checklists/riservatezza?again=1"); strings.Count(p.Body, " checked") != 0 {
		t.Error("a new signature finds the old ticks")
	}
	for _, address := range []string{"/checklists/studio", "/checklists/altro", "/observe", "/observe/1/riservatezza"} {
		if p := visit(t, v, address); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", address, p.Status)
		}
	}
	davide := s.SignIn("davide@example.org")
	if p := visit(t, davide, "/observe"); p.Status != http.StatusOK || !strings.Contains(p.Text(), "Nessuno da osservare") {
		t.Errorf("observing: %d %s", p.Status, p.Text())
	}
	if p := visit(t, davide, "/observe/1/riservatezza"); p.Status != http.StatusNotFound {
		t.Errorf("a trainer signs a pledge for somebody: %d", p.Status)
	}
}
