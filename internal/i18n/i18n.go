// Package i18n holds every sentence that people read, in Italian and English,
// and writes dates, numbers and lists the way each language does.
//
// Sentences live in it/SUBJECT.json and en/SUBJECT.json: one object of flat
// keys, each beginning with its subject ("apply.title" in apply.json). A value
// is a string, or an object with the plural forms "one", "many" and "other";
// Italian has "many" for round millions ("1.000.000 di persone"), and without
// it "other" is used. Placeholders are written {{.Name}}.
//
// Both languages hold the same keys and the same placeholders; Load refuses
// catalogues that do not.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed it/*.json en/*.json
var sentences embed.FS

// Lang is a language of the interface.
type Lang string

// The languages of the interface; Italian is the default.
const (
	Italian Lang = "it"
	English Lang = "en"
)

// Languages lists them, the default first.
func Languages() []Lang { return []Lang{Italian, English} }

// Known says whether s names a language of the interface.
func Known(s string) bool { return slices.Contains(Languages(), Lang(s)) }

// Match picks the language for an Accept-Language header; Italian when the
// header names neither language or cannot be read.
func Match(accept string) Lang {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return Italian
	}
	_, i, confidence := language.NewMatcher([]language.Tag{language.Italian, language.English}).Match(wanted...)
	if confidence == language.No {
		return Italian
	}
	return Languages()[i]
}

// Catalogue holds the sentences of both languages. It is read-only after Load
// and safe for concurrent use.
type Catalogue struct {
	tongues map[Lang]*tongue
	missing *atomic.Int64
	strict  bool
}

// tongue is one language ready for use. Sentences without placeholders are
// looked up directly; the others go through go-i18n.
type tongue struct {
	lang      Lang
	plain     map[string]string
	compound  map[string][]string // key to its placeholders
	localizer *goi18n.Localizer
}

// Load reads the embedded catalogues and proves that they agree.
func Load() (*Catalogue, error) { return LoadFS(sentences) }

// LoadFS reads catalogues from a file system shaped like the embedded one.
func LoadFS(fsys fs.FS) (*Catalogue, error) {
	bundle := goi18n.NewBundle(language.Italian)
	c := &Catalogue{tongues: map[Lang]*tongue{}, missing: new(atomic.Int64)}
	for _, l := range Languages() {
		messages, err := read(fsys, l)
		if err != nil {
			return nil, err
		}
		t := &tongue{lang: l, plain: map[string]string{}, compound: map[string][]string{}}
		for _, m := range messages {
			if names := placeholders(m); len(names) > 0 || plural(m) {
				t.compound[m.ID] = names
			} else {
				t.plain[m.ID] = m.Other
			}
			if !plural(m) {
				m.One = m.Other // said of one thing too; a missing form is an error to go-i18n
			}
		}
		if err := bundle.AddMessages(language.MustParse(string(l)), messages...); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", l, err)
		}
		t.localizer = goi18n.NewLocalizer(bundle, string(l))
		c.tongues[l] = t
	}
	return c, c.agree()
}

// Strict returns the same catalogue with a panic instead of the bare key when
// a sentence or one of its values is missing: for tests and the gallery.
func (c *Catalogue) Strict() *Catalogue {
	s := *c
	s.strict = true
	return &s
}

// Missing counts the sentences that were asked for and do not exist.
func (c *Catalogue) Missing() int64 { return c.missing.Load() }

// Keys lists every key in order.
func (c *Catalogue) Keys() []string {
	t := c.tongues[Italian]
	return slices.Sorted(maps.Keys(t.all()))
}

// Has says whether key has a sentence.
func (c *Catalogue) Has(key string) bool {
	t := c.tongues[Italian]
	_, compound := t.compound[key]
	_, plain := t.plain[key]
	return plain || compound
}

// Printer returns the printer of a language, of Italian for an unknown one.
func (c *Catalogue) Printer(l Lang) Printer {
	t, ok := c.tongues[l]
	if !ok {
		t = c.tongues[Italian]
	}
	return Printer{catalogue: c, tongue: t}
}

func (t *tongue) all() map[string][]string {
	all := maps.Clone(t.compound)
	for k := range t.plain {
		all[k] = nil
	}
	return all
}

// agree reports the first keys or placeholders on which the languages differ.
func (c *Catalogue) agree() error {
	it, en := c.tongues[Italian].all(), c.tongues[English].all()
	for _, pair := range []struct {
		have, want map[string][]string
		lang       Lang
	}{{it, en, Italian}, {en, it, English}} {
		for _, key := range slices.Sorted(maps.Keys(pair.want)) {
			names, ok := pair.have[key]
			if !ok {
				return fmt.Errorf("catalogue %s: no sentence for %q", pair.lang, key)
			}
			if !slices.Equal(names, pair.want[key]) {
				return fmt.Errorf("catalogue %s: %q has values %v, the other language %v", pair.lang, key, names, pair.want[key])
			}
		}
	}
	return nil
}

func read(fsys fs.FS, l Lang) ([]*goi18n.Message, error) {
	files, err := fs.Glob(fsys, string(l)+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", l, err)
	}
	var all []*goi18n.Message
	for _, file := range files {
		b, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		messages, err := parse(b, strings.TrimSuffix(path.Base(file), ".json"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, messages...)
	}
	return all, nil
}

func parse(b []byte, subject string) ([]*goi18n.Message, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(b, &entries); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	var messages []*goi18n.Message
	for key, raw := range entries {
		if !strings.HasPrefix(key, subject+".") {
			return nil, fmt.Errorf("key %q does not begin with %q", key, subject+".")
		}
		m := &goi18n.Message{ID: key}
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &m.Other); err != nil {
				return nil, fmt.Errorf("key %q: %w", key, err)
			}
		} else {
			var forms struct{ One, Many, Other string }
			if err := json.Unmarshal(raw, &forms); err != nil {
				return nil, fmt.Errorf("key %q: %w", key, err)
			}
			m.One, m.Many, m.Other = forms.One, forms.Many, forms.Other
			if m.One == "" {
				return nil, fmt.Errorf("key %q: a plural needs the form \"one\"", key)
			}
		}
		if m.Other == "" {
			return nil, fmt.Errorf("key %q is empty", key)
		}
		if m.Many == "" {
			m.Many = m.Other // a missing form is an error to go-i18n, not to a reader
		}
		messages = append(messages, m)
	}
	return messages, nil
}

func plural(m *goi18n.Message) bool { return m.One != "" }

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// placeholders lists the names used by any form of m, sorted, each once.
func placeholders(m *goi18n.Message) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(m.One+m.Many+m.Other, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
