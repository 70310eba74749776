package i18n

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"abilita/internal/fault"
)

// Printer says things in one language. It is a value, safe to copy and to use
// from several goroutines; templates call its methods directly. The zero
// Printer knows no sentence and answers with keys.
type Printer struct {
	catalogue *Catalogue
	tongue    *tongue
}

// Lang is the language as it goes into the lang attribute: "it" or "en".
func (p Printer) Lang() string {
	if p.tongue == nil {
		return string(Italian)
	}
	return string(p.tongue.lang)
}

// Other is the language that the reader could switch to.
func (p Printer) Other() string {
	if p.Lang() == string(Italian) {
		return string(English)
	}
	return string(Italian)
}

// T is the sentence behind key with its values, given as name, value pairs.
// The value "N", an int, chooses the plural form. Whole numbers are written
// with the separators of the language, instants as DateTime does, in their
// own location. A missing key or value answers with the
// key itself and is counted; a strict catalogue panics.
func (p Printer) T(key string, args ...any) string {
	if p.tongue == nil {
		return key
	}
	if s, ok := p.tongue.plain[key]; ok {
		return s
	}
	names, ok := p.tongue.compound[key]
	if !ok {
		return p.miss(key, "no such sentence")
	}
	values, count, err := p.values(args)
	if err != nil {
		return p.miss(key, err.Error())
	}
	for _, name := range names {
		if _, ok := values[name]; !ok {
			return p.miss(key, "no value for "+name)
		}
	}
	s, err := p.tongue.localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: values, PluralCount: count})
	if err != nil {
		return p.miss(key, err.Error())
	}
	return s
}

// Has says whether key has a sentence.
func (p Printer) Has(key string) bool { return p.catalogue != nil && p.catalogue.Has(key) }

// Fixed says whether key has a sentence that takes no values: it is the same
// at every call.
func (p Printer) Fixed(key string) bool {
	if p.tongue == nil {
		return false
	}
	_, ok := p.tongue.plain[key]
	return ok
}

// Fault is the sentence of a fault.
func (p Printer) Fault(e *fault.Error) string {
	if e == nil {
		return ""
	}
	return p.T(e.Key, e.Args...)
}

// FormError is one fault of a form, ready to be shown beside its field. Field
// is empty when the fault concerns the whole form.
type FormError struct{ Field, Text string }

// FormErrors are the sentences of a refused form in the order of its fields.
func (p Printer) FormErrors(f fault.Form) []FormError {
	errs := make([]FormError, 0, len(f))
	for _, e := range f {
		errs = append(errs, FormError{Field: e.Field, Text: p.Fault(e)})
	}
	return errs
}

// FieldError is the first fault on the named field, empty when there is none.
func (p Printer) FieldError(f fault.Form, field string) string {
	for _, e := range f {
		if e.Field == field {
			return p.Fault(e)
		}
	}
	return ""
}

func (p Printer) miss(key, why string) string {
	p.catalogue.missing.Add(1)
	if p.catalogue.strict {
		panic(fmt.Sprintf("i18n %s %q: %s", p.Lang(), key, why))
	}
	return key
}

// values turns name, value pairs into template data; count is the int value
// of "N", or nil.
func (p Printer) values(args []any) (values map[string]any, count any, err error) {
	if len(args)%2 != 0 {
		return nil, nil, fmt.Errorf("odd number of values")
	}
	values = make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, nil, fmt.Errorf("value name %v is not a string", args[i])
		}
		switch v := args[i+1].(type) {
		case int:
			values[name] = p.Number(v)
			if name == "N" {
				count = v
			}
		case int64:
			values[name] = p.Number(int(v))
		case string:
			values[name] = v
		case time.Time:
			values[name] = p.DateTime(v)
		case fmt.Stringer:
			values[name] = v.String()
		default:
			values[name] = fmt.Sprint(v)
		}
	}
	return values, count, nil
}

// Number writes a whole number with the separators of the language: 1.234 in
// Italian, 1,234 in English.
func (p Printer) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	sep := "."
	if p.Lang() == string(English) {
		sep = ","
	}
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return sign + strings.Join(groups, sep)
}

// Percent writes a rate from 0 to 1 as whole per cent. It rounds down, so that
// a rate below a threshold never looks as if it had reached it.
func (p Printer) Percent(rate float64) string {
	return p.Number(int(math.Floor(rate*100+1e-9))) + "%"
}

// Duration says roughly how long d is: "circa 12 minuti", "circa 1 ora e 20
// minuti", "meno di un minuto". Minutes are rounded up.
func (p Printer) Duration(d time.Duration) string {
	if d < time.Minute {
		return p.T("time.under_a_minute")
	}
	return p.T("time.about", "D", p.Exactly(d))
}

// Exactly is a length of time in hours and minutes without "about"; minutes
// are rounded up.
func (p Printer) Exactly(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	h, m := minutes/60, minutes%60
	switch {
	case h == 0:
		return p.T("time.minutes", "N", m)
	case m == 0:
		return p.T("time.hours", "N", h)
	}
	return p.Join([]string{p.T("time.hours", "N", h), p.T("time.minutes", "N", m)})
}

// Join lists items as people do: "a, b e c". Italian "e" becomes "ed" before
// a word in e.
func (p Printer) Join(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := items[len(items)-1]
	and := " and "
	if p.Lang() == string(Italian) {
		and = " e "
		for _, e := range []string{"e", "E", "è", "È", "é", "É"} {
			if strings.HasPrefix(last, e) {
				and = " ed "
			}
		}
	}
	return strings.Join(items[:len(items)-1], ", ") + and + last
}
