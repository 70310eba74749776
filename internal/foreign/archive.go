package foreign

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"abilita/internal/fault"
)

// What an archive may hold.
const (
	MaxArchive  = 32 << 20 // as it is
	MaxUnpacked = 64 << 20 // all files together
	MaxFiles    = 2000
	MaxRatio    = 200 // of what is unpacked to what is packed, beyond the first megabyte
)

// Faults of an archive that is refused as a whole, before anything of it is
// unpacked, or as soon as it says less than it holds.
var (
	ErrArchive      = fault.New(fault.Invalid, "foreign.archive")
	ErrArchiveLarge = fault.New(fault.Invalid, "foreign.archive_large")
	ErrArchiveName  = fault.New(fault.Invalid, "foreign.archive_name")
	ErrArchiveKind  = fault.New(fault.Invalid, "foreign.archive_kind")
)

// Archive is a ZIP file whose names and sizes have been looked at.
type Archive struct {
	files map[string]*zip.File
	left  int64 // what may still be unpacked
}

// IsArchive says whether a file is a ZIP archive by its first bytes.
func IsArchive(src []byte) bool { return bytes.HasPrefix(src, []byte("PK\x03\x04")) }

// Open looks at every entry of an archive. Names that lead outside, that two
// systems would read differently, links, devices and encrypted files are
// refused; so are too many files, and files that grow too large.
func Open(src []byte) (*Archive, error) { return OpenWithin(src, MaxArchive, MaxUnpacked) }

// OpenWithin is Open with other limits on the archive and on what it unpacks to,
// in bytes.
func OpenWithin(src []byte, most, unpacked int64) (*Archive, error) {
	if int64(len(src)) > most {
		return nil, ErrTooLarge.With("max", most>>20)
	}
	large := ErrArchiveLarge.With("files", MaxFiles, "max", unpacked>>20)
	// Counted before they are read: a directory costs more memory than bytes.
	if bytes.Count(src, []byte("PK\x01\x02")) > MaxFiles {
		return nil, large
	}
	z, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		return nil, ErrArchive
	}
	a := &Archive{files: map[string]*zip.File{}, left: unpacked}
	folded := map[string]bool{}
	total := uint64(0)
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, "/")
		if !safeName(name) || folded[strings.ToLower(name)] {
			return nil, ErrArchiveName.With("name", Short(Printable(f.Name)))
		}
		folded[strings.ToLower(name)] = true
		if f.Mode().IsDir() {
			continue
		}
		if !f.Mode().IsRegular() || f.Flags&1 != 0 {
			return nil, ErrArchiveKind.With("name", Short(name))
		}
		if total += f.UncompressedSize64; f.UncompressedSize64 > uint64(unpacked) || total > uint64(unpacked) {
			return nil, large
		}
		a.files[name] = f
	}
	if total > 1<<20 && total > MaxRatio*uint64(len(src)) {
		return nil, large
	}
	return a, nil
}

var deviceNames = []string{"con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// safeName says whether a name lies inside, on every system.
func safeName(name string) bool {
	if !fs.ValidPath(name) || name == "." || len(name) > 240 {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		stem, _, _ := strings.Cut(strings.ToLower(part), ".")
		if slices.Contains(deviceNames, strings.TrimSpace(stem)) || strings.TrimRight(part, ". ") != part {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || strings.ContainsRune(`\:*?"<>|`, r) || r == unicode.ReplacementChar
	})
}

// Names lists the files in order.
func (a *Archive) Names() []string {
	list := make([]string, 0, len(a.files))
	for n := range a.files {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// Has says whether there is such a file.
func (a *Archive) Has(name string) bool { return a.files[name] != nil }

// Read unpacks one file. What is unpacked in all stays within the limit,
// whatever the archive said of its sizes.
func (a *Archive) Read(name string) ([]byte, error) {
	f := a.files[path.Clean(name)]
	if f == nil {
		return nil, ErrArchiveName.With("name", Short(name))
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrArchive
	}
	defer r.Close()
	limit := min(a.left, MaxBytes)
	src, err := io.ReadAll(io.LimitReader(r, limit+1))
	a.left -= int64(len(src))
	if int64(len(src)) > limit {
		return nil, ErrArchiveLarge.With("files", MaxFiles, "max", MaxUnpacked>>20)
	}
	if err != nil {
		return nil, ErrArchive
	}
	return src, nil
}

// Pack writes files into an archive: the same files make the same bytes.
func Pack(files map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	err := PackTo(&b, slices.Collect(maps.Keys(files)), func(name string) ([]byte, error) { return files[name], nil })
	return b.Bytes(), err
}

// PackTo is Pack for files that are read one by one while they are written.
func PackTo(w io.Writer, names []string, read func(name string) ([]byte, error)) error {
	z := zip.NewWriter(w)
	for _, n := range slices.Sorted(slices.Values(names)) {
		if !safeName(n) {
			return ErrArchiveName.With("name", Short(n))
		}
		body, err := read(n)
		if err != nil {
			return err
		}
		to, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Deflate})
		if err == nil {
			_, err = to.Write(body)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}
