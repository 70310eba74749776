// Package pg is the only door to PostgreSQL: the pool, transactions, the clock
// and the meaning of errors. It knows no table but `command` and the clock.
//
// A write cannot happen outside InTx or Do. lib/pq repeats an autocommit
// statement silently when the link drops after the server committed, so the
// role's default_transaction_read_only is on (see RoleDefaults) and only these
// two open a read-write transaction. Do also stores the caller's idempotency
// key in that transaction, which settles a COMMIT whose answer was lost.
package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"abilita/internal/fault"
)

// Q is what stores need: everything that both the pool and a transaction do.
type Q interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
	QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error)
	QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row
}

// DB is a pool on one database. It is safe for concurrent use.
type DB struct {
	pool *sqlx.DB
	read *prepared
	url  string
}

// ErrUnavailable says that the database does not answer.
var ErrUnavailable = fault.New(fault.Unavailable, "fault.database_down")

// maxOpen leaves room for several instances on a server of 100 connections.
const maxOpen = 20

// Open connects to the database behind url (URL or keyword form of lib/pq) and
// checks that it answers. It must reach the server directly. binary_parameters
// saves a round trip for statements that are not prepared, those in transactions.
func Open(ctx context.Context, url string) (*DB, error) {
	full, err := withParams(url, "binary_parameters", "yes")
	if err != nil {
		return nil, err
	}
	pool, err := sqlx.Open("postgres", full)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	pool.SetMaxOpenConns(maxOpen)
	pool.SetMaxIdleConns(maxOpen)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("reach the database: %w", Map(err, nil, nil))
	}
	return &DB{pool: pool, read: &prepared{pool: pool, all: map[string]*sqlx.Stmt{}}, url: url}, nil
}

// Close ends the pool after the statements in flight.
func (db *DB) Close() error { return db.pool.Close() }

// Stats tells how the connections stand.
func (db *DB) Stats() sql.DBStats { return db.pool.Stats() }

// URL is the address the pool was opened with.
func (db *DB) URL() string { return db.url }

// Read is the pool for statements outside a transaction, each prepared at its
// first use. They are read-only by the role's default; a write through it fails.
func (db *DB) Read() Q { return db.read }

// Prepare prepares a statement on the pool, for the gate's check.
func (db *DB) Prepare(ctx context.Context, query string) (*sqlx.Stmt, error) {
	return db.pool.PreparexContext(ctx, query)
}

// Now reads the one clock: the database's, plus the offset of a demo.
func (db *DB) Now(ctx context.Context) (time.Time, error) {
	var now time.Time
	err := db.read.GetContext(ctx, &now, `SELECT abilita_now()`)
	return now.UTC(), Map(err, nil, nil)
}

const tries = 4

// InTx runs f in one read-write transaction and hands it the instant of the
// database's clock. A serialization failure or deadlock runs f again, so f must
// have no effect outside the transaction. Use Do for what people command.
func (db *DB) InTx(ctx context.Context, f func(q Q, now time.Time) error) error {
	return db.retry(ctx, func() error { return db.once(ctx, nil, f) })
}

func (db *DB) retry(ctx context.Context, once func() error) error {
	for i := 1; ; i++ {
		err := once()
		var pe *pq.Error
		again := errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
		if !again || i == tries || ctx.Err() != nil {
			return Map(err, nil, nil)
		}
	}
}

// errCommit wraps the error of a COMMIT: the outcome is unknown.
type errCommit struct{ error }

func (e errCommit) Unwrap() error { return e.error }

func (db *DB) once(ctx context.Context, cmd *Command, f func(q Q, now time.Time) error) error {
	tx, err := db.pool.BeginTxx(ctx, nil) // lib/pq says READ WRITE unless asked otherwise
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it is a no-op, before it the first error counts
	var now time.Time
	if cmd != nil {
		now, err = cmd.begin(ctx, tx)
	} else {
		err = tx.GetContext(ctx, &now, `SELECT abilita_now()`)
	}
	if err != nil {
		return err
	}
	if err := f(tx, now.UTC()); err != nil {
		return err
	}
	if cmd != nil {
		if err := cmd.finish(ctx, tx); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return errCommit{err}
	}
	return nil
}

// Map turns a driver's error into the domain's word: no rows into notFound,
// the violation of a named constraint into meanings[name], a lost or refused
// connection into ErrUnavailable, a statement cancelled with its context into
// the context's error. Anything else is returned as it is.
func Map(err, notFound error, meanings map[string]error) error {
	if err == nil {
		return nil
	}
	if notFound != nil && errors.Is(err, sql.ErrNoRows) {
		return notFound
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if pe, ok := errors.AsType[*pq.Error](err); ok {
		if m, ok := meanings[pe.Constraint]; ok && pe.Constraint != "" {
			return m
		}
		switch {
		case pe.Code == "57014":
			return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
		case pe.Code.Class() == "08" || pe.Code.Class() == "57" || pe.Code == "53300" || pe.Code == "53100":
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		return err
	}
	var ne net.Error
	if errors.Is(err, driver.ErrBadConn) || errors.As(err, &ne) || errors.Is(err, sql.ErrConnDone) ||
		strings.Contains(err.Error(), "unexpected EOF") || strings.Contains(err.Error(), "connection refused") ||
		strings.Contains(err.Error(), "no such file or directory") {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// withParams adds run-time parameters to a lib/pq address in either form.
func withParams(address string, pairs ...string) (string, error) {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		u, err := url.Parse(address)
		if err != nil {
			return "", fmt.Errorf("database address: %w", errors.New("not a URL that can be read")) // url.Error would print the password
		}
		q := u.Query()
		for i := 0; i+1 < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		u.RawQuery = q.Encode()
		return u.String(), nil
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		address += " " + pairs[i] + "='" + pairs[i+1] + "'"
	}
	return address, nil
}

// Snapshot runs f on one unchanging view of the database: everything it reads
// is as of one instant, however long it takes.
func (db *DB) Snapshot(ctx context.Context, f func(q Q, now time.Time) error) error {
	tx, err := db.pool.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin: %w", Map(err, nil, nil))
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	for _, set := range []string{"statement_timeout = 0", "idle_in_transaction_session_timeout = 0"} {
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+set); err != nil {
			return Map(err, nil, nil)
		}
	}
	var now time.Time
	if err := tx.GetContext(ctx, &now, `SELECT abilita_now()`); err != nil {
		return Map(err, nil, nil)
	}
	return f(tx, now.UTC())
}

// SchemaVersion is the number of the last migration that was applied.
func SchemaVersion(ctx context.Context, q Q) (int64, error) {
	var v int64
	err := q.GetContext(ctx, &v, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`)
	return v, Map(err, nil, nil)
}
