package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/content/exchange"
	"abilita/content/media"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/foreign"
	"abilita/internal/pan"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Exchange brings files of other programs into drafts, and gives content out.
type Exchange struct {
	db     *pg.DB
	drafts *Drafts
	media  *Media
}

// NewExchange makes the use cases of exchange.
func NewExchange(db *pg.DB, drafts *Drafts, media *Media) *Exchange {
	return &Exchange{db: db, drafts: drafts, media: media}
}

// bringTime is how long a file may take to become files of a draft: what takes
// longer holds too many pictures for one time.
const bringTime = 2 * time.Minute

// Faults of exchange.
var (
	ErrBringCard = fault.New(fault.Invalid, "draft.bring_card")         // Path, Line: of the file that was made
	ErrBringLine = fault.New(fault.Invalid, "draft.bring_card_line")    // Line: of the file that came
	ErrBringSlow = fault.New(fault.Invalid, "draft.bring_slow")         // Minutes
	ErrBringKind = fault.New(fault.Invalid, "draft.bring_kind_unknown") // nobody can tell its format
)

// ForeignFile is a file of another program that somebody brings into a draft.
type ForeignFile struct {
	Name   string // where it was
	Body   []byte
	Format exchange.Format // "": by its name and content

	Module  string // of the questions that name none, may be empty
	Channel string // of a call script, may be empty
	Rubric  string // of a call script, may be empty

	Replace bool   // texts of a pack take the place of others that are there
	Seen    string // DraftPage.Seen of the draft that Replace was said of
}

// BroughtIn is what became of it, wholly accounted for.
type BroughtIn struct {
	Draft  DraftPage // as it is now
	Format exchange.Format
	Report foreign.Report
	Files  []exchange.Placed // texts and media, by their paths in the draft

	hashes map[string]string // of the media among the files, by path
}

// Wrote tells whether anything of the draft changed.
func (b BroughtIn) Wrote() bool {
	return slices.ContainsFunc(b.Files, func(f exchange.Placed) bool { return f.Becomes == exchange.New || f.Becomes == exchange.Replaces })
}

// Seen names the state of a draft's files, so that nobody replaces what they have
// not looked at.
func (p DraftPage) Seen() string { return p.seen }

// seenOf names the texts of a draft by their versions.
func seenOf(d contentdb.Draft, written []contentdb.DraftFile) string {
	var b strings.Builder
	fmt.Fprintln(&b, d.Version)
	for _, w := range written {
		fmt.Fprintln(&b, w.Path, w.Version)
	}
	return content.HashOf(b.String())
}

// Choices are what a form offers for what comes in: modules and rubrics, id to title.
func (p DraftPage) Choices() (modules, rubrics []content.File) {
	for _, m := range p.pack.Modules {
		modules = append(modules, m.File)
	}
	for _, r := range p.pack.Rubrics {
		rubrics = append(rubrics, r.File)
	}
	return modules, rubrics
}

// MayBring tells whether somebody writes in a draft, before a large file is read.
func (x *Exchange) MayBring(ctx context.Context, who people.Actor, draft int64) error {
	_, err := x.drafts.forWriting(ctx, who, draft)
	return err
}

// BringIn makes files of a draft of a file of another program, all of them or none.
// Nothing is written over but the texts that a pack replaces with Replace, and then
// only while the draft is as it was seen: else ErrChanged. The same file again finds
// that all of it is there. What could not be taken is in the report.
func (x *Exchange) BringIn(ctx context.Context, who people.Actor, cmd *pg.Command, draft int64, in ForeignFile) (BroughtIn, error) {
	b, err := x.arrange(ctx, who, draft, in)
	if err != nil {
		if fault.KindOf(err) == fault.Invalid || errors.Is(err, content.ErrDraftState) {
			err = refuse(ctx, x.db, cmd, err)
		}
		return b, err
	}
	if b.Wrote() {
		err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error { return x.keep(ctx, q, now, who, b, in) })
		if _, before := errors.AsType[*pg.Replayed](err); before {
			b, err = x.arrange(ctx, who, draft, in)
		}
		if err != nil {
			return b, err
		}
	}
	b.Draft, err = x.drafts.Read(ctx, who, draft)
	return b, err
}

// BringChannels are those that a call script may be of, the usual one first.
var BringChannels = []string{"phone", "chat", "video", "mail", "desk"}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,79}$`)

// arrange reads a file and finds a place for all that it holds; nothing of the
// draft changes.
func (x *Exchange) arrange(ctx context.Context, who people.Actor, draft int64, in ForeignFile) (BroughtIn, error) {
	p, err := x.drafts.forWriting(ctx, who, draft)
	b := BroughtIn{Draft: p}
	if err != nil {
		return b, err
	}
	if p.State != content.DraftOpen {
		return b, content.ErrDraftState
	}
	var form fault.Form
	form.Add(in.Format != "" && !slices.Contains(exchange.Formats, in.Format), "format", ErrChoice)
	form.Add(in.Module != "" && !nameForm.MatchString(in.Module), "module", ErrChoice)
	form.Add(in.Rubric != "" && !nameForm.MatchString(in.Rubric), "rubric", ErrChoice)
	form.Add(in.Channel != "" && !slices.Contains(BringChannels, in.Channel), "channel", ErrChoice)
	form.Add(len(in.Body) == 0, "file", media.ErrEmpty)
	if err := form.Err(); err != nil {
		return b, err
	}
	limited, cancel := context.WithTimeout(ctx, bringTime)
	defer cancel()
	err = x.convert(limited, &b, in)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		err = ErrBringSlow.With("Minutes", int(bringTime.Minutes()))
	}
	if bad, ok := errors.AsType[*fault.Error](err); ok && bad.Kind == fault.Invalid {
		field := "file"
		if errors.Is(err, exchange.ErrUnknown) {
			field, bad = "format", ErrBringKind
		}
		err = fault.Form{bad.On(field)}
	}
	return b, err
}

// convert is what takes time: few do it at once.
func (x *Exchange) convert(ctx context.Context, b *BroughtIn, in ForeignFile) error {
	leave, err := x.drafts.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if b.Format = in.Format; b.Format == "" {
		if b.Format, err = exchange.Recognise(in.Name, in.Body); err != nil {
			return err
		}
	}
	late := error(nil) // a picture that nobody had time for is no picture that cannot be read
	files, report, err := exchange.Import(b.Format, in.Body, exchange.Options{
		Lang: b.Draft.Lang, Name: plainName(in.Name), Module: in.Module, Line: b.Draft.Line.Code, Channel: cmp.Or(in.Channel, BringChannels[0]), Rubric: in.Rubric,
		Take: func(src []byte) (media.Taken, error) {
			var taken media.Taken
			err := x.media.decode(ctx, func() error {
				var err error
				taken, err = media.Take(src)
				return err
			})
			late = cmp.Or(late, ctx.Err())
			return taken, err
		},
	})
	b.Report = report
	if err = errors.Join(err, late); err != nil {
		return err
	}
	if b.Format == exchange.Pack {
		files = exchange.OfLanguage(files, b.Draft.Lang, &b.Report)
	}
	texts, err := x.shelve(ctx, b, files)
	if err != nil {
		return err
	}
	if texts, err = mayBring(texts, &b.Report, in.Body); err != nil {
		return err
	}
	b.Files = append(b.placed(texts, in.Replace), b.Files...)
	return nil
}

// plainName is the name of a file as a title may hold it.
func plainName(name string) string {
	name = strings.Join(strings.Fields(foreign.Printable(name)), " ")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		dot = len(name)
	}
	if stem := []rune(name[:dot]); len(stem) > 60 {
		return strings.TrimSpace(string(stem[:60])) + name[dot:]
	}
	return name
}

// placed finds the places of texts, and tells of the report's entries what is
// called otherwise or stays behind.
func (b *BroughtIn) placed(texts []content.SourceFile, replace bool) []exchange.Placed {
	there := map[string]string{}
	var gone []string
	for _, f := range b.Draft.Files {
		there[f.Path] = f.Body
		if f.Change == content.Removed {
			gone = append(gone, f.Path)
		}
	}
	if b.Format == exchange.Pack {
		list := exchange.Lay(texts, there, gone, replace)
		for _, f := range list {
			if f.Becomes == exchange.Stays {
				exchange.Entry(&b.Report, f.Path).Refuse("file_stays", "name", f.Path)
			}
		}
		return list
	}
	list := exchange.Place(texts, there, gone)
	for i, f := range list {
		was, now := content.HeaderID(texts[i].Text), content.HeaderID(f.Text)
		for k := range b.Report.Entries {
			if e := &b.Report.Entries[k]; was != now && e.Item == was {
				e.Item = now
				e.Add(foreign.Lost("id_changed", "id", was, "new", now))
			}
		}
	}
	return list
}

// maxPath is how long the path of a file of a draft may be, in bytes.
const maxPath = 100

// mayBring keeps of texts those that a draft can hold, tells of the others, and
// refuses all of them for a card number in one.
func mayBring(texts []content.SourceFile, report *foreign.Report, src []byte) ([]content.SourceFile, error) {
	var list []content.SourceFile
	for _, f := range texts {
		refused := content.MayKeep(f.Text)
		switch {
		case refused == nil && len(f.Path) <= maxPath:
			list = append(list, f)
		case refused == nil:
			exchange.Entry(report, f.Path).Refuse("file_place", "name", foreign.Short(f.Path))
		case errors.Is(refused, content.ErrDraftCard):
			if !foreign.IsArchive(src) {
				for i, line := range strings.Split(string(src), "\n") {
					if pan.HasCardNumber(line) {
						return nil, ErrBringLine.With("Line", i+1)
					}
				}
			}
			return nil, ErrBringCard.With(append([]any{"Path", f.Path}, refused.Args...)...)
		case errors.Is(refused, content.ErrDraftLarge):
			exchange.Entry(report, f.Path).Refuse("file_long", "name", f.Path, "max", content.MaxSource>>10)
		default:
			exchange.Entry(report, f.Path).Refuse("file_broken")
		}
	}
	return list, nil
}

// shelve puts the media among files into the store, under names that are free, and
// returns the texts, which name them so.
func (x *Exchange) shelve(ctx context.Context, b *BroughtIn, files []content.SourceFile) ([]content.SourceFile, error) {
	var texts []content.SourceFile
	moved := map[string]string{}
	b.hashes = map[string]string{}
	p := b.Draft
	p.Media = slices.Clone(p.Media)
	total := int64(0)
	for _, m := range p.kept() {
		total += m.Size
	}
	for _, f := range files {
		if media.KindOf(f.Path) == "" {
			texts = append(texts, f)
			continue
		}
		made, err := x.media.prepare(ctx, []byte(f.Text))
		if err != nil {
			return nil, err
		}
		m := content.Medium{Info: made.Info, Size: int64(len(made.Body)), Hash: made.Hash}
		there := slices.ContainsFunc(p.Media, func(e MediumEntry) bool { return e.Hash == m.Hash && e.Change != content.Removed })
		if !there {
			if total += m.Size; total > media.MaxTotal {
				return nil, content.ErrMediaTotal.With("Max", media.MaxTotal>>20)
			}
		}
		if m.Path, err = x.media.place(ctx, p, f.Path, m); err != nil {
			return nil, err
		}
		placed := exchange.Placed{SourceFile: content.SourceFile{Path: m.Path}, Becomes: exchange.Same}
		if m.Path != f.Path {
			moved[f.Path], placed.From = m.Path, f.Path
		}
		if !there {
			placed.Becomes = exchange.New
			p.Media = append(p.Media, MediumEntry{DraftMedium: content.DraftMedium{Medium: m, Change: content.Added}})
			if err := x.media.put(ctx, made); err != nil {
				return nil, err
			}
		}
		b.Files, b.hashes[m.Path] = append(b.Files, placed), m.Hash
	}
	for from, to := range moved {
		for i := range b.Report.Entries {
			if e := &b.Report.Entries[i]; e.Kind == foreign.Resource && (content.InLanguage(e.File) == from || content.InLanguage(e.Item) == from) {
				e.Add(foreign.Lost("medium_renamed", "name", from, "new", to))
			}
		}
	}
	return content.Moved(texts, moved), nil
}

// keep writes what came in, under the lock of the draft.
func (x *Exchange) keep(ctx context.Context, q pg.Q, now time.Time, who people.Actor, b BroughtIn, in ForeignFile) error {
	store, err := lockOpen(ctx, q, b.Draft.ID)
	if err != nil {
		return err
	}
	written, err := store.DraftFiles(ctx, b.Draft.ID)
	if err != nil {
		return err
	}
	rows := map[string]contentdb.DraftFile{}
	for _, w := range written {
		rows[w.Path] = w
	}
	if replaces := slices.ContainsFunc(b.Files, func(f exchange.Placed) bool { return f.Becomes == exchange.Replaces }); replaces {
		if d, err := store.Draft(ctx, b.Draft.ID, false); err != nil {
			return err
		} else if seenOf(d, written) != in.Seen {
			return ErrChanged
		}
	}
	shown, err := store.DraftMedia(ctx, b.Draft.ID)
	if err != nil {
		return err
	}
	paths := map[string]string{}
	for _, f := range b.Files {
		if f.Becomes != exchange.New && f.Becomes != exchange.Replaces {
			continue
		}
		if hash, isMedium := b.hashes[f.Path]; isMedium {
			if slices.ContainsFunc(shown, func(m contentdb.DraftMedium) bool { return m.Path == f.Path && m.Hash != hash }) {
				return ErrChanged // somebody added one of this name meanwhile
			}
			row := contentdb.DraftMedium{WrittenMedium: content.WrittenMedium{Medium: content.Medium{Path: f.Path, Hash: hash}}, AuthorID: who.ID}
			if err := store.SaveDraftMedium(ctx, b.Draft.ID, row, now); err != nil {
				return err
			}
			paths[f.Path] = hash
			continue
		}
		row := contentdb.DraftFile{Path: f.Path, Kind: content.KindOf(f.Path), Body: f.Text, AuthorID: who.ID}
		if at, err := b.Draft.Entry(f.Path); err == nil {
			row.Version = at.Version
			if at.Change != content.Added {
				row.BaseHash = content.HashOf(at.Published)
			}
		} else if w, ok := rows[f.Path]; ok {
			if !w.Removed { // somebody began such a file meanwhile
				return ErrChanged
			}
			row.Version = w.Version // added once and taken away again
		}
		if _, err := store.SaveDraftFile(ctx, b.Draft.ID, row, now); errors.Is(err, contentdb.ErrDraftChanged) {
			return ErrChanged
		} else if err != nil {
			return err
		}
		paths[f.Path] = content.HashOf(f.Text)
	}
	return audit.Record(ctx, q, now, audit.Entry{
		Actor: who, As: writerOf(who), Action: people.WriteContent, Kind: "draft", Subject: b.Draft.ID,
		Detail: map[string]any{"did": "bring_in", "format": string(b.Format), "hash": media.HashOf(in.Body), "files": paths},
	})
}
