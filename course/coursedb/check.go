package coursedb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// checkQuery is the gate's one statement: credential, line, person, version, clock
// and facts of one snapshot of the primary, as one row. What is null was not found.
func checkQuery(facts string) string {
	return `SELECT c.now, (SELECT version FROM gate_version), k.id, k.scopes, k.lines, l.id, l.fallback, l.running_contact, l.zone, p.id, ` + facts + `
	FROM abilita_clock c
	LEFT JOIN gate_key k ON k.token_hash = $1 AND k.ended_at IS NULL
	LEFT JOIN line l ON l.code = $2
	LEFT JOIN person p ON p.number = $3`
}

// Check is the prepared statements of the gate: about now, and about the past.
type Check struct{ now, then *sqlx.Stmt }

// PrepareCheck prepares the gate's statements on db, which must reach the primary
// directly.
func PrepareCheck(ctx context.Context, db *pg.DB) (*Check, error) {
	now, err := db.Prepare(ctx, checkQuery(packedNow))
	if err != nil {
		return nil, fmt.Errorf("prepare the gate's check: %w", pg.Map(err, nil, nil))
	}
	then, err := db.Prepare(ctx, checkQuery(packedEver))
	if err != nil {
		return nil, fmt.Errorf("prepare the gate's look back: %w", pg.Map(err, nil, nil))
	}
	return &Check{now: now, then: then}, nil
}

// Checked is what one reading for an engine found.
type Checked struct {
	Asked
	Key      GateKey // zero ID: no such credential
	Line     int64   // 0: no such line
	Fallback string
	Running  string
	Zone     string // of the line
}

// GateKey is the credential of an engine or client.
type GateKey struct {
	ID     int64
	Scopes []string
	Lines  []int64 // empty: every line

	// Name and ActsFor are read by KeyByToken only. ActsFor is in whose name the
	// key acts, and then it has the scope stop alone; 0: nobody's.
	Name    string
	ActsFor people.ID
}

// Scopes of a gate key.
const (
	ScopeCheck = "check"
	ScopeList  = "list"
	ScopeAsOf  = "as-of"
	// ScopeChanges lets an engine follow what changes.
	ScopeChanges = "changes"
	// ScopeLeases lets an engine hold a signed lease, for which a revocation waits.
	ScopeLeases = "leases"
	// ScopeContacts lets an engine say which contacts it carried.
	ScopeContacts = "contacts"
	// ScopeStop lets a client suspend, revoke and restore in the name of the person
	// that the key acts for. It stands alone.
	ScopeStop = "stop"
)

// Allows tells whether the key has the scope.
func (k GateKey) Allows(scope string) bool {
	return slices.Contains(k.Scopes, scope)
}

// Covers tells whether the key may ask about the line.
func (k GateKey) Covers(line int64) bool {
	if len(k.Lines) == 0 {
		return true
	}
	return slices.Contains(k.Lines, line)
}

// Read asks about one agent on one line, about now or, with past, for a question
// about another instant too.
func (c *Check) Read(ctx context.Context, tokenHash []byte, line, agent string, past bool) (Checked, error) {
	stmt := c.now
	if past {
		stmt = c.then
	}
	var (
		out                     Checked
		key, ofLine, person     sql.NullInt64
		scopes                  pq.StringArray
		lines                   pq.Int64Array
		fallback, running, zone sql.NullString
		facts                   sql.NullString
	)
	if err := stmt.QueryRowxContext(ctx, tokenHash, line, agent).Scan(&out.Now, &out.Version, &key, &scopes, &lines, &ofLine, &fallback, &running, &zone, &person, &facts); err != nil {
		return Checked{}, pg.Map(err, nil, nil)
	}
	out.Now, out.Line, out.Fallback, out.Running, out.Zone = out.Now.UTC(), ofLine.Int64, fallback.String, running.String, zone.String
	out.Key = GateKey{ID: key.Int64, Scopes: scopes, Lines: lines}
	out.Facts.Known = person.Valid
	var err error
	out.Facts.List, err = unpack(facts.String)
	return out, err
}

// VersionAt is the version of the gate as of a past instant.
func (s Store) VersionAt(ctx context.Context, at time.Time) (int64, error) {
	var v int64
	err := s.q.GetContext(ctx, &v, `SELECT greatest(1,
		(SELECT version FROM gate_fact WHERE recorded_at <= $1 ORDER BY recorded_at DESC, version DESC LIMIT 1),
		(SELECT closed_version FROM gate_fact WHERE closed_at <= $1 ORDER BY closed_at DESC, closed_version DESC LIMIT 1))`, at)
	return v, pg.Map(err, nil, nil)
}

// KeyByToken finds a live credential; a zero ID is none.
func (s Store) KeyByToken(ctx context.Context, tokenHash []byte) (GateKey, error) {
	var k GateKey
	var scopes pq.StringArray
	var lines pq.Int64Array
	rows, err := s.q.QueryxContext(ctx, `SELECT id, name, coalesce(acts_for, 0), scopes, lines FROM gate_key WHERE token_hash = $1 AND ended_at IS NULL`, tokenHash)
	if err != nil {
		return k, pg.Map(err, nil, nil)
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&k.ID, &k.Name, &k.ActsFor, &scopes, &lines); err != nil {
			return k, fmt.Errorf("scan key: %w", err)
		}
	}
	k.Scopes, k.Lines = scopes, lines
	return k, pg.Map(rows.Err(), nil, nil)
}

// HoldKey keeps a credential from being ended until the transaction is over;
// ErrNotFound when it was.
func (s Store) HoldKey(ctx context.Context, id int64) error {
	var held int64
	err := s.q.GetContext(ctx, &held, `SELECT id FROM gate_key WHERE id = $1 AND ended_at IS NULL FOR SHARE`, id)
	return pg.Map(err, ErrNotFound, nil)
}

// KeyRow is one line of the page of credentials.
type KeyRow struct {
	ID      int64
	Name    string
	Scopes  pq.StringArray
	Lines   pq.StringArray // codes; empty: every line
	ActsFor people.ID      `db:"acts_for"` // 0: nobody
	MadeAt  time.Time      `db:"made_at"`
	EndedAt *time.Time     `db:"ended_at"`
}

// Keys lists the credentials, the newest first.
func (s Store) Keys(ctx context.Context) ([]KeyRow, error) {
	var list []KeyRow
	err := s.q.SelectContext(ctx, &list, `SELECT k.id, k.name, k.scopes, ARRAY(SELECT l.code FROM line l WHERE l.id = any(k.lines) ORDER BY l.code) AS lines,
		coalesce(k.acts_for, 0) AS acts_for, k.made_at, k.ended_at FROM gate_key k ORDER BY k.id DESC`)
	return list, err
}

// AddKey stores a credential by the hash of its token and returns its id.
func (s Store) AddKey(ctx context.Context, k GateKey, tokenHash []byte, by people.ID, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO gate_key (name, token_hash, scopes, lines, acts_for, made_by, made_at)
		VALUES ($1, $2, $3, $4, nullif($5, 0), nullif($6, 0), $7) RETURNING id`, k.Name, tokenHash, k.Scopes, k.Lines, int64(k.ActsFor), int64(by), now)
	return id, err
}

// EndKey ends a credential; checks that start after the commit are refused.
func (s Store) EndKey(ctx context.Context, id int64, now time.Time) error {
	res, err := s.q.ExecContext(ctx, `UPDATE gate_key SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, id, now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNotFound
	}
	return nil
}
