package app_test

import (
	"fmt"
	"testing"

	"abilita/internal/people"
)

// The map of a script tells where people went who practised it, of five at least.
func TestWherePractisingGoesIsToldOfFive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	play := func(v people.Actor) {
		t.Helper()
		id, err := d.App.Practice.Start(ctx, v, d.Cmd(), fiftyEuro)
		d.must(err)
		for step := 0; ; step++ {
			c, err := d.App.Practice.Read(ctx, v, id)
			d.must(err)
			if c.Ended() {
				return
			}
			d.must(d.App.Practice.Choose(ctx, v, d.Cmd(), id, step, 0))
		}
	}
	for n := range 4 {
		v := d.Volunteer(fmt.Sprint("Nome", n), fmt.Sprint("Cognome", n))
		play(v)
		play(v)
	}
	p, err := d.App.Drafts.Preview(ctx, d.Trainer, d.id, aScript)
	d.must(err)
	if p.Practised != nil || p.Heat.Runs != 8 || p.Heat.People != 4 {
		t.Errorf("of four people: %+v", p.Heat)
	}
	fifth := d.Volunteer("Nome5", "Cognome5")
	_, err = d.App.Practice.Start(ctx, fifth, d.Cmd(), fiftyEuro) // one that is not over is not told of
	d.must(err)
	if p, err = d.App.Drafts.Preview(ctx, d.Trainer, d.id, aScript); err != nil || p.Practised != nil {
		t.Errorf("of a call that is not over: %+v, %v", p.Heat, err)
	}
	play(fifth)
	p, err = d.App.Drafts.Preview(ctx, d.Trainer, d.id, aScript)
	d.must(err)
	first := p.Script.Nodes[0].Name
	if got := p.Heat.At(first); p.Practised == nil || got.People != 5 || got.Times < 9 || got.Few {
		t.Errorf("of five people: %+v", got)
	}
	sum := 0
	for i := range p.Script.Nodes[0].Choices {
		n, told := p.Heat.Taken(first, i)
		if !told {
			t.Errorf("choice %d is not told", i)
		}
		sum += n
	}
	if sum != p.Heat.At(first).Times {
		t.Errorf("the choices of %s sum to %d of %d", first, sum, p.Heat.At(first).Times)
	}
	// Who may read what is published finds the same without a draft.
	h, err := d.App.Drafts.History(ctx, d.Coordinator, "pr-donazioni", "it")
	d.must(err)
	r, err := d.App.Drafts.ReadReleased(ctx, d.Coordinator, "pr-donazioni", "it", h.Releases[0].ID, aScript)
	d.must(err)
	if r.Practised == nil || r.Heat.At(first) != p.Heat.At(first) {
		t.Errorf("of the published text: %+v", r.Heat.At(first))
	}
	// What is changed in the draft is shown with the figures of what is published.
	d.must(d.save(d.Trainer, aScript, d.body(aScript)+"\n", 0))
	if p, err = d.App.Drafts.Preview(ctx, d.Trainer, d.id, aScript); err != nil || p.Practised == nil {
		t.Errorf("of a script that was changed: %+v, %v", p.Heat, err)
	}
}
