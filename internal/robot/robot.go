// Package robot is a patient visitor: it opens pages, finds forms by what a
// person would read, fills them in and sends them, with cookies and without
// script. The walkthrough and the tests of pages use it, so that what they do
// is what a browser would do and no more.
package robot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Visitor is one person at one browser.
type Visitor struct {
	Base   string // http://host:port
	Lang   string // Accept-Language
	client *http.Client
}

// New makes a visitor without cookies. transport may be nil.
func New(base string, transport http.RoundTripper) *Visitor {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &Visitor{Base: strings.TrimSuffix(base, "/"), Lang: "it", client: &http.Client{Jar: jar, Transport: transport}}
}

// Page is an answer as a person sees it.
type Page struct {
	Status int
	URL    *url.URL // after redirects
	Header http.Header
	Body   string
	root   *html.Node
}

// maxPage bounds what is read of an answer.
const maxPage = 16 << 20

// Open follows a link.
func (v *Visitor) Open(address string) (*Page, error) {
	return v.do(http.MethodGet, address, nil)
}

func (v *Visitor) do(method, address string, form url.Values) (*Page, error) {
	if form == nil {
		return v.send(method, address, "", nil)
	}
	return v.send(method, address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// send asks for an address with a body of a media type, "" for none.
func (v *Visitor) send(method, address, media string, body io.Reader) (*Page, error) {
	if strings.HasPrefix(address, "/") {
		address = v.Base + address
	}
	req, err := http.NewRequest(method, address, body) //nolint:noctx // a visitor waits
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	req.Header.Set("Accept-Language", v.Lang)
	if body != nil {
		req.Header.Set("Content-Type", media)
		req.Header.Set("Origin", v.Base)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", address, err)
	}
	p := &Page{Status: resp.StatusCode, URL: resp.Request.URL, Header: resp.Header, Body: string(b)}
	if p.root, err = html.Parse(strings.NewReader(p.Body)); err != nil {
		return nil, fmt.Errorf("parse %s: %w", address, err)
	}
	return p, nil
}

// Errors of looking for something on a page.
var (
	ErrNoForm   = errors.New("no such form")
	ErrNoField  = errors.New("no such field")
	ErrNoLink   = errors.New("no such link")
	ErrNoButton = errors.New("no such button")
)

// Text is what the main part of the page says, with single spaces.
func (p *Page) Text() string {
	if m := find(p.root, func(n *html.Node) bool { return n.Data == "main" }); m != nil {
		return textOf(m)
	}
	return textOf(p.root)
}

// Heading is the text of the first h1.
func (p *Page) Heading() string {
	if h := find(p.root, func(n *html.Node) bool { return n.Data == "h1" }); h != nil {
		return textOf(h)
	}
	return ""
}

// Link finds the address of the link whose words contain the given ones, or
// whose address begins with them.
func (p *Page) Link(words string) (string, error) {
	a := find(p.root, func(n *html.Node) bool {
		return n.Data == "a" && attr(n, "href") != "" && (strings.Contains(textOf(n), words) || strings.HasPrefix(attr(n, "href"), words))
	})
	if a == nil {
		return "", fmt.Errorf("%w: %q on %s", ErrNoLink, words, p.URL.Path)
	}
	return p.resolve(attr(a, "href")), nil
}

// Links lists the addresses that begin with prefix, in page order, once each.
func (p *Page) Links(prefix string) []string {
	var list []string
	seen := map[string]bool{}
	walk(p.root, func(n *html.Node) {
		if h := attr(n, "href"); n.Data == "a" && strings.HasPrefix(h, prefix) && !seen[h] {
			seen[h] = true
			list = append(list, h)
		}
	})
	return list
}

func (p *Page) resolve(ref string) string {
	u, err := p.URL.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}

// Form is a form with the values that it holds now.
type Form struct {
	page   *Page
	node   *html.Node
	Action string
	Values url.Values
}

// Form finds the form that goes to the address action, else the first whose
// address begins with it.
func (p *Page) Form(action string) (*Form, error) {
	n := find(p.root, func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == action })
	if n == nil {
		n = find(p.root, func(n *html.Node) bool { return n.Data == "form" && strings.HasPrefix(attr(n, "action"), action) })
	}
	if n == nil {
		return nil, fmt.Errorf("%w: to %q on %s (%s)", ErrNoForm, action, p.URL.Path, p.Heading())
	}
	f := &Form{page: p, node: n, Action: p.resolve(attr(n, "action")), Values: url.Values{}}
	f.controls(f.hold)
	return f, nil
}

// controls visits what is in the form, and what stands elsewhere and names it.
func (f *Form) controls(visit func(*html.Node)) {
	walk(f.node, visit)
	if id := attr(f.node, "id"); id != "" {
		walk(f.page.root, func(c *html.Node) {
			if attr(c, "form") == id {
				visit(c)
			}
		})
	}
}

// hold takes the value that a control would send.
func (f *Form) hold(c *html.Node) {
	name := attr(c, "name")
	if name == "" || hasAttr(c, "disabled") {
		return
	}
	switch c.Data {
	case "input":
		switch attr(c, "type") {
		case "checkbox", "radio":
			if hasAttr(c, "checked") {
				f.Values.Add(name, attr(c, "value"))
			}
		case "submit", "image", "button":
		default:
			f.Values.Add(name, attr(c, "value"))
		}
	case "textarea":
		f.Values.Add(name, strings.TrimPrefix(rawText(c), "\n"))
	case "select":
		first, any, chosen := "", false, false
		walk(c, func(o *html.Node) {
			if o.Data != "option" {
				return
			}
			value := attr(o, "value")
			if !hasAttr(o, "value") {
				value = textOf(o)
			}
			if !any { // a browser sends the first, even when its value is empty
				first, any = value, true
			}
			if hasAttr(o, "selected") {
				f.Values.Add(name, value)
				chosen = true
			}
		})
		if !chosen && !hasAttr(c, "multiple") {
			f.Values.Add(name, first)
		}
	}
}

// Options lists the values that the named radio, checkbox or select offers.
func (f *Form) Options(name string) []string {
	var list []string
	f.controls(func(c *html.Node) {
		if attr(c, "name") != name {
			return
		}
		switch c.Data {
		case "input", "button":
			list = append(list, attr(c, "value"))
		case "select":
			walk(c, func(o *html.Node) {
				if o.Data == "option" {
					list = append(list, attr(o, "value"))
				}
			})
		}
	})
	return list
}

// Names lists the names of all controls, once each.
func (f *Form) Names() []string {
	var list []string
	seen := map[string]bool{}
	f.controls(func(c *html.Node) {
		if n := attr(c, "name"); n != "" && !seen[n] {
			seen[n] = true
			list = append(list, n)
		}
	})
	return list
}

// Set fills a control in. A control that is not there, or a value that it does
// not offer, is an error: a person could not do it either.
func (f *Form) Set(name string, values ...string) error {
	controls := 0
	offered := map[string]bool{}
	closed := false
	f.controls(func(c *html.Node) {
		if attr(c, "name") != name {
			return
		}
		controls++
		switch {
		case c.Data == "select", c.Data == "button", c.Data == "input" && (attr(c, "type") == "radio" || attr(c, "type") == "checkbox"):
			closed = true
			for _, o := range f.Options(name) {
				offered[o] = true
			}
		}
	})
	if controls == 0 {
		return fmt.Errorf("%w: %q in the form to %s; it has %v", ErrNoField, name, f.Action, f.Names())
	}
	for _, v := range values {
		if closed && !offered[v] {
			return fmt.Errorf("%w: %q does not offer %q, it offers %v", ErrNoField, name, v, f.Options(name))
		}
	}
	f.Values[name] = values
	return nil
}

// Send sends a form and follows to the page it leads to.
func (v *Visitor) Send(f *Form) (*Page, error) {
	if strings.EqualFold(attr(f.node, "method"), "get") {
		return v.do(http.MethodGet, f.Action+"?"+f.Values.Encode(), nil)
	}
	return v.do(http.MethodPost, f.Action, f.Values)
}

// Get asks for an address that is no page; header are name, value pairs.
func (v *Visitor) Get(address string, header ...string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, v.Base+address, http.NoBody) //nolint:noctx // a visitor waits
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", address, err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return v.client.Do(req)
}

// SendFile sends a form with a file in one of its fields, as browsers do.
func (v *Visitor) SendFile(f *Form, field, name string, file []byte) (*Page, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, values := range f.Values {
		for _, value := range values {
			if key != field {
				_ = w.WriteField(key, value) // a buffer takes everything
			}
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		return nil, fmt.Errorf("send %s: %w", name, err)
	}
	_, _ = part.Write(file)
	_ = w.Close()
	return v.send(http.MethodPost, f.Action, w.FormDataContentType(), &b)
}

// Fill opens the form to action on a page, fills it in and sends it. values are
// name, value pairs.
func (v *Visitor) Fill(p *Page, action string, values ...string) (*Page, error) {
	f, err := p.Form(action)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(values); i += 2 {
		if err := f.Set(values[i], values[i+1]); err != nil {
			return nil, err
		}
	}
	return v.Send(f)
}

func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	if n.Type == html.ElementNode && is(n) {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if f := find(c, is); f != nil {
			return f
		}
	}
	return nil
}

func walk(n *html.Node, do func(*html.Node)) {
	if n.Type == html.ElementNode {
		do(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, do)
	}
}

func textOf(n *html.Node) string { return strings.Join(strings.Fields(rawText(n)), " ") }

func rawText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(rawText(c))
		if c.Type == html.ElementNode {
			b.WriteString(" ")
		}
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// Control is one control of a form with the words beside it.
type Control struct {
	Name, Type, Value string
	Label             string
	Options           []Control // of a select
}

// Group is a fieldset: its legend, all its text, and its controls.
type Group struct {
	Legend, Text string
	Controls     []Control
}

// Groups lists the fieldsets of a form in page order.
func (f *Form) Groups() []Group {
	var list []Group
	walk(f.node, func(n *html.Node) {
		if n.Data != "fieldset" {
			return
		}
		g := Group{Text: textOf(n)}
		if l := find(n, func(c *html.Node) bool { return c.Data == "legend" }); l != nil {
			g.Legend = textOf(l)
		}
		walk(n, func(c *html.Node) {
			if attr(c, "name") == "" || (c.Data != "input" && c.Data != "select" && c.Data != "textarea") {
				return
			}
			control := Control{Name: attr(c, "name"), Type: attr(c, "type"), Value: attr(c, "value"), Label: f.labelOf(n, c)}
			if c.Data != "input" {
				control.Type = c.Data
			}
			if c.Data == "select" {
				walk(c, func(o *html.Node) {
					if o.Data == "option" {
						control.Options = append(control.Options, Control{Value: attr(o, "value"), Label: textOf(o)})
					}
				})
			}
			g.Controls = append(g.Controls, control)
		})
		list = append(list, g)
	})
	return list
}

// labelOf finds the words of a control: the label around it or the one that
// names it.
func (f *Form) labelOf(within, control *html.Node) string {
	for n := control.Parent; n != nil && n != within; n = n.Parent {
		if n.Data == "label" {
			return textOf(n)
		}
	}
	id := attr(control, "id")
	if l := find(within, func(n *html.Node) bool { return n.Data == "label" && id != "" && attr(n, "for") == id }); l != nil {
		return textOf(l)
	}
	return ""
}

// Post sends values to an address without a form; only the clock of a
// demonstration is moved so.
func (v *Visitor) Post(address string, values url.Values) (*Page, error) {
	return v.do(http.MethodPost, address, values)
}

// Click sends a form by the named button.
func (v *Visitor) Click(f *Form, name, value string) (*Page, error) {
	button := find(f.node, func(n *html.Node) bool {
		return n.Data == "button" && attr(n, "name") == name && attr(n, "value") == value
	})
	if button == nil {
		return nil, fmt.Errorf("%w: %s=%s in the form to %s", ErrNoButton, name, value, f.Action)
	}
	f.Values.Set(name, value)
	if a := attr(button, "formaction"); a != "" {
		f.Action = f.page.resolve(a)
	}
	return v.Send(f)
}
