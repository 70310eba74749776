package exchange

import (
	"regexp"
	"slices"
	"strings"

	"abilita/internal/foreign"
)

// route is where a line of Ink leads.
type route struct {
	through []string // tunnels, each of which comes back
	to      string   // "" for the next line
	back    bool     // "->->": to whence the tunnel was entered
	at      int
}

func (r route) leaves() bool { return r.to != "" || r.back }

var hopForm = regexp.MustCompile(`^->\s*([\p{L}\p{N}_.]*)\s*`)

// divert takes the diverts off the end of a line. An arrow that no name follows to
// the end of the line is text.
func divert(line string) (text string, r route, args string) {
	for from := 0; ; {
		i := strings.Index(line[from:], "->")
		if i < 0 {
			return line, route{}, ""
		}
		i += from
		if i > 0 && line[i-1] == '\\' {
			from = i + 2
			continue
		}
		var hops []string
		rest, given := line[i:], ""
		for {
			m := hopForm.FindStringSubmatch(rest)
			if m == nil {
				break
			}
			hops, rest = append(hops, m[1]), rest[len(m[0]):]
			if strings.HasPrefix(rest, "(") {
				end := parenthesis(rest)
				given, rest = line[i:], strings.TrimLeft(rest[end:], " \t\n")
			}
		}
		if strings.TrimSpace(rest) == "" {
			return line[:i], routed(hops), given
		}
		from = len(line) - len(rest)
	}
}

func routed(hops []string) route {
	var r route
	for i, name := range hops {
		switch {
		case name == "" && i+1 < len(hops): // "->->", perhaps with a place that stands in for the way back
			r.to = hops[i+1]
			r.back = r.to == ""
			return r
		case i+1 < len(hops):
			r.through = append(r.through, name)
		default:
			r.to = name
		}
	}
	return r
}

// parenthesis is where the parenthesis that opens s has been closed, or the end.
func parenthesis(s string) int {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// untag takes tags off a line. A tag ends at the next one, at a divert and at any
// byte of stops.
func untag(line, stops string, take func(tag string)) string {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			b.WriteString(line[i:min(i+2, len(line))])
			i++
		case '#':
			end := i + 1
			for end < len(line) && line[end] != '#' && !strings.ContainsRune(stops, rune(line[end])) && !strings.HasPrefix(line[end:], "->") {
				if line[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end, len(line))
			if tag := strings.TrimSpace(unbackslash(line[i+1 : end])); tag != "" {
				take(tag)
			}
			i = end - 1
		default:
			b.WriteByte(line[i])
		}
	}
	return b.String()
}

// cut is strings.Cut at a byte without a backslash before it.
func cut(s string, c byte) (before, after string, found bool) {
	if i := unescaped(s, c); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func unescaped(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case c:
			return i
		}
	}
	return -1
}

// nesting is how many more braces a line opens than it closes.
func nesting(line string) int {
	open := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '{':
			open++
		case '}':
			open--
		}
	}
	return open
}

// brace is where the brace that opens s is closed, -1 when it is not.
func brace(s string) int {
	open := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}

// apart splits s at a byte that stands in no braces.
func apart(s string, c byte) []string {
	var list []string
	open, from := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '{':
			open++
		case s[i] == '}':
			open--
		case s[i] == c && open == 0:
			list = append(list, s[from:i])
			from = i + 1
		}
	}
	return append(list, s[from:])
}

// way is one of the things that may come between braces.
type way struct {
	text string
	down int // lines below the opening brace
}

var (
	sequenceWords = regexp.MustCompile(`^\s*(?:(?:stopping|cycle|shuffle|once)\s*)+$`)
	elseForm      = regexp.MustCompile(`^\s*else\s*$`)
	// Two words side by side are no condition, unless one of them is an operator.
	operators = regexp.MustCompile(`\b(?:not|and|or|mod|has|hasnt)\b`)
	sideBy    = regexp.MustCompile(`[\p{L}\p{N}_]\s+[\p{L}\p{N}_]`)
	condition = regexp.MustCompile(`^[\p{L}\p{N}_\s.()!&|<>=+\-*/%?^,"']+$`)
)

func isCondition(s string) bool {
	return condition.MatchString(s) && !sideBy.MatchString(operators.ReplaceAllString(s, "+"))
}

// ways takes the inside of braces apart into what may come of it; sure says that
// something does in any case. A variable that is printed has none.
func ways(inner string) (list []way, sure bool) {
	if head, _, found := strings.Cut(inner, "\n"); found && (strings.TrimSpace(head) == "" || len(apart(head, ':')) > 1) {
		return blockWays(inner)
	}
	body := strings.TrimLeft(inner, " \t\n")
	if mark := strings.TrimLeft(body, "&!~"); mark != body && len(apart(mark, '|')) > 1 {
		return inlineWays(mark), !strings.Contains(body[:len(body)-len(mark)], "!")
	}
	if parts := apart(body, ':'); len(parts) > 1 && (isCondition(parts[0]) || sequenceWords.MatchString(parts[0])) {
		list = inlineWays(body[len(parts[0])+1:])
		return list, len(list) > 1
	}
	if list = inlineWays(body); len(list) > 1 {
		return list, true
	}
	return nil, true
}

func inlineWays(s string) []way {
	var list []way
	for _, p := range apart(s, '|') {
		list = append(list, way{text: p})
	}
	return list
}

// blockWays reads braces that hold lines: branches begin with a dash.
func blockWays(inner string) (list []way, sure bool) {
	lines := strings.Split(inner, "\n")
	head, rest, _ := strings.Cut(lines[0], ":")
	sequence := sequenceWords.MatchString(head)
	sure = sequence && !strings.Contains(head, "once")
	from, open, dashed := 0, 0, false
	lines[0] = rest
	flush := func(to int) {
		text := strings.Join(lines[from:to], "\n")
		if dashed || strings.TrimSpace(text) != "" {
			list = append(list, way{text, from})
		}
	}
	for i, line := range lines {
		if trimmed := strings.TrimLeft(line, " \t"); open == 0 && strings.HasPrefix(trimmed, "-") && !strings.HasPrefix(trimmed, "->") {
			flush(i)
			from, dashed = i, true
			lines[i] = strings.TrimLeft(trimmed[1:], " \t")
			if parts := apart(lines[i], ':'); !sequence && len(parts) > 1 {
				lines[i] = lines[i][len(parts[0])+1:]
				sure = sure || elseForm.MatchString(parts[0])
			}
		}
		open = max(0, open+nesting(lines[i]))
	}
	flush(len(lines))
	return list, sure
}

// forking is where the first braces of a line stand that hold ways to go on rather
// than words; -1 when there are none.
func forking(line string) (start, end int) {
	for from := 0; ; {
		i := unescaped(line[from:], '{')
		if i < 0 {
			return -1, -1
		}
		start = from + i
		end = brace(line[start:])
		if end < 0 {
			return -1, -1
		}
		end += start
		inner := line[start+1 : end]
		list, _ := ways(inner)
		if len(list) > 0 && strings.Contains(inner, "\n") || slices.ContainsFunc(list, func(w way) bool { return strings.Contains(w.text, "->") }) {
			return start, end
		}
		from = end + 1
	}
}

// conditions takes the conditions off a choice.
func (r *inkReader) conditions(k *knot, line string, at int) string {
	for {
		rest := strings.TrimLeft(line, " \t\n")
		if !strings.HasPrefix(rest, "{") {
			return line
		}
		end := brace(rest)
		if end < 0 || !isCondition(strings.ReplaceAll(rest[1:end], "->", "")) || len(apart(strings.ReplaceAll(rest[1:end], "||", ""), '|')) > 1 {
			return line
		}
		k.lost(rest[:end+1], at)
		line = rest[end+1:]
	}
}

// braces replaces braces by the first of the texts between them, and tells it; what
// a story would print becomes a blank.
func (r *inkReader) braces(k *knot, line string, at, nest int, take func(tag string)) string {
	var b strings.Builder
	for {
		start := unescaped(line, '{')
		if start < 0 {
			break
		}
		end := brace(line[start:])
		if end < 0 || nest >= foreign.MaxDepth {
			k.told("line_unknown", at, "text", foreign.Short(line[start:]))
			line = line[:start]
			break
		}
		inner := line[start+1 : start+end]
		k.lost("{"+inner+"}", at)
		b.WriteString(line[:start])
		switch list, _ := ways(inner); len(list) {
		case 0:
			b.WriteString("…")
		case 1:
		default:
			b.WriteString(untag(r.braces(k, list[0].text, at, nest+1, take), "", take))
		}
		line = line[start+end+1:]
	}
	b.WriteString(line)
	if nest == 0 && strings.Trim(b.String(), "… \t\n") == "" {
		return "" // nothing but logic
	}
	return b.String()
}
