package app_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/lib/pq"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
	"abilita/migrations"
)

// asEngine opens the test's database with the rights of the role of engines.
func asEngine(t *testing.T, w *apptest.World) *sql.Conn {
	t.Helper()
	db, err := sql.Open("postgres", w.DB.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := pg.EngineRole(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, stmt := range []string{
		`SET default_transaction_read_only = off`,
		// The role belongs to the server, which all tests share: another may grant it meanwhile.
		`DO $$ BEGIN EXECUTE 'GRANT gate_ro TO ' || current_user; EXCEPTION WHEN unique_violation OR internal_error THEN NULL; END $$`,
		`SET search_path = gate`, `SET ROLE gate_ro`,
	} {
		if _, err := conn.ExecContext(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// P6, P7: engines read three views, and nothing else even when the default that
// makes their transactions read-only is switched off.
func TestEnginesReadThreeViewsAndNothingElse(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	conn := asEngine(t, w)
	ctx := t.Context()
	var tables []string
	if err := w.DB.Read().SelectContext(ctx, &tables, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'v', 'm', 'S') AND n.nspname IN ('public', 'gate') ORDER BY 1`); err != nil || len(tables) < 60 {
		t.Fatalf("%d tables: %v", len(tables), err)
	}
	read := 0
	for _, table := range tables {
		_, err := conn.ExecContext(ctx, `SELECT * FROM `+table+` LIMIT 1`)
		if strings.HasPrefix(table, "gate.") {
			if err != nil {
				t.Errorf("%s: %v", table, err)
			}
			read++
			continue
		}
		if pe, ok := err.(*pq.Error); !ok || pe.Code != "42501" { //nolint:errorlint // the driver's own
			t.Errorf("%s can be read: %v", table, err)
		}
	}
	if read != 3 {
		t.Errorf("%d views", read)
	}
	for _, write := range []string{
		`UPDATE gate.epoch SET version = 1`, `DELETE FROM gate.enabled`, `CREATE TEMPORARY TABLE x (a int)`, `CREATE TABLE public.x (a int)`, `CREATE TABLE gate.x (a int)`,
		`UPDATE public.line SET fallback = ''`, `SELECT setval('public.person_number', 1)`,
		`CREATE FUNCTION gate.now() RETURNS int LANGUAGE sql AS 'SELECT 1'`, `ALTER ROLE gate_ro SUPERUSER`,
	} {
		if _, err := conn.ExecContext(ctx, write); err == nil {
			t.Errorf("an engine may %s", write)
		}
	}
	// A function of somebody else under a name that ours calls is not called.
	var n int
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM gate.enabled`).Scan(&n); err != nil {
		t.Error(err)
	}
}

// The defaults of the role bound what a statement of an engine may do.
func TestEnginesAreBounded(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	_ = asEngine(t, w) // gives the rights in this database
	var set []string
	err := w.DB.Read().SelectContext(t.Context(), &set, `SELECT unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
		JOIN pg_database d ON d.oid = s.setdatabase WHERE r.rolname = 'gate_ro' AND d.datname = current_database() ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"default_transaction_read_only=on", "statement_timeout=1s", "idle_in_transaction_session_timeout=5s", "search_path=gate"} {
		if !strings.Contains(strings.Join(set, "\n"), want) {
			t.Errorf("%s is missing: %q", want, set)
		}
	}
}

// On a server of others our role may not make roles: the program starts all the
// same, and what somebody else has to run is said.
func TestWhereOurRoleMayNotMakeRoles(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	limited := "limited_" + strings.ToLower(rand.Text()[:12])
	admin, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	for _, stmt := range []string{
		`CREATE ROLE ` + limited + ` NOLOGIN`, `GRANT ` + limited + ` TO abilita`, `ALTER DATABASE ` + strings.TrimPrefix(u.Path, "/") + ` OWNER TO ` + limited,
	} {
		if _, err := admin.ExecContext(t.Context(), stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.WithoutCancel(t.Context()), `REASSIGN OWNED BY `+limited+` TO abilita; DROP OWNED BY `+limited+`; DROP ROLE `+limited); err != nil {
			t.Error(err)
		}
	})
	q := u.Query()
	q.Set("role", limited)
	u.RawQuery = q.Encode()
	if err := pg.Migrate(t.Context(), u.String(), migrations.FS); err != nil {
		t.Fatalf("the program does not start: %v", err)
	}
	db, err := pg.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p, err := app.NewViewEngines(db).NewPassword(t.Context(), people.Actor{Program: "test"}, &pg.Command{Key: rand.Text(), Route: "test", BodyHash: pg.HashBody("")})
	if err != nil || len(p.ByHand) != 2 || !strings.Contains(p.ByHand[1], "SCRAM-SHA-256$4096:") || strings.Contains(strings.Join(p.ByHand, ""), p.Password) {
		t.Errorf("%+v %v", p, err)
	}
}
