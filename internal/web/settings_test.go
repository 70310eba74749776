package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

func TestChangingALineAndACohortByClicking(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Volunteer("Giulia", "Ferrandi")
	teresa, second := s.SignIn("teresa@example.org"), s.SignIn("teresa@example.org")
	const edit = "/lines/donazioni/edit"
	line, err := teresa.Open("/lines/donazioni")
	if err != nil || !strings.Contains(line.Body, `href="`+edit+`"`) {
		t.Fatalf("the line leads to no form: %v", err)
	}
	mine, err := teresa.Open(edit)
	if err != nil || mine.Status != 200 {
		t.Fatalf("%d %v", mine.Status, err)
	}
	theirs, err := second.Open(edit)
	if err != nil {
		t.Fatal(err)
	}
	// Half a day, a wrong order and no name come back with all that was typed.
	p, err := teresa.Fill(mine, edit, "name", "", "opens", "09:30")
	if err != nil || p.Status != 422 {
		t.Fatalf("no name: %d %v %s", p.Status, err, p.Text())
	}
	if !strings.Contains(p.Body, `value="09:30"`) {
		t.Errorf("what was typed is gone: %s", p.Body)
	}
	p, err = teresa.Fill(p, edit, "name", "Linea donazioni di Milano", "opens", "21:30")
	if err != nil || p.Status != 422 || !strings.Contains(p.Text(), "dopo quella di apertura") {
		t.Fatalf("closing before opening: %d %v", p.Status, err)
	}
	p, err = teresa.Fill(p, edit, "opens", "09:30")
	if err != nil || p.URL.Path != "/lines/donazioni" || !strings.Contains(p.Text(), "Linea donazioni di Milano") || !strings.Contains(p.Text(), "La linea è aggiornata") {
		t.Fatalf("not changed: %d %v %s", p.Status, err, p.Text())
	}
	// The second editor sees both versions, and may still save theirs.
	p, err = second.Fill(theirs, edit, "fallback", "numero verde")
	if err != nil || p.Status != 409 || !strings.Contains(p.Text(), "Linea donazioni di Milano") || !strings.Contains(p.Body, `value="numero verde"`) {
		t.Fatalf("the second of two editors: %d %v %s", p.Status, err, p.Text())
	}
	p, err = second.Fill(p, edit)
	if err != nil || p.URL.Path != "/lines/donazioni" {
		t.Fatalf("knowing both, it was not saved: %d %v", p.Status, err)
	}
	line1, settings, err := s.App.Lines.Settings(t.Context(), s.Coordinator, "donazioni")
	if err != nil || line1.Fallback != "numero verde" || len(settings.Hours) != 1 || settings.Hours[0].Opens != "10:00" || line1.Version != 3 {
		t.Errorf("stored %+v, %d days: %v", line1, len(settings.Hours), err)
	}
	settings.Hours = nil // days in a row with the same hours are told once
	for _, day := range []int{1, 2, 3, 5, 6, 7} {
		h := app.Hours{Weekday: day, Opens: "10:00", Closes: "20:00"}
		if day == 7 {
			h.Closes = "13:00"
		}
		settings.Hours = append(settings.Hours, h)
	}
	if err := s.App.Lines.Change(t.Context(), s.Coordinator, s.Cmd(), "donazioni", settings); err != nil {
		t.Fatal(err)
	}
	has(t, open(t, teresa, "/lines/donazioni"), "da lunedì a mercoledì 10:00–20:00, da venerdì a sabato 10:00–20:00, domenica 10:00–13:00")

	const cohort = "/cohorts/1/edit"
	c, err := teresa.Open(cohort)
	if err != nil {
		t.Fatal(err)
	}
	p, err = teresa.Fill(c, cohort, "seats", "0")
	if err != nil || p.Status != 422 {
		t.Fatalf("no seats: %d %v", p.Status, err)
	}
	p, err = teresa.Fill(p, cohort, "seats", "41", "name", "Gennaio, sera")
	if err != nil || p.Status != 200 || !strings.Contains(p.Body, `value="Gennaio, sera"`) || !strings.Contains(p.Text(), "L’edizione è aggiornata") {
		t.Fatalf("the cohort was not changed: %d %v %s", p.Status, err, p.Text())
	}
	p, err = second.Fill(c, cohort, "name", "Altra")
	if err != nil || p.Status != 409 || !strings.Contains(p.Text(), "Gennaio, sera") {
		t.Fatalf("the second of two editors of a cohort: %d %v", p.Status, err)
	}
}

func TestWhatHappensToAContactInProgressIsSaid(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Certified("Giulia", "Ferrandi")
	teresa := s.SignIn("teresa@example.org")
	const edit = "/lines/donazioni/edit"
	has(t, open(t, teresa, "/lines/donazioni"), "Si finisce")
	has(t, fill(t, teresa, open(t, teresa, edit), edit, "running_contact", "cut"), "Si interrompe")
	by := s.Now.AddDate(0, 0, 30).Format(time.DateOnly)
	person := "/people/" + giulia.Number
	has(t, fill(t, teresa, open(t, teresa, person), "/certificates/", "decision", "suspend", "motive", "privacy", "words", "Ne parliamo.", "appeal_by", by), "Sospeso da adesso. La lettera è in partenza. Un contatto in corso si interrompe.")
	has(t, fill(t, teresa, open(t, teresa, person+"/correct"), person+"/correct/suspend", "motive", "privacy", "words", "Ne parliamo.", "appeal_by", by), "Un contatto in corso, Linea donazioni Si interrompe")
}

// How phone systems that read the database name a line and its people: a wrong
// form is told and what was typed stays.
func TestALineSaysItsNumberAndAddresses(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	teresa := s.SignIn("teresa@example.org")
	const edit = "/lines/donazioni/edit"
	p, err := teresa.Fill(open(t, teresa, edit), edit, "dialled", "02 12345", "address_form", "sip:agente@centralino")
	if err != nil || p.Status != 422 {
		t.Fatalf("%d %v", p.Status, err)
	}
	has(t, p, "Scrivi solo cifre", "deve contenere {agent} una volta")
	if !strings.Contains(p.Body, `value="02 12345"`) || !strings.Contains(p.Body, `value="sip:agente@centralino"`) {
		t.Error("what was typed is gone")
	}
	for _, bad := range []string{"sip:{agent}@{agent}", "sip:{agent} x", "';{agent}"} {
		if p, err := teresa.Fill(open(t, teresa, edit), edit, "address_form", bad); err != nil || p.Status != 422 {
			t.Errorf("%q: %d %v", bad, p.Status, err)
		}
	}
	has(t, fill(t, teresa, open(t, teresa, edit), edit, "dialled", "+390212345", "address_form", "sip:{agent}@centralino.example.org"), "Linea donazioni")
	line, in, err := s.App.Lines.Settings(t.Context(), s.Coordinator, "donazioni")
	if err != nil || in.Dialled != "+390212345" || line.AddressForm != "sip:{agent}@centralino.example.org" {
		t.Errorf("%+v %v", in, err)
	}
	fill(t, teresa, open(t, teresa, edit), edit, "dialled", "", "address_form", "")
}
