package web

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"

	"abilita/internal/i18n"
)

// spreadsheet writes rows as the spreadsheets of the reader's country take them
// apart: where the decimal sign is a comma, at semicolons. The mark at the head
// says that it is UTF-8, without which they spoil accents.
func spreadsheet(w io.Writer, lang i18n.Lang) (*csv.Writer, error) {
	out := csv.NewWriter(w)
	if lang == i18n.Italian {
		out.Comma = ';'
	}
	_, err := io.WriteString(w, "\ufeff")
	return out, err
}

// formula finds where a spreadsheet could begin to run a cell: at its start, or
// behind what another spreadsheet takes for the end of a cell (where the decimal
// sign is a comma, cells end at a semicolon). Spaces and quotes before it do not
// count, and the wide signs of East Asian keyboards do.
var formula = regexp.MustCompile(`(^|[,;\t\r\n])([ \v\f\x{85}\p{Z}"]*[=+\-@＝＋－＠])`)

// formulaSafe keeps a spreadsheet from running a cell: what would begin a formula
// begins with an apostrophe.
func formulaSafe(cells []string) []string {
	for i, s := range cells {
		s = formula.ReplaceAllString(s, "$1'$2")
		if s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) { // some trim these away
			s = "'" + s
		}
		cells[i] = s
	}
	return cells
}
