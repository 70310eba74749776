package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abilita/content/media"
)

// corners is a picture whose four quarters have four colours, so that one sees
// how it was turned: red, green above, blue, white below.
func corners(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [][]color.RGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 255, 255}}}[y*2/h][x*2/w]
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withEXIF puts EXIF with an orientation and a place name behind the beginning
// of a JPEG.
func withEXIF(b []byte, turn uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00")
	tiff = binary.LittleEndian.AppendUint16(tiff, 0x0112)
	tiff = binary.LittleEndian.AppendUint16(tiff, 3)
	tiff = binary.LittleEndian.AppendUint32(tiff, 1)
	tiff = binary.LittleEndian.AppendUint32(tiff, uint32(turn))
	body := append([]byte("Exif\x00\x00"), append(tiff, "via dei Tigli 4"...)...)
	out := append([]byte{}, b[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), b[2:]...)
}

func chunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

func withChunk(b []byte, c []byte) []byte { // behind IHDR
	const at = 8 + 25
	return append(append(append([]byte{}, b[:at]...), c...), b[at:]...)
}

func decoded(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// colour names what one sees at a point.
func colour(c color.Color) string {
	r, g, b, a := c.RGBA()
	name := ""
	for i, v := range []uint32{r, g, b} {
		if v > 0x8000 {
			name += string("rgb"[i])
		}
	}
	if a < 0x8000 {
		return "clear"
	}
	return map[string]string{"r": "red", "g": "green", "b": "blue", "rgb": "white", "": "black"}[name]
}

func seen(m image.Image) string {
	r := m.Bounds()
	at := func(fx, fy int) string { return colour(m.At(r.Min.X+r.Dx()*fx/4, r.Min.Y+r.Dy()*fy/4)) }
	return strings.Join([]string{at(1, 1), at(3, 1), at(1, 3), at(3, 3)}, " ")
}

// What each value of EXIF means is written by hand from the standard: 6 is a
// camera held so that the top of the scene is at the right of the picture.
func TestAPictureStandsUprightAndSaysNothingElse(t *testing.T) {
	t.Parallel()
	for turn, want := range map[uint16]string{
		1: "red green blue white", 2: "green red white blue", 3: "white blue green red", 4: "blue white red green",
		5: "red blue green white", 6: "blue red white green", 7: "white green blue red", 8: "green white red blue",
	} {
		src := withEXIF(asJPEG(t, corners(64, 32)), turn)
		if !bytes.Contains(src, []byte("Tigli")) {
			t.Fatal("no place in the picture")
		}
		got, err := media.Take(src)
		if err != nil {
			t.Fatal(turn, err)
		}
		if bytes.Contains(got.Body, []byte("Tigli")) || bytes.Contains(got.Body, []byte("Exif")) || !got.Changed {
			t.Errorf("%d: metadata stayed", turn)
		}
		if s := seen(decoded(t, got.Body)); s != want {
			t.Errorf("%d: one sees %s, want %s", turn, s, want)
		}
		w, h := 64, 32
		if turn >= 5 {
			w, h = 32, 64
		}
		if got.Width != w || got.Height != h || got.Type != "image/jpeg" || got.Ext != ".jpg" || got.Hash != media.HashOf(got.Body) {
			t.Errorf("%d: %+v", turn, got.Info)
		}
		again, err := media.Take(got.Body)
		if err != nil || again.Changed || !bytes.Equal(again.Body, got.Body) {
			t.Errorf("%d: taken again it changes, %v", turn, err)
		}
	}
}

func TestAPictureInNormalFormIsTakenByteByByte(t *testing.T) {
	t.Parallel()
	clear := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	plainJPEG, plainPNG := asJPEG(t, corners(40, 30)), asPNG(t, corners(40, 30))
	jfif := append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 16}, append([]byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), plainJPEG[2:]...)...)
	for name, src := range map[string][]byte{
		"a JPEG": plainJPEG, "a JPEG with JFIF's header": jfif, "a PNG": plainPNG, "a clear PNG": asPNG(t, clear), "a PNG with its gamma": withChunk(plainPNG, chunk("gAMA", []byte{0, 0, 0xb1, 0x8f})),
	} {
		if got, err := media.Take(src); err != nil || got.Changed || !bytes.Equal(got.Body, src) {
			t.Errorf("%s: %v, changed %v", name, err, got.Changed)
		}
	}
	thumb := append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 19}, append([]byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc"), plainJPEG[2:]...)...)
	comment := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, 6}, append([]byte("Anna"), plainJPEG[2:]...)...)
	for name, src := range map[string][]byte{
		"a thumbnail": thumb, "a comment": comment, "words in a PNG": withChunk(plainPNG, chunk("tEXt", []byte("Author\x00Anna"))), "a PNG with something behind": append(bytes.Clone(plainPNG), "Anna"...),
		"a JPEG with something behind": append(bytes.Clone(plainJPEG), "Anna"...), "a PNG with EXIF": withChunk(plainPNG, chunk("eXIf", []byte("II*\x00\x08\x00\x00\x00\x00\x00Anna"))),
	} {
		info, err := media.Look(src)
		if err != nil || info.Normal {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
		got, err := media.Take(src)
		if err != nil || !got.Changed || !got.Normal || bytes.Contains(got.Body, []byte("Anna")) {
			t.Errorf("%s taken: %v, changed %v", name, err, got.Changed)
		}
	}
}

func TestPicturesOfOtherKindsLeaveAsOurs(t *testing.T) {
	t.Parallel()
	var drawn bytes.Buffer
	if err := gif.Encode(&drawn, corners(20, 20), nil); err != nil {
		t.Fatal(err)
	}
	big := asPNG(t, corners(3000, 1000))
	wide, err := os.ReadFile("testdata/lossy.webp")
	if err != nil {
		t.Fatal(err)
	}
	clear, err := os.ReadFile("testdata/clear.webp")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		src  []byte
		kind string
		w, h int
	}{
		"a GIF": {drawn.Bytes(), "image/png", 20, 20}, "a wide PNG": {big, "image/png", 2560, 853}, "a WebP photo": {wide, "image/jpeg", 64, 48}, "a clear WebP": {clear, "image/png", 16, 16},
	} {
		got, err := media.Take(c.src)
		if err != nil || got.Type != c.kind || got.Width != c.w || got.Height != c.h || !got.Changed || !got.Fits("x"+got.Ext) {
			t.Errorf("%s: %+v, %v", name, got.Info, err)
			continue
		}
		if m := decoded(t, got.Body); m.Bounds().Dx() != c.w || m.Bounds().Dy() != c.h {
			t.Errorf("%s: %v", name, m.Bounds())
		}
		if info, err := media.Look(got.Body); err != nil || !info.Normal {
			t.Errorf("%s leaves as %+v, %v", name, info, err)
		}
	}
}

func TestSmallerFormsAreNarrowerAndLighter(t *testing.T) {
	t.Parallel()
	src, err := media.Take(asJPEG(t, corners(2000, 1000)))
	if err != nil {
		t.Fatal(err)
	}
	list, err := media.Smaller(src.Body)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d, %v", len(list), err)
	}
	for i, w := range []int{480, 960} {
		s := list[i]
		if m := decoded(t, s.Body); s.Width != w || s.Height != w/2 || m.Bounds().Dx() != w || len(s.Body) >= len(src.Body) || seen(m) != "red green blue white" {
			t.Errorf("%d: %+v %v %s", w, s.Info, m.Bounds(), seen(m))
		}
	}
	for name, b := range map[string][]byte{"a small picture": asPNG(t, corners(300, 300)), "captions": []byte("WEBVTT\n")} {
		if list, err := media.Smaller(b); err != nil || len(list) != 0 {
			t.Errorf("%s: %d, %v", name, len(list), err)
		}
	}
}

func mp3(frames int) []byte {
	return bytes.Repeat(append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...), frames) // 128 kbit/s, 44.1 kHz
}

func box(handler string) []byte {
	return append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41\x00\x00\x00\x20hdlr\x00\x00\x00\x00\x00\x00\x00\x00"), handler+"\x00\x00\x00\x00"...)
}

func TestAFileIsWhatItsBytesAre(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		src  []byte
		kind media.Kind
		ext  string
	}{
		"frames of MP3":                  {mp3(3), media.Sound, ".mp3"},
		"MP3 behind a tag":               {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x04abcd"), mp3(2)...), media.Sound, ".mp3"},
		"sound in boxes":                 {box("soun"), media.Sound, ".m4a"},
		"a film in boxes":                {append(box("soun"), box("vide")...), media.Film, ".mp4"},
		"Opus in Ogg":                    {[]byte("OggS\x00\x02OpusHead"), media.Sound, ".ogg"},
		"WebM":                           {[]byte("\x1a\x45\xdf\xa3\x01B\x82\x84webm"), media.Film, ".webm"},
		"captions":                       {[]byte("WEBVTT\n\n00:00.000 --> 00:02.000\nBuongiorno.\n"), media.Captions, ".vtt"},
		"captions, with a mark of order": {[]byte("\ufeffWEBVTT - x\n"), media.Captions, ".vtt"},
		"a document":                     {[]byte("%PDF-1.7\n…\n%%EOF\n"), media.Document, ".pdf"},
	} {
		if got, err := media.Take(c.src); err != nil || got.Kind != c.kind || got.Ext != c.ext || got.Changed || !bytes.Equal(got.Body, c.src) {
			t.Errorf("%s: %+v, %v", name, got.Info, err)
		}
	}
	for name, src := range map[string][]byte{
		"a page": []byte("<!doctype html><script>alert(1)</script>"), "a drawing": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "a program": []byte("MZ\x90\x00"), "an archive": []byte("PK\x03\x04"),
		"QuickTime": []byte("\x00\x00\x00\x14ftypqt  hdlr\x00\x00\x00\x00\x00\x00\x00\x00vide"), "text": []byte("ciao"), "half a document": []byte("%PDF-1.7\n"), "captions that are no text": []byte("WEBVTT\n\xff"), "boxes without a track": box("hint"),
		"one broken frame": {0xff, 0xfb, 0x90, 0x00, 1, 2}, "Matroska": []byte("\x1a\x45\xdf\xa3matroska"), "Theora": []byte("OggS\x80theora\x01vorbis"),
	} {
		if got, err := media.Look(src); !errors.Is(err, media.ErrUnknown) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// V26 to V28 for pictures: what is dear to decode is refused before it is.
func TestWhatIsDearToDecodeIsRefusedFirst(t *testing.T) {
	t.Parallel()
	head := func(w, h uint32) []byte {
		ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
		return append(append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(ihdr, 8, 6, 0, 0, 0))...), chunk("IEND", nil)...)
	}
	vp8 := []byte("VP8 \x0a\x00\x00\x00\x10\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f") // 16383 x 16383 inside a small canvas
	webp := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x0f\x00\x00\x0f\x00\x00"), vp8...)
	binary.LittleEndian.PutUint32(webp[4:], uint32(len(webp)-8))
	scans := asJPEG(t, corners(16, 16))
	scans = append(bytes.Clone(scans[:len(scans)-2]), bytes.Repeat([]byte("\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"), 100)...)
	for name, c := range map[string]struct {
		src  []byte
		want error
	}{
		"30,000 x 30,000":         {head(30_000, 30_000), media.ErrPixels},
		"a size that wraps":       {head(1<<31-1, 1<<31-1), media.ErrBroken},
		"no size":                 {head(0, 5), media.ErrBroken},
		"WebP larger than said":   {webp, media.ErrPixels},
		"a hundred scans":         {append(scans, 0xff, 0xd9), media.ErrBroken},
		"more than ten megabytes": {make([]byte, media.MaxBytes+1), media.ErrLarge},
		"nothing":                 {nil, media.ErrEmpty},
		"half a picture":          {asJPEG(t, corners(64, 64))[:300], media.ErrBroken},
	} {
		if got, err := media.Take(c.src); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, got.Info, err)
		}
	}
}

func TestNamesPromiseAKind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind media.Kind
		kept bool
	}{"a.JPG": {media.Picture, true}, "a.jpeg": {media.Picture, true}, "a.webp": {media.Picture, false}, "a.vtt": {media.Captions, true}, "a.svg": {"", false}, "pdf": {"", false}} {
		if media.KindOf(name) != c.kind || media.Kept(name) != c.kept {
			t.Errorf("%s: %q, %v", name, media.KindOf(name), media.Kept(name))
		}
	}
}

// FuzzTake: whatever comes in, what leaves is a file that the rules accept, is
// taken again as it is, and holds nothing beside its picture.
func FuzzTake(f *testing.F) {
	f.Add(asJPEG(f, corners(8, 8)))
	f.Add(withEXIF(asJPEG(f, corners(8, 8)), 6))
	f.Add(asPNG(f, corners(8, 8)))
	f.Add(mp3(2))
	f.Add(box("vide"))
	f.Add([]byte("WEBVTT\n"))
	samples, err := filepath.Glob("testdata/*.webp")
	if err != nil || len(samples) == 0 {
		f.Fatal("no samples", err)
	}
	for _, name := range samples {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(b)); err == nil && c.Width*c.Height > 1<<20 {
			return // slow, and refused or decoded all the same
		}
		got, err := media.Take(b)
		if err != nil {
			return
		}
		if !got.Normal || len(got.Body) > media.MaxBytes || media.KindOf("x"+got.Ext) != got.Kind {
			t.Fatalf("%+v", got.Info)
		}
		again, err := media.Take(got.Body)
		if err != nil || again.Changed || again.Hash != got.Hash {
			t.Fatalf("again: %+v, %v", again.Info, err)
		}
		if got.Kind == media.Picture && (bytes.Contains(got.Body, []byte("Exif\x00\x00II*")) || got.Width > media.MaxSide) {
			t.Fatalf("%+v", got.Info)
		}
	})
}
