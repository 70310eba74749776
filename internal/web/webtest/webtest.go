// Package webtest starts the whole site on the small organisation of apptest,
// for tests of pages over real HTTP. Only tests import it.
package webtest

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"abilita/internal/app/apptest"
	"abilita/internal/robot"
	"abilita/internal/site"
)

// Site is a running site with its organisation.
type Site struct {
	*apptest.World
	URL  string
	Site *site.Site
}

// Start serves a new World on loopback until the test ends.
func Start(t testing.TB) *Site {
	t.Helper()
	return Serve(t, apptest.New(t))
}

// Serve serves a World.
func Serve(t testing.TB, w *apptest.World) *Site {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	s, err := site.New(w.App, site.Options{BaseURL: base, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s.SetReady(true)
	server.Config.Handler = s.Handler
	server.Start()
	t.Cleanup(server.Close)
	return &Site{World: w, URL: server.URL, Site: s}
}

// Visitor is somebody who is not signed in.
func (s *Site) Visitor() *robot.Visitor { return robot.New(s.URL, nil) }

// SignIn is somebody signed in through the page, by e-mail address.
func (s *Site) SignIn(email string) *robot.Visitor {
	s.T.Helper()
	v := s.Visitor()
	p, err := v.Open("/sign-in")
	if err != nil {
		s.T.Fatal(err)
	}
	if p, err = v.Fill(p, "/sign-in", "email", email, "password", apptest.Password); err != nil {
		s.T.Fatal(err)
	}
	if p.URL.Path == "/sign-in" {
		s.T.Fatalf("sign-in of %s refused: %s", email, p.Text())
	}
	return v
}
