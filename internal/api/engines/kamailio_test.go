package engines_test

import (
	"testing"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// One telephone exchange, as an operator would set it up, in both variants: calls
// reach only phones of volunteers whom Abilita enables at that moment, and no
// caller is lost, whatever fails. P6, V41.
func TestCallsThroughKamailio(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	for i, variant := range []struct {
		name string
		view bool
	}{{"http", false}, {"view", true}} {
		t.Run(variant.name, func(t *testing.T) {
			x := newExchange(t, w, site{gateURL: w.gate.url(), view: variant.view}, w.people[3+i])
			t.Run("only who is registered and enabled rings", x.onlyEnabled)
			t.Run("stopped under load, nobody late and nobody lost", x.stoppedUnderLoad)
			t.Run("a fact that runs out needs nobody", x.runsOutUnderLoad)
			t.Run("a phone that rings is taken back", x.takenBack)
			t.Run("nobody enabled, the fallback", x.nobodyEnabled)
			if !variant.view {
				t.Run("Abilita killed", x.killed)
				t.Run("Abilita hangs", x.hung)
			}
			t.Run("PostgreSQL frozen", x.frozen)
		})
	}
}

// On a line of hundreds most who may answer are not at their phone: a call finds who
// is, wherever they stand in the rota.
func TestCallsOnALineOfHundreds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	w.Crowd(800)
	for _, variant := range []struct {
		name string
		view bool
	}{{"http", false}, {"view", true}} {
		t.Run(variant.name, func(t *testing.T) {
			x := newExchange(t, w, site{gateURL: w.gate.url(), view: variant.view}, w.people[3])
			x.begin()
			x.k.call(t, number, 30, 30).served()
			if anna, bea, fallback := x.rang(); anna+bea != 30 || fallback != 0 {
				t.Errorf("anna %d, bea %d, fallback %d of 30 calls", anna, bea, fallback)
			}
			x.begin()
			x.anna.be(false, true)
			x.bea.be(false, true)
			x.k.call(t, number, 10, 20).served() // both refuse: nobody is left in the rota
			if anna, bea, fallback := x.rang(); anna != 10 || bea != 10 || fallback != 10 {
				t.Errorf("both refuse: anna %d, bea %d, fallback %d of 10 calls", anna, bea, fallback)
			}
		})
	}
}

// exchange is Kamailio with phones: two enabled and registered, one enabled and not
// registered, one registered and not enabled, and the fallback.
type exchange struct {
	w                *world
	k                *kamailio
	calls            *diary
	anna, bea        *phone
	carla            *phone // her certificate will be revoked
	leaving          people.Actor
	stranger, answer *phone // not enabled; the fallback
}

const number = "390212345"

func newExchange(t *testing.T, w *world, s site, leaving people.Actor) *exchange {
	t.Helper()
	x := &exchange{w: w, calls: &diary{}, leaving: leaving}
	x.anna, x.bea = newPhone(t, "anna", x.calls), newPhone(t, "bea", x.calls)
	x.carla = newPhone(t, "carla", x.calls)
	x.stranger, x.answer = newPhone(t, "nessuno", x.calls), newPhone(t, "segreteria", x.calls)
	a, b := w.people[0].Number, w.people[1].Number
	s.token, s.database, s.fallback, s.lines = w.token, w.database, x.answer.addr, number+"=donazioni/phone;390299999=donazioni/video"
	s.passwords = map[string]string{a: "segreta-a", b: "segreta-b", w.people[2].Number: "segreta-c", "v0001": "segreta-d", leaving.Number: "segreta-e"}
	x.k = startKamailio(t, s)
	x.k.becomes("answered")
	for _, in := range []struct {
		phone              *phone
		as, user, password string
		want               int
	}{
		{x.anna, a, a, "sbagliata", 401},
		{x.anna, a, "v0001", "segreta-d", 401}, // a password of one's own, a name of somebody else's
		{x.anna, "v0002", "v0002", "qualsiasi", 401},
		{x.anna, a, a, "segreta-a", 200},
		{x.bea, b, b, "segreta-b", 200},
		{x.stranger, "v0001", "v0001", "segreta-d", 200},
	} {
		if got := in.phone.signIn(x.k, in.as, in.user, in.password); got != in.want {
			t.Fatalf("%s as %s with the password of %s: %d, want %d", in.phone.name, in.as, in.user, got, in.want)
		}
	}
	return x
}

// begin forgets what was and makes every phone answer.
func (x *exchange) begin() {
	for _, p := range []*phone{x.anna, x.bea, x.carla, x.stranger, x.answer} {
		p.forget()
		p.be(false, false)
	}
}

// rang is how many calls reached volunteers, and the fallback.
func (x *exchange) rang() (anna, bea, fallback int) {
	return len(x.anna.got()), len(x.bea.got()), len(x.answer.got())
}

func (x *exchange) onlyEnabled(t *testing.T) {
	x.begin()
	x.k.call(t, number, 40, 100).served()
	anna, bea, fallback := x.rang()
	if anna+bea != 40 || anna == 0 || bea == 0 || fallback != 0 || len(x.stranger.got()) != 0 {
		t.Errorf("anna %d, bea %d, fallback %d, stranger %d of 40 calls", anna, bea, fallback, len(x.stranger.got()))
	}
	// The certificate is for the telephone and the chat, not for video.
	x.begin()
	x.k.call(t, "390299999", 5, 50).served()
	if anna, bea, fallback := x.rang(); anna+bea != 0 || fallback != 5 {
		t.Errorf("on another channel: anna %d, bea %d, fallback %d of 5 calls", anna, bea, fallback)
	}
	// Who refuses hands the call on.
	x.begin()
	x.anna.be(false, true)
	x.k.call(t, number, 10, 50).served()
	if anna, bea, fallback := x.rang(); bea != 10 || fallback != 0 || anna == 0 {
		t.Errorf("anna refuses: anna %d, bea %d, fallback %d of 10 calls", anna, bea, fallback)
	}
}

// Every way to stop somebody, in the middle of calls. Late is a call that was sent
// after the stop was answered, and rang all the same before it was taken back.
func (x *exchange) stoppedUnderLoad(t *testing.T) {
	x.begin()
	ctx, w, anna := t.Context(), x.w, x.w.people[0]
	if code := x.carla.signIn(x.k, x.leaving.Number, x.leaving.Number, "segreta-e"); code != 200 {
		t.Fatalf("carla signs in: %d", code)
	}
	all := func() int { return len(x.anna.got()) + len(x.bea.got()) + len(x.carla.got()) + len(x.answer.got()) }
	const n = 600
	callers := x.k.call(t, number, n, 150)
	type span struct{ from, to time.Time }
	var stopped []span
	ways := []struct{ stop, start func() }{
		{func() { w.change("suspend", anna) }, func() { w.change("restore", anna) }},
		{
			func() {
				must(t, w.App.Corrections.Suspend(ctx, w.Coordinator, w.Cmd(), anna.Number, app.Suspending{Reason: "quality", Words: "Da vedere.", AppealBy: w.Now.AddDate(0, 1, 0).Format(time.DateOnly)}))
			},
			func() { must(t, w.App.Corrections.Restore(ctx, w.Coordinator, w.Cmd(), anna.Number, "Si riprende.")) },
		},
		{func() { must(t, w.App.Study.SetPause(ctx, anna, w.Cmd(), true)) }, func() { must(t, w.App.Study.SetPause(ctx, anna, w.Cmd(), false)) }},
	}
	for i := range 6 {
		was := all()
		x.calls.until(t, "more calls came", func() bool { return all() >= was+20 })
		ways[i%3].stop()
		from := time.Now()
		was = all()
		x.calls.until(t, "calls came meanwhile", func() bool { return all() >= was+25 })
		to := time.Now()
		ways[i%3].start()
		stopped = append(stopped, span{from, to})
	}
	revoked := w.change("revoke", x.leaving)
	was := all()
	x.calls.until(t, "calls came after the revocation", func() bool { return all() >= was+40 })
	callers.served()
	late, meanwhile := 0, 0
	for _, s := range stopped {
		for _, o := range x.anna.got() {
			if o.sent.After(s.from) && o.came.Before(s.to) {
				late++
			}
		}
		for _, o := range x.bea.got() {
			if o.sent.After(s.from) && o.sent.Before(s.to) {
				meanwhile++
			}
		}
	}
	for _, o := range x.carla.got() {
		if o.sent.After(revoked) {
			late++
		}
	}
	a, b, c, fallback := len(x.anna.got()), len(x.bea.got()), len(x.carla.got()), len(x.answer.got())
	if late != 0 || a+b+c != n || fallback != 0 || a == 0 || c == 0 || meanwhile < 40 {
		t.Errorf("%d late, %d calls to bea meanwhile; anna %d, bea %d, carla %d, fallback %d of %d", late, meanwhile, a, b, c, fallback, n)
	}
}

// A station check that ends is no event: nothing is sent and no job runs.
func (x *exchange) runsOutUnderLoad(t *testing.T) {
	x.begin()
	ctx, anna := t.Context(), x.w.people[0]
	pgtest.Unfreeze(t, x.w.DB)
	station := func(until time.Time) {
		t.Helper()
		must(t, x.w.DB.InTx(ctx, func(q pg.Q, _ time.Time) error {
			_, err := coursedb.New(q).Record(ctx, coursedb.FactChange{Person: anna.ID, Close: true, Fact: gate.Fact{Kind: gate.Station}},
				coursedb.FactChange{Person: anna.ID, Now: true, Fact: gate.Fact{Kind: gate.Station, Until: until}})
			return err
		}))
	}
	now, err := x.w.DB.Now(ctx)
	must(t, err)
	const last = 1200 * time.Millisecond
	ends := time.Now().Add(last) // by our clock, at the latest
	station(now.Add(last))
	callers := x.k.call(t, number, 300, 120)
	callers.served()
	first, late := 0, 0
	for _, o := range x.anna.got() {
		if o.sent.After(ends) {
			late++
		} else {
			first++
		}
	}
	a, b, fallback := x.rang()
	if late != 0 || first == 0 || a+b != 300 || fallback != 0 {
		t.Errorf("%d after the end, %d before it; anna %d, bea %d, fallback %d of 300", late, first, a, b, fallback)
	}
	station(time.Time{})
}

func (x *exchange) takenBack(t *testing.T) {
	anna, bea := x.w.people[0], x.w.people[1]
	for _, kick := range []bool{true, false} {
		x.begin()
		x.anna.be(true, false)
		x.bea.be(false, true) // busy for now: anna's turn comes
		caller := x.k.call(t, number, 1, 1)
		x.calls.until(t, "anna's phone rings", func() bool { return len(x.anna.got()) == 1 })
		x.bea.be(false, false)
		wasBusy := len(x.bea.got()) == 1
		x.w.change("suspend", anna)
		answered := time.Now()
		if kick {
			for _, bad := range []struct {
				path, secret string
				want         int
			}{
				{"/revoked/" + anna.Number + "/donazioni/phone", "sbagliato", 401}, {"/revoked/" + anna.Number + "/donazioni", kickSecret, 404}, {"/revoked/.*/donazioni/phone", kickSecret, 404},
			} {
				if code, _ := x.k.post("POST", bad.path, bad.secret); code != bad.want {
					t.Errorf("kick %s with %q: %d, want %d", bad.path, bad.secret, code, bad.want)
				}
			}
			if code, body := x.k.post("POST", "/revoked/"+anna.Number+"/donazioni/chat", kickSecret); code != 200 || body != "cancelled 0, ended 0, left 0\n" {
				t.Errorf("kick on another channel: %d %q", code, body)
			}
			code, body := x.k.post("POST", "/revoked/"+anna.Number+"/donazioni/phone", kickSecret)
			if code != 200 || body != "cancelled 1, ended 0, left 0\n" {
				t.Errorf("kick: %d %q", code, body)
			}
		} // else the exchange finds out by itself, within a second
		x.calls.until(t, "anna's phone is cancelled", func() bool { return x.anna.cancelled() == 1 })
		t.Logf("kick %v: cancelled %v after the answer", kick, time.Since(answered).Round(time.Millisecond))
		caller.served()
		_, b, fallback := x.rang()
		// Bea was tried before anna or comes after her; somebody answered the same caller.
		if wasBusy && (b != 1 || fallback != 1) || !wasBusy && (b != 1 || fallback != 0) {
			t.Errorf("kick %v: bea %d (busy before: %v), fallback %d", kick, b, wasBusy, fallback)
		}
		x.w.change("restore", anna)
	}
	_ = bea
}

func (x *exchange) nobodyEnabled(t *testing.T) {
	x.begin()
	must(t, x.w.App.Lines.SetActive(t.Context(), x.w.Coordinator, x.w.Cmd(), x.w.Line, false))
	x.k.call(t, number, 50, 100).served()
	if a, b, fallback := x.rang(); a+b != 0 || fallback != 50 {
		t.Errorf("a closed line: anna %d, bea %d, fallback %d of 50", a, b, fallback)
	}
	must(t, x.w.App.Lines.SetActive(t.Context(), x.w.Coordinator, x.w.Cmd(), x.w.Line, true))
	x.back(t)
}

// back waits until calls reach volunteers again: the list has them, and the gate
// is asked.
func (x *exchange) back(t *testing.T) {
	t.Helper()
	x.k.becomes("answered")
	for range 40 {
		x.begin()
		x.k.call(t, number, 1, 1).served()
		if a, b, _ := x.rang(); a+b == 1 {
			return
		}
	}
	t.Error("volunteers get no calls again")
}

// outage breaks something in the middle of calls: every caller is served, those
// who call after it by the fallback alone.
func (x *exchange) outage(t *testing.T, breaks, mends func()) {
	t.Helper()
	x.begin()
	callers := x.k.call(t, number, 150, 100)
	x.calls.until(t, "calls come", func() bool { a, b, _ := x.rang(); return a+b >= 20 })
	breaks()
	broken := time.Now()
	callers.served()
	a, b, fallback := x.rang()
	late := 0
	for _, o := range append(x.anna.got(), x.bea.got()...) {
		if o.sent.After(broken) {
			late++
		}
	}
	if late != 0 || fallback == 0 || a+b+fallback != 150 {
		t.Errorf("%d reached a volunteer after it; anna %d, bea %d, fallback %d of 150", late, a, b, fallback)
	}
	if got := x.k.state(); got != "unknown" {
		t.Errorf("Kamailio thinks that the gate is %q", got)
	}
	mends()
	x.back(t)
}

func (x *exchange) killed(t *testing.T) {
	x.outage(t, x.w.gate.stop, x.w.gate.start)
}

func (x *exchange) hung(t *testing.T) {
	x.outage(t, func() { x.w.gate.hangs.Store(true) }, func() { x.w.gate.hangs.Store(false) })
}

func (x *exchange) frozen(t *testing.T) {
	t.Cleanup(func() { x.w.thaw(t) })
	x.outage(t, func() { x.w.freeze(t) }, func() { x.w.thaw(t) })
}
