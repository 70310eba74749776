package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/content/contentdb"
	"abilita/content/markdown"
	"abilita/course/catalogue"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Catalogue is the services and funds that a line tells people about. It changes
// more often than a course does: each change says what it asks of those who answer.
type Catalogue struct {
	db    *pg.DB
	study *Study
}

// NewCatalogue makes the use cases.
func NewCatalogue(db *pg.DB, study *Study) *Catalogue { return &Catalogue{db: db, study: study} }

// Faults of the catalogue.
var (
	ErrCardNeeded     = fault.New(fault.Invalid, "catalogue.needed")
	ErrCardState      = fault.New(fault.Invalid, "catalogue.wrong_state")
	ErrCardSame       = fault.New(fault.Invalid, "catalogue.same")
	ErrCardSameAnswer = fault.New(fault.Invalid, "catalogue.same_answer")
	ErrCardKind       = fault.New(fault.Invalid, "catalogue.kind_unknown")
	ErrWrongAnswer    = fault.New(fault.Invalid, "catalogue.wrong_answer")
)

// Card is a service or a fund as one of its versions says.
type Card = coursedb.Card

// CatalogueFile is the catalogue of a line.
type CatalogueFile struct {
	Line   coursedb.Line
	Cards  []Card
	Writes bool // the reader may change it
}

// open finds a line whose catalogue the reader may see, and tells whether they may
// change it.
func (x *Catalogue) open(ctx context.Context, who people.Actor, code string) (line coursedb.Line, writes bool, err error) {
	line, err = lineFor(ctx, x.db.Read(), who, people.ReadCatalogue, func(l coursedb.Line) bool { return l.Code == code })
	return line, who.May(people.KeepCatalogue, people.Target{Line: line.ID}), err
}

// Read opens the catalogue of a line for its staff.
func (x *Catalogue) Read(ctx context.Context, who people.Actor, code string) (f CatalogueFile, err error) {
	if f.Line, f.Writes, err = x.open(ctx, who, code); err != nil {
		return f, err
	}
	f.Cards, err = coursedb.New(x.db.Read()).Catalogue(ctx, f.Line.ID)
	return f, err
}

// CardFile is a card with its versions, the newest first, and who still owes which.
type CardFile struct {
	Line    coursedb.Line
	Card    Card
	History []Card
	Owing   map[int64][]coursedb.Learner // by version, those about whom the reader may know
	Items   int                          // of the bank that carry the card's code as a tag; 0 for who may not see them
	Writes  bool
}

// Card opens one card for staff.
func (x *Catalogue) Card(ctx context.Context, who people.Actor, code, card string) (CardFile, error) {
	line, writes, err := x.open(ctx, who, code)
	if err != nil {
		return CardFile{}, err
	}
	store := coursedb.New(x.db.Read())
	out := CardFile{Line: line, Writes: writes, Owing: map[int64][]coursedb.Learner{}}
	if out.Card, err = store.Card(ctx, line.ID, card, false); err != nil {
		return out, err
	}
	if out.History, err = store.CardHistory(ctx, out.Card.ID); err != nil {
		return out, err
	}
	if who.MustSomewhere(people.ReadItems) == nil {
		if out.Items, err = contentdb.New(x.db.Read()).CountItems(ctx, contentdb.ItemFilter{Lines: []string{code}, Tag: card}); err != nil {
			return out, err
		}
	}
	for _, v := range out.History {
		if v.Owing == 0 || !who.May(people.ReadPeople, people.Target{Line: line.ID}) {
			continue
		}
		if out.Owing[v.Change], err = store.Owing(ctx, line.ID, v.Change); err != nil {
			return out, err
		}
	}
	return out, nil
}

// CardEdit is a card as it should be, and what the change asks of others.
type CardEdit struct {
	Kind     catalogue.Kind // of a new card
	Card     catalogue.Card
	Question catalogue.Question
	Impact   catalogue.Impact
	By       string // deadline, 2006-01-02; empty: as usual
	Note     string // what changes, in words for those who answer
	Number   int    // the version that the editor saw, 0 for a new card
}

// tidy is the edit without blanks around its words.
func (in CardEdit) tidy() CardEdit {
	c := &in.Card
	for _, p := range []*string{&c.Name, &c.Owner, &c.What, &c.Access, &c.Price, &c.Say, &c.Avoid, &in.Note, &in.Question.Text, &in.Question.Right, &in.Question.Why} {
		*p = strings.TrimSpace(*p)
	}
	var wrong []string
	for _, w := range in.Question.Wrong {
		if w = strings.TrimSpace(w); w != "" {
			wrong = append(wrong, w)
		}
	}
	in.Question.Wrong = wrong
	if in.Impact != catalogue.Micro {
		in.Question = catalogue.Question{}
	}
	return in
}

// CardPlan is what a change means, before it is made.
type CardPlan struct {
	Line    coursedb.Line
	Before  coursedb.Card // zero for a new card
	Changed []catalogue.Field
	Usual   catalogue.Impact // what such a change asks as a rule
	By      *time.Time
	Touched []people.ID
	People  map[people.ID]peopledb.Identity
}

// Plan says whom a change touches, as Save would, and stores nothing. card is empty
// for a new one. A faulty edit is a fault.Form, with as much of the plan as holds.
func (x *Catalogue) Plan(ctx context.Context, who people.Actor, code, card string, in CardEdit) (CardPlan, error) {
	var p CardPlan
	err := x.db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		var err error
		p, err = x.plan(ctx, q, now, who, code, card, in.tidy(), false)
		return err
	})
	return p, err
}

func (x *Catalogue) plan(ctx context.Context, q pg.Q, now time.Time, who people.Actor, code, card string, in CardEdit, lock bool) (CardPlan, error) {
	store := coursedb.New(q)
	var p CardPlan
	var err error
	if p.Line, err = store.LineByCode(ctx, code); err != nil {
		return p, err
	}
	if err := who.Must(people.KeepCatalogue, people.Target{Line: p.Line.ID}); err != nil {
		return p, err
	}
	if card != "" {
		if p.Before, err = store.Card(ctx, p.Line.ID, card, lock); err != nil {
			return p, err
		}
		if p.Before.Number != in.Number {
			return p, ErrChanged
		}
	}
	p.Changed, p.Usual = catalogue.Changed(p.Before.Card, in.Card), catalogue.Propose(p.Before.Card, in.Card)
	var form fault.Form
	form.Add(card == "" && !slices.Contains(catalogue.Kinds, in.Kind), "kind", ErrCardKind)
	meaning := map[string]*fault.Error{
		catalogue.Needed: ErrCardNeeded, catalogue.TooLong: ErrTooLong.With("Max", catalogue.LongestText), catalogue.WrongState: ErrCardState, catalogue.Same: ErrCardSame, catalogue.SameAnswer: ErrCardSameAnswer,
	}
	for _, wrong := range catalogue.Check(p.Before.Card, in.Card, in.Impact, in.Question) {
		e := meaning[wrong.Code]
		if wrong.Field == "name" && wrong.Code == catalogue.TooLong {
			e = ErrTooLong.With("Max", catalogue.LongestName)
		}
		form.Add(true, wrong.Field, e)
	}
	form.Add(len([]rune(in.Note)) > catalogue.LongestText, "note", ErrTooLong.With("Max", catalogue.LongestText))
	if in.Impact.Due() {
		at, err := deadline(in.By, in.Impact.Days(), now, p.Line.Location())
		if late, ok := errors.AsType[fault.Form](err); ok {
			form = append(form, late...)
		} else {
			p.By = &at
		}
	}
	if err := form.Err(); err != nil {
		return p, err
	}
	if in.Impact != catalogue.None {
		if p.Touched, err = store.Touched(ctx, p.Line.ID, "", nil, now); err != nil {
			return p, err
		}
		p.People, err = peopledb.New(q).Numbered(ctx, p.Touched)
	}
	return p, err
}

// Save makes a change, or a new card, and answers its code. From the deadline on
// the gate refuses who was certified at this instant and owes what it asks; nobody's
// certificate becomes shorter. The second of two editors gets ErrChanged.
func (x *Catalogue) Save(ctx context.Context, who people.Actor, cmd *pg.Command, code, card string, in CardEdit) (string, error) {
	in = in.tidy()
	saved := card
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		p, err := x.plan(ctx, q, now, who, code, card, in, true)
		if err != nil {
			return err
		}
		store := coursedb.New(q)
		row := p.Before
		if card == "" {
			if row, err = store.AddCard(ctx, p.Line.ID, in.Kind, cardCode(in.Card.Name)); err != nil {
				return err
			}
		}
		saved = row.Code
		row.Card, row.Impact, row.DueAt, row.Note, row.Author = in.Card, in.Impact, p.By, in.Note, who.ID
		row.Number, row.Hash, row.Question = row.Number+1, catalogue.Hash(row.Code, in.Card, in.Question), pg.AsJSON(in.Question)
		row.Changed = make([]string, 0, len(p.Changed))
		for _, f := range p.Changed {
			row.Changed = append(row.Changed, string(f))
		}
		if row.Change, err = store.AddCardChange(ctx, row, now); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Trainer, Action: people.KeepCatalogue, Kind: "catalogue", Subject: row.Change,
			Detail: map[string]any{"card": row.Code, "line": code, "state": row.State, "changed": row.Changed, "impact": row.Impact, "touched": len(p.Touched)},
		})
		if err != nil {
			return err
		}
		return x.tell(ctx, q, now, p, row)
	})
	return saved, err
}

// tell writes to who is touched and notes what they owe.
func (x *Catalogue) tell(ctx context.Context, q pg.Q, now time.Time, p CardPlan, row Card) error {
	var changes []coursedb.FactChange
	for _, person := range p.Touched {
		vals := map[string]any{"Line": p.Line.Name, "Title": row.Name, "Impact": "card_" + string(row.Impact), "Words": row.Note}
		if p.By != nil {
			vals["By"] = p.By.Format(time.RFC3339)
			changes = append(changes, coursedb.FactChange{Person: person, Fact: gate.Fact{Kind: gate.ContentDue, Line: gate.LineID(p.Line.ID), Ref: row.Change, From: *p.By}})
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "catalogue_changed", Vals: vals}); err != nil {
			return err
		}
	}
	_, err := coursedb.New(q).Record(ctx, changes...)
	return err
}

// cardCode is how a card is named in addresses.
func cardCode(name string) string {
	code := markdown.Slug(name)
	code = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, code)
	if code = strings.Trim(code, "-"); code == "" {
		code = "scheda"
	}
	return strings.TrimRight(code[:min(len(code), 50)], "-")
}

// Shown is the catalogue of a line as those who answer see it.
type Shown struct {
	Line  coursedb.Line
	Cards []Card
}

// Mine lists the catalogues of the lines on which a volunteer learns or answers.
func (x *Catalogue) Mine(ctx context.Context, who people.Actor) ([]Shown, error) {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return nil, err
	}
	q := x.db.Read()
	paths, err := x.study.course.paths(ctx, q, who.ID)
	if err != nil {
		return nil, err
	}
	var list []Shown
	for _, p := range paths {
		if slices.ContainsFunc(list, func(s Shown) bool { return s.Line.ID == p.Line.ID }) {
			continue
		}
		cards, err := coursedb.New(q).Catalogue(ctx, p.Line.ID)
		if err != nil {
			return nil, err
		}
		if len(cards) > 0 {
			list = append(list, Shown{Line: p.Line, Cards: cards})
		}
	}
	return list, nil
}

// Has tells whether a line of the volunteer has a catalogue.
func (x *Catalogue) Has(ctx context.Context, who people.Actor) (bool, error) {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return false, err
	}
	return coursedb.New(x.db.Read()).HasCatalogue(ctx, who.ID)
}
