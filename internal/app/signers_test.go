package app_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"abilita/content"
	"abilita/content/packs"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/proof"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

var (
	osservo = app.Ticks{Items: []string{"C1", "C2"}, Signed: true}
	insieme = app.Ticks{Items: []string{"C3", "C4"}, Signed: true}
)

func certificates(t *testing.T, w *apptest.World, v people.Actor) []coursedb.Certificate {
	t.Helper()
	list, err := coursedb.New(w.DB.Read()).CertificatesOf(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// One mentor signs both lists: they are complete, and the certificate is
// proposed only when the other has signed one too. The proof names all three.
func TestTwoDifferentPeopleMustSign(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, apptest.MentorsPack())
	ctx := t.Context()
	v := w.Ready("Giulia", "Ferrandi")
	enrolment := w.Enrolment(v)
	observe := func(who people.Actor, in app.Ticks) error {
		t.Helper()
		return w.App.Checklists.Observe(ctx, who, w.Cmd(), enrolment, "competenze", in)
	}
	opened := func(who people.Actor) app.List {
		t.Helper()
		l, err := w.App.Checklists.Observed(ctx, who, enrolment, "competenze")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if err := observe(w.Trainer, osservo); err != nil {
		t.Fatal(err)
	}
	if l := opened(w.Trainer); l.List.ID != "li-insieme" || !l.Mine || l.Useless() || l.State.Unsigned() != 1 {
		t.Errorf("after one list: %s, mine %v, useless %v, %d unsigned", l.List.ID, l.Mine, l.Useless(), l.State.Unsigned())
	}
	if err := observe(w.Trainer, insieme); err != nil {
		t.Fatalf("who has seen both may sign both: %v", err)
	}
	if got := progress(t, w, v, "competenze"); got != cert.Waiting {
		t.Errorf("both lists by one person is %q", got)
	}
	if n := len(certificates(t, w, v)); n != 0 {
		t.Errorf("%d certificates are proposed with one signer", n)
	}
	if names := sick(t, w); len(names) > 0 {
		t.Errorf("the doctor finds %v", names)
	}
	if err := observe(w.Trainer, insieme); !errors.Is(err, app.ErrSameSigner) {
		t.Errorf("the same person signs once more: %v", err)
	}
	tasks := func(who people.Actor) app.ToObserve {
		t.Helper()
		list, err := w.App.Checklists.Observable(ctx, who)
		if err != nil || len(list) != 1 {
			t.Fatalf("to observe: %+v, %v", list, err)
		}
		return list[0]
	}
	if o := tasks(w.Trainer); o.Unsigned != 1 || !o.Mine || o.State != cert.Waiting {
		t.Errorf("who signed is told %+v", o)
	}
	if o := tasks(w.Evaluator); o.Unsigned != 1 || o.Mine || o.State != cert.Waiting {
		t.Errorf("who did not sign is told %+v", o)
	}
	if l := opened(w.Evaluator); l.List.ID != "li-insieme" || l.Mine || l.Useless() {
		t.Errorf("the other meets %s, mine %v, useless %v", l.List.ID, l.Mine, l.Useless())
	}
	if err := observe(w.Evaluator, app.Ticks{Items: []string{"C3"}, Signed: true}); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "competenze"); got != cert.Waiting {
		t.Errorf("what the other saw was not whole, and yet %q", got)
	}
	if err := observe(w.Evaluator, insieme); err != nil {
		t.Fatal(err)
	}
	if got := progress(t, w, v, "competenze"); got != cert.Done {
		t.Errorf("signed by both is %q", got)
	}
	papers := certificates(t, w, v)
	if len(papers) != 1 {
		t.Fatalf("%d certificates are proposed", len(papers))
	}
	i := slices.IndexFunc(papers[0].Review.V, func(m coursedb.Met) bool { return m.Requirement == "competenze" })
	if i < 0 || len(papers[0].Review.V[i].Evidence) != 3 {
		t.Fatalf("the proposal rests on %+v", papers[0].Review.V)
	}
	if err := w.App.Certificates.Sign(ctx, w.Coordinator, w.Cmd(), papers[0].ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(24 * time.Hour)
	if names := sick(t, w); len(names) > 0 {
		t.Errorf("the doctor finds %v", names)
	}
	file, err := w.App.Proofs.Export(ctx, w.Coordinator, app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number, At: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	if verdict := proof.Verify(file, w.App.Proofs.Fingerprint()); !verdict.Holds() {
		t.Errorf("the proof does not hold: %+v", verdict.Checks)
	}
}

// Each list by another person is enough, in any order of the two people.
func TestEachOfTwoPeopleSignsOne(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, apptest.MentorsPack())
	v := w.Ready("Giulia", "Ferrandi")
	for _, s := range []struct {
		who people.Actor
		in  app.Ticks
	}{{w.Evaluator, osservo}, {w.Trainer, insieme}} {
		if err := w.App.Checklists.Observe(t.Context(), s.who, w.Cmd(), w.Enrolment(v), "competenze", s.in); err != nil {
			t.Fatal(err)
		}
	}
	if got := progress(t, w, v, "competenze"); got != cert.Done {
		t.Errorf("two lists by two people is %q", got)
	}
	if n := len(certificates(t, w, v)); n != 1 {
		t.Errorf("%d certificates are proposed", n)
	}
}

// Both press at once: each signature counts, and one person twice is one.
func TestSignaturesAtOnce(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, apptest.MentorsPack())
	v := w.Ready("Giulia", "Ferrandi")
	enrolment := w.Enrolment(v)
	if err := w.App.Checklists.Observe(t.Context(), w.Trainer, w.Cmd(), enrolment, "competenze", osservo); err != nil {
		t.Fatal(err)
	}
	race(6, func() error {
		return w.App.Checklists.Observe(t.Context(), w.Trainer, w.Cmd(), enrolment, "competenze", insieme)
	})
	if got := progress(t, w, v, "competenze"); got != cert.Waiting {
		t.Errorf("one person many times is %q", got)
	}
	var pieces int
	if err := w.DB.Read().GetContext(t.Context(), &pieces, `SELECT count(*) FROM evidence WHERE requirement = 'competenze'`); err != nil || pieces != 2 {
		t.Errorf("%d pieces, %v", pieces, err)
	}
}

// The shipped desk: one mentor may sign the first two lists, and the third is
// closed until another has signed one of them.
func TestTheDeskAsksForTwoMentors(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, shippedPack(t, "sportello-welfare/it"))
	v := w.Volunteer("Giulia", "Ferrandi")
	pack, _ := content.Load(packs.FS, "sportello-welfare/it")
	meet(t, w, v, pack.Programme, "competenze", "solo")
	observe := func(who people.Actor, requirement string, items ...string) error {
		return w.App.Checklists.Observe(t.Context(), who, w.Cmd(), w.Enrolment(v), requirement, app.Ticks{Items: items, Signed: true})
	}
	together, alone := []string{"C4", "C5", "C6", "C7", "C8"}, []string{"C9", "C10", "C11", "C12"}
	for _, items := range [][]string{{"C1", "C2", "C3"}, together} {
		if err := observe(w.Trainer, "competenze", items...); err != nil {
			t.Fatal(err)
		}
	}
	if err := observe(w.Trainer, "solo", alone...); !errors.Is(err, app.ErrListLocked) {
		t.Errorf("the third list with one mentor: %v", err)
	}
	if err := observe(w.Evaluator, "competenze", together...); err != nil {
		t.Fatal(err)
	}
	if n := len(certificates(t, w, v)); n != 0 {
		t.Errorf("%d certificates are proposed before the third list", n)
	}
	if err := observe(w.Trainer, "solo", alone...); err != nil {
		t.Fatal(err)
	}
	if n := len(certificates(t, w, v)); n != 1 {
		t.Errorf("%d certificates are proposed at the end", n)
	}
}
