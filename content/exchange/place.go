package exchange

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"abilita/content"
	"abilita/internal/foreign"
)

// Becomes is what a file that comes in becomes among those that are there.
type Becomes string

// What it may become.
const (
	New      Becomes = "new"
	Same     Becomes = "same"     // the text is there already
	Replaces Becomes = "replaces" // another text that was there
	Stays    Becomes = "stays"    // another text is there, and stays
)

// Placed is a file that came in, by the path that it has here.
type Placed struct {
	content.SourceFile
	From    string // the path that it came with, when it is another
	Becomes Becomes
}

// Place finds a place for files of other programs among those that are there (path
// to text). A path or an id that is taken gets a number, in the file too, and texts
// that name such a file name it so; a text that is there already stays what it is.
// gone are paths that may not be used.
func Place(files []content.SourceFile, there map[string]string, gone []string) []Placed {
	moved := map[string]string{}
	var list []Placed
	for range 4 { // where a file goes depends on how its text names the others
		named := make([]content.SourceFile, 0, len(files))
		for _, f := range files {
			if !content.MediaPath(f.Path) {
				f.Text = content.Renamed(f, moved)
			}
			named = append(named, f)
		}
		list = place(named, there, gone)
		again := map[string]string{}
		for _, p := range list {
			if p.From != "" {
				again[p.From] = p.Path
			}
		}
		if maps.Equal(moved, again) {
			break
		}
		moved = again
	}
	return list
}

// numbered finds the numbers in links to other texts of a pack.
var numbered = regexp.MustCompile(`(\]\([a-z0-9-]+?)(?:-\d+)+\.md`)

// alike says that two texts are one, whatever numbers the texts got that they name.
func alike(a, b string) bool {
	return a == b || strings.Contains(a, ".md") && numbered.ReplaceAllString(a, "$1.md") == numbered.ReplaceAllString(b, "$1.md")
}

func place(files []content.SourceFile, there map[string]string, gone []string) []Placed {
	ids := map[string]bool{}
	for _, text := range there {
		ids[content.HeaderID(text)] = true
	}
	taken := map[string]bool{}
	for _, p := range gone {
		taken[p] = true
	}
	var list []Placed
	for _, f := range files {
		p := Placed{SourceFile: f, Becomes: New}
		for n := 2; ; n++ {
			text, is := there[p.Path]
			if is && alike(text, p.Text) && !slices.Contains(gone, p.Path) {
				p.Becomes = Same
				break
			}
			if id := content.HeaderID(p.Text); !is && !taken[p.Path] && (id == "" || !ids[id]) {
				ids[id] = true
				break
			}
			p.SourceFile, p.From = content.Numbered(f, n), f.Path
		}
		taken[p.Path] = true
		list = append(list, p)
	}
	return list
}

// Lay lays the texts of a pack over those that are there, by their own paths.
// Another text than the one that is there replaces it only when replace is set. A
// file that was taken away counts as another text.
func Lay(files []content.SourceFile, there map[string]string, gone []string, replace bool) []Placed {
	var list []Placed
	for _, f := range files {
		p := Placed{SourceFile: f, Becomes: New}
		if text, is := there[f.Path]; is {
			switch {
			case text == f.Text && !slices.Contains(gone, f.Path):
				p.Becomes = Same
			case replace:
				p.Becomes = Replaces
			default:
				p.Becomes = Stays
			}
		}
		list = append(list, p)
	}
	return list
}

// OfLanguage keeps of the files of a pack those of one language, by their paths
// within it. What is of another language, stands where no file of a pack stands, or
// stands there twice is told.
func OfLanguage(files []content.SourceFile, lang string, report *foreign.Report) []content.SourceFile {
	var list []content.SourceFile
	taken := map[string]bool{}
	for _, f := range files {
		e := Entry(report, f.Path)
		within, of := content.InLanguage(f.Path), content.LanguageOf(f.Path)
		switch {
		case of != "" && of != lang:
			e.Refuse("file_language", "name", foreign.Short(f.Path))
		case content.KindOf(within) == "" && !content.MediaPath(within):
			e.Refuse("file_place", "name", foreign.Short(f.Path))
		case taken[within]:
			e.Refuse("file_twice", "name", foreign.Short(within))
		default:
			taken[within] = true
			list = append(list, content.SourceFile{Path: within, Text: f.Text})
		}
	}
	return list
}

// Renumber tells in the entries of what came in as was that it has another id now.
func Renumber(entries []foreign.Entry, was, now string) {
	for i := range entries {
		if e := &entries[i]; was != now && e.Item == was {
			e.Item = now
			e.Add(foreign.Lost("id_changed", "id", was, "new", now))
		}
	}
}

// Entry finds the entry of a file that came in, or adds one.
func Entry(report *foreign.Report, name string) *foreign.Entry {
	i := slices.IndexFunc(report.Entries, func(e foreign.Entry) bool { return e.Kind == foreign.Resource && (e.File == name || e.Item == name) })
	if i < 0 {
		report.Entries = append(report.Entries, foreign.Entry{Kind: foreign.Resource, Name: name, Item: name, Status: foreign.Read})
		i = len(report.Entries) - 1
	}
	return &report.Entries[i]
}
