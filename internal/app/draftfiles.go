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

// Save keeps a file as it was typed over the version that was read. The second of
// two editors gets ErrChanged; nothing of either is lost.
func (x *Drafts) Save(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, path, body string, version int) error {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		_, err := x.keep(ctx, q, now, who, p, contentdb.DraftFile{Path: path, Body: body, Version: version})
		if err != nil {
			return err
		}
		return x.told(ctx, q, now, who, id, "save", path, content.HashOf(body))
	})
}

// Autosave is Save while somebody goes on writing: no command, no entry of the record.
func (x *Drafts) Autosave(ctx context.Context, who people.Actor, id int64, path, body string, version int) (SavedDraft, error) {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return SavedDraft{}, err
	}
	var s SavedDraft
	err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		var err error
		s.Version, err = x.keep(ctx, q, now, who, p, contentdb.DraftFile{Path: path, Body: body, Version: version})
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

// keep stores a file of a draft that is open. A new path must be good; the base of
// a file that is already there stays what it was.
func (x *Drafts) keep(ctx context.Context, q pg.Q, now time.Time, who people.Actor, p DraftPage, f contentdb.DraftFile) (int, error) {
	if refused := content.MayKeep(f.Body); refused != nil {
		return 0, fault.Form{refused.On("body")}
	}
	store := contentdb.New(q)
	d, err := store.Draft(ctx, p.ID, true)
	if err != nil {
		return 0, err
	}
	if d.State != content.DraftOpen {
		return 0, content.ErrDraftState
	}
	at, err := p.Entry(f.Path)
	if err != nil {
		return 0, err
	}
	f.Kind, f.AuthorID = at.Kind, who.ID
	if at.Change != content.Added {
		f.BaseHash = content.HashOf(at.Published)
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
		store := contentdb.New(q)
		d, err := store.Draft(ctx, id, true)
		if err != nil {
			return err
		}
		if d.State != content.DraftOpen {
			return content.ErrDraftState
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
		if at.Change == content.Removed {
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
		if _, err := x.keep(ctx, q, now, who, p, f); err != nil {
			return err
		}
		return x.told(ctx, q, now, who, id, did, path, content.HashOf(f.Body))
	})
}

// Rebase lets the draft start from the newest release. What was written stays
// as it is; a file that was published otherwise meanwhile says so.
func (x *Drafts) Rebase(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, version int) error {
	p, err := x.forWriting(ctx, who, id)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		d, err := store.Draft(ctx, id, true)
		if err != nil {
			return err
		}
		if d.State != content.DraftOpen || !p.Stale() {
			return content.ErrDraftState
		}
		if d.Version != version {
			return ErrChanged
		}
		if err := store.RebaseDraft(ctx, id, p.Newest.ID, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: writerOf(who), Action: people.WriteContent, Kind: "draft", Subject: id, Detail: map[string]any{"did": "rebase", "release": p.Newest.ID},
		})
	})
}
