package walkthrough

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// waiting is the path of the one proposal that waits for a signature.
func (s *story) waiting() (string, error) {
	proposals, err := s.visit("Teresa", "/signing")
	if err != nil {
		return "", err
	}
	paths := proposals.Links("/signing/")
	if len(paths) != 1 {
		return "", fmt.Errorf("%d proposals wait for a signature, expected 1: %s", len(paths), proposals.Text())
	}
	return paths[0], nil
}

// sign lets the only evaluator try first; then a second person signs.
func (s *story) sign() error {
	proposal, err := s.waiting()
	if err != nil {
		return err
	}
	own, err := s.visit("Bruno", proposal)
	if err != nil {
		return err
	}
	if f, err := own.Form(proposal); err == nil {
		page, err := s.as("Bruno").Send(f)
		if err != nil {
			return err
		}
		if page.Status == http.StatusOK {
			return fmt.Errorf("the only evaluator signed")
		}
	}
	s.say("refused: Bruno judged alone, he cannot sign as well")
	page, err := s.fill("Teresa", proposal, proposal)
	if err != nil {
		return err
	}
	s.say("Teresa looks at the evidence and signs")
	if s.signed, err = s.now(); err != nil {
		return err
	}
	if err := s.gate("phone", "line_not_active", "supervisor_absent"); err != nil {
		return err
	}
	person, err := s.visit("Teresa", "/people/"+s.volunteer)
	if err != nil {
		return err
	}
	links := person.Links("/certificates/")
	if len(links) == 0 {
		return fmt.Errorf("the person page shows no certificate: %s", page.Text())
	}
	s.certificate = regexp.MustCompile(`/certificates/\d+`).FindString(links[0])
	return s.verify("the certificate is public by its number")
}

// verify opens the public page of the certificate as a stranger.
func (s *story) verify(why string) error {
	paper, err := s.visit("Teresa", s.certificate)
	if err != nil {
		return err
	}
	number := regexp.MustCompile(`/verify/[a-z0-9-]+`).FindString(paper.Body)
	if number == "" {
		return fmt.Errorf("the certificate shows no public number: %s", paper.Text())
	}
	page, err := s.as("a stranger").Open(number)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("%s answers %d", number, page.Status)
	}
	text := []rune(strings.TrimPrefix(page.Text(), page.Heading()))
	s.say("%s: %s…", why, strings.TrimSpace(string(text[:min(len(text), 90)])))
	return nil
}

func (s *story) open() error {
	line, err := s.visit("Teresa", "/lines/"+s.line)
	if err != nil {
		return err
	}
	if _, err := s.as("Teresa").Fill(line, "/lines/"+s.line+"/open"); err != nil {
		return err
	}
	s.say("Teresa opens the line")
	if err := s.gate("phone", "supervisor_absent"); err != nil {
		return err
	}
	return s.gate("chat", "channel_not_certified")
}

// decide sends the form of decisions on the person page.
func (s *story) decide(decision, words string) error {
	values := []string{"decision", decision, "words", words}
	if decision != "restore" {
		now, err := s.now()
		if err != nil {
			return err
		}
		values = append(values, "motive", "conduct", "appeal_by", now.AddDate(0, 0, 15).In(s.zone).Format(time.DateOnly))
	}
	_, err := s.fill("Teresa", "/people/"+s.volunteer, s.certificate+"/decision", values...)
	return err
}

func (s *story) suspend() error {
	if err := s.decide("suspend", "Una segnalazione da chiarire con un colloquio."); err != nil {
		return err
	}
	s.say("Teresa suspends, with a reason and a date for the appeal")
	if err := s.gate("phone", "certificate_suspended"); err != nil {
		return err
	}
	if err := s.verify("the public page"); err != nil {
		return err
	}
	if err := s.decide("restore", "Il colloquio ha chiarito."); err != nil {
		return err
	}
	s.say("after the appeal Teresa restores")
	if err := s.gate("phone"); err != nil {
		return err
	}
	own, err := s.visit(s.me, "/shifts")
	if err != nil {
		return err
	}
	if len(leaving.FindAllString(own.Body, -1)) != 0 {
		return fmt.Errorf("the shifts came back with the certificate: %s", own.Text())
	}
	s.say("the shifts to come were freed, and stay free")
	return nil
}

// renew lets the certificate expire and plays the refresher in a new cohort.
func (s *story) renew() error {
	days := s.Pack.Programme.ValidDays
	if err := s.until(s.signed.AddDate(0, 0, days+1), fmt.Sprintf("%d days after the signature, and one", days)); err != nil {
		return err
	}
	if err := s.gateExpired(); err != nil {
		return err
	}
	if err := s.verify("the public page"); err != nil {
		return err
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.leave(now); err != nil {
		return err
	}
	first := now.In(s.zone).AddDate(0, 0, 3)
	if err := s.addCohort("Richiamo", first); err != nil {
		return err
	}
	if _, err := s.fill("Ada", "/staff", "/staff", "given_name", "Bruno", "family_name", "Neri", "email", s.as("Bruno").email, "role", "evaluator", "scope", "cohort:2"); err != nil {
		return err
	}
	s.say("Ada makes Bruno an evaluator of the refresher")
	page, err := s.visit("Teresa", "/people/"+s.volunteer)
	if err != nil {
		return err
	}
	f, err := page.Form("/people/" + s.volunteer + "/enrol")
	if err != nil {
		return err
	}
	cohorts := f.Options("cohort")
	if err := f.Set("cohort", cohorts[len(cohorts)-1]); err != nil {
		return err
	}
	if page, err = s.as("Teresa").Send(f); err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("enrolling again was refused: %d %s", page.Status, page.Text())
	}
	s.say("Teresa enrols %s in the refresher", s.me)
	if err := s.readModules(); err != nil {
		return err
	}
	all, err := s.meetings("Bruno")
	if err != nil {
		return err
	}
	assessed := 0
	for _, m := range all { // in the order of the clock
		switch {
		case strings.Contains(strings.ToLower(m.title), "chiamat"):
			if assessed == len(s.callScripts()) {
				continue
			}
			if err := s.assess(m, assessed); err != nil {
				return err
			}
			assessed++
		case !strings.Contains(strings.ToLower(m.title), "recupero"):
			if err := s.attend(m, true); err != nil {
				return err
			}
		}
	}
	if err := s.takeQuiz(right); err != nil {
		return err
	}
	if assessed < len(s.callScripts()) {
		return fmt.Errorf("%d calls were assessed, expected %d", assessed, len(s.callScripts()))
	}
	if err := s.lists(); err != nil {
		return err
	}
	proposal, err := s.waiting()
	if err != nil {
		return err
	}
	if _, err := s.fill("Teresa", proposal, proposal); err != nil {
		return err
	}
	s.say("Teresa signs the new certificate; the old one stays as it was")
	return s.comeBack()
}

// gateExpired accepts the yearly check of the home station beside the expiry:
// both end after as many days.
func (s *story) gateExpired() error {
	body, err := s.ask("phone")
	if err != nil {
		return err
	}
	s.say("gate: %s", strings.TrimSpace(body))
	if !strings.HasPrefix(body, "disabled ") || !strings.Contains(body, "certificate_expired") {
		return fmt.Errorf("after its end the certificate still counts: %s", body)
	}
	return nil
}
