package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// DraftPage is a draft as a whole.
type DraftPage struct {
	contentdb.Draft
	Line    coursedb.Line
	Title   string // of the programme, as it is written now
	Files   []DraftEntry
	Media   []MediumEntry
	Notes   []contentdb.DraftNote
	Base    *contentdb.Release // what it starts from
	Newest  *contentdb.Release // what is published now
	Problem []content.Problem  // of the whole draft; File is the path within it
	Now     time.Time

	MayWrite, MayReview, MayPublish bool

	pack  content.Pack
	tree  content.Shelf
	seen  string
	shown []content.Medium // of the release that it starts from
}

// DraftEntry is a file of a draft.
type DraftEntry struct {
	content.DraftFile
	Title     string // as it is written now; the path when it cannot be read
	Began     string // of one that was overtaken: the published text that it was written over; "" where there was none
	Version   int    // 0: as published
	Author    string
	UpdatedAt time.Time
	Errors    int
	Warnings  int
}

// Dir is the folder under which the draft is loaded.
func (p DraftPage) Dir() string { return p.Pack + "/" + p.Lang }

// Stale tells that something else was published since the draft began.
func (p DraftPage) Stale() bool {
	return p.Newest != nil && (p.Base == nil || p.Base.ID != p.Newest.ID)
}

// On says whether the draft starts from this release.
func (p DraftPage) On(release int64) bool { return p.BaseID != nil && *p.BaseID == release }

// Entry finds a file by its path; what does not exist is hidden.
func (p DraftPage) Entry(path string) (DraftEntry, error) {
	i := slices.IndexFunc(p.Files, func(f DraftEntry) bool { return f.Path == path })
	if i < 0 {
		return DraftEntry{}, people.ErrHidden
	}
	return p.Files[i], nil
}

// Of lists the problems of one file.
func (p DraftPage) Of(path string) []content.Problem {
	var list []content.Problem
	for _, f := range p.Problem {
		if f.File == path {
			list = append(list, f)
		}
	}
	return list
}

// ScriptAt is the script in a file as it is written now, nil for any other file.
func (p DraftPage) ScriptAt(path string) *content.Script {
	return at(p.pack.Scripts, func(s content.Script) bool { return s.Path == p.Dir()+"/"+path })
}

// Changed lists the files that differ from what is published.
func (p DraftPage) Changed() []DraftEntry {
	var list []DraftEntry
	for _, f := range p.Files {
		if f.Change != content.Same {
			list = append(list, f)
		}
	}
	return list
}

// Read opens a draft with everything that the checks say of it.
func (x *Drafts) Read(ctx context.Context, who people.Actor, id int64) (DraftPage, error) {
	return x.read(ctx, x.db.Read(), who, people.WriteContent, id, nil)
}

// read loads a draft for somebody who may do something with it, with everything
// that the checks say of it. The checks read typed in the place of a file; the files
// of the page stay as they are kept.
func (x *Drafts) read(ctx context.Context, q pg.Q, who people.Actor, do people.Action, id int64, typed *content.Written) (DraftPage, error) {
	p, err := x.lay(ctx, q, who, do, id, typed)
	if err != nil {
		return p, err
	}
	return p, x.prove(ctx, &p)
}

// lay is read without the checks: the files as they lie over the release, by their
// paths alone. Who saves a text needs no more.
func (x *Drafts) lay(ctx context.Context, q pg.Q, who people.Actor, do people.Action, id int64, typed *content.Written) (DraftPage, error) {
	var p DraftPage
	if err := who.MustSomewhere(do); err != nil {
		return p, err
	}
	store := contentdb.New(q)
	var err error
	if p.Draft, err = store.Draft(ctx, id, false); err != nil {
		return p, err
	}
	if p.Line, err = lineFor(ctx, q, who, do, func(l coursedb.Line) bool { return l.ID == p.LineID }); err != nil {
		return p, err
	}
	if do == people.Publish { // publishing is for the whole line, whoever writes for a cohort of it
		if err := who.Must(do, people.Target{Line: p.LineID}); err != nil {
			return p, err
		}
	}
	if p.Now, err = x.db.Now(ctx); err != nil {
		return p, err
	}
	living := p.State.Living()
	can := func(do people.Action) bool {
		_, err := lineFor(ctx, q, who, do, func(l coursedb.Line) bool { return l.ID == p.LineID })
		return living && err == nil
	}
	p.MayWrite, p.MayReview, p.MayPublish = can(people.WriteContent), can(people.ReviewContent), living && who.May(people.Publish, people.Target{Line: p.LineID})
	published := map[string]string{}
	if p.BaseID != nil {
		if published, p.shown, err = x.sources(ctx, *p.BaseID); err != nil {
			return p, err
		}
		base, err := store.Release(ctx, *p.BaseID)
		if err != nil {
			return p, err
		}
		p.Base = &base
	}
	if newest, err := store.Current(ctx, p.Programme, p.Lang); err == nil {
		p.Newest = &newest
	} else if !errors.Is(err, contentdb.ErrNoContent) {
		return p, err
	}
	if p.Notes, err = store.DraftNotes(ctx, id); err != nil {
		return p, err
	}
	written, err := store.DraftFiles(ctx, id)
	if err != nil {
		return p, err
	}
	p.seen = seenOf(p.Draft, written)
	byPath := map[string]contentdb.DraftFile{}
	var over []content.Written
	for _, f := range written {
		byPath[f.Path] = f
		over = append(over, f.Written())
	}
	files := content.Compose(published, over)
	text := content.Tree(p.Dir(), files)
	if typed != nil {
		if !slices.ContainsFunc(files, func(f content.DraftFile) bool { return f.Path == typed.Path }) {
			return p, people.ErrHidden
		}
		text = content.Tree(p.Dir(), content.Compose(published, append(over, *typed)))
	}
	if p.Media, err = draftMedia(ctx, store, id, p.shown); err != nil {
		return p, err
	}
	p.tree = content.Shelf{Memory: text, Media: within(p.Dir(), p.kept())}
	for _, f := range files {
		w := byPath[f.Path]
		entry := DraftEntry{DraftFile: f, Title: f.Path, Version: w.Version, Author: w.Author, UpdatedAt: w.UpdatedAt}
		if f.Overtaken {
			if entry.Began, err = began(ctx, store, f); err != nil {
				return p, err
			}
		}
		p.Files = append(p.Files, entry)
	}
	return p, nil
}

// began is the published text that a file was written over.
func began(ctx context.Context, store contentdb.Store, f content.DraftFile) (string, error) {
	if f.Base == "" {
		return "", nil
	}
	v, err := store.Version(ctx, f.Base)
	return v.Source, err
}

// prove reads the files of a draft and asks every check.
func (x *Drafts) prove(ctx context.Context, p *DraftPage) error {
	leave, err := x.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	pack, loaded := content.Load(p.tree, p.Dir())
	p.pack = pack
	p.Title = cmp.Or(pack.Programme.Title, p.Programme)
	titles := map[string]string{}
	for _, f := range pack.Files() {
		titles[strings.TrimPrefix(f.Path, p.Dir()+"/")] = f.Title
	}
	errs, warns := map[string]int{}, map[string]int{}
	for _, f := range content.InspectWith(pack, loaded, x.proofs.in(pack)).Problems {
		f.File = strings.TrimPrefix(f.File, p.Dir()+"/")
		if f.File == "" {
			f.File = content.ProgrammeFile
		}
		p.Problem = append(p.Problem, f)
		switch f.Severity {
		case content.Error:
			errs[f.File]++
		case content.Warning:
			warns[f.File]++
		case content.Advice:
		}
	}
	for i := range p.Files {
		f := &p.Files[i]
		f.Title, f.Errors, f.Warnings = cmp.Or(titles[f.Path], f.Path), errs[f.Path], warns[f.Path]
	}
	return nil
}

// Pieces are what may be put into a file that says text so far.
func (p DraftPage) Pieces(path, text string) []content.Piece {
	in := content.Beginning{Module: "mo-modulo"}
	if len(p.pack.Modules) > 0 {
		in.Module = p.pack.Modules[0].ID
	}
	return content.Pieces(content.KindOf(path), p.Lang, text, in)
}

// Check says what the checks say of a file as it was typed, in its draft. The files of
// the page stay as they are kept.
func (x *Drafts) Check(ctx context.Context, who people.Actor, id int64, path, body string) (DraftPage, error) {
	if len(body) > content.MaxSource {
		return DraftPage{}, content.ErrDraftLarge.With("Max", content.MaxSource>>10)
	}
	return x.read(ctx, x.db.Read(), who, people.WriteContent, id, &content.Written{Path: path, Body: body})
}
