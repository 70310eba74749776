package web_test

import (
	"strings"
	"testing"

	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

func TestThePagesAboutTheSiteSpeakBothLanguages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	italian, english := s.Visitor(), s.Visitor()
	fill(t, english, open(t, english, "/help"), "/language", "lang", "en")
	for path, words := range map[string][2]string{
		"/help":          {"Se qualcosa è sbagliato", "If something is wrong"},
		"/accessibility": {"Limiti che conosciamo", "Limits that we know"},
		"/help/formats":  {"Niente HTML", "No HTML"},
		"/privacy":       {"via dei Tigli 4, Milano", "via dei Tigli 4, Milano"},
	} {
		for i, v := range []*robot.Visitor{italian, english} {
			p, lang := open(t, v, path), []string{"it", "en"}[i]
			if !strings.Contains(p.Text(), words[i]) || strings.Contains(p.Text(), "{{") {
				t.Errorf("%s in %s: %s", path, lang, p.Text())
			}
			if p.Heading() == "" || strings.Contains(p.Heading(), ".title") {
				t.Errorf("%s in %s is headed %q", path, lang, p.Heading())
			}
		}
	}
}
