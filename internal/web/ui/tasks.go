package ui

// taskPages are the plain lists of things to do and the page of marks.
func taskPages() []View { return []View{&Tasks{}, &Marking{}} }

// Tasks is a list of things to do or to look at, in groups.
type Tasks struct {
	Base
	Heading, Lead string
	Groups        []TaskGroup // those without rows are left out
	Nothing       EmptyState  // when no group has a row
}

// Template names the page.
func (*Tasks) Template() string { return "tasks" }

// Any says whether there is anything in the list.
func (t *Tasks) Any() bool {
	for _, g := range t.Groups {
		if len(g.Rows) > 0 {
			return true
		}
	}
	return false
}

// TaskGroup is rows under a title; ID is its anchor.
type TaskGroup struct {
	ID, Title string
	Rows      []TaskRow
}

// TaskRow is one thing: a link, or a button that posts to Action.
type TaskRow struct {
	Href, Title string
	Text, Note  string
	Mark        Mark   // a zero mark is not shown
	Action      string // empty: no button
	Do          string // words of the button
	Name, Value string // what the button posts
	More        *Link  // a second, quiet way
	Go          bool   // the one thing to do now
}

// Marking is the page on which a person marks the open answers of an attempt.
// Fields posted, with ID the question: level.ID from 0 to 3, note.ID.
type Marking struct {
	Base
	Heading, About, Lead string
	Action               string
	Answers              []MarkItem
}

// Template names the page.
func (*Marking) Template() string { return "marking" }

// MarkItem is one answer to be marked.
type MarkItem struct {
	ID, Stem, Text  string
	Criterion, Hint string
	Levels          []Option
	Note            string
}
