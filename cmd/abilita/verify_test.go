package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
)

// TestAProofIsJudgedAlone: no folder, no database, no network.
func TestAProofIsJudgedAlone(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Certified("Giulia", "Ferrandi")
	body, err := w.App.Proofs.Export(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	whole, changed := filepath.Join(folder, "whole.json"), filepath.Join(folder, "changed.json")
	for path, b := range map[string][]byte{whole: body, changed: bytes.Replace(body, []byte(`"granted":true`), []byte(`"granted":false`), 1)} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"whole":           {[]string{"verify", whole}, 0, "The proof holds. Compare the key"},
		"whole, by a key": {[]string{"verify", whole, "--key", w.App.Proofs.Fingerprint()}, 0, "answer: yes, at level supervised"},
		"another key":     {[]string{"verify", whole, "--key", "abcd-ef01"}, 1, "BAD  key: the key is " + w.App.Proofs.Fingerprint()},
		"changed":         {[]string{"verify", changed}, 1, "The proof does not hold."},
	} {
		var out, errs strings.Builder
		if code := run(tc.args, []string{"ABILITA_DATA_DIR=" + filepath.Join(folder, "nothing")}, &out, &errs); code != tc.code || !strings.Contains(out.String(), tc.says) {
			t.Errorf("%s: exit %d, %s%s", name, code, out.String(), errs.String())
		}
	}
	var out, errs strings.Builder
	if code := run([]string{"verify", filepath.Join(folder, "missing")}, nil, &out, &errs); code != 1 || errs.Len() == 0 {
		t.Errorf("a missing file: exit %d", code)
	}
}
