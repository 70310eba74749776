package content

import (
	"slices"
	"strings"
)

// MergeChunk is a part of two texts that began as one. Where both were changed,
// Mine and Theirs differ and somebody has to choose; elsewhere Conflict is false and
// Result is what both come to.
type MergeChunk struct {
	Conflict bool
	Result   []string // lines that are settled
	Base     []string // of a conflict: what both began from
	Mine     []string
	Theirs   []string
}

// Choice is what becomes of a conflict.
type Choice string

// The choices; TakeBoth puts theirs before mine.
const (
	TakeMine   Choice = "mine"
	TakeTheirs Choice = "theirs"
	TakeBoth   Choice = "both"
)

// Merge joins two texts line by line that both began as base: what one of them
// changed is taken, what both changed alike is taken once, and what they changed
// differently is a conflict. Changes that touch each other count as one. Every line
// of both is in a result or in a conflict, but those that the other took away.
func Merge(base, mine, theirs string) []MergeChunk {
	o, a, b := textLines(base), textLines(mine), textLines(theirs)
	toA, toB := kept(base, mine), kept(base, theirs)
	var list []MergeChunk
	settled := func(lines []string) {
		if len(lines) == 0 {
			return
		}
		if n := len(list); n > 0 && !list[n-1].Conflict {
			list[n-1].Result = append(list[n-1].Result, lines...)
			return
		}
		list = append(list, MergeChunk{Result: slices.Clone(lines)})
	}
	i, j, k := 0, 0, 0 // how far of base, mine and theirs
	for i < len(o) || j < len(a) || k < len(b) {
		same := 0
		for i+same < len(o) && toA[i+same] == j+same && toB[i+same] == k+same {
			same++
		}
		settled(o[i : i+same])
		i, j, k = i+same, j+same, k+same
		// up to the next line of base that stands in all three
		nextO, nextA, nextB := len(o), len(a), len(b)
		for n := i; n < len(o); n++ {
			if toA[n] >= 0 && toB[n] >= 0 {
				nextO, nextA, nextB = n, toA[n], toB[n]
				break
			}
		}
		was, my, their := o[i:nextO], a[j:nextA], b[k:nextB]
		i, j, k = nextO, nextA, nextB
		switch {
		case slices.Equal(my, their), slices.Equal(their, was):
			settled(my)
		case slices.Equal(my, was):
			settled(their)
		default:
			list = append(list, MergeChunk{Conflict: true, Base: slices.Clone(was), Mine: slices.Clone(my), Theirs: slices.Clone(their)})
		}
	}
	return list
}

// kept says for each line of a text where it stands in another, -1 where it was taken
// away. Places only grow.
func kept(before, after string) []int {
	var to []int
	for _, l := range Diff(before, after) {
		switch l.Change {
		case Same:
			to = append(to, l.New-1)
		case Removed:
			to = append(to, -1)
		case Added, Edited:
		}
	}
	return to
}

// Conflicts counts the parts that somebody has to choose.
func Conflicts(list []MergeChunk) int {
	n := 0
	for _, c := range list {
		if c.Conflict {
			n++
		}
	}
	return n
}

// Joined is the text that choices make of a merge, in the order of its conflicts; a
// conflict without a good choice takes both, so that nothing is lost.
func Joined(list []MergeChunk, choices []Choice) string {
	var lines []string
	n := 0
	for _, c := range list {
		if !c.Conflict {
			lines = append(lines, c.Result...)
			continue
		}
		choice := TakeBoth
		if n < len(choices) {
			choice = choices[n]
		}
		n++
		switch choice {
		case TakeMine:
			lines = append(lines, c.Mine...)
		case TakeTheirs:
			lines = append(lines, c.Theirs...)
		default:
			lines = append(append(lines, c.Theirs...), c.Mine...)
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}
