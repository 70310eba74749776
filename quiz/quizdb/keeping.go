package quizdb

import (
	"context"
	"fmt"
	"time"
)

// due are the attempts whose time was over by the cutoff, $1.
const due = `SELECT a.id FROM quiz_attempt a JOIN enrolment_end n ON n.enrolment_id = a.enrolment_id
	WHERE a.stripped_at IS NULL AND a.state IN ('passed', 'failed', 'annulled') AND n.ended_at <= $1 AND greatest(a.opened_at, a.submitted_at) <= $1`

// Overdue counts what Strip would still take.
func (s Store) Overdue(ctx context.Context, cutoff time.Time) (n int64, err error) {
	err = s.q.GetContext(ctx, &n, `SELECT count(*) FROM (`+due+`) d`, cutoff)
	return n, err
}

// Strip takes questions, answers and marks out of settled attempts whose
// enrolment stopped counting by the cutoff, at most limit. Score, verdict and
// the hashes of what was asked stay. It returns how many.
func (s Store) Strip(ctx context.Context, cutoff, now time.Time, limit int) (int64, error) {
	const query = `WITH due AS (` + due + ` ORDER BY a.id LIMIT $3 FOR UPDATE OF a),
		marks AS (DELETE FROM quiz_mark m USING due WHERE m.attempt_id = due.id)
		UPDATE quiz_attempt a SET stripped_at = $2, paper = a.paper || '{"Questions": null}', answers = '{}', changes = '{}', flags = '[]',
			result = CASE WHEN jsonb_typeof(a.result) = 'object' THEN a.result || '{"Verdicts": null, "Critical": null}' ELSE a.result END FROM due WHERE a.id = due.id`
	res, err := s.q.ExecContext(ctx, query, cutoff, now, limit)
	if err != nil {
		return 0, fmt.Errorf("strip attempts: %w", err)
	}
	return res.RowsAffected()
}
