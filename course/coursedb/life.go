package coursedb

import (
	"context"
	"fmt"
	"time"

	"abilita/course/cert"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Contact is one that was taken; nothing of the caller is kept.
type Contact struct {
	ID        int64
	Person    people.ID `db:"person_id"`
	Line      int64     `db:"line_id"`
	Channel   string
	At        time.Time
	Minutes   int       // 0: not said
	EnteredBy people.ID `db:"entered_by"` // 0: an engine
	Key       int64     `db:"key_id"`     // of the engine, 0: a person
	EngineRef string    `db:"engine_ref"`
	Number    string    // of the person
	Name      string    // of the person
	By        string    // name of who entered it, or of the engine's key
}

const contactColumns = `n.id, n.person_id, n.line_id, n.channel, n.at, n.minutes, coalesce(n.entered_by, 0) AS entered_by, coalesce(n.key_id, 0) AS key_id, n.engine_ref,
	coalesce(p.number, '') AS number, i.given_name || ' ' || i.family_name AS name, coalesce(b.given_name || ' ' || b.family_name, k.name, '') AS by`

const contactFrom = ` FROM contact n JOIN person p ON p.id = n.person_id JOIN identity i ON i.person_id = n.person_id
	LEFT JOIN identity b ON b.person_id = n.entered_by LEFT JOIN gate_key k ON k.id = n.key_id `

// inShift begins the search for the shift on which a person had a place on a
// line; the pair of the two follows, and the instant.
const inShift = `(SELECT min(h.id) FROM shift h JOIN shift_place p ON p.shift_id = h.id AND p.state IN ('booked', 'present') WHERE h.state <> 'cancelled' AND (p.person_id, h.line_id) = `

// AddContact stores a contact, with the shift in which it was taken by somebody
// who had a place on it. It tells false when the engine had said it before.
func (s Store) AddContact(ctx context.Context, c Contact, now time.Time) (bool, error) {
	const query = `INSERT INTO contact (person_id, line_id, channel, at, minutes, entered_by, key_id, engine_ref, recorded_at, shift_id)
		VALUES ($1, $2, $3, $4, $5, nullif($6, 0), nullif($7, 0), $8, $9, ` + inShift + `($1, $2) AND h.starts_at <= $4 AND h.ends_at > $4))
		ON CONFLICT (key_id, engine_ref) WHERE key_id IS NOT NULL DO NOTHING`
	res, err := s.q.ExecContext(ctx, query,
		int64(c.Person), c.Line, c.Channel, c.At, c.Minutes, int64(c.EnteredBy), c.Key, c.EngineRef, now)
	if err != nil {
		return false, fmt.Errorf("add contact: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// ShiftContacts lists the contacts taken in a shift, the oldest first.
func (s Store) ShiftContacts(ctx context.Context, shift int64) ([]Contact, error) {
	var list []Contact
	err := s.q.SelectContext(ctx, &list, `SELECT `+contactColumns+contactFrom+`WHERE n.shift_id = $1 ORDER BY n.at, n.id`, shift)
	return list, err
}

// LineContacts lists the newest contacts of a line.
func (s Store) LineContacts(ctx context.Context, line int64, limit int) ([]Contact, error) {
	var list []Contact
	err := s.q.SelectContext(ctx, &list, `SELECT `+contactColumns+contactFrom+`WHERE n.line_id = $1 ORDER BY n.at DESC, n.id DESC LIMIT $2`, line, limit)
	return list, err
}

// Ledger is what a person did on a line in a month.
type Ledger struct {
	Month    time.Time
	Contacts int
	Minutes  int
}

// LedgerOf sums the contacts of a person on a line by calendar month in the
// line's zone, the newest first.
func (s Store) LedgerOf(ctx context.Context, who people.ID, line int64) ([]Ledger, error) {
	var list []Ledger
	err := s.q.SelectContext(ctx, &list, `SELECT date_trunc('month', n.at AT TIME ZONE l.zone) AT TIME ZONE l.zone AS month, count(*) AS contacts, sum(n.minutes)::int AS minutes
		FROM contact n JOIN line l ON l.id = n.line_id WHERE n.person_id = $1 AND n.line_id = $2 GROUP BY 1 ORDER BY 1 DESC`, int64(who), line)
	return list, err
}

// Heard is a contact that somebody listened to.
type Heard struct {
	ID       int64
	Channel  string
	Observer people.ID `db:"observer_id"`
	By       string    // name of the observer
	At       time.Time
	Good     bool
	Note     string
	SignedAt time.Time `db:"signed_at"`
}

// Observation is what the rule of levels reads of it.
func (h Heard) Observation() cert.Observation {
	return cert.Observation{Observer: h.Observer, At: h.At.UTC(), Good: h.Good}
}

// AddHeard stores an observed contact of a certificate.
func (s Store) AddHeard(ctx context.Context, c Certificate, h Heard) (int64, error) {
	var id int64
	const query = `INSERT INTO observed_contact (certificate_id, person_id, channel, observer_id, at, good, note, signed_at, shift_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ` + inShift + `($2, $9) AND h.starts_at <= $5 AND h.ends_at > $5)) RETURNING id`
	err := s.q.GetContext(ctx, &id, query, c.ID, int64(c.Person), h.Channel, int64(h.Observer), h.At, h.Good, h.Note, h.SignedAt, c.LineID)
	return id, err
}

// HeardOf lists the observed contacts of a certificate, the oldest first.
func (s Store) HeardOf(ctx context.Context, certificate int64) ([]Heard, error) {
	var list []Heard
	err := s.q.SelectContext(ctx, &list, `SELECT o.id, o.channel, o.observer_id, i.given_name || ' ' || i.family_name AS by, o.at, o.good, o.note, o.signed_at
		FROM observed_contact o JOIN identity i ON i.person_id = o.observer_id WHERE o.certificate_id = $1 ORDER BY o.at, o.id`, certificate)
	return list, err
}

// Override is an emergency decision about one person on one line.
type Override struct {
	ID         int64
	Person     people.ID `db:"person_id"`
	Line       int64     `db:"line_id"`
	Reason     string    // code
	Words      string
	GivenBy    people.ID  `db:"given_by"`
	Informed   people.ID  `db:"informed_id"`
	GivenAt    time.Time  `db:"given_at"`
	Until      time.Time  // at the latest
	EndedAt    *time.Time `db:"ended_at"` // taken back before
	Number     string     // of the person
	Name       string     // of the person
	By         string     // name of who gave it
	InformedAs string     `db:"informed_as"` // name of who was told
}

// ErrNoOverride is the answer to an emergency decision that is not there or over.
var ErrNoOverride = fault.New(fault.NotFound, "emergency.none")

const overrideQuery = `SELECT o.id, o.person_id, o.line_id, o.reason, o.words, o.given_by, o.informed_id, o.given_at, o.until, o.ended_at, coalesce(p.number, '') AS number,
		i.given_name || ' ' || i.family_name AS name, g.given_name || ' ' || g.family_name AS by, f.given_name || ' ' || f.family_name AS informed_as
	FROM emergency_override o JOIN person p ON p.id = o.person_id JOIN identity i ON i.person_id = o.person_id
	JOIN identity g ON g.person_id = o.given_by JOIN identity f ON f.person_id = o.informed_id `

// AddOverride stores an emergency decision.
func (s Store) AddOverride(ctx context.Context, o Override) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO emergency_override (person_id, line_id, reason, words, given_by, informed_id, given_at, until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, int64(o.Person), o.Line, o.Reason, o.Words, int64(o.GivenBy), int64(o.Informed), o.GivenAt, o.Until)
	return id, err
}

// Overrides lists the emergency decisions of a line, the newest first.
func (s Store) Overrides(ctx context.Context, line int64, limit int) ([]Override, error) {
	var list []Override
	err := s.q.SelectContext(ctx, &list, overrideQuery+`WHERE o.line_id = $1 ORDER BY o.given_at DESC, o.id DESC LIMIT $2`, line, limit)
	return list, err
}

// Override reads one of a line.
func (s Store) Override(ctx context.Context, line, id int64) (Override, error) {
	var o Override
	err := s.q.GetContext(ctx, &o, overrideQuery+`WHERE o.line_id = $1 AND o.id = $2`, line, id)
	return o, pg.Map(err, ErrNoOverride, nil)
}

// EndOverride takes an emergency decision back; false when it is over already.
func (s Store) EndOverride(ctx context.Context, id int64, by people.ID, now time.Time) (bool, error) {
	res, err := s.q.ExecContext(ctx, `UPDATE emergency_override SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL AND until > $3`, id, int64(by), now)
	if err != nil {
		return false, fmt.Errorf("end override: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
