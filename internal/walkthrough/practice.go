package walkthrough

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// emergency lets the volunteer answer for an hour without a supervisor. It ends
// by itself.
func (s *story) emergency() error {
	path := "/lines/" + s.line + "/emergency"
	page, err := s.visit("Carla", path)
	if err != nil {
		return err
	}
	told := regexp.MustCompile(`<option value="(\d+)"[^>]*>Teresa`).FindStringSubmatch(page.Body)
	if told == nil {
		return fmt.Errorf("nobody else can be told of an emergency: %s", page.Text())
	}
	values := []string{"number", s.volunteer, "motive", "nobody_else", "words", "Chi guida il turno sta male.", "hours", "1"}
	if page, err = s.as("Carla").Fill(page, path, values...); err != nil {
		return err
	}
	if page.Status != http.StatusUnprocessableEntity {
		return fmt.Errorf("an emergency that nobody else is told of: %d %s", page.Status, page.Text())
	}
	s.say("refused: an emergency that no second person is told of")
	if _, err := s.fill("Carla", path, path, append(values, "informed", told[1])...); err != nil {
		return err
	}
	s.say("Carla lets %s answer for an hour in an emergency; Teresa is told", s.me)
	if err := s.gate("phone"); err != nil {
		return err
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.until(now.Add(time.Hour), "the emergency ends by itself"); err != nil {
		return err
	}
	return s.gate("phone", "supervisor_absent")
}

// wall is an instant as a form's field of date and time takes it.
func (s *story) wall(t time.Time) string { return t.In(s.zone).Format("2006-01-02T15:04") }

// listen signs that somebody listened to a contact now.
func (s *story) listen(name string) error {
	now, err := s.now()
	if err != nil {
		return err
	}
	level := s.certificate + "/level"
	if _, err := s.fill(name, level, level+"/observe", "channel", "phone", "at", s.wall(now), "verdict", "good", "note", "Calma e chiara."); err != nil {
		return err
	}
	s.say("%s listens to a contact of %s and signs that it went well", name, s.me)
	return nil
}

// raise signs contacts that two people listened to, on two days; then a third
// decides that the next level is reached.
func (s *story) raise() error {
	if err := s.listen("Carla"); err != nil {
		return err
	}
	level := s.certificate + "/level"
	page, err := s.visit("Teresa", level)
	if err != nil {
		return err
	}
	if _, err := page.Form(level + "/raise"); err == nil {
		return fmt.Errorf("one day of contacts is enough for a level")
	}
	s.say("refused: one day of contacts that somebody listened to is too few")
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.until(now.Add(24*time.Hour), "the next day"); err != nil {
		return err
	}
	if err := s.listen("Bruno"); err != nil {
		return err
	}
	if err := s.gate("phone", "supervisor_absent"); err != nil {
		return err
	}
	if _, err := s.fill("Teresa", level, level+"/raise", "words", "Brava."); err != nil {
		return err
	}
	s.say("Teresa decides that the next level is reached")
	return s.gateAlone()
}

// gateAlone asks for a yes without a supervisor.
func (s *story) gateAlone() error {
	body, err := s.ask("phone")
	if err != nil {
		return err
	}
	s.say("gate: %s", strings.TrimSpace(body))
	if !strings.HasPrefix(body, "enabled ") || !strings.Contains(body, " level=autonomous") {
		return fmt.Errorf("the gate says %q, expected a yes at level autonomous", strings.TrimSpace(body))
	}
	return nil
}

// change publishes a fund that changed: read and confirm by a day, or no contact
// after it.
func (s *story) change() error {
	if s.Publish == nil {
		s.say("left out: packs are published on the command line of the installation, not over the network")
		return nil
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	y, m, d := now.In(s.zone).Date()
	if err := s.Publish(time.Date(y, m, d+3, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)); err != nil {
		return err
	}
	s.say("a fund changes: the pack is published, to be read and confirmed within three days")
	home, err := s.visit(s.me, "/")
	if err != nil {
		return err
	}
	due := home.Links("/changes/")
	if len(due) != 1 {
		return fmt.Errorf("%s sees %d changes to confirm, expected 1: %s", s.me, len(due), home.Text())
	}
	if err := s.gateAlone(); err != nil {
		return err
	}
	if err := s.until(time.Date(y, m, d+4, 0, 0, 0, 0, s.zone), "24:00 of the last day to confirm"); err != nil {
		return err
	}
	if err := s.gate("phone", "content_overdue"); err != nil {
		return err
	}
	if _, err := s.fill(s.me, due[0], due[0]+"/confirm"); err != nil {
		return err
	}
	s.say("%s reads what changed and confirms", s.me)
	return s.gateAlone()
}

// lapse lets sixty days go by without a contact: the level is not trusted any
// more until a contact with a supervisor mends it.
func (s *story) lapse() error {
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.until(now.AddDate(0, 0, 62), "two months without a contact"); err != nil {
		return err
	}
	if err := s.gate("phone", "supervisor_absent"); err != nil {
		return err
	}
	if now, err = s.now(); err != nil {
		return err
	}
	contacts := "/lines/" + s.line + "/contacts"
	if _, err := s.fill("Carla", contacts, contacts, "number", s.volunteer, "channel", "phone", "at", s.wall(now), "minutes", "12"); err != nil {
		return err
	}
	s.say("Carla notes a contact that %s took beside her", s.me)
	return s.gateAlone()
}
