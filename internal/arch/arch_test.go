package arch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"abilita/internal/arch"
)

func TestTheTreeKeepsToTheTable(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	breaches, err := arch.Check(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaches {
		t.Error(b)
	}
}

func TestCheckFindsEachBreach(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		file, text string
		want       string // part of the only breach; empty means none
	}{
		"a package without a row":            {"internal/util/x.go", "package util", "internal/util has no row"},
		"an arrow upwards":                   {"quiz/x.go", `package quiz; import "abilita/internal/app"`, "quiz may not import internal/app"},
		"a store that uses another store":    {"quiz/quizdb/x.go", `package quizdb; import _ "abilita/course/coursedb"`, "quiz/quizdb may not import course/coursedb"},
		"a page that reads the database":     {"internal/web/x.go", `package web; import "abilita/internal/pg"`, "internal/web may not import internal/pg"},
		"rules with a context":               {"course/gate/x.go", `package gate; import "context"`, "may not import context"},
		"rules that log":                     {"scheduler/x.go", `package scheduler; import "log/slog"`, "may not import log/slog"},
		"rules that read the clock":          {"quiz/x.go", `package quiz; import "time"; var f = time.Now`, "reads no clock"},
		"the clock under another name":       {"quiz/x.go", `package quiz; import tt "time"; func f() { _ = tt.Since(tt.Time{}) }`, "reads no clock"},
		"a use case that reads the clock":    {"internal/app/x.go", `package app; import "time"; var f = time.Until`, "reads no clock"},
		"gin outside the edges":              {"internal/app/x.go", `package app; import "github.com/gin-gonic/gin"`, "gin-gonic/gin may not be imported by internal/app"},
		"gocron outside its package":         {"scheduler/x.go", `package scheduler; import "github.com/go-co-op/gocron/v2"`, "gocron/v2 may not be imported by scheduler"},
		"a part of a known library":          {"internal/app/x.go", `package app; import "github.com/lib/pq/oid"`, "pq/oid may not be imported"},
		"a library nobody decided about":     {"internal/app/x.go", `package app; import "example.org/leftpad"`, "leftpad has no row"},
		"a shipped file with a test package": {"internal/app/x.go", `package app; import "abilita/internal/pg/pgtest"`, "for tests only"},
		"the wiring with a test package":     {"cmd/abilita/x.go", `package main; import "abilita/internal/testkit"`, "for tests only"},
		"a library for tests, shipped":       {"quiz/x.go", `package quiz; import "pgregory.net/rapid"`, "rapid may not be imported by quiz"},

		"the wiring may all":                    {"cmd/abilita/x.go", `package main; import "abilita/internal/app"`, ""},
		"a test may open a database":            {"quiz/x_test.go", `package quiz_test; import ("context"; "abilita/internal/pg/pgtest"; "pgregory.net/rapid")`, ""},
		"a test may read the clock":             {"quiz/x_test.go", `package quiz_test; import "time"; var f = time.Now`, ""},
		"an instant is not a clock":             {"quiz/x.go", `package quiz; import "time"; func f(now time.Time) bool { return now.IsZero() }`, ""},
		"something else called Now":             {"quiz/x.go", `package quiz; type c struct{}; func (c) Now() {}; func f(time c) { time.Now() }`, ""},
		"what go tools ignore is not looked at": {"quiz/testdata/x.go", `package x; import "abilita/internal/app"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := arch.Check(fstest.MapFS{tc.file: {Data: []byte(tc.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if tc.want == "" && len(got) == 0 || tc.want != "" && len(got) == 1 && strings.Contains(got[0], tc.want) {
				return
			}
			t.Errorf("got %q, want one with %q", got, tc.want)
		})
	}
}

// The table itself: every row that is named exists, no arrow goes round, and no
// store points at a store.
func TestTheTableIsSound(t *testing.T) {
	t.Parallel()
	table, stores := arch.Table(), arch.Stores()
	var walk func(at string, way []string)
	walk = func(at string, way []string) {
		if slices.Contains(way, at) {
			t.Fatalf("the arrows go round: %v", append(way, at))
		}
		for _, next := range table[at] {
			if next == "*" {
				continue
			}
			if _, ok := table[next]; !ok {
				t.Errorf("%s may import %s, which has no row", at, next)
				continue
			}
			walk(next, append(slices.Clone(way), at))
		}
	}
	for pkg, list := range table {
		walk(pkg, nil)
		if !slices.Contains(stores, pkg) {
			continue
		}
		for _, other := range list {
			if slices.Contains(stores, other) {
				t.Errorf("store %s may import store %s", pkg, other)
			}
		}
	}
}
