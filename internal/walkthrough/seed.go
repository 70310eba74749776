package walkthrough

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Account is a sign-in of a demonstration.
type Account struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Lang     string `json:"lang,omitempty"` // that they read and study in, where it is not the demonstration's
}

// Cast is who a demonstration is peopled with, for scripts.
type Cast struct {
	Token      string            `json:"token"` // of the gate
	Line       string            `json:"line"`
	Channel    string            `json:"channel"`
	Volunteers map[string]string `json:"volunteers"` // certified, almost, new: public numbers
	Accounts   []Account         `json:"accounts"`
}

// learner is a volunteer of the demonstration and how far they come.
type learner struct {
	given, family string
	lang          string // that they read; empty: the demonstration's
	modules       int    // how many are read; all of them with -1
	sessions      bool   // books and comes
	quiz          int    // -1 not taken, else how
	calls, lists  bool
	number        string
}

// Seed peoples a demonstration whose clock stands in the past: it plays a cohort
// through to the line, and a second one that begins, by forms alone, and moves
// the clock to the present. behind tells how far the clock still is behind.
func Seed(ctx context.Context, o Options, behind func(context.Context) (time.Duration, error)) (Cast, error) {
	s, err := begin(o)
	if err != nil {
		return Cast{}, err
	}
	cast := []*learner{
		{given: "Adele", family: "Tornaghi", modules: -1, sessions: true, quiz: int(right), calls: true, lists: true},
		{given: "Paolo", family: "Rinaldi", modules: -1, sessions: true, quiz: int(right), calls: true, lists: true},
		{given: "Chiara", family: "Lodigiani", modules: -1, sessions: true, quiz: int(right), calls: true, lists: true},
		{given: "Fabio", family: "Quadri", modules: -1, sessions: true, quiz: int(right), calls: true, lists: true},
		{given: "Marta", family: "Invernizzi", modules: -1, sessions: true, quiz: int(right), calls: true, lists: true},
		{given: "Giulia", family: "Ferrandi", modules: -1, sessions: true, quiz: int(right), calls: true},
		{given: "Nicolo", family: "Ferrario", modules: -1, sessions: true, quiz: int(criticalWrong)},
		{given: "Hamid", family: "Rezai", lang: "en", modules: 3, sessions: true, quiz: -1},
	}
	for _, chapter := range []func() error{
		s.found,
		func() error {
			return s.invite([]member{
				{"Teresa", "Mancuso", "coordinator", "line:1"},
				{"Bruno", "Neri", "coordinator", "line:1"},
				{"Davide", "Colnaghi", "trainer", "cohort:1"},
				{"Nadia", "Brambati", "evaluator", "cohort:1"},
				{"Carla", "Riva", "supervisor", "line:1"},
				{"Sonia", "Ferri", "auditor", "all"},
			})
		},
		s.writeCatalogue,
		func() error { return s.admitAll(cast) },
		func() error { return s.teachAll(cast) },
		func() error { return s.certifyAll(cast) },
		func() error { return s.bringToday(ctx, behind) },
		s.staffTheLine,
	} {
		if err := ctx.Err(); err != nil {
			return Cast{}, err
		}
		if err := chapter(); err != nil {
			return Cast{}, err
		}
	}
	fresh, err := s.secondCohort(ctx, behind)
	if err != nil {
		return Cast{}, err
	}
	abroad := cast[7]
	out := Cast{
		Token: s.token, Line: s.line, Channel: "phone",
		Volunteers: map[string]string{"certified": cast[0].number, "almost": cast[5].number, "new": fresh},
	}
	for _, a := range [][3]string{
		{"administrator", "Ada"},
		{"coordinator", "Teresa"},
		{"coordinator", "Bruno"},
		{"trainer", "Davide"},
		{"evaluator", "Nadia"},
		{"supervisor", "Carla"},
		{"auditor", "Sonia"},
		{"volunteer", cast[0].given},
		{"volunteer", cast[5].given},
		{"volunteer", "Lucia"},
		{"volunteer", abroad.given, abroad.lang},
	} {
		out.Accounts = append(out.Accounts, Account{Role: a[0], Email: s.as(a[1]).email, Password: Password, Lang: a[2]})
	}
	return out, nil
}

// writeCatalogue writes the cards of the funds that the course teaches.
func (s *story) writeCatalogue() error {
	path := "/lines/" + s.line + "/catalogue/new"
	for _, f := range []struct{ name, state, what, say string }{
		{"Famiglie", "active", "Spesa, bollette, libri di scuola.", "«Aiuta una famiglia ad arrivare a fine mese.»"},
		{"Inverno", "active", "Posti letto, pasti caldi, coperte.", "«Serve a chi passa l’inverno senza una casa.»"},
		{"Lavoro", "active", "Tirocini e corsi per chi ha perso l’impiego.", "«Accompagna una persona a tornare al lavoro.»"},
		{"Dove serve di più", "active", "Le urgenze che non hanno un fondo loro.", "«Decide l’ente, e lo scrive nel rendiconto.»"},
		{"Libri di scuola", "preparing", "Un fondo per settembre: l’ufficio sta scrivendo le regole.", ""},
	} {
		looked, err := s.fill("Teresa", path, path, "do", "look", "kind", "fund", "name", f.name, "state", f.state, "what", f.what, "say", f.say,
			"access", "Bonifico, carta dal sito o bollettino: mai numeri di carta al telefono.", "owner", "Ufficio donazioni", "impact", "none")
		if err != nil {
			return err
		}
		saved, err := s.as("Teresa").Fill(looked, path, "do", "save")
		if err != nil {
			return err
		}
		if saved.Status != http.StatusOK {
			return fmt.Errorf("the card of %s was refused: %s", f.name, saved.Text())
		}
	}
	s.say("Teresa writes the cards of five funds")
	return nil
}

// play makes l the volunteer of the next steps.
func (s *story) play(l *learner) {
	s.me, s.family, s.volunteer = l.given, l.family, l.number
	if l.lang != "" {
		s.as(l.given).Lang = l.lang
	}
}

func (s *story) admitAll(cast []*learner) error {
	for _, l := range cast {
		s.play(l)
		if err := s.applyOnce(); err != nil {
			return err
		}
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.until(now.Add(26*time.Hour), "interviews"); err != nil {
		return err
	}
	for _, l := range cast {
		s.play(l)
		if err := s.admitMe(); err != nil {
			return err
		}
		l.number = s.volunteer
	}
	return s.acceptAll(cast)
}

// admitMe finds the volunteer's application in the inbox and admits.
func (s *story) admitMe() error {
	inbox, err := s.visit("Teresa", "/inbox")
	if err != nil {
		return err
	}
	file, err := inbox.Link(s.me + " " + s.family)
	if err != nil {
		return err
	}
	return s.admitFile(strings.TrimPrefix(file, s.Base))
}

// acceptAll reads the letters of admission and sets the passwords.
func (s *story) acceptAll(cast []*learner) error {
	letters, err := s.visit("Teresa", "/letters")
	if err != nil {
		return err
	}
	for _, path := range letters.Links("/letters/") {
		page, err := s.visit("Teresa", path)
		if err != nil {
			return err
		}
		link := inviteLink.FindString(page.Body)
		i := slices.IndexFunc(cast, func(l *learner) bool { return strings.Contains(page.Text(), l.given+" "+l.family) })
		if link == "" || i < 0 {
			continue
		}
		if err := s.accept(cast[i].given, link); err != nil {
			return err
		}
	}
	return nil
}

// teachAll plays modules, evenings, exam and calls of the first cohort.
func (s *story) teachAll(cast []*learner) error {
	all, err := s.meetings("Davide")
	if err != nil {
		return err
	}
	var evenings, calls []meeting
	for _, m := range all {
		switch {
		case strings.Contains(strings.ToLower(m.title), "chiamat"):
			calls = append(calls, m)
		case !strings.Contains(strings.ToLower(m.title), "recupero"):
			evenings = append(evenings, m)
		}
	}
	for _, l := range cast {
		s.play(l)
		if err := s.readSome(l.modules); err != nil {
			return err
		}
		for _, m := range evenings {
			if l.sessions {
				if err := s.book(m); err != nil {
					return err
				}
			}
		}
	}
	turn := 0
	for day := range 2 {
		turn = 0
		for _, l := range cast {
			if l.calls {
				s.play(l)
				if err := s.book(calls[day*len(calls)/2+turn]); err != nil {
					return err
				}
				turn++
			}
		}
	}
	for _, m := range evenings {
		if err := s.until(m.start.Add(time.Minute), m.title); err != nil {
			return err
		}
		if err := s.closeRegister("Davide", m); err != nil {
			return err
		}
	}
	for _, l := range cast {
		if l.quiz >= 0 {
			s.play(l)
			if err := s.takeQuiz(how(l.quiz)); err != nil {
				return err
			}
		}
	}
	for day := range 2 {
		turn = 0
		for _, l := range cast {
			if !l.calls {
				continue
			}
			s.play(l)
			m := calls[day*len(calls)/2+turn]
			turn++
			if err := s.until(m.start.Add(10*time.Minute), m.title); err != nil {
				return err
			}
			if err := s.judgeCall("Nadia", m, day); err != nil {
				return err
			}
		}
	}
	return nil
}

// certifyAll fills in the lists, signs, opens the line, and lets one be
// suspended and one take a pause.
func (s *story) certifyAll(cast []*learner) error {
	if err := s.observeAll("Davide"); err != nil {
		return err
	}
	for _, l := range cast {
		if l.lists {
			s.play(l)
			if err := s.ownLists(); err != nil {
				return err
			}
		}
	}
	proposals, err := s.visit("Teresa", "/signing")
	if err != nil {
		return err
	}
	for _, path := range proposals.Links("/signing/") {
		if _, err := s.fill("Teresa", path, path); err != nil {
			return err
		}
	}
	if err := s.until(time.Date(s.launch.Year(), s.launch.Month(), s.launch.Day(), 9, 0, 0, 0, s.zone), "the launch day"); err != nil {
		return err
	}
	if _, err := s.fill("Teresa", "/lines/"+s.line, "/lines/"+s.line+"/open"); err != nil {
		return err
	}
	s.play(cast[3])
	person, err := s.visit("Teresa", "/people/"+s.volunteer)
	if err != nil {
		return err
	}
	s.certificate = regexp.MustCompile(`/certificates/\d+`).FindString(person.Body)
	now, err := s.now()
	if err != nil {
		return err
	}
	if err := s.until(now.AddDate(0, 0, 40), "the line works"); err != nil {
		return err
	}
	if err := s.decide("suspend", "Una segnalazione da chiarire con un colloquio."); err != nil {
		return err
	}
	_, err = s.fill(cast[4].given, "/", "/pause")
	return err
}

// bringToday moves the clock to five days before the present.
func (s *story) bringToday(ctx context.Context, behind func(context.Context) (time.Duration, error)) error {
	left, err := behind(ctx)
	if err != nil {
		return err
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	if left < 5*24*time.Hour {
		return nil
	}
	return s.until(now.Add(left-5*24*time.Hour), "weeks pass")
}

// secondCohort begins in a week; one applicant is admitted now, two wait. It
// ends with the clock at the present and returns the number of the one admitted.
func (s *story) secondCohort(ctx context.Context, behind func(context.Context) (time.Duration, error)) (string, error) {
	now, err := s.now()
	if err != nil {
		return "", err
	}
	if err := s.addCohort("Seconda edizione", now.In(s.zone).AddDate(0, 0, 12)); err != nil {
		return "", err
	}
	if err := s.invite([]member{{"Davide", "Colnaghi", "trainer", "cohort:2"}, {"Nadia", "Brambati", "evaluator", "cohort:2"}}); err != nil {
		return "", err
	}
	fresh := &learner{given: "Lucia", family: "Bonfanti"}
	for _, l := range []*learner{fresh, {given: "Irene", family: "Pozzi"}, {given: "Luca", family: "Galli"}} {
		s.play(l)
		if err := s.applyOnce(); err != nil {
			return "", err
		}
	}
	left, err := behind(ctx)
	if err != nil {
		return "", err
	}
	if now, err = s.now(); err != nil {
		return "", err
	}
	if left > 0 {
		if err := s.until(now.Add(left), "today"); err != nil {
			return "", err
		}
	}
	if err := s.closeShifts("Turno tranquillo.", 1); err != nil {
		return "", err
	}
	for name, n := range map[string]int{"Adele": 2, "Paolo": 1} {
		if err := s.takeShifts(name, n); err != nil {
			return "", err
		}
	}
	s.play(fresh)
	if err := s.admitMe(); err != nil {
		return "", err
	}
	fresh.number = s.volunteer
	return fresh.number, s.acceptAll([]*learner{fresh})
}

// Direct hands requests to a site in the same process.
type Direct struct{ Handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (d Direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := newRecorder()
	r = r.Clone(r.Context())
	r.RequestURI = r.URL.RequestURI()
	r.RemoteAddr = "127.0.0.1:1"
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	d.Handler.ServeHTTP(w, r)
	return w.response(r), nil
}
