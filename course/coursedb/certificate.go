package coursedb

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"abilita/course/cert"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Certificate is the decision that somebody met a programme for a line.
type Certificate struct {
	ID         int64
	Number     string
	Person     people.ID  `db:"person_id"`
	LineID     int64      `db:"line_id"`
	Enrolment  int64      `db:"enrolment_id"`
	ReleaseID  int64      `db:"release_id"`
	Track      cert.Track // of the enrolment
	Extends    int64      `db:"extends_id"` // the certificate that this one adds a channel to; 0: none
	Channels   pq.StringArray
	Level      string
	Review     pg.JSON[[]Met]
	Evaluator  people.ID  `db:"evaluator_id"`
	ProposedAt time.Time  `db:"proposed_at"`
	SignedBy   people.ID  `db:"signed_by"`
	SignedAt   *time.Time `db:"signed_at"`
	ValidFrom  *time.Time `db:"valid_from"`
	ValidUntil *time.Time `db:"valid_until"`
	Version    int
}

// Met is a requirement with the evidence that met it.
type Met struct {
	Requirement string            `json:"requirement"`
	Evidence    []cert.EvidenceID `json:"evidence"`
}

// CertificateEvent is a change in the life of a certificate.
type CertificateEvent struct {
	ID       int64
	Kind     string
	Reason   string
	Words    string
	Level    string     // of a raise
	Channel  string     // of a raise; empty: every channel
	AppealBy *time.Time `db:"appeal_by"`
	Actor    people.ID  `db:"actor_id"`
	Name     string     // of the actor
	At       time.Time
}

const certificateColumns = `c.id, c.number, c.person_id, c.line_id, c.enrolment_id, c.release_id, c.channels, c.level, c.review, coalesce(c.extends_id, 0) AS extends_id,
	(SELECT track FROM enrolment WHERE id = c.enrolment_id) AS track,
	coalesce(c.evaluator_id, 0) AS evaluator_id, c.proposed_at, coalesce(c.signed_by, 0) AS signed_by, c.signed_at, c.valid_from, c.valid_until, c.version`

// Propose stores the proposal for an enrolment, or replaces one that is not
// signed yet.
func (s Store) Propose(ctx context.Context, c Certificate, now time.Time) (int64, error) {
	const query = `INSERT INTO certificate (number, person_id, line_id, enrolment_id, release_id, channels, level, review, evaluator_id, proposed_at, extends_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, 0), $10, nullif($11, 0))
		ON CONFLICT (enrolment_id) WHERE signed_at IS NULL DO UPDATE SET release_id = excluded.release_id, channels = excluded.channels, level = excluded.level,
			review = excluded.review, evaluator_id = excluded.evaluator_id, extends_id = excluded.extends_id, version = certificate.version + 1
		RETURNING id`
	var id int64
	err := s.q.GetContext(ctx, &id, query, c.Number, int64(c.Person), c.LineID, c.Enrolment, c.ReleaseID, []string(c.Channels), c.Level, c.Review, int64(c.Evaluator), now, c.Extends)
	if err != nil {
		return 0, fmt.Errorf("propose certificate: %w", err)
	}
	return id, nil
}

// Unpropose takes an unsigned proposal back: a correction undid what it stood on.
func (s Store) Unpropose(ctx context.Context, enrolment int64) error {
	_, err := s.q.ExecContext(ctx, `DELETE FROM certificate WHERE enrolment_id = $1 AND signed_at IS NULL`, enrolment)
	return err
}

// Certificate reads one; lock takes it.
func (s Store) Certificate(ctx context.Context, id int64, lock bool) (Certificate, error) {
	query := `SELECT ` + certificateColumns + ` FROM certificate c WHERE c.id = $1`
	if lock {
		query += ` FOR UPDATE`
	}
	var c Certificate
	err := s.q.GetContext(ctx, &c, query, id)
	return c, pg.Map(err, ErrNotFound, nil)
}

// CertificateByNumber finds one by its public number.
func (s Store) CertificateByNumber(ctx context.Context, number string) (Certificate, error) {
	var c Certificate
	err := s.q.GetContext(ctx, &c, `SELECT `+certificateColumns+` FROM certificate c WHERE c.number = $1 AND c.signed_at IS NOT NULL`, number)
	return c, pg.Map(err, ErrNotFound, nil)
}

// CertificatesOf lists a person's certificates and proposals, the newest first.
func (s Store) CertificatesOf(ctx context.Context, who people.ID) ([]Certificate, error) {
	var list []Certificate
	err := s.q.SelectContext(ctx, &list, `SELECT `+certificateColumns+` FROM certificate c WHERE c.person_id = $1 ORDER BY c.id DESC`, int64(who))
	return list, err
}

// SignedFor tells whether an enrolment has a signed certificate.
func (s Store) SignedFor(ctx context.Context, enrolment int64) (bool, error) {
	var ok bool
	err := s.q.GetContext(ctx, &ok, `SELECT EXISTS (SELECT 1 FROM certificate WHERE enrolment_id = $1 AND signed_at IS NOT NULL)`, enrolment)
	return ok, err
}

// Proposed tells whether an enrolment has a proposal that waits for a signature.
func (s Store) Proposed(ctx context.Context, enrolment int64) (bool, error) {
	var ok bool
	err := s.q.GetContext(ctx, &ok, `SELECT EXISTS (SELECT 1 FROM certificate WHERE enrolment_id = $1 AND signed_at IS NULL)`, enrolment)
	return ok, err
}

// CheckDue is the deadline of the check half way of a certificate that is still to
// be done; the zero time when there is none.
func (s Store) CheckDue(ctx context.Context, c Certificate) (time.Time, error) {
	var at *time.Time
	err := s.q.GetContext(ctx, &at, `SELECT min(valid_from) FROM gate_fact WHERE person_id = $1 AND kind = 'check_due' AND ref_id = $2 AND closed_at IS NULL`, int64(c.Person), c.ID)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return at.UTC(), nil
}

// ProposalRow is a certificate that waits for a signature.
type ProposalRow struct {
	ID         int64
	Person     people.ID `db:"person_id"`
	Number     string    // of the person
	GivenName  string    `db:"given_name"`
	FamilyName string    `db:"family_name"`
	LineName   string    `db:"line_name"`
	ProposedAt time.Time `db:"proposed_at"`
}

// Proposals lists what waits for a signature in reach, the oldest first.
func (s Store) Proposals(ctx context.Context, reach people.Reach) ([]ProposalRow, error) {
	var list []ProposalRow
	err := s.q.SelectContext(ctx, &list, `SELECT c.id, c.person_id, coalesce(p.number, '') AS number, i.given_name, i.family_name, l.name AS line_name, c.proposed_at
		FROM certificate c JOIN person p ON p.id = c.person_id JOIN identity i ON i.person_id = c.person_id JOIN line l ON l.id = c.line_id
		WHERE c.signed_at IS NULL AND ($1 OR c.line_id = any($2)) ORDER BY c.id LIMIT 200`, reach.All, reach.Lines)
	return list, err
}

// Sign writes signature and interval if nobody did since c.Version.
func (s Store) Sign(ctx context.Context, c Certificate, by people.ID, at, from, until time.Time) error {
	res, err := s.q.ExecContext(ctx, `UPDATE certificate SET signed_by = $2, signed_at = $3, valid_from = $4, valid_until = $5, level = $7, version = version + 1
		WHERE id = $1 AND signed_at IS NULL AND version = $6`, c.ID, int64(by), at, from, until, c.Version, c.Level)
	if err != nil {
		return fmt.Errorf("sign certificate %d: %w", c.ID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrChanged
	}
	return nil
}

// AddCertificateEvent appends an event.
func (s Store) AddCertificateEvent(ctx context.Context, certificate int64, e CertificateEvent) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO certificate_event (certificate_id, kind, reason, words, level, channel, appeal_by, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		certificate, e.Kind, e.Reason, e.Words, e.Level, e.Channel, e.AppealBy, int64(e.Actor), e.At)
	return err
}

// CertificateEvents lists the events of a certificate, the oldest first.
func (s Store) CertificateEvents(ctx context.Context, certificate int64) ([]CertificateEvent, error) {
	var list []CertificateEvent
	err := s.q.SelectContext(ctx, &list, `SELECT e.id, e.kind, e.reason, e.words, e.level, e.channel, e.appeal_by, e.actor_id, coalesce(i.given_name || ' ' || i.family_name, '') AS name, e.at
		FROM certificate_event e LEFT JOIN identity i ON i.person_id = e.actor_id WHERE e.certificate_id = $1 ORDER BY e.id`, certificate)
	return list, err
}

// StatusAt tells the state of a certificate at an instant from its events.
func (c Certificate) StatusAt(events []CertificateEvent, at time.Time) cert.Status {
	if c.ValidFrom == nil {
		return cert.Proposed
	}
	life := make([]cert.Event, 0, len(events))
	for _, e := range events {
		kind := cert.Valid
		switch e.Kind {
		case "suspended":
			kind = cert.Suspended
		case "revoked":
			kind = cert.Revoked
		case "superseded":
			kind = cert.Superseded
		case "appealed", "upheld", "lifted", "wrong":
			continue // words about a decision; what changes something has an event of its own
		}
		life = append(life, cert.Event{Kind: kind, At: e.At})
	}
	return cert.StatusAt(*c.ValidFrom, *c.ValidUntil, life, at)
}

// LevelAt is the level of a certificate on a channel at an instant, and since
// when.
func (c Certificate) LevelAt(events []CertificateEvent, channel string, at time.Time) (string, time.Time) {
	level, since := c.Level, time.Time{}
	if c.ValidFrom != nil {
		since = *c.ValidFrom
	}
	for _, e := range events {
		if e.Kind == "raised" && !e.At.After(at) && (e.Channel == "" || e.Channel == channel) {
			level, since = e.Level, e.At
		}
	}
	return level, since.UTC()
}

// OpenCertificates lists the signed certificates of a person for a line whose
// gate fact is still open, the newest first.
func (s Store) OpenCertificates(ctx context.Context, who people.ID, line int64) ([]Certificate, error) {
	var list []Certificate
	err := s.q.SelectContext(ctx, &list, `SELECT `+certificateColumns+` FROM certificate c WHERE c.person_id = $1 AND c.line_id = $2 AND c.signed_at IS NOT NULL
		AND EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id = c.person_id AND f.kind = 'certificate' AND f.ref_id = c.id AND f.closed_at IS NULL) ORDER BY c.id DESC`,
		int64(who), line)
	return list, err
}

// HasSigned tells whether a person ever had a signed certificate.
func (s Store) HasSigned(ctx context.Context, who people.ID) (bool, error) {
	var yes bool
	err := s.q.GetContext(ctx, &yes, `SELECT EXISTS (SELECT 1 FROM certificate WHERE person_id = $1 AND signed_at IS NOT NULL)`, int64(who))
	return yes, err
}
