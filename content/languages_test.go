package content_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
)

// titles lists what somebody reads of a pack to find their way.
func titles(p content.Pack) (list []string) {
	for _, f := range p.Files() {
		list = append(list, f.Title)
	}
	for _, r := range p.Programme.Every() {
		list = append(list, r.Title)
	}
	for _, m := range p.Modules {
		list = append(list, m.Objectives...)
	}
	return list
}

// A pack of one language is found by who reads the other: by titles and
// objectives, where their writer gave them, and by nothing else.
func TestTitlesAndObjectivesInTheOtherLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ own, other, title, objective string }{
		{"it", "en", "titolo in inglese", "obiettivi in inglese"},
		{"en", "it", "title in Italian", "objective in Italian"},
	} {
		files := examplesIn(t, c.own)
		before, _ := content.Load(files, "mini/"+c.own)
		translated := fstest.MapFS{}
		for name, f := range files {
			text := string(f.Data)
			id := strings.Index(text, "- id:")
			text = text[:id] + "- " + c.title + ": X " + name + "\n" + text[id:]
			if strings.Contains(name, "moduli/") {
				text = strings.Replace(text, "- id:", "- "+c.objective+": one\n- "+c.objective+": two\n- id:", 1)
			}
			text = strings.NewReplacer("`riservatezza · impegno`\n", "`riservatezza · impegno`\n- "+c.title+": X\n", "`riservatezza · pledge`\n", "`riservatezza · pledge`\n- "+c.title+": X\n").Replace(text)
			translated[name] = &fstest.MapFile{Data: []byte(text)}
		}
		p, found := content.Load(translated, "mini/"+c.own)
		for _, f := range found {
			if f.Severity != content.Advice {
				t.Error(f.Text("en"))
			}
		}
		if d := cmp.Diff(titles(before), titles(p)); d != "" {
			t.Errorf("%s in its own language: %s", c.own, d)
		}
		if d := cmp.Diff(titles(p), titles(p.In(c.own))); d != "" {
			t.Errorf("%s for who reads it: %s", c.own, d)
		}
		read := p.In(c.other)
		for _, f := range read.Files() {
			if f.Title != "X "+f.Path || f.Lang != c.own {
				t.Errorf("%s is called %q in %s", f.Path, f.Title, f.Lang)
			}
		}
		if d := cmp.Diff([]string{"one", "two"}, read.Modules[0].Objectives); d != "" {
			t.Error(d)
		}
		for i, r := range read.Programme.Requirements {
			want := before.Programme.Requirements[i].Title
			if r.Key == "riservatezza" {
				want = "X"
			}
			if r.Title != want {
				t.Errorf("%s is called %q, want %q", r.Key, r.Title, want)
			}
		}
		if read.Exams[0].Exam.Title != before.Exams[0].Exam.Title {
			t.Error("a paper would be named after its reader")
		}
		if d := cmp.Diff(titles(before), titles(before.In(c.other))); d != "" {
			t.Errorf("nothing was given in the other language: %s", d)
		}
	}
}

func TestWhatIsWrittenKeepsTheOtherTitle(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"it", "en"} {
		p, _ := content.Load(examplesIn(t, lang), "mini/"+lang)
		sc, bank := p.Scripts[0], p.Banks[0]
		sc.Other, bank.Other = "Another: title", "A bank"
		again, found := content.ParseScript("copioni/s.md", []byte(content.WriteScript(sc, lang)), lang)
		more, _, others := content.ParseQuiz("quiz/q.md", []byte(content.WriteBank(bank, lang)), lang)
		if again.Other != sc.Other || again.File.Title != sc.File.Title || more.Other != bank.Other || len(found)+len(others) > 0 {
			t.Errorf("%s: %q, %q, %v, %v", lang, again.Other, more.Other, found, others)
		}
	}
}

// One course in two languages has the same files in the same versions and asks the
// same; when it is held may differ.
func TestOneCourseInTwoLanguages(t *testing.T) {
	t.Parallel()
	it, _ := content.Load(examplesIn(t, "it"), "mini/it")
	for name, c := range map[string]struct {
		file, old, new string
		want           bool
	}{
		"as it is":       {"moduli/money.md", "- id", "- id", true},
		"another hour":   {"programma.md", "at: 20:30", "at: 21:00", true},
		"other words":    {"programma.md", "### Study the modules", "### Read the modules", true},
		"a new version":  {"moduli/money.md", "version: 1.0", "version: 1.1", false},
		"easier to pass": {"programma.md", "- threshold: 75%", "- threshold: 70%", false},
		"fewer evenings": {"programma.md", "- count: 4", "- count: 3", false},
		"valid longer":   {"programma.md", "validity: 365 days", "validity: 400 days", false},
		"another id":     {"liste/station.md", "id: li-postazione", "id: li-station", false},
	} {
		files := examplesIn(t, "en")
		f := files["mini/en/"+c.file]
		if !strings.Contains(string(f.Data), c.old) {
			t.Fatalf("%s: nothing to change", name)
		}
		f.Data = []byte(strings.Replace(string(f.Data), c.old, c.new, 1))
		en, _ := content.Load(files, "mini/en")
		if en.Translates(it) != c.want || it.Translates(en) != c.want {
			t.Errorf("%s: translates %v", name, en.Translates(it))
		}
	}
	if it.Translates(it) {
		t.Error("a pack translates itself")
	}
}
