package coursedb

import (
	"context"
	"fmt"
	"time"
)

// What of an enrolment was over by the cutoff, $1.
const (
	dueAssessments = `SELECT a.id FROM assessment a JOIN enrolment_end n ON n.enrolment_id = a.enrolment_id WHERE a.stripped_at IS NULL AND n.ended_at <= $1 AND a.at <= $1`
	dueNotes       = `SELECT c.id FROM checklist_run c JOIN enrolment_end n ON n.enrolment_id = c.enrolment_id WHERE c.note <> '' AND n.ended_at <= $1 AND c.signed_at <= $1`
	dueRuns        = `SELECT r.id FROM roleplay_run r LEFT JOIN enrolment_end n ON n.enrolment_id = r.enrolment_id
		WHERE greatest(r.started_at, r.ended_at) <= $1 AND (r.enrolment_id IS NULL OR n.ended_at <= $1)`
)

// Overdue counts what Strip would still take.
func (s Store) Overdue(ctx context.Context, cutoff time.Time) (n int64, err error) {
	err = s.q.GetContext(ctx, &n, `SELECT count(*) FROM (`+dueAssessments+` UNION ALL `+dueNotes+` UNION ALL `+dueRuns+`) d`, cutoff)
	return n, err
}

// Strip takes marks and notes out of assessed calls, notes out of signed lists,
// and deletes practice calls, where the enrolment stopped counting by the
// cutoff; at most limit of each. Scores and verdicts of what counted stay. It
// returns how many rows were touched.
func (s Store) Strip(ctx context.Context, cutoff, now time.Time, limit int) (int64, error) {
	var total int64
	for _, c := range []struct {
		query string
		args  []any
	}{
		{`UPDATE assessment SET stripped_at = $3, marks = '{}', note = '' WHERE id IN (` + dueAssessments + ` ORDER BY a.id LIMIT $2)`, []any{cutoff, limit, now}},
		{`UPDATE checklist_run SET note = '' WHERE id IN (` + dueNotes + ` ORDER BY c.id LIMIT $2)`, []any{cutoff, limit}},
		{`DELETE FROM roleplay_run WHERE id IN (` + dueRuns + ` ORDER BY r.id LIMIT $2)`, []any{cutoff, limit}},
	} {
		res, err := s.q.ExecContext(ctx, c.query, c.args...)
		if err != nil {
			return total, fmt.Errorf("strip what was learnt: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}
