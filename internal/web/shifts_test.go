package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/web/webtest"
	"abilita/scheduler"
)

// The whole way of a week over the pages: the coordinator writes it, volunteers
// and a supervisor take their parts, a seat changes hands, the week changes.
func TestAWeekIsStaffedOnItsPages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Staff("Silvia", "Turri", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: s.Line})
	adele, emma := s.Certified("Adele", "Tornaghi"), s.Certified("Emma", "Vigano") // Wednesday 9 December
	teresa, silvia, hers, her2 := s.SignIn("teresa@example.org"), s.SignIn("silvia@example.org"), s.SignIn(email(t, s, adele.Number)), s.SignIn(email(t, s, emma.Number))

	edit := open(t, teresa, "/lines/donazioni/edit")
	fill(t, teresa, edit, "/lines/donazioni/edit", "supervised", "yes")
	if f, err := open(t, teresa, "/lines/donazioni/edit").Form("/lines/donazioni/edit"); err != nil || f.Values.Get("supervised") != "yes" {
		t.Errorf("the tick is not kept: %v, %v", f, err)
	}
	has(t, open(t, hers, "/"), "Non c’è una responsabile di turno", "Il tuo prossimo turno", "Non hai turni in programma.")
	has(t, open(t, teresa, "/lines/donazioni/shifts"), "La linea non ha ancora una settimana")

	const rota = "/lines/donazioni/rota"
	refused := fillRefused(t, teresa, open(t, teresa, rota), rota, "weekday", "5", "starts", "10:00", "ends", "14:00", "seats", "molti", "from_on", "2026-12-09")
	refusedAt(t, refused, rota, "new-seats", "Scrivi quanti posti", "starts", "10:00", "weekday", "5")
	has(t, fill(t, teresa, refused, rota, "seats", "1"), "La settimana è aggiornata", "venerdì, 10:00–14:00", "1 posto")

	has(t, open(t, hers, "/shifts"), "venerdì 11 dicembre", "10:00–14:00", "1 posto libero", "Manca ancora la responsabile di turno.")
	mine := fill(t, hers, open(t, hers, "/shifts"), "/shifts/1/take")
	has(t, mine, "Il posto è tuo", "Ci sei tu", "venerdì 11 dicembre, 10:00–14:00")
	entry := open(t, hers, "/shifts/1/calendar.ics").Body
	holdsAll(t, "the entry", entry, "METHOD:PUBLISH", "UID:shift-1@abilita\r\n", "DTSTART:20261211T090000Z", "DTEND:20261211T130000Z")
	has(t, open(t, her2, "/shifts"), "Posti finiti")
	fill(t, hers, mine, "/shifts/1/offer")
	has(t, open(t, hers, "/shifts"), "offerto: per ora è ancora tuo")
	has(t, fill(t, her2, open(t, her2, "/shifts"), "/shifts/1/swap"), "Il posto è tuo", "venerdì 11 dicembre, 10:00–14:00")
	letters, entries := mailbox(t, s, teresa, adele, "shift_swapped")
	holdsAll(t, "the letter", letters[0], "Il tuo posto è passato: Linea donazioni", "venerdì 11 dicembre 2026, 10:00, ora di Roma")
	holdsAll(t, "its entry", strings.ReplaceAll(entries[0], "\r\n ", ""), "METHOD:CANCEL", "SEQUENCE:1\r\n")
	letters, _ = mailbox(t, s, teresa, emma, "shift_booked")
	holdsAll(t, "the letter", letters[0], "hai un posto in un turno di Linea donazioni: rispondi ai contatti.")

	board := open(t, teresa, "/lines/donazioni/shifts")
	has(t, board, "Da coprire", "venerdì 11 dicembre, 10:00–14:00", "manca la responsabile", "Possono venire: Silvia Turri.", "Risponde Emma Vigano")
	led := fill(t, silvia, open(t, silvia, "/shifts"), "/shifts/1/take")
	has(t, led, "Fai da responsabile di turno.")
	hasNot(t, open(t, teresa, "/lines/donazioni/shifts"), "venerdì 11 dicembre, 10:00–14:00 Possono")
	has(t, open(t, her2, "/"), "la prossima entra in turno il 11 dicembre 2026, 10:00", "Il tuo prossimo turno", "venerdì 11 dicembre, 10:00–14:00")
	hasNot(t, open(t, silvia, "/lines/donazioni"), "Cambia la settimana")

	board = open(t, teresa, "/lines/donazioni/shifts")
	off := fillRefused(t, teresa, board, "/lines/donazioni/shifts/1/off", "reason", "")
	refusedAt(t, off, "/lines/donazioni/shifts/1/off", "off-1-reason", "")
	put := fill(t, teresa, open(t, teresa, "/lines/donazioni/shifts"), "/lines/donazioni/shifts/2/put", "who", fmt.Sprint("volunteer ", int64(adele.ID)))
	has(t, put, "La lettera è in partenza", "Adele Tornaghi")

	// Other hours: who would lose the place is shown first.
	form, err := open(t, teresa, rota).Form(rota)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"starts": "11:00", "from_on": "2026-12-09"} {
		if err := form.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	page, err := teresa.Click(form, "do", "change")
	if err != nil || page.Status != 422 {
		t.Fatalf("lost in silence: %d, %v", page.Status, err)
	}
	has(t, page, "Chi perderebbe il posto", "Emma Vigano", "Silvia Turri", "Adele Tornaghi", "Così 3 posti già presi vanno persi")
	if form, err = page.Form(rota); err != nil {
		t.Fatal(err)
	}
	if err := form.Set("agreed", "3"); err != nil {
		t.Fatal(err)
	}
	if page, err = teresa.Click(form, "do", "change"); err != nil || page.Status != 200 {
		t.Fatalf("%d %s, %v", page.Status, page.Text(), err)
	}
	has(t, page, "venerdì, 11:00–14:00")
	letters, _ = mailbox(t, s, teresa, emma, "shift_freed")
	holdsAll(t, "the letter", letters[0], "Il tuo turno è libero", "Perché: la settimana della linea è cambiata e quel turno non c’è più.")
}

// The refusal of a shift tells the date, midnight as the end of the day before.
func TestAShiftBeforeTheCoverIsRefusedWithTheDate(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Ready("Rita", "Salvi")
	if err := s.App.Certificates.Sign(t.Context(), s.Coordinator, s.Cmd(), s.Proposal(v)); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Shifts.ChangeRota(t.Context(), s.Coordinator, s.Cmd(), "donazioni", app.RotaChange{Weekday: 1, Starts: "18:00", Ends: "22:00", Seats: 1, From: "2026-12-07"}); err != nil {
		t.Fatal(err)
	}
	hers := s.SignIn(email(t, s, v.Number))
	page := open(t, hers, "/shifts")
	has(t, page, "lunedì 7 dicembre", "L’assicurazione comincia il 7 dicembre 2026, ore 24, ora di Roma")
	f, err := page.Form("/shifts/2/take")
	if err != nil {
		t.Fatal(err)
	}
	if page, err = hers.Post("/shifts/1/take", f.Values); err != nil || page.Status != 422 {
		t.Fatalf("%d, %v", page.Status, err)
	}
	has(t, page, "L’assicurazione comincia il 7 dicembre 2026, ore 24, ora di Roma")
}

// The way of a shift after it began: who did not come, the contacts, the debrief
// that the next shift reads.
func TestAShiftIsLookedBackUponOnItsPage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	boss := s.Staff("Silvia", "Turri", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: s.Line})
	adele, emma := s.Certified("Adele", "Tornaghi"), s.Certified("Emma", "Vigano") // Wednesday 9 December
	if err := s.App.Shifts.ChangeRota(t.Context(), s.Coordinator, s.Cmd(), "donazioni", app.RotaChange{Weekday: 4, Starts: "10:00", Ends: "14:00", Seats: 2, From: "2026-12-10"}); err != nil {
		t.Fatal(err)
	}
	for who, part := range map[people.ID]scheduler.Part{boss.ID: scheduler.Supervises, adele.ID: scheduler.Answers, emma.ID: scheduler.Answers} {
		if err := s.App.Shifts.Put(t.Context(), s.Coordinator, s.Cmd(), 1, who, part); err != nil {
			t.Fatal(err)
		}
	}
	const here = "/lines/donazioni/shifts/1"
	s.Set(time.Date(2026, 12, 10, 10, 0, 0, 0, time.UTC))
	silvia, hers := s.SignIn("silvia@example.org"), s.SignIn(email(t, s, emma.Number))
	link, err := open(t, silvia, "/shifts").Link("Apri il turno")
	if err != nil || !strings.HasSuffix(link, here) {
		t.Fatalf("the supervisor finds %q, %v", link, err)
	}
	page := open(t, silvia, here)
	has(t, page, "giovedì 10 dicembre, 10:00–14:00", "Chi non è venuto", "Silvia Turri", "Contatti presi nel turno")
	has(t, fill(t, silvia, page, here+"/mark", "absent", fmt.Sprint(int64(emma.ID))), "Salvato.")
	has(t, open(t, hers, "/shifts"), "segnata un’assenza")
	page = open(t, silvia, here)
	if f, err := page.Form(here + "/mark"); err != nil || f.Values.Get("absent") != fmt.Sprint(int64(emma.ID)) {
		t.Errorf("the tick is not kept: %v, %v", f, err)
	}
	refused := fillRefused(t, silvia, page, here+"/contact", "number", adele.Number, "minutes", "molti")
	refusedAt(t, refused, here+"/contact", "minutes", "", "number", adele.Number)
	has(t, fill(t, silvia, page, here+"/contact", "number", adele.Number, "minutes", "12"), "Adele Tornaghi", "12 minuti")

	s.Set(time.Date(2026, 12, 10, 13, 0, 0, 0, time.UTC))
	silvia = s.SignIn("silvia@example.org")
	if link, err = open(t, silvia, "/shifts").Link("Linea donazioni, giovedì 10 dicembre, 10:00–14:00"); err != nil || !strings.HasSuffix(link, here) {
		t.Errorf("the shift waits to be closed: %q, %v", link, err)
	}
	teresa := s.SignIn("teresa@example.org")
	has(t, open(t, teresa, "/lines/donazioni/shifts"), "Da chiudere")
	page = open(t, silvia, here)
	refused = fillRefused(t, silvia, page, here+"/close", "note", "La carta 4111 1111 1111 1111 funziona.")
	refusedAt(t, refused, here+"/close", "note", "")
	has(t, fill(t, silvia, page, here+"/close", "note", "Due chiamate.\n\nBonifici <b>fermi</b>."), "Turno chiuso", "chiuso da Silvia Turri", "Emma Vigano Risponde assente", "Bonifici <b>fermi</b>.")
	has(t, fill(t, teresa, open(t, teresa, here), here+"/note", "note", "Riparato alle 15."), "Nota aggiunta", "Riparato alle 15.")
	has(t, open(t, silvia, "/lines/donazioni/shifts/2"), "Dai turni prima", "Riparato alle 15.", "Bonifici <b>fermi</b>.")
	has(t, open(t, hers, fmt.Sprintf("/certificates/%d/level", s.Proposal(emma))), "Ultimi turni", "giovedì 10 dicembre, 10:00–14:00 assente")
	hasNot(t, open(t, teresa, "/lines/donazioni/shifts"), "Da chiudere")

	// The hours of whoever was there.
	has(t, open(t, s.SignIn(email(t, s, adele.Number)), "/hours"), "Le mie ore", "Negli ultimi 12 mesi: 4 h. In tutto: 4 h.", "Linea donazioni", "dicembre 2026 1 · 4 h – 1 · 12 min 4 h", "almeno 60 ore in 12 mesi", "non è una certificazione delle competenze")
	has(t, open(t, hers, "/hours"), "Ancora nessuna ora")
	file := "/people/" + adele.Number + "/hours"
	has(t, open(t, teresa, "/people/"+adele.Number), "Ore: turni, sessioni, contatti")
	has(t, open(t, teresa, file), "Adele Tornaghi", "Scarica la tabella")
	holdsAll(t, "the table", open(t, teresa, file+".csv").Body, "Linea;Mese;Turni;Minuti di turno", "Linea donazioni;2026-12;1;240;0;0;1;12;240")
	fill(t, silvia, page, "/language", "lang", "en")
	has(t, open(t, silvia, here), "closed by Silvia Turri", "Add a note", "Bonifici")
}

// A seat is proposed to one colleague; a gap is seen on the line's page and
// somebody is asked to come.
func TestASeatIsProposedAndAGapInvites(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Staff("Silvia", "Turri", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: s.Line})
	adele, emma := s.Certified("Adele", "Tornaghi"), s.Certified("Emma", "Vigano") // Wednesday 9 December
	if err := s.App.Shifts.ChangeRota(t.Context(), s.Coordinator, s.Cmd(), "donazioni", app.RotaChange{Weekday: 4, Starts: "10:00", Ends: "14:00", Seats: 1, From: "2026-12-10"}); err != nil {
		t.Fatal(err)
	}
	hers, her2, teresa := s.SignIn(email(t, s, adele.Number)), s.SignIn(email(t, s, emma.Number)), s.SignIn("teresa@example.org")
	home := open(t, hers, "/")
	if link, err := home.Link("Turni"); err != nil || !strings.HasSuffix(link, "/shifts") {
		t.Errorf("the bar leads to %q, %v", link, err)
	}
	has(t, open(t, teresa, "/lines/donazioni"), "Turni da coprire", "Linea donazioni, prossimi 14 giorni: 2 turni senza nessuno.", "Guarda chi può venire")
	has(t, open(t, teresa, "/board"), "2 turni senza nessuno")

	gaps := open(t, teresa, "/lines/donazioni/shifts")
	has(t, gaps, "Possono venire: Adele Tornaghi ed Emma Vigano.", "Invita Emma Vigano")
	form, err := gaps.Form("/lines/donazioni/shifts/1/invite")
	if err != nil {
		t.Fatal(err)
	}
	page, err := teresa.Click(form, "who", fmt.Sprint("volunteer ", int64(emma.ID)))
	if err != nil || page.Status != 200 {
		t.Fatalf("%d %s, %v", page.Status, page.Text(), err)
	}
	has(t, page, "Invito mandato.", "Emma Vigano (invito già mandato)")
	has(t, open(t, her2, "/shifts"), "Ti hanno chiesto di venire.")
	letters, _ := mailbox(t, s, teresa, emma, "shift_invited")
	holdsAll(t, "the letter", letters[0], "Puoi venire? Linea donazioni", "giovedì 10 dicembre 2026, 10:00", "rispondi ai contatti", "/shifts#s1")

	fill(t, hers, open(t, hers, "/shifts"), "/shifts/1/take")
	page = open(t, hers, "/shifts/1/propose")
	has(t, page, "A chi proponi il tuo posto?", "Emma V.")
	hasNot(t, page, "Vigano")
	refusedAt(t, fillRefused(t, hers, page, "/shifts/1/propose"), "/shifts/1/propose", "who", "")
	has(t, fill(t, hers, page, "/shifts/1/propose", "who", fmt.Sprint(int64(emma.ID))), "Proposta mandata.", "proposto a Emma V.: per ora è ancora tuo")
	has(t, open(t, her2, "/shifts"), "Ti propongono", "te lo propone Adele T.")
	has(t, fill(t, her2, open(t, her2, "/shifts"), "/shifts/1/decline"), "Risposta mandata.")
	has(t, open(t, hers, "/shifts"), "ci sei")
	fill(t, hers, open(t, hers, "/shifts/1/propose"), "/shifts/1/propose", "who", fmt.Sprint(int64(emma.ID)))
	has(t, fill(t, her2, open(t, her2, "/shifts"), "/shifts/1/accept"), "Il posto è tuo.", "giovedì 10 dicembre, 10:00–14:00 Linea donazioni")
	hasNot(t, open(t, hers, "/shifts"), "Ci sei tu")
	fill(t, hers, open(t, hers, "/shifts"), "/language", "lang", "en")
	has(t, open(t, hers, "/shifts"), "No seats left")
}
