package httpd_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/httpd"
	"abilita/internal/pan"
)

// asked is a form with a field of every kind.
type asked struct {
	Name  string              `json:"name"`
	Agree bool                `json:"agree"`
	Seats int                 `json:"seats"`
	ID    int64               `json:"id"`
	Days  []string            `json:"days"`
	Said  map[string][]string `json:"said."`
}

func decode(method, target, media, body string, dst any) (httpd.Input, error) {
	gin.SetMode(gin.ReleaseMode)
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(method, "/", strings.NewReader(body))
	c.Request.URL.RawQuery = target
	if media != "" {
		c.Request.Header.Set("Content-Type", media)
	}
	return httpd.Decode(c, dst)
}

const form = "application/x-www-form-urlencoded"

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		media, body string
		status      int
	}{
		"whole form":        {form, "name=Giulia&agree=yes&seats=3&id=9&days=1&days=2&said.a=b&form_key=k", 0},
		"nothing":           {"", "", 0},
		"unknown field":     {form, "name=a&nome=b", http.StatusBadRequest},
		"another case":      {form, "Name=a", http.StatusBadRequest},
		"field twice":       {form, "name=a&name=b", http.StatusBadRequest},
		"key twice":         {form, "form_key=a&form_key=b", http.StatusBadRequest},
		"prefix alone":      {form, "said.=a", http.StatusBadRequest},
		"no number":         {form, "seats=three", http.StatusUnprocessableEntity},
		"no yes":            {form, "agree=maybe", http.StatusUnprocessableEntity},
		"card number":       {form, "name=4111+1111+1111+1111", http.StatusUnprocessableEntity},
		"zero byte":         {form, "name=a%00b", http.StatusBadRequest},
		"broken escape":     {form, "name=%zz", http.StatusBadRequest},
		"whole object":      {"application/json", `{"name":"Giulia","seats":3,"days":["1"]}`, 0},
		"trailing bytes":    {"application/json", `{"name":"a"} {}`, http.StatusBadRequest},
		"member twice":      {"application/json", `{"name":"a","name":"b"}`, http.StatusBadRequest},
		"unknown member":    {"application/json", `{"nome":"a"}`, http.StatusBadRequest},
		"member, case":      {"application/json", `{"Name":"a"}`, http.StatusBadRequest},
		"card number in it": {"application/json", `{"name":"4111111111111111"}`, http.StatusBadRequest},
		"escaped card":      {"application/json", `{"name":"\u0034111111111111111"}`, http.StatusBadRequest},
		"other media":       {"text/plain", "name=a", http.StatusUnsupportedMediaType},
		"too long":          {form, "name=" + strings.Repeat("a", 1<<20), http.StatusBadRequest},
	} {
		var got asked
		_, err := decode(http.MethodPost, "", c.media, c.body, &got)
		if c.status == 0 && err != nil || c.status != 0 && (err == nil || httpd.StatusOf(err) != c.status) {
			t.Errorf("%s: %v, expected %d", name, err, c.status)
		}
	}
}

// A manuscript is judged by its use case, which gives it back to be mended; a
// field beside it, and one that only says to be one, are refused as ever.
func TestAManuscriptIsGivenBack(t *testing.T) {
	t.Parallel()
	const card = "uno 4111 1111 1111 1111"
	type page struct {
		Body  httpd.Manuscript `json:"body"`
		Title string           `json:"title"`
	}
	var f page
	if _, err := decode(http.MethodPost, "", form, url.Values{"body": {card}, "title": {"a"}}.Encode(), &f); err != nil || f.Body != card {
		t.Errorf("a manuscript: %q, %v", f.Body, err)
	}
	if _, err := decode(http.MethodPost, "", "application/json", `{"body":"4111111111111111"}`, &f); err != nil || f.Body != "4111111111111111" {
		t.Errorf("in JSON: %q, %v", f.Body, err)
	}
	for _, bad := range []string{url.Values{"body": {"a"}, "title": {card}}.Encode(), "text=4111111111111111"} {
		if _, err := decode(http.MethodPost, "", form, bad, &f); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestDecodeFillsEveryKindOfField(t *testing.T) {
	t.Parallel()
	var f asked
	in, err := decode(http.MethodPost, "", form, "form_key=k1&name=Giulia%0D%0AFerrandi&agree=yes&seats=+25+&days=mon&days=tue&said.R1=3&said.R2=1", &f)
	if err != nil || in.Key != "k1" {
		t.Fatal(in, err)
	}
	if f.Name != "Giulia\nFerrandi" || !f.Agree || f.Seats != 25 || !slices.Equal(f.Days, []string{"mon", "tue"}) || len(f.Said) != 2 || f.Said["R1"][0] != "3" {
		t.Errorf("%+v", f)
	}
	var query asked
	if _, err := decode(http.MethodGet, "name=Giulia&days=mon", "", "name=other", &query); err != nil || query.Name != "Giulia" {
		t.Errorf("a GET reads %+v, %v", query, err)
	}
	// The key does not belong to what was said; everything else does.
	same, _ := decode(http.MethodPost, "", form, "form_key=k2&name=a", &asked{})
	again, _ := decode(http.MethodPost, "", form, "name=a&form_key=k3", &asked{})
	other, _ := decode(http.MethodPost, "", form, "name=b&form_key=k2", &asked{})
	if !slices.Equal(same.Hash, again.Hash) || slices.Equal(same.Hash, other.Hash) {
		t.Error("the hash of what was said")
	}
}

// What a refused field was said beside stays: the form shows it again.
func TestDecodeKeepsWhatWasTypedBesideAFault(t *testing.T) {
	t.Parallel()
	var f asked
	_, err := decode(http.MethodPost, "", form, "seats=ten&name=Giulia&agree=yes", &f)
	if httpd.StatusOf(err) != http.StatusUnprocessableEntity || f.Name != "Giulia" || !f.Agree {
		t.Errorf("%+v, %v", f, err)
	}
}

// A body of JSON is read once, into the value that the handler asked for; a card
// number is found wherever it went.
func TestACardNumberIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	type inner struct {
		Words string `json:"words"`
	}
	type outer struct {
		Any    any               `json:"any"`
		Inner  inner             `json:"inner"`
		Behind *inner            `json:"behind"`
		List   []inner           `json:"list"`
		Pair   [2]string         `json:"pair"`
		Named  map[string]string `json:"named"`
		Raw    []byte            `json:"raw"`
		At     time.Time         `json:"at"`
		Number int64             `json:"number"`
	}
	for body, refused := range map[string]bool{
		`{}`:                            false,
		`{"any":"4111 1111 1111 1111"}`: true,
		`{"any":[{"a":["411111111111\u0031111"]}]}`:                                              true,
		`{"any":{"4111111111111111":1}}`:                                                         true,
		`{"any":4111111111111111}`:                                                               false,
		`{"number":4111111111111111}`:                                                            false,
		`{"inner":{"words":"4111-1111-1111-1111"}}`:                                              true,
		`{"behind":{"words":"4\u003111111111111111"}}`:                                           true,
		`{"behind":null,"list":null}`:                                                            false,
		`{"list":[{},{"words":"4111111111111111"}]}`:                                             true,
		`{"pair":["a","4111111111111111"]}`:                                                      true,
		`{"named":{"a":"4111111111111111"}}`:                                                     true,
		`{"named":{"\u0034111111111111111":"a"}}`:                                                true,
		`{"raw":"NDExMTExMTExMTExMTExMQ=="}`:                                                     true,
		`{"at":"2026-12-07T08:00:00.411111111Z","named":{"iban":"IT60X0542811101000000123456"}}`: false,
	} {
		var got outer
		if _, err := decode(http.MethodPost, "", "application/json", body, &got); refused != errors.Is(err, httpd.ErrCardNumber) || err != nil && !refused {
			t.Errorf("%s: %v, expected refused %v", body, err, refused)
		}
	}
	var f asked
	if _, err := decode(http.MethodPost, "", form, "said.4111111111111111=a", &f); !errors.Is(err, httpd.ErrCardNumber) {
		t.Errorf("in the name of a field: %v", err)
	}
}

// FuzzForm sends any body as a form. What is taken holds exactly what was sent,
// as a reader of net/url sees it; a refusal has a status of the reader's fault.
func FuzzForm(f *testing.F) {
	for _, s := range []string{
		"", "name=Giulia&agree=yes&seats=3&id=9&days=1&days=2&said.a=b&form_key=k", "name=a&name=b", "seats=+7", "seats=99999999999999999999", "id=-1", "agree=", "said.=x",
		"said.a=1&said.a=2", "name=a%0D%0Ab", "name=%00", "%6eame=x", "name=4111111111111111", "form_key=", "name=a;b=c", "&&&", "=", "name",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got asked
		in, err := decode(http.MethodPost, "", form, body, &got)
		if err != nil {
			if s := httpd.StatusOf(err); s != http.StatusBadRequest && s != http.StatusUnprocessableEntity {
				t.Fatalf("%q is refused with %d: %v", body, s, err)
			}
			return
		}
		values, perr := url.ParseQuery(body)
		if perr != nil {
			t.Fatalf("%q was taken: %v", body, perr)
		}
		for name, given := range values {
			if strings.ContainsRune(strings.Join(given, ""), 0) {
				t.Errorf("%q: a zero byte was taken", body)
			}
			one := strings.ReplaceAll(given[0], "\r\n", "\n")
			said, isSaid := strings.CutPrefix(name, "said.")
			switch {
			case name == "days" && slices.Equal(got.Days, given), isSaid && said != "" && slices.Equal(got.Said[said], given):
			case len(given) != 1:
				t.Errorf("%q: %q was given %d times and taken", body, name, len(given))
			case name == "name" && got.Name == one, name == httpd.KeyField && in.Key == given[0], name == "agree" && got.Agree == (one == "yes"), name == "seats", name == "id":
			default:
				t.Errorf("%q: %q was taken as %+v", body, name, got)
			}
		}
		if got.Name != "" && !values.Has("name") || len(got.Days) > 0 && !values.Has("days") || got.Seats != 0 && !values.Has("seats") || got.ID != 0 && !values.Has("id") {
			t.Errorf("%q: %+v holds more than was sent", body, got)
		}
		// The key is no part of what was asked; the order of fields is none either.
		values.Set(httpd.KeyField, "another")
		var again asked
		second, err := decode(http.MethodPost, "", form, values.Encode(), &again)
		if err != nil || !reflect.DeepEqual(got, again) || !slices.Equal(in.Hash, second.Hash) {
			t.Errorf("%q in another order: %+v, %v, same hash %v", body, again, err, slices.Equal(in.Hash, second.Hash))
		}
	})
}

// FuzzJSON sends any body as JSON. What is taken is one object without unknown,
// repeated or differently written members, and the standard library reads the
// same from it.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"name":"Giulia","agree":true,"seats":3,"id":9,"days":["1","2"]}`, `{"name":"a","name":"b"}`, `{"Name":"a"}`, `{"name":"a"}x`, `null`, `[]`, `{"seats":1e2}`, `{"seats":1.5}`,
		`{"name":"\u0034111111111111111"}`, `{"days":null}`, `{"name":"\ud800"}`, ` {"id": 9223372036854775808}`, "{\"name\":\"a\xff\"}", `{"said.":{"a":["b"]}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got asked
		_, err := decode(http.MethodPost, "", "application/json", body, &got)
		if err != nil {
			if s := httpd.StatusOf(err); s != http.StatusBadRequest {
				t.Fatalf("%q is refused with %d: %v", body, s, err)
			}
			return
		}
		var want asked
		d := json.NewDecoder(strings.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q was taken as %+v, the standard library reads %+v, %v", body, got, want, err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Errorf("%q was taken with what follows it", body)
		}
		for _, s := range append(append([]string{got.Name}, got.Days...), slices.Concat(slices.Collect(maps.Values(want.Said))...)...) {
			if pan.HasCardNumber(s) {
				t.Errorf("%q: the card number in %q was taken", body, s)
			}
		}
		var loose map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &loose); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		for name := range loose {
			if !slices.Contains([]string{"name", "agree", "seats", "id", "days", "said."}, name) {
				t.Errorf("%q: the member %q was taken", body, name)
			}
		}
	})
}
