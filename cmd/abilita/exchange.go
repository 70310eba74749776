package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"abilita/content"
	"abilita/content/markdown"
	"abilita/content/media"
	stories "abilita/course/roleplay/exchange"
	"abilita/internal/foreign"
	"abilita/quiz"
	"abilita/quiz/exchange"
)

type importCmd struct {
	Format string `arg:"" enum:"gift,moodle,aiken,qti,twee,ink,markdown,pack" help:"Format of the file. Questions: gift, moodle (XML), aiken, qti (1.2, 2, 3; a package or one file). Call scripts: twee (3), ink. Modules: markdown (a file, or a folder of them). A whole pack: pack (a ZIP file or a folder)."`
	File   string `arg:"" help:"File to take in; of markdown and pack a folder too."`
	Into   string `required:"" placeholder:"FOLDER" help:"Folder of one language of a pack, for example my-pack/it; of a whole pack its own folder. It is made when it is missing."`
	ID     string `help:"Id of what is made; without it, from the name of the file." placeholder:"ID"`
	Title  string `help:"Title of what is made; without it, the name of the file." placeholder:"TITLE"`
	Module string `help:"Module of the questions that name none." placeholder:"ID"`

	Line    string `default:"da-assegnare" help:"Line of a call script." placeholder:"LINE"`
	Channel string `enum:"phone,chat,video,mail,desk" default:"phone" help:"Channel of a call script: phone, chat, video, mail, desk."`
	Rubric  string `help:"Rubric of a call script." placeholder:"ID"`

	All    bool   `help:"List what was read whole too."`
	JSON   bool   `help:"The report as data."`
	Strict bool   `help:"Write nothing unless everything was read whole."`
	Force  bool   `help:"Write over files that are there."`
	Lang   string `enum:"it,en" default:"it" help:"Language of what is written and of the messages."`
}

// Run reads a file of another program, writes ours and accounts for every part
// of it. The exit code is 1 when nothing could be taken, or with --strict when
// anything was lost.
func (k *importCmd) Run(o *out) error {
	files, report, err := k.read()
	if err != nil {
		return err
	}
	lossy := report.Count(foreign.Adapted)+report.Count(foreign.LeftOut) > 0
	written := []string{}
	if len(files) > 0 && (!k.Strict || !lossy) {
		if written, err = writeAll(k.Into, files, k.Force); err != nil {
			return err
		}
	}
	if k.JSON {
		err = report.JSON(o.std, k.File, k.Lang, written)
	} else {
		err = k.tell(o.std, report, files, written)
	}
	if err == nil && (len(files) == 0 || k.Strict && lossy) {
		return exitCode(1)
	}
	return err
}

// name is what the file is called here, and its title.
func (k *importCmd) name() (name, title string) {
	base := strings.TrimSuffix(filepath.Base(k.File), filepath.Ext(k.File))
	name, title = markdown.Slug(base), k.Title
	if name == "" {
		name = "importazione"
	}
	if title == "" {
		title = base
	}
	return name, title
}

func (k *importCmd) read() ([]content.SourceFile, foreign.Report, error) {
	if info, err := os.Stat(k.File); err == nil && info.IsDir() {
		switch k.Format {
		case "pack":
			files, report, err := content.FromFolder(os.DirFS(k.File), ".")
			return content.TakeMedia(files, &report), report, err
		case "markdown":
			return k.handbook()
		}
	}
	limit := int64(foreign.MaxArchive)
	if k.Format == "pack" {
		limit = content.MaxPack
	}
	src, err := readLimited(k.File, limit)
	if err != nil {
		return nil, foreign.Report{}, err
	}
	name, title := k.name()
	switch k.Format {
	case "pack":
		files, report, err := content.FromArchive(src)
		return content.TakeMedia(files, &report), report, err
	case "markdown":
		album, closeFolder, err := beside(filepath.Dir(k.File))
		if err != nil {
			return nil, foreign.Report{}, err
		}
		defer closeFolder()
		files, report, err := content.FromHandbook(title, src, k.Lang, ".", album)
		return append(files, album.Files()...), report, err
	case "twee", "ink":
		return k.script(src, name)
	}
	items, report, err := exchange.Import(exchange.Format(k.Format), src, exchange.Options{Lang: k.Lang, Module: k.Module})
	if err != nil || len(items) == 0 {
		return nil, report, err
	}
	bank := quiz.Bank{ID: cmp.Or(k.ID, "qz-"+name), Version: "1.0", Title: title, Items: items}
	return content.WriteBanks(bank, name, k.Lang), report, nil
}

// handbook reads every Markdown file of a folder, in the order of their names.
func (k *importCmd) handbook() (files []content.SourceFile, all foreign.Report, err error) {
	all.Format = k.Format
	fsys := os.DirFS(k.File)
	album, closeFolder, err := beside(k.File)
	if err != nil {
		return nil, all, err
	}
	defer closeFolder()
	taken := map[string]bool{}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() || !strings.EqualFold(path.Ext(name), ".md") {
			return err
		}
		src, err := readLimited(filepath.Join(k.File, filepath.FromSlash(name)), foreign.MaxBytes)
		if err != nil {
			return err
		}
		list, report, err := content.FromHandbook(strings.TrimSuffix(path.Base(name), path.Ext(name)), src, k.Lang, path.Dir(name), album)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, w := range list {
			if taken[w.Path] {
				return fmt.Errorf("%s: two chapters would be called %s: rename one of them", name, w.Path)
			}
			taken[w.Path] = true
		}
		files = append(files, list...)
		for _, e := range report.Entries {
			e.File = name
			all.Entries = append(all.Entries, e)
		}
		return nil
	})
	return append(files, album.Files()...), all, err
}

// beside opens the pictures of a folder and of no other: no link leads out of it.
func beside(folder string) (*content.Album, func(), error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	return &content.Album{Open: func(name string) ([]byte, error) {
		f, err := root.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, media.MaxBytes+1))
	}}, func() { _ = root.Close() }, nil
}

func (k *importCmd) script(src []byte, name string) ([]content.SourceFile, foreign.Report, error) {
	sc, report, err := stories.Import(stories.Format(k.Format), src)
	if err != nil || len(sc.Nodes) == 0 {
		return nil, report, err
	}
	_, title := k.name()
	sc.ID, sc.Version, sc.Title = cmp.Or(k.ID, "rp-"+name), "1.0", cmp.Or(k.Title, sc.Title, title)
	sc.Line, sc.Channel = k.Line, k.Channel
	return []content.SourceFile{{Path: "copioni/" + name + ".md", Text: content.WriteScript(content.Script{Script: sc, RubricID: k.Rubric}, k.Lang)}}, report, nil
}

// tell prints the report, then what is still to be mended in what was written.
func (k *importCmd) tell(w io.Writer, report foreign.Report, files []content.SourceFile, written []string) error {
	if err := report.Write(w, k.File, k.Lang, k.All); err != nil {
		return err
	}
	for i, name := range written {
		if k.Format == "pack" {
			break // as it came: abilita check says the rest
		}
		if path.Ext(files[i].Path) != ".md" {
			continue
		}
		_, problems := content.ParseFile(files[i].Path, []byte(files[i].Text), k.Lang)
		for _, p := range problems {
			if p.Severity != content.Advice {
				p.File = name
				fmt.Fprintln(w, p.Text(k.Lang))
			}
		}
	}
	for _, name := range written {
		fmt.Fprintln(w, name)
	}
	return nil
}

// readLimited reads a file that somebody else made.
func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(src)) > limit {
		err = foreign.ErrTooLarge.With("max", limit>>20)
	}
	return src, err
}

// writeAll writes files under a folder, none when one of them is there already.
func writeAll(folder string, files []content.SourceFile, force bool) ([]string, error) {
	var names []string
	for _, f := range files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, fmt.Errorf("%s does not lie in the folder", f.Path)
		}
		name := filepath.Join(folder, filepath.FromSlash(f.Path))
		if _, err := os.Lstat(name); err == nil && !force {
			return nil, fmt.Errorf("%s is there already: choose another folder, or --force", name)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		names = append(names, name)
	}
	for i, f := range files {
		if err := os.MkdirAll(filepath.Dir(names[i]), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(names[i], []byte(f.Text), 0o644); err != nil { //nolint:gosec // content is for everybody to read
			return nil, err
		}
	}
	return names, nil
}

type exportCmd struct {
	Path   string `arg:"" help:"Folder of one language of a pack, or one file with questions; of a whole pack its own folder."`
	Format string `arg:"" enum:"gift,moodle,qti,pack" help:"Format to write. Questions: gift, moodle (XML), qti (3.0, a package). A whole pack: pack (a ZIP file)."`
	Output string `short:"o" required:"" placeholder:"FILE" help:"File to write."`
	Bank   string `help:"Only the bank with this id." placeholder:"ID"`
	All    bool   `help:"List what went over whole too."`
	JSON   bool   `help:"The report as data."`
	Force  bool   `help:"Write over a file that is there."`
	Lang   string `enum:"it,en" default:"it" help:"Language of the messages."`
}

// Run writes questions for another program and says what that cannot hold.
func (k *exportCmd) Run(o *out) error {
	fsys, dir, _, err := place(k.Path)
	if err != nil {
		return err
	}
	src, report, err := k.make(fsys, dir)
	if err != nil {
		return err
	}
	if err := writeNew(k.Output, src, k.Force); err != nil {
		return err
	}
	if k.JSON {
		return report.JSON(o.std, k.Path, k.Lang, []string{k.Output})
	}
	return report.Write(o.std, k.Path, k.Lang, k.All)
}

func (k *exportCmd) make(fsys fs.FS, dir string) ([]byte, foreign.Report, error) {
	if k.Format == "pack" {
		files, report, err := content.FromFolder(fsys, dir)
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("no file of a pack found in %s", k.Path)
		}
		if err != nil {
			return nil, report, err
		}
		src, err := content.Archive(files)
		return src, report, err
	}
	bank, from, err := k.bank(fsys, dir)
	if err != nil {
		return nil, foreign.Report{}, err
	}
	src, report, err := exchange.Export(exchange.Format(k.Format), bank)
	for i := range report.Entries {
		report.Entries[i].File = from[i]
	}
	return src, report, err
}

func writeNew(name string, src []byte, force bool) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(src)
	return errors.Join(err, f.Close())
}

// bank gathers the questions below dir, with the file of each when there are
// several.
func (k *exportCmd) bank(fsys fs.FS, dir string) (all quiz.Bank, from []string, err error) {
	add := func(b quiz.Bank, file string) {
		if len(b.Items) == 0 || k.Bank != "" && b.ID != k.Bank {
			return
		}
		if all.ID == "" {
			all.ID, all.Version, all.Title = b.ID, b.Version, b.Title
		}
		for range b.Items {
			from = append(from, file)
		}
		all.Items = append(all.Items, b.Items...)
	}
	info, err := fs.Stat(fsys, dir)
	if err != nil {
		return all, nil, err
	}
	if info.IsDir() {
		folders, err := packFolders(fsys, dir)
		if err != nil {
			return all, nil, err
		}
		if len(folders) != 1 {
			return all, nil, fmt.Errorf("%s holds %d packs: name the folder of one language, like linea-donazioni/it", k.Path, len(folders))
		}
		pack, _ := content.Load(fsys, folders[0])
		for _, b := range pack.Banks {
			add(b.Bank, strings.TrimPrefix(b.Path, folders[0]+"/"))
		}
		for _, e := range pack.Exams {
			if e.Bank == "" {
				add(e.Items, strings.TrimPrefix(e.Path, folders[0]+"/"))
			}
		}
	} else {
		src, err := fs.ReadFile(fsys, dir)
		if err != nil {
			return all, nil, err
		}
		b, e, _ := content.ParseQuiz(dir, src, languageOf(dir))
		add(b.Bank, "")
		add(e.Items, "")
	}
	if len(all.Items) == 0 {
		return all, nil, fmt.Errorf("no question found in %s", k.Path)
	}
	return all, from, nil
}
