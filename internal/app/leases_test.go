package app_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"abilita/course/lease"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

// sidecar is the holder of one engine, which asks without a network.
type sidecar struct {
	w      *apptest.World
	token  string
	ask    app.LeaseAsked
	holder *lease.Holder
	asked  int
}

func newSidecar(w *apptest.World, token, engine, instance string) *sidecar {
	return &sidecar{w: w, token: token, ask: app.LeaseAsked{Engine: engine, Instance: instance, Lines: []string{"donazioni"}}, holder: lease.NewHolder(w.App.Engines.LeaseKey(), engine, instance)}
}

// request asks and returns the answer without applying it.
func (s *sidecar) request(t *testing.T) (nonce string, b []byte) {
	t.Helper()
	s.asked++
	ask := s.ask
	ask.Nonce = fmt.Sprint("n", s.asked)
	if state, ok := s.holder.State(); ok {
		ask.Held = app.Since{Version: state.Version, At: state.Now}
	}
	b, err := s.w.App.Engines.Lease(t.Context(), s.token, ask, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ask.Nonce, b
}

func (s *sidecar) renew(t *testing.T) []lease.Entry {
	t.Helper()
	nonce, b := s.request(t)
	ceased, err := s.holder.Apply(b, nonce, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ceased
}

func (s *sidecar) enabled(who people.Actor) bool {
	return s.holder.Ask(who.Number, "donazioni", "phone").Answer(0) == lease.Yes
}

// states tells how each engine stands: name, and when it is pending until when,
// counted from now.
func answering(t *testing.T, w *apptest.World, version int64) string {
	t.Helper()
	list, err := w.App.Engines.Applied(t.Context(), w.Coordinator, w.Line, version)
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, e := range list {
		out += e.Name
		if !e.Applied {
			out += " " + e.By.Sub(w.Now).String()
		}
		out += ";"
	}
	return out
}

// A lease says what becomes of a contact that is going on when somebody was stopped
// by a decision, on a line that does not let it finish; a break or the end of a
// certificate is no decision against anybody.
func TestALeaseSaysWhatBecomesOfAContact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{{"finish", ""}, {"hand_over", "hand_over"}, {"cut", "cut"}} {
		w := apptest.New(t)
		giulia := w.Certified("Giulia", "Ferrandi")
		_, settings, err := w.App.Lines.Settings(t.Context(), w.Coordinator, w.Code)
		if err != nil {
			t.Fatal(err)
		}
		settings.Running = c.line
		if err := w.App.Lines.Change(t.Context(), w.Coordinator, w.Cmd(), w.Code, settings); err != nil {
			t.Fatal(err)
		}
		s := newSidecar(w, gateKey(t, w, app.NewKey{Name: "sidecar", Scopes: []string{"leases"}}), "pbx", "1")
		s.renew(t)
		told := func(step, want string, do func() error) {
			t.Helper()
			w.Advance(time.Second)
			if err := do(); err != nil {
				t.Fatal(err)
			}
			phone, n := "", 0
			for _, e := range s.renew(t) {
				if e.Agent == giulia.Number && e.Channel == "phone" {
					phone = e.Running
					n++
				}
			}
			if phone != want || n != 1 {
				t.Errorf("a line that says %s, %s: told %d times %q, want once %q", c.line, step, n, phone, want)
			}
		}
		told("a break", "", func() error { return w.App.Study.SetPause(t.Context(), giulia, w.Cmd(), true) })
		if c.want != "" { // nothing to tell of somebody who was not enabled where contacts finish
			told("suspended during it", c.want, func() error {
				return w.App.Corrections.Suspend(t.Context(), w.Coordinator, w.Cmd(), giulia.Number, app.Suspending{Reason: "quality", Words: "Da vedere.", AppealBy: w.Now.AddDate(0, 1, 0).Format(time.DateOnly)})
			})
			if err := w.App.Corrections.Restore(t.Context(), w.Coordinator, w.Cmd(), giulia.Number, "Si riprende."); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.App.Study.SetPause(t.Context(), giulia, w.Cmd(), false); err != nil {
			t.Fatal(err)
		}
		s.renew(t)
		told("revoked", c.want, func() error {
			_, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), certificateOf(t, w, giulia), app.Stop{
				Do: "revoke", Words: "motivo", Reason: app.StopReasons[0], AppealBy: w.Now.AddDate(0, 0, 10).Format(time.DateOnly),
			})
			return err
		})
	}
}

func TestARevocationKnowsWhoHoldsALease(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	giulia, marco := w.Certified("Giulia", "Ferrandi"), w.Certified("Marco", "Sala")
	gateKey(t, w, app.NewKey{Name: "centralino", Scopes: []string{"check"}})
	token := gateKey(t, w, app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	a, b := newSidecar(w, token, "pbx-a", "1"), newSidecar(w, token, "pbx-b", "1")
	a.renew(t)
	w.Advance(time.Second)
	b.renew(t)
	if !a.enabled(giulia) || !a.enabled(marco) || !b.enabled(giulia) {
		t.Fatal("the lease lacks somebody enabled")
	}
	stopped, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), certificateOf(t, w, giulia), app.Stop{
		Do: "revoke", Words: "motivo", Reason: app.StopReasons[0], AppealBy: w.Now.AddDate(0, 0, 10).Format(time.DateOnly),
	})
	if err != nil {
		t.Fatal(err)
	}
	v := stopped.Version
	if got, want := answering(t, w, v), "centralino;pbx-a 4s;pbx-b 5s;"; got != want {
		t.Errorf("at once: %s, want %s", got, want)
	}
	if ceased := a.renew(t); len(ceased) != 1 || ceased[0].Agent != giulia.Number || a.enabled(giulia) || !a.enabled(marco) {
		t.Errorf("the next lease: ceased %v", ceased)
	}
	if got, want := answering(t, w, v), "centralino;pbx-a 4s;pbx-b 5s;"; got != want {
		t.Errorf("sent and not acknowledged, the lease before counts: %s, want %s", got, want)
	}
	a.renew(t)
	if got, want := answering(t, w, v), "centralino;pbx-a;pbx-b 5s;"; got != want {
		t.Errorf("acknowledged: %s, want %s", got, want)
	}
	b.request(t) // lost on its way
	if got, want := answering(t, w, v), "centralino;pbx-a;pbx-b 5s;"; got != want {
		t.Errorf("a lost answer prolongs nothing: %s, want %s", got, want)
	}
	w.Advance(5 * time.Second)
	if got, want := answering(t, w, v), "centralino;pbx-a;pbx-b;"; got != want {
		t.Errorf("after its lease ended: %s, want %s", got, want)
	}
}

func TestALeaseLivesAsLongAsItsLineAllows(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	token := gateKey(t, w, app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	s := newSidecar(w, token, "pbx", "1")
	for _, tc := range []struct {
		line         int
		wished, want time.Duration
	}{{5, 0, 5 * time.Second}, {5, time.Second, time.Second}, {5, time.Minute, 5 * time.Second}, {30, 0, 30 * time.Second}, {30, 20 * time.Second, 20 * time.Second}, {1, 0, time.Second}} {
		_, in, err := w.App.Lines.Settings(t.Context(), w.Coordinator, "donazioni")
		if err != nil {
			t.Fatal(err)
		}
		in.LeaseSeconds = tc.line
		if err := w.App.Lines.Change(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in); err != nil {
			t.Fatal(err)
		}
		s.ask.Lifetime = tc.wished
		if s.renew(t); s.holder.Lifetime() != tc.want {
			t.Errorf("a line of %d s, %v wished: %v, want %v", tc.line, tc.wished, s.holder.Lifetime(), tc.want)
		}
	}
	for _, bad := range []int{0, 31, -1} {
		_, in, err := w.App.Lines.Settings(t.Context(), w.Coordinator, "donazioni")
		if err != nil {
			t.Fatal(err)
		}
		in.LeaseSeconds = bad
		if err := w.App.Lines.Change(t.Context(), w.Coordinator, w.Cmd(), "donazioni", in); err == nil {
			t.Errorf("%d seconds are accepted", bad)
		}
	}
}

// TestLeasesRaceRevocations races renewals against decisions. Once a decision was
// answered, whoever is not listed as pending may not have the person enabled, and
// no lease asked for afterwards has.
func TestLeasesRaceRevocations(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	giulia := w.Certified("Giulia", "Ferrandi")
	token := gateKey(t, w, app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	const engines, rounds = 4, 12
	cars := make([]*sidecar, engines)
	locks := make([]sync.Mutex, engines)
	for i := range cars {
		cars[i] = newSidecar(w, token, fmt.Sprint("pbx-", i), "1")
	}
	for round := range rounds {
		var all sync.WaitGroup
		for i := range cars {
			all.Go(func() {
				for range 3 {
					locks[i].Lock()
					cars[i].renew(t)
					locks[i].Unlock()
				}
			})
		}
		stopCertificate(t, w, giulia, "suspend")
		var version int64
		if err := w.DB.Read().GetContext(t.Context(), &version, `SELECT version FROM gate_version`); err != nil {
			t.Fatal(err)
		}
		list, err := w.App.Engines.Applied(t.Context(), w.Coordinator, w.Line, version)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			for i := range cars {
				if e.Name != cars[i].ask.Engine || !e.Applied {
					continue
				}
				locks[i].Lock()
				if cars[i].enabled(giulia) {
					t.Errorf("round %d: %s counts as applied and still says yes", round, e.Name)
				}
				locks[i].Unlock()
			}
		}
		all.Wait()
		for i := range cars {
			if cars[i].renew(t); cars[i].enabled(giulia) {
				t.Errorf("round %d: a lease asked for afterwards says yes", round)
			}
		}
		stopCertificate(t, w, giulia, "restore")
		for i := range cars {
			if cars[i].renew(t); !cars[i].enabled(giulia) {
				t.Errorf("round %d: restored, and the next lease says no", round)
			}
		}
	}
}

// TestFirstLeasesRaceRevocations races first leases, of which nobody knows yet,
// against decisions: whoever got one with the person enabled is listed as pending.
func TestFirstLeasesRaceRevocations(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	giulia := w.Certified("Giulia", "Ferrandi")
	token := gateKey(t, w, app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	for round := range 15 {
		cars := make([]*sidecar, 6)
		var all sync.WaitGroup
		for i := range cars {
			cars[i] = newSidecar(w, token, fmt.Sprintf("pbx-%d-%d", round, i), "1")
			all.Go(func() { cars[i].renew(t) })
		}
		stopCertificate(t, w, giulia, "suspend")
		var version int64
		if err := w.DB.Read().GetContext(t.Context(), &version, `SELECT version FROM gate_version`); err != nil {
			t.Fatal(err)
		}
		list, err := w.App.Engines.Applied(t.Context(), w.Coordinator, w.Line, version)
		if err != nil {
			t.Fatal(err)
		}
		pending := map[string]bool{}
		for _, e := range list {
			pending[e.Name] = !e.Applied
		}
		all.Wait()
		for _, car := range cars {
			if car.enabled(giulia) && !pending[car.ask.Engine] {
				t.Errorf("round %d: %s says yes and nobody was told", round, car.ask.Engine)
			}
		}
		stopCertificate(t, w, giulia, "restore")
	}
}

// A lease that waits comes with the decision, and acknowledges what it had.
func TestALeaseWaitsForWhatChanges(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	giulia := w.Certified("Giulia", "Ferrandi")
	token := gateKey(t, w, app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	s := newSidecar(w, token, "pbx", "1")
	s.renew(t)
	state, _ := s.holder.State()
	got := make(chan []byte, 1)
	ask := s.ask
	ask.Nonce, ask.Held = "long", app.Since{Version: state.Version, At: state.Now}
	go func() {
		b, err := w.App.Engines.Lease(t.Context(), token, ask, app.LongestWait)
		if err != nil {
			t.Error(err)
		}
		got <- b
	}()
	stopCertificate(t, w, giulia, "revoke")
	if ceased, err := s.holder.Apply(<-got, "long", 0); err != nil || len(ceased) != 1 {
		t.Errorf("ceased %v, %v", ceased, err)
	}
}
