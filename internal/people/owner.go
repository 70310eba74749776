package people

import (
	"maps"
	"slices"
	"strings"
)

// Owner says how a row belongs to a person: Column holds the person's id or,
// when Table is not empty, the id of a row of Table that holds it.
type Owner struct{ Column, Table string }

// owners are the tables whose rows belong to a person in another way than by
// their column person_id.
var owners = map[string]Owner{
	"person":            {Column: "id"},
	"application_note":  {"application_id", "application"},
	"certificate_event": {"certificate_id", "certificate"},
	"progress":          {"enrolment_id", "enrolment"},
	"quiz_mark":         {"attempt_id", "quiz_attempt"},
}

// OwnerOf tells how rows of a table belong to a person; false when they do not.
func OwnerOf(table string) (Owner, bool) {
	if o, ok := owners[table]; ok {
		return o, true
	}
	for _, class := range Tables[table] {
		if slices.Contains(strings.Fields(class.Columns), "person_id") {
			return Owner{Column: "person_id"}, true
		}
	}
	return Owner{}, false
}

// Copied is what a person is given of a table.
type Copied struct {
	Table   string
	Columns []string
	Why     []Purpose // of the columns, each once
}

// Copy lists what belongs into the copy that a person may ask for, table by
// table, as the tags say.
func Copy() []Copied {
	var list []Copied
	for _, table := range slices.Sorted(maps.Keys(Tables)) {
		c := Copied{Table: table}
		for _, class := range Tables[table] {
			if !class.Column.Export {
				continue
			}
			c.Columns = append(c.Columns, strings.Fields(class.Columns)...)
			if !slices.Contains(c.Why, class.Column.Purpose) {
				c.Why = append(c.Why, class.Column.Purpose)
			}
		}
		if len(c.Columns) > 0 {
			list = append(list, c)
		}
	}
	return list
}
