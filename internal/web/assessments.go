package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) assessmentRoutes(r routes) {
	r.get("/assessments", s.showAssessments)
	r.get("/assessments/:id", s.showAssessment)
	r.get("/assess/:session/:person", s.showAssess)
	r.post("/assess/:session/:person", s.assess)
}

// showAssessments is, for staff, what waits for their judgement, and for a
// volunteer how they were judged.
func (s *Server) showAssessments(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	if !who.Staff() && !who.Has(people.Volunteer) {
		return nil, people.ErrHidden
	}
	t := s.printer(c)
	p := &ui.Tasks{Heading: t.T("assess.list"), Lead: t.T("assess.lead"), Nothing: ui.EmptyState{Title: t.T("assess.none"), Text: t.T("assess.none_text")}}
	p.Printer, p.Title, p.Zone = t, t.T("assess.list"), zone(httpd.VisitOf(c).Zone)
	for _, add := range []func(*gin.Context, *ui.Tasks) error{s.turnRows, s.otherWork, s.myAssessments} {
		if err := add(c, p); err != nil && !errors.Is(err, people.ErrHidden) {
			return nil, err
		}
	}
	return p, nil
}

func assessPath(session int64, number string) string {
	return fmt.Sprintf("/assess/%d/%s", session, number)
}

func assessmentPath(id int64) string { return "/assessments/" + strconv.FormatInt(id, 10) }

func (s *Server) turnRows(c *gin.Context, p *ui.Tasks) error {
	turns, now, err := s.App.Assessments.Turns(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return err
	}
	todo, later, done := ui.TaskGroup{ID: "now", Title: p.T("assess.now")}, ui.TaskGroup{ID: "later", Title: p.T("assess.later")}, ui.TaskGroup{ID: "done", Title: p.T("assess.done")}
	for _, turn := range turns {
		row := ui.TaskRow{Href: assessPath(turn.Session, turn.Number), Title: turn.Name(), Text: turn.Title + " · " + turn.CohortName + " · " + p.DayTime(turn.StartsAt), Note: turn.Number}
		switch {
		case turn.Mine != 0:
			row.Href, row.Mark = assessmentPath(turn.Mine), turnMark(p, turn)
			done.Rows = append(done.Rows, row)
		case turn.Accord.Settled(): // nothing is left to judge
		case turn.Seat == "absent" || turn.Seat == "excused":
		case now.Before(turn.StartsAt):
			row.Mark = ui.Mark{State: ui.Todo, Word: p.T("assess.booked")}
			later.Rows = append(later.Rows, row)
		default:
			row.Mark = todoMark(p, turn)
			todo.Rows = append(todo.Rows, row)
		}
	}
	slices.Reverse(done.Rows)
	p.Groups = append(p.Groups, todo, later, done)
	return nil
}

// otherWork points to the answers to read and the lists to watch.
func (s *Server) otherWork(c *gin.Context, p *ui.Tasks) error {
	g := ui.TaskGroup{ID: "other", Title: p.T("assess.other")}
	queue, err := s.App.Exams.Queue(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return err
	}
	row := ui.TaskRow{Href: "/marking", Title: p.T("marking.title"), Mark: ui.Mark{State: ui.Done, Word: p.T("marking.none")}}
	if len(queue) > 0 {
		row.Mark = ui.Mark{State: ui.Waiting, Word: p.T("assess.exams", "N", len(queue))}
	}
	g.Rows = append(g.Rows, row)
	if httpd.ActorOf(c).MustSomewhere(people.ObserveChecklist) == nil {
		g.Rows = append(g.Rows, ui.TaskRow{Href: "/observe", Title: p.T("checklist.observe"), Text: p.T("checklist.observe_lead")})
	}
	if httpd.ActorOf(c).MustSomewhere(people.ReadItems) == nil {
		g.Rows = append(g.Rows, ui.TaskRow{Href: "/items", Title: p.T("item.title"), Text: p.T("item.lead")})
	}
	p.Groups = append(p.Groups, g)
	return nil
}

func (s *Server) myAssessments(c *gin.Context, p *ui.Tasks) error {
	list, err := s.App.Assessments.Mine(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return err
	}
	g := ui.TaskGroup{ID: "mine", Title: p.T("assess.mine")}
	for _, a := range list {
		p.Zone = a.Line.Location()
		if a.Waiting {
			g.Rows = append(g.Rows, ui.TaskRow{
				Title: capital(a.Script.File.Title), Text: a.Line.Name + " · " + p.Date(a.At), Mark: ui.Mark{State: ui.Waiting, Word: p.T("assess.mine_waits")},
			})
			continue
		}
		g.Rows = append(g.Rows, ui.TaskRow{
			Href: assessmentPath(a.ID), Title: capital(a.Script.File.Title), Text: a.Line.Name + " · " + p.Date(a.At) + " · " + a.By,
			Mark: callMark(p.Printer, a.Passed, a.Critical), Note: p.T("call.points_of", "Score", a.Score/100),
		})
	}
	p.Groups = append(p.Groups, g)
	return nil
}

func callMark(t i18n.Printer, passed, critical bool) ui.Mark {
	switch {
	case passed:
		return ui.Mark{State: ui.Done, Word: t.T("call.passed")}
	case critical:
		return ui.Mark{State: ui.Critical, Word: t.T("state.crit")}
	}
	return ui.Mark{State: ui.Warning, Word: t.T("call.not_passed")}
}

func (s *Server) showAssess(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.assessPage(c, app.Judgement{})
}

func (s *Server) assessPage(c *gin.Context, typed app.Judgement) (ui.View, error) {
	session, err := id(c, "session")
	if err != nil {
		return nil, err
	}
	a, err := s.App.Assessments.Sheet(c.Request.Context(), httpd.ActorOf(c), session, c.Param("person"))
	if err != nil {
		return nil, err
	}
	switch {
	case a.Turn.Mine != 0:
		return seeOther(assessmentPath(a.Turn.Mine)), nil
	case a.Turn.Decision != 0:
		return seeOther(assessmentPath(a.Turn.Decision)), nil
	}
	t := s.printer(c)
	p := &ui.Assess{
		Person: a.Turn.GivenName, Action: assessPath(session, a.Turn.Number), Hash: a.Script.Hash, Heading: t.T("assess.heading"), How: plain(a.Script.Intro),
		Script: capital(a.Script.File.Title) + ", " + t.T("exam.version", "Version", a.Script.File.Version), Notes: typed.Note, Threshold: a.Threshold,
	}
	p.Printer, p.Title, p.Zone = t, t.T("assess.page"), zone(a.Turn.Zone)
	p.Holds(a.Script.File.Lang)
	p.About = a.Turn.Title + " · " + a.Turn.Name() + " · " + p.DayTime(a.Turn.StartsAt)
	p.Back = &ui.Link{Href: "/assessments", Text: t.T("assess.list")}
	p.Once = t.T("assess.once")
	if a.Needed > 1 {
		p.Once = t.T("assess.once_several", "N", a.Needed)
	}
	if a.Arbitration() {
		p.Arbiter, p.Heading, p.Once, p.Disputed = true, t.T("assess.heading_arbiter"), t.T("assess.once_arbiter"), judgedRows(t, a.Disputed)
	}
	if a.Now.Before(a.Turn.StartsAt) {
		p.Closed = append(p.Closed, ui.Reason{State: ui.Locked, Title: t.T("assess.not_begun")})
	}
	for _, b := range a.Before {
		p.Closed = append(p.Closed, ui.Reason{State: ui.Locked, Title: t.T("checklist.before", "Title", b.Requirement.Title)})
	}
	for _, n := range a.Script.Nodes {
		p.Nodes = append(p.Nodes, scriptNode(t, n))
	}
	rubric := a.Script.Rubric
	for _, e := range rubric.Errors {
		p.Critical = append(p.Critical, ui.Tickable{ID: e.ID, Title: e.Name, Text: plain(e.Text), Ticked: slices.Contains(typed.Errors, e.ID)})
	}
	for _, st := range rubric.Statements {
		h := ui.Heard{ID: st.ID, Title: st.Name, Text: plain(st.Text)}
		for _, word := range []string{"said", "not_said", "not_due"} {
			h.Options = append(h.Options, ui.Option{Value: word, Label: t.T("assess.word_" + word), Selected: typed.Statements[st.ID] == word})
		}
		p.Said = append(p.Said, h)
	}
	for _, k := range rubric.Criteria {
		criterion := ui.Criterion{ID: k.ID, Name: k.Name, Weight: k.Weight, Best: roleplay.TopLevel}
		for n, anchor := range k.Levels {
			criterion.Levels = append(criterion.Levels, ui.Option{Value: strconv.Itoa(n), Label: anchor, Selected: typed.Levels[k.ID] == strconv.Itoa(n)})
		}
		criterion.Levels = append(criterion.Levels, ui.Option{Value: "n", Label: t.T("assess.not_seen"), Selected: typed.Levels[k.ID] == "n"})
		p.Criteria = append(p.Criteria, criterion)
	}
	return p, nil
}

// scriptNode is a moment of the script as the evaluator reads it aloud.
func scriptNode(t i18n.Printer, n roleplay.Node) ui.ScriptNode {
	node := ui.ScriptNode{Name: capital(strings.ReplaceAll(n.Title, "-", " "))}
	var facts, words []string
	for _, h := range n.Heard {
		if h.Act {
			facts = append(facts, h.Text)
			continue
		}
		who := ""
		if h.Who != "" {
			who = h.Who + ": "
		}
		words = append(words, who+h.Text)
	}
	node.Text, node.Quote = strings.Join(facts, " "), strings.Join(words, " ")
	for _, v := range n.Variants {
		label := v.Text
		if v.Who != "" {
			label = v.Who + ": " + label
		}
		node.Variants = append(node.Variants, ui.Option{Label: label})
	}
	best, top := "", -1
	var bad []string
	for _, c := range n.Choices {
		sum := 0
		for _, l := range c.Effect.Levels {
			sum += l.Value
		}
		switch {
		case c.Effect.Silent && c.Effect.After > 0:
			node.Silent = t.T("assess.after", "N", int(c.Effect.After.Seconds()))
		case len(c.Effect.Errors) > 0:
			bad = append(bad, c.Text)
		case sum > top:
			best, top = c.Text, sum
		}
	}
	node.Good, node.Bad = best, strings.Join(bad, " · ")
	if n.End != nil && node.Text == "" {
		node.Text = n.End.Question
	}
	return node
}

func (s *Server) assess(c *gin.Context) (ui.View, error) {
	var body struct {
		Levels map[string][]string `json:"level."`
		Said   map[string][]string `json:"said."`
		Errors []string            `json:"error"`
		Note   string              `json:"note"`
		Hash   string              `json:"hash"`
		As     string              `json:"as"`
	}
	session, err := id(c, "session")
	if err != nil {
		return nil, err
	}
	in, refused := httpd.Decode(c, &body)
	judgement := app.Judgement{Levels: map[string]string{}, Statements: map[string]string{}, Errors: body.Errors, Note: body.Note, Hash: body.Hash, Arbiter: body.As == "arbiter"}
	for k, v := range body.Levels {
		judgement.Levels[k] = v[0]
	}
	for k, v := range body.Said {
		judgement.Statements[k] = v[0]
	}
	cmd := httpd.CommandOf(c, in, "/assessments/{id}?done=assessed")
	if refused == nil {
		_, refused = s.App.Assessments.Assess(c.Request.Context(), httpd.ActorOf(c), cmd, session, c.Param("person"), judgement)
	}
	if refused != nil {
		return again(func() (ui.View, error) { return s.assessPage(c, judgement) }, refused)
	}
	return seeOther(cmd.Location()), nil
}

func (s *Server) showAssessment(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	a, err := s.App.Assessments.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.CallDebrief{Heading: capital(a.Script.File.Title), Passed: a.Passed, Score: a.Score / 100, Threshold: a.Threshold, Note: a.Note}
	p.Printer, p.Title, p.Zone = t, capital(a.Script.File.Title), a.Line.Location()
	p.Kind = t.T("assess.kind", "By", a.By) + " · " + p.DayTime(a.At)
	if !a.Own {
		p.Kind = a.Volunteer.Name() + " · " + p.Kind
	}
	p.Back = &ui.Link{Href: "/assessments", Text: t.T("assess.list")}
	if a.StrippedAt != nil {
		p.Verdict, p.Note = ui.Notice{Mark: callMark(t, a.Passed, a.Critical), Text: t.T("retention.gone")}, ""
		return p, nil
	}
	result := a.Result
	if a.Counts && a.Panel != 0 {
		p.Score, p.Passed, result.Score = a.Settled.Score/100, a.Settled.Passed, roleplay.Points(a.Settled.Score)
	}
	p.Verdict = callVerdict(t, a.Script.Rubric, result, a.Threshold)
	p.Judged = judgedRows(t, a.Judgements)
	p.Among = amongText(t, a)
	p.Scores = rubricScores(t, a.Script.Rubric, a.Result)
	for _, st := range a.Script.Rubric.Statements {
		check := ui.Check{State: ui.Done, Title: st.Name, Note: t.T("assess.word_said")}
		switch a.Marks.V.Statements[st.ID] {
		case roleplay.NotSaid:
			check.State, check.Note = ui.Stopped, t.T("assess.word_not_said")
		case roleplay.NotDue:
			check.State, check.Note = ui.None, t.T("assess.word_not_due")
		case roleplay.Said, roleplay.Unanswered:
		}
		p.Statements = append(p.Statements, check)
	}
	return p, nil
}

// callVerdict says how a call went, the worst thing first.
func callVerdict(t i18n.Printer, r roleplay.Rubric, res roleplay.Result, threshold int) ui.Notice {
	switch {
	case len(res.Errors) > 0:
		var names []string
		for _, e := range r.Errors {
			if slices.Contains(res.Errors, e.ID) {
				names = append(names, e.Name+": "+plain(e.Text))
			}
		}
		return ui.Notice{Mark: ui.Mark{State: ui.Critical, Word: t.T("state.crit")}, Text: strings.Join(names, " ") + " " + t.T("call.critical_text")}
	case res.Passed:
		return ui.Notice{Mark: ui.Mark{State: ui.Done, Word: t.T("call.passed")}, Text: t.T("call.passed_text")}
	case len(res.Missing) > 0:
		var names []string
		for _, st := range r.Statements {
			if slices.ContainsFunc(res.Missing, func(d roleplay.Due) bool { return d.Statement == st.ID }) {
				names = append(names, st.Name)
			}
		}
		return ui.Notice{Mark: ui.Mark{State: ui.Warning, Word: t.T("call.not_passed")}, Text: t.T("call.missing_text", "Names", t.Join(names))}
	case !res.Success:
		return ui.Notice{Mark: ui.Mark{State: ui.Warning, Word: t.T("call.not_passed")}, Text: t.T("call.broken_text")}
	}
	return ui.Notice{Mark: ui.Mark{State: ui.Warning, Word: t.T("call.not_passed")}, Text: t.T("call.below_text", "Threshold", threshold)}
}

// rubricScores is the table of criteria; those the call never touched are left
// out.
func rubricScores(t i18n.Printer, r roleplay.Rubric, res roleplay.Result) []ui.Score {
	var list []ui.Score
	weights := 0
	for _, k := range res.Criteria {
		if k.Best > 0 {
			weights += k.Weight
		}
	}
	for i, k := range res.Criteria {
		if k.Best == 0 || weights == 0 {
			continue
		}
		row := ui.Score{Name: r.Criteria[i].Name, Level: k.Taken, Best: k.Best, Bars: ui.Segments(k.Taken, k.Best, false)}
		row.Points = t.T("call.points_row", "Points", int(k.Score)*k.Weight/weights/100, "Of", k.Weight*100/weights)
		if level := k.Taken * roleplay.TopLevel / k.Best; level < len(r.Criteria[i].Levels) {
			row.Note = r.Criteria[i].Levels[level]
		}
		list = append(list, row)
	}
	return list
}
