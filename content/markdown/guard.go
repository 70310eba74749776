package markdown

import (
	"bytes"

	"abilita/internal/fault"
)

// What a text may hold. The limits keep parsing and rendering under 100 ms: the
// parser is quadratic in several of them and cannot be cancelled. A heading is
// only the dearest block, with an id and a line of the outline: 16 thousand fit
// into 64 KB.
const (
	MaxBytes    = 64 << 10
	MaxColumns  = 20   // of a table
	MaxCells    = 8000 // of all tables, empty ones that the renderer adds included
	MaxDepth    = 16   // quotes and lists inside each other
	MaxBrackets = 100  // "[" in a paragraph
	MaxMarks    = 1000 // runs of * _ ~ or backtick in a paragraph
	MaxHeadings = 1000 // rules included, which underline a heading where one stands before
	MaxOutput   = 4 << 20
)

// Faults of a text that is refused before it is parsed, or whose page would be
// too large. Each carries the line, and the limit under "max".
var (
	ErrTooLarge        = fault.New(fault.Invalid, "markdown.too_large")
	ErrNotText         = fault.New(fault.Invalid, "markdown.not_text")
	ErrTooManyColumns  = fault.New(fault.Invalid, "markdown.too_many_columns")
	ErrTableTooLarge   = fault.New(fault.Invalid, "markdown.table_too_large")
	ErrTooDeep         = fault.New(fault.Invalid, "markdown.too_deep")
	ErrTooManyBrackets = fault.New(fault.Invalid, "markdown.too_many_brackets")
	ErrTooManyMarks    = fault.New(fault.Invalid, "markdown.too_many_marks")
	ErrTooManyHeadings = fault.New(fault.Invalid, "markdown.too_many_headings")
	ErrOutputTooLarge  = fault.New(fault.Invalid, "markdown.output_too_large")
)

// Guard refuses a text that would be dear to parse. It reads lines only and
// errs on the side of refusing: it counts a paragraph until an empty line or a
// bullet, and takes indentation before a mark as nesting.
func Guard(src []byte) error {
	if len(src) > MaxBytes {
		return ErrTooLarge.With("line", 1, "max", MaxBytes>>10)
	}
	var p paragraph
	cells, headings := 0, 0
	for n, line := range lines(src) {
		l := scanLine(line)
		if l.depth > MaxDepth {
			return ErrTooDeep.With("line", n, "max", MaxDepth)
		}
		if l.columns > MaxColumns {
			return ErrTooManyColumns.With("line", n, "max", MaxColumns)
		}
		if l.heading {
			headings++
		}
		if headings > MaxHeadings {
			return ErrTooManyHeadings.With("line", n, "max", MaxHeadings)
		}
		if l.starts {
			p = paragraph{}
		}
		if err := p.add(l, n); err != nil {
			return err
		}
		// A row may hold one character and still be drawn with every column.
		if cells += p.columns; cells > MaxCells {
			return ErrTableTooLarge.With("line", n, "max", MaxCells)
		}
	}
	return nil
}

// paragraph holds what has been counted since the last break.
type paragraph struct {
	brackets, marks int
	columns         int // of a table that may have begun in it
}

func (p *paragraph) add(l lineScan, n int) error {
	p.brackets += l.brackets
	p.marks += l.marks
	p.columns = max(p.columns, l.columns)
	switch {
	case p.brackets > MaxBrackets:
		return ErrTooManyBrackets.With("line", n, "max", MaxBrackets)
	case p.marks > MaxMarks:
		return ErrTooManyMarks.With("line", n, "max", MaxMarks)
	}
	return nil
}

type lineScan struct {
	depth    int  // quote and list marks before the text, indentation counted two by two
	starts   bool // an empty line or a bullet: the paragraph before it is over
	columns  int  // of a table's delimiter row, else 0
	brackets int
	marks    int
	heading  bool // it begins with # or may underline the text before
}

func scanLine(line []byte) lineScan {
	var l lineScan
	indent, i, marks := 0, 0, 0
	bullet, dash := false, false // dash: the last mark is one, alone it underlines
scan:
	for i < len(line) {
		switch c := line[i]; {
		case c == ' ':
			indent++
			i++
		case c == '\t':
			indent += 4
			i++
		case c == '>':
			marks++
			i++
			// The blanks of a quote belong to it, not to what it holds.
			if i < len(line) && line[i] == ' ' {
				i++
			}
		case isBullet(line[i:]):
			bullet, dash = bullet || indent < 4, c == '-'
			marks++
			i++
		case ordered(line[i:]) > 0:
			marks++
			i += ordered(line[i:])
		default:
			break scan
		}
	}
	if marks > 0 {
		l.depth = marks + indent/2
	}
	rest := line[i:]
	l.starts = bullet || len(bytes.TrimSpace(rest)) == 0
	l.columns = delimiters(line)
	rule := bytes.TrimSpace(rest)
	l.heading = isHeading(rule) || dash && len(rule) == 0
	l.brackets = bytes.Count(rest, []byte{'['})
	for j, c := range rest {
		if c == '*' || c == '_' || c == '~' || c == '`' {
			if j == 0 || rest[j-1] != c {
				l.marks++
			}
		}
	}
	return l
}

// isHeading says whether what follows the marks of a line may make a heading: a
// "#", or nothing but "=" or "-".
func isHeading(rest []byte) bool {
	return bytes.HasPrefix(rest, []byte{'#'}) || len(rest) > 0 && (len(bytes.Trim(rest, "=")) == 0 || len(bytes.Trim(rest, "-")) == 0)
}

func isBullet(b []byte) bool {
	return (b[0] == '-' || b[0] == '*' || b[0] == '+') && (len(b) == 1 || b[1] == ' ' || b[1] == '\t')
}

// ordered returns the length of a mark like "12." at the head of b, or 0.
func ordered(b []byte) int {
	i := 0
	for i < len(b) && i < 9 && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	if i == 0 || i == len(b) || b[i] != '.' && b[i] != ')' {
		return 0
	}
	if i+1 < len(b) && b[i+1] != ' ' && b[i+1] != '\t' {
		return 0
	}
	return i + 1
}

// delimiters returns the columns of a line that may be a table's delimiter
// row: only bars, hyphens, colons, blanks and marks of quotes and lists.
func delimiters(line []byte) int {
	bars := 0
	for _, c := range line {
		switch c {
		case '|':
			bars++
		case '-', ':', ' ', '\t', '>', '*', '+', '\r', '\v', '\f':
		default:
			return 0
		}
	}
	if bars == 0 {
		return 0
	}
	trimmed := bytes.Trim(line, " \t>*+\r\v\f")
	columns := bars + 1
	if bytes.HasPrefix(trimmed, []byte{'|'}) {
		columns--
	}
	if len(trimmed) > 1 && bytes.HasSuffix(trimmed, []byte{'|'}) {
		columns--
	}
	return columns
}

// lines yields the lines of src, numbered from 1, without their ends.
func lines(src []byte) func(yield func(int, []byte) bool) {
	return func(yield func(int, []byte) bool) {
		for n := 1; len(src) > 0; n++ {
			line, rest, _ := bytes.Cut(src, []byte{'\n'})
			if !yield(n, bytes.TrimSuffix(line, []byte{'\r'})) {
				return
			}
			src = rest
		}
	}
}
