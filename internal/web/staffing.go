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
	"abilita/scheduler"
)

// typedStaffing is what was typed in the refused form of a shift.
type typedStaffing struct {
	form, shift string
	Who         string `json:"who"`
	Reason      string `json:"reason"`
}

func (s *Server) showLineShifts(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.lineShifts(c, typedStaffing{})
}

// proposed is how many people a gap names.
const proposed = 3

func (s *Server) lineShifts(c *gin.Context, typed typedStaffing) (ui.View, error) {
	st, err := s.App.Shifts.OfLine(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &ui.LineShifts{Base: s.base(c, st.Line.Location()), Heading: st.Line.Name}
	b := &p.Base
	p.Title, p.Back, p.Lead = b.T("shift.line_title"), &ui.Link{Href: "/lines/" + st.Line.Code, Text: st.Line.Name}, b.T("shift.line_lead")
	if st.MayRota {
		p.Links = []ui.Link{{Href: "/lines/" + st.Line.Code + "/rota", Text: b.T("shift.to_rota")}}
	}
	if typed.form != "" {
		p.Refused = typed.form + "-" + typed.shift
	}
	for _, v := range st.ToClose {
		p.ToClose = append(p.ToClose, toClose(b, v, false))
	}
	for _, v := range st.Shifts {
		title := b.Day(v.StartsAt)
		if len(p.Days) == 0 || p.Days[len(p.Days)-1].Title != title {
			p.Days = append(p.Days, ui.StaffedDay{ID: "d" + strconv.Itoa(len(p.Days)), Title: title})
		}
		last := &p.Days[len(p.Days)-1]
		row := staffedRow(b, st, v, typed)
		last.Rows = append(last.Rows, row)
		if !v.Gap.Bad() {
			continue
		}
		gap := ui.ShiftGap{Href: "#s" + row.ID, Mark: row.Mark, Title: title + ", " + row.When}
		var names []string
		for _, k := range v.Candidates {
			wanted := k.Part == scheduler.Answers && v.Gap.Nobody || k.Part == scheduler.Supervises && v.Gap.Supervisor
			if !wanted || len(names) == proposed {
				continue
			}
			name := k.Name
			if k.Invited {
				name = b.T("shift.asked_name", "Name", k.Name)
			} else if !v.StartsAt.Before(st.Now) {
				gap.Invite = debriefHref(st.Line.Code, v.ID) + "/invite"
				gap.Invites = append(gap.Invites, ui.Option{Value: string(k.Part) + " " + strconv.FormatInt(int64(k.Person), 10), Label: b.T("shift.invite", "Name", k.Name)})
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			gap.Proposed = b.T("shift.proposed", "Names", b.Join(names))
		} else if st.MayStaff {
			gap.Proposed = b.T("shift.nobody_free")
		}
		p.Gaps = append(p.Gaps, gap)
	}
	return p, nil
}

func staffedRow(b *ui.Base, st app.Staffing, v app.StaffedShift, typed typedStaffing) ui.StaffedRow {
	row := ui.StaffedRow{
		ID: strconv.FormatInt(v.ID, 10), When: hours(b, v.StartsAt, v.EndsAt), Open: debriefHref(st.Line.Code, v.ID), Seats: b.T("shift.taken", "Taken", v.Taken, "Seats", v.Seats), Mark: gapMark(b, v.Gap),
	}
	names := map[scheduler.Part][]string{}
	for _, k := range v.Places {
		name := k.Name()
		if k.State == scheduler.PlaceAbsent {
			names[k.Part] = append(names[k.Part], b.T("shift.absent_name", "Name", name))
			continue
		}
		if k.Offered {
			name = b.T("shift.offers", "Name", name)
		}
		names[k.Part] = append(names[k.Part], name)
		row.Placed = append(row.Placed, ui.Option{Value: strconv.FormatInt(int64(k.Person), 10), Label: k.Name()})
	}
	for _, part := range []scheduler.Part{scheduler.Supervises, scheduler.Answers} {
		if len(names[part]) > 0 {
			row.People = append(row.People, ui.Fact{Term: b.T("shift.part_" + string(part)), Value: b.Join(names[part])})
		}
	}
	if !st.MayStaff {
		return row
	}
	here := "/lines/" + st.Line.Code + "/shifts/" + row.ID
	row.Put, row.Off = here+"/put", here+"/off"
	for _, k := range v.Candidates {
		value := string(k.Part) + " " + strconv.FormatInt(int64(k.Person), 10)
		label := b.T("shift.candidate_"+string(k.Part), "Name", k.Name, "N", k.Recent)
		row.Candidates = append(row.Candidates, ui.Option{Value: value, Label: label, Selected: typed.form == "put" && typed.shift == row.ID && typed.Who == value})
	}
	if typed.form == "off" && typed.shift == row.ID {
		row.Reason = typed.Reason
		for i := range row.Placed {
			row.Placed[i].Selected = row.Placed[i].Value == typed.Who
		}
	}
	return row
}

// gapMark says what a shift lacks.
func gapMark(b *ui.Base, g scheduler.Gap) ui.Mark {
	switch {
	case g.Nobody && g.Supervisor:
		return ui.Mark{State: ui.Stopped, Word: b.T("shift.gap_both")}
	case g.Nobody:
		return ui.Mark{State: ui.Stopped, Word: b.T("shift.gap_nobody")}
	case g.Supervisor:
		return ui.Mark{State: ui.Due, Word: b.T("shift.gap_supervisor")}
	case g.Seats > 0:
		return ui.Mark{State: ui.Todo, Word: b.T("shift.seats_left", "N", g.Seats)}
	}
	return ui.Mark{State: ui.Done, Word: b.T("shift.is_covered")}
}

func (s *Server) putOnShift(c *gin.Context) (ui.View, error) {
	var body typedStaffing
	return s.staff(c, "put", &body, func(cmd *app.Command, shift int64) error {
		part, who, _ := strings.Cut(body.Who, " ")
		return s.App.Shifts.Put(c.Request.Context(), httpd.ActorOf(c), cmd, shift, people.ID(max(0, whole(who))), scheduler.Part(part))
	})
}

func (s *Server) inviteToShift(c *gin.Context) (ui.View, error) {
	var body struct {
		Who string `json:"who"`
	}
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return s.act(c, &body, "/lines/"+c.Param("code")+"/shifts?done=shift_invited", func(cmd *app.Command) error {
		part, who, _ := strings.Cut(body.Who, " ")
		return s.App.Shifts.Invite(c.Request.Context(), httpd.ActorOf(c), cmd, shift, people.ID(max(0, whole(who))), scheduler.Part(part))
	}, func() (ui.View, error) { return s.lineShifts(c, typedStaffing{}) })
}

// lackingNotices say how many shifts of the coming two weeks must be seen to: of
// one line or, with 0, of all in reach.
func (s *Server) lackingNotices(c *gin.Context, b *ui.Base, line int64) ([]ui.Notice, error) {
	who := httpd.ActorOf(c)
	if who.Reach(people.ReadShifts).None() {
		return nil, nil
	}
	lacking, err := s.App.Shifts.Lacking(c.Request.Context(), who, line)
	if err != nil {
		return nil, err
	}
	var list []ui.Notice
	for _, l := range lacking {
		var what []string
		if l.Nobody > 0 {
			what = append(what, b.T("shift.lack_nobody", "N", l.Nobody))
		}
		if l.Supervisor > 0 {
			what = append(what, b.T("shift.lack_supervisor", "N", l.Supervisor))
		}
		list = append(list, ui.Notice{
			Mark: ui.Mark{State: ui.Due, Word: b.T("shift.lack_word")}, Text: b.T("shift.lack", "Line", l.Line.Name, "What", b.Join(what)),
			Action: &ui.Link{Href: "/lines/" + l.Line.Code + "/shifts", Text: b.T("shift.lack_open")},
		})
	}
	return list, nil
}

func (s *Server) takeOffShift(c *gin.Context) (ui.View, error) {
	var body typedStaffing
	return s.staff(c, "off", &body, func(cmd *app.Command, shift int64) error {
		return s.App.Shifts.TakeOff(c.Request.Context(), httpd.ActorOf(c), cmd, shift, people.ID(max(0, whole(body.Who))), body.Reason)
	})
}

// staff is a command of whoever staffs a line on one of its shifts.
func (s *Server) staff(c *gin.Context, form string, body *typedStaffing, do func(cmd *app.Command, shift int64) error) (ui.View, error) {
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return s.act(c, body, "/lines/"+c.Param("code")+"/shifts?done=shift_"+form, func(cmd *app.Command) error { return do(cmd, shift) }, func() (ui.View, error) {
		body.form, body.shift = form, c.Param("id")
		return s.lineShifts(c, *body)
	})
}

// typedRota is the form of a row of the week as typed.
type typedRota struct {
	Row     int64  `json:"row"`
	Do      string `json:"do"`
	Weekday string `json:"weekday"`
	Starts  string `json:"starts"`
	Ends    string `json:"ends"`
	Seats   string `json:"seats"`
	From    string `json:"from_on"`
	Agreed  string `json:"agreed"`
}

func (t typedRota) change() app.RotaChange {
	return app.RotaChange{
		Row: t.Row, End: t.Do == "end", Weekday: whole(t.Weekday), Starts: strings.TrimSpace(t.Starts), Ends: strings.TrimSpace(t.Ends), Seats: whole(t.Seats),
		From: t.From, Agreed: whole(t.Agreed),
	}
}

func (s *Server) showRota(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.rotaPage(c, nil)
}

func (s *Server) changeRota(c *gin.Context) (ui.View, error) {
	var body typedRota
	return act(c, &body, "/lines/"+c.Param("code")+"/rota?done=rota", func(cmd *app.Command) error {
		return s.App.Shifts.ChangeRota(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("code"), body.change())
	}, func() (ui.View, error) { return s.rotaPage(c, &body) })
}

func (s *Server) rotaPage(c *gin.Context, typed *typedRota) (ui.View, error) {
	var asked *app.RotaChange
	if typed != nil {
		change := typed.change()
		asked = &change
	}
	w, err := s.App.Shifts.Rota(c.Request.Context(), httpd.ActorOf(c), c.Param("code"), asked)
	if err != nil {
		return nil, err
	}
	p := &ui.RotaPage{Base: s.base(c, w.Line.Location()), Heading: w.Line.Name, Action: "/lines/" + w.Line.Code + "/rota"}
	b := &p.Base
	p.Title, p.Back = b.T("rota.title"), &ui.Link{Href: "/lines/" + w.Line.Code + "/shifts", Text: b.T("shift.line_title")}
	today := w.Today.Format(time.DateOnly)
	p.New = rotaForm(b, "new", app.Rota{Weekday: 1, Starts: "10:00", Minutes: 240, Seats: 2}, today)
	for _, r := range w.Rows {
		f := rotaForm(b, "row-"+strconv.FormatInt(r.ID, 10), r, today)
		f.Row, f.Title = strconv.FormatInt(r.ID, 10), b.Weekday(r.Weekday)+", "+f.Starts+"–"+f.Ends
		f.Note = b.T("rota.seats_note", "N", r.Seats)
		if r.FromOn.After(w.Today) {
			f.Note += " · " + b.T("rota.from_note", "Day", b.Printer.Date(r.FromOn))
		}
		if r.UntilOn != nil {
			f.Note += " · " + b.T("rota.until_note", "Day", b.Printer.Date(r.UntilOn.AddDate(0, 0, -1)))
		}
		p.Rows = append(p.Rows, f)
	}
	if typed == nil {
		return p, nil
	}
	form := &p.New
	for i := range p.Rows {
		if p.Rows[i].Row == strconv.FormatInt(typed.Row, 10) {
			form = &p.Rows[i]
		}
	}
	p.Refused = form.ID
	form.Days, form.Starts, form.Ends, form.Seats, form.From = weekdays(b, whole(typed.Weekday)), typed.Starts, typed.Ends, typed.Seats, typed.From
	for _, l := range w.Lost {
		p.Lost = append(p.Lost, ui.Fact{Term: b.Day(l.Shift.StartsAt) + ", " + hours(b, l.Shift.StartsAt, l.Shift.EndsAt), Value: l.Place.Name()})
	}
	if len(w.Lost) > 0 {
		form.Lost = strconv.Itoa(len(w.Lost))
	}
	return p, nil
}

func rotaForm(b *ui.Base, name string, r app.Rota, from string) ui.RotaForm {
	f := ui.RotaForm{ID: name, Row: "0", Days: weekdays(b, r.Weekday), Starts: r.Starts, Seats: strconv.Itoa(r.Seats), From: from}
	if at, err := time.Parse("15:04", r.Starts); err == nil {
		f.Ends = at.Add(time.Duration(r.Minutes) * time.Minute).Format("15:04")
	}
	return f
}

func weekdays(b *ui.Base, chosen int) []ui.Option {
	var list []ui.Option
	for d := 1; d <= 7; d++ {
		list = append(list, ui.Option{Value: strconv.Itoa(d), Label: b.Weekday(d), Selected: d == chosen})
	}
	return list
}
