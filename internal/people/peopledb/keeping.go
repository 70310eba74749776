package peopledb

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/people"
)

// EndedApplications lists people with an application that was refused or
// withdrawn by the cutoff, at most limit.
func (s Store) EndedApplications(ctx context.Context, cutoff time.Time, limit int) ([]people.ID, error) {
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, `SELECT DISTINCT a.person_id FROM application a WHERE `+ended+` ORDER BY a.person_id LIMIT $2`, cutoff, limit)
	return personIDs(ids), err
}

const ended = `a.state IN ('refused', 'withdrawn') AND coalesce(a.decided_at, a.submitted_at) <= $1`

// DropApplications deletes the applications that were refused or withdrawn by
// the cutoff, with their notes, of people who are locked. It returns how many.
func (s Store) DropApplications(ctx context.Context, who []people.ID, cutoff time.Time) (int64, error) {
	if _, err := s.exec(ctx, `DELETE FROM application_note n USING application a WHERE a.id = n.application_id AND `+ended+` AND a.person_id = any($2)`, cutoff, numbers(who)); err != nil {
		return 0, err
	}
	return s.exec(ctx, `DELETE FROM application a WHERE `+ended+` AND a.person_id = any($2)`, cutoff, numbers(who))
}

// Nothing narrows people down to those of whom nothing but their identity is
// left: no application, no enrolment, no entry in the register, no role ever.
func (s Store) Nothing(ctx context.Context, who []people.ID) ([]people.ID, error) {
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, `SELECT p.id FROM person p WHERE p.id = any($1) AND p.erased_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM application a WHERE a.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = p.id)
		AND NOT EXISTS (SELECT 1 FROM register_entry r WHERE r.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = p.id)
		ORDER BY p.id`, numbers(who))
	return personIDs(ids), err
}

// LongGone lists people who had left by the cutoff and of whom nothing is open,
// at most limit: no entry in the register, no enrolment, no role but that of a
// volunteer, no application, no certificate that still runs.
func (s Store) LongGone(ctx context.Context, cutoff time.Time, limit int) ([]people.ID, error) {
	const query = `SELECT p.id FROM person p CROSS JOIN LATERAL (SELECT bool_or(t.at IS NULL) AS open, max(t.at) AS gone FROM (
			SELECT (r.left_on + 1)::timestamp AT TIME ZONE 'UTC' AS at FROM register_entry r WHERE r.person_id = p.id
			UNION ALL SELECT e.ended_at FROM enrolment e WHERE e.person_id = p.id
			UNION ALL SELECT g.ended_at FROM role_grant g WHERE g.person_id = p.id AND g.role <> 'volunteer'
			UNION ALL SELECT CASE WHEN a.state NOT IN ('submitted', 'in_review', 'on_hold') THEN coalesce(a.decided_at, a.submitted_at) END FROM application a WHERE a.person_id = p.id
			UNION ALL SELECT v.at FROM person_event v WHERE v.person_id = p.id AND v.kind = 'merged'
			UNION ALL SELECT c.valid_until FROM certificate c WHERE c.person_id = p.id AND c.signed_at IS NOT NULL) t) l
		WHERE p.erased_at IS NULL AND NOT l.open AND l.gone <= $1 ORDER BY p.id LIMIT $2`
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, query, cutoff, limit)
	return personIDs(ids), err
}

// LockRecords takes the first lock of several people, in their order, whatever
// became of them.
func (s Store) LockRecords(ctx context.Context, who []people.ID) error {
	_, err := s.exec(ctx, `SELECT id FROM person WHERE id = any($1) ORDER BY id FOR UPDATE`, numbers(who))
	return err
}

// DropIdentity deletes the identity of people of whom nothing else is left.
func (s Store) DropIdentity(ctx context.Context, who []people.ID) error {
	_, err := s.exec(ctx, `DELETE FROM identity WHERE person_id = any($1)`, numbers(who))
	return err
}

func (s Store) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("keep no longer: %w", err)
	}
	return res.RowsAffected()
}

func numbers(who []people.ID) []int64 {
	ids := make([]int64, len(who))
	for i, id := range who {
		ids[i] = int64(id)
	}
	return ids
}

func personIDs(ids []int64) []people.ID {
	who := make([]people.ID, len(ids))
	for i, id := range ids {
		who[i] = people.ID(id)
	}
	return who
}
