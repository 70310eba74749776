package main

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"abilita/internal/app/apptest"
	"abilita/internal/backup"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// hashes are those of every table of the database at an address.
func hashes(t *testing.T, url string) map[string]string {
	t.Helper()
	db, err := pg.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all, err := backup.Hashes(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func query[T any](t *testing.T, url, text string) T {
	t.Helper()
	db, err := pg.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var v T
	if err := db.Read().GetContext(t.Context(), &v, text); err != nil {
		t.Fatal(err)
	}
	return v
}

func statement(t *testing.T, url, text string) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// A backup goes from one external server's database into an empty one of
// another, whole, and into nothing else.
func TestABackupIsRestoredOntoAnExternalServer(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	w.Certified("Giulia", "Ferrandi")
	left := w.Volunteer("Nicolò \"Nico\"", "D'Amico\\n")
	if err := w.App.Study.SetPause(t.Context(), left, w.Cmd(), true); err != nil {
		t.Fatal(err)
	}
	from, dir := w.DB.URL(), dataFolder(t)
	blob, secret := filepath.Join(dir, "blobs", "a", "uno.bin"), filepath.Join(dir, "secret.key")
	if err := os.MkdirAll(filepath.Dir(blob), 0o700); err != nil {
		t.Fatal(err)
	}
	file, phrase := filepath.Join(t.TempDir(), "copia"), filepath.Join(t.TempDir(), "frase")
	for path, content := range map[string][]byte{blob: []byte("uno"), secret: w.App.Secret.Bytes(), phrase: []byte("quattro parole a caso\n")} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := func(database, dir string, args ...string) (int, string) {
		t.Helper()
		p := startOn(t, database, dir, freeAddr(t), append(args, "--backup-passphrase-file", phrase)...)
		return p.wait(t), p.text()
	}
	want := hashes(t, from)
	if code, said := command(from, dir, "backup", file); code != 0 {
		t.Fatalf("backup: exit %d, %s", code, said)
	}

	to, there := pgtest.Empty(t), dataFolder(t)
	if code, said := command(to, there, "restore", file); code != 0 || !strings.Contains(said, "every table was compared") {
		t.Fatalf("restore: exit %d, %s", code, said)
	}
	have := hashes(t, to)
	if len(want) < 40 || !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(have))) {
		t.Errorf("%d tables, were %d", len(have), len(want))
	}
	// The chain is sealed anew to its end and the gate goes on at a far version;
	// everything else is what it was.
	for table, hash := range want {
		anew := table == "audit_head" || table == "audit_seal" || table == "gate_version"
		if have[table] != hash && !anew || have[table] == hash && table == "gate_version" {
			t.Errorf("table %s differs", table)
		}
	}
	if b, err := os.ReadFile(filepath.Join(there, "blobs", "a", "uno.bin")); err != nil || string(b) != "uno" {
		t.Errorf("the file: %q %v", b, err)
	}
	if b, err := os.ReadFile(filepath.Join(there, "secret.key")); err != nil || string(b) != string(w.App.Secret.Bytes()) {
		t.Errorf("the key is another one: %v", err)
	}
	for _, args := range [][]string{{"audit", "verify"}, {"doctor"}} {
		if code, said := command(to, there, args...); code != 0 {
			t.Errorf("%v on what was restored: exit %d, %s", args, code, said)
		}
	}
	if n := query[int](t, to, `SELECT count(*) FROM gate_fact WHERE kind = 'pause' AND closed_at IS NULL`); n != 1 {
		t.Errorf("%d pauses", n)
	}
	if _, err := os.Stat(filepath.Join(there, "postgres")); err == nil {
		t.Error("a private database was made beside the external one")
	}

	// What holds data is refused and stays as it is: an installation, and a
	// database of somebody else.
	before := hashes(t, to)
	foreign := pgtest.Empty(t)
	statement(t, foreign, `CREATE SCHEMA soci; CREATE TABLE soci.persona (nome text)`)
	for name, url := range map[string]string{"an installation": to, "somebody else's": foreign} {
		empty := dataFolder(t)
		if code, said := command(url, empty, "restore", file); code != 1 || !strings.Contains(said, "holds data") {
			t.Errorf("%s: exit %d, %s", name, code, said)
		}
		if entries, err := os.ReadDir(empty); err == nil && len(entries) > 0 {
			t.Errorf("%s: the data folder holds %v", name, entries)
		}
	}
	if after := hashes(t, to); !maps.Equal(before, after) {
		t.Error("the refused installation was touched")
	}
	if n := query[int](t, foreign, `SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'S', 'v') AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND relnamespace::regnamespace::text NOT LIKE 'pg_toast%'`); n != 1 {
		t.Errorf("the refused database of somebody else holds %d relations, had 1", n)
	}

	// A restore that fails half way leaves a vacant database: the next one works.
	cut := filepath.Join(t.TempDir(), "tagliata")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, whole[:len(whole)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	again, folder := pgtest.Empty(t), dataFolder(t)
	if code, _ := command(again, folder, "restore", cut); code != 1 {
		t.Errorf("a cut backup: exit %d", code)
	}
	if code, said := command(again, folder, "restore", file); code != 0 {
		t.Errorf("after a failed one: exit %d, %s", code, said)
	}
}
