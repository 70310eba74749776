package content

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"abilita/content/markdown"
	"abilita/content/media"
	"abilita/course/roleplay"
	"abilita/internal/fault"
)

// MediaFolder is the folder, in a language of a pack, that holds its pictures,
// sounds, films, captions and documents.
const MediaFolder = "media"

// Medium is a file of the folder of media.
type Medium struct {
	Path string // in the file system it was loaded from
	media.Info
	Size    int64
	Hash    string
	Smaller []Narrow // narrower forms of a picture, the narrowest first
}

// Narrow is a narrower form of a picture.
type Narrow struct {
	Width, Height int
	Hash          string
}

// Shelf is a tree of texts beside media that are known without their bytes.
// Load takes the media as they are named: they were looked at when they came.
type Shelf struct {
	Memory
	Media []Medium // Path is that of a file in the tree
}

// MediaAddress is where the site serves a medium.
func MediaAddress(hash string) string { return "/media/" + hash }

var mediaName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}\.[a-z0-9]{2,4}$`)

// NewMediaPath is the path of a medium in its language, made of the name that
// its file had; n tells apart those that would be called alike.
func NewMediaPath(name, ext string, n int) string {
	base := path.Base(strings.ReplaceAll(name, "\\", "/"))
	slug := markdown.Slug(strings.TrimSuffix(base, path.Ext(base)))
	if slug == "" {
		slug = "file"
	}
	if slug = strings.Trim(slug[:min(len(slug), 48)], "-"); n > 1 {
		slug += "-" + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
	}
	return MediaFolder + "/" + slug + ext
}

// MediaPath tells whether a path may be that of a medium.
func MediaPath(name string) bool {
	return path.Dir(name) == MediaFolder && mediaName.MatchString(path.Base(name)) && media.Kept(name)
}

// MediaMarkdown is how a text of a folder shows a medium or leads to it.
func MediaMarkdown(m Medium, words, lang string) string {
	words = strings.Join(strings.Fields(strings.NewReplacer("[", "(", "]", ")", "\\", "", "`", "'").Replace(words)), " ")
	link := "[" + words + "](../" + MediaFolder + "/" + path.Base(m.Path) + ")"
	word := "Trascrizione"
	if lang == "en" {
		word = "Transcript"
	}
	switch m.Kind {
	case media.Picture:
		return "!" + link
	case media.Sound:
		return link + "\n\n> **" + word + ".** …"
	case media.Film:
		return "[![" + words + "](../" + MediaFolder + "/" + strings.TrimSuffix(path.Base(m.Path), path.Ext(m.Path)) + ".jpg)](../" + MediaFolder + "/" + path.Base(m.Path) + ")\n\n> **" + word + ".** …"
	case media.Captions, media.Document:
	}
	return link
}

// media reads the folder of media. What is wrong with a file is told of it, and
// the file counts as there.
func (l *loader) media(dir string) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		l.add("unreadable", dir, "cause", cause(err))
		return
	}
	total := int64(0)
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".") || strings.EqualFold(e.Name(), "README.md"):
			continue
		case e.IsDir() || !mediaName.MatchString(e.Name()):
			l.add("media_name", name, "name", e.Name())
			continue
		case !media.Kept(e.Name()):
			l.add("media_kind", name, "name", e.Name())
			continue
		}
		m := Medium{Path: name, Info: media.Info{Kind: media.KindOf(name)}}
		if code := l.medium(&m); code != "" {
			l.add(code, name, "name", e.Name(), "type", m.Type, "max", media.MaxBytes>>20, "pixels", media.MaxPixels/1_000_000)
		}
		total += m.Size
		l.pack.Media = append(l.pack.Media, m)
	}
	if total > media.MaxTotal {
		l.add("media_total", dir, "max", media.MaxTotal>>20)
	}
}

// medium looks at one file and says what is wrong with it, "" for nothing.
func (l *loader) medium(m *Medium) string {
	info, err := fs.Stat(l.fsys, m.Path)
	if err != nil {
		return "media_broken"
	}
	if m.Size = info.Size(); m.Size > media.MaxBytes {
		return "media_large"
	}
	b, err := fs.ReadFile(l.fsys, m.Path)
	if err != nil {
		return "media_broken"
	}
	m.Hash = media.HashOf(b)
	kind := m.Kind
	seen, err := media.Look(b)
	switch {
	case errors.Is(err, media.ErrPixels):
		return "media_pixels"
	case errors.Is(err, media.ErrUnknown):
		return "media_other"
	case err != nil:
		return "media_broken"
	}
	if m.Info = seen; !seen.Fits(m.Path) {
		m.Kind = kind
		return "media_other"
	}
	if !seen.Normal {
		return "media_raw"
	}
	return ""
}

// Mention is a place where a text names a file of its pack, or a film elsewhere.
type Mention struct {
	Dest       string // as it is written
	Path       string // of the file, in the file system the text was loaded from; "" for a film elsewhere
	Line       int
	Shown      bool   // as a picture: ![…](…)
	Poster     string // path of the picture that is the link
	Alone      bool   // it is a paragraph of its own
	Transcript bool   // the quotation under it says what is said there
}

// relative cuts an address within the pack from the place on the page behind it.
func relative(dest string) (file, fragment string, ok bool) {
	file, fragment, _ = strings.Cut(dest, "#")
	ok = file != "" && !strings.HasPrefix(file, "/") && !strings.ContainsAny(file, ":?")
	return file, fragment, ok
}

// mention notes what a link or picture names.
func (s *source) mention(n ast.Node, dest string, shown bool) {
	m := Mention{Dest: dest, Line: s.line(at(n.Parent())), Shown: shown}
	poster, linked := n.FirstChild().(*ast.Image)
	linked = linked && n.ChildCount() == 1
	file, _, here := relative(dest)
	switch {
	case here:
		m.Path = path.Join(path.Dir(s.file.Path), file)
	case shown || !linked || !strings.HasPrefix(strings.ToLower(dest), "https:"):
		return
	}
	if p, _, ok := relative(posterOf(poster, linked)); ok {
		m.Poster = path.Join(path.Dir(s.file.Path), p)
	}
	if para, ok := n.Parent().(*ast.Paragraph); ok && para.ChildCount() == 1 {
		m.Alone, m.Transcript = true, markdown.Transcript(para.NextSibling(), s.src) != ""
	}
	s.file.Mentions = append(s.file.Mentions, m)
}

func posterOf(n *ast.Image, ok bool) string {
	if !ok {
		return ""
	}
	return string(n.Destination)
}

// media looks at what texts name: files that are not there, sounds and films
// without their words, files that nothing names.
func (c *checker) media() {
	files, there := map[string]Medium{}, map[string]Kind{}
	var names []string
	for _, m := range c.pack.Media {
		files[m.Path] = m
		names = append(names, path.Base(m.Path))
	}
	for _, f := range c.pack.Files() {
		there[f.Path] = f.Kind
	}
	used := map[string]bool{}
	for _, f := range c.pack.Files() {
		for _, m := range f.Mentions {
			used[m.Path], used[m.Poster] = true, true
			if medium, ok := files[m.Path]; ok {
				if medium.Kind == media.Film {
					used[strings.TrimSuffix(m.Path, path.Ext(m.Path))+".vtt"] = true
				}
				c.mentioned(f, m, medium.Kind)
				continue
			}
			switch kind, ok := there[m.Path]; {
			case m.Path == "":
				c.mentioned(f, m, media.Film)
			case !ok:
				near := roleplay.Nearest(path.Base(m.Path), names)
				c.add("media_lost", f.Path, m.Line, "link", m.Dest, "near", near)
			case kind != KindModule || m.Shown:
				c.add("link_elsewhere", f.Path, m.Line, "link", m.Dest)
			}
		}
	}
	for _, m := range c.pack.Media {
		if !used[m.Path] {
			c.add("media_unused", m.Path, 0, "name", path.Base(m.Path))
		}
	}
}

// mentioned checks a medium where a text names it.
func (c *checker) mentioned(f File, m Mention, kind media.Kind) {
	switch {
	case f.Kind != KindModule: // the other pages show words only
		c.add("media_here", f.Path, m.Line, "link", m.Dest)
	case m.Shown && kind != media.Picture:
		c.add("media_shown", f.Path, m.Line, "link", m.Dest)
	case kind != media.Sound && kind != media.Film:
	case !m.Alone:
		c.add("media_alone", f.Path, m.Line, "link", m.Dest)
	case kind == media.Film && m.Poster == "":
		c.add("poster_missing", f.Path, m.Line, "link", m.Dest)
	case !m.Transcript:
		c.add("transcript_missing", f.Path, m.Line, "link", m.Dest)
	}
}

// Page says how the text of a module becomes a page: what it folds, and where
// its pictures, sounds, films, documents and links to other modules are.
func (p Pack) Page(m Module) markdown.Page {
	within := func(dest string) string {
		file, _, ok := relative(dest)
		if !ok {
			return ""
		}
		return path.Join(path.Dir(m.Path), file)
	}
	find := func(name string) (Medium, bool) {
		i := slices.IndexFunc(p.Media, func(m Medium) bool { return m.Path == name && m.Hash != "" })
		if i < 0 {
			return Medium{}, false
		}
		return p.Media[i], true
	}
	return markdown.Page{
		Lang:   p.Lang,
		Folded: Recalls,
		Figure: func(dest string) (markdown.Figure, bool) {
			found, ok := find(within(dest))
			if !ok {
				return markdown.Figure{}, false
			}
			f := markdown.Figure{Kind: string(found.Kind), Src: MediaAddress(found.Hash), Width: found.Width, Height: found.Height}
			for _, n := range found.Smaller {
				f.Widths = append(f.Widths, n.Width)
			}
			if captions, ok := find(strings.TrimSuffix(found.Path, path.Ext(found.Path)) + ".vtt"); ok && found.Kind == media.Film {
				f.Captions = MediaAddress(captions.Hash)
			}
			return f, true
		},
		Link: func(dest string) (string, bool) {
			name := within(dest)
			_, fragment, _ := relative(dest)
			for _, other := range p.Modules {
				if other.Path == name && name != "" {
					return strings.TrimSuffix("/study/"+other.ID+"#"+fragment, "#"), true
				}
			}
			return "", false
		},
	}
}

// WrittenMedium is a medium as somebody left it in a draft.
type WrittenMedium struct {
	Medium
	Removed bool
	Base    string // hash of the published medium in whose place it stands; "": a new one
}

// DraftMedium is a medium of a draft beside the published one.
type DraftMedium struct {
	Medium
	Change    Change
	Overtaken bool // another was published under its name meanwhile
}

// ComposeMedia lays the media of a draft over the published ones, by path.
func ComposeMedia(published []Medium, written []WrittenMedium) []DraftMedium {
	var list []DraftMedium
	for _, m := range published {
		list = append(list, DraftMedium{Medium: m, Change: Same})
	}
	for _, w := range written {
		i := slices.IndexFunc(list, func(m DraftMedium) bool { return m.Path == w.Path })
		switch {
		case i < 0 && !w.Removed:
			list = append(list, DraftMedium{Medium: w.Medium, Change: Added, Overtaken: w.Base != ""})
		case i < 0 || list[i].Hash == w.Hash && !w.Removed:
		case w.Removed:
			list[i].Change = Removed
		default:
			list[i] = DraftMedium{Medium: w.Medium, Change: Edited, Overtaken: w.Base != list[i].Hash}
		}
	}
	slices.SortFunc(list, func(a, b DraftMedium) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// Faults of media in drafts and releases.
var (
	ErrMediaTotal  = fault.New(fault.Invalid, "media.total")  // Max: MB
	ErrMediaReused = fault.New(fault.Invalid, "media.reused") // Name
)
