package web

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) engineRoutes(r routes) { r.get("/lines/:code/engines", s.showEngines) }

// ringsSeen is how many phones that may ring are shown of each channel.
const ringsSeen = 12

func (s *Server) showEngines(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	e, err := s.App.Engines.Page(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &ui.Engines{Base: s.base(c, e.Line.Location()), LineName: e.Line.Name}
	b := &p.Base
	p.Title, p.Back = b.T("engines.title"), &ui.Link{Href: "/lines/" + e.Line.Code, Text: e.Line.Name}
	p.At = b.T("engines.now_at", "Time", b.TimeZoned(e.Now))
	for _, w := range e.Would {
		p.Would = append(p.Would, would(b, e, w))
	}
	p.Systems = systems(b, e)
	for _, t := range e.Tests {
		state := map[string]ui.State{"agent": ui.On, "fallback": ui.Waiting, "nobody": ui.Stopped}[t.Reached]
		row := ui.SystemRow{Name: b.T("engines.test", "Name", t.Name, "Channel", b.T("gate.channel_"+t.Channel), "When", b.DateTime(t.At)), Mark: ui.Mark{State: state, Word: b.T("engines.reached_" + t.Reached)}}
		if t.Words != "" {
			row.Lines = []string{t.Words}
		}
		p.Tests = append(p.Tests, row)
	}
	return p, nil
}

// would is what would happen to a contact on a channel now.
func would(b *ui.Base, e app.LineEngines, w app.Would) ui.WouldRing {
	out := ui.WouldRing{Channel: b.T("gate.channel_" + w.Channel), Mark: ui.Mark{State: ui.On, Word: b.T("engines.yes")}}
	switch {
	case !e.Active:
		out.Mark, out.Lead = ui.Mark{State: ui.Off, Word: b.T("engines.closed")}, b.T("engines.shut", "Fallback", e.Line.Fallback)
	case len(w.Ring) == 0:
		out.Mark, out.Lead = ui.Mark{State: ui.Off, Word: b.T("engines.no")}, b.T("engines.nobody", "Fallback", e.Line.Fallback)
	default:
		out.Lead = b.T("engines.rings", "N", len(w.Ring), "Fallback", e.Line.Fallback)
	}
	for i, r := range w.Ring {
		if i == ringsSeen {
			out.More = b.T("engines.more", "N", len(w.Ring)-ringsSeen)
			break
		}
		person := ui.LinePerson{Href: "/people/" + r.Number, Name: r.Name, Number: r.Number, Mark: ui.Mark{State: ui.On, Word: b.T("gate.level_" + string(r.Decision.Level))}}
		if r.OnShift {
			person.Note = upper(b.T("engines.on_shift")) + "."
		}
		out.Ring = append(out.Ring, person)
	}
	for _, r := range w.Silent {
		if !e.Active {
			break // the one reason stands above
		}
		person := ui.SilentPerson{Href: "/people/" + r.Number, Name: r.Name, Number: r.Number}
		for _, why := range r.Decision.Reasons {
			person.Reasons = append(person.Reasons, reason(b, why))
		}
		out.Silent = append(out.Silent, person)
	}
	return out
}

// systems are the keys that cover the line, then the engines that hold leases.
func systems(b *ui.Base, e app.LineEngines) []ui.SystemRow {
	var rows []ui.SystemRow
	for _, k := range e.Keys {
		row := ui.SystemRow{Name: k.Name}
		var may []string
		for _, scope := range k.Scopes {
			may = append(may, lower(b.T("organise.scope_"+scope)))
		}
		row.Lines = append(row.Lines, b.T("engines.scopes", "What", b.Join(may)))
		if k.AskedAt == nil {
			row.Lines = append(row.Lines, b.T("engines.never"))
		} else {
			row.Lines = append(row.Lines, b.T("engines.asked", "When", b.DateTime(*k.AskedAt), "N", k.Questions))
		}
		rows = append(rows, row)
	}
	for _, h := range e.Held {
		row := ui.SystemRow{Name: h.Name, Mark: ui.Mark{State: ui.On, Word: b.T("engines.applied")}}
		for _, state := range e.States {
			if strings.EqualFold(state.Name, h.Name) && !state.Applied {
				row.Mark = ui.Mark{State: ui.Waiting, Word: b.T("engines.pending", "Time", clock(b, state.By))}
			}
		}
		row.Lines = append(row.Lines, b.T("engines.held", "Time", clock(b, h.ExpiresAt)))
		if behind := e.Version - h.AckedVersion; behind > 0 {
			row.Lines = append(row.Lines, b.T("engines.behind", "N", behind))
		}
		rows = append(rows, row)
	}
	return rows
}

// clock is a time of day to the second: leases live for some.
func clock(b *ui.Base, t time.Time) string { return t.In(b.Zone).Format("15:04:05") }
