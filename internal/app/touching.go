package app

import (
	"context"
	"errors"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Plan is whom a release touches and what it asks of them: the same before and
// after it is published.
type Plan struct {
	Changed []string          // ids of parts that differ from the release before
	Again   []string          // the changed modules: what Micro asks to read again
	Titles  map[string]string // of the changed parts, by id
	By      *time.Time        // until when; nil: there is no deadline
	Touched []people.ID       // who is certified and owes what the impact asks, by id
	Moved   []Moved           // who is enrolled and goes on with the new release
	People  map[people.ID]peopledb.Identity
}

// Moved is somebody enrolled who goes on with the new release. What was passed
// stays passed.
type Moved = coursedb.Moved

// pressing is content that was checked and may be published.
type pressing struct {
	pack     content.Pack
	versions []contentdb.Version
	line     coursedb.Line // zero: the installation has none for the programme
}

type planned struct {
	Plan
	parts []contentdb.Part
}

// plan decides what publishing means, before anything is stored.
func plan(ctx context.Context, q pg.Q, now time.Time, r pressing, in Publication) (planned, error) {
	store, courses := contentdb.New(q), coursedb.New(q)
	var p planned
	if in.Impact.Due() {
		at, err := deadline(in.By, usualDays(r.pack.Programme, in.Impact), now, r.line.Location())
		if err != nil {
			return p, err
		}
		p.By = &at
	}
	before := map[string]string{}
	last, err := store.Current(ctx, r.pack.Programme.ID, r.pack.Lang)
	if err == nil {
		parts, err := store.Parts(ctx, last.ID)
		if err != nil {
			return p, err
		}
		for _, part := range parts {
			before[part.Kind+"/"+part.Key] = part.Hash
		}
	} else if !errors.Is(err, contentdb.ErrNoContent) {
		return p, err
	}
	p.parts, p.Titles = make([]contentdb.Part, 0, len(r.versions)), map[string]string{}
	for _, v := range r.versions {
		if v.Kind == string(content.KindProgramme) {
			continue
		}
		changed := before[v.Kind+"/"+v.Key] != v.Hash
		if changed {
			p.Changed = append(p.Changed, v.Key)
			p.Titles[v.Key] = v.Title
		}
		if changed && v.Kind == string(content.KindModule) {
			p.Again = append(p.Again, v.Key)
		}
		p.parts = append(p.parts, contentdb.Part{Kind: v.Kind, Key: v.Key, Hash: v.Hash, Changed: changed})
	}
	if last.ID == 0 {
		return p, nil
	}
	if len(p.Changed) == 0 && last.Hash == r.pack.Programme.Hash && len(p.parts) == len(before) {
		return p, ErrUnchanged
	}
	if p.Moved, err = courses.Moving(ctx, r.pack.Programme.ID, r.pack.Lang); err != nil {
		return p, err
	}
	if in.Impact != NoImpact && r.line.ID != 0 {
		if p.Touched, err = courses.Touched(ctx, r.line.ID, r.pack.Lang, p.Changed, now); err != nil {
			return p, err
		}
	}
	p.People, err = peopledb.New(q).Numbered(ctx, p.Touched)
	return p, err
}
