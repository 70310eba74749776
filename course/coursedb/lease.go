package coursedb

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// HoldVersion keeps the gate from changing until the transaction ends, and lets
// others do the same. Facts read afterwards are those of one version.
func (s Store) HoldVersion(ctx context.Context) (version int64, err error) {
	err = s.q.GetContext(ctx, &version, `SELECT version FROM gate_version FOR SHARE`)
	return version, pg.Map(err, nil, nil)
}

// Lease is a lease about to be sent: to one run of an engine with a key, about
// lines, what the gate said at a version, until when.
type Lease struct {
	Key              int64
	Engine, Instance string
	Lines            []int64
	Version          int64
	Expires          time.Time
}

// SendLease notes that a lease is about to be sent. It belongs in the transaction
// that holds the version. The one before may stay in force when this one is lost on
// its way, so a line or a time that it had still counts. Leases that ended a day
// ago are forgotten.
func (s Store) SendLease(ctx context.Context, l Lease, now time.Time) error {
	const send = `INSERT INTO gate_lease AS g (key_id, engine, instance, lines, sent_version, expires_at, stale_until) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (key_id, engine, instance) DO UPDATE SET sent_version = excluded.sent_version, lines = ARRAY(SELECT DISTINCT unnest(g.lines || excluded.lines)),
			expires_at = greatest(g.expires_at, excluded.expires_at), stale_until = CASE WHEN g.sent_version < excluded.sent_version THEN g.expires_at ELSE g.stale_until END`
	if _, err := s.q.ExecContext(ctx, send, l.Key, l.Engine, l.Instance, l.Lines, l.Version, l.Expires, now); err != nil {
		return pg.Map(err, nil, nil)
	}
	_, err := s.q.ExecContext(ctx, `DELETE FROM gate_lease WHERE key_id = $1 AND expires_at < $2`, l.Key, now.Add(-24*time.Hour))
	return pg.Map(err, nil, nil)
}

// AckLease notes which version an engine says it has in force; 0 is none.
func (s Store) AckLease(ctx context.Context, key int64, engine, instance string, version int64) error {
	_, err := s.q.ExecContext(ctx, `UPDATE gate_lease SET acked_version = least($4, sent_version) WHERE key_id = $1 AND engine = $2 AND instance = $3 AND acked_version IS DISTINCT FROM least($4, sent_version)`,
		key, engine, instance, version)
	return pg.Map(err, nil, nil)
}

// EngineRow is an engine that may answer about a line: one that asks, or one run
// of one that holds leases.
type EngineRow struct {
	Name         string
	Leased       bool
	SentVersion  int64     `db:"sent_version"`
	AckedVersion int64     `db:"acked_version"`
	ExpiresAt    time.Time `db:"expires_at"`
	StaleUntil   time.Time `db:"stale_until"`
	Now          time.Time
}

// OldUntil is until when the engine may still answer by what held before a
// version; zero: no longer.
func (e EngineRow) OldUntil(version int64) time.Time {
	switch {
	case !e.Leased || e.AckedVersion >= version:
		return time.Time{}
	case e.SentVersion < version:
		return e.ExpiresAt
	}
	return e.StaleUntil // the newest lease says so already; the one before may still be in force
}

// EnginesOf lists the engines that may answer about a line, those that ask first.
// A run whose lease ended an hour ago is no more.
func (s Store) EnginesOf(ctx context.Context, line int64) ([]EngineRow, error) {
	var list []EngineRow
	err := s.q.SelectContext(ctx, &list, `WITH c AS MATERIALIZED (SELECT abilita_now() AS now)
		SELECT k.name, false AS leased, 0::bigint AS sent_version, 0::bigint AS acked_version, c.now AS expires_at, c.now AS stale_until, c.now FROM c, gate_key k
			WHERE k.ended_at IS NULL AND k.scopes && ARRAY['check', 'list'] AND (cardinality(k.lines) = 0 OR $1 = any(k.lines))
		UNION ALL SELECT g.engine, true, g.sent_version, g.acked_version, g.expires_at, g.stale_until, c.now FROM c, gate_lease g
			WHERE $1 = any(g.lines) AND greatest(g.expires_at, g.stale_until) > c.now - interval '1 hour' ORDER BY leased, name`, line)
	return list, pg.Map(err, nil, nil)
}

// Stop is the version and instant of the newest suspension or revocation in force
// that stops a person on a line; version 0 when none does.
func (s Store) Stop(ctx context.Context, person people.ID, line int64) (version int64, at time.Time, err error) {
	var rows []struct {
		Version int64
		At      time.Time `db:"recorded_at"`
	}
	err = s.q.SelectContext(ctx, &rows, `SELECT version, recorded_at FROM gate_fact WHERE kind IN ('suspension', 'certificate_suspension', 'certificate_revocation')
		AND person_id = $1 AND (line_id IS NULL OR line_id = $2) AND closed_at IS NULL ORDER BY version DESC LIMIT 1`, int64(person), line)
	if err != nil || len(rows) == 0 {
		return 0, time.Time{}, pg.Map(err, nil, nil)
	}
	return rows[0].Version, rows[0].At.UTC(), nil
}

// SkipVersions goes far beyond every version that was ever seen, and forgets who
// holds leases. It is for an installation that went back in time: what was seen
// before and undone must not be taken for known.
func (s Store) SkipVersions(ctx context.Context) error {
	if _, err := s.q.ExecContext(ctx, `UPDATE gate_version SET version = version + 1000000`); err != nil {
		return pg.Map(err, nil, nil)
	}
	_, err := s.q.ExecContext(ctx, `DELETE FROM gate_lease`)
	return pg.Map(err, nil, nil)
}
