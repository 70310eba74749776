package pgtest_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
	"abilita/migrations"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Open(t), pgtest.Open(t)
	err := a.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `CREATE TABLE mark (n int)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var there bool
	if err := b.Read().GetContext(t.Context(), &there, `SELECT to_regclass('mark') IS NOT NULL`); err != nil || there {
		t.Errorf("the other database has it too: %v %v", there, err)
	}
}

// What the program relies upon is there in a clone: kind, and no write outside
// a transaction.
func TestCloneIsAsMigrateLeavesIt(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	var kind string
	if err := db.Read().GetContext(t.Context(), &kind, `SELECT kind FROM deployment`); err != nil || kind != "test" {
		t.Errorf("kind %q, %v", kind, err)
	}
	if _, err := db.Read().ExecContext(t.Context(), `CREATE TABLE t (n int)`); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("a write outside a transaction: %v", err)
	}
}

func TestSetClockStopsTheClock(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	for _, at := range []string{"2027-03-28T00:59:59Z", "2026-01-01T00:00:00Z"} {
		want, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		pgtest.SetClock(t, db, want)
		now, err := db.Now(t.Context())
		if err != nil || !now.Equal(want) {
			t.Errorf("now %v %v, want %v", now, err, want)
		}
		err = db.InTx(t.Context(), func(_ pg.Q, now time.Time) error {
			if !now.Equal(want) {
				t.Errorf("in a transaction now is %v, want %v", now, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestEmptyIsEmptyAndTakesTheMigrations(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	if err := pg.Migrate(t.Context(), url, migrations.FS); err != nil {
		t.Fatal(err)
	}
	db, err := pg.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM deployment`); err != nil || n != 0 {
		t.Errorf("deployments %d, %v", n, err)
	}
}

func TestDatabaseIsDroppedWithItsTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("inner", func(t *testing.T) {
		url = pgtest.Open(t).URL() // a pool still open must not be in the way
	})
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("the database is still there: %v", err)
	}
}

// Two test programs beside each other use one server, and the keeper stops it
// when the second has ended: no process and no folder stay.
func TestLastProgramTurnsOffTheLight(t *testing.T) {
	t.Parallel()
	tmp, err := os.MkdirTemp("/tmp", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tmp) })
	if err := os.Chmod(tmp, 0o711); err != nil {
		t.Fatal(err)
	}
	programs := make([]*exec.Cmd, 2)
	for i := range programs {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^(TestSetClockStopsTheClock|TestEmptyIsEmptyAndTakesTheMigrations)$")
		cmd.Env = append(without(os.Environ(), "TEST_DATABASE_URL"), "TMPDIR="+tmp)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		programs[i] = cmd
	}
	for _, p := range programs {
		if err := p.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(tmp, "abilita-pgtest-"+strconv.Itoa(os.Geteuid()))
	if n := working(t, tmp); n == 0 {
		t.Error("the keeper did not wait for a next program")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := os.Stat(dir)
		if errors.Is(err, os.ErrNotExist) && working(t, tmp) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d processes left, folder: %v", working(t, tmp), err)
		}
	}
}

// working counts the processes that work under dir.
func working(t *testing.T, dir string) int {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && strings.HasPrefix(to, dir+"/") {
			n++
		}
	}
	return n
}

func without(env []string, name string) []string {
	var kept []string
	for _, e := range env {
		if !strings.HasPrefix(e, name+"=") {
			kept = append(kept, e)
		}
	}
	return kept
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		_ = pgtest.URL(b)
	}
}
