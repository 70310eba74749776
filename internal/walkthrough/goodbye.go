package walkthrough

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/course/gate"
	"abilita/course/proof"
)

// goodbye is the end: a copy of the data, the way out, the erasure; and what
// stays of the person.
func (s *story) goodbye() error {
	yes, err := s.now()
	if err != nil {
		return err
	}
	if err := s.copyOfData(); err != nil {
		return err
	}
	if err := s.leave(yes); err != nil {
		return err
	}
	y, m, d := yes.In(s.zone).Date()
	if err := s.until(time.Date(y, m, d+1, 9, 0, 0, 0, s.zone), "the morning after the last day"); err != nil {
		return err
	}
	if err := s.gate("phone", "not_in_register", "supervisor_absent"); err != nil {
		return err
	}
	if err := s.erase(); err != nil {
		return err
	}
	if err := s.verify("the public page"); err != nil {
		return err
	}
	if err := s.pastYes(yes); err != nil {
		return err
	}
	return s.nowhere("Teresa", "Ada", "Carla", "Bruno")
}

// copyOfData asks for the copy and looks for name and evidence in it.
func (s *story) copyOfData() error {
	page, err := s.fill(s.me, "/account", "/account/copy")
	if err != nil {
		return err
	}
	z, err := zip.NewReader(strings.NewReader(page.Body), int64(len(page.Body)))
	if err != nil {
		return fmt.Errorf("the copy of the data: %w", err)
	}
	read := func(name string) ([]byte, error) {
		f, err := z.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		return io.ReadAll(f)
	}
	sheet, err := read("data.html")
	if err != nil {
		return err
	}
	raw, err := read("data.json")
	if err != nil {
		return err
	}
	var data struct {
		Tables []struct {
			Table string
			Rows  []json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		return fmt.Errorf("the copy of the data: %w", err)
	}
	pieces := 0
	for _, t := range data.Tables {
		if t.Table == "evidence" {
			pieces = len(t.Rows)
		}
	}
	if !strings.Contains(string(sheet), s.family) || !strings.Contains(string(raw), s.family) || pieces == 0 {
		return fmt.Errorf("the copy holds %d pieces of evidence, or not the name", pieces)
	}
	s.say("%s asks for a copy of the data: a ZIP with the name and %d pieces of evidence", s.me, pieces)
	return nil
}

// erase goes the two steps.
func (s *story) erase() error {
	path := "/people/" + s.volunteer + "/erase"
	page, err := s.fill("Teresa", path, path, "reason", "request")
	if err != nil {
		return err
	}
	s.say("first step: %s asked for it", s.me)
	if page, err = s.as("Teresa").Fill(page, path, "number", s.volunteer); err != nil {
		return err
	}
	if page.Status != http.StatusOK || page.URL.Path != "/people/"+s.volunteer {
		return fmt.Errorf("the erasure was refused: %d %s", page.Status, page.Text())
	}
	s.say("second step: the number is typed once more, and the name is gone")
	own, err := s.as(s.me).Open("/account")
	if err != nil {
		return err
	}
	if own.URL.Path != "/sign-in" {
		return fmt.Errorf("who was erased is still signed in at %s", own.URL)
	}
	if strings.Count(page.Text(), wayOut) != 2 {
		return fmt.Errorf("the ways out of the register are gone: %s", page.Text())
	}
	s.say("the page of number %s names nobody and still tells both ways out of the register", s.volunteer)
	return nil
}

// pastYes asks about an instant at which the answer was yes, and judges the
// signed proof of it as a stranger would.
func (s *story) pastYes(at time.Time) error {
	q := url.Values{"line": {s.line}, "channel": {"phone"}, "agent": {s.volunteer}, "at": {at.UTC().Format(time.RFC3339Nano)}}
	page, err := s.visit("Teresa", "/proof?"+q.Encode())
	if err != nil {
		return err
	}
	file, err := s.visit("Teresa", "/proof/file?"+q.Encode())
	if err != nil {
		return err
	}
	v := proof.Verify([]byte(file.Body), "")
	switch {
	case !v.Holds():
		return fmt.Errorf("the signed proof does not hold: %+v", v.Checks)
	case !v.Proof.Answer.Granted:
		return fmt.Errorf("the past yes became a no: %s", page.Text())
	case !slices.ContainsFunc(v.Proof.Facts, func(f proof.Fact) bool { return f.Kind == gate.Register }):
		return fmt.Errorf("the register is not in the proof")
	case s.names(page.Body) || s.names(file.Body):
		return fmt.Errorf("the proof names who was erased")
	}
	s.say("the proof of %s still says yes, without a name, and its signed file passes %d checks", at.In(s.zone).Format("2 Jan 2006, 15:04"), len(v.Checks))
	return nil
}

func (s *story) names(body string) bool {
	body = strings.ToLower(body)
	return strings.Contains(body, strings.ToLower(s.me)) || strings.Contains(body, strings.ToLower(s.family))
}

// sameAgain are parts of addresses that differ from page to page without leading
// anywhere else.
var sameAgain = regexp.MustCompile(`[?#].*$`)

// nowhere follows every link that people of the staff have and looks for the
// name.
func (s *story) nowhere(staff ...string) error {
	pages := 0
	for _, name := range staff {
		if _, err := s.visit(name, "/"); err != nil { // signs in
			return err
		}
		queue, seen := []string{"/"}, map[string]bool{"/": true}
		for ; len(queue) > 0; queue = queue[1:] {
			page, err := s.as(name).Open(queue[0])
			if err != nil {
				return err
			}
			if page.Status >= http.StatusInternalServerError {
				return fmt.Errorf("%s at %s: %d", name, queue[0], page.Status)
			}
			pages++
			if s.names(page.Body) {
				return fmt.Errorf("%s reads the name of who was erased at %s", name, queue[0])
			}
			for _, link := range page.Links("/") {
				if bare := sameAgain.ReplaceAllString(link, ""); !seen[bare] {
					seen[bare] = true
					queue = append(queue, link)
				}
			}
		}
	}
	s.say("the name stands on none of the %d pages that %s can reach", pages, strings.Join(staff, ", "))
	return nil
}
