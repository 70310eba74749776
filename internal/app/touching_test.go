package app_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

// What is said before is what happens: the same people, the same day, and who is
// in the middle ends on the version they began.
func TestThePreviewOfAReleaseIsWhatItDoes(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	adele, emma := w.Certified("Adele", "Tornaghi"), w.Certified("Emma", "Vigano")
	stop(t, w, emma, "suspend") // she owes it too: the suspension may end before the deadline
	revoked := w.Certified("Lia", "Conti")
	stop(t, w, revoked, "revoke")
	sitting, reader, caller := w.Examinee("Bruna", "Secchi"), w.Volunteer("Ivo", "Sala"), w.Volunteer("Luca", "Bonfanti")
	attempt := start(t, w, sitting)
	paper := one[string](t, w, `SELECT quiz_hash FROM quiz_attempt WHERE id = $1`, attempt)
	reading, err := w.App.Study.Read(ctx, reader, "mo-denaro")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Study.Position(ctx, reader, "mo-denaro", reading.Sections()[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.Practice.Start(ctx, caller, w.Cmd(), "rp-cinquanta-euro"); err != nil {
		t.Fatal(err)
	}
	gone := w.Volunteer("Dario", "Penna")
	if err := w.App.Corrections.Leave(ctx, w.Coordinator, w.Cmd(), gone.Number, app.Leaving{Day: w.Now.In(apptest.Rome()).Format("2006-01-02"), Reason: "x"}); err != nil {
		t.Fatal(err)
	}

	pack := apptest.Pack()
	module, quiz := pack["esempio/it/moduli/denaro.md"], pack["esempio/it/quiz/finale.md"]
	module.Data = append(module.Data, []byte("\nUna riga nuova.\n")...)
	quiz.Data = bytes.Replace(quiz.Data, []byte("- tempo: 20 min"), []byte("- tempo: 30 min"), 1)
	what := app.Publication{Files: pack, Dir: "esempio/it", Impact: app.Micro, Note: "una riga"}
	const stored = `SELECT (SELECT count(*) FROM release) + (SELECT count(*) FROM content_version) + (SELECT count(*) FROM letter) + (SELECT count(*) FROM gate_fact) + (SELECT count(*) FROM audit_entry)`
	rows := one[int](t, w, stored)
	ill := sick(t, w) // the fixture gives evidence without a review
	before, err := w.App.Publishing.Preview(ctx, w.Coordinator, what)
	if err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, w, stored); n != rows || before.Release != 0 {
		t.Errorf("the preview stored %d rows, release %d", n-rows, before.Release)
	}
	after, err := w.App.Publishing.Publish(ctx, w.Coordinator, w.Cmd(), what)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before.Plan, after.Plan) {
		t.Errorf("said before: %+v\nand after: %+v", before.Plan, after.Plan)
	}
	ids := func(query string, args ...any) (list []int64) {
		t.Helper()
		if err := w.DB.Read().SelectContext(ctx, &list, query, args...); err != nil {
			t.Fatal(err)
		}
		return list
	}
	touched := make([]int64, len(before.Touched))
	for i, p := range before.Touched {
		touched[i] = int64(p)
	}
	for _, query := range []string{`SELECT person_id FROM gate_fact WHERE kind = 'content_due' AND closed_at IS NULL ORDER BY 1`, `SELECT person_id FROM letter WHERE kind = 'content_changed' ORDER BY 1`} {
		if got := ids(query); !slices.Equal(got, touched) {
			t.Errorf("said %v, touched %v: %s", touched, got, query)
		}
	}
	if !slices.Contains(before.Touched, adele.ID) || !slices.Contains(before.Touched, emma.ID) || slices.Contains(before.Touched, sitting.ID) {
		t.Errorf("touched %v", before.Touched)
	}
	if !slices.Equal(before.Again, []string{"mo-denaro"}) || before.People[adele.ID].Number != adele.Number || before.People[adele.ID].Name() != "Adele Tornaghi" {
		t.Errorf("asks %v of %+v", before.Again, before.People)
	}
	var moved []int64
	begun := map[people.ID][]string{}
	for _, m := range before.Moved {
		moved, begun[m.Person] = append(moved, m.Enrolment), m.Begun
	}
	slices.Sort(moved)
	if got := ids(`SELECT id FROM enrolment WHERE release_id = $1 ORDER BY 1`, after.Release); !slices.Equal(got, moved) {
		t.Errorf("said that %v move, and %v did", moved, got)
	}
	if _, ok := begun[gone.ID]; ok || !slices.Equal(begun[sitting.ID], []string{"qz-finale"}) || !slices.Equal(begun[caller.ID], []string{"rp-cinquanta-euro"}) {
		t.Errorf("begun: %v", begun)
	}
	if got := one[string](t, w, `SELECT quiz_hash FROM quiz_attempt WHERE id = $1 AND state = 'opened'`, attempt); got != paper {
		t.Error("the open attempt moved to the new version")
	}
	if got := one[int](t, w, `SELECT count(*) FROM release_part p JOIN reading r ON r.hash = p.hash WHERE r.person_id = $1 AND p.release_id = $2`, int64(reader.ID), after.Release); got != 0 {
		t.Error("the reader's place moved to the new version")
	}
	if _, err := w.App.Publishing.Preview(ctx, w.Trainer, what); err == nil {
		t.Error("a preview of nothing new, for a trainer of a cohort")
	}
	if bad := sick(t, w); !slices.Equal(bad, ill) {
		t.Errorf("the doctor found %v, before it was %v", bad, ill)
	}
}
