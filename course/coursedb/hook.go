package coursedb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// What webhooks tell about a certificate.
const (
	HookGranted   = "granted"
	HookSuspended = "suspended"
	HookRestored  = "restored"
	HookRevoked   = "revoked"
	HookExpired   = "expired"
)

// news is one thing to tell: about a certificate, or about all of a person.
type news struct {
	kind        string
	certificate int64
	person      people.ID // when certificate is 0
}

// announcements are what changes of facts mean for certificates, each once.
type announcements []news

func (a *announcements) tell(n news) {
	if !slices.Contains(*a, n) {
		*a = append(*a, n)
	}
}

func (a *announcements) added(who people.ID, kind gate.Kind, ref int64) {
	switch kind {
	case gate.Certificate:
		a.tell(news{kind: HookGranted, certificate: ref})
	case gate.CertificateSuspension:
		a.tell(news{kind: HookSuspended, certificate: ref})
	case gate.CertificateRevocation:
		a.tell(news{kind: HookRevoked, certificate: ref})
	case gate.Suspension:
		a.tell(news{kind: HookSuspended, person: who})
	default:
	}
}

func (a *announcements) closed(who people.ID, kind gate.Kind, ref int64) {
	switch kind {
	case gate.CertificateSuspension:
		a.tell(news{kind: HookRestored, certificate: ref})
	case gate.Suspension:
		a.tell(news{kind: HookRestored, person: who})
	default:
	}
}

// announce queues what there is to tell, in the transaction of the change.
func (s Store) announce(ctx context.Context, r Recorded, list announcements) error {
	for _, n := range list {
		certificates := []int64{n.certificate}
		if n.certificate == 0 {
			certificates = nil
			const inForce = `SELECT DISTINCT ref_id FROM gate_fact WHERE person_id = $1 AND kind = 'certificate' AND closed_at IS NULL AND (valid_until IS NULL OR valid_until > $2) ORDER BY 1`
			if err := s.q.SelectContext(ctx, &certificates, inForce, int64(n.person), r.At); err != nil {
				return fmt.Errorf("certificates to tell about: %w", err)
			}
		}
		if err := s.QueueHooks(ctx, n.kind, certificates, r.Version, r.At); err != nil {
			return err
		}
	}
	return nil
}

// QueueHooks queues one delivery for each certificate and endpoint that is told
// about its line. Whoever ends an endpoint meanwhile waits, and drops it with the
// others.
func (s Store) QueueHooks(ctx context.Context, kind string, certificates []int64, version int64, at time.Time) error {
	const query = `INSERT INTO hook_delivery (endpoint_id, message, kind, certificate_id, running_contact, version, at, next_try_at)
		SELECT e.id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), $1, c.id, l.running_contact, $2, $3, $3
		FROM certificate c JOIN line l ON l.id = c.line_id JOIN hook_endpoint e ON e.ended_at IS NULL AND e.disabled_at IS NULL AND (cardinality(e.lines) = 0 OR c.line_id = any(e.lines))
		WHERE c.id = any($4) ORDER BY e.id, c.id FOR SHARE OF e`
	if len(certificates) == 0 {
		return nil
	}
	_, err := s.q.ExecContext(ctx, query, kind, version, at, certificates)
	return pg.Map(err, nil, nil)
}

// Version is the version of the gate now.
func (s Store) Version(ctx context.Context) (version int64, err error) {
	err = s.q.GetContext(ctx, &version, `SELECT version FROM gate_version`)
	return version, pg.Map(err, nil, nil)
}

// HookEndpoint is an address that is told.
type HookEndpoint struct {
	ID           int64
	URL          string
	Lines        pq.StringArray // codes; empty: every line
	MadeAt       time.Time      `db:"made_at"`
	EndedAt      *time.Time     `db:"ended_at"`
	FailingSince *time.Time     `db:"failing_since"`
	DisabledAt   *time.Time     `db:"disabled_at"`
	Waiting      int            // deliveries still to send
	SentAt       *time.Time     `db:"sent_at"` // the last success
	Problem      string         // of the last failure, while it fails
}

// HookEndpoints lists the endpoints, the newest first.
func (s Store) HookEndpoints(ctx context.Context) ([]HookEndpoint, error) {
	var list []HookEndpoint
	err := s.q.SelectContext(ctx, &list, `SELECT e.id, e.url, ARRAY(SELECT l.code FROM line l WHERE l.id = any(e.lines) ORDER BY l.code) AS lines, e.made_at, e.ended_at, e.failing_since, e.disabled_at,
			(SELECT count(*) FROM hook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'queued') AS waiting,
			(SELECT max(settled_at) FROM hook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'sent') AS sent_at,
			CASE WHEN e.failing_since IS NULL THEN '' ELSE coalesce((SELECT problem FROM hook_delivery d WHERE d.endpoint_id = e.id AND problem <> '' ORDER BY id DESC LIMIT 1), '') END AS problem
		FROM hook_endpoint e ORDER BY e.id DESC`)
	return list, pg.Map(err, nil, nil)
}

// AddHookEndpoint stores an endpoint.
func (s Store) AddHookEndpoint(ctx context.Context, url string, lines []int64, nonce []byte, by int64, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO hook_endpoint (url, lines, nonce, made_by, made_at) VALUES ($1, $2, $3, nullif($4, 0), $5) RETURNING id`, url, lines, nonce, by, now)
	return id, pg.Map(err, nil, nil)
}

// EndHookEndpoint ends an endpoint; what waits for it is dropped.
func (s Store) EndHookEndpoint(ctx context.Context, id int64, now time.Time) error {
	res, err := s.q.ExecContext(ctx, `UPDATE hook_endpoint SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, id, now)
	if err != nil {
		return pg.Map(err, nil, nil)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNotFound
	}
	return s.dropHooks(ctx, id, now)
}

func (s Store) dropHooks(ctx context.Context, endpoint int64, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE hook_delivery SET state = 'failed', settled_at = $2 WHERE endpoint_id = $1 AND state = 'queued'`, endpoint, now)
	return pg.Map(err, nil, nil)
}

// ResumeHookEndpoint tells an endpoint again that was disabled; what happened
// meanwhile is not told.
func (s Store) ResumeHookEndpoint(ctx context.Context, id int64) error {
	res, err := s.q.ExecContext(ctx, `UPDATE hook_endpoint SET disabled_at = NULL, failing_since = NULL WHERE id = $1 AND ended_at IS NULL AND disabled_at IS NOT NULL`, id)
	if err != nil {
		return pg.Map(err, nil, nil)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNotFound
	}
	return nil
}

// HookDelivery is one thing to tell one endpoint. Nobody is named in it.
type HookDelivery struct {
	ID           int64
	Endpoint     int64 `db:"endpoint_id"`
	URL          string
	Nonce        []byte
	Message      string
	Kind         string
	Certificate  string // public number
	Agent        string
	Line         string
	Channels     pq.StringArray
	Running      string `db:"running_contact"`
	Version      int64
	At           time.Time
	Attempts     int
	FailingSince *time.Time `db:"failing_since"`
}

// ClaimHook takes the next delivery that is due, until the instant. No two take
// the same; ok is false when nothing is due.
func (s Store) ClaimHook(ctx context.Context, now, until time.Time) (d HookDelivery, ok bool, err error) {
	const claim = `UPDATE hook_delivery SET locked_until = $2, attempts = attempts + 1 WHERE id = (
			SELECT id FROM hook_delivery WHERE state = 'queued' AND next_try_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)
			ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`
	var ids []int64
	if err := s.q.SelectContext(ctx, &ids, claim, now, until); err != nil || len(ids) == 0 {
		return d, false, pg.Map(err, nil, nil)
	}
	err = s.q.GetContext(ctx, &d, `SELECT d.id, d.endpoint_id, e.url, e.nonce, d.message, d.kind, c.number AS certificate, coalesce(p.number, '') AS agent, l.code AS line, c.channels, d.running_contact,
			d.version, d.at, d.attempts, e.failing_since
		FROM hook_delivery d JOIN hook_endpoint e ON e.id = d.endpoint_id JOIN certificate c ON c.id = d.certificate_id JOIN person p ON p.id = c.person_id JOIN line l ON l.id = c.line_id
		WHERE d.id = $1`, ids[0])
	return d, err == nil, pg.Map(err, ErrNotFound, nil)
}

// SentHook settles a delivery that was taken.
func (s Store) SentHook(ctx context.Context, d HookDelivery, now time.Time) error {
	if _, err := s.q.ExecContext(ctx, `UPDATE hook_delivery SET state = 'sent', settled_at = $2, locked_until = NULL, problem = '' WHERE id = $1`, d.ID, now); err != nil {
		return pg.Map(err, nil, nil)
	}
	_, err := s.q.ExecContext(ctx, `UPDATE hook_endpoint SET failing_since = NULL WHERE id = $1 AND disabled_at IS NULL`, d.Endpoint)
	return pg.Map(err, nil, nil)
}

// FailHook notes a failure: it is tried again at next, or never when next is
// zero. With disable the endpoint is told no more, and what waits is dropped.
func (s Store) FailHook(ctx context.Context, d HookDelivery, problem string, next time.Time, disable bool, now time.Time) error {
	const again = `UPDATE hook_delivery SET problem = $2, next_try_at = $3, locked_until = NULL WHERE id = $1 AND state = 'queued'`
	const never = `UPDATE hook_delivery SET problem = $2, state = 'failed', settled_at = $3, locked_until = NULL WHERE id = $1 AND state = 'queued'`
	var err error
	if next.IsZero() {
		_, err = s.q.ExecContext(ctx, never, d.ID, problem, now)
	} else {
		_, err = s.q.ExecContext(ctx, again, d.ID, problem, next)
	}
	if err != nil {
		return pg.Map(err, nil, nil)
	}
	if _, err := s.q.ExecContext(ctx, `UPDATE hook_endpoint SET failing_since = coalesce(failing_since, $2), disabled_at = CASE WHEN $3 THEN coalesce(disabled_at, $2) ELSE disabled_at END WHERE id = $1`,
		d.Endpoint, now, disable); err != nil || !disable {
		return pg.Map(err, nil, nil)
	}
	return s.dropHooks(ctx, d.Endpoint, now)
}

// ForgetHooks deletes deliveries that were settled by the cutoff.
func (s Store) ForgetHooks(ctx context.Context, cutoff time.Time) error {
	_, err := s.q.ExecContext(ctx, `DELETE FROM hook_delivery WHERE state <> 'queued' AND settled_at <= $1`, cutoff)
	return pg.Map(err, nil, nil)
}
