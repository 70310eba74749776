// Package httpd is the ring around every page and answer: the engine with its
// limits and headers, who is asking, the strict decoder, and what a fault looks
// like in HTTP. It knows no page and no table.
package httpd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/fault"
	"abilita/internal/metrics"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Sessions turns the token of a cookie into who is asking. An empty, unknown or
// ended session has the zero Actor and no error.
type Sessions interface {
	Visit(ctx context.Context, token string) (people.Visit, error)
}

// Options of the engine.
type Options struct {
	TrustedProxies []string
	Secure         bool // served over TLS, directly or by a proxy: __Host- cookies and HSTS
	Log            *slog.Logger
	Metrics        *metrics.Metrics // nil counts nothing
	// Fail renders an error as a page or as JSON; it decides by the request.
	Fail func(c *gin.Context, status int, err error)
}

const (
	visitKey   = "abilita.visit"
	requestKey = "abilita.request"
	failedKey  = "abilita.failed"
)

// New makes the engine with everything that must be right on every route.
func New(o Options) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	if err := e.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	e.Use(o.headers, o.logged, o.recovered)
	e.NoRoute(func(c *gin.Context) { o.Fail(c, http.StatusNotFound, people.ErrHidden) })
	e.NoMethod(func(c *gin.Context) { o.Fail(c, http.StatusMethodNotAllowed, ErrMethod) })
	return e, nil
}

// ErrMethod is the answer to a method that the route does not know.
var ErrMethod = fault.New(fault.Invalid, "fault.method")

// ErrCrossOrigin is the answer to a form sent from another site.
var ErrCrossOrigin = fault.New(fault.Forbidden, "fault.cross_origin")

// Protect wraps the engine with the cross-origin protection: a form sent from
// another site is refused whatever its route.
func Protect(h http.Handler, deny http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(deny)
	return p.Handler(h)
}

// csp allows what comes from here and nothing else.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

// StyleNonce lets the page that is being answered bring style sheets of its own under
// a nonce, which it returns. Only the page where trainers write asks for one.
func StyleNonce(c *gin.Context) string {
	nonce := rand.Text()
	c.Header("Content-Security-Policy", strings.Replace(csp, "style-src 'self'", "style-src 'self' 'nonce-"+nonce+"'", 1))
	return nonce
}

func (o Options) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	if o.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}

// logged writes one line a request: no names, no addresses, no query string.
func (o Options) logged(c *gin.Context) {
	id := rand.Text()[:12]
	c.Set(requestKey, id)
	begun := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "unknown"
	}
	took := time.Since(begun)
	o.Metrics.Request(route, c.Request.Method, c.Writer.Status(), took)
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request", id), slog.String("method", c.Request.Method), slog.String("route", route),
		slog.Int("status", c.Writer.Status()), slog.Duration("took", took), slog.Int64("person", int64(ActorOf(c).ID)),
	}
	if err, ok := c.Get(failedKey); ok && c.Writer.Status() >= 500 {
		level = slog.LevelError
		attrs = append(attrs, slog.Any("error", err))
	}
	o.Log.LogAttrs(c.Request.Context(), level, "request", attrs...)
}

func (o Options) recovered(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			if errors.Is(asError(p), http.ErrAbortHandler) {
				panic(p)
			}
			o.Log.Error("panic", "request", c.GetString(requestKey), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				o.Fail(c, http.StatusInternalServerError, asError(p))
			}
			c.Abort()
		}
	}()
	c.Next()
}

func asError(p any) error {
	if err, ok := p.(error); ok {
		return err
	}
	return fmt.Errorf("panic: %v", p)
}

// Failed remembers the error of a request for its log line.
func Failed(c *gin.Context, err error) { c.Set(failedKey, err) }

// CookieName is the session cookie's name.
func CookieName(secure bool) string {
	if secure {
		return "__Host-abilita"
	}
	return "abilita"
}

// SetCookie gives the browser a session token until the instant ends; an empty
// token takes it away.
func SetCookie(c *gin.Context, secure bool, token string, ends time.Time) {
	cookie := &http.Cookie{
		Name: CookieName(secure), Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	} else {
		// A span, not an instant: the clock of a demonstration is not the browser's.
		cookie.MaxAge = max(1, int(ends.Sub(VisitOf(c).Now).Seconds()))
	}
	http.SetCookie(c.Writer, cookie)
}

// Identify finds out who is asking, for the routes after it.
func Identify(s Sessions, secure bool, fail func(c *gin.Context, status int, err error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		v, err := s.Visit(c.Request.Context(), Token(c, secure))
		if err != nil {
			fail(c, StatusOf(err), err)
			c.Abort()
			return
		}
		c.Set(visitKey, v)
		c.Next()
	}
}

// Token is the session token of the request's cookie, empty when there is none.
func Token(c *gin.Context, secure bool) string {
	cookie, err := c.Request.Cookie(CookieName(secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// VisitOf is what Identify found out.
func VisitOf(c *gin.Context) people.Visit {
	v, _ := c.Get(visitKey)
	visit, _ := v.(people.Visit)
	return visit
}

// ActorOf is who is asking; the zero Actor is a visitor.
func ActorOf(c *gin.Context) people.Actor { return VisitOf(c).Actor }

// RequestID names the request in the log and in audit entries.
func RequestID(c *gin.Context) string { return c.GetString(requestKey) }

// CommandOf is the command that a request asks for; then is where the browser
// goes when it is done ("{id}" stands for what was made).
func CommandOf(c *gin.Context, in Input, then string) *pg.Command {
	return &pg.Command{
		Key: in.Key, Actor: int64(ActorOf(c).ID), Route: c.Request.Method + " " + c.Request.URL.Path, BodyHash: in.Hash, Then: then,
	}
}

// Repeated tells whether err says that the same command was done before, and
// where its answer led.
func Repeated(err error) (location string, ok bool) {
	if r, ok := errors.AsType[*pg.Replayed](err); ok {
		return r.Location, true
	}
	return "", false
}

// StatusOf is the HTTP status of an error.
func StatusOf(err error) int {
	if _, ok := errors.AsType[fault.Form](err); ok {
		return http.StatusUnprocessableEntity
	}
	if errors.Is(err, ErrMedia) {
		return http.StatusUnsupportedMediaType
	}
	if errors.Is(err, ErrMethod) {
		return http.StatusMethodNotAllowed
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return http.StatusServiceUnavailable
	}
	switch fault.KindOf(err) {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// Denied answers a form sent from another site through the engine's own
// failure page.
func Denied(o Options) http.Handler {
	e := gin.New()
	e.Use(o.headers)
	e.NoRoute(func(c *gin.Context) { o.Fail(c, http.StatusForbidden, ErrCrossOrigin) })
	return e
}
