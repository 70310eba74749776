package engines_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/embedded"
	wholesite "abilita/internal/site"
	"abilita/migrations"
)

// world is Abilita on a PostgreSQL of its own, which can be frozen, with its gate
// on a port of its own, which can hang or be closed.
type world struct {
	*apptest.World
	cluster  *embedded.Cluster
	dir      string // of the cluster
	listen   string // where it listens for engines
	database string // address for the role of engines
	gate     *gateServer
	token    string
	people   []people.Actor // certified, in order of their numbers
}

func newWorld(t testing.TB, certified int) *world {
	t.Helper()
	listen := freePort(t)
	dir := filepath.Join(t.TempDir(), "data")
	c, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Listen: listen, NoFsync: true})
	must(t, err)
	w := &world{cluster: c, dir: dir, listen: listen}
	t.Cleanup(func() { _ = w.cluster.Stop(context.WithoutCancel(t.Context())) })
	own := c.URL(embedded.Database)
	must(t, pg.Migrate(t.Context(), own, migrations.FS))
	db, err := pg.Open(t.Context(), own)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	must(t, db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `INSERT INTO deployment (kind) VALUES ('test')`)
		return err
	}))
	w.World = apptest.NewOn(t, db, apptest.Pack())
	waiting := make([]people.Actor, certified)
	for i := range waiting {
		waiting[i] = w.Ready(givenNames[i], "Prova")
	}
	for _, v := range waiting {
		must(t, w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(v)))
	}
	w.Advance(24 * time.Hour) // cover begins
	w.people = waiting
	w.token, err = w.App.Gate.AddKey(t.Context(), w.Admin, w.Cmd(), app.NewKey{Name: "centralino", Scopes: []string{"check", "list"}})
	must(t, err)
	password, err := w.App.ViewEngines.NewPassword(t.Context(), w.Admin, w.Cmd())
	must(t, err)
	if len(password.ByHand) > 0 {
		t.Fatal("the private server does not let us give the password")
	}
	w.database = (&url.URL{Scheme: "postgres", User: url.UserPassword(pg.EngineName, password.Password), Host: listen, Path: "/" + embedded.Database}).String()
	s, err := wholesite.New(w.App, wholesite.Options{BaseURL: "http://" + listen, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	s.SetReady(true)
	w.gate = &gateServer{t: t, addr: freePort(t), handler: s.Handler}
	w.gate.start()
	t.Cleanup(w.gate.stop)
	return w
}

var givenNames = []string{"Anna", "Bea", "Carla", "Dina", "Elsa"}

// change suspends, restores or revokes the certificate of somebody, as the page does, and
// returns the instant at which that was answered.
func (w *world) change(do string, who people.Actor) time.Time {
	w.T.Helper()
	in := app.Stop{Do: do, Words: "Da rivedere insieme."}
	if do != "restore" {
		in.Reason, in.AppealBy = "quality", w.Now.AddDate(0, 1, 0).Format(time.DateOnly)
	}
	_, err := w.App.Certificates.Change(w.T.Context(), w.Coordinator, w.Cmd(), w.Proposal(who), in)
	must(w.T, err)
	return time.Now()
}

// freeze stops every process of the database where it stands.
func (w *world) freeze(t testing.TB) {
	t.Helper()
	must(t, signalAll(w.cluster.PID(), syscall.SIGSTOP))
}

func (w *world) thaw(t testing.TB) {
	t.Helper()
	must(t, signalAll(w.cluster.PID(), syscall.SIGCONT))
}

// gateServer serves the whole site and can hang or be gone.
type gateServer struct {
	t       testing.TB
	addr    string
	handler http.Handler
	hangs   atomic.Bool
	mu      sync.Mutex
	server  *http.Server
}

func (g *gateServer) url() string { return "http://" + g.addr }

func (g *gateServer) start() {
	g.t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", g.addr)
	must(g.t, err)
	g.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.hangs.Load() {
			<-r.Context().Done()
			return
		}
		g.handler.ServeHTTP(w, r)
	})}
	go func(s *http.Server) { _ = s.Serve(l) }(g.server)
}

// stop cuts every connection, as a kill does.
func (g *gateServer) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.server.Close()
}

// signalAll sends a signal to a process and to its children.
func signalAll(pid int, sig syscall.Signal) error {
	if err := syscall.Kill(pid, sig); err != nil {
		return err
	}
	all, err := children(pid)
	for _, child := range all {
		_ = syscall.Kill(child, sig) // it may have ended meanwhile
	}
	return err
}

// children are the processes that a process started.
func children(pid int) ([]int, error) {
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	var found []int
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		words := strings.Fields(rest)
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && len(words) > 1 && words[1] == strconv.Itoa(pid) {
			found = append(found, child)
		}
	}
	return found, err
}
