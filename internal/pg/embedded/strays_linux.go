package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// strays are the processes of a server whose working folder is dir: a
// postmaster, or backends that outlived theirs. A server always works there.
func strays(dir string) ([]int, error) {
	want, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", dir, err)
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		comm, err := os.ReadFile(filepath.Join("/proc", e.Name(), "comm"))
		if err != nil || !strings.HasPrefix(string(comm), "postgres") {
			continue // gone meanwhile, or an administrator's shell in that folder
		}
		cwd, err := os.Stat(filepath.Join("/proc", e.Name(), "cwd"))
		if err == nil && os.SameFile(want, cwd) && !zombie(pid) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// stopStrays ends the strays of dir, first kindly, then at once. It is called
// under the folder's lock, so nobody else has a claim on them.
func stopStrays(ctx context.Context, dir string, log *slog.Logger) error {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, patience}, {syscall.SIGQUIT, 5 * time.Second}, {syscall.SIGKILL, 5 * time.Second}} {
		pids, err := strays(dir)
		if err != nil {
			return err
		}
		if len(pids) == 0 {
			return nil
		}
		log.WarnContext(ctx, "stopping a database server left behind", "signal", step.signal.String(), "processes", len(pids))
		targets := pids
		if step.signal == syscall.SIGINT {
			// Only the postmaster understands it as "shut down"; backends without one only understand SIGQUIT.
			pm := postmaster(dir)
			if !slices.Contains(pids, pm) {
				continue
			}
			targets = []int{pm}
		}
		for _, pid := range targets {
			if err := syscall.Kill(pid, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("stop process %d, a PostgreSQL that uses %s: %w", pid, dir, err)
			}
		}
		if err := gone(ctx, dir, step.wait); err != nil {
			return err
		}
	}
	if pids, err := strays(dir); err != nil || len(pids) > 0 {
		return errors.Join(err, fmt.Errorf("%w: PostgreSQL processes %v use %s and do not end; end them first", ErrInUse, pids, dir))
	}
	return nil
}

// gone waits until dir has no strays, at most as long as patience allows.
func gone(ctx context.Context, dir string, patience time.Duration) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if pids, err := strays(dir); err != nil || len(pids) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// postmaster is the pid that the server wrote into its pid file, 0 when there
// is none.
func postmaster(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(strings.TrimSpace(string(line)))
	if err != nil {
		return 0
	}
	return pid
}

// clearPidFile removes the pid file of a server that died only when its pid
// lives on as something else or as a zombie: PostgreSQL would refuse to start.
// A pid that is gone is left to PostgreSQL, which judges the rest better. Call
// it only when dir has no strays.
func clearPidFile(dir string) error {
	pid := postmaster(dir)
	if pid == 0 || !alive(pid) && !zombie(pid) {
		return nil
	}
	if err := os.Remove(filepath.Join(dir, "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the pid file of a dead server: %w", err)
	}
	return nil
}

func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

func zombie(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	// The name in parentheses may itself hold a parenthesis: look after the last.
	i := bytes.LastIndexByte(stat, ')')
	return i >= 0 && len(stat) > i+2 && stat[i+2] == 'Z'
}
