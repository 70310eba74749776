package backup_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"abilita/internal/app/apptest"
	"abilita/internal/audit"
	"abilita/internal/backup"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

const passphrase = "quattro parole a caso"

// empty is a database that holds the schema and nothing else.
func empty(t *testing.T) *pg.DB {
	t.Helper()
	db := pgtest.Open(t)
	if err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		for _, table := range []string{"clock_offset", "deployment"} {
			if _, err := q.ExecContext(t.Context(), `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return db
}

// saved is a World with some history and its backup.
func saved(t *testing.T) (*apptest.World, []byte, backup.Result) {
	t.Helper()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	w.Volunteer("Nicolò \"Nico\"", "D'Amico\\n")
	if err := w.App.Study.SetPause(t.Context(), v, w.Cmd(), true); err != nil {
		t.Fatal(err)
	}
	// A person that points at a later one: rows of a table may refer to each other.
	if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE person SET merged_into = (SELECT max(id) FROM person) WHERE id = $1`, int64(v.ID))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	blobs := filepath.Join(t.TempDir(), "blobs")
	for name, content := range map[string][]byte{"a/uno.bin": noise(), "due.txt": []byte("due"), "vuoto": nil} {
		path := filepath.Join(blobs, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	r, err := backup.Write(t.Context(), &file, w.DB, w.App.Secret.Bytes(), blobs, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return w, file.Bytes(), r
}

// noise does not get smaller when it is packed.
func noise() []byte {
	b := make([]byte, 200_000)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func nothing(pg.Q, time.Time) error { return nil }

func TestWhatIsRestoredIsWhatWasSaved(t *testing.T) {
	t.Parallel()
	w, file, wrote := saved(t)
	if bytes.Contains(file, []byte("Ferrandi")) || bytes.Contains(file, w.App.Secret.Bytes()) || wrote.Files != 3 || wrote.Bytes != int64(len(file)) {
		t.Fatalf("the file shows what it holds, or is not counted well: %+v", wrote)
	}
	b, err := backup.Open(bytes.NewReader(file), passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Head.Secret, w.App.Secret.Bytes()) || !b.Head.Taken.Equal(w.Now) {
		t.Errorf("head %+v", b.Head)
	}
	to, blobs := empty(t), filepath.Join(t.TempDir(), "blobs")
	got, err := b.Restore(t.Context(), to, blobs, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != wrote.Rows || got.Tables != wrote.Tables || got.Files != 3 {
		t.Errorf("restored %+v, wrote %+v", got, wrote)
	}
	want, err := backup.Hashes(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	have, err := backup.Hashes(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 40 {
		t.Errorf("only %d tables", len(want))
	}
	for table, hash := range want {
		if have[table] != hash {
			t.Errorf("table %s differs", table)
		}
	}
	big, err := os.ReadFile(filepath.Join(blobs, "a", "uno.bin"))
	if err != nil || !bytes.Equal(big, noise()) {
		t.Errorf("a file differs: %v", err)
	}
	var next, before int64
	for db, n := range map[*pg.DB]*int64{w.DB: &before, to: &next} {
		if err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
			return q.GetContext(t.Context(), n, `SELECT nextval('person_number')`)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if next != before {
		t.Errorf("the next public number is %d, it was %d", next, before)
	}
}

func TestTheRecordGoesOnAfterARestore(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	w.Volunteer("Giulia", "Ferrandi")
	here := audit.Sealer{DB: w.DB, Key: w.App.Secret.For("audit")}
	if _, err := here.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Volunteer("Nicola", "Serra") // not sealed yet
	// The old server's transactions have far greater numbers than the new one's.
	if err := w.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		if err := audit.Record(t.Context(), q, now, audit.Entry{Actor: people.Actor{Program: "test"}, Action: "test.late"}); err != nil {
			return err
		}
		for _, set := range []string{`ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only`, `UPDATE audit_entry SET xid = '900000000' WHERE action = 'test.late'`, `ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only`} {
			if _, err := q.ExecContext(t.Context(), set); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), &file, w.DB, w.App.Secret.Bytes(), "", passphrase); err != nil {
		t.Fatal(err)
	}
	b, err := backup.Open(&file, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	to := empty(t)
	there := audit.Sealer{DB: to, Key: w.App.Secret.For("audit")}
	if _, err := b.Restore(t.Context(), to, "", func(q pg.Q, now time.Time) error { return there.Restart(t.Context(), q, now) }); err != nil {
		t.Fatal(err)
	}
	f, err := there.Check(t.Context())
	if err != nil || !f.OK() || f.Unsealed != 0 {
		t.Fatalf("after the restore: %+v %v", f, err)
	}
	if err := to.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		return audit.Record(t.Context(), q, now, audit.Entry{Actor: people.Actor{Program: "test"}, Action: "test.new"})
	}); err != nil {
		t.Fatal(err)
	}
	// Other tests' transactions may hold the horizon back for a while.
	for range 1200 {
		g, err := there.Verify(t.Context())
		if err != nil || !g.OK() {
			t.Fatalf("going on: %+v %v", g, err)
		}
		if g.Sealed == f.Sealed+1 && g.Unsealed == 0 {
			return
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Error("the new entry is never sealed")
}

func TestABackupIsRefusedForWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	_, file, _ := saved(t)
	to := empty(t)
	restore := func(file []byte, passphrase string) error {
		b, err := backup.Open(bytes.NewReader(file), passphrase)
		if err != nil {
			return err
		}
		_, err = b.Restore(t.Context(), to, filepath.Join(t.TempDir(), "blobs"), nothing)
		return err
	}
	changed := func(at int) []byte {
		c := bytes.Clone(file)
		c[at] ^= 1
		return c
	}
	const head, chunk = 17 + 16 + 16, 64<<10 + 16
	if len(file) < head+2*chunk {
		t.Fatalf("a backup of %d bytes has too few chunks for this test", len(file))
	}
	moved := bytes.Clone(file)
	copy(moved[head:], file[head+chunk:head+2*chunk])
	copy(moved[head+chunk:], file[head:head+chunk])
	for name, c := range map[string]struct {
		file []byte
		pass string
		want error
	}{
		"another passphrase":         {file, "quattro parole a Caso", backup.ErrPassphrase},
		"nothing":                    {nil, passphrase, backup.ErrNotBackup},
		"another file":               {[]byte("PK\x03\x04 and so on, long enough to be read as a head by mistake"), passphrase, backup.ErrNotBackup},
		"only the head":              {file[:head], passphrase, backup.ErrCut},
		"cut between chunks":         {file[:head+chunk], passphrase, backup.ErrCut},
		"cut within a chunk":         {file[:head+chunk+100], passphrase, backup.ErrCut},
		"the last byte missing":      {file[:len(file)-1], passphrase, backup.ErrCut},
		"a bit of the salt":          {changed(20), passphrase, backup.ErrPassphrase},
		"a bit of the first part":    {changed(head + 5), passphrase, backup.ErrDamaged},
		"a bit of a later part":      {changed(head + chunk + 5), passphrase, backup.ErrDamaged},
		"chunks that changed places": {moved, passphrase, backup.ErrDamaged},
	} {
		if err := restore(c.file, c.pass); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	hashes, err := backup.Hashes(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if err := restore(file, passphrase); err != nil {
		t.Fatalf("after all these the database is no longer empty: %v", err)
	}
	if err := restore(file, passphrase); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("restored over data: %v (%d tables)", err, len(hashes))
	}
	if _, err := backup.Write(t.Context(), &bytes.Buffer{}, to, nil, "", "short"); !errors.Is(err, backup.ErrShort) {
		t.Errorf("a short passphrase: %v", err)
	}
}
