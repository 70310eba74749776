package web

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) copyRoutes(r routes) {
	r.post("/account/copy", s.copyOwn)
	r.post("/people/:number/copy", s.copyOf)
}

func (s *Server) copyOwn(c *gin.Context) (ui.View, error) {
	return s.copied(c, "/account", func(cmd *app.Command) (app.Copy, error) {
		return s.App.Copies.Own(c.Request.Context(), httpd.ActorOf(c), cmd)
	})
}

func (s *Server) copyOf(c *gin.Context) (ui.View, error) {
	number := c.Param("number")
	return s.copied(c, "/people/"+number, func(cmd *app.Command) (app.Copy, error) {
		return s.App.Copies.Of(c.Request.Context(), httpd.ActorOf(c), cmd, number)
	})
}

// copied answers the file itself; the same form sent again leads back to its
// page.
func (s *Server) copied(c *gin.Context, back string, do func(*app.Command) (app.Copy, error)) (ui.View, error) {
	var body struct{}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	found, err := do(httpd.CommandOf(c, in, back))
	if err != nil {
		return nil, err
	}
	file, err := s.packCopy(found)
	if err != nil {
		return nil, err
	}
	return download{name: "abilita-" + cmp.Or(found.Number, "dati") + "-" + found.Made.UTC().Format("2006-01-02") + ".zip", media: "application/zip", body: file}, nil
}

// packCopy puts a copy into a ZIP file: for programs and for people.
func (s *Server) packCopy(found app.Copy) ([]byte, error) {
	lang := i18n.Italian
	if i18n.Known(found.Lang) {
		lang = i18n.Lang(found.Lang)
	}
	p := s.Renderer.Printer(lang)
	data, err := copyJSON(p, found)
	if err != nil {
		return nil, err
	}
	page, err := copyPage(p, found)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name string
		body []byte
	}{{"data.html", page}, {"data.json", data}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: found.Made})
		if err == nil {
			_, err = w.Write(f.body)
		}
		if err != nil {
			return nil, fmt.Errorf("pack the copy: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the copy: %w", err)
	}
	return out.Bytes(), nil
}

// copyJSON is the copy for programs: by table and column, with what each is
// called.
func copyJSON(p i18n.Printer, found app.Copy) ([]byte, error) {
	type table struct {
		Table   string            `json:"table"`
		Name    string            `json:"name"`
		Columns map[string]string `json:"columns"`
		Rows    []json.RawMessage `json:"rows"`
	}
	out := struct {
		Made   time.Time `json:"made_at"`
		Org    string    `json:"organisation"`
		Number string    `json:"number"`
		Tables []table   `json:"tables"`
	}{found.Made, found.Org, found.Number, []table{}}
	for _, t := range found.Tables {
		names := map[string]string{}
		for _, column := range t.Columns {
			names[column] = copyWord(p, "column", column)
		}
		out.Tables = append(out.Tables, table{t.Table, copyWord(p, "table", t.Table), names, t.Rows})
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the copy: %w", err)
	}
	return b, nil
}

// copyPage is the copy for people.
func copyPage(p i18n.Printer, found app.Copy) ([]byte, error) {
	zone := zone(found.Zone)
	page := ui.DataCopy{
		Lang: p.Lang(), Title: p.T("copy.title", "Name", found.Name), About: found.Org + " · " + p.DateTime(found.Made.In(zone)), Lead: p.T("copy.lead"),
	}
	for _, t := range found.Tables {
		table := ui.DataTable{Name: copyWord(p, "table", t.Table), Why: copyWhy(p, t.Why)}
		for _, raw := range t.Rows {
			var row map[string]json.RawMessage
			if err := json.Unmarshal(raw, &row); err != nil {
				return nil, fmt.Errorf("read a row of %s: %w", t.Table, err)
			}
			var facts []ui.Fact
			for _, column := range t.Columns {
				if value := copyValue(p, zone, row[column]); value != "" {
					facts = append(facts, ui.Fact{Term: copyWord(p, "column", column), Value: value})
				}
			}
			table.Rows = append(table.Rows, facts)
		}
		page.Tables = append(page.Tables, table)
	}
	var out bytes.Buffer
	err := page.Write(&out)
	return out.Bytes(), err
}

// copyWord is what a table or column is called; one that is too new for a word
// keeps its own name.
func copyWord(p i18n.Printer, kind, name string) string {
	if key := "copy." + kind + "_" + name; p.Has(key) {
		return p.T(key)
	}
	return strings.ReplaceAll(name, "_", " ")
}

func copyWhy(p i18n.Printer, why []people.Purpose) string {
	var words []string
	for _, w := range why {
		words = append(words, p.T("copy.why_"+strings.ReplaceAll(string(w), " ", "_")))
	}
	return p.T("copy.why", "Why", p.Join(words))
}

// copyValue is a value as people read it; nothing is empty.
func copyValue(p i18n.Printer, zone *time.Location, raw json.RawMessage) string {
	switch text := string(raw); text {
	case "", "null", `""`, "{}", "[]":
		return ""
	case "true", "false":
		return p.T("copy." + text)
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return p.DateTime(at.In(zone))
	}
	if on, err := time.Parse(time.DateOnly, text); err == nil {
		return p.Date(on)
	}
	return text
}
