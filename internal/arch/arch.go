// Package arch is the import table of the program as data, and the check that
// the source files keep to it. Arrows point down only: wiring, edges, use cases,
// stores, rules, leaves. To add a package or a library, give it its row in
// rules.go; that is a decision, so a record in internal/adr goes with it.
package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "abilita/"

// Check reads all Go files of the tree and returns one line for each breach,
// in the order of the files. Files that do not parse are an error.
func Check(tree fs.FS) (breaches []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := d.Name()
			if name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || name == "internal/tools") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, b := range checkFile(path.Dir(name), strings.HasSuffix(name, "_test.go"), file) {
			breaches = append(breaches, fmt.Sprintf("%s: %s", files.Position(b.at), b.text))
		}
		return nil
	})
	return breaches, err
}

type breach struct {
	at   token.Pos
	text string
}

// checkFile checks one file of the package pkg.
func checkFile(pkg string, test bool, file *ast.File) []breach {
	allowed, placed := may[pkg]
	if !placed {
		return []breach{{file.Package, fmt.Sprintf("package %s has no row in internal/arch: decide where it belongs", pkg)}}
	}
	var found []breach
	add := func(at token.Pos, format string, args ...any) {
		found = append(found, breach{at, fmt.Sprintf(format, args...)})
	}
	pure := slices.Contains(rules, pkg)
	for _, imp := range file.Imports {
		name, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue // the parser has seen to it
		}
		own, isOwn := strings.CutPrefix(name, module)
		switch {
		case isOwn && test:
			// Tests may reach for what they need; the compiler forbids circles.
		case isOwn && slices.Contains(testsOnly, own) && !slices.Contains(testsOnly, pkg):
			add(imp.Pos(), "%s is for tests only", own)
		case isOwn && !slices.Contains(allowed, everything) && !slices.Contains(allowed, own):
			add(imp.Pos(), "%s may not import %s", pkg, own)
		case isOwn:
		case strings.Contains(firstPart(name), "."):
			users, known := usersOf(name)
			if !known {
				add(imp.Pos(), "library %s has no row in internal/arch", name)
			} else if !test && !slices.Contains(users, pkg) {
				add(imp.Pos(), "library %s may not be imported by %s", name, pkg)
			}
		case pure && !test && slices.Contains(notInRules, name):
			add(imp.Pos(), "%s holds rules and may not import %s", pkg, name)
		}
	}
	if !test && slices.Contains(noClock, pkg) {
		for _, at := range clockReads(file) {
			add(at, "%s takes the instant as an argument, it reads no clock", pkg)
		}
	}
	return found
}

func firstPart(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// usersOf finds the row of a library by the longest prefix of its path.
func usersOf(name string) ([]string, bool) {
	for ; name != "."; name = path.Dir(name) {
		if users, ok := only[name]; ok {
			return users, true
		}
	}
	return nil, false
}

// clockReads finds time.Now and its kin, called or handed on.
func clockReads(file *ast.File) []token.Pos {
	local := ""
	for _, imp := range file.Imports {
		if imp.Path.Value == `"time"` {
			local = "time"
			if imp.Name != nil {
				local = imp.Name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	var found []token.Pos
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if ok && x.Name == local && slices.Contains(clockWords, sel.Sel.Name) {
			found = append(found, sel.Pos())
		}
		return true
	})
	return found
}

// Table returns a copy of what may import what, for the drawing in the README
// and for the check that the table itself is sound.
func Table() map[string][]string {
	t := make(map[string][]string, len(may))
	for pkg, list := range may {
		t[pkg] = slices.Clone(list)
	}
	return t
}

// Stores returns the packages that hold SQL of a subject.
func Stores() []string { return slices.Clone(stores) }
