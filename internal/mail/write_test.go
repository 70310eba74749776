package mail_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"abilita/internal/i18n"
	"abilita/internal/mail"
)

func printer(t *testing.T, lang i18n.Lang) i18n.Printer {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

func TestALetterIsWrittenForItsReader(t *testing.T) {
	t.Parallel()
	c := mail.Content{
		Kind: "registered", Name: "Giulia", Site: "https://abilita.example", Org: "Casa Aperta ODV", Contact: "via dei Tigli 4", Zone: mail.Zone("Europe/Rome"),
		Vals: map[string]any{"Day": "2026-12-07", "Policy": "RC 2027/114", "From": "2026-12-07T23:00:00Z"},
	}
	it, err := mail.Write(printer(t, i18n.Italian), c)
	if err != nil {
		t.Fatal(err)
	}
	want := "Ciao Giulia,\n\nda lunedì 7 dicembre 2026 sei nel registro dei volontari.\n\n" +
		"La copertura assicurativa (polizza RC 2027/114) comincia alle 24 di lunedì 7 dicembre 2026. Prima di allora non puoi ricevere contatti, nemmeno in affiancamento.\n\n" +
		"A presto,\nCasa Aperta ODV\nvia dei Tigli 4\n"
	if it.Subject != "Sei nel registro dei volontari" || it.Plain() != want {
		t.Errorf("%s\n%s", it.Subject, it.Plain())
	}
	en, err := mail.Write(printer(t, i18n.English), c)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(en.Plain(), "begins at 24:00 on Monday 7 December 2026.") {
		t.Error(en.Plain())
	}
}

func TestWhatIsEmptyIsLeftOut(t *testing.T) {
	t.Parallel()
	p := printer(t, i18n.Italian)
	c := mail.Content{Kind: "admitted", Name: "Giulia", Site: "https://abilita.example", Org: "Casa", Vals: map[string]any{
		"Line": "Linea donazioni", "Cohort": "Gennaio", "Starts": "2027-01-06", "Number": "v0101", "Words": "",
	}}
	without, err := mail.Write(p, c)
	if err != nil {
		t.Fatal(err)
	}
	c.Link, c.Vals["Words"] = "https://abilita.example/in/7-abc", "Porta <b>pazienza</b>.\n\nA mercoledì!"
	with, err := mail.Write(p, c)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(without.Plain(), "password") || strings.Contains(without.Plain(), "\x00") || len(without.Paragraphs) != 4 {
		t.Errorf("without link and words: %q", without.Paragraphs)
	}
	if len(with.Paragraphs) != 7 || !slices.Contains(with.Paragraphs, "A mercoledì!") {
		t.Errorf("with link and words: %q", with.Paragraphs)
	}
	page := with.HTML()
	if strings.Contains(page, "<b>") || !strings.Contains(page, `<br><a href="https://abilita.example/in/7-abc">https://abilita.example/in/7-abc</a>`) {
		t.Error(page)
	}
}

func TestCodesBecomeWords(t *testing.T) {
	t.Parallel()
	for motive, want := range map[string]int{"availability": 4, "other": 3, "unheard-of": 3, "": 3} {
		l, err := mail.Write(printer(t, i18n.English), mail.Content{Kind: "refused", Name: "Ada", Site: "https://a.example", Org: "Casa", Vals: map[string]any{"Line": "Line", "Motive": motive, "Words": ""}})
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Paragraphs) != want+1 {
			t.Errorf("motive %q: %q", motive, l.Paragraphs)
		}
	}
}

func TestALetterWithoutTextIsAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []mail.Content{{Kind: "no_such_kind"}, {Kind: "session_booked", Vals: map[string]any{"Title": "Serata"}}} {
		if _, err := mail.Write(printer(t, i18n.Italian), c); err == nil {
			t.Errorf("%s with %v was written", c.Kind, c.Vals)
		}
	}
}

// composed are the kinds that the program puts together from a beginning and a
// variable: all that can come out.
var composed = map[string][]string{
	"session_":     {"session_booked", "session_unbooked", "session_reminder", "session_moved", "session_cancelled", "session_freed"},
	"shift_":       {"shift_booked", "shift_put", "shift_left", "shift_swapped", "shift_off", "shift_freed"},
	"appeal_":      {"appeal_upheld", "appeal_lifted", "appeal_wrong", "appeal_upheld_whole", "appeal_lifted_whole"},
	"upkeep_":      {"upkeep_renewal", "upkeep_midterm"},
	"certificate_": {"certificate_suspended", "certificate_restored", "certificate_revoked", "certificate_expiring"},
}

// Every kind of letter that a use case queues can be written in both languages.
func TestEveryKindHasItsText(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "app", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			kindsIn(t, file, kinds)
		}
	}
	if len(kinds) < 15 {
		t.Fatalf("found only %v: the search is wrong", kinds)
	}
	vals := map[string]any{}
	for _, name := range []string{
		"Line", "Words", "Cohort", "Starts", "Ends", "Number", "Motive", "Reason", "Role", "Impact", "Outcome", "By", "Policy", "Day", "From", "Until", "AppealBy", "Title", "To", "N", "Now", "Decider", "Level", "Who", "Part", "Cause", "Running", "Code", "Shift", "Draft", "Key",
	} {
		vals[name] = "x"
	}
	vals["N"] = 5.0
	vals["Impact"], vals["Outcome"], vals["Role"], vals["Reason"], vals["Level"] = "micro", "present", "trainer", "safety", "autonomous"
	vals["Part"], vals["Cause"] = "volunteer", "rota"
	vals["Running"] = "hand_over"
	for kind := range kinds {
		for _, lang := range i18n.Languages() {
			l, err := mail.Write(printer(t, lang), mail.Content{Kind: kind, Vals: vals, Name: "Ada", Link: "https://a.example/in/x", Site: "https://a.example", Org: "Casa"})
			if err != nil {
				t.Errorf("%s %s: %v", lang, kind, err)
			} else if len(l.Paragraphs) < 3 || l.Subject == "" {
				t.Errorf("%s %s: %q %q", lang, kind, l.Subject, l.Paragraphs)
			}
		}
	}
}

func kindsIn(t *testing.T, file string, kinds map[string]bool) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	add := func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.BasicLit:
			kind, _ := strconv.Unquote(e.Value)
			kinds[kind] = true
		case *ast.BinaryExpr:
			begin, ok := e.X.(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: a kind of letter that the test cannot read", file)
				return
			}
			text, _ := strconv.Unquote(begin.Value)
			if composed[text] == nil {
				t.Errorf("%s: kinds that begin with %q are not in the test's list", file, text)
			}
			for _, kind := range composed[text] {
				kinds[kind] = true
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Letter" {
				for _, el := range n.Elts {
					if kv, ok := el.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Kind" {
						add(kv.Value)
					}
				}
			}
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "invite" && len(n.Args) == 6 {
				add(n.Args[4])
			}
		}
		return true
	})
}
