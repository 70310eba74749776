package site_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// await lets a script answer with what its promise brings.
func await(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// offer is script that hands the text a picture as pasting or dropping does.
func offer(event, transfer string) string {
	return `(async () => {
		const c = document.createElement("canvas"), x = c.getContext("2d");
		c.width = 700; c.height = 300; x.fillStyle = "` + map[string]string{"paste": "white", "drop": "black"}[event] + `"; x.fillRect(0, 0, 700, 300);
		for (let i = 0; i < 700; i += 7) { x.fillStyle = "hsl(" + i + " 80% 50%)"; x.fillRect(i, 0, 7, 300 - i / 3); }
		const blob = await new Promise((r) => c.toBlob(r, "image/webp", .9)), t = new DataTransfer();
		t.items.add(new File([blob], "` + event + ` uno.webp", { type: "image/webp" }));
		const e = new ` + transfer + `;
		document.querySelector("#body").dispatchEvent(e);
		return e.defaultPrevented && document.activeElement.name === "words";
	})()`
}

// A picture is pasted into a text and another dropped on it; each is described,
// cleaned, put where the cursor was, and seen by who learns.
func TestAPictureIsPastedAndDroppedIntoAText(t *testing.T) {
	t.Parallel()
	chromium := webtest.Chromium(t)
	s := webtest.Serve(t, apptest.New(t))
	s.Volunteer("Bice", "Longhi")
	const module = "/drafts/1/files/moduli~denaro.md"
	d := take(t, chromium, s, "Davide", "it", true)
	d.enter("davide@example.org")
	d.open("/content")
	d.press(`form[action="/content/drafts"] button`)
	d.open(module)
	d.must(d.run(chromedp.Evaluate(`(() => { const a = document.querySelector("#body"), i = a.value.indexOf("\n## Fonti"); a.setSelectionRange(i, i); })()`, nil)))
	for event, transfer := range map[string]string{
		"paste": `ClipboardEvent("paste", { clipboardData: t, bubbles: true, cancelable: true })`, "drop": `DragEvent("drop", { dataTransfer: t, bubbles: true, cancelable: true })`,
	} {
		var asked, there bool
		d.must(d.run(chromedp.Evaluate(offer(event, transfer), &asked, await)))
		if !asked {
			t.Fatalf("%s: the words are not asked for", event)
		}
		d.must(d.run(chromedp.SendKeys(`[data-media] [name="words"]`, "Strisce a "+event), chromedp.Click(`[data-media] button`),
			chromedp.Poll(`document.querySelector("#body").value.includes("](../media/`+event+`-uno.jpg)\n")`, &there, chromedp.WithPollingTimeout(20*time.Second))))
		if says := read[string](d, `document.querySelector("[data-says]").textContent`); !strings.Contains(says, event+"-uno.jpg è nella bozza. L’immagine è stata ripulita") {
			t.Errorf("%s: it says %q", event, says)
		}
	}
	var kept bool
	d.must(d.run(chromedp.Poll(`Number(document.querySelector('#edit [name="version"]').value) > 0 && document.querySelector("#found use[href$='#s-stop']") === null`, &kept, chromedp.WithPollingTimeout(20*time.Second))))
	text := read[string](d, `document.querySelector("#body").value`)
	for _, want := range []string{"\n\n![Strisce a paste](../media/paste-uno.jpg)\n\n", "\n\n![Strisce a drop](../media/drop-uno.jpg)\n\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	d.press(`#edit button[value="save"]`)
	d.open("/drafts/1")
	d.open(module + "/preview")
	const loaded = `[...document.querySelectorAll(".prose img")].map((i) => { i.loading = "eager"; return i.decode().then(() => i.naturalWidth > 0 && i.width <= i.parentElement.clientWidth, () => false); })`
	seen := func(v *hand) {
		t.Helper()
		var all []bool
		v.must(v.run(chromedp.Evaluate(`Promise.all(`+loaded+`)`, &all, await)))
		if len(all) != 2 || !all[0] || !all[1] {
			t.Errorf("pictures that are seen: %v", all)
		}
	}
	seen(d)

	// The same for who learns, once it is published, with a sound: half a second of
	// silence, in frames of MP3.
	id := int64(1)
	silence := bytes.Repeat(append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...), 20)
	sound, err := s.App.Media.Add(t.Context(), s.Trainer, s.Cmd(), id, app.NewMedium{Name: "silenzio.mp3", Body: silence, Words: "Un silenzio"})
	if err != nil {
		t.Fatal(err)
	}
	written, err := s.App.Drafts.Read(t.Context(), s.Trainer, id)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := written.Entry("moduli/denaro.md")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.App.Drafts.Save(t.Context(), s.Trainer, s.Cmd(), id, entry.Path, app.DraftText{Body: strings.Replace(entry.Body, "\n## Fonti", "\n"+sound.Markdown+"\n\n## Fonti", 1), Version: entry.Version}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []app.DraftStep{{Move: content.DraftAsk, Words: "x"}, {Move: content.DraftApprove}} {
		who := s.Trainer
		if step.Move == content.DraftApprove {
			who = s.Second
		}
		page, err := s.App.Drafts.Read(t.Context(), s.Trainer, id)
		if err != nil {
			t.Fatal(err)
		}
		step.Version = page.Draft.Version
		if err := s.App.Reviews.Move(t.Context(), who, s.Cmd(), id, step); err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.App.Drafts.Read(t.Context(), s.Trainer, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.Publishing.PublishDraft(t.Context(), s.Coordinator, s.Cmd(), id, page.Draft.Version, app.Publication{Impact: app.NoImpact}); err != nil {
		t.Fatal(err)
	}
	b := take(t, chromium, s, "Bice", "it", true)
	b.enter("volontario1@example.org")
	b.open("/study/mo-denaro")
	seen(b)
	var plays bool
	b.must(b.run(chromedp.Evaluate(`new Promise((told) => {
		const a = document.querySelector(".prose figure.sound audio");
		a.onloadedmetadata = () => told(a.duration > 0.4 && a.controls);
		a.onerror = () => told(false);
		a.preload = "auto";
		a.load();
	})`, &plays, await)))
	if !plays || !b.has("figure.sound + details.transcript") {
		t.Errorf("the sound plays: %v", plays)
	}
}
