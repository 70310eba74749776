package httpd_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"abilita/internal/fault"
	"abilita/internal/httpd"
)

type described struct {
	Words string `json:"words"`
	Back  string `json:"back"`
}

// filledIn writes a form; a field that begins with "@" is a file of that name.
func filledIn(fields ...[2]string) (string, []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if name, ok := strings.CutPrefix(f[0], "@"); ok {
			part, _ := w.CreateFormFile("file", name)
			_, _ = part.Write([]byte(f[1]))
			continue
		}
		_ = w.WriteField(f[0], f[1])
	}
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}

func upload(media string, body []byte) (described, httpd.Input, httpd.Upload, error) {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	c.Request.Header.Set("Content-Type", media)
	var dst described
	in, file, err := httpd.DecodeUpload(c, &dst, "file", 1000)
	return dst, in, file, err
}

func TestAFileComesWithItsForm(t *testing.T) {
	t.Parallel()
	media, body := filledIn([2]string{"form_key", "0123456789abcdef"}, [2]string{"words", "La scheda"}, [2]string{"@../../è/scheda.jpg", "\xff\xd8"})
	got, in, file, err := upload(media, body)
	if err != nil || got.Words != "La scheda" || in.Key != "0123456789abcdef" || file.Name != "../../è/scheda.jpg" || string(file.Body) != "\xff\xd8" {
		t.Errorf("%+v %+v %+v %v", got, in, file, err)
	}
	media, body = filledIn([2]string{"form_key", "0123456789abcdef"}, [2]string{"words", "La scheda"}, [2]string{"@x", "\xff\xd9"})
	if _, other, _, _ := upload(media, body); bytes.Equal(other.Hash, in.Hash) {
		t.Error("another file counts as the same form")
	}
	media, body = filledIn([2]string{"words", "x"}, [2]string{"@x", strings.Repeat("a", 3000)})
	if _, _, file, err := upload(media, body); err != nil || len(file.Body) != 1001 {
		t.Errorf("too large a file: %d bytes, %v", len(file.Body), err)
	}
	media, body = filledIn([2]string{"words", "x"})
	if _, _, file, err := upload(media, body); err != nil || len(file.Body) != 0 {
		t.Errorf("no file: %v", err)
	}
}

func TestAFormWithAFileIsReadStrictly(t *testing.T) {
	t.Parallel()
	many := make([][2]string, 30)
	for i := range many {
		many[i] = [2]string{"words", "x"}
	}
	for name, c := range map[string]struct {
		fields [][2]string
		want   *fault.Error
	}{
		"a field that is not there": {[][2]string{{"wordz", "x"}}, httpd.ErrField},
		"a field twice":             {[][2]string{{"words", "x"}, {"words", "y"}}, httpd.ErrTwice},
		"two files":                 {[][2]string{{"@a", "x"}, {"@b", "y"}}, httpd.ErrTwice},
		"thirty fields":             {many, httpd.ErrBody},
		"no text":                   {[][2]string{{"words", "\xff"}}, httpd.ErrBody},
		"a long field":              {[][2]string{{"words", strings.Repeat("a", 70<<10)}}, httpd.ErrBody},
		"far too much":              {[][2]string{{"@a", strings.Repeat("a", 2<<20)}}, httpd.ErrBody},
	} {
		media, body := filledIn(c.fields...)
		if _, _, _, err := upload(media, body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	media, body := filledIn([2]string{"words", "4111 1111 1111 1111"})
	if _, _, _, err := upload(media, body); err == nil || !strings.Contains(err.Error(), "fault.card_number") {
		t.Errorf("a card number: %v", err)
	}
	if _, _, _, err := upload(media, body[:len(body)-8]); !errors.Is(err, httpd.ErrBody) {
		t.Errorf("a form that is cut off: %v", err)
	}
	other := strings.Replace(string(body), `name="words"`, `name="other"; filename="x"`, 1)
	if _, _, _, err := upload(media, []byte(other)); !errors.Is(err, httpd.ErrField) {
		t.Errorf("a file in another field: %v", err)
	}
	for _, media := range []string{"application/json", "multipart/form-data", "", "text/plain"} {
		if _, _, _, err := upload(media, body); !errors.Is(err, httpd.ErrMedia) {
			t.Errorf("%q: %v", media, err)
		}
	}
}
