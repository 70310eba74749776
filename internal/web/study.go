package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/catalogue"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) studyRoutes(r routes) {
	r.get("/study", s.showStudy)
	r.get("/study/:module", s.showModule)
	r.post("/study/:module/position", s.keepPosition)
	r.post("/study/:module/read", s.markRead)
	r.get("/changes/:release", s.showChange)
	r.post("/changes/:release/confirm", s.confirmChange)
}

// minutes is a reading time; a module takes at least one.
func minutes(n int) time.Duration { return time.Duration(max(n, 1)) * time.Minute }

func (s *Server) showStudy(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	shelves, err := s.App.Study.Modules(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Study{Base: s.base(c, nil)}
	b := &p.Base
	p.Title = b.T("study.title")
	if len(shelves) == 0 {
		return p, nil
	}
	if p.Services, err = s.catalogueLink(c, b); err != nil {
		return nil, err
	}
	path, list := shelves[0].Path, shelves[0].Modules
	b.Zone = path.Line.Location()
	b.Holds(path.Lang)
	p.About = b.T("home.about", "Line", path.Line.Name, "Channels", channels(b, path.Line.Channels), "Cohort", path.Cohort.Name)
	read, left := 0, time.Duration(0)
	for _, m := range list {
		step := moduleStep(b, m)
		if m.ReadAt.IsZero() {
			left += remaining(m)
			if p.Next == nil && !m.Locked {
				step.Here = true
				p.Next = moduleNext(b, m)
			}
		} else {
			read++
		}
		step.Ahead = p.Next != nil
		p.Modules = append(p.Modules, step)
	}
	p.Modules[len(p.Modules)-1].Ahead = false
	p.Progress = ui.Progress{Label: b.T("study.progress"), Value: read, Max: len(list), Here: true}
	p.Text = b.T("study.read_of", "Done", read, "Needed", len(list))
	if left > 0 {
		p.Text += " " + b.T("study.left", "D", b.Duration(left))
	}
	if read == len(list) {
		p.Next = &ui.NextStep{Title: b.T("study.all_read"), Text: b.T("study.all_read_text"), Href: "/", Label: b.T("study.to_home")}
	}
	for _, other := range shelves[1:] {
		way := ui.LineRoad{Title: other.Path.Line.Name, About: other.Path.Cohort.Name}
		if other.Path.Line.ID == path.Line.ID {
			way.Title, way.About = b.T("study.before"), ""
		}
		for _, m := range other.Modules {
			way.Steps = append(way.Steps, moduleStep(b, m))
		}
		p.Others = append(p.Others, way)
	}
	return p, nil
}

func remaining(m app.ModuleState) time.Duration {
	return minutes(m.Minutes) * time.Duration(100-min(m.Reading.Percent, 100)) / 100
}

func moduleStep(b *ui.Base, m app.ModuleState) ui.Step {
	s := ui.Step{State: ui.Todo, Title: m.Module.Title, Href: "/study/" + m.Module.ID, Text: b.T("study.minutes", "D", b.Exactly(minutes(m.Minutes)))}
	switch {
	case !m.ReadAt.IsZero():
		s.State, s.Word, s.Text = ui.Done, b.T("road.word_done"), b.T("study.read_on", "Date", b.Date(m.ReadAt))
	case m.Locked:
		s.State, s.Word, s.Href = ui.Locked, b.T("road.word_locked"), ""
	case m.Reading.Percent > 0:
		s.State, s.Word = ui.Current, b.T("road.word_doing")
		s.Text += " " + b.T("study.reading", "Percent", b.Percent(float64(m.Reading.Percent)/100))
	}
	return s
}

func moduleNext(b *ui.Base, m app.ModuleState) *ui.NextStep {
	n := &ui.NextStep{Title: b.T("road.next_modules", "Title", m.Module.Title), Href: "/study/" + m.Module.ID, Label: b.T("study.go"), About: remaining(m)}
	if m.Reading.Percent > 0 {
		n.Label, n.Text = b.T("study.go_on"), b.T("study.reading", "Percent", b.Percent(float64(m.Reading.Percent)/100))
	}
	return n
}

func (s *Server) showModule(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	r, err := s.App.Study.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("module"))
	if err != nil {
		return nil, err
	}
	p := &ui.Module{Base: s.base(c, r.Path.Line.Location())}
	b := &p.Base
	b.Title, b.Back = r.Version.Title, &ui.Link{Href: "/study", Text: b.T("module.all")}
	here := "/study/" + r.State.Module.ID
	p.Number, p.Heading = r.Place+1, r.Version.Title
	p.Course = b.T("module.course", "Place", r.Place+1, "All", len(r.All), "Line", r.Path.Line.Name)
	if aims := r.State.Module.Objectives; len(aims) > 0 {
		p.Aim = b.T("module.aim", "What", strings.Join(aims, "; "))
	}
	p.Body = ui.Rendered(r.Version.HTML)
	p.Holds(r.Version.Lang)
	p.Version, p.PublishedAt = r.Version.Version, r.Version.PublishedAt
	p.ReadAction, p.Position = here+"/read", here+"/position"
	sections, begun := r.Sections(), r.Begun()
	p.Pages, p.Read = len(sections), begun
	p.Left = minutes(r.Version.Minutes) * time.Duration(max(len(sections)-begun, 0)) / time.Duration(max(len(sections), 1))
	for i, h := range sections {
		state := ui.Todo
		switch {
		case r.Known || i < begun:
			state = ui.Done
		case i == begun:
			state = ui.Current
		}
		p.Outline = append(p.Outline, ui.OutlineItem{Href: "#" + h.ID, Title: h.Text, State: state})
	}
	if r.Known {
		p.ReadAt, p.Read, p.Left = r.State.ReadAt, p.Pages, 0
	} else if begun > 0 {
		p.Resume = &ui.Link{Href: "#" + sections[begun].ID, Text: sections[begun].Text}
	}
	p.Following, p.Then = &ui.Link{Href: "/", Text: b.T("module.to_home")}, b.T("module.then_home")
	if r.Place+1 < len(r.All) {
		next := r.All[r.Place+1].Module
		p.Following, p.Then = &ui.Link{Href: "/study/" + next.ID, Text: b.T("module.following", "Title", next.Title)}, b.T("module.then", "Title", next.Title)
	}
	if r.Place > 0 {
		before := r.All[r.Place-1].Module
		p.Previous = &ui.Link{Href: "/study/" + before.ID, Text: b.T("module.numbered", "Place", r.Place, "Title", before.Title)}
	}
	return p, nil
}

// keepPosition is told by script where the reader is; without script nothing
// is lost but the place.
func (s *Server) keepPosition(c *gin.Context) (ui.View, error) {
	var body struct {
		Section string `json:"section"`
	}
	if _, err := httpd.Decode(c, &body); err != nil {
		return nil, err
	}
	if err := s.App.Study.Position(c.Request.Context(), httpd.ActorOf(c), c.Param("module"), body.Section); err != nil {
		return nil, err
	}
	return noContent{}, nil
}

// markRead goes on to the next module, or home after the last.
func (s *Server) markRead(c *gin.Context) (ui.View, error) {
	var body struct{}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	r, err := s.App.Study.Read(ctx, who, c.Param("module"))
	if err != nil {
		return nil, err
	}
	then := "/?done=read"
	if r.Place+1 < len(r.All) && r.All[r.Place+1].ReadAt.IsZero() {
		then = "/study/" + r.All[r.Place+1].Module.ID + "?done=read"
	}
	if err := s.App.Study.MarkRead(ctx, who, httpd.CommandOf(c, in, then), r.State.Module.ID); err != nil {
		return nil, err
	}
	return seeOther(then), nil
}

func (s *Server) showChange(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.changePage(c, "")
}

// changePage is what changed and what the reader owes; answer is the one that was
// chosen and is wrong.
func (s *Server) changePage(c *gin.Context, answer string) (ui.View, error) {
	release, err := id(c, "release")
	if err != nil {
		return nil, err
	}
	d, err := s.App.Study.Change(c.Request.Context(), httpd.ActorOf(c), release)
	if err != nil {
		return nil, err
	}
	p := &ui.Change{Base: s.base(c, d.Line.Location())}
	b := &p.Base
	b.Title, b.Back = b.T("change.title"), &ui.Link{Href: "/", Text: b.T("change.back")}
	p.Heading, p.About, p.Note, p.Mark = b.Title, d.Line.Name, d.Note, dueMark(b, d.Due, b.Now)
	p.Rule = b.T("change.rule_"+string(d.Impact), "Until", b.Until(d.By))
	for _, part := range d.Parts {
		step := ui.Step{State: ui.Current, Title: part.Title}
		if part.Module {
			step.Href, step.Word = "/study/"+part.Key, b.T("change.to_read")
			if part.Read {
				step.State, step.Word = ui.Done, b.T("change.read")
			}
		}
		p.Parts = append(p.Parts, step)
	}
	if d.Impact == app.Confirm || len(d.Options) > 0 {
		p.Action = changeHref(release) + "/confirm"
	}
	if d.Card != nil {
		changedCard(p, d, answer)
	}
	return p, nil
}

// changedCard shows a card of the catalogue, what of it read otherwise, and its
// question.
func changedCard(p *ui.Change, d app.Change, answer string) {
	b := &p.Base
	row := cardRow(b, *d.Card)
	p.Heading, p.Card = d.Card.Name, &row
	for _, f := range d.Before.Fields() {
		if f.Words != "" && slices.Contains(d.Card.Changed, string(f.Field)) {
			if f.Field == catalogue.FieldState {
				f.Words = cardMark(b, d.Card.Kind, catalogue.State(f.Words)).Word
			}
			p.Was = append(p.Was, ui.Fact{Term: b.T("catalogue.f_" + string(f.Field)), Value: f.Words})
		}
	}
	if len(d.Options) == 0 {
		return
	}
	p.Rule, p.Question = b.T("catalogue.rule_micro", "Until", b.Until(d.By)), d.Card.Question.V.Text
	for i, text := range d.Options {
		p.Answers = append(p.Answers, ui.Option{Value: strconv.Itoa(i), Label: text, Selected: strconv.Itoa(i) == answer})
	}
}

func (s *Server) confirmChange(c *gin.Context) (ui.View, error) {
	var body struct {
		Answer string `json:"answer"`
	}
	release, err := id(c, "release")
	if err != nil {
		return nil, err
	}
	return act(c, &body, "/?done=confirmed", func(cmd *app.Command) error {
		answer, err := strconv.Atoi(body.Answer)
		if err != nil {
			answer = -1 // none was chosen
		}
		return s.App.Study.ConfirmChange(c.Request.Context(), httpd.ActorOf(c), cmd, release, answer)
	}, func() (ui.View, error) { return s.changePage(c, body.Answer) })
}
