package api

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
)

type questionJSON struct {
	Line    string `json:"line"`
	Channel string `json:"channel"`
	Agent   string `json:"agent"`
}

// questionsJSON are several questions; line and channel hold for those that name
// none of their own.
type questionsJSON struct {
	Line      string         `json:"line"`
	Channel   string         `json:"channel"`
	Questions []questionJSON `json:"questions"`
}

type answersJSON struct {
	Version int64        `json:"version"`
	At      string       `json:"at"`
	Answers []answerJSON `json:"answers"`
}

// checks answers several questions under one version, in their order.
func (s *Server) checks(c *gin.Context) {
	var in questionsJSON
	if _, err := httpd.Decode(c, &in); err != nil {
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	list := make([]app.Question, len(in.Questions))
	for i, q := range in.Questions {
		list[i] = app.Question{Line: cmp.Or(q.Line, in.Line), Channel: cmp.Or(q.Channel, in.Channel), Agent: q.Agent}
	}
	checked, err := s.Gate.Checks(c.Request.Context(), bearer(c), list)
	if err != nil {
		if httpd.StatusOf(err) >= http.StatusInternalServerError {
			s.Metrics.Answer("unknown")
		}
		s.Fail(c, httpd.StatusOf(err), err)
		return
	}
	for _, a := range checked.Answers {
		s.Metrics.Answer(word(a))
	}
	if wantsJSON(c) {
		s.json(c, answersJSON{Version: checked.Version, At: stamp(checked.At), Answers: s.answers(c, checked.Answers)})
		return
	}
	text(c, http.StatusOK, "checks v="+strconv.FormatInt(checked.Version, 10)+" n="+strconv.Itoa(len(checked.Answers))+"\n"+lines(checked.Answers))
}

// word is the first word of an answer.
func word(a app.Answer) string {
	if a.Decision.Granted() {
		return "enabled"
	}
	return "disabled"
}

func (s *Server) answers(c *gin.Context, list []app.Answer) []answerJSON {
	out := make([]answerJSON, 0, len(list))
	for _, a := range list {
		out = append(out, s.answer(c, a))
	}
	return out
}

// lines are answers as phone systems read them, one a line.
func lines(list []app.Answer) string {
	var b strings.Builder
	for _, a := range list {
		b.WriteString(a.Text() + "\n")
	}
	return b.String()
}
