package app_test

import (
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
)

// A module and a quiz name the numbers of the line that the reader is on: no
// text of a pack holds one, and none is read with braces.
func TestTextsNameTheNumbersOfTheLine(t *testing.T) {
	t.Parallel()
	pack := apptest.Pack()
	edit := func(name, from, to string) {
		f := pack["esempio/it/"+name]
		f.Data = []byte(strings.ReplaceAll(string(f.Data), from, to))
	}
	edit("moduli/denaro.md", "## Tre modi per donare\n", "## Tre modi per donare\n\nChiama {emergenza}, poi {infanzia}, poi {responsabile}, {nome}.\n")
	edit("quiz/banca.md", "\n### ", "\n### Con {emergenza}: ")
	w := apptest.NewWith(t, pack)
	v := w.Examinee("Giulia", "Ferrandi")
	for key, number := range map[string]string{"emergency": "000 111", "children": "000 222", "supervisor": ""} {
		f, err := w.App.Directory.Read(t.Context(), w.Coordinator, w.Code)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := f.Entry(key)
		if err := w.App.Directory.Save(t.Context(), w.Coordinator, w.Cmd(), w.Code, key, app.DirectoryEdit{Number: number, Version: e.Version}); err != nil {
			t.Fatal(key, err)
		}
	}

	r, err := w.App.Study.Read(t.Context(), v, "mo-denaro")
	if err != nil {
		t.Fatal(err)
	}
	if want := "Chiama 000 111, poi 000 222, poi la responsabile di turno, Giulia."; !strings.Contains(r.Version.HTML, want) || strings.Contains(r.Version.HTML, "{") {
		t.Errorf("the module does not say %q:\n%s", want, r.Version.HTML)
	}

	id := start(t, w, v)
	s, err := w.App.Exams.Sit(t.Context(), v, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range s.Sheet.Questions {
		if !strings.HasPrefix(q.Stem, "Con 000 111: ") {
			t.Errorf("on the paper: %s", q.Stem)
		}
	}
	stored := paperOf(t, w, id)
	for _, q := range stored.Questions {
		if !strings.HasPrefix(q.Item.Stem, "Con {emergenza}: ") {
			t.Errorf("the stored paper changed: %s", q.Item.Stem)
		}
	}
	if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), id, app.Answered{Answers: best(stored, "")}); err != nil {
		t.Fatal(err)
	}
	g, err := w.App.Exams.Result(t.Context(), v, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range g.Paper.Questions {
		if !strings.HasPrefix(q.Item.Stem, "Con 000 111: ") {
			t.Errorf("in the result: %s", q.Item.Stem)
		}
	}
}
