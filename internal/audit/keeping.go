package audit

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// Gone is what was deleted of a kind of data because its time was over.
type Gone struct {
	Of   string
	At   time.Time // the last time
	Rows int64     // in all
}

// LastGone tells by kind when something was last deleted or stripped by itself.
func LastGone(ctx context.Context, q pg.Q) (map[string]Gone, error) {
	// The action stands in the text, so that the index of these few entries serves.
	const query = `SELECT subject_kind AS of, max(at) AS at, sum((detail ->> 'rows')::bigint) AS rows FROM audit_entry
		WHERE action = '` + string(people.KeepPeriods) + `' GROUP BY subject_kind`
	var list []Gone
	err := q.SelectContext(ctx, &list, query)
	out := map[string]Gone{}
	for _, g := range list {
		out[g.Of] = g
	}
	return out, pg.Map(err, nil, nil)
}
