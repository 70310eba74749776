package walkthrough

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	shiftRow = regexp.MustCompile(`id="s(\d+)"`)
	taking   = regexp.MustCompile(`/shifts/\d+/take`)
	closing  = regexp.MustCompile(`/lines/[a-z0-9-]+/shifts/\d+`)
	leaving  = regexp.MustCompile(`/shifts/\d+/leave`)
)

// week adds a row to the week of the line, on the weekday of a day.
func (s *story) week(day time.Time, starts, ends string) error {
	path := "/lines/" + s.line + "/rota"
	page, err := s.visit("Teresa", path)
	if err != nil {
		return err
	}
	f, err := page.Form(path + "#h-new")
	if err != nil {
		return err
	}
	weekday := int(day.In(s.zone).Weekday()+6)%7 + 1
	for name, value := range map[string]string{"weekday": strconv.Itoa(weekday), "starts": starts, "ends": ends, "seats": "2", "from_on": day.In(s.zone).Format(time.DateOnly)} {
		if err := f.Set(name, value); err != nil {
			return err
		}
	}
	if page, err = s.as("Teresa").Send(f); err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("the rota was refused: %d %s", page.Status, page.Text())
	}
	s.say("Teresa puts %s, %s to %s, into the week of the line: the shifts of eight weeks are there", day.In(s.zone).Weekday(), starts, ends)
	return nil
}

// takeShifts takes the first n shifts that somebody may take.
func (s *story) takeShifts(name string, n int) error {
	for range n {
		page, err := s.visit(name, "/shifts")
		if err != nil {
			return err
		}
		action := taking.FindString(page.Body)
		if action == "" {
			return fmt.Errorf("%s may take no shift: %s", name, page.Text())
		}
		if page, err = s.as(name).Fill(page, action); err != nil {
			return err
		}
		if page.Status != http.StatusOK {
			return fmt.Errorf("%s at %s: %d %s", name, action, page.Status, page.Text())
		}
	}
	return nil
}

// shift staffs tomorrow and goes to its beginning.
func (s *story) shift() error {
	now, err := s.now()
	if err != nil {
		return err
	}
	y, m, d := now.In(s.zone).Date()
	start := time.Date(y, m, d+1, 10, 0, 0, 0, s.zone)
	s.shiftOver = start.Add(4 * time.Hour)
	if err := s.week(start, "10:00", "14:00"); err != nil {
		return err
	}
	if err := s.takeShifts(s.me, 2); err != nil {
		return err
	}
	s.say("%s takes two shifts, tomorrow's and next week's", s.me)
	if err := s.takeShifts("Carla", 1); err != nil {
		return err
	}
	s.say("Carla takes the supervisor's part of tomorrow's")
	if err := s.gate("phone", "supervisor_absent"); err != nil {
		return err
	}
	if err := s.until(start, "the shift begins"); err != nil {
		return err
	}
	return s.gate("phone")
}

// shiftEnds goes to the end of the shift, which its supervisor closes with a word
// for the next one.
func (s *story) shiftEnds() error {
	if err := s.until(s.shiftOver, "the shift ends"); err != nil {
		return err
	}
	if err := s.gate("phone", "supervisor_absent"); err != nil {
		return err
	}
	if err := s.closeShifts("Due chiamate tranquille.", 0); err != nil {
		return err
	}
	page, err := s.visit("Carla", "/hours.csv")
	if err != nil {
		return err
	}
	if !strings.Contains(page.Body, "1;240;") && !strings.Contains(page.Body, "1,240,") {
		return fmt.Errorf("the four hours of the shift are in no ledger: %s", page.Body)
	}
	s.say("Carla closes the shift with a word for the next one; its four hours are in her ledger")
	return nil
}

// closeShifts lets Carla close the shifts that wait for it, the oldest first, all but
// the newest keep.
func (s *story) closeShifts(word string, keep int) error {
	page, err := s.visit("Carla", "/shifts")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(page.Body, `id="h-close"`)
	list, _, _ := strings.Cut(rest, "</section>")
	paths := closing.FindAllString(list, -1)
	if len(paths) <= keep {
		return fmt.Errorf("no shift waits to be closed: %s", page.Text())
	}
	for _, path := range slices.Backward(paths[keep:]) {
		if page, err = s.fill("Carla", path, path+"/close", "note", word); err != nil {
			return err
		}
		if !strings.Contains(page.Text(), word) {
			return fmt.Errorf("the shift is closed without its word: %s", page.Text())
		}
	}
	return nil
}

// wayOut is the reason that is written.
const wayOut = "Fine del servizio."

// leave marks the way out of the register.
func (s *story) leave(now time.Time) error {
	path := "/people/" + s.volunteer + "/correct"
	_, err := s.fill("Teresa", path, path+"/leave", "day", now.In(s.zone).Format(time.DateOnly), "reason", wayOut)
	if err != nil {
		return err
	}
	s.say("Teresa marks the way out of the register")
	return nil
}

// comeBack writes the volunteer into the register again: a shift before the cover
// is refused with its date, one after it works.
func (s *story) comeBack() error {
	now, err := s.now()
	if err != nil {
		return err
	}
	y, m, d := now.In(s.zone).Date()
	if err := s.until(time.Date(y, m, d+1, 9, 0, 0, 0, s.zone), "the next morning"); err != nil {
		return err
	}
	today, tomorrow := time.Date(y, m, d+1, 18, 0, 0, 0, s.zone), time.Date(y, m, d+2, 10, 0, 0, 0, s.zone)
	if _, err := s.fill("Teresa", s.file, s.file+"/register", "policy", "RC 2028/7"); err != nil {
		return err
	}
	s.say("Teresa writes %s into the register again; cover begins at 24:00", s.me)
	if err := s.gate("phone", "insurance_not_started", "supervisor_absent"); err != nil {
		return err
	}
	if err := s.week(today, "18:00", "20:00"); err != nil {
		return err
	}
	if err := s.week(tomorrow, "08:00", "12:00"); err != nil {
		return err
	}
	page, err := s.visit(s.me, "/shifts")
	if err != nil {
		return err
	}
	tonight := shiftRow.FindStringSubmatch(page.Body)
	if tonight == nil {
		return fmt.Errorf("there is no shift tonight: %s", page.Text())
	}
	if page, err = s.as(s.me).Post("/shifts/"+tonight[1]+"/take", url.Values{"part": {"volunteer"}, "form_key": {"prima-della-copertura-" + tonight[1]}}); err != nil {
		return err
	}
	date := strconv.Itoa(today.Day())
	if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), date) || !strings.Contains(page.Text(), strconv.Itoa(today.Year())) {
		return fmt.Errorf("a shift before the cover: %d %s", page.Status, page.Text())
	}
	s.say("refused: tonight's shift is before the insurance begins, and the page tells when it does")
	if err := s.takeShifts(s.me, 1); err != nil {
		return err
	}
	s.say("%s takes tomorrow's", s.me)
	// Carla leads tonight's and tomorrow's.
	if err := s.takeShifts("Carla", 2); err != nil {
		return err
	}
	if err := s.until(tomorrow, "cover and shift have begun"); err != nil {
		return err
	}
	return s.gate("phone")
}

// staffTheLine writes the week of a demonstration's line, day and night, five
// days before the present; Carla leads the shifts until a week after it, so
// that whoever is certified can answer then.
func (s *story) staffTheLine() error {
	now, err := s.now()
	if err != nil {
		return err
	}
	for day := range 7 {
		for _, hours := range [][2]string{{"10:00", "15:00"}, {"15:00", "20:00"}, {"20:00", "10:00"}} {
			if err := s.week(now.AddDate(0, 0, day), hours[0], hours[1]); err != nil {
				return err
			}
		}
	}
	if err := s.takeShifts("Adele", 1); err != nil {
		return err
	}
	return s.takeShifts("Carla", 13*3)
}
