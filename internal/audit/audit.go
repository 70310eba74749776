// Package audit is the one record of every change: who, as what, did what to
// whom, when. An entry is written in the transaction of the change, so neither
// exists without the other.
//
// Entries are sealed afterwards, by one sealer at a time (an advisory lock),
// in the order of (transaction id, id), and only those whose transaction is
// older than every transaction still running; so the order is final and the
// chain needs no lock in the writers' way. Each seal is the SHA-256 of the
// entry and the seal before it. The head is authenticated with HMAC-SHA-256
// under a key that is not in the database: cutting the tail or rewriting the
// chain is found by Verify. Personal values do not belong into Detail.
package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// Entry is one change. Detail holds ids, codes and digests, never names.
type Entry struct {
	Actor   people.Actor
	As      people.Role // the role used; empty for a program or a visitor
	Action  people.Action
	Kind    string // of the subject: "application", "certificate"…
	Subject int64
	Detail  map[string]any
	Request string // request id, to find the log line
}

// Record writes the entry in the caller's transaction.
func Record(ctx context.Context, q pg.Q, now time.Time, e Entry) error {
	const query = `INSERT INTO audit_entry (at, actor, acting_as, action, subject_kind, subject_id, detail, request)
		VALUES ($1, nullif($2, 0), $3, $4, $5, $6, $7, $8)`
	as := string(e.As)
	switch {
	case e.Actor.Program != "":
		as = e.Actor.Program
	case as == "" && e.Actor.ID == 0:
		as = "visitor"
	case as == "":
		as = "self"
	}
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	_, err := q.ExecContext(ctx, query, now, int64(e.Actor.ID), as, string(e.Action), e.Kind, e.Subject, pg.AsJSON(e.Detail), e.Request)
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	return nil
}

// Sealer chains entries. Key authenticates the head; it must stay out of the
// database.
type Sealer struct {
	DB  *pg.DB
	Key []byte
}

type row struct {
	ID     int64
	XID    int64 `db:"xid"`
	Digest []byte
}

// digest is computed by the server so that every field is hashed as stored.
const digest = `sha256(convert_to(concat_ws(E'\x1f', e.id, e.xid, extract(epoch FROM e.at), coalesce(e.actor, 0), e.acting_as,
	e.action, e.subject_kind, e.subject_id, e.detail::text, e.request), 'UTF8'))`

const lockID = 7_240_001 // advisory locks: 7_240_0xx, never reused

// Seal chains what is ready and returns how many entries it sealed. Another
// sealer at work means 0 and no error.
func (s Sealer) Seal(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.batch(ctx)
		total += n
		if err != nil || n < batchSize {
			return total, err
		}
	}
}

const batchSize = 2000

func (s Sealer) batch(ctx context.Context) (int, error) {
	n := 0
	err := s.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		n = 0
		var mine bool
		if err := q.GetContext(ctx, &mine, `SELECT pg_try_advisory_xact_lock($1)`, lockID); err != nil || !mine {
			return err
		}
		h, err := head(ctx, q)
		if err != nil {
			return err
		}
		const ready = `SELECT e.id, e.xid::text::bigint AS xid, ` + digest + ` AS digest FROM audit_entry e
			WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())
			  AND (e.xid, e.id) > ($1::text::xid8, $2) AND e.id > $4 ORDER BY e.xid, e.id LIMIT $3`
		var rows []row
		if err := q.SelectContext(ctx, &rows, ready, fmt.Sprint(h.XID), h.EntryID, batchSize, h.AfterID); err != nil {
			return fmt.Errorf("read entries: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		if h, err = s.chain(ctx, q, h, rows); err != nil {
			return err
		}
		if err := s.keep(ctx, q, h, now); err != nil {
			return err
		}
		n = len(rows)
		return nil
	})
	return n, err
}

// chain seals rows after the head and returns the new head.
func (s Sealer) chain(ctx context.Context, q pg.Q, h headRow, rows []row) (headRow, error) {
	seqs, ids, hashes := make([]int64, 0, len(rows)), make([]int64, 0, len(rows)), make([]string, 0, len(rows))
	for _, r := range rows {
		h.Seq++
		h.Hash = link(h.Hash, r.Digest)
		h.XID, h.EntryID = r.XID, r.ID
		seqs, ids, hashes = append(seqs, h.Seq), append(ids, h.EntryID), append(hashes, fmt.Sprintf("\\x%x", h.Hash))
	}
	const query = `INSERT INTO audit_seal (seq, entry_id, hash)
		SELECT s, e, h::bytea FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS t (s, e, h)`
	if _, err := q.ExecContext(ctx, query, seqs, ids, hashes); err != nil {
		return h, fmt.Errorf("chain: %w", err)
	}
	return h, nil
}

// keep stores the head with its MAC.
func (s Sealer) keep(ctx context.Context, q pg.Q, h headRow, now time.Time) error {
	const query = `INSERT INTO audit_head (seq, xid, entry_id, hash, mac, sealed_at, after_id) VALUES ($1, $2::text::xid8, $3, $4, $5, $6, $7)
		ON CONFLICT (single) DO UPDATE SET seq = excluded.seq, xid = excluded.xid, entry_id = excluded.entry_id,
		hash = excluded.hash, mac = excluded.mac, sealed_at = excluded.sealed_at, after_id = excluded.after_id`
	if _, err := q.ExecContext(ctx, query, h.Seq, fmt.Sprint(h.XID), h.EntryID, h.Hash, s.mac(h), now, h.AfterID); err != nil {
		return fmt.Errorf("keep head: %w", err)
	}
	return nil
}

// Restart belongs to the transaction that restored a backup. The numbers of
// transactions come from the old server and mean nothing on this one: what was
// not sealed yet is sealed now, in its old order, and the chain goes on with
// entries that are new here.
func (s Sealer) Restart(ctx context.Context, q pg.Q, now time.Time) error {
	h, err := head(ctx, q)
	if err != nil {
		return err
	}
	const open = `SELECT e.id, e.xid::text::bigint AS xid, ` + digest + ` AS digest FROM audit_entry e
		WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id) ORDER BY e.xid, e.id`
	var rows []row
	if err := q.SelectContext(ctx, &rows, open); err != nil {
		return fmt.Errorf("read entries: %w", err)
	}
	if h, err = s.chain(ctx, q, h, rows); err != nil {
		return err
	}
	if h.Seq == 0 {
		return nil
	}
	const here = `SELECT pg_current_xact_id()::text::bigint AS xid, (SELECT max(id) FROM audit_entry) AS id`
	var at row
	if err := q.GetContext(ctx, &at, here); err != nil {
		return fmt.Errorf("read place: %w", err)
	}
	h.XID, h.EntryID, h.AfterID = at.XID, at.ID, at.ID
	return s.keep(ctx, q, h, now)
}

type headRow struct {
	Seq     int64
	XID     int64 `db:"xid"`
	EntryID int64 `db:"entry_id"`
	Hash    []byte
	MAC     []byte `db:"mac"`
	AfterID int64  `db:"after_id"`
}

func head(ctx context.Context, q pg.Q) (headRow, error) {
	var h headRow
	err := q.GetContext(ctx, &h, `SELECT seq, xid::text::bigint AS xid, entry_id, hash, mac, after_id FROM audit_head`)
	if errors.Is(err, sql.ErrNoRows) {
		return headRow{Hash: make([]byte, sha256.Size)}, nil
	}
	return h, pg.Map(err, nil, nil)
}

func link(before, digest []byte) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write(digest)
	return h.Sum(nil)
}

func (s Sealer) mac(h headRow) []byte {
	m := hmac.New(sha256.New, s.Key)
	var n [32]byte
	binary.BigEndian.PutUint64(n[0:], uint64(h.Seq))
	binary.BigEndian.PutUint64(n[8:], uint64(h.XID))
	binary.BigEndian.PutUint64(n[16:], uint64(h.EntryID))
	binary.BigEndian.PutUint64(n[24:], uint64(h.AfterID))
	m.Write(n[:])
	m.Write(h.Hash)
	return m.Sum(nil)
}

// Finding is what Verify found.
type Finding struct {
	Sealed   int64  // entries in the chain
	Unsealed int64  // entries not chained yet
	BadEntry int64  // first entry whose seal does not hold; 0 when all hold
	Problem  string // "", "entry changed", "entry missing", "order changed", "head changed", "entry unsealed in the past"
}

// OK tells that nothing is wrong.
func (f Finding) OK() bool { return f.Problem == "" }

// Verify seals what is ready, then recomputes the whole chain. It names the
// first entry that does not hold.
func (s Sealer) Verify(ctx context.Context) (Finding, error) {
	if _, err := s.Seal(ctx); err != nil {
		return Finding{}, err
	}
	return s.Check(ctx)
}

// Check recomputes the chain without sealing.
func (s Sealer) Check(ctx context.Context) (Finding, error) {
	var f Finding
	q := s.DB.Read()
	h, err := head(ctx, q)
	if err != nil {
		return f, err
	}
	if h.MAC != nil && !hmac.Equal(h.MAC, s.mac(h)) {
		f.Problem = "head changed"
		return f, nil
	}
	const all = `SELECT s.seq, s.entry_id, coalesce(e.id, 0) AS id, s.hash, coalesce(` + digest + `, '') AS digest
		FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id ORDER BY s.seq`
	rows, err := q.QueryxContext(ctx, all)
	if err != nil {
		return f, fmt.Errorf("read chain: %w", pg.Map(err, nil, nil))
	}
	defer rows.Close()
	hash := make([]byte, sha256.Size)
	var last int64
	for rows.Next() {
		var r struct {
			Seq     int64
			EntryID int64 `db:"entry_id"`
			ID      int64
			Hash    []byte
			Digest  []byte
		}
		if err := rows.StructScan(&r); err != nil {
			return f, fmt.Errorf("scan seal: %w", err)
		}
		hash = link(hash, r.Digest)
		f.Sealed++
		switch {
		case r.Seq != f.Sealed:
			f.Problem = "order changed"
		case r.ID == 0:
			f.Problem = "entry missing"
		case !hmac.Equal(hash, r.Hash):
			f.Problem = "entry changed"
		}
		if f.Problem != "" {
			f.BadEntry = r.EntryID
			return f, nil
		}
		last = r.EntryID
	}
	if err := rows.Err(); err != nil {
		return f, fmt.Errorf("read chain: %w", err)
	}
	if f.Sealed != h.Seq || !hmac.Equal(hash, h.Hash) {
		f.Problem, f.BadEntry = "head changed", last
		return f, nil
	}
	const open = `SELECT count(*) AS n, coalesce(min(e.id) FILTER (WHERE (e.xid, e.id) <= ($1::text::xid8, $2)), 0) AS past
		FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)`
	var rest struct{ N, Past int64 }
	if err := q.GetContext(ctx, &rest, open, fmt.Sprint(h.XID), h.EntryID); err != nil {
		return f, fmt.Errorf("count unsealed: %w", pg.Map(err, nil, nil))
	}
	f.Unsealed = rest.N
	if rest.Past != 0 {
		f.Problem, f.BadEntry = "entry unsealed in the past", rest.Past
	}
	return f, nil
}
