package exchange_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"abilita/internal/foreign"
	"abilita/internal/foreign/foreigntest"
	"abilita/quiz"
	"abilita/quiz/exchange"
)

// item2 wraps the parts of an item of QTI 2.
func item2(declaration, body, rest string) string {
	return `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="k1" title="Titolo" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" ` + declaration + `</responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>` + body + `</itemBody>
` + rest + `</assessmentItem>`
}

const matchCorrect = `<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>`

func TestQTI2(t *testing.T) {
	t.Parallel()
	check(t, exchange.QTI, map[string]sample{
		"one answer": {
			item2(`cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse>`,
				`<p>Guarda.</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>Che cosa <em>fai</em>?</prompt><simpleChoice identifier="A">Parlo</simpleChoice><simpleChoice identifier="B">Ascolto<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">Sì.</feedbackInline></simpleChoice></choiceInteraction>`,
				matchCorrect+`<modalFeedback outcomeIdentifier="F" identifier="A" showHide="show">Prima ascolta.</modalFeedback><modalFeedback outcomeIdentifier="F" identifier="altro" showHide="show">Mah.</modalFeedback>`),
			"### Guarda.\n`k1 · mo-uno · applicare`\n\nChe cosa *fai*?\n\n1. [ ] Parlo\n   > Prima ascolta.\n1. [x] Ascolto\n   > Sì.\n\n1: adapted: question k1: the comment is lost: Mah.",
		},
		"several answers, mapped": {
			item2(`cardinality="multiple" baseType="identifier"><correctResponse><value>A</value><value>B</value></correctResponse><mapping defaultValue="0"><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="B" mappedValue="1"/><mapEntry mapKey="C" mappedValue="-1"/></mapping>`,
				`<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="0"><prompt>Quali?</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice><simpleChoice identifier="C">c</simpleChoice></choiceInteraction>`,
				`<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>`),
			"### Quali?\n`k1 · mo-uno · applicare · parziale · fisso`\n- [x] a\n- [x] b\n- [ ] c\n\n1: read: question k1",
		},
		"order": {
			item2(`cardinality="ordered" baseType="identifier"><correctResponse><value>C</value><value>A</value><value>B</value></correctResponse>`,
				`<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>In ordine.</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice><simpleChoice identifier="C">c</simpleChoice></orderInteraction>`, matchCorrect),
			"### In ordine.\n`k1 · mo-uno · applicare`\n1. c\n1. a\n1. b\n\n1: read: question k1",
		},
		"match": {
			item2(`cardinality="multiple" baseType="directedPair"><correctResponse><value>L1 R2</value><value>L2 R1</value></correctResponse>`,
				`<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2"><prompt>Abbina.</prompt><simpleMatchSet><simpleAssociableChoice identifier="L1" matchMax="1">uno</simpleAssociableChoice><simpleAssociableChoice identifier="L2" matchMax="1">due</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="R1" matchMax="1">II</simpleAssociableChoice><simpleAssociableChoice identifier="R2" matchMax="1">I</simpleAssociableChoice><simpleAssociableChoice identifier="R3" matchMax="1">III</simpleAssociableChoice></simpleMatchSet></matchInteraction>`, matchCorrect),
			"### Abbina.\n`k1 · mo-uno · applicare`\n- uno → I\n- due → II\n- → III\n\n1: read: question k1",
		},
		"associate": {
			item2(`cardinality="multiple" baseType="pair"><correctResponse><value>A B</value><value>C D</value></correctResponse>`,
				`<associateInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2"><prompt>Unisci.</prompt><simpleAssociableChoice identifier="A" matchMax="1">a</simpleAssociableChoice><simpleAssociableChoice identifier="B" matchMax="1">b</simpleAssociableChoice><simpleAssociableChoice identifier="C" matchMax="1">c</simpleAssociableChoice><simpleAssociableChoice identifier="D" matchMax="1">d</simpleAssociableChoice></associateInteraction>`, matchCorrect),
			"### Unisci.\n`k1 · mo-uno · applicare`\n- a → b\n- c → d\n\n1: adapted: question k1: it became a match",
		},
		"a gap to write in": {
			item2(`cardinality="single" baseType="string"><correctResponse><value>York</value></correctResponse><mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1"/><mapEntry mapKey="york" mappedValue="0.5"/></mapping>`,
				`<p>Il sole di <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="15"/> splende.</p>`, matchCorrect),
			"### Il sole di ___ splende.\n`k1 · mo-uno · applicare · parziale`\n- risposta: York\n\n1: adapted: question k1: capitals counted, here they do not; “york” was worth 50%",
		},
		"a number": {
			item2(`cardinality="single" baseType="float"><correctResponse><value>2.5</value></correctResponse>`,
				`<p>Quanto?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>`,
				`<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`),
			"### Quanto?\n`k1 · mo-uno · applicare`\n- numero: 2.5 ± 0.5\n\n1: adapted: question k1: the scoring rules are none of those known: the declared right answer counts",
		},
		"a choice inside a line": {
			item2(`cardinality="single" baseType="identifier"><correctResponse><value>Y</value></correctResponse>`,
				`<p>La linea <inlineChoiceInteraction responseIdentifier="RESPONSE" shuffle="false"><inlineChoice identifier="G">chiude</inlineChoice><inlineChoice identifier="Y">apre</inlineChoice></inlineChoiceInteraction> alle dieci.</p>`, matchCorrect),
			"### La linea ___ alle dieci.\n`k1 · mo-uno · applicare`\n- risposta: apre\n\n1: adapted: question k1: the choices became gaps to fill; lost: chiude",
		},
		"words to put into gaps": {
			item2(`cardinality="multiple" baseType="directedPair"><correctResponse><value>W G1</value><value>S G2</value></correctResponse>`,
				`<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="false"><prompt>Completa.</prompt><gapText identifier="W" matchMax="1">nome</gapText><gapText identifier="S" matchMax="1">ruolo</gapText><gapText identifier="X" matchMax="1">età</gapText><p>Dici <gap identifier="G1"/> e <gap identifier="G2"/>.</p></gapMatchInteraction>`, matchCorrect),
			"### Completa.\n`k1 · mo-uno · applicare`\n\nDici ___ e ___.\n\n- risposta: nome\n- risposta: ruolo\n\n1: adapted: question k1: the choices became gaps to fill; lost: età",
		},
		"a text to write": {
			item2(`cardinality="single" baseType="string">`, `<p>Scrivi.</p><rubricBlock view="scorer"><p>Tre righe.</p></rubricBlock><extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="200"/>`, ""),
			"### Scrivi.\n`k1 · mo-uno · applicare`\n- aperta:\n\n1: adapted: question k1: the note for the marker is lost: Tre righe.",
		},
		"what we have nothing for": {
			item2(`cardinality="single" baseType="identifier">`, `<hotspotInteraction responseIdentifier="RESPONSE"/>`, ""),
			"1: left out: question «Titolo»: the type “hotspotInteraction” has no counterpart",
		},
	})
}

func TestQTI12(t *testing.T) {
	t.Parallel()
	one := func(presentation, processing string) string {
		return `<questestinterop><assessment ident="a" title="Prova"><section ident="s">
<item ident="k1" title="Titolo"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>2.0</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">&lt;p&gt;Che cosa &lt;b&gt;fai&lt;/b&gt;?&lt;/p&gt;</mattext></material>` + presentation + `</presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>` + processing + `</resprocessing>
<itemfeedback ident="fa"><flow_mat><material><mattext>Bene.</mattext></material></flow_mat></itemfeedback>
</item></section></assessment></questestinterop>`
	}
	label := func(id, text string) string {
		return `<response_label ident="` + id + `"><material><mattext texttype="text/plain">` + text + `</mattext></material></response_label>`
	}
	check(t, exchange.QTI, map[string]sample{
		"one answer": {
			one(`<response_lid ident="r" rcardinality="Single"><render_choice shuffle="No">`+label("a", "Ascolto")+label("b", "Parlo")+`</render_choice></response_lid>`,
				`<respcondition continue="Yes"><conditionvar><varequal respident="r">a</varequal></conditionvar><displayfeedback feedbacktype="Response" linkrefid="fa"/></respcondition><respcondition><conditionvar><varequal respident="r">a</varequal></conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition>`),
			"### Che cosa **fai**?\n`k1 · mo-uno · applicare · punti 2 · fisso`\n1. [x] Ascolto\n   > Bene.\n1. [ ] Parlo\n\n2: read: question k1",
		},
		"several answers in one condition": {
			one(`<response_lid ident="r" rcardinality="Multiple"><render_choice>`+label("a", "uno")+label("b", "due")+label("c", "tre")+`</render_choice></response_lid>`,
				`<respcondition><conditionvar><and><varequal respident="r">a</varequal><varequal respident="r">b</varequal><not><varequal respident="r">c</varequal></not></and></conditionvar><setvar action="Set">100</setvar></respcondition>`),
			"### Che cosa **fai**?\n`k1 · mo-uno · applicare · punti 2`\n- [x] uno\n- [x] due\n- [ ] tre\n\n2: adapted: question k1: the comment is lost: Bene.",
		},
		"words": {
			one(`<response_str ident="r" rcardinality="Single"><render_fib><response_label ident="x"/></render_fib></response_str>`,
				`<respcondition><conditionvar><varequal respident="r">ascolto</varequal><varequal respident="r">sento</varequal></conditionvar><setvar action="Set">100</setvar></respcondition>`),
			"### Che cosa **fai**? ___\n`k1 · mo-uno · applicare · punti 2`\n- risposta: ascolto | sento\n\n2: adapted: question k1: the comment is lost: Bene.",
		},
		"a match": {
			one(`<response_lid ident="r1"><material><mattext>uno</mattext></material><render_choice>`+label("a", "I")+label("b", "II")+`</render_choice></response_lid><response_lid ident="r2"><material><mattext>due</mattext></material><render_choice>`+label("a", "I")+label("b", "II")+`</render_choice></response_lid>`,
				`<respcondition><conditionvar><varequal respident="r1">a</varequal></conditionvar><setvar action="Add">50</setvar></respcondition><respcondition><conditionvar><varequal respident="r2">b</varequal></conditionvar><setvar action="Add">50</setvar></respcondition>`),
			"### Che cosa **fai**?\n`k1 · mo-uno · applicare · punti 2 · parziale`\n- uno → I\n- due → II\n\n2: adapted: question k1: the comment is lost: Bene.",
		},
	})
}

// Items as other makers of QTI 2 and 3 write them.
func TestQTI2OfOthers(t *testing.T) {
	t.Parallel()
	const mapResponse = `<responseProcessing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>`
	mapping := func(points ...string) string {
		s := `<mapping defaultValue="0">`
		for i := 0; i+1 < len(points); i += 2 {
			s += `<mapEntry mapKey="` + points[i] + `" mappedValue="` + points[i+1] + `"/>`
		}
		return s + `</mapping>`
	}
	correct := func(values ...string) string {
		return `<correctResponse><value>` + strings.Join(values, "</value><value>") + `</value></correctResponse>`
	}
	within := func(mode, tolerance string) string {
		return `<responseProcessing><responseCondition><responseIf><equal toleranceMode="exact"><variable identifier="SCORE"/><variable identifier="MAXSCORE"/></equal></responseIf></responseCondition>` +
			`<responseCondition><responseIf><equal toleranceMode="` + mode + `" tolerance="` + tolerance + `"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal></responseIf></responseCondition></responseProcessing>`
	}
	choices := func(name string, options ...string) string {
		s := ""
		for i := 0; i+1 < len(options); i += 2 {
			s += `<` + name + ` identifier="` + options[i] + `">` + options[i+1] + `</` + name + `>`
		}
		return s
	}
	sets := func(left, right string) string {
		return `<matchInteraction responseIdentifier="RESPONSE" maxAssociations="0"><prompt>Abbina.</prompt><simpleMatchSet>` + left + `</simpleMatchSet><simpleMatchSet>` + right + `</simpleMatchSet></matchInteraction>`
	}
	choice := func(options ...string) string {
		return `<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0"><prompt>Chi?</prompt>` + choices("simpleChoice", options...) + `</choiceInteraction>`
	}
	const number = `<p>Quante ore?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>`
	const unread = "the scoring rules are none of those known: the declared right answer counts"
	check(t, exchange.QTI, map[string]sample{
		"numbers of which some earn nothing": {
			item2(`cardinality="single" baseType="integer">`+mapping("7", "0", "70", "2", "71", "1"), number, mapResponse),
			"### Quante ore?\n`k1 · mo-uno · applicare`\n- numero: 70 ± 0\n\n1: adapted: question k1: other numeric answers not kept: 7 (0%); other numeric answers not kept: 71 (50%)",
		},
		"a number within per cent of it": {
			item2(`cardinality="single" baseType="float">`+correct("4.136"), number, within("relative", "5.0")),
			"### Quante ore?\n`k1 · mo-uno · applicare`\n- numero: 4.136 ± 0.2068\n\n1: adapted: question k1: " + unread,
		},
		"a number that may be more off above than below": {
			item2(`cardinality="single" baseType="float">`+correct("70"), number, within("absolute", "1 3")),
			"### Quante ore?\n`k1 · mo-uno · applicare`\n- numero: 71 ± 2\n\n1: adapted: question k1: " + unread,
		},
		"an answer that earns a part and is not right": {
			item2(`cardinality="multiple" baseType="identifier">`+correct("A", "B")+mapping("A", "1", "B", "1", "C", "0.5"), choice("A", "Anna", "B", "Bruno", "C", "Carla"), mapResponse),
			"### Chi?\n`k1 · mo-uno · applicare · parziale · fisso`\n- [x] Anna\n- [x] Bruno\n- [ ] Carla\n\n1: adapted: question k1: “Carla” was worth 25%; the weights of the answers differ from ours",
		},
		"points that the rules do not look at": {
			item2(`cardinality="single" baseType="identifier">`+correct("B")+mapping("A", "2", "B", "1"), choice("A", "Anna", "B", "Bruno"), matchCorrect),
			"### Chi?\n`k1 · mo-uno · applicare · fisso`\n1. [ ] Anna\n1. [x] Bruno\n\n1: read: question k1",
		},
		"a match without a right pair": {
			item2(`cardinality="multiple" baseType="directedPair">`, sets(choices("simpleAssociableChoice", "A", "Azienda"), choices("simpleAssociableChoice", "B", "beni")), ""),
			"1: left out: question «Titolo»: no answer is right",
		},
		"a match of pictures": {
			item2(`cardinality="multiple" baseType="directedPair">`+correct("A B"), sets(choices("simpleAssociableChoice", "A", `<img src="a.png" alt=""/>`), choices("simpleAssociableChoice", "B", "beni", "C", "denaro")), matchCorrect),
			"1: left out: question «Titolo»: the picture a.png is lost; a pair without an answer was not taken; no answer is right",
		},
		"a match that only says what each pair earns": {
			item2(`cardinality="multiple" baseType="directedPair">`+mapping("A C", "2", "B D", "1", "A D", "-1"), sets(choices("simpleAssociableChoice", "A", "Azienda", "B", "Privato"), choices("simpleAssociableChoice", "C", "beni", "D", "denaro")), mapResponse),
			"### Abbina.\n`k1 · mo-uno · applicare · parziale`\n- Azienda → beni\n- Privato → denaro\n\n1: adapted: question k1: the weights of the answers differ from ours",
		},
		"a match of which the later pair earns more": {
			item2(`cardinality="multiple" baseType="directedPair">`+mapping("A C", "1", "B D", "2"), sets(choices("simpleAssociableChoice", "A", "Azienda", "B", "Privato"), choices("simpleAssociableChoice", "C", "beni", "D", "denaro")), mapResponse),
			"### Abbina.\n`k1 · mo-uno · applicare · parziale`\n- Azienda → beni\n- Privato → denaro\n\n1: adapted: question k1: the weights of the answers differ from ours",
		},
		"categories on the left": {
			item2(`cardinality="multiple" baseType="directedPair">`+correct("D A", "D B", "G C"), sets(choices("simpleAssociableChoice", "D", "Denaro", "G", "Beni", "S", "Stampa"), choices("simpleAssociableChoice", "A", "bonifico", "B", "bollettino", "C", "pasta")), matchCorrect),
			"### Abbina.\n`k1 · mo-uno · applicare`\n- bonifico → Denaro\n- bollettino → Denaro\n- pasta → Beni\n- → Stampa\n\n1: read: question k1",
		},
		"several words for a gap": {
			item2(`cardinality="multiple" baseType="directedPair">`+mapping("A G", "1", "B G", "1", "C G", "0"), `<gapMatchInteraction responseIdentifier="RESPONSE">`+choices("gapText", "A", "Ascolto", "B", "Sento", "C", "Parlo")+`<p><gap identifier="G"/> chi chiama.</p></gapMatchInteraction>`, mapResponse),
			"### ___ chi chiama.\n`k1 · mo-uno · applicare · parziale`\n- risposta: Ascolto | Sento\n\n1: adapted: question k1: the choices became gaps to fill; lost: Parlo",
		},
		"gaps that stand alone on their lines": {
			strings.Replace(item2(`cardinality="single" baseType="string">`+correct("nome"), `<div><textEntryInteraction responseIdentifier="RESPONSE"/><br/>e<br/><textEntryInteraction responseIdentifier="R2"/></div>`, matchCorrect), `<outcome`, `<responseDeclaration identifier="R2" cardinality="single" baseType="string">`+correct("ruolo")+`</responseDeclaration><outcome`, 1),
			"### ___ e ___\n`k1 · mo-uno · applicare`\n- risposta: nome\n- risposta: ruolo\n\n1: adapted: question k1: capitals counted, here they do not",
		},
		"words to touch in a text": {
			item2(`cardinality="single" baseType="identifier">`+correct("B"), `<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Che cosa non si dice?</prompt><p>“<hottext identifier="A">Buongiorno</hottext>, <hottext identifier="B">mi dica il numero della carta</hottext>.”</p></hottextInteraction>`, matchCorrect),
			"### Che cosa non si dice?\n`k1 · mo-uno · applicare · fisso`\n\n“Buongiorno, mi dica il numero della carta.”\n\n1. [ ] Buongiorno\n1. [x] mi dica il numero della carta\n\n1: adapted: question k1: the words to touch in the text became answers",
		},
		"texts for who answers, a model answer, what stands in an object": {
			item2(`cardinality="single" baseType="string">`+correct("Capisco."), `<rubricBlock view="candidate tutor"><p>Leggi.</p></rubricBlock><object data="lettera.png" type="image/png"><p>Cara linea…</p></object><extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Rispondi.</prompt></extendedTextInteraction>`, ""),
			"### Leggi.\n`k1 · mo-uno · applicare`\n\nCara linea…\n\nRispondi.\n\n- aperta:\n\n1: adapted: question k1: the note for the marker is lost: Capisco.; the file lettera.png was not taken",
		},
		"a question that is shown and hidden, a button for a hint, a comment for who is wrong": {
			item2(`cardinality="single" baseType="identifier">`+correct("A"), `<feedbackBlock outcomeIdentifier="F" identifier="uno" showHide="show">`+choice("A", "Anna", "B", "Bruno")+`</feedbackBlock><p><endAttemptInteraction responseIdentifier="H" title="Aiuto"/></p>`, matchCorrect+`<modalFeedback outcomeIdentifier="F" identifier="A" showHide="hide">No.</modalFeedback>`),
			"### Chi?\n`k1 · mo-uno · applicare · fisso`\n1. [x] Anna\n1. [ ] Bruno\n\n1: adapted: question k1: the comment is lost: No.; the hint is lost: Aiuto",
		},
		"names of QTI 3 in an item of QTI 2": {
			item2(`cardinality="single" baseType="string">`, `<p>Scrivi.</p><qti-extended-text-interaction response-identifier="RESPONSE"/>`, ""),
			"### Scrivi.\n`k1 · mo-uno · applicare`\n- aperta:\n\n1: read: question k1",
		},
	})
}

// Items of QTI 1.2 as Canvas, other editors and the examples of its makers write them.
func TestQTI12OfOthers(t *testing.T) {
	t.Parallel()
	item := func(kind, presentation, rules string, feedback ...string) string {
		s := `<questestinterop><item ident="k1" title="Titolo">`
		if kind != "" {
			s += `<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>` + kind + `</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>`
		}
		s += `<presentation>` + presentation + `</presentation><resprocessing><outcomes><decvar maxvalue="100" varname="SCORE"/></outcomes>` + rules + `</resprocessing>`
		for i := 0; i+1 < len(feedback); i += 2 {
			s += `<itemfeedback ident="` + feedback[i] + `"><flow_mat><material><mattext>` + feedback[i+1] + `</mattext></material></flow_mat></itemfeedback>`
		}
		return s + `</item></questestinterop>`
	}
	material := func(s string) string { return `<material><mattext texttype="text/html">` + s + `</mattext></material>` }
	list := func(ident, card, label string, options ...string) string {
		s := `<response_lid ident="` + ident + `" rcardinality="` + card + `">` + label + `<render_choice>`
		for i := 0; i+1 < len(options); i += 2 {
			s += `<response_label ident="` + options[i] + `">` + material(options[i+1]) + `</response_label>`
		}
		return s + `</render_choice></response_lid>`
	}
	blank := func(ident, typ string) string {
		return `<response_str ident="` + ident + `"><render_fib fibtype="` + typ + `"><response_label ident="x"/></render_fib></response_str>`
	}
	rule := func(vars, then string) string {
		return `<respcondition><conditionvar>` + vars + `</conditionvar>` + then + `</respcondition>`
	}
	is := func(response, value string) string {
		return `<varequal respident="` + response + `">` + value + `</varequal>`
	}
	within := func(low, high string) string {
		return `<or>` + is("r", low) + `<and><vargte respident="r">` + low + `</vargte><varlte respident="r">` + high + `</varlte></and></or>`
	}
	const earns, half, takes, nothing = `<setvar action="Set">100</setvar>`, `<setvar action="Add">50</setvar>`, `<setvar action="Subtract">50</setvar>`, `<setvar action="Set">0</setvar>`
	says := func(id string) string { return `<displayfeedback linkrefid="` + id + `"/>` }
	colours := material(`La linea è [stato] fino alle [ora].`) + list("response_stato", "", material("stato"), "a", "aperta", "b", "chiusa") + list("response_ora", "", material("ora"), "c", "venti", "d", "20")
	check(t, exchange.QTI, map[string]sample{
		"lists inside a text": {
			item("multiple_dropdowns_question", colours, rule(is("response_ora", "c"), half)+rule(is("response_stato", "a"), half)),
			"### La linea è ___ fino alle ___.\n`k1 · mo-uno · applicare · parziale`\n- risposta: aperta\n- risposta: venti\n\n1: adapted: question k1: the choices became gaps to fill; lost: chiusa; the choices became gaps to fill; lost: 20",
		},
		"what may be typed into blanks, as a list": {
			item("fill_in_multiple_blanks_question", colours, rule(is("response_stato", "a"), half)+rule(is("response_ora", "c"), half)),
			"### La linea è ___ fino alle ___.\n`k1 · mo-uno · applicare · parziale`\n- risposta: aperta | chiusa\n- risposta: venti | 20\n\n1: read: question k1",
		},
		"one list inside a text": {
			item("", material("Risponde [chi] in ufficio.")+list("response_chi", "", material("chi"), "a", "Anna", "b", "Bruno"), rule(is("response_chi", "b"), earns)),
			"### Risponde … in ufficio.\n`k1 · mo-uno · applicare`\n1. [ ] Anna\n1. [x] Bruno\n\n1: adapted: question k1: the blank in the text became …",
		},
		"blanks in their places": {
			item("", `<flow>`+material("Dico il ")+blank("a", "String")+material(" e poi il ")+blank("b", "String")+material(".")+`</flow>`, rule(`<varequal respident="a" case="Yes">nome</varequal>`+is("b", "ruolo"), earns)),
			"### Dico il ___ e poi il ___.\n`k1 · mo-uno · applicare`\n- risposta: nome\n- risposta: ruolo\n\n1: adapted: question k1: capitals counted, here they do not",
		},
		"a blank that somebody drew": {
			item("cc.fib.v0p1", material("Rispondi entro ___ squilli.")+blank("r", ""), rule(is("r", "3"), earns)),
			"### Rispondi entro ___ squilli.\n`k1 · mo-uno · applicare`\n- risposta: 3\n\n1: read: question k1",
		},
		"the question stands in the place for its answer": {
			item("", `<flow><response_num ident="r"><render_fib fibtype="Integer">`+material("Quante ore?")+`<response_label ident="x"/></render_fib></response_num></flow>`, rule(is("r", "70"), earns)),
			"### Quante ore?\n`k1 · mo-uno · applicare`\n- numero: 70 ± 0\n\n1: read: question k1",
		},
		"several blanks in one response": {
			item("", `<response_str ident="r" rcardinality="Ordered"><render_fib>`+material("Dico il ")+`<response_label ident="x"/>`+material(" e il ")+`<response_label ident="y"/></render_fib></response_str>`, rule(is("r", "nome")+is("r", "ruolo"), earns)),
			"1: left out: question «Titolo»: it has several interactions that do not make one question: response_label",
		},
		"all the right answers in one rule": {
			item("cc.multiple_response.v0p1", material("Che cosa chiedi?")+list("r", "Multiple", "", "a", "Il nome", "b", "Il ruolo", "c", "La carta"), rule(is("r", "a")+is("r", "b"), earns)),
			"### Che cosa chiedi?\n`k1 · mo-uno · applicare`\n- [x] Il nome\n- [x] Il ruolo\n- [ ] La carta\n\n1: read: question k1",
		},
		"answers that are worth less": {
			item("short_answer_question", material("Il numero europeo?")+blank("r", ""), rule(is("r", "112"), earns)+rule(is("r", "118"), half)+rule(is("r", "113"), nothing)),
			"### Il numero europeo? ___\n`k1 · mo-uno · applicare`\n- risposta: 112\n\n1: adapted: question k1: “118” was worth 50%",
		},
		"numbers without a word on their kind": {
			item("", material("Quante ore?")+blank("r", "Decimal"), rule(within("70.0", "70.0"), earns)),
			"### Quante ore?\n`k1 · mo-uno · applicare`\n- numero: 70 ± 0\n\n1: read: question k1",
		},
		"several numbers, the first counts": {
			item("numerical_question", material("Quante ore?")+blank("r", "Decimal"), rule(within("68", "72"), earns)+rule(within("10", "10"), earns)),
			"### Quante ore?\n`k1 · mo-uno · applicare`\n- numero: 70 ± 2\n\n1: adapted: question k1: other numeric answers not kept: 10 (100%)",
		},
		"more rules than anybody reads": {
			item("", material("Chi?")+list("r", "Single", "", "a", "Anna"), strings.Repeat(rule(is("r", "a"), earns), 900)+`</resprocessing><resprocessing>`+strings.Repeat(rule(is("r", "a"), earns), 900)),
			"1: left out: question «Titolo»: more than 1000 answers",
		},
		"values that change every time": {
			item("calculated_question", material("Quanto fa [x]?")+blank("r", "Decimal"), rule("<other/>", earns)),
			"1: left out: question «Titolo»: its values change every time",
		},
		"categories": {
			item("categorization_question", material("Dove va?")+list("p", "Multiple", material("Denaro"), "a", "bonifico", "b", "bollettino", "c", "pasta", "d", "insulti")+list("q", "Multiple", material("Beni"), "a", "bonifico", "b", "bollettino", "c", "pasta", "d", "insulti"),
				rule(is("p", "a")+is("p", "b"), half)+rule(is("q", "c"), half)),
			"### Dove va?\n`k1 · mo-uno · applicare · parziale`\n- bonifico → Denaro\n- bollettino → Denaro\n- pasta → Beni\n\n1: adapted: question k1: “insulti” belonged to no pair and is left out",
		},
		"a match of one pair, and one that is empty": {
			item("matching_question", material("Abbina.")+list("p", "", material("Azienda"), "a", "beni", "b", "stampa")+list("q", "", material(""), "a", "beni", "b", "stampa"), rule(is("p", "a"), half)+rule(is("q", "b"), half)),
			"### Abbina.\n`k1 · mo-uno · applicare · parziale`\n- Azienda → beni\n- → stampa\n\n1: adapted: question k1: a pair without an answer was not taken",
		},
		"points that are taken away": {
			item("multiple_answers_question", material("Che cosa chiedi?")+list("r", "Multiple", "", "a", "Scadenza", "b", "Fatturato"), rule(is("r", "a"), half)+rule(is("r", "b"), takes)),
			"### Che cosa chiedi?\n`k1 · mo-uno · applicare · parziale`\n- [x] Scadenza\n- [ ] Fatturato\n\n1: read: question k1",
		},
		"blanks that the text names, each written": {
			item("fill_in_multiple_blanks_question", material("Dico il [nome] e chiedo il [ruolo].")+blank("response_nome", "")+blank("response_ruolo", ""), rule(is("response_nome", "nome"), half)+rule(is("response_ruolo", "ruolo"), half)),
			"### Dico il ___ e chiedo il ___.\n`k1 · mo-uno · applicare · parziale`\n- risposta: nome\n- risposta: ruolo\n\n1: read: question k1",
		},
		"an answer that is compared in another way": {
			strings.Replace(item("fill_in_multiple_blanks_question", colours, rule(is("response_stato", "a"), half)+rule(is("response_ora", "c"), half)), `ident="b"`, `ident="b" answer_type="openEntry" scoring_algorithm="TextRegex"`, 1),
			"### La linea è ___ fino alle ___.\n`k1 · mo-uno · applicare · parziale`\n- risposta: aperta\n- risposta: venti | 20\n\n1: adapted: question k1: answer not understood: chiusa",
		},
		"an answer that may be part of the text, with its capitals": {
			strings.Replace(item("fill_in_multiple_blanks_question", colours, rule(is("response_stato", "a"), half)+rule(is("response_ora", "c"), half)), `ident="b"`, `ident="b" scoring_algorithm="TextContainsAnswer" ignore_case="false"`, 1),
			"### La linea è ___ fino alle ___.\n`k1 · mo-uno · applicare · parziale`\n- risposta: aperta | chiusa\n- risposta: venti | 20\n\n1: adapted: question k1: the setting scoring_algorithm = TextContainsAnswer is lost; capitals counted, here they do not",
		},
		"an answer that is a file": {
			item("file_upload_question", material("Manda il modulo.")+blank("r", ""), ""),
			"1: left out: question «Titolo»: the type “file_upload_question” has no counterpart",
		},
		"an order with words above and below": {
			item("ordering_question", material("In quale ordine?")+`<response_lid ident="r" rcardinality="Ordered"><render_extension><material position="top"><mattext>Prima</mattext></material><ims_render_object><flow_label><response_label ident="a">`+material("Saluto")+`</response_label><response_label ident="b">`+material("Ascolto")+`</response_label></flow_label></ims_render_object><material position="bottom"><mattext/></material></render_extension></response_lid>`, rule(is("r", "a")+is("r", "b"), earns)),
			"### In quale ordine?\n`k1 · mo-uno · applicare`\n1. Saluto\n1. Ascolto\n\n1: adapted: question k1: text not used: Prima",
		},
		"true and false, in Italian and turned round": {
			item("true_false_question", material("Si saluta.")+list("r", "Single", "", "a", "Falso", "b", "Vero"), rule(is("r", "b"), earns)),
			"### Si saluta.\n`k1 · mo-uno · applicare · fisso`\n1. [x] Vero\n1. [ ] Falso\n\n1: read: question k1",
		},
		"true and false in other words": {
			item("true_false_question", material("Si saluta.")+list("r", "Single", "", "a", "No", "b", "Sì"), rule(is("r", "b"), earns)),
			"### Si saluta.\n`k1 · mo-uno · applicare · fisso`\n1. [ ] No\n1. [x] Sì\n\n1: read: question k1",
		},
		"the question stands beside its answers": {
			item("", list("r", "Single", material("Chi chiami?"), "a", "Nessuno", "b", "La responsabile"), rule(is("r", "b"), earns)),
			"### Chi chiami?\n`k1 · mo-uno · applicare`\n1. [ ] Nessuno\n1. [x] La responsabile\n\n1: read: question k1",
		},
		"comments: for everybody, for some, for all the wrong ones": {
			item("multiple_choice_question", material("Chi chiami?")+list("r", "Single", "", "a", "Nessuno", "b", "La responsabile", "c", "Un amico"),
				rule("<other/>", says("general_fb"))+rule(is("r", "a"), nothing+says("no"))+rule(is("r", "c"), nothing+says("no"))+rule(is("r", "b"), earns+says("sì"))+rule("<other/>", says("general_incorrect_fb")),
				"general_fb", "Si chiama sempre.", "no", "Ripensaci.", "sì", "Bene.", "general_incorrect_fb", "Sbagliato."),
			"### Chi chiami?\n`k1 · mo-uno · applicare`\n1. [ ] Nessuno\n   > Ripensaci.\n1. [x] La responsabile\n   > Bene.\n1. [ ] Un amico\n   > Ripensaci.\n\n> Si chiama sempre.\n\n1: adapted: question k1: the comment is lost: Sbagliato.",
		},
		"a comment on an order": {
			item("", material("In ordine.")+list("r", "Ordered", "", "a", "Ascolto", "b", "Saluto"), rule(is("r", "b")+is("r", "a"), earns+says("sì")), "sì", "Bene."),
			"### In ordine.\n`k1 · mo-uno · applicare`\n1. Saluto\n1. Ascolto\n\n1: adapted: question k1: the comment is lost: Bene.",
		},
		"a match of ILIAS": {
			item("assMatchingQuestion", material("Abbina.")+`<response_grp ident="m"><material label="suggested_solution"><mattext>il_0_lm_1</mattext></material><render_choice><response_label ident="1" match_group="5,6,7">`+material("Azienda")+`</response_label><response_label ident="2" match_group="5,6,7">`+material("Privato")+`</response_label>`+
				`<response_label ident="5">`+material("denaro")+`</response_label><response_label ident="6">`+material("beni")+`</response_label><response_label ident="7">`+material("stampa")+`</response_label></render_choice></response_grp>`,
				rule(`<varsubset respident="m">6,1</varsubset>`, half)+rule(`<varsubset respident="m">5,2</varsubset>`, earns)+rule(`<varsubset respident="m">5,2</varsubset><varsubset respident="m">6,1</varsubset>`, says("tutte")), "tutte", "Brava."),
			"### Abbina.\n`k1 · mo-uno · applicare · parziale`\n- Azienda → beni\n- Privato → denaro\n- → stampa\n\n1: adapted: question k1: the setting suggested_solution = il_0_lm_1 is lost; the weights of the answers differ from ours; the comment is lost: Brava.",
		},
		"an order of ILIAS": {
			item("assOrderingQuestion", material("In ordine.")+`<response_lid ident="o" rcardinality="Ordered"><render_choice><response_label ident="x">`+material("Saluto")+`<material><mattext label="answerdepth">0</mattext></material></response_label><response_label ident="y">`+material("Ascolto")+`<material><mattext label="answerdepth">0</mattext></material></response_label></render_choice></response_lid>`,
				rule(`<varequal respident="o" index="1">1</varequal>`, half)+rule(`<varequal respident="o" index="0">0</varequal>`, half)),
			"### In ordine.\n`k1 · mo-uno · applicare · parziale`\n1. Saluto\n1. Ascolto\n\n1: read: question k1",
		},
		"statements of ILIAS, each true or false": {
			item("assKprimChoice", material("Che cosa è vero?")+list("r", "Multiple", "", "0", "Si saluta", "1", "Si scrive la carta"), rule(`<and>`+is("0", "1")+is("1", "0")+`</and>`, earns)+rule(`<not>`+is("0", "1")+`</not>`, nothing)),
			"### Che cosa è vero?\n`k1 · mo-uno · applicare`\n- [x] Si saluta\n- [ ] Si scrive la carta\n\n1: read: question k1",
		},
		"what is left out counts too": {
			item("assMultipleChoice", material("Che cosa chiedi?")+list("r", "Multiple", "", "0", "Il nome", "1", "La carta"), rule(is("r", "0"), half)+rule(`<not>`+is("r", "0")+`</not>`, nothing)+rule(is("r", "1"), nothing)+rule(`<not>`+is("r", "1")+`</not>`, half)),
			"### Che cosa chiedi?\n`k1 · mo-uno · applicare · parziale`\n- [x] Il nome\n- [ ] La carta\n\n1: adapted: question k1: the weights of the answers differ from ours",
		},
		"a text of ILIAS in pieces, with a list": {
			item("assClozeTest", `<flow>`+material("&lt;p&gt;Rispondi entro ")+`<response_num ident="a"><render_fib fibtype="Decimal"/></response_num>`+material(" squilli e dici &lt;b&gt;")+`<response_str ident="b"><render_choice><response_label ident="0">`+material("il nome")+`</response_label><response_label ident="1">`+material("pronto")+`</response_label></render_choice></response_str>`+material("&lt;/b&gt;.&lt;/p&gt;")+`</flow>`,
				rule(is("a", "3"), half)+rule(is("b", "il nome"), half)+rule(is("b", "pronto"), nothing)),
			"### Rispondi entro ___ squilli e dici ___.\n`k1 · mo-uno · applicare · parziale`\n- risposta: 3\n- risposta: il nome\n\n1: adapted: question k1: the choices became gaps to fill; lost: pronto",
		},
		"one word out of several": {
			item("assTextSubset", material("Due modi di dare?")+blank("a", "String")+blank("b", "String"), rule(`<varsubset respident="a">bonifico,bollettino</varsubset>`, half)+rule(`<varsubset respident="b">bonifico,bollettino</varsubset>`, half)),
			"### Due modi di dare? ___ ___\n`k1 · mo-uno · applicare · parziale`\n- risposta: bonifico | bollettino\n- risposta: bonifico | bollettino\n\n1: read: question k1",
		},
		"a comment on a wrong word earns nothing": {
			item("short_answer_question", material("Il numero europeo?")+blank("r", ""), rule(is("r", "118"), says("no"))+rule(is("r", "112"), earns), "no", "Era."),
			"### Il numero europeo? ___\n`k1 · mo-uno · applicare`\n- risposta: 112\n\n1: adapted: question k1: the comment is lost: Era.",
		},
		"a file to hand in": {
			item("file_upload_question", material("Manda la registrazione."), ""),
			"1: left out: question «Titolo»: the type “file_upload_question” has no counterpart",
		},
	})
}

// archive makes a ZIP file of names and contents, without looking at either.
func archive(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var flat []string
	for _, f := range files {
		flat = append(flat, f[0], f[1])
	}
	return foreigntest.Zip(t, flat...)
}

func TestAPackageIsReadInTheOrderOfItsManifest(t *testing.T) {
	t.Parallel()
	item := func(id string) string {
		return strings.Replace(item2(`cardinality="single" baseType="string">`, `<p>`+id+`?</p><extendedTextInteraction responseIdentifier="RESPONSE"/>`, ""), `identifier="k1"`, `identifier="`+id+`"`, 1)
	}
	src := archive(t, [2]string{"a.xml", item("a")}, [2]string{"b.xml", item("b")}, [2]string{"img/x.png", "PNG"}, [2]string{"rotto.xml", "<a>"}, [2]string{"altro.xml", "<html/>"},
		[2]string{"imsmanifest.xml", `<manifest><resources><resource href="b.xml"><metadata><lom><general><keyword><string>level:judge</string></keyword></general></lom></metadata></resource><resource href="../etc/passwd"/></resources></manifest>`})
	want := "### b?\n`b · mo-uno · valutare`\n- aperta:\n\n### a?\n`a · mo-uno · applicare`\n- aperta:\n\n!b.xml:1: read: question b\n!a.xml:1: read: question a\n" +
		"!altro.xml: left out: file «altro.xml»: the file altro.xml was not taken\n!img/x.png: left out: file «img/x.png»: the file img/x.png was not taken\n!rotto.xml: left out: file «rotto.xml»: the file could not be read"
	if got := told(t, exchange.QTI, string(src)); got != want {
		t.Errorf("%s", got)
	}
}

// Several items may share a text: it stands in each of them, under its first line.
func TestItemsBringThePassageThatTheyReferTo(t *testing.T) {
	t.Parallel()
	item := func(id string) string {
		s := item2(`cardinality="single" baseType="string">`, `<p>Che cosa chiede `+id+`?</p><extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Scrivi.</prompt></extendedTextInteraction>`, "")
		s = strings.Replace(s, `identifier="k1"`, `identifier="`+id+`"`, 1)
		return strings.Replace(s, `<itemBody>`, `<assessmentStimulusRef identifier="S" href="../testi/la%20lettera.xml"/><itemBody>`, 1)
	}
	stimulus := func(text string) string {
		return `<qti-assessment-stimulus identifier="S" title="Lettera"><qti-stimulus-body><p>` + text + `</p><p>Marta</p></qti-stimulus-body></qti-assessment-stimulus>`
	}
	src := archive(t, [2]string{"voci/a.xml", item("a")}, [2]string{"voci/b.xml", item("b")}, [2]string{"testi/la lettera.xml", stimulus("Vorrei dare.")}, [2]string{"testi/altra.xml", stimulus("Sola.")},
		[2]string{"imsmanifest.xml", `<manifest><resources><resource href="voci/a.xml"/><resource href="testi/la%20lettera.xml"/></resources></manifest>`})
	want := "### Che cosa chiede a?\n`a · mo-uno · applicare`\n\n> Vorrei dare.\n>\n> Marta\n\nScrivi.\n\n- aperta:\n\n### Che cosa chiede b?\n`b · mo-uno · applicare`\n\n> Vorrei dare.\n>\n> Marta\n\nScrivi.\n\n- aperta:\n\n" +
		"!voci/a.xml:1: read: question a\n!voci/b.xml:1: read: question b\n!testi/altra.xml:1: left out: file «Lettera»: text not used: Sola. Marta\n!testi/la lettera.xml:1: read: file «Lettera»"
	if got := told(t, exchange.QTI, string(src)); got != want {
		t.Errorf("%s", got)
	}
}

// V27: a text that each of many items would repeat stays short.
func TestALongPassageIsNotRepeated(t *testing.T) {
	t.Parallel()
	item := strings.Replace(item2(`cardinality="single" baseType="string">`, `<p>Che cosa chiede?</p><extendedTextInteraction responseIdentifier="RESPONSE"/>`, ""), `<itemBody>`, `<assessmentStimulusRef identifier="S" href="p.xml"/><itemBody>`, 1)
	src := archive(t, [2]string{"a.xml", item}, [2]string{"p.xml", `<assessmentStimulus title="Lettera"><stimulusBody><p>` + strings.Repeat("parola ", 3000) + `</p></stimulusBody></assessmentStimulus>`})
	want := "### Che cosa chiede?\n`k1 · mo-uno · applicare`\n- aperta:\n\n!a.xml:1: adapted: question k1: assessmentStimulusRef left out\n!p.xml:1: left out: file «Lettera»: the text is too long and was not taken"
	if got := told(t, exchange.QTI, string(src)); got != want {
		t.Errorf("%s", got)
	}
}

// canvasItem is an item of QTI 1.2 with fields of Canvas, by pairs.
func canvasItem(ident, presentation string, fields ...string) string {
	s := `<item ident="` + ident + `" title="` + ident + `"><itemmetadata><qtimetadata>`
	for i := 0; i+1 < len(fields); i += 2 {
		s += `<qtimetadatafield><fieldlabel>` + fields[i] + `</fieldlabel><fieldentry>` + fields[i+1] + `</fieldentry></qtimetadatafield>`
	}
	return s + `</qtimetadata></itemmetadata><presentation><material><mattext>` + presentation + `</mattext></material></presentation></item>`
}

// In QTI 1.2 of Canvas a passage is an item of its own, and others name it.
func TestItemsOfCanvasBringTheirPassage(t *testing.T) {
	t.Parallel()
	passage := strings.Replace(canvasItem("p1", "Anna chiama di notte.", "question_type", "text_only_question", "points_possible", "0"), `title=`, `instructions="Leggi." title=`, 1)
	src := `<questestinterop>` + canvasItem("k1", "Chi chiama?", "question_type", "essay_question", "parent_stimulus_item_ident", "p1", "calculator_type", "none") + "\n" + passage + "\n" +
		canvasItem("p2", "Un titolo.", "question_type", "text_only_question", "points_possible", "0") + "\n" +
		canvasItem("k2", "Quando?", "question_type", "essay_question", "parent_stimulus_item_ident", "p2x") + `</questestinterop>`
	want := "### Chi chiama?\n`k1 · mo-uno · applicare`\n\n> Leggi.\n>\n> Anna chiama di notte.\n\n- aperta:\n\n### Quando?\n`k2 · mo-uno · applicare`\n- aperta:\n\n" +
		"1: read: question k1\n2: read: file «p1»\n3: left out: question «p2»: it is a text without a question\n4: adapted: question k2: the setting parent_stimulus_item_ident = p2x is lost"
	if got := told(t, exchange.QTI, src); got != want {
		t.Errorf("%s", got)
	}
}

// V27: a text that is written once and shown many times.
func TestWhatIsRepeatedStaysSmall(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("parola ", 2300)
	src := []string{`<questestinterop>`, canvasItem("p", long, "question_type", "text_only_question")}
	for i := range 2500 {
		src = append(src, canvasItem("k"+strconv.Itoa(i), "Chi?", "question_type", "essay_question", "parent_stimulus_item_ident", "p"))
	}
	shared := `<questestinterop><item ident="k1"><presentation><material><mattext>Chi?</mattext></material><response_lid ident="r"><render_choice>`
	rules := `<respcondition><conditionvar><varequal respident="r">0</varequal></conditionvar><setvar>1</setvar></respcondition>`
	for i := range 5 {
		id := strconv.Itoa(i)
		shared += `<response_label ident="` + id + `"><material><mattext>Voce ` + id + `</mattext></material></response_label>`
		rules += `<respcondition><conditionvar><varequal respident="r">` + id + `</varequal></conditionvar><displayfeedback linkrefid="f"/></respcondition>`
	}
	shared += `</render_choice></response_lid></presentation><resprocessing>` + rules + `</resprocessing><itemfeedback ident="f"><material><mattext>` + long + `</mattext></material></itemfeedback></item></questestinterop>`
	for reason, src := range map[string]string{"questions_long": strings.Join(append(src, `</questestinterop>`), ""), "question_long": shared} {
		items, report, err := exchange.Import(exchange.QTI, []byte(src), exchange.Options{})
		size := 0
		for _, it := range items {
			size += len(it.Stem)
		}
		last := report.Entries[len(report.Entries)-1]
		if err != nil || size > 32<<20 || !slices.ContainsFunc(last.Notes, func(n foreign.Note) bool { return n.Code == reason }) {
			t.Errorf("%s: %v, %d bytes in %d items: %v", reason, err, size, len(items), last)
		}
	}
}

// Canvas writes a test twice: as any program reads it, and with all that it knows.
func TestACartridgeOfCanvasIsReadOnce(t *testing.T) {
	t.Parallel()
	test := func(text string) string {
		return `<questestinterop><item ident="k"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>essay_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material><mattext>` + text + `</mattext></material></presentation></item></questestinterop>`
	}
	src := archive(t, [2]string{"i1/assessment_qti.xml", test("In breve")}, [2]string{"i2/assessment_qti.xml", test("Solo qui")}, [2]string{"non_cc_assessments/i1.xml.qti", test("Per intero")},
		[2]string{"imsmanifest.xml", `<manifest><resources><resource type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="i2/assessment_qti.xml"/></resource><resource href="i1/assessment_qti.xml"/></resources></manifest>`})
	want := "### Solo qui\n`k · mo-uno · applicare`\n- aperta:\n\n### Per intero\n`k-2 · mo-uno · applicare`\n- aperta:\n\n!i2/assessment_qti.xml:1: read: question k\n" +
		"!i1/assessment_qti.xml: left out: file «i1/assessment_qti.xml»: i1/assessment_qti.xml holds the same questions as non_cc_assessments/i1.xml.qti, which says more of them\n" +
		"!non_cc_assessments/i1.xml.qti:1: adapted: question k-2: “k” became “k-2”"
	if got := told(t, exchange.QTI, string(src)); got != want {
		t.Errorf("%s", got)
	}
}

// V26, V27: what an archive must not do, each refused before anything of it is kept.
func TestAnArchiveStaysInsideAndSmall(t *testing.T) {
	t.Parallel()
	special := func(mode fs.FileMode) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "x.xml"}
		h.SetMode(mode)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write([]byte("/etc/passwd"))
		}
		if err = errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	many := make([][2]string, foreign.MaxFiles+1)
	for i := range many {
		many[i] = [2]string{"f" + strings.Repeat("a", i%200) + strings.Repeat("b", i/200), ""}
	}
	bomb := archive(t, [2]string{"x.xml", strings.Repeat("\x00", 40<<20)})
	lying := bytes.Clone(bomb) // says in its directory that it is small
	if i := bytes.LastIndex(lying, []byte("PK\x01\x02")); i > 0 {
		copy(lying[i+24:], []byte{10, 0, 0, 0})
	}
	locked := archive(t, [2]string{"x.xml", "<a/>"}) // says in its directory that it is encrypted
	locked[bytes.LastIndex(locked, []byte("PK\x01\x02"))+8] |= 1
	noise := make([]byte, foreign.MaxBytes+1)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	for name, c := range map[string]struct {
		src  []byte
		want error
	}{
		"an encrypted file":              {locked, foreign.ErrArchiveKind},
		"a file too small for its size":  {archive(t, [2]string{"x.xml", strings.Repeat("\x00", 12<<20)}), foreign.ErrArchiveLarge},
		"a file too large to read":       {archive(t, [2]string{"x.xml", string(noise)}), foreign.ErrArchiveLarge},
		"a name that leads outside":      {archive(t, [2]string{"../x.xml", ""}), foreign.ErrArchiveName},
		"a name from the root":           {archive(t, [2]string{"/x.xml", ""}), foreign.ErrArchiveName},
		"a backslash":                    {archive(t, [2]string{`a\..\x.xml`, ""}), foreign.ErrArchiveName},
		"a drive":                        {archive(t, [2]string{"C:x.xml", ""}), foreign.ErrArchiveName},
		"a device":                       {archive(t, [2]string{"a/NUL.xml", ""}), foreign.ErrArchiveName},
		"a dot at the end":               {archive(t, [2]string{"a./x.xml", ""}), foreign.ErrArchiveName},
		"one name twice":                 {archive(t, [2]string{"x.xml", ""}, [2]string{"X.xml", ""}), foreign.ErrArchiveName},
		"a link":                         {special(fs.ModeSymlink | 0o777), foreign.ErrArchiveKind},
		"a device file":                  {special(fs.ModeDevice | 0o600), foreign.ErrArchiveKind},
		"too many files":                 {archive(t, many...), foreign.ErrArchiveLarge},
		"more than it may hold":          {archive(t, [2]string{"a.xml", strings.Repeat("x", 40<<20)}, [2]string{"b.xml", strings.Repeat("x", 40<<20)}), foreign.ErrArchiveLarge},
		"a file that grows":              {bomb, foreign.ErrArchiveLarge},
		"a file that lies about it":      {lying, nil},
		"an archive that is cut":         {archive(t, [2]string{"x.xml", "<a/>"})[:40], foreign.ErrArchive},
		"an archive larger than we take": {append([]byte("PK\x03\x04"), make([]byte, foreign.MaxArchive)...), foreign.ErrTooLarge},
	} {
		items, report, err := exchange.Import(exchange.QTI, c.src, exchange.Options{})
		if !errors.Is(err, c.want) && c.want != nil || len(items) > 0 || err == nil && report.Count(foreign.Read) > 0 {
			t.Errorf("%s: %v", name, err)
		}
		if c.want == nil && err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestAPackageIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	b := quiz.Bank{ID: "qz-x", Items: []quiz.Item{{ID: "1a", Type: quiz.Open, Level: quiz.Apply, Points: 100, Stem: "x"}}}
	one, _, err := exchange.Export(exchange.QTI, b)
	two, _, err2 := exchange.Export(exchange.QTI, b)
	if err != nil || err2 != nil || !bytes.Equal(one, two) {
		t.Errorf("%v %v: %d and %d bytes", err, err2, len(one), len(two))
	}
}
