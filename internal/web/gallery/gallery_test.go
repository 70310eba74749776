package gallery_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"abilita/internal/i18n"
	"abilita/internal/web/gallery"
	"abilita/internal/web/ui"
)

func renderer(t *testing.T) *ui.Renderer {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := ui.New(c.Strict())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryPageHasAnExample(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	names := map[string]bool{}
	for _, e := range gallery.Examples(renderer(t).Printer(i18n.Italian)) {
		shown[e.View.Template()] = true
		if names[e.Name] {
			t.Errorf("two examples are called %q", e.Name)
		}
		names[e.Name] = true
	}
	for _, v := range ui.Pages() {
		if !shown[v.Template()] {
			t.Errorf("no example of %q", v.Template())
		}
	}
}

func TestEveryExampleIsGoodHTML(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for _, lang := range i18n.Languages() {
		for _, e := range gallery.Examples(r.Printer(lang)) {
			t.Run(string(lang)+"/"+e.Name, func(t *testing.T) {
				t.Parallel()
				var b bytes.Buffer
				if err := r.Render(&b, e.View); err != nil {
					t.Fatal(err)
				}
				for _, fault := range faults(t, b.Bytes(), string(lang)) {
					t.Error(fault)
				}
			})
		}
	}
}

// The checks themselves are checked: each of these pages has one fault.
func TestChecksSeeFaults(t *testing.T) {
	t.Parallel()
	const good = `<!doctype html><html lang="it"><head><title>T</title></head><body><main><h1>A</h1><h2>B</h2><label for="x">X</label><input id="x"></main></body></html>`
	if found := faults(t, []byte(good), "it"); len(found) != 0 {
		t.Fatalf("a good page has %v", found)
	}
	for name, tc := range map[string]struct{ old, new, want string }{
		"wrong language":      {`lang="it"`, `lang="en"`, "lang"},
		"no title":            {`<title>T</title>`, ``, "title"},
		"second heading one":  {`<h2>B</h2>`, `<h1>B</h1>`, "h1"},
		"skipped heading":     {`<h2>B</h2>`, `<h3>B</h3>`, "skips"},
		"style attribute":     {`<h2>`, `<h2 style="x">`, "style"},
		"style in a picture":  {`<h2>`, `<svg style="x"></svg><h2>`, "style"},
		"inline script":       {`</main>`, `</main><script>x</script>`, "script"},
		"handler attribute":   {`<h2>`, `<h2 onclick="x">`, "onclick"},
		"other origin":        {`</main>`, `<img alt="" src="https://else.example/x"></main>`, "origin"},
		"no label":            {`for="x"`, `for="y"`, "no label"},
		"twice the same id":   {`<h2>`, `<h2 id="x">`, "twice"},
		"label to nowhere":    {`<h2>`, `<p aria-describedby="zz"></p><h2>`, "zz"},
		"picture without alt": {`</main>`, `<img src="/x"></main>`, "alt"},
		"button without word": {`</main>`, `<button></button></main>`, "no words"},
		"unanswered template": {`B`, `&lt;no value&gt;`, "no value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := strings.Join(faults(t, []byte(strings.Replace(good, tc.old, tc.new, 1)), "it"), "\n")
			if !strings.Contains(found, tc.want) {
				t.Errorf("found %q, want %q", found, tc.want)
			}
		})
	}
}

var keyLike = regexp.MustCompile(`\b[a-z]+\.[a-z]+_[a-z_]+\b`)

// faults lists what is wrong with a page.
func faults(t *testing.T, page []byte, lang string) []string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	bad := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if got := doc.Find("html").AttrOr("lang", ""); got != lang {
		bad("html lang %q, want %q", got, lang)
	}
	if strings.TrimSpace(doc.Find("head title").Text()) == "" {
		bad("no title")
	}
	if n := doc.Find("h1").Length(); n != 1 {
		bad("%d elements h1, want 1", n)
	}
	if n := doc.Find("main").Length(); n != 1 {
		bad("%d elements main, want 1", n)
	}
	last := 0
	doc.Find("main h1, main h2, main h3, main h4, main h5").Each(func(_ int, s *goquery.Selection) {
		level := int(goquery.NodeName(s)[1] - '0')
		if level > last+1 {
			bad("heading %q skips from h%d to h%d", s.Text(), last, level)
		}
		last = level
	})
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 {
			bad("id %q stands twice", id)
		}
	}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) { attributes(s, ids, bad) })
	doc.Find("script").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("src", "") == "" {
			bad("inline script")
		}
	})
	doc.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("type", "") == "hidden" {
			return
		}
		id := s.AttrOr("id", "")
		if s.Closest("label").Length() == 0 && (id == "" || doc.Find(`label[for="`+id+`"]`).Length() == 0) {
			bad("no label for %s %q", goquery.NodeName(s), s.AttrOr("name", id))
		}
	})
	doc.Find("a, button, summary").Each(func(_ int, s *goquery.Selection) {
		if strings.TrimSpace(s.Text()) == "" && s.AttrOr("aria-label", "") == "" {
			bad("%s has no words", goquery.NodeName(s))
		}
	})
	doc.Find("img").Each(func(_ int, s *goquery.Selection) {
		if _, ok := s.Attr("alt"); !ok {
			bad("picture %q without alt", s.AttrOr("src", ""))
		}
	})
	text := doc.Find("body").Text()
	if strings.Contains(text, "<no value>") {
		bad("no value in a sentence")
	}
	if key := keyLike.FindString(text); key != "" {
		bad("a key instead of its sentence: %q", key)
	}
	return found
}

// attributes checks one element.
func attributes(s *goquery.Selection, ids map[string]int, bad func(string, ...any)) {
	for _, a := range s.Nodes[0].Attr {
		switch {
		case a.Key == "style":
			bad("style attribute on %s", goquery.NodeName(s))
		case strings.HasPrefix(a.Key, "on"):
			bad("attribute %s on %s", a.Key, goquery.NodeName(s))
		case (a.Key == "src" || a.Key == "srcset" || a.Key == "href" && goquery.NodeName(s) == "link" || a.Key == "href" && goquery.NodeName(s) == "use") && strings.Contains(a.Val, "//"):
			bad("%s from another origin: %s", goquery.NodeName(s), a.Val)
		case a.Key == "for" || strings.HasPrefix(a.Key, "aria-") && (strings.HasSuffix(a.Key, "by") || a.Key == "aria-controls"):
			for id := range strings.FieldsSeq(a.Val) {
				if ids[id] == 0 {
					bad("%s names %q, which is not there", a.Key, id)
				}
			}
		}
	}
	if goquery.NodeName(s) == "style" {
		bad("style element")
	}
}

func TestEveryPageIsWellFormed(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true, "img": true, "hr": true}
	for _, e := range gallery.Examples(r.Printer(i18n.Italian)) {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := r.Render(&b, e.View); err != nil {
				t.Fatal(err)
			}
			var open []string
			z := html.NewTokenizer(&b)
			for {
				kind := z.Next()
				if kind == html.ErrorToken {
					if !errors.Is(z.Err(), io.EOF) {
						t.Error(z.Err())
					}
					break
				}
				tag, _ := z.TagName()
				name := string(tag)
				switch {
				case kind == html.StartTagToken && !void[name]:
					open = append(open, name)
				case kind == html.EndTagToken && (len(open) == 0 || open[len(open)-1] != name):
					t.Fatalf("</%s> closes %v", name, open)
				case kind == html.EndTagToken:
					open = open[:len(open)-1]
				}
			}
			if len(open) > 0 {
				t.Errorf("never closed: %v", open)
			}
		})
	}
}

func TestHandlerServesTheGallery(t *testing.T) {
	t.Parallel()
	h := gallery.Handler(renderer(t))
	for path, want := range map[string]int{"/": 200, "/home": 200, "/home?lang=en": 200, "/nothing": 404, "/static/x/abilita.css": 200, "/static/x/none.css": 404} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	c, err := i18n.Load()
	if err != nil {
		b.Fatal(err)
	}
	r, err := ui.New(c)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range gallery.Examples(r.Printer(i18n.Italian)) {
		switch e.Name {
		case "home", "module", "board", "quiz":
			b.Run(e.Name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := r.Render(io.Discard, e.View); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
