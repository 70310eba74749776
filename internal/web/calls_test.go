package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

func TestACallIsPlayedOnThePage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Volunteer("Giulia", "Ferrandi")
	v := s.SignIn("volontario1@example.org")
	list := visit(t, v, "/calls")
	f, err := list.Form("/calls/start")
	if err != nil {
		t.Fatalf("%v: %s", err, list.Text())
	}
	if err := f.Set("script", "rp-cinquanta-euro"); err != nil {
		t.Fatal(err)
	}
	page, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	path := page.URL.Path
	first := page
	for range 40 {
		form, err := page.Form(path)
		if err != nil {
			break
		}
		for _, secret := range []string{"R2=", "umore", "E1", "{nome}"} {
			if strings.Contains(page.Body, secret) {
				t.Errorf("the call shows %q", secret)
			}
		}
		if err := form.Set("choice", form.Options("choice")[0]); err != nil {
			t.Fatal(err)
		}
		if page, err = v.Send(form); err != nil || page.Status != http.StatusOK {
			t.Fatalf("%v %d: %s", err, page.Status, page.Text())
		}
	}
	link, err := page.Link(path + "/debrief")
	if err != nil {
		t.Fatalf("%v: %s", err, page.Text())
	}
	stale, err := first.Form(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = stale.Set("choice", "silence")
	if late, err := v.Send(stale); err != nil || late.Status != http.StatusConflict || !strings.Contains(late.Body, "/debrief") {
		t.Errorf("a step of an old page: %v %d", err, late.Status)
	}
	debrief := visit(t, v, link)
	if debrief.Status != http.StatusOK || !strings.Contains(debrief.Text(), "La strada che hai fatto") {
		t.Fatalf("debrief: %d %s", debrief.Status, debrief.Text())
	}
	after := send(t, v, debrief, path+"/reflection", "reflection", "Al terzo passo potevo fermarmi.")
	if !strings.Contains(after.Body, "Al terzo passo potevo fermarmi.") {
		t.Errorf("the thought is lost: %s", after.Text())
	}
	s.Volunteer("Marco", "Bassi")
	m := s.SignIn("volontario2@example.org")
	for _, address := range []string{path, path + "/debrief"} {
		if p := visit(t, m, address); p.Status != http.StatusNotFound {
			t.Errorf("somebody else opens %s: %d", address, p.Status)
		}
	}
}

func TestACallIsAssessedOnThePage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Volunteer("Giulia", "Ferrandi")
	s.Done(v, "studio", "module", "mo-denaro")
	ctx := t.Context()
	if _, err := s.App.Sessions.Plan(ctx, s.Trainer, s.Cmd(), app.NewSeries{
		Cohort: s.Cohort, Kind: "roleplay", Title: "Chiamate valutate", Weekdays: []int{1}, At: "10:00", Minutes: 60, First: "2026-12-07", Count: 1, Seats: 2, Slot: 30,
		Trainer: s.Evaluator.ID, Script: "rp-cinquanta-euro",
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.DueWork.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Sessions.Book(ctx, v, s.Cmd(), 1); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	nadia := s.SignIn("nadia@example.org")
	list := visit(t, nadia, "/assessments")
	link, err := list.Link("Giulia Ferrandi")
	if err != nil {
		t.Fatalf("%v: %s", err, list.Text())
	}
	page := visit(t, nadia, link)
	f, err := page.Form("/assess/1/")
	if err != nil {
		t.Fatalf("%v: %s", err, page.Text())
	}
	for name, value := range map[string]string{"level.R1": "3", "level.R2": "2", "level.R3": "2", "said.D1": "said", "said.D2": "not_due", "note": "Bella pausa."} {
		if err := f.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	refused, err := nadia.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = refused.Form("/assess/1/"); err != nil || refused.Status != http.StatusUnprocessableEntity || f.Values.Get("level.R2") != "2" || f.Values.Get("note") != "Bella pausa." {
		t.Fatalf("without a level: %v %d %v", err, refused.Status, f.Values)
	}
	if err := f.Set("level.R4", "n"); err != nil {
		t.Fatal(err)
	}
	done, err := nadia.Send(f)
	if err != nil || done.Status != http.StatusOK || !strings.HasPrefix(done.URL.Path, "/assessments/") {
		t.Fatalf("%v %d: %s", err, done.Status, done.Text())
	}
	giulia := s.SignIn("volontario1@example.org")
	mine := visit(t, giulia, "/assessments")
	if link, err = mine.Link("/assessments/"); err != nil {
		t.Fatalf("%v: %s", err, mine.Text())
	}
	result := visit(t, giulia, link)
	for _, words := range []string{"riuscita", "Bella pausa.", "Nadia Brambati", "75"} {
		if !strings.Contains(result.Text(), words) {
			t.Errorf("the result does not say %q: %s", words, result.Text())
		}
	}
	davide := s.SignIn("davide@example.org")
	if p := visit(t, davide, "/assess/1/"+v.Number); p.Status != http.StatusNotFound {
		t.Errorf("a trainer opens the evaluator's page: %d", p.Status)
	}
}
