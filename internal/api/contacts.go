package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
)

type contactJSON struct {
	Agent   string          `json:"agent"`
	Channel string          `json:"channel"`
	At      string          `json:"at"`
	Minutes int             `json:"minutes"`
	Ref     httpd.Reference `json:"ref"`
}

type contactsJSON struct {
	Line     string        `json:"line"`
	Contacts []contactJSON `json:"contacts"`
}

type toldJSON struct {
	Ref    string `json:"ref"`
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
}

// contacts records what an engine carried; each contact gets its own answer, in
// the order asked. An instant that is not RFC 3339 in UTC refuses its contact only.
func (s *Server) contacts(c *gin.Context) {
	var in contactsJSON
	if _, err := httpd.Decode(c, &in); err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	list := make([]app.EngineContact, len(in.Contacts))
	for i, k := range in.Contacts {
		list[i] = app.EngineContact{Agent: k.Agent, Channel: k.Channel, Minutes: k.Minutes, Ref: string(k.Ref)}
		if at, err := time.Parse(time.RFC3339Nano, k.At); err == nil && strings.HasSuffix(k.At, "Z") {
			list[i].At = at
		}
	}
	told, err := s.Contacts.FromEngine(c.Request.Context(), bearer(c), in.Line, list)
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	out := struct {
		Contacts []toldJSON `json:"contacts"`
	}{Contacts: []toldJSON{}}
	for _, t := range told {
		row := toldJSON{Ref: t.Ref, State: t.State}
		if f, ok := errors.AsType[*fault.Error](t.Err); ok {
			row.Reason = f.Key
		}
		out.Contacts = append(out.Contacts, row)
	}
	s.json(c, out)
}

// tests notes a test call that an engine made.
func (s *Server) tests(c *gin.Context) {
	var in struct {
		Line    string `json:"line"`
		Channel string `json:"channel"`
		Reached string `json:"reached"`
		Words   string `json:"words"`
	}
	_, err := httpd.Decode(c, &in)
	if err == nil {
		err = s.Gate.Tested(c.Request.Context(), bearer(c), app.TestCall{Line: in.Line, Channel: in.Channel, Reached: in.Reached, Words: in.Words})
	}
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	c.Status(http.StatusNoContent)
}
