package content

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"abilita/content/media"
	"abilita/internal/fault"
	"abilita/internal/foreign"
)

// ErrArchiveType refuses an archive that holds what no pack holds.
var ErrArchiveType = fault.New(fault.Invalid, "foreign.archive_type")

// What a pack may be on its way: its texts as any archive, and its media.
const (
	MaxPack     = foreign.MaxArchive + media.MaxTotal
	maxUnpacked = foreign.MaxUnpacked + media.MaxTotal
)

// packType tells the files of a pack: texts, and media, which run nothing.
func packType(name string) bool {
	return strings.EqualFold(path.Ext(name), ".md") || media.KindOf(name) != ""
}

// OpenPack opens a ZIP file within the limits of a pack.
func OpenPack(src []byte) (*foreign.Archive, error) {
	return foreign.OpenWithin(src, MaxPack, maxUnpacked)
}

// FromArchive reads a pack out of a ZIP file, byte by byte as it went in. One
// file of another kind, and the whole archive is refused.
func FromArchive(src []byte) ([]SourceFile, foreign.Report, error) {
	report := foreign.Report{Format: "pack"}
	a, err := OpenPack(src)
	if err != nil {
		return nil, report, err
	}
	for _, name := range a.Names() {
		if !packType(name) {
			return nil, report, ErrArchiveType.With("name", foreign.Short(name))
		}
	}
	var list []SourceFile
	for _, name := range a.Names() {
		b, err := a.Read(name)
		if err != nil {
			return nil, report, err
		}
		list = append(list, SourceFile{name, string(b)})
		report.Entries = append(report.Entries, foreign.Entry{File: name, Kind: foreign.Resource, Name: name, Item: name, Status: foreign.Read})
	}
	return list, report, nil
}

// FromFolder reads a pack out of a folder. What does not belong in a pack is
// told and stays behind; so do links, which may lead elsewhere.
func FromFolder(fsys fs.FS, dir string) ([]SourceFile, foreign.Report, error) {
	report := foreign.Report{Format: "pack"}
	var list []SourceFile
	size := 0
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel := strings.TrimPrefix(name, dir+"/")
		if dir == "." {
			rel = name
		}
		e := foreign.Entry{File: rel, Kind: foreign.Resource, Name: rel, Item: rel, Status: foreign.Read}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case !packType(rel) || !d.Type().IsRegular():
			e.Refuse("file_lost", "name", rel)
		case len(list) == foreign.MaxFiles || int64(size)+info.Size() > maxUnpacked || info.Size() > foreign.MaxBytes:
			return foreign.ErrArchiveLarge.With("files", foreign.MaxFiles, "max", maxUnpacked>>20)
		default:
			b, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			size += len(b)
			list = append(list, SourceFile{rel, string(b)})
		}
		report.Entries = append(report.Entries, e)
		return nil
	})
	return list, report, err
}

// TakeMedia makes of the media among the files of a pack what a pack holds: a
// picture that is not in our normal form is written anew, what lies elsewhere or
// has another name than a medium may have goes into the folder of media, and the
// texts name it so. A medium that cannot be taken stays behind, and is told. Files
// that are as they should be stay byte by byte.
func TakeMedia(files []SourceFile, report *foreign.Report) []SourceFile {
	return TakeMediaWith(files, report, nil)
}

// TakeMediaWith is TakeMedia where take decodes each medium; nil is media.Take.
func TakeMediaWith(files []SourceFile, report *foreign.Report, take func(src []byte) (media.Taken, error)) []SourceFile {
	if take == nil {
		take = media.Take
	}
	taken := map[string]bool{}
	for _, f := range files {
		taken[f.Path] = true
	}
	moved := map[string]string{}
	var list []SourceFile
	for _, f := range files {
		if media.KindOf(f.Path) == "" {
			list = append(list, f)
			continue
		}
		e := &foreign.Entry{}
		if i := slices.IndexFunc(report.Entries, func(e foreign.Entry) bool { return e.File == f.Path }); i >= 0 {
			e = &report.Entries[i]
		}
		m, err := take([]byte(f.Text))
		if err != nil || m.Kind != media.KindOf(f.Path) {
			e.Refuse("medium_unread", "name", f.Path)
			continue
		}
		if m.Changed {
			e.Add(foreign.Lost("picture_cleaned", "name", f.Path))
		}
		root := languageFolder(f.Path)
		to := f.Path
		if !m.Fits(f.Path) || !MediaPath(strings.TrimPrefix(f.Path, root)) {
			for n := 1; to == f.Path || taken[to]; n++ {
				to = root + NewMediaPath(f.Path, m.Ext, n)
			}
			moved[f.Path] = to
			e.Item = to
			e.Add(foreign.Lost("medium_renamed", "name", f.Path, "new", to))
		}
		taken[to] = true
		list = append(list, SourceFile{to, string(m.Body)})
	}
	return Moved(list, moved)
}

// Moved are texts that name by its new path what moved (old path to new).
func Moved(files []SourceFile, moved map[string]string) []SourceFile {
	if len(moved) == 0 {
		return files
	}
	files = slices.Clone(files)
	for i, f := range files {
		if media.KindOf(f.Path) == "" {
			files[i].Text = Renamed(f, moved)
		}
	}
	return files
}

// InLanguage is a path of a pack within the folder of its language; the path
// itself when it begins there.
func InLanguage(name string) string { return strings.TrimPrefix(name, languageFolder(name)) }

// LanguageOf is the language in whose folder a path of a pack lies, "" when the
// path does not say it.
func LanguageOf(name string) string {
	folder := languageFolder(name)
	if folder == "" {
		return ""
	}
	return path.Base(folder)
}

// languageFolder is the part of a path up to the folder of its language, with
// its slash; "" when the path begins there.
func languageFolder(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts[:len(parts)-1] {
		if p == "it" || p == "en" {
			return strings.Join(parts[:i+1], "/") + "/"
		}
	}
	return ""
}

// destForm finds where links, pictures and definitions lead.
var destForm = regexp.MustCompile(`(\]\(<?|^ {0,3}\[[^\]]{1,200}\]:\s*<?)([^()\s<>]+)`)

// Renamed is a text that names files by their new paths.
func Renamed(f SourceFile, moved map[string]string) string {
	lines := strings.Split(f.Text, "\n")
	for i, line := range lines {
		lines[i] = destForm.ReplaceAllStringFunc(line, func(m string) string {
			p := destForm.FindStringSubmatch(m)
			file, fragment, _ := strings.Cut(p[2], "#")
			to, ok := moved[path.Join(path.Dir(f.Path), file)]
			if !ok {
				return m
			}
			return strings.TrimSuffix(p[1]+relativeTo(path.Dir(f.Path), to)+"#"+fragment, "#")
		})
	}
	return strings.Join(lines, "\n")
}

// relativeTo is the way from a folder to a file.
func relativeTo(dir, file string) string {
	up := ""
	for dir != "." && !strings.HasPrefix(file, dir+"/") {
		up, dir = up+"../", path.Dir(dir)
	}
	return up + strings.TrimPrefix(strings.TrimPrefix(file, dir), "/")
}

// Archive packs files into a ZIP file: the same files make the same bytes.
func Archive(files []SourceFile) ([]byte, error) {
	m := make(map[string][]byte, len(files))
	for _, f := range files {
		m[f.Path] = []byte(f.Text)
	}
	return foreign.Pack(m)
}

// Album takes the pictures of handbooks into a pack, each once.
type Album struct {
	Open func(name string) ([]byte, error)     // reads a file beside the handbook; nil: there is none
	Take func(src []byte) (media.Taken, error) // decodes one; nil is media.Take
	// Places are where chapters, by their file without its ending, have their titles
	// here, by name: "moduli/x.md#title", under "" the chapter itself. nil when nobody
	// asks. FromHandbook adds its own; who reads chapters that name each other reads
	// them twice.
	Places map[string]map[string]string
	files  []SourceFile
	paths  map[string]string // by hash
}

// Moved says that a module of a chapter has another path after all.
func (a *Album) Moved(chapter, from, to string) {
	for name, at := range a.Places[chapter] {
		if file, fragment, _ := strings.Cut(at, "#"); file == from {
			a.Places[chapter][name] = strings.TrimSuffix(to+"#"+fragment, "#")
		}
	}
}

// Files are the pictures that were taken, by the order of their first mention.
func (a *Album) Files() []SourceFile { return a.files }

// take is where a picture of a text in dir is here; false: it cannot be had.
func (a *Album) take(dir, dest string) (string, []foreign.Note, bool) {
	file, _, here := relative(dest)
	name := path.Join(dir, file)
	if !here || a.Open == nil || !fs.ValidPath(name) || media.KindOf(name) != media.Picture {
		return "", nil, false
	}
	b, err := a.Open(name)
	if err != nil {
		return "", nil, false
	}
	decode := a.Take
	if decode == nil {
		decode = media.Take
	}
	m, err := decode(b)
	if err != nil || m.Kind != media.Picture {
		return "", nil, false
	}
	if a.paths == nil {
		a.paths = map[string]string{}
	}
	to, ok := a.paths[m.Hash]
	for n := 1; !ok; n++ {
		to = NewMediaPath(name, m.Ext, n)
		ok = !slices.ContainsFunc(a.files, func(f SourceFile) bool { return f.Path == to })
	}
	var notes []foreign.Note
	if a.paths[m.Hash] == "" {
		a.paths[m.Hash] = to
		a.files = append(a.files, SourceFile{to, string(m.Body)})
		if m.Changed {
			notes = append(notes, foreign.Lost("picture_cleaned", "name", foreign.Short(dest)))
		}
	}
	return "../" + to, notes, true
}
