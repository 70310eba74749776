package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
)

type leaseJSON struct {
	Engine   string   `json:"engine"`
	Instance string   `json:"instance"`
	Nonce    string   `json:"nonce"`
	Lines    []string `json:"lines"`
	Acked    int64    `json:"acked"`
	AckedAt  string   `json:"acked_at"`
	TTL      int64    `json:"ttl_ms"`
}

// lease answers the signed file, whatever is accepted.
func (s *Server) lease(c *gin.Context) {
	var in leaseJSON
	_, err := httpd.Decode(c, &in)
	ask := app.LeaseAsked{Engine: in.Engine, Instance: in.Instance, Nonce: in.Nonce, Lines: in.Lines, Held: app.Since{Version: in.Acked}, Lifetime: time.Duration(in.TTL) * time.Millisecond}
	if err == nil && in.AckedAt != "" {
		if ask.Held.At, err = time.Parse(time.RFC3339Nano, in.AckedAt); err != nil {
			err = app.ErrMalformed
		}
	}
	if err == nil && (in.Acked < 0 || in.TTL < 0 || in.TTL > time.Hour.Milliseconds()) {
		err = app.ErrMalformed
	}
	var b []byte
	if err == nil {
		b, err = s.Engines.Lease(c.Request.Context(), bearer(c), ask, httpd.PreferWait(c))
	}
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	c.Data(http.StatusOK, "application/json", b)
}

type engineJSON struct {
	Name  string `json:"name"`
	State string `json:"state"`
	By    string `json:"effective_by,omitempty"`
}

type enginesJSON struct {
	Line    string       `json:"line"`
	Version int64        `json:"version"`
	Engines []engineJSON `json:"engines"`
}

// engines answers which phone systems answer by a version; with Prefer: wait=N it
// waits until all do.
func (s *Server) engines(c *gin.Context) {
	var in struct {
		Line    string `json:"line"`
		Version string `json:"version"`
	}
	_, err := httpd.Decode(c, &in)
	version := int64(0)
	if err == nil {
		if version, err = strconv.ParseInt(in.Version, 10, 64); err != nil {
			err = app.ErrMalformed
		}
	}
	var list []app.EngineState
	if err == nil {
		list, err = s.Engines.AppliedForKey(c.Request.Context(), bearer(c), in.Line, version, httpd.PreferWait(c))
	}
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	out := enginesJSON{Line: in.Line, Version: version, Engines: []engineJSON{}}
	var b strings.Builder
	b.WriteString("engines " + in.Line + " v=" + strconv.FormatInt(version, 10) + " n=" + strconv.Itoa(len(list)) + "\n")
	for _, e := range list {
		row := engineJSON{Name: e.Name, State: "applied"}
		if !e.Applied {
			row.State, row.By = "pending", stamp(e.By)
			b.WriteString("pending by=" + row.By + " " + e.Name + "\n")
		} else {
			b.WriteString("applied " + e.Name + "\n")
		}
		out.Engines = append(out.Engines, row)
	}
	if wantsJSON(c) {
		s.json(c, out)
		return
	}
	text(c, http.StatusOK, b.String())
}
