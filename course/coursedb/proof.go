package coursedb

import (
	"context"
	"time"

	"abilita/course/gate"
	"abilita/course/proof"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// documentsQuery reads what facts refer to: only what was written when the fact
// was, and never afterwards, so that the answer is the same for ever.
const documentsQuery = `SELECT 'register' AS kind, id AS ref, to_char(entered_on, 'YYYY-MM-DD') AS name, coalesce(confirmed_by, 0) AS by, confirmed_at AS at, '' AS reason
		FROM register_entry WHERE id = any($1) AND confirmed_at IS NOT NULL
	UNION ALL SELECT 'suspension', id, kind, actor_id, at, reason FROM person_event WHERE id = any($2)
	UNION ALL SELECT 'override', id, '', given_by, given_at, reason FROM emergency_override WHERE id = any($3)
	UNION ALL SELECT 'content_due', id, hash, coalesce(published_by, 0), published_at, impact FROM release WHERE id = any($4)
	UNION ALL SELECT 'content_due', id, hash, author_id, at, impact FROM catalogue_change WHERE id = any($4)
	UNION ALL SELECT 'supervisor_on', id, to_char(local_date, 'YYYY-MM-DD'), 0, NULL, '' FROM shift WHERE id = any($5)
	ORDER BY 1, 2`

// Documents lists what the facts refer to, certificates apart.
func (s Store) Documents(ctx context.Context, facts []proof.Fact) ([]proof.Document, error) {
	refs := map[gate.Kind][]int64{}
	for _, f := range facts {
		refs[f.Kind] = append(refs[f.Kind], f.Ref)
	}
	var rows []struct {
		Kind, Name, Reason string
		Ref, By            int64
		At                 *time.Time
	}
	if err := s.q.SelectContext(ctx, &rows, documentsQuery, refs[gate.Register], refs[gate.Suspension], refs[gate.Override], refs[gate.ContentDue], refs[gate.SupervisorOn]); err != nil {
		return nil, pg.Map(err, nil, nil)
	}
	out := make([]proof.Document, 0, len(rows))
	for _, r := range rows {
		d := proof.Document{Kind: gate.Kind(r.Kind), Ref: r.Ref, Name: r.Name, By: people.ID(r.By), Reason: r.Reason}
		if r.At != nil {
			d.At = r.At.UTC()
		}
		out = append(out, d)
	}
	return out, nil
}
