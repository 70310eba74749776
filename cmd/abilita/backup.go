package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"abilita/internal/app"
	"abilita/internal/audit"
	"abilita/internal/backup"
	"abilita/internal/config"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/internal/pg/embedded"
)

type backupCmd struct {
	File string `arg:"" help:"File to write; it must not exist."`
	Demo bool   `help:"Of the demonstration."`
}

// Run writes beside the file and renames at the end: a file with that name is
// always whole.
func (b *backupCmd) Run(ctx context.Context, o *out) error {
	if _, err := os.Lstat(b.File); err == nil {
		return fmt.Errorf("%s exists already: backups are never written over", b.File)
	}
	passphrase, err := askPassphrase(ctx, o, true)
	if err != nil {
		return err
	}
	in, err := open(ctx, o.cfg, b.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	f, err := os.CreateTemp(filepath.Dir(b.File), ".backup-*")
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	r, err := backup.Write(ctx, f, in.app.DB, in.app.Secret.Bytes(), filepath.Join(in.folder, "blobs"), passphrase)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if err := os.Rename(f.Name(), b.File); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if err := in.app.Setup.NoteBackup(ctx, in.actor, r.Bytes, r.Hash); err != nil {
		return err
	}
	if o.cfg.MediaURL != "" {
		fmt.Fprintln(o.std, "Pictures, sounds, films and documents lie in the store of ABILITA_MEDIA_URL and are not in this file: keep a backup of it too.")
	}
	fmt.Fprintf(o.std, "backup: %d tables, %d rows, %d files, %d bytes in %s\nKeep the passphrase apart from the file: without it nobody can read it.\n", r.Tables, r.Rows, r.Files, r.Bytes, b.File)
	return nil
}

type restoreCmd struct {
	File   string `arg:"" help:"Backup to restore."`
	Erased string `help:"List of the people who were erased since; by default erased.json of the data folder." placeholder:"FILE"`
	Demo   bool   `help:"Into the folder of a demonstration."`
}

func (r *restoreCmd) Run(ctx context.Context, o *out) (err error) {
	f, err := os.Open(r.File)
	if err != nil {
		return fmt.Errorf("open the backup: %w", err)
	}
	defer f.Close()
	folder, err := o.cfg.Folder(r.Demo)
	if err != nil {
		return err
	}
	if err := mustBeEmpty(folder); err != nil {
		return err
	}
	passphrase, err := askPassphrase(ctx, o, false)
	if err != nil {
		return err
	}
	in, err := backup.Open(bufio.NewReaderSize(f, 1<<20), passphrase)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o711); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	defer func() {
		if err != nil { // the folder was empty: what is in it now is half a restore
			err = errors.Join(err, clearFolder(folder))
		}
	}()
	key := o.cfg.SecretFile
	if key == "" {
		key = filepath.Join(folder, "secret.key")
	}
	if _, serr := os.Lstat(key); serr == nil {
		return fmt.Errorf("the key %s exists already: the backup brings its own", key)
	}
	if err := config.WriteFile(key, in.Head.Secret); err != nil {
		return fmt.Errorf("store the installation's key: %w", err)
	}
	erased, listed, err := r.erased(folder, in.Head.Secret)
	if err != nil {
		return err
	}
	got, again, err := restoreInto(ctx, o.cfg, folder, in, erased)
	if err != nil {
		if o.cfg.SecretFile != "" {
			err = errors.Join(err, os.Remove(key))
		}
		return err
	}
	fmt.Fprintf(o.std, "restored: %d tables, %d rows, %d files, as of %s; every table was compared\n", got.Tables, got.Rows, got.Files, got.Head.Taken.Format(time.RFC3339))
	if !listed {
		fmt.Fprintf(o.std, "There was no list of erased people (%s): whoever was erased after the backup is back. Erase them again.\n", backup.ErasedFile)
	} else {
		fmt.Fprintf(o.std, "erased again: %d of the %d people on the list of the erased\n", again, len(erased))
	}
	return nil
}

// erased reads the list of those whom the backup must not revive, into the
// folder too when it came from elsewhere; listed is false when there is none.
func (r *restoreCmd) erased(folder string, key []byte) (list []peopledb.Erased, listed bool, err error) {
	secret, err := app.NewSecret(key)
	if err != nil {
		return nil, false, err
	}
	home := filepath.Join(folder, backup.ErasedFile)
	found, err := backup.ReadErased(cmp.Or(r.Erased, home), installation(secret))
	if r.Erased == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	for _, e := range found {
		list = append(list, peopledb.Erased{ID: people.ID(e.ID), Made: e.Made, ErasedAt: e.ErasedAt})
	}
	return list, true, backup.KeepErased(home, installation(secret), found)
}

// installation tells the list of one installation from that of another.
func installation(secret app.Secret) string { return hex.EncodeToString(secret.For("erased")[:16]) }

// keepErased writes the list of the erased beside the database, so that no
// backup revives them.
func keepErased(ctx context.Context, a *app.App, folder string) error {
	list, err := a.Erasing.List(ctx, people.Actor{Program: "serve"})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return nil
	}
	if err := os.MkdirAll(folder, 0o711); err != nil { // an external database may have left it unmade
		return fmt.Errorf("make the data folder: %w", err)
	}
	more := make([]backup.Erased, len(list))
	for i, e := range list {
		more[i] = backup.Erased{ID: int64(e.ID), Made: e.Made, ErasedAt: e.ErasedAt}
	}
	return backup.KeepErased(filepath.Join(folder, backup.ErasedFile), installation(a.Secret), more)
}

func restoreInto(ctx context.Context, cfg config.Config, folder string, in *backup.Reader, erased []peopledb.Erased) (got backup.Result, again int, err error) {
	url := string(cfg.DatabaseURL)
	if url == "" {
		find, release, err := embedded.Use(ctx, embedded.Options{DataDir: folder, BinDir: cfg.PGBin})
		if err != nil {
			return got, again, err
		}
		defer func() { _ = release(context.WithoutCancel(ctx)) }()
		url = find(embedded.Database)
	}
	if err := vacant(ctx, cfg, url); err != nil {
		return got, again, err
	}
	a, closeDB, err := connect(ctx, cfg, folder, url)
	if err != nil {
		return got, again, err
	}
	defer closeDB()
	sealer := audit.Sealer{DB: a.DB, Key: a.Secret.For("audit")}
	got, err = in.Restore(ctx, a.DB, filepath.Join(folder, "blobs"), func(q pg.Q, now time.Time) (err error) {
		if again, err = a.Erasing.Again(ctx, q, now, erased); err != nil {
			return err
		}
		if err := a.Engines.Restored(ctx, q); err != nil {
			return err
		}
		return sealer.Restart(ctx, q, now)
	})
	if err != nil {
		return got, again, err
	}
	finding, err := sealer.Check(ctx)
	if err == nil && !finding.OK() {
		err = fmt.Errorf("the backup was restored, but the record of changes in it does not hold: %s at entry %d", finding.Problem, finding.BadEntry)
	}
	return got, again, err
}

// vacant refuses a database that holds data, before anything is made in it.
func vacant(ctx context.Context, cfg config.Config, url string) error {
	if cfg.DatabaseDirectURL != "" {
		url = string(cfg.DatabaseDirectURL)
	}
	db, err := pg.Open(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return backup.Vacant(ctx, db)
}

// notErasedList tells whether an entry of the data folder is anything but the
// list of the erased, which outlives the database.
func notErasedList(e os.DirEntry) bool { return e.Name() != backup.ErasedFile }

// mustBeEmpty refuses a folder that holds anything but the list of the erased.
func mustBeEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read the data folder: %w", err)
	}
	if slices.ContainsFunc(entries, notErasedList) {
		return fmt.Errorf("%s is not empty: a backup is restored into an empty folder only, set ABILITA_DATA_DIR", folder)
	}
	return nil
}

func clearFolder(folder string) error {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if notErasedList(e) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(folder, e.Name())))
		}
	}
	return err
}

// askPassphrase reads the passphrase from its file or asks the terminal, twice
// for a new one. It is never an argument: those can be seen by others.
func askPassphrase(ctx context.Context, o *out, fresh bool) (string, error) {
	if path := o.cfg.BackupPassphrase; path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("read the passphrase: %w", err)
		}
		line, _, _ := strings.Cut(string(b), "\n")
		return strings.TrimRight(line, "\r"), nil
	}
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return "", errors.New("no passphrase: set ABILITA_BACKUP_PASSPHRASE_FILE to a file that holds it, or run this in a terminal")
	}
	in := bufio.NewReader(os.Stdin)
	first, err := askHidden(ctx, o.err, in, "Passphrase: ")
	if err != nil || !fresh {
		return first, err
	}
	second, err := askHidden(ctx, o.err, in, "Again: ")
	if err == nil && first != second {
		err = errors.New("the two are not the same")
	}
	return first, err
}

// askHidden reads a line while the terminal shows nothing.
func askHidden(ctx context.Context, w io.Writer, in *bufio.Reader, prompt string) (string, error) {
	_, _ = fmt.Fprint(w, prompt)
	stty := func(mode string) {
		c := exec.CommandContext(context.WithoutCancel(ctx), "stty", mode)
		c.Stdin = os.Stdin
		_ = c.Run() // without stty the passphrase is shown, but it works
	}
	stty("-echo")
	defer func() { stty("echo"); fmt.Fprintln(w) }()
	line, err := in.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("read the passphrase: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
