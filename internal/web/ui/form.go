package ui

import "abilita/internal/i18n"

// Field is one control with its label, hint, value and error. Templates make
// it with Input, Area, Select, Tick, Radios or Ticks and refine it with the
// methods below, each of which returns a changed copy.
type Field struct {
	Kind         string // input type, or textarea, select, checkbox, radios, checks
	ID, Name     string
	Label, Hint  string
	Error        string
	Value        string
	Checked      bool
	Options      []Option
	Optional     string // the word "if you like" when the field may stay empty
	Autocomplete string
	InputMode    string
	Max          int // greatest length, 0 for none
	Narrow       bool
	Code         bool // letters and digits to be copied: fixed width, no spelling
}

// Option is one value of a select, a group of radios or of checkboxes.
type Option struct {
	Value, Label string
	Note         string // second line
	Selected     bool
}

// Input is a field of one line; kind is the type of the input element.
func (b *Base) Input(kind, name, label, value string) Field {
	return Field{Kind: kind, ID: name, Name: name, Label: label, Value: value, Error: b.FieldError(name)}
}

// Area is a field of several lines.
func (b *Base) Area(name, label, value string) Field { return b.Input("textarea", name, label, value) }

// Select is a choice from a list that drops down.
func (b *Base) Select(name, label string, options []Option) Field {
	f := b.Input("select", name, label, "")
	f.Options = options
	return f
}

// Radios is a choice of one with everything in sight.
func (b *Base) Radios(name, label string, options []Option) Field {
	f := b.Select(name, label, options)
	f.Kind = "radios"
	return f
}

// Ticks is a choice of any number.
func (b *Base) Ticks(name, label string, options []Option) Field {
	f := b.Select(name, label, options)
	f.Kind = "checks"
	return f
}

// Tick is a single yes; its value is "yes".
func (b *Base) Tick(name, label string, checked bool) Field {
	f := b.Input("checkbox", name, label, "yes")
	f.Checked = checked
	return f
}

// Of puts a field into one of the forms of a page that share names: its id
// begins with the form's, and only the refused form shows what is wrong.
func (b *Base) Of(form string, f Field) Field {
	f.ID, f.Error = form+"-"+f.Name, ""
	if form == b.Refused {
		f.Error = b.FieldError(f.Name)
	}
	return f
}

// Hinted adds a sentence under the label.
func (f Field) Hinted(hint string) Field { f.Hint = hint; return f }

// Maybe marks the field as one that may stay empty, with the word for it.
func (f Field) Maybe(word string) Field { f.Optional = word; return f }

// Auto names what the browser may fill in.
func (f Field) Auto(autocomplete string) Field { f.Autocomplete = autocomplete; return f }

// Mode names the keyboard of a phone.
func (f Field) Mode(inputmode string) Field { f.InputMode = inputmode; return f }

// UpTo limits the length in characters.
func (f Field) UpTo(max int) Field { f.Max = max; return f }

// Short draws the control only as wide as a number or a date needs.
func (f Field) Short() Field { f.Narrow = true; return f }

// AsCode draws the value in fixed width and keeps spelling out of it.
func (f Field) AsCode() Field { f.Code = true; return f }

// DescribedBy lists the ids that explain the control, empty when none does.
func (f Field) DescribedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID + "-hint " + f.ID + "-error"
	case f.Hint != "":
		return f.ID + "-hint"
	case f.Error != "":
		return f.ID + "-error"
	}
	return ""
}

// Group says whether the field is a group of controls under one legend.
func (f Field) Group() bool { return f.Kind == "radios" || f.Kind == "checks" }

// ErrorSummary is the list at the head of a refused form, each entry a link to
// its field.
type ErrorSummary struct {
	Heading, Foot string // Foot says that the rest is kept; empty when no field is at fault
	Items         []i18n.FormError
}

// Summary is the error summary of this page's refused form.
func (b *Base) Summary() ErrorSummary {
	items := b.ErrorList()
	s := ErrorSummary{Heading: b.T("form.errors", "N", len(items)), Items: items}
	for i, e := range items {
		if e.Field == "" {
			continue
		}
		s.Foot = b.T("form.kept")
		if b.Refused != "" {
			items[i].Field = b.Refused + "-" + e.Field
		}
	}
	return s
}

// Confirm is a button that asks before it acts: it opens a panel with the
// consequence and the form that does it, and needs no script for that.
type Confirm struct {
	ID      string
	Open    string // words of the first button
	Ask     string // what will happen
	Action  string // address posted to
	Do      string // words of the second button
	Key     string
	Fields  []Option // hidden fields: Label is the name, Value the value
	Bad     bool     // takes something away
	Reason  *Field   // asked inside, nil for none
	Version string   // of the record, for the check against lost updates
	Shown   bool     // it was refused: the panel is open
}

// Keyed gives the form behind c the key of this rendering and, when it is the
// refused one, its message.
func (b *Base) Keyed(c Confirm) Confirm {
	c.Key, c.Shown = b.KeyFor(c.ID), b.Refused == c.ID && b.HasErrors()
	if c.Reason != nil {
		why := b.Of(c.ID, *c.Reason)
		c.Reason = &why
	}
	return c
}
