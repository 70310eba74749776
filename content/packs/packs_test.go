package packs_test

import (
	"testing"

	"abilita/content"
	"abilita/content/packs"
)

func donations(t *testing.T) (content.Pack, []content.Problem) {
	t.Helper()
	p, found := content.Load(packs.FS, "linea-donazioni/it")
	return p, append(found, content.Check(p)...)
}

// The shipped texts are held to more than others: not even advice is left.
func TestTheDonationsPackHasNoProblem(t *testing.T) {
	t.Parallel()
	_, found := donations(t)
	for _, p := range found {
		t.Error(p.Text("en"))
	}
}
