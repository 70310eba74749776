package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) admissionRoutes(r routes) {
	r.get("/apply/:line", s.showApply)
	r.post("/apply/:line", s.apply)
	r.get("/apply/:line/done", s.showApplied)
	r.get("/privacy", s.showPrivacy)
	r.get("/inbox", s.showInbox)
	r.get("/applications/:id", s.showApplication)
	r.post("/applications/:id/note", s.noteApplication)
	r.post("/applications/:id/decide", s.decideApplication)
	r.post("/applications/:id/register", s.confirmEntry)
	r.post("/applications/:id/undo", s.undoAdmission)
}

func (s *Server) showApply(c *gin.Context) (ui.View, error) {
	return s.applyPage(c, app.NewApplication{})
}

// applyPage shows the public form with what was typed.
func (s *Server) applyPage(c *gin.Context, in app.NewApplication) (ui.View, error) {
	t := s.printer(c)
	f, err := s.App.Admissions.Form(c.Request.Context(), httpd.ActorOf(c), c.Param("line"), t.Lang())
	if err != nil {
		return nil, err
	}
	p := &ui.Apply{
		Action: "/apply/" + f.Line.Code, Programme: t.T("apply.title", "Line", f.Line.Name), Lead: t.T("apply.lead", "Days", app.AnswerDays),
		MinAge: f.Line.MinAge, StartsOn: f.StartsOn, GivenName: in.GivenName, FamilyName: in.FamilyName, Email: in.Email, Phone: in.Phone, Born: in.Born,
		Why: in.Motivation, NoticeHref: "/privacy", NoticeVersion: f.Notice.Version, Months: people.Keep(people.KeptApplications).Months, Agreed: in.Agreed, AnswerDays: app.AnswerDays,
		Paid: []ui.Option{{Value: "no", Label: t.T("apply.no"), Selected: in.Paid == "no"}, {Value: "yes", Label: t.T("apply.yes"), Selected: in.Paid == "yes"}},
	}
	for _, a := range app.Availabilities {
		p.Availability = append(p.Availability, ui.Option{Value: a, Label: t.T("apply.avail_" + a), Selected: strings.Contains(","+strings.Join(in.Availability, ",")+",", ","+a+",")})
	}
	p.Title = p.Programme
	p.Zone = f.Line.Location()
	return p, nil
}

func (s *Server) apply(c *gin.Context) (ui.View, error) {
	var body struct {
		GivenName     string   `json:"given_name"`
		FamilyName    string   `json:"family_name"`
		Email         string   `json:"email"`
		Phone         string   `json:"phone"`
		Born          string   `json:"born"`
		Availability  []string `json:"availability"`
		Why           string   `json:"why"`
		Paid          string   `json:"paid"`
		NoticeVersion string   `json:"notice_version"`
		Agreed        bool     `json:"agreed"`
	}
	form := func() app.NewApplication {
		return app.NewApplication{
			Line: c.Param("line"), GivenName: body.GivenName, FamilyName: body.FamilyName, Email: body.Email, Phone: body.Phone, Born: body.Born,
			Availability: body.Availability, Motivation: body.Why, Paid: body.Paid, Agreed: body.Agreed, NoticeVersion: body.NoticeVersion, Lang: s.printer(c).Lang(),
		}
	}
	return act(c, &body, "/apply/"+url.PathEscape(c.Param("line"))+"/done", func(cmd *app.Command) error {
		return s.App.Admissions.Apply(c.Request.Context(), httpd.ActorOf(c), cmd, form(), came(c))
	}, func() (ui.View, error) { return s.applyPage(c, form()) })
}

func (s *Server) showApplied(c *gin.Context) (ui.View, error) {
	t := s.printer(c)
	f, err := s.App.Admissions.Form(c.Request.Context(), httpd.ActorOf(c), c.Param("line"), t.Lang())
	if err != nil {
		return nil, err
	}
	p := &ui.ApplyDone{Programme: f.Line.Name, AnswerBy: httpd.VisitOf(c).Now.AddDate(0, 0, app.AnswerDays)}
	p.Title = t.T("apply.done_page")
	return p, nil
}

func (s *Server) showPrivacy(c *gin.Context) (ui.View, error) {
	t := s.printer(c)
	n, err := s.App.Admissions.Notice(c.Request.Context(), httpd.ActorOf(c), t.Lang())
	if err != nil {
		return nil, err
	}
	p := &ui.Privacy{Version: n.Version, Since: n.Since, Body: ui.Rendered(n.HTML)}
	p.Title = t.T("privacy.title")
	return p, nil
}

// inboxTabs are the views of the inbox with the states that each shows.
var inboxTabs = []struct {
	name   string
	states []people.ApplicationState
}{
	{"open", []people.ApplicationState{people.Submitted, people.InReview}},
	{"hold", []people.ApplicationState{people.OnHold}},
	{"admitted", []people.ApplicationState{people.Admitted}},
	{"refused", []people.ApplicationState{people.Refused, people.WithdrawnApp}},
}

func (s *Server) showInbox(c *gin.Context) (ui.View, error) {
	var in struct {
		Tab   string `json:"tab"`
		Query string `json:"q"`
		After int64  `json:"after"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	current := inboxTabs[0]
	for _, tab := range inboxTabs {
		if tab.name == in.Tab {
			current = tab
		}
	}
	filter := app.InboxFilter{Query: in.Query, After: in.After}
	for _, st := range current.states {
		filter.States = append(filter.States, string(st))
	}
	box, err := s.App.Admissions.Inbox(c.Request.Context(), httpd.ActorOf(c), filter)
	if err != nil {
		return nil, err
	}
	t, now := s.printer(c), httpd.VisitOf(c).Now
	p := &ui.Inbox{Query: in.Query}
	p.Printer, p.Title = t, t.T("inbox.title")
	address := func(tab string, after int64) string {
		q := url.Values{"tab": {tab}}
		if in.Query != "" {
			q.Set("q", in.Query)
		}
		if after != 0 {
			q.Set("after", strconv.FormatInt(after, 10))
		}
		return "/inbox?" + q.Encode()
	}
	for _, tab := range inboxTabs {
		n := 0
		for _, st := range tab.states {
			n += box.Counts[st]
		}
		p.Tabs = append(p.Tabs, ui.Tab{Href: address(tab.name, 0), Label: t.T("inbox.tab_" + tab.name), Count: n, Current: tab.name == current.name})
	}
	for _, a := range box.Rows {
		row := ui.InboxRow{
			Href: "/applications/" + strconv.FormatInt(a.ID, 10), Name: a.GivenName + " " + a.FamilyName, Programme: a.LineName, At: a.SubmittedAt,
			State: applicationMark(t, a.State),
		}
		switch days := int(now.Sub(a.SubmittedAt).Hours() / 24); {
		case a.Twin:
			row.Note = t.T("inbox.twin")
		case current.name == "open" && days == 0:
			row.Note = t.T("inbox.today")
		case current.name == "open":
			row.Note = t.T("inbox.waits", "N", days)
		}
		p.Rows = append(p.Rows, row)
	}
	frame := s.base(c, nil)
	if p.Notices, err = s.draftNotices(c, &frame); err != nil {
		return nil, err
	}
	waiting, err := s.App.Appeals.Waiting(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	if waiting > 0 {
		p.Appeals = &ui.Link{Href: "/appeals", Text: t.T("appeal.waiting", "N", waiting)}
	}
	if httpd.ActorOf(c).MustSomewhere(people.HandLetters) == nil {
		p.Mail = &ui.Link{Href: "/letters", Text: t.T("inbox.letters")}
	}
	first, next := "", ""
	if in.After != 0 {
		first = address(current.name, 0)
	}
	if box.Next != 0 {
		next = address(current.name, box.Next)
	}
	p.Pages = p.Pager(t.T("inbox.count", "N", len(box.Rows)), first, next)
	return p, nil
}

func applicationMark(t i18n.Printer, state people.ApplicationState) ui.Mark {
	shape := map[people.ApplicationState]ui.State{
		people.Submitted: ui.Todo, people.InReview: ui.Waiting, people.Admitted: ui.Done, people.OnHold: ui.Paused, people.Refused: ui.Stopped, people.WithdrawnApp: ui.None,
	}[state]
	return ui.Mark{State: shape, Word: t.T("application.state_" + string(state))}
}

func (s *Server) showApplication(c *gin.Context) (ui.View, error) {
	return s.applicationPage(c, typedApplication{})
}

// typedApplication is what a refused form on the page held.
type typedApplication struct {
	form, note, outcome, motive, words, day, policy, reason string
	cohort                                                  int64
}

func (s *Server) applicationPage(c *gin.Context, typed typedApplication) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	f, err := s.App.Admissions.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	path := "/applications/" + strconv.FormatInt(number, 10)
	p := &ui.Application{
		Name: f.Identity.Name(), About: f.Line.Name, State: applicationMark(t, f.Application.State), Why: f.Application.Motivation,
		NoteAction: path + "/note", Note: typed.note, Action: path + "/decide", Words: typed.words, Version: strconv.Itoa(f.Application.Version),
	}
	p.Printer, p.Title, p.Zone, p.Refused = t, f.Identity.Name(), f.Line.Location(), typed.form
	p.Back = &ui.Link{Href: "/inbox", Text: t.T("inbox.title")}
	p.Facts = applicationFacts(t, f)
	for _, n := range f.Notes {
		by := n.Author
		if by == "" {
			by = t.T("application.program")
		}
		p.Notes = append(p.Notes, ui.Note{By: by, Text: n.Body, At: n.At})
	}
	if len(f.Twins) > 0 {
		twin := f.Twins[0]
		p.Twin = &ui.Link{Href: "/inbox?tab=open&q=" + url.QueryEscape(twin.FamilyName), Text: twin.Name() + " · " + twin.Email}
	}
	for _, to := range []people.ApplicationState{people.Admitted, people.OnHold, people.Refused} {
		if _, err := f.Application.State.Next(to); err == nil {
			p.Outcomes = append(p.Outcomes, ui.Option{Value: string(to), Label: t.T("application.to_" + string(to)), Selected: typed.outcome == string(to)})
		}
	}
	p.Cohorts = []ui.Option{{Value: "", Label: t.T("application.motive_none")}}
	for i, cohort := range f.Cohorts {
		p.Cohorts = append(p.Cohorts, ui.Option{
			Value: strconv.FormatInt(cohort.ID, 10), Label: t.T("application.cohort_seats", "N", cohort.Seats-cohort.Taken, "Name", cohort.Name),
			Selected: cohort.ID == typed.cohort || typed.cohort == 0 && i == 0,
		})
	}
	p.Motives = []ui.Option{{Value: "", Label: t.T("application.motive_none")}}
	for _, m := range app.Motives {
		p.Motives = append(p.Motives, ui.Option{Value: m, Label: t.T("application.motive_" + m), Selected: m == typed.motive})
	}
	if f.Application.State == people.Admitted {
		s.afterAdmission(p, f, typed, path)
	}
	return p, nil
}

// afterAdmission adds the register entry and the way back.
func (s *Server) afterAdmission(p *ui.Application, f app.ApplicationFile, typed typedApplication, path string) {
	if f.Entry != nil && f.Entry.ConfirmedAt == nil {
		day, policy := f.Today.Format(time.DateOnly), f.Entry.Policy
		if typed.day != "" || typed.policy != "" {
			day, policy = typed.day, typed.policy
		}
		p.Register = &ui.RegisterForm{
			Action: path + "/register", Number: f.Identity.Number, Day: day, Policy: policy, Text: p.T("application.register_text"), Version: strconv.Itoa(f.Application.Version),
		}
	}
	if f.Entry != nil && f.Entry.EnteredOn != nil {
		p.Facts = append(p.Facts, ui.Fact{Term: p.T("application.register"), Value: p.T("application.registered", "Day", p.Printer.Date(*f.Entry.EnteredOn))})
	}
	reason := p.Area("reason", p.T("application.reason"), typed.reason)
	p.Undo = &ui.Confirm{
		ID: "undo", Open: p.T("application.undo"), Ask: p.T("application.undo_ask"), Action: path + "/undo", Do: p.T("application.undo_do"), Bad: true, Reason: &reason,
	}
}

func applicationFacts(t i18n.Printer, f app.ApplicationFile) []ui.Fact {
	var when []string
	for a := range strings.SplitSeq(f.Application.Availability, ",") {
		if a != "" {
			when = append(when, t.T("application.when_"+a))
		}
	}
	paid := "apply.no"
	if f.Application.PaidTies {
		paid = "apply.yes"
	}
	facts := []ui.Fact{{Term: t.T("application.fact_email"), Value: f.Identity.Email}}
	if f.Identity.Phone != "" {
		facts = append(facts, ui.Fact{Term: t.T("application.fact_phone"), Value: f.Identity.Phone})
	}
	if f.Identity.BirthDate != nil {
		facts = append(facts, ui.Fact{Term: t.T("application.fact_born"), Value: t.Date(*f.Identity.BirthDate)})
	}
	return append(facts,
		ui.Fact{Term: t.T("application.fact_when"), Value: upper(t.Join(when))},
		ui.Fact{Term: t.T("application.fact_paid"), Value: t.T(paid)},
		ui.Fact{Term: t.T("application.fact_notice"), Value: f.Application.NoticeVersion})
}

// onApplication serves a form of the page of an application.
func (s *Server) onApplication(c *gin.Context, body any, done string, do func(cmd *app.Command, number int64) error, typed func() typedApplication) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, body, "/applications/"+strconv.FormatInt(number, 10)+"?done="+done, func(cmd *app.Command) error { return do(cmd, number) },
		func() (ui.View, error) { return s.applicationPage(c, typed()) })
}

func (s *Server) noteApplication(c *gin.Context) (ui.View, error) {
	var body struct {
		Note string `json:"note"`
	}
	return s.onApplication(c, &body, "noted", func(cmd *app.Command, number int64) error {
		return s.App.Admissions.Note(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Note)
	}, func() typedApplication { return typedApplication{note: body.Note} })
}

func (s *Server) decideApplication(c *gin.Context) (ui.View, error) {
	var body struct {
		Outcome string `json:"outcome"`
		Cohort  int64  `json:"cohort"`
		Motive  string `json:"motive"`
		Words   string `json:"words"`
		Version int    `json:"version"`
	}
	return s.onApplication(c, &body, "decided", func(cmd *app.Command, number int64) error {
		return s.App.Admissions.Decide(c.Request.Context(), httpd.ActorOf(c), cmd, number, app.Outcome{
			To: people.ApplicationState(body.Outcome), Cohort: body.Cohort, Motive: body.Motive, Words: body.Words, Version: body.Version,
		})
	}, func() typedApplication {
		return typedApplication{outcome: body.Outcome, motive: body.Motive, words: body.Words, cohort: body.Cohort}
	})
}

func (s *Server) confirmEntry(c *gin.Context) (ui.View, error) {
	var body struct {
		Day     string `json:"day"`
		Policy  string `json:"policy"`
		Version int    `json:"version"`
	}
	return s.onApplication(c, &body, "registered", func(cmd *app.Command, number int64) error {
		return s.App.Admissions.ConfirmEntry(c.Request.Context(), httpd.ActorOf(c), cmd, number, app.Entry{Day: body.Day, Policy: body.Policy})
	}, func() typedApplication { return typedApplication{day: body.Day, policy: body.Policy} })
}

func (s *Server) undoAdmission(c *gin.Context) (ui.View, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	return s.onApplication(c, &body, "undone", func(cmd *app.Command, number int64) error {
		return s.App.Admissions.UndoAdmission(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Reason)
	}, func() typedApplication { return typedApplication{form: "undo", reason: body.Reason} })
}
