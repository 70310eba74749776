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
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
)

// Items is the item bank: the questions of everything that is published, to be
// found by their words, with where they are used, what became of them and how they
// do. What it shows follows from the published files; retiring an item writes a
// line into a draft and nothing else.
type Items struct {
	db     *pg.DB
	drafts *Drafts
}

// NewItems makes the use cases of the item bank.
func NewItems(db *pg.DB, drafts *Drafts) *Items { return &Items{db: db, drafts: drafts} }

// ErrNotInDraft says that the draft of the programme no longer holds the item.
var ErrNotInDraft = fault.New(fault.Conflict, "item.not_in_draft")

// bankForm is the form of the rows of the bank. Whoever changes what is in them
// raises it: the next start makes them again.
const bankForm = 1

// itemsPage is how many items one page holds.
const itemsPage = 30

// bankOf lists the items of a release for the bank: those of its banks, and those
// that an exam holds itself.
func bankOf(pack content.Pack, release int64) contentdb.Bank {
	b := contentdb.Bank{Programme: pack.Programme.ID, Lang: pack.Lang, Line: pack.Programme.Line, Release: release, Form: bankForm, Items: []contentdb.BankItem{}}
	shelve := func(f content.File, items []quiz.Item) {
		for i, it := range items {
			row := contentdb.BankItem{
				Bank: f.ID, Item: it.ID, Hash: f.Hash, Place: i + 1, Module: it.Module, Level: string(it.Level), Type: string(it.Type), Critical: it.Critical, Tags: it.Tags,
				State: content.ItemUsed, Retired: it.Retired, Stem: it.Stem, Words: itemWords(it),
			}
			if it.Retired != "" {
				row.State = content.ItemRetired
			}
			b.Items = append(b.Items, row)
		}
	}
	for _, k := range pack.Banks {
		shelve(k.File, k.Items)
	}
	for _, e := range pack.Exams {
		if e.Bank == "" {
			shelve(e.File, e.Items.Items)
		}
	}
	return b
}

// itemWords is all that an item says, by which it is found.
func itemWords(it quiz.Item) string {
	words := []string{it.ID, it.Stem, it.Explanation, strings.Join(it.Tags, ", ")}
	for _, o := range it.Options {
		words = append(words, o.Text, o.Feedback)
	}
	for _, p := range it.Pairs {
		words = append(words, p.Left, p.Right)
	}
	for _, g := range it.Gaps {
		words = append(words, g...)
	}
	return strings.Join(words, "\n")
}

// Shelve puts into the bank what was published before there was one, or before its
// rows had the form they have now. Where there is nothing to do it does nothing.
func (x *Items) Shelve(ctx context.Context, who people.Actor) error {
	if err := who.Must(people.Publish, people.Target{}); err != nil {
		return err
	}
	behind, err := contentdb.New(x.db.Read()).Unbanked(ctx, bankForm)
	if err != nil {
		return err
	}
	for _, r := range behind {
		e, err := x.drafts.library.edition(ctx, r.ID)
		if err != nil {
			return err
		}
		err = x.db.InTx(ctx, func(q pg.Q, _ time.Time) error {
			store := contentdb.New(q)
			if err := store.LockProgramme(ctx, r.Programme, r.Lang); err != nil {
				return err
			}
			newest, err := store.Current(ctx, r.Programme, r.Lang)
			if err != nil || newest.ID != r.ID { // published meanwhile, and its items with it
				return err
			}
			return store.SaveBank(ctx, bankOf(e.Pack, r.ID))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ItemQuestion narrows a look into the bank. Empty fields do not; what is gone is
// shown only to who asks for that state.
type ItemQuestion struct {
	Line, Programme, Bank, Module string
	Lang                          string // EveryLang for all; empty: the reader's, where the bank has items in it
	Level, Type, Tag, State       string
	Critical                      bool
	Words                         string
	After                         int64 // the item before the page, 0 for the first
}

// EveryLang asks for items in every language.
const EveryLang = "every"

// ItemList is a page of the bank.
type ItemList struct {
	Items   []ItemRow
	Total   int    // that fit the question
	All     int    // in reach, whatever the question
	Next    int64  // After of the next page, 0 at the end
	Lang    string // of the items, EveryLang for all
	Lines   []coursedb.Line
	Shelves []BankShelf
	Tags    []string
}

// ItemRow is an item in the list.
type ItemRow struct {
	contentdb.BankItem
	Shelf       BankShelf
	ModuleTitle string
}

// BankShelf is a file of items with the words for it.
type BankShelf struct {
	contentdb.ItemShelf
	ProgrammeTitle, Title string
	Modules               []BankModule
}

// BankModule is a module that items of a shelf may be of.
type BankModule struct{ ID, Title string }

// maxWords is how much may be searched for, in letters.
const maxWords = 200

// Find looks into the bank of the lines that somebody may see.
func (x *Items) Find(ctx context.Context, who people.Actor, in ItemQuestion) (ItemList, error) {
	if err := who.MustSomewhere(people.ReadItems); err != nil {
		return ItemList{}, err
	}
	q := x.db.Read()
	store := contentdb.New(q)
	var l ItemList
	var err error
	if l.Lines, err = coursedb.New(q).LinesWithin(ctx, who.Reach(people.ReadItems)); err != nil {
		return l, err
	}
	every := codes(l.Lines)
	if l.Shelves, err = x.shelves(ctx, store, every); err != nil {
		return l, err
	}
	if l.Tags, err = store.Tags(ctx, every); err != nil {
		return l, err
	}
	if l.Lang = in.Lang; l.Lang == "" {
		l.Lang = EveryLang
		if slices.ContainsFunc(l.Shelves, func(s BankShelf) bool { return s.Lang == who.Lang }) {
			l.Lang = who.Lang
		}
	}
	words := []rune(strings.ReplaceAll(in.Words, "\x00", ""))
	f := contentdb.ItemFilter{
		Lines: every, Programme: in.Programme, Bank: in.Bank, Module: in.Module, Level: in.Level, Type: in.Type, Tag: in.Tag, State: content.ItemState(in.State), Critical: in.Critical,
		Words: strings.TrimSpace(string(words[:min(len(words), maxWords)])),
	}
	if l.Lang != EveryLang {
		f.Lang = l.Lang
	}
	for _, s := range l.Shelves {
		l.All += s.Items
	}
	if in.Line != "" {
		f.Lines = slices.DeleteFunc(slices.Clone(every), func(code string) bool { return code != in.Line })
	}
	if l.Total, err = store.CountItems(ctx, f); err != nil {
		return l, err
	}
	rows, err := store.Items(ctx, f, in.After, itemsPage+1)
	if err != nil {
		return l, err
	}
	if len(rows) > itemsPage {
		rows = rows[:itemsPage]
		l.Next = rows[itemsPage-1].ID
	}
	for _, r := range rows {
		row := ItemRow{BankItem: r, ModuleTitle: r.Module}
		if s := at(l.Shelves, func(s BankShelf) bool { return s.Programme == r.Programme && s.Lang == r.Lang && s.Bank == r.Bank }); s != nil {
			row.Shelf = *s
			if m := at(s.Modules, func(m BankModule) bool { return m.ID == r.Module }); m != nil {
				row.ModuleTitle = m.Title
			}
		}
		l.Items = append(l.Items, row)
	}
	return l, nil
}

func codes(lines []coursedb.Line) []string {
	list := make([]string, 0, len(lines))
	for _, l := range lines {
		list = append(list, l.Code)
	}
	return list
}

// shelves lists the files of items with their words, as the newest release that
// holds them has them.
func (x *Items) shelves(ctx context.Context, store contentdb.Store, lines []string) ([]BankShelf, error) {
	rows, err := store.Shelves(ctx, lines)
	if err != nil {
		return nil, err
	}
	list := make([]BankShelf, 0, len(rows))
	for _, r := range rows {
		e, err := x.drafts.library.edition(ctx, r.Release)
		if err != nil {
			return nil, err
		}
		s := BankShelf{ItemShelf: r, ProgrammeTitle: e.Pack.Programme.Title, Title: r.Bank}
		for _, f := range e.Pack.Files() {
			switch {
			case f.Kind == content.KindQuiz && f.ID == r.Bank:
				s.Title = f.Title
			case f.Kind == content.KindModule:
				s.Modules = append(s.Modules, BankModule{f.ID, f.Title})
			}
		}
		list = append(list, s)
	}
	return list, nil
}

// Retire writes into the draft of the programme that an item is asked no more, and
// why; where nobody writes one is opened. Papers stop asking it when the draft is
// published, and those already drawn keep it.
func (x *Items) Retire(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, reason string) error {
	reason = strings.Join(strings.Fields(reason), " ")
	return x.rewrite(ctx, who, cmd, id, "retire", func(body, lang, item string) (string, error) {
		var form fault.Form
		required(&form, "reason", reason, quiz.MaxRetired)
		if err := form.Err(); err != nil {
			return "", err
		}
		after, err := content.RetireItem(body, lang, item, reason)
		if errors.Is(err, content.ErrItemReason) {
			return "", fault.Form{content.ErrItemReason.On("reason")}
		}
		return after, err
	})
}

// Restore writes into the draft that a retired item may be asked again.
func (x *Items) Restore(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	return x.rewrite(ctx, who, cmd, id, "restore_item", content.RestoreItem)
}

// rewrite changes the file of an item in the draft of its programme.
func (x *Items) rewrite(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, did string, to func(body, lang, item string) (string, error)) error {
	if err := mustWriteSomewhere(who); err != nil {
		return err
	}
	q := x.db.Read()
	lines, err := coursedb.New(q).LinesWithin(ctx, who.Reach(people.WriteContent))
	if err != nil {
		return err
	}
	item, err := contentdb.New(q).Item(ctx, codes(lines), id)
	if err != nil {
		return err
	}
	line := at(lines, func(l coursedb.Line) bool { return l.Code == item.Line })
	p, opened, err := x.desk(ctx, q, who, item, line.ID)
	if err != nil {
		return err
	}
	path, err := x.path(ctx, item)
	if err != nil {
		return err
	}
	f, err := p.Entry(path)
	if errors.Is(err, people.ErrHidden) || err == nil && f.Change == content.Removed {
		err = ErrNotInDraft
	}
	var body string
	if err == nil {
		if body, err = to(f.Body, item.Lang, item.Item); errors.Is(err, content.ErrNoItem) {
			err = ErrNotInDraft
		}
	}
	if err != nil {
		return refuse(ctx, x.db, cmd, err)
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		note := func(detail map[string]any) error {
			return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: writerOf(who), Action: people.WriteContent, Kind: "draft", Subject: p.ID, Detail: detail})
		}
		if !opened {
			var err error
			if p.ID, err = contentdb.New(q).AddDraft(ctx, p.Draft, now); err != nil {
				return err
			}
			if err := note(map[string]any{"did": "open", "programme": item.Programme, "lang": item.Lang, "release": *p.BaseID}); err != nil {
				return err
			}
		}
		if _, err := x.drafts.keep(ctx, q, now, who, p, contentdb.DraftFile{Path: path, Body: body, Version: f.Version}, false); err != nil {
			return err
		}
		cmd.Created(p.ID)
		return note(map[string]any{"did": did, "path": path, "item": item.Item, "hash": content.HashOf(body)})
	})
}

// desk lays out the draft in which an item is changed, or what a new one would
// hold; opened says whether it is there.
func (x *Items) desk(ctx context.Context, q pg.Q, who people.Actor, item contentdb.BankItem, line int64) (p DraftPage, opened bool, err error) {
	store := contentdb.New(q)
	d, err := store.LivingDraft(ctx, item.Programme, item.Lang)
	if err == nil {
		p, err = x.drafts.lay(ctx, q, who, people.WriteContent, d.ID, nil)
		return p, true, err
	}
	if !errors.Is(err, contentdb.ErrNoContent) {
		return p, false, err
	}
	newest, err := store.Current(ctx, item.Programme, item.Lang)
	if err != nil {
		return p, false, err
	}
	published, _, err := x.drafts.sources(ctx, newest.ID)
	if err != nil {
		return p, false, err
	}
	e, err := x.drafts.library.edition(ctx, newest.ID)
	if err != nil {
		return p, false, err
	}
	p.Draft = contentdb.Draft{Pack: e.Pack.Name, Programme: item.Programme, Lang: item.Lang, LineID: line, BaseID: &newest.ID, AuthorID: who.ID}
	for _, f := range content.Compose(published, nil) {
		p.Files = append(p.Files, DraftEntry{DraftFile: f})
	}
	return p, false, nil
}

// path is where the file of an item lies in its programme.
func (x *Items) path(ctx context.Context, item contentdb.BankItem) (string, error) {
	e, err := x.drafts.library.edition(ctx, item.Release)
	if err != nil {
		return "", err
	}
	v, err := e.version(content.KindQuiz, item.Bank)
	return cmp.Or(v.Path, "quiz/"+item.Bank+".md"), err
}
