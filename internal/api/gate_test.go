package api_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"

	"abilita/internal/api"
	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

// engine is a phone system with a key.
type engine struct {
	t     *testing.T
	site  *webtest.Site
	token string
	json  bool
}

func (e engine) get(path string, headers ...string) (int, string, http.Header) {
	e.t.Helper()
	return e.do(http.MethodGet, path, "", headers...)
}

func (e engine) post(path, body string, headers ...string) (int, string, http.Header) {
	e.t.Helper()
	return e.do(http.MethodPost, path, body, append(headers, "Content-Type", "application/json")...)
}

// do sends a request; headers are name, value, name, value.
func (e engine) do(method, path, body string, headers ...string) (int, string, http.Header) {
	e.t.Helper()
	req, err := http.NewRequestWithContext(e.t.Context(), method, e.site.URL+path, strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	for pair := range slices.Chunk(headers, 2) {
		req.Header.Set(pair[0], pair[1])
	}
	if e.token != "" {
		req.Header.Set("Authorization", "Bearer "+e.token)
	}
	if e.json {
		req.Header.Set("Accept", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		e.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	return resp.StatusCode, string(answer), resp.Header
}

func key(t *testing.T, s *webtest.Site, k app.NewKey) string {
	t.Helper()
	token, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), k)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTheContractOfTheGate(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Volunteer("Giulia", "Ferrandi")
	other, err := s.App.Lines.Add(t.Context(), s.Admin, s.Cmd(), app.NewLine{Code: "altra", Name: "Altra", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni"})
	if err != nil {
		t.Fatal(err)
	}
	full := key(t, s, app.NewKey{Name: "tutto", Scopes: []string{"check", "list", "as-of"}, Lines: []int64{s.Line}})
	checkOnly := key(t, s, app.NewKey{Name: "solo", Scopes: []string{"check"}})
	elsewhere := key(t, s, app.NewKey{Name: "altrove", Scopes: []string{"check", "list"}, Lines: []int64{other}})
	elsewhereAsOf := key(t, s, app.NewKey{Name: "altrove poi", Scopes: []string{"as-of"}, Lines: []int64{other}})
	ask := "/gate/v1/check?line=donazioni&channel=phone&agent="
	for name, tc := range map[string]struct {
		token, path string
		status      int
		body        string // beginning
	}{
		"a no is 200":               {full, ask + v.Number, 200, "disabled " + v.Number + " donazioni phone v="},
		"an unknown agent is a no":  {full, ask + "v9999", 200, "disabled v9999 donazioni phone v="},
		"no token":                  {"", ask + v.Number, 401, "error gate.bad_token"},
		"a wrong token":             {"gkxxxxxxxxxxxxxxxxxxxxxxxxxx", ask + v.Number, 401, "error gate.bad_token"},
		"a malformed agent":         {full, ask + "V9!", 400, "error gate.malformed"},
		"an unknown channel":        {full, "/gate/v1/check?line=donazioni&channel=fax&agent=v1", 400, "error"},
		"an unknown parameter":      {full, ask + v.Number + "&role=x", 400, "error"},
		"a parameter twice":         {full, ask + v.Number + "&agent=v2", 400, "error"},
		"a parameter in other case": {full, "/gate/v1/check?LINE=donazioni&channel=phone&agent=v1", 400, "error"},
		"an unknown line":           {full, "/gate/v1/check?line=nessuna&channel=phone&agent=v1", 404, "error gate.no_line"},
		"a line outside the key":    {elsewhere, ask + v.Number, 404, "error gate.no_line"},
		"as-of without the scope":   {checkOnly, ask + v.Number + "&at=2026-12-07T07:00:00Z", 403, "error gate.bad_scope"},
		"the future":                {full, ask + v.Number + "&at=2030-01-01T00:00:00Z", 400, "error gate.future"},
		"as-of in another zone":     {full, ask + v.Number + "&at=2026-12-07T07:00:00%2B01:00", 400, "error"},
		"a proof":                   {full, strings.Replace(ask, "check", "proof", 1) + v.Number + "&at=2026-12-07T08:00:00Z", 200, `{"proof":{"format":"abilita-proof-1",`},
		"a proof without the scope": {checkOnly, strings.Replace(ask, "check", "proof", 1) + v.Number, 403, "error gate.bad_scope"},
		"a proof without a token":   {"", strings.Replace(ask, "check", "proof", 1) + v.Number, 401, "error gate.bad_token"},
		"a proof of the future":     {full, strings.Replace(ask, "check", "proof", 1) + v.Number + "&at=2030-01-01T00:00:00Z", 400, "error gate.future"},
		"a proof about nobody":      {full, strings.Replace(ask, "check", "proof", 1) + "v9999", 404, "error"},
		"a proof of another line":   {elsewhereAsOf, strings.Replace(ask, "check", "proof", 1) + v.Number, 404, "error gate.no_line"},
		"as-of":                     {full, ask + v.Number + "&at=2026-12-07T07:59:59Z", 200, "disabled " + v.Number + " donazioni phone v="},
		"an empty list has a head":  {full, "/gate/v1/lines/donazioni/agents?channel=phone", 200, "agents donazioni phone v="},
		"list without the scope":    {checkOnly, "/gate/v1/lines/donazioni/agents?channel=phone", 403, "error"},
		"list of a line outside":    {elsewhere, "/gate/v1/lines/donazioni/agents?channel=phone", 404, "error"},
		"a path that is not there":  {full, "/gate/v1/nothing", 404, "error"},
	} {
		status, body, header := engine{t: t, site: s, token: tc.token}.get(tc.path)
		if status != tc.status || !strings.HasPrefix(body, tc.body) {
			t.Errorf("%s: %d %q, want %d %q", name, status, body, tc.status, tc.body)
		}
		if status != 200 && (strings.Contains(body, "enabled") || strings.Contains(body, "disabled")) {
			t.Errorf("%s: an error that could be read as an answer: %q", name, body)
		}
		if got := header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
	}
	if _, body, _ := (engine{t: t, site: s, token: full}).get("/gate/v1/lines/donazioni/agents?channel=phone"); !strings.HasSuffix(body, " n=0\n") {
		t.Errorf("the empty list is %q", body)
	}
}

func TestAnEndedKeyIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	token := key(t, s, app.NewKey{Name: "breve", Scopes: []string{"check"}})
	path := "/gate/v1/check?line=donazioni&channel=phone&agent=v1"
	if status, _, _ := (engine{t: t, site: s, token: token}).get(path); status != 200 {
		t.Fatalf("before: %d", status)
	}
	keys, err := s.App.Gate.Keys(t.Context(), s.Admin)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.App.Gate.EndKey(t.Context(), s.Admin, s.Cmd(), keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := (engine{t: t, site: s, token: token}).get(path); status != 401 {
		t.Fatalf("after: %d, want 401", status)
	}
}

func TestTheDescriptionAndTheRoutesAgree(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	var described, routed []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, r := range s.Site.Engine.Routes() {
		if api.Owns(r.Path) {
			routed = append(routed, r.Method+" "+strings.ReplaceAll(r.Path, ":line", "{line}"))
		}
	}
	slices.Sort(described)
	slices.Sort(routed)
	if !slices.Equal(described, routed) {
		t.Errorf("described %v\nrouted    %v", described, routed)
	}
}

func TestAnswersMatchTheDescription(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: s.URL}}
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation())
	if err != nil {
		t.Fatal(err)
	}
	token := key(t, s, app.NewKey{Name: "tutto", Scopes: []string{"check", "list", "as-of", "changes", "leases"}})
	for _, ask := range []string{ // path, and a body when it is posted
		"/gate/v1/check?line=donazioni&channel=phone&agent=" + v.Number, "/gate/v1/check?line=donazioni&channel=phone&agent=v9999",
		"/gate/v1/proof?line=donazioni&channel=phone&agent=" + v.Number, "/gate/v1/proof?line=donazioni&channel=phone&at=2026-12-07T08:00:00Z&agent=" + v.Number,
		"/gate/v1/lines/donazioni/agents?channel=phone", "/gate/v1/check?line=nessuna&channel=phone&agent=v1",
		"/gate/v1/lines/donazioni/agents?channel=phone&candidates=" + v.Number + ",v9999",
		"/gate/v1/changes?line=donazioni&since=2", "/gate/v1/changes?line=donazioni&since=0", "/gate/v1/changes?line=nessuna&since=0",
		`/gate/v1/leases {"engine":"pbx"}`, "/gate/v1/engines?line=donazioni&version=1", "/gate/v1/engines?line=nessuna&version=1",
		`/gate/v1/checks {"line":"donazioni","channel":"phone","questions":[{"agent":"` + v.Number + `"},{"agent":"v9999"}]}`,
	} {
		e := engine{t: t, site: s, token: token, json: true}
		path, sent, posted := strings.Cut(ask, " ")
		method := http.MethodGet
		if posted {
			method = http.MethodPost
		}
		status, body, header := e.do(method, path, sent, "Content-Type", "application/json")
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		route, params, err := router.FindRoute(req)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		in := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
			Status:                 status, Header: header, Options: &openapi3filter.Options{IncludeResponseStatus: true},
		}
		in.SetBodyBytes([]byte(body))
		if strings.Contains(body, "Ferrandi") {
			t.Errorf("%s names somebody", path)
		}
		if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
			t.Errorf("%s: %v\n%s", path, err, body)
		}
	}
}
