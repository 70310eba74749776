package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// abilita runs a command as a shell would.
func abilita(args ...string) (code int, stdout, stderr string) {
	var o, e strings.Builder
	code = run(args, nil, &o, &e)
	return code, o.String(), e.String()
}

func put(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func get(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestQuestionsComeInAndGoOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src := put(t, filepath.Join(dir, "Domande di marzo.gift"), "::saluto::Come ti presenti?{=Con il nome ~Con il cognome####Il nome basta.}\n\nLeggi bene.\n")
	into := filepath.Join(dir, "pack", "it")
	code, out, errs := abilita("import", "gift", src, "--into", into, "--module", "mo-uno", "--lang", "en")
	made := filepath.Join(into, "quiz", "domande-di-marzo.md")
	want := src + ":3: left out: question «Leggi bene.»: it is a text without a question\n" + src + ": whole 1, adapted 0, left out 1\n" + made + "\n"
	if code != 0 || out != want || errs != "" {
		t.Fatalf("%d\n%s%s", code, out, errs)
	}
	bank := "# Quiz: Domande di marzo\n- id: qz-domande-di-marzo\n- version: 1.0\n- type: bank\n\n### Come ti presenti?\n`saluto · mo-uno · apply`\n1. [x] Con il nome\n1. [ ] Con il cognome\n\n> Il nome basta.\n"
	if got := get(t, made); got != bank {
		t.Errorf("%s", got)
	}

	if code, _, errs := abilita("import", "gift", src, "--into", into); code != 1 || !strings.Contains(errs, "is there already") {
		t.Errorf("a second time: %d %s", code, errs)
	}
	elsewhere := filepath.Join(dir, "strict")
	code, out, _ = abilita("import", "gift", src, "--into", elsewhere, "--strict", "--json")
	var report struct {
		LeftOut int      `json:"left_out"`
		Written []string `json:"written"`
		Entries []struct{ Status, Kind, Item string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 1 || report.LeftOut != 1 || len(report.Written) != 0 || len(report.Entries) != 2 || report.Entries[0].Item != "saluto" {
		t.Errorf("strict: %d, %v\n%s", code, err, out)
	}
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("strict wrote something")
	}

	xml := filepath.Join(dir, "out.xml")
	if code, out, errs := abilita("export", made, "moodle", "-o", xml, "--lang", "en"); code != 0 || out != made+": whole 1, adapted 0, left out 0\n" {
		t.Errorf("export: %d %s%s", code, out, errs)
	}
	if code, _, errs := abilita("export", made, "moodle", "-o", xml); code != 1 || !strings.Contains(errs, "exists") {
		t.Errorf("an export over a file: %d %s", code, errs)
	}
	again := filepath.Join(dir, "again")
	if code, out, errs := abilita("import", "moodle", xml, "--into", again, "--id", "qz-domande-di-marzo", "--title", "Domande di marzo", "--lang", "en"); code != 0 {
		t.Errorf("back: %d %s%s", code, out, errs)
	}
	if got := get(t, filepath.Join(again, "quiz", "out.md")); got != bank {
		t.Errorf("back: %s", got)
	}
}

func TestAFileThatCannotBeTakenIsToldPlainly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, c := range map[string]struct{ format, src, want string }{
		"a document type": {"moodle", "<?xml version=\"1.0\"?>\n<!DOCTYPE quiz>\n<quiz/>", "Line 2: files with a document type are not taken"},
		"something else":  {"moodle", "<html/>", "not in the format “moodle”"},
		"not text":        {"gift", "\xff", "not text"},
	} {
		src := put(t, filepath.Join(dir, strings.ReplaceAll(name, " ", "-")), c.src)
		if code, out, errs := abilita("import", c.format, src, "--into", filepath.Join(dir, "x")); code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	src := put(t, filepath.Join(dir, "nothing.gift"), "// niente\n")
	if code, _, _ := abilita("import", "gift", src, "--into", filepath.Join(dir, "x")); code != 1 {
		t.Errorf("nothing to take: %d", code)
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("something was written")
	}
}

func TestAStoryBecomesACallScript(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src := put(t, filepath.Join(dir, "storia.twee"), ":: StoryTitle\nCinquanta euro\n\n:: Start\nMarta: «Pronto?»\n[[«Eccomi.»->Fine]]\n\n:: Fine [riuscita]\n")
	code, out, errs := abilita("import", "twee", src, "--into", dir, "--line", "donazioni", "--rubric", "gr-donazioni", "--lang", "en")
	want := "# Script: Cinquanta euro\n- id: rp-storia\n- version: 1.0\n- line: donazioni\n- channel: phone\n- rubric: gr-donazioni\n\n## Scene\n\n### Start\n> Marta: «Pronto?»\n\n- [«Eccomi.»](#fine)\n\n### Fine\n**End: success**\n"
	if got := get(t, filepath.Join(dir, "copioni", "storia.md")); code != 0 || got != want {
		t.Errorf("%d %s%s\n%s", code, out, errs, got)
	}
}
