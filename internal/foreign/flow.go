package foreign

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Flow turns a tree of HTML into a text of ours, and says what it lost. Every
// node it passes is marked as read.
func Flow(n *Node) (Text, []Note) { return FlowWith(n, nil) }

// FlowWith is Flow with somebody who is asked about each element first: what
// own returns is put in place of the element when it knows it. The text that it
// returns is Markdown.
func FlowWith(n *Node, own func(*Node) (markdown string, known bool)) (Text, []Note) {
	f := flow{own: own}
	f.children(n, 0)
	f.flush()
	return f.text.joinGaps(), f.notes
}

type flow struct {
	text   Text
	notes  []Note
	cur    bytes.Buffer
	quote  int
	lists  []int // the next number of each open list, 0 for bullets
	strong int
	em     int
	own    func(*Node) (string, bool)
}

func (f *flow) lost(code string, args ...any) { f.notes = append(f.notes, Lost(code, args...)) }

func (f *flow) flush() {
	line := strings.Join(strings.Fields(f.cur.String()), " ")
	f.cur.Reset()
	if line != "" && line != "•" {
		f.text = append(f.text, Block{finish(line), f.quote > 0})
	}
}

// words adds text with its runs of spaces made one.
func (f *flow) words(s string) {
	s = Printable(s)
	if s == "" {
		return
	}
	fields := strings.Join(strings.Fields(s), " ")
	if strings.ContainsAny(s[:1], " \n\t") {
		fields = " " + fields
	}
	if strings.TrimSpace(fields) != "" && strings.ContainsAny(s[len(s)-1:], " \n\t") {
		fields += " "
	}
	f.cur.WriteString(Escape(fields))
}

var (
	blockElements   = []string{"p", "div", "section", "article", "main", "header", "footer", "address", "figure", "figcaption", "dl", "dt", "dd", "center", "fieldset", "legend", "summary", "details", "prompt", "contentBody", "rubricBlock", "feedbackBlock", "flow", "flow_mat", "material", "mattext"}
	inlineElements  = []string{"html", "body", "span", "abbr", "label", "cite", "dfn", "time", "bdi", "bdo", "font", "big", "u", "ins", "small", "mark", "sub", "sup", "var", "samp", "q", "strike", "s", "nobr", "acronym", "tbody", "thead", "tfoot", "picture", "math", "mi", "mo", "mn", "mrow", "ruby", "rb", "rt"}
	formatElements  = []string{"u", "ins", "small", "mark", "sub", "sup", "font", "big", "center", "strike", "s", "math"}
	droppedElements = []string{"script", "style", "iframe", "embed", "form", "input", "button", "select", "textarea", "svg", "audio", "video", "template", "noscript", "applet", "canvas", "map", "stylesheet", "param", "track", "source"}
)

func (f *flow) children(n *Node, depth int) {
	for _, c := range n.Children {
		f.node(c, depth+1)
	}
}

func (f *flow) node(n *Node, depth int) {
	if depth > 4*MaxDepth {
		f.lost("element_lost", "name", n.Name)
		return
	}
	if n.Name == "" {
		n.read = true
		f.words(n.Text)
		return
	}
	if f.own != nil {
		if markdown, known := f.own(n); known {
			n.read = true
			f.cur.WriteString(markdown)
			return
		}
	}
	n.read = true
	for i := range n.Attrs {
		n.Attrs[i].read = true
	}
	if slices.Contains(formatElements, n.Name) {
		f.lost("format_lost", "name", n.Name)
	}
	switch name := n.Name; {
	case name == "br":
		f.flush()
	case name == "hr" || name == "head" || name == "meta" || name == "link" || name == "wbr" || name == "col" || name == "colgroup":
	case name == "ul" || name == "ol" || name == "menu":
		f.list(n, depth)
	case name == "li":
		f.item(n, depth)
	case name == "blockquote":
		f.flush()
		f.quote++
		f.children(n, depth)
		f.flush()
		f.quote--
	case name == "pre":
		f.flush()
		for line := range strings.SplitSeq(n.Str(), "\n") {
			if code := Code(Printable(line)); code != "" {
				f.text = append(f.text, Block{code, f.quote > 0})
			}
		}
		f.lost("code_flat")
	case len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6':
		f.flush()
		f.children(n, depth)
		f.flush()
		f.lost("title_flat")
	case name == "table":
		f.flush()
		f.children(n, depth)
		f.flush()
		f.lost("table_flat")
	case name == "tr" || name == "caption":
		f.flush()
		f.children(n, depth)
		f.flush()
	case name == "td" || name == "th":
		if f.cur.Len() > 0 {
			f.cur.WriteString(" · ")
		}
		f.cell(n, depth)
	case name == "strong" || name == "b":
		f.emphasis(n, "**", &f.strong, depth)
	case name == "em" || name == "i":
		f.emphasis(n, "*", &f.em, depth)
	case name == "del":
		none := 0
		f.emphasis(n, "~~", &none, depth)
	case name == "code" || name == "kbd" || name == "tt":
		f.cur.WriteString(Code(Printable(n.Str())))
	case name == "a":
		f.anchor(n, depth)
	case name == "object": // what stands in it is for who cannot see it
		f.lost("file_lost", "name", Short(cmp.Or(n.Get("data"), n.Name)))
		f.flush()
		f.children(n, depth)
		f.flush()
	case name == "img":
		f.lost("picture_lost", "name", Short(n.Get("src")))
		f.words(n.Get("alt"))
	case slices.Contains(droppedElements, name):
		f.lost("element_lost", "name", name)
		Mark(n)
	case slices.Contains(blockElements, name):
		f.flush()
		f.children(n, depth)
		f.flush()
	default:
		if !slices.Contains(inlineElements, name) {
			f.lost("format_lost", "name", name)
		}
		f.children(n, depth)
	}
}

// cell keeps the paragraphs of a cell on the line of its row.
func (f *flow) cell(n *Node, depth int) {
	inner := flow{own: f.own}
	inner.children(n, depth)
	inner.flush()
	line, _ := inner.text.Line()
	f.cur.WriteString(line)
	f.notes = append(f.notes, inner.notes...)
}

func (f *flow) list(n *Node, depth int) {
	f.flush()
	next := 0
	if n.Name == "ol" {
		next = 1
	}
	f.lists = append(f.lists, next)
	f.children(n, depth)
	f.flush()
	f.lists = f.lists[:len(f.lists)-1]
	f.lost("list_flat")
}

func (f *flow) item(n *Node, depth int) {
	f.flush()
	mark := "• "
	if k := len(f.lists); k > 0 && f.lists[k-1] > 0 {
		mark = fmt.Sprintf("%d\\) ", f.lists[k-1])
		f.lists[k-1]++
	}
	f.cur.WriteString(mark)
	f.children(n, depth)
	f.flush()
}

// emphasis marks what stands in the element when it is one piece of a line.
func (f *flow) emphasis(n *Node, mark string, open *int, depth int) {
	if *open > 0 {
		f.children(n, depth)
		return
	}
	*open++
	start, blocks := f.cur.Len(), len(f.text)
	f.children(n, depth)
	*open--
	if len(f.text) != blocks { // it went over several paragraphs
		f.lost("format_lost", "name", n.Name)
		return
	}
	inner := string(f.cur.Bytes()[start:])
	f.cur.Truncate(start)
	text := strings.TrimSpace(inner)
	if text == "" || strings.ContainsAny(text[:1]+text[len(text)-1:], "*~") {
		f.cur.WriteString(inner)
		return
	}
	lead := inner[:len(inner)-len(strings.TrimLeft(inner, " "))]
	tail := inner[len(strings.TrimRight(inner, " ")):]
	f.cur.WriteString(lead + mark + text + mark + tail)
}

func (f *flow) anchor(n *Node, depth int) {
	to := strings.TrimSpace(n.Get("href"))
	inner := flow{own: f.own, strong: 1, em: 1}
	inner.children(n, depth)
	inner.flush()
	text, _ := inner.text.Line()
	f.notes = append(f.notes, inner.notes...)
	switch {
	case SafeLink(to) && text != "" && !strings.ContainsAny(text, "[]"):
		if n := f.cur.Len(); n > 0 && f.cur.Bytes()[n-1] == '!' { // it would make a picture of the link
			f.cur.Truncate(n - 1)
			f.cur.WriteString(`\!`)
		}
		f.cur.WriteString("[" + text + "](" + to + ")")
	case to != "":
		f.lost("link_lost", "link", Short(to))
		f.cur.WriteString(text)
	default:
		f.cur.WriteString(text)
	}
}
