package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
)

type stopJSON struct {
	Agent    string `json:"agent"`
	Line     string `json:"line"`
	Do       string `json:"do"`
	Reason   string `json:"reason"`
	Words    string `json:"words"`
	AppealBy string `json:"appeal_by"`
}

type stoppedJSON struct {
	Agent       string `json:"agent"`
	Line        string `json:"line"`
	Certificate string `json:"certificate"`
	State       string `json:"state"`
	Version     int64  `json:"version"`
	Engines     string `json:"engines"`
	By          string `json:"effective_by,omitempty"`
	Running     string `json:"running_contact"`
}

// stops decides about a certificate in the name of whom the key acts for, and
// answers JSON whatever is accepted.
func (s *Server) stops(c *gin.Context) {
	var in stopJSON
	sent, err := httpd.Decode(c, &in)
	var out app.AgentStopped
	if err == nil {
		cmd := &app.Command{Key: sent.Key, Route: "POST /gate/v1/stops", BodyHash: sent.Hash, Status: http.StatusOK}
		stop := app.AgentStop{Agent: in.Agent, Line: in.Line, Stop: app.Stop{Do: in.Do, Reason: in.Reason, Words: in.Words, AppealBy: in.AppealBy}}
		out, err = s.KeyStops.Stop(c.Request.Context(), bearer(c), cmd, stop, httpd.PreferWait(c))
	}
	if err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	answer := stoppedJSON{
		Agent: in.Agent, Line: in.Line, Certificate: out.Certificate, State: out.State, Version: out.Version, Engines: "applied", Running: out.Running,
	}
	if !out.Applied {
		answer.Engines = "pending"
		if !out.By.IsZero() {
			answer.By = stamp(out.By)
		}
	}
	s.json(c, answer)
}
