package web_test

import (
	"strings"
	"testing"

	"abilita/internal/web/webtest"
)

func TestFromTheFormIntoTheRegister(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	visitor := s.Visitor()
	p, err := visitor.Open("/apply/donazioni")
	if err != nil {
		t.Fatal(err)
	}
	bad, err := visitor.Fill(p, "/apply/", "given_name", "Giulia", "family_name", "Ferrandi", "email", "giulia@", "born", "2015-01-01", "paid", "no",
		"why", "Chiamo io, la mia carta è 4111 1111 1111 1111")
	if err != nil {
		t.Fatal(err)
	}
	if bad.Status != 422 || !strings.Contains(bad.Text(), "numero di carta") {
		t.Fatalf("a card number was answered %d: %s", bad.Status, bad.Text())
	}
	if strings.Contains(bad.Body, "4111") {
		t.Error("the refused card number came back on the page")
	}
	bad, err = visitor.Fill(p, "/apply/", "given_name", "Giulia", "family_name", "Ferrandi", "email", "giulia@", "born", "2015-01-01", "paid", "no", "why", "Ho tempo la sera.")
	if err != nil {
		t.Fatal(err)
	}
	f, err := bad.Form("/apply/")
	if err != nil {
		t.Fatal(err)
	}
	if bad.Status != 422 || f.Values.Get("given_name") != "Giulia" || f.Values.Get("why") != "Ho tempo la sera." {
		t.Fatalf("a refused form lost what was typed: %d %v", bad.Status, f.Values)
	}
	done, err := visitor.Fill(bad, "/apply/", "email", "giulia@example.org", "born", "1990-05-04", "agreed", "yes", "availability", "evening")
	if err != nil {
		t.Fatal(err)
	}
	if done.URL.Path != "/apply/donazioni/done" {
		t.Fatalf("sent to %s: %s", done.URL, done.Text())
	}

	teresa := s.SignIn("teresa@example.org")
	inbox, err := teresa.Open("/inbox")
	if err != nil {
		t.Fatal(err)
	}
	link, err := inbox.Link("Giulia Ferrandi")
	if err != nil {
		t.Fatalf("%v: %s", err, inbox.Text())
	}
	file, err := teresa.Open(link)
	if err != nil {
		t.Fatal(err)
	}
	if file, err = teresa.Fill(file, "/applications/1/note", "note", "Cordiale, libera la sera."); err != nil || file.Status != 200 {
		t.Fatalf("note: %v %d", err, file.Status)
	}
	if file, err = teresa.Fill(file, "/applications/1/decide", "outcome", "admitted"); err != nil || file.Status != 200 {
		t.Fatalf("admit: %v %d %s", err, file.Status, file.Text())
	}
	if !strings.Contains(file.Text(), "v0101") {
		t.Errorf("no public number after admission: %s", file.Text())
	}
	if file, err = teresa.Fill(file, "/applications/1/register", "day", "2026-12-06", "policy", "RC 2027/114"); err != nil || file.Status != 422 {
		t.Fatalf("a back-dated entry: %v %d", err, file.Status)
	}
	if file, err = teresa.Fill(file, "/applications/1/register", "day", "2026-12-07"); err != nil || file.Status != 200 {
		t.Fatalf("register: %v %d %s", err, file.Status, file.Text())
	}
	if _, err := file.Form("/applications/1/register"); err == nil {
		t.Error("the register form is still there after the confirmation")
	}
}

func TestAnotherLinesCoordinatorSeesNothing(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Apply("Canarino", "Segreto")
	for _, email := range []string{"davide@example.org", "nadia@example.org"} {
		v := s.SignIn(email)
		for _, path := range []string{"/inbox", "/applications/1"} {
			p, err := v.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if p.Status != 404 || strings.Contains(p.Body, "Canarino") {
				t.Errorf("%s at %s: %d", email, path, p.Status)
			}
		}
	}
}
