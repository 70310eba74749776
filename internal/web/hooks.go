package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) hookRoutes(r routes) {
	r.get("/hooks", s.showHooks)
	r.post("/hooks", s.addHook)
	r.post("/hooks/:id/end", s.endHook)
	r.post("/hooks/:id/resume", s.resumeHook)
}

func (s *Server) showHooks(c *gin.Context) (ui.View, error) {
	return s.hooksPage(c, app.NewHook{}, "")
}

// hooksPage lists the addresses that are told; secret is the one just made, shown
// once.
func (s *Server) hooksPage(c *gin.Context, typed app.NewHook, secret string) (ui.View, error) {
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	list, err := s.App.Hooks.Endpoints(ctx, who)
	if err != nil {
		return nil, err
	}
	lines, err := s.App.Lines.List(ctx, who)
	if err != nil {
		return nil, err
	}
	p := &ui.Hooks{Base: s.base(c, nil), Action: "/hooks", URL: typed.URL}
	b := &p.Base
	p.Title, p.Back = b.T("hook.title"), &ui.Link{Href: "/keys", Text: b.T("organise.keys")}
	for _, e := range list {
		p.Rows = append(p.Rows, hookRow(b, e))
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, ui.Option{Value: strconv.FormatInt(l.ID, 10), Label: l.Name, Selected: slices.Contains(typed.Lines, l.ID)})
	}
	if secret != "" {
		p.Secret = b.Code("secret", b.T("hook.secret"), secret)
	}
	return p, nil
}

func hookRow(b *ui.Base, e app.HookEndpoint) ui.HookRow {
	number := strconv.FormatInt(e.ID, 10)
	row := ui.HookRow{URL: e.URL, Lines: strings.Join(e.Lines, ", "), Made: b.T("hook.added", "Date", b.Date(e.MadeAt))}
	if row.Lines == "" {
		row.Lines = b.T("organise.key_all")
	}
	switch {
	case e.EndedAt != nil:
		row.Mark = ui.Mark{State: ui.None, Word: b.T("hook.ended")}
		return row
	case e.DisabledAt != nil:
		row.Mark, row.Note = ui.Mark{State: ui.Stopped, Word: b.T("hook.disabled")}, b.T("hook.disabled_text", "When", b.DateTime(*e.DisabledAt))
		row.Resume = "/hooks/" + number + "/resume"
	case e.FailingSince != nil:
		row.Mark, row.Note = ui.Mark{State: ui.Due, Word: b.T("hook.failing")}, b.T("hook.failing_text", "When", b.DateTime(*e.FailingSince))+" "+hookProblem(b, e.Problem)
	case e.SentAt != nil:
		row.Mark, row.Note = ui.Mark{State: ui.Done, Word: b.T("hook.working")}, b.T("hook.working_text", "When", b.DateTime(*e.SentAt))
	default:
		row.Mark = ui.Mark{State: ui.Waiting, Word: b.T("hook.nothing_yet")}
	}
	row.End = &ui.Confirm{ID: "end-" + number, Open: b.T("hook.end"), Ask: b.T("hook.end_ask"), Do: b.T("hook.end_do"), Action: "/hooks/" + number + "/end", Bad: true}
	return row
}

// hookProblem says why a delivery failed.
func hookProblem(b *ui.Base, problem string) string {
	switch problem {
	case "":
		return ""
	case "address", "unreachable":
		return b.T("hook.problem_" + problem)
	}
	return b.T("hook.problem_status", "Status", problem)
}

// addHook answers with the page itself, because the secret is shown once.
func (s *Server) addHook(c *gin.Context) (ui.View, error) {
	var body struct {
		URL   string   `json:"url"`
		Lines []string `json:"lines"`
	}
	typed := func() app.NewHook {
		in := app.NewHook{URL: body.URL}
		for _, l := range body.Lines {
			n, _ := strconv.ParseInt(l, 10, 64)
			in.Lines = append(in.Lines, n)
		}
		return in
	}
	secret := ""
	v, err := act(c, &body, "/hooks", func(cmd *app.Command) (err error) {
		secret, err = s.App.Hooks.Add(c.Request.Context(), httpd.ActorOf(c), cmd, typed())
		return err
	}, func() (ui.View, error) { return s.hooksPage(c, typed(), "") })
	if err != nil || secret == "" {
		return v, err
	}
	return s.hooksPage(c, app.NewHook{}, secret)
}

func (s *Server) endHook(c *gin.Context) (ui.View, error) {
	return s.changeHook(c, "hook_ended", s.App.Hooks.End)
}

func (s *Server) resumeHook(c *gin.Context) (ui.View, error) {
	return s.changeHook(c, "hook_resumed", s.App.Hooks.Resume)
}

func (s *Server) changeHook(c *gin.Context, done string, do func(context.Context, people.Actor, *app.Command, int64) error) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &struct{}{}, "/hooks?done="+done, func(cmd *app.Command) error {
		return do(c.Request.Context(), httpd.ActorOf(c), cmd, number)
	}, func() (ui.View, error) { return s.hooksPage(c, app.NewHook{}, "") })
}
