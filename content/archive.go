package content

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"abilita/internal/fault"
	"abilita/internal/foreign"
)

// ErrArchiveType refuses an archive that holds what no pack holds.
var ErrArchiveType = fault.New(fault.Invalid, "foreign.archive_type")

// packTypes are the files of a pack: texts, and pictures that run nothing.
var packTypes = []string{".md", ".png", ".jpg", ".jpeg", ".webp"}

func packType(name string) bool {
	return slices.Contains(packTypes, strings.ToLower(path.Ext(name)))
}

// FromArchive reads a pack out of a ZIP file, byte by byte as it went in. One
// file of another kind, and the whole archive is refused.
func FromArchive(src []byte) ([]SourceFile, foreign.Report, error) {
	report := foreign.Report{Format: "pack"}
	a, err := foreign.Open(src)
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
		case len(list) == foreign.MaxFiles || int64(size)+info.Size() > foreign.MaxUnpacked || info.Size() > foreign.MaxBytes:
			return foreign.ErrArchiveLarge.With("files", foreign.MaxFiles, "max", foreign.MaxUnpacked>>20)
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

// Archive packs files into a ZIP file: the same files make the same bytes.
func Archive(files []SourceFile) ([]byte, error) {
	m := make(map[string][]byte, len(files))
	for _, f := range files {
		m[f.Path] = []byte(f.Text)
	}
	return foreign.Pack(m)
}
