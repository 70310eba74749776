// Package markdown turns what trainers write into safe HTML.
//
// The text is guarded before it is parsed (Guard), parsed as CommonMark with
// tables and strikethrough, freed of links and pictures outside a short list
// of addresses, rendered with every raw tag shown as text, and passed through
// an allow-list of elements as a second, independent lock. Nothing here reads
// a clock, a file or the network. Rendering belongs to publishing: pages show
// what was stored.
package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// WordsPerMinute is the reading pace behind Doc.Minutes: slow, for adults who
// learn from a screen.
const WordsPerMinute = 180

// Doc is a rendered text.
type Doc struct {
	HTML    string    // safe to put into a page as it is
	Outline []Heading // every heading, in order
	Words   int       // words that a reader meets; marks and addresses are none
	Minutes int       // Words at WordsPerMinute, rounded up; 0 for no words
}

// Heading is a line of the outline.
type Heading struct {
	Level int // 1 to 6
	Text  string
	ID    string // unique in the document, fit for a link
}

// Render returns the page of src, or the fault of a text that Guard refuses or
// whose page is larger than MaxOutput. Text that is not UTF-8 is ErrNotText.
func Render(src []byte) (Doc, error) { return RenderPage(src, Page{}) }

// Page says what a text shows beyond its words. The zero Page shows nothing more.
type Page struct {
	// Folded accepts the headings of level 2 under which a heading of level 3
	// opens and shuts what stands under it: a question with its answer. It is shut
	// at first, and needs no script.
	Folded func(heading string) bool
	// Figure finds the medium behind an address within the pack. With it, a
	// picture or link within the pack that leads nowhere leaves its words.
	Figure func(dest string) (Figure, bool)
	// Link finds where an address within the pack leads on the site.
	Link func(dest string) (href string, ok bool)
	Lang string // of the captions of films
}

// RenderPage is Render for a text that shows more than its words.
func RenderPage(src []byte, page Page) (Doc, error) {
	if err := Guard(src); err != nil {
		return Doc{}, err
	}
	if !utf8.Valid(src) {
		return Doc{}, ErrNotText
	}
	root := newParser(false).Parse(text.NewReader(src))
	if err := shallow(root); err != nil {
		return Doc{}, err
	}
	var d Doc
	d.Outline = outline(root, src)
	d.Words = words(root, src)
	d.Minutes = Minutes(d.Words)
	mendLinks(root, src)
	if page.Figure != nil {
		page.figures(root, src)
	}
	if page.Folded != nil {
		fold(root, src, page.Folded)
	}

	out := limited{max: MaxOutput}
	if err := newRenderer().Render(&out, src, root); err != nil {
		return Doc{}, err
	}
	d.HTML = policy().Sanitize(out.String())
	if len(d.HTML) > MaxOutput {
		return Doc{}, ErrOutputTooLarge.With("max", MaxOutput>>20)
	}
	return d, nil
}

// Minutes is the time that reading takes, rounded up.
func Minutes(words int) int { return (words + WordsPerMinute - 1) / WordsPerMinute }

// Parse returns the tree of a guarded text. Unlike Render it tells raw HTML
// apart, so that who checks a file can point at it.
func Parse(src []byte) (ast.Node, error) {
	if err := Guard(src); err != nil {
		return nil, err
	}
	root := newParser(true).Parse(text.NewReader(src))
	if err := shallow(root); err != nil {
		return nil, err
	}
	return root, nil
}

func newParser(rawHTML bool) parser.Parser {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
	inlines := []util.PrioritizedValue{
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	}
	if rawHTML {
		blocks = append(blocks, util.Prioritized(parser.NewHTMLBlockParser(), 900))
		inlines = append(inlines, util.Prioritized(parser.NewRawHTMLParser(), 400))
	}
	p := parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
	goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(extension.Table, extension.Strikethrough))
	return p
}

func newRenderer() renderer.Renderer {
	return renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(html.NewRenderer(), 1000),
		util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(foldRenderer{}, 500),
		util.Prioritized(playerRenderer{}, 500),
	))
}

// shallow is the second half of the depth guard: what indentation hid from
// Guard is found in the tree.
func shallow(n ast.Node) error {
	deep := false
	depth := 0
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() != ast.KindBlockquote && n.Kind() != ast.KindListItem {
			return ast.WalkContinue, nil
		}
		if !entering {
			depth--
			return ast.WalkContinue, nil
		}
		if depth++; depth > MaxDepth {
			deep = true
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	if deep {
		return ErrTooDeep.With("line", 1, "max", MaxDepth)
	}
	return nil
}

// outline lists the headings and gives each its id.
func outline(root ast.Node, src []byte) []Heading {
	var list []Heading
	taken := map[string]int{}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		title := Text(h, src)
		id := Unique(Slug(title), taken)
		h.SetAttributeString("id", []byte(id))
		list = append(list, Heading{Level: h.Level, Text: title, ID: id})
		return ast.WalkSkipChildren, nil
	})
	return list
}

// Unique is an id, "s" for none, with a number behind it when it is taken. It takes
// it, and remembers under each id the last number tried behind it.
func Unique(id string, taken map[string]int) string {
	if id == "" {
		id = "s"
	}
	free := id
	for taken[free] > 0 {
		taken[id]++
		free = id + "-" + strconv.Itoa(taken[id])
	}
	taken[free] = 1
	return free
}

// Text is what a reader sees of n and its children, on one line: marks,
// addresses and line ends are gone, pictures leave their description.
func Text(n ast.Node, src []byte) string {
	var b strings.Builder
	appendText(&b, n, src)
	return strings.Join(strings.Fields(b.String()), " ")
}

func appendText(b *strings.Builder, n ast.Node, src []byte) {
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			raw := n.Value(src)
			if !n.IsRaw() && n.Parent() != nil && n.Parent().Kind() != ast.KindCodeSpan {
				raw = util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(raw)))
			}
			b.Write(raw)
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(src))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			for i := range n.Lines().Len() {
				s := n.Lines().At(i)
				b.Write(s.Value(src))
			}
		}
		return ast.WalkContinue, nil
	})
}

func words(root ast.Node, src []byte) int {
	var b strings.Builder
	appendText(&b, root, src)
	n := 0
	for w := range strings.FieldsSeq(b.String()) {
		if strings.IndexFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0 {
			n++
		}
	}
	return n
}

// limited stops a rendering that grows beyond max.
type limited struct {
	bytes.Buffer
	max int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.max {
		return 0, ErrOutputTooLarge.With("max", l.max>>20)
	}
	return l.Buffer.Write(p)
}
