package exchange

import (
	"cmp"
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

var twee2Place = regexp.MustCompile(`<\d{1,6},\s*\d{1,6}>$`)

// header reads ":: Name [tag tag] {"position":"1,2"}". A backslash keeps a
// bracket in the name.
func header(line string, at int) *passage {
	p := &passage{Entry: foreign.Entry{From: at, To: at, Kind: foreign.Passage}}
	rest := strings.TrimSpace(strings.TrimPrefix(line, "::"))
	rest = strings.TrimSpace(twee2Place.ReplaceAllString(rest, "")) // where it stood on somebody's screen
	if i := unescaped(rest, '{'); i >= 0 && strings.HasSuffix(rest, "}") && !strings.HasSuffix(rest, `\}`) {
		if !json.Valid([]byte(rest[i:])) {
			p.Add(foreign.Lost("line_unknown", "text", foreign.Short(rest[i:])))
		}
		rest = strings.TrimSpace(rest[:i])
	}
	if i := tagBlock(rest); i >= 0 {
		for tag := range strings.FieldsSeq(rest[i+1 : len(rest)-1]) {
			p.tags = append(p.tags, unbackslash(tag))
		}
		rest = strings.TrimSpace(rest[:i])
	}
	p.Name = unbackslash(rest)
	return p
}

// tagBlock is where the brackets open that close at the end of a header, -1 when none
// do.
func tagBlock(s string) int {
	open := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			if open < 0 {
				open = i
			}
		case ']':
			if i == len(s)-1 {
				return open
			}
			open = -1
		}
	}
	return -1
}

var backslash = regexp.MustCompile(`\\(.)`)

func unbackslash(s string) string { return backslash.ReplaceAllString(s, "$1") }

// specials are passages that are not read by who plays; so are those with a tag of
// specialTags.
var (
	specials = []string{
		"StoryAuthor", "StoryBanner", "StoryCaption", "StoryDisplayTitle", "StoryInit", "StoryInterface", "StoryMenu", "StorySettings", "StorySubtitle",
		"StoryIncludes", "StoryMetadata", "StoryShare", "PassageDone", "PassageFooter", "PassageHeader", "PassageReady",
	}
	specialTags = []string{"script", "stylesheet", "widget", "init", "annotation", "startup", "header", "footer", "debug-startup", "debug-header", "debug-footer"}
)

func (p *passage) special() bool {
	return slices.Contains(specials, p.Name) || slices.ContainsFunc(p.tags, func(tag string) bool {
		return slices.Contains(specialTags, tag) || strings.HasPrefix(tag, "Twine.")
	})
}

func (b *builder) passages(list []*passage) {
	start, format := "Start", ""
	var data *passage
	var played []*passage
	nodes := map[string]string{} // by name of the passage
	for _, p := range list {
		body := strings.TrimSpace(strings.Join(p.body, "\n"))
		switch {
		case p.Name == "StoryTitle":
			b.script.Title = one(body, &p.Entry)
			b.add(p.Entry)
		case p.Name == "StoryData":
			var said struct{ Start, Format string }
			if err := json.Unmarshal([]byte(body), &said); err != nil {
				p.Refuse("line_unknown", "text", foreign.Short(body))
			} else {
				start, format = cmp.Or(said.Start, start), strings.ToLower(said.Format)
			}
			if data == nil {
				data = p
			} else {
				b.add(p.Entry)
			}
		case p.special():
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
	if data != nil {
		if first < 0 && data.Status != foreign.LeftOut && start != "Start" {
			data.Add(foreign.Lost("target_unknown", "name", foreign.Short(start)))
		}
		b.add(data.Entry)
	}
	if format == "" {
		format = guess(played)
	}
	looks := 0
	readers := make([]*tweeReader, 0, len(played))
	for _, p := range played {
		r := &tweeReader{passage: p, node: &roleplay.Node{Name: nodes[p.Name], Title: nodes[p.Name], Pos: p.From}, nodes: nodes, format: format, looks: &looks}
		r.read()
		readers = append(readers, r)
	}
	include(readers)
	for _, r := range readers {
		if r.assumed && r.node.End != nil {
			r.told("end_assumed", 0)
		}
		r.Item = r.node.Title
		slices.SortStableFunc(r.Notes, func(x, y foreign.Note) int { return cmp.Compare(noteLine(x), noteLine(y)) })
		b.script.Nodes = append(b.script.Nodes, *r.node)
		b.add(r.Entry)
	}
	slices.SortStableFunc(b.report.Entries, func(x, y foreign.Entry) int { return x.From - y.From })
}
