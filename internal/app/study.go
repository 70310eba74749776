package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Study is reading modules, and the volunteer's own first page.
type Study struct {
	db     *pg.DB
	course *Course
}

// NewStudy makes the use cases of studying.
func NewStudy(db *pg.DB, course *Course) *Study { return &Study{db: db, course: course} }

// Faults of studying.
var (
	ErrNotEnrolled = fault.New(fault.NotFound, "study.not_enrolled")
	ErrNotReadable = fault.New(fault.Conflict, "study.locked")
)

// ModuleState is one module of a path.
type ModuleState struct {
	Module  content.Module
	Hash    string
	Minutes int
	ReadAt  time.Time        // zero: not yet
	Reading coursedb.Reading // of the present version; the zero Reading is its beginning
	Locked  bool
	begun   coursedb.Reading // of the version that was opened last
}

// Home is what a volunteer's first page is made of.
type Home struct {
	Paths   []Path
	Answers []Answer // of each path, for each channel of its line
	Paused  time.Time
	Due     []Due
	Papers  []coursedb.Certificate // signed ones and proposals, the newest first
	Renew   []Renewable            // renewals that may begin
	Now     time.Time
}

// Answer finds the answer for a line and channel.
func (h Home) Answer(line, channel string) (Answer, bool) {
	for _, a := range h.Answers {
		if a.Line == line && a.Channel == channel {
			return a, true
		}
	}
	return Answer{}, false
}

// Due is a change of content that the person owes.
type Due struct {
	Release int64
	Line    coursedb.Line
	Impact  Impact
	By      time.Time
	Note    string
	Modules []string       // keys of the changed modules that are not read again yet
	Card    *coursedb.Card // of the catalogue, when that changed and not the programme
}

// Home reads the volunteer's own page: the same answer and reasons that the gate
// gives.
func (x *Study) Home(ctx context.Context, who people.Actor) (Home, error) {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return Home{}, err
	}
	q := x.db.Read()
	store := coursedb.New(q)
	paths, err := x.course.pathsOf(ctx, q, who)
	if err != nil {
		return Home{}, err
	}
	h := Home{Paths: paths}
	if len(paths) > 0 {
		h.Now = paths[0].Now
	}
	if h.Papers, err = store.CertificatesOf(ctx, who.ID); err != nil {
		return h, err
	}
	seen := map[int64]bool{}
	for _, p := range paths {
		if seen[p.Line.ID] {
			continue
		}
		seen[p.Line.ID] = true
		asked, err := store.FactsNow(ctx, who.ID, p.Line.ID)
		if err != nil {
			return h, err
		}
		h.Now = asked.Now
		for _, c := range p.channels() {
			h.Answers = append(h.Answers, Answer{
				Question: Question{Line: p.Line.Code, Channel: c, Agent: who.Number}, Version: asked.Version, Person: who.ID,
				Decision: gate.Decide(asked.Facts, gate.LineID(p.Line.ID), gate.Channel(c), asked.Now),
			})
		}
		owes := false
		for _, f := range asked.Facts.List {
			switch {
			case !f.ClosedAt.IsZero():
			case f.Kind == gate.Pause:
				h.Paused = f.From
			case f.Kind == gate.ContentDue:
				owes = true
			}
		}
		if !owes {
			continue
		}
		due, err := x.due(ctx, q, who.ID, p)
		if err != nil {
			return h, err
		}
		h.Due = append(h.Due, due...)
	}
	h.Renew, err = x.course.offers(ctx, q, h.Now, h.Papers, paths)
	return h, err
}

// due lists what a person owes of a path's line.
func (x *Study) due(ctx context.Context, q pg.Q, who people.ID, p Path) ([]Due, error) {
	open, err := coursedb.New(q).OpenDue(ctx, who, p.Line.ID)
	if err != nil {
		return nil, err
	}
	var list []Due
	for _, o := range open {
		r, err := contentdb.New(q).Release(ctx, o.Release)
		if errors.Is(err, contentdb.ErrNoContent) {
			card, _, err := coursedb.New(q).CardChange(ctx, o.Release)
			if err != nil {
				return nil, err
			}
			list = append(list, Due{Release: o.Release, Line: p.Line, Impact: card.Impact, By: o.At, Note: card.Note, Card: &card})
			continue
		}
		if err != nil {
			return nil, err
		}
		d := Due{Release: o.Release, Line: p.Line, Impact: Impact(r.Impact), By: o.At, Note: r.Note}
		parts, err := contentdb.New(q).Parts(ctx, o.Release)
		if err != nil {
			return nil, err
		}
		read, err := coursedb.New(q).ReadHashes(ctx, who)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			if part.Changed && part.Kind == string(content.KindModule) && !read[part.Hash] {
				d.Modules = append(d.Modules, part.Key)
			}
		}
		list = append(list, d)
	}
	return list, nil
}

// Shelf is the modules of a path in their order.
type Shelf struct {
	Path    Path
	Modules []ModuleState
}

// Modules lists the modules of a person's paths: of what is worked on first, then
// of their other programmes and of what was learnt before, each module once.
func (x *Study) Modules(ctx context.Context, who people.Actor) ([]Shelf, error) {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return nil, err
	}
	q := x.db.Read()
	paths, err := x.course.pathsOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	var shelves []Shelf
	shown := map[string]bool{}
	for _, p := range paths {
		list, err := x.modules(ctx, q, who.ID, p)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(m ModuleState) bool { return shown[m.Module.ID] })
		for _, m := range list {
			shown[m.Module.ID] = true
		}
		if len(list) > 0 {
			shelves = append(shelves, Shelf{Path: p, Modules: list})
		}
	}
	return shelves, nil
}

// studied is the path with a module, and its modules: of what is worked on, else
// of what was learnt before. people.ErrHidden: no path has it.
func (x *Study) studied(ctx context.Context, who people.Actor, key string) (Path, []ModuleState, error) {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return Path{}, nil, err
	}
	q := x.db.Read()
	paths, err := x.course.pathsOf(ctx, q, who)
	if err != nil {
		return Path{}, nil, err
	}
	for _, p := range paths {
		if slices.Contains(moduleOrder(p.Programme), key) {
			list, err := x.modules(ctx, q, who.ID, p)
			return p, list, err
		}
	}
	return Path{}, nil, people.ErrHidden
}

func (x *Study) modules(ctx context.Context, q pg.Q, who people.ID, p Path) ([]ModuleState, error) {
	readAt, undone := map[string]time.Time{}, map[cert.EvidenceID]bool{}
	for _, e := range p.Evidence {
		undone[e.Corrects] = true
	}
	for _, e := range p.Evidence {
		if (e.Kind == "module" || e.Kind == "prior") && e.Passed && !undone[e.ID] {
			readAt[e.Item] = e.At
		}
	}
	readings, err := coursedb.New(q).Readings(ctx, who, p.Lang)
	if err != nil {
		return nil, err
	}
	byKey := map[string]content.Module{}
	for _, m := range p.edition.Pack.Modules {
		byKey[m.ID] = m
	}
	var list []ModuleState
	for _, key := range moduleOrder(p.Programme) {
		m, ok := byKey[key]
		if !ok {
			continue
		}
		requirement, _ := moduleRequirement(p.Programme, key)
		line, _ := p.Report.Line(requirement)
		locked := line.State == cert.Locked || slices.ContainsFunc(m.Requires, func(r string) bool { return readAt[r].IsZero() })
		state := ModuleState{Module: m, Hash: m.Hash, Minutes: m.Minutes, ReadAt: readAt[key], Locked: locked}
		for _, r := range readings {
			if r.Key == key && state.begun.Hash == "" {
				state.begun = r
			}
			if r.Hash == m.Hash {
				state.Reading = r
			}
		}
		list = append(list, state)
	}
	return list, nil
}

// moduleOrder lists the modules that a programme asks for, in its order.
func moduleOrder(p content.Programme) []string {
	var keys []string
	for _, r := range p.Requirements {
		if r.Kind != content.ReqModules {
			continue
		}
		for _, g := range r.Content {
			keys = append(keys, g.Of...)
		}
	}
	return keys
}

// moduleRequirement is the requirement that a module belongs to.
func moduleRequirement(p content.Programme, key string) (string, bool) {
	for _, r := range p.Requirements {
		for _, g := range r.Content {
			if r.Kind == content.ReqModules && slices.Contains(g.Of, key) {
				return r.Key, true
			}
		}
	}
	return "", false
}

// Reader is one module as somebody reads it.
type Reader struct {
	Path    Path
	State   ModuleState
	Version contentdb.Version // the version begun, else the present one
	Reading coursedb.Reading
	All     []ModuleState
	Place   int  // of the module among All, from 0
	Known   bool // this very version was marked as read
}

// Read opens a module. Somebody who has begun an older version reads that to
// its end.
func (x *Study) Read(ctx context.Context, who people.Actor, key string) (Reader, error) {
	path, list, err := x.studied(ctx, who, key)
	if err != nil {
		return Reader{}, err
	}
	i := slices.IndexFunc(list, func(m ModuleState) bool { return m.Module.ID == key })
	if i < 0 {
		return Reader{}, people.ErrHidden
	}
	r := Reader{Path: path, State: list[i], All: list, Place: i}
	if r.State.Locked {
		return r, ErrNotReadable
	}
	hash := r.State.Hash
	r.Reading = r.State.Reading
	if begun := r.State.begun; r.State.ReadAt.IsZero() && begun.Hash != "" {
		hash, r.Reading = begun.Hash, begun
	}
	var ok bool
	if r.Version, ok = path.edition.versions[hash]; !ok {
		if r.Version, err = contentdb.New(x.db.Read()).Version(ctx, hash); err != nil {
			return r, err
		}
	}
	if hash == r.State.Hash {
		r.Version.Title = r.State.Module.Title // in the reader's words
	}
	if r.Version.HTML, err = namedPage(ctx, x.db.Read(), path.Line.ID, who, r.Version); err != nil {
		return r, err
	}
	r.Known = slices.ContainsFunc(path.Evidence, func(e coursedb.Evidence) bool { return e.Kind == "module" && e.Passed && e.ContentHash == hash })
	return r, nil
}

// Sections are the titles that the reader of a module goes through.
func (r Reader) Sections() []contentdb.Heading {
	var list []contentdb.Heading
	for _, h := range r.Version.Outline.V {
		if h.Level == 2 {
			list = append(list, h)
		}
	}
	return list
}

// Begun is how many sections lie before the one that the reader was at.
func (r Reader) Begun() int {
	return max(0, slices.IndexFunc(r.Sections(), func(h contentdb.Heading) bool { return h.ID == r.Reading.Anchor }))
}

// Position keeps the section a reader is at. It is not a command: nothing
// depends on it.
func (x *Study) Position(ctx context.Context, who people.Actor, key, anchor string) error {
	r, err := x.Read(ctx, who, key)
	if err != nil {
		return err
	}
	sections := r.Sections()
	i := slices.IndexFunc(sections, func(h contentdb.Heading) bool { return h.ID == anchor })
	if i < 0 {
		return people.ErrHidden
	}
	percent := i * 100 / len(sections)
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		return coursedb.New(q).SaveReading(ctx, who.ID, coursedb.Reading{Hash: r.Version.Hash, Anchor: anchor, Percent: percent}, now)
	})
}

// MarkRead is the reader's word at the end of a module: evidence of the exact
// version. It also settles a change that asked to read this module again.
func (x *Study) MarkRead(ctx context.Context, who people.Actor, cmd *pg.Command, key string) error {
	r, err := x.Read(ctx, who, key)
	if err != nil {
		return err
	}
	requirement, ok := moduleRequirement(r.Path.Programme, key)
	if !ok {
		return people.ErrHidden
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		switch e, err := store.Enrolment(ctx, r.Path.Enrolment.ID, true); {
		case err != nil:
			return err
		case e.Ended():
			return people.ErrHidden
		}
		evidence, err := store.Evidence(ctx, r.Path.Enrolment.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(evidence, func(e coursedb.Evidence) bool { return e.Kind == "module" && e.ContentHash == r.Version.Hash }) {
			e, err := store.AddEvidence(ctx, coursedb.Evidence{
				Person: who.ID, Enrolment: r.Path.Enrolment.ID, Requirement: requirement, Item: key, Kind: "module", ContentHash: r.Version.Hash,
				Passed: true, Score: -1, Author: who.ID, At: now,
			})
			if err != nil {
				return err
			}
			err = audit.Record(ctx, q, now, audit.Entry{
				Actor: who, As: people.Volunteer, Action: people.Study, Kind: "evidence", Subject: int64(e.ID), Detail: map[string]any{"module": key, "hash": e.Hash},
			})
			if err != nil {
				return err
			}
		}
		if err := store.SaveReading(ctx, who.ID, coursedb.Reading{Hash: r.Version.Hash, Percent: 100}, now); err != nil {
			return err
		}
		if err := x.course.review(ctx, q, now, r.Path.Enrolment.ID); err != nil {
			return err
		}
		return x.settleMicro(ctx, q, who, r.Path)
	})
}

// settleMicro closes the obligations whose changed modules are all read again.
func (x *Study) settleMicro(ctx context.Context, q pg.Q, who people.Actor, p Path) error {
	due, err := x.due(ctx, q, who.ID, p)
	if err != nil {
		return err
	}
	var changes []coursedb.FactChange
	for _, d := range due {
		if d.Impact == Micro && d.Card == nil && len(d.Modules) == 0 {
			changes = append(changes, coursedb.FactChange{Person: who.ID, Close: true, Fact: gate.Fact{Kind: gate.ContentDue, Line: gate.LineID(p.Line.ID), Ref: d.Release}})
		}
	}
	_, err = coursedb.New(q).Record(ctx, changes...)
	return err
}

// SetPause lets a volunteer stop for a while, or go on; nobody asks why.
func (x *Study) SetPause(ctx context.Context, who people.Actor, cmd *pg.Command, pause bool) error {
	if err := who.Must(people.PauseSelf, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		err := audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Volunteer, Action: people.PauseSelf, Kind: "person", Subject: int64(who.ID), Detail: map[string]any{"pause": pause},
		})
		if err != nil {
			return err
		}
		changes := []coursedb.FactChange{{Person: who.ID, Close: true, Fact: gate.Fact{Kind: gate.Pause}}}
		if pause {
			changes = append(changes, coursedb.FactChange{Person: who.ID, Now: true, Fact: gate.Fact{Kind: gate.Pause}})
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}
