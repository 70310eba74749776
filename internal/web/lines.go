package web

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) lineRoutes(r routes) {
	r.get("/lines", s.showLines)
	r.get("/lines/:code", s.showLine)
	r.post("/lines/:code/open", s.setLine(true))
	r.get("/lines/:code/directory", s.showDirectory)
	r.get("/lines/:code/directory/:key", s.showDirectoryEntry)
	r.post("/lines/:code/directory/:key", s.saveDirectoryEntry)
	r.post("/lines/:code/directory/:key/checked", s.checkDirectoryEntry)
	r.post("/lines/:code/close", s.setLine(false))
}

func lineMark(b *ui.Base, open bool) ui.Mark {
	if open {
		return ui.Mark{State: ui.On, Word: b.T("line.is_open")}
	}
	return ui.Mark{State: ui.Off, Word: b.T("line.is_shut")}
}

func (s *Server) showLines(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	list, err := s.App.Board.Lines(c.Request.Context(), who)
	if err != nil {
		return nil, err
	}
	p := &ui.Lines{Base: s.base(c, nil)}
	b := &p.Base
	p.Title = b.T("line.title")
	for _, l := range list {
		var cohorts []string
		for _, k := range l.Cohorts.V {
			cohorts = append(cohorts, k.Name)
		}
		p.Rows = append(p.Rows, ui.LineRow{Href: "/lines/" + l.Code, Name: l.Name, Note: strings.Join(append([]string{l.Code}, cohorts...), " · "), Mark: lineMark(b, l.Active)})
	}
	if who.MustSomewhere(people.ReadContent) == nil {
		p.Content = &ui.Link{Href: "/content", Text: b.T("line.to_content")}
	}
	if who.May(people.SetUp, people.Target{}) {
		p.Add = &ui.Link{Href: "/lines/new", Text: b.T("line.add")}
	}
	return p, nil
}

func (s *Server) showLine(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.linePage(c)
}

func (s *Server) linePage(c *gin.Context) (ui.View, error) {
	who := httpd.ActorOf(c)
	l, err := s.App.Board.LinePage(c.Request.Context(), who, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &ui.Line{Base: s.base(c, l.Line.Location()), Name: l.Line.Name, People: l.People}
	b := &p.Base
	p.Title, p.Back = l.Line.Name, &ui.Link{Href: "/lines", Text: b.T("line.title")}
	p.About, p.State = b.T("line.about", "Code", l.Line.Code), lineMark(b, l.Active)
	switch {
	case !l.Active:
		p.Lead = b.T("line.lead_shut")
	case l.People:
		p.Lead = b.T("line.lead_open", "N", l.All)
	default:
		p.Lead = b.T("line.lead_open_only")
	}
	p.Facts = lineFacts(b, l)
	if l.People {
		p.Counts = tally(b, l.Board.Tally, boardForm{Line: l.Line.Code})
		p.Links = append(p.Links, ui.Link{Href: boardForm{Line: l.Line.Code}.at("/board"), Text: b.T("line.to_board")})
	}
	if who.May(people.ReadShifts, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/lines/" + l.Line.Code + "/shifts", Text: b.T("shift.to_line")})
	}
	if who.MustSomewhere(people.ReadContent) == nil {
		p.Links = append(p.Links, ui.Link{Href: "/content", Text: b.T("line.to_content")})
	}
	if who.Has(people.Supervisor) {
		p.Links = append(p.Links, ui.Link{Href: "/shifts", Text: b.T("shift.to_own")})
	}
	if l.MayRun {
		p.Links = append(p.Links, ui.Link{Href: "/lines/" + l.Line.Code + "/edit", Text: b.T("line.to_edit")})
		for _, k := range l.Board.Line.Cohorts.V {
			p.Links = append(p.Links, ui.Link{Href: "/cohorts/" + strconv.FormatInt(k.ID, 10) + "/edit", Text: b.T("line.to_cohort", "Cohort", k.Name)})
		}
	}
	if who.May(people.ReadEngines, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/lines/" + l.Line.Code + "/engines", Text: b.T("engines.to_page")})
	}
	if who.May(people.EnterContact, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/lines/" + l.Line.Code + "/contacts", Text: b.T("line.to_contacts")})
	}
	if who.May(people.GiveOverride, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/lines/" + l.Line.Code + "/emergency", Text: b.T("line.to_emergency")})
	}
	if who.May(people.SignCertificate, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/signing", Text: b.T("line.to_signing")})
	}
	if who.May(people.DecideReview, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/appeals", Text: b.T("appeal.title")})
	}
	if who.May(people.KeepDirectory, people.Target{Line: l.Line.ID}) {
		p.Links = append(p.Links, ui.Link{Href: "/lines/" + l.Line.Code + "/directory", Text: b.T("directory.title")})
	}
	if who.MustSomewhere(people.ReadCatalogue) == nil {
		p.Links = append(p.Links, ui.Link{Href: cataloguePath(l.Line.Code), Text: b.T("catalogue.title")})
	}
	if p.Notices, err = s.directoryNotices(c, b, l.Line.Code); err != nil {
		return nil, err
	}
	lacking, err := s.lackingNotices(c, b, l.Line.ID)
	if err != nil {
		return nil, err
	}
	p.Notices = append(p.Notices, lacking...)
	if who.May(people.ManageKeys, people.Target{}) {
		p.Links = append(p.Links, ui.Link{Href: "/keys", Text: b.T("line.to_keys")})
	}
	for _, person := range l.Enabled {
		mark, note := nowMark(b, person)
		p.Enabled = append(p.Enabled, linePerson(person, mark, note))
	}
	if l.All > len(l.Enabled) {
		p.More = &ui.Link{Href: boardForm{Line: l.Line.Code, Now: "yes", Sort: "name"}.at("/board"), Text: b.T("line.all_enabled")}
	}
	columns := map[string]cert.Requirement{}
	for _, r := range l.Board.Columns {
		columns[r.Key] = r
	}
	for _, person := range l.Nearly {
		mark, note := nowMark(b, person)
		var missing []string
		for _, cell := range person.Cells.V {
			title := lower(columns[cell.Key].Title)
			switch {
			case cell.State == string(cert.Done):
				continue
			case unsigned(columns[cell.Key].Kind, cell):
				title = b.T("line.unsigned", "Title", title)
			}
			missing = append(missing, title)
		}
		if len(missing) > 0 {
			note = b.T("line.missing", "What", b.Join(missing))
		}
		if note == "" {
			note = b.T("line.ready")
		}
		p.Nearly = append(p.Nearly, linePerson(person, mark, note))
	}
	if l.MayRun {
		here := "/lines/" + l.Line.Code
		move := ui.Confirm{ID: "open", Open: b.T("line.open"), Ask: b.T("line.open_ask"), Action: here + "/open", Do: b.T("line.open_do")}
		if l.Active {
			move = ui.Confirm{ID: "close", Open: b.T("line.shut"), Ask: b.T("line.shut_ask"), Action: here + "/close", Do: b.T("line.shut_do"), Bad: true}
		}
		p.Moves = []ui.Confirm{move}
	}
	return p, nil
}

func linePerson(person app.BoardPerson, mark ui.Mark, note string) ui.LinePerson {
	return ui.LinePerson{Href: "/people/" + person.Number, Name: person.GivenName + " " + person.FamilyName, Number: person.Number, Mark: mark, Note: note}
}

// lineHours tells the hours of a week. Days in a row with the same hours are told once.
func lineHours(b *ui.Base, week []app.Hours) string {
	day := func(i int) string { return b.Weekday(week[i].Weekday) }
	var told []string
	for i := 0; i < len(week); {
		last := i
		for last+1 < len(week) && week[last+1] == (app.Hours{Weekday: week[last].Weekday + 1, Opens: week[i].Opens, Closes: week[i].Closes}) {
			last++
		}
		days := day(i)
		if last > i {
			days = b.T("line.hours_days", "First", day(i), "Last", day(last))
		}
		told = append(told, b.T("line.hours_of", "Day", days, "Opens", week[i].Opens, "Closes", week[i].Closes))
		i = last + 1
	}
	return strings.Join(told, ", ")
}

func lineFacts(b *ui.Base, l app.LinePage) []ui.Fact {
	facts := []ui.Fact{
		{Term: b.T("line.fact_channels"), Value: channels(b, l.Line.Channels)},
		{Term: b.T("line.fact_hours"), Value: lineHours(b, l.Hours)},
		{Term: b.T("line.fact_zone"), Value: b.ZoneWord()},
		{Term: b.T("line.fact_fallback"), Value: l.Line.Fallback},
		{Term: b.T("organise.running"), Value: b.T("organise.running_" + l.Line.Running)},
		{Term: b.T("line.fact_age"), Value: b.Number(l.Line.MinAge)},
	}
	if l.Line.LaunchOn != nil {
		facts = append(facts, ui.Fact{Term: b.T("line.fact_launch"), Value: b.Printer.DateLong(*l.Line.LaunchOn)})
	}
	return append(facts, ui.Fact{Term: b.T("line.fact_staff"), Value: b.Join(l.Staff)})
}

// setLine makes the handler that opens or closes a line.
func (s *Server) setLine(open bool) handler {
	done := "line_shut"
	if open {
		done = "line_opened"
	}
	return func(c *gin.Context) (ui.View, error) {
		ctx, who := c.Request.Context(), httpd.ActorOf(c)
		l, err := s.App.Board.LinePage(ctx, who, c.Param("code"))
		if err != nil {
			return nil, err
		}
		return act(c, &struct{}{}, "/lines/"+l.Line.Code+"?done="+done, func(cmd *app.Command) error {
			return s.App.Lines.SetActive(ctx, who, cmd, l.Line.ID, open)
		}, func() (ui.View, error) { return s.linePage(c) })
	}
}
