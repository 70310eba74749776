package web_test

import (
	"net/http"
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

// The page of a line's phone systems says whose phone would ring now, who asked
// when, and how the newest test call went.
func TestThePageOfPhoneSystems(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	token, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "Centralino Brera", Scopes: []string{"check"}})
	if err != nil {
		t.Fatal(err)
	}
	teresa := s.SignIn("teresa@example.org")
	before := open(t, teresa, "/lines/donazioni/engines")
	if !strings.Contains(before.Body, "Giulia Ferrandi") && !strings.Contains(before.Body, "Nessuno può rispondere") || !strings.Contains(before.Body, "Centralino Brera") || !strings.Contains(before.Body, "Non ha ancora chiesto niente") {
		t.Errorf("before any question: %s", before.Text())
	}
	for range 3 {
		if _, err := s.App.Gate.Check(t.Context(), token, app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.App.Gate.NoteUse(t.Context()); err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{
		`{"line":"donazioni","channel":"phone","reached":"fallback","words":"prova delle nove"}`: http.StatusNoContent,
		`{"line":"donazioni","channel":"phone","reached":"everybody"}`:                           http.StatusBadRequest,
		`{"line":"altra","channel":"phone","reached":"agent"}`:                                   http.StatusNotFound,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/gate/v1/tests", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", body, resp.StatusCode, want)
		}
	}
	after := open(t, teresa, "/lines/donazioni/engines")
	for _, want := range []string{"In tutto 3", "prova delle nove", "ha risposto il ripiego"} {
		if !strings.Contains(after.Body, want) {
			t.Errorf("the page does not say %q: %s", want, after.Text())
		}
	}
}
