package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/web/webtest"
)

var marked = regexp.MustCompile(`<li><a href="([^"]*)" aria-current="([a-z]+)"><svg`)

// One entry of the bar is marked on every page that belongs to it, as this page
// or as the part of the site that it is in.
func TestTheBarSaysWhereYouAre(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	waiting := s.Apply("Anna", "Conti")
	giulia := s.Certified("Giulia", "Ferrandi")
	for _, who := range []struct {
		email string
		pages map[string][]string
	}{
		{"davide@example.org", map[string][]string{
			"/assessments": {"/assessments", "page"}, "/marking": {"/assessments", "true"}, "/observe": {"/assessments", "true"}, "/assess/1/v0999": {"/assessments", "true"},
			"/sessions": {"/sessions", "page"}, fmt.Sprintf("/cohorts/%d/sessions", s.Cohort): {"/sessions", "true"},
		}},
		{"teresa@example.org", map[string][]string{
			"/people/" + giulia.Number: {"/board", "true"}, fmt.Sprintf("/applications/%d", waiting): {"/inbox", "true"}, "/letters": {"/inbox", "true"}, "/lines/donazioni": {"/lines", "true"},
		}},
		{"ada@example.org", map[string][]string{"/cohorts/new": {"/lines", "true"}, "/keys": {"/lines", "true"}, "/guide": {"/lines", "true"}}},
		{email(t, s, giulia.Number), map[string][]string{
			"/": {"/", "page"}, "/study/mo-denaro": {"/study", "true"}, "/checklists/postazione": {"/", "true"}, "/account": nil,
		}},
	} {
		v := s.SignIn(who.email)
		for address, want := range who.pages {
			p, err := v.Open(address)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range marked.FindAllStringSubmatch(p.Body, -1) {
				got = append(got, m[1:]...)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s at %s: the bar marks %v, want %v", who.email, address, got, want)
			}
		}
	}
}

// No entry of the bar, and no session of the list, leads to a page that is hidden
// from who reads it.
func TestTheBarLeadsSomewhere(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Staff("Carla", "Supervisora", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: s.Line})
	s.Staff("Sonia", "Revisora", people.Grant{Role: people.Auditor, Scope: people.All})
	s.Staff("Mara", "Tutrice", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: s.Cohort})
	s.Staff("Piero", "Tecnico", people.Grant{Role: people.Administrator, Scope: people.All})
	plan := app.NewSeries{Cohort: s.Cohort, Kind: "roleplay", Title: "Chiamate", Weekdays: []int{2}, At: "20:30", Minutes: 120, First: "2026-12-08", Count: 1, Seats: 4, Trainer: s.Evaluator.ID, Script: "rp-cinquanta-euro"}
	if _, err := s.App.Sessions.Plan(t.Context(), s.Trainer, s.Cmd(), plan); err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	bar := regexp.MustCompile(`<li><a href="(/[a-z]*)"[^>]*><svg`)
	for name, want := range map[string]int{"ada": 4, "teresa": 4, "davide": 4, "nadia": 2, "carla": 3, "sonia": 2, "mara": 1, "piero": 1} {
		v := s.SignIn(name + "@example.org")
		entries := bar.FindAllStringSubmatch(open(t, v, "/account").Body, -1)
		if len(entries) != want {
			t.Errorf("%s has the entries %v, want %d", name, entries, want)
		}
		for _, e := range entries {
			p := open(t, v, e[1])
			for _, session := range p.Links("/sessions/") {
				open(t, v, session)
			}
		}
	}
}
