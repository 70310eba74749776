package web_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"abilita/content/packs"
	"abilita/internal/app/apptest"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// donations is the shipped pack in a language, where a World looks for its pack.
func donations(t *testing.T, lang string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	from := "linea-donazioni/" + lang
	err := fs.WalkDir(packs.FS, from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(packs.FS, name)
		files["esempio/"+lang+strings.TrimPrefix(name, from)] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// english is somebody signed in who reads English.
func english(t *testing.T, s *webtest.Site, address string) *robot.Visitor {
	t.Helper()
	v := s.SignIn(address)
	fill(t, v, open(t, v, "/account"), "/language", "lang", "en")
	return v
}

// A course that exists in Italian alone: who reads English finds the way by
// English titles, and each page tells in which language its text is.
func TestACourseInTheOtherLanguageSaysSo(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, donations(t, "it"))
	giulia := w.Volunteer("Giulia", "Ferrandi")
	s := webtest.Serve(t, w)
	v := english(t, s, email(t, s, giulia.Number))

	has(t, open(t, v, "/"), "Who we are, the funds, the accounts", "Come to the evenings and the lab", "First assessed call: money or goods")
	for path, words := range map[string][]string{
		"/study":                 {"People in distress", "Home as a station, shifts, register"},
		"/study/mo-fondi":        {"Who we are, the funds, the accounts", "name the funds that are open today", "Chi siamo"},
		"/quizzes":               {"Donations line, final quiz"},
		"/quizzes/qz-finale":     {"Donations line, final quiz", "Ventiquattro domande"},
		"/calls":                 {"A card read aloud", "The legacy and the accounts"},
		"/checklists/postazione": {"The station at home", "La fai da te"},
	} {
		p := open(t, v, path)
		has(t, p, append(words, "The texts of this course are in Italian.")...)
		if list := path == "/study" || path == "/quizzes" || path == "/calls"; !list && !strings.Contains(p.Body, ` lang="it"`) {
			t.Errorf("%s does not mark what is in Italian", path)
		}
	}
	board := open(t, english(t, s, "teresa@example.org"), "/board")
	has(t, board, "Study the eight modules", "Sign the confidentiality pledge")

	italian := s.SignIn(email(t, s, giulia.Number))
	fill(t, italian, open(t, italian, "/account"), "/language", "lang", "it")
	for _, path := range []string{"/", "/study", "/study/mo-fondi", "/calls"} {
		p := open(t, italian, path)
		hasNot(t, p, "the accounts", "sono in italiano")
		if strings.Contains(p.Body, `lang="it">Chi`) || strings.Contains(p.Body, `class="prose" lang`) {
			t.Errorf("%s marks what needs no mark", path)
		}
	}
}
