// Package outbox queues letters in the transaction of the act that causes them
// and hands them out one by one, for sending by mail or for a person to print.
// A letter holds values, not text: it is written when it is sent, in the
// reader's language, by internal/mail.
package outbox

import (
	"context"
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
