package web

import (
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) appealRoutes(r routes) {
	r.post("/appeal", s.askWholeReview)
	r.post("/certificates/:id/appeal", s.askReview)
	r.get("/appeals", s.showAppeals)
	r.get("/appeals/:id", s.showAppeal)
	r.post("/appeals/:id", s.decideAppeal)
}

// stopPanel tells somebody what stops them, and asks for their words while a
// review may be asked for.
func stopPanel(b *ui.Base, st app.Stopping, typed string) ui.AppealPanel {
	about, action := "whole", "/appeal"
	if st.Certificate != 0 {
		about, action = st.Kind, "/certificates/"+strconv.FormatInt(st.Certificate, 10)+"/appeal"
	}
	b.Refused = "appeal" // the one form of the page that can be refused
	zoned := *b
	zoned.Zone = st.Line.Location()
	p := ui.AppealPanel{Form: "appeal", Title: b.T("appeal.stop_"+about, "Line", st.Line.Name), Words: typed}
	p.Facts = []ui.Fact{{Term: b.T("correct.since"), Value: zoned.DateTime(st.At)}}
	if st.Reason != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("person.motive"), Value: b.T("person.motive_" + st.Reason)})
	}
	if st.Words != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("appeal.decider_words"), Value: st.Words})
	}
	switch {
	case st.Appeal != nil:
		p.Said = []string{b.T("appeal.asked_on", "When", zoned.DateTime(st.Appeal.AskedAt))}
		switch st.Appeal.Outcome {
		case "":
			p.Said = append(p.Said, b.T("appeal.waits"))
		case "moot":
		default:
			p.Said = append(p.Said, b.T("appeal.told_"+st.Appeal.Outcome, "Name", called(b.Printer, st.Appeal.DecidedName), "When", zoned.DateTime(*st.Appeal.DecidedAt)), st.Appeal.Reason)
		}
	case st.MayAsk():
		p.Said, p.Action = []string{b.T("appeal.may_ask", "Until", zoned.Until(st.Until))}, action
		if st.Kind == "revoked" {
			p.Said = append(p.Said, b.T("appeal.final"))
		}
	case st.Until.IsZero():
	default:
		p.Said = []string{b.T("appeal.too_late", "Until", b.Printer.Until(st.Until.In(zoned.Zone), time.Time{}))}
	}
	return p
}

// stopped tells whether an answer of the gate has to do with a decision that may
// be appealed.
func stopped(answers []app.Answer) bool {
	return slices.ContainsFunc(answers, func(a app.Answer) bool {
		return slices.ContainsFunc(a.Decision.Reasons, func(r gate.Reason) bool {
			return r.Code == gate.AgentSuspended || r.Code == gate.CertificateSuspended || r.Code == gate.CertificateRevoked
		})
	})
}

// homeStops are the panels of the home page: the form about the person as a
// whole, and the way to the certificates that were stopped.
func (s *Server) homeStops(c *gin.Context, b *ui.Base, typed string) ([]ui.AppealPanel, error) {
	stops, err := s.App.Appeals.Mine(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	var list []ui.AppealPanel
	for _, st := range stops {
		p := stopPanel(b, st, typed)
		if st.Certificate != 0 {
			id := strconv.FormatInt(st.Certificate, 10)
			p.Form += "-" + id
			if p.Action != "" {
				p.Action, p.Open = "", &ui.Link{Href: "/certificates/" + id, Text: b.T("appeal.ask")}
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// paperStop is the panel on a certificate for its holder; nil when it holds.
func (s *Server) paperStop(c *gin.Context, b *ui.Base, f app.CertificateFile, typed string) (*ui.AppealPanel, error) {
	who := httpd.ActorOf(c)
	if who.ID != f.Certificate.Person || f.Status != "suspended" && f.Status != "revoked" {
		return nil, nil //nolint:nilnil // none is an answer
	}
	stops, err := s.App.Appeals.Mine(c.Request.Context(), who)
	if err != nil {
		return nil, err
	}
	for _, st := range stops {
		if st.Certificate == f.Certificate.ID {
			p := stopPanel(b, st, typed)
			return &p, nil
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

func (s *Server) askWholeReview(c *gin.Context) (ui.View, error) {
	var body struct {
		Words string `json:"words"`
	}
	return act(c, &body, "/?done=appealed", func(cmd *app.Command) error {
		return s.App.Appeals.Ask(c.Request.Context(), httpd.ActorOf(c), cmd, 0, body.Words)
	}, func() (ui.View, error) { return s.homeAgain(c, body.Words) })
}

func (s *Server) askReview(c *gin.Context) (ui.View, error) {
	certificate, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body struct {
		Words string `json:"words"`
	}
	return act(c, &body, "/certificates/"+c.Param("id")+"?done=appealed", func(cmd *app.Command) error {
		return s.App.Appeals.Ask(c.Request.Context(), httpd.ActorOf(c), cmd, certificate, body.Words)
	}, func() (ui.View, error) { return s.certificatePage(c, certificate, body.Words) })
}

func appealHref(id int64) string { return "/appeals/" + strconv.FormatInt(id, 10) }

func appealMark(b *ui.Base, outcome string) ui.Mark {
	if outcome == "" {
		return ui.Mark{State: ui.Waiting, Word: b.T("appeal.open")}
	}
	return ui.Mark{State: ui.Done, Word: b.T("appeal.is_" + outcome)}
}

// appealed says what an appeal is about.
func appealed(b *ui.Base, a app.Appeal) string {
	if a.Certificate == 0 {
		return b.T("person.whole_suspended")
	}
	return b.T("person.event_"+a.StopKind, "Line", a.LineName)
}

func (s *Server) showAppeals(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Appeals.List(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Appeals{Base: s.base(c, nil)}
	p.Title = p.T("appeal.title")
	for _, a := range list {
		p.Rows = append(p.Rows, ui.InboxRow{
			Href: appealHref(a.ID), Name: called(p.Printer, a.GivenName+" "+a.FamilyName), Programme: appealed(&p.Base, a), At: a.AskedAt, State: appealMark(&p.Base, a.Outcome),
		})
		if days := int(p.Now.Sub(a.AskedAt).Hours() / 24); a.Outcome == "" && days > 0 {
			p.Rows[len(p.Rows)-1].Note = p.T("inbox.waits", "N", days)
		}
	}
	return p, nil
}

func (s *Server) showAppeal(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.appealPage(c, "", "")
}

func (s *Server) appealPage(c *gin.Context, outcome, reason string) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	f, err := s.App.Appeals.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	p := &ui.AppealSheet{Base: s.base(c, zone(f.Zone)), Words: f.Words, Reason: reason}
	b := &p.Base
	name := called(b.Printer, f.GivenName+" "+f.FamilyName)
	p.Title, p.About = b.T("appeal.of", "Name", name), name+" · "+b.T("account.number", "Number", f.Number)
	p.Back = &ui.Link{Href: "/appeals", Text: b.T("appeal.title")}
	p.Person = &ui.Link{Href: "/people/" + f.Number, Text: b.T("signing.person")}
	p.Decision = []ui.Fact{
		{Term: b.T("appeal.about"), Value: appealed(b, f.Appeal)},
		{Term: b.T("correct.since"), Value: b.DateTime(f.StopAt)},
		{Term: b.T("correct.by"), Value: called(b.Printer, f.StopName)},
		{Term: b.T("person.motive"), Value: b.T("person.motive_" + f.StopReason)},
		{Term: b.T("appeal.stop_words"), Value: f.StopWords},
	}
	p.Asked = b.T("appeal.asked", "When", b.DateTime(f.AskedAt), "Until", b.Printer.Until(f.Until.In(b.Zone), time.Time{}))
	if f.Outcome != "" {
		p.Outcome = []ui.Fact{
			{Term: b.T("appeal.outcome"), Value: upper(b.T("appeal.is_" + f.Outcome))},
			{Term: b.T("correct.by"), Value: called(b.Printer, f.DecidedName)},
			{Term: b.T("appeal.when"), Value: b.DateTime(*f.DecidedAt)},
		}
		if f.Reason != "" {
			p.Outcome = append(p.Outcome, ui.Fact{Term: b.T("appeal.reason"), Value: f.Reason})
		}
		if f.Outcome == "wrong" && f.MayEnrol {
			p.Enrol, p.EnrolTo = &ui.Link{Href: "/people/" + f.Number, Text: b.T("appeal.enrol")}, b.T("appeal.enrol_text", "Name", name)
		}
		return p, nil
	}
	if f.Refusal != nil {
		p.Refusal = b.Fault(f.Refusal)
		return p, nil
	}
	p.Action, p.Note = appealHref(f.ID), b.T("appeal.means_"+f.StopKind)
	for _, o := range f.Offers {
		p.Options = append(p.Options, ui.Option{Value: o, Label: b.T("appeal.do_" + o), Note: b.T("appeal.do_" + o + "_note"), Selected: o == outcome})
	}
	return p, nil
}

func (s *Server) decideAppeal(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body struct {
		Outcome string `json:"outcome"`
		Reason  string `json:"reason"`
	}
	return act(c, &body, appealHref(number)+"?done=decided", func(cmd *app.Command) error {
		return s.App.Appeals.Decide(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Outcome, body.Reason)
	}, func() (ui.View, error) { return s.appealPage(c, body.Outcome, body.Reason) })
}
