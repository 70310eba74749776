package ui_test

import (
	"testing"
	"time"

	"abilita/internal/fault"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

func TestAFaultSpeaksInTheZoneOfThePage(t *testing.T) {
	t.Parallel()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	early := fault.New(fault.Conflict, "quiz.too_early")
	b := &ui.Base{Printer: renderer(t).Printer(i18n.Italian), Zone: rome}
	b.Errors.Add(true, "start", early.With("next", time.Date(2027, 7, 21, 16, 40, 0, 0, time.UTC)))
	const want = "È ancora presto: puoi riprovare dopo questa data: 21 luglio 2027, 18:40, ora di Roma."
	if got := b.FieldError("start"); got != want {
		t.Errorf("field: %q, want %q", got, want)
	}
	if got := b.ErrorList(); len(got) != 1 || got[0].Text != want || got[0].Field != "start" {
		t.Errorf("list: %v", got)
	}
	if b.FieldError("other") != "" || b.Fault(nil) != "" {
		t.Error("a sentence without a fault")
	}
}

func TestUntilLeavesOutTheYearOfThePage(t *testing.T) {
	t.Parallel()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	b := &ui.Base{Printer: renderer(t).Printer(i18n.Italian), Zone: rome, Now: time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)} // already 2027 in Rome
	end := time.Date(2027, 1, 25, 23, 0, 0, 0, time.UTC)
	if got, want := b.Until(end), "alle 24 di lunedì 25 gennaio"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := b.Until(end.AddDate(1, 0, 0)), "alle 24 di martedì 25 gennaio 2028"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
