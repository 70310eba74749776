package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

func TestCandidatesComeBackInTheOrderAsked(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	a, b, c := s.Certified("Giulia", "Ferrandi"), s.Certified("Marco", "Sala"), s.Volunteer("Ugo", "Riva")
	e := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "coda", Scopes: []string{"list"}})}
	path := "/gate/v1/lines/donazioni/agents?channel=phone&candidates="
	for name, tc := range map[string]struct {
		candidates string
		want       []string // first words of the lines after the heading
	}{
		"in the order asked":      {b.Number + "," + a.Number, []string{b.Number, a.Number}},
		"those enabled only":      {c.Number + "," + a.Number + ",v9999", []string{a.Number}},
		"nobody has a heading":    {c.Number, nil},
		"twice is told twice":     {a.Number + "," + a.Number, []string{a.Number, a.Number}},
		"as many as may be asked": {strings.Repeat("x,", 499) + a.Number, []string{a.Number}},
	} {
		status, body, _ := e.get(path + tc.candidates)
		got := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
		if status != 200 || !strings.HasPrefix(got[0], "agents donazioni phone v=") || !strings.HasSuffix(got[0], fmt.Sprintf(" n=%d", len(tc.want))) || len(got) != len(tc.want)+1 {
			t.Errorf("%s: %d %q", name, status, body)
			continue
		}
		for i, agent := range tc.want {
			if !strings.HasPrefix(got[i+1], "enabled "+agent+" donazioni phone v=") {
				t.Errorf("%s: line %d is %q, want %s", name, i+1, got[i+1], agent)
			}
		}
	}
	for _, bad := range []string{"", "v1,", ",v1", "V1", "v1;v2", strings.Repeat("x,", 500) + "x"} {
		if status, body, _ := e.get(path + bad); status != 400 || strings.Contains(body, "abled") {
			t.Errorf("candidates %.20q: %d %q, want 400", bad, status, body)
		}
	}
}

// Each answer of a batch is the answer of the single check.
func TestManyQuestionsAnswerAsEachWould(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	other, err := s.App.Lines.Add(t.Context(), s.Admin, s.Cmd(), app.NewLine{Code: "altra", Name: "Altra", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni"})
	if err != nil {
		t.Fatal(err)
	}
	agents := []string{s.Certified("Giulia", "Ferrandi").Number, s.Volunteer("Ugo", "Riva").Number, "v9999", s.Certified("Marco", "Sala").Number}
	e := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "tutto", Scopes: []string{"check"}})}
	var questions []map[string]string
	var want strings.Builder
	for _, line := range []string{"altra", "donazioni"} {
		for _, channel := range []string{"phone", "desk"} {
			for _, agent := range agents {
				questions = append(questions, map[string]string{"line": line, "channel": channel, "agent": agent})
				_, one, _ := e.get("/gate/v1/check?line=" + line + "&channel=" + channel + "&agent=" + agent)
				want.WriteString(one)
			}
		}
	}
	body, err := json.Marshal(map[string]any{"questions": questions})
	if err != nil {
		t.Fatal(err)
	}
	status, got, _ := e.post("/gate/v1/checks", string(body))
	heading, rest, _ := strings.Cut(got, "\n")
	if status != 200 || !strings.HasPrefix(heading, "checks v=") || !strings.HasSuffix(heading, " n=16") || rest != want.String() {
		t.Errorf("%d %s\n%s\nwant\n%s", status, heading, rest, want.String())
	}

	narrow := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "altrove", Scopes: []string{"check"}, Lines: []int64{other}})}
	list := engine{t: t, site: s, token: key(t, s, app.NewKey{Name: "elenco", Scopes: []string{"list"}})}
	for name, tc := range map[string]struct {
		e      engine
		body   string
		status int
		begins string
	}{
		"line and channel of the request": {e, `{"line":"donazioni","channel":"phone","questions":[{"agent":"v9999"}]}`, 200, "checks v="},
		"no questions":                    {e, `{"questions":[]}`, 200, "checks v="},
		"a line outside the key":          {narrow, `{"channel":"phone","questions":[{"line":"altra","agent":"v1"},{"line":"donazioni","agent":"v1"}]}`, 404, "error gate.no_line"},
		"an unknown line":                 {e, `{"channel":"phone","questions":[{"line":"donazioni","agent":"v1"},{"line":"nessuna","agent":"v1"}]}`, 404, "error gate.no_line"},
		"a question without a line":       {e, `{"channel":"phone","questions":[{"agent":"v1"}]}`, 400, "error gate.malformed"},
		"a malformed agent":               {e, `{"line":"donazioni","channel":"phone","questions":[{"agent":"V1"}]}`, 400, "error gate.malformed"},
		"an unknown field":                {e, `{"line":"donazioni","channel":"phone","questions":[{"agent":"v1","at":"x"}]}`, 400, "error"},
		"too many":                        {e, `{"line":"donazioni","channel":"phone","questions":[` + strings.Repeat(`{"agent":"v1"},`, 500) + `{"agent":"v1"}]}`, 400, "error gate.too_many"},
		"no token":                        {engine{t: t, site: s}, `{"line":"donazioni","channel":"phone","questions":[{"agent":"v1"}]}`, 401, "error gate.bad_token"},
		"another scope":                   {list, `{"line":"donazioni","channel":"phone","questions":[{"agent":"v1"}]}`, 403, "error gate.bad_scope"},
	} {
		status, got, _ := tc.e.post("/gate/v1/checks", tc.body)
		if status != tc.status || !strings.HasPrefix(got, tc.begins) || status != 200 && strings.Contains(got, "abled") {
			t.Errorf("%s: %d %q, want %d %q", name, status, got, tc.status, tc.begins)
		}
	}
}
