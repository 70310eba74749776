package coursedb

import (
	"context"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Appeal is the wish for a review of a suspension or revocation, with the
// decision it is about and, later, its outcome.
type Appeal struct {
	ID          int64
	Person      people.ID `db:"person_id"`
	Number      string    // of the person
	GivenName   string    `db:"given_name"`
	FamilyName  string    `db:"family_name"`
	LineID      int64     `db:"line_id"`
	LineName    string    `db:"line_name"`
	Zone        string
	Certificate int64      `db:"certificate_id"` // 0: about the person as a whole
	Stop        int64      `db:"stop_id"`        // the event that is appealed
	StopKind    string     `db:"stop_kind"`      // suspended, revoked
	StopReason  string     `db:"stop_reason"`
	StopWords   string     `db:"stop_words"`
	StopBy      people.ID  `db:"stop_by"`
	StopName    string     `db:"stop_name"`
	StopAt      time.Time  `db:"stop_at"`
	Words       string     // of who asks
	AskedAt     time.Time  `db:"asked_at"`
	Until       time.Time  // until when it could be asked for
	Outcome     string     // upheld, lifted, wrong, moot; "" while it is open
	Reason      string     // of the outcome
	DecidedBy   people.ID  `db:"decided_by"`
	DecidedName string     `db:"decided_name"`
	DecidedAt   *time.Time `db:"decided_at"`
}

// ErrAppealed says that a review of the same decision was asked for before.
var ErrAppealed = fault.New(fault.Conflict, "appeal.asked_already")

var appealMeanings = map[string]error{"appeal_certificate_event_key": ErrAppealed, "appeal_person_event_key": ErrAppealed}

const appealQuery = `SELECT a.id, a.person_id, coalesce(p.number, '') AS number, coalesce(i.given_name, '') AS given_name, coalesce(i.family_name, '') AS family_name,
		a.line_id, l.name AS line_name, l.zone, coalesce(e.certificate_id, 0) AS certificate_id, coalesce(e.id, v.id) AS stop_id, coalesce(e.kind, v.kind) AS stop_kind,
		coalesce(e.reason, v.reason) AS stop_reason, coalesce(e.words, v.words) AS stop_words, coalesce(e.actor_id, v.actor_id) AS stop_by,
		coalesce(s.given_name || ' ' || s.family_name, '') AS stop_name, coalesce(e.at, v.at) AS stop_at, a.words, a.asked_at, a.until, coalesce(a.outcome, '') AS outcome,
		a.reason, coalesce(a.decided_by, 0) AS decided_by, coalesce(d.given_name || ' ' || d.family_name, '') AS decided_name, a.decided_at
	FROM appeal a JOIN person p ON p.id = a.person_id JOIN line l ON l.id = a.line_id
	LEFT JOIN certificate_event e ON e.id = a.certificate_event_id LEFT JOIN person_event v ON v.id = a.person_event_id
	LEFT JOIN identity i ON i.person_id = a.person_id LEFT JOIN identity s ON s.person_id = coalesce(e.actor_id, v.actor_id) LEFT JOIN identity d ON d.person_id = a.decided_by `

// AddAppeal stores a new appeal: person, line, words, the certificate (0: the
// person as a whole), the event it is about and the two instants count.
func (s Store) AddAppeal(ctx context.Context, a Appeal) (int64, error) {
	var onPaper, onPerson *int64
	if a.Certificate != 0 {
		onPaper = &a.Stop
	} else {
		onPerson = &a.Stop
	}
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO appeal (person_id, line_id, certificate_event_id, person_event_id, words, asked_at, until)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`, int64(a.Person), a.LineID, onPaper, onPerson, a.Words, a.AskedAt, a.Until)
	return id, pg.Map(err, nil, appealMeanings)
}

// Appeal reads one. Whoever decides holds the lock of its person.
func (s Store) Appeal(ctx context.Context, id int64) (Appeal, error) {
	var a Appeal
	err := s.q.GetContext(ctx, &a, appealQuery+`WHERE a.id = $1`, id)
	return a, pg.Map(err, ErrNotFound, nil)
}

// AppealsOf lists a person's appeals, the oldest first.
func (s Store) AppealsOf(ctx context.Context, who people.ID) ([]Appeal, error) {
	var list []Appeal
	err := s.q.SelectContext(ctx, &list, appealQuery+`WHERE a.person_id = $1 ORDER BY a.id`, int64(who))
	return list, err
}

// Appeals lists what was asked for in reach: what is open, the oldest first, and
// then what was decided, the newest first. Erased people are left out.
func (s Store) Appeals(ctx context.Context, reach people.Reach) ([]Appeal, error) {
	var list []Appeal
	err := s.q.SelectContext(ctx, &list, appealQuery+`WHERE p.erased_at IS NULL AND ($1 OR a.line_id = any($2))
		ORDER BY a.decided_at DESC NULLS FIRST, a.id LIMIT 200`, reach.All, reach.Lines)
	return list, err
}

// OpenAppeals counts what waits for a decision in reach.
func (s Store) OpenAppeals(ctx context.Context, reach people.Reach) (int, error) {
	var n int
	err := s.q.GetContext(ctx, &n, `SELECT count(*) FROM appeal a JOIN person p ON p.id = a.person_id
		WHERE a.decided_at IS NULL AND p.erased_at IS NULL AND ($1 OR a.line_id = any($2))`, reach.All, reach.Lines)
	return n, err
}

// DecideAppeal writes an outcome, once.
func (s Store) DecideAppeal(ctx context.Context, id int64, outcome, reason string, by people.ID, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE appeal SET outcome = $2, reason = $3, decided_by = $4, decided_at = $5 WHERE id = $1`, id, outcome, reason, int64(by), now)
	return pg.Map(err, nil, nil)
}
