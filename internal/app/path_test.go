package app_test

import (
	"slices"
	"testing"
	"time"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

// ask returns the codes of the gate's answer about a volunteer, empty for yes.
func ask(t *testing.T, w *apptest.World, who people.Actor, channel string) []gate.Code {
	t.Helper()
	a, err := w.App.Gate.Ask(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: channel, Agent: who.Number})
	if err != nil {
		t.Fatal(err)
	}
	if a.Decision.Granted() != (len(a.Decision.Reasons) == 0) {
		t.Fatalf("granted is %v with reasons %v", a.Decision.Granted(), a.Decision.Reasons)
	}
	return a.Decision.Codes()
}

func TestANewVolunteerHearsEveryReason(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	if v.Number == "" || !v.Has(people.Volunteer) {
		t.Fatalf("admitted as %+v", v)
	}
	want := []gate.Code{gate.InsuranceNotStarted, gate.CertificateMissing, gate.StationUnchecked, gate.PledgeMissing}
	if got := ask(t, w, v, "phone"); !slices.Equal(got, want) {
		t.Errorf("reasons on the first day: %v, want %v", got, want)
	}
	w.Set(time.Date(2026, 12, 7, 22, 59, 59, 0, time.UTC))
	if got := ask(t, w, v, "phone"); !slices.Contains(got, gate.InsuranceNotStarted) {
		t.Errorf("a second before 24:00: %v", got)
	}
	w.Set(time.Date(2026, 12, 7, 23, 0, 0, 0, time.UTC))
	if got := ask(t, w, v, "phone"); slices.Contains(got, gate.InsuranceNotStarted) {
		t.Errorf("at 24:00 of the day of entry: %v", got)
	}
}
