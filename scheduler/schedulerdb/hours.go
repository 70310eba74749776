package schedulerdb

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/scheduler"
)

// stints is everything that a person, $1, did: shifts that were closed with them
// present, sessions with them present by the last line of attendance, contacts. Of
// a session without minutes, or whose minutes are kept no longer, its length counts.
const stints = `SELECT h.line_id AS line, 'shift' AS kind, h.starts_at AS from, round(extract(epoch FROM h.ends_at - h.starts_at) / 60)::int AS minutes, false AS inside
		FROM shift_place p JOIN shift h ON h.id = p.shift_id WHERE p.person_id = $1 AND p.state = 'present' AND h.state = 'closed'
	UNION ALL SELECT c.line_id, 'session', s.starts_at, CASE WHEN a.minutes > 0 THEN a.minutes ELSE round(extract(epoch FROM s.ends_at - s.starts_at) / 60)::int END, false
		FROM attendance a JOIN session s ON s.id = a.session_id JOIN cohort c ON c.id = s.cohort_id WHERE a.person_id = $1 AND a.outcome = 'present'
		AND NOT EXISTS (SELECT 1 FROM attendance b WHERE b.session_id = a.session_id AND b.person_id = a.person_id AND b.id > a.id)
	UNION ALL SELECT n.line_id, 'contact', n.at, n.minutes, n.shift_id IS NOT NULL FROM contact n WHERE n.person_id = $1
	ORDER BY 3, 2`

// Stints lists what a person did, the oldest first.
func (s Store) Stints(ctx context.Context, who people.ID) ([]scheduler.Stint, error) {
	var list []scheduler.Stint
	err := s.q.SelectContext(ctx, &list, stints, int64(who))
	return list, err
}

// NotClosed counts the shifts of lines that a person had a place on, that are
// over and that nobody has closed: they are in no ledger yet.
func (s Store) NotClosed(ctx context.Context, who people.ID, lines []int64, now time.Time) (n int, err error) {
	err = s.q.GetContext(ctx, &n, `SELECT count(*) FROM shift_place p JOIN shift h ON h.id = p.shift_id
		WHERE p.person_id = $1 AND p.state IN ('booked', 'present') AND h.state = 'open' AND h.ends_at <= $3 AND h.line_id = any($2)`, int64(who), lines, now)
	return n, err
}
