package exchange

import (
	"regexp"
	"slices"
	"strings"

	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// tweeReader takes a passage apart into what is heard and what may be said. The
// macros of four story formats are known by their shape: SugarCube, Harlowe,
// Snowman, Chapbook.
type tweeReader struct {
	*passage
	node   *roleplay.Node
	nodes  map[string]string // by name of the passage
	format string            // as StoryData calls it, "" unknown
	leads  []lead            // in the order of the text
	looks  *int              // of the whole story

	includes []lead // passages that are shown inside this one
	assumed  bool   // how it ends was not said
	hooked   bool   // brackets and braces of Harlowe are about
}

// lead is a passage that is gone to without a choice.
type lead struct {
	target, macro string
	at            int
}

func (r *tweeReader) told(code string, at int, args ...any) {
	r.Add(foreign.Note{Line: at, Code: code, Args: args})
}

func (r *tweeReader) lost(text string, at int) {
	r.told("logic_lost", at, "text", foreign.Short(text))
}

var (
	doubled  = regexp.MustCompile(`''|"""`)
	slanted  = regexp.MustCompile(`(^|[^:/])//([^/\n]+)//`)
	variable = regexp.MustCompile(`\$[A-Za-z_][A-Za-z0-9_.]{0,60}`)
	listMark = regexp.MustCompile(`^[\s*#>•·-]*$`)
)

func (r *tweeReader) read() {
	text := strings.Join(r.body, "\n")
	r.hooked = strings.HasPrefix(r.format, "harlowe")
	if strings.HasPrefix(r.format, "chapbook") {
		text = r.chapbook(text)
	}
	text = r.strip(text, r.From+1, 0)
	var heard []string
	for i, line := range strings.Split(text, "\n") {
		at := r.From + 1 + i
		rest, found, only := r.links(line, at)
		if found && only {
			continue // the line held nothing but what may be said
		}
		if strings.HasPrefix(rest, `\`) && !strings.HasPrefix(rest, `\[`) {
			rest = rest[1:] // it goes on the line before
		}
		if trimmed := strings.Trim(rest, "… \t"); trimmed == "" || r.hooked && (trimmed == "{" || trimmed == "}") {
			continue // nothing but logic
		}
		rest = slanted.ReplaceAllString(doubled.ReplaceAllString(rest, ""), "$1$2")
		for _, v := range variable.FindAllString(rest, 20) {
			r.lost(v, at)
		}
		heard = append(heard, strings.NewReplacer(`\[`, "[", `\]`, "]").Replace(rest))
	}
	for _, line := range lines(strings.Join(heard, "\n"), &r.Entry) {
		r.node.Heard = append(r.node.Heard, speech(line))
	}
	r.end()
}

// links makes choices of the links of a line. rest is the line with their words in
// their place; only says that nothing else stands on it.
func (r *tweeReader) links(line string, at int) (rest string, found, only bool) {
	var b, other strings.Builder
	for line != "" {
		i := strings.IndexByte(line, '[')
		if i < 0 {
			break
		}
		inner, setter, n := linkAt(line[i:])
		if n == 0 {
			i++
			b.WriteString(line[:i])
			other.WriteString(line[:i])
			line = line[i:]
			continue
		}
		found = true
		b.WriteString(line[:i])
		other.WriteString(line[:i])
		if setter != "" {
			r.lost("["+setter+"]", at)
		}
		words, target := link(inner)
		b.WriteString(r.choose(words, target, at))
		line = line[i+n:]
	}
	b.WriteString(line)
	other.WriteString(line)
	return b.String(), found, listMark.MatchString(other.String())
}

// choose adds a choice and gives its words.
func (r *tweeReader) choose(words, target string, at int) string {
	words = one(doubled.ReplaceAllString(words, ""), &r.Entry)
	if words == "" {
		words = one(target, &r.Entry)
	}
	if strings.Contains(target, "://") {
		r.told("link_lost", at, "link", foreign.Short(target))
		return words
	}
	c := choice(words, r.to(target, at))
	if !slices.ContainsFunc(r.node.Choices, func(o roleplay.Choice) bool { return o.Text == c.Text && o.Act == c.Act && o.To == c.To }) {
		r.node.Choices = append(r.node.Choices, c)
	}
	return foreign.Reading(words)
}

// to is the node of a passage.
func (r *tweeReader) to(target string, at int) string {
	if to, known := r.nodes[target]; known {
		return to
	}
	r.told("target_unknown", at, "name", foreign.Short(target))
	return target
}

// linkAt reads the link that begins s: "[[…]]", "[[…][setter]]". Brackets in its
// words stand in pairs. n is how long it is, 0 for none.
func linkAt(s string) (inner, setter string, n int) {
	if !strings.HasPrefix(s, "[[") {
		return "", "", 0
	}
	open, split := 0, 0
	for i := 2; i < len(s) && i < 1000 && s[i] != '\n'; i++ {
		switch {
		case s[i] == '[':
			open++
		case s[i] == ']' && open > 0:
			open--
		case s[i] == ']' && strings.HasPrefix(s[i:], "]]"):
			if split > 0 {
				return s[2:split], s[split+2 : i], i + 2
			}
			if strings.TrimSpace(s[2:i]) == "" {
				return "", "", 0
			}
			return s[2:i], "", i + 2
		case s[i] == ']' && split == 0 && strings.HasPrefix(s[i:], "]["):
			split = i
			i++
		case s[i] == ']':
			return "", "", 0
		}
	}
	return "", "", 0
}

// link reads the four ways of writing a link.
func link(inner string) (text, target string) {
	if i := strings.LastIndex(inner, "->"); i >= 0 {
		return strings.TrimSpace(inner[:i]), strings.TrimSpace(inner[i+2:])
	}
	if before, after, found := strings.Cut(inner, "<-"); found {
		return strings.TrimSpace(after), strings.TrimSpace(before)
	}
	if i := strings.LastIndex(inner, "|"); i >= 0 {
		return strings.TrimSpace(inner[:i]), strings.TrimSpace(inner[i+1:])
	}
	return strings.TrimSpace(inner), strings.TrimSpace(inner)
}

// end looks at the tags, and closes a passage without links: it goes on to where its
// logic would have gone, or is over.
func (r *tweeReader) end() {
	n, success, told := r.node, true, false
	for _, tag := range r.tags {
		if s, known := ending(tag); known {
			success, told = s, true
			continue
		}
		r.told("tag_lost", 0, "tag", foreign.Short(tag))
	}
	if len(n.Choices) > 0 {
		for _, l := range r.leads {
			r.lost(l.macro, l.at)
		}
		return
	}
	for _, l := range r.leads {
		n.Variants = append(n.Variants, roleplay.Variant{Text: "…", To: r.to(l.target, l.at), Pos: l.at})
	}
	if n.Variants = distinct(n.Variants); len(n.Variants) == 1 && len(n.Heard) > 0 {
		last := n.Heard[len(n.Heard)-1]
		n.Heard = n.Heard[:len(n.Heard)-1]
		n.Variants[0].Who, n.Variants[0].Text = last.Who, last.Text
	}
	if len(n.Variants) == 0 {
		n.End, r.assumed = &roleplay.Ending{Success: success}, !told
	}
}

var (
	varLine  = regexp.MustCompile(`^\s*[A-Za-z_$][\w.]*\s*(?:\([^()]*\)\s*)?:\s*\S`)
	modifier = regexp.MustCompile(`(?i)^\s*\[\s*(if|ifalways|ifnever|unless|else|cont|cont'd|continued?|align|after|append|note|n\.b\.|fixme|todo|javascript|css)\b[^\[]*(?:\[[^\[\]]*\][^\[\]]*)*\]\s*$`)
	insert   = regexp.MustCompile(`\{(?:embed|reveal link|back link|restart link|cycling link|dropdown menu|text input|ambient sound|no ambient sound|sound effect|theme switcher|icon of)\b[^{}\n]*\}`)
	embedded = regexp.MustCompile(`^\{embed passage\b`)
	inserted = regexp.MustCompile(`\{[A-Za-z_][^{}\n]*\}`)
)

// hiding are the modifiers whose text is not shown.
var hiding = []string{"javascript", "css", "note", "n.b.", "fixme", "todo"}

// maxModifier is how long a modifier may be.
const maxModifier = 1000

// guess is the story format of passages that do not say it, as far as it matters.
func guess(list []*passage) string {
	for _, p := range list {
		for _, line := range p.body {
			if !p.special() && len(line) < maxModifier && (modifier.MatchString(line) || insert.MatchString(line)) {
				return "chapbook"
			}
		}
	}
	return ""
}

// chapbook takes away what Chapbook does not show: the variables at the head of a
// passage, modifiers, which stand alone between brackets, and inserts.
func (r *tweeReader) chapbook(text string) string {
	all := strings.Split(text, "\n")
	if end := slices.IndexFunc(all, func(s string) bool { return strings.TrimSpace(s) == "--" }); end >= 0 {
		if !slices.ContainsFunc(all[:end], func(s string) bool { return strings.TrimSpace(s) != "" && !varLine.MatchString(s) }) {
			for i := range all[:end+1] {
				if s := strings.TrimSpace(all[i]); s != "" && s != "--" {
					r.lost(s, r.From+1+i)
				}
				all[i] = ""
			}
		}
	}
	for i := 0; i < len(all); i++ {
		line, at := all[i], r.From+1+i
		if m := modifier.FindStringSubmatch(line[:min(len(line), maxModifier)]); m != nil {
			all[i] = ""
			word := strings.ToLower(m[1])
			hides := slices.Contains(hiding, word)
			for hides && i+1 < len(all) && !modifier.MatchString(all[i+1][:min(len(all[i+1]), maxModifier)]) {
				i++
				line += "\n" + all[i]
				all[i] = ""
			}
			switch {
			case strings.HasPrefix(word, "cont"): // the end of what stands above
			case hides && word != "javascript" && word != "css":
				r.told("comment", at)
			default:
				r.lost(line, at)
			}
			continue
		}
		all[i] = inserted.ReplaceAllStringFunc(line, func(m string) string {
			r.lost(m, at)
			if embedded.MatchString(m) {
				if list := quoted(m); len(list) > 0 {
					r.includes = append(r.includes, lead{list[0], m, at})
				}
			}
			if strings.ContainsAny(m, ":,") || insert.MatchString(m) {
				return ""
			}
			return "…"
		})
	}
	return strings.Join(all, "\n")
}

// include gives passages what is heard and offered in those that they show. It comes
// last there: where it stood among the words is not kept.
func include(readers []*tweeReader) {
	byName := map[string]*tweeReader{}
	for _, r := range readers {
		byName[r.Name] = r
	}
	seen := map[*tweeReader]bool{}
	left := maxOffered
	var add func(r *tweeReader)
	add = func(r *tweeReader) {
		if seen[r] {
			return
		}
		seen[r] = true
		for _, l := range r.includes {
			from := byName[l.target]
			if from == nil {
				r.told("target_unknown", l.at, "name", foreign.Short(l.target))
				continue
			}
			add(from)
			if left -= 1 + len(from.node.Heard) + len(from.node.Choices); from == r || left < 0 {
				continue
			}
			n := r.node
			n.Heard = append(n.Heard, from.node.Heard...)
			switch {
			case len(from.node.Choices) > 0 && len(n.Variants) == 0:
				n.Choices, n.End = append(n.Choices, from.node.Choices...), nil
			case len(from.node.Variants) > 0 && len(n.Choices)+len(n.Variants) == 0:
				n.Variants, n.End = append(n.Variants, from.node.Variants...), nil
			}
		}
	}
	for _, r := range readers {
		add(r)
	}
}
