package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/quiz"
)

func (s *Server) examRoutes(r routes) {
	r.get("/quizzes", s.showQuizzes)
	r.get("/quizzes/:quiz", s.showQuizIntro)
	r.post("/quizzes/:quiz/start", s.startQuiz)
	r.get("/quizzes/:quiz/attempts/:id", s.showQuiz)
	r.post("/quizzes/:quiz/attempts/:id", s.saveQuiz)
	r.group.POST("/quizzes/:quiz/attempts/:id/autosave", s.autosaveQuiz)
	r.post("/quizzes/:quiz/attempts/:id/submit", s.submitQuiz)
	r.get("/quizzes/:quiz/attempts/:id/result", s.showQuizResult)
	r.get("/attempts/:id", s.showQuizResult)
	r.post("/attempts/:id/void", s.voidAttempt)
	r.get("/marking", s.showQueue)
	r.get("/marking/:id", s.showMarking)
	r.post("/marking/:id", s.markAttempt)
}

func quizPath(key string) string { return "/quizzes/" + url.PathEscape(key) }

func attemptPath(key string, id int64) string {
	return quizPath(key) + "/attempts/" + strconv.FormatInt(id, 10)
}

func (s *Server) showQuizzes(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Exams.List(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Tasks{Heading: t.T("exam.list"), Lead: t.T("exam.list_text"), Nothing: ui.EmptyState{Title: t.T("exam.none"), Text: t.T("exam.none_text")}}
	p.Printer, p.Title = t, t.T("exam.list")
	group := map[int64]int{}
	for _, e := range list {
		i, ok := group[e.Path.Line.ID]
		if !ok {
			i = len(p.Groups)
			group[e.Path.Line.ID] = i
			p.Groups = append(p.Groups, ui.TaskGroup{ID: strconv.FormatInt(e.Path.Line.ID, 10), Title: e.Path.Line.Name})
		}
		p.Zone = e.Path.Line.Location()
		p.Holds(e.Path.Lang)
		row := ui.TaskRow{Href: quizPath(e.ID), Title: capital(e.Title), Text: t.T("exam.short", "N", e.Questions, "Threshold", e.Threshold), Mark: examMark(t, e)}
		switch {
		case e.Open != nil && !e.Open.Deadline.IsZero():
			row.Note = t.T("exam.until", "Time", p.Time(e.Open.Deadline))
		case e.Startable():
			row.Note = t.T("quiz.attempts_left", "N", e.Opening.Left)
		case !e.Opening.Next.IsZero() && e.Opening.Next.After(e.Now):
			row.Note = t.T("quiz.next_at", "When", p.DayTime(e.Opening.Next))
		}
		p.Groups[i].Rows = append(p.Groups[i].Rows, row)
	}
	return p, nil
}

// examMark is how somebody stands with an exam.
func examMark(t i18n.Printer, e app.Exam) ui.Mark {
	switch {
	case e.Open != nil:
		return ui.Mark{State: ui.Current, Word: t.T("state.now")}
	case e.State.State == cert.Done:
		return ui.Mark{State: ui.Done, Word: t.T("exam.passed")}
	case len(e.Before) > 0:
		return ui.Mark{State: ui.Locked, Word: t.T("state.lock")}
	case e.State.State == cert.Waiting:
		return ui.Mark{State: ui.Waiting, Word: t.T("exam.being_read")}
	case e.State.State == cert.Critical:
		return ui.Mark{State: ui.Critical, Word: t.T("exam.failed_critical")}
	case e.State.State == cert.Failed:
		return ui.Mark{State: ui.Stopped, Word: t.T("exam.failed")}
	}
	return ui.Mark{State: ui.Todo, Word: t.T("state.todo")}
}

func trialMark(t i18n.Printer, state quiz.State) ui.Mark {
	switch state {
	case quiz.Opened:
		return ui.Mark{State: ui.Current, Word: t.T("state.now")}
	case quiz.Submitted, quiz.Marked:
		return ui.Mark{State: ui.Waiting, Word: t.T("exam.being_read")}
	case quiz.Passed:
		return ui.Mark{State: ui.Done, Word: t.T("exam.passed")}
	case quiz.Failed:
		return ui.Mark{State: ui.Stopped, Word: t.T("exam.failed")}
	case quiz.Annulled:
	}
	return ui.Mark{State: ui.None, Word: t.T("exam.annulled")}
}

func (s *Server) showQuizIntro(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.quizIntro(c)
}

func (s *Server) quizIntro(c *gin.Context) (ui.View, error) {
	e, err := s.App.Exams.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("quiz"))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.QuizIntro{Heading: capital(e.Title), About: e.Path.Line.Name + " · " + t.T("exam.version", "Version", e.Version), Left: e.Opening.Left}
	p.Printer, p.Title, p.Zone = t, capital(e.Title), e.Path.Line.Location()
	p.Back = &ui.Link{Href: "/quizzes", Text: t.T("exam.list")}
	p.Facts = []ui.Fact{{Term: t.T("exam.questions"), Value: t.Number(e.Questions)}}
	if e.Limit > 0 {
		text := t.T("exam.time_text", "Time", t.Exactly(e.Limit+e.Extra))
		if e.Extra > 0 {
			text += ". " + t.T("exam.time_more", "Limit", t.Exactly(e.Limit), "Extra", t.Exactly(e.Extra))
		}
		p.Facts = append(p.Facts, ui.Fact{Term: t.T("exam.time"), Value: text})
	}
	p.Facts = append(p.Facts, ui.Fact{Term: t.T("exam.threshold"), Value: t.Percent(float64(e.Threshold) / 100)})
	if e.Critical > 0 {
		p.Facts = append(p.Facts, ui.Fact{Term: t.T("exam.critical"), Value: t.T("exam.critical_text", "N", e.Critical)})
	}
	p.Facts = append(p.Facts, ui.Fact{Term: t.T("exam.attempts"), Value: attemptsText(t, e)})
	for _, g := range e.Grants {
		p.Plans = append(p.Plans, ui.Plan{By: t.T("exam.plan_by", "Name", g.By, "Date", p.Date(g.At)), Text: g.Plan})
	}
	p.Intro = e.Intro
	p.Holds(e.Path.Lang)
	p.Rules = append(p.Rules, t.T("exam.rule_saves"), t.T("exam.rule_forms"), t.T("exam.rule_after"))
	for _, tr := range slices.Backward(e.Trials) {
		row := ui.AttemptRow{Number: tr.Number, At: tr.At, Result: trialMark(t, tr.State)}
		switch tr.State {
		case quiz.Passed, quiz.Failed:
			row.Score, row.Href = t.Percent(float64(tr.Score)/10000), attemptPath(e.ID, tr.ID)+"/result"
		case quiz.Submitted, quiz.Marked:
			row.Href = attemptPath(e.ID, tr.ID) + "/result"
		case quiz.Opened:
			row.Href = attemptPath(e.ID, tr.ID)
		case quiz.Annulled:
		}
		p.Attempts = append(p.Attempts, row)
	}
	switch {
	case e.Open != nil:
		p.Resume, p.Deadline = &ui.Link{Href: attemptPath(e.ID, e.Open.ID), Text: t.T("exam.go_on")}, e.Open.Deadline
	case e.Startable():
		p.StartAction = quizPath(e.ID) + "/start"
	default:
		closedExam(p, e)
	}
	return p, nil
}

func attemptsText(t i18n.Printer, e app.Exam) string {
	text := t.T("exam.attempts_text", "N", e.Attempts)
	if n := len(e.Grants); n > 0 {
		text += t.T("exam.attempts_more", "N", n)
	}
	return text
}

// closedExam says why no attempt may be opened.
func closedExam(p *ui.QuizIntro, e app.Exam) {
	for _, l := range e.Before {
		p.Closed = append(p.Closed, ui.Reason{State: ui.Locked, Title: p.T("exam.before", "Title", l.Requirement.Title), Next: p.T("exam.see_way"), Href: "/"})
	}
	for _, f := range e.Opening.Reasons {
		state := ui.Waiting
		switch {
		case errors.Is(f, quiz.ErrAlreadyPassed):
			state, p.Passed = ui.Done, true
		case errors.Is(f, quiz.ErrNoAttemptsLeft):
			state = ui.Stopped
		}
		p.Closed = append(p.Closed, ui.Reason{State: state, Title: p.Fault(f)})
	}
	if len(e.Before) == 0 && e.Opening.Next.After(e.Now) {
		p.NextAt = e.Opening.Next
	}
}

func (s *Server) startQuiz(c *gin.Context) (ui.View, error) {
	var body struct{}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	cmd := httpd.CommandOf(c, in, quizPath(c.Param("quiz"))+"/attempts/{id}")
	if _, err := s.App.Exams.Start(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("quiz")); err != nil {
		return again(func() (ui.View, error) { return s.quizIntro(c) }, err)
	}
	return seeOther(cmd.Location()), nil
}

func (s *Server) showQuiz(c *gin.Context) (ui.View, error) {
	var in struct {
		Review string `json:"review"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.quizPaper(c, in.Review == "1")
}

// quizPaper shows an open attempt; one that is closed leads to its result.
func (s *Server) quizPaper(c *gin.Context, review bool) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	a, err := s.App.Exams.Sit(c.Request.Context(), httpd.ActorOf(c), number)
	if errors.Is(err, quiz.ErrAttemptClosed) {
		return seeOther(attemptPath(c.Param("quiz"), number) + "/result"), nil
	}
	if err != nil {
		return nil, err
	}
	if a.Exam != c.Param("quiz") {
		return nil, people.ErrHidden
	}
	t := s.printer(c)
	path := attemptPath(a.Exam, a.ID)
	p := &ui.Quiz{
		Heading: capital(a.Title), About: a.Line.Name + " · " + t.T("exam.about", "Threshold", a.Threshold), Action: path, Autosave: path + "/autosave", SubmitAction: path + "/submit",
		Deadline: a.Deadline, SavedAt: a.SavedAt, Seen: a.Saves, Total: len(a.Sheet.Questions), Flagged: len(a.Flags), Review: review,
	}
	p.Printer, p.Title, p.Zone, p.Focus = t, capital(a.Title), a.Line.Location(), true
	p.Back = &ui.Link{Href: quizPath(a.Exam), Text: t.T("exam.leave")}
	p.Holds(a.Lang)
	if !a.Deadline.IsZero() {
		p.Minutes = int(a.Deadline.Sub(a.OpenedAt).Minutes())
	}
	quizItems(p, a.Sheet, a.Answers, a.Flags)
	return p, nil
}

// quizItems fills a paper with its questions and what was answered so far.
func quizItems(p *ui.Quiz, sheet quiz.Sheet, answers quiz.Answers, flags []string) {
	here := false
	for _, q := range sheet.Questions {
		item := quizItem(p, q, answers[q.ID])
		item.Flagged = slices.Contains(flags, q.ID)
		if item.State == ui.Done {
			p.Answered++
		} else if !here {
			item.Here, here = true, true
		}
		p.Items = append(p.Items, item)
	}
}

// quizItem is a question with the answer given so far.
func quizItem(p *ui.Quiz, q quiz.Asked, given quiz.Answer) ui.QuizItem {
	item := ui.QuizItem{ID: q.ID, Number: q.Number, Kind: ui.QuizKind(q.Type), Stem: plain(q.Stem), State: ui.Todo, Value: given.Text}
	if given.Given() {
		item.State = ui.Done
	}
	for i, o := range q.Options {
		option := ui.QuizOption{ID: o.ID, Text: plain(o.Text), Picked: slices.Contains(given.Chosen, o.ID), Best: given.Best == o.ID, Worst: given.Worst == o.ID}
		if q.Type == quiz.Order {
			place := slices.Index(given.Chosen, o.ID)
			if len(given.Chosen) != len(q.Options) {
				place = i // what is shown is the answer, as soon as it is sent
			}
			for n := range q.Options {
				rank := strconv.Itoa(n + 1)
				option.Ranks = append(option.Ranks, ui.Option{Value: rank, Label: rank, Selected: n == place})
			}
		}
		item.Options = append(item.Options, option)
	}
	for _, l := range q.Left {
		row := ui.QuizOption{ID: l.ID, Text: plain(l.Text)}
		for _, r := range q.Right {
			row.Partners = append(row.Partners, ui.Option{Value: r.ID, Label: plain(r.Text), Selected: given.Pairs[l.ID] == r.ID})
		}
		item.Options = append(item.Options, row)
	}
	if q.Type == quiz.Gap {
		parts := gapParts(item.Stem)
		for i := range q.Gaps {
			g := ui.QuizGap{N: i + 1}
			if i < len(parts)-1 {
				g.Before = strings.TrimSpace(parts[i])
			}
			if i < len(given.Gaps) {
				g.Value = given.Gaps[i]
			}
			item.Gaps = append(item.Gaps, g)
		}
		item.Stem, item.After = p.T("exam.fill_in"), strings.TrimSpace(parts[len(parts)-1])
	}
	return item
}

// gapParts cuts a stem at its gaps, each a run of underscores.
func gapParts(stem string) []string {
	var parts []string
	for {
		i := strings.Index(stem, "___")
		if i < 0 {
			return append(parts, stem)
		}
		parts = append(parts, stem[:i])
		stem = strings.TrimLeft(stem[i:], "_")
	}
}

// plain takes the marks of emphasis out of a line of Markdown.
func plain(text string) string {
	return strings.NewReplacer("**", "", "`", "", `\`, "").Replace(text)
}

func (s *Server) saveQuiz(c *gin.Context) (ui.View, error) {
	number, form, in, _, refused, err := s.answerSheet(c)
	path := attemptPath(c.Param("quiz"), number)
	if err == nil {
		_, err = s.App.Exams.Save(c.Request.Context(), httpd.ActorOf(c), number, in)
	}
	switch {
	case errors.Is(err, quiz.ErrAttemptClosed), errors.Is(err, quiz.ErrTimeOver):
		return seeOther(path + "/result?done=too_late"), nil
	case err != nil:
		return again(func() (ui.View, error) { return s.quizPaper(c, form.Do == "submit") }, err)
	case refused != nil:
		return again(func() (ui.View, error) { return s.quizPaper(c, form.Do == "submit") }, refused)
	case form.Do == "review":
		return seeOther(path + "?review=1"), nil
	}
	return seeOther(path + "?done=saved"), nil
}

// autosaveQuiz answers the saving script in one line of text.
func (s *Server) autosaveQuiz(c *gin.Context) {
	number, _, in, _, refused, err := s.answerSheet(c)
	var saved app.Saved
	if err == nil {
		saved, err = s.App.Exams.Save(c.Request.Context(), httpd.ActorOf(c), number, in)
	}
	if err == nil {
		err = refused
	}
	if err != nil {
		httpd.Failed(c, err)
		c.String(httpd.StatusOf(err), "%s", "")
		return
	}
	t := s.printer(c)
	c.Header("Saved-As", strconv.Itoa(saved.Saves))
	c.String(http.StatusOK, "%s", t.T("quiz.saved_at", "Time", t.Time(saved.At.In(zone(httpd.VisitOf(c).Zone)))))
}

func (s *Server) submitQuiz(c *gin.Context) (ui.View, error) {
	number, _, in, command, refused, err := s.answerSheet(c)
	then := attemptPath(c.Param("quiz"), number) + "/result"
	if err == nil && refused != nil {
		if _, err = s.App.Exams.Save(c.Request.Context(), httpd.ActorOf(c), number, in); err == nil {
			return again(func() (ui.View, error) { return s.quizPaper(c, true) }, refused)
		}
	}
	if err == nil {
		err = s.App.Exams.HandIn(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, command, then), number, in)
	}
	switch {
	case errors.Is(err, quiz.ErrAttemptClosed), errors.Is(err, quiz.ErrTimeOver):
		return seeOther(then), nil // handed in by another press, or by the clock
	case err != nil:
		return again(func() (ui.View, error) { return s.quizPaper(c, true) }, err)
	}
	return seeOther(then), nil
}
