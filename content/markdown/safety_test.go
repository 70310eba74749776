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

// everywhere finds a medium behind whatever address a text names.
func everywhere(kind string) markdown.Page {
	const hash = "/media/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	return markdown.Page{
		Lang: "it", Figure: func(string) (markdown.Figure, bool) {
			return markdown.Figure{Kind: kind, Src: hash, Width: 40, Height: 30, Widths: []int{20}, Captions: hash}, true
		},
	}
}

func TestNothingDangerousLeavesWithMedia(t *testing.T) {
	t.Parallel()
	more := []string{
		"[x\"><script>alert(1)</script>](../media/a.mp3)\n\n> **Trascrizione.** <script>alert(1)</script>", "[![\" onerror=\"alert(1)](a.jpg)](b.mp4)\n\n> **Transcript.** x",
		"![\" srcset=\"https://bad.example/x](a.jpg)", "[![x](a.jpg)](https://ok.example/\"onclick=\"alert(1))\n\n> **Trascrizione.** [x](javascript:alert(1))", "[a](b)\n\n> **Trascrizione**\n\n> **Trascrizione.** > x",
		"- [a](b)\n\n  > **Trascrizione.** x", "> [a](b)\n>\n> > **Trascrizione.** x", "[a](b) [c](d)", "[a][r]\n\n[r]: b 'x\" y'",
	}
	for _, kind := range []string{"picture", "sound", "film", "document", "captions", "\" onload=\"x"} {
		for _, src := range append(more, attacks...) {
			d, err := markdown.RenderPage([]byte(src), everywhere(kind))
			if err != nil {
				t.Errorf("%q: %v", src, err)
				continue
			}
			if why := unsafePage(d.HTML); why != "" {
				t.Errorf("%s: %q\n gives %q\n %s", kind, src, d.HTML, why)
			}
		}
	}
}

func FuzzRenderMedia(f *testing.F) {
	for _, src := range attacks {
		f.Add([]byte(src), "picture")
	}
	f.Add([]byte("[![a](b)](c)\n\n> **Trascrizione.** x\n"), "film")
	f.Add([]byte("- [a](b)\n\n  > **Transcript.** x\n"), "sound")
	f.Fuzz(func(t *testing.T, src []byte, kind string) {
		d, err := markdown.RenderPage(src, everywhere(kind))
		if err != nil {
			return
		}
		if why := unsafePage(d.HTML); why != "" {
			t.Fatalf("%s: %q gives %q: %s", kind, src, d.HTML, why)
		}
	})
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
	"blockquote": nil, "details": {"class"}, "summary": nil, "em": nil, "strong": nil, "del": nil, "code": nil, "pre": nil, "hr": nil, "br": nil, "table": nil, "thead": nil,
	"tbody": nil, "tr": nil, "th": {"align"}, "td": {"align"}, "a": {"href", "title", "rel"}, "img": {"src", "alt", "title", "width", "height", "loading", "srcset", "sizes"},
	"figure": {"class"}, "figcaption": nil, "audio": {"controls", "preload", "src"}, "video": {"controls", "preload", "src", "poster", "width", "height"}, "track": {"kind", "srclang", "src"},
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
				if (a.Key == "srcset" || a.Key == "poster") && !strings.HasPrefix(a.Val, "/media/") {
					return a.Key + " " + a.Val
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
