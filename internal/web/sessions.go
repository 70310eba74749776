package web

import (
	"context"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/scheduler"
)

func (s *Server) sessionRoutes(r routes) {
	r.get("/sessions", s.showSessions)
	r.post("/sessions/:id/book", s.book)
	r.post("/sessions/:id/leave", s.leaveSession)
	r.get("/sessions/:id/calendar.ics", s.calendar)
	r.get("/sessions/:id", s.showRoom)
	r.post("/sessions/:id/register", s.closeRegister)
	r.post("/sessions/:id/correct", s.correctAttendance)
	r.post("/sessions/:id/move", s.moveSession)
	r.post("/sessions/:id/cancel", s.cancelSession)
	r.get("/cohorts/:id/sessions", s.showPlan)
	r.post("/cohorts/:id/sessions", s.planSessions)
}

// showSessions lists what a volunteer can book and what staff lead; somebody
// may be both.
func (s *Server) showSessions(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.sessionsPage(c)
}

func (s *Server) sessionsPage(c *gin.Context) (ui.View, error) {
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	p := &ui.Sessions{Base: s.base(c, nil), Staff: !who.Reach(people.ReadSessions).None()}
	b := &p.Base
	p.Title, p.Lead = b.T("session.title"), b.T("session.lead")
	if !p.Staff && !who.Has(people.Volunteer) {
		return nil, people.ErrHidden
	}
	if who.Has(people.Volunteer) {
		agenda, err := s.App.Sessions.Mine(ctx, who)
		if err != nil {
			return nil, err
		}
		b.Zone = agenda.Zone
		p.Groups = s.agendaGroups(b, agenda)
	}
	if p.Staff {
		agenda, err := s.App.Sessions.Staff(ctx, who)
		if err != nil {
			return nil, err
		}
		if !who.Has(people.Volunteer) {
			b.Zone, p.Lead = agenda.Zone, b.T("session.lead_staff")
		}
		p.Rooms = rooms(b, who, agenda)
	}
	if !who.Reach(people.PlanSessions).None() {
		cohorts, err := s.App.Sessions.Calendars(ctx, who)
		if err != nil {
			return nil, err
		}
		for _, cohort := range cohorts {
			p.Plans = append(p.Plans, ui.Link{Href: "/cohorts/" + strconv.FormatInt(cohort.ID, 10) + "/sessions", Text: b.T("session.plan_of", "Cohort", cohort.Name)})
		}
	}
	return p, nil
}

// agendaGroups sorts a volunteer's sessions: booked, to book, past.
func (s *Server) agendaGroups(b *ui.Base, a app.Agenda) []ui.SessionGroup {
	groups := []ui.SessionGroup{{ID: "h-mine", Title: b.T("session.mine")}, {ID: "h-open", Title: b.T("session.open")}, {ID: "h-past", Title: b.T("session.past")}}
	for i := range a.Sessions {
		v := a.Sessions[i]
		booked := v.Mine == "booked"
		over := !a.Now.Before(v.EndsAt.Add(scheduler.Late)) || v.State == scheduler.Closed
		at := 1
		switch {
		case over && (v.Mine == "" || v.Mine == "cancelled"), v.State == scheduler.Cancelled && !booked:
			continue
		case over:
			at = 2
		case booked || v.Mine == "present":
			at = 0
		case !a.Now.Before(v.StartsAt):
			continue
		}
		where := "/sessions/" + strconv.FormatInt(v.ID, 10)
		m := ui.Meeting{ID: strconv.FormatInt(v.ID, 10), SessionCard: ui.SessionCard{Title: v.Title, Start: v.StartsAt, End: v.EndsAt, Join: v.JoinURL}}
		if v.Trainer != "" {
			m.Text = b.T("session.with", "Name", v.Trainer)
		}
		switch {
		case v.State == scheduler.Cancelled:
			m.Mark = ui.Mark{State: ui.Stopped, Word: b.T("session.is_cancelled")}
		case at == 1 && v.Taken >= v.Capacity:
			m.Mark = ui.Mark{State: ui.Locked, Word: b.T("session.is_full")}
		case at == 1:
			m.Mark, m.Book = ui.Mark{State: ui.Todo, Word: b.T("session.seats_left", "N", v.Capacity-v.Taken)}, where+"/book"
		case at == 0:
			m.Mark, m.Calendar = ui.Mark{State: ui.Done, Word: b.T("session.is_booked")}, where+"/calendar.ics"
			if a.Now.Before(v.StartsAt) {
				m.Leave = where + "/leave"
			}
			if m.Join == "" && a.Now.Before(v.StartsAt) {
				m.Opens = v.StartsAt.Add(-scheduler.Early)
			}
		default:
			m.Mark = outcomeMark(b, v.Mine)
		}
		groups[at].Items = append(groups[at].Items, m)
	}
	var list []ui.SessionGroup
	for _, g := range groups {
		if len(g.Items) > 0 {
			list = append(list, g)
		}
	}
	return list
}

// cards are the sessions that a volunteer is booked in, for the first page.
func (s *Server) cards(b *ui.Base, a app.Agenda) []ui.SessionCard {
	var list []ui.SessionCard
	for _, g := range s.agendaGroups(b, a) {
		if g.ID != "h-mine" {
			continue
		}
		for _, m := range g.Items {
			card := m.SessionCard
			card.Change = "/sessions#s" + m.ID
			list = append(list, card)
		}
	}
	return list
}

func outcomeMark(b *ui.Base, outcome string) ui.Mark {
	state := map[string]ui.State{"present": ui.Done, "absent": ui.Stopped, "excused": ui.None, "booked": ui.Waiting}[outcome]
	if state == "" {
		return ui.Mark{}
	}
	return ui.Mark{State: state, Word: b.T("session.is_" + outcome)}
}

// rooms are sessions by day, for staff; those who may keep its register open one.
func rooms(b *ui.Base, who people.Actor, a app.Agenda) []ui.RoomGroup {
	var list []ui.RoomGroup
	for _, v := range a.Sessions {
		day := b.Day(v.StartsAt)
		if len(list) == 0 || list[len(list)-1].Title != day {
			list = append(list, ui.RoomGroup{ID: "d" + strconv.Itoa(len(list)), Title: day})
		}
		row := ui.RoomRow{
			Title: v.Title, When: b.Time(v.StartsAt) + "–" + b.Time(v.EndsAt),
			Note: b.T("session.taken", "Taken", v.Taken, "Seats", v.Capacity), Mark: roomMark(b, v.State, v.StartsAt, v.EndsAt, a.Now),
		}
		if who.May(people.CloseAttendance, people.Target{Cohort: v.CohortID, Line: v.LineID}) {
			row.Href = "/sessions/" + strconv.FormatInt(v.ID, 10)
		}
		if v.Trainer != "" {
			row.Note += " · " + b.T("session.with", "Name", v.Trainer)
		}
		last := &list[len(list)-1]
		last.Items = append(last.Items, row)
	}
	return list
}

func roomMark(b *ui.Base, state scheduler.State, start, end, now time.Time) ui.Mark {
	switch {
	case state == scheduler.Cancelled:
		return ui.Mark{State: ui.Stopped, Word: b.T("session.is_cancelled")}
	case state == scheduler.Closed:
		return ui.Mark{State: ui.Done, Word: b.T("session.is_closed")}
	case now.Before(start):
		return ui.Mark{State: ui.Todo, Word: b.T("session.is_planned")}
	case now.Before(end):
		return ui.Mark{State: ui.Current, Word: b.T("session.is_open")}
	}
	return ui.Mark{State: ui.Due, Word: b.T("session.is_to_close")}
}

func (s *Server) book(c *gin.Context) (ui.View, error) {
	return s.seat(c, "booked", s.App.Sessions.Book)
}

func (s *Server) leaveSession(c *gin.Context) (ui.View, error) {
	return s.seat(c, "left", s.App.Sessions.Leave)
}

// seat is a command of a volunteer on one session; refused, the list is shown
// again with the reason.
func (s *Server) seat(c *gin.Context, done string, do func(ctx context.Context, who people.Actor, cmd *app.Command, session int64) error) (ui.View, error) {
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &struct{}{}, "/sessions?done="+done, func(cmd *app.Command) error {
		return do(c.Request.Context(), httpd.ActorOf(c), cmd, session)
	}, func() (ui.View, error) { return s.sessionsPage(c) })
}

func (s *Server) calendar(c *gin.Context) (ui.View, error) {
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	text, err := s.App.Sessions.Calendar(c.Request.Context(), httpd.ActorOf(c), session)
	if err != nil {
		return nil, err
	}
	return download{name: "abilita-" + c.Param("id") + ".ics", media: "text/calendar; charset=utf-8", body: []byte(text)}, nil
}
