package content

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strings"

	"abilita/content/markdown"
	"abilita/internal/foreign"
)

const (
	maxHandbook = 4 << 20
	moduleRoom  = 56 << 10 // how large a module may become before the next title begins another
	hardRoom    = 60 << 10 // and before the next paragraph does
)

var (
	firstLevel = regexp.MustCompile(`^ {0,3}#\s+(.*?)\s*#*\s*$`)
	anyLevel   = regexp.MustCompile(`^ {0,3}(#{2,6})\s+(.*?)\s*#*\s*$`)
	underline  = regexp.MustCompile(`^ {0,3}=+\s*$`)
	dashes     = regexp.MustCompile(`^ {0,3}-+\s*$`)
	fenceForm  = regexp.MustCompile("^([\\s>]*)(?:[-*+]\\s+|\\d{1,9}[.)]\\s+)?(?:(```+)[^`]*|(~~~+).*)$")
	listForm   = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,9}[.)])\s`)
	boxForm    = regexp.MustCompile(`^(?:!!!|\?\?\?\+?)\s+(\w+)(?:\s+"([^"]*)")?\s*$`)
	frontTitle = regexp.MustCompile(`^title\s*[:=]\s*["']?(.*?)["']?\s*$`)
)

// handbook is a Markdown file of somebody else on its way to modules.
type handbook struct {
	lang    string
	source  string // path of the file without its ending
	report  foreign.Report
	modules []*chapter
	taken   map[string]int // ids, with the last number tried behind them
	album   *Album
	text    foreignText
	fronted string   // the title that the front matter gives
	anchors []string // names of the place where the next title will stand
}

// chapter becomes a module.
type chapter struct {
	foreign.Entry
	body   strings.Builder
	split  bool
	id     string
	places []place
	cited  []string // labels of footnotes, as they are met
	cites  map[string]bool
}

// place is a title, with the names by which links lead to it.
type place struct {
	title string
	names []string
}

// FromHandbook makes modules of a Markdown file: one for each title of the first
// level, more when a chapter is too long for one file. name is the title of what
// stands before the first title. Links that a pack cannot hold are told; so are
// pictures that album cannot take, and everything else that is lost.
func FromHandbook(name string, src []byte, lang, dir string, album *Album) ([]SourceFile, foreign.Report, error) {
	h := handbook{lang: lang, source: path.Join(dir, name), album: album, taken: map[string]int{}, report: foreign.Report{Format: "markdown"}}
	text, told, err := foreign.AnyLines(src)
	if err == nil && len(text) > maxHandbook {
		err = foreign.ErrTooLarge.With("max", maxHandbook>>20)
	}
	if err != nil {
		return nil, h.report, err
	}
	h.report.Entries = told
	h.read(name, strings.Split(text, "\n"))
	h.foot()
	for _, c := range h.modules {
		h.name(c)
	}
	places := h.places()
	var list []SourceFile
	for _, c := range h.modules {
		body := strings.TrimSpace(h.lead(c, places))
		if body == "" {
			c.Refuse("no_text")
		} else {
			list = append(list, h.module(c, body))
		}
		h.report.Entries = append(h.report.Entries, c.Entry)
	}
	return list, h.report, nil
}

func (h *handbook) begin(name string, at int) *chapter {
	c := &chapter{cites: map[string]bool{}, Entry: foreign.Entry{Kind: foreign.Module, Name: name, From: at, To: at, Status: foreign.Read}}
	h.modules = append(h.modules, c)
	return c
}

// front reads the front matter, in YAML or TOML, and says how many lines it has.
func front(lines []string) (title string, lost []foreign.Note, from int) {
	mark := strings.TrimSpace(lines[0])
	if len(lines) < 2 || mark != "---" && mark != "+++" {
		return "", nil, 0
	}
	for i := 1; i < len(lines); i++ {
		trimmed := strings.TrimSpace(lines[i])
		if trimmed == mark || mark == "---" && trimmed == "..." {
			return title, lost, i + 1
		}
		m := frontTitle.FindStringSubmatch(lines[i])
		switch {
		case m != nil && strings.Trim(m[1], "|>-") == "" && i+1 < len(lines) && strings.HasPrefix(lines[i+1], " "): // the title stands below
			i++
			title = strings.TrimSpace(lines[i])
		case m != nil && m[1] != "":
			title = m[1]
		case trimmed != "":
			lost = append(lost, foreign.Note{Line: i + 1, Code: "front_lost", Args: []any{"text", foreign.Short(trimmed)}})
		}
	}
	return "", nil, 0 // it was a rule
}

func (h *handbook) read(name string, lines []string) {
	title, lost, from := front(lines)
	h.text = foreignText{dir: path.Dir(h.source), album: h.album}
	h.text.define(lines[from:], from)
	h.fronted = title
	c := h.begin(cmp.Or(title, name), 1)
	c.To = max(1, from)
	c.Add(lost...)
	var code fenced
	comment := false
	listed, coded, blank, boxed := false, false, true, false // what the lines above were
	for i := from; i < len(lines); i++ {
		line := foreign.Printable(lines[i])
		if code.holds(line) {
			c.line(line, i+1)
			continue
		}
		if m := boxForm.FindStringSubmatch(line); m != nil && !comment { // a box of MkDocs: what is in it stands further in
			boxed, line = true, "> **"+cmp.Or(m[2], m[1])+"**"
		} else if boxed = boxed && inBox(lines[i:]); boxed {
			line = strings.TrimSpace("> " + strings.TrimPrefix(strings.TrimPrefix(line, "    "), "\t"))
		}
		if coded = !comment && !listed && (blank || coded) && indented(line); coded {
			c.line(line, i+1)
			continue
		}
		line, comment = c.uncomment(line, comment, i+1)
		if code.opens(line) {
			c.line(line, i+1)
			continue
		}
		empty := strings.TrimSpace(line) == ""
		switch {
		case listForm.MatchString(line):
			listed = true
		case blank && !empty && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t"):
			listed = false
		}
		blank = empty
		if n := h.text.skip(i + 1); n > 0 { // a definition; where it is used it is written out
			i += n - 1
			c.To = i + 1
			continue
		}
		at := i + 1
		line, i = joined(lines, line, i)
		title := firstLevel.FindStringSubmatch(line)
		if title == nil && i+1 < len(lines) && underline.MatchString(lines[i+1]) && !empty {
			title = []string{"", strings.TrimSpace(line)}
			i++
		}
		if title != nil {
			c = h.chapter(c, title[1], at, i+1)
			continue
		}
		if c.body.Len() > moduleRoom && (anyLevel.MatchString(line) || i+1 < len(lines) && !empty && dashes.MatchString(lines[i+1])) || c.body.Len() > hardRoom && empty {
			c.Add(foreign.Lost("module_split"))
			was := c.Name
			c = h.begin(was, at)
			c.split = true
		}
		h.tidy(c, line, at, i+1 < len(lines) && !empty && dashes.MatchString(lines[i+1]))
		if !empty {
			c.To = max(c.To, i+1)
		}
	}
	h.text.unused(h.modules)
}

// inBox says that what stands at the head of lines is still in a box.
func inBox(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return indented(line)
		}
	}
	return false
}

// indented says that a line is code by its indentation, where no list goes on.
func indented(line string) bool {
	return (strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t")) && strings.TrimSpace(line) != ""
}

// chapter begins a chapter at a title of the first level; the first one names what
// stands before it when nothing does.
func (h *handbook) chapter(c *chapter, title string, from, to int) *chapter {
	title, names := attributes(title)
	empty := strings.TrimSpace(c.body.String()) == ""
	if empty && len(h.modules) == 1 {
		if h.fronted != "" && h.fronted != title {
			c.Add(foreign.Lost("front_lost", "text", foreign.Short("title: "+h.fronted)))
		}
		c.Name, c.To = title, to
	} else {
		c = h.begin(title, from)
		c.To = to
	}
	c.Name = h.clean(c, c.Name, from)
	c.places = append(c.places, place{"", append(append(names, h.anchors...), githubSlug(foreign.Reading(c.Name)))})
	h.anchors = nil
	return c
}

func (c *chapter) line(line string, at int) {
	c.body.WriteString(line + "\n")
	if strings.TrimSpace(line) != "" {
		c.To = at
	}
}

// tidy keeps of a line what a module may hold. A title is remembered, so that links
// find it.
func (h *handbook) tidy(c *chapter, line string, at int, underlined bool) {
	if directive.MatchString(line) {
		c.Add(foreign.Note{Line: at, Code: "element_lost", Args: []any{"name", foreign.Short(line)}})
		return
	}
	var names []string
	line, names = htmlTitle(line)
	h.anchors = append(h.anchors, names...)
	m := anyLevel.FindStringSubmatch(line)
	if m != nil || underlined {
		line, names = attributes(line)
		h.anchors = append(h.anchors, names...)
	}
	clean := h.clean(c, line, at)
	if m != nil || underlined {
		title := strings.Trim(clean, "# \t")
		c.places = append(c.places, place{title, append(h.anchors, githubSlug(foreign.Reading(title)))})
		h.anchors = nil
	}
	c.line(strings.TrimRight(clean, "\t"), at)
	if strings.TrimSpace(line) != "" {
		c.To = max(c.To, at)
	}
}

// clean writes a line with what a module may hold, and tells what was lost.
func (h *handbook) clean(c *chapter, line string, at int) string {
	clean, notes := foreign.TidyKeeping(h.text.rewrite(c, line, at), h.text.keep)
	for _, n := range notes {
		n.Line = at
		c.Add(n)
	}
	return clean
}

// uncomment takes comments of HTML away, which may go over several lines.
func (c *chapter) uncomment(line string, open bool, at int) (rest string, still bool) {
	for {
		mark := "<!--"
		if open {
			mark = "-->"
		}
		before, after, found := strings.Cut(line, mark)
		switch {
		case !found && !open:
			return rest + line, false
		case !found:
			c.To = at
			return rest, true
		case !open:
			rest += before
			c.To = at
			c.Add(foreign.Note{Line: at, Code: "comment"})
		}
		line, open = after, !open
	}
}

// name gives a chapter the id of its module.
func (h *handbook) name(c *chapter) {
	slug := cmp.Or(markdown.Slug(foreign.Reading(c.Name)), "modulo")
	if len(slug) > 48 {
		slug = strings.Trim(slug[:48], "-")
	}
	if c.id = slug; strings.TrimSpace(c.body.String()) == "" {
		return
	}
	c.id = markdown.Unique(slug, h.taken)
	if n := h.taken[slug]; c.split && n > 1 {
		c.Name = fmt.Sprintf("%s (%d)", c.Name, n)
	}
}

// module writes a chapter as ParseModule reads it.
func (h *handbook) module(c *chapter, body string) SourceFile {
	words := []string{"Modulo", "versione", "obiettivo", "da scrivere", "durata"}
	if h.lang == "en" {
		words = []string{"Module", "version", "objective", "to be written", "duration"}
	}
	minutes := max(5, (len(strings.Fields(body))/180*3/2+4)/5*5)
	c.Item = "mo-" + c.id
	c.Add(foreign.Lost("objective_missing"))
	return SourceFile{c.file(), fmt.Sprintf("# %s: %s\n- id: mo-%s\n- %s: 1.0\n- %s: %s\n- %s: %d min\n\n%s\n", words[0], cmp.Or(c.Name, c.id), c.id, words[1], words[2], words[3], words[4], minutes, body)}
}

func (c *chapter) file() string { return "moduli/" + c.id + ".md" }
