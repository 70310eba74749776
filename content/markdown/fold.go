package markdown

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// The kinds of what is folded: a heading that always shows, and what it opens.
//
//nolint:gochecknoglobals // the parser numbers kinds of blocks when the program starts
var (
	kindFold    = ast.NewNodeKind("Fold")
	kindSummary = ast.NewNodeKind("FoldSummary")
)

// element is a block that is drawn as an element without attributes.
type element struct {
	ast.BaseBlock
	kind ast.NodeKind
}

// Kind names the block.
func (e *element) Kind() ast.NodeKind { return e.kind }

// Dump is for debugging.
func (e *element) Dump(src []byte, level int) { ast.DumpHelper(e, src, level, nil, nil) }

// fold moves every heading of level 3 with what follows it, up to the next
// heading that is not below it, into an element of its own. Only headings that
// stand in the text itself count, not those in quotes and lists.
func fold(root ast.Node, src []byte, folded func(heading string) bool) {
	under := false
	var open ast.Node
	for n := root.FirstChild(); n != nil; {
		next := n.NextSibling()
		h, ok := n.(*ast.Heading)
		switch {
		case ok && h.Level <= 2:
			under, open = h.Level == 2 && folded(Text(h, src)), nil
		case ok && h.Level == 3 && under:
			open = &element{kind: kindFold}
			root.InsertBefore(root, n, open)
			summary := &element{kind: kindSummary}
			open.AppendChild(open, summary)
			summary.AppendChild(summary, n)
		case open != nil:
			open.AppendChild(open, n)
		}
		n = next
	}
}

type foldRenderer struct{}

// RegisterFuncs tells the renderer how folds are drawn.
func (foldRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	for kind, name := range map[ast.NodeKind]string{kindFold: "details", kindSummary: "summary"} {
		r.Register(kind, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
			tag := "</" + name + ">\n"
			if entering {
				tag = "<" + name + ">\n"
			}
			_, err := w.WriteString(tag)
			return ast.WalkContinue, err
		})
	}
}
