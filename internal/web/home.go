package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) homeRoutes(r routes) {
	r.get("/", s.showHome)
	r.post("/pause", s.pause(true))
	r.post("/pause/end", s.pause(false))
}

// showHome is the first page of whoever comes: a visitor, a volunteer, staff.
func (s *Server) showHome(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	switch {
	case who.ID == 0:
		return s.welcomePage(c)
	case who.Has(people.Volunteer):
		return s.homePage(c)
	case !who.Reach(people.ReadBoard).None():
		return seeOther("/board"), nil
	case who.May(people.SetUp, people.Target{}):
		return seeOther("/guide"), nil
	case !who.Reach(people.ReadLine).None():
		return seeOther("/lines"), nil
	}
	return seeOther("/assessments"), nil
}

func (s *Server) welcomePage(c *gin.Context) (ui.View, error) {
	p := &ui.Welcome{Base: s.base(c, nil), Ready: httpd.VisitOf(c).Org != ""}
	p.Title = p.T("welcome.title")
	lines, err := s.App.Lines.Inviting(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, ui.WelcomeLine{
			Name: l.Name, Apply: "/apply/" + l.Code, Note: p.T("welcome.from_age", "Age", l.MinAge, "Channels", channels(&p.Base, l.Channels)),
		})
	}
	return p, nil
}

// channels lists channels in words.
func channels(b *ui.Base, list []string) string {
	words := make([]string, 0, len(list))
	for _, c := range list {
		words = append(words, b.T("gate.channel_"+c))
	}
	return b.Join(words)
}

func (s *Server) homePage(c *gin.Context) (ui.View, error) { return s.homeAgain(c, "") }

// homeAgain is the home page with the words of a refused request for a review.
func (s *Server) homeAgain(c *gin.Context, typed string) (ui.View, error) {
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	h, err := s.App.Study.Home(ctx, who)
	if err != nil {
		return nil, err
	}
	p := &ui.Home{Base: s.base(c, nil), Pause: ui.PauseCard{Paused: !h.Paused.IsZero(), Since: h.Paused}}
	if len(h.Paths) > 0 {
		p.Zone = h.Paths[0].Line.Location()
	}
	agenda, err := s.App.Sessions.Held(ctx, who, h.Now, p.Zone)
	if err != nil {
		return nil, err
	}
	p.Title = p.T("home.title")
	b := &p.Base
	done := map[int64]bool{}
	for _, path := range h.Paths {
		upkeep := path.Enrolment.Track != cert.Full
		if done[path.Line.ID] && !upkeep {
			continue
		}
		way := ui.LineRoad{Title: b.T("home.road"), Steps: road(b, h, path)}
		if upkeep {
			way.Title, way.About = b.T("home.road_"+string(path.Enrolment.Track)), b.T("home.about_renewal", "Line", path.Line.Name, "By", b.Until(*path.Enrolment.DueAt))
		} else {
			way.About = b.T("home.about", "Line", path.Line.Name, "Channels", channels(b, path.Line.Channels), "Cohort", path.Cohort.Name)
		}
		p.Roads = append(p.Roads, way)
		if done[path.Line.ID] {
			continue
		}
		done[path.Line.ID] = true
		ofLine := slices.DeleteFunc(slices.Clone(h.Answers), func(a app.Answer) bool { return a.Line != path.Line.Code })
		p.Answers = append(p.Answers, alike(b, path.Line.Name, ofLine, func(d gate.Decision) ui.Answer { return answer(b, d, "home.yes", "home.no", ownLinks(path)) })...)
	}
	for _, d := range h.Due {
		text := b.T("home.change_"+string(d.Impact), "Line", d.Line.Name, "Until", b.Until(d.By))
		if d.Card != nil {
			text = b.T("catalogue.home_"+string(d.Impact), "Line", d.Line.Name, "Name", d.Card.Name, "Until", b.Until(d.By))
		}
		p.Changes = append(p.Changes, ui.Notice{
			Mark: dueMark(b, d, h.Now), Text: text, Action: &ui.Link{Href: changeHref(d.Release), Text: b.T("home.open_change")},
		})
	}
	for _, paper := range h.Papers {
		if paper.SignedAt == nil {
			continue
		}
		p.Papers = append(p.Papers, ui.Link{Href: "/certificates/" + strconv.FormatInt(paper.ID, 10), Text: b.T("home.certificate", "Line", lineName(h, paper.LineID), "Date", b.Date(*paper.SignedAt))})
	}
	for _, card := range s.cards(b, agenda) {
		if len(p.Sessions) < 2 {
			p.Sessions = append(p.Sessions, card)
		}
	}
	if len(p.Papers) > 0 {
		next, works, err := s.App.Shifts.Next(ctx, who, h.Now)
		if err != nil {
			return nil, err
		}
		if works {
			row := ownShift(b, next, h.Now)
			p.Shift = &row
		}
		p.Shifts = true
	}
	if stopped(h.Answers) {
		if p.Stops, err = s.homeStops(c, b, typed); err != nil {
			return nil, err
		}
	}
	p.Heading = b.T(greeting(h), "Name", who.Name)
	p.Next = nextStep(b, h)
	return p, nil
}

// alike gives the channels of a line to which the gate says the same one answer.
func alike(b *ui.Base, line string, answers []app.Answer, words func(gate.Decision) ui.Answer) []ui.LineAnswer {
	var list []ui.LineAnswer
	var on [][]string
	for _, a := range answers {
		said := words(a.Decision)
		i := slices.IndexFunc(list, func(l ui.LineAnswer) bool { return l.Answer.Same(said) })
		if i < 0 {
			i = len(list)
			list, on = append(list, ui.LineAnswer{Answer: said}), append(on, nil)
		}
		on[i] = append(on[i], a.Channel)
		list[i].Line = line + ", " + channels(b, on[i])
	}
	return list
}

func lineName(h app.Home, id int64) string {
	for _, p := range h.Paths {
		if p.Line.ID == id {
			return p.Line.Name
		}
	}
	return ""
}

func changeHref(release int64) string { return "/changes/" + strconv.FormatInt(release, 10) }

func dueMark(b *ui.Base, d app.Due, now time.Time) ui.Mark {
	if now.Before(d.By) {
		return ui.Mark{State: ui.Due, Word: b.T("home.due_now")}
	}
	return ui.Mark{State: ui.Stopped, Word: b.T("home.due_late")}
}

// greeting chooses the heading by how things stand.
func greeting(h app.Home) string {
	if !h.Paused.IsZero() {
		return "home.hello_paused"
	}
	for _, a := range h.Answers {
		if a.Decision.Granted() {
			return "home.hello_enabled"
		}
	}
	for _, p := range h.Paths {
		left := 0
		for _, l := range p.Report.Lines {
			if l.State != cert.Done {
				left++
			}
		}
		if len(p.Report.Lines) > 0 && left <= 2 {
			return "home.hello_near"
		}
	}
	return "home.hello"
}

// answer is the gate's answer in the words that pages and API share. yes and no
// are the keys of the two words; link finds where a reason is mended.
func answer(b *ui.Base, d gate.Decision, yes, no string, link func(gate.Reason) string) ui.Answer {
	if d.Granted() {
		level := b.T("gate.level_" + string(d.Level))
		a := ui.Answer{Mark: ui.Mark{State: ui.On, Word: b.T(yes)}, Text: b.T("home.yes_open", "Level", level)}
		if !d.Until.IsZero() {
			a.Text = b.T("home.yes_until", "Level", level, "Until", b.Until(d.Until))
		}
		return a
	}
	a := ui.Answer{Mark: ui.Mark{State: ui.Off, Word: b.T(no)}, Text: b.T("home.no_text", "N", len(d.Reasons))}
	for _, r := range d.Reasons {
		out := reason(b, r)
		if link != nil {
			out.Href = link(r)
		}
		a.Reasons = append(a.Reasons, out)
	}
	if len(d.Reasons) > 0 {
		switch s := a.Reasons[0].State; s {
		case ui.Suspended, ui.Paused:
			a.Mark.State = s
		default:
		}
	}
	return a
}

// reason is a reason of the gate in words, in the page's zone.
func reason(b *ui.Base, r gate.Reason) ui.Reason {
	message, next := b.Reason(r)
	return ui.Reason{State: reasonStates[r.Code], Title: message, Next: next}
}

var reasonStates = map[gate.Code]ui.State{
	gate.AgentUnknown: ui.Stopped, gate.AgentSuspended: ui.Suspended, gate.CertificateRevoked: ui.Stopped, gate.CertificateSuspended: ui.Suspended,
	gate.LineNotActive: ui.Waiting, gate.NotInRegister: ui.Waiting, gate.InsuranceNotStarted: ui.Waiting, gate.UnderAge: ui.Stopped,
	gate.CertificateMissing: ui.Todo, gate.ChannelNotCertified: ui.Todo, gate.CertificateNotStarted: ui.Waiting, gate.CertificateExpired: ui.Stopped,
	gate.ContentOverdue: ui.Due, gate.StationUnchecked: ui.Todo, gate.PledgeMissing: ui.Todo, gate.LevelListeningOnly: ui.Current,
	gate.SupervisorAbsent: ui.Waiting, gate.RecencyLapsed: ui.Due, gate.Paused: ui.Paused,
}

// ownLinks leads a volunteer from a reason to where it is mended.
func ownLinks(p app.Path) func(gate.Reason) string {
	return func(r gate.Reason) string {
		switch r.Code {
		case gate.StationUnchecked:
			return requirementOf(p, cert.Station)
		case gate.PledgeMissing:
			return requirementOf(p, cert.Pledge)
		case gate.ContentOverdue:
			if !r.MidTerm {
				return changeHref(r.Ref)
			}
			if p.Enrolment.Track == cert.MidTerm && p.HasNext {
				return requirementHref(p.Next)
			}
		case gate.CertificateMissing, gate.ChannelNotCertified:
			if p.HasNext {
				return requirementHref(p.Next)
			}
		default:
		}
		return ""
	}
}

// pause makes the handler of taking a break or ending it.
func (s *Server) pause(begin bool) handler {
	then := "/?done=resumed"
	if begin {
		then = "/?done=paused"
	}
	return func(c *gin.Context) (ui.View, error) {
		var body struct{}
		in, err := httpd.Decode(c, &body)
		if err != nil {
			return nil, err
		}
		if err := s.App.Study.SetPause(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), begin); err != nil {
			return nil, err
		}
		return seeOther(then), nil
	}
}

// lower begins a sentence in the middle of another.
func lower(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToLower(string(r[0])) + string(r[1:])
}
