package content_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/quiz"
)

const bankHead = "# Quiz: banca\n- id: qz-b\n- versione: 1.0\n- tipo: banca\n\n"

// What an item says of itself may stand in a list of its own or in that of the
// answers, before them.
func TestAnItemHasTagsAndAReasonToBeRetired(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"before numbered answers":  "`a · mo-uno · applicare`\n- etichette: Carta,  privacy , carta\n- ritirata: il fondo è chiuso\n1. [x] uno\n1. [ ] due\n\n> perché\n",
		"in the list of answers":   "`a · mo-uno · applicare`\n- Tags: carta, privacy\n- retired: il fondo è chiuso\n- [x] uno\n- [ ] due\n- [ ] tre\n\n> perché\n",
		"an empty line in between": "`a · mo-uno · applicare`\n- etichette: carta, privacy\n- ritirata: il fondo è chiuso\n\n- [x] uno\n- [ ] due\n- [ ] tre\n\n> perché\n",
		"before more of the stem":  "`a · mo-uno · applicare`\n- etichette: carta, privacy\n- ritirata: il fondo è chiuso\n\nAncora la domanda.\n\n- uno → due\n- tre → quattro\n\n> perché\n",
	} {
		b, _, problems := content.ParseQuiz("b.md", []byte(bankHead+"### Domanda\n"+text), "it")
		if len(problems) > 0 || len(b.Items) != 1 {
			t.Errorf("%s: %d items, %v", name, len(b.Items), problems)
			continue
		}
		if it := b.Items[0]; !slices.Equal(it.Tags, []string{"carta", "privacy"}) || it.Retired != "il fondo è chiuso" || it.Type == "" {
			t.Errorf("%s: %+v", name, it)
		}
	}
	for code, line := range map[string]string{
		"tag_bad": "- etichette: a/b", "value_missing": "- ritirata:", "key_twice": "- etichette: a\n- tags: b", "tags_many": "- tags: a,b,c,d,e,f,g,h,i,l,m,n,o", "retired_long": "- ritirata: " + strings.Repeat("a", 301),
	} {
		_, _, problems := content.ParseQuiz("b.md", []byte(bankHead+"### Domanda\n`a · mo-uno · applicare`\n"+line+"\n1. [x] uno\n1. [ ] due\n\n> perché\n"), "it")
		if len(problems) != 1 || problems[0].Code != code || problems[0].Line != 8+strings.Count(line, "\n") {
			t.Errorf("%s: %v", code, problems)
		}
	}
}

// The item that a line is written for, and nothing else, is read otherwise; taking
// the line out again leaves the file as it was, byte for byte.
func TestRetiringWritesOneLine(t *testing.T) {
	t.Parallel()
	src := string(examples(t)["mini/it/quiz/banca.md"].Data)
	before, _, _ := content.ParseQuiz("b.md", []byte(src), "it")
	if len(before.Items) != 9 {
		t.Fatalf("%d items", len(before.Items))
	}
	for i, it := range before.Items {
		after, err := content.RetireItem(src, "it", it.ID, " Il fondo  è\nchiuso: → -> `così` | [x] ")
		if err != nil {
			t.Fatalf("%s: %v", it.ID, err)
		}
		if d := content.Hunks(content.Diff(src, after), 0); len(d) != 1 || len(d[0]) != 1 || d[0][0].Change != content.Added {
			t.Errorf("%s: more than one line changed: %v", it.ID, d)
		}
		got, _, problems := content.ParseQuiz("b.md", []byte(after), "it")
		if len(problems) > 0 {
			t.Errorf("%s: %v", it.ID, problems)
		}
		want := before.Items[i]
		want.Retired = "Il fondo è chiuso: → -> `così` | [x]"
		if d := cmp.Diff(want, got.Items[i], unplaced); d != "" {
			t.Errorf("%s: %s", it.ID, d)
		}
		if _, err := content.RetireItem(after, "it", it.ID, "x"); !errors.Is(err, content.ErrItemState) {
			t.Errorf("retired twice: %v", err)
		}
		if back, err := content.RestoreItem(after, "it", it.ID); err != nil || back != src {
			t.Errorf("%s is not back as it was: %v", it.ID, err)
		}
	}
	for name, tc := range map[string]struct {
		err  error
		want error
	}{
		"an item that is not there": {second(content.RetireItem(src, "it", "q99", "x")), content.ErrNoItem},
		"one that is in use":        {second(content.RestoreItem(src, "it", "q1")), content.ErrItemState},
		"nothing for a reason":      {second(content.RetireItem(src, "it", "q1", " ")), content.ErrItemReason},
		"HTML for a reason":         {second(content.RetireItem(src, "it", "q1", "<b>no</b>")), content.ErrItemReason},
		"a card for a reason":       {second(content.RetireItem(src, "it", "q1", "4111 1111 1111 1111")), content.ErrItemReason},
	} {
		if !errors.Is(tc.err, tc.want) {
			t.Errorf("%s: %v", name, tc.err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A bank that is written has the lines again, in both languages and for every type.
func TestAWrittenBankKeepsTagsAndReasons(t *testing.T) {
	t.Parallel()
	b, _, _ := content.ParseQuiz("b.md", examples(t)["mini/it/quiz/banca.md"].Data, "it")
	for i := range b.Items {
		b.Items[i].Tags, b.Items[i].Retired = []string{"carta", "primo soccorso"}, "il fondo è chiuso"
	}
	for _, lang := range []string{"it", "en"} {
		got, _, problems := content.ParseQuiz("b.md", []byte(content.WriteBank(b, lang)), lang)
		if d := cmp.Diff(b.Items, got.Items, unplaced); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s %v", lang, d, problems)
		}
	}
}

func TestEachItemStandsForItself(t *testing.T) {
	t.Parallel()
	src := string(examples(t)["mini/it/quiz/banca.md"].Data)
	list := content.ItemTexts(src, "it")
	lines := strings.Split(src, "\n")
	for _, it := range list {
		if !strings.HasPrefix(it.Text, "### ") || strings.Count(it.Text, "### ") != 1 || !strings.HasPrefix(it.Text, lines[it.Pos-1]+"\n`"+it.ID+" ") || !strings.Contains(it.Text, "\n> ") {
			t.Errorf("%s: %q", it.ID, it.Text)
		}
	}
	if len(list) != 9 || content.ItemTexts("# Modulo: x\n", "it") != nil || content.ItemTexts("", "it") != nil {
		t.Errorf("%d items", len(list))
	}
}

// A paper must still be possible without what is retired, and the check says so.
func TestABlueprintCountsWhatIsInUse(t *testing.T) {
	t.Parallel()
	check := func(retired ...string) []content.Problem {
		files := fstest.MapFS{}
		for name, f := range examples(t) {
			files[name] = &fstest.MapFile{Data: f.Data}
		}
		bank := string(files["mini/it/quiz/banca.md"].Data)
		for _, id := range retired {
			var err error
			if bank, err = content.RetireItem(bank, "it", id, "non serve più"); err != nil {
				t.Fatal(err)
			}
		}
		files["mini/it/quiz/banca.md"].Data = []byte(bank)
		pack, problems := content.Load(files, "mini/it")
		return slices.DeleteFunc(append(problems, content.Check(pack)...), func(p content.Problem) bool { return p.Severity != content.Error })
	}
	if p := check("q7"); len(p) > 0 {
		t.Errorf("one of four: %v", p)
	}
	p := check("q5") // the only one of its level
	if len(p) != 1 || p[0].Code != quiz.ShortLevel || !strings.Contains(p[0].Message("it"), "(la banca ne ha 1 ritirate)") {
		t.Errorf("the only one of its level: %v", p)
	}
	if p := check("q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9"); len(p) != 1 || p[0].Code != quiz.ShortBank {
		t.Errorf("all of them: %v", p)
	}
}
