package api_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

func revoke(t *testing.T, s *webtest.Site, number string) {
	t.Helper()
	var id int64
	if err := s.DB.Read().GetContext(t.Context(), &id, `SELECT max(c.id) FROM certificate c JOIN person p ON p.id = c.person_id WHERE p.number = $1`, number); err != nil {
		t.Fatal(err)
	}
	_, err := s.App.Certificates.Change(t.Context(), s.Coordinator, s.Cmd(), id, app.Stop{
		Do: "revoke", Words: "motivo", Reason: app.StopReasons[0], AppealBy: s.Now.AddDate(0, 0, 10).Format(time.DateOnly),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheContractOfChanges(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	other, err := s.App.Lines.Add(t.Context(), s.Admin, s.Cmd(), app.NewLine{Code: "altra", Name: "Altra", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni"})
	if err != nil {
		t.Fatal(err)
	}
	e := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "tutto", Scopes: []string{"list", "changes"}})}
	narrow := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "altrove", Scopes: []string{"changes"}, Lines: []int64{other}})}
	list := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "elenco", Scopes: []string{"list"}})}
	_, _, header := e.get("/gate/v1/lines/donazioni/agents?channel=phone")
	state := header.Get("ETag")
	from := "/gate/v1/changes?line=donazioni&since="
	if status, body, _ := e.get(from+strings.Trim(state, `"`), "If-None-Match", state, "Prefer", "wait=1"); status != 304 || body != "" {
		t.Errorf("nothing changed: %d %q", status, body)
	}
	if status, body, h := e.get(from + strings.Trim(state, `"`)); status != 200 || !strings.HasPrefix(body, "changes donazioni v=") || !strings.HasSuffix(body, " n=0\n") || h.Get("ETag") != state {
		t.Errorf("nothing changed: %d %q %s", status, body, h.Get("ETag"))
	}
	revoke(t, s, v.Number)
	status, body, h := e.get(from+strings.Trim(state, `"`), "If-None-Match", state, "Prefer", "respond-async, wait=30")
	if status != 200 || !strings.Contains(body, " n=2\ndisabled "+v.Number+" donazioni phone v=") || h.Get("ETag") == state {
		t.Errorf("after a revocation: %d %q %s", status, body, h.Get("ETag"))
	}
	for name, tc := range map[string]struct {
		e      engine
		path   string
		status int
		begins string
	}{
		"a version to come":   {e, from + "999999", 200, "reload donazioni v="},
		"no state":            {e, from, 400, "error gate.malformed"},
		"a malformed state":   {e, from + "12.x", 400, "error gate.malformed"},
		"a malformed line":    {e, "/gate/v1/changes?line=DON&since=1", 400, "error gate.malformed"},
		"an unknown line":     {e, "/gate/v1/changes?line=nessuna&since=1", 404, "error gate.no_line"},
		"a line outside":      {narrow, from + "1", 404, "error gate.no_line"},
		"another scope":       {list, from + "1", 403, "error gate.bad_scope"},
		"no key":              {engine{t: t, site: s}, from + "1", 401, "error gate.bad_token"},
		"a feed without key":  {engine{t: t, site: s}, "/gate/v1/feed?line=donazioni", 401, "error gate.bad_token"},
		"a feed outside":      {narrow, "/gate/v1/feed?line=donazioni", 404, "error gate.no_line"},
		"a feed from nowhere": {e, "/gate/v1/feed?line=donazioni&since=x", 400, "error gate.malformed"},
	} {
		if status, body, _ := tc.e.get(tc.path); status != tc.status || !strings.HasPrefix(body, tc.begins) {
			t.Errorf("%s: %d %q, want %d %q", name, status, body, tc.status, tc.begins)
		}
	}
}

// events reads a feed: name, id and data of one event after the other.
type events struct {
	t    *testing.T
	body *bufio.Scanner
}

func follow(t *testing.T, s *webtest.Site, token, last string) events {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/gate/v1/feed?line=donazioni", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("the feed answers %d %s", resp.StatusCode, got)
	}
	return events{t, bufio.NewScanner(resp.Body)}
}

// next reads one event; an empty name is the end of the stream.
func (e events) next() (name, id, data string) {
	e.t.Helper()
	for e.body.Scan() {
		field, value, _ := strings.Cut(e.body.Text(), ": ")
		switch field {
		case "event":
			name = value
		case "id":
			id = value
		case "data":
			data = value
		case "":
			return name, id, data
		}
	}
	return "", "", ""
}

// until reads on to the first event of another name than beat.
func (e events) until() (name, id, data string) {
	e.t.Helper()
	for {
		if name, id, data = e.next(); name != "beat" {
			return name, id, data
		}
	}
}

func TestTheFeedTellsResumesAndEnds(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	a, b := s.Certified("Giulia", "Ferrandi"), s.Certified("Marco", "Sala")
	token := key(t, s, app.NewKey{Name: "centralino", Scopes: []string{"changes"}})
	feed := follow(t, s, token, "")
	name, first, _ := feed.next()
	if name != "beat" || first == "" {
		t.Fatalf("the feed begins with %s %q", name, first)
	}
	if name, id, _ := feed.next(); name != "beat" || id != first {
		t.Errorf("while nothing changes: %s %q, want a beat with id %s", name, id, first)
	}
	revoke(t, s, a.Number)
	name, id, data := feed.until()
	if name != "changes" || id == first || !strings.Contains(data, `"agent":"`+a.Number+`"`) || strings.Contains(data, b.Number) || strings.Contains(data, "Ferrandi") {
		t.Errorf("a revocation: %s %s %s", name, id, data)
	}
	revoke(t, s, b.Number)
	if name, _, data := follow(t, s, token, first).next(); name != "changes" || !strings.Contains(data, a.Number) || !strings.Contains(data, b.Number) {
		t.Errorf("resumed from the beginning: %s %s", name, data)
	}
	if name, _, data := follow(t, s, token, id).next(); name != "changes" || strings.Contains(data, a.Number) || !strings.Contains(data, b.Number) {
		t.Errorf("resumed from the middle: %s %s", name, data)
	}
	if name, _, data := follow(t, s, token, "987654321").next(); name != "reload" || !strings.Contains(data, `"changes":[]`) {
		t.Errorf("resumed from nowhere: %s %s", name, data)
	}
	keys, err := s.App.Gate.Keys(t.Context(), s.Admin)
	if err != nil {
		t.Fatal(err)
	}
	if name, _, _ := feed.until(); name != "changes" {
		t.Errorf("the second revocation: %s", name)
	}
	if err := s.App.Gate.EndKey(t.Context(), s.Admin, s.Cmd(), keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if name, id, data := feed.until(); name != "end" || id != "" || data != `{"reason":"key"}` {
		t.Errorf("after the key ended: %s %q %s", name, id, data)
	}
	if name, _, _ := feed.next(); name != "" {
		t.Errorf("after the end: %s", name)
	}
	feed = follow(t, s, key(t, s, app.NewKey{Name: "altro", Scopes: []string{"changes"}}), "")
	s.App.Engines.Close()
	if name, _, data := feed.until(); name != "end" || data != `{"reason":"stopping"}` {
		t.Errorf("while the program stops: %s %s", name, data)
	}
}
