package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/scheduler"
)

func (s *Server) personRoutes(r routes) {
	r.get("/people/:number", s.showPerson)
	r.post("/certificates/:id/decision", s.decide)
	r.post("/people/:number/enrol", s.enrolAgain)
	r.post("/people/:number/time", s.allowTime)
	r.post("/people/:number/attempts", s.grantAttempt)
}

// errInstant is the fault of a day or time that cannot be read.
var errInstant = fault.New(fault.Invalid, "person.time_form")

// personAsked is what the forms of the person page hold.
type personAsked struct {
	day, clock string
	stop       *app.Stop // of a refused decision
	paper      int64
	extra      string // of a refused form for more time
	quiz, plan string // of a refused grant
}

func (s *Server) showPerson(c *gin.Context) (ui.View, error) {
	var in struct {
		Day  string `json:"day"`
		Time string `json:"time"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.personPage(c, c.Param("number"), personAsked{day: in.Day, clock: in.Time})
}

func (s *Server) personPage(c *gin.Context, number string, asked personAsked) (ui.View, error) {
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	f, err := s.App.Persons.Read(ctx, who, number, time.Time{})
	if err != nil {
		return nil, err
	}
	p := &ui.Person{Base: s.base(c, nil), Name: called(s.printer(c), f.Identity.Name()), Look: "/people/" + number, AsOfDay: asked.day, AsOfTime: asked.clock}
	b := &p.Base
	if len(f.Tracks) > 0 {
		b.Zone = f.Tracks[0].Line.Location()
	}
	if f.Live && slices.ContainsFunc(f.Tracks, func(t app.Track) bool { return who.May(people.CorrectPeople, people.Target{Line: t.Line.ID}) }) {
		p.Correct = &ui.Link{Href: "/people/" + number + "/correct", Text: b.T("person.correct")}
	}
	if slices.ContainsFunc(f.Tracks, func(t app.Track) bool { return who.May(people.ReadHours, people.Target{Line: t.Line.ID}) }) {
		p.Hours = &ui.Link{Href: "/people/" + number + "/hours", Text: b.T("hours.link")}
	}
	if f.Live && f.MayErase {
		p.Erase = &ui.Link{Href: "/people/" + number + "/erase", Text: b.T("erase.open")}
	}
	if f.Live && f.MayLearn {
		p.Learning = &ui.Link{Href: "/people/" + number + "/learning", Text: b.T("learning.title")}
	}
	if f.Live && f.MayCopy {
		p.Copy = "/people/" + number + "/copy"
	}
	var refused error
	if asked.day != "" || asked.clock != "" {
		at, err := instant(asked.day, asked.clock, b.Zone)
		if err == nil {
			f2, err2 := s.App.Persons.Read(ctx, who, number, at)
			if err2 == nil {
				f = f2
			}
			err = err2
		}
		if err != nil {
			refused = onField(err, "day")
			if fault.KindOf(err) != fault.Invalid {
				return nil, err
			}
		}
	}
	fillPerson(b, p, f, asked)
	if f.Live {
		allowances(b, p, f, asked)
	}
	if f.Live && !who.Reach(people.DecideApplication).None() {
		if err := s.offerCohorts(c, p, number); err != nil {
			return nil, err
		}
	}
	if !who.Reach(people.ReadBoard).None() {
		p.Back = &ui.Link{Href: "/board", Text: b.T("person.back")}
	}
	return p, refused
}

// called is a name, or what stands for that of somebody who was erased.
func called(p i18n.Printer, name string) string {
	if name == "" {
		return p.T("person.erased")
	}
	return name
}

// onField puts a fault of the whole on a field.
func onField(err error, field string) error {
	var form fault.Form
	for _, f := range faults(err) {
		form = append(form, f.On(field))
	}
	if len(form) == 0 {
		return err
	}
	return form
}

// instant reads a day and a time of the zone.
func instant(day, clock string, zone *time.Location) (time.Time, error) {
	on, err := time.Parse(time.DateOnly, strings.TrimSpace(day))
	if err != nil {
		return time.Time{}, errInstant
	}
	at, err := time.Parse("15:04", strings.TrimSpace(cmp.Or(clock, "12:00")))
	if err != nil {
		return time.Time{}, errInstant
	}
	return scheduler.Wall(on, at.Hour(), at.Minute(), zone), nil
}

func fillPerson(b *ui.Base, p *ui.Person, f app.PersonFile, asked personAsked) {
	p.Title = p.Name
	register := b.T("person.no_register")
	if r := f.Register; r != nil {
		register = b.T("person.register_open")
		if r.EnteredOn != nil && r.ConfirmedAt != nil {
			register = b.T("person.in_register", "Date", b.Printer.Date(*r.EnteredOn))
			p.Events = append(p.Events, ui.Event{State: ui.Done, At: *r.ConfirmedAt, Title: b.T("person.event_register"), Text: r.Policy})
		}
	}
	p.About = b.T("person.about", "Number", f.Identity.Number, "Register", register)
	for _, t := range f.Tracks {
		about := t.Line.Name + " · " + t.Cohort.Name
		if t.Enrolment.Track != cert.Full {
			about = b.T("person.track_"+string(t.Enrolment.Track), "Line", t.Line.Name, "Date", b.Boundary(*t.Enrolment.DueAt))
		}
		p.Roads = append(p.Roads, ui.LineRoad{About: about, Steps: requirementSteps(b, t.Report)})
		if t.MayAsk && !p.MayAsk {
			p.MayAsk, p.Proof = true, &ui.Link{Href: "/proof?" + url.Values{"line": {t.Line.Code}, "agent": {f.Identity.Number}}.Encode(), Text: b.T("proof.title")}
		}
		now := func(d gate.Decision) ui.Answer {
			words := answer(b, d, "person.yes", "person.no", nil)
			if !d.Granted() {
				words.Text = ""
			}
			return words
		}
		p.Answers = append(p.Answers, alike(b, t.Line.Name, t.Answers, now)...)
		for _, a := range t.Answers {
			p.Lines = append(p.Lines, ui.PersonLine{Line: t.Line.Name + ", " + b.T("gate.channel_"+a.Channel), Mark: now(a.Decision).Mark})
		}
		for _, a := range t.Then {
			words := answer(b, a.Decision, "person.could", "person.could_not", nil)
			past := ui.PastAnswer{Line: t.Line.Name + ", " + b.T("gate.channel_"+a.Channel), At: a.Decision.At, Mark: words.Mark, Proof: proofPath("/proof", app.Question{Line: a.Question.Line, Channel: a.Channel, Agent: a.Agent, At: a.Decision.At})}
			var why []string
			for _, r := range words.Reasons {
				why = append(why, r.Title)
			}
			past.Text = strings.Join(why, "; ")
			p.AsOf = append(p.AsOf, past)
		}
		for _, piece := range t.Pieces {
			p.Events = append(p.Events, pieceEvent(b, piece))
		}
		papers(b, p, f, t, asked)
		if t.Stop != nil {
			p.Engines = append(p.Engines, engineList(b, p.Look, t, f.Now))
		}
	}
	for _, v := range f.Events {
		p.Events = append(p.Events, personEvent(b, v))
	}
	slices.SortStableFunc(p.Events, func(x, y ui.Event) int { return y.At.Compare(x.At) })
}

// engineList tells which phone systems answer by a stop already, and how long the
// others may go on.
func engineList(b *ui.Base, page string, t app.Track, now time.Time) ui.EngineList {
	list := ui.EngineList{Title: b.T("person.engines", "Line", t.Line.Name), Text: b.T("person.engines_text", "When", b.DateTime(t.Stop.At))}
	for _, e := range t.Stop.Engines {
		row := ui.EngineRow{Name: e.Name, Mark: ui.Mark{State: ui.Done, Word: b.T("person.engine_applied")}}
		if left := e.By.Sub(now); !e.Applied {
			row.Mark = ui.Mark{State: ui.Waiting, Word: b.T("person.engine_pending", "N", max(1, int((left+time.Second-1)/time.Second)))}
			list.Again = &ui.Link{Href: page, Text: b.T("person.engines_again")}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

func requirementSteps(b *ui.Base, report cert.Report) []ui.Step {
	var steps []ui.Step
	for _, l := range report.Lines {
		step := requirementStep(b, report, l)
		step.Href = ""
		steps = append(steps, step)
	}
	return steps
}

// papers adds a line's certificates, their events and what may be decided.
func papers(b *ui.Base, p *ui.Person, f app.PersonFile, t app.Track, asked personAsked) {
	for _, paper := range t.Papers {
		id := strconv.FormatInt(paper.ID, 10)
		e := ui.Event{State: ui.Waiting, At: paper.ProposedAt, Title: b.T("certificate.enabled", "Line", t.Line.Name, "Channels", channels(b, paper.Channels)), Text: b.T("person.paper_proposed")}
		if paper.SignedAt == nil {
			if t.MayStop {
				e.Link = &ui.Link{Href: "/signing/" + id, Text: b.T("person.paper_sign")}
			}
			p.Papers = append(p.Papers, e)
			continue
		}
		e.At, e.State = *paper.SignedAt, ui.CertificateState(paper.Status).Mark()
		e.Text = b.T("person.paper_"+string(paper.Status), "When", b.Until(*paper.ValidUntil))
		e.Link = &ui.Link{Href: "/certificates/" + id, Text: b.T("person.paper_open")}
		p.Papers = append(p.Papers, e)
		for _, v := range paper.Events {
			p.Events = append(p.Events, certificateEvent(b, t, v))
		}
		if paper.Renew {
			p.Renew = append(p.Renew, ui.Confirm{ID: "renew-" + id, Open: b.T("person.renew"), Ask: b.T("person.renew_ask"), Do: b.T("person.renew_do"), Action: "/certificates/" + id + "/renew"})
		}
		if d, ok := decision(b, f, t, paper, asked); ok {
			p.Decisions = append(p.Decisions, d)
		}
	}
}

var eventStates = map[string]ui.State{"signed": ui.Done, "suspended": ui.Suspended, "restored": ui.Done, "revoked": ui.Stopped, "superseded": ui.None, "raised": ui.Done, "appealed": ui.Waiting, "upheld": ui.Done, "lifted": ui.Done, "wrong": ui.Done}

func certificateEvent(b *ui.Base, t app.Track, v app.PaperEvent) ui.Event {
	line := t.Line.Name
	if v.Channel != "" {
		line += ", " + b.T("gate.channel_"+v.Channel)
	}
	e := ui.Event{State: eventStates[v.Kind], At: v.At, Title: b.T("person.event_"+v.Kind, "Line", line), Text: b.T("person.event_by", "Name", v.Name)}
	if v.Words != "" {
		e.Text = b.T("person.event_words", "Name", v.Name, "Words", v.Words)
	}
	if v.Reason != "" {
		e.Text = b.T("person.motive_"+v.Reason) + ". " + e.Text
	}
	return e
}

var personStates = map[string]ui.State{"corrected": ui.Done, "merged": ui.Done, "left": ui.None, "suspended": ui.Suspended, "restored": ui.Done, "erased": ui.None, "appealed": ui.Waiting, "upheld": ui.Done, "lifted": ui.Done}

// personEvent is a decision about the person as a whole: who, why, and until
// when it may be appealed.
func personEvent(b *ui.Base, v app.PersonEvent) ui.Event {
	e := ui.Event{State: personStates[v.Kind], At: v.At, Title: b.T("person.whole_" + v.Kind), Text: b.T("person.event_by", "Name", v.Name)}
	if v.Words != "" {
		e.Text = b.T("person.event_words", "Name", v.Name, "Words", v.Words)
	}
	switch {
	case v.Kind == "erased":
		e.Text = b.T("person.erased_"+v.Reason) + ". " + e.Text
	case v.Reason != "":
		e.Text = b.T("person.motive_"+v.Reason) + ". " + e.Text
	}
	if v.AppealBy != nil {
		e.Text += " " + b.T("person.whole_appeal", "Date", b.Printer.Date(*v.AppealBy))
	}
	return e
}

// decision is the form of what may be decided about a certificate now.
func decision(b *ui.Base, f app.PersonFile, t app.Track, paper app.Paper, asked personAsked) (ui.DecisionForm, bool) {
	offers := map[cert.Status][]string{cert.Valid: {"suspend", "revoke"}, cert.Suspended: {"restore", "revoke"}}[paper.Status]
	if !f.Live || !t.MayStop || len(offers) == 0 { // nobody is left to be told
		return ui.DecisionForm{}, false
	}
	typed := app.Stop{AppealBy: f.Now.In(b.Zone).AddDate(0, 0, 30).Format(time.DateOnly)}
	d := ui.DecisionForm{
		Form: "c" + strconv.FormatInt(paper.ID, 10), Title: b.T("person.decision_on", "Line", t.Line.Name), Action: "/certificates/" + strconv.FormatInt(paper.ID, 10) + "/decision",
		AppealBy: typed.AppealBy, Text: b.T("person.decide_text", "Name", f.Identity.GivenName), Motives: []ui.Option{{Label: b.T("person.motive_none")}},
	}
	if asked.stop != nil && asked.paper == paper.ID {
		typed, b.Refused = *asked.stop, d.Form
		d.Words, d.AppealBy = typed.Words, typed.AppealBy
	}
	for _, o := range offers {
		d.Options = append(d.Options, ui.Option{Value: o, Label: b.T("person.do_" + o), Note: b.T("person.do_" + o + "_note"), Selected: typed.Do == o})
	}
	for _, m := range app.StopReasons {
		d.Motives = append(d.Motives, ui.Option{Value: m, Label: b.T("person.motive_" + m), Selected: typed.Reason == m})
	}
	return d, true
}

// decide suspends, revokes or restores a certificate.
func (s *Server) decide(c *gin.Context) (ui.View, error) {
	var body struct {
		Decision string `json:"decision"`
		Motive   string `json:"motive"`
		Words    string `json:"words"`
		AppealBy string `json:"appeal_by"`
	}
	paper, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	f, err := s.App.Certificates.Read(ctx, who, paper)
	if err != nil {
		return nil, err
	}
	stop := func() app.Stop {
		stop := app.Stop{Do: body.Decision, Reason: body.Motive, Words: body.Words, AppealBy: body.AppealBy}
		if stop.Do == "restore" {
			stop.Reason, stop.AppealBy = "", ""
		}
		return stop
	}
	then := "/people/" + f.Holder.Number
	return act(c, &body, then, func(cmd *app.Command) error {
		cmd.Then = then + "?done=" + map[string]string{"suspend": "suspended_" + f.Line.Running, "revoke": "revoked_" + f.Line.Running, "restore": "restored"}[body.Decision]
		stopped, err := s.App.Certificates.Change(ctx, who, cmd, paper, stop())
		if wait := httpd.PreferWait(c); err == nil && wait > 0 && body.Decision != "restore" {
			// The decision holds; who prefers to wait comes to the page when every phone system does so.
			_, _ = s.App.Engines.Await(ctx, who, f.Line.ID, stopped.Version, wait)
		}
		return err
	}, func() (ui.View, error) {
		typed := stop()
		return s.personPage(c, f.Holder.Number, personAsked{stop: &typed, paper: paper})
	})
}

// allowances adds the forms that give more time and one more attempt.
func allowances(b *ui.Base, p *ui.Person, f app.PersonFile, asked personAsked) {
	path := "/people/" + f.Identity.Number
	if f.MayTime {
		now := strconv.Itoa(int(f.Identity.ExtraTime))
		p.Time = &ui.TimeForm{Action: path + "/time", Was: now}
		for _, e := range people.ExtraTimes {
			value := strconv.Itoa(int(e))
			p.Time.Options = append(p.Time.Options, ui.Option{Value: value, Label: extraWords(b.Printer, e), Selected: value == cmp.Or(asked.extra, now)})
		}
	}
	for _, t := range f.Tracks {
		for _, spent := range t.Spent {
			if p.Grant == nil {
				p.Grant = &ui.GrantForm{Action: path + "/attempts", Plan: asked.plan}
			}
			p.Grant.Quizzes = append(p.Grant.Quizzes, ui.Option{
				Value: spent.Key, Label: b.T("person.grant_spent", "Title", capital(spent.Title), "N", spent.Attempts), Selected: spent.Key == asked.quiz,
			})
		}
	}
}

// extraWords says how much more time somebody has.
func extraWords(t i18n.Printer, e people.ExtraTime) string {
	if e == 0 {
		return t.T("person.time_none")
	}
	return t.T("person.time_extra", "Percent", int(e))
}

func (s *Server) allowTime(c *gin.Context) (ui.View, error) {
	var body struct {
		Extra string `json:"extra_time"`
		Was   string `json:"was"`
	}
	number := c.Param("number")
	in, refused := httpd.Decode(c, &body)
	then := "/people/" + number + "?done=time"
	if refused == nil {
		refused = s.App.Exams.AllowTime(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), number, extraTime(body.Was), extraTime(body.Extra))
	}
	if refused != nil {
		return again(func() (ui.View, error) { return s.personPage(c, number, personAsked{extra: body.Extra}) }, refused)
	}
	return seeOther(then), nil
}

// extraTime reads a field; what is no number is none that exists.
func extraTime(field string) people.ExtraTime {
	n, err := strconv.Atoi(field)
	if err != nil {
		return -1
	}
	return people.ExtraTime(n)
}

func (s *Server) grantAttempt(c *gin.Context) (ui.View, error) {
	var body struct {
		Quiz string `json:"quiz"`
		Plan string `json:"plan"`
	}
	number := c.Param("number")
	in, refused := httpd.Decode(c, &body)
	then := "/people/" + number + "?done=granted"
	if refused == nil {
		refused = s.App.Exams.Grant(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), number, body.Quiz, body.Plan)
	}
	if refused != nil {
		return again(func() (ui.View, error) { return s.personPage(c, number, personAsked{quiz: body.Quiz, plan: body.Plan}) }, refused)
	}
	return seeOther(then), nil
}

// offerCohorts adds the form that enrols the person again.
func (s *Server) offerCohorts(c *gin.Context, p *ui.Person, number string) error {
	open, err := s.App.Admissions.OpenCohorts(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil || len(open) == 0 {
		return err
	}
	p.Enrol = "/people/" + number + "/enrol"
	for _, co := range open {
		p.Cohorts = append(p.Cohorts, ui.Option{Value: strconv.FormatInt(co.ID, 10), Label: p.T("application.cohort_seats", "N", co.Seats-co.Taken, "Name", co.Name)})
	}
	return nil
}

func (s *Server) enrolAgain(c *gin.Context) (ui.View, error) {
	var body struct {
		Cohort int64 `json:"cohort"`
	}
	number := c.Param("number")
	return act(c, &body, "/people/"+number+"?done=enrolled", func(cmd *app.Command) error {
		return s.App.Admissions.EnrolAgain(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Cohort)
	}, func() (ui.View, error) { return s.personPage(c, number, personAsked{}) })
}
