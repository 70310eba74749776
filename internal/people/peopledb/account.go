// Package peopledb is the SQL of people: identity, ways in, roles, applications
// and the register.
package peopledb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Store reads and writes through one Q, usually a transaction.
type Store struct{ q pg.Q }

// New makes a store on q.
func New(q pg.Q) Store { return Store{q} }

// Faults of people.
var (
	ErrNoPerson   = fault.New(fault.NotFound, "fault.not_found")
	ErrEmailTaken = fault.New(fault.Conflict, "people.email_taken")
	ErrChanged    = fault.New(fault.Conflict, "fault.changed_meanwhile")
	ErrNoLink     = fault.New(fault.NotFound, "account.link_unknown")
)

// EmailKey is the form in which two spellings of an address are the same.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Session is what one request finds out about the browser behind it.
type Session struct {
	people.Visit
	SeenAt time.Time // zero when nobody is signed in
}

// Idle times of a session; the absolute end is in its row.
const (
	IdleVolunteer = 24 * time.Hour
	IdleStaff     = time.Hour
)

// grantsHeld are the roles that a person p holds at the instant c.now.
const grantsHeld = `(SELECT jsonb_agg(jsonb_build_object('Role', g.role, 'Scope', g.scope, 'ID', g.scope_id))
	FROM role_grant g WHERE g.person_id = p.id AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > c.now))`

// Actor is a person with the roles that they hold now; ErrNoPerson when the
// record was erased or joined to another.
func (s Store) Actor(ctx context.Context, who people.ID) (people.Actor, error) {
	const query = `SELECT coalesce(p.number, '') AS number, i.given_name, i.lang, ` + grantsHeld + ` AS grants
		FROM (SELECT abilita_now() AS now) c CROSS JOIN person p JOIN identity i ON i.person_id = p.id
		WHERE p.id = $1 AND p.erased_at IS NULL AND p.merged_into IS NULL`
	var r struct {
		Number    string
		GivenName string `db:"given_name"`
		Lang      string
		Grants    pg.JSON[[]people.Grant]
	}
	if err := s.q.GetContext(ctx, &r, query, int64(who)); err != nil {
		return people.Actor{}, pg.Map(err, ErrNoPerson, nil)
	}
	return people.Actor{ID: who, Number: r.Number, Name: r.GivenName, Lang: r.Lang, Grants: r.Grants.V}, nil
}

// HoldActor is Actor with the record held until the transaction is over: whoever
// takes a role away or erases the record waits, or has done so already.
func (s Store) HoldActor(ctx context.Context, who people.ID) (people.Actor, error) {
	var held int64
	if err := s.q.GetContext(ctx, &held, `SELECT id FROM person WHERE id = $1 FOR SHARE`, int64(who)); err != nil {
		return people.Actor{}, pg.Map(err, ErrNoPerson, nil)
	}
	return s.Actor(ctx, who) // a statement of its own sees what was committed before the lock was given
}

// Visit finds out in one statement who is behind a token's hash and what every
// page shows. An unknown, ended or idle session leaves the zero Actor.
func (s Store) Visit(ctx context.Context, tokenHash []byte) (Session, error) {
	const query = `SELECT c.now, coalesce(o.name, '') AS org, coalesce(o.zone, 'Europe/Rome') AS zone, coalesce(d.kind, '') = 'demo' AS demo,
			coalesce((SELECT taken_at FROM backup_run ORDER BY id DESC LIMIT 1), d.created_at, c.now) AS last_backup,
			coalesce(s.person_id, 0) AS person_id, coalesce(p.number, '') AS number, coalesce(i.given_name, '') AS given_name, coalesce(i.lang, '') AS lang, s.seen_at,
			` + grantsHeld + ` AS grants,
			EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id = s.person_id AND f.kind = 'certificate' AND f.closed_at IS NULL) AS works
		FROM (SELECT abilita_now() AS now) c LEFT JOIN organisation o ON true LEFT JOIN deployment d ON true
		LEFT JOIN web_session s ON s.token_hash = $1 AND c.now < s.ends_at
			AND c.now < s.seen_at + make_interval(secs => CASE WHEN s.staff THEN $2 ELSE $3 END::float8)
		LEFT JOIN person p ON p.id = s.person_id LEFT JOIN identity i ON i.person_id = s.person_id`
	var r struct {
		Now       time.Time
		Org, Zone string
		Demo      bool
		Backup    time.Time `db:"last_backup"`
		PersonID  int64     `db:"person_id"`
		Number    string
		GivenName string `db:"given_name"`
		Lang      string
		SeenAt    *time.Time `db:"seen_at"`
		Grants    pg.JSON[[]people.Grant]
		Works     bool
	}
	err := s.q.GetContext(ctx, &r, query, tokenHash, int(IdleStaff.Seconds()), int(IdleVolunteer.Seconds()))
	if err != nil {
		return Session{}, pg.Map(err, nil, nil)
	}
	v := Session{Visit: people.Visit{Org: r.Org, Zone: r.Zone, Demo: r.Demo, Works: r.Works, Now: r.Now.UTC(), LastBackup: r.Backup.UTC()}}
	if r.PersonID != 0 {
		v.Actor = people.Actor{ID: people.ID(r.PersonID), Number: r.Number, Name: r.GivenName, Lang: r.Lang, Grants: r.Grants.V}
		v.SeenAt = *r.SeenAt
	}
	return v, nil
}

// Touch notes that the session was used.
func (s Store) Touch(ctx context.Context, tokenHash []byte, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE web_session SET seen_at = $2 WHERE token_hash = $1`, tokenHash, now)
	return err
}

// AddSession signs a browser in.
func (s Store) AddSession(ctx context.Context, tokenHash []byte, who people.ID, staff bool, now, ends time.Time, agent string) error {
	const query = `INSERT INTO web_session (token_hash, person_id, staff, made_at, seen_at, ends_at, agent) VALUES ($1, $2, $3, $4, $4, $5, $6)`
	if _, err := s.q.ExecContext(ctx, query, tokenHash, int64(who), staff, now, ends, agent); err != nil {
		return fmt.Errorf("add session: %w", err)
	}
	return nil
}

// DropSession ends one session.
func (s Store) DropSession(ctx context.Context, tokenHash []byte) error {
	_, err := s.q.ExecContext(ctx, `DELETE FROM web_session WHERE token_hash = $1`, tokenHash)
	return err
}

// DropSessions ends every session of a person but the one to keep (nil: all)
// and returns how many ended.
func (s Store) DropSessions(ctx context.Context, who people.ID, keep []byte) (int64, error) {
	res, err := s.q.ExecContext(ctx, `DELETE FROM web_session WHERE person_id = $1 AND token_hash <> coalesce($2::bytea, ''::bytea)`, int64(who), keep)
	if err != nil {
		return 0, fmt.Errorf("drop sessions: %w", err)
	}
	return res.RowsAffected()
}

// CloseSession ends one session of a person by its id.
func (s Store) CloseSession(ctx context.Context, who people.ID, id int64) error {
	res, err := s.q.ExecContext(ctx, `DELETE FROM web_session WHERE person_id = $1 AND id = $2`, int64(who), id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNoPerson
	}
	return nil
}

// OpenSession is one line of "where you are signed in".
type OpenSession struct {
	ID        int64
	TokenHash []byte    `db:"token_hash"`
	MadeAt    time.Time `db:"made_at"`
	SeenAt    time.Time `db:"seen_at"`
	Agent     string
}

// OpenSessions lists a person's sessions, the last used first.
func (s Store) OpenSessions(ctx context.Context, who people.ID) ([]OpenSession, error) {
	var list []OpenSession
	err := s.q.SelectContext(ctx, &list, `SELECT id, token_hash, made_at, seen_at, agent FROM web_session
		WHERE person_id = $1 AND ends_at > abilita_now() ORDER BY seen_at DESC, id DESC`, int64(who))
	return list, err
}

// Credential is what a sign-in is checked against.
type Credential struct {
	Person people.ID
	PHC    string
	Staff  bool
}

// CredentialByEmail finds the password of an address, ErrNoPerson when there is
// none or no password was set yet.
func (s Store) CredentialByEmail(ctx context.Context, email string) (Credential, error) {
	return s.credential(ctx, `i.email_key = $1`, EmailKey(email))
}

// CredentialOf finds a person's password.
func (s Store) CredentialOf(ctx context.Context, who people.ID) (Credential, error) {
	return s.credential(ctx, `i.person_id = $1`, int64(who))
}

func (s Store) credential(ctx context.Context, where string, arg any) (Credential, error) {
	query := `SELECT c.person_id, c.phc, EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = c.person_id
			AND g.ended_at IS NULL AND g.role <> 'volunteer') AS staff
		FROM identity i JOIN credential c ON c.person_id = i.person_id WHERE ` + where
	var r struct {
		PersonID int64 `db:"person_id"`
		PHC      string
		Staff    bool
	}
	if err := s.q.GetContext(ctx, &r, query, arg); err != nil {
		return Credential{}, pg.Map(err, ErrNoPerson, nil)
	}
	return Credential{Person: people.ID(r.PersonID), PHC: r.PHC, Staff: r.Staff}, nil
}

// SetPassword stores the hash of a new password.
func (s Store) SetPassword(ctx context.Context, who people.ID, phc string, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO credential (person_id, phc, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (person_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at`, int64(who), phc, now)
	return err
}

// Failures counts wrong secrets under a key within the window that began last.
func (s Store) Failures(ctx context.Context, keys []string, window time.Duration) (int, error) {
	var n int
	err := s.q.GetContext(ctx, &n, `SELECT coalesce(max(failures), 0) FROM secret_budget
		WHERE key = any($1) AND since > abilita_now() - make_interval(secs => $2::float8)`, keys, window.Seconds())
	return n, err
}

// Fail counts a wrong secret under each key.
func (s Store) Fail(ctx context.Context, keys []string, window time.Duration, now time.Time) error {
	const query = `INSERT INTO secret_budget (key, failures, since) SELECT k, 1, $2 FROM unnest($1::text[]) k ORDER BY k
		ON CONFLICT (key) DO UPDATE SET
			failures = CASE WHEN secret_budget.since > $2 - make_interval(secs => $3::float8) THEN secret_budget.failures + 1 ELSE 1 END,
			since = CASE WHEN secret_budget.since > $2 - make_interval(secs => $3::float8) THEN secret_budget.since ELSE $2 END`
	_, err := s.q.ExecContext(ctx, query, keys, now, window.Seconds())
	return err
}

// Forgive empties the budget of a key after the right secret.
func (s Store) Forgive(ctx context.Context, key string) error {
	_, err := s.q.ExecContext(ctx, `DELETE FROM secret_budget WHERE key = $1`, key)
	return err
}

// Purpose of a login link.
type Purpose string

// The purposes.
const (
	ForSetup   Purpose = "setup"
	ForInvite  Purpose = "invite"
	ForReset   Purpose = "reset"
	ForAddress Purpose = "address"
)

// Link is a way in by letter. Its secret part is a MAC of id and nonce that is
// never stored.
type Link struct {
	ID        int64
	Person    people.ID
	Purpose   Purpose
	Nonce     []byte
	Address   string // for ForAddress: the new address
	ExpiresAt time.Time
	Used      bool
}

// AddLink stores a link and returns its id.
func (s Store) AddLink(ctx context.Context, l Link, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO login_link (person_id, purpose, nonce, address, made_at, expires_at)
		VALUES (nullif($1, 0), $2, $3, $4, $5, $6) RETURNING id`, int64(l.Person), string(l.Purpose), l.Nonce, l.Address, now, l.ExpiresAt)
	return id, err
}

// FindLink reads a link; used or late ones too, the caller decides.
func (s Store) FindLink(ctx context.Context, id int64, lock bool) (Link, error) {
	query := `SELECT id, coalesce(person_id, 0) AS person_id, purpose, nonce, address, expires_at, used_at IS NOT NULL AS used FROM login_link WHERE id = $1`
	if lock {
		query += ` FOR UPDATE`
	}
	var l Link
	var person int64
	var purpose string
	err := s.q.QueryRowxContext(ctx, query, id).Scan(&l.ID, &person, &purpose, &l.Nonce, &l.Address, &l.ExpiresAt, &l.Used)
	l.Person, l.Purpose = people.ID(person), Purpose(purpose)
	return l, pg.Map(err, ErrNoLink, nil)
}

// UseLink spends a link.
func (s Store) UseLink(ctx context.Context, id int64, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE login_link SET used_at = $2 WHERE id = $1`, id, now)
	return err
}

// VoidLinks spends every open link of a person for a purpose, so that only the
// newest letter works.
func (s Store) VoidLinks(ctx context.Context, who people.ID, purpose Purpose, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE login_link SET used_at = $3 WHERE person_id = $1 AND purpose = $2 AND used_at IS NULL`,
		int64(who), string(purpose), now)
	return err
}
