package app_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/scheduler"
)

func propose(t *testing.T, w *apptest.World, who people.Actor, shift int64, to people.ID) {
	t.Helper()
	if err := w.App.Swaps.Propose(t.Context(), who, w.Cmd(), shift, to); err != nil {
		t.Fatal(err)
	}
}

func colleagues(t *testing.T, w *apptest.World, who people.Actor, shift int64) []string {
	t.Helper()
	p, err := w.App.Swaps.Colleagues(t.Context(), who, shift)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range p.Colleagues {
		names = append(names, c.Name)
	}
	return names
}

func TestASeatIsProposedToOneColleague(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	adele, emma, paused, busy := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano"), w.Certified("Rita", "Salvi"), w.Certified("Zita", "Riva")
	stopped := w.Certified("Bice", "Galli")
	shift := shiftOn(t, w, "2026-12-17")
	take(t, w, adele, shift, scheduler.Answers)
	take(t, w, busy, shift, scheduler.Answers)
	if err := change(w, w.Proposal(stopped), "suspend"); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Study.SetPause(t.Context(), paused, w.Cmd(), true); err != nil {
		t.Fatal(err)
	}
	if got := colleagues(t, w, adele, shift); !slices.Equal(got, []string{"Emma V."}) {
		t.Errorf("who could come: %q", got)
	}
	for _, who := range []people.Actor{emma, boss, w.Coordinator} {
		if _, err := w.App.Swaps.Colleagues(t.Context(), who, shift); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s, who has no seat, reads names: %v", who.Name, err)
		}
	}
	for _, to := range []people.ID{0, adele.ID, paused.ID, busy.ID, stopped.ID, boss.ID, w.Trainer.ID, 9999} {
		if err := w.App.Swaps.Propose(t.Context(), adele, w.Cmd(), shift, to); !formFault(err, "who", app.ErrNoCandidate) {
			t.Errorf("proposed to %d: %v", to, err)
		}
	}
	propose(t, w, adele, shift, emma.ID)
	r, err := w.App.Shifts.Mine(t.Context(), emma)
	if err != nil || len(r.Proposed) != 1 || r.Proposed[0].With != "Adele T." || r.Proposed[0].ID != shift {
		t.Errorf("Emma sees %+v, %v", r.Proposed, err)
	}
	if r, err = w.App.Shifts.Mine(t.Context(), adele); err != nil || len(r.Mine) != 1 || r.Mine[0].With != "Emma V." {
		t.Errorf("Adele sees %+v, %v", r.Mine, err)
	}
	if err := w.App.Swaps.Decline(t.Context(), busy, w.Cmd(), shift); !errors.Is(err, scheduler.ErrNotProposed) {
		t.Errorf("somebody else declines: %v", err)
	}
	if err := w.App.Swaps.Decline(t.Context(), boss, w.Cmd(), shift); !errors.Is(err, people.ErrHidden) {
		t.Errorf("somebody who does not answer on the line declines: %v", err)
	}
	if err := w.App.Swaps.Decline(t.Context(), emma, w.Cmd(), shift); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Swaps.Accept(t.Context(), emma, w.Cmd(), shift); !errors.Is(err, scheduler.ErrNotProposed) {
		t.Errorf("accepted after declining: %v", err)
	}
	propose(t, w, adele, shift, emma.ID)
	healthy(t, w)
	if err := w.App.Shifts.Offer(t.Context(), adele, w.Cmd(), shift, false); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Swaps.Accept(t.Context(), emma, w.Cmd(), shift); !errors.Is(err, scheduler.ErrNotProposed) {
		t.Errorf("accepted what she keeps: %v", err)
	}
	propose(t, w, adele, shift, emma.ID)
	if err := w.App.Swaps.Accept(t.Context(), emma, w.Cmd(), shift); err != nil {
		t.Fatal(err)
	}
	if got := kinds(t, w, adele.ID); got[len(got)-1] != "shift_swapped" || !slices.Contains(got, "shift_declined") {
		t.Errorf("Adele's letters %v", got)
	}
	if got := kinds(t, w, emma.ID); got[len(got)-1] != "shift_booked" || !slices.Contains(got, "shift_proposed") {
		t.Errorf("Emma's letters %v", got)
	}
	healthy(t, w)
}

// Of two who take one seat at once, by the proposal and by the offer that
// replaced it, or who meets the giver taking it back, one wins.
func TestAProposedSeatChangesHandsOnce(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	staffed(t, w)
	adele, emma, zita := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano"), w.Certified("Zita", "Riva")
	for round := range rounds {
		shift := shiftOn(t, w, instant(17+7*round, 0).Format("2006-01-02"))
		take(t, w, adele, shift, scheduler.Answers)
		take(t, w, zita, shift, scheduler.Answers)
		propose(t, w, adele, shift, emma.ID)
		accept := func() error { return w.App.Swaps.Accept(t.Context(), emma, w.Cmd(), shift) }
		rival := []func() error{
			func() error { return w.App.Shifts.Offer(t.Context(), adele, w.Cmd(), shift, false) },
			func() error { return w.App.Shifts.Leave(t.Context(), adele, w.Cmd(), shift) },
			accept,
		}[round%3]
		errs := rivals(accept, rival)
		held := one[int](t, w, `SELECT count(*) FROM shift_place WHERE shift_id = $1 AND state = 'booked' AND person_id IN ($2, $3)`, shift, int64(adele.ID), int64(emma.ID))
		switch {
		case errs[0] == nil && errs[1] == nil:
			t.Fatalf("round %d: both", round)
		case held != 1 && (round%3 != 1 || errs[0] == nil):
			t.Fatalf("round %d: %d of the two have the seat: %v", round, held, errs)
		}
	}
	healthy(t, w)
}

func TestAStopTellsTheCoordinatorsAndInvitesReplacements(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	boss := staffed(t, w)
	adele, emma := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano")
	gap := shiftOn(t, w, "2026-12-17")
	for _, date := range []string{"2026-12-17", "2026-12-24", "2026-12-31"} { // the last is beyond the two weeks
		take(t, w, adele, shiftOn(t, w, date), scheduler.Answers)
	}
	take(t, w, boss, gap, scheduler.Supervises)
	w.Set(instant(11, 8))
	if err := change(w, w.Proposal(adele), "suspend"); err != nil {
		t.Fatal(err)
	}
	if got := one[string](t, w, `SELECT string_agg(person_id || ' ' || (vals ->> 'N'), ', ' ORDER BY person_id) FROM letter WHERE kind = 'shift_gaps'`); got != fmt.Sprintf("%d 2, %d 2, %d 2", w.Admin.ID, w.Coordinator.ID, w.Second.ID) {
		t.Errorf("told: %s", got)
	}
	l, err := w.App.Shifts.Lacking(t.Context(), boss, 0)
	if err != nil || len(l) != 1 || l[0].Nobody != 2 || l[0].Supervisor != 1 {
		t.Errorf("lacking %+v, %v", l, err)
	}
	invite := func(who people.Actor, person people.ID, part scheduler.Part) error {
		return w.App.Shifts.Invite(t.Context(), who, w.Cmd(), gap, person, part)
	}
	if err := invite(w.Trainer, emma.ID, scheduler.Answers); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a trainer invites: %v", err)
	}
	if err := invite(boss, adele.ID, scheduler.Answers); !errors.Is(err, scheduler.ErrNotCertified) && !errors.Is(err, app.ErrNoCandidate) {
		t.Errorf("invited who was stopped: %v", err)
	}
	if err := invite(boss, w.Trainer.ID, scheduler.Answers); !errors.Is(err, app.ErrNoCandidate) {
		t.Errorf("invited a stranger: %v", err)
	}
	errs := rivals(func() error { return invite(boss, emma.ID, scheduler.Answers) }, func() error { return invite(w.Coordinator, emma.ID, scheduler.Answers) })
	if (errs[0] == nil) == (errs[1] == nil) || !is(errors.Join(errs...), scheduler.ErrShiftInvited) {
		t.Errorf("invited twice: %v", errs)
	}
	if n := one[int](t, w, `SELECT count(*) FROM letter WHERE kind = 'shift_invited' AND person_id = $1`, int64(emma.ID)); n != 1 {
		t.Errorf("%d invitations", n)
	}
	s, err := w.App.Shifts.OfLine(t.Context(), w.Coordinator, "donazioni")
	if err != nil || s.Shifts[0].ID != gap || !slices.ContainsFunc(s.Shifts[0].Candidates, func(c app.Candidate) bool { return c.Person == emma.ID && c.Invited }) {
		t.Errorf("%+v, %v", s.Shifts, err)
	}
	r, err := w.App.Shifts.Mine(t.Context(), emma)
	if err != nil || !r.Open[0].Invited || r.Open[1].Invited {
		t.Errorf("Emma sees %+v, %v", r.Open, err)
	}
	take(t, w, emma, gap, scheduler.Answers)
	healthy(t, w)
}
