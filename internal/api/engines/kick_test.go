package engines_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/pg/pgtest"
)

// Kamailio asks the side-car beside it, which follows the gate and kicks: with the
// real processes, over real calls. What rings is taken back at the decision, a call
// that is going on is treated as the line says, and a gate that is killed empties
// the line only when the lease ends. P6, V41.
func TestCallsThroughTheSidecar(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	pgtest.Unfreeze(t, w.DB)
	token, err := w.App.Gate.AddKey(t.Context(), w.Admin, w.Cmd(), app.NewKey{Name: "lato", Scopes: []string{"leases"}})
	must(t, err)
	gate := w.serve(t, freePort(t))
	gate.ready()
	kick := freePort(t)
	kicks := newKicks(t, "http://"+kick)
	car := w.sidecar(t, freePort(t), gate.addr, token, kicks.url)
	car.ready()
	x := &sided{exchange: newExchange(t, w, site{gateURL: "http://" + car.addr, kick: kick}, w.people[3]), kicks: kicks, token: token, gate: gate, car: car}
	t.Run("only who is registered and enabled rings", x.onlyEnabled)
	t.Run("a phone that rings is taken back", x.takenBackByTheSidecar)
	t.Run("a call in progress is finished", x.finished)
	t.Run("a call in progress is cut", x.isCut)
	t.Run("a call in progress is to be handed over", x.handedOver)
	t.Run("Abilita killed, answered for one lease", x.answeredForOneLease)
	t.Run("the side-car killed", x.sidecarKilled)
}

// sided is an exchange with a side-car.
type sided struct {
	*exchange
	kicks     *kicks
	token     string // for leases
	gate, car *process
}

// kicks stands between side-car and Kamailio and notes what is said.
type kicks struct {
	url  string
	told *diary
	mu   sync.Mutex
	list []string // "PATH: answer"
}

func newKicks(t testing.TB, to string) *kicks {
	t.Helper()
	u, err := url.Parse(to)
	must(t, err)
	k := &kicks{told: &diary{}}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ModifyResponse = func(resp *http.Response) error {
		body, err := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(bytes.NewReader(body))
		k.mu.Lock()
		k.list = append(k.list, resp.Request.URL.Path+": "+strings.TrimSpace(string(body)))
		k.mu.Unlock()
		k.told.tell()
		return err
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	k.url = server.URL
	return k
}

// of waits for the kick on a path and returns what Kamailio answered to the newest.
func (k *kicks) of(t testing.TB, path string) string {
	t.Helper()
	said := ""
	k.told.until(t, "the side-car kicks "+path, func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		for _, s := range slices.Backward(k.list) {
			if at, answer, _ := strings.Cut(s, ": "); at == path {
				said = answer
				return true
			}
		}
		return false
	})
	return said
}

func (k *kicks) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = nil
}

// line changes what the line does with calls in progress, and how long a lease lives.
func (x *sided) line(t testing.TB, running string, lease int) {
	t.Helper()
	_, s, err := x.w.App.Lines.Settings(t.Context(), x.w.Coordinator, x.w.Code)
	must(t, err)
	s.Running, s.LeaseSeconds = running, lease
	must(t, x.w.App.Lines.Change(t.Context(), x.w.Coordinator, x.w.Cmd(), x.w.Code, s))
}

// path is where the side-car kicks anna.
func (x *sided) path(running string) string {
	return "/revoked/" + x.w.people[0].Number + "/donazioni/phone/" + running
}

// toAnna makes the others busy, so that the next call is anna's.
func (x *sided) toAnna() {
	x.begin()
	x.kicks.forget()
	x.bea.be(false, true)
}

// again lets anna answer once more.
func (x *sided) again(t testing.TB) {
	t.Helper()
	x.w.change("restore", x.w.people[0])
	for range 200 {
		x.begin()
		x.bea.be(false, true)
		x.k.call(t, number, 1, 1).served()
		if anna, _, _ := x.rang(); anna == 1 {
			return
		}
	}
	t.Fatal("anna gets no calls again")
}

func (x *sided) takenBackByTheSidecar(t *testing.T) {
	kicked := 0
	const trials = 3
	for range trials {
		x.toAnna()
		x.anna.be(true, false)
		caller := x.k.call(t, number, 1, 1)
		x.calls.until(t, "anna's phone rings", func() bool { return len(x.anna.got()) == 1 })
		busy := len(x.bea.got())
		x.bea.be(false, false)
		x.w.change("suspend", x.w.people[0])
		answered := time.Now()
		x.calls.until(t, "anna's phone is cancelled", func() bool { return x.anna.cancelled() == 1 })
		t.Logf("cancelled %v after the answer", time.Since(answered).Round(time.Millisecond))
		if x.kicks.of(t, x.path("finish")) == "cancelled 1, ended 0, left 0" {
			kicked++
		}
		caller.served()
		// Bea was asked and busy before anna, or comes after her.
		if _, b, fallback := x.rang(); b != 1 || fallback != busy {
			t.Errorf("bea %d (busy before: %d), fallback %d", b, busy, fallback)
		}
		x.again(t)
	}
	// The look each second may be first now and then, not as a rule.
	if kicked < trials-1 {
		t.Errorf("%d of %d phones were taken back by the kick", kicked, trials)
	}
}

// talking is a caller who talks to anna.
func (x *sided) talking(t *testing.T, kind string, d time.Duration) *callers {
	t.Helper()
	x.toAnna()
	caller := x.k.callAs(t, kind, number, 1, 1, d)
	x.calls.until(t, "anna talks", func() bool { return x.anna.acknowledged() == 1 })
	return caller
}

func (x *sided) finished(t *testing.T) {
	x.line(t, "finish", 5)
	caller := x.talking(t, "caller.xml", 2500*time.Millisecond)
	x.w.change("suspend", x.w.people[0])
	if got := x.kicks.of(t, x.path("finish")); got != "cancelled 0, ended 0, left 1" || x.anna.ended() != 0 {
		t.Errorf("the kick: %q, %d calls ended", got, x.anna.ended())
	}
	caller.served() // to the end, by the caller's own hand
	x.calls.until(t, "the caller hangs up", func() bool { return x.anna.ended() == 1 })
	x.again(t)
}

func (x *sided) isCut(t *testing.T) {
	x.line(t, "cut", 5)
	// A break is no stop: whoever pauses while talking goes on.
	anna := x.w.people[0]
	caller := x.talking(t, "held.xml", 0)
	must(t, x.w.App.Study.SetPause(t.Context(), anna, x.w.Cmd(), true))
	if got := x.kicks.of(t, x.path("finish")); got != "cancelled 0, ended 0, left 1" || x.anna.ended() != 0 {
		t.Errorf("a pause: %q, %d calls ended", got, x.anna.ended())
	}
	// A suspension reaches the call, though she was not enabled any more.
	x.w.change("suspend", anna)
	answered := time.Now()
	x.calls.until(t, "the call is cut", func() bool { return x.anna.ended() == 1 })
	t.Logf("cut %v after the answer", time.Since(answered).Round(time.Millisecond))
	if got := x.kicks.of(t, x.path("cut")); got != "cancelled 0, ended 1, left 0" {
		t.Errorf("the kick: %q", got)
	}
	caller.served() // heard the end, too
	must(t, x.w.App.Study.SetPause(t.Context(), anna, x.w.Cmd(), false))
	x.again(t)
	// Others' calls go on.
	x.begin()
	x.kicks.forget()
	x.anna.be(false, true)
	other := x.k.callAs(t, "caller.xml", number, 1, 1, 1500*time.Millisecond)
	x.calls.until(t, "bea talks", func() bool { return x.bea.acknowledged() == 1 })
	x.w.change("suspend", anna)
	if got := x.kicks.of(t, x.path("cut")); got != "cancelled 0, ended 0, left 0" || x.bea.ended() != 0 {
		t.Errorf("somebody else's stop: %q, %d calls ended", got, x.bea.ended())
	}
	other.served()
	x.again(t)
}

func (x *sided) handedOver(t *testing.T) {
	x.line(t, "hand_over", 5)
	caller := x.talking(t, "caller.xml", 1500*time.Millisecond)
	x.w.change("suspend", x.w.people[0])
	if got := x.kicks.of(t, x.path("hand_over")); got != "cancelled 0, ended 0, left 1" || x.anna.ended() != 0 {
		t.Errorf("the kick: %q, %d calls ended", got, x.anna.ended())
	}
	caller.served()
	if text, err := os.ReadFile(x.k.log); err != nil || !strings.Contains(string(text), x.w.people[0].Number+" was stopped while talking on line donazioni") {
		t.Errorf("Kamailio tells nobody (%v)", err)
	}
	x.again(t)
}

// The gate is killed in the middle of calls: for one lease volunteers answer, then the
// fallback, and every caller is answered.
func (x *sided) answeredForOneLease(t *testing.T) {
	const lease = 2
	x.line(t, "finish", lease)
	x.w.change("suspend", x.w.people[0])
	x.again(t) // so a lease of the new life is in force
	x.begin()
	const n = 240
	callers := x.k.call(t, number, n, 60)
	x.calls.until(t, "calls come", func() bool { a, b, _ := x.rang(); return a+b >= 20 })
	x.gate.kill()
	killed := time.Now()
	callers.served()
	a, b, fallback := x.rang()
	during, late := 0, 0
	for _, o := range append(x.anna.got(), x.bea.got()...) {
		switch {
		case o.sent.After(killed.Add(lease * time.Second)):
			late++
		case o.sent.After(killed):
			during++
		}
	}
	t.Logf("%d calls to volunteers after the gate was killed, %d to the fallback", during, fallback)
	if late != 0 || during == 0 || fallback == 0 || a+b+fallback != n {
		t.Errorf("%d within the lease, %d after it; anna %d, bea %d, fallback %d of %d", during, late, a, b, fallback, n)
	}
	x.gate = x.w.serve(x.w.T, x.gate.addr) // lives on with the test
	x.gate.ready()
	x.back(t)
}

func (x *sided) sidecarKilled(t *testing.T) {
	x.outage(t, x.car.kill, func() { x.car = x.w.sidecar(x.w.T, x.car.addr, x.gate.addr, x.token, x.kicks.url) })
}
