package content_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"abilita/content"
	"abilita/internal/fault"
)

func TestMemoryIsAFileSystem(t *testing.T) {
	t.Parallel()
	m := content.Memory{"a/it/programma.md": "# x", "a/it/moduli/uno.md": "testo", "a/it/moduli/due.md": ""}
	if err := fstest.TestFS(m, "a/it/programma.md", "a/it/moduli/uno.md", "a/it/moduli/due.md"); err != nil {
		t.Fatal(err)
	}
}

// A new file of any kind begins without an error, in both languages, in a pack
// that has what it names.
func TestTemplatesHaveNoError(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"it", "en"} {
		in := content.Beginning{ID: "mo-inizio", Title: "Per cominciare", Line: "prova", Channel: content.ChannelWord("phone", lang), Module: "mo-inizio"}
		m := content.Memory{}
		m["p/"+lang+"/moduli/inizio.md"] = content.Begin("module", lang, in)
		for _, name := range append([]string{"programme"}, content.Templates[1:]...) {
			in.ID = "x-" + name
			file, err := content.NewPath(content.TemplateKind(name), name)
			if name == "programme" {
				file, err = content.ProgrammeFile, nil
			}
			if err != nil {
				t.Fatal(err)
			}
			m["p/"+lang+"/"+file] = content.Begin(name, lang, in)
			if f, problems := content.ParseFile(file, []byte(m["p/"+lang+"/"+file]), lang); f.ID != in.ID || len(problems) > 0 {
				t.Errorf("%s %s: id %q, %v", lang, name, f.ID, problems)
			}
		}
		pack, problems := content.Load(m, "p/"+lang)
		r := content.Inspect(pack, problems)
		for _, p := range r.Problems {
			if p.Severity == content.Error {
				t.Error(p.Text(lang))
			}
		}
		if c := r.Counts; c.Modules != 1 || c.Scripts != 1 || c.Rubrics != 1 || c.Banks != 1 || c.Exams != 1 || c.Checklists != 1 {
			t.Errorf("%s: %+v", lang, c)
		}
	}
}

func TestADraftLivesInOrder(t *testing.T) {
	t.Parallel()
	states := []content.DraftState{content.DraftOpen, content.DraftInReview, content.DraftApproved, content.DraftPublished, content.DraftDiscarded}
	moves := []content.DraftMove{content.DraftAsk, content.DraftWithdraw, content.DraftSendBack, content.DraftApprove, content.DraftPublish, content.DraftDiscard}
	// Rows are states, columns moves; "-" is refused, "!" refused to its authors.
	want := map[content.DraftState]string{
		content.DraftOpen:      "review - - - - discarded",
		content.DraftInReview:  "- open open! approved! - discarded",
		content.DraftApproved:  "- open - - published discarded",
		content.DraftPublished: "- - - - - -",
		content.DraftDiscarded: "- - - - - -",
	}
	for _, s := range states {
		for i, cell := range strings.Fields(want[s]) {
			for _, author := range []bool{false, true} {
				next, err := s.After(moves[i], author)
				switch {
				case cell == "-":
					if !errors.Is(err, content.ErrDraftState) || next != s {
						t.Errorf("%s from %s: %s, %v", moves[i], s, next, err)
					}
				case author && strings.HasSuffix(cell, "!"):
					if !errors.Is(err, content.ErrDraftOwn) || next != s {
						t.Errorf("%s from %s by an author: %s, %v", moves[i], s, next, err)
					}
				case err != nil || string(next) != strings.TrimSuffix(cell, "!"):
					t.Errorf("%s from %s: %s, %v, want %s", moves[i], s, next, err, cell)
				}
			}
		}
	}
}

func TestComposeLaysWhatWasWrittenOverWhatIsPublished(t *testing.T) {
	t.Parallel()
	published := map[string]string{"programma.md": "P", "moduli/a.md": "A", "moduli/b.md": "B", "moduli/c.md": "C", "moduli/d.md": "D"}
	got := content.Compose(published, []content.Written{
		{Path: "moduli/b.md", Body: "B2", Base: content.HashOf("B")},
		{Path: "moduli/c.md", Removed: true, Base: content.HashOf("C")},
		{Path: "moduli/d.md", Body: "D2", Base: content.HashOf("an older D")},
		{Path: "moduli/a.md", Body: "A", Base: content.HashOf("an older A")}, // what was published is what was written
		{Path: "liste/n.md", Body: "N"},
		{Path: "copioni/gone.md", Removed: true}, // added and taken away again
	})
	var lines []string
	for _, f := range got {
		line := f.Path + " " + string(f.Change)
		if f.Overtaken {
			line += " overtaken"
		}
		lines = append(lines, line)
	}
	const want = "programma.md same\nmoduli/a.md same\nmoduli/b.md edited\nmoduli/c.md removed\nmoduli/d.md edited overtaken\nliste/n.md added"
	if s := strings.Join(lines, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	tree := content.Tree("p/it", got)
	if len(tree) != 5 || tree["p/it/moduli/b.md"] != "B2" || tree["p/it/liste/n.md"] != "N" || tree["p/it/moduli/a.md"] != "A" {
		t.Errorf("tree %v", tree)
	}
}

func TestWhatMayNotEvenBeADraft(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body string
		want *fault.Error
	}{
		"a text":                  {"# Modulo: x\n", nil},
		"as large as may be":      {strings.Repeat("a", 64<<10), nil},
		"too large":               {strings.Repeat("a", 64<<10+1), content.ErrDraftLarge},
		"no text":                 {"a\xffb", content.ErrDraftNotText},
		"a zero byte":             {"a\x00b", content.ErrDraftNotText},
		"a card":                  {"uno\ndue 4111 1111 1111 1111\n", content.ErrDraftCard},
		"a number that is none":   {"uno\ndue 4111 1111 1111 1112\n", nil},
		"a card over two lines":   {"4111 1111\n1111 1111", nil}, // a run ends with its line
		"a number of the IBAN":    {"IT60X0542811101000000123456", nil},
		"empty is a text as well": {"", nil},
	} {
		if err := content.MayKeep(tc.body); (err == nil) != (tc.want == nil) || err != nil && !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if err := content.MayKeep("uno\ndue 4111 1111 1111 1111\n"); err == nil || !strings.Contains(err.Error(), "[Line 2]") {
		t.Errorf("the line is not named: %v", err)
	}
}

func TestNewPath(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"denaro": "moduli/denaro.md", " denaro.md ": "moduli/denaro.md", "9-fine": "moduli/9-fine.md", "Denaro": "", "../x": "", "a/b": "", "": "", "a b": "", "-a": ""} {
		if got, err := content.NewPath(content.KindModule, typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	if got, err := content.NewPath(content.KindProgramme, "x"); err == nil {
		t.Errorf("a second programme: %q", got)
	}
}

// Diff against an oracle: both texts come back out of it, and as many lines stay
// as the longest common subsequence has, found here by trying everything.
func TestDiffKeepsAsMuchAsCanBeKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 8)
		a, b := side.Draw(t, "a"), side.Draw(t, "b")
		text := func(lines []string) string {
			var s strings.Builder
			for _, l := range lines {
				s.WriteString(l + "\n")
			}
			return s.String()
		}
		var before, after []string
		kept := 0
		for _, l := range content.Diff(text(a), text(b)) {
			if l.Change != content.Added {
				if before = append(before, l.Text); l.Old != len(before) {
					t.Fatalf("line %d of the old text is called %d", len(before), l.Old)
				}
			}
			if l.Change != content.Removed {
				if after = append(after, l.Text); l.New != len(after) {
					t.Fatalf("line %d of the new text is called %d", len(after), l.New)
				}
			}
			if l.Change == content.Same {
				kept++
			}
		}
		if text(before) != text(a) || text(after) != text(b) {
			t.Fatalf("the texts do not come back: %q %q", before, after)
		}
		if want := common(a, b); kept != want {
			t.Fatalf("%q and %q: %d lines stay, want %d", a, b, kept, want)
		}
	})
}

func common(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if a[0] == b[0] {
		return 1 + common(a[1:], b[1:])
	}
	return max(common(a[1:], b), common(a, b[1:]))
}

func TestHunksShowDifferencesWithWhatIsAround(t *testing.T) {
	t.Parallel()
	lines := strings.Split("a b c d e f g h i j k l m n", " ")
	before := strings.Join(lines, "\n")
	lines[1], lines[4], lines[12] = "B", "E", "M"
	list := content.Diff(before, strings.Join(lines, "\n"))
	var got []string
	for _, h := range content.Hunks(list, 1) {
		var s strings.Builder
		for _, l := range h {
			s.WriteString(l.Text)
		}
		got = append(got, s.String())
	}
	if s := strings.Join(got, " "); s != "abBcdeEf lmMn" {
		t.Errorf("hunks %q", s)
	}
	if h := content.Hunks(content.Diff("a\nb\n", "a\nb\n"), 3); len(h) != 0 {
		t.Errorf("no difference has hunks %v", h)
	}
	// Larger than the table: it is still true.
	big := strings.Repeat("x\ny\n", 3000)
	n := 0
	for _, l := range content.Diff("p\n"+big+"q\n", "r\n"+strings.ReplaceAll(big, "y", "z")+"s\n") {
		if l.Change != content.Same {
			n++
		}
	}
	if n != 12004 {
		t.Errorf("%d lines differ", n)
	}
}
