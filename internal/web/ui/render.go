package ui

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
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

// parse makes one set of all pages, so that what they share is held once. What a page
// defines has its name before its own: no page knows what another calls its parts.
func parse(s settled) (map[string]*template.Template, error) {
	sprite, err := s.assets.href("sprite.svg")
	if err != nil {
		return nil, err
	}
	drawn := drawShapes(sprite)
	set := template.New("").Option("missingkey=error").
		Funcs(template.FuncMap{"asset": s.assets.href, "shape": drawn.shape, "mark": drawn.mark})
	var texts [3]map[string]string
	for i, pattern := range []string{"html/base.html", "html/part/*.html", "html/page/*.html"} {
		if texts[i], err = s.read(pattern); err != nil {
			return nil, err
		}
	}
	frame, parts, bodies := texts[0]["base"], texts[1], texts[2]
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if _, err := set.New(name + ".part").Parse(parts[name]); err != nil {
			return nil, fmt.Errorf("parse part %s: %w", name, err)
		}
	}
	pages := map[string]*template.Template{}
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		framed, body := owned(name, frame, bodies[name])
		if pages[name], err = set.New(name + ".html").Parse(framed); err != nil {
			return nil, fmt.Errorf("parse the frame of page %s: %w", name, err)
		}
		if _, err := set.New(name + ".body").Parse(body); err != nil {
			return nil, fmt.Errorf("parse page %s: %w", name, err)
		}
	}
	return pages, nil
}

// read settles the files that match, by their base names.
func (s settled) read(pattern string) (map[string]string, error) {
	files, err := fs.Glob(htmlFiles, pattern)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", pattern, err)
	}
	texts := map[string]string{}
	for _, file := range files {
		src, err := fs.ReadFile(htmlFiles, file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		if texts[strings.TrimSuffix(path.Base(file), ".html")], err = s.settle(string(src)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return texts, nil
}

var called = regexp.MustCompile(`(\{\{(?:- )?(define|template|block) ")([^"]+)"`)

// owned puts the name of a page before the names of the templates that the page
// defines, where it defines and where it or its frame calls them.
func owned(page, frame, body string) (string, string) {
	own := map[string]bool{}
	for _, m := range called.FindAllStringSubmatch(body, -1) {
		if m[2] != "template" {
			own[m[3]] = true
		}
	}
	rename := func(text string) string {
		return called.ReplaceAllStringFunc(text, func(action string) string {
			m := called.FindStringSubmatch(action)
			if !own[m[3]] {
				return action
			}
			return m[1] + page + "/" + m[3] + `"`
		})
	}
	return rename(frame), rename(body)
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
