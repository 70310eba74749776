package content

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"abilita/content/markdown"
	"abilita/internal/foreign"
)

const (
	maxHandbook = 4 << 20
	moduleRoom  = 56 << 10 // how large a module may become before the next one is begun
)

var (
	firstLevel  = regexp.MustCompile(`^ {0,3}#\s+(.*?)\s*#*\s*$`)
	secondLevel = regexp.MustCompile(`^ {0,3}##\s`)
	underline   = regexp.MustCompile(`^ {0,3}=+\s*$`)
	fenceForm   = regexp.MustCompile("^ {0,3}(```+|~~~+)")
	definition  = regexp.MustCompile(`^ {0,3}\[[^\]]{1,200}\]:\s*<?([^\s>]+)`)
	frontTitle  = regexp.MustCompile(`^title:\s*["']?(.*?)["']?\s*$`)
)

// handbook is a Markdown file of somebody else on its way to modules.
type handbook struct {
	lang    string
	report  foreign.Report
	modules []chapter
	taken   map[string]bool
	keep    func(dest string) (string, []foreign.Note, bool)
}

// chapter becomes a module.
type chapter struct {
	foreign.Entry
	body  strings.Builder
	split bool
}

// FromHandbook makes modules of a Markdown file: one for each title of the first
// level, more when a chapter is too long for one file. name is the title of what
// stands before the first title. Links that a pack cannot hold are told; so are
// pictures that album cannot take, and everything else that is lost.
func FromHandbook(name string, src []byte, lang, dir string, album *Album) ([]SourceFile, foreign.Report, error) {
	h := handbook{lang: lang, keep: func(dest string) (string, []foreign.Note, bool) { return album.take(dir, dest) }, taken: map[string]bool{}, report: foreign.Report{Format: "markdown"}}
	text, told, err := foreign.AnyLines(src)
	if err == nil && len(text) > maxHandbook {
		err = foreign.ErrTooLarge.With("max", maxHandbook>>20)
	}
	if err != nil {
		return nil, h.report, err
	}
	h.report.Entries = told
	h.read(name, strings.Split(text, "\n"))
	var list []SourceFile
	for i := range h.modules {
		c := &h.modules[i]
		body := strings.TrimSpace(c.body.String())
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
	h.modules = append(h.modules, chapter{Entry: foreign.Entry{Kind: foreign.Module, Name: name, From: at, To: at, Status: foreign.Read}})
	return &h.modules[len(h.modules)-1]
}

func (h *handbook) read(name string, lines []string) {
	from := 0
	var front []foreign.Note
	if len(lines) > 1 && strings.TrimSpace(lines[0]) == "---" {
		for i := 1; i < len(lines); i++ {
			trimmed := strings.TrimSpace(lines[i])
			if trimmed == "---" || trimmed == "..." {
				from = i + 1
				break
			}
			if m := frontTitle.FindStringSubmatch(trimmed); m != nil && m[1] != "" {
				name = m[1]
			} else if trimmed != "" {
				front = append(front, foreign.Note{Line: i + 1, Code: "front_lost", Args: []any{"text", foreign.Short(trimmed)}})
			}
		}
		if from == 0 {
			front = nil // it was a rule
		}
	}
	c := h.begin(name, 1)
	c.To = max(1, from)
	c.Add(front...)
	fence, comment := "", false
	for i := from; i < len(lines); i++ {
		line := foreign.Printable(lines[i])
		if fence != "" {
			c.line(line, i+1)
			if strings.HasPrefix(strings.TrimSpace(line), fence) && strings.Trim(strings.TrimSpace(line), fence[:1]) == "" {
				fence = ""
			}
			continue
		}
		line, comment = c.uncomment(line, comment, i+1)
		if m := fenceForm.FindStringSubmatch(line); m != nil {
			fence = m[1]
			c.line(line, i+1)
			continue
		}
		at := i + 1
		title := firstLevel.FindStringSubmatch(line)
		if title == nil && i+1 < len(lines) && underline.MatchString(lines[i+1]) && strings.TrimSpace(line) != "" {
			title = []string{"", strings.TrimSpace(line)}
			i++
		}
		switch {
		case title != nil:
			empty := strings.TrimSpace(c.body.String()) == ""
			if empty && len(h.modules) == 1 { // nothing stood before the first title
				c.Name, c.To = title[1], i+1
			} else {
				c = h.begin(title[1], at)
				c.To = i + 1
			}
			clean, notes := foreign.Tidy(c.Name)
			c.Name = clean
			c.Add(notes...)
		case c.body.Len() > moduleRoom && secondLevel.MatchString(line):
			c.Add(foreign.Lost("module_split"))
			was := c.Name
			c = h.begin(was, i+1)
			c.split = true
			c.tidy(line, i+1, h.keep)
		default:
			c.tidy(line, i+1, h.keep)
		}
	}
}

func (c *chapter) line(line string, at int) {
	c.body.WriteString(line + "\n")
	if strings.TrimSpace(line) != "" {
		c.To = at
	}
}

// tidy keeps of a line what a module may hold.
func (c *chapter) tidy(line string, at int, keep func(dest string) (string, []foreign.Note, bool)) {
	if m := definition.FindStringSubmatch(line); m != nil && !foreign.SafeLink(m[1]) {
		c.Add(foreign.Note{Line: at, Code: "link_lost", Args: []any{"link", foreign.Short(m[1])}})
		c.To = at
		return
	}
	clean, notes := foreign.TidyKeeping(line, keep)
	for _, n := range notes {
		n.Line = at
		c.Add(n)
	}
	c.line(strings.TrimRight(clean, "\t"), at)
	if strings.TrimSpace(line) != "" {
		c.To = at
	}
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

// module writes a chapter as ParseModule reads it.
func (h *handbook) module(c *chapter, body string) SourceFile {
	slug := cmp.Or(markdown.Slug(foreign.Reading(c.Name)), "modulo")
	if len(slug) > 48 {
		slug = strings.Trim(slug[:48], "-")
	}
	id, title := slug, c.Name
	for n := 2; h.taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", slug, n)
		if c.split {
			title = fmt.Sprintf("%s (%d)", c.Name, n)
		}
	}
	h.taken[id] = true
	words := []string{"Modulo", "versione", "obiettivo", "da scrivere", "durata"}
	if h.lang == "en" {
		words = []string{"Module", "version", "objective", "to be written", "duration"}
	}
	minutes := max(5, (len(strings.Fields(body))/180*3/2+4)/5*5)
	c.Item = "mo-" + id
	c.Add(foreign.Lost("objective_missing"))
	return SourceFile{"moduli/" + id + ".md", fmt.Sprintf("# %s: %s\n- id: mo-%s\n- %s: 1.0\n- %s: %s\n- %s: %d min\n\n%s\n", words[0], cmp.Or(title, id), id, words[1], words[2], words[3], words[4], minutes, body)}
}
