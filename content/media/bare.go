package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"

	"golang.org/x/image/webp"
)

const pngMark = "\x89PNG\r\n\x1a\n"

// maxScans bounds the scans of a progressive JPEG: each goes over the whole
// picture, however small it is.
const maxScans = 64

// measure reads the size of a picture before anything of it is decoded, and
// refuses one that would be dear to decode.
func measure(b []byte, f form) (width, height int, err error) {
	var c image.Config
	switch f {
	case jpegForm:
		if c, err = jpeg.DecodeConfig(bytes.NewReader(b)); err == nil && segments(b).scans > maxScans {
			return 0, 0, ErrBroken
		}
	case pngForm:
		c, err = png.DecodeConfig(bytes.NewReader(b))
	case gifForm:
		c, err = gif.DecodeConfig(bytes.NewReader(b))
	case webpForm:
		if c, err = webp.DecodeConfig(bytes.NewReader(b)); err == nil {
			for _, s := range webpSizes(b) { // the canvas is not what is decoded
				c.Width, c.Height = max(c.Width, s.X), max(c.Height, s.Y)
			}
		}
	default:
		return 0, 0, ErrUnknown
	}
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return 0, 0, ErrBroken
	case int64(c.Width)*int64(c.Height) > MaxPixels:
		return 0, 0, ErrPixels.With("Max", MaxPixels/1_000_000)
	}
	return c.Width, c.Height, nil
}

// bare tells whether a picture holds nothing but itself.
func bare(b []byte, f form) bool {
	switch f {
	case jpegForm:
		return segments(b).bare
	case pngForm:
		return chunks(b).bare
	default:
		return false
	}
}

// anatomy is what lies beside a picture in its file.
type anatomy struct {
	bare  bool
	turn  int // as EXIF counts, 1 for upright
	scans int
}

// segments walks over a JPEG. Only JFIF's own header without a thumbnail and
// Adobe's note on colours, which a decoder needs, may stand beside the picture.
func segments(b []byte) anatomy {
	a := anatomy{turn: 1}
	clean := true
	for at := 2; at+1 < len(b); {
		if b[at] != 0xff {
			return a
		}
		mark := b[at+1]
		if mark == 0xff { // filling
			at++
			continue
		}
		at += 2
		switch {
		case mark == 0xd9:
			a.bare = clean && at == len(b)
			return a
		case mark == 0x01 || mark >= 0xd0 && mark <= 0xd8:
			continue
		}
		if at+2 > len(b) {
			return a
		}
		n := int(binary.BigEndian.Uint16(b[at:]))
		if n < 2 || at+n > len(b) {
			return a
		}
		body := b[at+2 : at+n]
		at += n
		switch {
		case mark == 0xe0 && len(body) == 14 && string(body[:5]) == "JFIF\x00" && body[12] == 0 && body[13] == 0:
		case mark == 0xee && len(body) == 12 && string(body[:5]) == "Adobe":
		case mark == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			a.turn, clean = exifTurn(body[6:]), false
		case mark >= 0xe0 && mark <= 0xef, mark == 0xfe:
			clean = false
		case mark == 0xda:
			a.scans++
			at = entropyEnd(b, at)
		}
	}
	return a
}

// entropyEnd is where the coded data of a scan end: at the next mark that is
// none of its own.
func entropyEnd(b []byte, at int) int {
	for at+1 < len(b) {
		next := bytes.IndexByte(b[at:len(b)-1], 0xff)
		if next < 0 {
			break
		}
		at += next
		if m := b[at+1]; m != 0 && m != 0xff && (m < 0xd0 || m > 0xd7) {
			return at
		}
		at++
		if b[at] != 0xff {
			at++
		}
	}
	return len(b)
}

// plainChunks are those of a PNG that belong to the picture.
var plainChunks = []string{"IHDR", "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs", "IDAT", "IEND"}

func chunks(b []byte) anatomy {
	a := anatomy{turn: 1}
	clean := true
	for at := len(pngMark); at+12 <= len(b); {
		n := binary.BigEndian.Uint32(b[at:])
		name := string(b[at+4 : at+8])
		if uint64(n) > uint64(len(b)-at-12) {
			return a
		}
		body := b[at+8 : at+8+int(n)]
		at += 12 + int(n)
		switch {
		case name == "eXIf":
			a.turn, clean = exifTurn(body), false
		case !slices.Contains(plainChunks, name):
			clean = false
		}
		if name == "IEND" {
			a.bare = clean && at == len(b)
			return a
		}
	}
	return a
}

// riff walks over the chunks of a WebP picture.
func riff(b []byte, each func(name string, body []byte)) {
	for at := 12; at+8 <= len(b); {
		n := int64(binary.LittleEndian.Uint32(b[at+4:]))
		if n > int64(len(b)-at-8) {
			return
		}
		each(string(b[at:at+4]), b[at+8:at+8+int(n)])
		at += 8 + int(n+n&1)
	}
}

func webpSizes(b []byte) []image.Point {
	var list []image.Point
	riff(b, func(name string, body []byte) {
		switch {
		case name == "VP8 " && len(body) >= 10:
			list = append(list, image.Pt(int(binary.LittleEndian.Uint16(body[6:])&0x3fff), int(binary.LittleEndian.Uint16(body[8:])&0x3fff)))
		case name == "VP8L" && len(body) >= 5:
			bits := binary.LittleEndian.Uint32(body[1:])
			list = append(list, image.Pt(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1))
		}
	})
	return list
}

// turnOf is how a picture must be turned to stand upright, as EXIF counts.
func turnOf(b []byte, f form) int {
	switch f {
	case jpegForm:
		return segments(b).turn
	case pngForm:
		return chunks(b).turn
	case webpForm:
		turn := 1
		riff(b, func(name string, body []byte) {
			if name == "EXIF" {
				turn = exifTurn(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
			}
		})
		return turn
	default:
		return 1
	}
}

// exifTurn reads the orientation out of EXIF, 1 when there is none.
func exifTurn(b []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 8:
		return 1
	case string(b[:4]) == "MM\x00*":
		order = binary.BigEndian
	case string(b[:4]) != "II*\x00":
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	n := int(order.Uint16(b[at:]))
	for i := range n {
		entry := at + 2 + uint64(i)*12
		if entry+12 > uint64(len(b)) {
			return 1
		}
		if order.Uint16(b[entry:]) == 0x0112 {
			if turn := int(order.Uint16(b[entry+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}
