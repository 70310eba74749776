package content

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Memory is a tree of files that is held as text: path to content. A draft is
// loaded and checked from it exactly as a pack is from its folder.
type Memory map[string]string

// Open opens a file, or a folder that holds one.
func (m Memory) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if text, ok := m[name]; ok {
		return &memoryFile{memoryInfo: memoryInfo{name: path.Base(name), size: int64(len(text))}, Reader: strings.NewReader(text)}, nil
	}
	entries := m.below(name)
	if len(entries) == 0 && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memoryFolder{memoryInfo: memoryInfo{name: path.Base(name), folder: true}, entries: entries}, nil
}

// below lists what stands directly in a folder, by name.
func (m Memory) below(name string) []fs.DirEntry {
	found := map[string]memoryInfo{}
	for file, text := range m {
		rest := file
		if name != "." {
			var ok bool
			if rest, ok = strings.CutPrefix(file, name+"/"); !ok {
				continue
			}
		}
		first, _, deeper := strings.Cut(rest, "/")
		found[first] = memoryInfo{name: first, folder: deeper}
		if !deeper {
			found[first] = memoryInfo{name: first, size: int64(len(text))}
		}
	}
	list := make([]fs.DirEntry, 0, len(found))
	for _, info := range found {
		list = append(list, fs.FileInfoToDirEntry(info))
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list
}

type memoryInfo struct {
	name   string
	size   int64
	folder bool
}

func (i memoryInfo) Name() string       { return i.name }
func (i memoryInfo) Size() int64        { return i.size }
func (i memoryInfo) IsDir() bool        { return i.folder }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) Sys() any           { return nil }
func (i memoryInfo) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type memoryFile struct {
	memoryInfo
	*strings.Reader
}

func (f *memoryFile) Size() int64                { return f.memoryInfo.Size() }
func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.memoryInfo, nil }
func (f *memoryFile) Close() error               { return nil }

type memoryFolder struct {
	memoryInfo
	entries []fs.DirEntry
	read    int
}

func (d *memoryFolder) Stat() (fs.FileInfo, error) { return d.memoryInfo, nil }
func (d *memoryFolder) Close() error               { return nil }
func (d *memoryFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir returns the next n entries, all that are left when n is not positive.
func (d *memoryFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	left := d.entries[d.read:]
	if n > 0 && len(left) == 0 {
		return nil, io.EOF
	}
	if n > 0 && n < len(left) {
		left = left[:n]
	}
	d.read += len(left)
	return slices.Clone(left), nil
}
