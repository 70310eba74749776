package ui_test

import (
	"bytes"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

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
	templates := renderer(t).Templates()
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
