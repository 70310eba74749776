package schedulerdb

import (
	"context"
	"fmt"
	"time"
)

// dueAttendance is the lines of sessions that were over by the cutoff, $1.
const dueAttendance = `SELECT a.id FROM attendance a JOIN session s ON s.id = a.session_id
	WHERE a.stripped_at IS NULL AND (a.minutes <> 0 OR a.reason <> '') AND greatest(s.ends_at, a.at) <= $1`

// Overdue counts what Strip would still take.
func (s Store) Overdue(ctx context.Context, cutoff time.Time) (n int64, err error) {
	err = s.q.GetContext(ctx, &n, `SELECT count(*) FROM (`+dueAttendance+`) d`, cutoff)
	return n, err
}

// Strip takes minutes and words out of the lines of attendance of sessions that
// ended by the cutoff, at most limit; who was present stays. It returns how many.
func (s Store) Strip(ctx context.Context, cutoff, now time.Time, limit int) (int64, error) {
	const query = `UPDATE attendance SET minutes = 0, reason = '', stripped_at = $2 WHERE id IN (` + dueAttendance + ` ORDER BY a.id LIMIT $3)`
	res, err := s.q.ExecContext(ctx, query, cutoff, now, limit)
	if err != nil {
		return 0, fmt.Errorf("strip attendance: %w", err)
	}
	return res.RowsAffected()
}
