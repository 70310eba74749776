//go:build linux

package embedded_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"abilita/internal/pg/embedded"

	_ "github.com/lib/pq"
)

// The test binary is also the program under test: started again with this
// variable it holds a server of the named folder until its input ends.
const holdVariable = "EMBEDDED_TEST_HOLD"

func TestMain(m *testing.M) {
	dir := os.Getenv(holdVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := hold(dir); err != nil {
		fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", " "))
		os.Exit(1)
	}
}

// hold starts the server, adds a row, says what it sees, and waits.
func hold(dir string) error {
	ctx := context.Background()
	c, err := embedded.Start(ctx, embedded.Options{DataDir: dir})
	if err != nil {
		return err
	}
	facts, err := visit(c.URL(embedded.Database))
	if err != nil {
		return err
	}
	fmt.Println("ready", c.PID(), facts)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return c.Stop(ctx)
}

// visit adds a row and returns the number of rows and the settings that matter.
func visit(url string) (string, error) {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE IF NOT EXISTS visit (n int GENERATED ALWAYS AS IDENTITY); INSERT INTO visit DEFAULT VALUES`); err != nil {
		return "", err
	}
	var facts string
	err = db.QueryRow(`SELECT concat_ws(' ', count(*), 'checksums=' || current_setting('data_checksums'),
		'tcp=' || coalesce(nullif(current_setting('listen_addresses'), ''), 'none'),
		'super=' || (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
		'jit=' || current_setting('jit')) FROM visit`).Scan(&facts)
	return facts, err
}

// want is what visit says on the nth visit.
func want(n int) string {
	return strconv.Itoa(n) + " checksums=on tcp=none super=false jit=off"
}

// folder is an empty folder that every account can enter, as an administrator
// would make it for the program.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "embedded-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, o embedded.Options) *embedded.Cluster {
	t.Helper()
	o.NoFsync = true
	c, err := embedded.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop(context.Background()) })
	return c
}

func stop(t *testing.T, c *embedded.Cluster) {
	t.Helper()
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func mustVisit(t *testing.T, url string, n int) {
	t.Helper()
	got, err := visit(url)
	if err != nil {
		t.Fatal(err)
	}
	if got != want(n) {
		t.Errorf("visit %d says %q, want %q", n, got, want(n))
	}
}

// holder is another process of ours that runs a server.
type holder struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	server int // pid
	facts  string
	err    string // what it said instead of ready
}

// holdAs starts a holder as the given account; nil is our own.
func holdAs(t *testing.T, dir string, who *syscall.Credential) *holder {
	t.Helper()
	cmd := exec.Command(program(t))
	cmd.Env = append(os.Environ(), holdVariable+"="+dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h := &holder{cmd: cmd, stdin: stdin}
	t.Cleanup(func() { h.kill() })
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word != "ready" {
		h.err = rest
		return h
	}
	pid, facts, _ := strings.Cut(rest, " ")
	if h.server, err = strconv.Atoi(pid); err != nil {
		t.Fatalf("holder said %q", line)
	}
	h.facts = facts
	return h
}

// program is a copy of the test binary that every account can run.
func program(t *testing.T) string {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder(t), "program")
	// A process that another test starts while this file is open for writing would
	// hold it open, and running it would fail: "text file busy".
	syscall.ForkLock.RLock()
	err = os.WriteFile(path, text, 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// leave ends a holder in good order.
func (h *holder) leave(t *testing.T) {
	t.Helper()
	_ = h.stdin.Close()
	if err := h.cmd.Wait(); err != nil {
		t.Errorf("holder ended with %v", err)
	}
}

// kill is kill -9.
func (h *holder) kill() {
	if h.cmd.ProcessState == nil {
		_ = h.cmd.Process.Kill()
		_ = h.cmd.Wait()
	}
}

// servers are the PostgreSQL processes that work in dir.
func servers(t *testing.T, dir string) []string {
	t.Helper()
	var pids []string
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		to, err := os.Readlink(l)
		if err == nil && strings.HasPrefix(to, dir+"/") {
			pids = append(pids, filepath.Base(filepath.Dir(l)))
		}
	}
	return pids
}

// mustVanish waits until the servers of dir are gone.
func mustVanish(t *testing.T, dir string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for len(servers(t, dir)) > 0 {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("processes %v still work in %s", servers(t, dir), dir)
		}
	}
}

// digest is a hash of every name, owner, mode, time and byte under dir.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		fmt.Fprintln(h, path, info.Mode(), info.ModTime().UnixNano(), st.Uid, st.Gid)
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			h.Write(text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
