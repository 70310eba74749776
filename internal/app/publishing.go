package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/content/markdown"
	"abilita/course/catalogue"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Publishing makes content immutable and tells whom a change touches.
type Publishing struct {
	db     *pg.DB
	course *Course
	drafts *Drafts
	media  *Media
}

// NewPublishing makes the use cases of publishing.
func NewPublishing(db *pg.DB, course *Course, drafts *Drafts, media *Media) *Publishing {
	return &Publishing{db: db, course: course, drafts: drafts, media: media}
}

// Faults of publishing.
var (
	ErrContentBroken = fault.New(fault.Invalid, "publish.broken")
	ErrNeedsNote     = fault.New(fault.Invalid, "publish.needs_note")
	ErrNoProgramme   = fault.New(fault.Invalid, "publish.no_programme")
	ErrImpact        = fault.New(fault.Invalid, "publish.impact")
	ErrNeedsDeadline = fault.New(fault.Invalid, "publish.needs_deadline")
	ErrDeadlinePast  = fault.New(fault.Invalid, "publish.deadline_past")
	ErrUnchanged     = fault.New(fault.Conflict, "publish.unchanged")
	ErrNothingDue    = fault.New(fault.NotFound, "publish.nothing_due")
)

// Impact is what a change asks of people who are certified already.
type Impact = catalogue.Impact

// The impacts of what is published.
const (
	NoImpact  = catalogue.None
	Notice    = catalogue.Notice
	Confirm   = catalogue.Confirm   // read and confirm by the deadline
	Micro     = catalogue.Micro     // read the changed modules again by the deadline
	Recertify = catalogue.Recertify // a new certificate by the deadline
)

// Publication is what to publish and what it means for others.
type Publication struct {
	Files  fs.FS // holds the folder Dir
	Dir    string
	Impact Impact
	By     string // deadline, 2006-01-02: until 24:00 of that day in the line's zone; empty: as the programme says
	Note   string // required when a check warns
}

// Published is what publishing did.
type Published struct {
	Plan
	Release  int64 // 0: a preview
	Problems []content.Problem
}

// shippedWords is the note of what comes with the program, in the language of the pack.
var shippedWords = map[string]string{"it": "Arrivato con il programma.", "en": "It came with the program."}

// Ship publishes the packs that come with the program whose programme was never
// published here: those of a first start. Later versions are for people to
// publish, who know what they mean for others.
func (x *Publishing) Ship(ctx context.Context, who people.Actor, shipped fs.FS) error {
	if err := who.Must(people.Publish, people.Target{}); err != nil {
		return err
	}
	names, err := fs.Glob(shipped, "*/*/"+content.ProgrammeFile)
	if err != nil {
		return err
	}
	for _, name := range names {
		dir := path.Dir(name)
		pack, _ := content.Load(shipped, dir)
		_, err := contentdb.New(x.db.Read()).Current(ctx, pack.Programme.ID, pack.Lang)
		if err == nil {
			continue
		}
		if !errors.Is(err, contentdb.ErrNoContent) {
			return err
		}
		cmd := &pg.Command{Key: "ship-" + pack.Programme.Hash[:40], Route: "ship", BodyHash: pg.HashBody(dir)}
		var done *pg.Replayed
		if _, err := x.Publish(ctx, who, cmd, Publication{Files: shipped, Dir: dir, Impact: NoImpact, Note: shippedWords[pack.Lang]}); err != nil && !errors.As(err, &done) {
			return fmt.Errorf("publish %s: %w", dir, err)
		}
	}
	return nil
}

// Publish checks a pack and makes it the newest release of its programme. With
// an impact that has a deadline every person certified on the old version of a
// changed part owes it, and the gate says content_overdue from the deadline on.
// Nobody's certificate becomes shorter. People in the middle go on with the new
// release; what they have begun stays on its version.
func (x *Publishing) Publish(ctx context.Context, who people.Actor, cmd *pg.Command, in Publication) (Published, error) {
	r, out, err := x.ready(ctx, who, in)
	if err == nil {
		err = x.keep(ctx, &r, in)
	}
	if err != nil {
		return out, err
	}
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		out.Plan = Plan{}
		return x.publish(ctx, q, now, who, r, in, &out)
	})
	return out, err
}

// Preview says what Publish would do at this instant, and stores nothing.
func (x *Publishing) Preview(ctx context.Context, who people.Actor, in Publication) (Published, error) {
	r, out, err := x.ready(ctx, who, in)
	if err != nil {
		return out, err
	}
	err = x.db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		p, err := plan(ctx, q, now, r, in)
		out.Plan = p.Plan
		return err
	})
	return out, err
}

// ready checks what is to be published and who asks.
func (x *Publishing) ready(ctx context.Context, who people.Actor, in Publication) (pressing, Published, error) {
	pack, problems := content.Load(in.Files, in.Dir)
	problems = append(problems, content.Check(pack)...)
	r, out := pressing{pack: pack}, Published{Problems: problems}
	if slices.ContainsFunc(problems, func(p content.Problem) bool { return p.Severity == content.Error }) {
		return r, out, ErrContentBroken
	}
	if pack.Programme.ID == "" {
		return r, out, ErrNoProgramme
	}
	if slices.ContainsFunc(problems, func(p content.Problem) bool { return p.Severity == content.Warning }) && strings.TrimSpace(in.Note) == "" {
		return r, out, ErrNeedsNote
	}
	if !slices.Contains(catalogue.Impacts, in.Impact) {
		return r, out, ErrImpact
	}
	var err error
	r.line, err = coursedb.New(x.db.Read()).LineByCode(ctx, pack.Programme.Line)
	if err != nil && !errors.Is(err, coursedb.ErrNotFound) {
		return r, out, err
	}
	if err := who.Must(people.Publish, people.Target{Line: r.line.ID}); err != nil {
		return r, out, err
	}
	r.versions, err = render(pack, in.Dir)
	return r, out, err
}

// keep puts the media of what was checked into the store of blobs, and renders
// the pages that show their narrower forms.
func (x *Publishing) keep(ctx context.Context, r *pressing, in Publication) error {
	if len(r.pack.Media) == 0 {
		return nil
	}
	err := x.media.keep(ctx, in.Files, r.pack.Media)
	if err == nil {
		r.versions, err = render(r.pack, in.Dir)
	}
	return err
}

func (x *Publishing) publish(ctx context.Context, q pg.Q, now time.Time, who people.Actor, r pressing, in Publication, out *Published) error {
	store, courses := contentdb.New(q), coursedb.New(q)
	if err := store.LockProgramme(ctx, r.pack.Programme.ID, r.pack.Lang); err != nil {
		return err
	}
	p, err := plan(ctx, q, now, r, in)
	if err != nil {
		return err
	}
	out.Plan = p.Plan
	for _, v := range r.versions {
		if err := store.AddVersion(ctx, v, who.ID, now); err != nil {
			return err
		}
	}
	programme := r.pack.Programme
	out.Release, err = store.AddRelease(ctx, contentdb.Release{
		Programme: programme.ID, Lang: r.pack.Lang, Hash: programme.Hash, Impact: string(in.Impact), DueAt: out.By, Note: strings.TrimSpace(in.Note),
	}, p.parts, who.ID, now)
	if err != nil {
		return err
	}
	if err := x.bind(ctx, store, r, out.Release, in.Dir); err != nil {
		return err
	}
	if err := store.SaveBank(ctx, bankOf(r.pack, out.Release)); err != nil {
		return err
	}
	if err := courses.MoveEnrolments(ctx, programme.ID, out.Release); err != nil {
		return err
	}
	err = audit.Record(ctx, q, now, audit.Entry{
		Actor: who, As: people.Trainer, Action: people.Publish, Kind: "release", Subject: out.Release,
		Detail: map[string]any{"programme": programme.ID, "impact": in.Impact, "changed": out.Changed, "touched": len(out.Touched)},
	})
	if err != nil {
		return err
	}
	var changes []coursedb.FactChange
	for _, person := range out.Touched {
		vals := map[string]any{"Line": r.line.Name, "Impact": string(in.Impact), "Words": strings.TrimSpace(in.Note)}
		if out.By != nil {
			vals["By"] = out.By.Format(time.RFC3339)
			changes = append(changes, coursedb.FactChange{Person: person, Fact: gate.Fact{Kind: gate.ContentDue, Line: gate.LineID(r.line.ID), Ref: out.Release, From: *out.By}})
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "content_changed", Vals: vals}); err != nil {
			return err
		}
	}
	_, err = courses.Record(ctx, changes...)
	return err
}

// bind names the media of a release by path and content. A module that was
// published before keeps its page, so none of its media may be another now.
func (x *Publishing) bind(ctx context.Context, store contentdb.Store, r pressing, release int64, dir string) error {
	list := inside(dir, r.pack.Media)
	for _, m := range r.pack.Modules {
		var named []content.Medium
		for _, medium := range list {
			if slices.ContainsFunc(m.Mentions, func(n content.Mention) bool {
				return n.Path == dir+"/"+medium.Path || n.Poster == dir+"/"+medium.Path
			}) {
				named = append(named, medium)
			}
		}
		path, err := store.MediaReused(ctx, m.Hash, named)
		if err != nil {
			return err
		}
		if path != "" {
			return content.ErrMediaReused.With("Name", path)
		}
	}
	return store.AddReleaseMedia(ctx, release, list)
}

// deadline is 24:00 of the day that was chosen, else of the day as many days from now
// as is usual. What has no usual time, like a new certification, must choose its day.
func deadline(by string, usual int, now time.Time, zone *time.Location) (time.Time, error) {
	at, wrong := catalogue.Deadline(strings.TrimSpace(by), usual, now, zone)
	switch wrong {
	case catalogue.NeedsDay:
		return at, fault.Form{ErrNeedsDeadline.On("by")}
	case catalogue.PastDay:
		return at, fault.Form{ErrDeadlinePast.On("by")}
	default:
		return at, nil
	}
}

// usualDays are the days that a programme gives for what a change asks.
func usualDays(p content.Programme, impact Impact) int {
	return map[Impact]int{Confirm: p.ConfirmDays, Micro: p.MicroDays}[impact]
}

// render makes the stored version of each file: modules are rendered here, once,
// and never on view.
func render(pack content.Pack, dir string) ([]contentdb.Version, error) {
	bodies := map[string]content.Module{}
	for _, m := range pack.Modules {
		bodies[m.Hash] = m
	}
	var list []contentdb.Version
	for _, f := range pack.Files() {
		v := contentdb.Version{
			Hash: f.Hash, Pack: pack.Name, Kind: string(f.Kind), Key: f.ID, Lang: f.Lang, Version: f.Version, Title: f.Title, Path: strings.TrimPrefix(f.Path, dir+"/"), Source: f.Source,
			Outline: pg.AsJSON([]contentdb.Heading{}),
		}
		if m, ok := bodies[f.Hash]; ok {
			doc, err := markdown.RenderPage([]byte(m.Body), pack.Page(m))
			if err != nil {
				return nil, err
			}
			outline := make([]contentdb.Heading, 0, len(doc.Outline))
			for _, h := range doc.Outline {
				outline = append(outline, contentdb.Heading{Level: h.Level, ID: h.ID, Text: h.Text})
			}
			v.HTML, v.Outline, v.Minutes = doc.HTML, pg.AsJSON(outline), doc.Minutes
		}
		list = append(list, v)
	}
	return list, nil
}
