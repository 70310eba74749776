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
	room    chan struct{} // whole packs that are read, proved or rendered at once
	proofs  *proofs
}

// draftRoom is how many drafts are read at once: proving a script takes time
// that nobody can cut short.
const draftRoom = 2

// NewDrafts makes the use cases of writing.
func NewDrafts(db *pg.DB, course *Course) *Drafts {
	return &Drafts{db: db, library: course.library, room: make(chan struct{}, draftRoom), proofs: &proofs{of: map[string]roleplay.Proof{}}}
}

// enter waits for room to read, prove or render a draft; leave must be called.
func (x *Drafts) enter(ctx context.Context) (leave func(), err error) {
	select {
	case x.room <- struct{}{}:
		return func() { <-x.room }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Faults of drafts.
var (
	ErrDraftBroken  = fault.New(fault.Invalid, "draft.broken") // N errors
	ErrDraftStale   = fault.New(fault.Conflict, "draft.stale")
	ErrDraftJoin    = fault.New(fault.Conflict, "draft.unjoined") // N files that were overtaken
	ErrDraftMoved   = fault.New(fault.Invalid, "draft.moved")     // Programme, Line: what its file must say
	ErrDraftHere    = fault.New(fault.Conflict, "draft.there")
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
	return x.open(ctx, who, cmd, contentdb.Draft{Pack: cmp.Or(pack, name), Programme: programme, Lang: in.Lang, LineID: line.ID, AuthorID: who.ID}, []contentdb.DraftFile{
		{Path: content.ProgrammeFile, Kind: content.KindProgramme, Body: content.Begin("programme", in.Lang, place)},
		{Path: "moduli/" + name + ".md", Kind: content.KindModule, Body: content.Begin("module", in.Lang, first)},
	})
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
