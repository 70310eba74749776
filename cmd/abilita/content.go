package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/i18n"
	"abilita/internal/web/gallery"
	"abilita/internal/web/ui"
)

// place opens the file system in which a path typed by a person lies, and what
// to put before the names found there to get such paths again.
func place(typed string) (fsys fs.FS, dir, prefix string, err error) {
	if _, err := os.Stat(typed); err != nil {
		return nil, "", "", err
	}
	clean := filepath.Clean(typed)
	if !filepath.IsAbs(clean) && filepath.IsLocal(clean) {
		return os.DirFS("."), filepath.ToSlash(clean), "", nil
	}
	abs, err := filepath.Abs(clean)
	if err != nil {
		return nil, "", "", err
	}
	return os.DirFS("/"), strings.TrimPrefix(filepath.ToSlash(abs), "/"), "/", nil
}

// packFolders finds the language folders of packs at or below dir: those that
// hold a programme or one of the folders of a pack.
func packFolders(fsys fs.FS, dir string) ([]string, error) {
	var found []string
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		for _, mark := range []string{content.ProgrammeFile, "moduli", "copioni", "quiz", "griglie", "liste"} {
			if _, err := fs.Stat(fsys, path.Join(name, mark)); err == nil {
				found = append(found, name)
				return fs.SkipDir
			}
		}
		return nil
	})
	return found, err
}

type checkCmd struct {
	Paths  []string `arg:"" help:"Folders of packs, one pack, one of its languages, or single files."`
	JSON   bool     `help:"The reports as data: counts, files, problems."`
	Advice bool     `help:"Advice too, not only errors and warnings."`
	Strict bool     `help:"Fail on warnings too."`
	Fix    bool     `help:"Write the corrections that are offered for errors and warnings into the files, then report."`
	Lang   string   `enum:"it,en" default:"it" help:"Language of the messages."`
}

// Run proves content. The exit code is 1 when something must be mended.
func (k *checkCmd) Run(o *out) error {
	ok := true
	var reports []content.Report
	for _, typed := range k.Paths {
		fsys, dir, prefix, err := place(typed)
		if err != nil {
			return err
		}
		if k.Fix {
			if err := fix(fsys, dir, prefix); err != nil {
				return err
			}
		}
		list, err := inspect(fsys, dir)
		if err != nil {
			return err
		}
		for _, r := range list {
			for i := range r.Problems {
				r.Problems[i].File = prefix + r.Problems[i].File
			}
			ok = ok && r.OK(k.Strict)
			reports = append(reports, r)
		}
	}
	if len(reports) == 0 {
		return errors.New("no pack and no file found there; see the folders of a pack in content/FORMATS.md")
	}
	if k.JSON {
		fmt.Fprintln(o.std, "[")
		for i, r := range reports {
			if i > 0 {
				fmt.Fprintln(o.std, ",")
			}
			if err := r.JSON(o.std, k.Lang); err != nil {
				return err
			}
		}
		fmt.Fprintln(o.std, "]")
	} else {
		for _, r := range reports {
			if err := r.Write(o.std, k.Lang, k.Advice); err != nil {
				return err
			}
		}
	}
	if !ok {
		return exitCode(1)
	}
	return nil
}

// maxFixes ends corrections that bring each other back.
const maxFixes = 1000

// fix writes corrections until none is offered, one at a time: each moves the places
// of the others.
func fix(fsys fs.FS, dir, prefix string) error {
	for range maxFixes {
		list, err := inspect(fsys, dir)
		if err != nil {
			return err
		}
		var next *content.Problem
		for _, r := range list {
			for _, p := range r.Problems {
				if next == nil && p.Mend != nil && p.Severity != content.Advice {
					next = &p
				}
			}
		}
		if next == nil {
			return nil
		}
		src, err := fs.ReadFile(fsys, next.File)
		if err != nil {
			return err
		}
		text, ok := next.Mend.Apply(string(src))
		if !ok || text == string(src) {
			return nil
		}
		if err := os.WriteFile(filepath.FromSlash(prefix+next.File), []byte(text), 0o644); err != nil { //nolint:gosec // content is for everybody to read
			return err
		}
	}
	return nil
}

// inspect reports on every pack at or below dir, or on the single file dir.
func inspect(fsys fs.FS, dir string) ([]content.Report, error) {
	info, err := fs.Stat(fsys, dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		src, err := fs.ReadFile(fsys, dir)
		if err != nil {
			return nil, err
		}
		f, problems := content.ParseFile(dir, src, languageOf(dir))
		return []content.Report{{Pack: path.Base(dir), Lang: f.Lang, Files: []content.File{f}, Problems: problems}}, nil
	}
	folders, err := packFolders(fsys, dir)
	var list []content.Report
	for _, folder := range folders {
		pack, problems := content.Load(fsys, folder)
		list = append(list, content.Inspect(pack, problems))
	}
	return list, err
}

// languageOf reads the language out of a path like pack/en/moduli/x.md.
func languageOf(name string) string {
	if slices.Contains(strings.Split(name, "/"), "en") {
		return "en"
	}
	return "it"
}

type publishCmd struct {
	Path   string `arg:"" help:"Folder of one language of a pack, for example content/packs/linea-donazioni/it."`
	Impact string `enum:"none,notice,confirm,micro,recertify" required:"" help:"What the change asks of people who are certified: none, notice, confirm, micro, recertify."`
	By     string `help:"Deadline, 2006-01-02: until 24:00 of that day. Without it confirm and micro take the days of the programme." placeholder:"DATE"`
	Note   string `help:"What changed, for the letters and the record; required when a check warns."`
	DryRun bool   `help:"Store nothing: say who would be touched, what they would have to do and until when."`
	Names  bool   `help:"With --dry-run: names beside the numbers."`
	Demo   bool   `help:"In the demonstration."`
	Lang   string `enum:"it,en" default:"it" help:"Language of the messages."`
}

// Run checks and publishes a pack and says whom the change touches.
func (p *publishCmd) Run(ctx context.Context, o *out) error {
	fsys, dir, _, err := place(p.Path)
	if err != nil {
		return err
	}
	reports, err := inspect(fsys, dir)
	if err != nil {
		return err
	}
	if len(reports) != 1 {
		return fmt.Errorf("%s holds %d packs: name the folder of one language, like linea-donazioni/it", p.Path, len(reports))
	}
	if err := reports[0].Write(o.std, p.Lang, false); err != nil {
		return err
	}
	if !reports[0].OK(false) {
		return exitCode(1)
	}
	in, err := open(ctx, o.cfg, p.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	what := app.Publication{Files: fsys, Dir: dir, Impact: app.Impact(p.Impact), By: p.By, Note: p.Note}
	if p.DryRun {
		seen, err := in.app.Publishing.Preview(ctx, in.actor, what)
		if err != nil {
			return err
		}
		return writePlan(o.std, what.Impact, seen.Plan, p.Names)
	}
	done, err := in.app.Publishing.Publish(ctx, in.actor, commandLine("publish"), what)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.std, "release %d published; changed: %s; certified people touched: %d\n", done.Release, strings.Join(done.Changed, ", "), len(done.Touched))
	return nil
}

// asks says what an impact asks of somebody who is certified.
func asks(impact app.Impact, again []string) string {
	switch impact {
	case app.Notice:
		return "nothing (a letter)"
	case app.Confirm:
		return "read and confirm the change"
	case app.Micro:
		return "read again: " + strings.Join(again, ", ")
	case app.Recertify:
		return "a new certificate"
	case app.NoImpact:
	}
	return "nothing"
}

// writePlan lists whom a release would touch, one a line: number, name if it is
// wanted, what to do, until when.
func writePlan(w io.Writer, impact app.Impact, p app.Plan, names bool) error {
	var b strings.Builder
	row := func(number, name string, rest ...string) {
		cells := []string{number}
		if names {
			cells = append(cells, name)
		}
		b.WriteString(strings.Join(append(cells, rest...), "\t") + "\n")
	}
	until := "no deadline"
	if p.By != nil {
		until = "until " + p.By.Format(time.RFC3339)
	}
	fmt.Fprintf(&b, "nothing was stored; changed: %s\ncertified people touched: %d\n", strings.Join(p.Changed, ", "), len(p.Touched))
	for _, id := range p.Touched {
		who := p.People[id]
		row(who.Number, who.Name(), asks(impact, p.Again), until)
	}
	fmt.Fprintf(&b, "enrolled people who go on with the new release (what is passed stays passed): %d\n", len(p.Moved))
	for _, m := range p.Moved {
		what := "nothing again"
		if len(m.Begun) > 0 {
			what = "ends on the version they began: " + strings.Join(m.Begun, ", ")
		}
		row(m.Number, m.GivenName+" "+m.FamilyName, what)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type galleryCmd struct {
	Addr string `default:"127.0.0.1:8089" help:"Address to listen on."`
}

// Run serves every page with prepared data, without a database.
func (g *galleryCmd) Run(ctx context.Context, o *out) error {
	catalogue, err := i18n.Load()
	if err != nil {
		return err
	}
	renderer, err := ui.New(catalogue)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", ui.Assets())
	mux.Handle("/", gallery.Handler(renderer))
	l, err := listen(ctx, g.Addr, "--addr")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	fmt.Fprintf(o.std, "Every page with prepared data is at http://%s/\n", l.Addr())
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.WithoutCancel(ctx))
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
