package peopledb_test

import (
	"slices"
	"strings"
	"testing"

	"abilita/internal/people"
	"abilita/internal/people/peopledb"
)

// TestErasingDoesWhatTheTagsSay: every column that an erasure destroys goes with
// its row or is written over, and no column that must stay is.
func TestErasingDoesWhatTheTagsSay(t *testing.T) {
	t.Parallel()
	erasers := map[string]peopledb.Eraser{"secret_budget": {}} // by address, see Forget
	for _, e := range peopledb.Erasers {
		erasers[e.Table] = e
	}
	for table, classes := range people.Tables {
		e, has := erasers[table]
		var over []string
		for part := range strings.SplitSeq(e.Set, " = ") {
			words := strings.Fields(part)
			if len(words) > 0 {
				over = append(over, words[len(words)-1])
			}
		}
		for _, class := range classes {
			for column := range strings.FieldsSeq(class.Columns) {
				destroyed := class.Column.Erase == people.Destroyed
				switch {
				case destroyed && !has:
					t.Errorf("%s.%s must be destroyed and nothing does it", table, column)
				case destroyed && e.Set != "" && column != "person_id" && !slices.Contains(over, column):
					t.Errorf("%s.%s must be destroyed and is not written over", table, column)
				case !destroyed && has && class.Column.Erase == people.Withheld:
					if e.Set == "" || slices.Contains(over, column) {
						t.Errorf("%s.%s must stay and goes", table, column)
					}
				}
			}
		}
	}
}
