package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/content/media"
	"abilita/course/coursedb"
	"abilita/internal/blob"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Media is pictures, sounds, films, captions and documents: how they come into a
// draft, who sees them, and how those go that nothing names.
type Media struct {
	db     *pg.DB
	drafts *Drafts
	blobs  blob.Store
	room   chan struct{} // pictures that are decoded at once
}

// mediaRoom is how many pictures are decoded at once: each takes up to 200 MB.
const mediaRoom = 1

// How long media stay that nothing names: sweepAfter since they came, and
// forgetAfter those of drafts that ended.
const (
	sweepAfter  = 7 * 24 * time.Hour
	forgetAfter = 30 * 24 * time.Hour
)

// NewMedia makes the use cases of media.
func NewMedia(db *pg.DB, drafts *Drafts, blobs blob.Store) *Media {
	return &Media{db: db, drafts: drafts, blobs: blobs, room: make(chan struct{}, mediaRoom)}
}

// MediumEntry is a medium of a draft, by its path within the language.
type MediumEntry struct {
	content.DraftMedium
	Words string // its description, "" where it was published without a draft
}

// within puts media into the folder under which a language is loaded; inside
// takes them out of it again.
func within(dir string, list []content.Medium) []content.Medium {
	list = slices.Clone(list)
	for i := range list {
		list[i].Path = dir + "/" + list[i].Path
	}
	return list
}

func inside(dir string, list []content.Medium) []content.Medium {
	list = slices.Clone(list)
	for i := range list {
		list[i].Path = strings.TrimPrefix(list[i].Path, dir+"/")
	}
	return list
}

// draftMedia lays the media of a draft over those of the release it starts from.
func draftMedia(ctx context.Context, store contentdb.Store, draft int64, published []content.Medium) ([]MediumEntry, error) {
	rows, err := store.DraftMedia(ctx, draft)
	if err != nil {
		return nil, err
	}
	var written []content.WrittenMedium
	words := map[string]string{}
	for _, r := range rows {
		written = append(written, r.WrittenMedium)
		words[r.Path] = r.Words
	}
	var list []MediumEntry
	for _, m := range content.ComposeMedia(published, written) {
		list = append(list, MediumEntry{m, words[m.Path]})
	}
	return list, nil
}

// changedMedia are the media that differ between two releases.
func changedMedia(before, after []content.Medium) []content.DraftMedium {
	var written []content.WrittenMedium
	find := func(list []content.Medium, path string) (content.Medium, bool) {
		i := slices.IndexFunc(list, func(m content.Medium) bool { return m.Path == path })
		if i < 0 {
			return content.Medium{}, false
		}
		return list[i], true
	}
	for _, m := range after {
		old, _ := find(before, m.Path)
		written = append(written, content.WrittenMedium{Medium: m, Base: old.Hash})
	}
	for _, m := range before {
		if _, stays := find(after, m.Path); !stays {
			written = append(written, content.WrittenMedium{Medium: m, Removed: true, Base: m.Hash})
		}
	}
	return slices.DeleteFunc(content.ComposeMedia(before, written), func(m content.DraftMedium) bool { return m.Change == content.Same })
}

// ChangedMedia are the media that differ from what is published.
func (p DraftPage) ChangedMedia() []MediumEntry {
	return slices.DeleteFunc(slices.Clone(p.Media), func(m MediumEntry) bool { return m.Change == content.Same })
}

// kept are the media that the draft has, without those taken away.
func (p DraftPage) kept() []content.Medium {
	var list []content.Medium
	for _, m := range p.Media {
		if m.Change != content.Removed {
			list = append(list, m.Medium)
		}
	}
	return list
}

// prepared is a medium with its narrower forms, ready to be kept.
type prepared struct {
	media.Taken
	narrow []media.Taken
}

// prepare makes of what came what a pack holds, a few at a time.
func (x *Media) prepare(ctx context.Context, body []byte) (prepared, error) {
	var p prepared
	err := x.decode(ctx, func() error {
		var err error
		if p.Taken, err = media.Take(body); err == nil {
			p.narrow, err = media.Smaller(p.Body)
		}
		return err
	})
	return p, err
}

// decode waits for the room that a picture takes.
func (x *Media) decode(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case x.room <- struct{}{}:
		defer func() { <-x.room }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return do()
}

// put keeps the bytes of a medium, after a row says that they come: bytes without
// a row would stay for ever.
func (x *Media) put(ctx context.Context, p prepared) error {
	all := append([]media.Taken{p.Taken}, p.narrow...)
	err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		for _, t := range all {
			if err := store.PutBlob(ctx, contentdb.Blob{Hash: t.Hash, Kind: t.Kind, Type: t.Type, Bytes: int64(len(t.Body)), Width: t.Width, Height: t.Height}, now); err != nil {
				return err
			}
		}
		for _, t := range p.narrow {
			if err := store.PutNarrow(ctx, p.Hash, content.Narrow{Width: t.Width, Height: t.Height, Hash: t.Hash}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range all {
		if err := x.blobs.Put(ctx, t.Hash, t.Body); err != nil {
			return err
		}
	}
	return nil
}

// keep puts the media of a pack into the store, and notes their narrower forms in
// list. Those of a draft are there.
func (x *Media) keep(ctx context.Context, files fs.FS, list []content.Medium) error {
	if _, ok := files.(content.Shelf); ok {
		return nil
	}
	for i := range list {
		m := &list[i]
		body, err := fs.ReadFile(files, m.Path)
		if err != nil {
			return fmt.Errorf("read %s: %w", m.Path, err)
		}
		p, err := x.prepare(ctx, body)
		if err != nil {
			return err
		}
		if p.Hash != m.Hash {
			return ErrChanged // since it was checked
		}
		if err := x.put(ctx, p); err != nil {
			return err
		}
		for _, n := range p.narrow {
			m.Smaller = append(m.Smaller, content.Narrow{Width: n.Width, Height: n.Height, Hash: n.Hash})
		}
	}
	return nil
}

// NewMedium is a file that somebody adds to a draft.
type NewMedium struct {
	Name  string // of the file where it was
	Body  []byte
	Words string // what one sees or hears; captions need none
}

// AddedMedium is what became of it.
type AddedMedium struct {
	content.Medium
	Markdown string // how a text shows it
	Changed  bool   // it was written anew: turned, made smaller, freed of what is not the picture
}

// MayAdd tells whether somebody writes in a draft, before a large file is read.
func (x *Media) MayAdd(ctx context.Context, who people.Actor, draft int64) error {
	_, err := x.drafts.forWriting(ctx, who, draft)
	return err
}

// Add puts a medium into a draft that is open, under a name of its own: nothing
// is ever written over. The same bytes again are the same medium.
func (x *Media) Add(ctx context.Context, who people.Actor, cmd *pg.Command, draft int64, in NewMedium) (AddedMedium, error) {
	p, err := x.drafts.forWriting(ctx, who, draft)
	if err != nil {
		return AddedMedium{}, err
	}
	if p.State != content.DraftOpen {
		return AddedMedium{}, refuse(ctx, x.db, cmd, content.ErrDraftState)
	}
	in.Words = strings.Join(strings.Fields(in.Words), " ")
	made, err := x.prepare(ctx, in.Body)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return AddedMedium{}, err
	}
	var form fault.Form
	if bad, ok := errors.AsType[*fault.Error](err); ok {
		form.Add(true, "file", bad)
	}
	if err != nil || made.Kind != media.Captions {
		required(&form, "words", in.Words, 300)
	}
	total := int64(len(made.Body))
	for _, m := range p.Media {
		if m.Change != content.Removed && m.Hash != made.Hash {
			total += m.Size
		}
	}
	form.Add(total > media.MaxTotal, "file", content.ErrMediaTotal.With("Max", media.MaxTotal>>20))
	if err := form.Err(); err != nil {
		return AddedMedium{}, refuse(ctx, x.db, cmd, err)
	}
	m := content.Medium{Info: made.Info, Size: int64(len(made.Body)), Hash: made.Hash}
	if m.Path, err = x.place(ctx, p, in.Name, m); err != nil {
		return AddedMedium{}, err
	}
	if err := x.put(ctx, made); err != nil {
		return AddedMedium{}, err
	}
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store, err := lockOpen(ctx, q, draft)
		if err != nil {
			return err
		}
		if p.Media, err = draftMedia(ctx, store, draft, p.shown); err != nil { // somebody may have added one of that name meanwhile
			return err
		}
		if m.Path, err = x.place(ctx, p, in.Name, m); err != nil {
			return err
		}
		if i := slices.IndexFunc(p.Media, func(e MediumEntry) bool { return e.Path == m.Path && e.Change == content.Same }); i >= 0 {
			return nil // it is published
		}
		row := contentdb.DraftMedium{WrittenMedium: content.WrittenMedium{Medium: m}, Words: in.Words, AuthorID: who.ID}
		if err := store.SaveDraftMedium(ctx, draft, row, now); err != nil {
			return err
		}
		return x.drafts.told(ctx, q, now, who, draft, "media_add", m.Path, m.Hash)
	})
	return AddedMedium{m, content.MediaMarkdown(m, in.Words, p.Lang), made.Changed}, err
}

// lockOpen locks a draft that must be open.
func lockOpen(ctx context.Context, q pg.Q, draft int64) (contentdb.Store, error) {
	store := contentdb.New(q)
	d, err := store.Draft(ctx, draft, true)
	if err == nil && d.State != content.DraftOpen {
		err = content.ErrDraftState
	}
	return store, err
}

// place finds a path for a medium: its own when the draft has it, else one that
// neither the draft nor any release of the programme has.
func (x *Media) place(ctx context.Context, p DraftPage, name string, m content.Medium) (string, error) {
	for _, e := range p.Media {
		if e.Hash == m.Hash && e.Change != content.Removed {
			return e.Path, nil
		}
	}
	for n := 1; n < 100; n++ {
		path := content.NewMediaPath(name, m.Ext, n)
		if slices.ContainsFunc(p.Media, func(e MediumEntry) bool { return e.Path == path && e.Hash != m.Hash }) {
			continue
		}
		taken, err := contentdb.New(x.db.Read()).MediaTaken(ctx, p.Programme, p.Lang, path, m.Hash)
		if err != nil {
			return "", err
		}
		if !taken {
			return path, nil
		}
	}
	return "", fault.Form{content.ErrDraftTaken.On("file")}
}

// Remove takes a medium out of a draft; a published one can be put back.
func (x *Media) Remove(ctx context.Context, who people.Actor, cmd *pg.Command, draft int64, path string) error {
	return x.change(ctx, who, cmd, draft, path, "media_remove", func(store contentdb.Store, e MediumEntry, now time.Time) error {
		switch e.Change {
		case content.Removed:
			return content.ErrDraftState
		case content.Same:
			return store.SaveDraftMedium(ctx, draft, contentdb.DraftMedium{WrittenMedium: content.WrittenMedium{Medium: e.Medium, Removed: true, Base: e.Hash}, Words: e.Words, AuthorID: who.ID}, now)
		case content.Added, content.Edited:
		}
		return store.DropDraftMedium(ctx, draft, path, who.ID, now)
	})
}

// Restore puts a published medium back that was taken out.
func (x *Media) Restore(ctx context.Context, who people.Actor, cmd *pg.Command, draft int64, path string) error {
	return x.change(ctx, who, cmd, draft, path, "media_restore", func(store contentdb.Store, e MediumEntry, now time.Time) error {
		if e.Change != content.Removed {
			return content.ErrDraftState
		}
		return store.DropDraftMedium(ctx, draft, path, who.ID, now)
	})
}

func (x *Media) change(ctx context.Context, who people.Actor, cmd *pg.Command, draft int64, path, did string, do func(store contentdb.Store, e MediumEntry, now time.Time) error) error {
	p, err := x.drafts.forWriting(ctx, who, draft)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Media, func(e MediumEntry) bool { return e.Path == path })
	if i < 0 {
		return refuse(ctx, x.db, cmd, people.ErrHidden)
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store, err := lockOpen(ctx, q, draft)
		if err != nil {
			return err
		}
		if err := do(store, p.Media[i], now); err != nil {
			return err
		}
		return x.drafts.told(ctx, q, now, who, draft, did, path, p.Media[i].Hash)
	})
}

// ShownMedium is a medium with its bytes; Body must be closed.
type ShownMedium struct {
	contentdb.Blob
	Name string // of its file in the pack
	Body io.ReadSeekCloser
}

// Open reads a medium for somebody who learns what shows it, or writes or reads
// it as content of their lines; for anybody else it does not exist. width asks for
// a narrower form of a picture, 0 for the medium itself.
func (x *Media) Open(ctx context.Context, who people.Actor, hash string, width int) (ShownMedium, error) {
	var s ShownMedium
	if who.ID == 0 {
		return s, people.ErrHidden
	}
	store := contentdb.New(x.db.Read())
	shown := false
	var err error
	if who.Must(people.Study, people.Target{Person: who.ID}) == nil {
		if shown, err = store.MediaLearnt(ctx, hash, who.ID); err != nil {
			return s, err
		}
	}
	if !shown && who.MustSomewhere(people.ReadContent) == nil {
		if shown, err = x.onLines(ctx, who, hash); err != nil {
			return s, err
		}
	}
	if !shown {
		return s, people.ErrHidden
	}
	if s.Blob, err = store.Blob(ctx, hash, width); err != nil {
		return s, err
	}
	name, err := store.MediaPath(ctx, hash)
	if err != nil {
		return s, err
	}
	s.Name = strings.TrimPrefix(name, content.MediaFolder+"/")
	s.Body, err = x.blobs.Open(ctx, s.Hash)
	return s, err
}

// onLines tells whether a medium belongs to a draft of a line where somebody
// writes, or to a programme of a line whose content they read.
func (x *Media) onLines(ctx context.Context, who people.Actor, hash string) (bool, error) {
	q := x.db.Read()
	drafts, releases, err := contentdb.New(q).MediaOf(ctx, hash)
	if err != nil {
		return false, err
	}
	lines, err := coursedb.New(q).LinesWithin(ctx, who.Reach(people.WriteContent))
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(lines, func(l coursedb.Line) bool { return slices.Contains(drafts, l.ID) }) {
		return true, nil
	}
	if lines, err = coursedb.New(q).LinesWithin(ctx, who.Reach(people.ReadContent)); err != nil {
		return false, err
	}
	for _, r := range releases {
		e, err := x.drafts.library.edition(ctx, r)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(lines, func(l coursedb.Line) bool { return l.Code == e.Pack.Programme.Line }) {
			return true, nil
		}
	}
	return false, nil
}

// Sweep deletes media that nothing has named for a while, and returns how many.
// It is safe to repeat, and to break off.
func (x *Media) Sweep(ctx context.Context) (int, error) {
	n := 0
	err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		if _, err := store.ForgetDraftMedia(ctx, now.Add(-forgetAfter)); err != nil {
			return err
		}
		gone, err := store.SweepBlobs(ctx, now.Add(-sweepAfter))
		if err != nil {
			return err
		}
		for _, hash := range gone { // before the commit: who puts the same bytes waits for it, and puts them again
			if err := x.blobs.Delete(ctx, hash); err != nil {
				return err
			}
		}
		n = len(gone)
		return nil
	})
	return n, err
}

// readBlob is the hash and the size of what the store holds under a hash.
func readBlob(ctx context.Context, blobs blob.Store, hash string) (string, int64, error) {
	body, err := blobs.Open(ctx, hash)
	if err != nil {
		return "", 0, err
	}
	defer body.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	n, err := io.Copy(sum, body)
	if err != nil {
		return "", 0, fmt.Errorf("read blob %s: %w", hash, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), n, nil
}
