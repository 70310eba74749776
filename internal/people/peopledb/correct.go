package peopledb

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/people"
)

// PersonEvent is a decision about a person as a whole.
type PersonEvent struct {
	ID       int64
	Kind     string // corrected, merged, left, suspended, restored, erased, appealed, upheld, lifted
	Reason   string // code
	Words    string
	AppealBy *time.Time `db:"appeal_by"`
	Actor    people.ID  `db:"actor_id"`
	Name     string     // of the actor
	At       time.Time
}

// AddPersonEvent appends one and returns its id.
func (s Store) AddPersonEvent(ctx context.Context, who people.ID, e PersonEvent) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO person_event (person_id, kind, reason, words, appeal_by, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
		int64(who), e.Kind, e.Reason, e.Words, e.AppealBy, int64(e.Actor), e.At)
	return id, err
}

// PersonEvents lists what was decided about a person, the oldest first.
func (s Store) PersonEvents(ctx context.Context, who people.ID) ([]PersonEvent, error) {
	var list []PersonEvent
	err := s.q.SelectContext(ctx, &list, `SELECT e.id, e.kind, e.reason, e.words, e.appeal_by, e.actor_id, coalesce(i.given_name || ' ' || i.family_name, '') AS name, e.at
		FROM person_event e LEFT JOIN identity i ON i.person_id = e.actor_id WHERE e.person_id = $1 ORDER BY e.id`, int64(who))
	return list, err
}

// LinesOf lists the lines that a person has to do with, the newest tie first.
func (s Store) LinesOf(ctx context.Context, who people.ID) ([]int64, error) {
	var list []int64
	err := s.q.SelectContext(ctx, &list, `SELECT line_id FROM (
			SELECT line_id, submitted_at AS at FROM application WHERE person_id = $1
			UNION ALL SELECT line_id, enrolled_at FROM enrolment WHERE person_id = $1) t
		GROUP BY line_id ORDER BY max(at) DESC, line_id`, int64(who))
	return list, err
}

// HoldsStaffRole tells whether a person answers for others.
func (s Store) HoldsStaffRole(ctx context.Context, who people.ID) (bool, error) {
	var yes bool
	err := s.q.GetContext(ctx, &yes, `SELECT EXISTS (SELECT 1 FROM role_grant WHERE person_id = $1 AND ended_at IS NULL AND role <> 'volunteer')`, int64(who))
	return yes, err
}

// LivePerson tells whether a record is neither erased nor joined to another.
func (s Store) LivePerson(ctx context.Context, who people.ID) (bool, error) {
	var yes bool
	err := s.q.GetContext(ctx, &yes, `SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND erased_at IS NULL AND merged_into IS NULL)`, int64(who))
	return yes, err
}

// ApplicationsOf lists a person's applications, the oldest first, and takes them.
func (s Store) ApplicationsOf(ctx context.Context, who people.ID) ([]Application, error) {
	var list []Application
	err := s.q.SelectContext(ctx, &list, `SELECT `+applicationColumns+` FROM application a WHERE a.person_id = $1 ORDER BY a.id FOR UPDATE`, int64(who))
	return list, err
}

// MoveApplication gives an application to another person, in a state. A
// withdrawal is its outcome.
func (s Store) MoveApplication(ctx context.Context, id int64, to people.ID, state people.ApplicationState, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE application SET person_id = $2, state = $3, decided_at = CASE WHEN $3 = 'withdrawn' THEN $4 ELSE decided_at END, version = version + 1
		WHERE id = $1`, id, int64(to), string(state), now)
	return err
}

// Merge closes a record that was made twice: it points at the one that stays
// and loses password, sessions, open links and roles, and its address becomes
// free. Both must be locked.
func (s Store) Merge(ctx context.Context, gone, kept people.ID, now time.Time) error {
	for _, c := range []struct {
		query string
		args  []any
	}{
		{`UPDATE person SET merged_into = $2, version = version + 1 WHERE id = $1`, []any{int64(gone), int64(kept)}},
		{`DELETE FROM credential WHERE person_id = $1`, []any{int64(gone)}},
		{`DELETE FROM web_session WHERE person_id = $1`, []any{int64(gone)}},
		{`UPDATE login_link SET used_at = $2 WHERE person_id = $1 AND used_at IS NULL`, []any{int64(gone), now}},
		{`UPDATE role_grant SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL`, []any{int64(gone), now}},
		{`UPDATE identity SET email = '', email_key = 'merged-' || person_id, version = version + 1 WHERE person_id = $1`, []any{int64(gone)}},
	} {
		if _, err := s.q.ExecContext(ctx, c.query, c.args...); err != nil {
			return fmt.Errorf("merge: %w", err)
		}
	}
	return nil
}
