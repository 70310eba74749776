package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// folderMode lets the account of the server pass through folders that root
// makes; everybody else's folders are private.
func folderMode() fs.FileMode {
	if os.Geteuid() == 0 {
		return 0o711
	}
	return 0o700
}

// makeFolder returns the absolute path of the data folder, without symbolic
// links, made when it was missing.
func makeFolder(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no data folder given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(abs), folderMode()); err != nil {
		return "", fmt.Errorf("make the data folder (choose another with ABILITA_DATA_DIR): %w", err)
	}
	above, err := ownerOf(filepath.Dir(abs))
	if err != nil {
		return "", err
	}
	if err := makeOwned(abs, above); err != nil {
		return "", fmt.Errorf("%w (choose another data folder with ABILITA_DATA_DIR)", err)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	return abs, nil
}

// makeOwned makes a folder when it is missing. Root gives it to who, so that
// what root starts in somebody's home stays usable by that somebody.
func makeOwned(dir string, who account) error {
	err := os.Mkdir(dir, folderMode())
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil && os.Geteuid() == 0 {
		err = who.own(dir)
	}
	if err != nil {
		return fmt.Errorf("make the folder %s: %w", dir, err)
	}
	return nil
}

// takeLock makes this process the only one that uses the folder. The kernel
// gives the lock back at any death. A few tries: Attach holds it for an instant.
func takeLock(ctx context.Context, h home, owner account) (unlock func(), err error) {
	f, err := os.OpenFile(h.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data folder: %w", err)
	}
	for try := 1; ; try++ {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || try == 10 || ctx.Err() != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		text, _ := os.ReadFile(h.lock())
		_ = f.Close()
		holder := "another program"
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			holder = fmt.Sprintf("another running Abilita (process %d)", pid)
		}
		return nil, fmt.Errorf("%w: %s is already in use by %s; stop that one first, or choose another folder with ABILITA_DATA_DIR",
			ErrInUse, h.dir, holder)
	}
	if err == nil && os.Geteuid() == 0 {
		err = owner.own(h.lock())
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock the data folder %s: %w", h.dir, err)
	}
	return func() { _ = f.Close() }, nil
}

func isInUse(err error) bool { return errors.Is(err, ErrInUse) }

// Attach finds the server that another process of ours runs in dataDir and
// returns its addresses. running is false when nobody does. While that process
// is still starting Attach waits, until ctx ends.
func Attach(ctx context.Context, dataDir string) (databaseURL func(database string) string, running bool, err error) {
	abs, err := filepath.Abs(dataDir)
	if err != nil {
		return nil, false, fmt.Errorf("data folder: %w", err)
	}
	h := home{abs}
	for {
		held, err := lockHeld(h)
		if err != nil || !held {
			return nil, false, err
		}
		var a address
		note, err := os.ReadFile(h.running())
		if err == nil && json.Unmarshal(note, &a) == nil && alive(a.PID) {
			password, err := os.ReadFile(h.password())
			if err != nil {
				return nil, false, fmt.Errorf("read the password of the running server (run this as the account that started it): %w", err)
			}
			secret := strings.TrimSpace(string(password))
			return func(database string) string { return a.url(secret, database) }, true, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, false, fmt.Errorf("read where the running server is (run this as the account that started it): %w", err)
		}
		select {
		case <-ctx.Done():
			return nil, false, fmt.Errorf("%w: the process that uses %s has no database ready: %w", ErrInUse, h.dir, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func lockHeld(h home) (bool, error) {
	f, err := os.Open(h.lock())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("open the lock of the data folder: %w", err)
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the lock of the data folder: %w", err)
	}
	return false, nil
}

// dataVersion is the major version of the cluster in the folder, 0 when there
// is none. A folder in its place that is not a cluster is refused.
func dataVersion(h home) (int, error) {
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || major < 1 {
			return 0, fmt.Errorf("%w: %s says %q, which is no version of PostgreSQL that this program knows; nothing was changed",
				ErrVersion, filepath.Join(h.data(), "PG_VERSION"), strings.TrimSpace(string(text)))
		}
		return major, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read the version of the data: %w", err)
	}
	entries, err := os.ReadDir(h.data())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the database folder: %w", err)
	}
	if len(entries) > 0 {
		return 0, fmt.Errorf("%w: %s is not empty and has no PG_VERSION, so it is not a database of this program or a part of it is lost; "+
			"nothing was changed; move it away or restore a backup", ErrForeign, h.data())
	}
	return 0, nil
}

// put writes a private file (0600) whole or not at all, owned by who.
func put(path string, content []byte, who account) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is gone after the rename
	_, err = f.Write(content) // CreateTemp made it 0600
	err = errors.Join(err, f.Close())
	if err == nil {
		err = who.own(f.Name())
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
