package ui

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"abilita/internal/i18n"
)

//go:embed html
var htmlFiles embed.FS

// Renderer turns views into pages. It is safe for concurrent use.
//
// There is one set of templates a language: fixed words and the addresses of
// assets are put in when the program starts, so that rendering does not look
// them up again and a sentence that is missing stops the start.
type Renderer struct {
	catalogue *i18n.Catalogue
	pages     map[i18n.Lang]map[string]*template.Template
	buffers   sync.Pool
}

// New parses every template; an error means that the program was built wrong.
func New(c *i18n.Catalogue) (*Renderer, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	r := &Renderer{catalogue: c, pages: map[i18n.Lang]map[string]*template.Template{}}
	r.buffers.New = func() any { return new(bytes.Buffer) }
	for _, lang := range i18n.Languages() {
		if r.pages[lang], err = parse(settled{assets: assets, printer: c.Printer(lang)}); err != nil {
			return nil, fmt.Errorf("templates %s: %w", lang, err)
		}
	}
	return r, nil
}

// settled is what is the same at every rendering in one language.
type settled struct {
	assets  assetSet
	printer i18n.Printer
}

func parse(s settled) (map[string]*template.Template, error) {
	sprite, err := s.assets.href("sprite.svg")
	if err != nil {
		return nil, err
	}
	drawn := drawShapes(sprite)
	common := template.New("base.html").Option("missingkey=error").
		Funcs(template.FuncMap{"asset": s.assets.href, "shape": drawn.shape, "mark": drawn.mark})
	parts, err := fs.Glob(htmlFiles, "html/part/*.html")
	if err != nil {
		return nil, fmt.Errorf("list parts: %w", err)
	}
	for _, file := range append([]string{"html/base.html"}, parts...) {
		if err := s.add(common, file); err != nil {
			return nil, err
		}
	}
	files, err := fs.Glob(htmlFiles, "html/page/*.html")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		page, err := common.Clone()
		if err != nil {
			return nil, fmt.Errorf("copy common templates: %w", err)
		}
		if err := s.add(page, file); err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return pages, nil
}

// add parses file into set under its base name.
func (s settled) add(set *template.Template, file string) error {
	src, err := fs.ReadFile(htmlFiles, file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	text, err := s.settle(string(src))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	t := set
	if name := path.Base(file); name != set.Name() {
		t = set.New(name)
	}
	if _, err := t.Parse(text); err != nil {
		return fmt.Errorf("parse %s: %w", file, err)
	}
	return nil
}

var (
	fixedWords = regexp.MustCompile(`\{\{\$?\.T "([a-z0-9_.]+)"\}\}`)
	fixedAsset = regexp.MustCompile(`\{\{asset "([a-z0-9./-]+)"\}\}`)
)

// settle puts in sentences without values and the addresses of assets. Both
// are escaped for text and for quoted attributes, the only places where
// templates of ours ask for them; whatever else {{ }} holds is left alone.
func (s settled) settle(src string) (string, error) {
	var bad error
	src = fixedWords.ReplaceAllStringFunc(src, func(action string) string {
		key := fixedWords.FindStringSubmatch(action)[1]
		if !s.printer.Has(key) {
			bad = errors.Join(bad, fmt.Errorf("no sentence for %q", key))
			return action
		}
		if !s.printer.Fixed(key) {
			bad = errors.Join(bad, fmt.Errorf("the sentence %q needs values", key))
			return action
		}
		return template.HTMLEscapeString(s.printer.T(key))
	})
	src = fixedAsset.ReplaceAllStringFunc(src, func(action string) string {
		href, err := s.assets.href(fixedAsset.FindStringSubmatch(action)[1])
		bad = errors.Join(bad, err)
		return href
	})
	return src, bad
}

// Printer speaks language l.
func (r *Renderer) Printer(l i18n.Lang) i18n.Printer { return r.catalogue.Printer(l) }

// Templates lists the parsed pages of a language by name, for tests.
func (r *Renderer) Templates(l i18n.Lang) map[string]*template.Template { return r.pages[l] }

// Render writes the page of v. It renders to a buffer first: on an error
// nothing has been written.
func (r *Renderer) Render(w io.Writer, v View) error {
	page, ok := r.pages[i18n.Lang(v.Frame().Lang())][v.Template()]
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

// Rendered marks HTML that content/markdown rendered and cleaned when it was
// published: the one place where text becomes markup.
func Rendered(published string) template.HTML {
	return template.HTML(published) //nolint:gosec // cleaned by content/markdown, stored, never typed
}
