package web_test

import (
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// mailbox is what somebody was sent about a session: the letter as a coordinator
// may hand it over, and the calendar entry that comes with it.
func mailbox(t *testing.T, s *webtest.Site, teresa *robot.Visitor, who people.Actor, kind string) (letters []string, entries []string) {
	t.Helper()
	var rows []struct {
		Address    string
		Attachment string
	}
	if err := s.DB.Read().SelectContext(t.Context(), &rows, `SELECT '/letters/' || id AS address, attachment FROM letter WHERE person_id = $1 AND kind = $2 ORDER BY id`, int64(who.ID), kind); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		letters, entries = append(letters, open(t, teresa, r.Address).Text()), append(entries, r.Attachment)
	}
	return letters, entries
}

func holdsAll(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not hold %q: %s", what, w, text)
		}
	}
}

// A session is moved and called off on its page: whoever holds a seat reads why in
// a letter, gets an entry that changes the calendar, and sees it on the page.
func TestThoseWhoAreBookedHearOfAMoveAndOfACancellation(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia, luca, emma := s.Volunteer("Giulia", "Ferrandi"), s.Volunteer("Luca", "Bonfanti"), s.Volunteer("Emma", "Zanetti")
	plan := app.NewSeries{Cohort: s.Cohort, Kind: "evening", Title: "Serata di prova", Weekdays: []int{2}, At: "20:30", Minutes: 120, First: "2026-12-15", Count: 1, Seats: 10}
	if _, err := s.App.Sessions.Plan(t.Context(), s.Trainer, s.Cmd(), plan); err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	davide, teresa, hers, his := s.SignIn("davide@example.org"), s.SignIn("teresa@example.org"), s.SignIn(email(t, s, giulia.Number)), s.SignIn(email(t, s, luca.Number))
	for _, v := range []*robot.Visitor{hers, his} {
		has(t, fill(t, v, open(t, v, "/sessions"), "/sessions/1/book"), "martedì 15 dicembre, 20:30–22:30")
	}
	entry := func(v *robot.Visitor) string {
		t.Helper()
		p, err := v.Open("/sessions/1/calendar.ics")
		if err != nil || p.Status != 200 {
			t.Fatalf("the calendar entry: %d, %v", p.Status, err)
		}
		return p.Body
	}
	const uid = "UID:session-1@abilita\r\n"
	holdsAll(t, "the first entry", entry(hers), "METHOD:PUBLISH", uid, "SEQUENCE:0\r\n", "DTSTART:20261215T193000Z", "STATUS:CONFIRMED")

	moved := fill(t, davide, open(t, davide, "/sessions/1"), "/sessions/1/move", "date", "2026-12-17", "at", "18:00", "reason", "La sala è occupata.")
	has(t, moved, "giovedì 17 dicembre, 18:00–20:00")
	holdsAll(t, "the entry after the move", entry(hers), uid, "SEQUENCE:1\r\n", "DTSTART:20261217T170000Z", "DTEND:20261217T190000Z", "STATUS:CONFIRMED")
	for v, who := range map[*robot.Visitor]people.Actor{hers: giulia, his: luca} {
		has(t, open(t, v, "/sessions"), "giovedì 17 dicembre, 18:00–20:00")
		letters, entries := mailbox(t, s, teresa, who, "session_moved")
		if len(letters) != 1 {
			t.Fatalf("%s got %d letters about the move", who.Name, len(letters))
		}
		holdsAll(t, "the letter", letters[0], "Cambia la data: Serata di prova", "giovedì 17 dicembre 2026, 18:00, ora di Roma", "Motivo: La sala è occupata.", "Il tuo posto resta prenotato")
		holdsAll(t, "its entry", strings.ReplaceAll(entries[0], "\r\n ", ""), "METHOD:REQUEST", uid, "SEQUENCE:1\r\n", "DTSTART:20261217T170000Z", "mailto:"+email(t, s, who.Number))
	}

	off := fill(t, davide, moved, "/sessions/1/cancel", "reason", "La formatrice è malata.")
	has(t, off, "Sessione annullata", "annullata")
	if _, err := off.Form("/sessions/1/move"); err == nil {
		t.Error("a session that was called off can be moved")
	}
	holdsAll(t, "the entry after the cancellation", entry(hers), "METHOD:CANCEL", uid, "SEQUENCE:2\r\n", "STATUS:CANCELLED")
	for v, who := range map[*robot.Visitor]people.Actor{hers: giulia, his: luca} {
		mine := open(t, v, "/sessions")
		has(t, mine, "annullata")
		if _, err := mine.Form("/sessions/1/book"); err == nil {
			t.Error("a session that was called off can be booked")
		}
		letters, entries := mailbox(t, s, teresa, who, "session_cancelled")
		if len(letters) != 1 {
			t.Fatalf("%s got %d letters about the cancellation", who.Name, len(letters))
		}
		holdsAll(t, "the letter", letters[0], "Annullata: Serata di prova", "Motivo: La formatrice è malata.")
		holdsAll(t, "its entry", strings.ReplaceAll(entries[0], "\r\n ", ""), "METHOD:CANCEL", uid, "SEQUENCE:2\r\n", "STATUS:CANCELLED", "mailto:"+email(t, s, who.Number))
	}
	for _, kind := range []string{"session_moved", "session_cancelled"} {
		if letters, _ := mailbox(t, s, teresa, emma, kind); len(letters) != 0 {
			t.Errorf("somebody without a seat got %v", letters)
		}
	}
}
