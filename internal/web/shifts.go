package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/scheduler"
)

func (s *Server) shiftRoutes(r routes) {
	r.get("/shifts", s.showShifts)
	r.get("/shifts/:id/calendar.ics", s.shiftCalendar)
	r.post("/shifts/:id/take", s.takeShift)
	r.post("/shifts/:id/swap", s.onShift("shift_taken", func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error {
		return s.App.Shifts.Swap(ctx, who, cmd, shift)
	}))
	r.post("/shifts/:id/leave", s.onShift("shift_left", func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error {
		return s.App.Shifts.Leave(ctx, who, cmd, shift)
	}))
	r.post("/shifts/:id/offer", s.onShift("shift_offered", func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error {
		return s.App.Shifts.Offer(ctx, who, cmd, shift, true)
	}))
	r.post("/shifts/:id/keep", s.onShift("shift_kept", func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error {
		return s.App.Shifts.Offer(ctx, who, cmd, shift, false)
	}))
	r.get("/shifts/:id/propose", s.showPropose)
	r.post("/shifts/:id/propose", s.proposeShift)
	r.post("/shifts/:id/accept", s.onShift("shift_taken", func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error {
		return s.App.Swaps.Accept(ctx, who, cmd, shift)
	}))
	r.post("/shifts/:id/decline", s.onShift("shift_declined", func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error {
		return s.App.Swaps.Decline(ctx, who, cmd, shift)
	}))
	r.get("/lines/:code/shifts", s.showLineShifts)
	r.post("/lines/:code/shifts/:id/put", s.putOnShift)
	r.post("/lines/:code/shifts/:id/off", s.takeOffShift)
	r.post("/lines/:code/shifts/:id/invite", s.inviteToShift)
	r.get("/lines/:code/shifts/:id", s.showShiftClosing)
	r.post("/lines/:code/shifts/:id/mark", s.markShift)
	r.post("/lines/:code/shifts/:id/close", s.closeShift)
	r.post("/lines/:code/shifts/:id/note", s.noteShift)
	r.post("/lines/:code/shifts/:id/contact", s.enterInShift)
	r.get("/lines/:code/rota", s.showRota)
	r.post("/lines/:code/rota", s.changeRota)
}

func (s *Server) showShifts(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.shiftsPage(c)
}

func (s *Server) shiftsPage(c *gin.Context) (ui.View, error) {
	roster, err := s.App.Shifts.Mine(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Shifts{Base: s.base(c, roster.Zone), Works: roster.Lines > 0}
	b := &p.Base
	p.Title, p.Lead = b.T("shift.title"), b.T("shift.lead")
	if p.Services, err = s.catalogueLink(c, b); err != nil {
		return nil, err
	}
	for _, o := range roster.Mine {
		p.Mine = append(p.Mine, ownShift(b, o, roster.Now))
	}
	for _, o := range roster.Proposed {
		here := "/shifts/" + strconv.FormatInt(o.ID, 10)
		p.Proposed = append(p.Proposed, ui.ShiftRow{
			ID: strconv.FormatInt(o.ID, 10), When: b.Day(o.StartsAt) + ", " + hours(b, o.StartsAt, o.EndsAt), Line: o.Line,
			Mark: ui.Mark{State: ui.Waiting, Word: b.T("shift.proposed_by", "Name", o.With)}, Take: here + "/accept", Leave: here + "/decline",
		})
	}
	for _, v := range roster.ToClose {
		p.ToClose = append(p.ToClose, toClose(b, v, true))
	}
	for _, o := range roster.Open {
		day := b.Day(o.StartsAt)
		if len(p.Days) == 0 || p.Days[len(p.Days)-1].Title != day {
			p.Days = append(p.Days, ui.ShiftDay{ID: "d" + strconv.Itoa(len(p.Days)), Title: day})
		}
		last := &p.Days[len(p.Days)-1]
		last.Rows = append(last.Rows, openShift(b, o))
	}
	return p, nil
}

// hours is "10:00–14:00".
func hours(b *ui.Base, from, until time.Time) string { return b.Time(from) + "–" + b.Time(until) }

// ownShift is a shift that the reader has a place on.
func ownShift(b *ui.Base, o app.ShiftOffer, now time.Time) ui.ShiftRow {
	here := "/shifts/" + strconv.FormatInt(o.ID, 10)
	row := ui.ShiftRow{
		ID: strconv.FormatInt(o.ID, 10), When: b.Day(o.StartsAt) + ", " + hours(b, o.StartsAt, o.EndsAt), Line: o.Line,
		Mark: ui.Mark{State: ui.Done, Word: b.T("shift.is_yours")}, Calendar: here + "/calendar.ics",
	}
	switch {
	case o.Part == scheduler.Supervises:
		row.Note, row.Open = b.T("shift.as_supervisor"), debriefHref(o.Code, o.ID)
	case o.Asked && o.Bosses == 0:
		row.Note = b.T("shift.no_supervisor_yet")
	}
	if o.Offered {
		row.Mark = ui.Mark{State: ui.Waiting, Word: b.T("shift.is_offered")}
	}
	if o.With != "" {
		row.Mark = ui.Mark{State: ui.Waiting, Word: b.T("shift.is_proposed", "Name", o.With)}
	}
	if !now.Before(o.StartsAt) {
		row.Mark = ui.Mark{State: ui.Current, Word: b.T("shift.is_now")}
	}
	if o.Place == scheduler.PlaceAbsent {
		row.Mark = ui.Mark{State: ui.None, Word: b.T("shift.is_absent")}
	}
	if o.MayGive {
		row.Leave = here + "/leave"
		switch {
		case o.Part != scheduler.Answers:
		case o.Offered || o.With != "":
			row.Unoffer = here + "/keep"
		default:
			row.Offer, row.Propose = here+"/offer", here+"/propose"
		}
	}
	return row
}

// openShift is a shift that the reader may take a place on, or why not.
func openShift(b *ui.Base, o app.ShiftOffer) ui.ShiftRow {
	here := "/shifts/" + strconv.FormatInt(o.ID, 10)
	row := ui.ShiftRow{
		ID: strconv.FormatInt(o.ID, 10), When: hours(b, o.StartsAt, o.EndsAt), Line: o.Line,
		Mark: ui.Mark{State: ui.Todo, Word: b.T("shift.seats_left", "N", o.Seats-o.Taken)},
	}
	if o.Taken >= o.Seats {
		row.Mark = ui.Mark{State: ui.Locked, Word: b.T("shift.is_full")}
	}
	switch {
	case o.Invited:
		row.Note = b.T("shift.you_are_asked")
	case o.Asked && o.Bosses == 0:
		row.Note = b.T("shift.no_supervisor_yet")
	}
	switch {
	case o.Answer == nil:
		row.Take = here + "/take"
	case o.Swap:
		row.Swap = here + "/swap"
	case !o.Boss:
		row.Why = told(b, o.Answer)
	}
	if o.Boss && o.Lead == nil {
		row.Lead = here + "/take"
	}
	if o.Boss && o.Lead != nil && row.Take == "" {
		row.Why = told(b, o.Lead)
	}
	return row
}

// told is a refusal in words; midnight is the end of the day before.
func told(b *ui.Base, err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return ""
	}
	return b.Fault(edge(b, f))
}

// edge puts the instants of a refusal into words as edges of an interval.
func edge(b *ui.Base, f *fault.Error) *fault.Error {
	args := slices.Clone(f.Args)
	for i, a := range args {
		if t, ok := a.(time.Time); ok {
			args[i] = b.Boundary(t)
		}
	}
	return f.With(args...)
}

// shiftFault is an error of a shift with its instants in words.
func shiftFault(b *ui.Base, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Args) > 0 && strings.HasPrefix(f.Key, "shift.") {
		return edge(b, f)
	}
	return err
}

func (s *Server) takeShift(c *gin.Context) (ui.View, error) {
	var body struct {
		Part string `json:"part"`
	}
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return s.act(c, &body, "/shifts?done=shift_taken", func(cmd *app.Command) error {
		return s.App.Shifts.Take(c.Request.Context(), httpd.ActorOf(c), cmd, shift, scheduler.Part(body.Part))
	}, func() (ui.View, error) { return s.shiftsPage(c) })
}

// act is act with the instants of what was refused in the words of the page.
func (s *Server) act(c *gin.Context, body any, then string, do func(cmd *app.Command) error, page func() (ui.View, error)) (ui.View, error) {
	v, err := act(c, body, then, do, page)
	if err != nil && v != nil && v.Frame() != nil {
		err = shiftFault(v.Frame(), err)
	}
	return v, err
}

// onShift makes the handler of a command about one's place on a shift.
func (s *Server) onShift(done string, do func(ctx context.Context, who people.Actor, cmd *app.Command, shift int64) error) handler {
	return func(c *gin.Context) (ui.View, error) {
		shift, err := id(c, "id")
		if err != nil {
			return nil, err
		}
		return s.act(c, &struct{}{}, "/shifts?done="+done, func(cmd *app.Command) error {
			return do(c.Request.Context(), httpd.ActorOf(c), cmd, shift)
		}, func() (ui.View, error) { return s.shiftsPage(c) })
	}
}

func (s *Server) shiftCalendar(c *gin.Context) (ui.View, error) {
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	text, err := s.App.Shifts.Calendar(c.Request.Context(), httpd.ActorOf(c), shift)
	if err != nil {
		return nil, err
	}
	return download{name: "abilita-turno-" + c.Param("id") + ".ics", media: "text/calendar; charset=utf-8", body: []byte(text)}, nil
}

func (s *Server) showPropose(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.proposePage(c, "")
}

func (s *Server) proposePage(c *gin.Context, chosen string) (ui.View, error) {
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	f, err := s.App.Swaps.Colleagues(c.Request.Context(), httpd.ActorOf(c), shift)
	if err != nil {
		return nil, err
	}
	p := &ui.Propose{Base: s.base(c, f.Zone), LineName: f.Shift.Line, Action: "/shifts/" + c.Param("id") + "/propose"}
	b := &p.Base
	p.When = b.Day(f.Shift.StartsAt) + ", " + hours(b, f.Shift.StartsAt, f.Shift.EndsAt)
	p.Title, p.Back = b.T("shift.propose_title"), &ui.Link{Href: "/shifts", Text: b.T("shift.title")}
	for _, k := range f.Colleagues {
		value := strconv.FormatInt(int64(k.Person), 10)
		p.Colleagues = append(p.Colleagues, ui.Option{Value: value, Label: k.Name, Selected: value == chosen})
	}
	return p, nil
}

func (s *Server) proposeShift(c *gin.Context) (ui.View, error) {
	var body struct {
		Who string `json:"who"`
	}
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return s.act(c, &body, "/shifts?done=shift_proposed", func(cmd *app.Command) error {
		return s.App.Swaps.Propose(c.Request.Context(), httpd.ActorOf(c), cmd, shift, people.ID(max(0, whole(body.Who))))
	}, func() (ui.View, error) { return s.proposePage(c, body.Who) })
}
