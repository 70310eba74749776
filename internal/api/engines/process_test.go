package engines_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"abilita/internal/pg/embedded"
)

// built is the program itself, as `make build` makes it, once for all tests.
var (
	built = sync.OnceValues(build)
	where string // folder of the program
)

func build() (path string, err error) {
	where, err = os.MkdirTemp("", "abilita-built-")
	if err != nil {
		return "", err
	}
	path = filepath.Join(where, "abilita")
	out, err := exec.Command("go", "build", "-trimpath", "-o", path, "abilita/cmd/abilita").CombinedOutput()
	if err != nil {
		return path, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
}

func TestMain(m *testing.M) {
	code := m.Run()
	if where != "" {
		_ = os.RemoveAll(where)
	}
	os.Exit(code)
}

// process is one run of the program.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	log  string // file
	addr string
	done chan struct{}
}

// run starts the program; it is killed when the test ends.
func (w *world) run(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	path, err := built()
	must(t, err)
	log, err := os.CreateTemp(t.TempDir(), "said")
	must(t, err)
	defer log.Close()
	p := &process{t: t, cmd: exec.Command(path, args...), log: log.Name(), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, tied(p.cmd, p.done))
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			text, _ := os.ReadFile(p.log)
			t.Logf("%v said:\n%s", args, text[max(0, len(text)-5000):])
		}
	})
	return p
}

// tied starts a program whose Pdeathsig means the end of this one. The kernel means
// the thread that started it, and threads end (the keeper of a cluster takes its
// own along): so one thread does nothing else until the program has ended, which
// closes done.
func tied(cmd *exec.Cmd, done chan<- struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // for ever: the thread ends with this goroutine
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(done)
	}()
	return <-started
}

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// kill is kill -9.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// ready waits until the program says so itself.
func (p *process) ready() {
	p.t.Helper()
	for range 600 {
		if ok(p.t.Context(), "http://"+p.addr+"/readyz") {
			return
		}
		select {
		case <-p.done:
			p.t.Fatal("the program ended")
		case <-time.After(50 * time.Millisecond): // polls another program
		}
	}
	p.t.Fatal("the program is never ready")
}

func ok(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// serve starts `abilita serve` on the world's database.
func (w *world) serve(t testing.TB, addr string) *process {
	t.Helper()
	return w.serveOn(t, addr, w.cluster.URL(embedded.Database))
}

func (w *world) serveOn(t testing.TB, addr, database string) *process {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, w.App.Secret.Bytes(), 0o600))
	p := w.run(t, []string{
		"ABILITA_ADDR=" + addr, "ABILITA_DATA_DIR=" + filepath.Join(t.TempDir(), "data"), "ABILITA_DATABASE_URL=" + database,
		"ABILITA_SECRET_FILE=" + secret, "ABILITA_DRAIN=100ms",
	}, "serve")
	p.addr = addr
	return p
}

// sidecar starts `abilita sidecar` beside an engine that takes kicks.
func (w *world) sidecar(t testing.TB, addr, gate, token, kick string) *process {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "key"), []byte(token+"\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "kick"), []byte(kickSecret+"\n"), 0o600))
	p := w.run(t, nil, strings.Fields("sidecar --gate http://"+gate+" --key-file "+dir+"/key --lines donazioni --engine centralino --listen "+addr+
		" --trust "+w.App.Engines.LeaseKey()+" --kick "+kick+" --kick-file "+dir+"/kick")...)
	p.addr = addr
	return p
}
