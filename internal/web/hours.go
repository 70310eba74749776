package web

import (
	"cmp"
	"io"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
	"abilita/scheduler"
)

func (s *Server) hoursRoutes(r routes) {
	r.get("/hours", s.showHours)
	r.get("/hours.csv", s.exportHours)
	r.get("/people/:number/hours", s.showHours)
	r.get("/people/:number/hours.csv", s.exportHours)
}

// clocked is a length of time in hours and minutes, as a table has room for.
func clocked(b *ui.Base, minutes int) string {
	h, m := minutes/60, minutes%60
	switch {
	case h == 0:
		return b.T("hours.minutes", "M", m)
	case m == 0:
		return b.T("hours.whole", "H", h)
	}
	return b.T("hours.both", "H", h, "M", m)
}

func (s *Server) hours(c *gin.Context) (app.HoursSheet, ui.Base, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return app.HoursSheet{}, ui.Base{}, err
	}
	h, err := s.App.Ledgers.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("number"))
	if err != nil {
		return h, ui.Base{}, err
	}
	var zone *time.Location
	if len(h.Lines) > 0 {
		zone = h.Lines[0].Line.Location()
	}
	return h, s.base(c, zone), nil
}

func (s *Server) showHours(c *gin.Context) (ui.View, error) {
	h, base, err := s.hours(c)
	if err != nil {
		return nil, err
	}
	p := &ui.Hours{Base: base, CSV: "/hours.csv"}
	b := &p.Base
	p.Title, p.Heading, p.Back = b.T("hours.title"), b.T("hours.title"), &ui.Link{Href: "/shifts", Text: b.T("shift.title")}
	if number := c.Param("number"); number != "" {
		p.CSV, p.Heading, p.About = "/people/"+number+"/hours.csv", called(b.Printer, h.Identity.Name()), b.T("hours.of", "Number", h.Identity.Number)
		p.Title, p.Back = b.T("hours.title_of", "Name", p.Heading), &ui.Link{Href: "/people/" + number, Text: p.Heading}
	}
	p.Year = ui.Progress{Label: b.T("hours.year", "Since", b.Date(h.Since)), Value: min(h.Year/60, app.HoursAsked), Max: app.HoursAsked, Here: true}
	p.Lead = b.T("hours.lead", "Year", clocked(b, h.Year), "All", clocked(b, h.Minutes))
	p.Decree = b.T("hours.path", "N", app.HoursAsked)
	if h.Waiting > 0 {
		p.Waiting = b.T("hours.waiting", "N", h.Waiting)
	}
	for i, l := range h.Lines {
		t := ui.HoursTable{ID: "h" + strconv.Itoa(i), Title: l.Line.Name, Sum: hoursRow(b, l.Sum)}
		t.Sum.Month = b.T("hours.sum")
		for _, m := range l.Months {
			row := hoursRow(b, m)
			row.Month = b.MonthYear(m.Month)
			t.Rows = append(t.Rows, row)
		}
		p.Tables = append(p.Tables, t)
	}
	return p, nil
}

func hoursRow(b *ui.Base, h scheduler.Hours) ui.HoursRow {
	cell := func(w scheduler.Work) string {
		if w.N == 0 {
			return "–"
		}
		return b.T("hours.cell", "N", w.N, "Time", clocked(b, w.Minutes))
	}
	return ui.HoursRow{Shifts: cell(h.Shifts), Sessions: cell(h.Sessions), Contacts: cell(h.Contacts), All: clocked(b, h.Minutes)}
}

func (s *Server) exportHours(c *gin.Context) (ui.View, error) {
	h, base, err := s.hours(c)
	if err != nil {
		return nil, err
	}
	b := &base
	return stream{name: "abilita-" + cmp.Or(h.Identity.Number, "ore") + ".csv", media: "text/csv; charset=utf-8", write: func(w io.Writer) error {
		out, err := spreadsheet(w, i18n.Lang(b.Lang()))
		if err != nil {
			return err
		}
		head := []string{b.T("hours.csv_line"), b.T("hours.month"), b.T("hours.csv_shifts"), b.T("hours.csv_shift_minutes"), b.T("hours.csv_sessions"), b.T("hours.csv_session_minutes"), b.T("hours.csv_contacts"), b.T("hours.csv_contact_minutes"), b.T("hours.csv_minutes")}
		if err := out.Write(formulaSafe(head)); err != nil {
			return err
		}
		for _, l := range h.Lines {
			for _, m := range l.Months {
				row := []string{l.Line.Name, m.Month.Format("2006-01")}
				for _, n := range []int{m.Shifts.N, m.Shifts.Minutes, m.Sessions.N, m.Sessions.Minutes, m.Contacts.N, m.Contacts.Minutes, m.Minutes} {
					row = append(row, strconv.Itoa(n))
				}
				if err := out.Write(formulaSafe(row)); err != nil {
					return err
				}
			}
		}
		out.Flush()
		return out.Error()
	}}, nil
}
