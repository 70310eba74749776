package web

import (
	"regexp"
	"strings"
)

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
