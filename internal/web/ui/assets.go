package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// assetPrefix is where Assets expects to be mounted.
const assetPrefix = "/static/"

type asset struct {
	body, zipped []byte // zipped is nil where it would not help
	media        string
}

// assetSet holds every file under one hash of all of them, so that a style
// sheet can name its fonts by relative addresses.
type assetSet struct {
	hash  string
	files map[string]asset
}

func loadAssets() (assetSet, error) {
	set := assetSet{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(staticFiles, name)
		if err != nil {
			return fmt.Errorf("read asset %s: %w", name, err)
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		a := asset{body: body, media: mediaType(name)}
		if !strings.HasSuffix(name, ".woff2") {
			if a.zipped, err = zip(body); err != nil {
				return err
			}
		}
		set.files[strings.TrimPrefix(name, "static/")] = a
		return nil
	})
	set.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return set, err
}

func (s assetSet) href(name string) (string, error) {
	if _, ok := s.files[name]; !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return assetPrefix + s.hash + "/" + name, nil
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func zip(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}

// Assets serves the embedded files at /static/HASH/NAME, compressed once when
// the handler is built. Under the current hash they may be kept for ever;
// under another one (an instance of another version drew the page) they are
// served to be asked for again.
func Assets() http.Handler {
	set, err := loadAssets()
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "assets", http.StatusInternalServerError)
		})
	}
	return set
}

// ServeHTTP answers GET and HEAD.
func (s assetSet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, assetPrefix), "/")
	a, ok := s.files[name]
	if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.media)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	if hash == s.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := a.body
	if a.zipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.zipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader who went away is not our fault
	}
}
