package content_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/content/markdown"
	"abilita/content/media"
)

// picture is a PNG in normal form.
func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w {
		m.Set(i, i*h/w, color.RGBA{200, 30, 30, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	aSound    = append(append([]byte("OggS"), 0, 2), "OpusHead"...)
	aFilm     = append([]byte("\x1a\x45\xdf\xa3"), "B\x82\x84webm"...)
	captions  = []byte("WEBVTT\n\n00:00.000 --> 00:02.000\nPronto?\n")
	aDocument = []byte("%PDF-1.7\n%%EOF\n")
)

const (
	spoken = "\n\n> **Trascrizione.** «Pronto?»\n"
	last   = "\n## Fonti\n"
)

// brokenMedia are texts put before the last chapter of a module, beside files of
// the folder of media, and the problems that they raise.
var brokenMedia = map[string]struct {
	text  string
	files map[string]string // name: what it holds, by the words of fill
	want  []string
}{
	"everything as it should be": {
		"![La maschera](../media/scheda.png)\n\n[Una chiamata](../media/chiamata.ogg)" + spoken + "\n[![Un video](../media/scheda.png)](../media/prova.webm)" + spoken +
			"\n[![Un altro](../media/scheda.png)](https://video.example.org/1)" + spoken + "\nIl [modulo](../media/modulo.pdf) e [sé stesso](denaro.md#fonti).",
		map[string]string{"scheda.png": "picture", "chiamata.ogg": "sound", "prova.webm": "film", "prova.vtt": "captions", "modulo.pdf": "document", "README.md": "text", ".DS_Store": "text"},
		nil,
	},
	"nothing there":            {"![La maschera](../media/sceda.png) e [il modulo](../media/modulo.pdf)", map[string]string{"scheda.png": "picture"}, []string{"media_lost", "media_lost"}},
	"out of the pack":          {"[il modulo](../../../../etc/passwd)", nil, []string{"media_lost"}},
	"a sound shown":            {"![Una chiamata](../media/chiamata.ogg)" + spoken, map[string]string{"chiamata.ogg": "sound"}, []string{"media_shown"}},
	"a sound in a sentence":    {"Ascolta [una chiamata](../media/chiamata.ogg)." + spoken, map[string]string{"chiamata.ogg": "sound"}, []string{"media_alone"}},
	"a sound without words":    {"[Una chiamata](../media/chiamata.ogg)\n\n> **Fermati un momento.** Come stai?", map[string]string{"chiamata.ogg": "sound"}, []string{"transcript_missing"}},
	"an empty transcript":      {"[Una chiamata](../media/chiamata.ogg)\n\n> **Trascrizione.**", map[string]string{"chiamata.ogg": "sound"}, []string{"transcript_missing"}},
	"a film without poster":    {"[Un video](../media/prova.webm)" + spoken, map[string]string{"prova.webm": "film"}, []string{"poster_missing"}},
	"a film without words":     {"[![Un video](../media/scheda.png)](../media/prova.webm)", map[string]string{"prova.webm": "film", "scheda.png": "picture"}, []string{"transcript_missing"}},
	"a film elsewhere, mute":   {"[![Un video](../media/scheda.png)](https://video.example.org/1)", map[string]string{"scheda.png": "picture"}, []string{"transcript_missing"}},
	"a poster that is lost":    {"[![Un video](../media/scheda.png)](https://video.example.org/1)" + spoken, nil, []string{"media_lost"}},
	"a picture that says more": {"![La maschera](../media/scheda.png)", map[string]string{"scheda.png": "tagged"}, []string{"media_raw"}},
	"a name with capitals":     {"Testo.", map[string]string{"Scheda 1.png": "picture"}, []string{"media_name"}},
	"a folder below":           {"Testo.", map[string]string{"altre/scheda.png": "picture"}, []string{"media_name"}},
	"a page":                   {"Testo.", map[string]string{"pagina.html": "text"}, []string{"media_kind"}},
	"WebP in a pack":           {"Testo.", map[string]string{"scheda.webp": "picture"}, []string{"media_kind"}},
	"a drawing called picture": {"![La maschera](../media/scheda.png)", map[string]string{"scheda.png": "text"}, []string{"media_other"}},
	"a document called sound":  {"[Una chiamata](../media/chiamata.ogg)" + spoken, map[string]string{"chiamata.ogg": "document"}, []string{"media_other"}},
	"a broken picture":         {"![La maschera](../media/scheda.png)", map[string]string{"scheda.png": "half"}, []string{"media_broken"}},
	"a picture too wide":       {"![La maschera](../media/scheda.png)", map[string]string{"scheda.png": "wide"}, []string{"media_raw"}},
	"a bomb":                   {"![La maschera](../media/scheda.png)", map[string]string{"scheda.png": "bomb"}, []string{"media_pixels"}},
	"a heavy document":         {"[il modulo](../media/modulo.pdf)", map[string]string{"modulo.pdf": "heavy"}, []string{"media_large"}},
	"too much together":        {"Testo.", many("full", 21), []string{"media_total"}},
}

func many(what string, n int) map[string]string {
	files := map[string]string{}
	for i := range n {
		files["modulo-"+string(rune('a'+i))+".pdf"] = what
	}
	return files
}

func fill(t *testing.T, what string) []byte {
	t.Helper()
	switch what {
	case "picture":
		return picture(t, 40, 30)
	case "wide":
		return picture(t, 3000, 10)
	case "tagged":
		return append(picture(t, 40, 30), "Anna"...)
	case "half":
		return picture(t, 40, 30)[:20]
	case "bomb":
		m := image.NewPaletted(image.Rect(0, 0, 6000, 6000), color.Palette{color.White})
		var big bytes.Buffer
		if err := png.Encode(&big, m); err != nil {
			t.Fatal(err)
		}
		return big.Bytes()
	case "sound":
		return aSound
	case "film":
		return aFilm
	case "captions":
		return captions
	case "document":
		return aDocument
	case "full":
		return append(bytes.Repeat([]byte{' '}, media.MaxBytes-len(aDocument)), aDocument...)
	case "heavy":
		return make([]byte, media.MaxBytes+1)
	}
	return []byte("<svg/>")
}

func TestMediaAreWhereTextsSay(t *testing.T) {
	t.Parallel()
	for name, c := range brokenMedia {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := withText(t, mod, c.text)
			for n, what := range c.files {
				b := fill(t, what)
				if what == "full" {
					copy(b, "%PDF-1.7\n")
				}
				files["mini/it/media/"+n] = &fstest.MapFile{Data: b}
			}
			var got []string
			for _, p := range problems(files) {
				got = append(got, p.Code)
				if p.Message("it") == "" || strings.Contains(p.Message("it"), "{") || strings.Contains(p.Hint("en"), "{") {
					t.Errorf("%s: %s", p.Code, p.Text("it"))
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func withText(t *testing.T, file, text string) fstest.MapFS {
	t.Helper()
	files := examples(t)
	f := files["mini/it/"+file]
	f.Data = []byte(strings.Replace(string(f.Data), last, "\n"+text+"\n"+last, 1))
	return files
}

func TestMediaBelongInModules(t *testing.T) {
	t.Parallel()
	files := examples(t)
	f := files["mini/it/"+lis]
	f.Data = []byte(strings.Replace(string(f.Data), "con calma.", "con calma, vedi ![la foto](../media/scheda.png) e [il modulo](../media/modulo.pdf).", 1))
	files["mini/it/media/scheda.png"] = &fstest.MapFile{Data: picture(t, 4, 4)}
	files["mini/it/media/modulo.pdf"] = &fstest.MapFile{Data: aDocument}
	found := problems(files)
	if len(found) != 2 || found[0].Code != "media_here" || found[1].Code != "media_here" {
		t.Errorf("%v", found)
	}
	p, loaded := content.Load(files, "mini/it")
	if errs, warns, _ := content.Worst(loaded); p.Counts().Media != 2 || errs+warns != 0 {
		t.Errorf("%d media, %v", p.Counts().Media, loaded)
	}
	delete(files, "mini/it/"+lis)
	files["mini/it/media/altra.png"] = &fstest.MapFile{Data: picture(t, 4, 4)}
	p, _ = content.Load(files, "mini/it")
	unused := 0
	for _, f := range content.Check(p) {
		if f.Code == "media_unused" {
			unused++
		}
	}
	if unused != 3 {
		t.Errorf("%d files that nothing uses", unused)
	}
}

// A draft knows its media without their bytes: the same checks, the same page.
func TestAShelfIsReadAsAFolder(t *testing.T) {
	t.Parallel()
	files := withText(t, mod, brokenMedia["everything as it should be"].text)
	for n, what := range brokenMedia["everything as it should be"].files {
		files["mini/it/media/"+n] = &fstest.MapFile{Data: fill(t, what)}
	}
	folder, _ := content.Load(files, "mini/it")
	texts := content.Memory{}
	for name, f := range files {
		if !strings.Contains(name, "/media/") {
			texts[name] = string(f.Data)
		}
	}
	shelf, found := content.Load(content.Shelf{Memory: texts, Media: folder.Media}, "mini/it")
	if d := cmp.Diff(folder.Media, shelf.Media); d != "" || slices.ContainsFunc(found, func(p content.Problem) bool { return p.Severity != content.Advice }) {
		t.Errorf("%s %v", d, found)
	}
	for i, m := range shelf.Modules {
		a, err := markdown.RenderPage([]byte(m.Body), shelf.Page(m))
		if err != nil {
			t.Fatal(err)
		}
		b, err := markdown.RenderPage([]byte(folder.Modules[i].Body), folder.Page(folder.Modules[i]))
		if err != nil || a.HTML != b.HTML {
			t.Errorf("%s: the pages differ, %v", m.ID, err)
		}
		hash := func(name string) string { return media.HashOf(files["mini/it/media/"+name].Data) }
		for _, want := range []string{
			`<img src="/media/` + hash("scheda.png") + `" alt="La maschera" width="40" height="30" loading="lazy">`,
			`<figure class="sound"><figcaption>Una chiamata</figcaption><audio controls="" preload="none" src="/media/` + hash("chiamata.ogg") + `"></audio></figure>`,
			`<video controls="" preload="none" src="/media/` + hash("prova.webm") + `" poster="/media/` + hash("scheda.png") + `" width="40" height="30"><track kind="captions" srclang="it" src="/media/` + hash("prova.vtt") + `"></video><figcaption>Un video</figcaption>`,
			`<a href="https://video.example.org/1" rel="noreferrer"><img src="/media/` + hash("scheda.png"),
			"<details class=\"transcript\"><summary>Trascrizione</summary>\n<p>«Pronto?»</p>\n</details>",
			`<a href="/media/` + hash("modulo.pdf") + `">modulo</a>`, `<a href="/study/mo-denaro#fonti">sé stesso</a>`,
		} {
			if !strings.Contains(a.HTML, want) {
				t.Errorf("the page lacks %s in\n%s", want, a.HTML[strings.Index(a.HTML, "<img"):])
			}
		}
	}
}

func TestAPictureIsServedAsWideAsItIsSeen(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("ab", 32)
	p := content.Pack{Lang: "it", Media: []content.Medium{{
		Path: "x/it/media/foto.jpg", Info: media.Info{Kind: media.Picture, Width: 2000, Height: 1000}, Hash: hash, Smaller: []content.Narrow{{Width: 480}, {Width: 960}},
	}}}
	m := content.Module{File: content.File{Path: "x/it/moduli/a.md"}}
	d, err := markdown.RenderPage([]byte("![La piazza](../media/foto.jpg)\n\n![Persa](../media/persa.jpg) [link](../moduli/b.md) [fuori](https://example.org/a)"), p.Page(m))
	want := `<p><img src="/media/` + hash + `" alt="La piazza" width="2000" height="1000" loading="lazy" srcset="/media/` + hash + `/480 480w, /media/` + hash + `/960 960w, /media/` + hash +
		` 2000w" sizes="(max-width: 44rem) 100vw, 44rem"></p>` + "\n<p>Persa link " + `<a href="https://example.org/a" rel="noreferrer">fuori</a></p>` + "\n"
	if err != nil || d.HTML != want {
		t.Errorf("%v\n%s\nwant\n%s", err, d.HTML, want)
	}
}

func TestNamesAndMarkdownOfMedia(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ext string
		n         int
		want      string
	}{
		{"C:\\Foto\\La Città è qui.JPEG", ".jpg", 1, "media/la-citta-e-qui.jpg"},
		{"../../x.png", ".png", 2, "media/x-02.png"},
		{"…", ".pdf", 1, "media/file.pdf"},
		{strings.Repeat("a", 200) + ".png", ".png", 12, "media/" + strings.Repeat("a", 48) + "-12.png"},
	} {
		if got := content.NewMediaPath(c.name, c.ext, c.n); got != c.want || !content.MediaPath(got) {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
	for _, bad := range []string{"media/../x.png", "media/a/b.png", "moduli/x.png", "media/X.png", "media/x.svg", "media/x.webp", "media/.png"} {
		if content.MediaPath(bad) {
			t.Errorf("%s is a path", bad)
		}
	}
	m := content.Medium{Path: "media/scheda.jpg", Info: media.Info{Kind: media.Picture}}
	if got := content.MediaMarkdown(m, "La scheda [vuota]\n `x`", "it"); got != "![La scheda (vuota) 'x'](../media/scheda.jpg)" {
		t.Error(got)
	}
	m = content.Medium{Path: "media/chiamata.mp3", Info: media.Info{Kind: media.Sound}}
	if got := content.MediaMarkdown(m, "A call", "en"); got != "[A call](../media/chiamata.mp3)\n\n> **Transcript.** …" {
		t.Error(got)
	}
}

func TestMediaOfADraftLieOverThePublished(t *testing.T) {
	t.Parallel()
	at := func(path, hash string) content.Medium { return content.Medium{Path: path, Hash: hash} }
	published := []content.Medium{at("media/a.png", "1"), at("media/b.png", "2"), at("media/c.png", "3"), at("media/d.png", "4")}
	written := []content.WrittenMedium{
		{Medium: at("media/b.png", "2"), Removed: true, Base: "2"}, {Medium: at("media/c.png", "9"), Base: "3"}, {Medium: at("media/d.png", "8")}, {Medium: at("media/e.png", "5")}, {Medium: at("media/f.png", "6"), Removed: true},
	}
	var got []string
	for _, m := range content.ComposeMedia(published, written) {
		line := m.Path + " " + m.Hash + " " + string(m.Change)
		if m.Overtaken {
			line += " overtaken"
		}
		got = append(got, line)
	}
	want := []string{"media/a.png 1 same", "media/b.png 2 removed", "media/c.png 9 edited", "media/d.png 8 edited overtaken", "media/e.png 5 added"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
