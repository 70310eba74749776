package web

import (
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) learningRoutes(r routes) {
	r.get("/people/:number/learning", s.showLearning)
	r.post("/people/:number/learning/:enrolment", s.recognise)
	r.post("/people/:number/learning/:enrolment/:evidence/back", s.takeBack)
}

// typedLearning is a refused form of the page.
type typedLearning struct {
	enrolment int64
	refused   string   // id of the form
	What      []string `json:"what"`
	Document  string   `json:"document"`
	SeenOn    string   `json:"seen_on"`
	Words     string   `json:"words"`
	reason    string
}

func (s *Server) showLearning(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.learningPage(c, typedLearning{})
}

func (s *Server) learningPage(c *gin.Context, in typedLearning) (ui.View, error) {
	number := c.Param("number")
	f, err := s.App.Recognition.Page(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	p := &ui.Learning{Base: s.base(c, f.Files[0].Path.Line.Location()), About: number}
	b := &p.Base
	name := called(s.printer(c), f.Identity.Name())
	p.Title, p.Back, p.Refused = b.T("learning.of", "Name", name), &ui.Link{Href: "/people/" + number, Text: name}, in.refused
	for _, file := range f.Files {
		enrolment := strconv.FormatInt(file.Path.Enrolment.ID, 10)
		row := ui.LearningFile{ID: "e" + enrolment, Title: file.Path.Line.Name + " · " + file.Path.Cohort.Name, Action: "/people/" + number + "/learning/" + enrolment, SeenOn: f.Now.In(b.Zone).Format(time.DateOnly)}
		typed := in.enrolment == file.Path.Enrolment.ID && in.refused == row.ID
		if typed {
			row.Document, row.SeenOn, row.Words = in.Document, in.SeenOn, in.Words
		}
		for _, o := range file.Offer {
			label := b.T("learning.module", "Title", o.Title)
			if o.Item == "" {
				label = b.T("learning.meetings", "Title", o.Title, "N", o.Meetings)
			}
			row.What = append(row.What, ui.Option{Value: o.Value(), Label: label, Selected: typed && slices.Contains(in.What, o.Value())})
		}
		for _, h := range file.Held {
			row.Held = append(row.Held, recognised(b, row, h, in))
		}
		p.Files = append(p.Files, row)
	}
	return p, nil
}

func recognised(b *ui.Base, file ui.LearningFile, h app.Recognised, in typedLearning) ui.LearningRow {
	date := h.SeenOn
	if on, err := time.Parse(time.DateOnly, h.SeenOn); err == nil {
		date = b.Printer.Date(on)
	}
	row := ui.LearningRow{Title: h.Title, About: b.T("learning.about", "Document", h.Document, "Date", date, "Name", h.By), Words: h.Words}
	if h.Final {
		row.Note = b.T("learning.final")
		return row
	}
	id := strconv.FormatInt(int64(h.ID), 10)
	back := ui.Confirm{ID: "back-" + id, Open: b.T("learning.take_back"), Ask: b.T("learning.take_back_ask"), Do: b.T("learning.take_back_do"), Action: file.Action + "/" + id + "/back", Bad: true}
	typed := ""
	if in.refused == back.ID {
		typed = in.reason
	}
	reason := b.Area("reason", b.T("learning.reason"), typed).UpTo(1000)
	back.Reason = &reason
	row.TakeBack = &back
	return row
}

func (s *Server) recognise(c *gin.Context) (ui.View, error) {
	enrolment, err := id(c, "enrolment")
	if err != nil {
		return nil, err
	}
	var body typedLearning
	return act(c, &body, "/people/"+c.Param("number")+"/learning?done=recognised", func(cmd *app.Command) error {
		return s.App.Recognition.Recognise(c.Request.Context(), httpd.ActorOf(c), cmd, enrolment, app.NewRecognised{What: body.What, Document: body.Document, SeenOn: body.SeenOn, Words: body.Words})
	}, func() (ui.View, error) {
		body.enrolment, body.refused = enrolment, "e"+c.Param("enrolment")
		return s.learningPage(c, body)
	})
}

func (s *Server) takeBack(c *gin.Context) (ui.View, error) {
	enrolment, err := id(c, "enrolment")
	if err != nil {
		return nil, err
	}
	evidence, err := id(c, "evidence")
	if err != nil {
		return nil, err
	}
	var body struct {
		Reason string `json:"reason"`
	}
	return act(c, &body, "/people/"+c.Param("number")+"/learning?done=unrecognised", func(cmd *app.Command) error {
		return s.App.Recognition.TakeBack(c.Request.Context(), httpd.ActorOf(c), cmd, enrolment, cert.EvidenceID(evidence), body.Reason)
	}, func() (ui.View, error) {
		return s.learningPage(c, typedLearning{refused: "back-" + c.Param("evidence"), reason: body.Reason})
	})
}
