package sidecar

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/course/lease"
)

var (
	agentForm = regexp.MustCompile(`^[a-z0-9]{1,32}$`)
	lineForm  = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	channels  = []string{"phone", "chat", "video", "mail", "desk"}
)

// Handler answers the engine: /gate/v1/check and /gate/v1/lines/LINE/agents like the
// gate itself, in text, and /healthz, /readyz.
func (s *Sidecar) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /gate/v1/check", s.check)
	mux.HandleFunc("GET /gate/v1/lines/{line}/agents", s.agents)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if t := s.ask("", "", ""); t.Answer(s.clock()) == lease.Unknown {
			say(w, http.StatusServiceUnavailable, "unready")
			return
		}
		say(w, http.StatusOK, "ready")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if host, _, err := net.SplitHostPort(r.Host); err != nil && !loopback(r.Host) || err == nil && !loopback(host) {
			say(w, http.StatusForbidden, "error sidecar.host") // a page in a browser under a name of its own
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func say(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n") //nolint:gosec // plain text of checked words; who has gone needs no answer
}

func (s *Sidecar) ask(agent, line, channel string) lease.Ticket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.holder == nil {
		return lease.Ticket{}
	}
	return s.holder.Ask(agent, line, channel)
}

func (s *Sidecar) check(w http.ResponseWriter, r *http.Request) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	agent, line, channel := q.Get("agent"), q.Get("line"), q.Get("channel")
	if err != nil || len(q) != 3 || len(q["agent"]) != 1 || len(q["line"]) != 1 || len(q["channel"]) != 1 ||
		!agentForm.MatchString(agent) || !lineForm.MatchString(line) || !slices.Contains(channels, channel) {
		say(w, http.StatusBadRequest, "error gate.malformed")
		return
	}
	t := s.ask(agent, line, channel)
	switch t.Answer(s.clock()) { // the clock after the look-up
	case lease.Yes:
		say(w, http.StatusOK, enabled(t))
	case lease.No:
		say(w, http.StatusOK, fmt.Sprintf("disabled %s %s %s v=%d reason=not_listed", agent, line, channel, t.Version))
	case lease.Elsewhere:
		say(w, http.StatusNotFound, "error gate.no_line")
	default:
		w.Header().Set("Retry-After", "1")
		say(w, http.StatusServiceUnavailable, "error unknown")
	}
}

// enabled is the sentence about a ticket that is yes.
func enabled(t lease.Ticket) string {
	until := ""
	if !t.Entry.Until.IsZero() {
		until = " until=" + t.Entry.Until.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("enabled %s %s %s v=%d%s level=%s", t.Entry.Agent, t.Entry.Line, t.Entry.Channel, t.Version, until, t.Entry.Level)
}

// agents is everybody enabled on a line and channel, whom to try.
func (s *Sidecar) agents(w http.ResponseWriter, r *http.Request) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	line, channel := r.PathValue("line"), q.Get("channel")
	if err != nil || len(q) != 1 || len(q["channel"]) != 1 || !lineForm.MatchString(line) || !slices.Contains(channels, channel) {
		say(w, http.StatusBadRequest, "error gate.malformed")
		return
	}
	s.mu.RLock()
	var here lease.Ticket
	var list []lease.Ticket
	if s.holder != nil {
		here, list = s.holder.List(line, channel)
	}
	s.mu.RUnlock()
	now := s.clock() // after the look-up
	switch here.Answer(now) {
	case lease.No:
		list = slices.DeleteFunc(list, func(t lease.Ticket) bool { return t.Answer(now) != lease.Yes })
		rows := []string{fmt.Sprintf("agents %s %s v=%d n=%d", line, channel, here.Version, len(list))}
		for _, t := range list {
			rows = append(rows, enabled(t))
		}
		say(w, http.StatusOK, strings.Join(rows, "\n"))
	case lease.Elsewhere:
		say(w, http.StatusNotFound, "error gate.no_line")
	default:
		w.Header().Set("Retry-After", "1")
		say(w, http.StatusServiceUnavailable, "error unknown")
	}
}
