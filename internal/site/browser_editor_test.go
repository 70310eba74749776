package site_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// Writing on a telephone: every page of a draft is looked at, and a mistake is told
// beside the text, by script as one types and without it at the press of a button. The
// text area alone does it too, where CodeMirror does not start.
func TestATrainerWritesInABrowser(t *testing.T) {
	t.Parallel()
	chromium := webtest.Chromium(t)
	for _, way := range []struct {
		name, lang         string
		script, codeMirror bool
	}{{"Italian", "it", true, true}, {"English", "en", true, true}, {"Italian in the text area alone", "it", true, false}, {"Italian without script", "it", false, false}} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			s := webtest.Serve(t, apptest.New(t))
			d := take(t, chromium, s, "Davide", way.lang, way.script)
			if !way.codeMirror {
				d.must(d.run(network.SetBlockedURLs().WithURLPatterns([]*network.BlockPattern{{URLPattern: "*://*:*/*codemirror.js", Block: true}})))
			}
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
			if way.codeMirror {
				d.wait(`document.querySelector(".write.cm .cm-content[role='textbox']") !== null`)
				d.look()
			}
			const typed = `(() => { const a = document.querySelector("#body"), i = a.value.indexOf("](#") + 3; a.focus(); a.setSelectionRange(i, i); return a.value.length; })()`
			before := read[int](d, typed)
			if way.codeMirror { // a finger on the place instead
				d.at(`](#`)
			}
			d.must(d.run(chromedp.KeyEvent("x")))
			if after := read[int](d, `document.querySelector("#body").value.length`); after != before+1 {
				t.Fatalf("typed one letter, the text grew by %d", after-before)
			}
			switch {
			case way.codeMirror:
				d.wait(`document.querySelector("#found .s-stop, #found use[href$='#s-stop']") !== null && document.querySelector(".w-shapes .s-stop") !== null && document.querySelector(".cm-lintRange-error") !== null`)
				d.wait(`document.querySelector('#edit [name="version"]').value === "1"`) // it was kept
			case way.script:
				d.wait(`document.querySelector("#found .s-stop, #found use[href$='#s-stop']") !== null && document.querySelector(".gutter .e") !== null`)
				d.wait(`document.querySelector('#edit [name="version"]').value === "1"`)
				if wrong := read[int](d, `[...document.querySelectorAll(".gutter li")].filter((l, i, all) => i > 0 && Math.abs(l.getBoundingClientRect().top - all[i - 1].getBoundingClientRect().bottom) > 1).length`); wrong != 0 {
					t.Errorf("%d numbers of the gutter stand apart", wrong)
				}
				if low := read[float64](d, `document.querySelector("#body").scrollHeight - document.querySelector("#body").clientHeight`); low > 1 {
					t.Errorf("%v px of the text are out of sight", low)
				}
			default:
				d.press(`#edit button[value="check"]`)
			}
			if want := map[string]string{"it": "passo per passo", "en": "step by step"}[way.lang]; !strings.Contains(d.text(), want) {
				t.Errorf("the page does not say %q: %s", want, d.text())
			}
			// The correction takes the letter out again.
			if way.script {
				d.must(d.run(d.tap(`#found button[value^="mend"]`)))
				d.wait(fmt.Sprintf(`document.querySelector("#body").value.length === %d && document.querySelector("#found .s-stop, #found use[href$='#s-stop']") === null`, before))
			} else {
				d.press(`#found button[value^="mend"]`)
				if after := read[int](d, `document.querySelector("#body").value.length`); after != before {
					t.Errorf("corrected, the text has %d letters of %d", after, before)
				}
			}
			d.press(`#edit button[value="save"]`)
			d.open("/drafts/1")
			d.open("/drafts/1/changes")
			d.open(script + "/changes")
		})
	}
}

// What script adds to a module: colours and a name for who listens, keys that lead in
// and out, pieces at the cursor, the page beside the text, and text from elsewhere.
func TestTheTextOfAModuleInABrowser(t *testing.T) {
	t.Parallel()
	chromium := webtest.Chromium(t)
	s := webtest.Serve(t, apptest.New(t))
	d := take(t, chromium, s, "Davide", "it", true)
	d.enter("davide@example.org")
	d.open("/content")
	d.press(`form[action="/content/drafts"] button`)
	const page = "/drafts/1/files/moduli~denaro.md"
	d.must(d.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(`window.refused=[];document.addEventListener("securitypolicyviolation",e=>refused.push(e.effectiveDirective+" "+e.blockedURI));`).Do(ctx)
		return err
	})))
	d.open(page)
	d.wait(`document.querySelector(".write.cm .cm-content") !== null`)
	if name := read[string](d, `document.getElementById(document.querySelector(".cm-content").getAttribute("aria-labelledby")).textContent`); name != "Testo del file" {
		t.Errorf("the text is called %q", name)
	}
	if !d.has(".cm-line.w-head") || !d.has(".cm-line .w-key") {
		t.Error("the text has no colours")
	}

	// Typing, and leaving by Tab.
	d.at("Chi vuole")
	d.must(d.run(chromedp.KeyEvent("Davvero: ")))
	if got := read[string](d, `document.querySelector("#body").value`); !strings.Contains(got, "\nDavvero: Chi vuole") {
		t.Errorf("typed: %q", got)
	}
	d.must(d.run(chromedp.KeyEvent(kb.Tab)))
	if in := read[bool](d, `document.querySelector(".cm-editor").contains(document.activeElement)`); in {
		t.Error("Tab does not leave the text")
	}

	// A piece at the cursor, and the text of another script.
	d.at("Davvero: ")
	d.turn("#piece", "emergency")
	d.must(d.run(d.tap(`#edit button[value="insert"]`)))
	if got := read[string](d, `document.querySelector("#body").value`); !strings.Contains(got, "\n{emergenza}Davvero: Chi") {
		t.Errorf("a piece: %q", got)
	}
	d.must(d.run(chromedp.Evaluate(`const a = document.querySelector("#body"); a.setRangeText("![](a.png)", a.selectionEnd, a.selectionEnd, "end"); a.dispatchEvent(new Event("input", { bubbles: true }))`, nil)))
	d.must(d.run(chromedp.Evaluate(`(() => { const a = document.querySelector("#body"); a.setRangeText("Da fuori. ", a.value.indexOf("Davvero"), a.value.indexOf("Davvero"), "end"); a.dispatchEvent(new Event("input", { bubbles: true })); })()`, nil)))
	if got := read[string](d, `document.querySelector("#body").value + "|" + [...document.querySelectorAll(".cm-line")].map((l) => l.textContent).join("\n")`); strings.Count(got, "{emergenza}![](a.png)Da fuori. Davvero: Chi") != 2 {
		t.Errorf("text from elsewhere: %q", got)
	}
	d.wait(`document.querySelector("#found .st-stop") !== null && document.querySelector(".cm-lintRange-error") !== null`)

	// A finger on what is underlined: the problem, and its correction.
	d.at("Il **collegamento")
	d.must(d.run(chromedp.KeyEvent("Chiama il 112. ")))
	d.wait(`document.querySelector(".cm-lintRange-warning")?.textContent === "112"`)
	const told = `(() => { const e = document.querySelector(".cm-lintRange-warning"); e.scrollIntoView({ block: "center" }); const { left, top, width, height } = e.getBoundingClientRect();
		return { X: left + width / 2, Y: top + height / 2, Told: document.querySelector(".cm-tooltip .cm-diagnostic")?.textContent ?? "" }; })()`
	var tip struct {
		X, Y float64
		Told string
	}
	for range 20 {
		d.must(d.run(chromedp.Evaluate(told, &tip)))
		if tip.Told != "" {
			break
		}
		d.must(d.run(chromedp.MouseEvent(input.MouseMoved, tip.X, tip.Y), chromedp.Sleep(500*time.Millisecond), chromedp.MouseEvent(input.MouseMoved, tip.X+1, tip.Y)))
	}
	if !strings.Contains(tip.Told, "scritto a mano") {
		t.Fatalf("what is underlined tells %q", tip.Told)
	}
	d.must(d.run(d.tap(`.cm-tooltip .cm-diagnosticAction`)))
	d.wait(`document.querySelector("#body").value.includes("Chiama il {emergenza}. Il **collegamento") && document.querySelector(".cm-lintRange-warning") === null`)

	// Searching, in the reader's words.
	d.must(d.run(chromedp.KeyEvent("f", chromedp.KeyModifiers(input.ModifierCtrl))))
	d.wait(`document.querySelector(".cm-search button[name='next']")?.textContent === "successivo"`)
	d.look()
	d.must(d.run(chromedp.KeyEvent(kb.Escape)))

	// The page as learners will see it follows the text.
	d.must(d.run(d.tap(`#edit button[value="preview"]`)))
	d.wait(`document.querySelector("#live .prose")?.textContent.includes("Da fuori. Davvero: Chi vuole") ?? false`)
	d.look()
	d.must(d.run(d.tap(`#edit button[value="preview"]`)))
	d.at("Da fuori. ")
	d.must(d.run(chromedp.KeyEvent("Prima. ")))
	d.must(d.run(d.tap(`#edit button[value="preview"]`)))
	d.wait(`document.querySelector("#live .prose")?.textContent.includes("Prima. Da fuori.") ?? false`)
	d.must(d.run(d.tap(`#edit button[value="preview"]`)))

	if refused := read[[]string](d, `window.refused`); len(refused) > 0 {
		t.Errorf("the policy refused %v", refused)
	}
	d.press(`#edit button[value="save"]`)
	d.open(page)
	if got := read[string](d, `document.querySelector("#body").value`); !strings.Contains(got, "Prima. Da fuori. Davvero: Chi vuole") {
		t.Errorf("saved: %q", got)
	}
}

// wait lets the page do something.
func (h *hand) wait(js string) {
	h.t.Helper()
	var so bool
	h.must(h.run(chromedp.Poll(js, &so, chromedp.WithPollingTimeout(20*time.Second))))
}

// at puts the cursor of the editor before the words.
func (h *hand) at(words string) {
	h.t.Helper()
	after := 0
	if words == `](#` {
		after = len(words)
	}
	h.must(h.run(chromedp.Evaluate(fmt.Sprintf(`(() => {
		const a = document.querySelector("#body"), at = a.value.indexOf(%s) + %d, line = a.value.slice(0, at).split("\n").length;
		document.querySelector(".cm-content").focus();
		const link = document.createElement("a");
		link.href = "#L" + line;
		document.querySelector("main").append(link);
		link.click();
		link.remove();
	})()`, quoted(words), after), nil)))
	column := read[int](h, fmt.Sprintf(`(() => { const v = document.querySelector("#body").value, at = v.indexOf(%s) + %d; return at - v.lastIndexOf("\n", at - 1) - 1; })()`, quoted(words), after))
	h.must(h.run(chromedp.KeyEvent(kb.ArrowLeft)))
	for range column {
		h.must(h.run(chromedp.KeyEvent(kb.ArrowRight)))
	}
}
