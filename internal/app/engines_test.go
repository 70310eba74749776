package app_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
)

func gateKey(t *testing.T, w *apptest.World, k app.NewKey) string {
	t.Helper()
	token, err := w.App.Gate.AddKey(t.Context(), w.Admin, w.Cmd(), k)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// certificateOf is the id of the newest certificate of a person.
func certificateOf(t *testing.T, w *apptest.World, who people.Actor) int64 {
	t.Helper()
	var id int64
	if err := w.DB.Read().GetContext(t.Context(), &id, `SELECT max(id) FROM certificate WHERE person_id = $1 AND signed_at IS NOT NULL`, int64(who.ID)); err != nil {
		t.Fatal(err)
	}
	return id
}

func stopCertificate(t *testing.T, w *apptest.World, who people.Actor, do string) {
	t.Helper()
	in := app.Stop{Do: do, Words: "motivo", Reason: app.StopReasons[0], AppealBy: w.Now.AddDate(0, 0, 10).Format(time.DateOnly)}
	if do == "restore" {
		in.Reason, in.AppealBy = "", ""
	}
	if _, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), certificateOf(t, w, who), in); err != nil {
		t.Fatal(err)
	}
}

// TestWhoFollowsKnowsWhatTheGateAnswers keeps a copy of the answers by what is
// told and compares it with the gate after each change.
func TestWhoFollowsKnowsWhatTheGateAnswers(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	token := gateKey(t, w, app.NewKey{Name: "centralino", Scopes: []string{"check", "list", "changes"}})
	giulia, marco := w.Certified("Giulia", "Ferrandi"), w.Certified("Marco", "Sala")
	told := map[string]string{} // by agent and channel, what was told last
	l, err := w.App.Gate.List(ctx, token, "donazioni", "phone", nil)
	if err != nil {
		t.Fatal(err)
	}
	state := l.Seen
	answer := func(a app.Answer) string {
		return fmt.Sprint(a.Decision.Granted(), a.Decision.Until, a.Decision.Codes())
	}
	compare := func(step string) {
		t.Helper()
		for key, got := range told {
			var agent, channel string
			if _, err := fmt.Sscan(key, &agent, &channel); err != nil {
				t.Fatal(err)
			}
			a, err := w.App.Gate.Check(ctx, token, app.Question{Line: "donazioni", Channel: channel, Agent: agent})
			if err != nil {
				t.Fatal(err)
			}
			if want := answer(a); got != want {
				t.Errorf("after %s: %s was told %s, the gate answers %s", step, key, got, want)
			}
		}
	}
	follow := func(step string, people ...people.Actor) {
		t.Helper()
		c, err := w.App.Engines.Changes(ctx, token, "donazioni", state, 0)
		if err != nil || c.Reload {
			t.Fatalf("%s: %v, reload %v", step, err, c.Reload)
		}
		touched := map[string]bool{}
		for _, a := range c.Answers {
			told[a.Agent+" "+a.Channel] = answer(a)
			touched[a.Agent] = true
		}
		for _, p := range people {
			if !touched[p.Number] {
				t.Errorf("%s: nothing is told about %s", step, p.Number)
			}
		}
		if len(touched) != len(people) {
			t.Errorf("%s: told about %d people, want %d", step, len(touched), len(people))
		}
		compare(step)
		state = c.Seen
		again, err := w.App.Engines.Changes(ctx, token, "donazioni", state, 0)
		if err != nil || len(again.Answers) != 0 || again.Reload || again.Seen != state {
			t.Errorf("%s: asked again it tells %d answers (reload %v, %v)", step, len(again.Answers), again.Reload, err)
		}
	}
	follow("nothing")
	if c, err := w.App.Engines.Changes(ctx, token, "donazioni", app.Since{Version: l.Version}, 0); err != nil || c.Reload || c.Seen != state {
		t.Errorf("from the version alone: %+v, %v", c, err)
	}
	stopCertificate(t, w, giulia, "suspend")
	follow("a suspension", giulia)
	stopCertificate(t, w, giulia, "restore")
	stopCertificate(t, w, marco, "suspend")
	follow("two at once", giulia, marco)
	if err := w.App.Lines.SetActive(ctx, w.Coordinator, w.Cmd(), w.Line, false); err != nil {
		t.Fatal(err)
	}
	follow("the line closed", giulia, marco)
	if err := w.App.Lines.SetActive(ctx, w.Coordinator, w.Cmd(), w.Line, true); err != nil {
		t.Fatal(err)
	}
	follow("the line opened", giulia, marco)
	w.Volunteer("Ugo", "Riva")
	follow("somebody who was never certified")
	nora := w.Certified("Nora", "Villa")
	follow("a certificate", nora)
	a, err := w.App.Gate.Check(ctx, token, app.Question{Line: "donazioni", Channel: "phone", Agent: giulia.Number})
	if err != nil || a.Decision.Until.IsZero() {
		t.Fatalf("the answer about %s never ends: %v", giulia.Number, err)
	}
	w.Set(a.Decision.Until.Add(-time.Microsecond))
	follow("a moment before the end")
	w.Set(a.Decision.Until)
	follow("time alone", giulia)
	stopCertificate(t, w, nora, "revoke")
	follow("a revocation after time alone", nora)
	for name, gap := range map[string]app.Since{
		"a version that is yet to come":  {Version: state.Version + 1},
		"a version that never was":       {Version: 0},
		"an instant that is yet to come": {Version: state.Version, At: w.Now.Add(time.Second)},
	} {
		if c, err := w.App.Engines.Changes(ctx, token, "donazioni", gap, 0); err != nil || !c.Reload || len(c.Answers) != 0 {
			t.Errorf("%s: reload %v, %d answers, %v", name, c.Reload, len(c.Answers), err)
		}
	}
}

func TestWhoWaitsIsWokenByTheCommit(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	token := gateKey(t, w, app.NewKey{Name: "centralino", Scopes: []string{"list", "changes"}})
	giulia := w.Certified("Giulia", "Ferrandi")
	l, err := w.App.Gate.List(t.Context(), token, "donazioni", "phone", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan app.Changed, 1)
	go func() {
		c, err := w.App.Engines.Changes(t.Context(), token, "donazioni", l.Seen, app.LongestWait)
		if err != nil {
			t.Error(err)
		}
		got <- c
	}()
	stopCertificate(t, w, giulia, "revoke")
	if c := <-got; len(c.Answers) != 2 || c.Answers[0].Agent != giulia.Number || c.Answers[0].Decision.Granted() || c.Version <= l.Version {
		t.Errorf("told %+v", c)
	}
}

// The database wakes who listens: a change, an ended key and an instance that
// lost its link.
func TestADatabaseNotificationRings(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	heard := make(chan string, 100)
	ended := make(chan error, 1)
	go func() {
		ended <- w.DB.Listen(ctx, []string{"abilita_gate"}, func(channel string) { heard <- channel })
	}()
	for rung := false; !rung; { // until the listener is there
		if err := w.App.Lines.SetActive(t.Context(), w.Coordinator, w.Cmd(), w.Line, false); err != nil {
			t.Fatal(err)
		}
		if err := w.App.Lines.SetActive(t.Context(), w.Coordinator, w.Cmd(), w.Line, true); err != nil {
			t.Fatal(err)
		}
		select {
		case channel := <-heard:
			rung = channel == "abilita_gate"
		default:
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("listening ended with %v", err)
	}
}

func TestTooManyFollowersAreRefusedAndTheRestEndCleanly(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	token := gateKey(t, w, app.NewKey{Name: "centralino", Scopes: []string{"changes"}})
	var ready, over sync.WaitGroup
	ends := make(chan error, 32)
	for range 32 {
		ready.Add(1)
		over.Go(func() {
			first := true
			ends <- w.App.Engines.Follow(t.Context(), token, "donazioni", nil, func(app.Changed) error {
				if first {
					first = false
					ready.Done()
				}
				return nil
			})
		})
	}
	ready.Wait()
	if err := w.App.Engines.Follow(t.Context(), token, "donazioni", nil, func(app.Changed) error { return nil }); !errors.Is(err, app.ErrBusy) {
		t.Errorf("one more follower: %v, want %v", err, app.ErrBusy)
	}
	other := gateKey(t, w, app.NewKey{Name: "altro", Scopes: []string{"changes"}})
	if c, err := w.App.Engines.Changes(t.Context(), other, "donazioni", app.Since{Version: 0}, time.Second); err != nil || !c.Reload {
		t.Errorf("another key: %v", err)
	}
	w.App.Engines.Close()
	over.Wait()
	for range 32 {
		if err := <-ends; !errors.Is(err, app.ErrStopping) {
			t.Errorf("a follower ended with %v", err)
		}
	}
}

// Who saw what a restore has undone reads everything again, however much happens
// afterwards.
func TestAfterARestoreNothingSeenBeforeIsKnown(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	token := gateKey(t, w, app.NewKey{Name: "centralino", Scopes: []string{"list", "changes", "leases"}})
	giulia := w.Certified("Giulia", "Ferrandi")
	s := newSidecar(w, token, "pbx", "1")
	s.renew(t)
	var version int64
	if err := w.DB.Read().GetContext(t.Context(), &version, `SELECT version FROM gate_version`); err != nil {
		t.Fatal(err)
	}
	if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error { return w.App.Engines.Restored(t.Context(), q) }); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		stopCertificate(t, w, giulia, "suspend")
		stopCertificate(t, w, giulia, "restore")
	}
	for undone := version + 1; undone < version+5; undone++ { // seen before the restore, undone by it
		if c, err := w.App.Engines.Changes(t.Context(), token, "donazioni", app.Since{Version: undone}, 0); err != nil || !c.Reload {
			t.Errorf("version %d: reload %v, %v", undone, c.Reload, err)
		}
	}
	stopCertificate(t, w, giulia, "suspend")
	if s.renew(t); s.enabled(giulia) {
		t.Error("the lease goes on from what was undone")
	}
}
