package exchange

import (
	"maps"
	"path"
	"slices"
	"strings"

	"abilita/internal/foreign"
)

const manifestName = "imsmanifest.xml"

// qtiPack is a package while it is read.
type qtiPack struct {
	*foreign.Archive
	seen     map[string]bool
	passages map[string]*passage
}

// maxPassage bounds a text that each item which refers to it repeats.
const maxPassage = 16 << 10

// passage is a text that items refer to.
type passage struct {
	entry foreign.Entry
	node  *foreign.Node // of an item that is none
	text  foreign.Text
	used  bool
	long  bool // too long to be repeated
}

// qtiPackage reads the files of a package in the order of its manifest.
func (im *importer) qtiPackage(a *foreign.Archive) error {
	im.pack = &qtiPack{a, map[string]bool{manifestName: true}, map[string]*passage{}}
	names := a.Names()
	tags := map[string][]string{}
	if a.Has(manifestName) {
		src, err := a.Read(manifestName)
		if err != nil {
			return err
		}
		root, err := foreign.Parse(src)
		if err != nil {
			return err
		}
		listed, found := manifest(root)
		tags = found
		names = append(slices.DeleteFunc(listed, func(n string) bool { return !a.Has(n) }), names...)
	}
	for _, name := range names {
		if im.pack.seen[name] {
			continue
		}
		im.pack.seen[name] = true
		lost := foreign.Entry{File: name, Kind: foreign.Resource, Name: name}
		if whole, is := fuller(name); is && a.Has(whole) {
			lost.Refuse("file_same", "name", name, "other", whole)
			im.add(lost)
			continue
		}
		if ext := strings.ToLower(path.Ext(name)); ext != ".xml" && ext != ".qti" {
			lost.Refuse("file_lost", "name", name)
			im.add(lost)
			continue
		}
		root, err := im.pack.read(name)
		if err != nil {
			return err
		}
		switch {
		case root == nil:
			lost.Refuse("file_broken")
			im.add(lost)
		case im.pack.keep(root, name) != nil:
		case !im.qtiFile(root, name, tags[name]):
			lost.Refuse("file_lost", "name", name)
			im.add(lost)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(im.pack.passages)) {
		p := im.pack.passages[name]
		if !p.used && !p.long {
			p.entry.Refuse("text_unread", "text", foreign.Short(p.text.Paragraphs()))
		}
		im.add(p.entry)
	}
	return nil
}

// read takes a file of XML apart; no tree when it is none. The error is of the
// archive.
func (p *qtiPack) read(name string) (*foreign.Node, error) {
	src, err := p.Read(name)
	if err != nil {
		return nil, err
	}
	root, err := foreign.Parse(src)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a file that is broken does not break the package
	}
	camel(root)
	return root, nil
}

// keep puts a passage aside for the items that refer to it; nil when the file is
// none.
func (p *qtiPack) keep(root *foreign.Node, name string) *passage {
	if root.Name != "assessmentStimulus" {
		return nil
	}
	entry := foreign.Entry{File: name, From: root.Line, To: last(root), Kind: foreign.Resource, Name: root.Get("title")}
	text, notes := foreign.Flow(root.One("stimulusBody"))
	entry.Add(notes...)
	p.passages[name] = newPassage(entry, text)
	return p.passages[name]
}

// newPassage is a text to stand in items, as a quotation.
func newPassage(entry foreign.Entry, text foreign.Text) *passage {
	if len(text.Paragraphs()) > maxPassage {
		entry.Refuse("text_long")
		return &passage{entry: entry, long: true}
	}
	for i := range text {
		text[i].Quote = true
	}
	return &passage{entry: entry, text: text}
}

// passage finds the text that an item of a file refers to.
func (im *importer) passage(file, href string) (foreign.Text, bool) {
	if im.pack == nil {
		return nil, false
	}
	name := path.Join(path.Dir(file), foreign.Unescaped(href))
	p := im.pack.passages[name]
	if p == nil && im.pack.Has(name) && !im.pack.seen[name] {
		im.pack.seen[name] = true
		if root, err := im.pack.read(name); err == nil && root != nil {
			p = im.pack.keep(root, name)
		}
	}
	if p == nil || p.long {
		return nil, false
	}
	p.used = true
	return slices.Clone(p.text), true
}

// manifest reads which files a package holds, and the words on each.
func manifest(root *foreign.Node) (names []string, tags map[string][]string) {
	tags = map[string][]string{}
	for _, r := range root.Deep("resource") {
		name := path.Clean(foreign.Unescaped(r.Get("href")))
		names = append(names, name)
		for _, f := range r.All("file") { // Canvas names the file of a test here only
			names = append(names, path.Clean(foreign.Unescaped(f.Get("href"))))
		}
		for _, k := range r.Deep("keyword") {
			tags[name] = append(tags[name], k.Str())
		}
	}
	return names, tags
}

// fuller is the file in which Canvas writes the same questions with all that it
// knows of them.
func fuller(name string) (whole string, is bool) {
	folder, is := strings.CutSuffix(name, "/assessment_qti.xml")
	return "non_cc_assessments/" + path.Base(folder) + ".xml.qti", is
}
