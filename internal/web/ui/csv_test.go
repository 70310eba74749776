package ui_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"abilita/internal/web/ui"
)

func TestARowThatNoSpreadsheetRuns(t *testing.T) {
	t.Parallel()
	got := ui.CSVRow([]string{"", "Ferrandi", "=1+1", "+39", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "a=1", "'=1", "é"})
	want := []string{"", "Ferrandi", "'=1+1", "'+39", "'-2", "'@SUM(A1)", "'\tx", "'\rx", "'＝1", "a=1", "'=1", "é"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A row comes back from a file as it went in, but for one apostrophe, and no
// cell begins as a formula does.
func FuzzCSVRow(f *testing.F) {
	for _, s := range []string{"=HYPERLINK(\"x\")", "Nicolò; \"D'Angelo\"", "+39 06\n", "＠x", "\x00=", "\ufeff=1"} {
		f.Add(s, "x")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		given := []string{one, two, "end"}
		var file strings.Builder
		w := csv.NewWriter(&file)
		if err := w.Write(ui.CSVRow(given)); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		rows, err := csv.NewReader(strings.NewReader(file.String())).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 3 {
			t.Fatalf("%q reads back as %q, %v", given, rows, err)
		}
		for i, cell := range rows[0] {
			if strings.IndexAny(cell, "=+-@\t\r\n") == 0 {
				t.Errorf("cell %q begins a formula", cell)
			}
			plain := strings.ReplaceAll(given[i], "\r\n", "\n") // the reader of the standard library does so
			if cell != plain && cell != "'"+plain && !strings.Contains(given[i], "\r") {
				t.Errorf("%q reads back as %q", given[i], cell)
			}
		}
	})
}
