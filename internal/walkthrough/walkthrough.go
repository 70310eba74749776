// Package walkthrough plays the whole story over HTTP, as people would: from
// the set-up link to a volunteer enabled on a live line, with what must be
// refused on the way, suspension, expiry and renewal, to their erasure. It knows
// addresses and words of pages, and the shipped pack for the answers of the quiz;
// it reaches neither use cases nor the database. It needs a demonstration, whose clock it
// moves.
package walkthrough

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/internal/robot"
)

// Options of a walkthrough.
type Options struct {
	Base  string       // address of an instance that nobody has set up, with a clock that can be moved
	SetUp string       // its set-up link, whole or path
	Pack  content.Pack // the pack that the line uses
	Out   io.Writer
	Lang  string // of the pages that are visited; "it" when empty
	// Transport answers the requests; nil is the network. The seed of a
	// demonstration hands them to the site in its own process.
	Transport http.RoundTripper
	// Publish publishes the pack with a changed fund, to be read and confirmed by
	// a day, 2006-01-02: people do it on the command line. Without it the story
	// leaves that step out.
	Publish func(by string) error
}

// Password is everybody's in this story and in a demonstration.
const Password = "corallo lanterna biscotto nevischio"

// story is the state of the play.
type story struct {
	Options
	zone        *time.Location
	who         map[string]*person
	token       string // of the gate
	line        string
	launch      time.Time // midnight UTC of the launch day
	step        int
	me, family  string // the volunteer of the story
	volunteer   string // their public number
	certificate string
	signed      time.Time // the certificate
	file        string    // of their application
	shiftOver   time.Time
	track       cert.Track // that is played
}

// person is somebody of the story with their browser.
type person struct {
	*robot.Visitor
	email string
}

// Play tells the story and stops at the first surprise.
func Play(ctx context.Context, o Options) error {
	s, err := begin(o)
	if err != nil {
		return err
	}
	for _, chapter := range []struct {
		title string
		tell  func() error
	}{
		{"The set-up link, line, cohort, staff, key", s.setUp},
		{"1. The public form is sent", s.apply},
		{"2. Interview, admission, register", s.admit},
		{"3. The volunteer signs in; the gate says every reason", s.arrive},
		{"4. Modules; the exam stays shut without sessions", s.study},
		{"5. Live sessions, quizzes, assessed calls, checklists", s.qualify},
		{"8. A second person signs", s.sign},
		{"9. The line opens, for phone only and not without a supervisor", s.open},
		{"10. A shift with a supervisor", s.shift},
		{"12, 13. Suspended, appealed, restored", s.suspend},
		{"10. The shift ends", s.shiftEnds},
		{"9. An emergency that ends by itself", s.emergency},
		{"9. A level is raised", s.raise},
		{"11. A fund changes", s.change},
		{"9. A level lapses, and a contact mends it", s.lapse},
		{"14. The check half way", s.halfWay},
		{"14. Renewed by the shorter path", s.renewShort},
		{"14. Expired; refresher; a new certificate", s.renew},
		{"15. A copy of the data, the way out, erasure", s.goodbye},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		fmt.Fprintf(s.Out, "\n%s\n", chapter.title)
		if err := chapter.tell(); err != nil {
			return fmt.Errorf("%s: %w", chapter.title, err)
		}
	}
	fmt.Fprintf(s.Out, "\nThe story went as told: %d steps.\n", s.step)
	return nil
}

// begin is a story before its first step.
func begin(o Options) (*story, error) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, err
	}
	if o.Lang == "" {
		o.Lang = "it"
	}
	return &story{Options: o, zone: zone, who: map[string]*person{}, line: o.Pack.Programme.Line, me: "Giulia", family: "Ferrandi"}, nil
}

// say prints a step.
func (s *story) say(format string, args ...any) {
	s.step++
	fmt.Fprintf(s.Out, "  %3d  %s\n", s.step, fmt.Sprintf(format, args...))
}

// as is somebody's browser; new people get one without cookies.
func (s *story) as(name string) *person {
	p, ok := s.who[name]
	if !ok {
		p = &person{Visitor: robot.New(s.Base, s.Transport), email: strings.ToLower(name) + "@esempio.example"}
		p.Lang = s.Lang
		s.who[name] = p
	}
	return p
}

// visit opens a page, signing in again where the session has ended meanwhile.
func (s *story) visit(name, path string) (*robot.Page, error) {
	p := s.as(name)
	page, err := p.Open(path)
	if err != nil {
		return nil, err
	}
	if page.URL.Path == "/sign-in" {
		if page, err = p.Fill(page, "/sign-in", "email", p.email, "password", Password); err != nil {
			return nil, err
		}
		if page.URL.Path == "/sign-in" {
			return nil, fmt.Errorf("%s cannot sign in: %s", name, page.Text())
		}
		if page, err = p.Open(path); err != nil {
			return nil, err
		}
	}
	if page.Status != http.StatusOK {
		return page, fmt.Errorf("%s at %s: %d, %s", name, path, page.Status, page.Heading())
	}
	return page, nil
}

// fill opens a page, fills the form to action in and sends it; the answer must
// be a page that is no refusal.
func (s *story) fill(name, path, action string, values ...string) (*robot.Page, error) {
	page, err := s.visit(name, path)
	if err != nil {
		return nil, err
	}
	page, err = s.as(name).Fill(page, action, values...)
	if err != nil {
		return nil, fmt.Errorf("%s at %s: %w", name, path, err)
	}
	if page.Status != http.StatusOK {
		return page, fmt.Errorf("%s at %s: answered %d: %s", name, action, page.Status, page.Text())
	}
	return page, nil
}

// gate asks as a phone system does and compares the whole answer: "" for
// enabled, else every code, worst first.
func (s *story) gate(channel string, codes ...string) error {
	body, err := s.ask(channel)
	if err != nil {
		return err
	}
	s.say("gate: %s", strings.TrimSpace(body))
	want := "enabled " + s.volunteer + " " + s.line + " " + channel + " "
	if len(codes) > 0 {
		want = "disabled " + s.volunteer + " " + s.line + " " + channel + " "
	}
	if !strings.HasPrefix(body, want) {
		return fmt.Errorf("the gate says %q, expected %q…", body, want)
	}
	if len(codes) > 0 && !strings.HasSuffix(strings.TrimSpace(body), " reason="+strings.Join(codes, ",")) {
		return fmt.Errorf("the gate says %q, expected the reasons %v", strings.TrimSpace(body), codes)
	}
	return nil
}

func (s *story) ask(channel string) (string, error) {
	q := url.Values{"line": {s.line}, "channel": {channel}, "agent": {s.volunteer}}
	req, err := http.NewRequest(http.MethodGet, s.Base+"/gate/v1/check?"+q.Encode(), nil) //nolint:noctx // short
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the gate answered %d: %s", resp.StatusCode, b)
	}
	return string(b), err
}

// now is the instance's clock.
func (s *story) now() (time.Time, error) {
	p, err := s.as("clock").Open("/demo/clock")
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, strings.TrimSpace(p.Text()))
}

// until moves the clock to an instant.
func (s *story) until(at time.Time, why string) error {
	now, err := s.now()
	if err != nil {
		return err
	}
	if !at.After(now) {
		return nil
	}
	by := at.Sub(now).Truncate(time.Second) + time.Second
	page, err := s.as("clock").Post("/demo/clock", url.Values{"by": {by.String()}, "back": {"/"}})
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("the clock did not move: %d %s", page.Status, page.Text())
	}
	s.say("the clock moves to %s: %s", at.In(s.zone).Format("Mon 2 Jan 2006, 15:04"), why)
	return nil
}

var inviteLink = regexp.MustCompile(`/in/\d+-[a-z0-9]+`)

func (s *story) setUp() error {
	if err := s.found(); err != nil {
		return err
	}
	return s.invite([]member{
		{"Teresa", "Mancuso", "coordinator", "line:1"},
		{"Bruno", "Neri", "coordinator", "line:1"},
		{"Bruno", "Neri", "trainer", "cohort:1"},
		{"Bruno", "Neri", "evaluator", "cohort:1"},
		{"Carla", "Riva", "supervisor", "line:1"},
	})
}

// found makes organisation, line, first cohort and key.
func (s *story) found() error {
	path := s.SetUp
	if u, err := url.Parse(path); err == nil {
		path = u.Path
	}
	ada := s.as("Ada")
	page, err := ada.Open(path)
	if err != nil {
		return err
	}
	page, err = ada.Fill(page, "/set-up/", "organisation", "Casa Aperta ODV", "contact", "via dei Tigli 4, Milano",
		"given_name", "Ada", "family_name", "Rossi", "email", ada.email, "password", Password)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("the set-up was refused: %d %s", page.Status, page.Text())
	}
	s.say("Ada sets the organisation up by the one-time link")
	now, err := s.now()
	if err != nil {
		return err
	}
	y, m, d := now.In(s.zone).Date()
	s.launch = time.Date(y, m, d+24, 0, 0, 0, 0, time.UTC)
	for s.launch.Weekday() != time.Monday {
		s.launch = s.launch.AddDate(0, 0, 1)
	}
	if err := s.addLine(); err != nil {
		return err
	}
	if err := s.addCohort("Prima edizione", s.launch.AddDate(0, 0, -18)); err != nil {
		return err
	}
	f, err := s.form("Ada", "/keys", "/keys")
	if err != nil {
		return err
	}
	if err := f.Set("name", "Centralino"); err != nil {
		return err
	}
	if err := f.Set("scopes", "check", "list", "as-of"); err != nil {
		return err
	}
	if page, err = ada.Send(f); err != nil {
		return err
	}
	if s.token = regexp.MustCompile(`gk[a-z0-9]{26}`).FindString(page.Body); s.token == "" {
		return fmt.Errorf("no key was shown: %d %s", page.Status, page.Text())
	}
	s.say("Ada makes a key for the phone system")
	return nil
}

// member is somebody of the staff with one role.
type member struct{ given, family, role, scope string }

// invite gives roles; whoever has none yet sets a password by the link.
func (s *story) invite(staff []member) error {
	known := map[string]bool{}
	for _, p := range staff {
		page, err := s.fill("Ada", "/staff", "/staff", "given_name", p.given, "family_name", p.family, "email", s.as(p.given).email, "role", p.role, "scope", p.scope)
		if err != nil {
			return err
		}
		s.say("Ada makes %s %s: %s, %s", p.given, p.family, p.role, p.scope)
		if link := inviteLink.FindString(page.Body); link != "" && !known[p.given] {
			if err := s.accept(p.given, link); err != nil {
				return err
			}
		}
		known[p.given] = true
	}
	return nil
}

// form opens a page and finds a form on it.
func (s *story) form(name, path, action string) (*robot.Form, error) {
	page, err := s.visit(name, path)
	if err != nil {
		return nil, err
	}
	return page.Form(action)
}

func (s *story) addLine() error {
	f, err := s.form("Ada", "/lines/new", "/lines/new")
	if err != nil {
		return err
	}
	for name, values := range map[string][]string{
		"name": {"Linea donazioni"}, "code": {s.line}, "programme": {s.Pack.Programme.ID}, "channels": {"phone", "chat"}, "fallback": {"segreteria"},
		"launch_on": {s.launch.Format(time.DateOnly)},
	} {
		if err := f.Set(name, values...); err != nil {
			return err
		}
	}
	page, err := s.as("Ada").Send(f)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("the line was refused: %s", page.Text())
	}
	s.say("Ada makes the line %q for phone and chat; it opens on %s", s.line, s.launch.Format("Mon 2 Jan 2006"))
	directory := "/lines/" + s.line + "/directory"
	for _, key := range []string{"emergency", "listening", "children"} {
		if _, err := s.fill("Ada", directory, directory+"/"+key+"/checked"); err != nil {
			return err
		}
	}
	s.say("Ada calls the help numbers of the line and notes that they are right")
	return nil
}

func (s *story) addCohort(name string, first time.Time) error {
	_, err := s.fill("Ada", "/cohorts/new", "/cohorts/new", "name", name, "starts_on", first.Format(time.DateOnly), "ends_on", first.AddDate(0, 2, 0).Format(time.DateOnly),
		"seats", "20", "join_url", "https://stanza.example.org/formazione")
	if err != nil {
		return err
	}
	s.say("Ada makes the cohort %q; its sessions plan themselves", name)
	now, err := s.now()
	if err != nil {
		return err
	}
	return s.until(now.Add(time.Minute), "what is due is done")
}

// accept sets the first password by an invitation link.
func (s *story) accept(name, link string) error {
	p := s.as(name)
	page, err := p.Open(link)
	if err != nil {
		return err
	}
	if page, err = p.Fill(page, "/in/", "password", Password); err != nil {
		return err
	}
	if page.Status != http.StatusOK || strings.HasPrefix(page.URL.Path, "/in/") {
		return fmt.Errorf("the invitation of %s was refused: %d %s", name, page.Status, page.Text())
	}
	s.say("%s sets a password by the link in the letter", name)
	return nil
}

func (s *story) apply() error {
	if err := s.applyOnce(); err != nil {
		return err
	}
	s.say("%s sends the form", s.me)
	if err := s.applyOnce(); err != nil {
		return err
	}
	s.say("%s sends the form again: the same page, no second application", s.me)
	return nil
}

// applyOnce fills the public form in.
func (s *story) applyOnce() error {
	f, err := s.form(s.me, "/apply/"+s.line, "/apply/")
	if err != nil {
		return err
	}
	for name, values := range map[string][]string{
		"given_name": {s.me}, "family_name": {s.family}, "email": {s.as(s.me).email}, "phone": {""}, "born": {"1990-05-04"},
		"availability": {"evening", "weekend"}, "why": {"Ho tempo la sera e mi piace ascoltare."}, "paid": {"no"}, "agreed": {"yes"},
	} {
		if err := f.Set(name, values...); err != nil {
			return err
		}
	}
	page, err := s.as(s.me).Send(f)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(page.URL.Path, "/done") {
		return fmt.Errorf("the form was refused: %d %s", page.Status, page.Text())
	}
	return nil
}

func (s *story) admit() error {
	inbox, err := s.visit("Teresa", "/inbox")
	if err != nil {
		return err
	}
	files := inbox.Links("/applications/")
	if len(files) != 1 {
		return fmt.Errorf("the inbox holds %d applications, expected 1", len(files))
	}
	return s.admitFile(files[0])
}

// admitFile admits the applicant of a file and confirms the register entry.
func (s *story) admitFile(file string) error {
	if _, err := s.fill("Teresa", file, file+"/note", "note", "Cordiale, libera la sera e nel fine settimana."); err != nil {
		return err
	}
	s.file = file
	s.say("Teresa writes a note of the interview")
	page, err := s.fill("Teresa", file, file+"/decide", "outcome", "admitted")
	if err != nil {
		return err
	}
	if s.volunteer = regexp.MustCompile(`\bv\d{4,}\b`).FindString(page.Text()); s.volunteer == "" {
		return fmt.Errorf("no public number after the admission: %s", page.Text())
	}
	s.say("Teresa admits %s to the cohort: public number %s", s.me, s.volunteer)
	if _, err := s.fill("Teresa", file, file+"/register", "policy", "RC 2027/114"); err != nil {
		return err
	}
	s.say("Teresa confirms the entry in the register with today's date; cover begins at 24:00")
	return nil
}

func (s *story) arrive() error {
	letters, err := s.visit("Teresa", "/letters")
	if err != nil {
		return err
	}
	link := ""
	for _, l := range letters.Links("/letters/") {
		page, err := s.visit("Teresa", l)
		if err != nil {
			return err
		}
		if strings.Contains(page.Text(), s.me) {
			if found := inviteLink.FindString(page.Body); found != "" {
				link = found
			}
		}
	}
	if link == "" {
		return fmt.Errorf("no letter to %s holds an invitation", s.me)
	}
	s.say("Teresa prints the letter of admission; it holds the invitation")
	if err := s.accept(s.me, link); err != nil {
		return err
	}
	if err := s.gate("phone", "line_not_active", "insurance_not_started", "certificate_missing", "station_unchecked", "pledge_missing"); err != nil {
		return err
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	y, m, d := now.In(s.zone).Date()
	if err := s.until(time.Date(y, m, d+1, 0, 0, 0, 0, s.zone), "24:00 of the day of entry, cover begins"); err != nil {
		return err
	}
	return s.gate("phone", "line_not_active", "certificate_missing", "station_unchecked", "pledge_missing")
}

// exam is the quiz that the programme asks for.
func (s *story) exam() (id string) {
	for _, r := range s.asks().Requirements {
		if r.Kind == content.ReqQuiz {
			id = r.Content[0].Of[0]
		}
	}
	return id
}

func (s *story) study() error {
	if err := s.readModules(); err != nil {
		return err
	}
	page, err := s.visit(s.me, "/quizzes/"+s.exam())
	if err != nil {
		return err
	}
	if _, err := page.Form("/quizzes/" + s.exam() + "/start"); err == nil {
		return fmt.Errorf("the exam is open without a session attended")
	}
	s.say("refused: the exam stays shut, no session was attended")
	return nil
}

// readModules reads every module to its end.
func (s *story) readModules() error {
	if err := s.readSome(-1); err != nil {
		return err
	}
	s.say("%s reads %d modules to their end", s.me, len(s.Pack.Modules))
	return nil
}

// readSome reads so many modules to their end, with -1 all of them; some open
// only when others are read.
func (s *story) readSome(n int) error {
	if n < 0 {
		n = len(s.Pack.Modules)
	}
	read := map[string]bool{}
	for {
		page, err := s.visit(s.me, "/study")
		if err != nil {
			return err
		}
		before := len(read)
		for _, m := range page.Links("/study/") {
			if len(read) == n || read[m] || strings.Count(m, "/") != 2 || strings.Contains(m, "#") {
				continue
			}
			if _, err := s.fill(s.me, m, m+"/read"); err != nil {
				return err
			}
			read[m] = true
		}
		switch len(read) {
		case n:
			return nil
		case before:
			return fmt.Errorf("%d modules could be read, expected %d: %v", len(read), n, read)
		}
	}
}
