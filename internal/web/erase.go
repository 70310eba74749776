package web

import (
	"maps"
	"slices"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) eraseRoutes(r routes) {
	r.get("/people/:number/erase", s.showErase)
	r.post("/people/:number/erase", s.erase)
}

// showErase is the first step, or the second when a reason was chosen.
func (s *Server) showErase(c *gin.Context) (ui.View, error) {
	var in struct {
		Reason string `json:"reason"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.erasePage(c, in.Reason, "")
}

func (s *Server) erasePage(c *gin.Context, reason, typed string) (ui.View, error) {
	e, err := s.App.Erasing.Plan(c.Request.Context(), httpd.ActorOf(c), c.Param("number"))
	if err != nil {
		return nil, err
	}
	number := e.Identity.Number
	p := &ui.Erase{Base: s.base(c, nil), Name: e.Identity.Name(), Action: "/people/" + number + "/erase", Number: typed}
	b := &p.Base
	p.Title, p.About = b.T("erase.title", "Name", p.Name), p.Name+" · "+b.T("account.number", "Number", number)
	p.Back = &ui.Link{Href: "/people/" + number, Text: p.Name}
	for _, f := range e.First {
		p.First = append(p.First, b.Fault(f))
	}
	rows := func(of map[string]int64) (facts []ui.Fact) {
		for _, table := range slices.Sorted(maps.Keys(of)) {
			if n := of[table]; n > 0 {
				facts = append(facts, ui.Fact{Term: copyWord(b.Printer, "table", table), Value: b.Number(int(n))})
			}
		}
		return facts
	}
	p.Goes, p.Stays = rows(e.Goes), rows(e.Stays)
	p.Ends = b.T("erase.ends_never")
	if e.Until != nil {
		p.Ends = b.T("erase.ends", "Until", b.Printer.Date(*e.Until))
	}
	for _, r := range app.ErasureReasons {
		p.Reasons = append(p.Reasons, ui.Option{Value: r, Label: b.T("erase.reason_" + r)})
		if r == reason {
			p.Reason, p.ReasonWord = r, b.T("erase.reason_"+r)
		}
	}
	return p, nil
}

func (s *Server) erase(c *gin.Context) (ui.View, error) {
	var body struct {
		Reason string `json:"reason"`
		Number string `json:"number"`
	}
	number := c.Param("number")
	return act(c, &body, "/people/"+number+"?done=erased", func(cmd *app.Command) error {
		return s.App.Erasing.Erase(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Reason, body.Number)
	}, func() (ui.View, error) { return s.erasePage(c, body.Reason, body.Number) })
}
