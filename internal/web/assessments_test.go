package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// judgePage fills the rubric in: R2 and R3 get a level, everything else its best.
func judgePage(t *testing.T, v *robot.Visitor, page *robot.Page, level, note string) *robot.Page {
	t.Helper()
	f, err := page.Form("/assess/")
	if err != nil {
		t.Fatalf("%v: %s", err, page.Text())
	}
	for _, name := range f.Names() {
		value := ""
		switch {
		case strings.HasPrefix(name, "said."):
			value = "said"
		case name == "level.R2", name == "level.R3":
			value = level
		case strings.HasPrefix(name, "level."):
			value = "3"
		case name == "note":
			value = note
		default:
			continue
		}
		if err := f.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	after, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func TestTwoEvaluatorsAndAnArbiterOnTheirPages(t *testing.T) {
	t.Parallel()
	pack := apptest.Pack()
	programme := pack["esempio/it/programma.md"]
	programme.Data = []byte(strings.Replace(string(programme.Data), "- valutatori: 1\n", "- valutatori: 2\n", 1))
	s := webtest.Serve(t, apptest.NewWith(t, pack))
	for _, name := range []string{"Bice", "Carla"} {
		s.Staff(name, "Valli", people.Grant{Role: people.Evaluator, Scope: people.Cohort, ID: s.Cohort})
	}
	giulia := s.Volunteer("Giulia", "Ferrandi")
	s.Done(giulia, "studio", "module", "mo-denaro")
	_, err := s.App.Sessions.Plan(t.Context(), s.Trainer, s.Cmd(), app.NewSeries{
		Cohort: s.Cohort, Kind: "roleplay", Title: "Chiamate valutate", Weekdays: []int{1}, At: "10:00", Minutes: 60, First: "2026-12-07", Count: 1, Seats: 2, Slot: 30,
		Trainer: s.Evaluator.ID, JoinURL: "https://stanza.example.org/1", Script: "rp-cinquanta-euro",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Sessions.Book(t.Context(), giulia, s.Cmd(), 1); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	volunteer, nadia, bice, carla := s.SignIn("volontario1@example.org"), s.SignIn("nadia@example.org"), s.SignIn("bice@example.org"), s.SignIn("carla@example.org")
	turn := "/assess/1/" + giulia.Number

	page := open(t, nadia, turn)
	has(t, page, "servono 2 valutazioni, fatte ognuna per conto suo")
	first := judgePage(t, nadia, page, "2", "Prima nota segreta.")
	has(t, first, "Aspetta un’altra valutazione: fino ad allora questa la vedi solo tu.", "80")
	has(t, open(t, nadia, "/assessments"), "aspetta un’altra valutazione")
	for _, v := range []*robot.Visitor{volunteer, bice} {
		if p := visit(t, v, first.URL.Path); p.Status != http.StatusNotFound {
			t.Errorf("the first judgement opens: %d", p.Status)
		}
		for _, address := range []string{"/assessments", "/", "/people/" + giulia.Number} {
			hasNot(t, visit(t, v, address), "segreta", "80 su 100", "80%")
		}
	}
	has(t, open(t, volunteer, "/assessments"), "aspetta un’altra valutazione")
	has(t, open(t, volunteer, "/"), "aspetta la valutazione di un’altra persona")
	has(t, open(t, bice, "/assessments"), "manca la valutazione 2 di 2")

	page = open(t, bice, turn)
	hasNot(t, page, "segreta", "Nadia")
	early := open(t, carla, turn) // opened while the second was still missing
	second := judgePage(t, bice, page, "1", "Seconda nota segreta.")
	has(t, second, "Le valutazioni non concordano: decide un’altra persona.", "Nadia Brambati", "Prima nota segreta.")
	has(t, open(t, carla, "/assessments"), "serve un arbitrato")
	has(t, open(t, volunteer, "/assessments"), "aspetta un’altra valutazione")

	moved := judgePage(t, carla, early, "3", "Terza nota.")
	if moved.Status != http.StatusUnprocessableEntity {
		t.Errorf("a page that did not show the judgements decides: %d", moved.Status)
	}
	has(t, moved, "Intanto qualcun altro ha valutato questa chiamata.", "Arbitrato: la tua valutazione decide", "Prima nota segreta.", "Seconda nota segreta.")
	if f, err := moved.Form("/assess/"); err != nil || f.Values.Get("note") != "Terza nota." || f.Values.Get("level.R2") != "3" {
		t.Errorf("what was typed is lost: %v %v", f, err)
	}
	third := judgePage(t, carla, moved, "3", "Terza nota.")
	has(t, third, "Le altre valutazioni non concordavano: decide questa.", "Carla Valli, arbitrato")

	result := open(t, volunteer, third.URL.Path)
	has(t, result, "100", "Carla Valli, arbitrato", "Nadia Brambati", "Bice Valli", "Terza nota.")
	has(t, open(t, volunteer, first.URL.Path), "Questa valutazione non ha deciso")
	if list := open(t, volunteer, "/assessments").Links("/assessments/"); len(list) != 1 || list[0] != third.URL.Path {
		t.Errorf("the volunteer's list leads to %v", list)
	}
	has(t, open(t, s.SignIn("teresa@example.org"), "/people/"+giulia.Number), "Decisa in arbitrato.", "Di Carla Valli.")
	english := s.SignIn("volontario1@example.org")
	english.Lang = "en"
	send(t, english, open(t, english, "/account"), "/account/language", "language", "en")
	has(t, open(t, english, first.URL.Path), "This assessment did not decide", "Carla Valli, arbiter")
}
