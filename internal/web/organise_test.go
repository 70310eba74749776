package web_test

import (
	"regexp"
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/web/webtest"
)

// With several programmes none is taken for granted: a donations line would
// else ask for what the first in the list asks.
func TestALineChoosesAmongProgrammes(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	pack := apptest.Pack()
	file := pack["esempio/it/programma.md"]
	file.Data = []byte(strings.ReplaceAll(string(file.Data), "pr-donazioni", "pr-altro"))
	if _, err := s.App.Publishing.Publish(t.Context(), people.Actor{Program: "test"}, s.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "un altro"}); err != nil {
		t.Fatal(err)
	}
	ada := s.SignIn("ada@example.org")
	p, err := ada.Open("/lines/new")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"pr-donazioni", "pr-altro"} {
		if !strings.Contains(p.Body, `value="`+id+`"`) {
			t.Errorf("%s is not offered", id)
		}
	}
	if p, err = ada.Fill(p, "/lines/new", "name", "Ascolto", "code", "ascolto", "fallback", "segreteria"); err != nil {
		t.Fatal(err)
	}
	if p.Status != 422 || !strings.Contains(p.Body, `value="segreteria"`) {
		t.Fatalf("no programme was answered %d: %s", p.Status, p.Text())
	}
	if p, err = ada.Fill(p, "/lines/new", "programme", "pr-altro"); err != nil {
		t.Fatal(err)
	}
	if p.URL.Path != "/guide" {
		t.Fatalf("line not made: %d %s", p.Status, p.Text())
	}
	var programme string
	if err := s.DB.Read().GetContext(t.Context(), &programme, `SELECT programme FROM line WHERE code = 'ascolto'`); err != nil || programme != "pr-altro" {
		t.Errorf("the line has programme %q: %v", programme, err)
	}
}

func TestSettingUpByClicking(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	ada := s.SignIn("ada@example.org")
	must := func(p interface{ Text() string }, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := ada.Open("/lines/new")
	must(p, err)
	p, err = ada.Fill(p, "/lines/new", "name", "Ascolto", "code", "ASCOLTO!", "fallback", "")
	must(p, err)
	if p.Status != 422 || !strings.Contains(p.Text(), "Minuscole") {
		t.Fatalf("a wrong short name was answered %d: %s", p.Status, p.Text())
	}
	p, err = ada.Fill(p, "/lines/new", "code", "ascolto", "fallback", "segreteria")
	must(p, err)
	if p.URL.Path != "/guide" {
		t.Fatalf("line not made: %d %s", p.Status, p.Text())
	}
	p, err = ada.Open("/cohorts/new")
	must(p, err)
	p, err = ada.Fill(p, "/cohorts/new", "name", "Febbraio", "starts_on", "2027-02-01", "ends_on", "2027-01-01")
	must(p, err)
	if p.Status != 422 {
		t.Fatalf("swapped dates were answered %d", p.Status)
	}
	p, err = ada.Fill(p, "/cohorts/new", "ends_on", "2027-06-30", "join_url", "https://stanza.example.org/1")
	must(p, err)
	if p.URL.Path != "/guide" {
		t.Fatalf("cohort not made: %d %s", p.Status, p.Text())
	}
	if n, err := s.App.DueWork.Drain(t.Context()); err != nil || n != 4 {
		t.Fatalf("planned %d series, want the programme's 4: %v", n, err)
	}
	var sessions int
	if err := s.DB.Read().GetContext(t.Context(), &sessions, `SELECT count(*) FROM session`); err != nil || sessions == 0 {
		t.Fatalf("%d sessions: %v", sessions, err)
	}
	p, err = ada.Open("/staff")
	must(p, err)
	p, err = ada.Fill(p, "/staff", "given_name", "Luca", "family_name", "Verdi", "email", "luca@example.org", "role", "evaluator", "scope", "cohort:2")
	must(p, err)
	if !regexp.MustCompile(`http://127[^"]*/in/\d+-[a-z0-9]+`).MatchString(p.Body) {
		t.Fatalf("no invitation link: %s", p.Text())
	}
	p, err = ada.Open("/keys")
	must(p, err)
	p, err = ada.Fill(p, "/keys", "name", "centralino")
	must(p, err)
	token := regexp.MustCompile(`gk[a-z0-9]{26}`).FindString(p.Body)
	if token == "" {
		t.Fatalf("no token: %d %s", p.Status, p.Text())
	}
	p, err = ada.Open("/keys?line=donazioni&channel=phone&agent=v9999")
	must(p, err)
	if strings.Count(p.Body, ` id="line"`) != 1 || !strings.Contains(p.Body, "Bearer CHIAVE") {
		t.Errorf("the page of keys: %s", p.Body)
	}
	if !strings.Contains(p.Body, "disabled v9999 donazioni phone v=") || !strings.Contains(p.Text(), "Nessun volontario ha questo numero") {
		t.Fatalf("asking the gate by hand: %s", p.Text())
	}
	giulia := s.Volunteer("Giulia", "Ferrandi")
	p, err = ada.Open("/keys?line=donazioni&channel=phone&agent=" + giulia.Number)
	must(p, err)
	if !strings.Contains(p.Text(), "L’assicurazione comincia il 7 dicembre 2026, ore 24, ora di Roma") {
		t.Errorf("the answer is not in the zone of the line: %s", p.Text())
	}
}
