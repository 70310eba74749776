package content

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"abilita/content/markdown"
	"abilita/course/roleplay"
	"abilita/internal/foreign"
	"abilita/quiz"
)

// words of a bank that is written, by language.
var bankWords = map[string]map[string]string{
	"it": {
		"version": "versione", "type": "tipo: banca", "critical": "critica", "points": "punti", "partial": "parziale", "fixed": "fisso",
		"answer": "risposta", "number": "numero", "open": "aperta", "rubric": "griglia", "tags": "etichette", "retired": "ritirata",
		"remember": "ricordare", "understand": "comprendere", "apply": "applicare", "judge": "valutare",
	},
	"en": {
		"version": "version", "type": "type: bank", "critical": "critical", "points": "points", "partial": "partial", "fixed": "fixed",
		"answer": "answer", "number": "number", "open": "open", "rubric": "rubric", "tags": "tags", "retired": "retired",
		"remember": "remember", "understand": "understand", "apply": "apply", "judge": "judge",
	},
}

// writeOther writes the title in the other language as a line of a header.
func writeOther(out *strings.Builder, f File, lang string) {
	key := "titolo in inglese"
	if lang == "en" {
		key = "title in Italian"
	}
	if f.Other != "" {
		fmt.Fprintf(out, "- %s: %s\n", key, f.Other)
	}
}

// WriteBank writes a bank as ParseQuiz reads it.
func WriteBank(b Bank, lang string) string {
	w := bankWords["it"]
	if lang == "en" {
		w = bankWords["en"]
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# Quiz: %s\n- id: %s\n- %s: %s\n- %s\n", b.Bank.Title, b.Bank.ID, w["version"], b.Bank.Version, w["type"])
	writeOther(&out, b.File, lang)
	for _, it := range b.Items {
		out.WriteString("\n")
		writeItem(&out, it, w)
	}
	return out.String()
}

func writeItem(out *strings.Builder, it quiz.Item, w map[string]string) {
	title, more, _ := strings.Cut(it.Stem, "\n\n")
	fmt.Fprintf(out, "### %s\n`%s · %s · %s", title, it.ID, it.Module, w[string(it.Level)])
	for _, flag := range []struct {
		is   bool
		word string
	}{{it.Critical, w["critical"]}, {it.Points != 100, w["points"] + " " + quiz.Decimal(it.Points*10_000).String()}, {it.Partial, w["partial"]}, {it.Fixed, w["fixed"]}} {
		if flag.is {
			out.WriteString(" · " + flag.word)
		}
	}
	out.WriteString("`\n")
	if len(it.Tags) > 0 {
		out.WriteString("- " + w["tags"] + ": " + strings.Join(it.Tags, ", ") + "\n")
	}
	if it.Retired != "" {
		out.WriteString("- " + w["retired"] + ": " + it.Retired + "\n")
	}
	if more != "" {
		out.WriteString("\n" + more + "\n\n")
	}
	for _, o := range it.Options {
		mark := map[quiz.Key]string{quiz.Plain: "[ ] ", quiz.Right: "[x] ", quiz.Best: "[+] ", quiz.Worst: "[-] "}[o.Key]
		bullet := "- "
		switch it.Type {
		case quiz.One:
			bullet = "1. "
		case quiz.Order:
			bullet, mark = "1. ", ""
		default:
		}
		out.WriteString(bullet + mark + o.Text + "\n")
		writeQuote(out, o.Feedback, strings.Repeat(" ", len(bullet)))
	}
	for _, p := range it.Pairs {
		out.WriteString("- " + strings.TrimLeft(p.Left+" → ", " ") + p.Right + "\n")
	}
	for _, g := range it.Gaps {
		out.WriteString("- " + w["answer"] + ": " + strings.Join(g, " | ") + "\n")
	}
	switch it.Type {
	case quiz.Number:
		out.WriteString("- " + w["number"] + ": " + it.Value.String() + " ± " + it.Tolerance.String() + "\n")
	case quiz.Open:
		line := "- " + w["open"] + ":"
		if it.Criterion != "" {
			line += " " + w["rubric"] + " " + it.Criterion
		}
		out.WriteString(line + "\n")
	default:
	}
	if it.Explanation != "" {
		out.WriteString("\n")
		writeQuote(out, it.Explanation, "")
	}
}

// writeQuote writes paragraphs as a quotation.
func writeQuote(out *strings.Builder, text, indent string) {
	if text == "" {
		return
	}
	for i, p := range strings.Split(text, "\n\n") {
		if i > 0 {
			out.WriteString(indent + ">\n")
		}
		out.WriteString(indent + "> " + p + "\n")
	}
}

// SourceFile is a file that was made from something else.
type SourceFile struct {
	Path string // inside the folder of a language, for example "quiz/banca.md"
	Text string
}

var headerID = regexp.MustCompile(`(?m)^- id: ([^\s]+)$`)

// HeaderID is the id that the header of a file says, "" when it says none.
func HeaderID(text string) string {
	header, _, _ := strings.Cut(text, "\n\n")
	if m := headerID.FindStringSubmatch(header); m != nil {
		return m[1]
	}
	return ""
}

// Numbered is a file that was just made under its name and id with a number.
func Numbered(f SourceFile, n int) SourceFile {
	ending := path.Ext(f.Path)
	f.Path = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(f.Path, ending), n, ending)
	if id := HeaderID(f.Text); id != "" {
		f.Text = strings.Replace(f.Text, "- id: "+id+"\n", fmt.Sprintf("- id: %s-%d\n", id, n), 1)
	}
	return f
}

// bankRoom is how large a bank may become before the next one is begun: below
// the limit of a file, so that there is room to work on it.
const bankRoom = 56 << 10

// WriteBanks writes a bank to as many files as its size asks for. name is the
// file's without ending; from the second file on it has a number, and so has
// the id.
func WriteBanks(b quiz.Bank, name, lang string) []SourceFile {
	var list []SourceFile
	part, size := b, 0
	part.Items = nil
	flush := func(last bool) {
		p, n := part, len(list)+1
		suffix := ""
		if n > 1 || !last {
			suffix = fmt.Sprintf("-%d", n)
			p.Title = fmt.Sprintf("%s (%d)", p.Title, n)
		}
		p.ID += suffix
		list = append(list, SourceFile{"quiz/" + name + suffix + ".md", WriteBank(Bank{Bank: p}, lang)})
		part.Items, size = nil, 0
	}
	for _, it := range b.Items {
		one := len(WriteBank(Bank{Bank: quiz.Bank{Items: []quiz.Item{it}}}, lang))
		if size > 0 && size+one > bankRoom {
			flush(false)
		}
		part.Items, size = append(part.Items, it), size+one
	}
	flush(true)
	return list
}

var scriptWords = map[string]map[string]string{
	"it": {
		"version": "versione", "line": "linea", "channel": "canale", "rubric": "griglia", "threshold": "soglia", "mood": "umore", "silence": "silenzio: richiamo %ds, svolta %ds",
		"statements": "Dichiarazioni", "errors": "Errori critici", "criteria": "Rubrica", "scene": "Scena", "after": "dopo", "call": "chiama:", "report": "segnala:",
		"requires": "richiede", "back": "indietro", "success": "Fine: riuscita", "broken": "Fine: interrotta", "title": "Copione",
		"phone": "telefono", "chat": "chat", "video": "video", "mail": "posta", "desk": "sportello",
	},
	"en": {
		"version": "version", "line": "line", "channel": "channel", "rubric": "rubric", "threshold": "threshold", "mood": "mood", "silence": "silence: prompt %ds, turn %ds",
		"statements": "Statements", "errors": "Critical errors", "criteria": "Rubric", "scene": "Scene", "after": "after", "call": "call:", "report": "report:",
		"requires": "requires", "back": "back", "success": "End: success", "broken": "End: broken off", "title": "Script",
		"phone": "phone", "chat": "chat", "video": "video", "mail": "mail", "desk": "desk",
	},
}

// WriteScript writes a script as ParseScript reads it. What it holds itself stands
// in the place of the rubric file that it names.
func WriteScript(sc Script, lang string) string {
	w := scriptWords["it"]
	if lang == "en" {
		w = scriptWords["en"]
	}
	out := scriptWriter{words: w, slugs: map[string]string{roleplay.Back: w["back"]}}
	for _, n := range sc.Nodes {
		out.slugs[n.Name] = markdown.Slug(n.Title)
	}
	out.header(sc, lang)
	out.rubric(sc.Rubric)
	fmt.Fprintf(&out, "\n## %s\n", w["scene"])
	for _, n := range sc.Nodes {
		out.node(n)
	}
	return out.String()
}

type scriptWriter struct {
	strings.Builder
	words map[string]string
	slugs map[string]string // by name of the node
}

func (w *scriptWriter) header(sc Script, lang string) {
	fmt.Fprintf(w, "# %s: %s\n- id: %s\n- %s: %s\n- %s: %s\n- %s: %s\n", w.words["title"], foreign.Escape(sc.Script.Title), sc.Script.ID, w.words["version"], sc.Script.Version,
		w.words["line"], sc.Line, w.words["channel"], w.words[sc.Channel])
	writeOther(&w.Builder, sc.File, lang)
	if sc.RubricID != "" {
		fmt.Fprintf(w, "- %s: %s\n", w.words["rubric"], sc.RubricID)
	}
	if sc.Threshold > 0 {
		fmt.Fprintf(w, "- %s: %d%%\n", w.words["threshold"], sc.Threshold)
	}
	if sc.Mood != 0 {
		fmt.Fprintf(w, "- %s: %d\n", w.words["mood"], sc.Mood)
	}
	if sc.Silence.Turn > 0 {
		fmt.Fprintf(w, "- "+w.words["silence"]+"\n", int(sc.Silence.Prompt.Seconds()), int(sc.Silence.Turn.Seconds()))
	}
	if sc.Intro != "" {
		w.WriteString("\n" + sc.Intro + "\n")
	}
}

func (w *scriptWriter) rubric(r roleplay.Rubric) {
	section := func(title string, n int) {
		if n > 0 {
			fmt.Fprintf(w, "\n## %s\n", w.words[title])
		}
	}
	section("statements", len(r.Statements))
	for _, s := range r.Statements {
		fmt.Fprintf(w, "- **%s %s**: %s\n", s.ID, s.Name, s.Text)
		writeQuote(&w.Builder, s.Note, "  ")
	}
	section("errors", len(r.Errors))
	for _, e := range r.Errors {
		fmt.Fprintf(w, "- **%s %s**: %s\n", e.ID, e.Name, e.Text)
		writeQuote(&w.Builder, e.Note, "  ")
	}
	section("criteria", len(r.Criteria))
	for _, c := range r.Criteria {
		levels := make([]string, 0, len(c.Levels))
		for i, l := range c.Levels {
			levels = append(levels, fmt.Sprintf("%d %s", i, l))
		}
		fmt.Fprintf(w, "- **%s %s** (%d): %s\n", c.ID, c.Name, c.Weight, strings.Join(levels, " · "))
		writeQuote(&w.Builder, c.Note, "  ")
	}
}

// to is where a link leads; a node that is not there keeps its name, so that
// the check can say so.
func (w *scriptWriter) to(name string) string {
	if slug, ok := w.slugs[name]; ok {
		return "#" + slug
	}
	return "#" + markdown.Slug(name)
}

// shown is plain text inside a link.
func shown(text string) string { return strings.ReplaceAll(foreign.Escape(text), "]", `\]`) }

func (w *scriptWriter) node(n roleplay.Node) {
	fmt.Fprintf(w, "\n### %s\n", foreign.Escape(n.Title))
	for i, s := range n.Heard {
		if i > 0 {
			w.WriteString(">\n")
		}
		text := foreign.Start(foreign.Escape(s.Text))
		switch {
		case s.Act:
			text = "*" + foreign.Escape(s.Text) + "*"
		case s.Who != "":
			text = foreign.Start(foreign.Escape(s.Who) + ": " + foreign.Escape(s.Text))
		}
		w.WriteString("> " + text + "\n")
	}
	if len(n.Heard) > 0 {
		w.WriteString("\n")
	}
	for _, c := range n.Choices {
		text := shown(c.Text)
		if c.Act {
			text = "(" + text + ")"
		}
		fmt.Fprintf(w, "- [%s](%s)", text, w.to(c.To))
		w.marks(c.Effect)
		writeQuote(&w.Builder, c.Feedback, "  ")
	}
	for _, v := range n.Variants {
		text := shown(v.Text)
		if v.Who != "" {
			text = shown(v.Who) + ": " + text
		}
		fmt.Fprintf(w, "1. [%s](%s)", text, w.to(v.To))
		w.marks(roleplay.Effect{Mood: v.Mood})
	}
	if n.End != nil {
		w.ending(*n.End)
	}
}

// marks ends the line of a choice with what it counts for.
func (w *scriptWriter) marks(e roleplay.Effect) {
	var list []string
	if e.Silent {
		list = append(list, fmt.Sprintf("%s %ds", w.words["after"], int(e.After.Seconds())))
	}
	list = append(append(list, e.Statements...), e.Errors...)
	for _, l := range e.Levels {
		list = append(list, fmt.Sprintf("%s=%d", l.Criterion, l.Value))
	}
	if e.Mood != 0 {
		list = append(list, fmt.Sprintf("%s%+d", w.words["mood"], e.Mood))
	}
	for _, c := range e.Calls {
		list = append(list, w.words["call"]+c)
	}
	for _, r := range e.Reports {
		list = append(list, w.words["report"]+r)
	}
	if len(list) > 0 {
		w.WriteString(" `" + strings.Join(list, " ") + "`")
	}
	w.WriteString("\n")
}

func (w *scriptWriter) ending(e roleplay.Ending) {
	word := w.words["broken"]
	if e.Success {
		word = w.words["success"]
	}
	w.WriteString("**" + word + "**")
	if len(e.Due) > 0 {
		w.WriteString(" `" + w.words["requires"])
		for _, d := range e.Due {
			w.WriteString(" " + d.Statement)
			if d.Via != "" {
				w.WriteString("@" + strings.TrimPrefix(w.to(d.Via), "#"))
			}
		}
		w.WriteString("`")
	}
	if e.Question != "" {
		w.WriteString(". " + foreign.Escape(e.Question))
	}
	w.WriteString("\n")
}
