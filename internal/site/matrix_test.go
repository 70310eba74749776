package site_test

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"abilita/internal/people"
)

// TestRoutesAndSubjects asks every route as everybody. Every route has at least
// one row and every row a route. Who is not let in gets the answer of a page
// that does not exist, and no row of the database changes. Then each rule of the
// policy is taken away in turn, and a row that names it must notice.
//
//nolint:paralleltest,tparallel // it changes the one policy table; tests that run in parallel wait for it
func TestRoutesAndSubjects(t *testing.T) {
	m := newMatrix(t)
	m.everyRouteHasARow()
	for _, r := range matrixRows {
		if r.method != http.MethodPost {
			m.ask(r, subjects)
		}
	}
	before := m.rows()
	for _, r := range matrixRows {
		if r.method != http.MethodPost || r.status != 0 {
			continue
		}
		m.ask(r, without(subjects, r.in))
		after := m.rows()
		if after != before {
			t.Errorf("%s %s: a refused request changed %s", r.method, r.route, changed(before, after))
		}
		before = after
	}
	for _, r := range matrixRows {
		if r.method == http.MethodPost {
			m.ask(r, r.in)
		}
	}
	if t.Failed() {
		return
	}
	newMatrix(t).everyGuardIsMissed()
}

func without(all, some string) string {
	return strings.Map(func(s rune) rune {
		if strings.ContainsRune(some, s) {
			return -1
		}
		return s
	}, all)
}

// changed lists the tables whose fingerprints differ.
func changed(before, after string) []string {
	old := strings.Split(before, "\n")
	var list []string
	for i, line := range strings.Split(after, "\n") {
		if old[i] != line {
			name, _, _ := strings.Cut(line, " ")
			list = append(list, name)
		}
	}
	return list
}

func (m *matrix) everyRouteHasARow() {
	m.t.Helper()
	rows := map[string]bool{}
	for _, r := range matrixRows {
		rows[r.method+" "+r.route] = true
	}
	routes := map[string]bool{}
	for _, r := range m.site.Engine.Routes() {
		routes[r.Method+" "+r.Path] = true
		if !rows[r.Method+" "+r.Path] {
			m.t.Errorf("%s %s has no row in the matrix", r.Method, r.Path)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if !routes[name] {
			m.t.Errorf("%s is a row of the matrix but no route", name)
		}
	}
}

// answer is what one subject got.
type answer struct {
	status         int
	location, body string
	header         http.Header
}

// send sends one request of a row as a subject: a form holds a fresh key and
// nothing else but what the row says.
func (m *matrix) send(r row, subject rune) answer {
	m.t.Helper()
	path := r.path
	if path == "" {
		path = r.route
	}
	token := m.token[subject]
	if r.ends && m.email[subject] != "" {
		token = m.signIn(subject)
	}
	return m.do(r.method, m.objects.Replace(path), m.objects.Replace(r.form), token)
}

func (m *matrix) do(method, path, form, token string) answer {
	var req *http.Request
	if method == http.MethodPost {
		body := "form_key=" + rand.Text()
		if form != "" {
			body += "&" + form
		}
		req = httptest.NewRequestWithContext(m.t.Context(), method, path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	} else {
		req = httptest.NewRequestWithContext(m.t.Context(), method, path, http.NoBody)
	}
	if token != "" {
		req.AddCookie(&http.Cookie{Name: "abilita", Value: token})
	}
	rec := httptest.NewRecorder()
	m.site.Handler.ServeHTTP(rec, req)
	return answer{rec.Code, rec.Header().Get("Location"), rec.Body.String(), rec.Header()}
}

// letIn reads an answer: refused is 404 and, for a visitor who opens a page, the
// way to the sign-in.
func (m *matrix) letIn(r row, a answer) bool {
	switch {
	case a.status == http.StatusNotFound:
		return false
	case r.method == http.MethodGet && a.status == http.StatusSeeOther && strings.HasPrefix(a.location, "/sign-in"):
		return false
	case r.shows != "":
		return a.status == http.StatusOK && strings.Contains(a.body, m.objects.Replace(r.shows))
	}
	return true
}

// ask sends the request of a row as some subjects and compares with the row.
func (m *matrix) ask(r row, as string) {
	m.t.Helper()
	defer m.tell(r)
	for _, s := range as {
		a := m.send(r, s)
		want := strings.ContainsRune(r.in, s)
		switch {
		case r.status != 0:
			if a.status != r.status {
				m.find(s, "%d, expected %d", a.status, r.status)
			}
		case m.letIn(r, a) != want:
			m.find(s, "let in %v, expected %v (%d %s)", !want, want, a.status, a.location)
		case a.status >= 500:
			m.find(s, "%d", a.status)
		case !want && r.shows == "":
			m.refused(r, s, a)
		}
		m.headers(r, s, a)
	}
	if r.ends && strings.ContainsAny(as, signedIn) {
		m.signEverybodyIn()
	}
}

// find notes a mistake of a cell; tell reports a row's, each with its subjects.
func (m *matrix) find(s rune, format string, args ...any) {
	m.found = append(m.found, [2]string{fmt.Sprintf(format, args...), string(s)})
}

func (m *matrix) tell(r row) {
	m.t.Helper()
	who := map[string]string{}
	for _, f := range m.found {
		who[f[0]] += f[1]
	}
	for _, what := range slices.Sorted(maps.Keys(who)) {
		m.t.Errorf("%s %s as %s: %s", r.method, r.name(), who[what], what)
	}
	m.found = nil
}

func (r row) name() string {
	if r.path != "" {
		return r.path
	}
	return r.route
}

var (
	formKeys = regexp.MustCompile(`name="form_key" value="[^"]*"`)
	backTo   = regexp.MustCompile(`name="back" value="[^"]*"`)
	current  = regexp.MustCompile(` aria-current="(page|true)"`)
)

// refused demands the answer of an address that does not exist.
func (m *matrix) refused(r row, s rune, a answer) {
	m.t.Helper()
	if a.status == http.StatusSeeOther {
		return // a visitor is asked to sign in, whatever there is
	}
	if r.method != http.MethodGet {
		return
	}
	same := func(body string) string {
		body = formKeys.ReplaceAllString(body, "KEY")
		body = backTo.ReplaceAllString(body, "BACK")
		return current.ReplaceAllString(body, "")
	}
	nothing := m.do(http.MethodGet, "/nothing/is/here", "", m.token[s])
	if nothing.status != a.status || same(nothing.body) != same(a.body) {
		m.find(s, "the refusal differs from the page of an address that does not exist")
	}
	if !slices.Equal(slices.Sorted(maps.Keys(nothing.header)), slices.Sorted(maps.Keys(a.header))) {
		m.find(s, "the refusal has other headers: %v, not %v", a.header, nothing.header)
	}
}

// headers demands what must be on every answer.
func (m *matrix) headers(r row, s rune, a answer) {
	m.t.Helper()
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"} {
		if name == "Cache-Control" && strings.HasPrefix(r.route, "/static/") {
			want = "public, max-age=31536000, immutable"
		}
		if name == "Cache-Control" && strings.HasPrefix(r.route, "/media/") && a.status == http.StatusOK {
			want = "private, no-cache" // whether it may be seen is asked each time
		}
		if got := a.header.Get(name); got != want {
			m.find(s, "%s is %q, expected %q", name, got, want)
		}
	}
	policy := a.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		m.find(s, "the content security policy is %q", policy)
	}
}

// withoutPages are the actions that no page asks for, with the reason; the
// tests of their use cases prove them.
var withoutPages = map[people.Action]string{
	people.ReadAudit: "the record is read from the command line",
	people.MoveClock: "only the clock of a demonstration moves; the walkthrough moves it",
}

// everyGuardIsMissed takes each rule of the policy away and asks the rows that
// name it again. Open to everybody, somebody who is refused must come in. Where
// the row says that another guard stands before, or that what it shows belongs
// to one person anyway, or where everybody may come in, the rule is closed
// instead, and somebody who is let in must be refused.
func (m *matrix) everyGuardIsMissed() {
	m.t.Helper()
	named := map[people.Action]bool{}
	for _, r := range matrixRows {
		for _, do := range r.guards {
			named[do] = true
			if people.Policy[do] == nil {
				m.t.Errorf("%s names the action %q, which the policy does not know", r.name(), do)
				continue
			}
			if !m.notices(r, do) {
				m.t.Errorf("%s %s does not notice that the guard of %q is gone", r.method, r.name(), do)
			}
		}
	}
	for _, do := range slices.Sorted(maps.Keys(people.Policy)) {
		if reason, without := withoutPages[do]; without == named[do] {
			m.t.Errorf("the action %q is named by a row: %v; it has no page: %v %s", do, named[do], without, reason)
		}
	}
}

// notices tells whether a cell of the row changes without the guard.
func (m *matrix) notices(r row, do people.Action) bool {
	kept := people.Policy[do]
	defer func() { people.Policy[do] = kept }()
	if !r.personal && !r.behind && !slices.ContainsFunc(kept, func(r people.Rule) bool { return r.Everybody }) {
		people.Policy[do] = []people.Rule{{Everybody: true}}
		for _, s := range without(subjects, r.in) {
			if m.letIn(r, m.send(r, s)) {
				return true
			}
		}
		return false
	}
	for _, s := range r.in {
		people.Policy[do] = nil
		refused := !m.letIn(r, m.send(r, s))
		people.Policy[do] = kept
		if refused && m.letIn(r, m.send(r, s)) {
			return true
		}
	}
	return false
}

// The test of the test: a wildcard in the form of a row is a mistake.
func TestTheMatrixHasNoWildcards(t *testing.T) {
	t.Parallel()
	for _, r := range matrixRows {
		if u, err := url.Parse(r.name()); err != nil || strings.ContainsAny(u.Path, "*:") && r.path != "" {
			t.Errorf("%s: %v", r.name(), err)
		}
		for _, s := range r.in {
			if !strings.ContainsRune(subjects, s) {
				t.Errorf("%s: nobody is called %c", r.name(), s)
			}
		}
		if strings.Contains(r.route, ":") && r.path == "" {
			t.Errorf("%s names no object", r.route)
		}
	}
}
