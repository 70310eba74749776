package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) organiseRoutes(r routes) {
	r.get("/guide", s.showGuide)
	r.get("/lines/new", s.showLineForm)
	r.post("/lines/new", s.addLine)
	r.get("/cohorts/new", s.showCohortForm)
	r.post("/cohorts/new", s.addCohort)
	r.get("/staff", s.showStaff)
	r.post("/staff", s.inviteStaff)
	r.post("/staff/:id/end", s.endRole)
	s.hookRoutes(r)
	r.get("/keys", s.showKeys)
	r.post("/keys", s.addKey)
	r.post("/keys/:id/end", s.endKey)
}

func (s *Server) showGuide(c *gin.Context) (ui.View, error) {
	st, err := s.App.Organising.State(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Guide{}
	p.Printer, p.Title = t, t.T("organise.guide")
	if p.Notices, err = s.directoryNotices(c, &p.Base, ""); err != nil {
		return nil, err
	}
	staff := len(st.Staff) - 2 // the first administrator coordinates too
	steps := []struct {
		name, href string
		n          int
	}{
		{"line", "/lines/new", len(st.Lines)}, {"cohort", "/cohorts/new", len(st.Cohorts)}, {"staff", "/staff", max(staff, 0)}, {"keys", "/keys", st.Keys},
	}
	for i, step := range steps {
		row := ui.Step{Title: t.T("organise.step_" + step.name), Href: step.href, Ahead: i < len(steps)}
		if step.n > 0 {
			row.State, row.Word, row.Text, row.Ahead = ui.Done, t.T("organise.word_done"), t.T("organise.step_"+step.name+"_done", "N", step.n), false
		} else {
			row.State, row.Word, row.Text = ui.Todo, t.T("organise.word_todo"), t.T("organise.step_"+step.name+"_todo")
			if p.Next == nil {
				row.State, row.Here, row.Word = ui.Current, true, ""
				p.Next = &ui.NextStep{Title: t.T("organise.next_" + step.name), Text: row.Text, Href: step.href, Label: t.T("organise.go")}
			}
		}
		p.Steps = append(p.Steps, row)
	}
	form := ui.Step{Title: t.T("organise.step_form"), State: ui.Todo, Word: t.T("organise.word_todo"), Text: t.T("organise.step_form_todo")}
	if len(st.Lines) > 0 {
		form.State, form.Word, form.Text, form.Href = ui.Done, t.T("organise.word_done"), t.T("organise.step_form_done"), "/apply/"+st.Lines[0].Code
	}
	p.Steps = append(p.Steps, form)
	if p.Next == nil {
		p.Next = &ui.NextStep{Title: t.T("organise.next_none"), Text: t.T("organise.next_none_text"), Href: "/lines", Label: t.T("organise.go_line")}
	}
	return p, nil
}

// typedLine is the form of a line as typed.
type typedLine struct {
	Name      string   `json:"name"`
	Code      string   `json:"code"`
	Programme string   `json:"programme"`
	Channels  []string `json:"channels"`
	Days      []string `json:"days"`
	Opens     string   `json:"opens"`
	Closes    string   `json:"closes"`
	Zone      string   `json:"zone"`
	Fallback  string   `json:"fallback"`
	MinAge    string   `json:"min_age"`
	Launch    string   `json:"launch_on"`
	Asked     string   `json:"supervised"`
}

func (s *Server) showLineForm(c *gin.Context) (ui.View, error) {
	return s.lineForm(c, typedLine{Zone: "Europe/Rome", MinAge: "18", Opens: "10:00", Closes: "20:00", Days: []string{"1", "2", "3", "4", "5", "6", "7"}, Channels: []string{"phone"}, Asked: "yes"})
}

func (s *Server) lineForm(c *gin.Context, in typedLine) (ui.View, error) {
	st, err := s.App.Organising.State(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.LineForm{
		Action: "/lines/new", Code: in.Code, Name: in.Name, Zone: in.Zone, Opens: in.Opens, Closes: in.Closes, Fallback: in.Fallback, MinAge: in.MinAge, Launch: in.Launch, Supervised: in.Asked == "yes",
	}
	p.Title = t.T("organise.line")
	p.Back = &ui.Link{Href: "/guide", Text: t.T("organise.guide")}
	for _, ch := range gate.Channels {
		p.Channels = append(p.Channels, ui.Option{Value: string(ch), Label: t.T("organise.channel_" + string(ch)), Selected: holds(in.Channels, string(ch))})
	}
	for d := 1; d <= 7; d++ {
		day := strconv.Itoa(d)
		p.Days = append(p.Days, ui.Option{Value: day, Label: t.Weekday(d), Selected: holds(in.Days, day)})
	}
	seen := map[string]bool{}
	for _, r := range st.Programmes {
		if !seen[r.Programme] {
			seen[r.Programme] = true
			p.Programmes = append(p.Programmes, ui.Option{Value: r.Programme, Label: capital(r.Title), Selected: r.Programme == in.Programme})
		}
	}
	if len(p.Programmes) > 1 { // the first of several would be taken without a thought
		p.Programmes = slices.Insert(p.Programmes, 0, ui.Option{Value: "", Label: t.T("organise.programme_choose")})
	}
	return p, nil
}

func holds(list []string, s string) bool {
	return slices.Contains(list, s)
}

func (s *Server) addLine(c *gin.Context) (ui.View, error) {
	var body typedLine
	return act(c, &body, "/guide?done=line", func(cmd *app.Command) error {
		line := app.NewLine{
			Code: strings.TrimSpace(body.Code), Name: strings.TrimSpace(body.Name), Zone: strings.TrimSpace(body.Zone), Channels: body.Channels, MinAge: whole(body.MinAge),
			Fallback: strings.TrimSpace(body.Fallback), Programme: body.Programme, LaunchOn: strings.TrimSpace(body.Launch), Supervised: body.Asked == "yes",
		}
		for _, d := range body.Days {
			line.Hours = append(line.Hours, app.Hours{Weekday: whole(d), Opens: body.Opens, Closes: body.Closes})
		}
		_, err := s.App.Lines.Add(c.Request.Context(), httpd.ActorOf(c), cmd, line)
		return err
	}, func() (ui.View, error) { return s.lineForm(c, body) })
}

// typedCohort is the form of a cohort as typed.
type typedCohort struct {
	Line    int64  `json:"line"`
	Name    string `json:"name"`
	Starts  string `json:"starts_on"`
	Ends    string `json:"ends_on"`
	Seats   string `json:"seats"`
	Trainer int64  `json:"trainer"`
	JoinURL string `json:"join_url"`
}

func (s *Server) showCohortForm(c *gin.Context) (ui.View, error) {
	var in struct {
		Line int64 `json:"line"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.cohortForm(c, typedCohort{Line: in.Line, Seats: "25"})
}

func (s *Server) cohortForm(c *gin.Context, in typedCohort) (ui.View, error) {
	f, err := s.App.Organising.CohortForm(c.Request.Context(), httpd.ActorOf(c), in.Line)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.CohortForm{
		Action: "/cohorts/new", LineID: strconv.FormatInt(f.Line.ID, 10), LineName: f.Line.Name, Name: in.Name, Starts: in.Starts, Ends: in.Ends, Seats: in.Seats, JoinURL: in.JoinURL,
		Trainers: []ui.Option{{Value: "0", Label: t.T("organise.trainer_none")}},
	}
	p.Title = t.T("organise.cohort")
	p.Back = &ui.Link{Href: "/guide", Text: t.T("organise.guide")}
	for _, tr := range f.Trainers {
		p.Trainers = append(p.Trainers, ui.Option{Value: strconv.FormatInt(int64(tr.Person), 10), Label: tr.Name(), Selected: int64(tr.Person) == in.Trainer})
	}
	for _, co := range f.Cohorts {
		p.Cohorts = append(p.Cohorts, ui.Fact{Term: co.Name, Value: t.T("organise.cohort_fact", "From", t.Date(co.StartsOn), "To", t.Date(co.EndsOn), "Taken", co.Taken, "Seats", co.Seats)})
	}
	return p, nil
}

func (s *Server) addCohort(c *gin.Context) (ui.View, error) {
	var body typedCohort
	then := "/guide?done=cohort"
	if !httpd.ActorOf(c).Has(people.Administrator) {
		then = "/lines?done=cohort"
	}
	return act(c, &body, then, func(cmd *app.Command) error {
		_, err := s.App.Organising.AddCohort(c.Request.Context(), httpd.ActorOf(c), cmd, app.NewCohort{
			Line: body.Line, Name: body.Name, StartsOn: strings.TrimSpace(body.Starts), EndsOn: strings.TrimSpace(body.Ends), Seats: whole(body.Seats),
			JoinURL: strings.TrimSpace(body.JoinURL), Trainer: people.ID(body.Trainer),
		})
		return err
	}, func() (ui.View, error) { return s.cohortForm(c, body) })
}

// typedInvite is the form of an invitation as typed.
type typedInvite struct {
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	Email      string `json:"email"`
	Role       string `json:"role"`
	Scope      string `json:"scope"`
	Partner    string `json:"partner"`
	Agreement  string `json:"agreement"`
	Until      string `json:"until"`
}

func (s *Server) showStaff(c *gin.Context) (ui.View, error) {
	return s.staffPage(c, typedInvite{Role: "trainer"}, 0)
}

func (s *Server) staffPage(c *gin.Context, in typedInvite, invited int64) (ui.View, error) {
	st, err := s.App.Organising.State(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Staff{Action: "/staff", GivenName: in.GivenName, FamilyName: in.FamilyName, Email: in.Email, Partner: in.Partner, Agreement: in.Agreement, Until: in.Until}
	p.Printer, p.Title = t, t.T("organise.staff")
	p.Back = &ui.Link{Href: "/guide", Text: t.T("organise.guide")}
	for _, g := range st.Staff {
		row := ui.StaffRow{
			ID: strconv.FormatInt(g.ID, 10), Name: g.GivenName + " " + g.FamilyName, Email: g.Email, Role: t.T("organise.role_" + string(g.Role)), Scope: scopeWord(t, g.Scope, g.ScopeName),
			State: ui.Mark{State: ui.Done, Word: t.T("organise.signed_up")},
		}
		if g.Until != nil {
			row.Behalf = t.T("organise.on_behalf", "Partner", strings.Join(slices.DeleteFunc([]string{g.Partner, g.Agreement}, func(s string) bool { return s == "" }), ", "), "Day", t.Date(g.Until.Add(-time.Second).In(st.Organisation.Location())))
			if !g.Until.After(httpd.VisitOf(c).Now) {
				row.State = ui.Mark{State: ui.Off, Word: t.T("organise.agreement_over")}
			}
		}
		if !g.SignedUp {
			row.State = ui.Mark{State: ui.Waiting, Word: t.T("organise.not_yet")}
		}
		row.End = ui.Confirm{
			ID: "end-" + row.ID, Open: t.T("organise.end_role"), Ask: t.T("organise.end_role_ask"), Do: t.T("organise.end_role_do"), Action: "/staff/" + row.ID + "/end", Bad: true,
		}
		p.Rows = append(p.Rows, row)
	}
	for _, role := range people.Roles[1:] {
		p.Roles = append(p.Roles, ui.Option{Value: string(role), Label: t.T("organise.role_" + string(role)), Selected: string(role) == in.Role})
	}
	for _, l := range st.Lines {
		v := fmt.Sprintf("line:%d", l.ID)
		p.Scopes = append(p.Scopes, ui.Option{Value: v, Label: t.T("organise.scope_line", "Name", l.Name), Selected: v == in.Scope})
	}
	for _, co := range st.Cohorts {
		v := fmt.Sprintf("cohort:%d", co.ID)
		p.Scopes = append(p.Scopes, ui.Option{Value: v, Label: t.T("organise.scope_cohort", "Name", co.Name), Selected: v == in.Scope})
	}
	p.Scopes = append(p.Scopes, ui.Option{Value: "all", Label: t.T("organise.scope_all"), Selected: in.Scope == "all"})
	if invited != 0 {
		token, err := s.App.Setup.Token(c.Request.Context(), invited)
		if err != nil {
			return nil, err
		}
		p.Link = p.Code("invite", t.T("organise.invite_link"), s.BaseURL+"/in/"+token)
	}
	return p, nil
}

func scopeWord(t i18n.Printer, scope people.Scope, name string) string {
	switch scope {
	case people.Line:
		return t.T("organise.scope_line", "Name", name)
	case people.Cohort:
		return t.T("organise.scope_cohort", "Name", name)
	case people.All, people.Organisation, people.Own, people.Site:
	}
	return t.T("organise.scope_all")
}

// inviteStaff answers with the page itself, because the link is shown once.
func (s *Server) inviteStaff(c *gin.Context) (ui.View, error) {
	var body typedInvite
	var link int64
	v, err := act(c, &body, "/staff", func(cmd *app.Command) (err error) {
		g := people.Grant{Role: people.Role(body.Role), Scope: people.All}
		if kind, number, ok := strings.Cut(body.Scope, ":"); ok {
			g.Scope = people.Scope(kind)
			g.ID, _ = strconv.ParseInt(number, 10, 64)
		}
		link, err = s.App.Setup.Invite(c.Request.Context(), httpd.ActorOf(c), cmd, app.Invitation{
			GivenName: body.GivenName, FamilyName: body.FamilyName, Email: body.Email, Lang: s.printer(c).Lang(), Grants: []people.Grant{g},
			Partner: body.Partner, Agreement: body.Agreement, Until: body.Until,
		})
		return err
	}, func() (ui.View, error) { return s.staffPage(c, body, 0) })
	if err != nil {
		return v, err
	}
	return s.staffPage(c, typedInvite{Role: body.Role, Scope: body.Scope}, link)
}

func (s *Server) endRole(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &struct{}{}, "/staff?done=role_ended", func(cmd *app.Command) error {
		return s.App.Organising.EndRole(c.Request.Context(), httpd.ActorOf(c), cmd, number)
	}, func() (ui.View, error) { return s.staffPage(c, typedInvite{Role: "trainer"}, 0) })
}

// asked is a question typed on the page of keys.
type asked struct {
	Line    string `json:"line"`
	Channel string `json:"channel"`
	Agent   string `json:"agent"`
}

func (s *Server) showKeys(c *gin.Context) (ui.View, error) {
	var in asked
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.keysPage(c, in, app.NewKey{Scopes: []string{"check", "list"}}, "")
}

func (s *Server) keysPage(c *gin.Context, q asked, typed app.NewKey, token string) (ui.View, error) {
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	keys, err := s.App.Gate.Keys(ctx, who)
	if err != nil {
		return nil, err
	}
	acting, err := s.App.Gate.ActingPeople(ctx, who)
	if err != nil {
		return nil, err
	}
	lines, err := s.App.Lines.List(ctx, who)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Keys{Action: "/keys", Ask: "/keys", Name: typed.Name, AskAgent: q.Agent}
	p.Printer, p.Title, p.Zone = t, t.T("organise.keys"), zone(httpd.VisitOf(c).Zone)
	p.Back = &ui.Link{Href: "/guide", Text: t.T("organise.guide")}
	for _, k := range keys {
		number := strconv.FormatInt(k.ID, 10)
		row := ui.KeyRow{Name: k.Name, Made: t.T("organise.key_date", "Date", p.Date(k.MadeAt)), Ended: k.EndedAt != nil, Lines: strings.Join(k.Lines, ", ")}
		if row.Lines == "" {
			row.Lines = t.T("organise.key_all")
		}
		var scopes []string
		for _, sc := range k.Scopes {
			scopes = append(scopes, lower(t.T("organise.scope_"+sc)))
		}
		row.Scopes = upper(t.Join(scopes))
		switch {
		case k.ActsFor != 0 && k.Person == "":
			row.ActsFor = t.T("organise.key_for_erased")
		case k.ActsFor != 0:
			row.ActsFor = t.T("organise.key_for", "Name", k.Person)
		}
		if k.Powerless {
			row.Idle = t.T("organise.key_idle")
		}
		row.End = ui.Confirm{
			ID: "end-" + number, Open: t.T("organise.key_end"), Ask: t.T("organise.key_end_ask"), Do: t.T("organise.key_end_do"), Action: "/keys/" + number + "/end", Bad: true,
		}
		p.Rows = append(p.Rows, row)
	}
	for _, sc := range app.KeyScopes {
		p.Scopes = append(p.Scopes, ui.Option{Value: sc, Label: t.T("organise.scope_" + sc), Selected: holds(typed.Scopes, sc)})
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, ui.Option{Value: strconv.FormatInt(l.ID, 10), Label: l.Name, Selected: slices.Contains(typed.Lines, l.ID)})
		if l.Code == q.Line {
			p.Zone = l.Location()
		}
		p.AskLine = append(p.AskLine, ui.Option{Value: l.Code, Label: l.Name, Selected: l.Code == q.Line})
	}
	for _, ch := range gate.Channels {
		p.AskChan = append(p.AskChan, ui.Option{Value: string(ch), Label: t.T("organise.channel_" + string(ch)), Selected: string(ch) == q.Channel})
	}
	if len(acting) > 0 {
		p.ActsFor = []ui.Option{{Label: t.T("organise.key_for_nobody")}}
	}
	for _, i := range acting {
		p.ActsFor = append(p.ActsFor, ui.Option{Value: strconv.FormatInt(int64(i.Person), 10), Label: i.Name(), Selected: i.Person == typed.ActsFor})
	}
	p.Trust = p.Code("trust", t.T("organise.trust_key"), s.App.Engines.LeaseKey())
	if token != "" {
		p.Token = p.Code("token", t.T("organise.key_value"), token)
	}
	if q.Agent != "" {
		if err := s.askGate(c, p, q); err != nil {
			p.Errors = faults(err)
		}
	}
	return p, nil
}

// askGate puts the gate's answer on the page of keys.
func (s *Server) askGate(c *gin.Context, p *ui.Keys, q asked) error {
	a, err := s.App.Gate.Ask(c.Request.Context(), httpd.ActorOf(c), app.Question{Line: q.Line, Channel: q.Channel, Agent: strings.ToLower(strings.TrimSpace(q.Agent))})
	if err != nil {
		return err
	}
	p.Asked = true
	p.Answer = ui.Mark{State: ui.On, Word: p.T("organise.can")}
	if !a.Decision.Granted() {
		p.Answer = ui.Mark{State: ui.Off, Word: p.T("organise.cannot")}
	}
	for _, r := range a.Decision.Reasons {
		message, next := p.Reason(r)
		p.Reasons = append(p.Reasons, ui.Reason{State: ui.Stopped, Title: message, Next: next})
	}
	p.Line = p.Code("answer", p.T("organise.ask_text_line"), a.Text())
	p.Curl = p.Code("curl", p.T("organise.ask_curl"), fmt.Sprintf("curl -H 'Authorization: Bearer %s' '%s/gate/v1/check?line=%s&channel=%s&agent=%s'",
		p.T("organise.ask_curl_key"), s.BaseURL, a.Question.Line, a.Channel, a.Agent))
	return nil
}

// addKey answers with the page itself, because the token is shown once.
func (s *Server) addKey(c *gin.Context) (ui.View, error) {
	var body struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
		Lines  []string `json:"lines"`
		For    string   `json:"acts_for"`
	}
	typed := func() app.NewKey {
		k := app.NewKey{Name: body.Name, Scopes: body.Scopes}
		if body.For != "" {
			k.ActsFor = people.ID(whole(body.For)) // what is no number is nobody who may stop
		}
		for _, l := range body.Lines {
			n, _ := strconv.ParseInt(l, 10, 64)
			k.Lines = append(k.Lines, n)
		}
		return k
	}
	token := ""
	v, err := act(c, &body, "/keys", func(cmd *app.Command) (err error) {
		token, err = s.App.Gate.AddKey(c.Request.Context(), httpd.ActorOf(c), cmd, typed())
		return err
	}, func() (ui.View, error) { return s.keysPage(c, asked{}, typed(), "") })
	if err != nil {
		return v, err
	}
	return s.keysPage(c, asked{}, app.NewKey{Scopes: []string{"check", "list"}}, token)
}

func (s *Server) endKey(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &struct{}{}, "/keys?done=key_ended", func(cmd *app.Command) error {
		return s.App.Gate.EndKey(c.Request.Context(), httpd.ActorOf(c), cmd, number)
	}, func() (ui.View, error) {
		return s.keysPage(c, asked{}, app.NewKey{Scopes: []string{"check", "list"}}, "")
	})
}
