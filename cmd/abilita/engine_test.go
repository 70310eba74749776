package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abilita/internal/api/engines"
)

func TestGuidesArePrintedAndWritten(t *testing.T) {
	t.Parallel()
	call := func(args ...string) (int, string, string) {
		var stdout, stderr strings.Builder
		code := run(append([]string{"engine"}, args...), nil, &stdout, &stderr)
		return code, stdout.String(), stderr.String()
	}
	code, list, _ := call()
	if code != 0 || !strings.Contains(list, "kamailio/kamailio.cfg\n") || !strings.Contains(list, "asterisk.md\n") {
		t.Errorf("%d %s", code, list)
	}
	whole, err := engines.Files.ReadFile("kamailio/kamailio.cfg")
	if err != nil {
		t.Fatal(err)
	}
	if code, text, _ := call("kamailio/kamailio.cfg"); code != 0 || text != string(whole) {
		t.Errorf("%d: not the file", code)
	}
	if code, _, said := call("nobody.md"); code != 1 || !strings.Contains(said, "there is no nobody.md") {
		t.Errorf("%d %s", code, said)
	}
	dir := t.TempDir()
	if code, _, said := call("--into", dir); code != 0 {
		t.Fatal(said)
	}
	local := filepath.Join(dir, "kamailio", "abilita-local.cfg")
	if err := os.WriteFile(local, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, text, _ := call("--into", dir); code != 0 || !strings.Contains(text, "kept    "+local) {
		t.Errorf("%d %s", code, text)
	}
	if text, err := os.ReadFile(local); err != nil || string(text) != "mine" {
		t.Errorf("a file of the operator was written over: %s %v", text, err)
	}
	// Every guide says what happens to volunteers and callers.
	for name := range strings.FieldsSeq(list) {
		text, err := engines.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".md") && (!strings.Contains(string(text), "Volunteers") && name != "README.md" || !strings.Contains(strings.ToLower(string(text)), "run by us")) {
			t.Errorf("%s does not say what happens, or whether it was run", name)
		}
	}
}
