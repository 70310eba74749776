package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

func TestStationAndPledgeReachTheGateWhenSigned(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	ctx := t.Context()
	sign := func(requirement string, signed bool, items ...string) error {
		return w.App.Checklists.Sign(ctx, v, w.Cmd(), requirement, app.Ticks{Items: items, Signed: signed})
	}
	for name, err := range map[string]error{
		"three of four":    sign("postazione", true, "P1", "P2", "P3"),
		"a required one":   sign("postazione", true, "P1", "P3", "P4", "P5"),
		"not signed":       sign("postazione", false, "P1", "P2", "P3", "P4"),
		"one of another":   sign("postazione", true, "P1", "P2", "P3", "P4", "I1"),
		"pledge not whole": sign("riservatezza", true, "I1", "I2"),
		"not a checklist":  sign("studio", true),
		"no such list":     sign("altro", true),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if codes := ask(t, w, v, "phone"); !slices.Contains(codes, gate.StationUnchecked) || !slices.Contains(codes, gate.PledgeMissing) {
		t.Fatalf("before signing: %v", codes)
	}
	if err := sign("postazione", true, "P1", "P2", "P3", "P4"); err != nil {
		t.Fatal(err)
	}
	if err := sign("riservatezza", true, "I1", "I2", "I3"); err != nil {
		t.Fatal(err)
	}
	if codes := ask(t, w, v, "phone"); slices.Contains(codes, gate.StationUnchecked) || slices.Contains(codes, gate.PledgeMissing) {
		t.Errorf("after signing: %v", codes)
	}
	if progress(t, w, v, "postazione") != cert.Done || progress(t, w, v, "riservatezza") != cert.Done {
		t.Error("no progress")
	}
	// The station was signed on 7 December 2026 for 365 days: it ends at 24:00 in
	// Rome of 7 December 2027. The pledge has no end.
	for _, c := range []struct {
		at     time.Time
		closed bool
	}{{time.Date(2027, 12, 7, 22, 59, 59, 0, time.UTC), false}, {time.Date(2027, 12, 7, 23, 0, 0, 0, time.UTC), true}} {
		w.Set(c.at)
		codes := ask(t, w, v, "phone")
		if slices.Contains(codes, gate.StationUnchecked) != c.closed || slices.Contains(codes, gate.PledgeMissing) {
			t.Errorf("at %v: %v", c.at, codes)
		}
	}
	if err := sign("postazione", true, "P1", "P2", "P3", "P4", "P5"); err != nil {
		t.Fatal(err)
	}
	if codes := ask(t, w, v, "phone"); slices.Contains(codes, gate.StationUnchecked) {
		t.Errorf("after signing again: %v", codes)
	}
}

func TestSigningOnceAtOnceMakesOneOpenFact(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	for _, err := range race(12, func() error {
		return w.App.Checklists.Sign(t.Context(), v, w.Cmd(), "riservatezza", app.Ticks{Items: []string{"I1", "I2", "I3"}, Signed: true})
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	var open int
	if err := w.DB.Read().GetContext(t.Context(), &open, `SELECT count(*) FROM gate_fact WHERE kind = 'pledge' AND closed_at IS NULL`); err != nil || open != 1 {
		t.Errorf("%d open facts, %v", open, err)
	}
}

// softwarePack is the example pack with a list that somebody watches.
func softwarePack() fstest.MapFS {
	pack := apptest.Pack()
	pack["esempio/it/liste/maschera.md"] = &fstest.MapFile{Data: []byte(`# Lista: la maschera
- id: li-maschera
- versione: 1.0
- firma: osservatore

Tre compiti nel programma della linea, con una persona che guarda.

- **C1 Contatto**: apre un contatto di prova.
- **C2 Ricerca**: trova una persona già registrata.
- **C3 Esito**: chiude il contatto con l'esito giusto.
`)}
	programme := string(pack["esempio/it/programma.md"].Data)
	pack["esempio/it/programma.md"] = &fstest.MapFile{Data: []byte(strings.Replace(programme, "### Prepara la tua postazione", `### Usa la maschera
`+"`maschera · lista`"+`
- contenuti: li-maschera

### Prepara la tua postazione`, 1))}
	return pack
}

func TestSomebodyElseWatchesTheSoftware(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, softwarePack())
	v := w.Volunteer("Giulia", "Ferrandi")
	ctx := t.Context()
	all := app.Ticks{Items: []string{"C1", "C2", "C3"}, Signed: true}
	enrolment := w.Enrolment(v)
	if err := w.App.Checklists.Sign(ctx, v, w.Cmd(), "maschera", all); !errors.Is(err, people.ErrHidden) {
		t.Errorf("signed their own: %v", err)
	}
	self := v
	self.Grants = append(self.Grants, people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: w.Cohort})
	if err := w.App.Checklists.Observe(ctx, self, w.Cmd(), enrolment, "maschera", all); !errors.Is(err, app.ErrOwnWork) {
		t.Errorf("observed themselves: %v", err)
	}
	stranger := w.Staff("Ines", "Cattaneo", people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: w.Cohort + 1})
	for _, who := range []people.Actor{w.Coordinator, stranger, v} {
		if err := w.App.Checklists.Observe(ctx, who, w.Cmd(), enrolment, "maschera", all); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s observed: %v", who.Name, err)
		}
	}
	if err := w.App.Checklists.Observe(ctx, w.Trainer, w.Cmd(), enrolment, "postazione", all); !errors.Is(err, people.ErrHidden) {
		t.Errorf("signed for the volunteer: %v", err)
	}
	if err := w.App.Checklists.Observe(ctx, w.Trainer, w.Cmd(), enrolment, "maschera", app.Ticks{Items: []string{"C1", "C2"}, Signed: true, Note: "L'esito no."}); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "maschera"); got != cert.Failed {
		t.Errorf("two of three is %q", got)
	}
	list, err := w.App.Checklists.Observable(ctx, w.Trainer)
	if err != nil || len(list) != 1 || list[0].State != cert.Failed || list[0].Learner.Name() != "Giulia Ferrandi" {
		t.Fatalf("to observe: %+v, %v", list, err)
	}
	if err := w.App.Checklists.Observe(ctx, w.Evaluator, w.Cmd(), enrolment, "maschera", all); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "maschera"); got != cert.Done {
		t.Errorf("three of three is %q", got)
	}
}
