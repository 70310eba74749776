package site_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/sidecar"
	"abilita/internal/web/webtest"
)

// besideGate runs a side-car beside the site until the benchmark ends and returns its
// address, once it has a lease.
func besideGate(b *testing.B, s *webtest.Site) string {
	b.Helper()
	token, err := s.App.Gate.AddKey(b.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "sidecar", Scopes: []string{"leases"}})
	if err != nil {
		b.Fatal(err)
	}
	car, err := sidecar.New(sidecar.Options{
		Gate: s.URL, Token: token, Trust: s.App.Engines.LeaseKey(), Engine: "banco", Lines: []string{"donazioni"}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := car.Renew(b.Context()); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		car.Run(ctx)
	}()
	server := httptest.NewServer(car.Handler())
	b.Cleanup(func() {
		stop()
		<-ended
		server.Close()
	})
	return server.URL
}

// BenchmarkSidecarCheck compares the answer from a lease with gin and a prepared
// SELECT.
func BenchmarkSidecarCheck(b *testing.B) {
	s := world(b)
	v := s.Certified("Giulia", "Ferrandi")
	url := besideGate(b, s)
	compare(b, func() (*http.Request, error) {
		return http.NewRequest(http.MethodGet, url+"/gate/v1/check?line=donazioni&channel=phone&agent="+v.Number, nil)
	}, selectLimit(b, s.World))
}

// BenchmarkStop measures a suspension: until it is answered, and until a side-car
// acknowledged it.
func BenchmarkStop(b *testing.B) {
	s := world(b)
	v := s.Certified("Giulia", "Ferrandi")
	id := s.Proposal(v)
	listening, stop := context.WithCancel(b.Context())
	heard := make(chan error, 1)
	go func() { heard <- s.App.Engines.Listen(listening) }()
	b.Cleanup(func() {
		stop()
		if err := <-heard; err != nil {
			b.Error(err)
		}
	})
	besideGate(b, s)
	change := func(do string) app.Stopped {
		stopped, err := s.App.Certificates.Change(b.Context(), s.Coordinator, s.Cmd(), id, app.Stop{Do: do, Reason: "conduct", Words: "banco", AppealBy: "2099-01-01"})
		if err != nil {
			b.Fatal(err)
		}
		return stopped
	}
	var answered, applied []time.Duration
	for b.Loop() {
		answered, applied = nil, nil
		for range 100 {
			answered = append(answered, took(func() {
				stopped := change("suspend")
				applied = append(applied, took(func() {
					if list, err := s.App.Engines.Await(b.Context(), s.Coordinator, s.Line, stopped.Version, app.LongestWait); err != nil || len(list) != 1 || !list[0].Applied {
						b.Fatalf("%+v, %v", list, err)
					}
				}))
			})-applied[len(applied)-1])
			change("restore")
		}
	}
	for name, list := range map[string][]time.Duration{"answered": answered, "applied": applied} {
		slices.Sort(list)
		b.ReportMetric(float64(list[len(list)/2].Microseconds())/1000, name+"-p50-ms")
		b.ReportMetric(float64(list[len(list)*99/100].Microseconds())/1000, name+"-p99-ms")
	}
}

// BenchmarkFollowing measures what following costs on a line of ten thousand people:
// one change, a lease that says what changed, and a lease that says everything.
func BenchmarkFollowing(b *testing.B) {
	s := world(b)
	v := s.Certified("Adele", "Tornaghi")
	s.Crowd(10_000)
	token, err := s.App.Gate.AddKey(b.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "banco", Scopes: []string{"list", "changes", "leases"}})
	if err != nil {
		b.Fatal(err)
	}
	list, err := s.App.Gate.List(b.Context(), token, "donazioni", "phone", nil)
	if err != nil {
		b.Fatal(err)
	}
	stopped := suspend(b, s, v)
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	held := app.LeaseAsked{Engine: "banco", Held: list.Seen}
	costs := map[string]func(){
		"changes-ms": func() {
			c, err := s.App.Engines.Changes(b.Context(), token, "donazioni", list.Seen, 0)
			must(err)
			if len(c.Answers) == 0 || c.Version != stopped.Version {
				b.Fatalf("%d answers", len(c.Answers))
			}
		},
		"delta-ms": func() { _, err := s.App.Engines.Lease(b.Context(), token, held, 0); must(err) },
		"whole-ms": func() {
			_, err := s.App.Engines.Lease(b.Context(), token, app.LeaseAsked{Engine: "banco"}, 0)
			must(err)
		},
		"list-ms": func() { _, err := s.App.Gate.List(b.Context(), token, "donazioni", "phone", nil); must(err) },
	}
	for b.Loop() {
		for name, do := range costs {
			do()
			best := took(do)
			for range 4 {
				best = min(best, took(do))
			}
			b.ReportMetric(float64(best.Microseconds())/1000, name)
		}
	}
}

func suspend(b *testing.B, s *webtest.Site, v people.Actor) app.Stopped {
	b.Helper()
	stopped, err := s.App.Certificates.Change(b.Context(), s.Coordinator, s.Cmd(), s.Proposal(v), app.Stop{Do: "suspend", Reason: "conduct", Words: "banco", AppealBy: "2099-01-01"})
	if err != nil {
		b.Fatal(err)
	}
	return stopped
}
