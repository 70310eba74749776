package content

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"abilita/content/markdown"
	"abilita/internal/foreign"
)

// foot writes footnotes below the chapters that cite them, and those that nobody
// cites where they stood.
func (h *handbook) foot() {
	seen := map[string]bool{}
	for _, c := range h.modules {
		for j := 0; j < len(c.cited); j++ { // a footnote may cite another
			seen[c.cited[j]] = true
			h.note(c, c.cited[j])
		}
	}
	labels := make([]string, 0, len(h.text.notes))
	for label := range h.text.notes {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	for _, label := range labels {
		if !seen[label] {
			h.note(h.modules[len(h.modules)-1], label)
		}
	}
}

func (h *handbook) note(c *chapter, label string) {
	said := h.text.notes[label]
	fmt.Fprintf(&c.body, "\n\\[^%s\\]: %s\n", label, h.clean(c, said.text, said.at))
}

// places says by the names of titles where they are: "file#title", "file" for a
// chapter itself.
func (h *handbook) places() map[string]string {
	places := map[string]string{}
	counts := map[string]int{}
	add := func(name, to string) {
		if name != "" && places[name] == "" {
			places[name] = to
		}
	}
	known := h.album.Places[h.source]
	if known == nil && h.album.Places != nil {
		known = map[string]string{}
		h.album.Places[h.source] = known
	}
	record := func(name, to string) {
		if known != nil && known[name] == "" {
			known[name] = to
		}
	}
	for _, c := range h.modules {
		if strings.TrimSpace(c.body.String()) == "" {
			continue
		}
		record("", c.file())
		taken := map[string]int{}
		for _, p := range c.places {
			to := c.file()
			if p.title != "" {
				free := markdown.Unique(markdown.Slug(foreign.Reading(p.title)), taken) // as the page names it
				to += "#" + free
				add(free, to)
			}
			for j, name := range p.names {
				if j == len(p.names)-1 { // what programs make of the title, with a number when it comes again
					if n := counts[name]; n > 0 {
						counts[name]++
						name = fmt.Sprintf("%s-%d", name, n)
					} else {
						counts[name] = 1
					}
				}
				add(name, to)
				record(name, to)
			}
		}
	}
	return places
}

// lead leads the links of a chapter to where their places are now, and tells of those
// that lead nowhere.
func (h *handbook) lead(c *chapter, places map[string]string) string {
	var code fenced
	lines := strings.Split(c.body.String(), "\n")
	for i, line := range lines {
		if code.holds(line) || code.opens(line) || !strings.Contains(line, "](#") {
			continue
		}
		lines[i] = eachLink(line, func(_, dest string) (string, bool) { return h.led(c, dest, places) })
	}
	return strings.Join(lines, "\n")
}

// led is where a link to a place leads now; false: nowhere, or to where it stands.
func (h *handbook) led(c *chapter, dest string, places map[string]string) (string, bool) {
	if to, is := strings.CutPrefix(dest, here); is {
		return to, true
	}
	name, is := strings.CutPrefix(dest, "#")
	if !is {
		return dest, true
	}
	name = foreign.Unescaped(name)
	to := cmp.Or(places[name], places[strings.ToLower(name)])
	if to == "" {
		at := h.text.uses[dest]
		if i, _ := slices.BinarySearch(at, c.From); i < len(at) && at[i] <= c.To {
			c.Add(foreign.Note{Line: at[i], Code: "link_lost", Args: []any{"link", foreign.Short(dest)}})
		}
		return "", false
	}
	file, fragment, _ := strings.Cut(to, "#")
	if file == c.file() {
		return "#" + fragment, fragment != ""
	}
	return path.Base(cmp.Or(h.album.Places[h.source][name], to)), true
}
