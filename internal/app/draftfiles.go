package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// SavedDraft is what became of a file that was kept.
type SavedDraft struct {
	Version int
	At      time.Time
}

// DraftText is a file of a draft as somebody typed it.
type DraftText struct {
	Body    string
	Version int   // that was read
	Joined  int64 // release whose text this one was joined with, where the file was overtaken; else of no account
}

// Save keeps a file as it was typed over the version that was read. The second of
// two editors gets ErrChanged; nothing of either is lost. A file that was overtaken
// stays so until its text was joined with the published one.
func (x *Drafts) Save(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, path string, in DraftText) error {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		_, err := x.keep(ctx, q, now, who, p, contentdb.DraftFile{Path: path, Body: in.Body, Version: in.Version}, p.On(in.Joined))
		if err != nil {
			return err
		}
		return x.told(ctx, q, now, who, id, "save", path, content.HashOf(in.Body))
	})
}

// Autosave is Save while somebody goes on writing: no command, no entry of the record.
func (x *Drafts) Autosave(ctx context.Context, who people.Actor, id int64, path string, in DraftText) (SavedDraft, error) {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return SavedDraft{}, err
	}
	var s SavedDraft
	err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		var err error
		s.Version, err = x.keep(ctx, q, now, who, p, contentdb.DraftFile{Path: path, Body: in.Body, Version: in.Version}, p.On(in.Joined))
		s.At = now
		return err
	})
	return s, err
}

func (x *Drafts) told(ctx context.Context, q pg.Q, now time.Time, who people.Actor, id int64, did, path, hash string) error {
	return audit.Record(ctx, q, now, audit.Entry{
		Actor: who, As: writerOf(who), Action: people.WriteContent, Kind: "draft", Subject: id, Detail: map[string]any{"did": did, "path": path, "hash": hash},
	})
}

// forWriting lays out a draft for somebody who writes in it. No check has a say in
// what is kept, and a text that saves itself waits for none.
func (x *Drafts) forWriting(ctx context.Context, who people.Actor, id int64) (DraftPage, error) {
	if err := mustWriteSomewhere(who); err != nil {
		return DraftPage{}, err
	}
	return x.lay(ctx, x.db.Read(), who, people.WriteContent, id, nil)
}

// keep stores a file of a draft that is open. A new path must be good. What was
// overtaken is taken to stand on the published file only when it was joined with it.
func (x *Drafts) keep(ctx context.Context, q pg.Q, now time.Time, who people.Actor, p DraftPage, f contentdb.DraftFile, joined bool) (int, error) {
	if refused := content.MayKeep(f.Body); refused != nil {
		return 0, fault.Form{refused.On("body")}
	}
	store, err := lockOpen(ctx, q, p.ID)
	if err != nil {
		return 0, err
	}
	at, err := p.Entry(f.Path)
	if err != nil {
		return 0, err
	}
	f.Kind, f.AuthorID, f.BaseHash = at.Kind, who.ID, at.Base
	if !at.Overtaken || joined {
		f.BaseHash = at.Over()
	}
	version, err := store.SaveDraftFile(ctx, p.ID, f, now)
	if !errors.Is(err, contentdb.ErrDraftChanged) {
		return version, err
	}
	written, err := store.DraftFiles(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	for _, w := range written { // the same text is no other: an answer was lost, or it saved itself meanwhile
		if w.Path == f.Path && w.Body == f.Body && w.Removed == f.Removed {
			return w.Version, nil
		}
	}
	return 0, ErrChanged
}

// Add begins a new file from a template and returns its path.
func (x *Drafts) Add(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, template, name, title string) (string, error) {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return "", err
	}
	if err := x.prove(ctx, &p); err != nil { // the template names a channel and a module of the pack
		return "", err
	}
	var form fault.Form
	form.Add(!slices.Contains(content.Templates, template), "template", ErrChoice)
	required(&form, "title", title, 120)
	path, bad := content.NewPath(content.TemplateKind(template), name)
	form.Add(bad != nil, "name", content.ErrDraftPath)
	i := slices.IndexFunc(p.Files, func(f DraftEntry) bool { return f.Path == path })
	form.Add(bad == nil && i >= 0, "name", content.ErrDraftTaken)
	if err := form.Err(); err != nil {
		return "", refuse(ctx, x.db, cmd, err)
	}
	name = strings.TrimSuffix(strings.TrimSpace(name), ".md")
	in := content.Beginning{ID: content.ShortKind(template) + "-" + name, Title: title, Line: p.Line.Code, Channel: content.ChannelWord("phone", p.Lang), Module: "mo-" + name}
	if len(p.pack.Programme.Channels) > 0 {
		in.Channel = content.ChannelWord(p.pack.Programme.Channels[0], p.Lang)
	}
	if len(p.pack.Modules) > 0 {
		in.Module = p.pack.Modules[0].ID
	}
	f := contentdb.DraftFile{Path: path, Kind: content.TemplateKind(template), Body: content.Begin(template, p.Lang, in), AuthorID: who.ID}
	return path, x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store, err := lockOpen(ctx, q, id)
		if err != nil {
			return err
		}
		if refused := content.MayKeep(f.Body); refused != nil {
			return refused
		}
		written, err := store.DraftFiles(ctx, id)
		if err != nil {
			return err
		}
		for _, w := range written { // added once and taken away again
			if w.Path == path {
				f.Version = w.Version
			}
		}
		if _, err := store.SaveDraftFile(ctx, id, f, now); errors.Is(err, contentdb.ErrDraftChanged) {
			return fault.Form{content.ErrDraftTaken.On("name")}
		} else if err != nil {
			return err
		}
		return x.told(ctx, q, now, who, id, "add", path, content.HashOf(f.Body))
	})
}

// Remove takes a file out of the draft. A published one can be put back.
func (x *Drafts) Remove(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, path string, version int) error {
	return x.change(ctx, who, cmd, id, path, "remove", func(at DraftEntry) (contentdb.DraftFile, error) {
		if path == content.ProgrammeFile {
			return contentdb.DraftFile{}, ErrDraftKeep
		}
		if at.Change == content.Removed && !at.Overtaken {
			return contentdb.DraftFile{}, content.ErrDraftState
		}
		return contentdb.DraftFile{Path: path, Body: at.Body, Removed: true, Version: version}, nil
	})
}

// Restore puts a file back as it is published.
func (x *Drafts) Restore(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, path string, version int) error {
	return x.change(ctx, who, cmd, id, path, "restore", func(at DraftEntry) (contentdb.DraftFile, error) {
		if at.Change == content.Added || at.Change == content.Same {
			return contentdb.DraftFile{}, content.ErrDraftState
		}
		return contentdb.DraftFile{Path: path, Body: at.Published, Version: version}, nil
	})
}

// refuse answers a command that is refused by what it finds: the same command sent
// again is answered as it was the first time, for it may be what is found.
func refuse(ctx context.Context, db *pg.DB, cmd *pg.Command, err error) error {
	return db.Do(ctx, cmd, func(pg.Q, time.Time) error { return err })
}

func (x *Drafts) change(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, path, did string, to func(at DraftEntry) (contentdb.DraftFile, error)) error {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return err
	}
	at, err := p.Entry(path)
	if err != nil {
		return err
	}
	f, err := to(at)
	if err != nil {
		return refuse(ctx, x.db, cmd, err)
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if _, err := x.keep(ctx, q, now, who, p, f, true); err != nil {
			return err
		}
		return x.told(ctx, q, now, who, id, did, path, content.HashOf(f.Body))
	})
}

// Rebase lets the draft start from the newest release. A file that was published
// otherwise meanwhile is joined with what was written, where nobody has to choose;
// any other stays as it is written and says so.
func (x *Drafts) Rebase(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, version int) error {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return err
	}
	if !p.Stale() {
		return refuse(ctx, x.db, cmd, content.ErrDraftState)
	}
	newest, _, err := x.sources(ctx, p.Newest.ID)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		d, err := store.Draft(ctx, id, true)
		if err != nil {
			return err
		}
		if d.State != content.DraftOpen {
			return content.ErrDraftState
		}
		if d.Version != version {
			return ErrChanged
		}
		if err := store.RebaseDraft(ctx, id, p.Newest.ID, now); err != nil {
			return err
		}
		joined, err := x.join(ctx, store, now, who, id, newest)
		if err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: writerOf(who), Action: people.WriteContent, Kind: "draft", Subject: id, Detail: map[string]any{"did": "rebase", "release": p.Newest.ID, "joined": joined},
		})
	})
}

// join puts what others published into the files of a draft where that needs no
// choice, and returns the hashes of the joined texts by path.
func (x *Drafts) join(ctx context.Context, store contentdb.Store, now time.Time, who people.Actor, id int64, published map[string]string) (map[string]string, error) {
	written, err := store.DraftFiles(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, over := map[string]contentdb.DraftFile{}, []content.Written(nil)
	for _, w := range written {
		rows[w.Path], over = w, append(over, w.Written())
	}
	hashes := map[string]string{}
	for _, f := range content.Compose(published, over) {
		if !f.Overtaken || f.Change != content.Edited {
			continue
		}
		was, err := began(ctx, store, f)
		if err != nil {
			return nil, err
		}
		chunks := content.Merge(was, f.Body, f.Published)
		text := content.Joined(chunks, nil)
		if content.Conflicts(chunks) > 0 || content.MayKeep(text) != nil {
			continue
		}
		row := rows[f.Path]
		row.Body, row.BaseHash, row.AuthorID = text, f.Over(), who.ID
		if _, err := store.SaveDraftFile(ctx, id, row, now); err != nil {
			return nil, err
		}
		hashes[f.Path] = content.HashOf(text)
	}
	return hashes, nil
}
