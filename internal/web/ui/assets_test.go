package ui_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

// styleHref is the address of the style sheet as a page names it.
func styleHref(t *testing.T) string {
	t.Helper()
	r := renderer(t)
	page := &ui.SignIn{}
	page.Printer = r.Printer(i18n.Italian)
	var b bytes.Buffer
	if err := r.Render(&b, page); err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`href="(/static/[0-9a-f]{12}/abilita\.css)"`).FindStringSubmatch(b.String())
	if m == nil {
		t.Fatal("the page names no style sheet under a hash")
	}
	return m[1]
}

func TestAssets(t *testing.T) {
	t.Parallel()
	href := styleHref(t)
	want, err := os.ReadFile("static/abilita.css")
	if err != nil {
		t.Fatal(err)
	}
	other := "/static/000000000000/abilita.css"
	for name, tc := range map[string]struct {
		method, path, accept string
		status               int
		cache, encoding      string
	}{
		"kept for ever under its hash":   {"GET", href, "", 200, "public, max-age=31536000, immutable", ""},
		"compressed for who asks":        {"GET", href, "br, gzip", 200, "public, max-age=31536000, immutable", "gzip"},
		"another instance drew the page": {"GET", other, "", 200, "no-cache", ""},
		"head":                           {"HEAD", href, "", 200, "public, max-age=31536000, immutable", ""},
		"no such file":                   {"GET", "/static/000000000000/none.css", "", 404, "", ""},
		"outside the folder":             {"GET", "/static/x/../assets.go", "", 404, "", ""},
		"not to be posted to":            {"POST", href, "", 404, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := httptest.NewRequest(tc.method, tc.path, nil)
			req.Header.Set("Accept-Encoding", tc.accept)
			w := httptest.NewRecorder()
			ui.Assets().ServeHTTP(w, req)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d", w.Code, tc.status)
			}
			if tc.status != 200 {
				return
			}
			if got := w.Header().Get("Cache-Control"); got != tc.cache {
				t.Errorf("cache %q, want %q", got, tc.cache)
			}
			if got := w.Header().Get("Content-Encoding"); got != tc.encoding {
				t.Errorf("encoding %q, want %q", got, tc.encoding)
			}
			if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/css") {
				t.Errorf("type %q", got)
			}
			var body io.Reader = w.Body
			if tc.encoding == "gzip" {
				if body, err = gzip.NewReader(w.Body); err != nil {
					t.Fatal(err)
				}
			}
			got, err := io.ReadAll(body)
			if err != nil {
				t.Fatal(err)
			}
			if tc.method == "GET" && !bytes.Equal(got, want) {
				t.Error("the body is not the file")
			}
			if tc.method == "HEAD" && len(got) != 0 {
				t.Error("HEAD has a body")
			}
		})
	}
}

func TestStylesNeedNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("static/abilita.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`url\(([^)]+)\)`).FindAllStringSubmatch(string(css), -1) {
		if _, err := os.Stat("static/" + m[1]); err != nil {
			t.Errorf("the style sheet names %s: %v", m[1], err)
		}
	}
	for _, word := range []string{"light-dark(", "@import", "//"} {
		if strings.Contains(string(css), word) {
			t.Errorf("the style sheet holds %q", word)
		}
	}
	if n := strings.Count(string(css), "{") - strings.Count(string(css), "}"); n != 0 {
		t.Errorf("%d braces are not closed", n)
	}
}

// Every symbol that a template or a state asks for is in the sprite.
func TestEveryShapeIsDrawn(t *testing.T) {
	t.Parallel()
	sprite, err := os.ReadFile("static/sprite.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range ui.States() {
		if !strings.Contains(string(sprite), `id="s-`+string(s)+`"`) {
			t.Errorf("no shape for %q", s)
		}
	}
	p := renderer(t).Printer(i18n.Italian)
	for _, n := range slices.Concat(ui.LearnerNav(p, "/"), ui.VolunteerNav(p, "/"), ui.StaffNav(p, "/board")) {
		if !strings.Contains(string(sprite), `id="i-`+n.Icon+`"`) {
			t.Errorf("no symbol for %q", n.Icon)
		}
	}
	if strings.Contains(string(sprite), "style=") {
		t.Error("a style attribute in the sprite")
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
	page := &ui.SignIn{}
	page.Printer = r.Printer(i18n.Italian)
	for b.Loop() {
		if err := r.Render(io.Discard, page); err != nil {
			b.Fatal(err)
		}
	}
}

// The editor's bundle is what the lockfile and its two sources make: a change of one
// without `make codemirror` is seen here, without a network.
func TestTheBundleIsMadeOfItsSources(t *testing.T) {
	t.Parallel()
	sum := sha256.New()
	for _, name := range []string{"package-lock.json", "codemirror/entry.js", "codemirror/bundle.mjs"} {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(body)
	}
	bundle, err := os.ReadFile("static/codemirror.js")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(bundle), "\n")
	if want := "Made of " + hex.EncodeToString(sum.Sum(nil)); !strings.HasSuffix(head, want) {
		t.Errorf("the bundle is of other sources (make codemirror): %s, want %s", head, want)
	}
	if len(bundle) > 350_000 {
		t.Errorf("the bundle weighs %d bytes", len(bundle))
	}
	licences, err := os.ReadFile("static/codemirror.LICENSE.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"@codemirror/view", "@codemirror/state", "@codemirror/lint", "@codemirror/search", "@lezer/common", "style-mod"} {
		if !strings.Contains(string(licences), name+" ") {
			t.Errorf("no licence of %s", name)
		}
	}
}
