package app

import (
	"context"
	"fmt"
	"sync"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/internal/pg"
)

// library keeps parsed releases. A release never changes, so what was parsed
// once holds for ever.
type library struct {
	db    *pg.DB
	mu    sync.Mutex
	packs map[int64]*edition
}

// edition is a release, parsed.
type edition struct {
	Release  int64
	Pack     content.Pack
	versions map[string]contentdb.Version // by hash
	byKey    map[string]contentdb.Version // by kind and key
}

func newLibrary(db *pg.DB) *library { return &library{db: db, packs: map[int64]*edition{}} }

// edition returns a release, parsing it at the first use. q lets a release that
// is being published be read before its commit; only committed ones are kept.
func (l *library) edition(ctx context.Context, id int64) (*edition, error) {
	l.mu.Lock()
	e, ok := l.packs[id]
	l.mu.Unlock()
	if ok {
		return e, nil
	}
	store := contentdb.New(l.db.Read())
	release, err := store.Release(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read release %d: %w", id, err)
	}
	versions, err := store.Sources(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read release %d: %w", id, err)
	}
	media, err := store.ReleaseMedia(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read the media of release %d: %w", id, err)
	}
	e, err = parseEdition(release, versions, media)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.packs[id] = e
	l.mu.Unlock()
	return e, nil
}

// parseEdition lays a release out as the pack that it is. A version may have come
// with another pack or language first, where the same bytes stand in both.
func parseEdition(r contentdb.Release, versions []contentdb.Version, media []content.Medium) (*edition, error) {
	files := content.Memory{}
	e := &edition{Release: r.ID, versions: map[string]contentdb.Version{}, byKey: map[string]contentdb.Version{}}
	root := ""
	for _, v := range versions {
		if v.Hash == r.Hash {
			root = v.Pack + "/" + r.Lang
		}
	}
	for _, v := range versions {
		files[root+"/"+v.Path] = v.Source
		e.versions[v.Hash] = v
		e.byKey[v.Kind+"/"+v.Key] = v
	}
	pack, problems := content.Load(content.Shelf{Memory: files, Media: within(root, media)}, root)
	for _, p := range problems {
		if p.Severity == content.Error {
			return nil, fmt.Errorf("published release %d no longer reads: %s:%d: %s", r.ID, p.File, p.Line, p.Message("en"))
		}
	}
	e.Pack = pack
	return e, nil
}

// script finds a call script by its exact version, whatever release it is in.
func (l *library) script(ctx context.Context, hash string) (content.Script, error) {
	release, err := contentdb.New(l.db.Read()).ReleaseWith(ctx, hash)
	if err != nil {
		return content.Script{}, err
	}
	e, err := l.edition(ctx, release)
	if err != nil {
		return content.Script{}, err
	}
	for _, s := range e.Pack.Scripts {
		if s.Hash == hash {
			return s, nil
		}
	}
	return content.Script{}, contentdb.ErrNoContent
}

// exam finds an exam by its exact version, whatever release it is in.
func (l *library) exam(ctx context.Context, hash string) (content.Exam, error) {
	release, err := contentdb.New(l.db.Read()).ReleaseWith(ctx, hash)
	if err != nil {
		return content.Exam{}, err
	}
	e, err := l.edition(ctx, release)
	if err != nil {
		return content.Exam{}, err
	}
	for _, x := range e.Pack.Exams {
		if x.Hash == hash {
			return x, nil
		}
	}
	return content.Exam{}, contentdb.ErrNoContent
}

// in is the edition with titles and objectives in a language, where their writer
// gave them. Papers and evidence are made of the edition itself.
func (e *edition) in(lang string) *edition {
	if lang == e.Pack.Lang {
		return e
	}
	named := *e
	named.Pack = e.Pack.In(lang)
	return &named
}

// version finds the published version of a part.
func (e *edition) version(kind content.Kind, key string) (contentdb.Version, error) {
	v, ok := e.byKey[string(kind)+"/"+key]
	if !ok {
		return v, contentdb.ErrNoContent
	}
	return v, nil
}

func (e *edition) script(key string) (content.Script, bool) {
	for _, s := range e.Pack.Scripts {
		if s.File.ID == key {
			return s, true
		}
	}
	return content.Script{}, false
}

func (e *edition) exam(key string) (content.Exam, bool) {
	for _, x := range e.Pack.Exams {
		if x.File.ID == key {
			return x, true
		}
	}
	return content.Exam{}, false
}

func (e *edition) checklist(key string) (content.Checklist, bool) {
	for _, c := range e.Pack.Checklists {
		if c.ID == key {
			return c, true
		}
	}
	return content.Checklist{}, false
}

func (e *edition) requirement(key string) (content.Requirement, bool) {
	for _, r := range e.Pack.Programme.Every() {
		if r.Key == key {
			return r, true
		}
	}
	return content.Requirement{}, false
}
