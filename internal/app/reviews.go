package app

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Reviews is what others say of a draft before it is published.
type Reviews struct {
	db     *pg.DB
	drafts *Drafts
}

// NewReviews makes the use cases of reading what others wrote.
func NewReviews(db *pg.DB, drafts *Drafts) *Reviews { return &Reviews{db: db, drafts: drafts} }

// draftWords is how long a remark may be, in characters.
const draftWords = 4000

// Readers lists who may be asked to read a draft: trainers and coordinators of
// its line who did not write in it.
func (x *Reviews) Readers(ctx context.Context, who people.Actor, id int64) ([]peopledb.Identity, error) {
	p, err := x.drafts.Read(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return x.readers(ctx, x.db.Read(), p)
}

func (x *Reviews) readers(ctx context.Context, q pg.Q, p DraftPage) ([]peopledb.Identity, error) {
	cohorts, err := coursedb.New(q).Cohorts(ctx, p.LineID)
	if err != nil {
		return nil, err
	}
	var list []peopledb.Identity
	for _, cohort := range append([]coursedb.Cohort{{}}, cohorts...) {
		staff, err := peopledb.New(q).StaffFor(ctx, p.LineID, cohort.ID, people.Trainer, people.Coordinator)
		if err != nil {
			return nil, err
		}
		for _, s := range staff {
			if !p.Wrote(s.Person) && !slices.ContainsFunc(list, func(i peopledb.Identity) bool { return i.Person == s.Person }) {
				list = append(list, s)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b peopledb.Identity) int {
		return strings.Compare(a.FamilyName+a.GivenName, b.FamilyName+b.GivenName)
	})
	return list, nil
}

// Waiting lists the drafts that wait for somebody: to be read by one who did not write
// in them, or to be published. It is empty for whoever may do neither.
func (x *Reviews) Waiting(ctx context.Context, who people.Actor) ([]contentdb.WaitingDraft, error) {
	read, publish := who.Reach(people.ReviewContent), who.Reach(people.Publish)
	if read.None() && publish.None() {
		return nil, nil
	}
	return contentdb.New(x.db.Read()).Waiting(ctx, who.ID, read, publish)
}

// DraftStep is a move of a draft as somebody asks for it.
type DraftStep struct {
	Move    content.DraftMove
	Words   string
	Reader  people.ID // who is asked; 0: everybody who may read it
	Version int       // of the draft, as it was seen
}

// Move takes a draft a step further. Asking needs a draft without errors that
// stands on the newest release; nobody approves or sends back what they wrote.
func (x *Reviews) Move(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in DraftStep) error {
	do := people.WriteContent
	if in.Move == content.DraftApprove || in.Move == content.DraftSendBack {
		do = people.ReviewContent
	}
	if who.ID == 0 {
		return people.ErrHidden
	}
	p, err := x.drafts.read(ctx, x.db.Read(), who, do, id, nil)
	if err != nil {
		return err
	}
	if in.Move == content.DraftPublish {
		return content.ErrDraftState // that is for Publishing
	}
	var form fault.Form
	form.Add(in.Move == content.DraftSendBack && strings.TrimSpace(in.Words) == "", "words", ErrDraftWords)
	form.Add(len([]rune(in.Words)) > draftWords, "words", ErrTooLong.With("Max", draftWords))
	if err := form.Err(); err != nil {
		return err
	}
	if in.Move == content.DraftAsk {
		if err := p.publishable(); err != nil {
			return err
		}
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := contentdb.New(q)
		d, err := store.Draft(ctx, id, true)
		if err != nil {
			return err
		}
		next, err := d.State.After(in.Move, d.Wrote(who.ID))
		if err != nil {
			return err
		}
		if d.Version != in.Version {
			return ErrChanged
		}
		if err := store.MoveDraft(ctx, id, next, nil, now); err != nil {
			return err
		}
		if kind, noted := noteKinds[in.Move]; noted {
			if _, err := store.AddDraftNote(ctx, id, contentdb.DraftNote{Kind: kind, Body: strings.TrimSpace(in.Words), AuthorID: who.ID}, now); err != nil {
				return err
			}
		}
		if err := x.write(ctx, q, now, who, p, d, in); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: writerOf(who), Action: do, Kind: "draft", Subject: id, Detail: map[string]any{"did": string(in.Move), "asked": int64(in.Reader)},
		})
	})
}

var noteKinds = map[content.DraftMove]string{
	content.DraftAsk: "asked", content.DraftWithdraw: "withdrawn", content.DraftSendBack: "returned", content.DraftApprove: "approved",
}

// write queues the letters of a move: to whoever is asked, and to those who wrote.
func (x *Reviews) write(ctx context.Context, q pg.Q, now time.Time, who people.Actor, p DraftPage, d contentdb.Draft, in DraftStep) error {
	vals := map[string]any{"Title": p.Title, "Line": p.Line.Name, "Draft": strconv.FormatInt(p.ID, 10)}
	if words := strings.TrimSpace(in.Words); words != "" {
		vals["Words"] = words
	}
	switch in.Move {
	case content.DraftAsk:
		readers, err := x.readers(ctx, q, p)
		if err != nil {
			return err
		}
		if in.Reader == 0 { // whoever may
			for _, r := range readers {
				if r.Person == who.ID {
					continue
				}
				if err := outbox.Queue(ctx, q, now, outbox.Letter{To: r.Person, Kind: "draft_asked", Vals: vals}); err != nil {
					return err
				}
			}
			return nil
		}
		if in.Reader == who.ID || !slices.ContainsFunc(readers, func(i peopledb.Identity) bool { return i.Person == in.Reader }) {
			return fault.Form{ErrChoice.On("reader")}
		}
		return outbox.Queue(ctx, q, now, outbox.Letter{To: in.Reader, Kind: "draft_asked", Vals: vals})
	case content.DraftSendBack:
		for _, a := range d.Authors {
			if err := outbox.Queue(ctx, q, now, outbox.Letter{To: people.ID(a), Kind: "draft_returned", Vals: vals}); err != nil {
				return err
			}
		}
	case content.DraftApprove:
		for _, a := range d.Authors {
			if err := outbox.Queue(ctx, q, now, outbox.Letter{To: people.ID(a), Kind: "draft_approved", Vals: vals}); err != nil {
				return err
			}
		}
	case content.DraftWithdraw, content.DraftDiscard, content.DraftPublish:
	}
	return nil
}

// Comment says something of a draft, of a file or of a line of it.
func (x *Reviews) Comment(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, path string, line int, words string) error {
	if who.ID == 0 {
		return people.ErrHidden
	}
	p, err := x.drafts.read(ctx, x.db.Read(), who, people.ReviewContent, id, nil)
	if err != nil {
		return err
	}
	if !p.State.Living() {
		return content.ErrDraftState
	}
	if path != "" {
		at, err := p.Entry(path)
		if err != nil {
			return err
		}
		if line < 0 || line > 1+strings.Count(at.Body, "\n") {
			return fault.Form{ErrChoice.On("line")}
		}
	}
	var form fault.Form
	required(&form, "words", words, draftWords)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		note, err := contentdb.New(q).AddDraftNote(ctx, id, contentdb.DraftNote{Kind: "comment", Path: path, Line: line, Body: strings.TrimSpace(words), AuthorID: who.ID}, now)
		if err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: writerOf(who), Action: people.ReviewContent, Kind: "draft", Subject: id, Detail: map[string]any{"did": "comment", "note": note, "path": path, "line": line},
		})
	})
}

// publishable refuses a draft that could not be published: with errors, without a
// change, over a release that is no longer the newest, over a text of others that
// nobody joined, or as another programme.
func (p DraftPage) publishable() error {
	errs, _, _ := content.Worst(p.Problem)
	g := p.pack.Programme
	switch {
	case len(p.Changed()) == 0:
		return ErrDraftNothing
	case errs > 0:
		return ErrDraftBroken.With("N", errs)
	case p.Stale():
		return ErrDraftStale
	case p.unjoined() > 0:
		return ErrDraftJoin.With("N", p.unjoined())
	case g.ID != p.Programme || g.Line != p.Line.Code:
		return ErrDraftMoved.With("Programme", p.Programme, "Line", p.Line.Code)
	}
	return nil
}

// unjoined counts the files that would undo what others published meanwhile.
func (p DraftPage) unjoined() int {
	n := 0
	for _, f := range p.Changed() {
		if f.Overtaken {
			n++
		}
	}
	return n
}

// Refusal is why the draft may not be handed on; nil when it may.
func (p DraftPage) Refusal() error { return p.publishable() }
