package content

import (
	"slices"
	"strings"
)

// Change is what happened to a line, or to a file, between two versions.
type Change string

// The changes.
const (
	Same    Change = "same"
	Added   Change = "added"
	Removed Change = "removed"
	Edited  Change = "edited" // of files only: a line is removed and another added
)

// DiffLine is a line of a comparison. Old and New are its numbers in the two
// texts, from 1; 0 where it does not stand.
type DiffLine struct {
	Change   Change
	Old, New int
	Text     string
}

// diffCells bounds the table of a comparison. Where more lines differ between
// the first and the last difference, all of the old ones are shown as removed
// and all of the new ones as added.
const diffCells = 4 << 20

// Diff compares two texts line by line: a longest common subsequence stays, in
// order, and between what stays the removed lines come before the added ones.
func Diff(before, after string) []DiffLine {
	a, b := textLines(before), textLines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	list := make([]DiffLine, 0, max(len(a), len(b)))
	i, j := 0, 0
	same := func() { list = append(list, DiffLine{Same, i + 1, j + 1, a[i]}); i++; j++ }
	gone := func() { list = append(list, DiffLine{Removed, i + 1, 0, a[i]}); i++ }
	come := func() { list = append(list, DiffLine{Added, 0, j + 1, b[j]}); j++ }
	for i < head {
		same()
	}
	endA, endB := len(a)-tail, len(b)-tail
	if longest, width := commonTable(a[head:endA], b[head:endB]); longest != nil {
		at := func(i, j int) uint16 { return longest[(i-head)*width+j-head] }
		for i < endA && j < endB {
			switch {
			case a[i] == b[j]:
				same()
			case at(i+1, j) >= at(i, j+1):
				gone()
			default:
				come()
			}
		}
	}
	for i < endA {
		gone()
	}
	for j < endB {
		come()
	}
	for i < len(a) {
		same()
	}
	return list
}

// commonTable holds, for each pair of places, how many lines the rests have in
// common; nil when it would be too large.
func commonTable(a, b []string) (longest []uint16, width int) {
	width = len(b) + 1
	if (len(a)+1)*width > diffCells || min(len(a), len(b)) >= 1<<16 {
		return nil, width
	}
	longest = make([]uint16, (len(a)+1)*width)
	for i, old := range slices.Backward(a) {
		for j, line := range slices.Backward(b) {
			if old == line {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	return longest, width
}

// textLines cuts a text into lines without their ends. An empty text has none,
// and a line end at the very end begins no further line.
func textLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// Hunks cuts a comparison into its differences, each with up to around lines
// that stay before and after it.
func Hunks(list []DiffLine, around int) [][]DiffLine {
	var hunks [][]DiffLine
	from, until := -1, -1 // of the hunk that is open
	for i, l := range list {
		if l.Change == Same {
			continue
		}
		if start := max(0, i-around); from < 0 || start > until {
			if from >= 0 {
				hunks = append(hunks, list[from:until])
			}
			from = start
		}
		until = min(len(list), i+around+1)
	}
	if from >= 0 {
		hunks = append(hunks, list[from:until])
	}
	return hunks
}
