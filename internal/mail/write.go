// Package mail writes letters and sends them. A letter is stored as a kind with
// values; here it becomes sentences in the reader's language: the subject is
// the sentence letter.KIND_subject, the paragraphs are those of
// letter.KIND_body, parted by blank lines.
//
// A paragraph that names a value which is empty is left out, so that one text
// serves with and without the sender's own words or a link. Values that are
// instants or days are written out in the letter's zone; codes become words.
package mail

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"abilita/internal/i18n"
)

// ErrNoText says that the catalogue cannot write a kind of letter: there is no
// text, or the text wants a value that the letter does not bring.
var ErrNoText = errors.New("no text for this kind of letter")

// Content is a letter before it is written.
type Content struct {
	Kind    string
	Vals    map[string]any
	Name    string // given name of the reader
	Link    string // whole address of the login link; empty: none
	Site    string // address of the site
	Org     string
	Contact string
	Zone    *time.Location
}

// Text is a letter that can be read: a greeting, paragraphs, the signature.
type Text struct {
	Lang       string
	Subject    string
	Paragraphs []string
	link       string
}

// gap stands for an empty value until its paragraph is left out.
const gap = "\x00"

// usual are the values that a letter may lack.
var usual = []string{"Line", "Words", "Cohort", "Motive", "Reason", "By", "Policy", "Number", "Until", "AppealBy"}

// codes are the values that are codes; their words are letter.NAME_CODE.
var codes = []string{"Level", "Motive", "Reason", "Role", "Impact", "Outcome", "Part", "Cause", "Running"}

// Write writes a letter in the language of p.
func Write(p i18n.Printer, c Content) (Text, error) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	args := []any{"Link", or(c.Link), "Site", c.Site, "Org", or(c.Org), "Name", c.Name}
	given := map[string]bool{"Link": true, "Site": true, "Org": true, "Name": true}
	for name, v := range c.Vals {
		if !given[name] {
			args = append(args, name, value(p, name, v, zone))
			given[name] = true
		}
	}
	for _, name := range usual {
		if !given[name] {
			args = append(args, name, gap)
		}
	}
	t := Text{Lang: p.Lang(), link: c.Link}
	subject, body := "letter."+c.Kind+"_subject", "letter."+c.Kind+"_body"
	if !p.Has(subject) || !p.Has(body) {
		return t, fmt.Errorf("%w: %s", ErrNoText, c.Kind)
	}
	t.Subject = strings.ReplaceAll(p.T(subject, args...), gap, "")
	text := p.T(body, args...)
	if t.Subject == subject || text == body {
		return t, fmt.Errorf("%w: %s", ErrNoText, c.Kind)
	}
	t.Paragraphs = append(t.Paragraphs, p.T("letter.greeting", "Name", c.Name))
	for par := range strings.SplitSeq(text, "\n\n") {
		if par = strings.TrimSpace(par); par != "" && !strings.Contains(par, gap) {
			t.Paragraphs = append(t.Paragraphs, par)
		}
	}
	t.Paragraphs = append(t.Paragraphs, strings.TrimSpace(p.T("letter.closing", "Org", c.Org)+"\n"+c.Contact))
	return t, nil
}

func or(s string) string {
	if s == "" {
		return gap
	}
	return s
}

// value is v as a sentence says it.
func value(p i18n.Printer, name string, v any, zone *time.Location) any {
	switch v := v.(type) {
	case nil:
		return gap
	case float64: // a number out of JSON
		return int(v)
	case string:
		v = strings.TrimSpace(v)
		if v == "" {
			return gap
		}
		if slices.Contains(codes, name) {
			if key := "letter." + strings.ToLower(name) + "_" + v; p.Has(key) {
				return p.T(key)
			}
			return gap // a code without words says nothing
		}
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return instant(p, at.In(zone))
		}
		if day, err := time.Parse(time.DateOnly, v); err == nil {
			return p.DateLong(day)
		}
		return v
	}
	return v
}

// instant is a moment in words; midnight is the end of the day before.
func instant(p i18n.Printer, at time.Time) string {
	if h, m, s := at.Clock(); h == 0 && m == 0 && s == 0 {
		return p.Until(at, time.Time{})
	}
	return p.DateLong(at) + ", " + p.TimeZoned(at)
}

// Plain is the letter as plain text.
func (t Text) Plain() string { return strings.Join(t.Paragraphs, "\n\n") + "\n" }

// HTML is the letter as a simple page: no picture, no address but its own.
func (t Text) HTML() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s</title></head><body style="font:16px/1.5 sans-serif;color:#1a2138;max-width:36em">`,
		html.EscapeString(t.Lang), html.EscapeString(t.Subject))
	for _, par := range t.Paragraphs {
		b.WriteString("<p>")
		for i, line := range strings.Split(par, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			b.WriteString(linked(line, t.link))
		}
		b.WriteString("</p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

// linked escapes a line and makes an anchor of the letter's own link.
func linked(line, link string) string {
	if link == "" {
		return html.EscapeString(line)
	}
	a := html.EscapeString(link)
	return strings.ReplaceAll(html.EscapeString(line), a, `<a href="`+a+`">`+a+`</a>`)
}
