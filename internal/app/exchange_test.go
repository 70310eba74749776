package app_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/content/media"
	"abilita/internal/app"
	"abilita/internal/foreign"
	"abilita/internal/people"
	"abilita/internal/pg"
)

func (d desk) bring(who people.Actor, in app.ForeignFile) (app.BroughtIn, error) {
	return d.App.Exchange.BringIn(d.T.Context(), who, d.Cmd(), d.id, in)
}

// Two who bring files of the same name in at once both keep theirs: one is told to
// try again, and then finds another name.
func TestTwoBringFilesOfOneNameInAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for round := range 5 {
		files := []app.ForeignFile{
			{Name: "domande-" + strconv.Itoa(round) + ".gift", Body: []byte("::a::Sì?{T}\n")},
			{Name: "domande-" + strconv.Itoa(round) + ".gift", Body: []byte("::a::No?{F}\n")},
		}
		var group sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []people.Actor{d.Trainer, d.Coordinator} {
			group.Go(func() {
				if _, errs[i] = d.bring(who, files[i]); errors.Is(errs[i], app.ErrChanged) {
					_, errs[i] = d.bring(who, files[i])
				}
			})
		}
		group.Wait()
		d.must(errors.Join(errs...))
		name := "quiz/domande-" + strconv.Itoa(round)
		if both := d.body(name+".md") + d.body(name+"-2.md"); !strings.Contains(both, "Sì?") || !strings.Contains(both, "No?") {
			t.Errorf("round %d: %s", round, both)
		}
	}
}

// A text that somebody wrote after the draft was looked at is not replaced, and one
// that somebody began meanwhile is not written over.
func TestAPackReplacesOnlyWhatWasSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	pack, err := content.Archive([]content.SourceFile{{Path: "it/" + aModule, Text: d.body(aModule) + "\nDal pacchetto.\n"}, {Path: "it/moduli/altro.md", Text: "# Modulo: Altro\n- id: mo-altro\n"}})
	d.must(err)
	in := app.ForeignFile{Name: "pack.zip", Body: pack, Replace: true, Seen: d.read(d.Trainer).Seen()}
	d.must(d.save(d.Coordinator, aModule, d.body(aModule)+"\nDi un’altra.\n", 0))
	if _, err := d.bring(d.Trainer, in); !errors.Is(err, app.ErrChanged) {
		t.Fatalf("over what nobody saw: %v", err)
	}
	if _, err := d.read(d.Trainer).Entry("moduli/altro.md"); err == nil {
		t.Error("half of the pack came in")
	}
	if b, err := d.bring(d.Trainer, app.ForeignFile{Name: "pack.zip", Body: pack}); err != nil || b.Report.Count(foreign.LeftOut) != 1 || !strings.Contains(d.body(aModule), "Di un’altra.") {
		t.Errorf("without the tick: %v %+v", err, b.Report)
	}
	in.Seen = d.read(d.Trainer).Seen()
	b, err := d.bring(d.Trainer, in)
	if err != nil || !strings.HasSuffix(d.body(aModule), "\nDal pacchetto.\n") || b.Draft.Files == nil {
		t.Errorf("what was seen: %v", err)
	}
	// What was put in a draft that somebody reads stays out.
	d.must(d.App.Drafts.Restore(t.Context(), d.Trainer, d.Cmd(), d.id, aModule, 2))
	d.must(d.App.Drafts.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, "moduli/altro.md", 1))
	if b, err = d.bring(d.Trainer, app.ForeignFile{Name: "pack.zip", Body: pack}); err != nil || d.body("moduli/altro.md") == "" {
		t.Errorf("what was added once and taken away comes again: %v %+v", err, b.Files)
	}
}

// The media of a draft stay within their limit, whatever way they come.
func TestWhatComesInKeepsTheLimitOfMedia(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	added, err := d.App.Media.Add(t.Context(), d.Trainer, d.Cmd(), d.id, app.NewMedium{Name: "a.pdf", Body: []byte("%PDF-1.7\n%%EOF\n"), Words: "Un foglio"})
	d.must(err)
	d.must(d.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE media_blob SET bytes = $2 WHERE hash = $1`, added.Hash, media.MaxTotal-10) // as if it were so large
		return err
	}))
	pack, err := content.Archive([]content.SourceFile{{Path: "it/moduli/altro.md", Text: "# Modulo: Altro\n- id: mo-altro\n"}, {Path: "it/media/b.pdf", Text: "%PDF-1.7\n% b\n%%EOF\n"}})
	d.must(err)
	if _, err := d.bring(d.Trainer, app.ForeignFile{Name: "pack.zip", Body: pack}); !formFault(err, "file", content.ErrMediaTotal) {
		t.Errorf("too much: %v", err)
	}
	if _, err := d.read(d.Trainer).Entry("moduli/altro.md"); err == nil {
		t.Error("its text came in")
	}
}

// A medium that comes under the name of another gets a name of its own, and the
// texts that come with it name it so.
func TestAMediumNeverTakesThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, err := d.App.Media.Add(t.Context(), d.Trainer, d.Cmd(), d.id, app.NewMedium{Name: "foglio.pdf", Body: []byte("%PDF-1.7\n%%EOF\n"), Words: "Un foglio"})
	d.must(err)
	pack, err := content.Archive([]content.SourceFile{
		{Path: "it/moduli/altro.md", Text: "# Modulo: Altro\n- id: mo-altro\n\n[foglio](../media/foglio.pdf)\n"}, {Path: "it/media/foglio.pdf", Text: "%PDF-1.7\n% altro\n%%EOF\n"},
	})
	d.must(err)
	for range 2 {
		b, err := d.bring(d.Trainer, app.ForeignFile{Name: "pack.zip", Body: pack})
		if err != nil || !strings.Contains(d.body("moduli/altro.md"), "[foglio](../media/foglio-02.pdf)") {
			t.Fatalf("%v %s", err, d.body("moduli/altro.md"))
		}
		if m := b.Draft.Media; len(m) != 2 || m[0].Path != "media/foglio-02.pdf" || m[1].Hash != first.Hash || b.Report.Count(foreign.Adapted) != 1 {
			t.Errorf("%+v %+v", m, b.Report)
		}
	}
	var out bytes.Buffer
	g, err := d.App.Exchange.Draft(t.Context(), d.Trainer, d.id, exchange.Pack)
	d.must(err)
	d.must(g.Write(&out))
	if a, err := content.OpenPack(out.Bytes()); err != nil || !a.Has("it/media/foglio.pdf") || !a.Has("it/media/foglio-02.pdf") {
		t.Errorf("the draft goes out without its media: %v", err)
	}
}
