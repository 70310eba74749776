package web

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/scheduler"
)

var outcomes = []string{"present", "absent", "excused"}

// roomTyped is what a refused form of a room held.
type roomTyped struct {
	form     string            // which of them: "move", "cancel", or "correct-" with a number
	outcomes map[string]string // by number
	date, at string
	reason   string
}

func (s *Server) showRoom(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.roomPage(c, roomTyped{})
}

func (s *Server) roomPage(c *gin.Context, typed roomTyped) (ui.View, error) {
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	r, err := s.App.Sessions.Room(c.Request.Context(), who, session)
	if err != nil {
		return nil, err
	}
	v := r.Session
	p := &ui.Room{Base: s.base(c, r.Zone)}
	b := &p.Base
	b.Refused, p.MendReason = typed.form, typed.reason
	here := "/sessions/" + c.Param("id")
	p.Title, p.Back = v.Title, &ui.Link{Href: "/sessions", Text: b.T("session.title")}
	p.Heading, p.About = v.Title, b.DayTime(v.StartsAt)+"–"+b.Time(v.EndsAt)
	p.Mark = roomMark(b, v.State, v.StartsAt, v.EndsAt, r.Now)
	p.Join, p.Version = v.JoinURL, strconv.Itoa(v.Version)
	p.Facts = []ui.Fact{
		{Term: b.T("session.fact_when"), Value: b.DayTime(v.StartsAt) + "–" + b.Time(v.EndsAt) + ", " + b.ZoneWord()},
		{Term: b.T("session.fact_kind"), Value: b.T("session.kind_" + v.Kind)},
		{Term: b.T("session.fact_seats"), Value: b.T("session.taken", "Taken", v.Taken, "Seats", v.Capacity)},
	}
	if v.Trainer != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("session.fact_trainer"), Value: v.Trainer})
	}
	if v.ScriptKey != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("session.fact_script"), Value: v.ScriptKey})
	}
	target := people.Target{Cohort: v.CohortID, Line: v.LineID}
	switch {
	case v.State == scheduler.Closed:
		p.RegisterText = b.T("session.register_done")
		if who.May(people.CorrectAttendance, target) {
			p.Correct = here + "/correct"
		}
	case v.Rules().MayClose(r.Now) == nil && len(r.Seats) > 0:
		p.Register, p.RegisterText = here+"/register", b.T("session.register_text")
	case v.State == scheduler.Planned && len(r.Seats) > 0:
		p.RegisterText = b.T("session.register_early")
	}
	for _, o := range outcomes {
		p.Outcomes = append(p.Outcomes, ui.Option{Value: o, Label: b.T("session.is_" + o)})
	}
	for _, seat := range r.Seats {
		row := ui.RoomSeat{Number: seat.Number, Name: strings.TrimSpace(seat.GivenName + " " + seat.FamilyName), Mark: outcomeMark(b, seat.State)}
		if who.May(people.ReadPeople, people.Target{Person: seat.Person, Cohort: v.CohortID, Line: v.LineID}) {
			row.Href = "/people/" + seat.Number
		}
		for _, o := range p.Outcomes {
			o.Selected = typed.outcomes[seat.Number] == o.Value
			row.Outcomes = append(row.Outcomes, o)
		}
		p.Seats = append(p.Seats, row)
	}
	if v.Rules().MayCancel(r.Now) == nil && who.May(people.PlanSessions, target) {
		p.Move = here + "/move"
		local := v.StartsAt.In(r.Zone)
		p.Date, p.At = cmp.Or(typed.date, local.Format(time.DateOnly)), cmp.Or(typed.at, local.Format("15:04"))
		cancelling := ""
		switch typed.form {
		case "move":
			p.MoveReason = typed.reason
		case "cancel":
			cancelling = typed.reason
		}
		why := b.Input("text", "reason", b.T("session.reason"), cancelling).Hinted(b.T("session.reason_hint"))
		p.Cancel = &ui.Confirm{
			ID: "cancel", Open: b.T("session.cancel_open"), Ask: b.T("session.cancel_ask"), Action: here + "/cancel", Do: b.T("session.cancel_do"), Bad: true, Reason: &why, Version: p.Version,
		}
	}
	return p, nil
}

func (s *Server) closeRegister(c *gin.Context) (ui.View, error) {
	var body struct {
		Outcome map[string][]string `json:"outcome."`
	}
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	typed := map[string]string{}
	return act(c, &body, "/sessions/"+c.Param("id")+"?done=register", func(cmd *app.Command) error {
		r, err := s.App.Sessions.Room(ctx, who, session)
		if err != nil {
			return err
		}
		said := map[people.ID]string{}
		for _, seat := range r.Seats {
			if o := body.Outcome[seat.Number]; len(o) == 1 {
				typed[seat.Number], said[seat.Person] = o[0], o[0]
			}
		}
		return s.App.Sessions.CloseRegister(ctx, who, cmd, session, said)
	}, func() (ui.View, error) { return s.roomPage(c, roomTyped{outcomes: typed}) })
}

func (s *Server) correctAttendance(c *gin.Context) (ui.View, error) {
	var body struct {
		Number  string `json:"number"`
		Outcome string `json:"outcome"`
		Reason  string `json:"reason"`
	}
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	return act(c, &body, "/sessions/"+c.Param("id")+"?done=corrected", func(cmd *app.Command) error {
		r, err := s.App.Sessions.Room(ctx, who, session)
		if err != nil {
			return err
		}
		for _, seat := range r.Seats {
			if seat.Number == body.Number {
				return s.App.Sessions.CorrectAttendance(ctx, who, cmd, session, seat.Person, body.Outcome, body.Reason)
			}
		}
		return app.ErrNotSeat
	}, func() (ui.View, error) {
		return s.roomPage(c, roomTyped{form: "correct-" + body.Number, outcomes: map[string]string{body.Number: body.Outcome}, reason: body.Reason})
	})
}

func (s *Server) moveSession(c *gin.Context) (ui.View, error) {
	var body struct {
		Date    string `json:"date"`
		At      string `json:"at"`
		Reason  string `json:"reason"`
		Version int    `json:"version"`
	}
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &body, "/sessions/"+c.Param("id")+"?done=moved", func(cmd *app.Command) error {
		return s.App.Sessions.Move(c.Request.Context(), httpd.ActorOf(c), cmd, session, body.Date, body.At, body.Reason, body.Version)
	}, func() (ui.View, error) {
		return s.roomPage(c, roomTyped{form: "move", date: body.Date, at: body.At, reason: body.Reason})
	})
}

func (s *Server) cancelSession(c *gin.Context) (ui.View, error) {
	var body struct {
		Reason  string `json:"reason"`
		Version int    `json:"version"`
	}
	session, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &body, "/sessions/"+c.Param("id")+"?done=cancelled", func(cmd *app.Command) error {
		return s.App.Sessions.Cancel(c.Request.Context(), httpd.ActorOf(c), cmd, session, body.Reason, body.Version)
	}, func() (ui.View, error) { return s.roomPage(c, roomTyped{form: "cancel", reason: body.Reason}) })
}

// planForm is the form of a weekly pattern as it travels.
type planForm struct {
	Title    string   `json:"title"`
	Kind     string   `json:"kind"`
	Weekdays []string `json:"weekdays"`
	At       string   `json:"at"`
	Minutes  string   `json:"minutes"`
	First    string   `json:"first_on"`
	Count    string   `json:"count"`
	Seats    string   `json:"seats"`
	Slot     string   `json:"slot"`
	Trainer  string   `json:"trainer"` // address of a member of staff
	Script   string   `json:"script"`
	JoinURL  string   `json:"join_url"`
}

func (s *Server) showPlan(c *gin.Context) (ui.View, error) {
	var in struct {
		Pattern string `json:"pattern"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.planPage(c, planForm{Kind: "evening", Minutes: "120", Count: "1", Seats: "25", Slot: "0"}, in.Pattern)
}

func (s *Server) planPage(c *gin.Context, f planForm, pattern string) (ui.View, error) {
	cohort, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	plan, err := s.App.Sessions.Planning(c.Request.Context(), httpd.ActorOf(c), cohort)
	if err != nil {
		return nil, err
	}
	p := &ui.SessionPlan{Base: s.base(c, plan.Line.Location())}
	b := &p.Base
	p.Action = "/cohorts/" + c.Param("id") + "/sessions"
	p.Title, p.Back = b.T("session.plan_title"), &ui.Link{Href: "/sessions", Text: b.T("session.title")}
	p.Heading, p.About = b.T("session.plan_of", "Cohort", plan.Cohort.Name), plan.Line.Name
	for _, t := range plan.Patterns {
		p.Patterns = append(p.Patterns, ui.Link{Href: p.Action + "?pattern=" + t.Key, Text: t.Title})
		if t.Key != pattern {
			continue
		}
		f = planForm{
			Title: t.Title, Kind: strings.TrimSuffix(t.Kind, "s"), At: t.At, Minutes: strconv.Itoa(int(t.Duration / time.Minute)), Count: strconv.Itoa(t.Count),
			Seats: strconv.Itoa(t.Seats), Slot: strconv.Itoa(int(t.Slot / time.Minute)),
		}
		for _, d := range t.Days {
			f.Weekdays = append(f.Weekdays, strconv.Itoa((int(d)+6)%7+1))
		}
		if plan.Line.LaunchOn != nil && t.From != 0 {
			f.First = plan.Line.LaunchOn.AddDate(0, 0, t.From).Format(time.DateOnly)
		}
	}
	p.Name, p.At, p.First, p.JoinURL = f.Title, f.At, cmp.Or(f.First, plan.Cohort.StartsOn.Format(time.DateOnly)), f.JoinURL
	p.Minutes, p.Count, p.Seats, p.Slot = f.Minutes, f.Count, f.Seats, f.Slot
	for _, k := range []string{"evening", "lab", "roleplay", "recovery"} {
		p.Kinds = append(p.Kinds, ui.Option{Value: k, Label: b.T("session.kind_" + k), Selected: k == f.Kind})
	}
	for d := 1; d <= 7; d++ {
		o := ui.Option{Value: strconv.Itoa(d), Label: b.T("session.day_" + strconv.Itoa(d))}
		for _, have := range f.Weekdays {
			o.Selected = o.Selected || have == o.Value
		}
		p.Days = append(p.Days, o)
	}
	p.Trainers = []ui.Option{{Label: b.T("session.no_trainer")}}
	for _, i := range plan.Staff {
		p.Trainers = append(p.Trainers, ui.Option{Value: i.Email, Label: i.Name(), Selected: i.Email == f.Trainer})
	}
	p.Scripts = []ui.Option{{Label: b.T("session.no_script")}}
	for _, t := range plan.Scripts {
		p.Scripts = append(p.Scripts, ui.Option{Value: t.File.ID, Label: t.File.Title, Selected: t.File.ID == f.Script})
	}
	p.Planned = rooms(b, httpd.ActorOf(c), app.Agenda{Sessions: plan.Sessions, Now: b.Now})
	return p, nil
}

func (s *Server) planSessions(c *gin.Context) (ui.View, error) {
	var body planForm
	cohort, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	return act(c, &body, "/cohorts/"+c.Param("id")+"/sessions?done=planned", func(cmd *app.Command) error {
		plan, err := s.App.Sessions.Planning(ctx, who, cohort)
		if err != nil {
			return err
		}
		series := app.NewSeries{
			Cohort: cohort, Kind: body.Kind, Title: body.Title, At: body.At, Minutes: whole(body.Minutes), First: body.First, Count: whole(body.Count), Seats: whole(body.Seats),
			Slot: whole(body.Slot), Trainer: plan.Leader(body.Trainer), JoinURL: strings.TrimSpace(body.JoinURL), Script: body.Script,
		}
		for _, d := range body.Weekdays {
			series.Weekdays = append(series.Weekdays, whole(d))
		}
		_, err = s.App.Sessions.Plan(ctx, who, cmd, series)
		return err
	}, func() (ui.View, error) { return s.planPage(c, body, "") })
}
