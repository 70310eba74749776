package exchange

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"abilita/internal/foreign"
	"abilita/quiz"
)

// Export writes a bank for another program and says what that cannot hold. What is
// no whole question yet, as a draft may have it, is left out and told.
// QTI is an archive, the others are text. Aiken is for reading only.
func Export(f Format, b quiz.Bank) ([]byte, foreign.Report, error) {
	x := &exporter{report: foreign.Report{Format: string(f)}}
	b.Items = slices.DeleteFunc(slices.Clone(b.Items), func(it quiz.Item) bool {
		if !markable(it) {
			e := begin(it)
			e.Refuse("cannot_unfinished")
			x.done(e)
			return true
		}
		return false
	})
	switch f {
	case GIFT:
		return x.gift(b), x.report, nil
	case Moodle:
		return x.moodle(b), x.report, nil
	case QTI:
		src, err := x.qti(b)
		return src, x.report, err
	case Aiken:
	}
	return nil, x.report, foreign.ErrNotFormat.With("format", string(f))
}

// markable says whether somebody could mark an answer to an item: it has a type and
// what that needs for a right answer.
func markable(it quiz.Item) bool {
	has := func(k quiz.Key) bool {
		return slices.ContainsFunc(it.Options, func(o quiz.Option) bool { return o.Key == k })
	}
	switch it.Type {
	case quiz.One, quiz.Several:
		return has(quiz.Right)
	case quiz.Situation:
		return has(quiz.Best)
	case quiz.Order:
		return len(it.Options) > 1
	case quiz.Match:
		return slices.ContainsFunc(it.Pairs, func(p quiz.Pair) bool { return p.Left != "" })
	case quiz.Gap:
		return len(it.Gaps) > 0 && !slices.ContainsFunc(it.Gaps, func(accepted []string) bool { return len(accepted) == 0 })
	case quiz.Number, quiz.Open:
		return true
	}
	return false
}

type exporter struct {
	b      strings.Builder
	report foreign.Report
}

func (x *exporter) done(e foreign.Entry) {
	if e.Status == "" {
		e.Status = foreign.Read
	}
	x.report.Entries = append(x.report.Entries, e)
}

// begin opens the account of an item with what no other program knows.
func begin(it quiz.Item) foreign.Entry {
	e := foreign.Entry{From: it.Pos, To: it.Pos, Kind: foreign.Question, Name: foreign.Short(foreign.Reading(it.Stem)), Item: it.ID}
	if it.Critical {
		e.Add(foreign.Lost("cannot_critical"))
	}
	if it.Criterion != "" {
		e.Add(foreign.Lost("cannot_criterion"))
	}
	if it.Retired != "" {
		e.Add(foreign.Lost("cannot_retired"))
	}
	for _, name := range placeNames(it) {
		e.Add(foreign.Lost("cannot_place_name", "name", name))
	}
	return e
}

var placeName = regexp.MustCompile(`\{[a-z]{1,40}\}`)

func placeNames(it quiz.Item) []string {
	texts := []string{it.Stem, it.Explanation}
	for _, o := range it.Options {
		texts = append(texts, o.Text, o.Feedback)
	}
	for _, p := range it.Pairs {
		texts = append(texts, p.Left, p.Right)
	}
	list := placeName.FindAllString(strings.Join(texts, "\n"), -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// marks are the tags of an item. points says that the target has no room of its
// own for them, fixed that it cannot keep the order of options.
func tagsOf(it quiz.Item, points, fixed bool) []string {
	tags := []string{"level:" + string(it.Level)}
	if it.Module != "" {
		tags = append([]string{"module:" + it.Module}, tags...)
	}
	add := func(is bool, tag string) {
		if is {
			tags = append(tags, tag)
		}
	}
	add(it.Critical, "critical")
	add(points && it.Points != 100, "points:"+hundredths(it.Points))
	add(it.Partial, "partial")
	add(!it.Partial && partialKind(it.Type), "whole")
	add(fixed && it.Fixed, "fixed")
	add(it.Type == quiz.Situation || it.Type == quiz.Order, "type:"+string(it.Type))
	add(it.Criterion != "", "criterion:"+it.Criterion)
	if retiredForm.MatchString(it.Retired) && it.Retired == strings.TrimSpace(it.Retired) {
		tags = append(tags, "retired:"+it.Retired)
	} else {
		add(it.Retired != "", "retired")
	}
	for _, tag := range it.Tags {
		if slices.Contains([]string{"critical", "partial", "whole", "fixed", "retired"}, tag) {
			tag = "tag:" + tag
		}
		tags = append(tags, tag)
	}
	return tags
}

func hundredths(p quiz.Points) string { return quiz.Decimal(p * 10_000).String() }

// isTruth says whether an item asks for true or false, in either language.
func isTruth(it quiz.Item) bool {
	if it.Type != quiz.One || !it.Fixed || len(it.Options) != 2 {
		return false
	}
	got := [2]string{it.Options[0].Text, it.Options[1].Text}
	return got == truth("it") || got == truth("en")
}

// weights are what each option of a choice is worth, in per cent.
func weights(it quiz.Item) []string {
	rights := 0
	for _, o := range it.Options {
		if o.Key == quiz.Right {
			rights++
		}
	}
	share := strconv.FormatFloat(100/float64(max(rights, 1)), 'f', 5, 64)
	if strings.Contains(share, ".") {
		share = strings.TrimRight(strings.TrimRight(share, "0"), ".")
	}
	list := make([]string, 0, len(it.Options))
	for _, o := range it.Options {
		w := "0"
		switch {
		case o.Key == quiz.Best || o.Key == quiz.Right && it.Type == quiz.One:
			w = "100"
		case o.Key == quiz.Worst || it.Type == quiz.Several && o.Key != quiz.Right && !it.Partial:
			w = "-100"
		case o.Key == quiz.Right:
			w = share
		case it.Type == quiz.Several:
			w = "-" + share
		}
		list = append(list, w)
	}
	return list
}

// plainSide is a text for a place that knows plain text only.
func plainSide(e *foreign.Entry, markdown string) string {
	plain := foreign.Reading(markdown)
	if back, _ := foreign.Plain(plain, false).Line(); back != markdown {
		e.Add(foreign.Lost("cannot_markdown"))
	}
	return plain
}

func hasFeedback(options []quiz.Option) bool {
	return slices.ContainsFunc(options, func(o quiz.Option) bool { return o.Feedback != "" })
}

// gift

func giftEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
			continue
		case strings.ContainsRune(escapable, r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (x *exporter) gift(bank quiz.Bank) []byte {
	module := ""
	for _, it := range bank.Items {
		e := begin(it)
		if it.Type == quiz.Gap && len(it.Gaps) != 1 {
			e.Refuse("cannot_gaps")
			x.done(e)
			continue
		}
		if it.Module != module {
			module = it.Module
			x.b.WriteString("$CATEGORY: " + module + "\n\n")
		}
		answers := giftAnswers(it, &e)
		before, after := it.Stem, ""
		if it.Type == quiz.Gap {
			before, after, _ = strings.Cut(it.Stem, "___")
		}
		x.b.WriteString("//")
		x.b.WriteString(" [id:" + it.ID + "]")
		for _, t := range tagsOf(it, true, !isTruth(it)) {
			x.b.WriteString(" [tag:" + t + "]")
		}
		if it.Explanation != "" {
			answers += "####" + giftEscape(it.Explanation)
		}
		x.b.WriteString("\n::" + giftEscape(it.ID) + "::[markdown]" + giftEscape(before) + "{" + answers + "}" + giftEscape(after) + "\n\n")
		x.done(e)
	}
	return []byte(x.b.String())
}

func giftAnswers(it quiz.Item, e *foreign.Entry) string {
	var b strings.Builder
	if it.Points != 100 {
		e.Add(foreign.Lost("cannot_points"))
	}
	if it.Fixed && !isTruth(it) {
		e.Add(foreign.Lost("cannot_fixed"))
	}
	if !it.Partial && partialKind(it.Type) {
		e.Add(foreign.Lost("cannot_whole"))
	}
	feedback := func(f string) {
		if f != "" {
			b.WriteString("#" + giftEscape(f))
		}
	}
	switch it.Type {
	case quiz.One, quiz.Several, quiz.Situation:
		if isTruth(it) {
			right := slices.IndexFunc(it.Options, func(o quiz.Option) bool { return o.Key == quiz.Right })
			b.WriteString([]string{"TRUE", "FALSE"}[max(right, 0)])
			if hasFeedback(it.Options) {
				b.WriteString("#" + giftEscape(it.Options[1-max(right, 0)].Feedback) + "#" + giftEscape(it.Options[max(right, 0)].Feedback))
			}
			break
		}
		if it.Type == quiz.Situation {
			e.Add(foreign.Lost("cannot_situation"))
		}
		for i, w := range weights(it) {
			switch {
			case w == "100" && it.Type != quiz.Several:
				b.WriteString("\n=")
			case w == "0":
				b.WriteString("\n~")
			default:
				b.WriteString("\n~%" + w + "%")
			}
			b.WriteString(giftEscape(it.Options[i].Text))
			feedback(it.Options[i].Feedback)
		}
		b.WriteString("\n")
	case quiz.Order:
		e.Add(foreign.Lost("cannot_order"))
		if hasFeedback(it.Options) {
			e.Add(foreign.Lost("feedbacks_lost"))
		}
		for i, o := range it.Options {
			b.WriteString("\n=" + giftEscape(strings.ReplaceAll(o.Text, "->", `-\>`)) + " -> " + strconv.Itoa(i+1))
		}
		b.WriteString("\n")
	case quiz.Match:
		for _, p := range it.Pairs {
			b.WriteString("\n=" + giftEscape(strings.ReplaceAll(p.Left, "->", `-\>`)) + " -> " + giftEscape(plainSide(e, p.Right)))
		}
		b.WriteString("\n")
	case quiz.Gap:
		e.Add(foreign.Lost("cannot_folding"))
		for _, w := range it.Gaps[0] {
			b.WriteString("=" + giftEscape(strings.ReplaceAll(w, "*", `\*`)) + " ")
		}
	case quiz.Number:
		b.WriteString("#" + it.Value.String() + ":" + it.Tolerance.String())
	case quiz.Open: // nothing between the braces
	}
	return b.String()
}

// Moodle XML

func esc(s string) string { return html.EscapeString(foreign.Printable(s)) }

func (x *exporter) put(parts ...string) {
	for _, p := range parts {
		x.b.WriteString(p)
	}
	x.b.WriteByte('\n')
}

func (x *exporter) moodle(bank quiz.Bank) []byte {
	x.put(`<?xml version="1.0" encoding="UTF-8"?>`)
	x.put("<quiz>")
	module := ""
	for i, it := range bank.Items {
		if it.Module != module || i == 0 {
			module = it.Module
			x.put(`<question type="category"><category><text>$course$/top/`, esc(module), `</text></category></question>`)
		}
		e := begin(it)
		x.moodleItem(it, &e)
		x.done(e)
	}
	x.put("</quiz>")
	return []byte(x.b.String())
}

var moodleTypes = map[quiz.Type]string{
	quiz.One: "multichoice", quiz.Several: "multichoice", quiz.Situation: "multichoice", quiz.Order: "ordering",
	quiz.Match: "matching", quiz.Gap: "cloze", quiz.Number: "numerical", quiz.Open: "essay",
}

func (x *exporter) text(element, markdown string) {
	x.put("<", element, ` format="markdown"><text>`, esc(markdown), "</text></", element, ">")
}

func (x *exporter) moodleItem(it quiz.Item, e *foreign.Entry) {
	typ, stem := moodleTypes[it.Type], it.Stem
	if isTruth(it) {
		typ = "truefalse"
	}
	if it.Type == quiz.Gap {
		stem = clozeStem(it)
		e.Add(foreign.Lost("cannot_folding"))
	}
	x.put(`<question type="`, typ, `">`)
	x.put("<name><text>", esc(it.ID), "</text></name>")
	x.text("questiontext", stem)
	x.text("generalfeedback", it.Explanation)
	x.put("<defaultgrade>", hundredths(it.Points), "</defaultgrade><penalty>0</penalty><hidden>0</hidden><idnumber>", esc(it.ID), "</idnumber>")
	if !it.Partial && partialKind(it.Type) {
		e.Add(foreign.Lost("cannot_whole"))
	}
	keepsOrder := false
	switch it.Type {
	case quiz.One, quiz.Several, quiz.Situation:
		keepsOrder = true
		x.moodleChoice(it, e)
	case quiz.Order:
		grading := "ALL_OR_NOTHING"
		if it.Partial {
			grading = "RELATIVE_NEXT_EXCLUDE_LAST"
		}
		x.put("<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount><gradingtype>", grading, "</gradingtype>")
		for i, o := range it.Options {
			x.answer(strconv.Itoa(i+1), o.Text, o.Feedback)
		}
	case quiz.Match:
		x.put("<shuffleanswers>true</shuffleanswers>")
		for _, p := range it.Pairs {
			x.put(`<subquestion format="markdown"><text>`, esc(p.Left), "</text><answer><text>", esc(plainSide(e, p.Right)), "</text></answer></subquestion>")
		}
	case quiz.Number:
		x.put(`<answer fraction="100"><text>`, it.Value.String(), "</text><tolerance>", it.Tolerance.String(), "</tolerance></answer>")
	case quiz.Open:
		x.put("<responseformat>editor</responseformat><responserequired>1</responserequired>")
	case quiz.Gap: // in the text
	}
	if it.Fixed && !keepsOrder {
		e.Add(foreign.Lost("cannot_fixed"))
	}
	x.b.WriteString("<tags>")
	for _, t := range tagsOf(it, false, !keepsOrder) {
		x.b.WriteString("<tag><text>" + esc(t) + "</text></tag>")
	}
	x.put("</tags>")
	x.put("</question>")
}

func (x *exporter) answer(fraction, text, feedback string) {
	x.put(`<answer fraction="`, fraction, `" format="markdown"><text>`, esc(text), `</text><feedback format="markdown"><text>`, esc(feedback), "</text></feedback></answer>")
}

func (x *exporter) moodleChoice(it quiz.Item, e *foreign.Entry) {
	if isTruth(it) {
		for i, w := range weights(it) {
			x.put(`<answer fraction="`, w, `"><text>`, []string{"true", "false"}[i], `</text><feedback format="markdown"><text>`, esc(it.Options[i].Feedback), "</text></feedback></answer>")
		}
		return
	}
	if it.Type == quiz.Situation {
		e.Add(foreign.Lost("cannot_situation"))
	}
	x.put("<single>", strconv.FormatBool(it.Type != quiz.Several), "</single><shuffleanswers>", strconv.FormatBool(!it.Fixed), "</shuffleanswers><answernumbering>abc</answernumbering>")
	for i, w := range weights(it) {
		x.answer(w, it.Options[i].Text, it.Options[i].Feedback)
	}
}

// clozeStem puts the accepted words into the gaps.
func clozeStem(it quiz.Item) string {
	stem := it.Stem
	for _, g := range it.Gaps {
		words := make([]string, 0, len(g))
		for _, w := range g {
			w = html.EscapeString(strings.ReplaceAll(w, "*", `\*`))
			// The star's backslash is Moodle's own, the others are of the text.
			w = strings.NewReplacer(`\*`, `\*`, `\`, `\\`, "}", `\}`, "~", `\~`, "#", `\#`).Replace(w)
			words = append(words, "="+w)
		}
		stem = strings.Replace(stem, "___", "{1:SHORTANSWER:"+strings.Join(words, "~")+"}", 1)
	}
	return stem
}
