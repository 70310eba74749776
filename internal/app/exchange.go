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
	"abilita/internal/fault"
	"abilita/internal/foreign"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Exchange brings files of other programs into drafts, and gives content out.
type Exchange struct {
	db     *pg.DB
	drafts *Drafts
	media  *Media
	bodies chan struct{} // room for what is brought in, whole in memory
}

// bringRoom is how many files may be brought in at once: a pack may weigh as much as
// a draft's media.
const bringRoom = 3

// NewExchange makes the use cases of exchange.
func NewExchange(db *pg.DB, drafts *Drafts, media *Media) *Exchange {
	return &Exchange{db: db, drafts: drafts, media: media, bodies: make(chan struct{}, bringRoom)}
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

// MayBring tells whether somebody writes in a draft, before a large file is read, and
// waits for room to read one; leave must be called.
func (x *Exchange) MayBring(ctx context.Context, who people.Actor, draft int64) (leave func(), err error) {
	if _, err := x.drafts.forWriting(ctx, who, draft); err != nil {
		return nil, err
	}
	select {
	case x.bodies <- struct{}{}:
		return func() { <-x.bodies }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
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
		if done, before := errors.AsType[*pg.Replayed](err); before {
			if b, err = x.arrange(ctx, who, draft, in); err == nil && b.Wrote() {
				err = done // somebody went on writing: what came in is no longer there as it came
			}
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
