package content_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/quiz"
)

var unplaced = cmp.Options{
	cmpopts.IgnoreFields(roleplay.Node{}, "Pos"), cmpopts.IgnoreFields(roleplay.Choice{}, "Pos"), cmpopts.IgnoreFields(roleplay.Variant{}, "Pos"),
	cmpopts.IgnoreFields(roleplay.Due{}, "Pos"), cmpopts.IgnoreFields(quiz.Item{}, "Pos"), cmpopts.EquateEmpty(),
}

func TestAWrittenScriptIsReadAsItWas(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("packs/*/*/copioni/*.md")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	texts := map[string][]byte{"FORMATS.md": examples(t)["mini/it/copioni/cinquanta-euro.md"].Data}
	for _, f := range files {
		if texts[f], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	for name, src := range texts {
		want, _ := content.ParseScript(name, src, "it")
		for _, lang := range []string{"it", "en"} {
			got, problems := content.ParseScript(name, []byte(content.WriteScript(want, lang)), lang)
			if d := cmp.Diff(want.Script, got.Script, unplaced); d != "" {
				t.Errorf("%s in %s: %s", name, lang, d)
			}
			for _, p := range problems {
				if p.Severity == content.Error {
					t.Errorf("%s", p.Text("en"))
				}
			}
		}
	}
}

func TestABankThatIsTooLargeBecomesSeveral(t *testing.T) {
	t.Parallel()
	b := quiz.Bank{ID: "qz-x", Version: "1.0", Title: "x"}
	for i := range 60 {
		b.Items = append(b.Items, quiz.Item{ID: "q" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Module: "mo-uno", Level: quiz.Apply, Type: quiz.Open, Points: 100, Stem: strings.Repeat("parola ", 300) + "fine"})
	}
	var got []quiz.Item
	written := content.WriteBanks(b, "x", "it")
	for i, w := range written {
		bank, _, problems := content.ParseQuiz(w.Path, []byte(w.Text), "it")
		if errs, _, _ := content.Worst(problems); errs > 0 {
			t.Errorf("%s: %s", w.Path, problems[0].Text("en"))
		}
		if want := []string{"quiz/x-1.md", "quiz/x-2.md", "quiz/x-3.md"}[i]; w.Path != want || bank.File.ID != strings.TrimSuffix("qz-"+w.Path[5:], ".md") {
			t.Errorf("%s holds %s", w.Path, bank.File.ID)
		}
		got = append(got, bank.Items...)
	}
	if d := cmp.Diff(b.Items, got, unplaced); len(written) != 3 || d != "" {
		t.Errorf("%d files: %s", len(written), d)
	}
	if one := content.WriteBanks(quiz.Bank{ID: "qz-x", Items: b.Items[:1]}, "x", "it"); len(one) != 1 || one[0].Path != "quiz/x.md" {
		t.Errorf("%d files", len(one))
	}
}
