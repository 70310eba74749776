package ui_test

import (
	"bytes"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jba/templatecheck"

	"abilita/internal/i18n"
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

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	t.Parallel()
	templates := renderer(t).Templates(i18n.English)
	for _, view := range ui.Pages() {
		page, ok := templates[view.Template()]
		if !ok {
			t.Errorf("%T: no template %q", view, view.Template())
			continue
		}
		if err := templatecheck.CheckHTML(page, view); err != nil {
			t.Errorf("%T: %v", view, err)
		}
	}
}

func TestEveryTemplateHasItsPage(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(os.DirFS("html/page"), "*.html")
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, v := range ui.Pages() {
		have = append(have, v.Template()+".html")
		if reflect.TypeOf(v).Kind() != reflect.Pointer {
			t.Errorf("%T is not a pointer", v)
		}
	}
	slices.Sort(have)
	if !slices.Equal(files, have) {
		t.Errorf("templates %v, pages %v", files, have)
	}
}

type broken struct{ ui.Base }

func (*broken) Template() string { return "nowhere" }

func TestRenderWritesNothingOnError(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := renderer(t).Render(&b, &broken{}); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error %v, want one that names the template", err)
	}
	// A page whose words are missing panics under Strict or fails; either way nothing is written.
	if b.Len() != 0 {
		t.Errorf("wrote %q", b.String())
	}
}

// A page's own field or method of the same name would hide what base.html asks for.
func TestNoPageHidesItsFrame(t *testing.T) {
	t.Parallel()
	frame, err := os.ReadFile("html/base.html")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([A-Z]\w*)`).FindAllSubmatch(frame, -1) {
		asked[string(m[1])] = true
	}
	if !asked["Title"] || !asked["T"] {
		t.Fatal("the pattern finds nothing in base.html")
	}
	for _, v := range ui.Pages() {
		page := reflect.TypeOf(v).Elem()
		for field := range page.Fields() {
			if name := field.Name; name != "Base" && asked[name] && isOfBase(name) {
				t.Errorf("%T.%s hides what the frame asks for", v, name)
			}
		}
	}
}

func isOfBase(name string) bool {
	base := reflect.TypeFor[*ui.Base]()
	_, method := base.MethodByName(name)
	_, field := base.Elem().FieldByName(name)
	return method || field
}

func TestAMarkIsEscaped(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	page := &ui.Line{Name: "Linea", State: ui.Mark{State: `"><script>x</script>`, Word: `<img src=x onerror="x">`}}
	page.Printer = r.Printer(i18n.Italian)
	var b bytes.Buffer
	if err := r.Render(&b, page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<img src=x") || strings.Contains(b.String(), "<script>x") {
		t.Error("a word or a state became markup")
	}
	if !strings.Contains(b.String(), `<span class="st">&lt;img src=x`) {
		t.Error("the word is not shown as it is")
	}
}

func TestNewRefusesACatalogueWithoutItsSentences(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"it/a.json": {Data: []byte(`{"a.x":"uno"}`)}, "en/a.json": {Data: []byte(`{"a.x":"one"}`)}}
	c, err := i18n.LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ui.New(c); err == nil || !strings.Contains(err.Error(), `no sentence for "frame.skip"`) {
		t.Errorf("error %v, want the sentence that is missing", err)
	}
}
