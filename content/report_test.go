package content_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"abilita/content"
	"abilita/quiz"
)

// Every code has words in both languages, with the same values in them.
func TestEveryCodeHasItsWords(t *testing.T) {
	t.Parallel()
	value := regexp.MustCompile(`\{(\w+)\}`)
	for _, code := range content.Codes() {
		p := content.Problem{Code: code}
		it, en := p.Message("it"), p.Message("en")
		if it == "" || en == "" || it == code || (p.Hint("it") == "") != (p.Hint("en") == "") {
			t.Errorf("%s: %q, %q, hints %q, %q", code, it, en, p.Hint("it"), p.Hint("en"))
		}
		if a, b := value.FindAllString(it, -1), value.FindAllString(en, -1); !slices.Equal(sorted(a), sorted(b)) {
			t.Errorf("%s: %v and %v", code, a, b)
		}
	}
}

func sorted(s []string) []string { slices.Sort(s); return s }

// The broken files raise every warning and error there is, but these.
func TestEveryCodeIsRaisedByABrokenFile(t *testing.T) {
	t.Parallel()
	elsewhere := []string{
		"output_too_large", // the guards before it are tighter for any text of 64 KB
		"unreadable", "out_of_place", "no_programme", "short_twice", "module_empty", "table_too_large", "no_node",
		"longest_always_right", "walks_cut", "before_unknown", "fail_impossible", "bank_empty", "media_here",
	}
	raised := map[string]bool{}
	for _, c := range brokenMedia {
		for _, code := range c.want {
			raised[code] = true
		}
	}
	for _, list := range brokenFiles {
		for _, c := range list {
			for _, w := range c.want {
				code, _, _ := strings.Cut(strings.NewReplacer("*", "@", " ", "@").Replace(w), "@")
				raised[code] = true
			}
		}
	}
	for _, code := range content.Codes() {
		if severity(code) != content.Advice && !raised[code] && !slices.Contains(elsewhere, code) {
			t.Errorf("nothing raises %s", code)
		}
	}
}

func severity(code string) content.Severity {
	if slices.Contains([]string{
		"unused", "words_few", "words_many", "pairs_few", "recall_few", "call_short", "tasks_none", "sources_none", "silence_default",
		"mark_unused", "walks_cut", "no_explanation", "longest_right", "no_levels", "media_unused", "true_false_moves", "sentence_long", "jargon",
	}, code) {
		return content.Advice
	}
	return content.Error
}

func TestWholePackProblems(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(fstest.MapFS){
		"no_programme": func(f fstest.MapFS) { delete(f, "mini/it/programma.md") },
		"out_of_place": func(f fstest.MapFS) { f["mini/it/altro/x.md"] = &fstest.MapFile{Data: []byte("# X")} },
		"unreadable":   func(f fstest.MapFS) { clear(f) },
		"module_empty": func(f fstest.MapFS) { cut(f["mini/it/moduli/denaro.md"], "\n\nChi vuole") },
		"bank_empty":   func(f fstest.MapFS) { cut(f["mini/it/quiz/banca.md"], "\n\n### Una") },
		"table_too_large": func(f fstest.MapFS) {
			appendTo(f["mini/it/moduli/denaro.md"], "\n\n|a|b|\n|-|-|\n"+strings.Repeat("c\n", 4001))
		},
		"no_node": func(f fstest.MapFS) { cut(f["mini/it/copioni/cinquanta-euro.md"], "\n\n### apertura") },
		"short_twice": func(f fstest.MapFS) {
			src := strings.Replace(string(f["mini/it/moduli/denaro.md"].Data), "mo-denaro", "mo-altro", 1)
			f["mini/it/moduli/altro.md"] = &fstest.MapFile{Data: []byte(src)}
		},
		"longest_always_right": func(f fstest.MapFS) {
			for i := range 4 {
				appendTo(f["mini/it/quiz/banca.md"], fmt.Sprintf("\n### Domanda numero %d?\n`z%d · pagamenti · applicare`\n1. [x] Una risposta assai più lunga\n1. [ ] Breve\n", i, i))
			}
			f["mini/it/quiz/banca.md"].Data = bytes.Replace(f["mini/it/quiz/banca.md"].Data, []byte("Lo scrivo, lo uso per il pagamento e poi lo cancello"), []byte("Lo scrivo"), 1)
		},
		"fail_impossible": func(f fstest.MapFS) {
			s := f["mini/it/copioni/cinquanta-euro.md"]
			cut(s, "## Scena")
			appendTo(s, "## Scena\n\n### uno\n\n- [«Sì.»](#due) `R1=3`\n- [«No.»](#due) `R1=3`\n\n### due\n**Fine: riuscita**\n")
		},
		"before_unknown": func(f fstest.MapFS) {
			f["mini/it/programma.md"].Data = bytes.Replace(f["mini/it/programma.md"].Data, []byte("- prima: studio\n"), []byte("- prima: studi\n"), 1)
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			files := examples(t)
			change(files)
			found := problems(files)
			if !slices.ContainsFunc(found, func(p content.Problem) bool { return p.Code == want }) {
				t.Errorf("%v", found)
			}
		})
	}
}

func cut(f *fstest.MapFile, from string) {
	head, _, _ := strings.Cut(string(f.Data), from)
	f.Data = []byte(head + "\n")
}

func appendTo(f *fstest.MapFile, text string) { f.Data = append(slices.Clone(f.Data), text...) }

func TestReport(t *testing.T) {
	t.Parallel()
	files := examples(t)
	f := files["mini/it/copioni/cinquanta-euro.md"]
	f.Data = bytes.Replace(f.Data, []byte("](#denaro)"), []byte("](#danaro)"), 1)
	p, loaded := content.Load(files, "mini/it")
	r := content.Inspect(p, loaded)
	if r.OK(false) {
		t.Error("a pack with an error is OK")
	}
	for lang, want := range map[string]string{
		"it": "mini/it/copioni/cinquanta-euro.md:23:1: errore: il momento «danaro» non c'è (forse volevi #denaro)\n",
		"en": "mini/it/copioni/cinquanta-euro.md:23:1: error: there is no moment “danaro” (perhaps you meant #denaro)\n",
	} {
		var out strings.Builder
		if err := r.Write(&out, lang, false); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), want) {
			t.Errorf("%s", out.String())
		}
	}
	var out bytes.Buffer
	if err := r.JSON(&out, "en"); err != nil {
		t.Fatal(err)
	}
	var got struct {
		OK       bool
		Errors   int
		Counts   map[string]any
		Files    []map[string]string
		Problems []map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.OK || got.Errors != 3 || got.Counts["questions"] != 9.0 || len(got.Files) != 8 || len(got.Files[0]["sha256"]) != 64 {
		t.Errorf("%s", out.String())
	}
	if got.Problems[0]["fix"] != "denaro" || got.Problems[0]["line"] != 23.0 {
		t.Errorf("%v", got.Problems[0])
	}
}

func TestASuggestionWithoutWordsIsLeftOut(t *testing.T) {
	t.Parallel()
	p := content.Problem{Code: "ref_unknown", Args: []any{"id", "x", "kind", content.KindScript, "near", ""}}
	if got := p.Text("it"); got != "-: errore: «x» non è nel pacchetto (serve: copione)" {
		t.Error(got)
	}
	if got := p.Text("en"); got != "-: error: “x” is not in the pack (needed: script)" {
		t.Error(got)
	}
}

func TestHashesAreOfTheBytes(t *testing.T) {
	t.Parallel()
	f, _ := content.ParseFile("p/it/liste/x.md", []byte("abc"), "it")
	// The SHA-256 of "abc", from FIPS 180-2.
	if f.Hash != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" || f.Source != "abc" {
		t.Errorf("%+v", f)
	}
}

func TestLongestRightAndSimilar(t *testing.T) {
	t.Parallel()
	one := func(fixed bool, texts ...string) quiz.Item {
		it := quiz.Item{Type: quiz.One, Fixed: fixed}
		for i, s := range texts {
			o := quiz.Option{Text: s}
			if i == 0 {
				o.Key = quiz.Right
			}
			it.Options = append(it.Options, o)
		}
		return it
	}
	n, all := content.LongestRight([]quiz.Item{one(false, "lunga", "ab"), one(false, "ab", "lunga"), one(false, "pari", "pari"), one(true, "lunga", "ab"), {Type: quiz.Several}})
	if n != 1 || all != 3 {
		t.Errorf("%d of %d, want 1 of 3", n, all)
	}
	for pair, want := range map[[2]string]bool{
		{"Una persona detta il numero della carta", "La persona detta subito il numero della carta"}: true,
		{"Una persona detta il numero della carta", "Un'azienda offre dieci bancali di pasta"}:       false,
		{"Che cosa fai?", "Che cosa fai?"}: false, // too short to judge
	} {
		if content.Similar(pair[0], pair[1]) != want {
			t.Errorf("%v: want %v", pair, want)
		}
	}
}

// Seeds of the fuzz targets: every example and every broken file.
func seeds(f *testing.F, folder string) {
	f.Helper()
	files := examples(f)
	for name, file := range files {
		if strings.Contains(name, folder) {
			f.Add(file.Data)
		}
	}
	for _, group := range slices.Sorted(maps.Keys(brokenFiles)) {
		for _, c := range brokenFiles[group] {
			if strings.HasPrefix(c.file, folder) {
				f.Add([]byte(strings.Replace(string(files["mini/it/"+c.file].Data), c.old, c.new, 1)))
			}
		}
	}
}

// placed fails when a problem has no words or points outside its file.
func placed(t *testing.T, src []byte, found []content.Problem) {
	t.Helper()
	lines := bytes.Count(src, []byte("\n")) + 1
	for _, p := range found {
		if p.Message("it") == p.Code || p.Line < 0 || p.Line > lines || p.Line > 0 && p.Col < 1 {
			t.Fatalf("%+v of %d lines", p, lines)
		}
	}
}

func FuzzModule(f *testing.F) {
	seeds(f, "moduli")
	f.Fuzz(func(t *testing.T, src []byte) {
		m, found := content.ParseModule("m.md", src, "it")
		placed(t, src, found)
		if len(found) == 0 && m.ID == "" {
			t.Fatal("a clean module without an id")
		}
	})
}

func FuzzScript(f *testing.F) {
	seeds(f, "copioni")
	seeds(f, "griglie")
	f.Fuzz(func(t *testing.T, src []byte) {
		s, found := content.ParseScript("s.md", src, "it")
		placed(t, src, found)
		r, found := content.ParseRubric("r.md", src, "it")
		placed(t, src, found)
		if len(s.Rubric.Criteria) == 0 {
			s.Rubric = r.Rubric
		}
		if len(s.Nodes) <= 12 {
			placed(t, src, content.Check(content.Pack{Scripts: []content.Script{s}}))
		}
	})
}

func FuzzQuiz(f *testing.F) {
	seeds(f, "quiz")
	f.Fuzz(func(t *testing.T, src []byte) {
		b, e, found := content.ParseQuiz("q.md", src, "it")
		placed(t, src, found)
		items, exam := b.Items, quiz.Exam{}
		if e.Path != "" {
			items, exam = e.Items.Items, e.Exam
		}
		if _, errs, _ := worst(found); errs > 0 || len(items) == 0 || len(items) > 40 {
			return
		}
		p, err := quiz.Draw(quiz.Bank{Items: items}, exam, 1, nil)
		if err != nil {
			return
		}
		if r := quiz.Grade(p, nil); r.Points != 0 || r.Max <= 0 || r.Passed && exam.Threshold > 0 {
			t.Fatalf("%+v", r)
		}
	})
}

func worst(ps []content.Problem) (all, errors, warnings int) {
	errors, warnings, _ = content.Worst(ps)
	return len(ps), errors, warnings
}

func FuzzProgramme(f *testing.F) {
	seeds(f, "programma.md")
	seeds(f, "liste")
	f.Fuzz(func(t *testing.T, src []byte) {
		_, found := content.ParseProgramme("p.md", src, "it")
		placed(t, src, found)
		_, found = content.ParseChecklist("l.md", src, "it")
		placed(t, src, found)
	})
}
