package exchange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/course/roleplay/exchange"
	"abilita/internal/foreign"
)

// told imports a story and tells what came of it: the scene as trainers read it,
// then a line for each entry of the report.
func told(t *testing.T, f exchange.Format, src string) string {
	t.Helper()
	sc, report, err := exchange.Import(f, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	_, scene, _ := strings.Cut(content.WriteScript(content.Script{Script: sc}, "it"), "## Scena\n")
	var b strings.Builder
	b.WriteString(strings.TrimSpace(scene) + "\n\n")
	for _, e := range report.Entries {
		fmt.Fprintln(&b, strings.TrimLeft(e.Text("", "en"), ": "))
	}
	return strings.TrimSpace(b.String())
}

type sample struct{ src, want string }

func check(t *testing.T, f exchange.Format, cases map[string]sample) {
	t.Helper()
	for name, c := range cases {
		if d := cmp.Diff(strings.TrimSpace(c.want), told(t, f, c.src)); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}
}

func TestTwee(t *testing.T) {
	t.Parallel()
	check(t, exchange.Twee, map[string]sample{
		"a call": {
			`:: StoryTitle
Cinquanta euro

:: StoryData
{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC", "format": "SugarCube", "start": "Squilla"}

:: Richiesta {"position":"200,100","size":"100,100"}
Marta: «Vorrei dare cinquanta euro.»
* [[«Le mando il collegamento.»->Fine]]
* [[Fine male<-«Mi detti la carta.»]]

:: Squilla [inizio]
Squilla.

[[«Pronto.»|Richiesta]]
[[(resta in silenzio)->Richiesta]]

:: Fine [riuscita]
Marta: «Grazie.»

:: Fine male [interrotta]
`,
			"### Squilla\n> Squilla.\n\n- [«Pronto.»](#richiesta)\n- [(resta in silenzio)](#richiesta)\n\n" +
				"### Richiesta\n> Marta: «Vorrei dare cinquanta euro.»\n\n- [«Le mando il collegamento.»](#fine)\n- [«Mi detti la carta.»](#fine-male)\n\n" +
				"### Fine\n> Marta: «Grazie.»\n\n**Fine: riuscita**\n\n### Fine male\n**Fine: interrotta**\n\n" +
				"1: read: passage «StoryTitle»\n4: read: passage «StoryData»\n7: read: passage Richiesta\n12: adapted: passage Squilla: the tag “inizio” is lost\n18: read: passage Fine\n21: read: passage Fine male",
		},
		"logic, markup, places that are not there": {
			"riga\n:: Start\n<<set $umore to 1>>Ciao $nome, ''bene''? <b>Sì</b>\nPuoi [[andare->Via]] o [[restare]].\n<<link \"Tornare\" \"Start\">><</link>>\n(if: $x)[Forse] /* nota */\n[[Via][$x to 2]]\n\n:: Via\n\n:: Via\nx\n\n:: Stile [stylesheet]\nbody {}\n",
			"### Start\n> Ciao $nome, bene? Sì\n>\n> Puoi andare o restare.\n>\n> Forse\n\n- [andare](#via)\n- [restare](#restare)\n- [Tornare](#start)\n- [Via](#via)\n\n### Via\n**Fine: riuscita**\n\n" +
				"1: left out: line «riga»: line not understood: riga\n2: adapted: passage Start: the logic is lost: <<set $umore to 1>> (line 3); the logic is lost: $nome (line 3); there is no “restare” (line 4); the logic is lost: (if: $x) (line 6); comment, not kept (line 6); the logic is lost: [$x to 2] (line 7)\n" +
				"9: adapted: passage Via: it ends here; marked as a success, mend it if it is not\n11: left out: passage «Via»: there is a passage of this name already\n14: left out: passage «Stile»: it serves the program, not who plays",
		},
		"names that are not names of ours": {
			":: indietro\n[[…]]\n\n:: \\[x\\] [interrotta]\n\n:: …\n[[indietro]]\n",
			"### indietro 2\n- […](#momento)\n\n### \\[x]\n**Fine: interrotta**\n\n### momento …\n- [indietro](#indietro-2)\n\n1: read: passage indietro 2\n4: read: passage [x]\n6: read: passage momento …",
		},
	})
}

func TestInk(t *testing.T) {
	t.Parallel()
	check(t, exchange.Ink, map[string]sample{
		"a call": {
			`-> squilla
// la chiamata comincia qui
=== squilla ===
Squilla.
+ [«Linea donazioni, sono Luca.»] # D1 # R1=3 # umore+1
  Marta: «Vorrei dare cinquanta euro.»
+ + «Le mando il collegamento.» -> saluti
+ + [«Mi detti la carta.»] # E1
    -> saluti.male
+ (muto) [(resta in silenzio)] -> squilla
=== saluti
Marta: «Grazie.» # riuscita
-> END
= male
Marta: «Come dice?» # interrotta
-> DONE
`,
			"### inizio\n1. […](#squilla)\n\n### squilla\n> Squilla.\n\n- [«Linea donazioni, sono Luca.»](#squilla-2) `D1 R1=3 umore+1`\n- [(resta in silenzio)](#squilla-3)\n\n" +
				"### squilla 2\n> Marta: «Vorrei dare cinquanta euro.»\n\n- [«Le mando il collegamento.»](#saluti)\n- [«Mi detti la carta.»](#saluti-male) `E1`\n\n### squilla 3\n1. […](#squilla)\n\n" +
				"### saluti\n> Marta: «Grazie.»\n\n**Fine: riuscita**\n\n### saluti male\n> Marta: «Come dice?»\n\n**Fine: interrotta**\n\n" +
				"1: adapted: passage inizio: comment, not kept (line 2)\n3: read: passage squilla\n11: read: passage saluti\n14: read: passage saluti male",
		},
		"choices inside choices, gathered where they belong": {
			`Chi chiama?
* Marta
  * * Dona [cento] euro.
  * * Chiede
  - - Ringrazi Marta.
* Nessuno -> muto
- Saluti.
-> END
=== muto
Silenzio. # interrotta
-> END
`,
			"### inizio\n> Chi chiama?\n\n- [Marta](#inizio-3)\n- [Nessuno](#muto)\n\n### inizio 3\n- [Dona cento](#inizio-5)\n- [Chiede](#inizio-4)\n\n### inizio 5\n1. [Dona euro.](#inizio-4)\n\n" +
				"### inizio 4\n1. [Ringrazi Marta.](#inizio-2)\n\n### inizio 2\n> Saluti.\n\n**Fine: riuscita**\n\n### muto\n> Silenzio.\n\n**Fine: interrotta**\n\n" +
				"1: adapted: passage inizio: it ends here; marked as a success, mend it if it is not (line 8)\n9: read: passage muto\nadapted: line «*»: choices with * could be taken once, here always",
		},
		"gathers, brackets, logic": {
			`VAR x = 1
INCLUDE altro.ink
Marta: «Pronto?»
* «Eccomi[.»],» dici piano.
* {x > 0} [Taci] Niente.
- Marta: «{Bene|Male}.» # nota
{ x == 1:
  Altro. -> via
}
* [Saluti]
* ->
- (ultimo) Fine.
-> altrove
=== function somma(a)
~ return a
`,
			"### inizio\n> Marta: «Pronto?»\n\n- [«Eccomi.»](#inizio-5)\n- [Taci](#inizio-6)\n\n### inizio 5\n1. [«Eccomi,» dici piano.](#inizio-3)\n\n### inizio 6\n1. [Niente.](#inizio-3)\n\n### inizio 3\n> Marta: «Bene.»\n\n1. [Altro.](#via)\n1. […](#inizio-4)\n\n### inizio 4\n- [Saluti](#inizio-2)\n- […](#inizio-2)\n\n### inizio 2\n1. [Fine.](#altrove)\n\n" +
				"1: adapted: passage inizio: the logic is lost: VAR x = 1; the file altro.ink was not taken (line 2); the logic is lost: {x > 0} (line 5); the logic is lost: {Bene|Male} (line 6); the tag “nota” is lost (line 6); the logic is lost: { x == 1: Altro. -> via } (line 7); there is no “via” (line 8); the logic is lost: * -> (line 11); there is no “altrove” (line 13)\n" +
				"14: left out: passage «somma»: the logic is lost: === function somma(a); the logic is lost: ~ return a (line 15)\nadapted: line «*»: choices with * could be taken once, here always",
		},
	})
}

func TestAStoryThatIsSomethingElseIsRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f    exchange.Format
		src  string
		want error
	}{
		"not text":    {exchange.Twee, "\xff\x00", foreign.ErrNotText},
		"too large":   {exchange.Ink, strings.Repeat("x", 1<<20+1), foreign.ErrTooLarge},
		"of nobody's": {"inform", "x", foreign.ErrNotFormat},
	} {
		if sc, _, err := exchange.Import(c.f, []byte(c.src)); !errors.Is(err, c.want) || len(sc.Nodes) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// sound: each line is in the report, what was made has a title of its own, leads
// somewhere or ends, and is what our format reads back.
func sound(t *testing.T, f exchange.Format, src string) {
	t.Helper()
	sc, report, err := exchange.Import(f, []byte(src))
	if err != nil {
		return
	}
	covered := map[int]bool{}
	for _, e := range report.Entries {
		for l := e.From; l <= e.To; l++ {
			covered[l] = true
		}
		for _, n := range e.Notes {
			if n.Line != 0 && (n.Line < e.From || n.Line > e.To) {
				t.Fatalf("%s is told of line %d, outside %d to %d", n.Code, n.Line, e.From, e.To)
			}
			if n.Message("it") == n.Code || n.Message("en") == n.Code {
				t.Fatalf("no words for %s", n.Code)
			}
		}
	}
	text, _, _ := foreign.AnyLines([]byte(src))
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) != "" && !covered[i+1] {
			t.Fatalf("line %d is not in the report: %q", i+1, line)
		}
	}
	sc.Line, sc.Channel, sc.ID, sc.Version, sc.Title = "linea", "phone", "rp-x", "1.0", "x"
	written := content.WriteScript(content.Script{Script: sc, RubricID: "gr-x"}, "it")
	got, problems := content.ParseScript("s.md", []byte(written), "it")
	for _, p := range problems {
		switch p.Code {
		case "too_large", "too_many_brackets", "too_many_marks", "too_deep", "too_many_headings", "scene_missing", roleplay.NoNode:
			return
		case "html", "placeholder_unknown", "choice_no_link", "choice_text", "node_stray", "scene_stray", "mark_bad", "node_nameless", "link_unsafe":
			t.Fatalf("%s\n%s", p.Text("en"), written)
		}
	}
	if len(got.Nodes) != len(sc.Nodes) {
		t.Fatalf("%d nodes of %d\n%s", len(got.Nodes), len(sc.Nodes), written)
	}
	for i, n := range sc.Nodes {
		if len(n.Choices)+len(n.Variants) == 0 && n.End == nil {
			t.Fatalf("%s leads nowhere and does not end", n.Name)
		}
		if len(got.Nodes[i].Choices) != len(n.Choices) || len(got.Nodes[i].Variants) != len(n.Variants) || (got.Nodes[i].End == nil) != (n.End == nil) {
			t.Fatalf("%+v\n%+v\n%s", n, got.Nodes[i], written)
		}
	}
}

func FuzzTwee(f *testing.F) {
	f.Add(":: Start [a] {\"x\":1}\nCiao [[a->b]] [[c|d]] [[e<-f]]\n:: b\n<<if $x>>y<</if>>\n")
	f.Add(":: a\n<<link \"x\">><<goto [[b]]>><</link>> (if: (a: 1))[z]|q>[y]<% %>\n--\n[if x]\n{embed passage: 'b'}\n:: b\n<<include \"a\">>\n")
	f.Add(":: StoryData\n{\"start\":\"b\"}\n:: b\n# x\n- [y](z)\n> {nome} `c`\n")
	f.Fuzz(func(t *testing.T, src string) { sound(t, exchange.Twee, src) })
}

func FuzzInk(f *testing.F) {
	f.Add("-> a\n=== a\nx # t\n* b [c] d -> e\n** f\n- g\n= e\n{a|b}\n-> END\n")
	f.Add("{a:\n- -> b\n- else: c\n* d {e: -> f}\n}\n-> g -> h ->\n<- i\n- * j <>\n// k\n/* l\n*/ m\n== g\n->->\n== i\n+ n\n")
	f.Add("+ (l) [x] -> l\n- - y\n* -> DONE\n{ z:\n- q\n}\n")
	f.Fuzz(func(t *testing.T, src string) { sound(t, exchange.Ink, src) })
}
