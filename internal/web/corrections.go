package web

import (
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) correctionRoutes(r routes) {
	r.get("/people/:number/correct", s.showCorrections)
	r.post("/people/:number/correct/details", s.correctDetails)
	r.post("/people/:number/correct/merge", s.mergeRecords)
	r.post("/people/:number/correct/leave", s.leaveRegister)
	r.post("/people/:number/correct/suspend", s.suspendPerson)
	r.post("/people/:number/correct/restore", s.restorePerson)
}

// typedCorrection is what a refused form on the page held; nil forms held nothing.
type typedCorrection struct {
	details *app.Details
	merge   *app.Merging
	leave   *app.Leaving
	suspend *app.Suspending
	words   string
}

// form is the one that was refused, by its name on the page.
func (t typedCorrection) form() string {
	switch {
	case t.merge != nil:
		return "merge"
	case t.leave != nil:
		return "leave"
	case t.suspend != nil:
		return "suspend"
	case t.details != nil:
		return "details"
	}
	return "restore"
}

func (s *Server) showCorrections(c *gin.Context) (ui.View, error) {
	return s.correctionPage(c, typedCorrection{})
}

func (s *Server) correctionPage(c *gin.Context, typed typedCorrection) (ui.View, error) {
	number := c.Param("number")
	f, err := s.App.Corrections.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	path := "/people/" + f.Identity.Number + "/correct"
	p := &ui.Corrections{Name: f.Identity.Name(), About: f.Identity.Name() + " · " + t.T("account.number", "Number", f.Identity.Number)}
	p.Printer, p.Title, p.Zone, p.Refused = t, t.T("correct.title"), f.Line.Location(), typed.form()
	p.Back = &ui.Link{Href: "/people/" + f.Identity.Number, Text: f.Identity.Name()}
	if f.Staff {
		p.Closed = t.Fault(app.ErrStaffRecord)
	}
	if f.MayCorrect && !f.Staff {
		i := f.Identity
		p.Details = &ui.DetailsForm{
			Action: path + "/details", GivenName: i.GivenName, FamilyName: i.FamilyName, Email: i.Email, Phone: i.Phone, Residence: i.Residence, Version: strconv.Itoa(i.Version),
		}
		if d := typed.details; d != nil {
			*p.Details = ui.DetailsForm{
				Action: path + "/details", GivenName: d.GivenName, FamilyName: d.FamilyName, Email: d.Email, Phone: d.Phone, Residence: d.Residence, Reason: d.Reason, Version: strconv.Itoa(d.Version),
			}
		}
	}
	if f.MayCorrect {
		p.Merge = &ui.MergeForm{Action: path + "/merge"}
		for _, twin := range f.Twins {
			p.Merge.Twins = append(p.Merge.Twins, t.Join(nonEmpty(twin.Name(), twin.Number, twin.Email)))
		}
		if typed.merge != nil {
			p.Merge.Other, p.Merge.Reason = typed.merge.Other, typed.merge.Reason
		}
		if f.Entry != nil {
			p.Leave = &ui.LeaveForm{Action: path + "/leave", Day: f.Today.Format(time.DateOnly)}
			if typed.leave != nil {
				p.Leave.Day, p.Leave.Reason = typed.leave.Day, typed.leave.Reason
			}
		}
	}
	switch {
	case !f.MaySuspend:
	case f.Suspended != nil:
		p.Restore = &ui.RestoreForm{Action: path + "/restore", Words: typed.words, Facts: suspensionFacts(p, f)}
	default:
		p.Suspend = suspendForm(p, path, f.Today, typed.suspend)
	}
	return p, nil
}

func suspensionFacts(p *ui.Corrections, f app.CorrectionFile) []ui.Fact {
	e := f.Suspended
	facts := []ui.Fact{{Term: p.T("correct.since"), Value: p.DateTime(e.At)}}
	if e.Name != "" {
		facts = append(facts, ui.Fact{Term: p.T("correct.by"), Value: e.Name})
	}
	if e.Reason != "" {
		facts = append(facts, ui.Fact{Term: p.T("person.motive"), Value: p.T("letter.reason_" + e.Reason)})
	}
	if e.Words != "" {
		facts = append(facts, ui.Fact{Term: p.T("person.words"), Value: e.Words})
	}
	if e.AppealBy != nil {
		facts = append(facts, ui.Fact{Term: p.T("correct.appeal_by"), Value: p.Printer.Date(*e.AppealBy)})
	}
	for _, l := range f.Lines {
		facts = append(facts, ui.Fact{Term: p.T("correct.running", "Line", l.Name), Value: p.T("organise.running_" + l.Running)})
	}
	return facts
}

// appealDays is how long a person may ask for a review, unless another date is
// chosen.
const appealDays = 30

func suspendForm(p *ui.Corrections, path string, today time.Time, typed *app.Suspending) *ui.SuspendForm {
	form := &ui.SuspendForm{Action: path + "/suspend", AppealBy: today.AddDate(0, 0, appealDays).Format(time.DateOnly)}
	chosen := ""
	if typed != nil {
		form.Words, form.AppealBy, chosen = typed.Words, typed.AppealBy, typed.Reason
	}
	form.Motives = []ui.Option{{Value: "", Label: p.T("correct.choose")}}
	for _, r := range app.StopReasons {
		form.Motives = append(form.Motives, ui.Option{Value: r, Label: p.T("letter.reason_" + r), Selected: r == chosen})
	}
	return form
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// correct serves a form of the page.
func (s *Server) correct(c *gin.Context, body any, done string, typed func() typedCorrection, do func(*app.Command) error) (ui.View, error) {
	return act(c, body, "/people/"+c.Param("number")+"/correct?done="+done, do, func() (ui.View, error) { return s.correctionPage(c, typed()) })
}

func (s *Server) correctDetails(c *gin.Context) (ui.View, error) {
	var body struct {
		GivenName  string `json:"given_name"`
		FamilyName string `json:"family_name"`
		Email      string `json:"email"`
		Phone      string `json:"phone"`
		Residence  string `json:"residence"`
		Reason     string `json:"reason"`
		Version    int    `json:"version"`
	}
	details := func() app.Details {
		return app.Details{GivenName: body.GivenName, FamilyName: body.FamilyName, Email: body.Email, Phone: body.Phone, Residence: body.Residence, Reason: body.Reason, Version: body.Version}
	}
	return s.correct(c, &body, "details", func() typedCorrection { d := details(); return typedCorrection{details: &d} }, func(cmd *app.Command) error {
		return s.App.Corrections.Details(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("number"), details())
	})
}

func (s *Server) mergeRecords(c *gin.Context) (ui.View, error) {
	var body struct {
		Other  string `json:"other"`
		Reason string `json:"reason"`
	}
	return s.correct(c, &body, "merged", func() typedCorrection {
		return typedCorrection{merge: &app.Merging{Other: body.Other, Reason: body.Reason}}
	}, func(cmd *app.Command) error {
		return s.App.Corrections.Merge(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("number"), app.Merging{Other: body.Other, Reason: body.Reason})
	})
}

func (s *Server) leaveRegister(c *gin.Context) (ui.View, error) {
	var body struct {
		Day    string `json:"day"`
		Reason string `json:"reason"`
	}
	return s.correct(c, &body, "left_register", func() typedCorrection {
		return typedCorrection{leave: &app.Leaving{Day: body.Day, Reason: body.Reason}}
	}, func(cmd *app.Command) error {
		return s.App.Corrections.Leave(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("number"), app.Leaving{Day: body.Day, Reason: body.Reason})
	})
}

func (s *Server) suspendPerson(c *gin.Context) (ui.View, error) {
	var body struct {
		Motive   string `json:"motive"`
		Words    string `json:"words"`
		AppealBy string `json:"appeal_by"`
	}
	suspending := func() app.Suspending {
		return app.Suspending{Reason: body.Motive, Words: body.Words, AppealBy: body.AppealBy}
	}
	return s.correct(c, &body, "suspended", func() typedCorrection { in := suspending(); return typedCorrection{suspend: &in} }, func(cmd *app.Command) error {
		return s.App.Corrections.Suspend(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("number"), suspending())
	})
}

func (s *Server) restorePerson(c *gin.Context) (ui.View, error) {
	var body struct {
		Words string `json:"words"`
	}
	return s.correct(c, &body, "restored", func() typedCorrection { return typedCorrection{words: body.Words} }, func(cmd *app.Command) error {
		return s.App.Corrections.Restore(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("number"), body.Words)
	})
}
