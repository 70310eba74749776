package web_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/robot"
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

// A key that stops acts for somebody; a refused form keeps the choice, and the list
// says for whom.
func TestAKeyActsForACoordinator(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	ada := s.SignIn("ada@example.org")
	p := open(t, ada, "/keys")
	teresa := regexp.MustCompile(`<option value="(\d+)">Teresa Mancuso`).FindStringSubmatch(p.Body)
	if teresa == nil || strings.Contains(p.Body, ">Davide Colnaghi") {
		t.Fatalf("the choice of who may stop: %s", p.Body)
	}
	form, err := p.Form("/keys")
	if err != nil {
		t.Fatal(err)
	}
	send := func(values map[string][]string) *robot.Page {
		t.Helper()
		maps.Copy(form.Values, values)
		p, err := ada.Send(form)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p = send(map[string][]string{"name": {"gestionale"}, "scopes": {"stop"}, "acts_for": {""}})
	if p.Status != 422 || !strings.Contains(p.Text(), "Scegli per chi agisce") {
		t.Fatalf("for nobody: %d %s", p.Status, p.Text())
	}
	p = send(map[string][]string{"name": {""}, "acts_for": {teresa[1]}})
	if p.Status != 422 || !strings.Contains(p.Body, `<option value="`+teresa[1]+`" selected>`) {
		t.Fatalf("the choice is gone: %d %s", p.Status, p.Body)
	}
	p = send(map[string][]string{"name": {"gestionale"}})
	secret := regexp.MustCompile(`gk[a-z0-9]{26}`).FindString(p.Body)
	if p.Status != 200 || secret == "" || !strings.Contains(p.Text(), "Agisce per Teresa Mancuso") || strings.Contains(p.Text(), "Adesso non può fermare") {
		t.Fatalf("no key: %d %s", p.Status, p.Text())
	}
	for _, table := range []string{"letter", "audit_entry", "command", "gate_key"} {
		var n int
		if err := s.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM `+table+` t WHERE t::text LIKE '%' || $1 || '%'`, secret); err != nil || n != 0 {
			t.Errorf("%s holds the secret: %v", table, err)
		}
	}
	if line := open(t, s.SignIn("teresa@example.org"), "/lines/donazioni/engines"); line.Status != 200 || strings.Contains(line.Text(), "gestionale") {
		t.Errorf("a key that asks nothing is no phone system: %d %s", line.Status, line.Text())
	}
}
