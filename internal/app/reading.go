package app

import (
	"context"
	"slices"
	"strings"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/internal/people"
)

// ReleasePage is a release of a programme with its files.
type ReleasePage struct {
	History
	Release contentdb.Published
	Before  *contentdb.Published // nil: the first
	Files   []ReleaseFile

	edition *edition
}

// ReleaseFile is a file of a release.
type ReleaseFile struct {
	Kind        content.Kind
	Path, Title string
	Sealed      bool // it holds keys that are not for the reader
}

// sealed says whether a file holds keys that somebody may not see.
func (p ReleasePage) sealed(k content.Kind) bool { return k == content.KindQuiz && !p.Keys }

// Release opens a release for somebody who may read the content of its line.
func (x *Drafts) Release(ctx context.Context, who people.Actor, programme, lang string, release int64) (ReleasePage, error) {
	h, err := x.History(ctx, who, programme, lang)
	if err != nil {
		return ReleasePage{}, err
	}
	p := ReleasePage{History: h}
	i := slices.IndexFunc(h.Releases, func(r contentdb.Published) bool { return r.ID == release })
	if i < 0 {
		return p, people.ErrHidden
	}
	p.Release = h.Releases[i]
	if i+1 < len(h.Releases) {
		p.Before = &h.Releases[i+1]
	}
	if p.edition, err = x.library.edition(ctx, release); err != nil {
		return p, err
	}
	for _, f := range p.edition.Pack.Files() {
		p.Files = append(p.Files, ReleaseFile{Kind: f.Kind, Path: strings.TrimPrefix(f.Path, p.dir()+"/"), Title: f.Title, Sealed: p.sealed(f.Kind)})
	}
	return p, nil
}

// dir is the folder under which the release was loaded.
func (p ReleasePage) dir() string { return p.edition.Pack.Name + "/" + p.edition.Pack.Lang }

// ReleasePreview is a file of a release as its readers meet it.
type ReleasePreview struct {
	ReleasePage
	File ReleaseFile
	Preview
}

// ReadReleased shows a published file as its readers meet it; of a script, where people
// went who practised it. Questions are for who may see their keys.
func (x *Drafts) ReadReleased(ctx context.Context, who people.Actor, programme, lang string, release int64, path string) (ReleasePreview, error) {
	page, err := x.Release(ctx, who, programme, lang, release)
	if err != nil {
		return ReleasePreview{}, err
	}
	p := ReleasePreview{ReleasePage: page}
	f := at(page.Files, func(f ReleaseFile) bool { return f.Path == path })
	if f == nil || f.Sealed {
		return p, people.ErrHidden
	}
	p.File = *f
	if p.Preview, err = x.preview(ctx, &page.edition.Pack, page.dir()+"/"+path, f.Kind); err != nil || p.Script == nil {
		return p, err
	}
	return p, x.heat(ctx, &p.Preview, page.Line.ID, p.Script.Hash)
}
