package ui

import (
	"fmt"
	"html/template"
	"io"
)

// DataCopy is what a person is given of what is kept about them, as a page that
// needs nothing else: no script, no style, no address to fetch.
type DataCopy struct {
	Lang, Title, About, Lead string
	Tables                   []DataTable
}

// DataTable is one kind of data with its rows, each by column.
type DataTable struct {
	Name, Why string
	Rows      [][]Fact
}

// Write writes the page.
func (d DataCopy) Write(w io.Writer) error {
	t, err := template.ParseFS(htmlFiles, "html/copy.html")
	if err == nil {
		err = t.Execute(w, d)
	}
	if err != nil {
		return fmt.Errorf("write the copy: %w", err)
	}
	return nil
}
