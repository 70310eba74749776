package web_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"abilita/internal/i18n"
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

// A file opens by a double click: Italian spreadsheets take cells apart at
// semicolons, English ones at commas, and both need the mark of UTF-8.
func TestAFileForTheSpreadsheetsOfEachCountry(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang]string{
		i18n.Italian: "\ufeffv0101;Nicolò;\"Rossi; Bianchi\";92%,3,'=1\n",
		i18n.English: "\ufeffv0101,Nicolò,Rossi; Bianchi,\"92%,3,'=1\"\n",
	} {
		var file bytes.Buffer
		w, err := web.Spreadsheet(&file, lang)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(web.FormulaSafe([]string{"v0101", "Nicolò", "Rossi; Bianchi", "92%,3,=1"})); err != nil {
			t.Fatal(err)
		}
		if w.Flush(); file.String() != want {
			t.Errorf("%s: %q, expected %q", lang, file.String(), want)
		}
	}
}

// FuzzExportedCells writes a row in each language and cuts it up as every
// spreadsheet might: at commas, semicolons, tabs and line ends. No piece may
// begin a formula, and a reader that knows the separator gets the cells back.
func FuzzExportedCells(f *testing.F) {
	for _, s := range []string{"Giulia", "=cmd|' /C calc'!A0", "a;=1", "\"=1\"", "\r\n@x", "a,+1;-2\t=3", "''=", "  =1", "＠x", ";;==", "\u00a0=1"} {
		f.Add(s, "Rossi")
		f.Add("v0101", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			return // the database holds none
		}
		for _, lang := range i18n.Languages() {
			exported(t, lang, a, b)
		}
	})
}

func exported(t *testing.T, lang i18n.Lang, a, b string) {
	t.Helper()
	cells := web.FormulaSafe([]string{"v0101", a, b})
	want := slices.Clone(cells)
	var file bytes.Buffer
	w, err := web.Spreadsheet(&file, lang)
	if err == nil {
		err = w.Write(cells)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Flush()
	for _, piece := range strings.FieldsFunc(file.String(), func(r rune) bool { return strings.ContainsRune(",;\t\r\n", r) }) {
		piece = strings.TrimLeftFunc(piece, func(r rune) bool { return r == '"' || unicode.IsSpace(r) })
		if strings.IndexAny(piece, "=+-@＝＋－＠") == 0 {
			t.Errorf("%s, %q and %q: the piece %q begins a formula in %q", lang, a, b, piece, file.String())
		}
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), "\ufeff")))
	r.Comma = w.Comma
	got, err := r.ReadAll()
	if err != nil || len(got) != 1 {
		t.Fatalf("%s, %q and %q: read back %q, %v", lang, a, b, got, err)
	}
	for i := range want {
		if got[0][i] != strings.ReplaceAll(want[i], "\r\n", "\n") {
			t.Errorf("%s: %q came back as %q", lang, want[i], got[0][i])
		}
	}
}
