package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
)

func TestAPlanNamesPeopleOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	by := time.Date(2026, 12, 22, 23, 0, 0, 0, time.UTC)
	p := app.Plan{
		Changed: []string{"mo-denaro", "qz-finale"}, Again: []string{"mo-denaro"}, By: &by, Touched: []people.ID{7},
		People: map[people.ID]peopledb.Identity{7: {Number: "v0101", GivenName: "Adele", FamilyName: "Tornaghi"}},
		Moved:  []app.Moved{{Number: "v0102", GivenName: "Bruna", FamilyName: "Secchi", Begun: []string{"qz-finale"}}, {Number: "v0103", GivenName: "Ivo", FamilyName: "Sala"}},
	}
	for names, want := range map[bool]string{
		false: "v0101\tread again: mo-denaro\tuntil 2026-12-22T23:00:00Z\n|v0102\tends on the version they began: qz-finale\nv0103\tnothing again\n",
		true:  "v0101\tAdele Tornaghi\tread again: mo-denaro\tuntil 2026-12-22T23:00:00Z\n|v0102\tBruna Secchi\tends on the version they began: qz-finale\nv0103\tIvo Sala\tnothing again\n",
	} {
		touched, moved, _ := strings.Cut(want, "|")
		want = "nothing was stored; changed: mo-denaro, qz-finale\ncertified people touched: 1\n" + touched +
			"enrolled people who go on with the new release (what is passed stays passed): 2\n" + moved
		var got strings.Builder
		if err := writePlan(&got, app.Micro, p, names); err != nil || got.String() != want {
			t.Errorf("with names %v, %v:\n%s", names, err, got.String())
		}
	}
}

// Corrections are written into the files, and what needs a person is left and reported.
func TestCheckWritesCorrections(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "prova", "it", "liste"), 0o755); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "prova", "it", "liste", "voci.md")
	const src = "# Listta: le voci\n- id: li-voci\n- versione: 1\n- firma: volontaria\n- colore: blu\n\n- **V1 Una**: che cosa si vede.\n- Due: che cosa si vede.\n"
	if err := os.WriteFile(name, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	var std bytes.Buffer
	err := (&checkCmd{Paths: []string{filepath.Join(dir, "prova")}, Fix: true, Lang: "en"}).Run(&out{std: &std})
	text, _ := os.ReadFile(name)
	const want = "# Lista: le voci\n- id: li-voci\n- versione: 1.0\n- firma: volontario\n- colore: blu\n\n- **V1 Una**: che cosa si vede.\n- **V2 Due**: che cosa si vede.\n"
	if err == nil || string(text) != want || !strings.Contains(std.String(), "there is no key “colore”") || strings.Contains(std.String(), "version") {
		t.Errorf("%v\n%s\n%s", err, text, std.String())
	}
}
