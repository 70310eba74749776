package exchange_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/internal/foreign"
	"abilita/quiz"
	"abilita/quiz/exchange"
)

// sound imports whatever it is given. Nothing is dropped without a word: each
// line with something on it belongs to an entry (of text formats), each item to
// an entry; and what was taken is something that our own format holds.
func sound(t *testing.T, f exchange.Format, src []byte, byLine bool) {
	t.Helper()
	items, report, err := exchange.Import(f, src, exchange.Options{Lang: "it"})
	if err != nil {
		if len(items) > 0 {
			t.Fatalf("%v with %d items", err, len(items))
		}
		return
	}
	covered := map[int]bool{}
	named := map[string]bool{}
	for _, e := range report.Entries {
		for l := e.From; l <= e.To && e.To-e.From < 1<<16; l++ {
			covered[l] = true
		}
		if e.Status == foreign.LeftOut && len(e.Notes) == 0 {
			t.Fatalf("not taken and nobody knows why: %+v", e)
		}
		for _, n := range e.Notes {
			if n.Message("it") == n.Code || n.Message("en") == n.Code {
				t.Fatalf("no words for %s", n.Code)
			}
		}
		if e.Kind == foreign.Question && e.Item != "" {
			named[e.Item] = true
		}
	}
	if len(named) != len(items) {
		t.Fatalf("%d items, %d in the report", len(items), len(named))
	}
	text, _, _ := foreign.AnyLines(src)
	for i, line := range strings.Split(text, "\n") {
		if byLine && strings.TrimSpace(line) != "" && !covered[i+1] {
			t.Fatalf("line %d is not in the report: %q", i+1, line)
		}
	}
	for _, it := range items {
		whole(t, it)
	}
}

// whole writes an item in our format and reads it back.
func whole(t *testing.T, it quiz.Item) {
	t.Helper()
	src := content.WriteBank(content.Bank{Bank: quiz.Bank{ID: "qz-x", Version: "1.0", Title: "x", Items: []quiz.Item{it}}}, "it")
	got, _, found := content.ParseQuiz("q.md", []byte(src), "it")
	for _, p := range found {
		switch p.Code {
		case "too_large", "too_many_brackets", "too_many_marks", "too_deep":
			return // our own limits: the check tells
		case "html", "placeholder_unknown", "item_two_lists", "item_stray", "flag_unknown", "link_unsafe", "picture_unsafe":
			t.Fatalf("%s\n%s", p.Text("en"), src)
		}
	}
	if d := cmp.Diff([]quiz.Item{it}, got.Items, same); d != "" {
		t.Fatalf("%s\n%s", d, src)
	}
}

func FuzzGIFT(f *testing.F) {
	for _, s := range []string{
		"::a::Prima?{=sì#bene ~%-50%no####fine}", "// [id:x] [tag:type:order]\nMetti.{=a -> 1\n=b -> 2}", "$CATEGORY: a/b\n\nQuanto?{#1..5}", "[markdown]\\n> q\\n\\n- x{T#a#b}",
		"A {=b =c*} d", "[html]<b>x<p>y</b> <a href=\"https\\://a.it\">z</a>{}", "x___y {~%50%a ~%50%\\_\\_\\_}", "= {=== ~ -> #}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) { sound(t, exchange.GIFT, []byte(src), true) })
}

func FuzzAiken(f *testing.F) {
	f.Add("Chi?\nA. x\nB) y\nANSWER: B\n\nANSWER: C\nresto")
	f.Add("- a\n> b\nA. [ ] c\nB. ---\nANSWER: A")
	f.Fuzz(func(t *testing.T, src string) { sound(t, exchange.Aiken, []byte(src), true) })
}

func FuzzMoodle(f *testing.F) {
	for typ, inside := range map[string]string{
		"multichoice": `<single>true</single><answer fraction="100" format="html"><text>&lt;i&gt;a</text></answer><answer fraction="0"><text>b</text></answer>`,
		"matching":    `<subquestion><text>a</text><answer><text>b</text></answer></subquestion>`,
		"numerical":   `<answer fraction="100"><text>1e3</text><tolerance>.5</tolerance></answer>`,
		"ordering":    `<answer><text>1. x</text></answer>`,
		"essay":       `<file name="x">AA</file>`,
	} {
		f.Add(question(typ, inside))
	}
	f.Add(`<quiz><question type="cloze"><questiontext format="markdown"><text>a {1:SA:=x~%50%y#z} b</text></questiontext></question></quiz>`)
	f.Fuzz(func(t *testing.T, src string) { sound(t, exchange.Moodle, []byte(src), false) })
}

func FuzzQTI(f *testing.F) {
	f.Add(item2(`cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse>`, `<choiceInteraction responseIdentifier="RESPONSE"><prompt>x</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction>`, matchCorrect))
	f.Add(item2(`cardinality="single" baseType="string"><mapping><mapEntry mapKey="York" mappedValue="1"/></mapping>`, `<p>a <textEntryInteraction responseIdentifier="RESPONSE"/> b</p>`, ""))
	f.Add(`<questestinterop><item ident="k"><presentation><material><mattext>x</mattext></material><response_lid ident="r"><render_choice><response_label ident="a"><material><mattext>y</mattext></material></response_label></render_choice></response_lid></presentation><resprocessing><respcondition><conditionvar><varequal respident="r">a</varequal></conditionvar><setvar>1</setvar></respcondition></resprocessing></item></questestinterop>`)
	f.Add(`<questestinterop><item ident="k"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>fill_in_multiple_blanks_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material><mattext>x [a] y</mattext></material><response_lid ident="response_a"><render_choice><response_label ident="1"><material><mattext>z</mattext></material></response_label></render_choice></response_lid><response_str ident="b"><render_fib/></response_str></presentation><resprocessing><respcondition><conditionvar><varequal respident="response_a">1</varequal><varequal respident="b">2</varequal></conditionvar><setvar>1</setvar></respcondition></resprocessing></item></questestinterop>`)
	f.Add(item2(`cardinality="multiple" baseType="directedPair"><mapping><mapEntry mapKey="A C" mappedValue="1"/><mapEntry mapKey="A D" mappedValue="1"/></mapping>`, `<matchInteraction responseIdentifier="RESPONSE"><simpleMatchSet><simpleAssociableChoice identifier="A">a</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="C">c</simpleAssociableChoice><simpleAssociableChoice identifier="D">d</simpleAssociableChoice></simpleMatchSet></matchInteraction>`, ""))
	f.Add(item2(`cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse>`, `<hottextInteraction responseIdentifier="RESPONSE"><p><hottext identifier="A">___</hottext> <hottext identifier="B">b</hottext></p></hottextInteraction>`, matchCorrect))
	f.Add(item2(`cardinality="single" baseType="float"><correctResponse><value>1e3</value></correctResponse>`, `<textEntryInteraction responseIdentifier="RESPONSE"/>`, `<responseProcessing><responseCondition><responseIf><equal toleranceMode="relative" tolerance="5 10"><variable identifier="RESPONSE"/></equal></responseIf></responseCondition></responseProcessing>`))
	f.Add(`<questestinterop>` + canvasItem("p", "a ___ b", "question_type", "text_only_question") + canvasItem("k", "x [a]", "question_type", "essay_question", "parent_stimulus_item_ident", "p") + `</questestinterop>`)
	f.Add(`<qti-assessment-item identifier="a"><qti-item-body><qti-gap-match-interaction response-identifier="R"/></qti-item-body></qti-assessment-item>`)
	f.Fuzz(func(t *testing.T, src string) { sound(t, exchange.QTI, []byte(src), false) })
}

// A text that somebody wrote in an editor becomes one that ours holds.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"<p>a <b>b</b></p>", "<ul><li>x<ol><li>y</ol></ul>", "<table><tr><td>a<td>b</table>", "a<br>___<br># b", "<b>*</b><i> _ </i>", "<pre>x\n`y`</pre>", "<blockquote>a<p>b</blockquote>c",
		"<a href='https://a.it'>[x]</a>", "1. a\n", "&lt;b&gt; &amp;lt; {nome} {x}", "<script>x</script><img alt=y src=z>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		var b strings.Builder
		b.WriteString(`<quiz><question type="essay"><name><text>n</text></name><questiontext format="html"><text>`)
		b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(foreign.Printable(strings.ToValidUTF8(src, ""))))
		b.WriteString(`</text></questiontext></question></quiz>`)
		sound(t, exchange.Moodle, []byte(b.String()), false)
	})
}
