package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"abilita/internal/i18n"
)

//go:embed html
var htmlFiles embed.FS

// Renderer turns views into pages. It is safe for concurrent use.
type Renderer struct {
	catalogue *i18n.Catalogue
	pages     map[string]*template.Template
	buffers   sync.Pool
}

// New parses every template; an error means that the program was built wrong.
func New(c *i18n.Catalogue) (*Renderer, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	common, err := template.New("base.html").
		Option("missingkey=error").
		Funcs(template.FuncMap{"asset": assets.href}).
		ParseFS(htmlFiles, "html/base.html", "html/part/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse common templates: %w", err)
	}
	files, err := fs.Glob(htmlFiles, "html/page/*.html")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	r := &Renderer{catalogue: c, pages: map[string]*template.Template{}}
	r.buffers.New = func() any { return new(bytes.Buffer) }
	for _, file := range files {
		page, err := template.Must(common.Clone()).ParseFS(htmlFiles, file)
		if err != nil {
			return nil, fmt.Errorf("parse page: %w", err)
		}
		r.pages[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return r, nil
}

// Printer speaks language l.
func (r *Renderer) Printer(l i18n.Lang) i18n.Printer { return r.catalogue.Printer(l) }

// Templates lists the parsed pages by name, for tests.
func (r *Renderer) Templates() map[string]*template.Template { return r.pages }

// Render writes the page of v. It renders to a buffer first: on an error
// nothing has been written.
func (r *Renderer) Render(w io.Writer, v View) error {
	page, ok := r.pages[v.Template()]
	if !ok {
		return fmt.Errorf("no template %q", v.Template())
	}
	b, _ := r.buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer r.buffers.Put(b)
	if err := page.Execute(b, v); err != nil {
		return fmt.Errorf("render %s: %w", v.Template(), err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write %s: %w", v.Template(), err)
	}
	return nil
}
