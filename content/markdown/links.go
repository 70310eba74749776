package markdown

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// SafeLink says whether a link may point at dest: https, mailto, tel, or a
// place on this site. An address of another host without a scheme ("//host"),
// a backslash or a control character is none.
func SafeLink(dest string) bool {
	if !plain(dest) {
		return false
	}
	scheme, _, found := strings.Cut(dest, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return !strings.HasPrefix(dest, "//")
	}
	switch strings.ToLower(scheme) {
	case "https", "mailto", "tel":
		return true
	}
	return false
}

// SafePicture says whether a picture may come from dest: only from this site,
// so that opening a page tells nobody else.
func SafePicture(dest string) bool {
	return plain(dest) && dest != "" && !strings.Contains(dest, ":") && !strings.HasPrefix(dest, "//")
}

// plain is false for what browsers drop or turn before they read a scheme:
// entities and escapes are resolved first, as they would.
func plain(dest string) bool {
	resolved := util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences([]byte(dest))))
	for _, b := range [][]byte{[]byte(dest), resolved} {
		for _, r := range string(b) {
			if r <= ' ' || r == 0x7f || r == '\\' || r == 0xfffd || r == 0xfeff || r >= 0x80 && r <= 0xa0 {
				return false
			}
		}
	}
	return bytes.Equal(resolved, []byte(dest)) || !bytes.ContainsRune(resolved, ':') && !bytes.HasPrefix(resolved, []byte("//"))
}

// mendLinks takes the address from links and pictures that may not keep it;
// their words stay.
func mendLinks(root ast.Node, src []byte) {
	var unsafe []ast.Node
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			if !SafeLink(string(n.Destination)) {
				unsafe = append(unsafe, n)
			}
		case *ast.Image:
			if !SafePicture(string(n.Destination)) {
				unsafe = append(unsafe, n)
			}
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkURL && !SafeLink(string(n.URL(src))) {
				unsafe = append(unsafe, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range unsafe {
		unlink(n, src)
	}
}

// unlink leaves the words of a link or picture in its place.
func unlink(n ast.Node, src []byte) {
	parent := n.Parent()
	if auto, ok := n.(*ast.AutoLink); ok {
		parent.InsertBefore(parent, n, ast.NewString(auto.Label(src)))
	}
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}

// policy is the second lock: whatever the renderer does, nothing but these
// elements and attributes leaves the package.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "em", "strong", "del",
		"code", "pre", "hr", "br", "details", "summary", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)).OnElements("h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("src", "alt", "title").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img", "video")
	p.AllowAttrs("srcset").Matching(regexp.MustCompile(`^(/media/[0-9a-f]{64}(/[0-9]+)? [0-9]+w(, )?)+$`)).OnElements("img")
	p.AllowAttrs("sizes").Matching(regexp.MustCompile(`^` + regexp.QuoteMeta(pictureSizes) + `$`)).OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowElements("figure", "figcaption")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(sound|film)$`)).OnElements("figure")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^transcript$`)).OnElements("details")
	p.AllowAttrs("controls").Matching(regexp.MustCompile(`^$`)).OnElements("audio", "video")
	p.AllowAttrs("preload").Matching(regexp.MustCompile(`^none$`)).OnElements("audio", "video")
	p.AllowAttrs("src", "poster").Matching(mediaForm).OnElements("audio", "video", "track")
	p.AllowAttrs("kind").Matching(regexp.MustCompile(`^captions$`)).OnElements("track")
	p.AllowAttrs("srclang").Matching(regexp.MustCompile(`^(it|en)$`)).OnElements("track")
	p.AllowURLSchemes("https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
})
