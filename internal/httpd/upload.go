package httpd

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"abilita/internal/pg"
)

// Upload is a file that a form sent. Nothing of Name is ever a path.
type Upload struct {
	Name string
	Body []byte
}

const (
	maxField    = 64 << 10        // bytes of a field beside a file
	maxParts    = 20              // of a form with a file
	uploadTime  = 5 * time.Minute // how long a file may take on a slow line
	uploadSpare = 4               // so many times the limit of the file are read, so that the answer is heard
)

// DecodeUpload is Decode for a form that sends one file, in the field name. Of a
// file that is larger than most bytes, most and one come back, so that whoever
// takes it can refuse it in its words. No file is an empty one.
func DecodeUpload(c *gin.Context, dst any, name string, most int) (Input, Upload, error) {
	var file Upload
	media, params, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return Input{}, file, ErrMedia
	}
	whole := int64(most)*uploadSpare + maxParts*maxField
	if c.Request.ContentLength > whole {
		return Input{}, file, ErrBody
	}
	slow := http.NewResponseController(c.Writer)
	_ = slow.SetReadDeadline(time.Now().Add(uploadTime))                // of the connection, not of the organisation
	_ = slow.SetWriteDeadline(time.Now().Add(uploadTime + time.Minute)) // a recorder has neither
	parts := multipart.NewReader(http.MaxBytesReader(c.Writer, c.Request.Body, whole), params["boundary"])
	values := url.Values{}
	found := false
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || n == maxParts {
			return Input{}, file, ErrBody
		}
		field := part.FormName()
		if _, sent := fileName(part); !sent {
			text, err := io.ReadAll(io.LimitReader(part, maxField+1))
			if err != nil || len(text) > maxField || !utf8.Valid(text) {
				return Input{}, file, ErrBody
			}
			values.Add(field, string(text))
			continue
		}
		switch {
		case field != name:
			return Input{}, file, ErrField.With("Field", field)
		case found:
			return Input{}, file, ErrTwice.With("Field", field)
		}
		found = true
		file.Name, _ = fileName(part)
		if file.Body, err = io.ReadAll(io.LimitReader(part, int64(most)+1)); err == nil {
			_, err = io.Copy(io.Discard, part)
		}
		if err != nil {
			return Input{}, file, ErrBody
		}
	}
	in, err := fromValues(values, dst)
	in.Hash = pg.HashBody(string(in.Hash) + string(pg.HashBody(string(file.Body))))
	return in, file, err
}

// fileName is the name that a part says its file has, and whether it is one.
func fileName(part *multipart.Part) (string, bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name, ok := params["filename"]
	return name, err == nil && ok
}
