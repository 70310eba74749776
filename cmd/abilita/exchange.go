package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/content/media"
	"abilita/internal/foreign"
	"abilita/quiz"
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

// options are what the flags say of a file.
func (k *importCmd) options() exchange.Options {
	return exchange.Options{Lang: k.Lang, Name: filepath.Base(k.File), ID: k.ID, Title: k.Title, Module: k.Module, Line: k.Line, Channel: k.Channel, Rubric: k.Rubric}
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
	src, err := readLimited(k.File, exchange.Most(exchange.Format(k.Format)))
	if err != nil {
		return nil, foreign.Report{}, err
	}
	o := k.options()
	if k.Format == "markdown" {
		open, closeFolder, err := beside(filepath.Dir(k.File))
		if err != nil {
			return nil, foreign.Report{}, err
		}
		defer closeFolder()
		o.Beside = open
	}
	return exchange.Import(exchange.Format(k.Format), src, o)
}

// handbook reads every Markdown file of a folder, in the order of their names.
func (k *importCmd) handbook() ([]content.SourceFile, foreign.Report, error) {
	o := k.options()
	open, closeFolder, err := beside(k.File)
	if err != nil {
		return nil, foreign.Report{}, err
	}
	defer closeFolder()
	o.Beside = open
	var list []content.SourceFile
	err = fs.WalkDir(os.DirFS(k.File), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() || !strings.EqualFold(path.Ext(name), ".md") {
			return err
		}
		src, err := readLimited(filepath.Join(k.File, filepath.FromSlash(name)), foreign.MaxBytes)
		list = append(list, content.SourceFile{Path: name, Text: string(src)})
		return err
	})
	if err != nil {
		return nil, foreign.Report{Format: k.Format}, err
	}
	return exchange.Chapters(list, o)
}

// beside opens the pictures of a folder and of no other: no link leads out of it.
func beside(folder string) (open func(name string) ([]byte, error), closeFolder func(), err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	return func(name string) ([]byte, error) {
		f, err := root.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, media.MaxBytes+1))
	}, func() { _ = root.Close() }, nil
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
	return exchange.Export(exchange.Format(k.Format), bank, from)
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
	info, err := fs.Stat(fsys, dir)
	if err != nil {
		return all, nil, err
	}
	var pack content.Pack
	root := dir
	if info.IsDir() {
		folders, err := packFolders(fsys, dir)
		if err != nil {
			return all, nil, err
		}
		if len(folders) != 1 {
			return all, nil, fmt.Errorf("%s holds %d packs: name the folder of one language, like linea-donazioni/it", k.Path, len(folders))
		}
		root = folders[0]
		pack, _ = content.Load(fsys, root)
	} else {
		src, err := fs.ReadFile(fsys, dir)
		if err != nil {
			return all, nil, err
		}
		b, e, _ := content.ParseQuiz(dir, src, languageOf(dir))
		b.Path, e.Path = "", ""
		pack = content.Pack{Banks: []content.Bank{b}, Exams: []content.Exam{e}}
		pack.Exams[0].Bank = "" // its own items, if it has any
	}
	all, from = exchange.Gather(pack, root, k.Bank)
	if len(all.Items) == 0 {
		return all, nil, fmt.Errorf("no question found in %s", k.Path)
	}
	return all, from, nil
}
