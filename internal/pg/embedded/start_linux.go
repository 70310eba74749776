package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Cluster is a running private server. Its methods are safe for concurrent use.
type Cluster struct {
	home     home
	who      account // runs the server
	ours     account // owns our own files
	addr     address
	password string
	server   *process
	words    *words
	unlock   func()
	log      *slog.Logger
	stopped  sync.Once
}

// home names the files of a data folder.
type home struct{ dir string }

func (h home) lock() string     { return filepath.Join(h.dir, "lock") }
func (h home) base() string     { return filepath.Join(h.dir, "postgres") }
func (h home) data() string     { return filepath.Join(h.base(), "data") }
func (h home) unborn() string   { return filepath.Join(h.base(), "data.new") }
func (h home) run() string      { return filepath.Join(h.base(), "run") }
func (h home) password() string { return filepath.Join(h.base(), "password") }
func (h home) running() string  { return filepath.Join(h.base(), "running.json") }

// Start takes the folder, makes the cluster when there is none, stops what an
// earlier death left behind, starts the server, and returns when it answers and
// has the database "abilita". Ending ctx ends Start, not the server. The errors
// are those of this package, and the server's own last words when it exits.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	c := &Cluster{log: o.Log, addr: address{Port: 5432}}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	host := ""
	if o.Listen != "" {
		var port string
		if host, port, err = net.SplitHostPort(o.Listen); err == nil {
			c.addr.Port, err = strconv.Atoi(port)
		}
		if err != nil || c.addr.Port < 1 || c.addr.Port > 65535 {
			return nil, fmt.Errorf("listen address of the database %q: want host:port, for example 127.0.0.1:5433", o.Listen)
		}
	}
	if c.home.dir, err = makeFolder(o.DataDir); err != nil {
		return nil, err
	}
	if c.ours, err = ownerOf(c.home.dir); err != nil {
		return nil, err
	}
	if c.unlock, err = takeLock(ctx, c.home, c.ours); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.unlock()
		}
	}()
	major, err := dataVersion(c.home)
	if err != nil {
		return nil, err
	}
	bin, err := findBinaries(ctx, o.BinDir, major, c.home.data())
	if err != nil {
		return nil, err
	}
	if err := makeOwned(c.home.base(), c.ours); err != nil {
		return nil, err
	}
	if c.who, err = chooseAccount(c.home, bin.dir, major != 0); err != nil {
		return nil, err
	}
	for _, dir := range []string{c.home.unborn(), c.home.data()} {
		if err := stopStrays(ctx, dir, c.log); err != nil {
			return nil, err
		}
	}
	if err := c.create(ctx, bin, major == 0, o.NoFsync); err != nil {
		return nil, err
	}
	if err := clearPidFile(c.home.data()); err != nil {
		return nil, err
	}
	if c.addr.Socket, err = makeSocketDir(c.home, c.who, c.addr.Port); err != nil {
		return nil, err
	}
	if err := writeConfig(c.home, c.who, c.addr, host, o); err != nil {
		return nil, err
	}
	if err := c.launch(ctx, bin); err != nil {
		_ = c.Stop(context.WithoutCancel(ctx))
		return nil, err
	}
	return c, nil
}

// launch starts the server and waits until it answers.
func (c *Cluster) launch(ctx context.Context, bin binaries) error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("pipe for the server's words: %w", err)
	}
	cmd := exec.Command(bin.postgres(), "-D", c.home.data()) //nolint:noctx // it outlives the context of Start
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", environment(), w, w
	cmd.SysProcAttr = c.who.attributes()
	c.words = listen(r, c.log) //nolint:contextcheck // it outlives the context of Start
	c.server, err = spawn(cmd)
	_ = w.Close() // the server has its own copy; ours would keep the pipe open
	if err != nil {
		return c.who.explain(fmt.Errorf("start %s: %w", bin.postgres(), err))
	}
	c.addr.PID, c.addr.Data = c.server.pid, c.home.data()
	if err := c.ready(ctx); err != nil {
		return err
	}
	note, err := json.Marshal(c.addr)
	if err != nil {
		return fmt.Errorf("note where the server is: %w", err)
	}
	return put(c.home.running(), note, c.ours)
}

// URL is the address of a database of this server for lib/pq, through the unix
// socket, password included: keep it out of logs.
func (c *Cluster) URL(database string) string { return c.addr.url(c.password, database) }

// PID is the process of the server.
func (c *Cluster) PID() int { return c.addr.PID }

// Done is closed when the server has exited, by Stop or by itself.
func (c *Cluster) Done() <-chan struct{} { return c.server.done }

// Err says why the server exited by itself. It is nil while the server runs and
// after a Stop.
func (c *Cluster) Err() error {
	select {
	case <-c.server.done:
	default:
		return nil
	}
	if c.server.err == nil {
		return nil
	}
	return fmt.Errorf("the private PostgreSQL exited (%w)%s", c.server.err, c.words.last())
}

// patience is how long the server may take to disconnect everybody and write
// its checkpoint before it is told to quit at once, which WAL recovery mends.
const patience = 20 * time.Second

// Stop shuts the server down, fast and clean; after 20 s, or when ctx ends, at
// once. Then it gives the folder back. Close pools first. A second Stop does
// nothing.
func (c *Cluster) Stop(ctx context.Context) (err error) {
	c.stopped.Do(func() {
		if c.server != nil {
			err = c.server.stop(ctx)
		}
		_ = os.Remove(c.home.running())
		removeShortSocketDir(c.home, c.addr.Socket)
		c.unlock()
	})
	return err
}

func (p *process) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p.signal(syscall.SIGINT)
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
	}
	p.signal(syscall.SIGQUIT)
	select {
	case <-p.done:
		return errors.New("the private PostgreSQL did not stop in time and was told to quit at once; its next start recovers")
	case <-time.After(10 * time.Second):
	}
	p.signal(syscall.SIGKILL)
	<-p.done
	return errors.New("the private PostgreSQL had to be killed; its next start recovers")
}

// process is a child whose starting thread lives as long as the child does,
// because the parent-death signal is sent when that thread ends.
type process struct {
	pid  int
	done chan struct{}
	err  error // of Wait; read after done
}

func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // for ever: the thread ends with this goroutine
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	return p, <-started
}

func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.done: // reaped: the number may belong to somebody else
	default:
		_ = syscall.Kill(p.pid, s)
	}
}
