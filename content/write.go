package content

import (
	"fmt"
	"strings"

	"abilita/quiz"
)

// words of a bank that is written, by language.
var bankWords = map[string]map[string]string{
	"it": {
		"version": "versione", "type": "tipo: banca", "critical": "critica", "points": "punti", "partial": "parziale", "fixed": "fisso",
		"answer": "risposta", "number": "numero", "open": "aperta", "rubric": "griglia",
		"remember": "ricordare", "understand": "comprendere", "apply": "applicare", "judge": "valutare",
	},
	"en": {
		"version": "version", "type": "type: bank", "critical": "critical", "points": "points", "partial": "partial", "fixed": "fixed",
		"answer": "answer", "number": "number", "open": "open", "rubric": "rubric",
		"remember": "remember", "understand": "understand", "apply": "apply", "judge": "judge",
	},
}

// WriteBank writes a bank as ParseQuiz reads it.
func WriteBank(b quiz.Bank, lang string) string {
	w := bankWords["it"]
	if lang == "en" {
		w = bankWords["en"]
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# Quiz: %s\n- id: %s\n- %s: %s\n- %s\n", b.Title, b.ID, w["version"], b.Version, w["type"])
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

// Written is a file that was made from something else.
type Written struct {
	Path string // inside the folder of a language, for example "quiz/banca.md"
	Text string
}

// bankRoom is how large a bank may become before the next one is begun: below
// the limit of a file, so that there is room to work on it.
const bankRoom = 56 << 10

// WriteBanks writes a bank to as many files as its size asks for. name is the
// file's without ending; from the second file on it has a number, and so has
// the id.
func WriteBanks(b quiz.Bank, name, lang string) []Written {
	var list []Written
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
		list = append(list, Written{"quiz/" + name + suffix + ".md", WriteBank(p, lang)})
		part.Items, size = nil, 0
	}
	for _, it := range b.Items {
		one := len(WriteBank(quiz.Bank{Items: []quiz.Item{it}}, lang))
		if size > 0 && size+one > bankRoom {
			flush(false)
		}
		part.Items, size = append(part.Items, it), size+one
	}
	flush(true)
	return list
}
