package content

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"abilita/internal/foreign"
)

// foreignText writes what other Markdown has and ours has not as what ours has:
// links and pictures that are defined elsewhere in the file, footnotes, links and
// pictures in HTML, links to other chapters.
type foreignText struct {
	dir   string
	album *Album
	refs  map[string]*reference
	notes map[string]note  // footnotes by label
	skips map[int]int      // by line, how many lines a definition has
	uses  map[string][]int // lines of links to a place on the page
}

// note is a footnote.
type note struct {
	text string
	at   int
}

// reference is where a link leads whose address stands elsewhere.
type reference struct {
	dest string
	at   int
	used bool
}

var (
	definition = regexp.MustCompile(`^ {0,3}\[([^\]^][^\]]{0,199})\]:\s*<?([^\s>]+)>?(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$`)
	footnote   = regexp.MustCompile(`^ {0,3}\[\^([^\]\s]{1,60})\]:\s*(.*)$`)
	cited      = regexp.MustCompile(`\[\^([^\]\s]{1,60})\]`)
	directive  = regexp.MustCompile(`^\s*(?:\[\[_?(?i:toc)_?\]\]|\[(?i:toc)\]|\{:\s*[^{}]*\}|:::.*|\{[{%][^{}]*[}%]\})\s*$`)
	attribute  = regexp.MustCompile(`\s*\{:?\s*([#.][^{}]*)\}\s*$`)
	htmlHead   = regexp.MustCompile(`(?i)^\s*<h([1-6])\b([^<>]*)>(.*)</h[1-6]>\s*$`)
	htmlID     = regexp.MustCompile(`(?i)<[a-z][a-z0-9]*\b[^<>]*\s(?:id|name)\s*=\s*["']([^"'<>]{1,200})["']`)
)

// fenced follows code between fences over the lines of a text.
type fenced struct {
	mark   string // "" outside
	quoted bool
}

// opens says that a line opens a fence.
func (f *fenced) opens(line string) bool {
	m := fenceForm.FindStringSubmatch(line)
	if m != nil {
		f.mark, f.quoted = m[2]+m[3], strings.Contains(m[1], ">")
	}
	return m != nil
}

// holds says that a line is code, or closes the fence. With a quotation its code is
// over.
func (f *fenced) holds(line string) bool {
	if f.mark != "" && f.quoted && !strings.HasPrefix(strings.TrimLeft(line, " "), ">") {
		f.mark = ""
	}
	if f.mark == "" {
		return false
	}
	if inner := strings.Trim(line, " \t>"); strings.HasPrefix(inner, f.mark) && strings.Trim(inner, f.mark[:1]) == "" {
		f.mark = ""
	}
	return true
}

// define collects the definitions of a file; from is how many lines stand before.
func (f *foreignText) define(lines []string, from int) {
	f.refs, f.notes, f.skips = map[string]*reference{}, map[string]note{}, map[int]int{}
	f.uses = map[string][]int{}
	var code fenced
	for i := 0; i < len(lines); i++ {
		line := foreign.Printable(lines[i])
		if code.holds(line) || code.opens(line) {
			continue
		}
		if m := footnote.FindStringSubmatch(line); m != nil {
			n, text := 1, m[2]
			for i+n < len(lines) && indented(lines[i+n]) {
				text += " " + strings.TrimSpace(foreign.Printable(lines[i+n]))
				n++
			}
			if _, twice := f.notes[m[1]]; !twice {
				f.notes[m[1]], f.skips[from+i+1] = note{text, from + i + 1}, n
				i += n - 1
			}
			continue
		}
		if m := definition.FindStringSubmatch(line); m != nil {
			label := labelOf(m[1])
			if f.refs[label] == nil {
				f.refs[label] = &reference{dest: m[2], at: from + i + 1}
			}
			f.skips[from+i+1] = 1
		}
	}
}

func labelOf(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// skip is how many lines from this one on are a definition.
func (f *foreignText) skip(at int) int { return f.skips[at] }

// unused tells of addresses that no link leads to and that we would not have kept.
func (f *foreignText) unused(chapters []*chapter) {
	for _, r := range f.refs {
		if r.used || foreign.SafeLink(r.dest) {
			continue
		}
		i, found := slices.BinarySearchFunc(chapters, r.at, func(c *chapter, at int) int { return cmp.Compare(c.From, at) })
		if !found {
			i--
		}
		chapters[max(0, i)].Add(foreign.Note{Line: r.at, Code: "link_lost", Args: []any{"link", foreign.Short(r.dest)}})
	}
}

var (
	splitTag  = regexp.MustCompile(`<[A-Za-z][A-Za-z0-9]*\s[^<>]*$|<[A-Za-z][A-Za-z0-9]*$`)
	splitLink = regexp.MustCompile(`\[[^\[\]]*$`)
	linkTail  = regexp.MustCompile(`^[^\[\]]*\][(\[]`)
)

// maxJoined is how many lines a tag or the words of a link may go over.
const maxJoined = 20

// joined adds the lines below to a line that ends within a tag, or within the words
// of a link. It gives the last line that was taken.
func joined(lines []string, line string, i int) (string, int) {
	for n := 0; n < maxJoined && i+1 < len(lines); n++ {
		next := strings.TrimSpace(foreign.Printable(lines[i+1]))
		tag := splitTag.MatchString(line) && strings.Contains(next+strings.Join(lines[min(i+2, len(lines)):min(i+maxJoined, len(lines))], ""), ">")
		link := splitLink.MatchString(line) && linkTail.MatchString(next)
		if next == "" || fenceForm.MatchString(lines[i+1]) || !tag && !link {
			break
		}
		line = strings.TrimRight(line, " \t") + " " + strings.TrimPrefix(strings.TrimPrefix(next, ">"), " ")
		i++
	}
	return line, i
}

// attributes takes the marks off a title that other programs read, "{#name .class}",
// and gives its names.
func attributes(title string) (rest string, names []string) {
	m := attribute.FindStringSubmatchIndex(title)
	if m == nil {
		return title, nil
	}
	for word := range strings.FieldsSeq(title[m[2]:m[3]]) {
		if name, is := strings.CutPrefix(word, "#"); is {
			names = append(names, name)
		}
	}
	return title[:m[0]], names
}

// htmlTitle writes a title in HTML as ours, and gives the names that tags of the line
// make.
func htmlTitle(line string) (string, []string) {
	var names []string
	for _, m := range htmlID.FindAllStringSubmatch(line, 20) {
		names = append(names, m[1])
	}
	if m := htmlHead.FindStringSubmatch(line); m != nil {
		return strings.Repeat("#", max(2, int(m[1][0]-'0'))) + " " + strings.TrimSpace(m[3]), names
	}
	return line, names
}

// githubSlug is how most programs name a title in links.
func githubSlug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.ToLower(strings.TrimSpace(title)))
}

var (
	htmlPicture = regexp.MustCompile(`(?i)<img\b([^<>]*)>`)
	htmlLink    = regexp.MustCompile(`(?is)<a\s([^<>]*)>(.*?)</a>`)
	htmlAnchor  = regexp.MustCompile(`(?i)<a\s[^<>]*>|</a>`)
	htmlSrc     = regexp.MustCompile(`(?i)\bsrc\s*=\s*["']([^"']+)["']`)
	htmlAlt     = regexp.MustCompile(`(?i)\balt\s*=\s*["']([^"']*)["']`)
	htmlHref    = regexp.MustCompile(`(?i)\bhref\s*=\s*["']([^"']+)["']`)
	linkMarks   = regexp.MustCompile(`\)\{:?[^{}]*[=.#][^{}]*\}`)
	lineBreak   = regexp.MustCompile(`(?i)<br\s*/?>`)
	mailForm    = regexp.MustCompile(`<([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)>`)
	someTag     = regexp.MustCompile(`(\\*)<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>`)
	angleDest   = regexp.MustCompile(`\]\(<([^<>()]*)>\)`)
	refPicture  = regexp.MustCompile(`!\[([^\[\]]*)\](?:\[([^\[\]]*)\])?`)
	refLink     = regexp.MustCompile(`\[((?:!\[[^\[\]]*\]\([^()]*\)|[^\[\]])+)\](?:\[([^\[\]]*)\])?`)
	anyLink     = regexp.MustCompile(`(\]\()([^()\s]+)((?:\s+"[^"]*")?\))`)
	htmlNames   = regexp.MustCompile(`^(?i:a|abbr|address|area|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|data|datalist` +
		`|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link` +
		`|main|map|mark|menu|meta|meter|nav|noscript|object|ol|optgroup|option|output|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|section|select|slot|small|source|span` +
		`|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr)$`)
)

// rewrite writes a line with what ours knows. c is the chapter that it stands in.
func (f *foreignText) rewrite(c *chapter, line string, at int) string {
	line = plainParts(line, func(s string) string {
		s = htmlPicture.ReplaceAllStringFunc(s, func(m string) string {
			src := htmlSrc.FindStringSubmatch(m)
			if src == nil {
				return m
			}
			alt := ""
			if a := htmlAlt.FindStringSubmatch(m); a != nil {
				alt = strings.NewReplacer("[", "", "]", "").Replace(a[1])
			}
			return "![" + alt + "](" + destination(src[1]) + ")"
		})
		s = htmlLink.ReplaceAllStringFunc(s, func(m string) string {
			p := htmlLink.FindStringSubmatch(m)
			href := htmlHref.FindStringSubmatch(p[1])
			if href == nil || strings.TrimSpace(p[2]) == "" {
				return p[2]
			}
			return "[" + p[2] + "](" + destination(href[1]) + ")"
		})
		s = htmlAnchor.ReplaceAllStringFunc(s, func(m string) string { // its end stands elsewhere
			if href := htmlHref.FindStringSubmatch(m); href != nil {
				c.Add(foreign.Note{Line: at, Code: "link_lost", Args: []any{"link", foreign.Short(href[1])}})
			}
			return ""
		})
		s = linkMarks.ReplaceAllStringFunc(s, func(m string) string {
			c.Add(foreign.Note{Line: at, Code: "element_lost", Args: []any{"name", foreign.Short(m[1:])}})
			return ")"
		})
		s = lineBreak.ReplaceAllString(s, " $0")
		s = mailForm.ReplaceAllString(s, "[$1](mailto:$1)")
		s = someTag.ReplaceAllStringFunc(s, func(m string) string { // "<name>" is a blank to fill in, no tag
			p := someTag.FindStringSubmatch(m)
			if len(p[1])%2 == 1 || strings.HasPrefix(p[4], ":") || htmlNames.MatchString(p[3]) {
				return m
			}
			return p[1] + `\<` + p[2] + p[3] + p[4] + ">"
		})
		s = angleDest.ReplaceAllStringFunc(s, func(m string) string {
			return "](" + destination(angleDest.FindStringSubmatch(m)[1]) + ")"
		})
		s = f.resolve(s, refPicture, "!")
		s = f.resolve(s, refLink, "")
		for _, m := range cited.FindAllStringSubmatch(s, -1) {
			if _, known := f.notes[m[1]]; known && !c.cites[m[1]] {
				c.cites[m[1]] = true
				c.cited = append(c.cited, m[1])
			}
		}
		return anyLink.ReplaceAllStringFunc(s, func(m string) string {
			p := anyLink.FindStringSubmatch(m)
			return p[1] + f.elsewhere(p[2], at) + p[3]
		})
	})
	return eachLink(line, func(words, dest string) (string, bool) { // code in the words hides the link from who tidies
		if !strings.Contains(words, "`") || foreign.SafeLink(dest) {
			return dest, true
		}
		c.Add(foreign.Note{Line: at, Code: "link_lost", Args: []any{"link", foreign.Short(dest)}})
		return "", false
	})
}

// eachLink asks of every link of a line where it leads, and whether it stays one;
// else its words stay. Pictures and what stands in code are passed over.
func eachLink(line string, lead func(words, dest string) (to string, stays bool)) string {
	if !strings.Contains(line, "](") {
		return line
	}
	code := codeBytes(line)
	var b strings.Builder
	var opens []int
	done := 0 // what is written of the line
	for i := 0; i < len(line); i++ {
		switch {
		case code[i]:
		case line[i] == '\\':
			i++
		case line[i] == '[':
			opens = append(opens, i)
		case line[i] == ']' && len(opens) > 0:
			open := opens[len(opens)-1]
			opens = opens[:len(opens)-1]
			m := destAt.FindStringSubmatch(line[i:min(len(line), i+maxDest)])
			if m == nil || open < done || open > 0 && line[open-1] == '!' {
				continue
			}
			b.WriteString(line[done:open])
			words := line[open+1 : i]
			if to, stays := lead(words, m[1]); stays {
				b.WriteString("[" + words + "](" + to + m[2] + ")")
			} else {
				b.WriteString(words)
			}
			done = i + len(m[0])
			i = done - 1
		}
	}
	return b.String() + line[done:]
}

// maxDest is how long an address with its title may be.
const maxDest = 4000

var destAt = regexp.MustCompile(`^\]\(([^()\s]+)((?:\s+"[^"]*")?)\)`)

// codeBytes says of every byte of a line whether it stands in code.
func codeBytes(line string) []bool {
	code := make([]bool, len(line))
	plain := 0
	plainParts(line, func(s string) string {
		i := plain + strings.Index(line[plain:], s)
		for ; plain < i; plain++ {
			code[plain] = true
		}
		plain += len(s)
		return s
	})
	return code
}

// resolve writes links, or pictures, whose address is defined elsewhere with it.
func (f *foreignText) resolve(s string, form *regexp.Regexp, mark string) string {
	if len(f.refs) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
		label := s[m[2]:m[3]]
		if m[4] >= 0 && m[5] > m[4] {
			label = s[m[4]:m[5]]
		}
		r := f.refs[labelOf(label)]
		if r == nil || m[0] > 0 && (s[m[0]-1] == '\\' || mark == "" && s[m[0]-1] == '!') || m[1] < len(s) && (s[m[1]] == '(' || s[m[1]] == ':') {
			continue
		}
		r.used = true
		b.WriteString(s[from:m[0]] + mark + "[" + s[m[2]:m[3]] + "](" + destination(r.dest) + ")")
		from = m[1]
	}
	return b.String() + s[from:]
}

// destination is an address as it may stand between the brackets of a link.
func destination(dest string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "&amp;", "&").Replace(strings.TrimSpace(dest))
}

// here marks a link that is known to lead to a module.
const here = "#@@"

// elsewhere is where a link leads: to a module that another chapter became, or where
// it said.
func (f *foreignText) elsewhere(dest string, at int) string {
	if strings.HasPrefix(dest, "#") {
		f.uses[dest] = append(f.uses[dest], at)
		return dest
	}
	file, fragment, inside := relative(dest)
	file = foreign.Unescaped(file)
	key := path.Join(f.dir, file)
	switch ext := path.Ext(file); {
	case !inside:
		return dest
	case strings.EqualFold(ext, ".md") || strings.EqualFold(ext, ".markdown"):
		key = strings.TrimSuffix(key, ext)
	}
	// Sites leave the ending out, and name a folder for the page that stands for it.
	for _, name := range []string{key, key + "/index", key + "/_index", key + "/README"} {
		if places := f.album.Places[name]; places != nil {
			if to := cmp.Or(places[fragment], places[""]); to != "" {
				return here + path.Base(to)
			}
		}
	}
	return dest
}

// keep is where a picture is here. Its name may be written as in an address, and may
// begin at the folder of the whole handbook.
func (f *foreignText) keep(dest string) (string, []foreign.Note, bool) {
	to, notes, ok := f.album.take(f.dir, dest)
	if ok {
		return to, notes, true
	}
	file, _, _ := strings.Cut(dest, "?")
	file = foreign.Unescaped(file)
	if inside, rooted := strings.CutPrefix(file, "/"); rooted {
		return f.album.take(".", inside)
	}
	if file == dest {
		return "", nil, false
	}
	return f.album.take(f.dir, file)
}

// plainParts changes a line everywhere but in code between backticks.
func plainParts(line string, change func(string) string) string {
	var b strings.Builder
	for line != "" {
		i := strings.IndexByte(line, '`')
		if i < 0 {
			break
		}
		n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		end := -1
		for j := i + n; j < len(line); {
			if line[j] != '`' {
				j++
				continue
			}
			k := len(line[j:]) - len(strings.TrimLeft(line[j:], "`"))
			if k == n {
				end = j + k
				break
			}
			j += k
		}
		if end < 0 {
			break
		}
		b.WriteString(change(line[:i]) + line[i:end])
		line = line[end:]
	}
	b.WriteString(change(line))
	return b.String()
}
