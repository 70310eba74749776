package pgtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"abilita/internal/pg/embedded"
)

// The shared server belongs to a keeper, a process that outlives the test
// program that started it. Every test program holds a shared lock on the file
// `users` for its whole life; the kernel gives it back at any death. When the
// keeper has been able to take the lock alone for idleTime, it stops the server
// and removes the folder. The keeper's own death stops the server at once, and
// the next test program starts another keeper, which recovers the folder.

// keeperVariable makes a test program the keeper of the named folder.
const keeperVariable = "ABILITA_PGTEST_KEEPER"

// idleTime bridges the gaps between the test programs of one `go test ./...`.
const idleTime = 5 * time.Second

// The keeper is the test program itself, started again: no other program of
// ours is sure to be built. Only an init runs before the tests of whatever
// package it is.
func init() { //nolint:gochecknoinits // see above
	if dir := os.Getenv(keeperVariable); dir != "" {
		if err := keep(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

func keep(dir string) error {
	users, err := os.OpenFile(filepath.Join(dir, "users"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer users.Close()
	c, err := embedded.Start(context.Background(), embedded.Options{
		DataDir: filepath.Join(dir, "cluster"), NoFsync: true,
		Settings: map[string]string{
			"max_connections": "300",   // many test programs, each with its pools
			"max_wal_size":    "256MB", // it may lie in memory
		},
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	const step = 250 * time.Millisecond
	for idle := time.Duration(0); idle < idleTime; {
		select {
		case <-c.Done():
			return c.Err()
		case <-time.After(step):
		}
		err := syscall.Flock(int(users.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			idle = 0
			continue
		case err != nil:
			return errors.Join(err, c.Stop(context.Background()))
		}
		if idle += step; idle < idleTime {
			err = syscall.Flock(int(users.Fd()), syscall.LOCK_UN)
		}
		if err != nil {
			return errors.Join(err, c.Stop(context.Background()))
		}
	}
	// The lock is ours until we exit: a newcomer waits, and then finds its file gone.
	return errors.Join(c.Stop(context.Background()), os.RemoveAll(dir))
}

// room is where the server lies: in memory, where a clone takes 30 ms instead of
// 200, unless TMPDIR asks for a place or there is less than 1 GB.
func room() string {
	const memory = "/dev/shm"
	var st syscall.Statfs_t
	if os.Getenv("TMPDIR") == "" && syscall.Statfs(memory, &st) == nil && st.Bavail*uint64(st.Bsize) >= 1<<30 {
		return memory
	}
	return os.TempDir()
}

// startTime bounds the start of the server, initdb on a busy machine included.
const startTime = 2 * time.Minute

// sharedServer joins the users of the shared server, starts it when nobody
// keeps it, and returns the address of a database there.
func sharedServer() (string, error) {
	dir := filepath.Join(room(), "abilita-pgtest-"+strconv.Itoa(os.Geteuid()))
	users, err := join(dir)
	if err != nil {
		return "", err
	}
	starting, err := os.OpenFile(filepath.Join(dir, "starting"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	defer starting.Close()
	if err := flock(starting, syscall.LOCK_EX); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	cluster := filepath.Join(dir, "cluster")
	databaseURL, running, err := embedded.Attach(ctx, cluster)
	if err == nil && !running {
		databaseURL, err = startKeeper(ctx, dir, cluster)
	}
	if err != nil {
		return "", errors.Join(err, users.Close())
	}
	// Never closed: the lock says that this program still uses the server.
	keepAlive(users)
	return databaseURL("postgres"), nil
}

// keepAlive takes the descriptor away from the file, whose finalizer would
// close it.
func keepAlive(f *os.File) { _, _ = syscall.Dup(int(f.Fd())) }

// join makes the folder, checks that it is ours, and takes the shared lock. A
// keeper that removed the folder meanwhile makes it try again.
func join(dir string) (*os.File, error) {
	path := filepath.Join(dir, "users")
	for {
		if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		info, err := os.Lstat(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() {
			return nil, fmt.Errorf("%s is not our folder: remove it", dir)
		}
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := flock(f, syscall.LOCK_SH); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		locked, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if there, err := os.Stat(path); err == nil && os.SameFile(locked, there) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// startKeeper starts this program again as keeper, in a session of its own so
// that a Ctrl-C does not reach it, and waits until its server answers.
func startKeeper(ctx context.Context, dir, cluster string) (func(string) string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	logName := filepath.Join(dir, "keeper.log")
	log, err := os.Create(logName)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(self) //nolint:noctx // it outlives every context of ours
	cmd.Env = append(os.Environ(), keeperVariable+"="+dir)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for {
		databaseURL, running, err := embedded.Attach(ctx, cluster)
		if err != nil || running {
			return databaseURL, err
		}
		// Not Wait: a keeper that lives is nobody's business until we exit.
		if pid, err := syscall.Wait4(cmd.Process.Pid, nil, syscall.WNOHANG, nil); err != nil || pid != 0 {
			text, _ := os.ReadFile(logName)
			return nil, fmt.Errorf("the keeper of the test server ended: %s", text)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the test server did not start in %v, see %s", startTime, logName)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
