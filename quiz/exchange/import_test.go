package exchange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/internal/foreign"
	"abilita/quiz"
	"abilita/quiz/exchange"
)

// told imports a file and tells what came of it: the items as trainers read
// them, then a line for each entry of the report.
func told(t *testing.T, f exchange.Format, src string) string {
	t.Helper()
	items, report, err := exchange.Import(f, []byte(src), exchange.Options{Lang: "it", Module: "mo-uno"})
	if err != nil {
		t.Fatal(err)
	}
	_, md, _ := strings.Cut(content.WriteBank(content.Bank{Bank: quiz.Bank{Items: items}}, "it"), "- tipo: banca\n")
	return strings.TrimSpace(md) + "\n\n" + lines(report)
}

func lines(r foreign.Report) string {
	var b strings.Builder
	for _, e := range r.Entries {
		fmt.Fprintln(&b, strings.TrimPrefix(e.Text("", "en"), ":"))
	}
	return strings.TrimSpace(b.String())
}

type sample struct{ src, want string }

func check(t *testing.T, f exchange.Format, cases map[string]sample) {
	t.Helper()
	for name, c := range cases {
		if d := cmp.Diff(strings.TrimSpace(c.want), strings.TrimSpace(told(t, f, c.src))); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}
}

func TestGIFT(t *testing.T) {
	t.Parallel()
	check(t, exchange.GIFT, map[string]sample{
		"one answer, with comments on it": {
			"::saluto::Come ti presenti?{\n=Con nome e ruolo#Chi chiama sa con chi parla.\n~Con il cognome#Non serve.\n~«Pronto»\n####Il nome basta.}",
			"### Come ti presenti?\n`saluto · mo-uno · applicare`\n1. [x] Con nome e ruolo\n   > Chi chiama sa con chi parla.\n1. [ ] Con il cognome\n   > Non serve.\n1. [ ] «Pronto»\n\n> Il nome basta.\n\n" +
				"1: read: question saluto",
		},
		"escapes and a line that was asked for": {
			`Quanto fa 2 \+ 2 \= \{x\}\: a\~b \#1?\nScegli. {=4 ~5}`,
			"### Quanto fa 2 \\\\+ 2 = &#123;x}: a\\~b #1?\n`quanto-fa-2-2-x-a-b-1-scegli · mo-uno · applicare`\n\nScegli.\n\n1. [x] 4\n1. [ ] 5\n\n1: read: question quanto-fa-2-2-x-a-b-1-scegli",
		},
		"missing word with choices": {
			"La linea {~chiude =apre ~sposta} alle dieci.",
			"### La linea … alle dieci.\n`la-linea · mo-uno · applicare`\n1. [ ] chiude\n1. [x] apre\n1. [ ] sposta\n\n1: adapted: question la-linea: the blank in the text became …",
		},
		"missing word": {
			"La copertura parte dalle {=24 =ventiquattro} del giorno.",
			"### La copertura parte dalle ___ del giorno.\n`la-copertura-parte-dalle · mo-uno · applicare`\n- risposta: 24 | ventiquattro\n\n1: read: question la-copertura-parte-dalle",
		},
		"short answer with a weight, a star, a drawn blank": {
			"// una nota\n\n::k::Il numero ____ è europeo {=112 =%50%113 =centododici* =%0%*#Rileggi.}\n",
			"### Il numero ___ è europeo\n`k · mo-uno · applicare`\n- risposta: 112 | centododici\n\n1: adapted: comment «una nota»: comment, not kept\n3: adapted: question k: “113” was worth 50%; “centododici*” took any text in place of *; the comment is lost: Rileggi.",
		},
		"several answers as ours": {
			"Che cosa chiedi?{~%50%Prodotto ~%50%Scadenza ~%-50%Fatturato}",
			"### Che cosa chiedi?\n`che-cosa-chiedi · mo-uno · applicare · parziale`\n- [x] Prodotto\n- [x] Scadenza\n- [ ] Fatturato\n\n1: read: question che-cosa-chiedi",
		},
		"several answers with other weights": {
			"Che cosa chiedi?{~%70%Prodotto ~%30%Scadenza ~Fatturato}",
			"### Che cosa chiedi?\n`che-cosa-chiedi · mo-uno · applicare · parziale`\n- [x] Prodotto\n- [x] Scadenza\n- [ ] Fatturato\n\n1: adapted: question che-cosa-chiedi: the weights of the answers differ from ours",
		},
		"one right answer and one that is half right": {
			"Chi chiami?{=La responsabile ~%50%Un collega ~Nessuno}",
			"### Chi chiami?\n`chi-chiami · mo-uno · applicare`\n1. [x] La responsabile\n1. [ ] Un collega\n1. [ ] Nessuno\n\n1: adapted: question chi-chiami: “Un collega” was worth 50%",
		},
		"two right answers where one is chosen": {
			"Chi?{=Io =Tu ~Nessuno}",
			"### Chi?\n`chi · mo-uno · applicare`\n1. [x] Io\n1. [ ] Nessuno\n\n1: adapted: question chi: “Tu” was worth 100%",
		},
		"true and false": {
			"Il numero della carta si può scrivere.{FALSE#Non si scrive mai.#Giusto.}\n\n::b::Si saluta.{T}",
			"### Il numero della carta si può scrivere.\n`il-numero-della-carta-si-puo-scrivere · mo-uno · applicare · fisso`\n1. [ ] Vero\n   > Non si scrive mai.\n1. [x] Falso\n   > Giusto.\n\n" +
				"### Si saluta.\n`b · mo-uno · applicare · fisso`\n1. [x] Vero\n1. [ ] Falso\n\n1: read: question il-numero-della-carta-si-puo-scrivere\n3: read: question b",
		},
		"numbers: tolerance, range, weights": {
			"::a::Quante ore?{#70:1}\n\n::b::Tra quanto e quanto?{#1..5}\n\n::c::Quando?{#=1822:0 =%50%1822:2#Quasi.}\n\n::d::Quanto?{#molto}",
			"### Quante ore?\n`a · mo-uno · applicare`\n- numero: 70 ± 1\n\n### Tra quanto e quanto?\n`b · mo-uno · applicare`\n- numero: 3 ± 2\n\n### Quando?\n`c · mo-uno · applicare`\n- numero: 1822 ± 0\n\n" +
				"1: read: question a\n3: read: question b\n5: adapted: question c: other numeric answers not kept: 1822 (50%); the comment is lost: Quasi.\n" +
				"7: left out: question «d»: “molto” is not a number that can be used; no answer is right",
		},
		"match with an answer too many": {
			"Abbina.{=Azienda -> scheda beni\n=Giornalista -> ufficio stampa\n= -> numero della carta}",
			"### Abbina.\n`abbina · mo-uno · applicare · parziale`\n- Azienda → scheda beni\n- Giornalista → ufficio stampa\n- → numero della carta\n\n1: read: question abbina",
		},
		"essay, description, HTML, category, tags": {
			"$CATEGORY: $course$/Top/La Chiamata\n// [id:Q 1] [tag:level:judge] [tag:critical] [tag:estate] [tag:a/b]\n::n::[html]<p>Scrivi <b>la frase</b>&nbsp;giusta.</p><ul><li>breve</li><li>calda</li></ul><img src=\"@@PLUGINFILE@@/a.png\" alt=\"disegno\">{}\n\nLeggi bene prima di rispondere.",
			"### Scrivi **la frase** giusta.\n`q-1 · la-chiamata · valutare`\n- etichette: estate\n\n• breve\n\n• calda\n\ndisegno\n\n- aperta:\n\n" +
				"1: read: category la-chiamata\n2: read: comment «[id:Q 1] [tag:level:judge] [tag:critical] [tag:estate] [tag…»\n" +
				"3: adapted: question q-1: the tag “a/b” is lost; the list became paragraphs; the picture @@PLUGINFILE@@/a.png is lost; “Q 1” became “q-1”\n5: left out: question «Leggi bene prima di rispondere.»: it is a text without a question",
		},
		"braces that do not close": {
			"::a::Prima?{=sì ~no\n\nDopo}\n\nPoi?{=a ~b} e {=c}",
			"1: left out: question «a»: the closing brace is missing\n3: left out: question «Dopo}»: the closing brace is missing\n5: left out: question «Poi?»: there are more braces after the answer",
		},
		"more answers than anybody reads": {
			"::a::Quale?{=x" + strings.Repeat(" ~y", 1000) + "}",
			"1: left out: question «a»: more than 1000 answers",
		},
		"entities of HTML, whichever they are": {
			"::e::Costa 5 &euro; o l&rsquo;offerta?{T}",
			"### Costa 5 € o l’offerta?\n`e · mo-uno · applicare · fisso`\n1. [x] Vero\n1. [ ] Falso\n\n1: read: question e",
		},
		"two names alike and no right answer": {
			"::a::Uno?{=x ~y}\n\n::a::Due?{=x ~y}\n\n::a::Tre?{~%-50%x ~y}",
			"### Uno?\n`a · mo-uno · applicare`\n1. [x] x\n1. [ ] y\n\n### Due?\n`a-2 · mo-uno · applicare`\n1. [x] x\n1. [ ] y\n\n1: read: question a\n3: read: question a-2\n5: left out: question «a»: no answer is right",
		},
		"a first answer without its mark": {
			"Chi chiami?{Un collega ~Nessuno =La responsabile}\n\nIl numero è {112}.",
			"### Chi chiami?\n`chi-chiami · mo-uno · applicare`\n1. [ ] Un collega\n1. [ ] Nessuno\n1. [x] La responsabile\n\n### Il numero è ___.\n`il-numero-e · mo-uno · applicare`\n- risposta: 112\n\n1: read: question chi-chiami\n3: read: question il-numero-e",
		},
		"a hash in what belongs to a left side": {
			"Abbina i tasti.{=Muto -> tasto #\n=Attesa -> tasto \\#2}",
			"### Abbina i tasti.\n`abbina-i-tasti · mo-uno · applicare · parziale`\n- Muto → tasto \\#\n- Attesa → tasto #2\n\n1: read: question abbina-i-tasti",
		},
		"weights written with all their digits, and divided among right answers": {
			"Che cosa dici?{=%50%Il nome =%50,0000000000000%Il ruolo ~%-33.333330000000004%L'età}",
			"### Che cosa dici?\n`che-cosa-dici · mo-uno · applicare · parziale`\n- [x] Il nome\n- [x] Il ruolo\n- [ ] L'età\n\n1: adapted: question che-cosa-dici: the weights of the answers differ from ours",
		},
		"comments and categories are told in their order": {
			"// prima\n$CATEGORY: Beni\n// dopo\nChi risponde?{}",
			"### Chi risponde?\n`chi-risponde · beni · applicare`\n- aperta:\n\n1: adapted: comment «prima»: comment, not kept\n2: read: category beni\n3: adapted: comment «dopo»: comment, not kept\n4: read: question chi-risponde",
		},
		"UTF-16 as Notepad calls Unicode": {
			"\xff\xfeS\x00\xec\x00?\x00{\x00T\x00}\x00",
			"### Sì?\n`si · mo-uno · applicare · fisso`\n1. [x] Vero\n1. [ ] Falso\n\n1: read: question si",
		},
		"markdown with what a question cannot hold": {
			"::m::[markdown]Guarda\\:\\n\\n- uno\\n- due\\n\\n[qui](http\\://example.org) <script>x</script>{=[markdown]**a** ~b}",
			"### Guarda:\n`m · mo-uno · applicare`\n\n• uno\n\n• due\n\nqui x\n\n1. [x] **a**\n1. [ ] b\n\n1: adapted: question m: the list became paragraphs; the link http://example.org is lost; <script> left out; </script> left out",
		},
	})
}

func TestAiken(t *testing.T) {
	t.Parallel()
	check(t, exchange.Aiken, map[string]sample{
		"as documented": {
			"Chi risponde sulle tasse?\nA. Il volontario\nB) L'ufficio\nANSWER: B\n\nE adesso?\nA. Saluto\nB. Chiudo\nANSWER: A",
			"### Chi risponde sulle tasse?\n`chi-risponde-sulle-tasse · mo-uno · applicare`\n1. [ ] Il volontario\n1. [x] L'ufficio\n\n### E adesso?\n`e-adesso · mo-uno · applicare`\n1. [x] Saluto\n1. [ ] Chiudo\n\n1: read: question chi-risponde-sulle-tasse\n6: read: question e-adesso",
		},
		"no space after the letter, more after the answer": {
			"Chi firma il verbale\nE.T. Rossi o\nU.G. Verdi?\nA)Rossi\nB)Verdi\nANSWER: B) Verdi\nSi saluta?\nA.Sì\nB.No\nANSWER: A.",
			"### Chi firma il verbale\n`chi-firma-il-verbale · mo-uno · applicare`\n\nE.T. Rossi o\n\nU.G. Verdi?\n\n1. [ ] Rossi\n1. [x] Verdi\n\n### Si saluta?\n`si-saluta · mo-uno · applicare`\n1. [x] Sì\n1. [ ] No\n\n1: read: question chi-firma-il-verbale\n7: read: question si-saluta",
		},
		"several letters are not one answer": {
			"Che cosa chiedi?\nA. Il nome\nB. Il ruolo\nANSWER: A, B",
			"1: left out: question «Che cosa chiedi?»: the letter “A, B” is none of the answers",
		},
		"what is wrong has its line": {
			"ANSWER: A\nUna?\nA. sì\nB. no\nANSWER: D\nDue?\nA. sì\n\nTre?\nA. sì\nB. no\nANSWER: A\nfine",
			"### Tre?\n`tre · mo-uno · applicare`\n1. [x] sì\n1. [ ] no\n\n1: left out: line «ANSWER: A»: line not understood: ANSWER: A\n2: left out: question «Una?»: the letter “D” is none of the answers\n6: left out: question «Due?»: the line ANSWER is missing\n9: read: question tre\n13: left out: question «fine»: the line ANSWER is missing",
		},
	})
}

// question wraps the inside of a question of Moodle's.
func question(typ, inside string) string {
	return "<quiz><question type=\"" + typ + "\"><name><text>n</text></name><questiontext format=\"html\"><text><![CDATA[<p>Che cosa fai?</p>]]></text></questiontext>\n" + inside + "\n</question></quiz>"
}

func TestMoodle(t *testing.T) {
	t.Parallel()
	check(t, exchange.Moodle, map[string]sample{
		"one answer": {
			question("multichoice", `<generalfeedback format="html"><text>&lt;p&gt;Perché.&lt;/p&gt;</text></generalfeedback><defaultgrade>2.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>k1</idnumber><single>true</single><shuffleanswers>0</shuffleanswers>
<answer fraction="100" format="html"><text>&lt;p&gt;Ascolto&lt;/p&gt;</text><feedback format="html"><text>Sì</text></feedback></answer><answer fraction="0"><text>Parlo</text></answer>`),
			"### Che cosa fai?\n`k1 · mo-uno · applicare · punti 2 · fisso`\n1. [x] Ascolto\n   > Sì\n1. [ ] Parlo\n\n> Perché.\n\n1: read: question k1",
		},
		"what Moodle knows and we do not": {
			question("multichoice", `<single>false</single><penalty>0.5</penalty><hidden>1</hidden><hint format="html"><text>Pensa</text></hint><correctfeedback format="html"><text>Bravo</text></correctfeedback>
<answer fraction="50"><text>a</text></answer><answer fraction="50"><text>b</text></answer><answer fraction="-25"><text>c</text></answer>
<novelty><text>qualcosa</text></novelty><tags><tag><text>Estate</text></tag></tags>`),
			"### Che cosa fai?\n`n · mo-uno · applicare · parziale`\n- etichette: estate\n- [x] a\n- [x] b\n- [ ] c\n\n1: adapted: question n: the tag “Estate” is written “estate”; the penalty of 0.5 is lost; it was hidden; the comment is lost: Bravo; the hint is lost: Pensa; the weights of the answers differ from ours; “novelty” was not understood: qualcosa (line 4)",
		},
		"true and false": {
			question("truefalse", `<answer fraction="0"><text>true</text><feedback><text>No</text></feedback></answer><answer fraction="100"><text>false</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare · fisso`\n1. [ ] Vero\n   > No\n1. [x] Falso\n\n1: read: question n",
		},
		"true and false in the language of the course": {
			question("truefalse", `<answer fraction="100"><text>Vero</text><feedback><text>Sì</text></feedback></answer><answer fraction="0"><text>Falso</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare · fisso`\n1. [x] Vero\n   > Sì\n1. [ ] Falso\n\n1: read: question n",
		},
		"true and false, false first": {
			question("truefalse", `<answer fraction="100"><text>&lt;p&gt;Falso&lt;/p&gt;</text></answer><answer fraction="0"><text>Vero</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare · fisso`\n1. [ ] Vero\n1. [x] Falso\n\n1: read: question n",
		},
		"true and false in a language that we do not know": {
			question("truefalse", `<answer fraction="100"><text>Wahr</text></answer><answer fraction="0"><text>Falsch</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare · fisso`\n1. [x] Vero\n1. [ ] Falso\n\n1: adapted: question n: “Wahr” says neither true nor false: the first answer counts as true; “Falsch” says neither true nor false: the first answer counts as true",
		},
		"one answer where the file does not say how many": {
			question("multichoice", `<answer fraction="0"><text>Parlo</text></answer><answer fraction="100"><text>Ascolto</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare`\n1. [ ] Parlo\n1. [x] Ascolto\n\n1: read: question n",
		},
		"a picture and a hint as they were once written": {
			question("multichoice", `<image>mappa.png</image><image_base64>AAAA</image_base64><single>1</single><shuffleanswers>1</shuffleanswers><shuffleanswers>true</shuffleanswers><hint><hintcontent><text>Ricorda</text></hintcontent></hint><answer fraction="100"><text>Ascolto</text></answer><answer fraction="0"><text>Parlo</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare`\n1. [x] Ascolto\n1. [ ] Parlo\n\n1: adapted: question n: the file mappa.png was not taken; the hint is lost: Ricorda",
		},
		"short answer": {
			question("shortanswer", `<usecase>1</usecase><answer fraction="100"><text>ascolto</text></answer><answer fraction="50"><text>parlo</text></answer>`),
			"### Che cosa fai? ___\n`n · mo-uno · applicare`\n- risposta: ascolto\n\n1: adapted: question n: capitals counted, here they do not; “parlo” was worth 50%",
		},
		"number with units": {
			question("numerical", `<answer fraction="100"><text>23.8</text><tolerance>0.5</tolerance></answer><units><unit><multiplier>1</multiplier><unit_name>h</unit_name></unit></units>`),
			"### Che cosa fai?\n`n · mo-uno · applicare`\n- numero: 23.8 ± 0.5\n\n1: adapted: question n: the units of measure are gone",
		},
		"match": {
			question("matching", `<shuffleanswers>true</shuffleanswers><subquestion format="html"><text>Azienda -&gt; beni</text><answer><text>scheda</text></answer></subquestion><subquestion><text>numero: 5</text><answer><text>cinque</text></answer></subquestion><subquestion><text></text><answer><text>altro</text></answer></subquestion>`),
			"### Che cosa fai?\n`n · mo-uno · applicare · parziale`\n- Azienda -\\> beni → scheda\n- numero\\: 5 → cinque\n- → altro\n\n1: read: question n",
		},
		"order": {
			question("ordering", `<layouttype>VERTICAL</layouttype><gradingtype>ALL_OR_NOTHING</gradingtype><answer fraction="1"><text>a</text></answer><answer fraction="2"><text>b</text></answer><answer fraction="3"><text>c</text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare`\n1. a\n1. b\n1. c\n\n1: read: question n",
		},
		"essay": {
			question("essay", `<responseformat>editor</responseformat><graderinfo format="html"><text>Tre righe</text></graderinfo>`),
			"### Che cosa fai?\n`n · mo-uno · applicare`\n- aperta:\n\n1: adapted: question n: the note for the marker is lost: Tre righe",
		},
		"an essay that is begun, with limits": {
			question("essay", `<attachments>0</attachments><attachmentsrequired>1</attachmentsrequired><minwordlimit>20</minwordlimit><responsetemplate format="html"><text>Gentile signora,</text></responsetemplate><answer fraction="0"><text></text></answer>`),
			"### Che cosa fai?\n`n · mo-uno · applicare`\n- aperta:\n\n1: adapted: question n: the setting attachmentsrequired = 1 is lost; the setting minwordlimit = 20 is lost; text not used: Gentile signora,",
		},
		"questions inside a text, as others write them": {
			`<quiz><question type="cloze"><name><text>n</text></name><questiontext format="html"><text><![CDATA[<p>Formula dell'acqua: {1:SA:=H<sub>2</sub>O~=H2O}. La linea è {1:MC:%0%chiusa~%33,33333%quasi aperta~%100%aperta}. Scegli {1:MULTICHOICE}.</p>]]></text></questiontext><shuffleanswers>0</shuffleanswers></question></quiz>`,
			"### Formula dell'acqua: ___. La linea è ___. Scegli &#123;1:MULTICHOICE}.\n`n · mo-uno · applicare · parziale`\n- risposta: H2O\n- risposta: aperta\n\n1: adapted: question n: the choices became gaps to fill; lost: chiusa | quasi aperta; answer not understood: {1:MULTICHOICE}",
		},
		"words to choose in a text": {
			`<quiz><question type="gapselect"><name><text>n</text></name><questiontext format="html"><text>Alle [[1]] si [[2]].</text></questiontext><shuffleanswers>1</shuffleanswers><selectoption><text>dieci</text><group>1</group></selectoption><selectoption><text>apre</text><group>2</group></selectoption><selectoption><text>chiude</text><group>2</group></selectoption></question></quiz>`,
			"### Alle ___ si ___.\n`n · mo-uno · applicare · parziale`\n- risposta: dieci\n- risposta: apre\n\n1: adapted: question n: the choices became gaps to fill; lost: chiude",
		},
		"questions inside a text": {
			`<quiz><question type="cloze"><name><text>n</text></name><questiontext format="html"><text><![CDATA[<p>Apre alle {1:SHORTANSWER:=10~=dieci~%50%9#Quasi} e chiude alle {1:NM:=20:0.5}. È {1:MC:=aperta~chiusa}.</p>]]></text></questiontext></question></quiz>`,
			"### Apre alle ___ e chiude alle ___. È ___.\n`n · mo-uno · applicare · parziale`\n- risposta: 10 | dieci\n- risposta: 20\n- risposta: aperta\n\n1: adapted: question n: “9” was worth 50%; the comment is lost: Quasi; other numeric answers not kept: 20:0.5; the choices became gaps to fill; lost: chiusa",
		},
		"a file in one line": {
			`<quiz><nota>Scritte da Anna</nota><question type="essay"><name><text>n</text></name><questiontext format="html"><text>Che cosa fai?</text></questiontext></question></quiz>`,
			"### Che cosa fai?\n`n · mo-uno · applicare`\n- aperta:\n\n1: read: question n\n1: left out: line: “nota” was not understood: Scritte da Anna",
		},
		"categories, files, types that nobody knows": {
			"<quiz>\n<question type=\"category\"><category><text>$course$/top/Beni</text></category></question>\n<question type=\"calculated\"><name><text>c</text></name></question>\n<question type=\"essay\"><name><text>e</text></name><questiontext format=\"html\"><text>Guarda</text><file name=\"a.png\" path=\"/\" encoding=\"base64\">AAAA</file></questiontext></question>\n<altro>testo</altro></quiz>",
			"### Guarda\n`e · beni · applicare`\n- aperta:\n\n2: read: category beni\n3: left out: question «c»: the type “calculated” has no counterpart\n4: adapted: question e: the file a.png was not taken\n5: left out: line: “altro” was not understood: testo",
		},
	})
}

func TestAFileThatIsSomethingElseIsRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		format exchange.Format
		src    string
		want   error
	}{
		"not text":                   {exchange.GIFT, "a\x81{}", foreign.ErrNotText},
		"a zero byte":                {exchange.Aiken, "a\x00", foreign.ErrNotText},
		"too large":                  {exchange.GIFT, strings.Repeat("x", foreign.MaxBytes+1), foreign.ErrTooLarge},
		"a document type":            {exchange.Moodle, `<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>`, foreign.ErrDoctype},
		"an entity of nobody":        {exchange.Moodle, `<quiz>&a;</quiz>`, foreign.ErrNotXML},
		"an element that stays open": {exchange.Moodle, `<quiz><question>`, foreign.ErrNotXML},
		"elements that cross":        {exchange.Moodle, `<quiz><a><b></a></b></quiz>`, foreign.ErrNotXML},
		"two roots":                  {exchange.Moodle, `<quiz></quiz><quiz></quiz>`, foreign.ErrNotXML},
		"too deep":                   {exchange.Moodle, strings.Repeat("<a>", foreign.MaxDepth+1) + strings.Repeat("</a>", foreign.MaxDepth+1), foreign.ErrTooDeep},
		"too many elements":          {exchange.Moodle, "<quiz>" + strings.Repeat("<a/>", foreign.MaxElements) + "</quiz>", foreign.ErrTooMany},
		"texts parted by comments":   {exchange.Moodle, "<quiz>" + strings.Repeat("a<!---->", foreign.MaxElements+1) + "</quiz>", foreign.ErrTooMany},
		"too many attributes":        {exchange.Moodle, "<quiz" + strings.Repeat(` a="b"`, foreign.MaxAttrs+1) + "></quiz>", foreign.ErrTooMany},
		"too many lines":             {exchange.GIFT, strings.Repeat("//\n", foreign.MaxLines+1), foreign.ErrTooMany},
		"too many questions":         {exchange.GIFT, strings.Repeat("a{}\n\n", 20_001), foreign.ErrTooManyQs},
		"another root":               {exchange.Moodle, `<html></html>`, foreign.ErrNotFormat},
		"a format of nobody":         {"word", "x", foreign.ErrNotFormat},
	} {
		items, _, err := exchange.Import(c.format, []byte(c.src), exchange.Options{})
		if !errors.Is(err, c.want) || len(items) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Teachers of other years wrote in Windows-1252, and their files do not say so.
func TestAnOlderFileIsReadAndTold(t *testing.T) {
	t.Parallel()
	for f, src := range map[exchange.Format]string{
		exchange.GIFT:  "Perch\xe9 \x93no\x94?{=S\xec ~No}",
		exchange.Aiken: "Perch\xe9 \x93no\x94?\nA. S\xec\nB. No\nANSWER: A\n",
	} {
		items, report, err := exchange.Import(f, []byte(src), exchange.Options{Lang: "it"})
		if err != nil || len(items) != 1 || items[0].Stem != "Perché “no”?" || items[0].Options[0].Text != "Sì" {
			t.Fatalf("%s: %+v, %v", f, items, err)
		}
		if got := lines(report); !strings.Contains(got, "read as Windows-1252, check the accents") {
			t.Errorf("%s: nobody is told: %s", f, got)
		}
	}
}

// V29: what looks like code in a text of somebody else is text.
func TestImportedTextsFillNothing(t *testing.T) {
	t.Parallel()
	const code = "{{.Secret}} ${x} {amministratore} <% x %> %s"
	for f, src := range map[exchange.Format]string{
		exchange.Aiken:  code + "\nA. " + code + "\nB. no\nANSWER: A",
		exchange.GIFT:   strings.NewReplacer("{", `\{`, "}", `\}`).Replace(code) + "{=a ~b}",
		exchange.Moodle: question("essay", "") + "",
		exchange.QTI:    item2(`cardinality="single" baseType="string">`, "<p>"+strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(code)+`</p><extendedTextInteraction responseIdentifier="RESPONSE"/>`, ""),
	} {
		if f == exchange.Moodle {
			src = strings.Replace(src, "Che cosa fai?", code, 1)
		}
		items, _, err := exchange.Import(f, []byte(src), exchange.Options{})
		if err != nil || len(items) != 1 {
			t.Fatalf("%s: %d items, %v", f, len(items), err)
		}
		for _, text := range append([]string{items[0].Stem}, texts(items[0])...) {
			if strings.Contains(text, "{") {
				t.Errorf("%s: %s", f, text)
			}
		}
		if got := foreign.Reading(items[0].Stem); !strings.HasPrefix(got, "{{.Secret}} ${x} {amministratore} ") {
			t.Errorf("%s: read as %s", f, got)
		}
	}
}

func texts(it quiz.Item) []string {
	var list []string
	for _, o := range it.Options {
		list = append(list, o.Text)
	}
	return list
}
