package site_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// The main job by a finger and a keyboard alone, on a telephone: from the public
// form to the gate that answers enabled.
func TestFromApplicationToEnabledInABrowser(t *testing.T) {
	t.Parallel()
	chromium := webtest.Chromium(t)
	for _, way := range []struct {
		name, lang string
		script     bool
	}{
		{"Italian", "it", true},
		{"English", "en", true},
		{"Italian without script", "it", false},
		{"English without script", "en", false},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			newPath(t, chromium, way.lang, way.script).walk()
		})
	}
}

// pathPack is the example pack with one evening, one turn of calls and an exam
// that asks every question of the bank in its order, the open one too.
func pathPack(t *testing.T) fstest.MapFS {
	t.Helper()
	pack := apptest.Pack()
	_, items, ok := strings.Cut(string(pack["esempio/it/quiz/banca.md"].Data), "\n\n")
	programme := string(pack["esempio/it/programma.md"].Data)
	short := strings.NewReplacer("- sessioni: serata, laboratorio\n", "- sessioni: serata\n", "- numero: 4\n", "- numero: 1\n").Replace(programme)
	if !ok || short == programme {
		t.Fatal("the example pack is another")
	}
	pack["esempio/it/programma.md"] = &fstest.MapFile{Data: []byte(short)}
	pack["esempio/it/quiz/finale.md"] = &fstest.MapFile{Data: []byte("# Quiz: linea donazioni, prova finale\n- id: qz-finale\n- versione: 1.0\n- tipo: prova\n- soglia: 80%\n- tempo: 20 min\n- tentativi: 1\n\n" + items)}
	return pack
}

// path is the way of one volunteer and those who help her.
type path struct {
	t                                  *testing.T
	s                                  *webtest.Site
	giulia, teresa, davide, nadia, ada *hand
	key, number                        string
}

// newPath makes the organisation.
func newPath(t *testing.T, chromium context.Context, lang string, script bool) *path {
	t.Helper()
	s := webtest.Serve(t, apptest.NewWith(t, pathPack(t)))
	p := &path{t: t, s: s}
	for name, h := range map[string]**hand{"Giulia": &p.giulia, "Teresa": &p.teresa, "Davide": &p.davide, "Nadia": &p.nadia, "Ada": &p.ada} {
		*h = take(t, chromium, s, name, lang, script)
	}
	return p
}

// until moves the clock and does what is due.
func (p *path) until(at time.Time) {
	p.t.Helper()
	p.s.Set(at)
	if _, err := p.s.App.DueWork.Drain(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func rome(day, hour, minute int) time.Time {
	return time.Date(2026, 12, day, hour, minute, 0, 0, apptest.Rome())
}

func (p *path) walk() {
	p.plan()
	p.connect()
	p.apply()
	p.admit()
	p.arrive(p.invitation())
	p.gate("disabled")
	p.ask("disabled")
	p.until(rome(8, 9, 0))
	p.study()
	p.evening()
	p.exam()
	p.practise()
	p.sign()
	p.call()
	p.mark()
	p.gate("disabled")
	p.second()
	p.gate("enabled")
	p.ask("enabled")
	g := p.giulia
	g.open("/")
	if yes := map[string]string{"it": "Puoi rispondere", "en": "You may answer"}[g.lang]; !strings.Contains(g.text(), yes) {
		p.t.Errorf("the first page does not say %q: %s", yes, g.text())
	}
	p.t.Logf("%d pages", g.pages+p.teresa.pages+p.davide.pages+p.nadia.pages+p.ada.pages)
}

// plan puts an evening and a turn of calls into the calendar of the cohort.
func (p *path) plan() {
	d := p.davide
	d.enter("davide@example.org")
	d.press(`nav a[href="/sessions"]`)
	d.follow("/cohorts/")
	for _, s := range []struct{ title, kind, day, at, first, minutes, slot, trainer, script string }{
		{"Serata", "evening", "2", "20:30", "2026-12-08", "120", "0", "davide@example.org", ""},
		{"Chiamate valutate", "roleplay", "3", "18:00", "2026-12-09", "180", "30", "nadia@example.org", "rp-cinquanta-euro"},
	} {
		d.write("title", s.title)
		d.turn(`[name="kind"]`, s.kind)
		d.choose("weekdays", s.day)
		d.clock("at", s.at)
		d.rewrite("minutes", s.minutes)
		d.date("first_on", s.first)
		d.rewrite("slot", s.slot)
		d.turn(`[name="trainer"]`, s.trainer)
		d.turn(`[name="script"]`, s.script)
		d.write("join_url", "https://stanza.example.org/1")
		d.press(`form[action^="/cohorts/"] button.go`)
		if d.has(`.errors`) {
			p.t.Fatalf("%s is not planned: %s", s.title, d.text())
		}
	}
	p.until(apptest.Begin.Add(time.Minute))
}

// connect makes the key for the telephones; it is shown once.
func (p *path) connect() {
	a := p.ada
	a.enter("ada@example.org")
	a.open("/keys")
	a.write("name", "Centralino")
	a.press(`form[action="/keys"][method="post"] button`)
	if p.key = read[string](a, `document.getElementById("token")?.value ?? ""`); p.key == "" {
		p.t.Fatalf("no key: %s", a.text())
	}
	a.open("/keys")
	if strings.Contains(read[string](a, `document.documentElement.outerHTML`), p.key) {
		p.t.Error("the key is shown a second time")
	}
}

// ask asks the gate by hand.
func (p *path) ask(want string) {
	p.t.Helper()
	a := p.ada
	a.openAs("ada@example.org", "/keys")
	a.turn(`[name="channel"]`, "phone")
	a.write("agent", p.number)
	a.press(`form[method="get"] button`)
	if line := read[string](a, `document.getElementById("answer")?.value ?? ""`); !strings.HasPrefix(line, want+" "+p.number+" donazioni phone ") {
		p.t.Errorf("the page of keys says %q, want %s: %s", line, want, a.text())
	}
}

// gate asks as the telephones do.
func (p *path) gate(want string) {
	p.t.Helper()
	q := url.Values{"line": {p.s.Code}, "channel": {"phone"}, "agent": {p.number}}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.s.URL+"/gate/v1/check?"+q.Encode(), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), want+" "+p.number+" donazioni phone ") {
		p.t.Fatalf("the gate says %d %q, want %s", resp.StatusCode, body, want)
	}
}

func (p *path) apply() {
	g := p.giulia
	g.open("/apply/donazioni")
	g.write("given_name", "Giulia")
	g.write("family_name", "Ferrandi")
	g.write("email", "giulia@example.org")
	g.date("born", "1990-05-04")
	g.choose("availability", "evening")
	g.write("why", "Ho tempo la sera e mi piace ascoltare.")
	g.choose("paid", "no")
	g.pick(`input[name="agreed"]`)
	g.press(`form[action="/apply/donazioni"] button.go`)
	if g.path() != "/apply/donazioni/done" {
		p.t.Fatalf("after the form: %s %s", g.path(), g.text())
	}
}

func (p *path) admit() {
	c := p.teresa
	c.enter("teresa@example.org")
	c.follow("/inbox")
	c.follow("/applications/")
	c.write("note", "Cordiale, libera la sera.")
	c.press(`form[action$="/note"] button`)
	c.choose("outcome", "admitted")
	c.press(`form[action$="/decide"] button.go`)
	if p.number = regexp.MustCompile(`\bv\d{4,}\b`).FindString(c.text()); p.number == "" {
		p.t.Fatalf("no number after the admission: %s", c.text())
	}
	c.write("policy", "RC 2027/114")
	c.press(`form[action$="/register"] button.go`)
	if c.has(`form[action$="/register"]`) {
		p.t.Fatalf("the entry in the register is not confirmed: %s", c.text())
	}
}

// invitation reads the link off the letter, as it stands on paper.
func (p *path) invitation() (link string) {
	c := p.teresa
	c.open("/letters")
	letters := read[[]string](c, `[...document.querySelectorAll('main a[href^="/letters/"]')].filter((a) => a.textContent.includes("Giulia")).map((a) => a.getAttribute("href"))`)
	for _, l := range letters {
		c.press(`main a[href="` + l + `"]`)
		if link = regexp.MustCompile(`/in/\d+-[a-z0-9]+`).FindString(c.text()); link != "" {
			return link
		}
		c.press(`a.back`)
	}
	p.t.Fatalf("none of the letters %v holds an invitation", letters)
	return ""
}

func (p *path) arrive(link string) {
	g := p.giulia
	g.open(link)
	g.write("password", apptest.Password)
	g.press(`form[action^="/in/"] button.go`)
	if g.path() != "/" {
		p.t.Fatalf("after the password: %s %s", g.path(), g.text())
	}
}

func (p *path) study() {
	g := p.giulia
	g.open("/")
	g.press(`nav a[href="/study"]`)
	g.follow("/study/mo-denaro")
	g.press(`form[action="/study/mo-denaro/read"] button`)
	if g.has(`form[action="/study/mo-denaro/read"]`) {
		p.t.Fatalf("the module is not read: %s", g.text())
	}
}

// evening books both sessions and attends the first.
func (p *path) evening() {
	g := p.giulia
	for range 2 {
		g.press(`nav a[href="/sessions"]`)
		g.press(`form[action$="/book"] button`)
	}
	p.until(rome(8, 20, 31))
	d := p.davide
	d.enter("davide@example.org")
	d.press(`nav a[href="/sessions"]`)
	d.press(`main a[href^="/sessions/"]`)
	d.choose("outcome."+p.number, "present")
	d.press(`form[action$="/register"] button.go`)
	if d.has(`form[action$="/register"]`) {
		p.t.Fatalf("the register is not closed: %s", d.text())
	}
}

// practise plays the call alone.
func (p *path) practise() {
	g := p.giulia
	g.press(`nav a[href="/calls"]`)
	g.press(`form[action="/calls/start"] button`)
	stopped := !g.script
	for range 20 {
		if !g.has(`button[name="choice"]`) {
			break
		}
		if !stopped && g.has(`.silence button`) { // a slow machine may think as long as it likes
			stopped = true
			g.must(g.run(g.tap(`.silence button`)))
		}
		g.press(`button[name="choice"]`)
	}
	g.press(`a[href$="/debrief"]`)
}

// sign signs the home station and the pledge.
func (p *path) sign() {
	g := p.giulia
	for _, list := range []string{"/checklists/postazione", "/checklists/riservatezza"} {
		g.press(`nav a[href="/"]`)
		g.follow(list)
		for _, v := range read[[]string](g, `[...document.querySelectorAll('input[name="item"]')].map((i) => i.value)`) {
			g.choose("item", v)
		}
		g.pick(`input[name="signed"]`)
		g.press(`form[action="` + list + `"] button.go`)
		if g.has(`form[action="` + list + `"]`) {
			p.t.Fatalf("%s is not signed: %s", list, g.text())
		}
	}
}

// call is the assessed one.
func (p *path) call() {
	p.until(rome(9, 18, 10))
	n := p.nadia
	n.enter("nadia@example.org")
	n.open("/assessments")
	n.follow("/assess/")
	for name, value := range map[string]string{"level.R1": "3", "level.R2": "3", "level.R3": "2", "level.R4": "3", "said.D1": "said", "said.D2": "said"} {
		n.choose(name, value)
	}
	n.write("note", "Bella pausa.")
	n.press(`form[action^="/assess/"] button.go`)
	if !strings.HasPrefix(n.path(), "/assessments/") {
		p.t.Fatalf("the assessment is not taken: %s", n.text())
	}
}

// mark reads the open answer of the exam.
func (p *path) mark() {
	n := p.nadia
	n.press(`nav a[href="/assessments"]`)
	n.follow("/marking")
	n.follow("/marking/")
	name := read[string](n, `document.querySelector('input[name^="level."]').name`)
	n.choose(name, "3")
	n.write(strings.Replace(name, "level.", "note.", 1), "Riprende le sue parole.")
	n.press(`form[action^="/marking/"] button.go`)
	if n.path() != "/marking" || n.has(`a[href^="/marking/"]`) {
		p.t.Fatalf("the answer is not marked: %s", n.text())
	}
}

// second signs what the evidence proposes.
func (p *path) second() {
	c := p.teresa
	c.enter("teresa@example.org")
	c.open("/signing")
	c.follow("/signing/")
	c.press(`form[action^="/signing/"] button.go`)
}
