package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/web/webtest"
)

func TestAdministratorsReadWhatIsKeptHowLong(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	gone := s.Apply("Rita", "Salvi")
	if err := s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE application SET state = 'refused', decided_at = $2 WHERE id = $1`, gone, now.AddDate(0, -7, 0))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	ada := s.SignIn("ada@example.org")
	page := open(t, ada, "/guide")
	link, err := page.Link("Che cosa teniamo, e per quanto")
	if err != nil {
		t.Fatal(err)
	}
	text := func() string { t.Helper(); return strings.Join(strings.Fields(open(t, ada, link).Text()), " ") }
	if got := text(); !strings.Contains(got, "Domande non accolte o ritirate 6 mesi da quando la domanda si chiude. Poi si cancella tutto. Finora non è scaduto niente.") || !strings.Contains(got, "10 anni dall’uscita della persona") {
		t.Errorf("the page says %s", got)
	}
	if _, err := s.App.Keeping.Apply(t.Context(), people.Actor{Program: "due"}); err != nil {
		t.Fatal(err)
	}
	if got := text(); !strings.Contains(got, "Poi si cancella tutto. L’ultima volta: lunedì 7 dicembre, 09:00. Finora 2 righe.") {
		t.Errorf("after the daily work the page says %s", got)
	}
	fill(t, ada, page, "/language", "lang", "en")
	if got := text(); !strings.Contains(got, "Applications not accepted or withdrawn 6 months after the application closes.") || !strings.Contains(got, "2 rows so far.") {
		t.Errorf("in English: %s", got)
	}
	if p, err := s.SignIn("teresa@example.org").Open(link); err != nil || p.Status != 404 {
		t.Errorf("a coordinator sees the page: %d %v", p.Status, err)
	}
}

func TestALetterWithoutItsTextSaysSo(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Volunteer("Giulia", "Ferrandi")
	if err := s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE letter SET state = 'handed', sent_at = $1`, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.Advance(90 * 24 * time.Hour)
	if _, err := s.App.Keeping.Apply(t.Context(), people.Actor{Program: "due"}); err != nil {
		t.Fatal(err)
	}
	teresa := s.SignIn("teresa@example.org")
	page := open(t, teresa, "/letters?tab=done")
	link, err := page.Link("Giulia Ferrandi")
	if err != nil || !strings.Contains(page.Text(), "Testo non più conservato") {
		t.Fatalf("%v: %s", err, page.Text())
	}
	if got := open(t, teresa, link).Text(); !strings.Contains(got, "è stato tolto il 7 marzo 2027") || strings.Contains(got, "copertura") {
		t.Errorf("the letter says %s", got)
	}
}
