package outbox

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/pg"
)

// due are the letters that were done with by the cutoff, $1. A letter is done
// with when it went out, was withdrawn or given up, or its link no longer works.
const due = `SELECT l.id FROM letter l LEFT JOIN login_link k ON k.id = l.link_id WHERE l.stripped_at IS NULL AND CASE WHEN l.state IN ('sent', 'handed') THEN l.sent_at
	WHEN l.state IN ('withdrawn', 'failed') THEN l.queued_at ELSE coalesce(k.used_at, k.expires_at) END <= $1`

// Overdue counts what Strip would still take.
func Overdue(ctx context.Context, q pg.Q, cutoff time.Time) (n int64, err error) {
	err = q.GetContext(ctx, &n, `SELECT count(*) FROM (`+due+`) d`, cutoff)
	return n, err
}

// Strip takes the values, the attachment and the link out of letters that were
// settled by the cutoff, at most limit: sent, handed over, withdrawn, given up,
// or of a link that no longer works. What was still open is withdrawn with it.
// That there was a letter, of which kind, to whom and when, stays.
func Strip(ctx context.Context, q pg.Q, cutoff, now time.Time, limit int) (int64, error) {
	const query = `UPDATE letter SET vals = '{}', attachment = '', problem = '', link_id = NULL, stripped_at = $2, locked_until = NULL,
			state = CASE WHEN state IN ('queued', 'failed') THEN 'withdrawn' ELSE state END
		WHERE id IN (` + due + ` ORDER BY l.id LIMIT $3)`
	res, err := q.ExecContext(ctx, query, cutoff, now, limit)
	if err != nil {
		return 0, fmt.Errorf("strip letters: %w", err)
	}
	return res.RowsAffected()
}
