package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// What a change asks has until the day that is chosen, else the days that the
// programme gives: 5 to confirm, 14 for a short module, at 24:00 in Rome.
func TestAChangeHasTheDaysOfTheProgramme(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		impact app.Impact
		by     string
		want   time.Time
	}{
		"to confirm":       {app.Confirm, "", time.Date(2026, 12, 13, 23, 0, 0, 0, time.UTC)},
		"a short module":   {app.Micro, "", time.Date(2026, 12, 22, 23, 0, 0, 0, time.UTC)},
		"a day was chosen": {app.Confirm, "2027-01-31", time.Date(2027, 1, 31, 23, 0, 0, 0, time.UTC)},
		"certify again":    {app.Recertify, "", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.New(t)
			w.Certified("Adele", "Tornaghi") // and it is the 8th
			pack := apptest.Pack()
			module := pack["esempio/it/moduli/denaro.md"]
			module.Data = append(module.Data, []byte("\nUna riga nuova.\n")...)
			_, err := w.App.Publishing.Publish(t.Context(), w.Coordinator, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: tc.impact, By: tc.by, Note: "una riga"})
			if tc.want.IsZero() {
				var form fault.Form
				if !errors.As(err, &form) || form[0].Field != "by" {
					t.Errorf("without a day: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var due time.Time
			if err := w.DB.Read().GetContext(t.Context(), &due, `SELECT valid_from FROM gate_fact WHERE kind = 'content_due'`); err != nil || !due.Equal(tc.want) {
				t.Errorf("due at %v, want %v; %v", due.UTC(), tc.want, err)
			}
		})
	}
}

// The programme may ask for more years than the line does.
func TestTheHigherAgeHolds(t *testing.T) {
	t.Parallel()
	pack := apptest.Pack()
	programme := pack["esempio/it/programma.md"]
	programme.Data = []byte(strings.Replace(string(programme.Data), "- età minima: 18", "- età minima: 21", 1))
	w := apptest.NewWith(t, pack)
	f, err := w.App.Admissions.Form(t.Context(), people.Actor{}, "donazioni", "it")
	if err != nil || f.Line.MinAge != 21 {
		t.Errorf("the form asks for %d years, %v", f.Line.MinAge, err)
	}
	v := w.Volunteer("Giulia", "Ferrandi")
	var from time.Time
	if err := w.DB.Read().GetContext(t.Context(), &from, `SELECT valid_from FROM gate_fact WHERE kind = $1 AND person_id = $2`, string(gate.OfAge), int64(v.ID)); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2011, 5, 3, 22, 0, 0, 0, time.UTC); !from.Equal(want) { // born on 4 May 1990
		t.Errorf("of age from %v, want %v", from.UTC(), want)
	}
	var next int64
	if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		next, err = coursedb.New(q).AddCohort(t.Context(), coursedb.Cohort{LineID: w.Line, ReleaseID: w.Release, Name: "Marzo 2027", StartsOn: apptest.Begin.AddDate(0, 3, 0), EndsOn: apptest.Begin.AddDate(0, 6, 0), Seats: 9})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Admissions.EnrolAgain(t.Context(), w.Coordinator, w.Cmd(), v.Number, next); err != nil {
		t.Fatal(err)
	}
	if err := w.DB.Read().GetContext(t.Context(), &from, `SELECT valid_from FROM gate_fact WHERE kind = $1 AND person_id = $2 AND closed_at IS NULL`, string(gate.OfAge), int64(v.ID)); err != nil || from.Year() != 2011 {
		t.Errorf("enrolled again, of age from %v, %v", from.UTC(), err)
	}
}
