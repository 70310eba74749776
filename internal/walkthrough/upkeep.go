package walkthrough

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
)

// asks is the programme as the track that is played sees it.
func (s *story) asks() content.Programme { return s.Pack.Programme.On(s.track) }

// planCalls makes an evening of assessed calls two days ahead, whatever script is
// played, and returns its turns.
func (s *story) planCalls(title string) ([]meeting, error) {
	now, err := s.now()
	if err != nil {
		return nil, err
	}
	day := now.In(s.zone).AddDate(0, 0, 2)
	path := "/cohorts/1/sessions"
	f, err := s.form("Teresa", path, path)
	if err != nil {
		return nil, err
	}
	for _, field := range [][2]string{
		{"title", title},
		{"kind", "roleplay"},
		{"weekdays", fmt.Sprint((int(day.Weekday())+6)%7 + 1)},
		{"at", "18:00"},
		{"minutes", "60"},
		{"first_on", day.Format(time.DateOnly)},
		{"count", "1"},
		{"seats", "2"},
		{"slot", "30"},
		{"script", s.callScripts()[0]},
		{"join_url", "https://stanza.example.org/richiamo"},
	} {
		if err := f.Set(field[0], field[1]); err != nil {
			return nil, err
		}
	}
	trainers := f.Options("trainer")
	if err := f.Set("trainer", trainers[len(trainers)-1]); err != nil {
		return nil, err
	}
	page, err := s.as("Teresa").Send(f)
	if err != nil {
		return nil, err
	}
	if page.Status != http.StatusOK {
		return nil, fmt.Errorf("planning calls was refused: %d %s", page.Status, page.Text())
	}
	if err := s.until(now.Add(time.Minute), "the turns are made"); err != nil {
		return nil, err
	}
	all, err := s.meetings("Bruno")
	if err != nil {
		return nil, err
	}
	var calls []meeting
	for _, m := range all {
		if m.start.In(s.zone).Format(time.DateOnly) == day.Format(time.DateOnly) {
			calls = append(calls, m)
		}
	}
	if len(calls) == 0 {
		return nil, fmt.Errorf("no turn was made for %s", day.Format(time.DateOnly))
	}
	return calls, nil
}

// halfWay lets the deadline of the check pass: the gate shuts, the check opens it.
func (s *story) halfWay() error {
	s.track = cert.MidTerm
	defer func() { s.track = cert.Full }()
	rule := s.Pack.Programme.MidCheck
	if err := s.until(s.signed.AddDate(0, 0, rule.AfterDays+1), fmt.Sprintf("%d days after the signature", rule.AfterDays)); err != nil {
		return err
	}
	home, err := s.visit(s.me, "/quizzes")
	if err != nil {
		return err
	}
	if len(home.Links("/quizzes/"+s.exam())) == 0 {
		return fmt.Errorf("the check half way did not open: %s", home.Text())
	}
	s.say("the check half way has opened by itself")
	if err := s.until(s.signed.AddDate(0, 0, rule.AfterDays+rule.WithinDays+1), "its time is over"); err != nil {
		return err
	}
	if err := s.overdue(true); err != nil {
		return err
	}
	if err := s.takeQuiz(right); err != nil {
		return err
	}
	if err := s.markOpen("Bruno"); err != nil {
		return err
	}
	calls, err := s.planCalls("Richiamo di metà percorso")
	if err != nil {
		return err
	}
	if err := s.assessLater(calls, 0); err != nil {
		return err
	}
	return s.overdue(false)
}

// markOpen marks the written answers that wait for a person, as good as can be: a
// paper may have drawn one.
func (s *story) markOpen(name string) error {
	queue, err := s.visit(name, "/marking")
	if err != nil {
		return err
	}
	for _, path := range queue.Links("/marking/") {
		f, err := s.form(name, path, path)
		if err != nil {
			return err
		}
		for _, field := range f.Names() {
			if strings.HasPrefix(field, "level.") {
				if err := f.Set(field, "3"); err != nil {
					return err
				}
			}
		}
		page, err := s.as(name).Send(f)
		if err != nil {
			return err
		}
		if page.Status != http.StatusOK {
			return fmt.Errorf("the marks of %s were refused: %d %s", path, page.Status, page.Text())
		}
		s.say("%s marks a written answer", name)
	}
	return nil
}

// overdue asks whether the gate says that something is owed.
func (s *story) overdue(want bool) error {
	body, err := s.ask("phone")
	if err != nil {
		return err
	}
	s.say("gate: %s", strings.TrimSpace(body))
	if strings.Contains(body, "content_overdue") != want {
		return fmt.Errorf("whether the check is owed: %s, want %v", body, want)
	}
	return nil
}

// renewShort renews before the end by the shorter path.
func (s *story) renewShort() error {
	s.track = cert.Renewal
	defer func() { s.track = cert.Full }()
	p := s.Pack.Programme
	if err := s.until(s.signed.AddDate(0, 0, p.ValidDays-p.Window.BeforeDays+2), fmt.Sprintf("less than %d days before the end", p.Window.BeforeDays)); err != nil {
		return err
	}
	modules := 0
	for _, r := range s.asks().Requirements {
		if r.Kind == content.ReqModules {
			modules += len(r.Content[0].Of)
		}
	}
	if err := s.readSome(modules); err != nil {
		return err
	}
	s.say("the renewal has opened by itself; %s reads %d modules of %d again", s.me, modules, len(s.Pack.Modules))
	if err := s.takeQuiz(right); err != nil {
		return err
	}
	if err := s.markOpen("Bruno"); err != nil {
		return err
	}
	calls, err := s.planCalls("Rinnovi")
	if err != nil {
		return err
	}
	if err := s.assessLater(calls, 0); err != nil {
		return err
	}
	if err := s.ownLists(); err != nil {
		return err
	}
	proposal, err := s.waiting()
	if err != nil {
		return err
	}
	if _, err := s.fill("Teresa", proposal, proposal); err != nil {
		return err
	}
	if s.signed, err = s.now(); err != nil {
		return err
	}
	s.say("Teresa signs the renewal; nothing in between was lost")
	s.certificate = regexp.MustCompile(`/signing/(\d+)`).ReplaceAllString(proposal, "/certificates/$1")
	return s.verify("the renewed one is public by its number")
}
