package hooks_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/hooks"
	"abilita/internal/people"
)

// heard is one request that a receiver got.
type heard struct {
	header http.Header
	body   []byte
}

// receiver is another program that answers with a status.
type receiver struct {
	mu     sync.Mutex
	status int
	got    []heard
	url    string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, heard{req.Header, b})
		if r.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/hook"
	return r
}

// take returns what came since the last time.
func (r *receiver) take(answer int) []heard {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got, r.status = nil, answer
	return got
}

func change(t *testing.T, w *apptest.World, who people.Actor, do string) {
	t.Helper()
	var id int64
	if err := w.DB.Read().GetContext(t.Context(), &id, `SELECT max(id) FROM certificate WHERE person_id = $1`, int64(who.ID)); err != nil {
		t.Fatal(err)
	}
	in := app.Stop{Do: do, Words: "motivo"}
	if do != "restore" {
		in.Reason, in.AppealBy = app.StopReasons[0], w.Now.AddDate(0, 0, 10).Format(time.DateOnly)
	}
	if _, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), id, in); err != nil {
		t.Fatal(err)
	}
}

func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

func TestWebhooksTellTheLifeOfACertificate(t *testing.T) {
	t.Parallel()
	w, r := apptest.New(t), newReceiver(t)
	courier := &hooks.Courier{Hooks: w.App.Hooks, Client: hooks.NewClient(loopback())}
	secret, err := w.App.Hooks.Add(t.Context(), w.Admin, w.Cmd(), app.NewHook{URL: r.url})
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("secret %q: %v", secret, err)
	}
	ids := map[string]bool{}
	next := func(step string, kinds ...string) hooks.Message {
		t.Helper()
		if err := courier.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		var last hooks.Message
		got := r.take(http.StatusOK)
		if len(got) != len(kinds) {
			t.Fatalf("%s: %d messages, want %d", step, len(got), len(kinds))
		}
		for i, h := range got {
			id := h.header.Get("webhook-id")
			at, err := strconv.ParseInt(h.header.Get("webhook-timestamp"), 10, 64)
			if err != nil || at != w.Now.Unix() || ids[id] || !strings.HasPrefix(id, "msg_") {
				t.Errorf("%s: id %q at %d: %v", step, id, at, err)
			}
			ids[id] = true
			if want := hooks.Sign(key, id, time.Unix(at, 0), h.body); h.header.Get("webhook-signature") != want {
				t.Errorf("%s: signature %q, want %q", step, h.header.Get("webhook-signature"), want)
			}
			if strings.Contains(string(h.body), "Ferrandi") || strings.Contains(string(h.body), "motivo") {
				t.Errorf("%s: it says too much: %s", step, h.body)
			}
			if err := json.Unmarshal(h.body, &last); err != nil || last.Type != "certificate."+kinds[i] {
				t.Errorf("%s: %s (%v), want %s", step, h.body, err, kinds[i])
			}
		}
		return last
	}
	giulia := w.Certified("Giulia", "Ferrandi")
	m := next("a certificate", "granted")
	if m.Data.Agent != giulia.Number || m.Data.Line != "donazioni" || len(m.Data.Channels) != 1 || m.Data.Running != "finish" || m.Data.Version == 0 || m.Data.Certificate == "" {
		t.Errorf("granted: %+v", m.Data)
	}
	next("nothing")
	change(t, w, giulia, "suspend")
	if s := next("suspended", "suspended"); s.Data.Version <= m.Data.Version {
		t.Errorf("version %d after %d", s.Data.Version, m.Data.Version)
	}
	change(t, w, giulia, "restore")
	next("restored", "restored")
	if err := w.App.Corrections.Suspend(t.Context(), w.Coordinator, w.Cmd(), giulia.Number, app.Suspending{Reason: app.StopReasons[0], Words: "motivo", AppealBy: w.Now.AddDate(0, 0, 10).Format(time.DateOnly)}); err != nil {
		t.Fatal(err)
	}
	next("the person suspended", "suspended")
	if err := w.App.Corrections.Restore(t.Context(), w.Coordinator, w.Cmd(), giulia.Number, "motivo"); err != nil {
		t.Fatal(err)
	}
	next("the person restored", "restored")
	marco := w.Certified("Marco", "Sala")
	next("another certificate", "granted")
	change(t, w, marco, "revoke")
	next("revoked", "revoked")
	if err := w.App.Lines.SetActive(t.Context(), w.Coordinator, w.Cmd(), w.Line, false); err != nil {
		t.Fatal(err)
	}
	next("the line closed")
	var until time.Time
	if err := w.DB.Read().GetContext(t.Context(), &until, `SELECT valid_until FROM certificate WHERE person_id = $1`, int64(giulia.ID)); err != nil {
		t.Fatal(err)
	}
	w.Set(until)
	if _, err := w.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e := next("expired, and nothing about the revoked one", "expired"); e.Data.Agent != giulia.Number || !e.Timestamp.Equal(until) {
		t.Errorf("expired: %+v", e)
	}
}

func TestAFailedDeliveryIsRepeatedAndThenGivenUp(t *testing.T) {
	t.Parallel()
	w, r := apptest.New(t), newReceiver(t)
	courier := &hooks.Courier{Hooks: w.App.Hooks, Client: hooks.NewClient(loopback())}
	if _, err := w.App.Hooks.Add(t.Context(), w.Admin, w.Cmd(), app.NewHook{URL: r.url}); err != nil {
		t.Fatal(err)
	}
	endpoint := func() app.HookEndpoint {
		t.Helper()
		list, err := w.App.Hooks.Endpoints(t.Context(), w.Admin)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d endpoints, %v", len(list), err)
		}
		return list[0]
	}
	deliver := func(want int) heard {
		t.Helper()
		if err := courier.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := r.take(r.status)
		if len(got) != want {
			t.Fatalf("%d requests, want %d", len(got), want)
		}
		if want == 0 {
			return heard{}
		}
		return got[0]
	}
	giulia := w.Certified("Giulia", "Ferrandi")
	deliver(1)
	r.take(http.StatusFound) // a redirect is not followed, and no success
	change(t, w, giulia, "suspend")
	first := deliver(1)
	if e := endpoint(); e.FailingSince == nil || e.Waiting != 1 || e.Problem != "302" || e.DisabledAt != nil {
		t.Errorf("after a failure: %+v", e)
	}
	deliver(0)
	w.Advance(5 * time.Second)
	again := deliver(1)
	if again.header.Get("webhook-id") != first.header.Get("webhook-id") || string(again.body) != string(first.body) || again.header.Get("webhook-timestamp") == first.header.Get("webhook-timestamp") {
		t.Errorf("the second attempt differs: %v %s", again.header, again.body)
	}
	r.take(http.StatusNoContent)
	w.Advance(30 * time.Second)
	deliver(1)
	if e := endpoint(); e.FailingSince != nil || e.Waiting != 0 || e.Problem != "" {
		t.Errorf("after a success: %+v", e)
	}
	r.take(http.StatusInternalServerError)
	change(t, w, giulia, "restore")
	tries := 0
	for range 70 {
		if err := courier.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		tries += len(r.take(http.StatusInternalServerError))
		w.Advance(time.Hour)
	}
	if e := endpoint(); tries != 10 || e.Waiting != 0 || e.DisabledAt != nil {
		t.Errorf("%d attempts, %+v", tries, e)
	}
	w.Advance(3 * 24 * time.Hour)
	change(t, w, giulia, "suspend")
	deliver(1)
	if e := endpoint(); e.DisabledAt == nil || e.Waiting != 0 {
		t.Errorf("failing for more than five days: %+v", e)
	}
	change(t, w, giulia, "restore")
	w.Advance(time.Hour)
	deliver(0)
	if err := w.App.Hooks.Resume(t.Context(), w.Admin, w.Cmd(), endpoint().ID); err != nil {
		t.Fatal(err)
	}
	r.take(http.StatusGone)
	change(t, w, giulia, "suspend")
	deliver(1)
	if e := endpoint(); e.DisabledAt == nil {
		t.Errorf("who says gone is told on: %+v", e)
	}
}

// Nothing reaches a machine of our own network, whatever name leads there.
func TestOurOwnNetworkIsNotReached(t *testing.T) {
	t.Parallel()
	w, r := apptest.New(t), newReceiver(t)
	courier := &hooks.Courier{Hooks: w.App.Hooks, Client: hooks.NewClient(nil)}
	for _, url := range []string{r.url, strings.Replace(strings.Replace(r.url, "127.0.0.1", "localhost", 1), "http:", "https:", 1), strings.Replace(r.url, "127.0.0.1", "[::1]", 1)} {
		if _, err := w.App.Hooks.Add(t.Context(), w.Admin, w.Cmd(), app.NewHook{URL: url}); err != nil {
			t.Fatal(err)
		}
	}
	w.Certified("Giulia", "Ferrandi")
	if err := courier.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.take(http.StatusOK); len(got) != 0 {
		t.Errorf("%d requests came through", len(got))
	}
	list, err := w.App.Hooks.Endpoints(t.Context(), w.Admin)
	if err != nil || len(list) != 3 {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Problem != "address" {
			t.Errorf("%s: %q", e.URL, e.Problem)
		}
	}
	for _, bad := range []string{"", "ftp://example.org", "http://example.org/hook", "https://user:word@example.org", "https://", "//example.org", "https://example.org/#x"} {
		if _, err := w.App.Hooks.Add(t.Context(), w.Admin, w.Cmd(), app.NewHook{URL: bad}); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// Two senders at once tell everything once.
func TestTwoCouriersTellOnce(t *testing.T) {
	t.Parallel()
	w, r := apptest.New(t), newReceiver(t)
	if _, err := w.App.Hooks.Add(t.Context(), w.Admin, w.Cmd(), app.NewHook{URL: r.url, Lines: []int64{w.Line}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.Hooks.Add(t.Context(), w.Admin, w.Cmd(), app.NewHook{URL: r.url, Lines: []int64{w.Line + 1000}}); err != nil {
		t.Fatal(err)
	}
	giulia := w.Certified("Giulia", "Ferrandi")
	for range 5 {
		change(t, w, giulia, "suspend")
		change(t, w, giulia, "restore")
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if err := (&hooks.Courier{Hooks: w.App.Hooks, Client: hooks.NewClient(loopback())}).Deliver(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := r.take(http.StatusOK); len(got) != 11 {
		t.Errorf("%d requests, want 11", len(got))
	}
}
