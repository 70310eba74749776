// Package fault names what went wrong in words that a caller can act upon.
//
// There are six kinds, chosen by what the caller does next: mend the input
// (Invalid), look elsewhere (NotFound), look again (Conflict), ask somebody
// with the right (Forbidden), come back later (Unavailable), or call us
// (Internal). Every fault carries a message key of the i18n catalogues and the
// values that its sentence needs; no fault carries a sentence. An error that is
// not a fault is Internal: logged whole, shown as nothing.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what the caller can do about a fault. The zero Kind is Internal.
type Kind int

// The kinds of fault.
const (
	Internal    Kind = iota // ours: logged whole, shown as nothing
	Invalid                 // the input is wrong; the message says how to mend it
	NotFound                // no such thing, or nothing this person may see
	Conflict                // the thing changed meanwhile or does not allow this now
	Forbidden               // known, but not allowed to this person
	Unavailable             // a part we need does not answer; try later
)

// Error is a fault: a kind, a message key and the values of its sentence.
// Sentinels are made by New and compared with errors.Is; With and On return
// copies that still match their sentinel.
type Error struct {
	Kind  Kind
	Key   string // key in the i18n catalogues, for example "quiz.attempt_closed"
	Field string // form field at fault, empty when the whole request is
	Args  []any  // name, value, name, value… for the sentence
	root  *Error
}

// New makes a sentinel.
func New(kind Kind, key string) *Error { return &Error{Kind: kind, Key: key} }

// Error is for logs and developers; people read the sentence behind Key.
func (e *Error) Error() string {
	s := e.Key
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if len(e.Args) > 0 {
		s += fmt.Sprint(" ", e.Args)
	}
	return s
}

// Is matches the sentinel that e was derived from.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && (e == t || e.sentinel() == t.sentinel())
}

func (e *Error) sentinel() *Error {
	if e.root != nil {
		return e.root
	}
	return e
}

// With returns a copy carrying the values of the sentence: name, value, ….
func (e *Error) With(args ...any) *Error {
	c := *e
	c.Args, c.root = args, e.sentinel()
	return &c
}

// On returns a copy bound to a form field.
func (e *Error) On(field string) *Error {
	c := *e
	c.Field, c.root = field, e.sentinel()
	return &c
}

// KindOf returns the kind of err, Internal for an error that is no fault.
func KindOf(err error) Kind {
	if _, ok := errors.AsType[Form](err); ok {
		return Invalid
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Form is a list of faults found in one form, in the order of its fields.
// It is an error of kind Invalid when it holds at least one.
type Form []*Error

// Error lists the faults for logs.
func (f Form) Error() string {
	var s strings.Builder
	s.WriteString("form")
	for _, e := range f {
		s.WriteString("; " + e.Error())
	}
	return s.String()
}

// Add appends fault e on the named field when bad is true.
func (f *Form) Add(bad bool, field string, e *Error) {
	if bad {
		*f = append(*f, e.On(field))
	}
}

// Err returns f as an error, or nil when it holds nothing.
func (f Form) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
