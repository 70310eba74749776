package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"

	"abilita/internal/app"
	"abilita/internal/httpd"
)

// stateForm is a state of the gate on the wire: its version and, when time alone
// changed answers since, the microsecond of the last such change.
var stateForm = regexp.MustCompile(`^([0-9]{1,18})(?:\.([0-9]{1,18}))?$`)

func readState(s string) (app.Since, error) {
	m := stateForm.FindStringSubmatch(s)
	if m == nil {
		return app.Since{}, app.ErrMalformed
	}
	version, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return app.Since{}, app.ErrMalformed
	}
	since := app.Since{Version: version}
	if m[2] != "" {
		micros, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			return app.Since{}, app.ErrMalformed
		}
		since.At = time.UnixMicro(micros).UTC()
	}
	return since, nil
}

func writeState(s app.Since) string {
	out := strconv.FormatInt(s.Version, 10)
	if !s.At.IsZero() {
		out += "." + strconv.FormatInt(s.At.UnixMicro(), 10)
	}
	return out
}

type changesJSON struct {
	Line     string       `json:"line"`
	Version  int64        `json:"version"`
	State    string       `json:"state"`
	At       string       `json:"at"`
	Reload   bool         `json:"reload"`
	Fallback string       `json:"fallback"`
	Changes  []answerJSON `json:"changes"`
}

func (s *Server) changed(c *gin.Context, ch app.Changed) changesJSON {
	return changesJSON{
		Line: ch.Line, Version: ch.Version, State: writeState(ch.Seen), At: stamp(ch.At), Reload: ch.Reload, Fallback: ch.Fallback, Changes: s.answers(c, ch.Answers),
	}
}

// changes answers what may have changed since a state; with Prefer: wait=N it
// waits for it.
func (s *Server) changes(c *gin.Context) {
	var in struct {
		Line  string `json:"line"`
		Since string `json:"since"`
	}
	_, err := httpd.Decode(c, &in)
	tag := strings.Trim(strings.TrimPrefix(c.GetHeader("If-None-Match"), "W/"), `"`)
	if in.Since == "" {
		in.Since = tag
	}
	var since app.Since
	if err == nil {
		since, err = readState(in.Since)
	}
	var ch app.Changed
	if err == nil {
		ch, err = s.Engines.Changes(c.Request.Context(), bearer(c), in.Line, since, httpd.PreferWait(c))
	}
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	state := writeState(ch.Seen)
	c.Header("ETag", `"`+state+`"`)
	switch {
	case tag != "" && tag == state && len(ch.Answers) == 0 && !ch.Reload:
		c.Status(http.StatusNotModified)
	case wantsJSON(c):
		s.json(c, s.changed(c, ch))
	case ch.Reload:
		text(c, http.StatusOK, fmt.Sprintf("reload %s v=%d\n", ch.Line, ch.Version))
	default:
		text(c, http.StatusOK, fmt.Sprintf("changes %s v=%d n=%d\n", ch.Line, ch.Version, len(ch.Answers))+lines(ch.Answers))
	}
}

// patience is how long one event may take to be sent.
const patience = 5 * time.Second

// feed sends what changes as it changes, as events: changes, reload, beat when
// nothing did, and end with its reason.
func (s *Server) feed(c *gin.Context) {
	var in struct {
		Line  string `json:"line"`
		Since string `json:"since"`
	}
	_, err := httpd.Decode(c, &in)
	if last := c.GetHeader("Last-Event-ID"); last != "" {
		in.Since = last
	}
	var since *app.Since
	if err == nil && in.Since != "" {
		var at app.Since
		at, err = readState(in.Since)
		since = &at
	}
	begun := false
	if err == nil {
		err = s.Engines.Follow(c.Request.Context(), bearer(c), in.Line, since, func(ch app.Changed) error {
			if !begun {
				begun = true
				c.Header("Content-Type", "text/event-stream")
				c.Header("X-Accel-Buffering", "no")
				c.Status(http.StatusOK)
			}
			name := "beat"
			switch {
			case ch.Reload:
				name = "reload"
			case len(ch.Answers) > 0:
				name = "changes"
			}
			return s.event(c, name, writeState(ch.Seen), s.changed(c, ch))
		})
	}
	switch {
	case !begun:
		s.Fail(c, httpd.StatusOf(err), err)
	case errors.Is(err, app.ErrStopping):
		_ = s.event(c, "end", "", map[string]string{"reason": "stopping"}) // who has gone needs no end
	case errors.Is(err, app.ErrBadToken), errors.Is(err, app.ErrBadScope):
		_ = s.event(c, "end", "", map[string]string{"reason": "key"})
	case err != nil && !errors.Is(err, context.Canceled):
		httpd.Failed(c, err)
		_ = s.event(c, "end", "", map[string]string{"reason": "unknown"})
	}
}

// event sends one event. An end has no id, so that the last state stays the one
// to resume from.
func (s *Server) event(c *gin.Context, name, id string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w := http.NewResponseController(c.Writer)
	if err := w.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	head := "event: " + name + "\n"
	if id != "" {
		head += "id: " + id + "\n"
	}
	if _, err := fmt.Fprintf(c.Writer, "%sdata: %s\n\n", head, body); err != nil {
		return err
	}
	return w.Flush()
}
