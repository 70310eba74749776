package content_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"abilita/content"
)

var pieceKinds = []content.Kind{content.KindModule, content.KindScript, content.KindQuiz, content.KindRubric, content.KindChecklist, content.KindProgramme}

// Both languages offer the same pieces in the same order.
func TestPiecesInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, kind := range pieceKinds {
		it, en := content.Pieces(kind, "it", "", content.Beginning{}), content.Pieces(kind, "en", "", content.Beginning{})
		if len(it) < 3 || len(it) != len(en) {
			t.Fatalf("%s: %d pieces and %d", kind, len(it), len(en))
		}
		for i := range it {
			if it[i].Name != en[i].Name || it[i].Mode != en[i].Mode || it[i].Text == "" || strings.Contains(it[i].Text+en[i].Text, "@") {
				t.Errorf("%s: %+v and %+v", kind, it[i], en[i])
			}
		}
	}
}

// Every question, every part of a module and every entry of a list may be put at the
// end of the examples, again and again, without an error.
func TestPiecesBringNoError(t *testing.T) {
	t.Parallel()
	for kind, file := range map[content.Kind]string{content.KindModule: mod, content.KindQuiz: bnk, content.KindChecklist: lis} {
		for _, p := range content.Pieces(kind, "it", "", content.Beginning{}) {
			if kind == content.KindModule && p.Name == "picture" || kind == content.KindQuiz && p.Mode == content.PieceRow {
				continue // a picture that is not there, an answer without its question
			}
			files := examples(t)
			f := files["mini/it/"+file]
			for range 2 {
				text := string(f.Data)
				all := content.Pieces(kind, "it", text, content.Beginning{Module: "mo-denaro"})
				i := slices.IndexFunc(all, func(q content.Piece) bool { return q.Name == p.Name })
				put, _ := all[i].Put(text, 0)
				f.Data = []byte(put)
			}
			for _, k := range problems(files) {
				if k.Severity == content.Error {
					t.Errorf("%s: %s", p.Name, k.Text("en"))
				}
			}
		}
	}
}

// What is put into the sample of a script breaks nothing but what nobody comes to yet.
func TestPiecesOfAScript(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"it", "en"} {
		text := content.Begin("script", lang, content.Beginning{ID: "rp-a", Title: "A", Line: "donazioni", Channel: content.ChannelWord("phone", lang)})
		ending := map[string]string{"it": "\n### fine-riuscita", "en": "\n### end-success"}[lang]
		at := strings.Count(text[:strings.Index(text, ending)], "\n") // the last choice of the moment before it
		for _, p := range content.Pieces(content.KindScript, lang, text, content.Beginning{}) {
			if p.Mode == content.PieceWords || p.Name == "statement" || p.Name == "error" || p.Name == "criterion" || p.Name == "variant" {
				continue
			}
			put, _ := p.Put(text, at)
			files := fstest.MapFS{"p/" + lang + "/copioni/a.md": &fstest.MapFile{Data: []byte(put)}}
			pack, found := content.Load(files, "p/"+lang)
			for _, k := range append(found, content.Check(pack)...) {
				if k.Severity == content.Error && !slices.Contains([]string{"no_programme", "node_unreachable", "silence_twice"}, k.Code) {
					t.Errorf("%s, %s: %s\n%s", lang, p.Name, k.Text("en"), put)
				}
			}
		}
	}
}

func TestAPieceLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b c", "- d"}), 1, 8).Draw(t, "lines")
		text := strings.Join(lines, "\n") + "\n"
		line := rapid.IntRange(-1, 10).Draw(t, "line")
		p := content.Piece{Mode: rapid.SampledFrom([]content.PieceMode{content.PieceBlock, content.PieceRow, content.PieceWords}).Draw(t, "mode"), Text: "PIECE\nEND"}
		put, at := p.Put(text, line)
		got := strings.Split(put, "\n")
		if !strings.Contains(got[at-1], "PIECE") {
			t.Fatalf("the piece is not on line %d of %q", at, put)
		}
		rest := strings.Replace(put, "PIECE\nEND", "", 1)
		if strings.Join(strings.Fields(rest), " ") != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("%q became %q", text, put)
		}
	})
}

func TestNumbersGoOn(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for _, p := range content.Pieces(content.KindQuiz, "it", "`q2 · mo-a · applicare`\n`q11 · mo-a · applicare`", content.Beginning{Module: "mo-a"}) {
		names[p.Name] = p.Text
	}
	if !strings.Contains(names["one"], "`q12 · mo-a · applicare`") || len(slices.Collect(maps.Keys(names))) != 12 {
		t.Errorf("%q", names)
	}
}
