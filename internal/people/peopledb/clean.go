package peopledb

import (
	"context"
	"time"

	"abilita/internal/people"
)

// CleanUp deletes what has run out and only takes room: sessions, the budget of
// wrong secrets, and login links some time after they were used or ran out,
// unless a letter still to go out names them. It returns how many rows went.
func (s Store) CleanUp(ctx context.Context, now time.Time) (int64, error) {
	var total int64
	links := people.Keep(people.KeptLinks).Cutoff(now)
	for _, c := range []struct {
		query string
		args  []any
	}{
		{
			`DELETE FROM web_session WHERE ends_at < $1 OR seen_at < $1::timestamptz - make_interval(secs => CASE WHEN staff THEN $2 ELSE $3 END::float8)`,
			[]any{now, IdleStaff.Seconds(), IdleVolunteer.Seconds()},
		},
		{`DELETE FROM secret_budget WHERE since <= $1`, []any{people.Keep(people.KeptFailures).Cutoff(now)}},
		{`UPDATE letter SET link_id = NULL WHERE state NOT IN ('queued', 'failed') AND link_id IN (SELECT id FROM login_link WHERE coalesce(used_at, expires_at) <= $1)`, []any{links}},
		{`DELETE FROM login_link k WHERE coalesce(used_at, expires_at) <= $1 AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.link_id = k.id)`, []any{links}},
	} {
		n, err := s.exec(ctx, c.query, c.args...)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}
