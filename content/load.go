package content

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"abilita/content/markdown"
)

// folders says which kind of file each folder of a pack holds.
var folders = map[string]Kind{
	"moduli": KindModule, "copioni": KindScript, "griglie": KindRubric, "quiz": KindQuiz, "liste": KindChecklist,
}

// ProgrammeFile is the name of the one file at the top of a pack's language.
const ProgrammeFile = "programma.md"

// Load reads one language of a pack: dir is like "linea-donazioni/it". It parses
// every file, then puts rubrics into scripts, banks into exams, and module ids
// in place of short names. A folder that cannot be read is a problem without a
// line; the pack holds whatever could be parsed.
func Load(fsys fs.FS, dir string) (Pack, []Problem) {
	l := loader{fsys: fsys, pack: Pack{Name: path.Base(path.Dir(path.Clean(dir))), Lang: path.Base(path.Clean(dir))}}
	if l.pack.Name == "." || l.pack.Name == "/" {
		l.pack.Name = l.pack.Lang
	}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		l.add("unreadable", dir, "cause", cause(err))
		return l.pack, l.problems
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() && e.Name() == MediaFolder:
			l.media(name)
		case e.IsDir():
			l.folder(name, folders[e.Name()])
		case e.Name() == ProgrammeFile:
			l.file(name, KindProgramme)
		case strings.HasSuffix(e.Name(), ".md") && !strings.EqualFold(e.Name(), "README.md"):
			l.add("out_of_place", name)
		}
	}
	if shelf, ok := fsys.(Shelf); ok {
		l.pack.Media = append(l.pack.Media, shelf.Media...)
	}
	l.pack.resolve(&l.problems)
	sortProblems(l.problems)
	return l.pack, l.problems
}

// ParseFile reads one file of any kind, as Load would, without the others. It
// is what an editor checks while somebody writes.
func ParseFile(name string, src []byte, lang string) (File, []Problem) {
	l := loader{pack: Pack{Lang: lang}}
	kind := folders[path.Base(path.Dir(name))]
	if path.Base(name) == ProgrammeFile {
		kind = KindProgramme
	}
	l.parse(name, src, kind)
	sortProblems(l.problems)
	l.pack.mendAll(l.problems)
	if fs := l.pack.Files(); len(fs) > 0 {
		return fs[0], l.problems
	}
	return File{Path: name, Lang: lang, Source: string(src)}, l.problems
}

type loader struct {
	fsys     fs.FS
	pack     Pack
	problems []Problem
}

func (l *loader) add(code, file string, args ...any) {
	l.problems = append(l.problems, Problem{File: file, Severity: messages[code].severity, Code: code, Args: args})
}

func (l *loader) folder(dir string, kind Kind) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		l.add("unreadable", dir, "cause", cause(err))
		return
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() || !strings.HasSuffix(e.Name(), ".md"):
		case kind == "":
			l.add("out_of_place", name)
		default:
			l.file(name, kind)
		}
	}
}

func (l *loader) file(name string, kind Kind) {
	info, err := fs.Stat(l.fsys, name)
	if err == nil && info.Size() > 4*markdown.MaxBytes {
		l.add("too_large", name, "max", markdown.MaxBytes>>10)
		return
	}
	src, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		l.add("unreadable", name, "cause", cause(err))
		return
	}
	l.parse(name, src, kind)
}

// cause keeps the reason and drops the path, which the problem has.
func cause(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func (l *loader) parse(name string, src []byte, kind Kind) {
	p, lang := &l.pack, l.pack.Lang
	if p.sources == nil {
		p.sources = map[string]string{}
	}
	p.sources[name] = string(src)
	var found []Problem
	switch kind {
	case KindModule:
		m, ps := ParseModule(name, src, lang)
		p.Modules, found = append(p.Modules, m), ps
	case KindScript:
		s, ps := ParseScript(name, src, lang)
		p.Scripts, found = append(p.Scripts, s), ps
	case KindRubric:
		r, ps := ParseRubric(name, src, lang)
		p.Rubrics, found = append(p.Rubrics, r), ps
	case KindQuiz:
		b, e, ps := ParseQuiz(name, src, lang)
		if found = ps; e.Path != "" {
			p.Exams = append(p.Exams, e)
		} else {
			p.Banks = append(p.Banks, b)
		}
	case KindChecklist:
		c, ps := ParseChecklist(name, src, lang)
		p.Checklists, found = append(p.Checklists, c), ps
	case KindProgramme:
		g, ps := ParseProgramme(name, src, lang)
		p.Programme, found = g, ps
	default:
		l.add("out_of_place", name)
	}
	l.problems = append(l.problems, found...)
}

// resolve joins what files say of each other.
func (p *Pack) resolve(problems *[]Problem) {
	module := map[string]string{}
	for _, m := range p.Modules {
		module[m.ID] = m.ID
		if m.Short != "" {
			module[m.Short] = m.ID
		}
	}
	name := func(to *string) {
		if id, ok := module[*to]; ok {
			*to = id
		}
	}
	for i := range p.Banks {
		for j := range p.Banks[i].Items {
			name(&p.Banks[i].Items[j].Module)
		}
	}
	for i := range p.Exams {
		e := &p.Exams[i]
		for j := range e.Items.Items {
			name(&e.Items.Items[j].Module)
		}
		for j := range e.Blueprint.Modules {
			name(&e.Blueprint.Modules[j].Module)
		}
		if e.Bank == "" {
			continue
		}
		k := slices.IndexFunc(p.Banks, func(b Bank) bool { return b.File.ID == e.Bank })
		if k < 0 {
			*problems = append(*problems, p.unknown(e.Path, 0, e.Bank, KindQuiz))
			continue
		}
		e.Items = p.Banks[k].Bank
	}
	for i := range p.Scripts {
		p.resolveRubric(&p.Scripts[i], problems)
	}
}

func (p *Pack) resolveRubric(s *Script, problems *[]Problem) {
	defer func() {
		if s.Threshold == 0 {
			s.Threshold = DefaultThreshold
		}
	}()
	if s.RubricID == "" {
		return
	}
	k := slices.IndexFunc(p.Rubrics, func(r Rubric) bool { return r.File.ID == s.RubricID })
	if k < 0 {
		*problems = append(*problems, p.unknown(s.Path, 0, s.RubricID, KindRubric))
		return
	}
	r := p.Rubrics[k]
	if s.Threshold == 0 {
		s.Threshold = r.Threshold
	}
	if len(s.Rubric.Statements) == 0 {
		s.Rubric.Statements = r.Statements
	}
	if len(s.Rubric.Errors) == 0 {
		s.Rubric.Errors = r.Errors
	}
	if len(s.Rubric.Criteria) == 0 {
		s.Rubric.Criteria = r.Criteria
	}
}
