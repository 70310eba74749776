package walkthrough

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"abilita/internal/robot"
)

// meeting is a session as its room shows it.
type meeting struct {
	path  string // /sessions/ID
	start time.Time
	title string
}

// meetings reads the sessions to come that somebody of the staff may see, the
// earliest first.
func (s *story) meetings(name string) ([]meeting, error) {
	page, err := s.visit(name, "/sessions")
	if err != nil {
		return nil, err
	}
	now, err := s.now()
	if err != nil {
		return nil, err
	}
	room := regexp.MustCompile(`^/sessions/\d+$`)
	var list []meeting
	for _, path := range page.Links("/sessions/") {
		if !room.MatchString(path) {
			continue
		}
		page, err := s.visit(name, path)
		if err != nil {
			return nil, err
		}
		f, err := page.Form(path + "/move")
		if err != nil {
			continue // over or cancelled
		}
		start, err := time.ParseInLocation("2006-01-02 15:04", f.Values.Get("date")+" "+f.Values.Get("at"), s.zone)
		if err != nil {
			return nil, fmt.Errorf("the room %s says %v: %w", path, f.Values, err)
		}
		if start.After(now) {
			list = append(list, meeting{path: path, start: start, title: page.Heading()})
		}
	}
	slices.SortFunc(list, func(a, b meeting) int { return a.start.Compare(b.start) })
	return list, nil
}

// qualify plays everything between the modules and the proposal, in the order of
// the clock: evenings and lab, two quizzes that must fail, two assessed calls,
// the quiz that passes, and the lists.
func (s *story) qualify() error {
	all, err := s.meetings("Bruno")
	if err != nil {
		return err
	}
	var gatherings, calls []meeting
	for _, m := range all {
		switch {
		case strings.Contains(strings.ToLower(m.title), "chiamat"):
			calls = append(calls, m)
		case !strings.Contains(strings.ToLower(m.title), "recupero"):
			gatherings = append(gatherings, m)
		}
	}
	if len(gatherings) != 5 || len(calls) < 2 {
		return fmt.Errorf("planned are %d evenings and labs and %d turns of calls, expected 5 and several", len(gatherings), len(calls))
	}
	s.say("planned by the programme: %d evenings and labs, %d turns for assessed calls", len(gatherings), len(calls))
	for i, m := range gatherings {
		if err := s.attend(m, i < 4); err != nil {
			return err
		}
	}
	if err := s.takeQuiz(allWrong); err != nil {
		return err
	}
	if err := s.quizShut("the wait after a first attempt is 24 hours"); err != nil {
		return err
	}
	day := func(m meeting) string { return m.start.Format(time.DateOnly) }
	if err := s.assess(calls[0], 0); err != nil {
		return err
	}
	if err := s.until(calls[0].start.Add(25*time.Hour), "the wait is over"); err != nil {
		return err
	}
	if err := s.takeQuiz(criticalWrong); err != nil {
		return err
	}
	second := slices.IndexFunc(calls, func(m meeting) bool { return day(m) != day(calls[0]) })
	if second < 0 {
		return fmt.Errorf("no second day of assessed calls")
	}
	if err := s.assessLater(calls[second:], 1); err != nil {
		return err
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.until(now.Add(73*time.Hour), "the wait after a second attempt is over"); err != nil {
		return err
	}
	if err := s.takeQuiz(right); err != nil {
		return err
	}
	return s.lists()
}

// assessLater takes the first turn that is still to come.
func (s *story) assessLater(calls []meeting, which int) error {
	now, err := s.now()
	if err != nil {
		return err
	}
	for _, m := range calls {
		if m.start.After(now) {
			return s.assess(m, which)
		}
	}
	return fmt.Errorf("every turn of assessed calls is over")
}

// book takes a seat.
func (s *story) book(m meeting) error {
	_, err := s.fill(s.me, "/sessions", m.path+"/book")
	return err
}

// attend books, comes at the hour and is written into the register.
func (s *story) attend(m meeting, present bool) error {
	if err := s.book(m); err != nil {
		return err
	}
	if err := s.until(m.start.Add(-11*time.Minute), m.title); err != nil {
		return err
	}
	page, err := s.visit(s.me, "/sessions")
	if err != nil {
		return err
	}
	if strings.Contains(page.Body, "stanza.example.org") {
		return fmt.Errorf("the way into %s shows before its window", m.title)
	}
	if err := s.until(m.start.Add(-9*time.Minute), "ten minutes before, the room opens"); err != nil {
		return err
	}
	if page, err = s.visit(s.me, "/sessions"); err != nil {
		return err
	}
	if !strings.Contains(page.Body, "stanza.example.org") {
		return fmt.Errorf("the way into %s does not show in its window", m.title)
	}
	if err := s.until(m.start.Add(time.Minute), "it begins"); err != nil {
		return err
	}
	if err := s.close("Bruno", m, present); err != nil {
		return err
	}
	s.say("Bruno closes the register of %q: %s is %s", m.title, s.me, map[bool]string{true: "present", false: "absent"}[present])
	return nil
}

// closeRegister says of everybody who booked that they were there.
func (s *story) closeRegister(name string, m meeting) error { return s.close(name, m, true) }

func (s *story) close(name string, m meeting, present bool) error {
	f, err := s.form(name, m.path, m.path+"/register")
	if err != nil {
		return err
	}
	outcome := "present"
	if !present {
		outcome = "absent"
	}
	for _, field := range f.Names() {
		if strings.HasPrefix(field, "outcome") {
			if err := f.Set(field, outcome); err != nil {
				return err
			}
		}
	}
	answer, err := s.as(name).Send(f)
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		return fmt.Errorf("the register of %s was refused: %d %s", m.title, answer.Status, answer.Text())
	}
	return nil
}

// takeQuiz sits one attempt and checks its verdict.
func (s *story) takeQuiz(h how) error {
	exam := s.exam()
	page, err := s.fill(s.me, "/quizzes/"+exam, "/quizzes/"+exam+"/start")
	if err != nil {
		return err
	}
	var bank solver
	for _, x := range s.Pack.Exams {
		if x.File.ID == exam {
			bank.items = x.Items.Items
		}
	}
	for _, it := range bank.items {
		if it.Explanation != "" && strings.Contains(page.Body, it.Explanation) {
			return fmt.Errorf("the paper shows the explanation of %s before it is handed in", it.ID)
		}
	}
	attempt := page.URL.Path
	f, err := page.Form(attempt)
	if err != nil {
		return err
	}
	if err := bank.fill(f, h); err != nil {
		return err
	}
	review, err := s.as(s.me).Click(f, "do", "review")
	if err != nil {
		return err
	}
	if f, err = review.Form(attempt); err != nil {
		return err
	}
	result, err := s.as(s.me).Click(f, "do", "submit")
	if err != nil {
		return err
	}
	if result.Status != http.StatusOK || !strings.HasSuffix(result.URL.Path, "/result") {
		return fmt.Errorf("the paper was not accepted: %d %s", result.Status, result.Text())
	}
	home, err := s.visit(s.me, "/quizzes")
	if err != nil {
		return err
	}
	passed := strings.Contains(home.Body, "#s-ok") && !strings.Contains(home.Body, "#s-crit") && !strings.Contains(home.Body, "#s-stop")
	switch {
	case h == right && !passed:
		return fmt.Errorf("a paper with everything right did not pass: %s", result.Text())
	case h != right && passed:
		return fmt.Errorf("a paper that must fail passed: %s", result.Text())
	}
	s.say("%s hands a paper in, %s", s.me, map[how]string{
		right: "everything right: passed", allWrong: "everything wrong: refused, not passed", criticalWrong: "all right but one critical item: refused, not passed",
	}[h])
	return nil
}

func (s *story) quizShut(why string) error {
	page, err := s.visit(s.me, "/quizzes/"+s.exam())
	if err != nil {
		return err
	}
	if _, err := page.Form("/quizzes/" + s.exam() + "/start"); err == nil {
		return fmt.Errorf("another attempt is open at once")
	}
	s.say("refused: %s", why)
	return nil
}

// callScripts are what the programme asks to be assessed, requirement by
// requirement: of each the first that counts.
func (s *story) callScripts() []string {
	var list []string
	for _, r := range s.asks().Requirements {
		if r.Kind == "roleplay" {
			list = append(list, r.Content[0].Of[0])
		}
	}
	return list
}

// assess books a turn; the volunteer may not judge it, Bruno does.
func (s *story) assess(m meeting, which int) error {
	if err := s.book(m); err != nil {
		return err
	}
	if err := s.until(m.start.Add(10*time.Minute), "the assessed call"); err != nil {
		return err
	}
	if which == 0 && s.certificate == "" {
		if err := s.selfEvaluation(s.assessPath(m)); err != nil {
			return err
		}
	}
	if err := s.judgeCall("Bruno", m, which); err != nil {
		return err
	}
	s.say("Bruno plays %q, judges by the rubric and signs", s.callScripts()[which])
	return nil
}

// assessPath is the evaluator's page of the volunteer in a turn.
func (s *story) assessPath(m meeting) string {
	return "/assess/" + strings.TrimPrefix(m.path, "/sessions/") + "/" + s.volunteer
}

// judgeCall fills in and sends the evaluator's page.
func (s *story) judgeCall(evaluator string, m meeting, which int) error {
	f, err := s.assessForm(evaluator, s.assessPath(m), s.callScripts()[which])
	if err != nil {
		return err
	}
	if err := s.judge(f); err != nil {
		return err
	}
	page, err := s.as(evaluator).Send(f)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("the assessment was refused: %d %s", page.Status, page.Text())
	}
	return nil
}

// assessForm opens the evaluator's page of one script.
func (s *story) assessForm(name, path, script string) (*robot.Form, error) {
	page, err := s.visit(name, path)
	if err != nil {
		return nil, err
	}
	f, err := page.Form("/assess/")
	if err == nil && slices.Contains(f.Names(), "script") {
		err = f.Set("script", script)
	}
	return f, err
}

// judge gives the best level everywhere and says that every statement was heard.
func (s *story) judge(f *robot.Form) error {
	for _, name := range f.Names() {
		options := f.Options(name)
		switch {
		case strings.HasPrefix(name, "level."):
			best := slices.MaxFunc(options, func(a, b string) int { return number(a) - number(b) })
			if err := f.Set(name, best); err != nil {
				return err
			}
		case strings.HasPrefix(name, "said."):
			if err := f.Set(name, "said"); err != nil {
				return err
			}
		}
	}
	return nil
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// selfEvaluation makes the volunteer an evaluator for a moment: their own call
// stays out of reach.
func (s *story) selfEvaluation(path string) error {
	if _, err := s.fill("Ada", "/staff", "/staff", "given_name", s.me, "family_name", s.family, "email", s.as(s.me).email, "role", "evaluator", "scope", "cohort:1"); err != nil {
		return err
	}
	own, err := s.as(s.me).Open(path)
	if err != nil {
		return err
	}
	if f, err := own.Form("/assess/"); err == nil && own.Status == http.StatusOK {
		if err := s.judge(f); err != nil {
			return err
		}
		page, err := s.as(s.me).Send(f)
		if err != nil {
			return err
		}
		if page.Status == http.StatusOK {
			return fmt.Errorf("%s judged an own call", s.me)
		}
	}
	s.say("refused: %s, made an evaluator for a moment, cannot judge an own call", s.me)
	staff, err := s.visit("Ada", "/staff")
	if err != nil {
		return err
	}
	ends := regexp.MustCompile(`/staff/\d+/end`).FindAllString(staff.Body, -1)
	for _, end := range ends {
		if row := before(staff.Body, end); strings.Contains(row, s.as(s.me).email) {
			if _, err := s.fill("Ada", "/staff", end); err != nil {
				return err
			}
			return nil
		}
	}
	return fmt.Errorf("the role of %s cannot be found to end it", s.me)
}

// before is the list entry that an address stands in.
func before(body, address string) string {
	at := strings.Index(body, address)
	from := strings.LastIndex(body[:at], "<li>")
	return body[max(from, 0):at]
}

// lists are the observed tasks, the home station and the pledge.
func (s *story) lists() error {
	if err := s.observeAll("Bruno"); err != nil {
		return err
	}
	s.say("Bruno watches the nine tasks in the software: 9 of 9")
	if err := s.ownLists(); err != nil {
		return err
	}
	s.say("%s fills in and signs the home station and the pledge", s.me)
	return nil
}

// observeAll signs every observed list that is not signed yet.
func (s *story) observeAll(name string) error {
	page, err := s.visit(name, "/observe")
	if err != nil {
		return err
	}
	observed := page.Links("/observe/")
	if len(observed) == 0 {
		return fmt.Errorf("nobody is there to be observed: %s", page.Text())
	}
	for _, path := range observed {
		page, err := s.visit(name, path)
		if err != nil {
			return err
		}
		if _, err := page.Form(path); err != nil {
			continue // signed already, for an earlier cohort
		}
		if err := s.tickAll(name, path); err != nil {
			return err
		}
	}
	return nil
}

// ownLists are those that the volunteer fills in and signs.
func (s *story) ownLists() error {
	for _, r := range s.asks().Requirements {
		if r.Kind == "station" || r.Kind == "pledge" {
			if err := s.tickAll(s.me, "/checklists/"+r.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *story) tickAll(name, path string) error {
	f, err := s.form(name, path, path)
	if err != nil {
		return err
	}
	if err := f.Set("item", f.Options("item")...); err != nil {
		return err
	}
	if err := f.Set("signed", "yes"); err != nil {
		return err
	}
	page, err := s.as(name).Send(f)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("the list %s was refused: %d %s", path, page.Status, page.Text())
	}
	return nil
}
