package web

import (
	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) keepingRoutes(r routes) {
	r.get("/retention", s.showRetention)
}

func (s *Server) showRetention(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Keeping.Read(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Retention{Base: s.base(c, nil)}
	p.Title = p.T("retention.title")
	if httpd.ActorOf(c).May(people.SetUp, people.Target{}) {
		p.Back = &ui.Link{Href: "/guide", Text: p.T("organise.guide")}
	}
	for _, k := range list {
		p.Rows = append(p.Rows, retentionRow(&p.Base, k))
	}
	return p, nil
}

func retentionRow(b *ui.Base, k app.Period) ui.RetentionRow {
	what := "retention." + string(k.Of)
	row := ui.RetentionRow{What: b.T(what), Then: b.T("retention." + string(k.Ends))}
	row.Time = b.T("retention.days", "N", k.Hours/24)
	switch {
	case k.Months > 0 && k.Months%12 == 0 && k.Months > 24:
		row.Time = b.T("retention.years", "N", k.Months/12)
	case k.Months > 0:
		row.Time = b.T("retention.months", "N", k.Months)
	}
	row.Time = b.T("retention.period", "Time", row.Time, "From", b.T(what+"_from"))
	switch {
	case k.Hourly:
		row.Last = b.T("retention.hourly")
	case k.Last == nil:
		row.Last = b.T("retention.never")
	default:
		row.Last = b.T("retention.last", "N", int(k.Rows), "When", b.DayTime(*k.Last))
	}
	return row
}
