package media

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

const (
	quality  = 86      // of the JPEGs we write
	heavyPNG = 1 << 20 // an opaque picture that is heavier as PNG may leave as JPEG
)

// Taken is a file as it lies in a pack.
type Taken struct {
	Info
	Body    []byte
	Hash    string
	Changed bool // the bytes are not those that came
}

// Take makes of a file what a pack holds. A picture that is not in our normal
// form is decoded, turned upright, made smaller where a side is longer than
// MaxSide, and written anew; of a moving picture the first stays. A picture
// takes up to 200 MB while it is decoded: whoever takes several at once sets
// a bound.
func Take(b []byte) (Taken, error) {
	i, err := Look(b)
	if err != nil {
		return Taken{}, err
	}
	if i.Kind != Picture {
		return Taken{Info: i, Body: b, Hash: HashOf(b)}, nil
	}
	f, _ := sniff(b)
	img, err := decode(b, f)
	if err != nil {
		return Taken{}, ErrBroken
	}
	if i.Normal {
		return Taken{Info: i, Body: b, Hash: HashOf(b)}, nil
	}
	img = upright(fit(img, MaxSide), turnOf(b, f))
	body, f, err := encode(img, f)
	if err != nil {
		return Taken{}, err
	}
	if len(body) > MaxBytes {
		return Taken{}, ErrLarge.With("Max", MaxBytes>>20)
	}
	r := img.Bounds()
	return written(f, body, r.Dx(), r.Dy()), nil
}

// written is a picture that we wrote.
func written(f form, body []byte, w, h int) Taken {
	i := f.info()
	i.Width, i.Height, i.Normal = w, h, true
	return Taken{i, body, HashOf(body), true}
}

func decode(b []byte, f form) (image.Image, error) {
	r := bytes.NewReader(b)
	switch f {
	case jpegForm:
		return jpeg.Decode(r)
	case pngForm:
		return png.Decode(r)
	case gifForm:
		return gif.Decode(r)
	default:
		return webp.Decode(r)
	}
}

// encode writes a picture as what it came, a WebP or GIF one as PNG when it has
// few colours or is transparent, and as JPEG otherwise.
func encode(img image.Image, f form) ([]byte, form, error) {
	o, ok := img.(interface{ Opaque() bool })
	opaque := ok && o.Opaque()
	_, few := img.(*image.Paletted)
	if f == jpegForm || f == webpForm && opaque && !few {
		b, err := asJPEG(img)
		return b, jpegForm, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, f, err
	}
	if opaque && !few && b.Len() > heavyPNG {
		if light, err := asJPEG(img); err == nil && 2*len(light) < b.Len() {
			return light, jpegForm, nil
		}
	}
	return b.Bytes(), pngForm, nil
}

func asJPEG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// fit makes a picture smaller when a side is longer than most.
func fit(img image.Image, most int) image.Image {
	r := img.Bounds()
	w, h := r.Dx(), r.Dy()
	if max(w, h) <= most {
		return img
	}
	if w >= h {
		w, h = most, max(1, h*most/w)
	} else {
		w, h = max(1, w*most/h), most
	}
	return scale(img, w, h)
}

// scale halves a picture as often as it can, which averages four points each
// time, and then goes the rest: the little memory that takes is why.
func scale(img image.Image, w, h int) image.Image {
	for r := img.Bounds(); r.Dx() >= 2*w && r.Dy() >= 2*h && (r.Dx() > 2*w || r.Dy() > 2*h); r = img.Bounds() {
		img = drawn(img, r.Dx()/2, r.Dy()/2)
	}
	return drawn(img, w, h)
}

func drawn(img image.Image, w, h int) image.Image {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}

// upright turns a picture as EXIF says it lies.
func upright(img image.Image, turn int) image.Image {
	r := img.Bounds()
	w, h := r.Dx(), r.Dy()
	var to func(x, y int) (int, int)
	switch turn {
	case 2:
		to = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		to = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		to = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		to = func(x, y int) (int, int) { return y, x }
	case 6:
		to = func(x, y int) (int, int) { return h - 1 - y, x }
	case 7:
		to = func(x, y int) (int, int) { return h - 1 - y, w - 1 - x }
	case 8:
		to = func(x, y int) (int, int) { return y, w - 1 - x }
	default:
		return img
	}
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := to(x, y)
			out.Set(tx, ty, img.At(r.Min.X+x, r.Min.Y+y))
		}
	}
	return out
}

// widths are those in which a picture is also served, for small screens.
var widths = []int{480, 960, 1600}

// Smaller are the narrower forms of a picture in normal form, those that are
// lighter than it; none for anything else.
func Smaller(b []byte) ([]Taken, error) {
	i, err := Look(b)
	if err != nil || i.Kind != Picture || i.Width <= widths[0] {
		return nil, err
	}
	f, _ := sniff(b)
	img, err := decode(b, f)
	if err != nil {
		return nil, ErrBroken
	}
	var list []Taken
	for _, w := range widths {
		if w*5 >= i.Width*4 {
			break
		}
		h := max(1, i.Height*w/i.Width)
		small := scale(img, w, h)
		body, g, err := encode(small, f)
		if err != nil {
			return nil, err
		}
		if len(body) < len(b) {
			list = append(list, written(g, body, w, h))
		}
	}
	return list, nil
}
