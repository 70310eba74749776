package httpd_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"abilita/internal/fault"
	"abilita/internal/httpd"
)

type form struct {
	Name   string              `json:"name"`
	Agreed bool                `json:"agreed"`
	Seats  int                 `json:"seats"`
	Days   []string            `json:"days"`
	Levels map[string][]string `json:"level."`
}

func decode(method, media, query, body string) (form, httpd.Input, error) {
	gin.SetMode(gin.ReleaseMode)
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(method, "/", strings.NewReader(body))
	c.Request.URL.RawQuery = query
	c.Request.Header.Set("Content-Type", media)
	var f form
	in, err := httpd.Decode(c, &f)
	return f, in, err
}

const formMedia, jsonMedia = "application/x-www-form-urlencoded", "application/json"

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		media, body string
		code        string // of the fault; "" is none
	}{
		"everything":             {formMedia, "form_key=k&name=Giulia&agreed=yes&seats=+25+&days=mon&days=tue&level.R1=3", ""},
		"nothing":                {formMedia, "", ""},
		"an unknown field":       {formMedia, "name=x&role=admin", "fault.field_unknown"},
		"another case":           {formMedia, "Name=x", "fault.field_unknown"},
		"given twice":            {formMedia, "name=x&name=y", "fault.field_twice"},
		"two keys":               {formMedia, "form_key=a&form_key=b", "fault.field_twice"},
		"no number":              {formMedia, "seats=ten", "fault.field_number"},
		"a number too large":     {formMedia, "seats=99999999999999999999", "fault.field_number"},
		"a card number":          {formMedia, "name=4111+1111+1111+1111", "fault.card_number"},
		"a zero byte":            {formMedia, "name=%00", "fault.body"},
		"broken escapes":         {formMedia, "name=%zz", "fault.body"},
		"a bare beginning":       {formMedia, "level.=3", "fault.field_unknown"},
		"too much":               {formMedia, "name=" + strings.Repeat("x", 1<<20), "fault.body"},
		"JSON":                   {jsonMedia, `{"name":"Giulia","seats":3}`, ""},
		"JSON, unknown":          {jsonMedia, `{"role":"admin"}`, "fault.body"},
		"JSON, twice":            {jsonMedia, `{"name":"a","name":"b"}`, "fault.body"},
		"JSON, another case":     {jsonMedia, `{"NAME":"a"}`, "fault.body"},
		"JSON, trailing":         {jsonMedia, `{"name":"a"} {}`, "fault.body"},
		"JSON, a card number":    {jsonMedia, `{"name":"5555 5555 5555 4444"}`, "fault.card_number"},
		"another medium":         {"text/plain", "name=x", "fault.media_type"},
		"a file":                 {"multipart/form-data; boundary=x", "--x--", "fault.media_type"},
		"no medium with a body":  {";", "name=x", "fault.media_type"},
		"a yes that is not one":  {formMedia, "agreed=true", "fault.field_number"},
		"JSON as another number": {jsonMedia, `{"seats":"3"}`, "fault.body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := decode(http.MethodPost, tt.media, "", tt.body)
			if got := codeOf(err); got != tt.code {
				t.Errorf("%v (%q), want %q", err, got, tt.code)
			}
		})
	}
}

// codeOf names a fault, or the first fault of a form.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	if list, ok := errors.AsType[fault.Form](err); ok {
		return list[0].Key
	}
	if one, ok := errors.AsType[*fault.Error](err); ok {
		return one.Key
	}
	return err.Error()
}

func TestDecodeFillsEveryKindOfField(t *testing.T) {
	t.Parallel()
	want := form{Name: "Giulia\nFerrandi", Agreed: true, Seats: 25, Days: []string{"mon", "tue"}}
	f, in, err := decode(http.MethodPost, formMedia, "", "form_key=k1&name=Giulia%0D%0AFerrandi&agreed=yes&seats=+25+&days=mon&days=tue&level.R1=3&level.R2=1")
	if err != nil || in.Key != "k1" {
		t.Fatal(in, err)
	}
	if f.Name != want.Name || !f.Agreed || f.Seats != want.Seats || !slices.Equal(f.Days, want.Days) || len(f.Levels) != 2 || f.Levels["R1"][0] != "3" {
		t.Errorf("%+v", f)
	}
	query, _, err := decode(http.MethodGet, "", "name=Giulia&days=mon", "name=other")
	if err != nil || query.Name != "Giulia" {
		t.Errorf("a GET reads %+v, %v", query, err)
	}
	// The key does not belong to what was said; everything else does.
	_, same, _ := decode(http.MethodPost, formMedia, "", "form_key=k2&name=a")
	_, again, _ := decode(http.MethodPost, formMedia, "", "name=a&form_key=k3")
	_, other, _ := decode(http.MethodPost, formMedia, "", "name=b&form_key=k2")
	if !slices.Equal(same.Hash, again.Hash) || slices.Equal(same.Hash, other.Hash) {
		t.Error("the hash of what was said")
	}
}

// What a refused field was said beside stays: the form shows it again.
func TestDecodeKeepsWhatWasTypedBesideAFault(t *testing.T) {
	t.Parallel()
	f, _, err := decode(http.MethodPost, formMedia, "", "seats=ten&name=Giulia&agreed=yes")
	if codeOf(err) != "fault.field_number" || f.Name != "Giulia" || !f.Agreed {
		t.Errorf("%+v, %v", f, err)
	}
}

// Whatever comes, the answer is a fault with a code or a form that says what was
// sent, never a panic and never an unexpected error.
func FuzzDecode(f *testing.F) {
	f.Add(false, "form_key=k&name=Giulia&agreed=yes&seats=25&days=mon&days=tue&level.R1=3")
	f.Add(false, "name=%F0%9F%98%80&level.=&seats=-9223372036854775808")
	f.Add(true, `{"name":"Giulia","days":["mon"],"level.":{"R1":["3"]}}`)
	f.Add(true, `[[[[[[[[`)
	f.Fuzz(func(t *testing.T, asJSON bool, body string) {
		media := formMedia
		if asJSON {
			media = jsonMedia
		}
		got, _, err := decode(http.MethodPost, media, "", body)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		if asJSON {
			return
		}
		said, err := url.ParseQuery(body)
		if err != nil {
			t.Fatalf("%q is taken", body)
		}
		if want := strings.ReplaceAll(said.Get("name"), "\r\n", "\n"); got.Name != want {
			t.Errorf("name %q, want %q", got.Name, want)
		}
		if !slices.Equal(got.Days, said["days"]) {
			t.Errorf("days %q, want %q", got.Days, said["days"])
		}
	})
}
