package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/quiz"
)

// A trial keeps nothing: its seed and what was chosen so far stand in the address.
type trialForm struct {
	Seed int64  `json:"seed"`
	In   string `json:"in"` // one a step, parted by dots; "s" is silence
}

// inputs reads what was chosen so far.
func (f trialForm) inputs() ([]int, error) {
	var list []int
	for word := range strings.SplitSeq(f.In, ".") {
		switch word {
		case "":
		case "s":
			list = append(list, roleplay.SayNothing)
		default:
			n, err := strconv.Atoi(word)
			if err != nil || n < 0 || len(list) >= roleplay.MaxSteps {
				return nil, people.ErrHidden
			}
			list = append(list, n)
		}
	}
	return list, nil
}

func inputsText(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		if words[i] = strconv.Itoa(n); n == roleplay.SayNothing {
			words[i] = "s"
		}
	}
	return strings.Join(words, ".")
}

func trialPath(draft int64, path string, seed uint64, inputs []int) string {
	q := url.Values{"seed": {strconv.FormatUint(seed, 10)}}
	if len(inputs) > 0 {
		q.Set("in", inputsText(inputs))
	}
	return draftFilePath(draft, path) + "/try?" + q.Encode()
}

func (s *Server) tryDraftFile(c *gin.Context) (ui.View, error) {
	var form trialForm
	if _, err := httpd.Decode(c, &form); err != nil {
		return nil, err
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	if content.KindOf(fileOf(c)) == content.KindQuiz {
		return s.quizTrial(c, number, form.Seed, nil)
	}
	inputs, err := form.inputs()
	if err != nil {
		return nil, err
	}
	return s.callTrial(c, number, form.Seed, inputs)
}

// callTrial shows a call of a draft as it stands, or how it went.
func (s *Server) callTrial(c *gin.Context, number, seed int64, inputs []int) (ui.View, error) {
	path := fileOf(c)
	k, err := s.App.Drafts.TryScript(c.Request.Context(), httpd.ActorOf(c), number, path, uint64(max(seed, 0)), inputs)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	back := &ui.Link{Href: draftFilePath(number, path), Text: t.T("draft.to_text")}
	if k.Ended() {
		p := callDebrief(t, k.Call)
		p.Kind, p.Back = t.T("draft.trial_kind"), back
		p.Retry = &ui.Link{Href: draftFilePath(number, path) + "/try", Text: t.T("call.try_again")}
		return p, nil
	}
	p := callScene(t, k.Call)
	p.Kind, p.Back, p.Action = t.T("draft.trial_kind"), back, draftFilePath(number, path)+"/try"
	keep := func(in []int) []ui.Option {
		return []ui.Option{{Label: "seed", Value: strconv.FormatUint(k.Seed, 10)}, {Label: "in", Value: inputsText(in)}}
	}
	p.Keep = keep(inputs)
	if len(inputs) > 0 {
		p.BackAction = p.Action
		p.BackKeep = append(keep(inputs[:len(inputs)-1]), ui.Option{Label: "choice", Value: "back"})
	}
	return p, nil
}

// quizTrial shows a paper of a draft, or how it was answered. Unlike an exam it
// stands behind what only its authors may see.
func (s *Server) quizTrial(c *gin.Context, number, seed int64, form *paperForm) (ui.View, error) {
	path := fileOf(c)
	k, err := s.App.Drafts.TryQuiz(c.Request.Context(), httpd.ActorOf(c), number, path, uint64(max(seed, 0)))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	back := &ui.Link{Href: draftFilePath(number, path), Text: t.T("draft.to_text")}
	sheet := quiz.View(k.Paper)
	if form == nil {
		p := &ui.Quiz{Heading: capital(k.File.Title), About: t.T("draft.trial_kind"), Action: draftFilePath(number, path) + "/try", Total: len(sheet.Questions), Trial: true}
		p.Printer, p.Title, p.Focus, p.Back = t, capital(k.File.Title), true, back
		p.Keep = []ui.Option{{Label: "seed", Value: strconv.FormatUint(k.Seed, 10)}}
		quizItems(p, sheet, quiz.Answers{}, nil)
		return p, nil
	}
	g := app.Graded{Title: k.File.Title, Line: k.Draft.Line, Paper: k.Paper, Answers: form.answered(sheet, nil).Answers, State: quiz.Failed}
	g.Result = quiz.Grade(k.Paper, g.Answers)
	switch {
	case g.Result.Waiting > 0:
		g.State = quiz.Submitted
	case g.Result.Passed:
		g.State = quiz.Passed
	}
	p := &ui.QuizResult{Heading: capital(g.Title), About: t.T("draft.trial_kind")}
	p.Printer, p.Title, p.Back, p.Zone = t, capital(g.Title), back, g.Line.Location()
	verdict(p, g)
	p.Items = resultItems(t, g)
	p.Next = &ui.NextStep{Title: t.T("draft.try_again"), Href: draftFilePath(number, path) + "/try", Label: t.T("draft.try_again_do")}
	return p, nil
}

// stepOfTrial goes a step further in a call, or hands a paper in.
func (s *Server) stepOfTrial(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	if content.KindOf(fileOf(c)) == content.KindQuiz {
		var body struct {
			Answers map[string][]string `json:"q."`
			Flags   []string            `json:"flag"`
			Seen    int                 `json:"seen"`
			Do      string              `json:"do"`
			Seed    int64               `json:"seed"`
		}
		if _, err := httpd.Decode(c, &body); err != nil {
			return nil, err
		}
		return s.quizTrial(c, number, body.Seed, &paperForm{Answers: body.Answers})
	}
	var body struct {
		Step   int    `json:"step"`
		Choice string `json:"choice"`
		Seed   int64  `json:"seed"`
		In     string `json:"in"`
	}
	if _, err := httpd.Decode(c, &body); err != nil {
		return nil, err
	}
	inputs, err := trialForm{In: body.In}.inputs()
	if err != nil {
		return nil, err
	}
	switch body.Choice {
	case "silence":
		inputs = append(inputs, roleplay.SayNothing)
	case "back", "":
	default:
		option, bad := strconv.Atoi(body.Choice)
		if bad != nil {
			return nil, roleplay.ErrNoSuchChoice
		}
		inputs = append(inputs, option)
	}
	k, err := s.App.Drafts.TryScript(c.Request.Context(), httpd.ActorOf(c), number, fileOf(c), uint64(max(body.Seed, 0)), inputs)
	if err != nil {
		return nil, err
	}
	return seeOther(trialPath(number, fileOf(c), k.Seed, inputs)), nil
}
