package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// photo is a JPEG that names somebody beside its picture.
func photo(t testing.TB, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return append([]byte("\xff\xd8\xff\xfe\x00\x06Anna"), b.Bytes()[2:]...)
}

func attach(t *testing.T, v *robot.Visitor, p *robot.Page, action, name string, file []byte, values ...string) *robot.Page {
	t.Helper()
	f, err := p.Form(action)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(values); i += 2 {
		if err := f.Set(values[i], values[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	next, err := v.SendFile(f, "file", name, file)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// From the page of a text to the page of who learns, without script. V4, V38: what
// is served runs nothing, and session and policy are asked each time. F12: what
// cannot be taken leaves nothing behind.
func TestAPictureIsAddedOnThePageOfItsText(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Volunteer("Bice", "Longhi")
	davide, bruno, teresa, bice := s.SignIn("davide@example.org"), s.SignIn("bruno@example.org"), s.SignIn("teresa@example.org"), s.SignIn("volontario1@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	edit := open(t, davide, draftModule)

	// What cannot be taken is told where it was chosen, and what was typed is there.
	for name, c := range map[string]struct {
		file  []byte
		words string
		want  string
	}{
		"a page":         {[]byte("<!doctype html>"), "Una pagina", "non è un’immagine, un audio, un video"},
		"no file":        {nil, "Niente", "Scegli un file."},
		"no words":       {photo(t, 10, 10), "", "Serve anche questo."},
		"half a picture": {photo(t, 90, 90)[:200], "Mezza", "Il file non si apre."},
		"a card":         {photo(t, 10, 10), "4111 1111 1111 1111", "numero di carta"},
	} {
		bad := attach(t, davide, edit, "/drafts/1/media", "x.jpg", c.file, "words", c.words)
		has(t, bad, c.want)
		if f, err := bad.Form("/drafts/1/media"); bad.Status != http.StatusUnprocessableEntity || err != nil || name != "a card" && f.Values.Get("words") != c.words {
			t.Errorf("%s: %d, %v", name, bad.Status, err)
		}
	}
	added := attach(t, davide, edit, "/drafts/1/media", "Scheda del turno.JPG", photo(t, 1200, 800), "words", "La scheda del turno")
	has(t, added, "Il file è nella bozza", "scheda-del-turno.jpg", "immagine · 1200 × 800")
	if added.URL.Path != draftModule {
		t.Errorf("led to %s", added.URL.Path)
	}
	const markdown = "![La scheda del turno](../media/scheda-del-turno.jpg)"
	if !strings.Contains(added.Body, markdown) {
		t.Error("the page does not say what to write")
	}
	text := strings.Replace(body(t, added), "\n## Fonti\n", "\n"+markdown+"\n\n## Fonti\n", 1)
	fill(t, davide, added, draftModule, "body", text, "do", "save")
	preview := open(t, davide, draftModule+"/preview")
	picture := regexp.MustCompile(`<img src="(/media/[0-9a-f]{64})" alt="La scheda del turno" width="1200" height="800" loading="lazy" srcset="/media/[0-9a-f]{64}/480 480w, `).FindStringSubmatch(preview.Body)
	if picture == nil {
		t.Fatalf("the preview: %s", preview.Body)
	}
	draft := open(t, davide, "/drafts/1")
	has(t, draft, "Immagini, audio, video, documenti", "scheda-del-turno.jpg", "Nuovo")

	// A second one is taken out again; the one that the text names may not be missed.
	draft = attach(t, davide, draft, "/drafts/1/media", "via.pdf", []byte("%PDF-1.7\n%%EOF\n"), "words", "Un foglio")
	document := regexp.MustCompile(`href="(/media/[0-9a-f]{64})"><b class="break">via.pdf`).FindStringSubmatch(draft.Body)
	if document == nil {
		t.Fatal("no document")
	}
	kept := get(t, davide, document[1])
	if got := kept.header.Get("Content-Disposition"); got != `attachment; filename="via.pdf"` || kept.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("a document: %q", got)
	}
	draft = fill(t, davide, draft, "/drafts/1/media/via.pdf/remove")
	has(t, draft, "Il file è stato tolto dalla bozza.")
	gone := fill(t, davide, draft, "/drafts/1/media/scheda-del-turno.jpg/remove")
	has(t, gone, "non porta a nessun file del pacchetto")
	draft = attach(t, davide, gone, "/drafts/1/media", "Scheda del turno.JPG", photo(t, 1200, 800), "words", "La scheda del turno")
	has(t, open(t, davide, "/drafts/1/changes"), "scheda-del-turno.jpg")

	if p := get(t, bice, picture[1]); p.status != http.StatusNotFound {
		t.Errorf("a volunteer sees a picture of a draft: %d", p.status)
	}
	fill(t, davide, draft, "/drafts/1/ask", "words", "Per favore")
	fill(t, bruno, open(t, bruno, "/drafts/1"), "/drafts/1/approve", "reason", "")
	if _, err := open(t, davide, "/drafts/1").Form("/drafts/1/media"); err == nil {
		t.Error("a file can be added to what is approved")
	}
	look := send(t, teresa, open(t, teresa, "/drafts/1/publish"), "/drafts/1/publish", "impact", "none", "do", "look")
	fill(t, teresa, look, "/drafts/1/publish", "do", "publish")
	has(t, open(t, teresa, "/content/pr-donazioni/it/2"), "scheda-del-turno.jpg", "immagine")

	module := open(t, bice, "/study/mo-denaro")
	if !strings.Contains(module.Body, picture[0]) {
		t.Error("who learns does not see the picture")
	}
	seen := get(t, bice, picture[1])
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control": "private, no-cache", "Content-Disposition": "inline", "Accept-Ranges": "bytes",
	} {
		if got := seen.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if seen.status != http.StatusOK || bytes.Contains(seen.body, []byte("Anna")) || !bytes.HasPrefix(seen.body, []byte("\xff\xd8")) {
		t.Errorf("the picture: %d", seen.status)
	}
	if again := get(t, bice, picture[1], "If-None-Match", seen.header.Get("ETag")); again.status != http.StatusNotModified || len(again.body) != 0 {
		t.Errorf("asked again: %d, %d bytes", again.status, len(again.body))
	}
	if part := get(t, bice, picture[1], "Range", "bytes=0-9"); part.status != http.StatusPartialContent || len(part.body) != 10 {
		t.Errorf("a part: %d, %d bytes", part.status, len(part.body))
	}
	if narrow := get(t, bice, picture[1]+"/480"); narrow.status != http.StatusOK || len(narrow.body) >= len(seen.body) {
		t.Errorf("a narrower form: %d", narrow.status)
	}
	for _, nothing := range []string{picture[1] + "/481", picture[1] + "/0480", picture[1] + "/x", "/media/" + strings.Repeat("0", 64), "/media/x", strings.ToUpper(picture[1])} {
		if p := get(t, bice, nothing); p.status != http.StatusNotFound {
			t.Errorf("%s: %d", nothing, p.status)
		}
	}
	if p := get(t, s.Visitor(), picture[1]); !strings.Contains(string(p.body), "/sign-in") {
		t.Errorf("nobody signed in sees the picture: %d", p.status)
	}
}

type raw struct {
	status int
	header http.Header
	body   []byte
}

// get asks for an address as a browser does, with headers of its own.
func get(t *testing.T, v *robot.Visitor, address string, header ...string) raw {
	t.Helper()
	resp, err := v.Get(address, header...)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return raw{resp.StatusCode, resp.Header, b}
}
