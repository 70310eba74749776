package web_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/i18n"
	"abilita/internal/robot"
	"abilita/internal/web"
	"abilita/internal/web/ui"
	"abilita/internal/web/webtest"
)

// open follows an address and fails the test unless the page is fine.
func open(t *testing.T, v *robot.Visitor, address string) *robot.Page {
	t.Helper()
	p, err := v.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != 200 {
		t.Fatalf("%s answers %d: %s", address, p.Status, p.Text())
	}
	return p
}

// fill sends a form and expects to end on a page that is fine.
func fill(t *testing.T, v *robot.Visitor, p *robot.Page, action string, values ...string) *robot.Page {
	t.Helper()
	next, err := v.Fill(p, action, values...)
	if err != nil {
		t.Fatal(err)
	}
	if next.Status != 200 {
		t.Fatalf("%s answers %d: %s", action, next.Status, next.Text())
	}
	return next
}

func has(t *testing.T, p *robot.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Text(), w) {
			t.Errorf("%s does not say %q: %s", p.URL, w, p.Text())
		}
	}
}

func hasNot(t *testing.T, p *robot.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(p.Text(), w) {
			t.Errorf("%s says %q: %s", p.URL, w, p.Text())
		}
	}
}

func email(t *testing.T, s *webtest.Site, number string) string {
	t.Helper()
	var e string
	if err := s.DB.Read().GetContext(t.Context(), &e, `SELECT i.email FROM identity i JOIN person p ON p.id = i.person_id WHERE p.number = $1`, number); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestFirstPages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	home := open(t, s.Visitor(), "/")
	has(t, home, "Casa Aperta ODV", "Entra", "Linea donazioni", "Dai 18 anni · chat e telefono")
	if got := home.Links("/apply/"); !slices.Equal(got, []string{"/apply/donazioni"}) {
		t.Errorf("application forms %v", got)
	}
	if p := open(t, s.Visitor(), "/study"); p.URL.Path != "/sign-in" {
		t.Errorf("a visitor who wants to study sees %s", p.URL)
	}
	english := s.Visitor()
	english.Lang = "en"
	has(t, open(t, english, "/"), "Sign in", "From age 18 · chat and phone")
}

func TestAVolunteerReadsAModule(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Volunteer("Giulia", "Ferrandi")
	v := s.SignIn(email(t, s, giulia.Number))

	home := open(t, v, "/")
	has(t, home, "Ciao Giulia", "Leggi «Denaro, ricevute, mai la carta»", "Ti copre dal 7 dicembre 2026, ore 24, ora di Roma", "Si apre dopo: studia i moduli e partecipa alle serate",
		"Linea donazioni, chat e telefono", "per questi 4 motivi", "Manca il certificato per questa linea", "L’assicurazione comincia il 7 dicembre 2026, ore 24, ora di Roma")

	if n := strings.Count(home.Text(), "per questi 4 motivi"); n != 1 {
		t.Errorf("channels that are answered alike have %d answers", n)
	}

	list := open(t, v, "/study")
	has(t, list, "0 di 1 letti", "Denaro, ricevute, mai la carta")
	module := open(t, v, "/study/mo-denaro")
	has(t, module, "Modulo 1 di 1", "Tre modi per donare", "Ho letto, vai avanti", "Poi: la prossima tappa")

	after := fill(t, v, module, "/study/mo-denaro/read")
	if after.URL.Path != "/" {
		t.Errorf("after the last module comes %s", after.URL)
	}
	has(t, after, "Segnato come letto.", "Fatto.")
	hasNot(t, after, "Leggi «Denaro")
	has(t, open(t, v, "/study/mo-denaro"), "Letto il 7 dicembre 2026", "Avanti: la tua strada")
	again, err := v.Fill(module, "/study/mo-denaro/read") // the same form once more
	if err != nil || again.URL.Path != "/" {
		t.Errorf("the form sent twice leads to %v, %v", again, err)
	}
	var n int
	if err := s.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM evidence WHERE kind = 'module'`); err != nil || n != 1 {
		t.Errorf("%d pieces of evidence, %v", n, err)
	}
	if p, err := v.Open("/study/mo-nessuno"); err != nil || p.Status != 404 {
		t.Errorf("a module that is not there: %v %v", p, err)
	}
}

func TestTheAnswerIsThatOfTheGate(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Volunteer("Giulia", "Ferrandi")
	v := s.SignIn(email(t, s, giulia.Number))
	paused := fill(t, v, open(t, v, "/"), "/pause")
	has(t, paused, "Sei in pausa", "Riprendi quando vuoi", "La persona si è presa una pausa dal 7 dicembre 2026, 09:00, ora di Roma")
	a, err := s.App.Gate.Ask(t.Context(), s.Coordinator, app.Question{Line: "donazioni", Channel: "phone", Agent: giulia.Number})
	if err != nil || !slices.Contains(a.Decision.Codes(), "paused") {
		t.Errorf("the gate says %v, %v", a.Decision.Codes(), err)
	}
	hasNot(t, fill(t, v, paused, "/pause/end"), "presa una pausa")
}

// Channels to which the gate says the same share one answer, in their order; one
// reason more, or another, is another answer.
func TestChannelsThatAreAnsweredAlikeShareOneAnswer(t *testing.T) {
	t.Parallel()
	sentences, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := &ui.Base{Printer: sentences.Printer(i18n.Italian)}
	no := func(codes ...gate.Code) gate.Decision {
		var d gate.Decision
		for _, c := range codes {
			d.Reasons = append(d.Reasons, gate.Reason{Code: c})
		}
		return d
	}
	words := func(d gate.Decision) ui.Answer {
		var a ui.Answer
		for _, r := range d.Reasons {
			a.Reasons = append(a.Reasons, ui.Reason{Title: string(r.Code)})
		}
		return a
	}
	var answers []app.Answer
	for _, a := range []struct {
		channel string
		said    gate.Decision
	}{
		{"phone", no(gate.CertificateMissing)}, {"chat", no(gate.CertificateMissing, gate.Paused)}, {"mail", no(gate.CertificateMissing)}, {"desk", no(gate.Paused)},
	} {
		answers = append(answers, app.Answer{Question: app.Question{Line: "donazioni", Channel: a.channel}, Decision: a.said})
	}
	var got []string
	for _, l := range web.Alike(b, "Linea donazioni", answers, words) {
		got = append(got, l.Line)
	}
	want := []string{"Linea donazioni, telefono e posta", "Linea donazioni, chat", "Linea donazioni, sportello"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAVolunteerBooksAndJoins(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Volunteer("Giulia", "Ferrandi")
	trainer := s.SignIn("davide@example.org")
	cohort := open(t, trainer, "/sessions")
	plan := open(t, trainer, cohort.Links("/cohorts/")[0])
	prefilled := open(t, trainer, plan.Links("/cohorts/")[0]+"")
	has(t, prefilled, "Calendario: Gennaio 2027")
	bad := fillRefused(t, trainer, plan, "/cohorts/", "title", "Serata di prova", "at", "20:30", "first_on", "2026-12-08", "join_url", "http://stanza.example")
	has(t, bad, "https://")
	f, err := bad.Form("/cohorts/")
	if err != nil || f.Values.Get("title") != "Serata di prova" || f.Values.Get("join_url") != "http://stanza.example" {
		t.Errorf("what was typed is lost: %v %v", f, err)
	}
	fill(t, trainer, plan, "/cohorts/", "title", "Serata di prova", "weekdays", "2", "at", "20:30", "first_on", "2026-12-08", "count", "2", "seats", "1", "join_url", "https://stanza.example/1")
	if n, err := s.App.DueWork.Drain(t.Context()); err != nil || n == 0 {
		t.Fatalf("made %d, %v", n, err)
	}
	staffList := open(t, trainer, "/sessions")
	has(t, staffList, "Serata di prova", "20:30–22:30", "0 su 1 posti")
	room := staffList.Links("/sessions/")[0]

	v := s.SignIn(email(t, s, giulia.Number))
	agenda := open(t, v, "/sessions")
	has(t, agenda, "martedì 8 dicembre, 20:30–22:30", "1 posto libero")
	luca := s.Volunteer("Luca", "Bonfanti")
	other := s.SignIn(email(t, s, luca.Number))
	theirs := open(t, other, "/sessions") // while the seat is still free
	booked := fill(t, v, agenda, room+"/book")
	has(t, booked, "Posto prenotato", "La stanza si apre alle 20:20")
	hasNot(t, booked, "Entra nella stanza")
	ics, err := v.Open(room + "/calendar.ics")
	if err != nil || !strings.Contains(ics.Body, "DTSTART:20261208T193000Z") {
		t.Errorf("the calendar entry is %v, %v", ics, err)
	}
	late, err := other.Fill(theirs, room+"/book")
	if err != nil || late.Status != 422 || !strings.Contains(late.Text(), "I posti sono finiti") {
		t.Errorf("a second seat where there is one: %d %s", late.Status, late.Text())
	}
	if p, err := other.Open(room); err != nil || p.Status != 404 {
		t.Errorf("a volunteer sees the register: %d", p.Status)
	}

	s.Set(time.Date(2026, 12, 8, 19, 20, 0, 0, time.UTC))
	v = s.SignIn(email(t, s, giulia.Number))
	has(t, open(t, v, "/"), "Entra nella stanza")
	s.Set(time.Date(2026, 12, 8, 19, 30, 0, 0, time.UTC))
	trainer = s.SignIn("davide@example.org")
	register := open(t, trainer, room)
	has(t, register, "Giulia Ferrandi", "Chiudi il registro")
	has(t, fillRefused(t, trainer, register, room+"/register"), "Scegli com’è andata")
	closed := fill(t, trainer, register, room+"/register", "outcome."+giulia.Number, "absent")
	has(t, closed, "Registro chiuso", "assente")
	mended := fill(t, trainer, closed, room+"/correct", "outcome", "present", "reason", "Era collegata dal telefono.")
	has(t, mended, "Correzione scritta", "presente")
	has(t, open(t, v, "/"), "Presenze: 1.")
}

// fillRefused sends a form that must be refused.
func fillRefused(t *testing.T, v *robot.Visitor, p *robot.Page, action string, values ...string) *robot.Page {
	t.Helper()
	next, err := v.Fill(p, action, values...)
	if err != nil {
		t.Fatal(err)
	}
	if next.Status != 422 {
		t.Fatalf("%s answers %d: %s", action, next.Status, next.Text())
	}
	return next
}

// rewritten is the example pack with another heading in its module.
func rewritten() fstest.MapFS {
	files := apptest.Pack()
	for name, f := range files {
		f.Data = []byte(strings.ReplaceAll(string(f.Data), "Tre modi per donare", "Quattro modi per donare"))
		files[name] = f
	}
	return files
}

// A release that asks for a module to be read again: the line stays open until
// the deadline, shuts at it, and opens when the new text is read.
func TestAChangedModuleIsReadAgain(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	key, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "Centralino", Scopes: []string{"check"}})
	if err != nil {
		t.Fatal(err)
	}
	gate := func(want string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/gate/v1/check?line=donazioni&channel=phone&agent="+giulia.Number, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || !strings.HasPrefix(string(body), want+" "+giulia.Number) || want == "disabled" && !strings.Contains(string(body), "reason=content_overdue") {
			t.Errorf("the gate says %q, %v, want %s", body, err, want)
		}
	}
	v := s.SignIn(email(t, s, giulia.Number))
	has(t, open(t, v, "/study/mo-denaro"), "Tre modi per donare", "Letto il 7 dicembre 2026")

	out, err := s.App.Publishing.Publish(t.Context(), s.Coordinator, s.Cmd(), app.Publication{
		Files: rewritten(), Dir: "esempio/it", Impact: app.Micro, By: s.Now.AddDate(0, 0, 5).Format(time.DateOnly), Note: "Ora le strade sono quattro.",
	})
	if err != nil || len(out.Touched) != 1 {
		t.Fatalf("touched %v, %v", out.Touched, err)
	}
	home := open(t, v, "/")
	has(t, home, "C’è un aggiornamento da leggere", "rileggi i moduli cambiati", "alle 24 di domenica 13 dicembre", "Puoi rispondere")
	gate("enabled")
	change := open(t, v, home.Links("/changes/")[0])
	has(t, change, "Ora le strade sono quattro.", "Rileggi i moduli segnati", "Denaro, ricevute, mai la carta", "Da rileggere.")
	if _, err := change.Form("/changes/"); err == nil {
		t.Error("what is to be read again can be confirmed with a press")
	}

	s.Set(time.Date(2026, 12, 13, 22, 59, 59, 0, time.UTC)) // 24:00 in Rome less a second
	gate("enabled")
	s.Advance(time.Second)
	gate("disabled")
	v = s.SignIn(email(t, s, giulia.Number))
	late := open(t, v, "/")
	has(t, late, "in ritardo", "C’è un aggiornamento non letto")
	hasNot(t, late, "Puoi rispondere")

	module := open(t, v, open(t, v, late.Links("/changes/")[0]).Links("/study/")[0])
	has(t, module, "Quattro modi per donare")
	hasNot(t, module, "Letto il")
	after := fill(t, v, module, "/study/mo-denaro/read")
	has(t, after, "Segnato come letto.", "Puoi rispondere")
	hasNot(t, after, "C’è un aggiornamento")
	gate("enabled")
}

func TestAChangeIsReadAndConfirmed(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	v := s.SignIn(email(t, s, giulia.Number))
	has(t, open(t, v, "/"), "la linea è aperta per te", "Puoi rispondere", "Livello supervisionato", "Linea donazioni, firmato il")
	out, err := s.App.Publishing.Publish(t.Context(), s.Coordinator, s.Cmd(), app.Publication{
		Files: rewritten(), Dir: "esempio/it", Impact: app.Confirm, By: s.Now.AddDate(0, 0, 5).Format(time.DateOnly), Note: "Ora le strade sono quattro.",
	})
	if err != nil || len(out.Touched) != 1 {
		t.Fatalf("touched %v, %v", out.Touched, err)
	}
	home := open(t, v, "/")
	has(t, home, "C’è un aggiornamento da leggere", "leggi e conferma", "Puoi rispondere")
	change := open(t, v, home.Links("/changes/")[0])
	has(t, change, "Ora le strade sono quattro.", "Denaro, ricevute, mai la carta", "Il tempo finisce alle 24 di")
	s.Advance(7 * 24 * time.Hour)
	v = s.SignIn(email(t, s, giulia.Number))
	has(t, open(t, v, "/"), "in ritardo", "C’è un aggiornamento non letto")
	after := fill(t, v, open(t, v, home.Links("/changes/")[0]), "/changes/")
	has(t, after, "La presa visione è registrata", "Puoi rispondere")
}
