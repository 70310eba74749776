package app

import (
	"context"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/internal/audit"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// DraftRelease is what publishing a draft does, or would do.
type DraftRelease struct {
	Published
	Draft DraftPage
}

// OpenDraft reads a draft for who may publish it.
func (x *Publishing) OpenDraft(ctx context.Context, who people.Actor, id int64) (DraftPage, error) {
	return x.drafts.read(ctx, x.db.Read(), who, people.Publish, id, nil)
}

// PreviewDraft says what publishing an approved draft would do at this instant.
func (x *Publishing) PreviewDraft(ctx context.Context, who people.Actor, id int64, in Publication) (DraftRelease, error) {
	p, err := x.OpenDraft(ctx, who, id)
	if err != nil {
		return DraftRelease{}, err
	}
	if err := p.publishable(); err != nil {
		return DraftRelease{Draft: p}, err
	}
	in.Files, in.Dir = p.tree, p.Dir()
	seen, err := x.Preview(ctx, who, in)
	return DraftRelease{Published: seen, Draft: p}, err
}

// PublishDraft publishes an approved draft as it was approved, the way any pack is
// published, and closes it in the same transaction.
func (x *Publishing) PublishDraft(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, version int, in Publication) (DraftRelease, error) {
	p, err := x.OpenDraft(ctx, who, id)
	if err != nil {
		return DraftRelease{}, err
	}
	out := DraftRelease{Draft: p}
	next, err := p.State.After(content.DraftPublish, false)
	if err == nil {
		err = p.publishable()
	}
	if err != nil {
		return out, refuse(ctx, x.db, cmd, err)
	}
	in.Files, in.Dir = p.tree, p.Dir()
	r, done, err := x.ready(ctx, who, in)
	if err == nil {
		err = x.keep(ctx, &r, in)
	}
	if err != nil {
		return out, err
	}
	out.Published = done
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		d, err := store.Draft(ctx, id, true)
		if err != nil {
			return err
		}
		if d.State != content.DraftApproved {
			return content.ErrDraftState
		}
		if d.Version != version || d.Version != p.Version {
			return ErrChanged
		}
		if err := store.LockProgramme(ctx, p.Programme, p.Lang); err != nil {
			return err
		}
		if fresh, err := x.onNewest(ctx, store, p); err != nil || !fresh {
			return orStale(err)
		}
		out.Plan = Plan{}
		if err := x.publish(ctx, q, now, who, r, in, &out.Published); err != nil {
			return err
		}
		if err := store.MoveDraft(ctx, id, next, &out.Release, now); err != nil {
			return err
		}
		cmd.Created(out.Release)
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: writerOf(who), Action: people.Publish, Kind: "draft", Subject: id, Detail: map[string]any{"did": "publish", "release": out.Release},
		})
	})
	return out, err
}

// onNewest tells whether the draft still stands on what is published.
func (x *Publishing) onNewest(ctx context.Context, store contentdb.Store, p DraftPage) (bool, error) {
	list, err := store.Releases(ctx, p.Programme, p.Lang)
	if err != nil {
		return false, err
	}
	newest := int64(0)
	if len(list) > 0 {
		newest = list[0].ID
	}
	base := int64(0)
	if p.BaseID != nil {
		base = *p.BaseID
	}
	return newest == base, nil
}

func orStale(err error) error {
	if err == nil {
		return ErrDraftStale
	}
	return err
}
