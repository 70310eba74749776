package site_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// hand is somebody at a telephone: a tab with cookies of its own, a finger and
// a keyboard. What it reads, it reads through the browser's tools, which answer
// where the page's own script may not run.
type hand struct {
	t      *testing.T
	s      *webtest.Site
	ctx    context.Context
	name   string
	lang   string
	script bool
	pages  int
	marks  int // controls found by their words
}

// take gives somebody a telephone whose browser asks for Italian.
func take(t *testing.T, chromium context.Context, s *webtest.Site, name, lang string, script bool) *hand {
	t.Helper()
	axe, err := os.ReadFile("../web/ui/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithTargetID(webtest.Window(t, chromium)))
	t.Cleanup(cancel)
	h := &hand{t: t, s: s, ctx: ctx, name: name, lang: lang, script: script}
	h.must(h.run(emulation.SetDeviceMetricsOverride(390, 844, 1, true), network.Enable(),
		network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": "it"}), emulation.SetScriptExecutionDisabled(!script)))
	if script {
		h.must(h.run(chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := cdppage.AddScriptToEvaluateOnNewDocument(string(axe)).Do(ctx)
			return err
		})))
	}
	return h
}

func (h *hand) run(do ...chromedp.Action) error { return chromedp.Run(h.ctx, do...) }

func (h *hand) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("%s at %s: %v\n%s", h.name, h.path(), err, h.text())
	}
}

// read asks the browser about the page.
func read[T any](h *hand, js string) T {
	h.t.Helper()
	var out T
	if err := chromedp.Run(h.ctx, chromedp.Evaluate(js, &out)); err != nil {
		h.t.Fatalf("%s: %s: %v", h.name, js, err)
	}
	return out
}

func (h *hand) path() string { h.t.Helper(); return read[string](h, `location.pathname`) }

func (h *hand) text() string {
	h.t.Helper()
	return read[string](h, `document.querySelector("main")?.innerText ?? document.body?.innerText ?? ""`)
}

// has says whether the page holds something.
func (h *hand) has(css string) bool {
	h.t.Helper()
	return read[bool](h, `document.querySelector(`+quoted(css)+`) !== null`)
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// leads does what leads to another page.
func (h *hand) leads(what string, do ...chromedp.Action) {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.ctx, 20*time.Second)
	defer stop()
	resp, err := chromedp.RunResponse(ctx, do...)
	if err != nil {
		h.t.Fatalf("%s, %s: %v", h.name, what, err)
	}
	if resp != nil && resp.Status != http.StatusOK {
		h.t.Fatalf("%s, %s: %d: %s", h.name, what, resp.Status, h.text())
	}
	h.pages++
}

// speak touches the language switch where the page is in the other language:
// that of the browser for strangers, that of the account after signing in.
func (h *hand) speak() {
	h.t.Helper()
	if read[string](h, `document.documentElement.lang`) != h.lang {
		h.leads("the language switch", h.tap(`form[action="/language"] button[value="`+h.lang+`"]`))
	}
}

// look looks at the page as it came.
func (h *hand) look() {
	h.t.Helper()
	var seen struct {
		Lang, Path string
		Wide       int
		Ran        bool
	}
	var grave []string
	do := []chromedp.Action{chromedp.Evaluate(`({Lang: document.documentElement.lang, Path: location.pathname, Wide: document.documentElement.scrollWidth, Ran: document.querySelector("[data-print]:not([hidden]), [data-secret] button, .sq") !== null})`, &seen)}
	if h.script {
		do = append(do, chromedp.Evaluate(webtest.Grave, &grave, webtest.Awaited))
	}
	h.must(h.run(do...))
	if seen.Lang != h.lang {
		h.t.Errorf("%s at %s: the page is in %q", h.name, seen.Path, seen.Lang)
	}
	if seen.Wide > 390 {
		h.t.Errorf("%s at %s: %d px wide", h.name, seen.Path, seen.Wide)
	}
	if seen.Ran && !h.script {
		h.t.Errorf("%s at %s: script ran", h.name, seen.Path)
	}
	for _, g := range grave {
		h.t.Errorf("%s at %s: %s", h.name, seen.Path, g)
	}
}

// open types an address.
func (h *hand) open(path string) {
	h.t.Helper()
	first := h.pages == 0
	h.leads("open "+path, chromedp.Navigate(h.s.URL+path))
	if first {
		h.speak()
	}
	h.look()
}

// enter signs in.
func (h *hand) enter(email string) { h.t.Helper(); h.openAs(email, "/sign-in") }

// openAs types an address, and signs in when the site asks.
func (h *hand) openAs(email, path string) {
	h.t.Helper()
	h.open(path)
	if h.path() != "/sign-in" {
		return
	}
	h.write("email", email)
	h.write("password", apptest.Password)
	h.leads("sign in", h.tap(`form[action="/sign-in"] button.go`))
	if h.path() == "/sign-in" {
		h.t.Fatalf("%s cannot sign in: %s", h.name, h.text())
	}
	h.speak()
	h.look()
}

// where finds the first thing that shows, brings it to the middle of the screen
// and says where a finger would touch it, or what lies over it.
const where = `((css) => {
  for (const e of document.querySelectorAll(css)) {
    if (e.getClientRects().length === 0) continue;
    e.scrollIntoView({block: "center", behavior: "instant"});
    const r = e.getClientRects()[0], x = r.left + r.width / 2, y = r.top + r.height / 2;
    const at = document.elementFromPoint(x, y);
    if (!at || !(e.contains(at) || at.contains(e) && at.closest("label"))) return {over: at ? at.outerHTML.slice(0, 120) : "nothing: outside of the screen"};
    return {x, y, ok: true};
  }
  return {over: "it is not there"};
})(%s)`

// tap touches the first element that shows.
func (h *hand) tap(css string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var at struct {
			X, Y float64
			Ok   bool
			Over string
		}
		if err := chromedp.Evaluate(fmt.Sprintf(where, quoted(css)), &at).Do(ctx); err != nil {
			return err
		}
		if !at.Ok {
			return fmt.Errorf("cannot touch %s: %s", css, at.Over)
		}
		return chromedp.MouseClickXY(at.X, at.Y).Do(ctx)
	})
}

// press touches what leads to another page.
func (h *hand) press(css string) {
	h.t.Helper()
	if !h.has(css) {
		h.t.Fatalf("%s at %s: no %s on: %s", h.name, h.path(), css, h.text())
	}
	h.leads("press "+css, h.tap(css))
	h.look()
}

// follow touches a link.
func (h *hand) follow(href string) { h.t.Helper(); h.press(`a[href^="` + href + `"]`) }

// pick touches a box or a button of a group until it is chosen.
func (h *hand) pick(css string) {
	h.t.Helper()
	if !read[bool](h, `document.querySelector(`+quoted(css)+`)?.checked === true`) {
		h.must(h.run(h.tap(css)))
	}
	if !read[bool](h, `document.querySelector(`+quoted(css)+`)?.checked === true`) {
		h.t.Fatalf("%s at %s: %s does not stay chosen", h.name, h.path(), css)
	}
}

// choose picks one value of a group.
func (h *hand) choose(name, value string) {
	h.t.Helper()
	h.pick(`input[name="` + name + `"][value="` + value + `"]`)
}

// write touches a field and types.
func (h *hand) write(name, words string) { h.t.Helper(); h.writeIn(`[name="`+name+`"]`, words) }

func (h *hand) writeIn(css, words string) {
	h.t.Helper()
	h.must(h.run(h.tap(css), chromedp.KeyEvent(words)))
	if got := read[string](h, `document.querySelector(`+quoted(css)+`).value`); got != words {
		h.t.Fatalf("%s at %s: typed %q, the field holds %q", h.name, h.path(), words, got)
	}
}

// date types a date field by field, month first as the browser of the test asks.
func (h *hand) date(name, day string) {
	h.t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	h.must(err)
	css := `[name="` + name + `"]`
	h.must(h.run(chromedp.Focus(css), chromedp.KeyEvent(at.Format("01022006"))))
	if got := read[string](h, `document.querySelector(`+quoted(css)+`).value`); got != day {
		h.t.Fatalf("%s at %s: typed %s, the field holds %q", h.name, h.path(), day, got)
	}
}

// clock types a time with its half of the day, as the browser of the test asks.
func (h *hand) clock(name, at string) {
	h.t.Helper()
	hour, err := time.Parse("15:04", at)
	h.must(err)
	css := `[name="` + name + `"]`
	h.must(h.run(chromedp.Focus(css), chromedp.KeyEvent(hour.Format("0304PM"))))
	if got := read[string](h, `document.querySelector(`+quoted(css)+`).value`); got != at {
		h.t.Fatalf("%s at %s: typed %s, the field holds %q", h.name, h.path(), at, got)
	}
}

// rewrite types over what a field holds.
func (h *hand) rewrite(name, words string) {
	h.t.Helper()
	css := `[name="` + name + `"]`
	h.must(h.run(chromedp.Focus(css), chromedp.KeyEvent("a", chromedp.KeyModifiers(input.ModifierCtrl)), chromedp.KeyEvent(words)))
	if got := read[string](h, `document.querySelector(`+quoted(css)+`).value`); got != words {
		h.t.Fatalf("%s at %s: typed %q over it, the field holds %q", h.name, h.path(), words, got)
	}
}

// turn goes with the arrow keys to the option of a list that says words or has
// them as its value.
func (h *hand) turn(css, words string) {
	h.t.Helper()
	steps := read[int](h, `((s, w) => { const i = [...s.options].findIndex((o) => o.text.trim() === w || o.value === w); return i < 0 ? 999 : i - s.selectedIndex; })(document.querySelector(`+quoted(css)+`), `+quoted(words)+`)`)
	if steps == 999 {
		h.t.Fatalf("%s at %s: %s does not offer %q", h.name, h.path(), css, words)
	}
	key := kb.ArrowDown
	if steps < 0 {
		key, steps = kb.ArrowUp, -steps
	}
	h.must(h.run(chromedp.Focus(css), chromedp.KeyEvent(strings.Repeat(key, steps))))
	if got := read[string](h, `(([o], w) => o.value === w ? w : o.text.trim())(document.querySelector(`+quoted(css)+`).selectedOptions, `+quoted(words)+`)`); got != words {
		h.t.Fatalf("%s at %s: %s holds %q, not %q", h.name, h.path(), css, got, words)
	}
}
