// Package api is the JSON interface and the gate for phone systems. Types on the
// wire are its own; the OpenAPI file beside it is written by hand and compared
// with the routes by a test.
package api

import (
	_ "embed"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"

	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/metrics"
	"abilita/internal/web/ui"
)

// OpenAPI describes these routes; it is written by hand.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Server answers the routes under /gate/v1.
type Server struct {
	Gate      *app.Gate
	Contacts  *app.Contacts
	Proofs    *app.Proofs
	Engines   *app.Engines
	KeyStops  *app.KeyStops
	Catalogue *i18n.Catalogue
	Metrics   *metrics.Metrics // nil counts nothing
}

// Routes adds the routes to the engine.
func (s *Server) Routes(e *gin.Engine) {
	g := e.Group("/gate/v1")
	g.GET("/check", s.check)
	g.GET("/proof", s.proof)
	g.GET("/lines/:line/agents", s.agents)
	g.POST("/checks", s.checks)
	g.GET("/changes", s.changes)
	g.GET("/feed", s.feed)
	g.POST("/leases", s.lease)
	g.GET("/engines", s.engines)
	g.POST("/contacts", s.contacts)
	g.POST("/tests", s.tests)
	g.POST("/stops", s.stops)
	g.GET("/openapi.yaml", func(c *gin.Context) { c.Data(http.StatusOK, "application/yaml", OpenAPI) })
}

// Owns tells whether a path belongs to this package, so that its faults are
// answered in its way.
func Owns(path string) bool { return path == "/gate/v1" || strings.HasPrefix(path, "/gate/v1/") }

type reasonJSON struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Next    string `json:"next"`
}

type answerJSON struct {
	Enabled    bool         `json:"enabled"`
	Level      string       `json:"level,omitempty"`
	Agent      string       `json:"agent"`
	Line       string       `json:"line"`
	Channel    string       `json:"channel"`
	Version    int64        `json:"version"`
	ValidUntil string       `json:"valid_until,omitempty"`
	Reasons    []reasonJSON `json:"reasons"`
	Fallback   string       `json:"fallback"`
	Running    string       `json:"running_contact"`
}

type listJSON struct {
	Line     string       `json:"line"`
	Channel  string       `json:"channel"`
	Version  int64        `json:"version"`
	State    string       `json:"state"`
	Fallback string       `json:"fallback"`
	Agents   []answerJSON `json:"agents"`
}

// stamp is an instant on the wire: RFC 3339 in UTC.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// question reads what is asked about one agent.
func question(c *gin.Context) (app.Question, error) {
	var in struct {
		Line    string `json:"line"`
		Channel string `json:"channel"`
		Agent   string `json:"agent"`
		At      string `json:"at"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return app.Question{}, err
	}
	qn := app.Question{Line: in.Line, Channel: in.Channel, Agent: in.Agent}
	if in.At != "" {
		at, err := time.Parse(time.RFC3339Nano, in.At)
		if err != nil || !strings.HasSuffix(in.At, "Z") {
			return qn, app.ErrMalformed
		}
		qn.At = at
	}
	return qn, nil
}

// proof answers the signed file, whatever is accepted.
func (s *Server) proof(c *gin.Context) {
	qn, err := question(c)
	if err == nil {
		var b []byte
		if b, err = s.Proofs.ForKey(c.Request.Context(), bearer(c), qn); err == nil {
			c.Data(http.StatusOK, "application/json", b)
			return
		}
	}
	s.Fail(c, httpd.StatusOf(err), err)
}

func (s *Server) check(c *gin.Context) {
	qn, err := question(c)
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	a, err := s.Gate.Check(c.Request.Context(), bearer(c), qn)
	if err != nil {
		if httpd.StatusOf(err) >= http.StatusInternalServerError {
			s.Metrics.Answer("unknown")
		}
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	s.Metrics.Answer(word(a))
	if wantsJSON(c) {
		s.json(c, s.answer(c, a))
		return
	}
	text(c, http.StatusOK, a.Text()+"\n")
}

func (s *Server) agents(c *gin.Context) {
	var in struct {
		Channel    string `json:"channel"`
		Candidates string `json:"candidates"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	var candidates []string
	if _, asked := c.GetQuery("candidates"); asked {
		candidates = strings.Split(in.Candidates, ",") // an empty list is malformed: it must not mean everybody
	}
	l, err := s.Gate.List(c.Request.Context(), bearer(c), c.Param("line"), in.Channel, candidates)
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	state := writeState(l.Seen)
	c.Header("ETag", `"`+state+`"`)
	if wantsJSON(c) {
		s.json(c, listJSON{Line: l.Line, Channel: l.Channel, Version: l.Version, State: state, Fallback: l.Fallback, Agents: s.answers(c, l.Enabled)})
		return
	}
	text(c, http.StatusOK, "agents "+l.Line+" "+l.Channel+" v="+strconv.FormatInt(l.Version, 10)+" n="+strconv.Itoa(len(l.Enabled))+"\n"+lines(l.Enabled))
}

func (s *Server) answer(c *gin.Context, a app.Answer) answerJSON {
	out := answerJSON{
		Enabled: a.Decision.Granted(), Level: string(a.Decision.Level), Agent: a.Agent, Line: a.Question.Line, Channel: a.Channel,
		Version: a.Version, Reasons: []reasonJSON{}, Fallback: a.Fallback, Running: a.Running,
	}
	if !a.Decision.Until.IsZero() {
		out.ValidUntil = stamp(a.Decision.Until)
	}
	p := s.Catalogue.Printer(i18n.Match(c.GetHeader("Accept-Language")))
	zone, err := time.LoadLocation(a.Zone)
	if err != nil {
		zone = time.UTC
	}
	for _, r := range a.Decision.Reasons {
		r.When = r.When.In(zone)
		message, next := ui.ReasonWords(p, r)
		out.Reasons = append(out.Reasons, reasonJSON{Code: string(r.Code), Message: message, Next: next})
	}
	return out
}

func bearer(c *gin.Context) string {
	scheme, token, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func wantsJSON(c *gin.Context) bool {
	return c.NegotiateFormat("text/plain", "application/json") == "application/json"
}

func text(c *gin.Context, status int, body string) {
	c.Data(status, "text/plain; charset=utf-8", []byte(body))
}

func (s *Server) json(c *gin.Context, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		s.Fail(c, http.StatusInternalServerError, err)
		return
	}
	c.Data(http.StatusOK, "application/json", append(body, '\n'))
}

// Fail answers an error. No error's text holds the words enabled or disabled,
// so that it cannot be taken for an answer.
func (s *Server) Fail(c *gin.Context, status int, err error) {
	httpd.Failed(c, err)
	switch {
	case errors.Is(err, app.ErrBadToken):
		status = http.StatusUnauthorized
		c.Header("WWW-Authenticate", "Bearer")
	case errors.Is(err, app.ErrBusy):
		status = http.StatusTooManyRequests
		c.Header("Retry-After", "5")
	case status >= http.StatusInternalServerError:
		status = http.StatusServiceUnavailable // unknown is never an answer
		c.Header("Retry-After", "1")
	}
	answer := struct {
		Error string `json:"error"`
		Field string `json:"field,omitempty"`
	}{Error: "unknown"}
	f, ok := errors.AsType[*fault.Error](err)
	if form, several := errors.AsType[fault.Form](err); several { // the first that is wrong
		f, ok = form[0], true
	}
	if ok && status < http.StatusInternalServerError {
		answer.Error, answer.Field = f.Key, f.Field
	}
	if wantsJSON(c) {
		body, _ := json.Marshal(answer)
		c.Data(status, "application/json", append(body, '\n'))
		return
	}
	text(c, status, strings.TrimSpace("error "+answer.Error+" "+answer.Field)+"\n")
}
