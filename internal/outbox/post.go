package outbox

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// State of a letter. It ends in one of sent, handed, failed and withdrawn; a
// failed one may still be handed over.
type State string

// The states of a letter.
const (
	Queued    State = "queued"
	Sent      State = "sent"      // by mail
	Handed    State = "handed"    // on paper or by word of mouth
	Failed    State = "failed"    // mail gave up
	Withdrawn State = "withdrawn" // it no longer makes sense
)

// Post is a letter with all that is needed to write and send it.
type Post struct {
	ID         int64
	To         people.ID `db:"person_id"`
	Kind       string
	Lang       string
	Vals       pg.JSON[map[string]any]
	Link       int64 `db:"link_id"` // 0: none
	Attachment string
	State      State
	QueuedAt   time.Time `db:"queued_at"`
	Attempts   int
	SentAt     *time.Time `db:"sent_at"` // or handed over
	Problem    string
	StrippedAt *time.Time `db:"stripped_at"` // when its contents went; nil: they are here

	GivenName  string `db:"given_name"`
	FamilyName string `db:"family_name"`
	Email      string // where it goes; empty when the person has none any more
	Org        string
	Contact    string // of the organisation
	Zone       string // of the line that it is about, else the organisation's
	LinkLives  bool   `db:"link_lives"` // the link can still be used
	HandedBy   string `db:"handed_by"`  // name
}

// A letter that is still to go out is withdrawn as soon as its link was used,
// replaced or ran out.
const stateNow = `CASE WHEN l.state IN ('queued', 'failed') AND k.id IS NOT NULL AND NOT (k.used_at IS NULL AND k.expires_at > abilita_now()) THEN 'withdrawn' ELSE l.state END`

// A letter that proves a new address goes to that address, and one that tells
// of a change goes to the old one (SendTo).
const postColumns = `l.id, l.person_id, l.kind, l.lang, l.vals, coalesce(l.link_id, 0) AS link_id, l.attachment, ` + stateNow + ` AS state, l.queued_at, l.attempts, l.sent_at, l.problem, l.stripped_at,
		coalesce(i.given_name, '') AS given_name, coalesce(i.family_name, '') AS family_name,
		CASE WHEN k.purpose = 'address' THEN k.address ELSE coalesce(nullif(l.vals ->> 'SendTo', ''), i.email, '') END AS email,
		coalesce(o.name, '') AS org, coalesce(o.contact, '') AS contact,
		coalesce(l.vals ->> 'Zone', (SELECT zone FROM line WHERE name = l.vals ->> 'Line' ORDER BY id LIMIT 1),
			(SELECT n.zone FROM enrolment e JOIN line n ON n.id = e.line_id WHERE e.person_id = l.person_id ORDER BY e.id DESC LIMIT 1), o.zone, 'Europe/Rome') AS zone,
		k.id IS NOT NULL AND k.used_at IS NULL AND k.expires_at > abilita_now() AS link_lives,
		coalesce(trim(h.given_name || ' ' || h.family_name), '') AS handed_by
	FROM letter l LEFT JOIN identity i ON i.person_id = l.person_id LEFT JOIN identity h ON h.person_id = l.handed_by
	LEFT JOIN organisation o ON true LEFT JOIN login_link k ON k.id = l.link_id`

// lease is how long a sender may take before another takes the letter over.
const lease = 2 * time.Minute

// Claim takes the next letter that is due, for the length of the lease. No two
// senders hold the same one; ok is false when nothing is due.
func Claim(ctx context.Context, q pg.Q, now time.Time) (p Post, ok bool, err error) {
	const claim = `UPDATE letter SET locked_until = $2, attempts = attempts + 1 WHERE id = (
			SELECT id FROM letter WHERE state = 'queued' AND next_try_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)
			ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`
	var ids []int64
	if err := q.SelectContext(ctx, &ids, claim, now, now.Add(lease)); err != nil || len(ids) == 0 {
		return p, false, err
	}
	err = q.GetContext(ctx, &p, `SELECT `+postColumns+` WHERE l.id = $1`, ids[0])
	return p, err == nil, err
}

// Settle ends a claimed letter: sent, failed or withdrawn.
func Settle(ctx context.Context, q pg.Q, id int64, to State, problem string, now time.Time) error {
	_, err := q.ExecContext(ctx, `UPDATE letter SET state = $2, problem = $3, locked_until = NULL, sent_at = CASE WHEN $2 = 'sent' THEN $4 ELSE sent_at END
		WHERE id = $1 AND state = 'queued'`, id, string(to), problem, now)
	return err
}

// Later puts a claimed letter back for another try.
func Later(ctx context.Context, q pg.Q, id int64, problem string, next time.Time) error {
	_, err := q.ExecContext(ctx, `UPDATE letter SET next_try_at = $3, problem = $2, locked_until = NULL WHERE id = $1 AND state = 'queued'`, id, problem, next)
	return err
}

// Reader is who looks through letters: how far they reach and which roles are
// stronger than theirs.
type Reader struct {
	Reach    people.Reach
	Stronger []string
}

// seen limits a query on letters to what a reader may see: letters to people of
// their lines, and none with a living link to somebody who holds a stronger
// role or answers for more than the reader does, for the link lets in as them.
const seen = ` AND ($1 OR EXISTS (SELECT 1 FROM application a WHERE a.person_id = l.person_id AND a.line_id = any($2))
		OR EXISTS (SELECT 1 FROM role_grant g LEFT JOIN cohort c ON g.scope = 'cohort' AND c.id = g.scope_id WHERE g.person_id = l.person_id AND g.ended_at IS NULL
			AND (g.scope = 'line' AND g.scope_id = any($2) OR c.line_id = any($2))))
	AND NOT (l.link_id IS NOT NULL AND EXISTS (SELECT 1 FROM role_grant g LEFT JOIN cohort c ON g.scope = 'cohort' AND c.id = g.scope_id
		WHERE g.person_id = l.person_id AND g.ended_at IS NULL AND (g.role = any($3)
			OR NOT $1 AND g.role <> 'volunteer' AND NOT (g.scope = 'line' AND g.scope_id = any($2) OR coalesce(c.line_id = any($2), false)))))`

// List lists the letters in the given states that a reader may see, the oldest
// first, after the one with the id after.
func List(ctx context.Context, q pg.Q, r Reader, states []State, after int64, limit int) ([]Post, error) {
	var list []Post
	err := q.SelectContext(ctx, &list, `SELECT `+postColumns+` WHERE `+stateNow+` = any($4) AND l.id > $5`+seen+` ORDER BY l.id LIMIT $6`,
		r.Reach.All, r.Reach.Lines, r.Stronger, words(states), after, limit)
	return list, pg.Map(err, nil, nil)
}

// Counts counts the letters that a reader may see by state.
func Counts(ctx context.Context, q pg.Q, r Reader) (map[State]int, error) {
	var rows []struct {
		State State
		N     int
	}
	err := q.SelectContext(ctx, &rows, `SELECT `+stateNow+` AS state, count(*) AS n FROM letter l LEFT JOIN login_link k ON k.id = l.link_id WHERE true`+seen+` GROUP BY 1`, r.Reach.All, r.Reach.Lines, r.Stronger)
	n := map[State]int{}
	for _, row := range rows {
		n[row.State] = row.N
	}
	return n, pg.Map(err, nil, nil)
}

// Read opens a letter for a reader; ErrNoLetter when they may not see it.
func Read(ctx context.Context, q pg.Q, r Reader, id int64) (Post, error) {
	var p Post
	err := q.GetContext(ctx, &p, `SELECT `+postColumns+` WHERE l.id = $4`+seen, r.Reach.All, r.Reach.Lines, r.Stronger, id)
	return p, pg.Map(err, ErrNoLetter, nil)
}

// HandOver notes that somebody gave the letter to the person. Only one that is
// queued or that mail gave up on can be handed over.
func HandOver(ctx context.Context, q pg.Q, id int64, by people.ID, now time.Time) error {
	res, err := q.ExecContext(ctx, `UPDATE letter SET state = 'handed', sent_at = $3, handed_by = nullif($2, 0), locked_until = NULL
		WHERE id = $1 AND state IN ('queued', 'failed')`, id, int64(by), now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNotQueued
	}
	return nil
}

// Again queues a person's failed letters anew, after their address was mended.
func Again(ctx context.Context, q pg.Q, to people.ID, now time.Time) error {
	_, err := q.ExecContext(ctx, `UPDATE letter SET state = 'queued', problem = '', queued_at = $2, next_try_at = $2, attempts = 0 WHERE person_id = $1 AND state = 'failed'`, int64(to), now)
	return err
}

// WithdrawAll withdraws what is still to be sent to a person.
func WithdrawAll(ctx context.Context, q pg.Q, to people.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE letter SET state = 'withdrawn', locked_until = NULL WHERE person_id = $1 AND state IN ('queued', 'failed')`, int64(to))
	return err
}

func words(states []State) []string {
	out := make([]string, len(states))
	for i, s := range states {
		out[i] = string(s)
	}
	return out
}
