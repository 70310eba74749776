package app_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"abilita/content"
	"abilita/content/media"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/blob"
	"abilita/internal/fault"
	"abilita/internal/people"
)

// photo is a JPEG as a camera leaves it, with a comment that names somebody.
func photo(t testing.TB, w, h int, shade uint8) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), shade, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return append([]byte("\xff\xd8\xff\xfe\x00\x06Anna"), b.Bytes()[2:]...)
}

const aSound = "OggS\x00\x02OpusHead"

func (d desk) add(who people.Actor, name, body, words string) (app.AddedMedium, error) {
	return d.App.Media.Add(d.T.Context(), who, d.Cmd(), d.id, app.NewMedium{Name: name, Body: []byte(body), Words: words})
}

// opened is what somebody sees under a hash.
func opened(t *testing.T, a *app.App, who people.Actor, hash string, width int) (string, error) {
	t.Helper()
	m, err := a.Media.Open(t.Context(), who, hash, width)
	if err != nil {
		return "", err
	}
	defer m.Body.Close()
	b, err := io.ReadAll(m.Body)
	if err != nil || int64(len(b)) != m.Bytes {
		t.Errorf("%d bytes of %d, %v", len(b), m.Bytes, err)
	}
	return string(b), nil
}

// A picture goes all the way: into the draft, through the second reader, to who
// learns; on its way it loses all that is not the picture.
func TestAPictureGoesFromTheDraftToWhoLearns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	learner := d.Volunteer("Bice", "Longhi")
	source := photo(t, 1400, 700, 40)
	added, err := d.add(d.Trainer, "IMG 0042 – Scheda.JPG", string(source), "La scheda\n vuota")
	d.must(err)
	if added.Path != "media/img-0042-scheda.jpg" || added.Markdown != "![La scheda vuota](../media/img-0042-scheda.jpg)" || !added.Changed || added.Width != 1400 {
		t.Fatalf("%+v", added)
	}
	again, err := d.add(d.Coordinator, "altro.jpg", string(source), "La scheda")
	if err != nil || again.Path != added.Path || len(d.read(d.Trainer).Media) != 1 {
		t.Errorf("the same picture twice: %q, %v", again.Path, err)
	}
	other, err := d.add(d.Trainer, "img-0042-scheda.jpg", string(photo(t, 300, 200, 90)), "Un'altra")
	if err != nil || other.Path != "media/img-0042-scheda-02.jpg" {
		t.Errorf("another of that name: %q, %v", other.Path, err)
	}
	for name, who := range map[string]people.Actor{"a volunteer": learner, "an evaluator": d.Evaluator, "nobody": {}} {
		if _, err := opened(t, d.App, who, added.Hash, 0); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s sees a picture of a draft: %v", name, err)
		}
	}
	if b, err := opened(t, d.App, d.Coordinator, added.Hash, 480); err != nil || media.HashOf([]byte(b)) == added.Hash || len(b) >= int(added.Size) {
		t.Errorf("a narrower form: %d bytes, %v", len(b), err)
	}
	if _, err := opened(t, d.App, d.Coordinator, added.Hash, 481); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a form that is not there: %v", err)
	}

	// Not used by a text it is advice; named wrongly it is an error.
	text := strings.Replace(d.body(aModule), "\n## Fonti\n", "\n"+added.Markdown+"\n\n## Fonti\n", 1)
	d.must(d.save(d.Trainer, aModule, strings.Replace(text, "scheda.jpg", "scheta.jpg", 1), 0))
	if p := d.read(d.Trainer); p.Refusal() == nil || !slices.ContainsFunc(p.Of(aModule), func(f content.Problem) bool { return f.Code == "media_lost" && f.Args[3] == "img-0042-scheda.jpg" }) {
		t.Errorf("%v", p.Problem)
	}
	d.must(d.save(d.Trainer, aModule, text, 1))
	d.must(d.App.Media.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, other.Path))
	preview, err := d.App.Drafts.Preview(t.Context(), d.Trainer, d.id, aModule)
	shown := `<img src="/media/` + added.Hash + `" alt="La scheda vuota" width="1400" height="700" loading="lazy" srcset="/media/` + added.Hash + `/480 480w`
	if err != nil || !strings.Contains(preview.HTML, shown) {
		t.Errorf("preview: %v\n%s", err, preview.HTML)
	}
	d.must(d.move(d.Trainer, content.DraftAsk, "Per favore"))
	if _, err := d.add(d.Trainer, "tardi.jpg", string(photo(t, 10, 10, 1)), "Tardi"); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("into a draft that is read: %v", err)
	}
	d.must(d.move(d.Second, content.DraftApprove, ""))
	out, err := d.App.Publishing.PublishDraft(t.Context(), d.Coordinator, d.Cmd(), d.id, d.read(d.Trainer).Draft.Version, app.Publication{Impact: app.NoImpact})
	d.must(err)
	changes, err := d.App.Drafts.Changes(t.Context(), d.Coordinator, "pr-donazioni", "it", out.Release)
	if err != nil || len(changes.Media) != 1 || changes.Media[0].Path != added.Path || changes.Media[0].Change != content.Added {
		t.Errorf("changes: %+v, %v", changes.Media, err)
	}

	r, err := d.App.Study.Read(t.Context(), learner, "mo-denaro")
	if err != nil || !strings.Contains(r.Version.HTML, shown) {
		t.Fatalf("what is learnt: %v\n%s", err, r.Version.HTML)
	}
	b, err := opened(t, d.App, learner, added.Hash, 0)
	if err != nil || media.HashOf([]byte(b)) != added.Hash || strings.Contains(b, "Anna") {
		t.Errorf("what is seen: %v", err)
	}
	if _, err := opened(t, d.App, learner, other.Hash, 0); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a picture that was not published: %v", err)
	}
	if _, err := opened(t, d.App, d.Evaluator, added.Hash, 0); err != nil {
		t.Errorf("who evaluates there: %v", err)
	}
	if s := sick(t, d.World); len(s) != 0 {
		t.Errorf("%v", s)
	}
	var entries int
	d.must(d.DB.Read().GetContext(t.Context(), &entries, `SELECT count(*) FROM audit_entry WHERE subject_kind = 'draft' AND detail ->> 'did' IN ('media_add', 'media_remove')`))
	if entries != 4 {
		t.Errorf("%d entries in the record", entries)
	}
	elsewhere := d.Staff("Elsa", "Viti", people.Grant{Role: people.Trainer, Scope: people.Line, ID: d.Line + 1000})
	if _, err := opened(t, d.App, elsewhere, added.Hash, 0); !errors.Is(err, people.ErrHidden) {
		t.Errorf("who works on another line: %v", err)
	}
}

func TestWhatAMediumMayNotBe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, c := range map[string]struct {
		body, words, field string
	}{
		"a page":            {"<!doctype html><script>alert(1)</script>", "Una pagina", "file"},
		"a drawing":         {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "Un disegno", "file"},
		"nothing":           {"", "Niente", "file"},
		"too much":          {strings.Repeat("x", media.MaxBytes+1), "Tanto", "file"},
		"without a word":    {string(photo(t, 8, 8, 1)), " ", "words"},
		"with a long story": {string(photo(t, 8, 8, 1)), strings.Repeat("a", 301), "words"},
	} {
		_, err := d.add(d.Trainer, "x", c.body, c.words)
		form, ok := errors.AsType[fault.Form](err)
		if !ok || len(form) != 1 || form[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, who := range map[string]people.Actor{"an evaluator": d.Evaluator, "a program": {Program: "x"}} {
		if _, err := d.add(who, "x.jpg", string(photo(t, 8, 8, 1)), "x"); !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	captions, err := d.add(d.Trainer, "a.vtt", "WEBVTT\n", "")
	if err != nil || captions.Path != "media/a.vtt" {
		t.Errorf("captions need no words: %v", err)
	}
	d.must(d.App.Media.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, captions.Path))
	for name, err := range map[string]error{
		"removed twice":             d.App.Media.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, captions.Path),
		"put back what was new":     d.App.Media.Restore(t.Context(), d.Trainer, d.Cmd(), d.id, captions.Path),
		"removed by who only reads": d.App.Media.Remove(t.Context(), d.Evaluator, d.Cmd(), d.id, captions.Path),
	} {
		if !errors.Is(err, people.ErrHidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var bytes int64
	d.must(d.DB.Read().GetContext(t.Context(), &bytes, `SELECT count(*) FROM draft_media`))
	if bytes != 0 {
		t.Errorf("%d media in the draft", bytes)
	}
}

// withMedia is the example pack with media beside its texts.
func withMedia(picture []byte, more string) fstest.MapFS {
	pack := apptest.Pack()
	f := pack["esempio/it/"+aModule]
	f.Data = []byte(strings.Replace(string(f.Data), "\n## Fonti\n", "\n![La scheda](../media/scheda.jpg)\n\n[Una chiamata](../media/chiamata.ogg)\n\n> **Trascrizione.** «Pronto?»\n"+more+"\n## Fonti\n", 1))
	pack["esempio/it/media/scheda.jpg"] = &fstest.MapFile{Data: picture}
	pack["esempio/it/media/chiamata.ogg"] = &fstest.MapFile{Data: []byte(aSound)}
	return pack
}

func clean(t testing.TB, b []byte) []byte {
	t.Helper()
	m, err := media.Take(b)
	if err != nil {
		t.Fatal(err)
	}
	return m.Body
}

func publish(t *testing.T, w *apptest.World, pack fstest.MapFS) error {
	t.Helper()
	_, err := w.App.Publishing.Publish(t.Context(), w.Coordinator, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "x"})
	return err
}

// From a folder: what is published is what was checked, byte by byte, and the
// page of a version never changes under who learnt it.
func TestMediaOfAFolderArePublishedAndStay(t *testing.T) {
	t.Parallel()
	first := clean(t, photo(t, 1000, 500, 10))
	w := apptest.NewWith(t, withMedia(first, ""))
	learner := w.Volunteer("Bice", "Longhi")
	if b, err := opened(t, w.App, learner, media.HashOf(first), 480); err != nil || b == "" {
		t.Errorf("a narrower form: %v", err)
	}
	if b, err := opened(t, w.App, learner, media.HashOf(first), 0); err != nil || b != string(first) {
		t.Errorf("what is published is another: %v", err)
	}
	if b, err := opened(t, w.App, w.Coordinator, media.HashOf([]byte(aSound)), 0); err != nil || b != aSound {
		t.Errorf("the sound: %v", err)
	}
	second := clean(t, photo(t, 1000, 500, 200))
	if err := publish(t, w, withMedia(second, "\nUna riga.\n")); err != nil {
		t.Errorf("a new text with a new picture: %v", err)
	}
	third := withMedia(first, "\nUna riga.\n")
	delete(third, "esempio/it/liste/postazione.md")
	third["esempio/it/liste/casa.md"] = &fstest.MapFile{Data: append(bytes.Clone(apptest.Pack()["esempio/it/liste/postazione.md"].Data), "\n- **P9 In più**: si vede\n"...)}
	if err := publish(t, w, third); !errors.Is(err, content.ErrMediaReused) {
		t.Errorf("another picture under the page of a version that is published: %v", err)
	}
	if err := publish(t, w, withMedia(photo(t, 10, 10, 1), "\nDue righe.\n")); !errors.Is(err, app.ErrContentBroken) {
		t.Errorf("a picture that says more than itself: %v", err)
	}
	if s := sick(t, w); len(s) != 0 {
		t.Errorf("%v", s)
	}

	// A draft on top: a published medium can be taken out and put back, and its name
	// is taken for ever.
	id, err := w.App.Drafts.Open(t.Context(), w.Coordinator, w.Cmd(), "pr-donazioni", "it")
	if err != nil {
		t.Fatal(err)
	}
	d := desk{World: w, id: id}
	states := func() string {
		var list []string
		for _, m := range d.read(d.Coordinator).Media {
			list = append(list, m.Path+" "+string(m.Change))
		}
		return strings.Join(list, ", ")
	}
	d.must(d.App.Media.Remove(t.Context(), d.Coordinator, d.Cmd(), id, "media/scheda.jpg"))
	if got := states(); got != "media/chiamata.ogg same, media/scheda.jpg removed" || d.read(d.Coordinator).Refusal() == nil {
		t.Error(got)
	}
	d.must(d.App.Media.Restore(t.Context(), d.Coordinator, d.Cmd(), id, "media/scheda.jpg"))
	added, err := d.add(d.Coordinator, "scheda.jpg", string(photo(t, 20, 20, 7)), "Nuova")
	d.must(err)
	if got := states(); got != "media/chiamata.ogg same, media/scheda-02.jpg added, media/scheda.jpg same" || added.Path != "media/scheda-02.jpg" {
		t.Error(got)
	}
	if same, err := d.add(d.Coordinator, "x.jpg", string(second), "La scheda"); err != nil || same.Path != "media/scheda.jpg" {
		t.Errorf("the published one again: %q, %v", same.Path, err)
	}
	if got := states(); got != "media/chiamata.ogg same, media/scheda-02.jpg added, media/scheda.jpg same" {
		t.Error(got)
	}
}

// What nothing names goes a week later, what drafts that ended named a month
// later, and what is published stays; whoever adds meanwhile loses nothing.
func TestMediaThatNothingNamesAreSwept(t *testing.T) {
	t.Parallel()
	first := clean(t, photo(t, 1000, 500, 10))
	w := apptest.NewWith(t, withMedia(first, ""))
	id, err := w.App.Drafts.Open(t.Context(), w.Coordinator, w.Cmd(), "pr-donazioni", "it")
	if err != nil {
		t.Fatal(err)
	}
	d := desk{World: w, id: id}
	dropped, err := d.add(d.Coordinator, "via.jpg", string(photo(t, 900, 300, 1)), "Via")
	d.must(err)
	kept, err := d.add(d.Coordinator, "resta.jpg", string(photo(t, 900, 300, 2)), "Resta")
	d.must(err)
	d.must(d.App.Media.Remove(t.Context(), d.Coordinator, d.Cmd(), id, dropped.Path))
	sweep := func() int {
		t.Helper()
		n, err := d.App.Media.Sweep(t.Context())
		d.must(err)
		return n
	}
	d.Advance(7*24*time.Hour - time.Minute)
	if n := sweep(); n != 0 {
		t.Errorf("%d swept too early", n)
	}
	d.Advance(2 * time.Minute)
	if n := sweep(); n != 2 { // it and its narrower form
		t.Errorf("%d swept after a week", n)
	}
	if n := sweep(); n != 0 {
		t.Errorf("%d swept again", n)
	}
	var group sync.WaitGroup
	for range 6 { // somebody adds what was swept while it is swept
		group.Go(func() { _, _ = d.App.Media.Sweep(t.Context()) })
		group.Go(func() {
			if _, err := d.add(d.Coordinator, "via.jpg", string(photo(t, 900, 300, 1)), "Via"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if b, err := opened(t, d.App, d.Coordinator, dropped.Hash, 480); err != nil || b == "" {
		t.Errorf("added while it was swept: %v", err)
	}
	d.must(d.move(d.Coordinator, content.DraftDiscard, ""))
	d.Advance(29 * 24 * time.Hour)
	if n := sweep(); n != 0 {
		t.Errorf("%d of a draft swept too early", n)
	}
	d.Advance(2 * 24 * time.Hour)
	if n := sweep(); n != 4 {
		t.Errorf("%d of a draft swept", n)
	}
	if _, err := opened(t, d.App, d.Coordinator, kept.Hash, 0); !errors.Is(err, people.ErrHidden) {
		t.Errorf("after the sweep: %v", err)
	}
	if b, err := opened(t, d.App, d.Coordinator, media.HashOf(first), 0); err != nil || b != string(first) {
		t.Errorf("what is published: %v", err)
	}
	if s := sick(t, w); len(s) != 0 {
		t.Errorf("%v", s)
	}
}

func TestTheDoctorFindsMediaThatAreMissingOrOthers(t *testing.T) {
	t.Parallel()
	first := clean(t, photo(t, 1000, 500, 10))
	w := apptest.NewWith(t, withMedia(first, ""))
	if s := sick(t, w); len(s) != 0 {
		t.Errorf("%v", s)
	}
	if err := w.Blobs.Delete(t.Context(), media.HashOf([]byte(aSound))); err != nil {
		t.Fatal(err)
	}
	if err := w.Blobs.Put(t.Context(), media.HashOf(first), []byte("altro")); err != nil {
		t.Fatal(err)
	}
	if s := sick(t, w); len(s) != 1 || s[0] != "media-whole" {
		t.Errorf("%v", s)
	}
}

// Several instances share a bucket. While it cannot be reached nothing is added,
// and what was begun leaves nothing in the draft.
func TestMediaLieInABucket(t *testing.T) {
	t.Parallel()
	memory := s3mem.New()
	if err := memory.CreateBucket("corsi"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(memory).Server())
	defer server.Close()
	bucket, err := blob.Open("s3+http://key:secret@"+strings.TrimPrefix(server.URL, "http://")+"/corsi/abilita?region=eu-south-1", "")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	if d.App, err = app.New(t.Context(), d.DB, app.RandomSecret(), bucket); err != nil {
		t.Fatal(err)
	}
	added, err := d.add(d.Trainer, "foto.jpg", string(photo(t, 900, 300, 1)), "Una foto")
	d.must(err)
	if b, err := opened(t, d.App, d.Trainer, added.Hash, 0); err != nil || media.HashOf([]byte(b)) != added.Hash {
		t.Errorf("from the bucket: %v", err)
	}
	if b, err := opened(t, d.App, d.Trainer, added.Hash, 480); err != nil || b == "" {
		t.Errorf("a narrower form: %v", err)
	}
	if found, err := d.App.Doctor.Examine(t.Context(), people.Actor{Program: "test"}, false); err != nil || slices.ContainsFunc(found, func(c app.Checkup) bool { return c.Name == "media-whole" && !c.OK() }) {
		t.Errorf("%v", err)
	}
	server.Close()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	if _, err := d.App.Media.Add(ctx, d.Trainer, d.Cmd(), d.id, app.NewMedium{Name: "altra.jpg", Body: photo(t, 900, 300, 2), Words: "Un'altra"}); err == nil {
		t.Error("a picture was added to a bucket that is not there")
	}
	if p := d.read(d.Trainer); len(p.Media) != 1 {
		t.Errorf("%d media in the draft", len(p.Media))
	}
}

// Several who add a picture of one name at once: each keeps theirs.
func TestMediaOfOneNameAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const n = 4
	var all sync.WaitGroup
	added, errs := make([]app.AddedMedium, n), make([]error, n)
	for i := range n {
		cmd, body := d.Cmd(), photo(t, 60, 40, uint8(40*i))
		all.Go(func() {
			added[i], errs[i] = d.App.Media.Add(t.Context(), d.Trainer, cmd, d.id, app.NewMedium{Name: "scheda.png", Body: body, Words: "La scheda"})
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for _, m := range d.read(d.Trainer).Media {
		kept[m.Path] = m.Hash
	}
	for _, a := range added {
		if kept[a.Path] != a.Hash {
			t.Errorf("%s is not what was added there", a.Path)
		}
	}
	if len(kept) != n {
		t.Errorf("%d of %d pictures are in the draft", len(kept), n)
	}
}
