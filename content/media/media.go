// Package media says which pictures, sounds, films, captions and documents a
// pack may hold. What a file is follows from its bytes, never from its name.
//
// A picture leaves Take as JPEG or PNG in our normal form: upright, at most
// MaxSide pixels a side, and without anything but the picture. A picture that
// is in that form already is taken byte by byte, so that a pack that goes out
// and comes in again stays the same. Everything else is taken as it is.
package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"path"
	"strings"
	"unicode/utf8"

	"abilita/internal/fault"
)

// Kind is what a reader does with a file.
type Kind string

// The kinds.
const (
	Picture  Kind = "picture"
	Sound    Kind = "sound"
	Film     Kind = "film"
	Captions Kind = "captions" // of a film, WebVTT
	Document Kind = "document" // PDF
)

// The limits. MaxTotal is of all files of one pack in one language.
const (
	MaxBytes  = 10 << 20
	MaxPixels = 25_000_000
	MaxSide   = 2560
	MaxTotal  = 200 << 20
)

// Faults of a file, which say how to mend it.
var (
	ErrUnknown = fault.New(fault.Invalid, "media.unknown")
	ErrLarge   = fault.New(fault.Invalid, "media.large")  // Max: MB
	ErrPixels  = fault.New(fault.Invalid, "media.pixels") // Max: millions of pixels
	ErrBroken  = fault.New(fault.Invalid, "media.broken")
	ErrEmpty   = fault.New(fault.Invalid, "media.empty")
)

// Info is what a file is.
type Info struct {
	Kind   Kind
	Type   string // media type, as a browser is told
	Ext    string // with its dot, as we write it
	Width  int    // of a picture, else 0
	Height int
	Normal bool // may lie in a pack as it is; false: Take makes it so
}

// form is a kind of file that is known by its beginning, by the ending that we
// give its name.
type form string

const (
	jpegForm form = ".jpg"
	pngForm  form = ".png"
	gifForm  form = ".gif"  // comes in only
	webpForm form = ".webp" // comes in only
	mp3Form  form = ".mp3"
	m4aForm  form = ".m4a"
	oggForm  form = ".ogg"
	mp4Form  form = ".mp4"
	webmForm form = ".webm"
	vttForm  form = ".vtt"
	pdfForm  form = ".pdf"
)

var forms = map[form]struct {
	kind Kind
	mime string
}{
	jpegForm: {Picture, "image/jpeg"}, pngForm: {Picture, "image/png"}, gifForm: {Picture, "image/gif"}, webpForm: {Picture, "image/webp"},
	mp3Form: {Sound, "audio/mpeg"}, m4aForm: {Sound, "audio/mp4"}, oggForm: {Sound, "audio/ogg"},
	mp4Form: {Film, "video/mp4"}, webmForm: {Film, "video/webm"}, vttForm: {Captions, "text/vtt"}, pdfForm: {Document, "application/pdf"},
}

// ending is the form that the end of a name promises.
func ending(name string) form {
	ext := form(strings.ToLower(path.Ext(name)))
	if ext == ".jpeg" {
		return jpegForm
	}
	return ext
}

// KindOf is the kind that the ending of a name promises, "" for none that a
// pack holds.
func KindOf(name string) Kind { return forms[ending(name)].kind }

// Kept tells whether a file with this ending lies in a pack as it is; a GIF or
// WebP picture becomes another on its way in.
func Kept(name string) bool {
	f := ending(name)
	return KindOf(name) != "" && f != gifForm && f != webpForm
}

// Fits tells whether the ending of a name is that of the type.
func (i Info) Fits(name string) bool { return string(ending(name)) == i.Ext }

// info is what a file of a form is, apart from what only its bytes say.
func (f form) info() Info { return Info{Kind: forms[f].kind, Type: forms[f].mime, Ext: string(f)} }

// Look reads what a file is. It decodes no picture and reads a large file as
// fast as a small one, nearly.
func Look(b []byte) (Info, error) {
	switch {
	case len(b) == 0:
		return Info{}, ErrEmpty
	case len(b) > MaxBytes:
		return Info{}, ErrLarge.With("Max", MaxBytes>>20)
	}
	f, ok := sniff(b)
	if !ok {
		return Info{}, ErrUnknown
	}
	i := f.info()
	if i.Kind != Picture {
		i.Normal = true
		return i, nil
	}
	w, h, err := measure(b, f)
	if err != nil {
		return Info{}, err
	}
	i.Width, i.Height = w, h
	i.Normal = max(w, h) <= MaxSide && bare(b, f)
	return i, nil
}

// HashOf is the name of a file by its bytes: SHA-256 in lower-case hexadecimal.
func HashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func sniff(b []byte) (form, bool) {
	has := func(at int, text string) bool { return len(b) >= at+len(text) && string(b[at:at+len(text)]) == text }
	switch {
	case has(0, "\xff\xd8\xff"):
		return jpegForm, true
	case has(0, pngMark):
		return pngForm, true
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return gifForm, true
	case has(0, "RIFF") && has(8, "WEBP"):
		return webpForm, true
	case has(0, "OggS"):
		return oggForm, spoken(b)
	case has(4, "ftyp"):
		return boxes(b)
	case has(0, "\x1a\x45\xdf\xa3"):
		return webmForm, bytes.Contains(b[:min(len(b), 64)], []byte("webm"))
	case has(0, "%PDF-"):
		return pdfForm, bytes.Contains(b[max(0, len(b)-1024):], []byte("%%EOF"))
	case captions(b):
		return vttForm, true
	case framed(b):
		return mp3Form, true
	}
	return "", false
}

// spoken tells an Ogg file with sound only from others.
func spoken(b []byte) bool {
	head := b[:min(len(b), 4096)]
	return (bytes.Contains(head, []byte("OpusHead")) || bytes.Contains(head, []byte("\x01vorbis"))) && !bytes.Contains(head, []byte("\x80theora"))
}

// boxes tells MP4 films from sounds by the tracks that they hold. QuickTime,
// which not every browser plays, is neither.
func boxes(b []byte) (form, bool) {
	if len(b) < 12 || string(b[8:12]) == "qt  " {
		return "", false
	}
	sound := false
	for rest := b; ; {
		at := bytes.Index(rest, []byte("hdlr"))
		if at < 0 || len(rest) < at+16 {
			break
		}
		switch string(rest[at+12 : at+16]) {
		case "vide":
			return mp4Form, true
		case "soun":
			sound = true
		}
		rest = rest[at+4:]
	}
	return m4aForm, sound
}

func captions(b []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("WEBVTT"))
	return ok && (len(rest) == 0 || strings.ContainsRune(" \t\r\n", rune(rest[0]))) && utf8.Valid(b) && !bytes.ContainsRune(b, 0)
}

// framed tells an MP3 file: after what ID3 tags say comes a frame, and where it
// ends another.
func framed(b []byte) bool {
	if len(b) >= 10 && string(b[:3]) == "ID3" {
		size := int(b[6]&0x7f)<<21 | int(b[7]&0x7f)<<14 | int(b[8]&0x7f)<<7 | int(b[9]&0x7f)
		if 10+size > len(b) {
			return false
		}
		b = b[10+size:]
	}
	n := frameLength(b)
	return n > 0 && (len(b) == n || frameLength(b[min(n, len(b)):]) > 0)
}

// frameLength is how long the frame of layer III at the beginning is, 0 when
// there is none.
func frameLength(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	head := binary.BigEndian.Uint32(b)
	version, layer, rate, sampling, padding := head>>19&3, head>>17&3, head>>12&15, head>>10&3, int(head>>9&1)
	if head>>21 != 0x7ff || version == 1 || layer != 1 || rate == 0 || rate == 15 || sampling == 3 {
		return 0
	}
	rates := []int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	hertz, factor := []int{44100, 48000, 32000}[sampling], 144
	if version != 3 { // MPEG 2 and 2.5
		rates = []int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
		if hertz, factor = hertz/2, 72; version == 0 {
			hertz /= 2
		}
	}
	return factor*rates[rate]*1000/hertz + padding
}
