package ui

import (
	"fmt"
	"strings"
)

// NewQR draws a square code of size modules a side; dark says whether the
// module in column x and row y is dark, and label what the code is for.
func NewQR(size int, dark func(x, y int) bool, label string) QR {
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			run := 0
			for x+run < size && dark(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, run, run)
				x += run
			}
		}
	}
	return QR{Size: size, Path: path.String(), Label: label}
}
