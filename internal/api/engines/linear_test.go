package engines_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/blob"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/embedded"
	"abilita/internal/pg/pgtest"
	wholesite "abilita/internal/site"
)

// The promise under test: after a stop was answered no check that starts later, on
// any instance, says enabled (P6, V41). Three instances of the program, each behind a
// wire that can lag or swallow everything, ask and change the facts of a few
// volunteers; the history of all that was answered must be that of one register.

// wire carries connections to the unix socket of the database.
type wire struct {
	addr  string
	lag   atomic.Int64 // of what the database says, in nanoseconds
	holes atomic.Bool  // swallows everything
	mu    sync.Mutex
	open  map[net.Conn]bool
}

func newWire(t testing.TB, socket string) *wire {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	w := &wire{addr: l.Addr().String(), open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = l.Close(); w.cut() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(context.Background(), "unix", socket)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.mu.Lock()
			w.open[near], w.open[far] = true, true
			w.mu.Unlock()
			go w.carry(far, near, false)
			go w.carry(near, far, true)
		}
	}()
	return w
}

func (w *wire) carry(to, from net.Conn, back bool) {
	defer func() {
		_, _ = to.Close(), from.Close()
		w.mu.Lock()
		delete(w.open, to)
		delete(w.open, from)
		w.mu.Unlock()
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && !w.holes.Load() {
			if lag := w.lag.Load(); lag > 0 && back {
				time.Sleep(time.Duration(lag)) // the fault that is played
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		_ = c.Close()
	}
}

// instance is one running copy of the program.
type instance struct {
	app  *app.App
	gate string // address
	wire *wire
}

// newInstance starts another copy on the world's database, through a wire.
func (w *world) newInstance(t testing.TB, secret app.Secret) *instance {
	t.Helper()
	u, err := url.Parse(w.cluster.URL(embedded.Database))
	must(t, err)
	in := &instance{wire: newWire(t, u.Query().Get("host")+"/.s.PGSQL."+u.Query().Get("port"))}
	u.Host, u.RawQuery = in.wire.addr, "sslmode=disable&connect_timeout=2"
	db, err := pg.Open(t.Context(), u.String())
	must(t, err)
	in.app, err = app.New(t.Context(), db, secret, blob.Folder(t.TempDir()))
	must(t, err)
	s, err := wholesite.New(in.app, wholesite.Options{BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	g := &gateServer{t: t, addr: freePort(t), handler: s.Handler}
	g.start()
	in.gate = g.url()
	t.Cleanup(func() { g.stop(); in.wire.cut(); _ = db.Close() })
	return in
}

// step is one operation on one volunteer: a check, or a change to enabled or not.
type step struct {
	whom   int
	writes bool
	to     bool
}

// register is the model: one boolean for each volunteer, true at first. A write
// without an answer may have happened or not, at any time: its end is open, and the
// model lets it be without effect by a read of either value before it.
var register = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[int][]porcupine.Operation{}
		for _, o := range history {
			whom := o.Input.(step).whom
			parts[whom] = append(parts[whom], o)
		}
		var all [][]porcupine.Operation
		for _, p := range parts {
			all = append(all, p)
		}
		return all
	},
	Init: func() any { return true },
	Step: func(state, input, output any) (bool, any) {
		if in := input.(step); in.writes {
			return true, in.to
		}
		return state == output, state
	},
}

// history is what clients did, by a clock that all of them share.
type history struct {
	began time.Time
	mu    sync.Mutex
	ops   []porcupine.Operation
	yes   int
	no    int
	lost  int // unanswered writes
}

func (h *history) now() int64 { return int64(time.Since(h.began)) }

func (h *history) add(client int, in step, call int64, output any, answered bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	end := h.now()
	if !answered {
		end = int64(time.Hour)
		h.lost++
	}
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Call: call, Output: output, Return: end})
	if !in.writes && output == true {
		h.yes++
	} else if !in.writes {
		h.no++
	}
}

// ask is a check over HTTP: known tells whether there was an answer.
func ask(ctx context.Context, base, token, agent string) (enabled, known bool) {
	ctx, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/gate/v1/check?line=donazioni&channel=phone&agent="+agent, http.NoBody)
	if err != nil {
		return false, false
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false, false
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return false, false
	}
	if strings.HasPrefix(string(text), "enabled "+agent+" donazioni phone ") {
		return true, true
	}
	return false, strings.HasPrefix(string(text), "disabled "+agent+" donazioni phone ")
}

// stopped changes whether a volunteer pauses, by any instance.
func stopped(ctx context.Context, in *instance, who people.Actor, stop bool) error {
	ctx, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
	defer cancel()
	return in.app.DB.InTx(ctx, func(q pg.Q, _ time.Time) error {
		_, err := coursedb.New(q).Record(ctx, coursedb.FactChange{Person: who.ID, Close: !stop, Now: stop, Fact: gate.Fact{Kind: gate.Pause}})
		return err
	})
}

// notified answers from a cache that LISTEN/NOTIFY would feed some time after the
// commit: what we do not ship. It lives here only, to see the test find it.
type notified struct {
	lag time.Duration
	mu  sync.Mutex
	is  map[int]bool
}

func (c *notified) told(whom int, enabled bool) {
	time.AfterFunc(c.lag, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.is[whom] = enabled
	})
}

func (c *notified) says(whom int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.is[whom]
}

// errOver says that a change did not succeed and will not any more.
var errOver = errors.New("over")

// door is how an instance is asked, and how it is told to stop somebody or no
// longer.
type door struct {
	gate string // address
	stop func(ctx context.Context, whom int, stop bool) error
}

// doors are those of instances in this process.
func (w *world) doors(all []*instance) []door {
	list := make([]door, len(all))
	for i, in := range all {
		list[i] = door{gate: in.gate, stop: func(ctx context.Context, whom int, stop bool) error { return stopped(ctx, in, w.people[whom], stop) }}
	}
	return list
}

// play lets clients ask and change for a while, or until there are no more faults. A cache, when
// there is one, answers the third instance's checks.
func (w *world) play(t *testing.T, all []door, d time.Duration, cache *notified, faults func(context.Context)) *history {
	t.Helper()
	h := &history{began: time.Now()}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	var clients sync.WaitGroup
	for i := range 6 {
		clients.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				whom := (n + i) % len(w.people)
				which := (n/2 + i) % len(all)
				in, call := step{whom: whom}, h.now()
				if cache != nil && which == 2 {
					h.add(i, in, call, cache.says(whom), true)
					time.Sleep(time.Millisecond) // as long as an answer takes
					continue
				}
				if enabled, known := ask(t.Context(), all[which].gate, w.token, w.people[whom].Number); known {
					h.add(i, in, call, enabled, true)
				}
			}
		})
	}
	for i := range w.people { // one writer for each: the model's last word is the last write's
		clients.Go(func() {
			call, to := int64(-1), false
			for tried := 0; ctx.Err() == nil; tried++ {
				in := step{whom: i, writes: true, to: to}
				if call < 0 {
					call = h.now()
				}
				switch err := all[(tried+i)%len(all)].stop(t.Context(), i, !in.to); {
				case errors.Is(err, errOver):
					// It happened by now or never will. The next try says the same: together they
					// are one change.
				default:
					h.add(10+i, in, call, nil, err == nil)
					call = -1
					if err == nil {
						to = !to
					}
					if cache != nil && err == nil {
						cache.told(i, in.to)
					}
				}
				rest(ctx, 15*time.Millisecond) // let checks come between
			}
			if call >= 0 {
				h.add(10+i, step{whom: i, writes: true, to: to}, call, nil, false)
			}
		})
	}
	if faults != nil {
		faults(ctx)
		cancel()
	}
	clients.Wait()
	for i := range w.people { // as at the beginning
		w.eventually(t, func() error { return all[0].stop(t.Context(), i, false) })
	}
	return h
}

func (h *history) judge(t *testing.T, want porcupine.CheckResult) {
	t.Helper()
	got := porcupine.CheckOperationsTimeout(register, h.ops, 60*time.Second)
	t.Logf("%d operations (%d yes, %d no, %d writes unanswered): %s", len(h.ops), h.yes, h.no, h.lost, got)
	if got != want || h.yes < 20 || h.no < 20 {
		t.Errorf("the history is %s, want %s; %d yes, %d no", got, want, h.yes, h.no)
	}
}

func TestTheGateIsOneRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	pgtest.Unfreeze(t, w.DB)
	secret := app.RandomSecret()
	all := []*instance{w.newInstance(t, secret), w.newInstance(t, secret), w.newInstance(t, secret)}
	t.Run("without faults", func(t *testing.T) {
		w.play(t, w.doors(all), 1500*time.Millisecond, nil, nil).judge(t, porcupine.Ok)
	})
	t.Run("a cache fed by notices is found out", func(t *testing.T) {
		cache := &notified{lag: 60 * time.Millisecond, is: map[int]bool{0: true, 1: true, 2: true}}
		w.play(t, w.doors(all), 1500*time.Millisecond, cache, nil).judge(t, porcupine.Illegal)
	})
	t.Run("lagging, swallowed and cut links, the database's processes killed", func(t *testing.T) {
		w.play(t, w.doors(all), 4*time.Second, nil, func(ctx context.Context) {
			for i := 0; ctx.Err() == nil; i++ {
				x := all[i%len(all)].wire
				switch i % 4 {
				case 0:
					x.lag.Store(int64(40 * time.Millisecond))
				case 1:
					x.holes.Store(true)
				case 2:
					x.cut()
				case 3:
					killBackends(t, w)
				}
				select {
				case <-ctx.Done():
				case <-time.After(400 * time.Millisecond):
				}
				if x.holes.CompareAndSwap(true, false) {
					x.cut() // what was swallowed is gone
				}
				x.lag.Store(0)
			}
		}).judge(t, porcupine.Ok)
	})
	t.Run("an answered stop outlives the database", func(t *testing.T) { w.outlives(t, all) })
}

// killBackends kills one process that serves a session: the database restarts
// itself and recovers, as after a crash.
func killBackends(t testing.TB, w *world) {
	t.Helper()
	var pid int
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := w.DB.Read().GetContext(ctx, &pid, `SELECT pg_backend_pid()`); err == nil && pid > 1 {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// outlives stops somebody, kills the database at the answer and asks after its
// recovery: a directed trial, for porcupine excuses lost writes.
func (w *world) outlives(t *testing.T, all []*instance) {
	t.Helper()
	undone, void := 0, 0
	const trials = 8
	for i := range trials {
		who := w.people[i%len(w.people)]
		if enabled, _ := w.sure(t, all[0], who); !enabled {
			t.Fatal("not enabled before the trial")
		}
		if err := stopped(t.Context(), all[i%len(all)], who, true); err != nil {
			void++
			w.eventually(t, func() error { return stopped(t.Context(), all[0], who, false) })
			continue
		}
		before, err := children(w.cluster.PID())
		must(t, err)
		killBackends(t, w)
		w.eventually(t, func() error { // every process of before is gone: what answers now has recovered
			for _, pid := range before {
				if syscall.Kill(pid, 0) == nil {
					return fmt.Errorf("process %d is still there", pid)
				}
			}
			return nil
		})
		if enabled, _ := w.sure(t, all[(i+1)%len(all)], who); enabled {
			undone++
		}
		w.eventually(t, func() error { return stopped(t.Context(), all[0], who, false) })
	}
	t.Logf("%d trials, %d void, %d undone", trials, void, undone)
	if undone > 0 || void == trials {
		t.Errorf("%d of %d answered stops were undone, %d trials void", undone, trials, void)
	}
}

// sure asks until there is an answer.
func (w *world) sure(t *testing.T, in *instance, who people.Actor) (enabled, known bool) {
	t.Helper()
	w.eventually(t, func() error {
		if enabled, known = ask(t.Context(), in.gate, w.token, who.Number); !known {
			return fmt.Errorf("no answer")
		}
		return nil
	})
	return enabled, known
}

func (w *world) eventually(t *testing.T, f func() error) {
	t.Helper()
	for range 200 {
		if f() == nil {
			return
		}
		time.Sleep(50 * time.Millisecond) // the database recovers
	}
	t.Fatal("it never came back")
}
