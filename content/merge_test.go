package content_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"abilita/content"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	const base = "uno\ndue\ntre\nquattro\ncinque\n"
	for name, c := range map[string]struct {
		mine, theirs string
		conflicts    int
		want         string // with both
	}{
		"nobody":                        {base, base, 0, base},
		"only me":                       {"uno\nDUE\ntre\nquattro\ncinque\n", base, 0, "uno\nDUE\ntre\nquattro\ncinque\n"},
		"only they":                     {base, "uno\ndue\ntre\n", 0, "uno\ndue\ntre\n"},
		"far apart":                     {"UNO\ndue\ntre\nquattro\ncinque\n", "uno\ndue\ntre\nquattro\nCINQUE\n", 0, "UNO\ndue\ntre\nquattro\nCINQUE\n"},
		"alike":                         {"uno\nDUE\ntre\nquattro\ncinque\n", "uno\nDUE\ntre\nquattro\ncinque\n", 0, "uno\nDUE\ntre\nquattro\ncinque\n"},
		"the same line":                 {"uno\nmia\ntre\nquattro\ncinque\n", "uno\nsua\ntre\nquattro\ncinque\n", 1, "uno\nsua\nmia\ntre\nquattro\ncinque\n"},
		"both at the end":               {base + "mia\n", base + "sua\n", 1, base + "sua\nmia\n"},
		"one takes away what one wrote": {"uno\ntre\nquattro\ncinque\n", "uno\nDUE\ntre\nquattro\ncinque\n", 1, "uno\nDUE\ntre\nquattro\ncinque\n"},
		"nothing is left":               {"", "", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := content.Merge(base, c.mine, c.theirs)
			if n := content.Conflicts(list); n != c.conflicts {
				t.Errorf("%d conflicts: %+v", n, list)
			}
			if got := content.Joined(list, nil); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func drawLines(t *rapid.T, name string) string {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", ""}), 0, 9).Draw(t, name)
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// The laws of a merge, over any three texts.
func TestMergeLosesNoLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := drawLines(t, "base"), drawLines(t, "mine"), drawLines(t, "theirs")
		list := content.Merge(base, mine, theirs)
		whole := func(of func(content.MergeChunk) []string) []string {
			var all []string
			for _, c := range list {
				if c.Conflict {
					all = append(all, of(c)...)
				} else {
					all = append(all, c.Result...)
				}
			}
			return all
		}
		// What one of them put in is there: in the settled lines, or in a conflict.
		for who, text := range map[string]string{"mine": mine, "theirs": theirs} {
			left := whole(func(c content.MergeChunk) []string { return slices.Concat(c.Mine, c.Theirs) })
			for _, l := range content.Diff(base, text) {
				if l.Change != content.Added {
					continue
				}
				i := slices.Index(left, l.Text)
				if i < 0 {
					t.Fatalf("the line %q of %s is nowhere in %+v", l.Text, who, list)
				}
				left = slices.Delete(left, i, i+1)
			}
		}
		if content.Conflicts(list) == 0 && content.Conflicts(content.Merge(base, theirs, mine)) != 0 {
			t.Fatalf("the order of the two matters: %+v", list)
		}
		for name, c := range map[string]struct{ got, want string }{
			"only theirs":   {content.Joined(content.Merge(base, base, theirs), nil), theirs},
			"only mine":     {content.Joined(content.Merge(base, mine, base), nil), mine},
			"both the same": {content.Joined(content.Merge(base, mine, mine), nil), mine},
		} {
			if c.got != c.want {
				t.Fatalf("%s: %q, want %q", name, c.got, c.want)
			}
		}
		// Choosing one side everywhere never drops what that side put in.
		for choice, text := range map[content.Choice]string{content.TakeMine: mine, content.TakeTheirs: theirs} {
			got := content.Joined(list, slices.Repeat([]content.Choice{choice}, len(list)+1))
			for _, l := range content.Diff(base, text) {
				if l.Change == content.Added && !slices.Contains(strings.Split(got, "\n"), l.Text) {
					t.Fatalf("%s: %q is not in %q", choice, l.Text, got)
				}
			}
		}
	})
}
