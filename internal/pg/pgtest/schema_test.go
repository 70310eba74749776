package pgtest_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/internal/pg/pgtest"
)

var update = flag.Bool("update", false, "write migrations/schema.sql instead of comparing with it")

// migrations/schema.sql is what the migrations add up to, so that a review sees
// the effect of a migration. `make schema` writes it.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), pgDump(t), "--schema-only", "--no-owner", "--no-privileges", pgtest.URL(t)).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	got := "-- What the migrations add up to. Written by `make schema`; never edited.\n" + plain(string(out))
	const file = "../../../migrations/schema.sql"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("migrations/schema.sql is not what the migrations make; run `make schema` and review (-file +migrations):\n%s", diff)
	}
}

// plain keeps the statements of a dump and leaves out what differs from one
// version of pg_dump to the next: comments, settings, empty lines in a row.
func plain(dump string) string {
	var b strings.Builder
	empty := true
	for line := range strings.Lines(dump) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "--"), strings.HasPrefix(line, "SET "), strings.HasPrefix(line, `\`),
			strings.HasPrefix(line, "SELECT pg_catalog.set_config"):
			continue
		case line == "" && empty:
			continue
		}
		empty = line == ""
		b.WriteString(line + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// pgDump is the pg_dump of the newest version installed: it reads all older
// servers.
func pgDump(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		return found[len(found)-1]
	}
	path, err := exec.LookPath("pg_dump")
	if err != nil {
		t.Fatal("pg_dump is missing: make deps installs it")
	}
	return path
}
