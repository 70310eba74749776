package httpd

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"

	"abilita/internal/fault"
	"abilita/internal/pan"
	"abilita/internal/pg"
)

// KeyField is the form field that carries the idempotency key of a command.
const KeyField = "form_key"

// Most bytes of a body. Uploads have their own limit.
const maxBody = 1 << 20

// Faults of input.
var (
	ErrBody       = fault.New(fault.Invalid, "fault.body")
	ErrField      = fault.New(fault.Invalid, "fault.field_unknown")
	ErrTwice      = fault.New(fault.Invalid, "fault.field_twice")
	ErrNumber     = fault.New(fault.Invalid, "fault.field_number")
	ErrMedia      = fault.New(fault.Invalid, "fault.media_type")
	ErrCardNumber = fault.New(fault.Invalid, "fault.card_number")
)

// Input is what a request said: the idempotency key apart from the rest.
type Input struct {
	Key  string
	Hash []byte // of everything but the key
}

// Decode is the one decoder of bodies, forms and query strings. dst is a
// pointer to a struct whose fields carry a `json:"name"` tag. Unknown fields,
// fields given twice, another case and trailing bytes are refused, and so is
// another media type. A GET or HEAD reads the query string, other methods the
// body: application/json, or a form.
//
// Form fields fill string, bool ("yes"), int, int64, []string (the only kind
// that may be repeated) and map[string][]string, whose tag ends in a dot and
// takes every field with that beginning. Text that holds a card number is
// refused and never stored.
func Decode(c *gin.Context, dst any) (Input, error) {
	r := c.Request
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return Input{}, ErrBody
		}
		return fromValues(q, dst)
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength != 0 {
		return Input{}, ErrMedia
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return Input{}, ErrBody
		}
		return Input{}, fmt.Errorf("read body: %w", err)
	}
	switch media {
	case "application/json":
		if err := json.Unmarshal(body, dst, json.RejectUnknownMembers(true)); err != nil {
			return Input{}, ErrBody
		}
		if holdsCardNumber(reflect.ValueOf(dst)) { // what was written with escapes counts as what it says
			return Input{}, ErrCardNumber
		}
		return Input{Key: r.Header.Get("Idempotency-Key"), Hash: pg.HashBody(string(body))}, nil
	case "application/x-www-form-urlencoded", "":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return Input{}, ErrBody
		}
		return fromValues(form, dst)
	}
	return Input{}, ErrMedia
}

// Reference is another program's name for a thing. It is exempt from the look-out
// for card numbers, so whoever stores one checks its form.
type Reference string

// Manuscript is a long text that somebody is writing. Its use case looks for card
// numbers itself: it names the line, and the text comes back to be mended. It is
// exempt here, for what is refused here is not given back.
type Manuscript string

// holdsCardNumber looks into every text that v was filled with, names of members
// too. Numbers and instants are ids, amounts and times, and exempt. Bytes are
// taken for text: whoever keeps raw JSON unescapes it before.
func holdsCardNumber(v reflect.Value) bool {
	if v.IsValid() && (v.Type() == reflect.TypeFor[Reference]() || v.Type() == reflect.TypeFor[Manuscript]()) {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		return pan.HasCardNumber(v.String())
	case reflect.Pointer, reflect.Interface:
		return holdsCardNumber(v.Elem())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Kind() == reflect.Slice && pan.HasCardNumber(string(v.Bytes()))
		}
		for i := range v.Len() {
			if holdsCardNumber(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for name, member := range v.Seq2() {
			if holdsCardNumber(name) || holdsCardNumber(member) {
				return true
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return false
		}
		for _, member := range v.Fields() {
			if holdsCardNumber(member) {
				return true
			}
		}
	default:
	}
	return false
}

func fromValues(values url.Values, dst any) (Input, error) {
	in := Input{}
	if k := values[KeyField]; len(k) > 1 {
		return in, ErrTwice.On(KeyField)
	} else if len(k) == 1 {
		in.Key = k[0]
	}
	delete(values, KeyField)
	in.Hash = pg.HashBody(values.Encode())
	v := reflect.ValueOf(dst).Elem()
	fields := map[string]reflect.Value{}
	prefixes := map[string]reflect.Value{}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("json")
		name, _, _ = strings.Cut(name, ",")
		switch {
		case name == "" || name == "-":
		case strings.HasSuffix(name, "."):
			prefixes[name] = v.Field(i)
		default:
			fields[name] = v.Field(i)
		}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var refused fault.Form // the other fields are read all the same: nothing typed is lost
	for _, name := range names {
		if pan.HasCardNumber(name) {
			return in, ErrCardNumber // unnamed: the name is not to be told again
		}
		given := values[name]
		card := false
		for _, s := range given {
			if strings.ContainsRune(s, 0) {
				return in, ErrBody
			}
			card = card || pan.HasCardNumber(s)
		}
		f, ok := fields[name]
		if card && (!ok || f.Type() != reflect.TypeFor[Manuscript]()) {
			refused.Add(true, name, ErrCardNumber)
			continue
		}
		if !ok {
			if !intoMap(prefixes, name, given) {
				return in, ErrField.With("Field", name)
			}
			continue
		}
		if f.Kind() == reflect.Slice {
			f.Set(reflect.ValueOf(given))
			continue
		}
		if len(given) != 1 {
			return in, ErrTwice.With("Field", name)
		}
		if err := into(f, given[0]); err != nil {
			refused.Add(true, name, ErrNumber)
		}
	}
	return in, refused.Err()
}

func intoMap(prefixes map[string]reflect.Value, name string, given []string) bool {
	for prefix, f := range prefixes {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			if f.IsNil() {
				f.Set(reflect.MakeMap(f.Type()))
			}
			f.SetMapIndex(reflect.ValueOf(rest), reflect.ValueOf(given))
			return true
		}
	}
	return false
}

func into(f reflect.Value, s string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(strings.ReplaceAll(s, "\r\n", "\n"))
	case reflect.Bool:
		if s != "yes" && s != "" {
			return ErrBody
		}
		f.SetBool(s == "yes")
	case reflect.Int, reflect.Int64:
		s = strings.TrimSpace(s)
		if s == "" {
			return nil
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || f.OverflowInt(n) {
			return ErrNumber
		}
		f.SetInt(n)
	default:
		return fmt.Errorf("field of kind %s", f.Kind())
	}
	return nil
}
