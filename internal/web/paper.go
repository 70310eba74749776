package web

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/quiz"
)

// paperForm is what a page of a paper sends.
type paperForm struct {
	Answers map[string][]string `json:"q."`
	Flags   []string            `json:"flag"`
	Seen    int                 `json:"seen"`
	Do      string              `json:"do"`
}

// answered turns the fields of a page into answers. What kind of answer a field
// holds follows from its name; fields that fit no question are refused by the
// use case.
func (f paperForm) answered(sheet quiz.Sheet, saved quiz.Answers) app.Answered {
	in := app.Answered{Answers: quiz.Answers{}, Flags: f.Flags, Seen: f.Seen}
	kinds := map[string]quiz.Asked{}
	for _, q := range sheet.Questions {
		kinds[q.ID] = q
	}
	for field, values := range f.Answers {
		id, part, _ := strings.Cut(field, ".")
		if _, ok := kinds[id]; !ok {
			in.Answers[id] = quiz.Answer{}
			continue
		}
		value := strings.ReplaceAll(values[0], "\r\n", "\n")
		a := in.Answers[id]
		switch q := kinds[id]; q.Type {
		case quiz.One, quiz.Several:
			a.Chosen = values
		case quiz.Number, quiz.Open:
			a.Text = strings.TrimSpace(value)
		case quiz.Gap:
			if n, err := strconv.Atoi(part); err == nil && n >= 1 && n <= q.Gaps {
				for len(a.Gaps) < q.Gaps {
					a.Gaps = append(a.Gaps, "")
				}
				a.Gaps[n-1] = strings.TrimSpace(value)
			}
		case quiz.Match:
			if value != "" {
				if a.Pairs == nil {
					a.Pairs = map[string]string{}
				}
				a.Pairs[part] = value
			}
		case quiz.Situation:
			if part == "best" {
				a.Best = value
			} else {
				a.Worst = value
			}
		case quiz.Order:
		}
		in.Answers[id] = a
	}
	for _, q := range sheet.Questions {
		if q.Type == quiz.Order {
			in.Answers[q.ID] = f.order(q, saved[q.ID].Chosen)
		}
		if a := in.Answers[q.ID]; len(a.Gaps) > 0 && !a.Given() {
			in.Answers[q.ID] = quiz.Answer{}
		}
	}
	return in
}

// order puts the ids in the order that a page sent. It showed them as saved,
// else as on the sheet, each with its place: one with another place moves there,
// the others close up. A page without the question's fields says nothing of it.
func (f paperForm) order(q quiz.Asked, shown []string) quiz.Answer {
	if len(shown) != len(q.Options) {
		shown = nil
		for _, o := range q.Options {
			shown = append(shown, o.ID)
		}
	}
	places := make([]string, len(shown))
	var rest []string
	any := false
	for i, id := range shown {
		v, sent := f.Answers[q.ID+"."+id]
		any = any || sent
		to := i
		if len(v) == 1 {
			if n, err := strconv.Atoi(v[0]); err == nil && n >= 1 && n <= len(shown) {
				to = n - 1
			}
		}
		if to == i {
			rest = append(rest, id)
			continue
		}
		for places[to] != "" { // two for one place: the next that is free
			to = (to + 1) % len(places)
		}
		places[to] = id
	}
	if !any {
		return quiz.Answer{}
	}
	for i := range places {
		if places[i] == "" {
			places[i], rest = rest[0], rest[1:]
		}
	}
	return quiz.Answer{Chosen: places}
}

// answerSheet decodes a page of an open attempt. refused holds what may not be kept,
// such as a card number; the rest is there.
func (s *Server) answerSheet(c *gin.Context) (number int64, form paperForm, in app.Answered, command httpd.Input, refused, err error) {
	if number, err = id(c, "id"); err != nil {
		return
	}
	command, refused = httpd.Decode(c, &form)
	var faults fault.Form
	if refused != nil && !errors.As(refused, &faults) {
		err = refused
		return
	}
	a, err := s.App.Exams.Sit(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return number, form, in, command, refused, err
	}
	if a.Exam != c.Param("quiz") {
		return number, form, in, command, refused, people.ErrHidden
	}
	return number, form, form.answered(a.Sheet, a.Answers), command, refused, nil
}
