package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/backup"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// holding lists the columns of a database that hold a word.
func holding(t *testing.T, url, word string) []string {
	t.Helper()
	db, err := pg.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var columns []struct{ Table, Column string }
	if err := db.Read().SelectContext(t.Context(), &columns, `SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1, 2`); err != nil {
		t.Fatal(err)
	}
	var where []string
	for _, c := range columns {
		var any bool
		if err := db.Read().GetContext(t.Context(), &any, fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %q WHERE strpos(lower(%q::text), lower($1)) > 0)`, c.Table, c.Column), word); err != nil {
			t.Fatal(err)
		}
		if any {
			where = append(where, c.Table+"."+c.Column)
		}
	}
	return where
}

// A backup that was taken before somebody was erased does not bring them back.
func TestABackupRevivesNobodyWhoWasErased(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	gone, stays := w.Certified("Giuditta", "Ferrandini"), w.Volunteer("Nicola", "Serra")
	busy := w.Examinee("Zelinda", "Quartarone") // in the middle of an exam
	if _, err := w.App.Exams.Start(t.Context(), busy, w.Cmd(), "qz-finale"); err != nil {
		t.Fatal(err)
	}
	from, dir, moved := w.DB.URL(), dataFolder(t), dataFolder(t)
	for _, d := range []string{dir, moved} {
		if err := os.MkdirAll(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	file, phrase := filepath.Join(t.TempDir(), "copia"), filepath.Join(t.TempDir(), "frase")
	for path, content := range map[string][]byte{filepath.Join(dir, "secret.key"): w.App.Secret.Bytes(), phrase: []byte("quattro parole a caso\n")} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := func(database, dir string, args ...string) (int, string) {
		t.Helper()
		p := startOn(t, database, dir, freeAddr(t), append(args, "--backup-passphrase-file", phrase)...)
		return p.wait(t), p.text()
	}
	if code, said := command(from, dir, "backup", file); code != 0 {
		t.Fatalf("backup: exit %d, %s", code, said)
	}
	for _, v := range []people.Actor{gone, busy} {
		if err := w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), v.Number, app.Leaving{Day: "2026-12-08", Reason: "Si trasferisce."}); err != nil {
			t.Fatal(err)
		}
	}
	w.Advance(24 * time.Hour)
	w.App.Erasing.Keep = func(ctx context.Context) error { return keepErased(ctx, w.App, dir) }
	for _, v := range []people.Actor{gone, busy} {
		if err := w.App.Erasing.Erase(t.Context(), w.Coordinator, w.Cmd(), v.Number, "request", v.Number); err != nil {
			t.Fatal(err)
		}
	}
	list := filepath.Join(dir, backup.ErasedFile)
	kept, err := os.ReadFile(list)
	if err != nil || strings.Contains(string(kept), "Ferrandini") || strings.Contains(string(kept), gone.Number) {
		t.Fatalf("the list of the erased: %v %s", err, kept)
	}
	if where := holding(t, from, "Ferrandini"); len(where) > 0 {
		t.Fatalf("erased, and still in %v", where)
	}

	// The folder holds the list and nothing else; or it is named.
	if err := os.WriteFile(filepath.Join(moved, backup.ErasedFile), kept, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		dir  string
		args []string
	}{"in the folder": {moved, nil}, "named": {dataFolder(t), []string{"--erased", list}}} {
		to := pgtest.Empty(t)
		if code, said := command(to, tc.dir, append([]string{"restore", file}, tc.args...)...); code != 0 || !strings.Contains(said, "erased again: 2 of the 2 people") {
			t.Fatalf("%s: restore: exit %d, %s", name, code, said)
		}
		for _, word := range []string{"Ferrandini", "Quartarone"} {
			if where := holding(t, to, word); len(where) > 0 {
				t.Errorf("%s: %s revived in %v", name, word, where)
			}
		}
		if where := holding(t, to, "Serra"); !slices.Contains(where, "identity.family_name") {
			t.Errorf("%s: somebody else was erased", name)
		}
		if code, said := command(to, tc.dir, "doctor"); code != 0 {
			t.Errorf("%s: doctor: exit %d, %s", name, code, said)
		}
		if b, err := os.ReadFile(filepath.Join(tc.dir, backup.ErasedFile)); err != nil || string(b) != string(kept) {
			t.Errorf("%s: the list is not in the folder: %v", name, err)
		}
	}
	// Without a list it says so, and the one of another installation is refused.
	to := pgtest.Empty(t)
	if code, said := command(to, dataFolder(t), "restore", file); code != 0 || !strings.Contains(said, "Erase them again") || len(holding(t, to, "Ferrandini")) == 0 {
		t.Errorf("without a list: exit %d, %s", code, said)
	}
	foreign := filepath.Join(t.TempDir(), "other.json")
	if err := backup.KeepErased(foreign, "00", []backup.Erased{{ID: int64(stays.ID)}}); err != nil {
		t.Fatal(err)
	}
	if code, said := command(pgtest.Empty(t), dataFolder(t), "restore", file, "--erased", foreign); code != 1 || !strings.Contains(said, "another installation") {
		t.Errorf("the list of another installation: exit %d, %s", code, said)
	}
	// A record that was made later under the same number is somebody else.
	if err := w.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		n, err := w.App.Erasing.Again(t.Context(), q, now, []peopledb.Erased{{ID: stays.ID, Made: now.Add(-time.Hour)}, {ID: people.ID(999999), Made: now}})
		if n != 0 {
			t.Errorf("%d records of others were erased", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
