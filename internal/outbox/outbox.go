// Package outbox queues letters in the transaction of the act that causes them
// and hands them out one by one, for sending by mail or for a person to print.
// A letter holds values, not text: it is written when it is sent, in the
// reader's language, by internal/mail.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Letter is what somebody must be told. Vals are the values of its sentences:
// strings, numbers, and instants in RFC 3339.
type Letter struct {
	To         people.ID
	Kind       string // template: "invitation", "admitted", "session_moved"…
	Lang       string // empty: the reader's language
	Vals       map[string]any
	Link       int64  // login link whose address stands in the letter; 0 none
	Attachment string // an iCalendar text; empty none
}

// Faults of letters.
var (
	ErrNoLetter  = fault.New(fault.NotFound, "fault.not_found")
	ErrNotQueued = fault.New(fault.Conflict, "letter.not_queued")
)

// Queue writes the letter in the caller's transaction.
func Queue(ctx context.Context, q pg.Q, now time.Time, l Letter) error {
	const query = `INSERT INTO letter (person_id, kind, lang, vals, link_id, attachment, queued_at, next_try_at)
		SELECT $1, $2, coalesce(nullif($3, ''), (SELECT lang FROM identity WHERE person_id = $1), 'it'), $4, nullif($5, 0), $6, $7, $7`
	if l.Vals == nil {
		l.Vals = map[string]any{}
	}
	if _, err := q.ExecContext(ctx, query, int64(l.To), l.Kind, l.Lang, pg.AsJSON(l.Vals), l.Link, l.Attachment, now); err != nil {
		return fmt.Errorf("queue letter %s: %w", l.Kind, err)
	}
	return nil
}

// QueueAll writes many letters in the caller's transaction with one statement, in
// their order.
func QueueAll(ctx context.Context, q pg.Q, now time.Time, list []Letter) error {
	if len(list) == 0 {
		return nil
	}
	to, links := make([]int64, len(list)), make([]int64, len(list))
	kinds, langs, vals, attachments := make([]string, len(list)), make([]string, len(list)), make([]string, len(list)), make([]string, len(list))
	for i, l := range list {
		if l.Vals == nil {
			l.Vals = map[string]any{}
		}
		text, err := json.Marshal(l.Vals)
		if err != nil {
			return fmt.Errorf("queue letter %s: %w", l.Kind, err)
		}
		to[i], kinds[i], langs[i], vals[i], links[i], attachments[i] = int64(l.To), l.Kind, l.Lang, string(text), l.Link, l.Attachment
	}
	const query = `INSERT INTO letter (person_id, kind, lang, vals, link_id, attachment, queued_at, next_try_at)
		SELECT u.person, u.kind, coalesce(nullif(u.lang, ''), i.lang, 'it'), u.vals::jsonb, nullif(u.link, 0), u.attachment, $7, $7
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) WITH ORDINALITY u (person, kind, lang, vals, link, attachment, n)
		LEFT JOIN identity i ON i.person_id = u.person ORDER BY u.n`
	if _, err := q.ExecContext(ctx, query, to, kinds, langs, vals, links, attachments, now); err != nil {
		return fmt.Errorf("queue %d letters: %w", len(list), err)
	}
	return nil
}
