package exchange_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/internal/foreign"
	"abilita/internal/foreign/foreigntest"
)

func TestAFormatIsToldFromNameAndContent(t *testing.T) {
	t.Parallel()
	const module = "# Modulo: A\n- id: mo-a\n- versione: 1.0\n\ntesto\n"
	for name, c := range map[string]struct {
		file string
		src  []byte
		want exchange.Format
	}{
		"gift by its ending":               {"a.GIFT", []byte("// x"), exchange.GIFT},
		"gift by its braces":               {"a.txt", []byte("Sì o no?{TRUE}\n"), exchange.GIFT},
		"gift with answers over lines":     {"a.txt", []byte("::t::Chi?{\n=Io\n~Tu\n}\n"), exchange.GIFT},
		"gift in UTF-16":                   {"a.txt", []byte("\xff\xfeS\x00i\x00?\x00{\x00T\x00R\x00U\x00E\x00}\x00"), exchange.GIFT},
		"gift in Windows-1252":             {"a.txt", []byte("S\xec o no?{TRUE}\n"), exchange.GIFT},
		"aiken":                            {"a.txt", []byte("Chi?\nA. Io\nB. Tu\nANSWER: B\n"), exchange.Aiken},
		"twee":                             {"a.txt", []byte(":: Inizio\nCiao {qui}\n"), exchange.Twee},
		"ink":                              {"a.txt", []byte("-> inizio\n=== inizio ===\nCiao\n"), exchange.Ink},
		"ink by its ending":                {"a.ink", []byte("Ciao"), exchange.Ink},
		"a handbook":                       {"a.md", []byte("# Ciao\n"), exchange.Markdown},
		"moodle":                           {"a.xml", []byte("\ufeff<?xml version=\"1.0\"?><!-- <x> --><quiz></quiz>"), exchange.Moodle},
		"moodle that would be refused":     {"a.xml", []byte("<!DOCTYPE x [<!ENTITY a \"b\">]>\n<quiz/>"), exchange.Moodle},
		"qti 1.2":                          {"a.xml", []byte("<questestinterop/>"), exchange.QTI},
		"qti 2":                            {"a.xml", []byte("<assessmentItem/>"), exchange.QTI},
		"qti 3":                            {"a.xml", []byte("<q:qti-assessment-item/>"), exchange.QTI},
		"a package":                        {"a.zip", foreigntest.Zip(t, "imsmanifest.xml", "<manifest/>", "a.xml", "<x/>"), exchange.QTI},
		"items without a manifest":         {"a.zip", foreigntest.Zip(t, "a.xml", "<x/>"), exchange.QTI},
		"a pack":                           {"a.zip", foreigntest.Zip(t, "it/moduli/a.md", module), exchange.Pack},
		"a pack of one language":           {"a.zip", foreigntest.Zip(t, "moduli/a.md", module, "media/a.pdf", "%PDF"), exchange.Pack},
		"a handbook with a folder of ours": {"a.zip", foreigntest.Zip(t, "moduli/a.md", "# Ascoltare\n\ntesto\n"), exchange.Markdown},
		"a handbook with pictures":         {"a.zip", foreigntest.Zip(t, "libro/a.md", "# A\n", "libro/x.png", "x"), exchange.Markdown},
		"words":                            {"a.txt", []byte("Buongiorno a tutti."), ""},
		"a page":                           {"a.xml", []byte("<html/>"), ""},
		"an archive of something else":     {"a.zip", foreigntest.Zip(t, "a.exe", "MZ"), ""},
		"nothing":                          {"", nil, ""},
	} {
		got, err := exchange.Recognise(c.file, c.src)
		if got != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, exchange.ErrUnknown) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, src := range map[string][]byte{"../a.md": foreigntest.Zip(t, "../a.md", "x"), "a bomb": foreigntest.Zip(t, "it/moduli/a.md", strings.Repeat("a", 30<<20))} {
		if got, err := exchange.Recognise("a.zip", src); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWhatComesInFindsAFreePlace(t *testing.T) {
	t.Parallel()
	text := func(id, words string) string {
		return "# Modulo: X\n- id: " + id + "\n\n- id: mo-altro\n" + words + "\n"
	}
	there := map[string]string{"moduli/a.md": text("mo-a", "vecchio"), "moduli/altrove.md": text("mo-b", "b"), "moduli/tolto.md": text("mo-tolto", "x")}
	got := exchange.Place([]content.SourceFile{
		{Path: "moduli/a.md", Text: text("mo-a", "nuovo")},
		{Path: "moduli/a.md", Text: text("mo-a", "nuovo due")},
		{Path: "moduli/b.md", Text: text("mo-b", "b")},
		{Path: "moduli/tolto.md", Text: text("mo-tolto", "x")},
		{Path: "moduli/c.md", Text: text("mo-c", "c")},
	}, there, []string{"moduli/tolto.md"})
	want := []exchange.Placed{
		{SourceFile: content.SourceFile{Path: "moduli/a-2.md", Text: text("mo-a-2", "nuovo")}, From: "moduli/a.md", Becomes: exchange.New},
		{SourceFile: content.SourceFile{Path: "moduli/a-3.md", Text: text("mo-a-3", "nuovo due")}, From: "moduli/a.md", Becomes: exchange.New},
		{SourceFile: content.SourceFile{Path: "moduli/b-2.md", Text: text("mo-b-2", "b")}, From: "moduli/b.md", Becomes: exchange.New},
		{SourceFile: content.SourceFile{Path: "moduli/tolto-2.md", Text: text("mo-tolto-2", "x")}, From: "moduli/tolto.md", Becomes: exchange.New},
		{SourceFile: content.SourceFile{Path: "moduli/c.md", Text: text("mo-c", "c")}, Becomes: exchange.New},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// Brought in once more, everything is where it was put.
	for _, p := range got {
		there[p.Path] = p.Text
	}
	again := exchange.Place([]content.SourceFile{{Path: "moduli/a.md", Text: text("mo-a", "nuovo due")}, {Path: "moduli/c.md", Text: text("mo-c", "c")}}, there, []string{"moduli/tolto.md"})
	if again[0].Path != "moduli/a-3.md" || again[0].Becomes != exchange.Same || again[1].Becomes != exchange.Same {
		t.Errorf("%+v", again)
	}
}

func TestAPackKeepsItsPathsAndReplacesWhenTold(t *testing.T) {
	t.Parallel()
	files := []content.SourceFile{{Path: "a", Text: "1"}, {Path: "b", Text: "2"}, {Path: "c", Text: "3"}, {Path: "d", Text: "4"}}
	there := map[string]string{"a": "1", "b": "x", "d": "4"}
	becomes := func(replace bool) (list []exchange.Becomes) {
		for _, p := range exchange.Lay(files, there, []string{"d"}, replace) {
			list = append(list, p.Becomes)
		}
		return list
	}
	if got := becomes(false); !slices.Equal(got, []exchange.Becomes{exchange.Same, exchange.Stays, exchange.New, exchange.Stays}) {
		t.Errorf("%v", got)
	}
	if got := becomes(true); !slices.Equal(got, []exchange.Becomes{exchange.Same, exchange.Replaces, exchange.New, exchange.Replaces}) {
		t.Errorf("%v", got)
	}
}

// A handbook in an archive: chapters that are called alike get numbers, what is no
// picture is told by the text that names it, and every other file by itself.
func TestAnArchiveOfChaptersIsOneHandbook(t *testing.T) {
	t.Parallel()
	src := foreigntest.Zip(t, "b/1.md", "# Uno\n\ntesto\n", "b/2.markdown", "# Uno\n\naltro\n", "b/leggi.txt", "x", "b/finta.png", "x", "b/3.md", "# Tre\n\n![f](finta.png)\n")
	files, report, err := exchange.Import(exchange.Markdown, src, exchange.Options{Lang: "it", Name: "b.zip"})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path+" "+content.HeaderID(f.Text))
	}
	if want := []string{"moduli/uno.md mo-uno", "moduli/uno-2.md mo-uno-2", "moduli/tre.md mo-tre"}; !slices.Equal(paths, want) {
		t.Errorf("%v", paths)
	}
	told := map[string]foreign.Status{}
	for _, e := range report.Entries {
		told[e.File] = e.Status
	}
	want := map[string]foreign.Status{"b/1.md": foreign.Adapted, "b/2.markdown": foreign.Adapted, "b/3.md": foreign.Adapted, "b/leggi.txt": foreign.LeftOut}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
}

// Chapters of a folder name each other by their files and titles: the links lead to
// the modules, wherever those come to lie.
func TestLinksBetweenChaptersLeadToTheirModules(t *testing.T) {
	t.Parallel()
	list := []content.SourceFile{
		{Path: "index.md", Text: "# Manuale\n\nVedi [la carta](soldi/carta.md), [il PIN](soldi/carta.md#il-pin), [altro](altro.md), [il capitolo](./soldi/carta/), [la cartella](soldi#il-pin) e [qui](#fine).\n\n## Fine\n\nx\n"},
		{Path: "soldi/README.md", Text: "# Soldi\n\nx\n"},
		{Path: "soldi/carta.md", Text: "# Manuale\n\n[Torna](../index.md#fine), [sotto](#due).\n\n## Il PIN\n\nMai.\n\n# Due {#due}\n\n[Su](#il-pin), [prima](carta.md)\n"},
	}
	files, report, err := exchange.Chapters(list, exchange.Options{Lang: "it"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"moduli/manuale.md":   "Vedi [la carta](manuale-2.md), [il PIN](manuale-2.md#il-pin), altro, [il capitolo](manuale-2.md), [la cartella](soldi.md) e [qui](#fine).\n\n## Fine\n\nx\n",
		"moduli/soldi.md":     "x\n",
		"moduli/manuale-2.md": "[Torna](manuale.md#fine), [sotto](due.md).\n\n## Il PIN\n\nMai.\n",
		"moduli/due.md":       "[Su](manuale-2.md#il-pin), [prima](manuale-2.md)\n",
	}
	got := map[string]string{}
	for _, f := range files {
		_, got[f.Path], _ = strings.Cut(f.Text, "\n\n")
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var told []string
	for _, e := range report.Entries {
		told = append(told, e.Text("", "en"))
	}
	if d := cmp.Diff([]string{
		"!index.md:1: adapted: module mo-manuale: the link altro.md is lost (line 3); the objective is still to be written",
		"!soldi/README.md:1: adapted: module mo-soldi: the objective is still to be written",
		"!soldi/carta.md:1: adapted: module mo-manuale-2: the objective is still to be written; “mo-manuale” became “mo-manuale-2”",
		"!soldi/carta.md:9: adapted: module mo-due: the objective is still to be written",
	}, told); d != "" {
		t.Error(d)
	}
	// Where a name is taken in a draft, the links follow; brought in once more, all is there.
	there := map[string]string{"moduli/manuale.md": "# Modulo: Altro\n- id: mo-altro\n"}
	placed := exchange.Place(files, there, nil)
	for _, p := range placed {
		if p.Path == "moduli/due.md" && !strings.Contains(p.Text, "[Su](manuale-2-2.md#il-pin)") {
			t.Errorf("%s", p.Text)
		}
		there[p.Path] = p.Text
	}
	for _, p := range exchange.Place(files, there, nil) {
		if p.Becomes != exchange.Same {
			t.Errorf("%s %s", p.Path, p.Becomes)
		}
	}
}
