package site_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/web/webtest"
	"abilita/scheduler"
)

const (
	histories    = 7
	steps        = 125
	validDays    = 20 // of a certificate
	stationDays  = 15
	line         = "donazioni"
	nobodyNumber = "v99999"
)

// character is a volunteer of a history.
type character struct {
	people.Actor
	application int64
	papers      []int64
	enrolments  []time.Time // when each ended; zero: open. The last may be on its way to a paper
	of          []int       // the enrolment of each paper
	under       bool        // the last enrolment is on its way
	ready       bool        // every requirement is met
}

// history plays commands on a site and writes down what was done.
type history struct {
	*webtest.Site
	t          *testing.T
	rand       *rand.Rand
	token      string
	client     *http.Client
	log        []deed
	people     []*character
	cohorts    []int64
	changes    []int64
	silvia     people.Actor        // supervises the line
	answers    map[question]string // as they were given then
	boundaries []time.Time
	proofs     []keptProof
}

type question struct {
	at           time.Time
	who, channel string
}

// shortPack is the example pack for phone and chat, the assessed call for phone
// only, with short validities; n changes its module.
func shortPack(n int) fstest.MapFS {
	pack := apptest.Pack()
	p := string(pack["esempio/it/programma.md"].Data)
	_, rest, _ := strings.Cut(p, "## Controllo intermedio\n")
	chapter, _, _ := strings.Cut(rest, "## Livelli")
	for _, r := range [][2]string{
		{"- canali: telefono\n- validità: 365 giorni", fmt.Sprintf("- canali: telefono, chat\n- validità: %d giorni", validDays)},
		{"- contenuti: li-postazione\n- validità: 365 giorni", fmt.Sprintf("- contenuti: li-postazione\n- validità: %d giorni", stationDays)},
		{"- controllo intermedio: dopo 180 giorni, entro 30 giorni\n", ""},
		{"## Controllo intermedio\n" + chapter, ""},
		{
			"- inattività: 60 giorni: turno supervisionato\n- inattività: 180 giorni: nuova simulazione\n",
			fmt.Sprintf("- inattività: %d giorni: turno supervisionato\n- inattività: %d giorni: nuova simulazione\n", levelDays, contactDays),
		},
		{"- autonomo: 2 turni\n- mentore: 20 turni", "- autonomo: 0 turni\n- mentore: 0 turni"},
	} {
		if !strings.Contains(p, r[0]) {
			panic("the example pack has no " + r[0])
		}
		p = strings.Replace(p, r[0], r[1], 1)
	}
	pack["esempio/it/programma.md"] = &fstest.MapFile{Data: []byte(p)}
	module := string(pack["esempio/it/moduli/denaro.md"].Data)
	pack["esempio/it/moduli/denaro.md"] = &fstest.MapFile{Data: []byte(fmt.Sprintf("%s\n\nRevisione %d.\n", module, n))}
	return pack
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	w := apptest.NewWith(t, shortPack(0))
	h := &history{
		t: t, Site: webtest.Serve(t, w), rand: rand.New(rand.NewPCG(seed, 1)), client: &http.Client{}, answers: map[question]string{},
		cohorts: []int64{w.Cohort},
	}
	h.log = []deed{{at: w.Now, what: lineOpened}}
	if seed%2 == 1 { // over the change of the clocks
		w.Set(time.Date(2027, 3, 20, 8, 0, 0, 0, time.UTC))
	}
	for i := range 4 {
		id, err := w.App.Organising.AddCohort(t.Context(), w.Coordinator, w.Cmd(), app.NewCohort{
			Line: w.Line, Name: fmt.Sprintf("Richiamo %d", i), StartsOn: w.Now.AddDate(0, 0, 40).Format(time.DateOnly), EndsOn: w.Now.AddDate(2, 0, 0).Format(time.DateOnly), Seats: 100,
		})
		if err != nil {
			t.Fatal(err)
		}
		h.cohorts = append(h.cohorts, id)
	}
	h.silvia = w.Staff("Silvia", "Turri", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: w.Line})
	for weekday := range 7 {
		in := app.RotaChange{Weekday: weekday + 1, Starts: "20:00", Ends: "04:00", Seats: 2, From: w.Now.Format(time.DateOnly)}
		if err := w.App.Shifts.ChangeRota(t.Context(), w.Coordinator, w.Cmd(), line, in); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	h.token, err = w.App.Gate.AddKey(t.Context(), w.Admin, w.Cmd(), app.NewKey{Name: "banco", Scopes: []string{"check", "as-of"}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// did writes a deed down unless the command was refused. Anything but a refusal
// by rule is a failure.
func (h *history) did(err error, d deed) bool {
	h.t.Helper()
	if err != nil {
		if fault.KindOf(err) == fault.Internal {
			h.t.Fatalf("%s of %s at %v: %v", d.what, d.who, h.Now, err)
		}
		return false
	}
	d.at = h.Now
	h.log = append(h.log, d)
	for _, b := range []time.Time{d.from, d.until} {
		if b.After(h.Now) {
			h.boundaries = append(h.boundaries, b)
		}
	}
	return true
}

// step moves the clock and does one thing.
func (h *history) step() {
	h.t.Helper()
	ahead := slices.DeleteFunc(slices.Clone(h.boundaries), func(b time.Time) bool { return b.Before(h.Now.Add(2 * time.Minute)) })
	switch n := h.rand.IntN(10); {
	case n < 3 && len(ahead) > 0: // to the next boundary, or just before or after
		h.Set(slices.MinFunc(ahead, time.Time.Compare).Add(time.Duration(h.rand.IntN(3)-1) * time.Second))
	case n < 7:
		h.Advance(time.Duration(1+h.rand.IntN(180)) * time.Minute)
	default:
		h.Advance(time.Duration(1+h.rand.IntN(20)) * time.Hour)
	}
	if len(h.people) < 2 || len(h.people) < 3 && h.rand.IntN(8) == 0 {
		h.admit()
		return
	}
	c := h.people[h.rand.IntN(len(h.people))]
	s := replay(h.log, c.Number, h.Now)
	var deeds []func(*character)
	switch n := h.rand.IntN(10); {
	case n < 6 && s.emergency(h.Now):
		deeds = append(deeds, h.endEmergency)
	case n < 5 && len(s.covers) == 0: // on the way to the first certificate
		deeds = append(deeds, h.register, h.qualify)
	case n < 5 && (len(s.papers) == 0 || s.certificates("chat", h.Now) != ""):
		deeds = append(deeds, h.qualify, h.sign, h.sign, h.restorePaper)
	case n < 4 && len(s.papers) > 0 && !s.suspended:
		deeds = append(deeds, h.lead, h.lead, h.takeShift)
	case n < 7 && (s.suspended || s.paused || !s.lineOpen || !h.Now.Before(s.station)): // so that answers do not hide behind one reason for long
		if deeds = append(deeds, h.restore, h.check, h.contact); !s.lineOpen {
			deeds = append(deeds, h.switchLine)
		}
		if s.paused {
			deeds = append(deeds, h.pause)
		}
	case n < 8 && len(s.papers) > 0 && h.rand.IntN(2) == 0:
		deeds = append(deeds, h.emergency, h.contact, h.askForSupervisors)
	case n < 8 && len(s.owed) > 0:
		deeds = append(deeds, h.confirm)
	default:
		deeds = append(deeds, h.register, h.check, h.stopPaper, h.stopPaper, h.restorePaper, h.suspend, h.pause, h.switchLine, h.publish, h.publish, h.leave, h.askForSupervisors, h.lead, h.lead, h.takeShift, h.contact, h.contact, h.raise, h.emergency, h.emergency, h.endEmergency)
	}
	deeds[h.rand.IntN(len(deeds))](c)
}

func (h *history) admit() {
	h.Born = "1990-05-04"
	if len(h.people) == 1 { // of age in some days
		h.Born = h.Now.AddDate(-18, 0, 5).Format(time.DateOnly)
	}
	who, application := h.Admitted("Persona", string(rune('A'+len(h.people)))+"abc")
	born, err := time.Parse(time.DateOnly, h.Born)
	if err != nil {
		h.t.Fatal(err)
	}
	h.people = append(h.people, &character{Actor: who, application: application, enrolments: make([]time.Time, 1), under: true})
	h.did(nil, deed{what: admitted, who: who.Number, from: midnight(time.Date(born.Year()+18, born.Month(), born.Day(), 12, 0, 0, 0, time.UTC), -1)})
}

func (h *history) register(c *character) {
	days := h.rand.IntN(6)
	on := h.Now.In(apptest.Rome()).AddDate(0, 0, days).Format(time.DateOnly)
	err := h.App.Admissions.ConfirmEntry(h.t.Context(), h.Coordinator, h.Cmd(), c.application, app.Entry{Day: on, Policy: "RC 2027/114"})
	h.did(err, deed{what: registered, who: c.Number, from: midnight(h.Now, days)})
}

func (h *history) leave(c *character) {
	days := h.rand.IntN(6)
	err := h.App.Corrections.Leave(h.t.Context(), h.Coordinator, h.Cmd(), c.Number, app.Leaving{Day: h.Now.In(apptest.Rome()).AddDate(0, 0, days).Format(time.DateOnly), Reason: "trasferimento"})
	until := midnight(h.Now, days)
	if !h.did(err, deed{what: leftRegister, who: c.Number, until: until}) {
		return
	}
	c.under, c.ready = false, false // who leaves is no longer on the way
	for i, ended := range c.enrolments {
		if ended.IsZero() {
			c.enrolments[i] = until
		}
	}
}

// qualify meets every requirement, the assessed call only sometimes, so that
// some are certified for chat alone. Who was certified before is enrolled again.
func (h *history) qualify(c *character) {
	if c.ready {
		return
	}
	if !c.under {
		if len(c.enrolments) == len(h.cohorts) {
			return
		}
		if err := h.App.Admissions.EnrolAgain(h.t.Context(), h.Coordinator, h.Cmd(), c.Number, h.cohorts[len(c.enrolments)]); err != nil {
			h.t.Fatalf("enrol %s again: %v", c.Number, err)
		}
		c.enrolments, c.under = append(c.enrolments, time.Time{}), true
	}
	h.Done(c.Actor, "presenza", "attendance", "session-1", "session-2", "session-3", "session-4")
	h.Done(c.Actor, "prova-finale", "quiz", "qz-finale")
	if h.rand.IntN(3) > 0 {
		h.Done(c.Actor, "chiamata", "roleplay", "rp-cinquanta-euro")
	}
	h.check(c)
	err := h.App.Checklists.Sign(h.t.Context(), c.Actor, h.Cmd(), "riservatezza", app.Ticks{Items: []string{"I1", "I2", "I3"}, Signed: true})
	h.did(err, deed{what: pledgeSigned, who: c.Number})
	if err := h.App.Study.MarkRead(h.t.Context(), c.Actor, h.Cmd(), "mo-denaro"); err != nil {
		h.t.Fatal(err)
	}
	c.ready = true
}

func (h *history) check(c *character) {
	err := h.App.Checklists.Sign(h.t.Context(), c.Actor, h.Cmd(), "postazione", app.Ticks{Items: []string{"P1", "P2", "P3", "P4"}, Signed: true})
	h.did(err, deed{what: stationChecked, who: c.Number, until: midnight(h.Now, stationDays)})
}

func (h *history) sign(c *character) {
	if !c.ready {
		return
	}
	id := h.Proposal(c.Actor)
	var channels struct{ List string }
	if err := h.DB.Read().GetContext(h.t.Context(), &channels, `SELECT array_to_string(channels, ' ') AS list FROM certificate WHERE id = $1`, id); err != nil {
		h.t.Fatal(err)
	}
	err := h.App.Certificates.Sign(h.t.Context(), h.Coordinator, h.Cmd(), id)
	undecided := slices.ContainsFunc(replay(h.log, c.Number, h.Now).papers, func(p *certificate) bool { return !p.gone() && p.suspended && !p.revoked })
	if (err != nil) != undecided {
		h.t.Fatalf("sign for %s, a suspension undecided %v: %v", c.Number, undecided, err)
	}
	if undecided {
		return
	}
	until := midnight(h.Now, validDays)
	for _, p := range replay(h.log, c.Number, h.Now).papers { // a longer date is kept, on the same channel
		for channel := range strings.FieldsSeq(channels.List) {
			if p.holds(channel, h.Now) && p.until.After(until) {
				until = p.until
			}
		}
	}
	h.did(nil, deed{what: certified, who: c.Number, paper: id, channels: strings.Fields(channels.List), until: until})
	c.papers, c.of = append(c.papers, id), append(c.of, len(c.enrolments)-1)
	c.under, c.ready = false, false
}

func (h *history) changePaper(c *character, do, what string) {
	if len(c.papers) == 0 {
		return
	}
	id := c.papers[len(c.papers)-1]
	if h.rand.IntN(6) == 0 { // sometimes an older one
		id = c.papers[h.rand.IntN(len(c.papers))]
	}
	_, err := h.App.Certificates.Change(h.t.Context(), h.Coordinator, h.Cmd(), id, app.Stop{Do: do, Reason: "conduct", Words: "una segnalazione", AppealBy: h.Now.AddDate(0, 0, 15).Format(time.DateOnly)})
	h.did(err, deed{what: what, who: c.Number, paper: id})
}

func (h *history) stopPaper(c *character) {
	if h.rand.IntN(3) == 0 {
		h.changePaper(c, "revoke", paperRevoked)
		return
	}
	h.changePaper(c, "suspend", paperSuspended)
}

func (h *history) restorePaper(c *character) { h.changePaper(c, "restore", paperRestored) }

func (h *history) suspend(c *character) {
	err := h.App.Corrections.Suspend(h.t.Context(), h.Coordinator, h.Cmd(), c.Number, app.Suspending{Reason: "conduct", Words: "una segnalazione", AppealBy: h.Now.AddDate(0, 0, 15).Format(time.DateOnly)})
	h.did(err, deed{what: personSuspended, who: c.Number})
}

func (h *history) restore(c *character) {
	h.did(h.App.Corrections.Restore(h.t.Context(), h.Coordinator, h.Cmd(), c.Number, "chiarito"), deed{what: personRestored, who: c.Number})
}

func (h *history) pause(c *character) {
	begin := !replay(h.log, c.Number, h.Now).paused
	what := pauseEnded
	if begin {
		what = pauseBegun
	}
	h.did(h.App.Study.SetPause(h.t.Context(), c.Actor, h.Cmd(), begin), deed{what: what, who: c.Number})
}

func (h *history) switchLine(*character) {
	open := !replay(h.log, "", h.Now).lineOpen
	what := lineClosed
	if open {
		what = lineOpened
	}
	h.did(h.App.Lines.SetActive(h.t.Context(), h.Coordinator, h.Cmd(), h.Line, open), deed{what: what})
}

// contact is entered by the supervisor, to the minute.
func (h *history) contact(c *character) {
	minute := h.Now.Truncate(time.Minute)
	err := h.App.Contacts.Enter(h.t.Context(), h.silvia, h.Cmd(), line, app.NewContact{Number: c.Number, Channel: "phone", At: minute.In(apptest.Rome()).Format("2006-01-02T15:04")})
	h.did(err, deed{what: contactTaken, who: c.Number, from: minute})
	if err == nil {
		h.boundaries = append(h.boundaries, midnight(minute, levelDays), midnight(minute, contactDays))
	}
}

func (h *history) raise(c *character) {
	if len(c.papers) == 0 {
		return
	}
	id, channel := c.papers[h.rand.IntN(len(c.papers))], []string{"phone", "chat"}[h.rand.IntN(2)]
	h.did(h.App.Levels.Raise(h.t.Context(), h.Coordinator, h.Cmd(), id, channel, ""), deed{what: levelRaised, who: c.Number, paper: id, channels: []string{channel}})
}

func (h *history) emergency(c *character) {
	hours := 1 + h.rand.IntN(12)
	cmd := h.Cmd()
	err := h.App.Overrides.Give(h.t.Context(), h.silvia, cmd, line, app.NewOverride{Number: c.Number, Reason: "nobody_else", Words: "prova", Hours: hours, Informed: h.Coordinator.ID})
	var id int64
	if err == nil {
		id = h.newestEmergency(c)
	}
	h.did(err, deed{what: emergencyGiven, who: c.Number, order: id, until: h.Now.Add(time.Duration(hours) * time.Hour)})
}

func (h *history) newestEmergency(c *character) (id int64) {
	h.t.Helper()
	if err := h.DB.Read().GetContext(h.t.Context(), &id, `SELECT coalesce(max(id), 0) FROM emergency_override WHERE person_id = $1`, int64(c.ID)); err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *history) endEmergency(c *character) {
	id := h.newestEmergency(c)
	h.did(h.App.Overrides.End(h.t.Context(), h.Coordinator, h.Cmd(), line, id), deed{what: emergencyTaken, who: c.Number, order: id})
}

func (h *history) askForSupervisors(*character) {
	_, in, err := h.App.Lines.Settings(h.t.Context(), h.Coordinator, line)
	if err != nil {
		h.t.Fatal(err)
	}
	in.Supervised = !replay(h.log, "", h.Now).watched
	what := lineAsksNot
	if in.Supervised {
		what = lineAsks
	}
	h.did(h.App.Lines.Change(h.t.Context(), h.Coordinator, h.Cmd(), line, in), deed{what: what})
}

// soon is one of the next shifts, the one that runs among them.
func (h *history) soon() (id int64, from, until time.Time) {
	if _, err := h.App.DueWork.Drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	var list []struct {
		ID    int64
		From  time.Time
		Until time.Time
	}
	err := h.DB.Read().SelectContext(h.t.Context(), &list, `SELECT id, starts_at AS from, ends_at AS until FROM shift WHERE state = 'open' AND ends_at > $1 ORDER BY starts_at LIMIT 2`, h.Now)
	if err != nil || len(list) == 0 {
		h.t.Fatalf("no shift to come: %v", err)
	}
	v := list[h.rand.IntN(len(list))]
	return v.ID, v.From.UTC(), v.Until.UTC()
}

// lead lets the supervisor take a shift or leave it; while it runs the
// coordinator puts her there or takes her off.
func (h *history) lead(*character) {
	ctx := h.t.Context()
	id, from, until := h.soon()
	begun := !h.Now.Before(from)
	_, leads := replay(h.log, "", h.Now).led[id]
	var err error
	switch {
	case leads && begun:
		err = h.App.Shifts.TakeOff(ctx, h.Coordinator, h.Cmd(), id, h.silvia.ID, "altrove")
	case leads:
		err = h.App.Shifts.Leave(ctx, h.silvia, h.Cmd(), id)
	case begun:
		err = h.App.Shifts.Put(ctx, h.Coordinator, h.Cmd(), id, h.silvia.ID, scheduler.Supervises)
	default:
		err = h.App.Shifts.Take(ctx, h.silvia, h.Cmd(), id, scheduler.Supervises)
	}
	if err != nil {
		h.t.Fatalf("the supervisor of shift %d at %v: %v", id, h.Now, err)
	}
	if leads {
		h.did(nil, deed{what: shiftUnled, shift: id})
		return
	}
	h.did(nil, deed{what: shiftLed, shift: id, from: from, until: until})
}

func (h *history) takeShift(c *character) {
	id, _, _ := h.soon()
	h.did(h.App.Shifts.Take(h.t.Context(), c.Actor, h.Cmd(), id, scheduler.Answers), deed{what: shiftTaken, who: c.Number})
}

// shiftsAreSound lets the doctor look at the shifts.
func (h *history) shiftsAreSound() {
	h.t.Helper()
	found, err := h.App.Doctor.Examine(h.t.Context(), people.Actor{Program: "test"}, false)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, c := range found {
		if strings.HasPrefix(c.Name, "shifts-") && !c.OK() {
			h.t.Errorf("%s: %v", c.Name, c.Bad)
		}
	}
}

// publish changes the module; whoever holds a certificate that has not run out,
// from an enrolment that has not ended, has to confirm it.
func (h *history) publish(*character) {
	days := 1 + h.rand.IntN(5)
	out, err := h.App.Publishing.Publish(h.t.Context(), people.Actor{Program: "test"}, h.Cmd(), app.Publication{
		Files: shortPack(len(h.changes) + 1), Dir: "esempio/it", Impact: app.Confirm, By: h.Now.In(apptest.Rome()).AddDate(0, 0, days).Format(time.DateOnly), Note: "una revisione",
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.changes = append(h.changes, out.Release)
	for _, c := range h.people {
		for i, p := range replay(h.log, c.Number, h.Now).papers {
			if ended := c.enrolments[c.of[i]]; !p.gone() && h.Now.Before(p.until) && (ended.IsZero() || h.Now.Before(ended)) {
				h.did(nil, deed{what: changeOwed, who: c.Number, change: out.Release, from: midnight(h.Now, days)})
			}
		}
	}
}

func (h *history) confirm(c *character) {
	if len(h.changes) == 0 {
		return
	}
	release := h.changes[h.rand.IntN(len(h.changes))]
	h.did(h.App.Study.ConfirmChange(h.t.Context(), c.Actor, h.Cmd(), release, -1), deed{what: changeConfirmed, who: c.Number, change: release})
}

// ask asks the gate over HTTP; the zero instant is now.
func (h *history) ask(who, channel string, at time.Time) string {
	h.t.Helper()
	q := url.Values{"line": {line}, "channel": {channel}, "agent": {who}}
	if !at.IsZero() {
		q.Set("at", at.UTC().Format(time.RFC3339Nano))
	}
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.URL+"/gate/v1/check?"+q.Encode(), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.token)
	resp, err := h.client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		h.t.Fatalf("the gate answers %d %s %v", resp.StatusCode, b, err)
	}
	return strings.TrimSpace(string(b))
}

// codesOf reads a text answer; none is a yes.
func codesOf(text string) ([]string, error) {
	if strings.HasPrefix(text, "enabled ") {
		return nil, nil
	}
	_, list, ok := strings.Cut(text, " reason=")
	if !strings.HasPrefix(text, "disabled ") || !ok || list == "" {
		return nil, fmt.Errorf("no answer of a gate: %q", text)
	}
	return strings.Split(list, ","), nil
}

// told compares an answer with the oracle.
func (h *history) told(q question, text, when string) {
	h.t.Helper()
	codes, err := codesOf(text)
	if want := oracle(h.log, q.who, q.channel, q.at); err != nil || !slices.Equal(codes, want) {
		h.t.Errorf("%s, %s for %s at %v: the gate says %q %v, the oracle %v\n%s", when, q.who, q.channel, q.at, text, err, want, h.story(q.who))
	}
}

// story is the log of a person, to read after a failure.
func (h *history) story(who string) string {
	var b strings.Builder
	for _, d := range h.log {
		if d.who == "" || d.who == who {
			fmt.Fprintf(&b, "  %v %s %s paper %d %v from %v until %v change %d\n", d.at, d.who, d.what, d.paper, d.channels, d.from, d.until, d.change)
		}
	}
	return b.String()
}

// askEverybody asks about everybody now.
func (h *history) askEverybody() {
	h.t.Helper()
	numbers := []string{nobodyNumber}
	for _, c := range h.people {
		numbers = append(numbers, c.Number)
	}
	for _, n := range numbers {
		for _, channel := range []string{"phone", "chat"} {
			q := question{h.Now, n, channel}
			h.answers[q] = h.ask(n, channel, time.Time{})
			h.told(q, h.answers[q], "now")
		}
	}
}

// TestTheGateAndTheOracle plays random histories of commands and asks after each
// step, then asks about every past instant and every boundary again. At every
// instant the gate says what the oracle says, now as then, word for word.
func TestTheGateAndTheOracle(t *testing.T) {
	t.Parallel()
	var (
		lock   sync.Mutex
		seen   = map[string]int{} // reasons and deeds
		missed = map[string]int{} // mutants: instants at which they differ from the oracle
		all    sync.WaitGroup
	)
	t.Run("histories", func(t *testing.T) {
		for seed := range uint64(histories) {
			all.Add(1)
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				defer all.Done()
				h := newHistory(t, seed)
				for range steps {
					h.step()
					h.askEverybody()
					h.prove()
				}
				h.shiftsAreSound()
				h.askAgain()
				h.proveAgain()
				differ := h.mutants()
				lock.Lock()
				defer lock.Unlock()
				for _, d := range h.log {
					seen[d.what]++
				}
				for _, text := range h.answers {
					codes, _ := codesOf(text)
					for _, c := range append(codes, strings.Fields(text)[0]) {
						seen[c]++
					}
				}
				for name, n := range differ {
					missed[name] += n
				}
			})
		}
	})
	all.Wait()
	for _, what := range append(strings.Fields(reasons), "enabled", lineOpened, lineClosed, admitted, registered, leftRegister, personSuspended, personRestored, certified,
		paperSuspended, paperRestored, paperRevoked, changeOwed, changeConfirmed, stationChecked, pledgeSigned, contactTaken, levelRaised, emergencyGiven, emergencyTaken, pauseBegun, pauseEnded, lineAsks, lineAsksNot, shiftLed, shiftUnled, shiftTaken) {
		if seen[what] == 0 {
			t.Errorf("no history brought out %q", what)
		}
	}
	for _, m := range mutants {
		if missed[m.name] == 0 {
			t.Errorf("a gate where %s answers like the oracle at every instant", m.name)
		}
	}
	t.Logf("reasons and deeds: %v", seen)
	t.Logf("instants that tell the mutants: %v", missed)
}

// askAgain asks about every past instant and every boundary that has passed.
func (h *history) askAgain() {
	h.t.Helper()
	for q, then := range h.answers {
		text := h.ask(q.who, q.channel, q.at)
		if text != then && q.who != nobodyNumber {
			h.t.Errorf("%s for %s at %v: then %q, now it says %q", q.who, q.channel, q.at, then, text)
		}
		h.told(q, text, "as of")
	}
	for _, q := range h.instants() {
		h.told(q, h.ask(q.who, q.channel, q.at), "as of a boundary")
	}
}

// instants are the boundaries that have passed, for whom was known then.
func (h *history) instants() []question {
	var list []question
	for _, b := range h.boundaries {
		if b.After(h.Now) {
			continue
		}
		for _, c := range h.people {
			if replay(h.log, c.Number, b).known {
				list = append(list, question{b, c.Number, "phone"}, question{b, c.Number, "chat"})
			}
		}
	}
	return list
}

// mutants are gates with a mistake: what the facts would be if the gate did not
// look at something.
var mutants = []struct {
	name   string
	mutate func(gate.Fact) (gate.Fact, bool)
}{
	{"suspensions are forgotten", func(f gate.Fact) (gate.Fact, bool) {
		return f, f.Kind != gate.Suspension && f.Kind != gate.CertificateSuspension
	}},
	{"the last instant still counts", func(f gate.Fact) (gate.Fact, bool) {
		if !f.Until.IsZero() {
			f.Until = f.Until.Add(time.Nanosecond)
		}
		return f, true
	}},
	{"any channel will do", func(f gate.Fact) (gate.Fact, bool) { f.Channel = ""; return f, true }},
	{"nothing is ever closed", func(f gate.Fact) (gate.Fact, bool) { f.ClosedAt = time.Time{}; return f, true }},
	{"what comes was always known", func(f gate.Fact) (gate.Fact, bool) { f.RecordedAt = time.Time{}; return f, true }},
	{"nobody has to be supervised", func(f gate.Fact) (gate.Fact, bool) { return f, f.Kind != gate.Supervision }},
	{"supervisors never leave", func(f gate.Fact) (gate.Fact, bool) {
		if f.Kind == gate.SupervisorOn {
			f.ClosedAt = time.Time{}
		}
		return f, true
	}},
	{"supervisors are there from the booking on", func(f gate.Fact) (gate.Fact, bool) {
		if f.Kind == gate.SupervisorOn {
			f.From = f.RecordedAt
		}
		return f, true
	}},
	{"trust never ends", func(f gate.Fact) (gate.Fact, bool) {
		if f.Kind == gate.Practice {
			f.Until = time.Time{}
		}
		return f, true
	}},
	{"emergencies are forgotten", func(f gate.Fact) (gate.Fact, bool) { return f, f.Kind != gate.Override }},
	{"nobody is ever raised", func(f gate.Fact) (gate.Fact, bool) {
		if f.Kind == gate.Certificate {
			f.Level = gate.Supervised
		}
		return f, true
	}},
	{"revocations are forgotten", func(f gate.Fact) (gate.Fact, bool) { return f, f.Kind != gate.CertificateRevocation }},
}

// mutants counts, for each mutant, the instants at which it differs from the
// oracle. The gate without a mutation must never.
func (h *history) mutants() map[string]int {
	h.t.Helper()
	questions := h.instants()
	for q := range h.answers {
		questions = append(questions, q)
	}
	facts := map[string]gate.Facts{nobodyNumber: {}}
	for _, c := range h.people {
		asked, err := coursedb.New(h.DB.Read()).Facts(h.t.Context(), c.ID, h.Line)
		if err != nil {
			h.t.Fatal(err)
		}
		facts[c.Number] = asked.Facts
	}
	differs := func(q question, f gate.Facts) bool {
		var codes []string
		for _, c := range gate.Decide(f, gate.LineID(h.Line), gate.Channel(q.channel), q.at).Codes() {
			codes = append(codes, string(c))
		}
		return !slices.Equal(codes, oracle(h.log, q.who, q.channel, q.at))
	}
	differ := map[string]int{}
	for _, q := range questions {
		if differs(q, facts[q.who]) {
			h.t.Errorf("%s for %s at %v: Decide differs from the oracle", q.who, q.channel, q.at)
		}
		for _, m := range mutants {
			mutated := gate.Facts{Known: facts[q.who].Known}
			for _, f := range facts[q.who].List {
				if f, keep := m.mutate(f); keep {
					mutated.List = append(mutated.List, f)
				}
			}
			if differs(q, mutated) {
				differ[m.name]++
			}
		}
	}
	return differ
}

// The oracle is worth something only as long as it does not think like the gate.
func TestTheOracleSharesNothingWithTheGate(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "oracle_test.go", nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range file.Imports {
		if strings.Contains(i.Path.Value, "abilita/") {
			t.Errorf("the oracle imports %s", i.Path.Value)
		}
	}
}
