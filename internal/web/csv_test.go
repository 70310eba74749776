package web_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"abilita/internal/web"
)

func TestCellsThatASpreadsheetWouldRun(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Giulia":             "Giulia",
		"Anna-Maria":         "Anna-Maria",
		"":                   "",
		"=1+1":               "'=1+1",
		"+39 333":            "'+39 333",
		"-2":                 "'-2",
		"@SUM(A1)":           "'@SUM(A1)",
		"\tx":                "'\tx",
		"  =1":               "'  =1",
		"＝1":                 "'＝1",
		"Rossi;=HYPERLINK()": "Rossi;'=HYPERLINK()",
		"Rossi\t\"=1":        "Rossi\t'\"=1",
		"'=1":                "'=1",
	} {
		if got := web.FormulaSafe([]string{in})[0]; got != want {
			t.Errorf("%q became %q, expected %q", in, got, want)
		}
	}
}

// FuzzExportedCells writes a row and cuts it up as every spreadsheet might: at
// commas, semicolons, tabs and line ends. No piece may begin a formula, and a
// reader that knows the separator gets the cells back.
func FuzzExportedCells(f *testing.F) {
	for _, s := range []string{"Giulia", "=cmd|' /C calc'!A0", "a;=1", "\"=1\"", "\r\n@x", "a,+1;-2\t=3", "''=", "  =1", "＠x", ";;==", "\u00a0=1"} {
		f.Add(s, "Rossi")
		f.Add("v0101", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			return // the database holds none
		}
		cells := web.FormulaSafe([]string{"v0101", a, b})
		want := slices.Clone(cells)
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		for _, piece := range strings.FieldsFunc(file.String(), func(r rune) bool { return strings.ContainsRune(",;\t\r\n", r) }) {
			piece = strings.TrimLeftFunc(piece, func(r rune) bool { return r == '"' || unicode.IsSpace(r) })
			if strings.IndexAny(piece, "=+-@＝＋－＠") == 0 {
				t.Errorf("%q and %q: the piece %q begins a formula in %q", a, b, piece, file.String())
			}
		}
		got, err := csv.NewReader(&file).ReadAll()
		if err != nil || len(got) != 1 {
			t.Fatalf("%q and %q: read back %q, %v", a, b, got, err)
		}
		for i := range want {
			if got[0][i] != strings.ReplaceAll(want[i], "\r\n", "\n") {
				t.Errorf("%q came back as %q", want[i], got[0][i])
			}
		}
	})
}
