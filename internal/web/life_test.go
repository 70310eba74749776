package web_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

func TestContactsLevelsAndEmergenciesByClicking(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	who := s.Certified("Adele", "Tornaghi")
	s.Staff("Mara", "Conti", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: s.Cohort}, people.Grant{Role: people.Supervisor, Scope: people.Line, ID: s.Line})
	teresa, mentor, adele := s.SignIn("teresa@example.org"), s.SignIn("mara@example.org"), s.SignIn("volontario1@example.org")
	now := func() string { return s.Now.In(apptest.Rome()).Format("2006-01-02T15:04") }
	open := func(v *robot.Visitor, path string) *robot.Page {
		t.Helper()
		p, err := v.Open(path)
		if err != nil || p.Status != 200 {
			t.Fatalf("%s: %v %v", path, p, err)
		}
		return p
	}
	fill := func(v *robot.Visitor, p *robot.Page, action string, status int, want string, values ...string) *robot.Page {
		t.Helper()
		p, err := v.Fill(p, action, values...)
		if err != nil || p.Status != status || !strings.Contains(p.Text(), want) {
			t.Fatalf("%s %q: %d %v, want %d and %q: %s", action, values, p.Status, err, status, want, p.Text())
		}
		return p
	}

	const contacts = "/lines/donazioni/contacts"
	p := open(mentor, contacts)
	p = fill(mentor, p, contacts, 422, "non ha un certificato", "number", s.Volunteer("Bice", "Galli").Number, "minutes", "8")
	if !strings.Contains(p.Body, `value="8"`) {
		t.Errorf("the minutes are gone: %s", p.Body)
	}
	p = fill(mentor, p, contacts, 422, "Scrivi il giorno", "number", who.Number, "at", "ieri")
	p = fill(mentor, p, contacts, 200, "Contatto segnato", "at", now())
	if !strings.Contains(p.Text(), "Adele Tornaghi") || !strings.Contains(p.Text(), "Mara Conti") {
		t.Errorf("the contact is not listed: %s", p.Text())
	}

	home := open(adele, "/")
	certificate := regexp.MustCompile(`/certificates/\d+`).FindString(home.Body)
	level := certificate + "/level"
	own := open(adele, level)
	if !strings.Contains(own.Text(), "Livello supervisionato") || strings.Contains(own.Body, level+"/observe") || strings.Contains(own.Body, level+"/raise") {
		t.Errorf("the holder's own page: %s", own.Text())
	}
	p = open(mentor, level)
	p = fill(mentor, p, level+"/observe", 422, "", "verdict", "not_yet", "note", "")
	fill(mentor, p, level+"/observe", 200, "Firmato", "verdict", "good", "note", "Calma e chiara.", "at", now())
	if p = open(teresa, level); !strings.Contains(p.Text(), "Servono 2 giorni") {
		t.Errorf("why it may not be raised yet: %s", p.Text())
	}
	s.Advance(24 * time.Hour)
	teresa, mentor, adele = s.SignIn("teresa@example.org"), s.SignIn("mara@example.org"), s.SignIn("volontario1@example.org")
	fill(mentor, open(mentor, level), level+"/observe", 200, "Firmato", "verdict", "good", "note", "", "at", now())
	fill(teresa, open(teresa, level), level+"/raise", 200, "Livello raggiunto", "words", "Brava.")
	if own = open(adele, level); !strings.Contains(own.Text(), "Livello autonomo") || !strings.Contains(own.Text(), "Calma e chiara.") {
		t.Errorf("after the raise: %s", own.Text())
	}
	if paper := open(adele, certificate); !strings.Contains(paper.Text(), "Livello autonomo") {
		t.Errorf("the certificate: %s", paper.Text())
	}

	const emergency = "/lines/donazioni/emergency"
	p = fill(mentor, open(mentor, emergency), emergency, 422, "Scegli una seconda persona", "number", who.Number, "motive", "nobody_else", "words", "Tutti malati", "hours", "2")
	choice := regexp.MustCompile(`<option value="(\d+)">Teresa`).FindStringSubmatch(p.Body)
	if choice == nil || !strings.Contains(p.Body, "Tutti malati") {
		t.Fatalf("what was typed, or the choice, is gone: %s", p.Body)
	}
	fill(mentor, p, emergency, 422, "può già rispondere", "informed", choice[1])
}

func TestAnEngineTellsContactsByJSON(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	who := s.Certified("Adele", "Tornaghi")
	ada := s.SignIn("ada@example.org")
	p, err := ada.Open("/keys")
	if err != nil {
		t.Fatal(err)
	}
	p, err = ada.Fill(p, "/keys", "name", "centralino", "scopes", "contacts")
	token := regexp.MustCompile(`gk[a-z0-9]{26}`).FindString(p.Body)
	if err != nil || token == "" {
		t.Fatalf("no key: %v %s", err, p.Text())
	}
	body := fmt.Sprintf(`{"line":"donazioni","contacts":[{"agent":%q,"channel":"phone","at":%q,"minutes":4,"ref":"4111111111111111"},{"agent":%q,"channel":"phone","at":"ieri","ref":"2"}]}`,
		who.Number, s.Now.Add(-time.Hour).UTC().Format(time.RFC3339), who.Number)
	status, text := post(t, s.URL+"/gate/v1/contacts", token, body)
	if status != 200 || text != `{"contacts":[{"ref":"4111111111111111","state":"recorded"},{"ref":"2","state":"refused","reason":"contact.ahead"}]}`+"\n" {
		t.Errorf("told: %d %s", status, text)
	}
	for name, in := range map[string]struct {
		token, body string
		status      int
	}{
		"no key": {"", body, 401}, "an unknown member": {token, `{"line":"donazioni","contacts":[],"caller":"02 1234"}`, 400}, "no such line": {token, `{"line":"altra","contacts":[]}`, 404},
	} {
		if status, text := post(t, s.URL+"/gate/v1/contacts", in.token, in.body); status != in.status {
			t.Errorf("%s: %d %s, want %d", name, status, text, in.status)
		}
	}
}

// post sends JSON with a key.
func post(t *testing.T, url, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
