package ui

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// formulaSigns begin a formula in one spreadsheet or another; the wide ones are
// read as their narrow kin.
const formulaSigns = "=+-@\t\r\n＝＋－＠"

// CSVRow is a row that no spreadsheet runs: a cell that would begin a formula
// begins with an apostrophe. Every other cell stays as it is.
// Source: OWASP, CSV Injection.
func CSVRow(cells []string) []string {
	row := slices.Clone(cells)
	for i, s := range row {
		if first, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune(formulaSigns, first) {
			row[i] = "'" + s
		}
	}
	return row
}
