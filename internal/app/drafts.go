package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Drafts is content while it is written: a draft is the newest release of a
// programme with the files that were changed, added and taken away since.
type Drafts struct {
	db      *pg.DB
	library *library
	room    *semaphore.Weighted // whole packs that are read, proved or rendered at once
	proofs  *proofs
}

// draftRoom is how many drafts are read at once: proving a script takes time
// that nobody can cut short.
const draftRoom = 2

// NewDrafts makes the use cases of writing.
func NewDrafts(db *pg.DB, course *Course) *Drafts {
	return &Drafts{db: db, library: course.library, room: semaphore.NewWeighted(draftRoom), proofs: &proofs{of: map[string]roleplay.Proof{}}}
}

// Faults of drafts.
var (
	ErrDraftBroken  = fault.New(fault.Invalid, "draft.broken") // N errors
	ErrDraftStale   = fault.New(fault.Conflict, "draft.stale")
	ErrDraftMoved   = fault.New(fault.Invalid, "draft.moved") // Programme, Line: what its file must say
	ErrDraftHere    = fault.New(fault.Conflict, "draft.there")
	ErrDraftNoLine  = fault.New(fault.NotFound, "fault.not_found")
	ErrDraftWords   = fault.New(fault.Invalid, "draft.words")
	ErrDraftNothing = fault.New(fault.Conflict, "draft.nothing")
	ErrDraftPlan    = fault.New(fault.Conflict, "draft.plan_changed")
	ErrDraftKeep    = fault.New(fault.Conflict, "draft.keep_programme")
)

// Desk is what somebody finds who writes: the programmes of their lines.
type Desk struct {
	Programmes []DeskProgramme
	Lines      []coursedb.Line // where they may write
}

// DeskProgramme is a programme in one language.
type DeskProgramme struct {
	Release  *contentdb.Release // nil: nothing was published yet
	Draft    *contentdb.Draft   // nil: nobody writes
	Title    string
	Line     coursedb.Line
	MayWrite bool
}

// Desk lists the programmes of the lines whose content somebody may read.
func (x *Drafts) Desk(ctx context.Context, who people.Actor) (Desk, error) {
	if err := who.MustSomewhere(people.ReadContent); err != nil {
		return Desk{}, err
	}
	q := x.db.Read()
	courses, store := coursedb.New(q), contentdb.New(q)
	lines, err := courses.LinesWithin(ctx, who.Reach(people.ReadContent))
	if err != nil {
		return Desk{}, err
	}
	var d Desk
	if d.Lines, err = courses.LinesWithin(ctx, who.Reach(people.WriteContent)); err != nil {
		return d, err
	}
	var ids []int64
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	drafts, err := store.Drafts(ctx, ids)
	if err != nil {
		return d, err
	}
	releases, err := store.Programmes(ctx)
	if err != nil {
		return d, err
	}
	writes := func(line int64) bool {
		return slices.ContainsFunc(d.Lines, func(l coursedb.Line) bool { return l.ID == line })
	}
	for _, r := range releases {
		e, err := x.library.edition(ctx, r.ID)
		if err != nil {
			return d, err
		}
		i := slices.IndexFunc(lines, func(l coursedb.Line) bool { return l.Code == e.Pack.Programme.Line })
		if i < 0 {
			continue
		}
		p := DeskProgramme{Release: &r, Title: r.Title, Line: lines[i], MayWrite: writes(lines[i].ID)}
		if k := slices.IndexFunc(drafts, func(d contentdb.Draft) bool { return d.Programme == r.Programme && d.Lang == r.Lang }); k >= 0 {
			draft := drafts[k]
			p.Draft, drafts = &draft, slices.Delete(drafts, k, k+1)
		}
		d.Programmes = append(d.Programmes, p)
	}
	for _, draft := range drafts {
		i := slices.IndexFunc(lines, func(l coursedb.Line) bool { return l.ID == draft.LineID })
		d.Programmes = append(d.Programmes, DeskProgramme{Draft: &draft, Title: draft.Programme, Line: lines[i], MayWrite: writes(draft.LineID)})
	}
	return d, nil
}

// lineFor finds a line where the actor may do something; any other does not exist.
func lineFor(ctx context.Context, q pg.Q, who people.Actor, do people.Action, is func(coursedb.Line) bool) (coursedb.Line, error) {
	lines, err := coursedb.New(q).LinesWithin(ctx, who.Reach(do))
	if err != nil {
		return coursedb.Line{}, err
	}
	i := slices.IndexFunc(lines, is)
	if i < 0 {
		return coursedb.Line{}, people.ErrHidden
	}
	return lines[i], nil
}

// writerOf is the role in which somebody writes on a line.
func writerOf(who people.Actor) people.Role {
	if who.Has(people.Trainer) {
		return people.Trainer
	}
	return people.Coordinator
}

// Open begins a draft of a programme from its newest release.
func (x *Drafts) Open(ctx context.Context, who people.Actor, cmd *pg.Command, programme, lang string) (int64, error) {
	if err := mustWriteSomewhere(who); err != nil {
		return 0, err
	}
	q := x.db.Read()
	last, err := contentdb.New(q).Current(ctx, programme, lang)
	if err != nil {
		return 0, err
	}
	e, err := x.library.edition(ctx, last.ID)
	if err != nil {
		return 0, err
	}
	line, err := lineFor(ctx, q, who, people.WriteContent, func(l coursedb.Line) bool { return l.Code == e.Pack.Programme.Line })
	if err != nil {
		return 0, err
	}
	return x.open(ctx, who, cmd, contentdb.Draft{Pack: e.Pack.Name, Programme: programme, Lang: lang, LineID: line.ID, BaseID: &last.ID, AuthorID: who.ID}, nil)
}

// mustWriteSomewhere guards commands that a person gives: a program writes no drafts.
func mustWriteSomewhere(who people.Actor) error {
	if who.ID == 0 {
		return people.ErrHidden
	}
	return who.MustSomewhere(people.WriteContent)
}

// NewProgramme is a programme that nobody has published yet.
type NewProgramme struct {
	Line  string // code
	Name  string // id of the programme and name of its pack, without the "pr-"
	Title string
	Lang  string
}

// OpenNew begins a draft of a new programme, or of another language of one.
func (x *Drafts) OpenNew(ctx context.Context, who people.Actor, cmd *pg.Command, in NewProgramme) (int64, error) {
	if err := mustWriteSomewhere(who); err != nil {
		return 0, err
	}
	q := x.db.Read()
	line, err := lineFor(ctx, q, who, people.WriteContent, func(l coursedb.Line) bool { return l.Code == in.Line })
	if err != nil {
		return 0, err
	}
	var form fault.Form
	name := strings.TrimPrefix(strings.TrimSpace(in.Name), "pr-")
	_, bad := content.NewPath(content.KindModule, name)
	form.Add(bad != nil, "name", content.ErrDraftPath)
	required(&form, "title", in.Title, 120)
	form.Add(in.Lang != "it" && in.Lang != "en", "lang", ErrChoice)
	if err := form.Err(); err != nil {
		return 0, err
	}
	programme := "pr-" + name
	pack, err := x.mayBegin(ctx, q, programme, in.Lang, line)
	if err != nil {
		return 0, err
	}
	channel := "phone"
	if len(line.Channels) > 0 && !slices.Contains(line.Channels, channel) {
		channel = line.Channels[0]
	}
	place := content.Beginning{ID: programme, Title: in.Title, Line: line.Code, Channel: content.ChannelWord(channel, in.Lang), Module: "mo-" + name}
	first := content.Beginning{ID: place.Module, Title: in.Title}
	return x.open(ctx, who, cmd, contentdb.Draft{Pack: or(pack, name), Programme: programme, Lang: in.Lang, LineID: line.ID, AuthorID: who.ID}, []contentdb.DraftFile{
		{Path: content.ProgrammeFile, Kind: content.KindProgramme, Body: content.Begin("programme", in.Lang, place)},
		{Path: "moduli/" + name + ".md", Kind: content.KindModule, Body: content.Begin("module", in.Lang, first)},
	})
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// mayBegin refuses a programme that is published in the language already, or that
// belongs to another line in another language; it returns the pack of that.
func (x *Drafts) mayBegin(ctx context.Context, q pg.Q, programme, lang string, line coursedb.Line) (pack string, err error) {
	for _, l := range []string{"it", "en"} {
		r, err := contentdb.New(q).Current(ctx, programme, l)
		if errors.Is(err, contentdb.ErrNoContent) {
			continue
		}
		if err != nil {
			return "", err
		}
		e, err := x.library.edition(ctx, r.ID)
		if err != nil {
			return "", err
		}
		if l == lang || e.Pack.Programme.Line != line.Code {
			return "", fault.Form{ErrDraftHere.On("name")}
		}
		pack = e.Pack.Name
	}
	return pack, nil
}

func (x *Drafts) open(ctx context.Context, who people.Actor, cmd *pg.Command, d contentdb.Draft, files []contentdb.DraftFile) (int64, error) {
	var id int64
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		var err error
		if id, err = store.AddDraft(ctx, d, now); err != nil {
			return err
		}
		for _, f := range files {
			f.AuthorID = who.ID
			if refused := content.MayKeep(f.Body); refused != nil {
				return refused
			}
			if _, err := store.SaveDraftFile(ctx, id, f, now); err != nil {
				return err
			}
		}
		cmd.Created(id)
		detail := map[string]any{"did": "open", "programme": d.Programme, "lang": d.Lang}
		if d.BaseID != nil {
			detail["release"] = *d.BaseID
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: writerOf(who), Action: people.WriteContent, Kind: "draft", Subject: id, Detail: detail})
	})
	return id, err
}

// DraftPage is a draft as a whole.
type DraftPage struct {
	contentdb.Draft
	Line    coursedb.Line
	Title   string // of the programme, as it is written now
	Files   []DraftEntry
	Notes   []contentdb.DraftNote
	Base    *contentdb.Release // what it starts from
	Newest  *contentdb.Release // what is published now
	Problem []content.Problem  // of the whole draft; File is the path within it
	Now     time.Time

	MayWrite, MayReview, MayPublish bool

	pack content.Pack
	tree content.Memory
}

// DraftEntry is a file of a draft.
type DraftEntry struct {
	content.DraftFile
	Title     string // as it is written now; "" when it cannot be read
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

// WroteIt tells whether somebody wrote in the draft.
func (p DraftPage) WroteIt(who people.Actor) bool { return p.Wrote(who.ID) }

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

// Script is the script in a file as it is written now, nil for any other file.
func (p DraftPage) Script(path string) *content.Script {
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

// read loads a draft for somebody who may do something with it; typed stands in
// the place of a file for this reading only.
func (x *Drafts) read(ctx context.Context, q pg.Q, who people.Actor, do people.Action, id int64, typed *content.Written) (DraftPage, error) {
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
		if published, err = x.sources(ctx, *p.BaseID); err != nil {
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
	return p, x.prove(ctx, &p, published, written, typed)
}

// prove composes the draft, reads it and asks every check.
func (x *Drafts) prove(ctx context.Context, p *DraftPage, published map[string]string, written []contentdb.DraftFile, typed *content.Written) error {
	byPath := map[string]contentdb.DraftFile{}
	var over []content.Written
	for _, f := range written {
		byPath[f.Path] = f
		over = append(over, f.Written())
	}
	files := content.Compose(published, over)
	if typed != nil {
		if !slices.ContainsFunc(files, func(f content.DraftFile) bool { return f.Path == typed.Path }) {
			return people.ErrHidden
		}
		files = content.Compose(published, append(over, *typed))
	}
	p.tree = content.Tree(p.Dir(), files)
	if err := x.room.Acquire(ctx, 1); err != nil {
		return err
	}
	defer x.room.Release(1)
	pack, loaded := content.Load(p.tree, p.Dir())
	p.pack = pack
	p.Title = or(pack.Programme.Title, p.Programme)
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
	for _, f := range files {
		w := byPath[f.Path]
		p.Files = append(p.Files, DraftEntry{
			DraftFile: f, Title: or(titles[f.Path], f.Path), Version: w.Version, Author: w.Author, UpdatedAt: w.UpdatedAt, Errors: errs[f.Path], Warnings: warns[f.Path],
		})
	}
	return nil
}

// Check says what the checks say of a file as it was typed, in its draft.
func (x *Drafts) Check(ctx context.Context, who people.Actor, id int64, path, body string) (DraftPage, error) {
	if len(body) > content.MaxSource {
		return DraftPage{}, content.ErrDraftLarge.With("Max", content.MaxSource>>10)
	}
	return x.read(ctx, x.db.Read(), who, people.WriteContent, id, &content.Written{Path: path, Body: body})
}

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

// forWriting reads a draft for somebody who writes in it.
func (x *Drafts) forWriting(ctx context.Context, who people.Actor, id int64) (DraftPage, error) {
	if err := mustWriteSomewhere(who); err != nil {
		return DraftPage{}, err
	}
	return x.read(ctx, x.db.Read(), who, people.WriteContent, id, nil)
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
