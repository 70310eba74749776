package site_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// Writing on a telephone: every page of a draft is looked at, and a mistake is told
// beside the text, by script as one types and without it at the press of a button.
func TestATrainerWritesInABrowser(t *testing.T) {
	t.Parallel()
	chromium := webtest.Chromium(t)
	for _, way := range []struct {
		name, lang string
		script     bool
	}{{"Italian", "it", true}, {"English", "en", true}, {"Italian without script", "it", false}} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			s := webtest.Serve(t, apptest.New(t))
			d := take(t, chromium, s, "Davide", way.lang, way.script)
			d.enter("davide@example.org")
			d.open("/content")
			d.press(`form[action="/content/drafts"] button`)
			const script = "/drafts/1/files/copioni~cinquanta-euro.md"
			for _, page := range []string{
				"/drafts/1/files/moduli~denaro.md/preview", "/drafts/1/files/quiz~finale.md/preview", "/drafts/1/files/griglie~chiamata.md/preview",
				"/drafts/1/files/liste~postazione.md/preview", "/drafts/1/files/programma.md/preview", script + "/preview", script + "/try", "/drafts/1/files/quiz~finale.md/try",
				"/content/pr-donazioni/it", "/help/formats", script,
			} {
				d.open(page)
			}
			const typed = `(() => { const a = document.querySelector("#body"), i = a.value.indexOf("](#") + 3; a.focus(); a.setSelectionRange(i, i); return a.value.length; })()`
			before := read[int](d, typed)
			d.must(d.run(chromedp.KeyEvent("x")))
			if after := read[int](d, `document.querySelector("#body").value.length`); after != before+1 {
				t.Fatalf("typed one letter, the text grew by %d", after-before)
			}
			if way.script {
				var told bool
				d.must(d.run(chromedp.Poll(`document.querySelector("#found .s-stop, #found use[href$='#s-stop']") !== null && document.querySelector(".gutter .e") !== null`, &told, chromedp.WithPollingTimeout(20*time.Second))))
				d.must(d.run(chromedp.Poll(`document.querySelector('#edit [name="version"]').value === "1"`, &told, chromedp.WithPollingTimeout(20*time.Second)))) // it was kept
				if wrong := read[int](d, `[...document.querySelectorAll(".gutter li")].filter((l, i, all) => i > 0 && Math.abs(l.getBoundingClientRect().top - all[i - 1].getBoundingClientRect().bottom) > 1).length`); wrong != 0 {
					t.Errorf("%d numbers of the gutter stand apart", wrong)
				}
				if low := read[float64](d, `document.querySelector("#body").scrollHeight - document.querySelector("#body").clientHeight`); low > 1 {
					t.Errorf("%v px of the text are out of sight", low)
				}
			} else {
				d.press(`#edit button[value="check"]`)
			}
			if want := map[string]string{"it": "passo per passo", "en": "step by step"}[way.lang]; !strings.Contains(d.text(), want) {
				t.Errorf("the page does not say %q: %s", want, d.text())
			}
			d.press(`#edit button[value="save"]`)
			d.open("/drafts/1")
			d.open("/drafts/1/changes")
			d.open(script + "/changes")
		})
	}
}
