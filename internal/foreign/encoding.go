package foreign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Encodings that a file of XML may declare. What is called Latin-1 is read as
// Windows-1252, as browsers do: programs on Windows call it so.
var (
	unicodeNames = []string{"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"}
	westernNames = []string{"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252"}
)

func known(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains(unicodeNames, name) || slices.Contains(westernNames, name)
}

var declaration = regexp.MustCompile(`^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']`)

// fromDeclared turns the bytes of XML in a western encoding into UTF-8. Many
// programs declare one and write UTF-8: what is UTF-8 stays as it is.
func fromDeclared(src []byte) []byte {
	m := declaration.FindSubmatch(src[:min(len(src), 400)])
	if m == nil || utf8.Valid(src) || len(src) > MaxBytes || !slices.Contains(westernNames, strings.ToLower(string(m[1]))) {
		return src
	}
	out, _ := fromWestern(src)
	return out
}

// fromWestern reads Windows-1252. It is text when each byte has a sign, and none of
// them controls a machine.
func fromWestern(src []byte) (out []byte, isText bool) {
	var b bytes.Buffer
	b.Grow(len(src) + len(src)/8)
	upper := []rune(windows1252)
	isText = true
	for _, c := range src {
		sign := rune(c)
		if c >= 0x80 && c < 0xa0 {
			sign = upper[c-0x80]
		}
		isText = isText && sign != utf8.RuneError && (c >= ' ' && c != 0x7f || strings.IndexByte("\t\n\r\f", c) >= 0)
		b.WriteRune(sign)
	}
	return b.Bytes(), isText
}

// AnyLines is Lines for files that cannot say how their letters are written. What is
// not Unicode is taken for Windows-1252, in which older programs wrote, when that
// makes text of it; then there is an entry to tell.
func AnyLines(src []byte) (text string, told []Entry, err error) {
	text, err = Lines(src)
	if !errors.Is(err, ErrNotText) {
		return text, nil, err
	}
	western, isText := fromWestern(src)
	if !isText {
		return "", nil, err
	}
	e := Entry{Kind: Other, Name: "Windows-1252"}
	e.Add(Lost("encoding_guessed"))
	text, err = Lines(western)
	return text, []Entry{e}, err
}

// windows1252 are the 32 characters that Latin-1 leaves to control codes. Five have
// none.
const windows1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"

// fromUTF16 turns text that begins with the mark of UTF-16 into UTF-8.
func fromUTF16(src []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(src)%2 != 0:
		return src
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return src
	}
	units := make([]uint16, 0, len(src)/2)
	for i := 2; i < len(src); i += 2 {
		units = append(units, order.Uint16(src[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}
