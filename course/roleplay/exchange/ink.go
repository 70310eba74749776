package exchange

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// inkLine is a line of Ink, its marks taken apart.
type inkLine struct {
	at     int
	kind   byte // 't' text, '*' choice, '-' gather
	depth  int  // of choices and gathers, from 1
	label  string
	before string // of a choice: shown before and after choosing it
	inside string // of a choice: shown before only
	text   string
	divert string
	tags   []string
	sticky bool
}

// knot is a knot or a stitch.
type knot struct {
	foreign.Entry
	path  string // "knot" or "knot.stitch"
	first string // the first stitch of a knot that holds nothing itself
	lines []inkLine
	entry string // node, once it is made
}

type inkReader struct {
	*builder
	knots   []*knot
	byPath  map[string]*knot
	labels  map[string]string // "knot.label" to node
	nodes   []*roleplay.Node
	jumps   []jump
	once    bool
	bullets int
	done    string // the node of END
}

// jump is a place that a divert leads to, settled when every node is known.
type jump struct {
	set  func(node string)
	name string
	from *knot
	at   int
}

var (
	knotForm   = regexp.MustCompile(`^\s*={2,}\s*(function\s+)?([\p{L}\p{N}_]+)\s*(\([^)]*\))?\s*=*\s*$`)
	stitchForm = regexp.MustCompile(`^\s*=\s*([\p{L}\p{N}_]+)\s*(\([^)]*\))?\s*$`)
	inkLogic   = regexp.MustCompile(`^\s*(~|VAR\b|CONST\b|LIST\b|EXTERNAL\b|TODO:|INCLUDE\b|<-)`)
	inkLabel   = regexp.MustCompile(`^\s*\(([\p{L}\p{N}_]+)\)`)
	divertForm = regexp.MustCompile(`->\s*([\p{L}\p{N}_.]+)?\s*(\([^)]*\))?\s*(->\s*([\p{L}\p{N}_.]+)?)?\s*$`)
	inkBraces  = regexp.MustCompile(`\{([^{}]*)\}`)
	inkTag     = regexp.MustCompile(`#\s*([^#]+)`)
)

// ink reads Ink: knots, stitches, choices, gathers, diverts.
func (b *builder) ink(text string) {
	r := &inkReader{builder: b, byPath: map[string]*knot{}, labels: map[string]string{}}
	r.split(uncomment(text))
	for _, k := range r.knots {
		if len(k.lines) > 0 && k.Status != foreign.LeftOut {
			k.entry = r.weave(k, k.lines, 1, "", k.Name)
			k.Item = k.entry
		}
	}
	r.settle()
	r.order()
	for _, k := range r.knots {
		if k.From > 0 {
			r.builder.add(k.Entry)
		}
	}
	if r.once {
		e := foreign.Entry{Kind: foreign.Other, Name: "*"}
		e.Add(foreign.Lost("once_lost"))
		r.builder.add(e)
	}
}

// uncomment empties comments and keeps the lines they stood on.
func uncomment(text string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '/')
		if i < 0 || i+1 >= len(text) {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		switch {
		case text[1] == '*':
			end := strings.Index(text, "*/")
			if end < 0 {
				end = len(text) - 2
			}
			b.WriteString(strings.Repeat("\n", strings.Count(text[:end], "\n")))
			text = text[min(end+2, len(text)):]
		case text[1] == '/' && !strings.HasSuffix(b.String()[max(0, b.Len()-1):], ":"): // not of an address
			end := strings.IndexByte(text, '\n')
			if end < 0 {
				end = len(text)
			}
			text = text[end:]
		default:
			b.WriteByte('/')
			text = text[1:]
		}
	}
	return b.String()
}

// split cuts the file into knots and stitches, and their lines.
func (r *inkReader) split(text string) {
	k := r.open("inizio", "inizio", 1)
	parent := k
	all := strings.Split(text, "\n")
	for i := 0; i < len(all); i++ {
		line := all[i]
		if strings.TrimSpace(line) == "" {
			continue
		}
		if m := knotForm.FindStringSubmatch(line); m != nil {
			k = r.open(m[2], m[2], i+1)
			parent = k
			if m[1] != "" {
				k.Refuse("logic_lost", "text", foreign.Short(line))
			} else if m[3] != "" {
				k.Add(foreign.Lost("logic_lost", "text", m[3]))
			}
			continue
		}
		if m := stitchForm.FindStringSubmatch(line); m != nil {
			path := parent.path + "." + m[1]
			k = r.open(path, parent.path+" "+m[1], i+1)
			if parent.first == "" {
				parent.first = path
			}
			if m[2] != "" {
				k.Add(foreign.Lost("logic_lost", "text", m[2]))
			}
			continue
		}
		if k.From == 0 {
			k.From = i + 1
		}
		k.To = i + 1
		if open := strings.Count(line, "{") - strings.Count(line, "}"); open > 0 {
			from := i // logic over several lines: none of it is known to be true
			for open > 0 && i+1 < len(all) {
				i++
				open += strings.Count(all[i], "{") - strings.Count(all[i], "}")
			}
			k.To = i + 1
			k.Add(foreign.Note{Line: from + 1, Code: "logic_lost", Args: []any{"text", foreign.Short(strings.Join(all[from:i+1], " "))}})
			continue
		}
		if m := inkLogic.FindStringSubmatch(line); m != nil {
			k.Add(foreign.Note{Line: i + 1, Code: "logic_lost", Args: []any{"text", foreign.Short(line)}})
			continue
		}
		if l, ok := r.parse(k, line, i+1); ok {
			k.lines = append(k.lines, l)
		}
	}
}

func (r *inkReader) open(path, name string, at int) *knot {
	k := &knot{Entry: foreign.Entry{From: at, To: at, Kind: foreign.Passage, Name: name}, path: path}
	if path == "inizio" && len(r.knots) == 0 {
		k.From, k.To = 0, 0
	}
	if len(r.knots) >= maxNodes {
		k.Refuse("too_many_passages", "max", maxNodes)
	} else if r.byPath[path] != nil && r.byPath[path].From > 0 {
		k.Refuse("passage_twice")
	} else {
		r.byPath[path] = k
	}
	r.knots = append(r.knots, k)
	return k
}

// parse takes a line apart.
func (r *inkReader) parse(k *knot, line string, at int) (inkLine, bool) {
	l := inkLine{at: at, kind: 't'}
	lost := func(text string) {
		k.Add(foreign.Note{Line: at, Code: "logic_lost", Args: []any{"text", foreign.Short(text)}})
	}
	if marks, rest := bullets(line); marks != "" {
		l.kind, l.depth, l.sticky = '*', len(marks), marks[0] == '+'
		if marks[0] == '-' {
			l.kind = '-'
		}
		line = rest
		if r.bullets++; r.bullets > 4*maxNodes {
			if r.bullets == 4*maxNodes+1 {
				k.Add(foreign.Lost("too_many_passages", "max", maxNodes))
			}
			return l, false
		}
	}
	if m := inkLabel.FindStringSubmatch(line); m != nil && l.kind != 't' {
		l.label, line = m[1], line[len(m[0]):]
	}
	line = inkBraces.ReplaceAllStringFunc(line, func(m string) string {
		lost(m)
		return alternative(m[1 : len(m)-1])
	})
	line = unescapedTags(line, func(tag string) { l.tags = append(l.tags, tag) })
	if m := divertForm.FindStringSubmatch(line); m != nil {
		l.divert = m[1]
		if m[2] != "" || m[3] != "" {
			lost(m[0])
		}
		if l.divert == "" {
			l.divert = m[4]
		}
		line = strings.TrimSuffix(line, m[0])
		if l.divert == "" && l.kind == '*' && strings.TrimSpace(line) == "" {
			lost("* ->")
			return l, false
		}
	}
	line = strings.ReplaceAll(line, "<>", "")
	if l.kind == '*' {
		before, rest, found := strings.Cut(line, "[")
		inside, after, closed := strings.Cut(rest, "]")
		if found && closed {
			l.before, l.inside, l.text = before, inside, after
		} else {
			l.before = line
		}
		r.once = r.once || !l.sticky
	} else {
		l.text = line
	}
	clean := func(s string) string { return one(unbackslash(s), &k.Entry) }
	l.before, l.inside, l.text = clean(l.before), clean(l.inside), clean(l.text)
	return l, true
}

// bullets takes the marks of a choice or a gather off a line.
func bullets(line string) (marks, rest string) {
	for {
		rest = strings.TrimLeft(line, " \t")
		if rest == "" || !strings.ContainsRune("*+-", rune(rest[0])) || strings.HasPrefix(rest, "->") {
			return marks, rest
		}
		if len(marks) == foreign.MaxDepth || marks != "" && (marks[0] == '-') != (rest[0] == '-') {
			return marks, rest
		}
		marks, line = marks+rest[:1], rest[1:]
	}
}

// alternative is what stays of braces: the first of several texts.
func alternative(inner string) string {
	if _, rest, found := strings.Cut(inner, ":"); found {
		inner = rest
	}
	if first, _, several := strings.Cut(strings.TrimLeft(inner, "&!~"), "|"); several {
		return first
	}
	return ""
}

func unescapedTags(line string, take func(string)) string {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '#':
			for _, m := range inkTag.FindAllStringSubmatch(line[i:], -1) {
				tag, divert, found := strings.Cut(m[1], "->")
				take(strings.TrimSpace(tag))
				if found {
					return line[:i] + "->" + divert
				}
			}
			return line[:i]
		}
	}
	return line
}

// node makes a node; name is what it is called after.
func (r *inkReader) node(name string, at int) *roleplay.Node {
	title := r.title(name)
	n := &roleplay.Node{Name: title, Title: title, Pos: at}
	r.nodes = append(r.nodes, n)
	return n
}

// weave makes nodes of lines of one depth and returns the first. after is the
// node to which the flow runs on at its end, "" for an ending.
func (r *inkReader) weave(k *knot, list []inkLine, depth int, after, name string) string {
	n := r.node(name, list[0].at)
	entry := n.Name
	// The last gather of this depth first: what stands before runs on to it.
	for i := len(list) - 1; i > 0; i-- {
		if list[i].kind == '-' && list[i].depth == depth {
			after = r.weave(k, list[i:], depth, after, name)
			list = list[:i]
		}
	}
	i := 0
	divert := ""
	divertAt := list[0].at
	for ; i < len(list) && (list[i].kind != '*' || list[i].depth < depth); i++ {
		l := list[i]
		if l.label != "" {
			r.labels[k.path+"."+l.label] = n.Name
		}
		if l.text != "" && divert == "" {
			n.Heard = append(n.Heard, speech(l.text))
		}
		if l.divert != "" && divert == "" {
			divert, divertAt = l.divert, l.at
		}
		r.tags(k, n, l)
	}
	for i < len(list) {
		j := i + 1
		for j < len(list) && (list[j].kind != '*' || list[j].depth > depth) {
			j++
		}
		r.option(k, n, list[i], list[i+1:j], depth, after, name)
		i = j
	}
	switch {
	case len(n.Choices) > 0:
		if n.End != nil {
			n.End = nil
			k.Add(foreign.Note{Line: n.Pos, Code: "tag_lost", Args: []any{"tag", "end"}})
		}
		if divert != "" {
			k.Add(foreign.Note{Line: divertAt, Code: "logic_lost", Args: []any{"text", "-> " + divert}})
		}
	case divert != "":
		r.goOn(k, n, divert, divertAt)
	case after != "":
		r.passOn(n, after)
	case n.End == nil:
		n.End = &roleplay.Ending{Success: true}
		k.Add(foreign.Lost("end_assumed"))
	}
	return entry
}

// tags reads the tags of a line that is heard.
func (r *inkReader) tags(k *knot, n *roleplay.Node, l inkLine) {
	for _, tag := range l.tags {
		if success, known := ending(tag); known {
			n.End = &roleplay.Ending{Success: success}
			continue
		}
		k.Add(foreign.Note{Line: l.at, Code: "tag_lost", Args: []any{"tag", foreign.Short(tag)}})
	}
}

// goOn lets a node lead on by itself.
func (r *inkReader) goOn(k *knot, n *roleplay.Node, divert string, at int) {
	if divert == "END" || divert == "DONE" {
		if n.End == nil {
			n.End = &roleplay.Ending{Success: true}
			k.Add(foreign.Lost("end_assumed"))
		}
		return
	}
	n.End = nil
	i := r.lead(n)
	r.jumps = append(r.jumps, jump{func(to string) { n.Variants[i].To = to }, divert, k, at})
}

func (r *inkReader) passOn(n *roleplay.Node, to string) {
	n.End = nil
	n.Variants[r.lead(n)].To = to
}

// lead makes the last thing heard the one thing that leads on.
func (r *inkReader) lead(n *roleplay.Node) int {
	v := roleplay.Variant{Text: "…", Pos: n.Pos}
	if last := len(n.Heard) - 1; last >= 0 {
		v.Who, v.Text = n.Heard[last].Who, n.Heard[last].Text
		n.Heard = n.Heard[:last]
	}
	n.Variants = append(n.Variants, v)
	return len(n.Variants) - 1
}

// option reads a choice and what follows from it.
func (r *inkReader) option(k *knot, n *roleplay.Node, l inkLine, content []inkLine, depth int, after, name string) {
	text := sentence(l.before, l.inside)
	if text == "" {
		k.Add(foreign.Note{Line: l.at, Code: "answer_empty"})
		text = "…"
	}
	c := choice(text, "")
	c.Pos = l.at
	for _, tag := range l.tags {
		if !mark(tag, &c.Effect) {
			k.Add(foreign.Note{Line: l.at, Code: "tag_lost", Args: []any{"tag", foreign.Short(tag)}})
		}
	}
	at := len(n.Choices)
	n.Choices = append(n.Choices, c)
	set := func(to string) { n.Choices[at].To = to }
	// What is heard once the choice is made: its own end, then what is written below it.
	var below []inkLine
	if l.text != "" || l.label != "" {
		said := l.text
		if said != "" {
			said = sentence(l.before, said)
		}
		below = append(below, inkLine{at: l.at, kind: 't', text: said, label: l.label, divert: l.divert})
	}
	below = append(below, content...)
	switch {
	case len(below) > 0 && (l.divert == "" || len(below) > len(content)):
		set(r.weave(k, below, depth+1, after, name))
	case l.divert != "":
		if len(content) > 0 {
			k.Add(foreign.Note{Line: content[0].at, Code: "logic_lost", Args: []any{"text", foreign.Short(content[0].text)}})
		}
		r.jumps = append(r.jumps, jump{set, l.divert, k, l.at})
	case after != "":
		set(after)
	default:
		set(r.end())
		k.Add(foreign.Lost("end_assumed"))
	}
}

// sentence joins two pieces of a line as Ink shows them.
func sentence(a, b string) string {
	if a == "" || b == "" || strings.ContainsAny(b[:1], ".,;:!?)\"'") {
		return a + b
	}
	return a + " " + b
}

// end is the one node that END leads to.
func (r *inkReader) end() string {
	if r.done == "" {
		n := r.node("fine", 0)
		n.End = &roleplay.Ending{Success: true}
		r.done = n.Name
	}
	return r.done
}

// settle leads every divert to its node.
func (r *inkReader) settle() {
	for _, j := range r.jumps {
		if j.name == "END" || j.name == "DONE" {
			j.set(r.end())
			j.from.Add(foreign.Lost("end_assumed"))
			continue
		}
		to := r.find(j.from, j.name)
		if to == "" {
			j.from.Add(foreign.Note{Line: j.at, Code: "target_unknown", Args: []any{"name", foreign.Short(j.name)}})
			to = j.name
		}
		j.set(to)
	}
}

// find is the node of a name, nearest first: a stitch or label beside, then a
// knot, then a path.
func (r *inkReader) find(from *knot, name string) string {
	top, _, _ := strings.Cut(from.path, ".")
	for _, path := range []string{from.path + "." + name, top + "." + name, name} {
		if n := r.labels[path]; n != "" {
			return n
		}
		k := r.byPath[path]
		for k != nil && k.entry == "" && k.first != "" {
			k = r.byPath[k.first]
		}
		if k != nil && k.entry != "" {
			return k.entry
		}
	}
	return ""
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// order puts the start first: the first lines of the file, or its first knot.
func (r *inkReader) order() {
	start := ""
	for _, k := range r.knots {
		if k.entry != "" {
			start = k.entry
			break
		}
	}
	slices.SortStableFunc(r.nodes, func(a, b *roleplay.Node) int { // as they stand in the file, the made one last
		return cmp.Or(boolOrder(a.Pos == 0, b.Pos == 0), a.Pos-b.Pos)
	})
	for i, n := range r.nodes {
		if n.Name == start && i > 0 {
			r.nodes = slices.Insert(slices.Delete(r.nodes, i, i+1), 0, n)
			break
		}
	}
	for _, n := range r.nodes {
		if len(r.script.Nodes) == maxNodes {
			r.builder.add(foreign.Entry{Kind: foreign.Other, Name: strconv.Itoa(len(r.nodes)), Status: foreign.LeftOut, Notes: []foreign.Note{foreign.Lost("too_many_passages", "max", maxNodes)}})
			break
		}
		r.script.Nodes = append(r.script.Nodes, *n)
	}
}
