package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/web/webtest"
)

// words is the text of a page in one line.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestHelpNumbersAreKeptAndCheckedOnOnePage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	teresa, ada := s.SignIn("teresa@example.org"), s.SignIn("ada@example.org")
	const warning = "Linea donazioni: c’è un numero di aiuto che nessuno controlla da più di 90 giorni."
	for name, page := range map[string]string{"her first page": open(t, teresa, "/").Text(), "the line": open(t, teresa, "/lines/donazioni").Text(), "the administrator's": open(t, ada, "/guide").Text()} {
		if !strings.Contains(words(page), warning) {
			t.Errorf("%s does not warn of numbers that nobody has checked", name)
		}
	}
	if strings.Contains(words(open(t, s.SignIn("davide@example.org"), "/lines/donazioni").Text()), warning) {
		t.Error("a trainer, who cannot do it, is warned")
	}
	line := open(t, teresa, "/lines/donazioni")
	link, err := line.Link("Numeri di aiuto")
	if err != nil {
		t.Fatal(err)
	}
	page := open(t, teresa, link)
	if got := words(page.Text()); !strings.Contains(got, "Emergenza nei testi {emergenza} 112 nessuno l’ha ancora controllato") || !strings.Contains(got, "Responsabile di turno nei testi {responsabile} Nessun numero") {
		t.Errorf("the page says %s", got)
	}
	const at = "/lines/donazioni/directory"
	for _, key := range []string{"emergency", "listening", "children"} {
		page = fill(t, teresa, page, at+"/"+key+"/checked")
	}
	if got := words(page.Text()); !strings.Contains(got, "112 controllato il 7 dicembre 2026 da Teresa Mancuso") {
		t.Errorf("after the check: %s", got)
	}
	for _, c := range []struct {
		day  time.Time
		warn bool
	}{{time.Date(2027, 3, 7, 20, 0, 0, 0, time.UTC), false}, {time.Date(2027, 3, 8, 6, 0, 0, 0, time.UTC), true}} {
		s.Set(c.day)
		teresa = s.SignIn("teresa@example.org")
		if got := strings.Contains(words(open(t, teresa, "/lines/donazioni").Text()), warning); got != c.warn {
			t.Errorf("on %s the line warns: %v", c.day, got)
		}
	}

	// A refused form keeps what was typed; a number that changes loses its check.
	form := open(t, teresa, at+"/listening")
	bad := send(t, teresa, form, at+"/listening", "number", "chiamare la radio", "note", "Ogni giorno, 9–24.")
	if f, err := bad.Form(at + "/listening"); bad.Status != 422 || err != nil || f.Values.Get("note") != "Ogni giorno, 9–24." || f.Values.Get("number") != "chiamare la radio" || !strings.Contains(bad.Text(), "Scrivi un numero di telefono") {
		t.Errorf("a bad number: %d %v", bad.Status, err)
	}
	page = fill(t, teresa, bad, at+"/listening", "number", "02 2327  2327")
	if got := words(page.Text()); !strings.Contains(got, "02 2327 2327 Ogni giorno, 9–24. nessuno l’ha ancora controllato") {
		t.Errorf("after the change: %s", got)
	}

	// The second of two editors sees both and may save again.
	ada = s.SignIn("ada@example.org")
	mine, theirs := open(t, teresa, at+"/listening"), open(t, ada, at+"/listening")
	fill(t, ada, theirs, at+"/listening", "number", "800 111 222", "checked", "yes")
	conflict := send(t, teresa, mine, at+"/listening", "number", "02 9999")
	got := words(conflict.Text())
	f, err := conflict.Form(at + "/listening")
	if conflict.Status != 409 || err != nil || f.Values.Get("number") != "02 9999" || !strings.Contains(got, "800 111 222, controllato il 8 marzo 2027 da Ada Rossi") {
		t.Fatalf("the second editor: %d %v %s", conflict.Status, err, got)
	}
	page = fill(t, teresa, conflict, at+"/listening")
	if !strings.Contains(words(page.Text()), "02 9999") {
		t.Errorf("saved again: %s", page.Text())
	}
	stale := send(t, ada, open(t, ada, at), at+"/listening/checked", "version", "2")
	if stale.Status != 409 {
		t.Errorf("a check of what somebody changed: %d", stale.Status)
	}
	for _, c := range []struct {
		key  string
		want int
	}{{"nothing", 404}, {"supervisor", 200}} {
		if p, err := teresa.Open(at + "/" + c.key); err != nil || p.Status != c.want {
			t.Errorf("%s: %d %v", c.key, p.Status, err)
		}
	}
	var audited string
	err = s.DB.Read().GetContext(t.Context(), &audited, `SELECT string_agg(detail->>'did' || coalesce(':' || nullif(detail->>'key', 'x'), ''), ' ' ORDER BY id) FROM audit_entry WHERE action = 'line.directory'`)
	if want := "check:emergency check:listening check:children edit:listening edit:listening edit:listening"; err != nil || audited != want {
		t.Errorf("the audit holds %q, want %q, %v", audited, want, err)
	}
}
