package app_test

import (
	"sync"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
)

// Ending an address and deciding about a certificate at once: whoever comes second
// sees the other. An ended address never keeps something to be told.
func TestAnEndedHookKeepsNothingToTell(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	id := w.Proposal(w.Certified("Adele", "Tornaghi"))
	for range 12 {
		if _, err := w.App.Hooks.Add(ctx, w.Admin, w.Cmd(), app.NewHook{URL: "https://hook.example.org/abilita"}); err != nil {
			t.Fatal(err)
		}
		hook := one[int64](t, w, `SELECT max(id) FROM hook_endpoint`)
		stop, end, restore := w.Cmd(), w.Cmd(), w.Cmd()
		change := func(do string, cmd *app.Command) {
			if _, err := w.App.Certificates.Change(ctx, w.Coordinator, cmd, id, app.Stop{Do: do, Reason: "conduct", Words: "x", AppealBy: "2099-01-01"}); err != nil {
				t.Error(err)
			}
		}
		var both sync.WaitGroup
		begin := make(chan struct{})
		both.Go(func() {
			<-begin
			change("suspend", stop)
		})
		both.Go(func() {
			<-begin
			if err := w.App.Hooks.End(ctx, w.Admin, end, hook); err != nil {
				t.Error(err)
			}
		})
		close(begin)
		both.Wait()
		change("restore", restore)
		if n := one[int](t, w, `SELECT count(*) FROM hook_delivery d JOIN hook_endpoint e ON e.id = d.endpoint_id WHERE d.state = 'queued' AND e.ended_at IS NOT NULL`); n != 0 {
			t.Fatalf("%d deliveries wait for an ended address", n)
		}
	}
}
