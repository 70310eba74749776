// Package pgtest gives each test a PostgreSQL database of its own with the
// newest schema, cloned from a template in some 30 ms.
//
// The server is that of TEST_DATABASE_URL (a role that may create databases),
// else a private one that all test programs of this user share; see keeper.go.
// Only tests import this package.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"abilita/internal/pg"
	"abilita/migrations"

	"github.com/lib/pq"
)

// Open is a pool on a new database that holds the schema, the deployment kind
// 'test' and nothing else. It is closed and dropped when the test ends.
func Open(t testing.TB) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), URL(t))
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// URL is the address of a new database as Open makes it, for tests that open it
// themselves, for example by starting the program.
func URL(t testing.TB) string {
	t.Helper()
	address, err := address()
	if err != nil {
		t.Fatalf("test server: %v", err)
	}
	template, err := ensureTemplate(t.Context(), address)
	if err != nil {
		t.Fatalf("template database: %v", err)
	}
	return like(t, address, template)
}

// Copy is a pool on a new database that holds what another one made here holds.
// Nobody may be connected to that one any more: it is closed.
func Copy(t testing.TB, of string) *pg.DB {
	t.Helper()
	u, err := url.Parse(of)
	if err != nil {
		t.Fatal(err)
	}
	db, err := pg.Open(t.Context(), like(t, of, strings.TrimPrefix(u.Path, "/")))
	if err != nil {
		t.Fatalf("open the copy of a test database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// like makes a database like another one of the server.
func like(t testing.TB, address, template string) string {
	t.Helper()
	if server, err := inDatabase(address, "postgres"); err == nil {
		address = server
	}
	own := create(t, address, "TEMPLATE "+pq.QuoteIdentifier(template)+" STRATEGY wal_log")
	// The defaults of a role in a database, and who may make temporary tables in it, are
	// no part of the database: a clone has none.
	db, err := sql.Open("postgres", own)
	if err == nil {
		defer db.Close()
		err = errors.Join(pg.RoleDefaults(t.Context(), db), pg.EngineRole(t.Context(), db))
	}
	if err != nil {
		t.Fatalf("set the defaults of the test database: %v", err)
	}
	return own
}

// Empty is the address of a new database without any table.
func Empty(t testing.TB) string {
	t.Helper()
	address, err := address()
	if err != nil {
		t.Fatalf("test server: %v", err)
	}
	return create(t, address, "")
}

// SetClock stops the clock of a database made by Open or URL at the instant:
// every command from now on happens then, until the next SetClock. Going back
// is allowed.
func SetClock(t testing.TB, db *pg.DB, instant time.Time) {
	t.Helper()
	const stop = `INSERT INTO clock_offset (kind, frozen_at) VALUES ('test', $1)
		ON CONFLICT (single) DO UPDATE SET frozen_at = excluded.frozen_at`
	err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), stop, instant)
		return err
	})
	if err != nil {
		t.Fatalf("set the clock of the test database: %v", err)
	}
}

// address is the URL of any database on the test server, the same for all
// tests of this program.
var address = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		if _, err := inDatabase(given, "x"); err != nil {
			return "", fmt.Errorf("TEST_DATABASE_URL: %w", err)
		}
		return given, nil
	}
	return sharedServer()
})

// inDatabase is the address of another database on the same server.
func inDatabase(address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", fmt.Errorf("want an address like postgres://user:password@host/database")
	}
	u.Path = "/" + name
	return u.String(), nil
}

// create makes a database that is dropped with the test.
func create(t testing.TB, address, how string) string {
	t.Helper()
	name := "abilita_test_" + strings.ToLower(rand.Text()[:16])
	if err := run(t.Context(), address, "CREATE DATABASE "+name+" "+how); err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(address, name); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	own, err := inDatabase(address, name)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// drop takes a database away with whoever is connected to it. An autovacuum
// worker at work in it belongs to no role and cannot be sent away by ours: it
// is waited for.
func drop(address, name string) error {
	const tries, pause = 100, 100 * time.Millisecond
	var err error
	for range tries {
		if err = run(context.Background(), address, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err == nil {
			return nil
		}
		refused, ok := errors.AsType[*pq.Error](err)
		if !ok || refused.Code != "42501" {
			return err
		}
		time.Sleep(pause)
	}
	return err
}

// run does statements one after the other on a connection of its own. Nothing
// stays open between tests, so that a test can look for leaks.
func run(ctx context.Context, address string, statements ...string) error {
	db, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// fingerprint is a short hash of all migrations.
func fingerprint() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == "schema.sql" {
			return err
		}
		text, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(h, "%s %d\n", path, len(text))
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

// templateLock is the number of the advisory lock under which one program makes
// the template and the others wait.
const templateLock = 7_263_001

// ensureTemplate is the name of a database with the schema of this tree. It is
// made under another name first: a template that exists is whole.
func ensureTemplate(ctx context.Context, address string) (name string, err error) {
	hash, err := fingerprint()
	if err != nil {
		return "", err
	}
	name = "abilita_template_" + hash
	db, err := sql.Open("postgres", address)
	if err != nil {
		return "", err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	const exists = `SELECT count(*) FROM pg_database WHERE datname = $1`
	var n int
	if err := conn.QueryRowContext(ctx, exists, name).Scan(&n); err != nil || n == 1 {
		return name, err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return "", err
	}
	if err := conn.QueryRowContext(ctx, exists, name).Scan(&n); err != nil || n == 1 {
		return name, err
	}
	unfinished := name + "_new"
	if err := run(ctx, address, "DROP DATABASE IF EXISTS "+unfinished+" WITH (FORCE)", "CREATE DATABASE "+unfinished); err != nil {
		return "", err
	}
	own, err := inDatabase(address, unfinished)
	if err != nil {
		return "", err
	}
	if err := pg.Migrate(ctx, own, migrations.FS); err != nil {
		return "", err
	}
	// A transaction has to say that it writes, see pg.RoleDefaults.
	if err := run(ctx, own, `BEGIN READ WRITE; INSERT INTO deployment (kind) VALUES ('test'); COMMIT`); err != nil {
		return "", err
	}
	// Nobody may connect to a template, or cloning it would have to wait.
	return name, run(ctx, address, "ALTER DATABASE "+unfinished+" RENAME TO "+name,
		"ALTER DATABASE "+name+" WITH ALLOW_CONNECTIONS false")
}

// Unfreeze lets the clock of a database run on from the instant at which
// SetClock stopped it.
func Unfreeze(t testing.TB, db *pg.DB) {
	t.Helper()
	const run = `UPDATE clock_offset SET ahead = frozen_at - clock_timestamp(), frozen_at = NULL WHERE frozen_at IS NOT NULL`
	err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), run)
		return err
	})
	if err != nil {
		t.Fatalf("let the clock of the test database run: %v", err)
	}
}
