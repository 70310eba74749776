package app

import (
	"context"
	"errors"

	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// studiedIn is the release that a person studies who is enrolled on one: the newest
// of the same course in their language, or the one that was named.
func (x *Course) studiedIn(ctx context.Context, q pg.Q, release int64, who people.ID) (int64, error) {
	i, err := peopledb.New(q).Identity(ctx, who)
	if err != nil {
		return 0, err
	}
	ed, err := x.library.edition(ctx, release)
	if err != nil || ed.Pack.Lang == i.Lang {
		return release, err
	}
	newest, err := contentdb.New(q).Current(ctx, ed.Pack.Programme.ID, i.Lang)
	if errors.Is(err, contentdb.ErrNoContent) {
		return release, nil
	}
	if err != nil {
		return 0, err
	}
	translation, err := x.library.edition(ctx, newest.ID)
	if err != nil || !translation.Pack.Translates(ed.Pack) {
		return release, err
	}
	return newest.ID, nil
}

// follow lets what a person studies follow the language that they read from now on,
// where the course of their cohort exists in it, and returns the enrolments that do. What was passed stays passed and what
// was begun ends on its own version. On a line where a change is owed nothing
// moves: it is settled in the language in which it is owed. The person is locked.
func (x *Course) follow(ctx context.Context, q pg.Q, who people.ID, lang string) ([]int64, error) {
	store := coursedb.New(q)
	list, err := store.Enrolments(ctx, who)
	if err != nil {
		return nil, err
	}
	var moved []int64
	for _, e := range list {
		ed, err := x.library.edition(ctx, e.ReleaseID)
		if err != nil {
			return nil, err
		}
		if ed.Pack.Lang == lang {
			continue
		}
		cohort, err := store.Cohort(ctx, e.CohortID, false)
		if err != nil {
			return nil, err
		}
		release, err := x.studiedIn(ctx, q, cohort.ReleaseID, who)
		if err != nil {
			return nil, err
		}
		if release == e.ReleaseID {
			continue
		}
		owed, err := store.OpenDue(ctx, who, e.LineID)
		if err != nil {
			return nil, err
		}
		if len(owed) > 0 {
			continue
		}
		if err := store.SetEnrolmentRelease(ctx, e.ID, release); err != nil {
			return nil, err
		}
		moved = append(moved, e.ID)
	}
	return moved, nil
}
