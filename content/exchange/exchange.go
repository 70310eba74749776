// Package exchange makes files of a pack of what other programs wrote, and gives
// the questions of a pack to other programs.
//
// It knows which reader takes which format, and what the file that comes out is
// called; the readers are those of quiz/exchange, course/roleplay/exchange and
// content. Whoever writes the files somewhere asks Place what each becomes among
// those that are there.
package exchange

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"abilita/content"
	"abilita/content/markdown"
	"abilita/content/media"
	stories "abilita/course/roleplay/exchange"
	"abilita/internal/fault"
	"abilita/internal/foreign"
	"abilita/quiz"
	questions "abilita/quiz/exchange"
)

// Format is a format that comes in.
type Format string

// The formats, as the command line and the pages name them.
const (
	GIFT     Format = "gift"
	Moodle   Format = "moodle" // XML
	QTI      Format = "qti"    // 1.2, 2 and 3, one file or a package
	Aiken    Format = "aiken"
	Twee     Format = "twee" // 3
	Ink      Format = "ink"
	Markdown Format = "markdown"
	Pack     Format = "pack" // a ZIP file
)

// Formats lists those that come in.
var Formats = []Format{GIFT, Moodle, QTI, Aiken, Twee, Ink, Markdown, Pack}

// Targets lists those that go out.
var Targets = []Format{Pack, GIFT, Moodle, QTI}

// ErrUnknown refuses a file whose format nobody named and nobody can tell.
var ErrUnknown = fault.New(fault.Invalid, "foreign.unknown")

// Options say what a file from elsewhere cannot know.
type Options struct {
	Lang string // "it" or "en"
	Name string // of the file, with its ending

	ID    string // of what is made; "": from the name
	Title string // "": the name

	Module string // of the questions that name none

	Line, Channel, Rubric string // of a call script

	// Beside reads a picture that a handbook names; nil: there is none.
	Beside func(name string) ([]byte, error)
	// Take makes of a medium what a pack holds; nil: media.Take.
	Take func(src []byte) (media.Taken, error)
}

// base is the name of the file without folder and ending.
func (o Options) base() string {
	b := path.Base(strings.ReplaceAll(o.Name, "\\", "/"))
	return strings.TrimSuffix(b, path.Ext(b))
}

// slug is what the file is called here.
func (o Options) slug() string { return cmp.Or(markdown.Slug(o.base()), "importazione") }

// Most is how large a file of a format may be, in bytes.
func Most(f Format) int64 {
	if f == Pack {
		return content.MaxPack
	}
	return foreign.MaxArchive
}

// Import reads a file. A fault means that it was refused as a whole; whatever
// else was wrong is in the report. No file comes out when there is nothing to take.
func Import(f Format, src []byte, o Options) ([]content.SourceFile, foreign.Report, error) {
	if int64(len(src)) > Most(f) {
		return nil, foreign.Report{Format: string(f)}, foreign.ErrTooLarge.With("max", Most(f)>>20)
	}
	switch f {
	case Pack:
		files, report, err := content.FromArchive(src)
		return content.TakeMediaWith(files, &report, o.Take), report, err
	case Markdown:
		if foreign.IsArchive(src) {
			return handbookArchive(src, o)
		}
		album := &content.Album{Open: o.Beside, Take: o.Take}
		files, report, err := content.FromHandbook(cmp.Or(o.Title, o.base()), src, o.Lang, ".", album)
		return append(files, album.Files()...), report, err
	case Twee, Ink:
		return script(f, src, o)
	case GIFT, Moodle, QTI, Aiken:
	}
	items, report, err := questions.Import(questions.Format(f), src, questions.Options{Lang: o.Lang, Module: o.Module})
	if err != nil || len(items) == 0 {
		return nil, report, err
	}
	bank := quiz.Bank{ID: cmp.Or(o.ID, "qz-"+o.slug()), Version: "1.0", Title: cmp.Or(o.Title, o.base()), Items: items}
	return content.WriteBanks(bank, o.slug(), o.Lang), report, nil
}

func script(f Format, src []byte, o Options) ([]content.SourceFile, foreign.Report, error) {
	sc, report, err := stories.Import(stories.Format(f), src)
	if err != nil || len(sc.Nodes) == 0 {
		return nil, report, err
	}
	sc.ID, sc.Version, sc.Title = cmp.Or(o.ID, "rp-"+o.slug()), "1.0", cmp.Or(o.Title, sc.Title, o.base())
	sc.Line, sc.Channel = o.Line, o.Channel
	return []content.SourceFile{{Path: "copioni/" + o.slug() + ".md", Text: content.WriteScript(content.Script{Script: sc, RubricID: o.Rubric}, o.Lang)}}, report, nil
}

// Chapters reads several Markdown files as one handbook, in their order. Path is
// that of a file beside the pictures of o.Beside. Chapters that are called alike get
// numbers.
func Chapters(list []content.SourceFile, o Options) ([]content.SourceFile, foreign.Report, error) {
	return handbook(list, o, o.Beside, func(string, error) *foreign.Entry { return nil })
}

// handbook reads chapters twice: first for where each of them and its titles will
// be, then with the links that lead there. broken makes an entry of a file that
// cannot be read, or nil when the whole is to be refused.
func handbook(list []content.SourceFile, o Options, beside func(string) ([]byte, error), broken func(name string, err error) *foreign.Entry) ([]content.SourceFile, foreign.Report, error) {
	first := &content.Album{Places: map[string]map[string]string{}}
	if _, report, err := chapters(list, o, first, broken); err != nil {
		return nil, report, err
	}
	album := &content.Album{Open: beside, Take: o.Take, Places: first.Places}
	files, report, err := chapters(list, o, album, broken)
	return append(files, album.Files()...), report, err
}

func chapters(list []content.SourceFile, o Options, album *content.Album, broken func(name string, err error) *foreign.Entry) ([]content.SourceFile, foreign.Report, error) {
	all := foreign.Report{Format: string(Markdown)}
	var files []content.SourceFile
	taken := map[string]int{} // the last number tried behind a path
	for _, f := range list {
		base := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
		made, report, err := content.FromHandbook(base, []byte(f.Text), o.Lang, path.Dir(f.Path), album)
		if err != nil {
			e := broken(f.Path, err)
			if e == nil {
				return nil, all, fmt.Errorf("%s: %w", f.Path, err)
			}
			all.Entries = append(all.Entries, *e)
			continue
		}
		for _, w := range made {
			as := w
			for taken[as.Path] > 0 {
				taken[w.Path]++
				as = content.Numbered(w, taken[w.Path])
			}
			taken[as.Path] = 1
			files = append(files, as)
			if as.Path == w.Path {
				continue
			}
			album.Moved(path.Join(path.Dir(f.Path), base), w.Path, as.Path)
			Renumber(report.Entries, content.HeaderID(w.Text), content.HeaderID(as.Text))
		}
		for _, e := range report.Entries {
			e.File = f.Path
			all.Entries = append(all.Entries, e)
		}
	}
	return files, all, nil
}

// handbookArchive reads the Markdown files of an archive with their pictures. What
// no text took of the rest is told.
func handbookArchive(src []byte, o Options) ([]content.SourceFile, foreign.Report, error) {
	all := foreign.Report{Format: string(Markdown)}
	a, err := foreign.Open(src)
	if err != nil {
		return nil, all, err
	}
	read := map[string][]byte{} // a picture that many texts show is unpacked once
	open := func(name string) ([]byte, error) {
		if b, ok := read[name]; ok {
			return b, nil
		}
		b, err := a.Read(name)
		if err == nil {
			read[name] = b
		}
		return b, err
	}
	var list []content.SourceFile
	for _, name := range a.Names() {
		if !isMarkdown(name) {
			continue
		}
		text, err := a.Read(name)
		if err != nil {
			return nil, all, err
		}
		list = append(list, content.SourceFile{Path: name, Text: string(text)})
	}
	files, all, err := handbook(list, o, open, func(name string, _ error) *foreign.Entry {
		e := foreign.Entry{File: name, Kind: foreign.Resource, Name: name}
		e.Refuse("file_broken")
		return &e
	})
	if err != nil {
		return nil, all, err
	}
	for _, name := range a.Names() {
		if read[name] == nil && !isMarkdown(name) {
			e := foreign.Entry{File: name, Kind: foreign.Resource, Name: name}
			e.Refuse("file_lost", "name", foreign.Short(name))
			all.Entries = append(all.Entries, e)
		}
	}
	return files, all, nil
}

func isMarkdown(name string) bool {
	return strings.EqualFold(path.Ext(name), ".md") || strings.EqualFold(path.Ext(name), ".markdown")
}

// Gather is every question of a pack that was loaded from root as one bank, with the
// file of each within it; only tells the one bank that is meant, "" for all.
func Gather(pack content.Pack, root, only string) (all quiz.Bank, from []string) {
	add := func(b quiz.Bank, file string) {
		if len(b.Items) == 0 || only != "" && b.ID != only {
			return
		}
		if all.ID == "" {
			all.ID, all.Version, all.Title = b.ID, b.Version, b.Title
		}
		for range b.Items {
			from = append(from, file)
		}
		all.Items = append(all.Items, b.Items...)
	}
	within := func(name string) string { return strings.TrimPrefix(name, root+"/") }
	for _, b := range pack.Banks {
		add(b.Bank, within(b.Path))
	}
	for _, e := range pack.Exams {
		if e.Bank == "" {
			add(e.Items, within(e.Path))
		}
	}
	return all, from
}

// Export writes a bank for another program, with a report of what that cannot
// say; from are the files of its questions.
func Export(f Format, bank quiz.Bank, from []string) ([]byte, foreign.Report, error) {
	src, report, err := questions.Export(questions.Format(f), bank)
	for i := range report.Entries {
		report.Entries[i].File = from[i]
	}
	return src, report, err
}
