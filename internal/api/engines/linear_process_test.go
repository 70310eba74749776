package engines_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/httpd"
	"abilita/internal/pg/embedded"
	"abilita/internal/pg/pgtest"
)

// Three processes of the program on one PostgreSQL. Checks and breaks go through
// their own doors; instances are frozen and thawed, killed with -9 and started anew,
// and the database is shut down at once and recovers. What was answered must be that
// of one register (P6, V41, F1, F2, F10).
func TestTheGateOfProcessesIsOneRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	pgtest.Unfreeze(t, w.DB)
	all := make([]*served, 3)
	for i := range all {
		p := w.serve(t, freePort(t))
		p.ready()
		all[i] = &served{base: "http://" + p.addr, process: p}
	}
	sessions := make([]string, len(w.people))
	for i := range sessions {
		in, err := w.App.Accounts.SignIn(t.Context(), "volontario"+string(rune('1'+i))+"@example.org", apptest.Password, app.Came{Address: "192.0.2.9"})
		must(t, err)
		sessions[i] = in.Token
	}
	doors := make([]door, len(all))
	for i, in := range all {
		doors[i] = door{gate: in.base, stop: func(ctx context.Context, whom int, stop bool) error {
			return pauses(ctx, in.base, sessions[whom], stop)
		}}
	}
	h := w.play(t, doors, 2*time.Minute, nil, func(ctx context.Context) {
		for i := range 6 {
			in := all[i%len(all)]
			switch i % 4 {
			case 0, 2: // a machine that stands still, longer than anybody waits for an answer
				in.process.signal(syscall.SIGSTOP)
				rest(ctx, 2*time.Second)
				in.process.signal(syscall.SIGCONT)
			case 1:
				in.process.kill()
				rest(ctx, 300*time.Millisecond)
				in.process = w.serve(t, in.process.addr)
				in.process.ready()
			case 3:
				w.crash(t)
			}
			rest(ctx, 700*time.Millisecond)
		}
	})
	h.judge(t, porcupine.Ok)
	if h.lost == 0 {
		t.Error("no fault met a change")
	}
}

// served is an instance of the program in a process of its own.
type served struct {
	base    string
	process *process
}

// pauses begins or ends somebody's break by the page.
func pauses(ctx context.Context, base, session string, begin bool) error {
	ctx, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
	defer cancel()
	path := "/pause/end"
	if begin {
		path = "/pause"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, strings.NewReader(url.Values{"form_key": {rand.Text()}}.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(&http.Cookie{Name: httpd.CookieName(false), Value: session})
	resp, err := http.DefaultTransport.RoundTrip(req)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return fmt.Errorf("%w: %w", errOver, err) // nobody was there
	}
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(resp.Header.Get("Location"), "/?done=") {
		return fmt.Errorf("%w: %s to %s", errOver, resp.Status, resp.Header.Get("Location"))
	}
	return nil
}

// crash ends the database at once, as pg_ctl -m immediate does, and starts it again.
func (w *world) crash(t testing.TB) {
	t.Helper()
	must(t, syscall.Kill(w.cluster.PID(), syscall.SIGQUIT))
	<-w.cluster.Done()
	_ = w.cluster.Stop(t.Context()) // it has ended: gives the folder free
	var err error
	w.cluster, err = embedded.Start(t.Context(), embedded.Options{DataDir: w.dir, Listen: w.listen, NoFsync: true})
	must(t, err)
}

// rest waits, at most until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
