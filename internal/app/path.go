package app

import (
	"context"
	"slices"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Path is a person's way to a line: the enrolment with its programme and how
// far they are.
type Path struct {
	Enrolment coursedb.Enrolment
	Line      coursedb.Line
	Cohort    coursedb.Cohort
	Programme content.Programme
	Lang      string
	ExtraTime people.ExtraTime
	Evidence  []coursedb.Evidence // the oldest first
	Report    cert.Report
	Now       time.Time // when it was read
	Next      cert.Line // zero when nothing is left
	HasNext   bool
	edition   *edition
}

// in is the path as who reads a language finds their way: titles and objectives
// in it, where their writer gave them. Lang stays that of the contents.
func (p Path) in(lang string) Path {
	if lang == p.Lang {
		return p
	}
	p.edition = p.edition.in(lang)
	p.Programme = p.Programme.In(lang)
	titles := map[string]string{}
	for _, r := range p.Programme.Requirements {
		titles[r.Key] = r.Title
	}
	named := func(l cert.Line) cert.Line {
		if title, ok := titles[l.Requirement.Key]; ok {
			l.Requirement.Title = title
		}
		return l
	}
	p.Report.Lines = slices.Clone(p.Report.Lines)
	for i, l := range p.Report.Lines {
		p.Report.Lines[i] = named(l)
	}
	p.Next = named(p.Next)
	return p
}

// pathsOf are a person's own open enrolments, as they read them.
func (x *Course) pathsOf(ctx context.Context, q pg.Q, who people.Actor) ([]Path, error) {
	paths, err := x.paths(ctx, q, who.ID)
	for i := range paths {
		paths[i] = paths[i].in(who.Lang)
	}
	return paths, err
}

// Module finds a module of the path's release.
func (p Path) Module(key string) (content.Module, bool) {
	for _, m := range p.edition.Pack.Modules {
		if m.ID == key {
			return m, true
		}
	}
	return content.Module{}, false
}

// channels are those of the line that the programme prepares for.
func (p Path) channels() []string {
	var list []string
	for _, c := range p.Line.Channels {
		if slices.Contains(p.Programme.Channels, c) {
			list = append(list, c)
		}
	}
	return list
}

// path loads one enrolment with its review.
func (x *Course) path(ctx context.Context, q pg.Q, enrolment int64) (Path, error) {
	store := coursedb.New(q)
	way, err := store.Way(ctx, enrolment)
	if err != nil {
		return Path{}, err
	}
	list, err := store.Evidence(ctx, enrolment)
	if err != nil {
		return Path{}, err
	}
	return x.reviewed(ctx, way, list)
}

// reviewed judges an enrolment by its evidence.
func (x *Course) reviewed(ctx context.Context, way coursedb.Way, list []coursedb.Evidence) (Path, error) {
	ed, err := x.library.edition(ctx, way.ReleaseID)
	if err != nil {
		return Path{}, err
	}
	p := Path{
		Enrolment: way.Enrolment, Line: way.Line, Cohort: way.Cohort, Programme: ed.Pack.Programme.On(way.Track), Lang: ed.Pack.Lang, ExtraTime: way.ExtraTime, Evidence: list, Now: way.Now.UTC(), edition: ed,
	}
	p.Report = cert.Review(requirements(p.Programme, ""), coursedb.ForReview(list, way.Open.V...))
	p.Next, p.HasNext = p.Report.Next()
	return p, nil
}

// paths loads all open enrolments of a person, what is worked on first, then the
// newest, in two statements.
func (x *Course) paths(ctx context.Context, q pg.Q, who people.ID) ([]Path, error) {
	store := coursedb.New(q)
	ways, err := store.Ways(ctx, who)
	if err != nil || len(ways) == 0 {
		return nil, err
	}
	ids := make([]int64, len(ways))
	for i, w := range ways {
		ids[i] = w.ID
	}
	evidence, err := store.EvidenceOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Path, len(ways))
	for i, w := range ways {
		if out[i], err = x.reviewed(ctx, w, evidence[w.ID]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
