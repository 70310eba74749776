package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

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
