package peopledb

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// Rows reads the exported columns of the rows that belong to people, each row as
// a JSON object.
func (s Store) Rows(ctx context.Context, c people.Copied, who []people.ID) ([]json.RawMessage, error) {
	owned, err := ownedBy(c.Table, "= any($1)")
	if err != nil {
		return nil, err
	}
	columns := make([]string, len(c.Columns))
	for i, column := range c.Columns {
		columns[i] = `t."` + column + `"` // the names are ours
	}
	var rows []json.RawMessage
	err = s.q.SelectContext(ctx, &rows, `SELECT to_jsonb(r) FROM (SELECT `+strings.Join(columns, ", ")+` FROM "`+c.Table+`" t WHERE `+owned+`) r ORDER BY 1`, numbers(who))
	return rows, pg.Map(err, nil, nil)
}

// ownedBy is the condition under which a row t of a table belongs to the people
// whose id match says: "= any($1)".
func ownedBy(table, match string) (string, error) {
	o, ok := people.OwnerOf(table)
	switch {
	case !ok:
		return "", fmt.Errorf("nobody knows to whom a row of %s belongs", table)
	case o.Table == "":
		return `t."` + o.Column + `" ` + match, nil
	}
	return `t."` + o.Column + `" IN (SELECT o.id FROM "` + o.Table + `" o WHERE o.person_id ` + match + `)`, nil
}

// Records lists the person and the records that were joined to theirs.
func (s Store) Records(ctx context.Context, who people.ID) ([]people.ID, error) {
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, `WITH RECURSIVE mine AS (SELECT id FROM person WHERE id = $1 UNION SELECT p.id FROM person p JOIN mine m ON p.merged_into = m.id) SELECT id FROM mine ORDER BY id`, int64(who))
	return personIDs(ids), err
}
