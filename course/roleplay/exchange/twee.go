package exchange

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// passage is a passage of Twee.
type passage struct {
	foreign.Entry
	tags []string
	body []string
}

// twee reads Twee 3: passages that begin with "::".
func (b *builder) twee(text string) {
	var list []*passage
	all := strings.Split(text, "\n")
	for i, line := range all {
		if strings.HasPrefix(line, "::") {
			list = append(list, header(line, i+1))
			continue
		}
		if len(list) == 0 {
			if strings.TrimSpace(line) != "" {
				e := foreign.Entry{From: i + 1, To: i + 1, Kind: foreign.Other, Name: line}
				e.Refuse("line_unknown", "text", foreign.Short(line))
				b.add(e)
			}
			continue
		}
		p := list[len(list)-1]
		p.body = append(p.body, line)
		if strings.TrimSpace(line) != "" {
			p.To = i + 1
		}
	}
	b.passages(list)
}

var metaForm = regexp.MustCompile(`(?:^|[^\\])(\{.*\})\s*$`)

// header reads ":: Name [tag tag] {"position":"1,2"}". A backslash keeps a
// bracket in the name.
func header(line string, at int) *passage {
	p := &passage{Entry: foreign.Entry{From: at, To: at, Kind: foreign.Passage}}
	rest := strings.TrimSpace(strings.TrimPrefix(line, "::"))
	if m := metaForm.FindStringSubmatchIndex(rest); m != nil {
		if !json.Valid([]byte(rest[m[2]:m[3]])) {
			p.Add(foreign.Lost("line_unknown", "text", foreign.Short(rest[m[2]:m[3]])))
		}
		rest = strings.TrimSpace(rest[:m[2]]) // where it stood on somebody's screen
	}
	if strings.HasSuffix(rest, "]") && !strings.HasSuffix(rest, `\]`) {
		if open := strings.LastIndex(rest, "["); open >= 0 && (open == 0 || rest[open-1] != '\\') {
			p.tags = strings.Fields(rest[open+1 : len(rest)-1])
			rest = strings.TrimSpace(rest[:open])
		}
	}
	p.Name = unbackslash(rest)
	return p
}

var backslash = regexp.MustCompile(`\\(.)`)

func unbackslash(s string) string { return backslash.ReplaceAllString(s, "$1") }

// specials are passages that are not read by who plays.
var specials = []string{
	"StoryData", "StoryTitle", "StoryAuthor", "StoryBanner", "StoryCaption", "StoryDisplayTitle", "StoryInit", "StoryInterface", "StoryMenu", "StorySettings", "StorySubtitle",
	"StoryIncludes", "StoryShare", "PassageDone", "PassageFooter", "PassageHeader", "PassageReady",
}

func (b *builder) passages(list []*passage) {
	start := "Start"
	var played []*passage
	nodes := map[string]string{} // by name of the passage
	for _, p := range list {
		body := strings.TrimSpace(strings.Join(p.body, "\n"))
		switch {
		case p.Name == "StoryTitle":
			b.script.Title = one(body, &p.Entry)
			b.add(p.Entry)
		case p.Name == "StoryData":
			var data struct{ Start string }
			if err := json.Unmarshal([]byte(body), &data); err != nil {
				p.Refuse("line_unknown", "text", foreign.Short(body))
			} else if data.Start != "" {
				start = data.Start
			}
			b.add(p.Entry)
		case slices.Contains(specials, p.Name), slices.Contains(p.tags, "script"), slices.Contains(p.tags, "stylesheet"), slices.Contains(p.tags, "widget"), strings.HasPrefix(p.Name, "Twine."):
			p.Refuse("passage_special")
			b.add(p.Entry)
		case nodes[p.Name] != "":
			p.Refuse("passage_twice")
			b.add(p.Entry)
		case len(played) == maxNodes:
			p.Refuse("too_many_passages", "max", maxNodes)
			b.add(p.Entry)
		default:
			nodes[p.Name] = b.title(p.Name)
			played = append(played, p)
		}
	}
	first := slices.IndexFunc(played, func(p *passage) bool { return p.Name == start })
	if first > 0 {
		p := played[first]
		played = slices.Insert(slices.Delete(played, first, first+1), 0, p)
	}
	for _, p := range played {
		n := roleplay.Node{Name: nodes[p.Name], Title: nodes[p.Name], Pos: p.From}
		p.read(&n, nodes)
		p.Item = n.Title
		b.script.Nodes = append(b.script.Nodes, n)
		b.add(p.Entry)
	}
	slices.SortStableFunc(b.report.Entries, func(x, y foreign.Entry) int { return x.From - y.From })
}

var (
	tweeComment = regexp.MustCompile(`(?s)/\*.*?\*/|<!--.*?-->`)
	tweeLink    = regexp.MustCompile(`\[\[([^\[\]\n]{1,500})\](\[[^\[\]\n]{0,500}\])?\]`)
	macroLink   = regexp.MustCompile(`<<(?:link|button)\s+"([^"\n]{1,300})"\s+"([^"\n]{1,300})"\s*>>|\((?:link-goto|link-go-to):\s*"([^"\n]{1,300})"\s*,\s*"([^"\n]{1,300})"\s*\)`)
	macroForm   = regexp.MustCompile(`<<[^<>]{0,500}>>|<%[^%]{0,500}%>|\(([a-z-]{2,30}):[^()\n]{0,500}\)(\[([^\[\]]{0,900})\])?`)
	variable    = regexp.MustCompile(`[$_][A-Za-z_][A-Za-z0-9_.]{0,60}`)
	listMark    = regexp.MustCompile(`^[\s*#>•·-]*`)
)

// read takes a passage apart into what is heard and what may be said.
func (p *passage) read(n *roleplay.Node, nodes map[string]string) {
	text := strings.Join(p.body, "\n")
	text = tweeComment.ReplaceAllStringFunc(text, func(m string) string {
		p.Add(foreign.Lost("logic_lost", "text", foreign.Short(m)))
		return ""
	})
	text = macroLink.ReplaceAllStringFunc(text, func(m string) string {
		q := macroLink.FindStringSubmatch(m)
		return "[[" + q[1] + q[3] + "->" + q[2] + q[4] + "]]"
	})
	text = macroForm.ReplaceAllStringFunc(text, func(m string) string {
		if strings.Contains(m, "[[") {
			return m // a link in brackets is no macro
		}
		q := macroForm.FindStringSubmatch(m)
		p.Add(foreign.Lost("logic_lost", "text", foreign.Short(m)))
		return q[3] // what a hook shows may be seen
	})
	var heard []string
	for line := range strings.SplitSeq(text, "\n") {
		rest := tweeLink.ReplaceAllStringFunc(line, func(m string) string {
			q := tweeLink.FindStringSubmatch(m)
			if q[2] != "" {
				p.Add(foreign.Lost("logic_lost", "text", foreign.Short(q[2])))
			}
			words, target := link(q[1])
			to, known := nodes[target]
			if !known {
				to = target
				p.Add(foreign.Lost("target_unknown", "name", foreign.Short(target)))
			}
			words = one(words, &p.Entry)
			if words == "" {
				words = target
			}
			n.Choices = append(n.Choices, choice(words, to))
			return words
		})
		if rest != line && onlyLinks(line) {
			continue // the line held nothing but what may be said
		}
		heard = append(heard, strings.NewReplacer("''", "", `\[`, "[", `\]`, "]").Replace(rest))
	}
	shown := strings.Join(heard, "\n")
	for _, v := range variable.FindAllString(shown, 20) {
		if v[0] == '$' {
			p.Add(foreign.Lost("logic_lost", "text", v))
		}
	}
	for _, line := range lines(shown, &p.Entry) {
		n.Heard = append(n.Heard, speech(line))
	}
	p.end(n)
}

func onlyLinks(line string) bool {
	return strings.TrimSpace(listMark.ReplaceAllString(tweeLink.ReplaceAllString(line, ""), "")) == ""
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

// end looks at the tags, and closes a passage without links.
func (p *passage) end(n *roleplay.Node) {
	success, told := true, false
	for _, tag := range p.tags {
		if s, known := ending(tag); known {
			success, told = s, true
			continue
		}
		p.Add(foreign.Lost("tag_lost", "tag", foreign.Short(tag)))
	}
	if len(n.Choices) > 0 {
		return
	}
	n.End = &roleplay.Ending{Success: success}
	if !told {
		p.Add(foreign.Lost("end_assumed"))
	}
}
