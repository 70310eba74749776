package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// qti writes a package of QTI 3.0: a manifest and a file for each item.
func (x *exporter) qti(bank quiz.Bank) ([]byte, error) {
	files := map[string][]byte{}
	var list strings.Builder
	taken := map[string]bool{}
	for _, it := range bank.Items {
		e := begin(it)
		id := it.ID
		for n := 2; taken[id]; n++ {
			id = it.ID + "-" + strconv.Itoa(n)
		}
		taken[id] = true
		name := "items/" + id + ".xml"
		files[name] = []byte(qtiItem(it, id, &e))
		fmt.Fprintf(&list, `<resource identifier="RES-%s" type="imsqti_item_xmlv3p0" href="%s"><metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>`, id, name)
		for _, t := range tagsOf(it, false, !slices.Contains([]quiz.Type{quiz.One, quiz.Several, quiz.Situation}, it.Type)) {
			fmt.Fprintf(&list, `<keyword><string language="en">%s</string></keyword>`, esc(t))
		}
		fmt.Fprintf(&list, `</general></lom></metadata><file href="%s"/></resource>`+"\n", name)
		x.done(e)
	}
	files[manifestName] = []byte(`<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="MANIFEST-` + esc(identifier(bank.ID)) + `">
<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>
<organizations/>
<resources>
` + list.String() + `</resources>
</manifest>
`)
	return foreign.Pack(files)
}

// identifier is an id as XML may hold one.
func identifier(id string) string {
	if id == "" || id[0] >= '0' && id[0] <= '9' {
		return "_" + id
	}
	return id
}

type qtiWriter struct {
	it        quiz.Item
	responses strings.Builder
	body      string
	single    bool
}

func qtiItem(it quiz.Item, id string, e *foreign.Entry) string {
	w := qtiWriter{it: it, single: true}
	switch it.Type {
	case quiz.One, quiz.Several, quiz.Situation:
		w.choice(e)
	case quiz.Order:
		w.order(e)
	case quiz.Match:
		w.match(e)
	case quiz.Gap:
		w.gaps()
	case quiz.Number:
		w.declare("RESPONSE", "single", "float", []string{it.Value.String()}, nil)
		w.body = foreign.Split(it.Stem).Blocks() + `<p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>`
	case quiz.Open:
		w.declare("RESPONSE", "single", "string", nil, nil)
		w.body = foreign.Split(it.Stem).Blocks() + `<qti-extended-text-interaction response-identifier="RESPONSE"/>`
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="%s" title="%s" adaptive="false" time-dependent="false">
%s`, esc(identifier(id)), esc(id), w.responses.String())
	scored := ""
	if it.Type == quiz.Open {
		scored = ` external-scored="human"`
	}
	fmt.Fprintf(&b, `<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"%s><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>
<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float"><qti-default-value><qti-value>%s</qti-value></qti-default-value></qti-outcome-declaration>
`, scored, hundredths(it.Points))
	if hasFeedback(it.Options) {
		cardinality := "multiple"
		if w.single {
			cardinality = "single"
		}
		fmt.Fprintf(&b, `<qti-outcome-declaration identifier="FEEDBACK" cardinality="%s" base-type="identifier"/>`+"\n", cardinality)
	}
	if it.Explanation != "" {
		b.WriteString(`<qti-outcome-declaration identifier="EXPLANATION" cardinality="single" base-type="identifier"/>` + "\n")
	}
	b.WriteString("<qti-item-body>" + w.body + "</qti-item-body>\n")
	b.WriteString(processing(it) + "\n")
	modal := func(outcome, id, text string) {
		fmt.Fprintf(&b, `<qti-modal-feedback outcome-identifier="%s" identifier="%s" show-hide="show"><qti-content-body>`, outcome, id)
		for p := range strings.SplitSeq(text, "\n\n") {
			b.WriteString("<p>" + foreign.HTML(p) + "</p>")
		}
		b.WriteString("</qti-content-body></qti-modal-feedback>\n")
	}
	for i, o := range it.Options {
		if o.Feedback != "" {
			modal("FEEDBACK", choiceID(i), o.Feedback)
		}
	}
	if it.Explanation != "" {
		modal("EXPLANATION", "explanation", it.Explanation)
	}
	b.WriteString("</qti-assessment-item>\n")
	return b.String()
}

func choiceID(i int) string { return "c" + strconv.Itoa(i+1) }

// declare declares a response with what is right, and what each answer earns.
func (w *qtiWriter) declare(id, cardinality, base string, correct []string, mapping []string) {
	b := &w.responses
	fmt.Fprintf(b, `<qti-response-declaration identifier="%s" cardinality="%s" base-type="%s">`, id, cardinality, base)
	if len(correct) > 0 {
		b.WriteString("<qti-correct-response>")
		for _, v := range correct {
			b.WriteString("<qti-value>" + esc(v) + "</qti-value>")
		}
		b.WriteString("</qti-correct-response>")
	}
	if len(mapping) > 0 {
		bounds := ` lower-bound="0"`
		if base == "string" {
			bounds = ""
		}
		b.WriteString(`<qti-mapping default-value="0"` + bounds + `>` + strings.Join(mapping, "") + "</qti-mapping>")
	}
	b.WriteString("</qti-response-declaration>\n")
}

func mapEntry(key, value string) string {
	return `<qti-map-entry map-key="` + esc(key) + `" mapped-value="` + value + `"/>`
}

func (w *qtiWriter) choice(e *foreign.Entry) {
	it := w.it
	cardinality, most := "single", "1"
	if it.Type == quiz.Several {
		w.single, cardinality, most = false, "multiple", "0"
	}
	var correct, mapping []string
	for i, o := range it.Options {
		switch {
		case o.Key == quiz.Right || o.Key == quiz.Best:
			correct = append(correct, choiceID(i))
			mapping = append(mapping, mapEntry(choiceID(i), "1"))
		case o.Key == quiz.Worst || it.Type == quiz.Several:
			mapping = append(mapping, mapEntry(choiceID(i), "-1"))
		}
	}
	if it.Type == quiz.Situation {
		e.Add(foreign.Lost("cannot_situation"))
	}
	if !mapped(it) {
		mapping = nil
	}
	w.declare("RESPONSE", cardinality, "identifier", correct, mapping)
	var b strings.Builder
	fmt.Fprintf(&b, `%s<qti-choice-interaction response-identifier="RESPONSE" shuffle="%t" max-choices="%s">`, foreign.Split(it.Stem).Blocks(), !it.Fixed, most)
	for i, o := range it.Options {
		fmt.Fprintf(&b, `<qti-simple-choice identifier="%s">%s</qti-simple-choice>`, choiceID(i), foreign.HTML(o.Text))
	}
	w.body = b.String() + "</qti-choice-interaction>"
}

// mapped says whether each answer earns something for itself.
func mapped(it quiz.Item) bool {
	return it.Type == quiz.Situation || it.Partial && (it.Type == quiz.Several || it.Type == quiz.Match)
}

func (w *qtiWriter) order(e *foreign.Entry) {
	w.single = false
	if w.it.Partial {
		e.Add(foreign.Lost("cannot_partial"))
	}
	var correct []string
	var b strings.Builder
	b.WriteString(foreign.Split(w.it.Stem).Blocks() + `<qti-order-interaction response-identifier="RESPONSE" shuffle="true">`)
	for i, o := range w.it.Options {
		correct = append(correct, choiceID(i))
		fmt.Fprintf(&b, `<qti-simple-choice identifier="%s">%s</qti-simple-choice>`, choiceID(i), foreign.HTML(o.Text))
	}
	w.declare("RESPONSE", "ordered", "identifier", correct, nil)
	w.body = b.String() + "</qti-order-interaction>"
}

func (w *qtiWriter) match(e *foreign.Entry) {
	w.single = false
	if w.it.Fixed {
		e.Add(foreign.Lost("cannot_fixed"))
	}
	var correct, mapping []string
	var left, right strings.Builder
	ids := map[string]string{} // two left sides may share a right one
	for i, p := range w.it.Pairs {
		id, known := ids[p.Right]
		if !known {
			id = "r" + strconv.Itoa(i+1)
			ids[p.Right] = id
			fmt.Fprintf(&right, `<qti-simple-associable-choice identifier="%s" match-max="0">%s</qti-simple-associable-choice>`, id, foreign.HTML(p.Right))
		}
		if p.Left == "" {
			continue
		}
		fmt.Fprintf(&left, `<qti-simple-associable-choice identifier="l%d" match-max="1">%s</qti-simple-associable-choice>`, i+1, foreign.HTML(p.Left))
		pair := "l" + strconv.Itoa(i+1) + " " + id
		correct = append(correct, pair)
		mapping = append(mapping, mapEntry(pair, "1"))
	}
	if !mapped(w.it) {
		mapping = nil
	}
	w.declare("RESPONSE", "multiple", "directedPair", correct, mapping)
	w.body = foreign.Split(w.it.Stem).Blocks() + `<qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="0"><qti-simple-match-set>` +
		left.String() + "</qti-simple-match-set><qti-simple-match-set>" + right.String() + "</qti-simple-match-set></qti-match-interaction>"
}

func gapID(i int) string { return "GAP" + strconv.Itoa(i+1) }

func (w *qtiWriter) gaps() {
	body := foreign.Split(strings.ReplaceAll(w.it.Stem, "___", blank)).Blocks()
	for i, g := range w.it.Gaps {
		var mapping []string
		for _, word := range g {
			mapping = append(mapping, strings.Replace(mapEntry(word, "1"), "/>", ` case-sensitive="false"/>`, 1))
		}
		w.declare(gapID(i), "single", "string", g[:1], mapping)
		body = strings.Replace(body, blank, `<qti-text-entry-interaction response-identifier="`+gapID(i)+`"/>`, 1)
	}
	w.body = body
}

const (
	setMax = `<qti-set-outcome-value identifier="SCORE"><qti-variable identifier="MAXSCORE"/></qti-set-outcome-value>`
	ifTrue = `<qti-response-condition><qti-response-if>%s` + setMax + `</qti-response-if></qti-response-condition>`
)

func number(n int) string {
	return `<qti-base-value base-type="float">` + strconv.Itoa(n) + "</qti-base-value>"
}

// part gives the share of the points that have of all is.
func part(have string, all int) string {
	return `<qti-set-outcome-value identifier="SCORE"><qti-product><qti-variable identifier="MAXSCORE"/><qti-divide>` + have + number(all) + "</qti-divide></qti-product></qti-set-outcome-value>"
}

// parts is how many answers make an item whole.
func parts(it quiz.Item) int {
	n := 0
	for _, o := range it.Options {
		if o.Key == quiz.Right || o.Key == quiz.Best {
			n++
		}
	}
	for _, p := range it.Pairs {
		if p.Left != "" {
			n++
		}
	}
	return n
}

// processing is how an item is scored.
func processing(it quiz.Item) string {
	var b strings.Builder
	b.WriteString("<qti-response-processing>")
	switch {
	case it.Type == quiz.Open: // a person marks it
	case mapped(it): // counted in whole answers, so that all of them make exactly the points
		b.WriteString(part(`<qti-map-response identifier="RESPONSE"/>`, parts(it)))
	case it.Type == quiz.Number:
		fmt.Fprintf(&b, ifTrue, `<qti-equal tolerance-mode="absolute" tolerance="`+it.Tolerance.String()+" "+it.Tolerance.String()+`"><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-equal>`)
	case it.Type == quiz.Gap:
		var sum strings.Builder
		sum.WriteString("<qti-sum>")
		for i := range it.Gaps {
			sum.WriteString(`<qti-map-response identifier="` + gapID(i) + `"/>`)
		}
		sum.WriteString("</qti-sum>")
		if it.Partial {
			b.WriteString(part(sum.String(), len(it.Gaps)))
		} else {
			fmt.Fprintf(&b, ifTrue, `<qti-equal tolerance-mode="exact">`+sum.String()+number(len(it.Gaps))+"</qti-equal>")
		}
	default:
		fmt.Fprintf(&b, ifTrue, `<qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>`)
	}
	if hasFeedback(it.Options) {
		b.WriteString(`<qti-set-outcome-value identifier="FEEDBACK"><qti-variable identifier="RESPONSE"/></qti-set-outcome-value>`)
	}
	if it.Explanation != "" {
		b.WriteString(`<qti-set-outcome-value identifier="EXPLANATION"><qti-base-value base-type="identifier">explanation</qti-base-value></qti-set-outcome-value>`)
	}
	b.WriteString("</qti-response-processing>")
	return b.String()
}
