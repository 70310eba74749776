// Package site puts the pages, the API and the health answers on one engine
// inside the ring of httpd. The program and the tests of pages start here.
package site

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"abilita/internal/api"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/metrics"
	"abilita/internal/people"
	"abilita/internal/web"
	"abilita/internal/web/ui"
)

// Options of a site.
type Options struct {
	BaseURL        string // address under which people reach it
	Secure         bool   // over HTTPS
	Mail           bool   // letters leave by mail
	Demo           bool   // a demonstration: its clock can be moved
	TrustedProxies []string
	Log            *slog.Logger
	Metrics        *metrics.Metrics // nil counts nothing
}

// Site is everything that answers HTTP.
type Site struct {
	Handler http.Handler
	Engine  *gin.Engine // for tests that walk the routes
	ready   atomic.Bool
}

// SetReady says whether /readyz answers yes.
func (s *Site) SetReady(ready bool) { s.ready.Store(ready) }

// words are the sentences and templates that come with the program. They never
// change, and weigh tens of megabytes once they are parsed: every site of a program
// shows the same ones.
type words struct {
	catalogue *i18n.Catalogue
	renderer  *ui.Renderer
}

var readWords = sync.OnceValues(func() (w words, err error) {
	if w.catalogue, err = i18n.Load(); err != nil {
		return w, fmt.Errorf("load the catalogues: %w", err)
	}
	if w.renderer, err = ui.New(w.catalogue); err != nil {
		return w, fmt.Errorf("read the templates: %w", err)
	}
	return w, nil
})

// New wires a site on the use cases. It is not ready until SetReady.
func New(a *app.App, o Options) (*Site, error) {
	w, err := readWords()
	if err != nil {
		return nil, err
	}
	pages := &web.Server{App: a, Renderer: w.renderer, BaseURL: o.BaseURL, Secure: o.Secure, Mail: o.Mail, Demo: o.Demo}
	gate := &api.Server{Gate: a.Gate, Contacts: a.Contacts, Proofs: a.Proofs, Engines: a.Engines, KeyStops: a.KeyStops, Catalogue: w.catalogue, Metrics: o.Metrics}
	options := httpd.Options{TrustedProxies: o.TrustedProxies, Secure: o.Secure, Log: o.Log, Metrics: o.Metrics, Fail: func(c *gin.Context, status int, err error) {
		if api.Owns(c.Request.URL.Path) {
			gate.Fail(c, status, err)
			return
		}
		pages.Fail(c, status, err)
	}}
	engine, err := httpd.New(options)
	if err != nil {
		return nil, err
	}
	s := &Site{Engine: engine, Handler: httpd.Protect(engine, httpd.Denied(options))}
	engine.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok") })
	engine.GET("/readyz", func(c *gin.Context) {
		if _, err := a.DB.Now(c.Request.Context()); err != nil || !s.ready.Load() {
			c.String(http.StatusServiceUnavailable, "unready")
			return
		}
		c.String(http.StatusOK, "ready")
	})
	// Who mistypes an address stays who they are: the page of what does not exist
	// is the same as that of what somebody may not see.
	identify := httpd.Identify(a.Accounts, o.Secure, options.Fail)
	engine.NoRoute(func(c *gin.Context) {
		if !api.Owns(c.Request.URL.Path) {
			if identify(c); c.IsAborted() {
				return
			}
		}
		options.Fail(c, http.StatusNotFound, people.ErrHidden)
	})
	pages.Routes(engine)
	gate.Routes(engine)
	return s, nil
}
