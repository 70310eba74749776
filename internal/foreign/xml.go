package foreign

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"abilita/internal/fault"
)

// What a file from elsewhere may hold.
const (
	MaxBytes    = 16 << 20
	MaxDepth    = 64
	MaxElements = 400_000  // texts between them included
	MaxAttrs    = 64       // of one element
	MaxLines    = 500_000  // of a file
	MaxText     = 64 << 10 // one text of a question
)

// Faults of a file that is refused as a whole.
var (
	ErrTooLarge  = fault.New(fault.Invalid, "foreign.too_large")
	ErrNotText   = fault.New(fault.Invalid, "foreign.not_text")
	ErrNotXML    = fault.New(fault.Invalid, "foreign.not_xml")
	ErrDoctype   = fault.New(fault.Invalid, "foreign.doctype")
	ErrTooDeep   = fault.New(fault.Invalid, "foreign.too_deep")
	ErrTooMany   = fault.New(fault.Invalid, "foreign.too_many")
	ErrTooManyQs = fault.New(fault.Invalid, "foreign.too_many_questions")
	ErrNotFormat = fault.New(fault.Invalid, "foreign.not_format")
)

// Node is an element, or a text when Name is empty. Whoever reads a node marks
// it: what is left unmarked was not understood, and Unread finds it.
type Node struct {
	Name     string
	Attrs    []Attr
	Children []*Node
	Text     string
	Line     int
	read     bool
}

// Attr is an attribute, without the prefix of its name space.
type Attr struct {
	Name, Value string
	read        bool
}

// Lines refuses what is not text within the limit, and returns it with one kind
// of line break and without a byte order mark. Text is UTF-8, or UTF-16 that
// begins with its mark.
func Lines(src []byte) (string, error) {
	if len(src) > MaxBytes {
		return "", ErrTooLarge.With("max", MaxBytes>>20)
	}
	src = bytes.TrimPrefix(fromUTF16(src), []byte("\xef\xbb\xbf"))
	if !utf8.Valid(src) || bytes.IndexByte(src, 0) >= 0 {
		return "", ErrNotText
	}
	text := strings.ReplaceAll(strings.ReplaceAll(string(src), "\r\n", "\n"), "\r", "\n")
	if strings.Count(text, "\n") > MaxLines {
		return "", ErrTooMany.With("line", MaxLines+1, "max", MaxLines)
	}
	return text, nil
}

// Parse reads XML into a tree within the limits, in UTF-8 or in a western
// encoding that it declares. A document type is refused, unless it only names
// where its definition lies, which nobody fetches; and so is every entity that
// XML itself does not know.
func Parse(src []byte) (*Node, error) {
	text, err := Lines(fromDeclared(src))
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = true
	d.CharsetReader = func(name string, r io.Reader) (io.Reader, error) { // it is UTF-8 by now
		if known(name) {
			return r, nil
		}
		return nil, ErrNotText
	}
	root := &Node{Line: 1}
	stack := []*Node{root}
	elements := 0
	for {
		line, _ := d.InputPos()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, ErrNotText) {
			return nil, ErrNotText
		}
		if err != nil {
			at, _ := d.InputPos()
			return nil, ErrNotXML.With("line", at)
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.Directive:
			if len(stack) > 1 || !externalType.Match(t) {
				return nil, ErrDoctype.With("line", line)
			}
		case xml.StartElement:
			if elements++; elements > MaxElements || len(t.Attr) > MaxAttrs {
				return nil, ErrTooMany.With("line", line, "max", MaxElements)
			}
			if len(stack) > MaxDepth {
				return nil, ErrTooDeep.With("line", line, "max", MaxDepth)
			}
			n := &Node{Name: t.Name.Local, Line: line} // programs choose prefixes as they like
			for _, a := range t.Attr {
				if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || a.Name.Space == "xsi" || a.Name.Space == "xml" {
					continue
				}
				n.Attrs = append(n.Attrs, Attr{Name: a.Name.Local, Value: a.Value})
			}
			top.Children = append(top.Children, n)
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 1 || t.Name.Local != top.Name {
				return nil, ErrNotXML.With("line", line)
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if elements++; elements > MaxElements {
				return nil, ErrTooMany.With("line", line, "max", MaxElements)
			}
			top.Children = append(top.Children, &Node{Text: string(t), Line: line})
		case xml.Comment, xml.ProcInst:
		}
	}
	if len(stack) != 1 {
		return nil, ErrNotXML.With("line", strings.Count(text, "\n")+1)
	}
	top := root.Elements()
	if len(top) != 1 || strings.TrimSpace(root.ownText()) != "" {
		return nil, ErrNotXML.With("line", 1)
	}
	return top[0], nil
}

// externalType matches a document type that only says where its definition lies.
var externalType = regexp.MustCompile(`^DOCTYPE\s+[\w:.-]+\s+(SYSTEM|PUBLIC)\s[^\[\]<>]*$`)

func (n *Node) ownText() string {
	var b strings.Builder
	for _, c := range n.Children {
		if c.Name == "" {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

// Elements are the children that are elements.
func (n *Node) Elements() []*Node {
	var list []*Node
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name != "" {
			list = append(list, c)
		}
	}
	return list
}

// All returns the children with one of the names, and marks them.
func (n *Node) All(names ...string) []*Node {
	var list []*Node
	for _, c := range n.Elements() {
		if slices.Contains(names, c.Name) {
			c.read = true
			list = append(list, c)
		}
	}
	return list
}

// One returns the first child with one of the names and marks it, or nil.
func (n *Node) One(names ...string) *Node {
	for _, c := range n.Elements() {
		if slices.Contains(names, c.Name) {
			c.read = true
			return c
		}
	}
	return nil
}

// Deep returns all elements below n with one of the names, outermost only.
func (n *Node) Deep(names ...string) []*Node {
	var list []*Node
	for _, c := range n.Elements() {
		if slices.Contains(names, c.Name) {
			c.read = true
			list = append(list, c)
			continue
		}
		list = append(list, c.Deep(names...)...)
	}
	return list
}

// Get is an attribute, which is marked; "" when there is none.
func (n *Node) Get(name string) string {
	if n == nil {
		return ""
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			n.Attrs[i].read = true
			return n.Attrs[i].Value
		}
	}
	return ""
}

// Str is the text of a node and all below it, marked, its ends trimmed. A nil
// node has none.
func (n *Node) Str() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	n.str(&b)
	return strings.TrimSpace(b.String())
}

func (n *Node) str(b *strings.Builder) {
	n.read = true
	b.WriteString(n.Text)
	for _, c := range n.Children {
		c.str(b)
	}
}

// Count is how many elements below have one of the names, without marking them.
func (n *Node) Count(names ...string) int {
	count := 0
	for _, c := range n.Elements() {
		if slices.Contains(names, c.Name) {
			count++
		}
		count += c.Count(names...)
	}
	return count
}

// Same says whether two trees hold the same elements, attributes and words.
func (n *Node) Same(m *Node) bool { return m != nil && n.dump() == m.dump() }

func (n *Node) dump() string {
	if n.Name == "" {
		return strings.TrimSpace(n.Text)
	}
	var b strings.Builder
	b.WriteString("<" + n.Name)
	attrs := slices.Clone(n.Attrs)
	slices.SortFunc(attrs, func(a, b Attr) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range attrs {
		b.WriteString(" " + a.Name + "=" + strconv.Quote(a.Value))
	}
	b.WriteString(">")
	for _, c := range n.Children {
		b.WriteString(c.dump())
	}
	b.WriteString("</>")
	return b.String()
}

// Mark marks nodes with everything below them: known, and of no use here.
func Mark(nodes ...*Node) {
	for _, n := range nodes {
		if n == nil {
			continue
		}
		n.read = true
		for i := range n.Attrs {
			n.Attrs[i].read = true
		}
		Mark(n.Children...)
	}
}

// Unread notes what nobody read below n: elements, texts and attributes.
func (n *Node) Unread() []Note {
	var notes []Note
	for _, a := range n.Attrs {
		if !a.read {
			notes = append(notes, Note{n.Line, "attribute_unread", []any{"name", n.Name + " " + a.Name, "value", Short(a.Value)}})
		}
	}
	for _, c := range n.Children {
		switch {
		case c.Name == "" && !c.read && strings.TrimSpace(c.Text) != "":
			notes = append(notes, Note{c.Line, "text_unread", []any{"text", Short(c.Text)}})
		case c.Name != "" && !c.read:
			notes = append(notes, Note{c.Line, "element_unread", []any{"name", c.Name, "text", Short(c.quiet())}})
		case c.Name != "":
			notes = append(notes, c.Unread()...)
		}
	}
	return notes
}

// quiet is the beginning of the text of a node, without marking it.
func (n *Node) quiet() string {
	s := n.Text
	for _, c := range n.Children {
		if len(s) > 200 {
			break
		}
		s += c.quiet()
	}
	return s
}

// FromHTML reads a fragment of HTML as a person wrote it in an editor.
func FromHTML(src string) (Text, []Note) {
	if len(src) > MaxText {
		return nil, []Note{Lost("text_long")}
	}
	root, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return Plain(src, true), []Note{Lost("element_lost", "name", "HTML")}
	}
	n := &Node{Name: "html"}
	left := MaxElements
	copyHTML(root, n, 0, &left)
	return Flow(n)
}

func copyHTML(from *html.Node, to *Node, depth int, left *int) {
	for c := from.FirstChild; c != nil && *left > 0; c = c.NextSibling {
		*left--
		switch c.Type {
		case html.TextNode:
			to.Children = append(to.Children, &Node{Text: c.Data})
		case html.ElementNode, html.DocumentNode:
			n := &Node{Name: c.Data}
			for _, a := range c.Attr {
				n.Attrs = append(n.Attrs, Attr{Name: a.Key, Value: a.Val})
			}
			to.Children = append(to.Children, n)
			if depth < 4*MaxDepth {
				copyHTML(c, n, depth+1, left)
			}
		default:
		}
	}
}
