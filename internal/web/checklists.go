package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/course/cert"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

func (s *Server) checklistRoutes(r routes) {
	r.get("/checklists/:requirement", s.showChecklist)
	r.post("/checklists/:requirement", s.signChecklist)
	r.get("/observe", s.showObserve)
	r.get("/observe/:enrolment/:requirement", s.showObserved)
	r.post("/observe/:enrolment/:requirement", s.signObserved)
}

// ticked is what a refused form held; nil on a fresh page.
type ticked *app.Ticks

func (s *Server) showChecklist(c *gin.Context) (ui.View, error) {
	var in struct {
		Again string `json:"again"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.ownChecklist(c, in.Again == "1", nil)
}

func (s *Server) ownChecklist(c *gin.Context, again bool, typed ticked) (ui.View, error) {
	l, err := s.App.Checklists.Own(c.Request.Context(), httpd.ActorOf(c), c.Param("requirement"))
	if err != nil {
		return nil, err
	}
	path := "/checklists/" + url.PathEscape(l.Requirement.Key)
	p := checklistPage(s.printer(c), l, path, again, typed)
	p.SignText = p.T("checklist.sign_own")
	p.Back = &ui.Link{Href: "/", Text: p.T("nav.today")}
	return p, nil
}

func checklistPage(t i18n.Printer, l app.List, path string, again bool, typed ticked) *ui.Checklist {
	p := &ui.Checklist{Heading: capital(l.List.Title), About: l.Path.Line.Name, Intro: plain(l.List.Intro), Action: path}
	p.Printer, p.Title, p.Zone = t, capital(l.List.Title), l.Path.Line.Location()
	p.Holds(l.Path.Lang)
	var ticks []string
	switch {
	case typed != nil:
		ticks, p.Signed, p.Note = typed.Items, typed.Signed, typed.Note
	case l.Last != nil && (!again || !l.Last.Complete):
		ticks = l.Last.Ticked.V
	}
	if l.Last != nil && typed == nil && !again {
		p.SignedBy, p.SignedAt, p.Missing, p.Note = l.Last.SignerName, l.Last.SignedAt, !l.Last.Complete, l.Last.Note
		p.Again = &ui.Link{Href: path + "?again=1", Text: t.T("checklist.again")}
		switch {
		case l.Useless():
			p.Again = nil
		case l.State.OnlyUnsigned():
			p.Again.Text = t.T("checklist.sign_too")
		}
	}
	p.Signers, p.Turn = signersText(t, l), l.State.OnlyUnsigned()
	for _, b := range l.Before {
		p.Closed = append(p.Closed, ui.Reason{State: ui.Locked, Title: t.T("checklist.before", "Title", b.Requirement.Title)})
	}
	for _, i := range l.List.Items {
		item := ui.Tickable{ID: i.ID, Title: i.Name, Text: capital(plain(i.Text)), How: plain(i.How), Ticked: slices.Contains(ticks, i.ID)}
		if i.Required && l.List.Minimum < len(l.List.Items) {
			item.Title += " (" + t.T("checklist.required") + ")"
		}
		p.Items = append(p.Items, item)
	}
	p.Rule = t.T("checklist.rule_all", "N", len(l.List.Items))
	if l.List.Minimum < len(l.List.Items) {
		p.Rule = t.T("checklist.rule_some", "N", l.List.Minimum, "M", len(l.List.Items))
	}
	return p
}

// signersText says that several people sign the lists, and who is still to sign.
func signersText(t i18n.Printer, l app.List) string {
	n := l.State.Unsigned()
	switch rule := t.T("checklist.signers", "N", l.State.Requirement.Signers); {
	case l.State.Requirement.Signers < 2:
		return ""
	case n == 0:
		return rule
	case l.Useless():
		return rule + " " + t.T("checklist.signers_not_you", "N", n)
	case l.Mine:
		return rule + " " + t.T("checklist.signers_yours", "N", n)
	case l.State.OnlyUnsigned():
		return rule + " " + t.T("checklist.signers_missing", "N", n)
	default:
		return rule
	}
}

// ticksForm is what a list sends.
type ticksForm struct {
	Items  []string `json:"item"`
	Signed bool     `json:"signed"`
	Note   string   `json:"note"`
}

func (f ticksForm) ticks() app.Ticks {
	return app.Ticks{Items: f.Items, Signed: f.Signed, Note: f.Note}
}

func (s *Server) signChecklist(c *gin.Context) (ui.View, error) {
	var body ticksForm
	return act(c, &body, "/checklists/"+url.PathEscape(c.Param("requirement"))+"?done=list_signed", func(cmd *app.Command) error {
		return s.App.Checklists.Sign(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("requirement"), body.ticks())
	}, func() (ui.View, error) { typed := body.ticks(); return s.ownChecklist(c, true, &typed) })
}

func (s *Server) showObserve(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Checklists.Observable(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Tasks{Heading: t.T("checklist.observe"), Lead: t.T("checklist.observe_lead"), Nothing: ui.EmptyState{Title: t.T("checklist.nobody"), Text: t.T("checklist.nobody_text")}}
	p.Printer, p.Title = t, t.T("checklist.observe")
	p.Back = &ui.Link{Href: "/assessments", Text: t.T("nav.assessments")}
	todo, done := ui.TaskGroup{ID: "todo", Title: t.T("checklist.to_do")}, ui.TaskGroup{ID: "done", Title: t.T("checklist.done")}
	for _, o := range list {
		row := ui.TaskRow{
			Href:  "/observe/" + strconv.FormatInt(o.Learner.ID, 10) + "/" + url.PathEscape(o.Requirement.Key),
			Title: o.Learner.Name(), Text: o.Requirement.Title + " · " + o.Learner.Cohort, Note: o.Learner.Number, Mark: requirementMark(t, o.State),
		}
		switch { // more than a state says, where several must sign
		case o.Unsigned == 0:
		case o.Mine:
			row.Mark.Word = t.T("checklist.mark_not_you", "N", o.Unsigned)
		case o.State == cert.Waiting:
			row.Mark.Word = t.T("checklist.mark_unsigned", "N", o.Unsigned)
		}
		if o.State == cert.Done {
			done.Rows = append(done.Rows, row)
		} else {
			todo.Rows = append(todo.Rows, row)
		}
	}
	p.Groups = []ui.TaskGroup{todo, done}
	return p, nil
}

// requirementMark is how somebody stands with a requirement.
func requirementMark(t i18n.Printer, state cert.State) ui.Mark {
	shape := map[cert.State]ui.State{
		cert.Done: ui.Done, cert.Doing: ui.Current, cert.Todo: ui.Todo, cert.Locked: ui.Locked, cert.Waiting: ui.Waiting, cert.Failed: ui.Warning, cert.Critical: ui.Critical,
	}[state]
	if shape == "" {
		shape = ui.Todo
	}
	return ui.Mark{State: shape, Word: t.T("state." + string(shape))}
}

func (s *Server) showObserved(c *gin.Context) (ui.View, error) {
	var in struct {
		Again string `json:"again"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.observedPage(c, in.Again == "1", nil)
}

func (s *Server) observedPage(c *gin.Context, again bool, typed ticked) (ui.View, error) {
	enrolment, err := id(c, "enrolment")
	if err != nil {
		return nil, err
	}
	l, err := s.App.Checklists.Observed(c.Request.Context(), httpd.ActorOf(c), enrolment, c.Param("requirement"))
	if err != nil {
		return nil, err
	}
	if l.Useless() {
		again, typed = false, nil // there is no form to fill in
	}
	p := checklistPage(s.printer(c), l, observePath(enrolment, l.Requirement), again, typed)
	p.Heading, p.About = l.Person.Name(), capital(l.List.Title)+" · "+l.Path.Cohort.Name
	p.SignText, p.NoteLabel, p.NoteHint = p.T("checklist.sign_seen"), p.T("checklist.note"), p.T("checklist.note_hint")
	p.Back = &ui.Link{Href: "/observe", Text: p.T("checklist.observe")}
	return p, nil
}

func observePath(enrolment int64, r content.Requirement) string {
	return "/observe/" + strconv.FormatInt(enrolment, 10) + "/" + url.PathEscape(r.Key)
}

func (s *Server) signObserved(c *gin.Context) (ui.View, error) {
	var body ticksForm
	enrolment, err := id(c, "enrolment")
	if err != nil {
		return nil, err
	}
	then := observePath(enrolment, content.Requirement{Key: c.Param("requirement")}) + "?done=list_signed"
	return act(c, &body, then, func(cmd *app.Command) error {
		return s.App.Checklists.Observe(c.Request.Context(), httpd.ActorOf(c), cmd, enrolment, c.Param("requirement"), body.ticks())
	}, func() (ui.View, error) { typed := body.ticks(); return s.observedPage(c, true, &typed) })
}
