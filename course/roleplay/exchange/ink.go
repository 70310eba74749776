package exchange

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// inkLine is a statement of Ink, its marks taken apart.
type inkLine struct {
	at       int
	kind     byte // 't' text, '*' choice, '-' gather, '?' one of several ways, '<' thread
	depth    int  // of choices and gathers, from 1
	label    string
	offer    string // of a choice: what is shown before choosing it
	text     string // what is heard; of a choice: once it is made
	glue     [2]bool
	joint    string // what stands between it and what it is glued to
	route    route
	tags     []string
	sticky   bool
	fallback bool // a choice that is made when there is no other
	ways     [][]inkLine
}

// knot is a knot or a stitch.
type knot struct {
	foreign.Entry
	path  string // "knot" or "knot.stitch", "" for what stands before the first
	first string // the first stitch of a knot that holds nothing itself
	lines []inkLine
	entry string // node, once it is made
}

// top is the knot of a stitch.
func (k *knot) top() string {
	top, _, _ := strings.Cut(k.path, ".")
	return top
}

func (k *knot) told(code string, at int, args ...any) {
	k.Add(foreign.Note{Line: at, Code: code, Args: args})
}

func (k *knot) lost(text string, at int) { k.told("logic_lost", at, "text", foreign.Short(text)) }

// reach says that a line belongs to the knot.
func (k *knot) reach(from, to int) {
	if k.From == 0 || from < k.From {
		k.From = from
	}
	k.To = max(k.To, to)
}

type inkReader struct {
	*builder
	knots   []*knot
	byPath  map[string]*knot
	labels  map[string]string // "knot.label" to node
	stored  map[string]string // by variable, the place that it holds at the start
	nodes   []*roleplay.Node
	jumps   []jump
	calls   []call
	backs   []back
	threads []thread
	once    bool
	marks   int    // choices, gathers and ways so far
	done    string // the node of END
}

var (
	knotForm   = regexp.MustCompile(`^\s*={2,}\s*(function\s+)?([\p{L}\p{N}_]+)\s*(\([^)]*\))?\s*=*\s*$`)
	stitchForm = regexp.MustCompile(`^\s*=\s*([\p{L}\p{N}_]+)\s*(\([^)]*\))?\s*$`)
	inkLogic   = regexp.MustCompile(`^\s*(~|VAR\b|CONST\b|LIST\b|EXTERNAL\b|TODO:|INCLUDE\b)`)
	inkLabel   = regexp.MustCompile(`^\s*\(([\p{L}\p{N}_]+)\)`)
	inkThread  = regexp.MustCompile(`^<-\s*([\p{L}\p{N}_.]+)`)
	storedForm = regexp.MustCompile(`^VAR\s+([\p{L}\p{N}_]+)\s*=\s*->\s*([\p{L}\p{N}_.]+)`)
	listGoesOn = regexp.MustCompile(`[=,]\s*$`)
	titleTag   = regexp.MustCompile(`^title:\s*(.+)$`)
)

// ink reads Ink: knots, stitches, choices, gathers, diverts.
func (b *builder) ink(text string) {
	r := &inkReader{builder: b, byPath: map[string]*knot{}, labels: map[string]string{}, stored: map[string]string{}}
	text, comments := uncomment(text)
	r.split(text)
	r.comments(comments)
	for _, k := range r.knots {
		if len(k.lines) == 0 && k.first == "" && k.path != "" {
			k.lines = []inkLine{{at: k.From, kind: 't'}} // logic alone: something leads here all the same
		}
		if len(k.lines) > 0 && k.Status != foreign.LeftOut {
			k.entry = r.woven(place{k, 1, "", k.Name}, k.lines)
			k.Item = k.entry
		}
	}
	r.settle()
	r.order()
	for _, k := range r.knots {
		if k.From > 0 {
			slices.SortStableFunc(k.Notes, func(x, y foreign.Note) int { return cmp.Compare(noteLine(x), noteLine(y)) })
			r.builder.add(k.Entry)
		}
	}
	if r.once {
		e := foreign.Entry{Kind: foreign.Other, Name: "*"}
		e.Add(foreign.Lost("once_lost"))
		r.builder.add(e)
	}
}

// noteLine is where a note stands in the order of its entry: that there are more
// of them comes last.
func noteLine(n foreign.Note) int {
	if n.Code == "more_lost" {
		return math.MaxInt
	}
	return n.Line
}

// lineSpan is lines, from 1, both included.
type lineSpan struct{ from, to int }

// uncomment empties comments and keeps the lines they stood on.
func uncomment(text string) (string, []lineSpan) {
	var b strings.Builder
	var list []lineSpan
	at := 1
	for text != "" {
		i := strings.IndexByte(text, '/')
		if i < 0 || i+1 >= len(text) {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		at += strings.Count(text[:i], "\n")
		text = text[i:]
		switch {
		case text[1] == '*':
			end := strings.Index(text, "*/")
			if end < 0 {
				end = len(text)
			}
			lines := strings.Count(text[:end], "\n")
			b.WriteString(strings.Repeat("\n", lines))
			list = append(list, lineSpan{at, at + lines})
			at += lines
			text = text[min(end+2, len(text)):]
		case text[1] == '/' && !strings.HasSuffix(b.String()[max(0, b.Len()-1):], ":"): // not of an address
			end := strings.IndexByte(text, '\n')
			if end < 0 {
				end = len(text)
			}
			list = append(list, lineSpan{at, at})
			text = text[end:]
		default:
			b.WriteByte('/')
			text = text[1:]
		}
	}
	return b.String(), list
}

// comments tells of each comment in the knot that it stands in; one that follows
// another line by line is part of it.
func (r *inkReader) comments(list []lineSpan) {
	last := 0
	for _, c := range list {
		i := len(r.knots) - 1
		for i > 0 && r.knots[i].From > c.from {
			i--
		}
		k := r.knots[i]
		k.reach(c.from, c.to)
		if c.from > last+1 || last == 0 {
			k.told("comment", c.from)
		}
		last = c.to
	}
}

// split cuts the file into knots and stitches, and their lines.
func (r *inkReader) split(text string) {
	k := r.open("", "inizio", 1)
	k.From, k.To = 0, 0
	parent := k
	all := strings.Split(text, "\n")
	from := 0
	finish := func(to int) { k.lines = r.statements(k, all[from:to], from+1, 0) }
	for i, line := range all {
		if !strings.HasPrefix(strings.TrimLeft(line, " \t"), "=") {
			continue
		}
		if m := knotForm.FindStringSubmatch(line); m != nil {
			finish(i)
			k, from = r.open(m[2], m[2], i+1), i+1
			parent = k
			if m[1] != "" {
				k.Refuse("logic_lost", "text", foreign.Short(line))
			} else if m[3] != "" {
				k.Add(foreign.Lost("logic_lost", "text", m[3]))
			}
		} else if m := stitchForm.FindStringSubmatch(line); m != nil {
			finish(i)
			path := strings.TrimPrefix(parent.path+"."+m[1], ".")
			k, from = r.open(path, parent.Name+" "+m[1], i+1), i+1
			parent.first = cmp.Or(parent.first, path)
			if m[2] != "" {
				k.Add(foreign.Lost("logic_lost", "text", m[2]))
			}
		}
	}
	finish(len(all))
}

func (r *inkReader) open(path, name string, at int) *knot {
	k := &knot{Entry: foreign.Entry{From: at, To: at, Kind: foreign.Passage, Name: name}, path: path}
	switch {
	case len(r.knots) >= maxNodes:
		k.Refuse("too_many_passages", "max", maxNodes)
	case r.byPath[path] != nil:
		k.Refuse("passage_twice")
	default:
		r.byPath[path] = k
	}
	r.knots = append(r.knots, k)
	return k
}

// statements reads lines, the first of which is line at of the file. Braces that
// stay open go on over the lines that follow.
func (r *inkReader) statements(k *knot, lines []string, at, nest int) []inkLine {
	var out []inkLine
	for i := 0; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		from := i
		if !inkLogic.MatchString(lines[i]) {
			i = whole(lines, i)
		} else if strings.HasPrefix(strings.TrimLeft(lines[i], " \t"), "LIST") {
			for i+1 < len(lines) && listGoesOn.MatchString(lines[i]) {
				i++
			}
		}
		k.reach(at+from, at+i)
		out = r.statement(k, out, strings.Join(lines[from:i+1], "\n"), at+from, nest)
	}
	return out
}

// maxHead is over how many lines the name and the conditions of a choice may go.
const maxHead = 8

// whole is the last line of the statement that begins at line i. The text of a choice
// may stand below its name, or below its conditions.
func whole(lines []string, i int) int {
	from := i
	for range maxHead {
		open := nesting(lines[i])
		for open > 0 && i+1 < len(lines) {
			i++
			open += nesting(lines[i])
		}
		marks, rest := bullets(strings.Join(lines[from:i+1], "\n"))
		if marks == "" || marks[0] == '-' || i+1 == len(lines) || !headless(rest) || strings.TrimSpace(lines[i+1]) == "" {
			break
		}
		if next, _ := bullets(lines[i+1]); next != "" || inkLogic.MatchString(lines[i+1]) {
			break
		}
		i++
	}
	return i
}

// headless says that nothing stands on the line of a choice but its name and its
// conditions.
func headless(rest string) bool {
	m := inkLabel.FindString(rest)
	rest = strings.TrimSpace(rest[len(m):])
	some := m != ""
	for strings.HasPrefix(rest, "{") {
		end := brace(rest)
		if end < 0 {
			return false
		}
		rest, some = strings.TrimSpace(rest[end+1:]), true
	}
	return some && rest == ""
}

// statement reads one statement and appends what it is made of.
func (r *inkReader) statement(k *knot, out []inkLine, line string, at, nest int) []inkLine {
	line = strings.TrimLeft(line, " \t")
	if m := inkLogic.FindStringSubmatch(line); m != nil {
		switch m[1] {
		case "TODO:":
			k.told("comment", at)
		case "INCLUDE":
			k.told("file_lost", at, "name", foreign.Short(strings.TrimPrefix(line, "INCLUDE")))
		default:
			k.lost(line, at)
			if m := storedForm.FindStringSubmatch(line); m != nil {
				r.stored[m[1]] = m[2]
			}
		}
		return out
	}
	if m := inkThread.FindStringSubmatch(line); m != nil {
		k.lost(line, at)
		return append(out, inkLine{at: at, kind: '<', text: m[1]})
	}
	marks, rest := bullets(line)
	if marks == "" {
		return r.content(k, out, inkLine{at: at, kind: 't'}, line, nest)
	}
	if r.marks++; r.marks > 4*maxNodes {
		if r.marks == 4*maxNodes+1 {
			k.Add(foreign.Lost("too_many_passages", "max", maxNodes))
		}
		return out
	}
	l := inkLine{at: at, kind: '*', depth: len(marks), sticky: marks[0] == '+'}
	if m := inkLabel.FindStringSubmatch(rest); m != nil {
		l.label, rest = m[1], rest[len(m[0]):]
	}
	if marks[0] != '-' {
		r.once = r.once || !l.sticky
		return r.content(k, out, l, rest, nest)
	}
	l.kind = '-'
	out = append(out, l)
	if strings.TrimSpace(rest) == "" {
		return out
	}
	return r.statement(k, out, rest, at+strings.Count(line[:len(line)-len(rest)], "\n"), nest)
}

// content reads the text of a line and the ways to go on that stand in it.
func (r *inkReader) content(k *knot, out []inkLine, l inkLine, line string, nest int) []inkLine {
	at := l.at
	if l.kind == '*' {
		rest := r.conditions(k, line, at)
		at += strings.Count(line[:len(line)-len(rest)], "\n")
		line = rest
	}
	for {
		start, end := forking(line)
		before, _, inside := strings.Cut(line[:max(start, 0)], "[")
		if start < 0 || nest >= foreign.MaxDepth || r.marks > 4*maxNodes || l.kind == '*' && inside && !strings.Contains(line[len(before):start], "]") {
			return push(out, r.piece(k, l, line, at))
		}
		head := ""
		if l.kind != '*' && !strings.Contains(line[start:end], "\n") && start*(1+strings.Count(line[start:end], "|")) <= maxRepeated {
			head = line[:start] // words that each way goes on with
		} else if l.kind == '*' || strings.TrimSpace(line[:start]) != "" {
			out = push(out, r.piece(k, l, line[:start], at))
		}
		at += strings.Count(line[:start], "\n")
		if fork := r.fork(k, head, line[start+1:end], at, nest); len(fork.ways) > 0 {
			out = append(out, fork)
		}
		at += strings.Count(line[start:end], "\n")
		if line = line[end+1:]; strings.TrimSpace(line) == "" {
			return out
		}
		l = inkLine{at: at, kind: 't'}
	}
}

// push appends a line; a divert that stands below a text is part of it.
func push(out []inkLine, l inkLine) []inkLine {
	if last := len(out) - 1; last >= 0 && l.kind == 't' && l.text == "" && len(l.tags) == 0 && l.route.leaves() && len(l.route.through) == 0 {
		if p := &out[last]; (p.kind == 't' || p.kind == '*') && !p.route.leaves() && len(p.route.through) == 0 {
			p.route = l.route
			return out
		}
	}
	return append(out, l)
}

// maxRepeated is how many bytes the words before alternatives may make when each
// alternative begins with them.
const maxRepeated = 64 << 10

// fork reads ways to go on, of which the state of the story would choose one, and
// which begin with the same words; it has none when there is nothing in them but
// logic.
func (r *inkReader) fork(k *knot, head, inner string, at, nest int) inkLine {
	r.marks++
	k.lost("{"+inner+"}", at)
	l := inkLine{at: at, kind: '?'}
	list, sure := ways(inner)
	if !sure {
		list = append(list, way{})
	}
	if len(list) > maxNodes {
		k.told("too_many_passages", at, "max", maxNodes)
		list = list[:maxNodes]
	}
	r.marks += len(list) - 1
	some := false
	for _, w := range list {
		lines := r.statements(k, strings.Split(head+w.text, "\n"), at+w.down, nest+1)
		some = some || len(lines) > 0
		l.ways = append(l.ways, lines)
	}
	if !some {
		l.ways = nil
	}
	return l
}

// piece takes a text without ways to go on apart: tags, divert, brackets.
func (r *inkReader) piece(k *knot, l inkLine, line string, at int) inkLine {
	take := func(tag string) { l.tags = append(l.tags, tag) }
	stops := ""
	if l.kind == '*' {
		stops = "[]"
	}
	line = untag(r.braces(k, line, at, 0, take), stops, take)
	var args string
	line, l.route, args = divert(line)
	l.route.at = at
	if args != "" {
		k.lost(args, at)
	}
	clean := func(s string) string { return one(unbackslash(strings.ReplaceAll(s, "<>", "")), &k.Entry) }
	if l.kind != '*' {
		l.glued(line)
		l.text = clean(line)
		return l
	}
	before, rest, found := cut(line, '[')
	inside, after, closed := cut(rest, ']')
	if !found || !closed {
		before, inside, after = line, "", ""
	}
	l.offer = clean(before + inside)
	if clean(after) != "" {
		l.glued(before + after)
		l.text = clean(before + after)
	}
	l.fallback = !found && l.offer == ""
	return l
}

// glued notes the glue at the ends of what is heard, and whether it has a space.
func (l *inkLine) glued(heard string) {
	trimmed := strings.TrimSpace(heard)
	l.glue = [2]bool{strings.HasPrefix(trimmed, "<>"), strings.HasSuffix(trimmed, "<>")}
	if inner := strings.TrimSuffix(strings.TrimPrefix(trimmed, "<>"), "<>"); strings.TrimSpace(inner) != inner {
		l.joint = " "
	}
}

// bullets takes the marks of a choice or a gather off a line.
func bullets(line string) (marks, rest string) {
	for {
		rest = strings.TrimLeft(line, " \t")
		if rest == "" || !strings.ContainsRune("*+-", rune(rest[0])) || strings.HasPrefix(rest, "->") {
			return marks, rest
		}
		if len(marks) == foreign.MaxDepth || marks != "" && marks[0] != rest[0] {
			return marks, rest
		}
		marks, line = marks+rest[:1], rest[1:]
	}
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
