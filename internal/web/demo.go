package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

// demoRoutes exist only in a demonstration.
func (s *Server) demoRoutes(r routes) {
	r.get("/demo/clock", s.showClock)
	r.post("/demo/clock", s.moveClock)
}

// showClock says the instant, for scripts.
func (s *Server) showClock(c *gin.Context) (ui.View, error) {
	return download{name: "clock.txt", media: "text/plain; charset=utf-8", body: []byte(httpd.VisitOf(c).Now.Format(time.RFC3339Nano) + "\n"), inline: true}, nil
}

// moveClock moves the clock and does what falls due before it answers.
func (s *Server) moveClock(c *gin.Context) (ui.View, error) {
	var body struct {
		By   string `json:"by"` // like 1h, 36h, 7d
		Back string `json:"back"`
	}
	if _, err := httpd.Decode(c, &body); err != nil {
		return nil, err
	}
	by, err := span(body.By)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	if err := s.App.Setup.AdvanceClock(ctx, httpd.ActorOf(c), by); err != nil {
		return nil, err
	}
	if _, err := s.App.DueWork.Drain(ctx); err != nil {
		return nil, err
	}
	if _, err := s.App.Keeping.Apply(ctx, people.Actor{Program: "due"}); err != nil {
		return nil, err
	}
	return seeOther(localPath(body.Back)), nil
}

// span reads a duration that may be given in days.
func span(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil {
			return 0, app.ErrClockBack
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, app.ErrClockBack
	}
	return d, nil
}
