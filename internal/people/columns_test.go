package people_test

import (
	"strings"
	"testing"

	"abilita/internal/people"
	"abilita/internal/pg/pgtest"
)

// TestEveryColumnIsTagged compares the tags with the database itself.
func TestEveryColumnIsTagged(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	var have []string
	err := db.Read().SelectContext(t.Context(), &have, `SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
		WHERE c.table_schema = 'public' ORDER BY 1`)
	if err != nil || len(have) < 400 {
		t.Fatalf("%d columns: %v", len(have), err)
	}
	there := map[string]bool{}
	for _, c := range have {
		there[c] = true
	}
	tagged := map[string]people.Column{}
	for table, classes := range people.Tables {
		for _, class := range classes {
			for column := range strings.FieldsSeq(class.Columns) {
				name := table + "." + column
				if _, twice := tagged[name]; twice {
					t.Errorf("%s has two tags", name)
				}
				if !there[name] {
					t.Errorf("%s has a tag and does not exist", name)
				}
				tagged[name] = class.Column
			}
		}
	}
	for _, name := range have {
		if _, ok := tagged[name]; !ok {
			t.Errorf("%s has no tag: say in people.Tables why it is held, for how long, and what erasing does to it", name)
		}
	}
	for name, c := range tagged {
		if c.Purpose == "" || c.Erase == "" {
			t.Errorf("%s has an incomplete tag: %+v", name, c)
		}
		if c.Purpose == people.Nobody && (c.Export || c.Keep != "" || c.Erase != people.Untouched) {
			t.Errorf("%s says nothing about a person and is tagged %+v", name, c)
		}
		if c.Keep != "" && people.Keep(c.Keep).Of != c.Keep {
			t.Errorf("%s is kept as %q, of which the table of periods knows nothing", name, c.Keep)
		}
	}
	// What a stranger could be recognised by never outlives an erasure.
	for name := range strings.FieldsSeq("identity.given_name identity.family_name identity.email identity.phone identity.birth_date identity.residence credential.phc application.motivation") {
		if tagged[name].Erase != people.Destroyed {
			t.Errorf("%s is not destroyed by an erasure", name)
		}
	}
}
