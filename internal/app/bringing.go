package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/content/exchange"
	"abilita/content/media"
	"abilita/internal/audit"
	"abilita/internal/foreign"
	"abilita/internal/pan"
	"abilita/internal/people"
	"abilita/internal/pg"
)

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
		exchange.Renumber(b.Report.Entries, content.HeaderID(texts[i].Text), content.HeaderID(f.Text))
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
			row.Version, row.BaseHash = at.Version, at.Over()
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
