package content_test

import (
	"bytes"
	"image"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/content/media"
	"abilita/internal/foreign"
)

// What is in order passes byte by byte; what is not is cleaned, moved into its
// folder, and named so where texts name it.
func TestThePicturesOfAPackAreTakenAsTheyShouldBe(t *testing.T) {
	t.Parallel()
	clean := picture(t, 40, 30)
	webp, err := os.ReadFile("media/testdata/lossy.webp")
	if err != nil {
		t.Fatal(err)
	}
	text := "# Modulo\n\n![a](../media/a.png) ![b](<../immagini/Foto Uno.webp>) [c](../immagini/b.webp#x) ![d](../media/sporca.png)\n\n[e]: ../immagini/b.webp\n`../immagini/b.webp`\n"
	files := []content.SourceFile{
		{Path: "it/immagini/b.webp", Text: string(webp)},
		{Path: "it/media/a.png", Text: string(clean)},
		{Path: "it/media/b.jpg", Text: "niente"},
		{Path: "it/media/sporca.png", Text: string(clean) + "Anna"},
		{Path: "it/moduli/m.md", Text: text},
	}
	report := foreign.Report{Format: "pack"}
	for _, f := range files {
		report.Entries = append(report.Entries, foreign.Entry{File: f.Path, Kind: foreign.Resource, Name: f.Path, Item: f.Path, Status: foreign.Read})
	}
	got := map[string]string{}
	for _, f := range content.TakeMedia(files, &report) {
		got[f.Path] = f.Text
	}
	if len(got) != 4 || got["it/media/a.png"] != string(clean) || strings.Contains(got["it/media/sporca.png"], "Anna") || media.KindOf("it/media/b-02.jpg") != media.Picture || !strings.HasPrefix(got["it/media/b-02.jpg"], "\xff\xd8") {
		t.Errorf("%d files", len(got))
	}
	want := "# Modulo\n\n![a](../media/a.png) ![b](<../immagini/Foto Uno.webp>) [c](../media/b-02.jpg#x) ![d](../media/sporca.png)\n\n[e]: ../media/b-02.jpg\n`../immagini/b.webp`\n"
	if d := cmp.Diff(want, got["it/moduli/m.md"]); d != "" {
		t.Error(d)
	}
	var told bytes.Buffer
	if err := report.Write(&told, "x", "en", false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"it/immagini/b.webp: adapted: file it/media/b-02.jpg: the picture it/immagini/b.webp was cleaned or made smaller; it/immagini/b.webp is now it/media/b-02.jpg, in the texts too",
		"it/media/b.jpg: left out: file «it/media/b.jpg»: it/media/b.jpg cannot be opened, or is too large, or is not what its name says", "it/media/sporca.png: adapted",
	} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, told.String())
		}
	}
	again := report
	var twice []content.SourceFile
	for path, text := range got {
		twice = append(twice, content.SourceFile{Path: path, Text: text})
	}
	for _, f := range content.TakeMedia(twice, &again) {
		if f.Text != got[f.Path] {
			t.Errorf("%s changes when it is taken again", f.Path)
		}
	}
}

func TestThePicturesOfAHandbookComeWithIt(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"libro/img/Figura 1.png": {Data: picture(t, 40, 30)}, "libro/img/uno.png": {Data: append(picture(t, 50, 30), "Anna"...)}, "uno.png": {Data: picture(t, 60, 30)}, "libro/nota.pdf": {Data: aDocument}, "libro/finta.png": {Data: aDocument},
	}
	album := &content.Album{Open: func(name string) ([]byte, error) { return fs.ReadFile(folder, name) }}
	src := "# Uno\n\n![La scheda](img/uno.png) e ![ancora](./img/uno.png \"t\"), <b>x</b> ![fuori](../uno.png) `![codice](img/uno.png)`\n\n![via](../../etc/passwd) ![no](https://example.org/a.png) ![manca](img/due.png) ![nota](nota.pdf) ![finta](finta.png)\n"
	list, report, err := content.FromHandbook("libro", []byte(src), "it", "libro", album)
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	want := "![La scheda](../media/uno.jpg) e ![ancora](../media/uno.jpg), x ![fuori](../media/uno-02.png) `![codice](img/uno.png)`\n\nvia no manca nota finta\n"
	want = strings.ReplaceAll(want, "uno.jpg", "uno.png")
	if _, body, _ := strings.Cut(list[0].Text, "\n\n"); body != want {
		t.Errorf("%s", body)
	}
	files := album.Files()
	if len(files) != 2 || files[0].Path != "media/uno.png" || strings.Contains(files[0].Text, "Anna") || files[1].Path != "media/uno-02.png" || files[1].Text != string(folder["uno.png"].Data) {
		t.Errorf("%d pictures", len(files))
	}
	for _, f := range files {
		if m, _, err := image.Decode(strings.NewReader(f.Text)); err != nil || m.Bounds().Dy() != 30 {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	var told bytes.Buffer
	if err := report.Write(&told, "x", "en", false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the picture img/uno.png was cleaned", "the picture ../../etc/passwd is lost", "the picture https://example.org/a.png is lost", "the picture img/due.png is lost", "the picture nota.pdf is lost", "the picture finta.png is lost"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, told.String())
		}
	}
}
