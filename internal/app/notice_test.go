package app_test

import (
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/blob"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

func TestTheFirstNoticeTakesNoMarksFromWhatWasTyped(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	a, err := app.New(t.Context(), db, app.RandomSecret(), blob.Folder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Setup.Link(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Setup.Begin(t.Context(), &pg.Command{Key: strings.Repeat("k", 20), Route: "test", BodyHash: pg.HashBody("")}, token, app.FirstSetup{
		Organisation: "Casa *Aperta* <b>& figli</b>", Contact: "[qui](https://evil.example)", GivenName: "Ada", FamilyName: "Rossi", Email: "ada@example.org", Password: apptest.Password,
	}, app.Came{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	for lang, words := range map[string]string{"it": "10 anni", "en": "10 years"} {
		var body string
		if err := db.Read().GetContext(t.Context(), &body, `SELECT html FROM privacy_notice WHERE lang = $1 AND version = '1'`, lang); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Casa *Aperta* &lt;b&gt;&amp; figli&lt;/b&gt;", "[qui](https://evil.example)", "<table>", "Garante", "6.1.c", words} {
			if want == "Garante" && lang == "en" {
				continue
			}
			if !strings.Contains(body, want) {
				t.Errorf("the %s notice has no %q", lang, want)
			}
		}
		if strings.Contains(body, "<em>") || strings.Contains(body, `href="https://evil`) {
			t.Errorf("the %s notice took marks from a name: %s", lang, body)
		}
	}
}
