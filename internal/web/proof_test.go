package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/course/proof"
	"abilita/internal/web/webtest"
)

func TestAnAuditorReadsAndKeepsTheProofOfAnAnswer(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	teresa := s.SignIn("teresa@example.org")
	person := open(t, teresa, "/people/"+v.Number)
	link, err := person.Link("La prova di una risposta")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(day, clock, hour string) (string, int) {
		t.Helper()
		page, err := teresa.Open("/proof?line=donazioni&channel=phone&agent=" + v.Number + "&day=" + day + "&time=" + clock + "&hour=" + hour)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(page.Text()), " "), page.Status
	}
	if text := open(t, teresa, link).Text(); !strings.Contains(text, "Di chi, dove e quando") {
		t.Errorf("the question is %s", text)
	}
	for name, tc := range map[string]struct {
		day, clock, hour string
		status           int
		says             []string
	}{
		"while certified":       {"2026-12-08", "09:00:00", "", 200, []string{"Poteva rispondere", "Il 8 dicembre 2026, 09:00:00 (UTC+01:00)", "Firmato da Teresa Mancuso", "Chi ha valutato Nadia Brambati", "Riga del registro del 2026-12-07", "92"}},
		"before the cover":      {"2026-12-07", "23:59:59", "", 200, []string{"Non poteva rispondere", "L’assicurazione comincia"}},
		"from the first second": {"2026-12-08", "0:00", "", 200, []string{"Poteva rispondere"}},
		"the future":            {"2026-12-08", "09:00:01", "", 422, []string{"Il futuro non si conosce"}},
		"no time":               {"2026-12-07", "alle+dieci", "", 422, []string{"Scrivi l’ora"}},
		"no day":                {"ieri", "10:05", "", 422, []string{"Scrivi giorno e ora"}},
		"an hour left out":      {"2026-03-29", "02:30", "", 422, []string{"le lancette l’hanno saltata"}},
		"an hour twice":         {"2026-10-25", "02:30", "", 422, []string{"scegli quale", "25 ottobre 2026, 02:30:00 (UTC+02:00)", "25 ottobre 2026, 02:30:00 (UTC+01:00)"}},
		"the first of the two":  {"2026-10-25", "02:30", "first", 200, []string{"Il 25 ottobre 2026, 02:30:00 (UTC+02:00)"}},
		"the second of the two": {"2026-10-25", "02:30", "second", 200, []string{"Il 25 ottobre 2026, 02:30:00 (UTC+01:00)"}},
	} {
		text, status := ask(tc.day, tc.clock, tc.hour)
		for _, says := range tc.says {
			if status != tc.status || !strings.Contains(text, says) {
				t.Errorf("%s: %d, not %d with %q: %s", name, status, tc.status, says, text)
			}
		}
	}
	page := open(t, teresa, "/proof?line=donazioni&channel=phone&agent="+v.Number+"&at=2026-12-08T08:00:00Z")
	file, err := page.Link("Scarica la prova firmata")
	if err != nil {
		t.Fatal(err)
	}
	got := open(t, teresa, file)
	if found := proof.Verify([]byte(got.Body), s.App.Proofs.Fingerprint()); !found.Holds() || !found.Proof.Answer.Granted || !found.Proof.Asked.At.Equal(time.Date(2026, 12, 8, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("the file: %+v", found.Checks)
	}
	if p, err := teresa.Open("/proof?line=donazioni&channel=phone&agent=v9999&at=2026-12-08T08:00:00Z"); err != nil || p.Status != 422 || !strings.Contains(p.Text(), "Nessuno ha questo numero") {
		t.Errorf("a number that nobody has: %d %v", p.Status, err)
	}
	fill(t, teresa, person, "/language", "lang", "en")
	if text, _ := ask("2026-12-08", "09:00", ""); !strings.Contains(text, "Might take contacts") || !strings.Contains(text, "Judged by: Nadia Brambati") {
		t.Errorf("in English: %s", text)
	}
}
