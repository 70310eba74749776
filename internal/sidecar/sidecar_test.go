package sidecar_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/sidecar"
	"abilita/internal/web/webtest"
)

// beside is a side-car with a clock that the test moves, beside a real gate that
// can be cut off.
type beside struct {
	t     *testing.T
	site  *webtest.Site
	car   *sidecar.Sidecar
	url   string
	clock atomic.Int64
	slow  atomic.Int64 // how long an answer of the gate takes on the side-car's clock
	cut   atomic.Bool
	o     sidecar.Options
}

func newBeside(t *testing.T, kick string) *beside {
	t.Helper()
	s := webtest.Start(t)
	b := &beside{t: t, site: s}
	token, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.o = sidecar.Options{
		Gate: s.URL, Token: token, Trust: s.App.Engines.LeaseKey(), Engine: "pbx", Lines: []string{"donazioni"}, Kick: kick, Log: slog.New(slog.DiscardHandler),
		Clock: func() time.Duration { return time.Duration(b.clock.Load()) },
		Client: &http.Client{Transport: link(func(req *http.Request) (*http.Response, error) {
			if req.URL.Host == to.Host && b.cut.Load() {
				return nil, errors.New("cut off")
			}
			resp, err := http.DefaultTransport.RoundTrip(req)
			b.clock.Add(b.slow.Load())
			return resp, err
		})},
	}
	b.start()
	return b
}

type link func(*http.Request) (*http.Response, error)

func (l link) RoundTrip(req *http.Request) (*http.Response, error) { return l(req) }

// start begins a new run, as after a crash.
func (b *beside) start() {
	b.t.Helper()
	car, err := sidecar.New(b.o)
	if err != nil {
		b.t.Fatal(err)
	}
	server := httptest.NewServer(car.Handler())
	b.t.Cleanup(server.Close)
	b.car, b.url = car, server.URL
}

func (b *beside) pass(d time.Duration) { b.clock.Add(int64(d)) }

func (b *beside) renew() {
	b.t.Helper()
	if err := b.car.Renew(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *beside) get(path string) (int, string) {
	b.t.Helper()
	resp, err := http.Get(b.url + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// says compares the beginning of the answer about an agent.
func (b *beside) says(step, agent string, status int, begins string) {
	b.t.Helper()
	got, body := b.get("/gate/v1/check?line=donazioni&channel=phone&agent=" + agent)
	if got != status || !strings.HasPrefix(body, begins) {
		b.t.Errorf("%s: %d %q, want %d %q", step, got, body, status, begins)
	}
}

// lists compares the list with that of the gate.
func (b *beside) lists(step, token string, n int) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.site.URL+"/gate/v1/lines/donazioni/agents?channel=phone", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	want, err := io.ReadAll(resp.Body)
	if status, got := b.get("/gate/v1/lines/donazioni/agents?channel=phone"); err != nil || status != 200 || got != string(want) || strings.Count(got, "\n") != n+1 {
		b.t.Errorf("%s: the side-car lists %d %q, the gate %q (%v)", step, status, got, want, err)
	}
}

func (b *beside) change(number, do string) {
	b.t.Helper()
	s := b.site
	var id int64
	if err := s.DB.Read().GetContext(b.t.Context(), &id, `SELECT max(c.id) FROM certificate c JOIN person p ON p.id = c.person_id WHERE p.number = $1`, number); err != nil {
		b.t.Fatal(err)
	}
	in := app.Stop{Do: do, Words: "motivo"}
	if do != "restore" {
		in.Reason, in.AppealBy = app.StopReasons[0], s.Now.AddDate(0, 0, 10).Format(time.DateOnly)
	}
	if _, err := s.App.Certificates.Change(b.t.Context(), s.Coordinator, s.Cmd(), id, in); err != nil {
		b.t.Fatal(err)
	}
}

func TestTheSidecarAnswersLikeTheGateAndFailsClosed(t *testing.T) {
	t.Parallel()
	b := newBeside(t, "")
	v := b.site.Certified("Giulia", "Ferrandi")
	yes, no := "enabled "+v.Number+" donazioni phone v=", "disabled "+v.Number+" donazioni phone v="
	b.says("before any lease", v.Number, 503, "error unknown")
	b.renew()
	b.says("with a lease", v.Number, 200, yes)
	_, mine := b.get("/gate/v1/check?line=donazioni&channel=phone&agent=" + v.Number)
	check, err := b.site.App.Gate.AddKey(t.Context(), b.site.Admin, b.site.Cmd(), app.NewKey{Name: "c", Scopes: []string{"check"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.site.App.Gate.Check(t.Context(), check, app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number})
	if err != nil || a.Text()+"\n" != mine {
		t.Errorf("the side-car says %q, the gate %q (%v)", mine, a.Text(), err)
	}
	b.says("somebody unknown", "v9999", 200, "disabled v9999 donazioni phone v=")
	list, err := b.site.App.Gate.AddKey(t.Context(), b.site.Admin, b.site.Cmd(), app.NewKey{Name: "l", Scopes: []string{"list"}})
	if err != nil {
		t.Fatal(err)
	}
	b.lists("with a lease", list, 1)
	b.change(v.Number, "suspend")
	b.says("a lease lives on", v.Number, 200, yes)
	b.renew()
	b.says("the next lease", v.Number, 200, no)
	b.lists("the next lease", list, 0)
	b.change(v.Number, "restore")
	b.renew()
	b.says("restored", v.Number, 200, yes)

	b.cut.Store(true)
	if err := b.car.Renew(t.Context()); err == nil {
		t.Error("a lease came through a link that is cut")
	}
	b.pass(4900*time.Millisecond - 1)
	b.says("cut off, within the lease", v.Number, 200, yes)
	b.pass(1)
	b.says("cut off, the lease ended", v.Number, 503, "error unknown")
	b.says("a no is unknown too", "v9999", 503, "error unknown")
	if status, body := b.get("/gate/v1/lines/donazioni/agents?channel=phone"); status != 503 || body != "error unknown\n" {
		t.Errorf("a list is unknown too: %d %q", status, body)
	}
	if status, _ := b.get("/readyz"); status != 503 {
		t.Errorf("readyz without a lease: %d", status)
	}
	b.cut.Store(false)
	b.change(v.Number, "suspend") // nobody said so meanwhile
	b.renew()
	b.says("back again", v.Number, 200, no)
	b.change(v.Number, "restore")
	b.renew()

	b.slow.Store(int64(3 * time.Second))
	b.renew()
	b.slow.Store(0)
	b.pass(1900*time.Millisecond - 1)
	b.says("a slow answer counts from before the request", v.Number, 200, yes)
	b.pass(1)
	b.says("its lease ended", v.Number, 503, "error unknown")
	b.renew()
	b.start()
	b.says("started anew", v.Number, 503, "error unknown")
}

func TestTheSidecarRefusesWhatItMust(t *testing.T) {
	t.Parallel()
	b := newBeside(t, "")
	b.renew()
	for name, tc := range map[string]struct {
		path   string
		status int
		body   string
	}{
		"another line":      {"/gate/v1/check?line=altra&channel=phone&agent=v1", 404, "error gate.no_line\n"},
		"a malformed agent": {"/gate/v1/check?line=donazioni&channel=phone&agent=V1", 400, "error gate.malformed\n"},
		"a channel":         {"/gate/v1/check?line=donazioni&channel=fax&agent=v1", 400, "error gate.malformed\n"},
		"a past instant":    {"/gate/v1/check?line=donazioni&channel=phone&agent=v1&at=2026-12-07T08:00:00Z", 400, "error gate.malformed\n"},
		"twice":             {"/gate/v1/check?line=donazioni&channel=phone&agent=v1&agent=v2", 400, "error gate.malformed\n"},
		"a list's line":     {"/gate/v1/lines/altra/agents?channel=phone", 404, "error gate.no_line\n"},
		"a list's channel":  {"/gate/v1/lines/donazioni/agents?channel=fax", 400, "error gate.malformed\n"},
		"candidates":        {"/gate/v1/lines/donazioni/agents?channel=phone&candidates=v1", 400, "error gate.malformed\n"},
		"alive":             {"/healthz", 200, "ok\n"},
		"ready":             {"/readyz", 200, "ready\n"},
	} {
		if status, body := b.get(tc.path); status != tc.status || body != tc.body {
			t.Errorf("%s: %d %q, want %d %q", name, status, body, tc.status, tc.body)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/gate/v1/check?line=donazioni&channel=phone&agent=v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example"
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("under another name: %d", resp.StatusCode)
	}
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "example.org:80", "x"} {
		if _, err := sidecar.Listen(t.Context(), addr); !errors.Is(err, sidecar.ErrNotLocal) {
			t.Errorf("listening on %q: %v", addr, err)
		}
	}
	for _, gate := range []string{"http://abilita.example", "abilita.example", "ftp://127.0.0.1"} {
		o := b.o
		o.Gate = gate
		if _, err := sidecar.New(o); !errors.Is(err, sidecar.ErrNotSafe) {
			t.Errorf("gate %q: %v", gate, err)
		}
		o = b.o
		o.Kick = gate // the secret of the kick would travel in the open
		if _, err := sidecar.New(o); !errors.Is(err, sidecar.ErrNotSafe) {
			t.Errorf("kick %q: %v", gate, err)
		}
	}
}

// A key that was ended is told by the gate itself: the lease does not live on.
func TestAnEndedKeyEndsTheLease(t *testing.T) {
	t.Parallel()
	b := newBeside(t, "")
	v := b.site.Certified("Giulia", "Ferrandi")
	b.renew()
	b.says("before", v.Number, 200, "enabled ")
	keys, err := b.site.App.Gate.Keys(t.Context(), b.site.Admin)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.site.App.Gate.EndKey(t.Context(), b.site.Admin, b.site.Cmd(), keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.car.Renew(t.Context()); err == nil {
		t.Error("an ended key got a lease")
	}
	b.says("after", v.Number, 503, "error unknown")
}

func TestTheFirstKeySeenIsTrustedForEver(t *testing.T) {
	t.Parallel()
	b := newBeside(t, "")
	b.o.Trust, b.o.TrustFile = "", filepath.Join(t.TempDir(), "trust")
	b.start()
	b.renew()
	kept, err := os.ReadFile(b.o.TrustFile)
	if err != nil || strings.TrimSpace(string(kept)) != b.site.App.Engines.LeaseKey() {
		t.Fatalf("kept %q, %v", kept, err)
	}
	b.start()
	b.renew()
	other := newBeside(t, "")
	b.o.Gate, b.o.Token, b.o.Client = other.o.Gate, other.o.Token, nil
	b.start()
	if err := b.car.Renew(t.Context()); err == nil {
		t.Error("a lease of another installation is accepted")
	}
	b.says("of another installation", "v1", 503, "error unknown")
}

// Run renews by itself, acknowledges, and tells the engine who ceased to be enabled.
func TestTheSidecarRunsAndKicks(t *testing.T) {
	t.Parallel()
	kicked := make(chan string, 10)
	engine := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		kicked <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization")
	}))
	t.Cleanup(engine.Close)
	b := newBeside(t, engine.URL+"/")
	v := b.site.Certified("Giulia", "Ferrandi")
	b.o.Clock, b.o.Secret = nil, "segreto"
	b.start()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.car.Run(t.Context())
	}()
	t.Cleanup(func() { <-ended })
	for {
		if status, _ := b.get("/readyz"); status == http.StatusOK {
			break
		}
	}
	b.says("running", v.Number, 200, "enabled ")
	b.change(v.Number, "revoke")
	if got, want := <-kicked, "POST /revoked/"+v.Number+"/donazioni/phone/finish Bearer segreto"; got != want {
		t.Errorf("kicked %q, want %q", got, want)
	}
	b.says("after the kick", v.Number, 200, "disabled ")
	var version int64
	if err := b.site.DB.Read().GetContext(t.Context(), &version, `SELECT version FROM gate_version`); err != nil {
		t.Fatal(err)
	}
	key, err := b.site.App.Gate.AddKey(t.Context(), b.site.Admin, b.site.Cmd(), app.NewKey{Name: "segue", Scopes: []string{"changes"}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.site.App.Engines.AppliedForKey(t.Context(), key, "donazioni", version, app.LongestWait)
	if err != nil || len(list) != 1 || !list[0].Applied {
		t.Errorf("after waiting for the acknowledgement: %+v, %v", list, err)
	}
}
