package markdown

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Figure is a medium that a text shows or leads to.
type Figure struct {
	Kind          string // picture, sound, film, captions, document
	Src           string // address on this site
	Width, Height int    // of a picture
	Widths        []int  // narrower forms, at Src/WIDTH
	Captions      string // of a film, address on this site or ""
}

// mediaForm is how the addresses of media look.
var mediaForm = regexp.MustCompile(`^/media/[0-9a-f]{64}$`)

// pictureSizes is how wide a picture is drawn: as the column of text.
const pictureSizes = "(max-width: 44rem) 100vw, 44rem"

// The blocks that media become.
//
//nolint:gochecknoglobals // the parser numbers kinds of blocks when the program starts
var (
	kindPlayer     = ast.NewNodeKind("Player")
	kindTranscript = ast.NewNodeKind("Transcript")
)

// player is a sound or a film with its words below.
type player struct {
	ast.BaseBlock
	Figure
	poster Figure
	words  string
	lang   string
}

// Kind names the block.
func (p *player) Kind() ast.NodeKind { return kindPlayer }

// Dump is for debugging.
func (p *player) Dump(src []byte, level int) { ast.DumpHelper(p, src, level, nil, nil) }

// transcript is what is said in a sound or a film, shut at first.
type transcript struct {
	ast.BaseBlock
	title string
}

// Kind names the block.
func (t *transcript) Kind() ast.NodeKind { return kindTranscript }

// Dump is for debugging.
func (t *transcript) Dump(src []byte, level int) { ast.DumpHelper(t, src, level, nil, nil) }

// Transcript is the word that opens a quotation which says what is said in the
// sound or film above it, "" when n is none.
func Transcript(n ast.Node, src []byte) string {
	strong, _ := opening(n, src)
	return strong
}

// opening finds that word and its node.
func opening(n ast.Node, src []byte) (string, ast.Node) {
	quote, ok := n.(*ast.Blockquote)
	if !ok || quote.FirstChild() == nil {
		return "", nil
	}
	strong, ok := quote.FirstChild().FirstChild().(*ast.Emphasis)
	if !ok || strong.Level != 2 {
		return "", nil
	}
	word := strings.TrimRight(Text(strong, src), ".:")
	if quote.ChildCount() == 1 && quote.FirstChild().ChildCount() == 1 {
		return "", nil // it says nothing
	}
	switch strings.ToLower(word) {
	case "trascrizione", "transcript":
		return word, strong
	}
	return "", nil
}

// figures puts the media of a text in the places that name them.
func (p Page) figures(root ast.Node, src []byte) {
	var links []*ast.Link
	var pictures []*ast.Image
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			switch n := n.(type) {
			case *ast.Link:
				links = append(links, n)
			case *ast.Image:
				pictures = append(pictures, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range links {
		p.link(n, src)
	}
	for _, n := range pictures {
		f, ok := p.Figure(string(n.Destination))
		if !ok || f.Kind != "picture" {
			unlink(n, src)
			continue
		}
		n.Destination = []byte(f.Src)
		for _, a := range f.attributes() {
			n.SetAttributeString(a[0], []byte(a[1]))
		}
	}
}

// attributes let the page keep a picture's room, and a browser take the form of
// it that fits the screen.
func (f Figure) attributes() [][2]string {
	list := [][2]string{{"width", strconv.Itoa(f.Width)}, {"height", strconv.Itoa(f.Height)}, {"loading", "lazy"}}
	if len(f.Widths) > 0 {
		var set []string
		for _, w := range f.Widths {
			set = append(set, fmt.Sprintf("%s/%d %dw", f.Src, w, w))
		}
		set = append(set, fmt.Sprintf("%s %dw", f.Src, f.Width))
		list = append(list, [2]string{"srcset", strings.Join(set, ", ")}, [2]string{"sizes", pictureSizes})
	}
	return list
}

// link turns a link within the pack into where it leads: to a player, when it
// is a sound or film that stands alone; to a film elsewhere, whose address stays.
func (p Page) link(n *ast.Link, src []byte) {
	dest := string(n.Destination)
	f, ok := p.Figure(dest)
	para, alone := n.Parent().(*ast.Paragraph)
	alone = alone && para.ChildCount() == 1
	switch {
	case ok && alone && (f.Kind == "sound" || f.Kind == "film"):
		block := &player{Figure: f, words: Text(n, src), lang: p.Lang}
		if image, is := n.FirstChild().(*ast.Image); is && f.Kind == "film" {
			block.poster, _ = p.Figure(string(image.Destination))
		}
		said(para.NextSibling(), src)
		para.Parent().ReplaceChild(para.Parent(), para, block)
	case ok:
		n.Destination = []byte(f.Src)
	case p.Link != nil && within(dest):
		if href, ok := p.Link(dest); ok {
			n.Destination = []byte(href)
		} else {
			unlink(n, src)
		}
	case alone && n.ChildCount() == 1 && n.FirstChild().Kind() == ast.KindImage:
		said(para.NextSibling(), src)
	}
}

// within tells whether an address is one of the pack, not of the site or of another.
func within(dest string) bool {
	return dest != "" && !strings.ContainsAny(dest[:1], "/#?") && !strings.Contains(dest, ":")
}

// said folds the transcript that follows.
func said(n ast.Node, src []byte) {
	word, strong := opening(n, src)
	if strong == nil {
		return
	}
	box := &transcript{title: word}
	first := strong.Parent()
	first.RemoveChild(first, strong)
	if text, ok := first.FirstChild().(*ast.Text); ok {
		text.Segment = text.Segment.TrimLeftSpace(src)
	} else if first.FirstChild() == nil {
		n.RemoveChild(n, first)
	}
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		box.AppendChild(box, c)
		c = next
	}
	n.Parent().ReplaceChild(n.Parent(), n, box)
}

type playerRenderer struct{}

// RegisterFuncs tells the renderer how media are drawn.
func (playerRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindPlayer, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		p, ok := n.(*player)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		var b strings.Builder
		words := html.EscapeString(p.words)
		if p.Figure.Kind == "sound" {
			fmt.Fprintf(&b, `<figure class="sound"><figcaption>%s</figcaption><audio controls="" preload="none" src="%s"></audio></figure>`, words, p.Src)
		} else {
			fmt.Fprintf(&b, `<figure class="film"><video controls="" preload="none" src="%s" poster="%s" width="%d" height="%d">`, p.Src, p.poster.Src, p.poster.Width, p.poster.Height)
			if p.Captions != "" {
				fmt.Fprintf(&b, `<track kind="captions" srclang="%s" src="%s">`, p.lang, p.Captions)
			}
			fmt.Fprintf(&b, "</video><figcaption>%s</figcaption></figure>", words)
		}
		_, err := w.WriteString(b.String() + "\n")
		return ast.WalkSkipChildren, err
	})
	r.Register(kindTranscript, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		t, ok := n.(*transcript)
		if !ok || !entering {
			_, err := w.WriteString("</details>\n")
			return ast.WalkContinue, err
		}
		_, err := w.WriteString(`<details class="transcript"><summary>` + html.EscapeString(t.title) + "</summary>\n")
		return ast.WalkContinue, err
	})
}
