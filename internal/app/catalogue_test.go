package app_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abilita/course/catalogue"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

func shopping() catalogue.Card {
	return catalogue.Card{State: catalogue.Active, Name: "Spesa a casa", Owner: "Orto Lungo", What: "Porta la spesa a casa.", Access: "Entro le 18 del giorno prima.", Price: "5 euro a consegna"}
}

// A changed price asks a question of everybody who is certified; from the deadline
// on the gate says no to who did not answer it, and yes again once they did.
func TestCatalogueChangeClosesTheGateUntilItIsUnderstood(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	adele, emma := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano")
	code, err := w.App.Catalogue.Save(ctx, w.Coordinator, w.Cmd(), "donazioni", "", app.CardEdit{Kind: catalogue.Service, Card: shopping(), Impact: catalogue.None})
	if err != nil || code != "spesa-a-casa" {
		t.Fatalf("%q %v", code, err)
	}
	dearer := shopping()
	dearer.Price = "6 euro a consegna"
	edit := app.CardEdit{
		Card: dearer, Impact: catalogue.Micro, Number: 1, Note: "Da lunedì costa un euro di più.",
		Question: catalogue.Question{Text: "Quanto costa una consegna?", Right: "6 euro", Wrong: []string{"5 euro", " ", "niente"}, Why: "È nella scheda."},
	}
	plan, err := w.App.Catalogue.Plan(ctx, w.Coordinator, "donazioni", code, edit)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(plan.Changed, []catalogue.Field{catalogue.FieldPrice}) || plan.Usual != catalogue.Micro || !slices.Equal(plan.Touched, []people.ID{adele.ID, emma.ID}) {
		t.Fatalf("%+v", plan)
	}
	if n := one[int](t, w, `SELECT count(*) FROM letter WHERE kind = 'catalogue_changed'`); n != 0 {
		t.Fatalf("the plan wrote %d letters", n)
	}
	cmd := w.Cmd()
	for range 2 { // the same command again changes nothing
		var again *pg.Replayed
		if _, err := w.App.Catalogue.Save(ctx, w.Coordinator, cmd, "donazioni", code, edit); err != nil && !errors.As(err, &again) {
			t.Fatal(err)
		}
	}
	if n := one[int](t, w, `SELECT count(*) FROM letter WHERE kind = 'catalogue_changed'`); n != 2 {
		t.Errorf("%d letters", n)
	}
	if n := one[int](t, w, `SELECT count(*) FROM audit_entry WHERE action = 'catalogue.keep'`); n != 2 {
		t.Errorf("%d entries", n)
	}
	codes := func(who people.Actor) []gate.Code {
		t.Helper()
		return ask(t, w, who, "phone")
	}
	if got := codes(adele); len(got) != 0 {
		t.Fatalf("before the deadline: %v", got)
	}
	w.Set(plan.By.Add(-time.Microsecond))
	if got := codes(adele); len(got) != 0 {
		t.Errorf("an instant before the deadline: %v", got)
	}
	w.Set(*plan.By)
	if got := codes(adele); !slices.Equal(got, []gate.Code{gate.ContentOverdue}) {
		t.Errorf("at the deadline: %v", got)
	}

	home, err := w.App.Study.Home(ctx, adele)
	if err != nil || len(home.Due) != 1 || home.Due[0].Card == nil {
		t.Fatalf("%+v %v", home.Due, err)
	}
	change, err := w.App.Study.Change(ctx, adele, home.Due[0].Release)
	if err != nil || len(change.Options) != 3 || change.Before.Price != "5 euro a consegna" {
		t.Fatalf("%+v %v", change, err)
	}
	if err := w.App.Study.MarkRead(ctx, adele, w.Cmd(), "mo-denaro"); err != nil { // reads what the programme holds: no answer to this
		t.Fatal(err)
	}
	for i, text := range change.Options {
		err := w.App.Study.ConfirmChange(ctx, adele, w.Cmd(), home.Due[0].Release, i)
		if right := text == "6 euro"; right {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if form, ok := errors.AsType[fault.Form](err); !ok || !errors.Is(form[0], app.ErrWrongAnswer) {
			t.Fatalf("%q: %v", text, err)
		}
		if got := codes(adele); !slices.Equal(got, []gate.Code{gate.ContentOverdue}) {
			t.Fatalf("after a wrong answer: %v", got)
		}
	}
	if got := codes(adele); len(got) != 0 {
		t.Errorf("after the right answer: %v", got)
	}
	if got := codes(emma); !slices.Equal(got, []gate.Code{gate.ContentOverdue}) {
		t.Errorf("who did not answer: %v", got)
	}
	if n := one[int](t, w, `SELECT count(*) FROM evidence v JOIN catalogue_change c ON c.id = v.ref_id AND c.hash = v.content_hash WHERE v.item = 'catalogue' AND v.kind = 'confirm'`); n != 1 {
		t.Errorf("%d pieces of evidence name the exact card", n)
	}
	settle(t, w, `UPDATE bank_item SET tags = '{spesa-a-casa}' WHERE id = (SELECT min(id) FROM bank_item)`)
	card, err := w.App.Catalogue.Card(ctx, w.Coordinator, "donazioni", code)
	if err != nil || card.Items != 1 || len(card.History) != 2 || card.Card.Asked != 2 || card.Card.Owing != 1 || len(card.Owing[card.Card.Change]) != 1 || card.Owing[card.Card.Change][0].Number != emma.Number {
		t.Errorf("%+v %v", card, err)
	}
	if bad := slices.DeleteFunc(sick(t, w), func(name string) bool { return name == "letters-waiting" }); len(bad) > 0 { // nobody sent any
		t.Errorf("the doctor finds %v", bad)
	}
}

// Two who change a card at once: one is told, and nothing of the other is lost.
func TestCatalogueTwoEditors(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	code, err := w.App.Catalogue.Save(ctx, w.Coordinator, w.Cmd(), "donazioni", "", app.CardEdit{Kind: catalogue.Service, Card: shopping(), Impact: catalogue.None})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		cmd := w.Cmd()
		all.Go(func() {
			c := shopping()
			c.Say = strings.Repeat("x", i+1)
			_, errs[i] = w.App.Catalogue.Save(ctx, w.Coordinator, cmd, "donazioni", code, app.CardEdit{Card: c, Impact: catalogue.None, Number: 1})
		})
	}
	all.Wait()
	saved := 0
	for _, err := range errs {
		switch {
		case err == nil:
			saved++
		case !errors.Is(err, app.ErrChanged):
			t.Error(err)
		}
	}
	if n := one[int](t, w, `SELECT count(*) FROM catalogue_change`); saved != 1 || n != 2 {
		t.Errorf("%d saved, %d versions", saved, n)
	}
}

// The form says where it is wrong; a second card of a name gets a code of its own.
func TestCatalogueForm(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	_, err := w.App.Catalogue.Save(ctx, w.Coordinator, w.Cmd(), "donazioni", "", app.CardEdit{Kind: "poem", Card: catalogue.Card{State: catalogue.Closed, Name: strings.Repeat("n", 81)}, Impact: catalogue.Recertify, By: "2020-01-01"})
	form, ok := errors.AsType[fault.Form](err)
	if !ok {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range form {
		fields = append(fields, f.Field)
	}
	if want := []string{"kind", "state", "name", "what", "by"}; !slices.Equal(fields, want) {
		t.Errorf("%v, want %v", fields, want)
	}
	var codes []string
	for _, name := range []string{"Perché no?", "Perché no?", "Perché no?", "☎"} {
		c := shopping()
		c.Name = name
		code, err := w.App.Catalogue.Save(ctx, w.Coordinator, w.Cmd(), "donazioni", "", app.CardEdit{Kind: catalogue.Fund, Card: c, Impact: catalogue.None})
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
	}
	if codes[0] == codes[1] || codes[1] == codes[2] || codes[3] != "scheda" {
		t.Error(codes)
	}
}
