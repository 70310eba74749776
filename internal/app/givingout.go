package app

import (
	"context"
	"io"
	"slices"
	"strings"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/course/coursedb"
	"abilita/internal/fault"
	"abilita/internal/foreign"
	"abilita/internal/people"
)

// ErrNoQuestions refuses to give out the questions of what has none.
var ErrNoQuestions = fault.New(fault.Invalid, "draft.no_questions")

// GivenOut is content on its way to other programs.
type GivenOut struct {
	Line      coursedb.Line
	Title     string
	Programme string
	Lang      string
	Format    exchange.Format
	Questions int
	Report    foreign.Report // of questions: what the format cannot say of them
	Write     func(w io.Writer) error
}

// Release gives a release out: as a pack, the bytes that the command line makes of
// its folder, or its questions. Its keys go with it, so it is for who sees the keys
// of the line's items.
func (x *Exchange) Release(ctx context.Context, who people.Actor, programme, lang string, release int64, f exchange.Format) (GivenOut, error) {
	var g GivenOut
	if err := who.MustSomewhere(people.ReadItems); err != nil {
		return g, err
	}
	p, err := x.drafts.Release(ctx, who, programme, lang, release)
	if err != nil {
		return g, err
	}
	if !p.Keys {
		return g, people.ErrHidden
	}
	e := p.edition
	g = GivenOut{Line: p.Line, Title: e.Pack.Programme.Title, Programme: programme, Lang: lang, Format: f}
	if f == exchange.Pack {
		files, shown, err := x.drafts.sources(ctx, release)
		g.Write = x.pack(ctx, lang, files, shown)
		return g, err
	}
	return g, x.questions(ctx, &g, e.Pack, p.dir())
}

// Draft gives a draft out as it is written now, whatever the checks say of it.
func (x *Exchange) Draft(ctx context.Context, who people.Actor, draft int64, f exchange.Format) (GivenOut, error) {
	p, err := x.drafts.lay(ctx, x.db.Read(), who, people.WriteContent, draft, nil)
	if err != nil {
		return GivenOut{}, err
	}
	g := GivenOut{Line: p.Line, Programme: p.Programme, Lang: p.Lang, Format: f}
	if f == exchange.Pack {
		files := map[string]string{}
		for _, e := range p.Files {
			if e.Change != content.Removed {
				files[e.Path] = e.Body
			}
		}
		g.Write = x.pack(ctx, p.Lang, files, p.kept())
		return g, nil
	}
	if err := x.drafts.prove(ctx, &p); err != nil {
		return g, err
	}
	g.Title = p.Title
	return g, x.questions(ctx, &g, p.pack, p.Dir())
}

// questions turns the questions of a pack, in the room for whole packs.
func (x *Exchange) questions(ctx context.Context, g *GivenOut, pack content.Pack, root string) error {
	if !slices.Contains(exchange.Targets, g.Format) {
		return people.ErrHidden
	}
	leave, err := x.drafts.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	bank, from := exchange.Gather(pack, root, "")
	if g.Questions = len(bank.Items); g.Questions == 0 {
		return ErrNoQuestions
	}
	body, report, err := exchange.Export(g.Format, bank, from)
	g.Report = report
	g.Write = func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}
	return err
}

// pack writes the files of a language as a pack, medium by medium.
func (x *Exchange) pack(ctx context.Context, lang string, files map[string]string, shown []content.Medium) func(w io.Writer) error {
	names, hashes := []string{}, map[string]string{}
	for path := range files {
		names = append(names, lang+"/"+path)
	}
	for _, m := range shown {
		names, hashes[m.Path] = append(names, lang+"/"+m.Path), m.Hash
	}
	return func(w io.Writer) error {
		return foreign.PackTo(w, names, func(name string) ([]byte, error) {
			path := strings.TrimPrefix(name, lang+"/")
			hash, isMedium := hashes[path]
			if !isMedium {
				return []byte(files[path]), nil
			}
			r, err := x.media.blobs.Open(ctx, hash)
			if err != nil {
				return nil, err
			}
			defer r.Close() //nolint:errcheck // it was only read
			return io.ReadAll(r)
		})
	}
}
