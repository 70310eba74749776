package gallery_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"abilita/internal/i18n"
	"abilita/internal/web/gallery"
	"abilita/internal/web/webtest"
)

// policy is stricter than what the program sends: whatever passes here passes there.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// browser starts Chromium and a server with the gallery; tabs share both.
func browser(t *testing.T) (ctx context.Context, url string) {
	t.Helper()
	h := gallery.Handler(renderer(t))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return webtest.Chromium(t), server.URL
}

// tab opens a page of its own.
func tab(t *testing.T, ctx context.Context) context.Context {
	t.Helper()
	tab, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return tab
}

// screen is a window in a theme.
type screen struct {
	width, height int64
	theme         string
}

func (s screen) set() chromedp.Action {
	return chromedp.Tasks{
		emulation.SetDeviceMetricsOverride(s.width, s.height, 1, s.width < 600),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.theme}}),
	}
}

var (
	phone   = screen{390, 844, "light"}
	desktop = screen{1280, 900, "dark"}
)

// watch notes what the policy refused, from before the first element.
const watch = `window.refused=[];document.addEventListener("securitypolicyviolation",e=>refused.push(e.effectiveDirective+" "+e.blockedURI));`

// measure lists what sticks out of the window, text smaller than 12 px and targets below 24 px.
const measure = `(() => {
  const out = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) out.push("wider than the window: " + document.documentElement.scrollWidth + " of " + width);
  for (const e of document.querySelectorAll("main *, header *, footer *")) {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (words && !e.closest("svg") && parseFloat(getComputedStyle(e).fontSize) < 12) out.push("small text: " + e.textContent.trim().slice(0, 30));
    if (e.matches("button, summary, .btn, select, input:not([type=hidden])") && !e.closest(".sr") && (box.height < 24 || box.width < 24)) out.push("small target: " + e.outerHTML.slice(0, 60));
  }
  for (const u of document.querySelectorAll("svg use")) if (u.getBoundingClientRect().width === 0 && u.closest("svg").getBoundingClientRect().width > 0) out.push("shape not drawn: " + u.getAttribute("href"));
  return out.concat(window.refused.map((r) => "refused by the policy: " + r));
})()`

func TestEveryPageInABrowser(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("../ui/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx, url := browser(t)
	type job struct {
		name   string
		screen screen
	}
	jobs := make(chan job)
	var wg sync.WaitGroup
	for range 2 {
		own := tab(t, ctx)
		if err := chromedp.Run(own, chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(watch).Do(ctx)
			return err
		})); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for j := range jobs {
				var measured, found []string
				err := chromedp.Run(own, j.screen.set(), chromedp.Navigate(url+"/"+j.name),
					chromedp.Evaluate(`document.fonts.ready.then(() => true)`, nil, webtest.Awaited),
					chromedp.Evaluate(measure, &measured),
					chromedp.Evaluate(string(axe)+";true", nil),
					chromedp.Evaluate(webtest.Grave, &found, webtest.Awaited))
				if err != nil {
					t.Errorf("%s: %v", j.name, err)
				}
				for _, f := range append(measured, found...) {
					t.Errorf("%s at %d, %s: %s", j.name, j.screen.width, j.screen.theme, f)
				}
			}
		})
	}
	for _, e := range gallery.Examples(renderer(t).Printer(i18n.Italian)) {
		jobs <- job{e.Name, phone}
		jobs <- job{e.Name, desktop}
	}
	close(jobs)
	wg.Wait()
}

// The checks of the browser are checked on a page with faults.
func TestBrowserChecksSeeFaults(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("../ui/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx, url := browser(t)
	own := tab(t, ctx)
	var measured, found []string
	err = chromedp.Run(own, phone.set(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(watch).Do(ctx)
		return err
	}), chromedp.Navigate(url+"/sign-in"),
		chromedp.Evaluate(`document.querySelector("main").insertAdjacentHTML("beforeend", '<p class="tiny" id="p">x</p><p id="c">pale words</p><input type="checkbox" id="q"><img src="https://else.example/x.png">'); document.getElementById("p").style.cssText = "width: 900px; font-size: 9px"; document.getElementById("c").style.cssText = "color: #ddd; background: #fff"; document.getElementById("q").style.cssText = "width: 9px; height: 9px"; new Promise((r) => setTimeout(r, 100))`, nil, webtest.Awaited),
		chromedp.Evaluate(measure, &measured), chromedp.Evaluate(string(axe)+";true", nil), chromedp.Evaluate(webtest.Grave, &found, webtest.Awaited))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(append(measured, found...), "\n")
	for _, want := range []string{"wider than the window", "small text", "small target", "refused by the policy: img-src", "color-contrast", "image-alt", "label"} {
		if !strings.Contains(all, want) {
			t.Errorf("not seen: %s in\n%s", want, all)
		}
	}
}

func TestChoicesOfACallAreOnTheFirstScreenOfAPhone(t *testing.T) {
	t.Parallel()
	ctx, url := browser(t)
	var bottom float64
	err := chromedp.Run(tab(t, ctx), phone.set(), chromedp.Navigate(url+"/call"),
		chromedp.Evaluate(`document.fonts.ready.then(() => Math.max(...[...document.querySelectorAll(".choice")].map((c) => c.getBoundingClientRect().bottom)))`, &bottom, webtest.Awaited))
	if err != nil {
		t.Fatal(err)
	}
	if bottom == 0 || bottom > float64(phone.height) {
		t.Errorf("the last choice ends at %.0f px, the screen at %d", bottom, phone.height)
	}
}

func TestScriptOnlyShortensTheWay(t *testing.T) {
	t.Parallel()
	ctx, url := browser(t)
	own := tab(t, ctx)
	var order []string
	var timer string
	const places = `[...document.querySelectorAll(".order select")].map((s) => s.value)`
	err := chromedp.Run(own, desktop.set(), chromedp.Navigate(url+"/quiz"),
		chromedp.Click(`.order li:first-child .sq:last-child`), // the first row moves down
		chromedp.Evaluate(places+`.concat([...document.querySelectorAll(".order label")].map((l) => l.textContent.slice(0, 7)))`, &order),
		chromedp.Navigate(url+"/call"),
		chromedp.Click(`.silence button`),
		chromedp.Text(`.silence button`, &timer),
		emulation.SetScriptExecutionDisabled(true),
		chromedp.Navigate(url+"/quiz"),
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1", "2", "3", "4", "Ascolto", "Mi pres", "Chiamo ", "Chiedo "}
	if fmt.Sprint(order) != fmt.Sprint(want) {
		t.Errorf("moved: %v, want %v", order, want)
	}
	if timer != "Fai ripartire il tempo" {
		t.Errorf("the stopped timer says %q", timer)
	}
	var shown bool
	if err := chromedp.Run(own, chromedp.Evaluate(`[...document.querySelectorAll(".order select")].every((s) => s.getBoundingClientRect().height >= 24)`, &shown)); err != nil {
		t.Fatal(err)
	}
	if !shown {
		t.Error("without script the places cannot be chosen")
	}
}

func TestPapersPrintOnOneSheet(t *testing.T) {
	t.Parallel()
	ctx, url := browser(t)
	for _, name := range []string{"certificate", "certificate-revoked"} {
		var pdf []byte
		err := chromedp.Run(tab(t, ctx), chromedp.Navigate(url+"/"+name), chromedp.Evaluate(`document.fonts.ready.then(() => true)`, nil, webtest.Awaited),
			chromedp.ActionFunc(func(ctx context.Context) error {
				var err error
				pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).WithPrintBackground(true).Do(ctx)
				return err
			}))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(pdf, []byte("/Type /Page\n")); n != 1 {
			t.Errorf("%s prints on %d sheets", name, n)
		}
	}
}

func TestBoardPrintsItsColumns(t *testing.T) {
	t.Parallel()
	ctx, url := browser(t)
	var shown float64
	err := chromedp.Run(tab(t, ctx), emulation.SetDeviceMetricsOverride(1040, 700, 1, false), emulation.SetEmulatedMedia().WithMedia("print"), chromedp.Navigate(url+"/board"),
		chromedp.Evaluate(`[...document.querySelectorAll(".board tbody tr:first-child td")].filter((d) => d.getBoundingClientRect().width > 0).length`, &shown))
	if err != nil {
		t.Fatal(err)
	}
	if shown != 9 { // now and eight requirements
		t.Errorf("%v cells of a row are printed, want 9", shown)
	}
}

// The answers of a module are hidden until a key opens them, without script too,
// and stand on paper.
func TestAnswersAreHiddenUntilAskedForAndPrinted(t *testing.T) {
	t.Parallel()
	ctx, url := browser(t)
	own := tab(t, ctx)
	const seen = `[...document.querySelectorAll(".prose details p")].map((p) => p.getBoundingClientRect().height > 0 && p.checkVisibility({contentVisibilityAuto: true}))`
	var shut, opened, printed []bool
	err := chromedp.Run(own, phone.set(), emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(url+"/module"),
		chromedp.Evaluate(seen, &shut),
		chromedp.Focus(`.prose details:nth-of-type(2) summary`), chromedp.KeyEvent(kb.Enter),
		chromedp.Evaluate(seen, &opened),
		emulation.SetEmulatedMedia().WithMedia("print"), chromedp.Evaluate(seen, &printed))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(shut, opened, printed) != "[false false false] [false true false] [true true true]" {
		t.Errorf("shut %v, after a key %v, on paper %v", shut, opened, printed)
	}
}

func TestFiltersReplaceOnlyThePeople(t *testing.T) {
	t.Parallel()
	ctx, url := browser(t)
	own := tab(t, ctx)
	var kept bool
	var address string
	err := chromedp.Run(own, desktop.set(), chromedp.Navigate(url+"/board"),
		chromedp.Evaluate(`new Promise((done) => {
			document.querySelector("h1").dataset.same = "yes";
			document.addEventListener("htmx:afterSettle", () => done(true), { once: true });
			const now = document.getElementById("now");
			now.value = "yes";
			now.dispatchEvent(new Event("change", { bubbles: true }));
		})`, nil, webtest.Awaited),
		chromedp.Evaluate(`document.querySelector("h1").dataset.same === "yes" && document.querySelectorAll("#people").length === 1 && document.querySelectorAll(".board tbody tr").length === 13`, &kept),
		chromedp.Location(&address))
	if err != nil {
		t.Fatal(err)
	}
	if !kept {
		t.Error("the page was not kept around the new rows")
	}
	if !strings.Contains(address, "now=yes") {
		t.Errorf("the address is %s: it cannot be shared or come back to", address)
	}
}
