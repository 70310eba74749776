package markdown_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"abilita/content/markdown"
)

// attacks are the texts behind SECURITY.md V1: each tries to smuggle code, a
// foreign address or an element into a page.
var attacks = []string{
	"[a](javascript:alert(1))",
	"[a](JaVaScRiPt:alert(1))",
	"[a](java\tscript:alert(1))",
	"[a](&#106;avascript:alert(1))",
	"[a](&#x6a;&#x61;vascript:alert(1))",
	"[a](javascript&colon;alert(1))",
	"[a](javascript&#58;alert(1))",
	"[a](<java\nscript:alert(1)>)",
	"[a](<\u0001javascript:alert(1)>)",
	"[a](\u00a0javascript:alert(1))",
	"[a](vbscript:msgbox(1))",
	"[a](data:text/html;base64,PHNjcmlwdD4=)",
	"[a](file:///etc/passwd)",
	"[a](//evil.example/x)",
	"[a](/\\evil.example/x)",
	"[a](\\\\evil.example)",
	"[a](&#47;&#47;evil.example)",
	"[a](\\/\\/evil.example)",
	"![a](data:image/svg+xml;base64,PHN2Zz4=)",
	"![a](https://evil.example/pixel.png)",
	"![a](//evil.example/pixel.png)",
	"![a](x\"onerror=alert(1))",
	"![a\"onerror=alert(1)](p.png)",
	"<javascript:alert(1)>",
	"<https://ok.example/\"onmouseover=alert(1)>",
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"<svg/onload=alert(1)>",
	"<iframe src=//evil.example></iframe>",
	"<style>*{display:none}</style>",
	"<a href=javascript:alert(1)>a</a>",
	"a <b onclick=alert(1)>b</b> c",
	"<!-- --!><script>alert(1)</script>",
	"## t {#x onclick=alert(1)}",
	"## \"><script>alert(1)</script>",
	"```\"><script>\nx\n```",
	"```js onload=alert(1)\n</code><script>\n```",
	"[a]: javascript:alert(1)\n\n[a]",
	"[a]: <javascript:alert(1)> \"t\"\n\n![a]",
	"[a](https://ok.example \"t\\\" onclick=alert(1)\")",
	"[^1]\n\n[^1]: <script>alert(1)</script>",
	"| a |\n|---|\n| <script>alert(1)</script> |",
	"|a|\n|:-:|\n|[x](javascript:alert(1))|",
	"\\<script>alert(1)\\</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	"**<style>**x**</style>**",
}

func TestNothingDangerousLeaves(t *testing.T) {
	t.Parallel()
	for _, src := range attacks {
		for _, src := range []string{src, "## Q\n\n### " + src, "## Q\n\n### q\n\n" + src} {
			d, err := markdown.RenderPage([]byte(src), markdown.Page{Folded: func(string) bool { return true }})
			if err != nil {
				t.Errorf("%q: %v", src, err)
				continue
			}
			if why := unsafePage(d.HTML); why != "" {
				t.Errorf("%q\n gives %q\n %s", src, d.HTML, why)
			}
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, src := range attacks {
		f.Add([]byte(src))
	}
	f.Add([]byte("# T\n\n- a\n  1. b\n\n| a | b |\n|:-|-:|\n| 1 |\n\n> *x* __y__ ~~z~~ `w`\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := markdown.Render(src)
		if err != nil {
			if d.HTML != "" {
				t.Fatal("a refused text left a page")
			}
			return
		}
		if why := unsafePage(d.HTML); why != "" {
			t.Fatalf("%q gives %q: %s", src, d.HTML, why)
		}
		again, err := markdown.Render(src)
		if err != nil || again.HTML != d.HTML {
			t.Fatalf("the second rendering differs: %v", err)
		}
	})
}

var allowed = map[string][]string{
	"p": nil, "h1": {"id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"}, "ul": nil, "ol": {"start"}, "li": nil,
	"blockquote": nil, "details": nil, "summary": nil, "em": nil, "strong": nil, "del": nil, "code": nil, "pre": nil, "hr": nil, "br": nil, "table": nil, "thead": nil,
	"tbody": nil, "tr": nil, "th": {"align"}, "td": {"align"}, "a": {"href", "title", "rel"}, "img": {"src", "alt", "title"},
}

var schemed = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:`)

// unsafePage reads a page as a browser would and says what is wrong with it.
func unsafePage(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.CommentToken, html.DoctypeToken:
			return "comment or doctype"
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			names, ok := allowed[token.Data]
			if !ok {
				return "element " + token.Data
			}
			for _, a := range token.Attr {
				if !slices.Contains(names, a.Key) {
					return "attribute " + a.Key + " on " + token.Data
				}
				if a.Key != "href" && a.Key != "src" {
					continue
				}
				u, err := url.Parse(a.Val)
				if err != nil {
					return "address " + a.Val
				}
				s := schemed.FindString(a.Val)
				if a.Key == "src" && (s != "" || u.Host != "") || s == "" && u.Host != "" || strings.Contains(a.Val, `\`) ||
					strings.HasPrefix(a.Val, "//") || s != "" && s != "https:" && !strings.EqualFold(s, "https:") && !strings.EqualFold(s, "mailto:") && !strings.EqualFold(s, "tel:") {
					return a.Key + " " + a.Val
				}
			}
		}
	}
}
