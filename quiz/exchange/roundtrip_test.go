package exchange_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"abilita/content"
	"abilita/internal/foreign"
	"abilita/quiz"
	"abilita/quiz/exchange"
)

// same compares items but for their place in a file.
var same = cmp.Options{cmpopts.IgnoreFields(quiz.Item{}, "Pos"), cmpopts.EquateEmpty()}

// shipped are the banks of the shipped packs, by file.
func shipped(t *testing.T) map[string]content.Bank {
	t.Helper()
	files, err := filepath.Glob("../../content/packs/*/*/quiz/*.md")
	if err != nil {
		t.Fatal(err)
	}
	banks := map[string]content.Bank{}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if b, _, _ := content.ParseQuiz(name, src, filepath.Base(filepath.Dir(filepath.Dir(name)))); b.Path != "" {
			banks[name] = b
		}
	}
	if len(banks) < 2 {
		t.Fatalf("%d banks", len(banks))
	}
	return banks
}

// there sends a bank out and back.
func there(t rapid.TB, f exchange.Format, b quiz.Bank, lang string) ([]quiz.Item, foreign.Report, foreign.Report) {
	t.Helper()
	src, out, err := exchange.Export(f, b)
	if err != nil {
		t.Fatal(err)
	}
	items, in, err := exchange.Import(f, src, exchange.Options{Lang: lang})
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return items, out, in
}

func TestTheShippedBanksSurviveTheWayOutAndBack(t *testing.T) {
	t.Parallel()
	for name, b := range shipped(t) {
		for _, f := range []exchange.Format{exchange.GIFT, exchange.Moodle, exchange.QTI} {
			got, out, _ := there(t, f, b.Bank, b.Lang)
			want := slices.Clone(b.Items)
			left := map[string]bool{}
			for _, e := range out.Entries {
				if e.Status == foreign.LeftOut {
					left[e.Name] = true
				}
			}
			want = slices.DeleteFunc(want, func(it quiz.Item) bool { return left[foreign.Short(foreign.Reading(it.Stem))] })
			if len(want)+len(left) != len(b.Items) || len(left) > 3 {
				t.Errorf("%s to %s: %d of %d left out", name, f, len(left), len(b.Items))
			}
			for i := range want {
				for j := range want[i].Options {
					if want[i].Type == quiz.Order && f == exchange.GIFT {
						want[i].Options[j].Feedback = ""
					}
				}
			}
			if d := cmp.Diff(want, got, same); d != "" {
				t.Errorf("%s to %s and back: %s", name, f, d)
			}
		}
	}
}

func TestAWrittenBankIsReadAsItWas(t *testing.T) {
	t.Parallel()
	for name, b := range shipped(t) {
		for _, lang := range []string{"it", "en"} {
			got, _, found := content.ParseQuiz(name, []byte(content.WriteBank(b, lang)), lang)
			if d := cmp.Diff(b.Bank, got.Bank, same); d != "" {
				t.Errorf("%s: %s", name, d)
			}
			for _, p := range found {
				if p.Severity == content.Error {
					t.Error(p.Text("en"))
				}
			}
		}
	}
}

// Texts that a question may hold, some of them unkind to every format.
var pieces = []string{
	"Pronto", "«Chi parla?»", "perché no", "**subito**", "*con calma*", "`codice`", "[la scheda](https://example.org/a-b)", "a = b", "50 %", "# 3",
	`\*così\*`, `x \_ y`, `\<b>`, "R&D", "&amp;lt;", "tizio: caio", "{nome}", "100 ~ 120", "-> dopo", "C:\\\\x", "//commento", "::nome::", "$CATEGORY: x", `1 \[x] 2`, "%50% forse", "→",
}

func line(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 4).Draw(t, label), " ")
}

// clean is a line of Markdown in the one form in which an import writes it.
func clean(s string) string {
	got, _ := foreign.Markdown(s)
	text, _ := got.Line()
	got, _ = foreign.FromHTML("<p>" + foreign.HTML(text) + "</p>")
	text, _ = got.Line()
	return text
}

func text(t *rapid.T, label string) string { return "Testo " + clean(line(t, label)) }

func paragraphs(t *rapid.T, label string) string {
	n := rapid.IntRange(1, 3).Draw(t, label+" paragraphs")
	parts := make([]string, n)
	for i := range parts {
		parts[i] = text(t, label)
	}
	return strings.Join(parts, "\n\n")
}

// plainText is a text without any form, as a place that knows none can hold it.
func plainText(t *rapid.T, label string) string {
	got, _ := foreign.Plain(label+" "+foreign.Reading(line(t, label)), false).Line()
	return got
}

func word(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{"24", "24:00", "ventiquattro", "a=b", "x}", "50%", "#1", "~", "più", "c/o", `"sì"`, "R&D", "&amp;", "a*b"}).Draw(t, label)
}

func drawItem(t *rapid.T, n int) quiz.Item {
	it := quiz.Item{
		ID: fmt.Sprintf("q%d", n), Module: rapid.SampledFrom([]string{"mo-uno", "pagamenti"}).Draw(t, "module"),
		Level: rapid.SampledFrom(quiz.Levels).Draw(t, "level"), Type: rapid.SampledFrom(quiz.Types).Draw(t, "type"),
		Points: quiz.Points(rapid.SampledFrom([]int{100, 50, 200, 125}).Draw(t, "points")), Stem: paragraphs(t, "stem"),
	}
	if rapid.Bool().Draw(t, "quoted") {
		it.Stem += "\n\n> " + text(t, "quote") + "\n>\n> " + text(t, "quote") + "\n\n" + text(t, "after")
	}
	if rapid.Bool().Draw(t, "explained") {
		it.Explanation = paragraphs(t, "explanation")
	}
	it.Tags = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"carta", "primo soccorso", "l'ente", "retired", "critical", "2027", "città-nuova"}), 0, 4, rapid.ID).Draw(t, "tags")
	it.Retired = rapid.SampledFrom([]string{"", "", "", "la procedura è cambiata", "norma (2027), articolo 3; vedi l'ente."}).Draw(t, "retired")
	it.Critical = it.Type != quiz.Open && rapid.Bool().Draw(t, "critical")
	it.Fixed = it.Type != quiz.Order && rapid.Bool().Draw(t, "fixed")
	it.Partial = it.Type != quiz.One && it.Type != quiz.Number && it.Type != quiz.Open && rapid.Bool().Draw(t, "partial")
	options := func(n int) {
		for i := range n {
			o := quiz.Option{Text: fmt.Sprintf("%d° %s", i, text(t, "option"))}
			if it.Type != quiz.Order && rapid.Bool().Draw(t, "commented") {
				o.Feedback = paragraphs(t, "feedback")
			}
			it.Options = append(it.Options, o)
		}
	}
	switch it.Type {
	case quiz.One:
		options(rapid.IntRange(2, 5).Draw(t, "options"))
		it.Options[rapid.IntRange(0, len(it.Options)-1).Draw(t, "right")].Key = quiz.Right
	case quiz.Several:
		options(rapid.IntRange(3, 6).Draw(t, "options"))
		for i := range rapid.IntRange(1, len(it.Options)-1).Draw(t, "rights") {
			it.Options[i].Key = quiz.Right
		}
	case quiz.Situation:
		options(rapid.IntRange(3, 5).Draw(t, "options"))
		best := rapid.IntRange(0, len(it.Options)-1).Draw(t, "best")
		it.Options[best].Key = quiz.Best
		it.Options[(best+1)%len(it.Options)].Key = quiz.Worst
	case quiz.Order:
		options(rapid.IntRange(3, 5).Draw(t, "options"))
	case quiz.Match:
		for i := range rapid.IntRange(2, 4).Draw(t, "pairs") {
			it.Pairs = append(it.Pairs, quiz.Pair{Left: strings.ReplaceAll(strings.ReplaceAll(fmt.Sprintf("%d° %s", i, text(t, "left")), "->", `-\>`), "→", "&rarr;"), Right: plainText(t, "right")})
		}
		if rapid.Bool().Draw(t, "decoy") {
			it.Pairs = append(it.Pairs, quiz.Pair{Right: plainText(t, "decoy")})
		}
	case quiz.Gap:
		for i := range rapid.IntRange(1, 3).Draw(t, "gaps") {
			it.Stem += " ___ e " + text(t, "between")
			it.Gaps = append(it.Gaps, []string{fmt.Sprintf("%d", i), word(t, "accepted")})
			it.Gaps[i] = slices.Compact(it.Gaps[i])
		}
	case quiz.Number:
		it.Value = quiz.Decimal(rapid.Int64Range(-5_000_000_000, 5_000_000_000).Draw(t, "value"))
		it.Tolerance = quiz.Decimal(rapid.Int64Range(0, 5_000_000).Draw(t, "tolerance"))
	case quiz.Open:
		it.Criterion = rapid.SampledFrom([]string{"", "R2"}).Draw(t, "criterion")
	}
	return it
}

// roundTrip is the property of a format: what it can say comes back the same.
func roundTrip(t *testing.T, f exchange.Format, sayable func(quiz.Item) bool) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		var b quiz.Bank
		for n := range rapid.IntRange(1, 3).Draw(t, "items") {
			if it := drawItem(t, n); sayable(it) {
				b.Items = append(b.Items, it)
			}
		}
		got, out, in := there(t, f, b, "it")
		if d := cmp.Diff(b.Items, got, same); d != "" {
			t.Fatalf("%s", d)
		}
		if n := out.Count(foreign.LeftOut) + in.Count(foreign.LeftOut); n > 0 {
			t.Fatalf("%d not taken: %+v %+v", n, out.Entries, in.Entries)
		}
		// What a file of ours holds is understood to the last tag.
		for _, e := range in.Entries {
			for _, n := range e.Notes {
				if n.Code != "formula" && n.Code != "picture_lost" {
					t.Fatalf("%s", e.Text("x", "en"))
				}
			}
		}
	})
}

func TestGIFTRoundTrip(t *testing.T) {
	t.Parallel()
	roundTrip(t, exchange.GIFT, func(it quiz.Item) bool { return it.Type != quiz.Gap || len(it.Gaps) == 1 })
}

func TestMoodleRoundTrip(t *testing.T) {
	t.Parallel()
	roundTrip(t, exchange.Moodle, func(quiz.Item) bool { return true })
}

func TestQTIRoundTrip(t *testing.T) {
	t.Parallel()
	roundTrip(t, exchange.QTI, func(quiz.Item) bool { return true })
}

func TestAWrittenBankRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := quiz.Bank{ID: "qz-x", Version: "1.0", Title: "x"}
		for n := range rapid.IntRange(1, 3).Draw(t, "items") {
			b.Items = append(b.Items, drawItem(t, n))
		}
		src := content.WriteBank(content.Bank{Bank: b}, "it")
		got, _, _ := content.ParseQuiz("q.md", []byte(src), "it")
		if d := cmp.Diff(b, got.Bank, same); d != "" {
			t.Fatalf("%s\n%s", d, src)
		}
	})
}
