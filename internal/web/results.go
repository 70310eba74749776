package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
	"abilita/quiz"
)

func (s *Server) showQuizResult(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.quizResult(c, nil)
}

// quizResult shows an attempt that was handed in; typed is the reason that a
// refused form held.
func (s *Server) quizResult(c *gin.Context, typed *string) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	g, err := s.App.Exams.Result(c.Request.Context(), httpd.ActorOf(c), number)
	if errors.Is(err, app.ErrNotHanded) && c.Param("quiz") != "" {
		return seeOther(attemptPath(c.Param("quiz"), number)), nil
	}
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.QuizResult{Heading: capital(g.Title)}
	p.Printer, p.Title, p.Zone = t, capital(g.Title), g.Line.Location()
	p.About = g.Line.Name + " · " + t.T("quiz.attempt", "Number", g.Number) + " · " + p.Date(g.At)
	p.Holds(g.Lang)
	verdict(p, g)
	if g.Own {
		p.Back = &ui.Link{Href: "/quizzes", Text: t.T("exam.list")}
		if g.Exam.ID != "" {
			p.Back = &ui.Link{Href: quizPath(g.Exam.ID), Text: capital(g.Title)}
		}
		p.Next = afterExam(p, g)
	} else {
		p.About += " · " + g.Volunteer
	}
	p.Notes = []ui.Fact{{Term: t.T("exam.handed_in"), Value: p.DateTime(g.At)}}
	if g.TimedOut {
		p.Notes = append(p.Notes, ui.Fact{Term: t.T("exam.time"), Value: t.T("exam.timed_out")})
	}
	if g.Stripped {
		p.ScoreNote, p.Gone = t.T("exam.threshold")+" "+p.Percent(float64(g.Result.Threshold)/100), t.T("retention.gone")
	}
	p.Items = resultItems(t, g)
	if g.MayVoid {
		reason := ""
		if typed != nil {
			reason, p.Refused = *typed, "void"
		}
		field := p.Area("reason", t.T("exam.void_reason"), reason).Hinted(t.T("exam.void_hint"))
		p.Void = &ui.Confirm{ID: "void", Open: t.T("exam.void"), Ask: t.T("exam.void_ask"), Action: "/attempts/" + strconv.FormatInt(g.ID, 10) + "/void", Do: t.T("exam.void_do"), Bad: true, Reason: &field}
	}
	return p, nil
}

func resultItems(t i18n.Printer, g app.Graded) []ui.ResultItem {
	var list []ui.ResultItem
	for i, q := range g.Paper.Questions {
		list = append(list, resultItem(t, g, i, q))
	}
	return list
}

// verdict says how the attempt went.
func verdict(p *ui.QuizResult, g app.Graded) {
	right, criticals := 0, 0
	for _, v := range g.Result.Verdicts {
		if v.Right {
			right++
		}
		if v.Critical {
			criticals++
		}
	}
	switch g.State {
	case quiz.Passed:
		p.Heading = p.T("exam.heading_passed")
		p.Verdict = ui.Notice{Mark: trialMark(p.Printer, g.State), Text: p.T("exam.text_passed")}
	case quiz.Failed:
		p.Heading = p.T("exam.heading_failed")
		p.Verdict = ui.Notice{Mark: trialMark(p.Printer, g.State), Text: p.T("exam.text_failed")}
		if n := len(g.Result.Critical); n > 0 {
			p.Verdict.Mark.State, p.Verdict.Text = ui.Critical, p.T("exam.text_critical", "N", n)
		}
		if g.Own && g.Exam.Startable() {
			p.Verdict.Text += " " + p.T("exam.again_now")
		} else if g.Own && g.Exam.Opening.Next.After(g.Exam.Now) {
			p.Verdict.Text += " " + p.T("quiz.next_at", "When", p.DayTime(g.Exam.Opening.Next))
		}
	case quiz.Annulled:
		p.Heading = p.T("exam.heading_annulled")
		p.Verdict = ui.Notice{Mark: trialMark(p.Printer, g.State), Text: p.T("exam.text_annulled", "Words", g.Reason)}
	case quiz.Opened, quiz.Submitted, quiz.Marked:
		p.Heading = p.T("exam.heading_waiting")
		p.Verdict = ui.Notice{Mark: trialMark(p.Printer, g.State), Text: p.T("exam.text_waiting", "N", g.Result.Waiting)}
		return
	}
	p.Score = p.Percent(float64(g.Result.Score) / 10000)
	p.ScoreNote = p.T("exam.score_note", "Right", right, "All", len(g.Result.Verdicts), "Threshold", g.Result.Threshold)
	if criticals > 0 {
		p.Criticals = p.T("exam.criticals", "Right", criticals-len(g.Result.Critical), "All", criticals)
	}
}

// afterExam is what the volunteer does next: read the modules of wrong answers
// again, or go on.
func afterExam(p *ui.QuizResult, g app.Graded) *ui.NextStep {
	switch g.State {
	case quiz.Failed:
		for _, critical := range []bool{true, false} {
			for i, v := range g.Result.Verdicts {
				module := g.Paper.Questions[i].Item.Module
				if title := g.Modules[module]; title != "" && !v.Right && v.Critical == critical {
					return &ui.NextStep{Title: p.T("exam.reread", "Title", title), Text: p.T("exam.reread_text"), Href: "/study/" + module, Label: p.T("exam.reread_open")}
				}
			}
		}
	case quiz.Passed, quiz.Submitted, quiz.Marked:
		return &ui.NextStep{Title: p.T("exam.next"), Text: p.T("exam.next_text"), Href: "/", Label: p.T("exam.next_open")}
	case quiz.Opened, quiz.Annulled:
	}
	return nil
}

// resultItem is a question with what was answered. What is right stands there
// only after a pass, and for staff: whoever tries again meets the same bank.
func resultItem(t i18n.Printer, g app.Graded, i int, q quiz.Question) ui.ResultItem {
	v := g.Result.Verdicts[i]
	a := g.Answers[q.ID]
	r := ui.ResultItem{Number: i + 1, Stem: plain(q.Item.Stem), Mark: itemMark(t, v), Critical: v.Critical, Yours: given(t, q, a)}
	if m, ok := g.Marks[q.ID]; ok {
		r.Feedback = m.Note
	}
	if v.Right {
		return r
	}
	for _, o := range q.Options {
		picked := slices.Contains(a.Chosen, o.ID) || a.Best == o.ID || a.Worst == o.ID
		if f := q.Item.Options[o.Index].Feedback; f != "" && picked && q.Item.Type != quiz.Order {
			r.Feedback = strings.TrimSpace(r.Feedback + " " + plain(f))
		}
	}
	if !v.Waiting {
		r.Explanation = plain(q.Item.Explanation)
		if g.State == quiz.Passed || !g.Own {
			r.Right = right(t, q)
		}
		if title := g.Modules[q.Item.Module]; title != "" && g.Own {
			r.Reread = &ui.Link{Href: "/study/" + q.Item.Module, Text: title}
		}
	}
	return r
}

func itemMark(t i18n.Printer, v quiz.Verdict) ui.Mark {
	switch {
	case v.Waiting:
		return ui.Mark{State: ui.Waiting, Word: t.T("exam.item_waiting")}
	case v.Right:
		return ui.Mark{State: ui.Done, Word: t.T("exam.item_right")}
	case v.Critical && !v.Answered:
		return ui.Mark{State: ui.Critical, Word: t.T("exam.item_blank")}
	case v.Critical:
		return ui.Mark{State: ui.Critical, Word: t.T("exam.item_wrong")}
	case !v.Answered:
		return ui.Mark{State: ui.None, Word: t.T("exam.item_blank")}
	case v.Points > 0:
		return ui.Mark{State: ui.Warning, Word: t.T("exam.item_part")}
	}
	return ui.Mark{State: ui.Stopped, Word: t.T("exam.item_wrong")}
}

// optionText is the text of an option by its id on the paper.
func optionText(q quiz.Question, id string) string {
	for _, o := range q.Options {
		if o.ID == id {
			return plain(q.Item.Options[o.Index].Text)
		}
	}
	return ""
}

// given lists in words what was answered.
func given(t i18n.Printer, q quiz.Question, a quiz.Answer) []string {
	if !a.Given() {
		return nil
	}
	var lines []string
	switch q.Item.Type {
	case quiz.One, quiz.Several:
		for _, id := range a.Chosen {
			lines = append(lines, optionText(q, id))
		}
	case quiz.Order:
		for i, id := range a.Chosen {
			lines = append(lines, strconv.Itoa(i+1)+". "+optionText(q, id))
		}
	case quiz.Match:
		for _, l := range q.Left {
			for _, r := range q.Right {
				if a.Pairs[l.ID] == r.ID {
					lines = append(lines, plain(q.Item.Pairs[l.Index].Left)+" → "+plain(q.Item.Pairs[r.Index].Right))
				}
			}
		}
	case quiz.Gap:
		lines = append(lines, strings.Join(a.Gaps, " · "))
	case quiz.Number, quiz.Open:
		lines = append(lines, a.Text)
	case quiz.Situation:
		if a.Best != "" {
			lines = append(lines, t.T("quiz.best")+": "+optionText(q, a.Best))
		}
		if a.Worst != "" {
			lines = append(lines, t.T("quiz.worst")+": "+optionText(q, a.Worst))
		}
	}
	return lines
}

// right lists in words what would have been right.
func right(t i18n.Printer, q quiz.Question) []string {
	var lines []string
	switch q.Item.Type {
	case quiz.One, quiz.Several, quiz.Situation:
		for _, o := range q.Item.Options {
			switch o.Key {
			case quiz.Right:
				lines = append(lines, plain(o.Text))
			case quiz.Best:
				lines = append(lines, t.T("quiz.best")+": "+plain(o.Text))
			case quiz.Worst:
				lines = append(lines, t.T("quiz.worst")+": "+plain(o.Text))
			case quiz.Plain:
			}
		}
	case quiz.Order:
		for i, o := range q.Item.Options {
			lines = append(lines, strconv.Itoa(i+1)+". "+plain(o.Text))
		}
	case quiz.Match:
		for _, pair := range q.Item.Pairs {
			if pair.Left != "" {
				lines = append(lines, plain(pair.Left)+" → "+plain(pair.Right))
			}
		}
	case quiz.Gap:
		var first []string
		for _, accepted := range q.Item.Gaps {
			first = append(first, accepted[0])
		}
		lines = append(lines, strings.Join(first, " · "))
	case quiz.Number:
		text := q.Item.Value.String()
		if t.Lang() == "it" {
			text = strings.ReplaceAll(text, ".", ",")
		}
		lines = append(lines, text)
	case quiz.Open:
	}
	return lines
}

func (s *Server) voidAttempt(c *gin.Context) (ui.View, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &body, "/attempts/"+strconv.FormatInt(number, 10)+"?done=voided", func(cmd *app.Command) error {
		return s.App.Exams.Void(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Reason)
	}, func() (ui.View, error) { return s.quizResult(c, &body.Reason) })
}

func (s *Server) showQueue(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Exams.Queue(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t, now := s.printer(c), httpd.VisitOf(c).Now
	p := &ui.Tasks{Heading: t.T("marking.title"), Lead: t.T("marking.lead"), Nothing: ui.EmptyState{Title: t.T("marking.none"), Text: t.T("marking.none_text")}}
	p.Printer, p.Title = t, t.T("marking.title")
	p.Back = &ui.Link{Href: "/assessments", Text: t.T("nav.assessments")}
	g := ui.TaskGroup{ID: "waiting", Title: t.T("marking.waiting")}
	for _, a := range list {
		p.Zone = a.Zone
		g.Rows = append(g.Rows, ui.TaskRow{
			Href: "/marking/" + strconv.FormatInt(a.ID, 10), Title: capital(a.Title), Text: a.Cohort + " · " + t.T("marking.answers", "N", len(a.Answers)),
			Mark: ui.Mark{State: ui.Waiting, Word: t.T("state.wait")}, Note: t.T("marking.since", "N", int(now.Sub(a.At).Hours()/24)),
		})
	}
	p.Groups = []ui.TaskGroup{g}
	return p, nil
}

func (s *Server) showMarking(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.markingPage(c, nil)
}

func (s *Server) markingPage(c *gin.Context, typed map[string]app.Given) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	a, err := s.App.Exams.Script(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	if len(a.Answers) == 0 {
		return seeOther("/marking"), nil
	}
	t := s.printer(c)
	p := &ui.Marking{Heading: capital(a.Title), About: a.Cohort, Lead: t.T("marking.blind"), Action: "/marking/" + strconv.FormatInt(a.ID, 10)}
	p.Printer, p.Title, p.Zone = t, t.T("marking.title"), a.Zone
	p.Back = &ui.Link{Href: "/marking", Text: t.T("marking.title")}
	for _, o := range a.Answers {
		item := ui.MarkItem{ID: o.Question, Stem: plain(o.Stem), Text: o.Text, Criterion: o.Criterion, Hint: plain(o.Hint), Note: typed[o.Question].Note}
		for n := range quiz.TopMark + 1 {
			level := strconv.Itoa(n)
			label := t.T("marking.level_" + level)
			if n < len(o.Levels) {
				label = o.Levels[n]
			}
			item.Levels = append(item.Levels, ui.Option{Value: level, Label: label, Selected: typed[o.Question].Level == level})
		}
		p.Answers = append(p.Answers, item)
	}
	return p, nil
}

func (s *Server) markAttempt(c *gin.Context) (ui.View, error) {
	var body struct {
		Levels map[string][]string `json:"level."`
		Notes  map[string][]string `json:"note."`
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	in, refused := httpd.Decode(c, &body)
	marks := map[string]app.Given{}
	for question, v := range body.Levels {
		marks[question] = app.Given{Level: v[0]}
	}
	for question, v := range body.Notes {
		marks[question] = app.Given{Level: marks[question].Level, Note: v[0]}
	}
	const then = "/marking?done=marked"
	if refused == nil {
		refused = s.App.Exams.Mark(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), number, marks)
	}
	if refused != nil {
		return again(func() (ui.View, error) { return s.markingPage(c, marks) }, refused)
	}
	return seeOther(then), nil
}
