package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/content/packs"
	"abilita/internal/app"
	"abilita/internal/audit"
	"abilita/internal/blob"
	"abilita/internal/config"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/embedded"
	"abilita/internal/site"
	"abilita/internal/walkthrough"
	"abilita/migrations"
)

type walkthroughCmd struct {
	URL   string `name:"url" help:"A running demonstration that nobody has set up; without it a throw-away one is started." placeholder:"URL"`
	SetUp string `help:"Its set-up link, with --url." placeholder:"LINK"`
	Lang  string `enum:"it,en" default:"it" help:"Language of the pages."`
}

// donations is the pack of the story: what people study who read a language.
func donations(lang string) (content.Pack, error) {
	pack, problems := content.Load(packs.FS, "linea-donazioni/"+lang)
	for _, p := range problems {
		if p.Severity == content.Error {
			return pack, errors.New(p.Text("en"))
		}
	}
	return pack, nil
}

// Run plays the story; the first surprise ends it with exit code 1.
func (w *walkthroughCmd) Run(ctx context.Context, o *out) error {
	pack, err := donations(w.Lang)
	if err != nil {
		return err
	}
	options := walkthrough.Options{Base: w.URL, SetUp: w.SetUp, Pack: pack, Out: o.std, Lang: w.Lang}
	if w.URL != "" {
		if w.SetUp == "" {
			return errors.New("with --url give the set-up link too: --set-up LINK; `abilita serve` prints it")
		}
		return walkthrough.Play(ctx, options)
	}
	dir, err := os.MkdirTemp("", "abilita-walkthrough-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL's own account must reach its folder inside
		return err
	}
	throwAway, err := startThrowAway(ctx, o.cfg, dir)
	if err != nil {
		return err
	}
	defer throwAway.stop()
	options.Base, options.SetUp, options.Publish = throwAway.base, throwAway.setUp, throwAway.changeFund(ctx, pack)
	if err := walkthrough.Play(ctx, options); err != nil {
		return err
	}
	return throwAway.inspect(ctx, o)
}

// throwAway is an installation for one story.
type throwAway struct {
	app         *app.App
	base, setUp string
	stop        func()
}

// startThrowAway starts a demonstration without people in dir.
func startThrowAway(ctx context.Context, cfg config.Config, dir string) (*throwAway, error) {
	cluster, err := embedded.Start(ctx, embedded.Options{DataDir: dir, BinDir: cfg.PGBin, NoFsync: true})
	if err != nil {
		return nil, err
	}
	stopCluster := func() { _ = cluster.Stop(context.WithoutCancel(ctx)) }
	t, err := serveThrowAway(ctx, cluster.URL(embedded.Database), blob.Folder(filepath.Join(dir, "blobs")))
	if err != nil {
		stopCluster()
		return nil, err
	}
	stopSite := t.stop
	t.stop = func() { stopSite(); stopCluster() }
	return t, nil
}

// serveThrowAway serves a new demonstration on the database behind url, with its media in blobs.
func serveThrowAway(ctx context.Context, url string, blobs blob.Store) (*throwAway, error) {
	if err := pg.Migrate(ctx, url, migrations.FS); err != nil {
		return nil, err
	}
	db, err := pg.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, db, app.RandomSecret(), blobs)
	if err != nil {
		return nil, err
	}
	if err := a.Setup.Deployment(ctx, true); err != nil {
		return nil, err
	}
	if err := a.Publishing.Ship(ctx, people.Actor{Program: "walkthrough"}, packs.FS); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	base := "http://" + l.Addr().String()
	pages, err := site.New(a, site.Options{BaseURL: base, Demo: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	pages.SetReady(true)
	server := &http.Server{Handler: pages.Handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }()
	link, err := a.Setup.Link(ctx)
	if err != nil {
		return nil, err
	}
	return &throwAway{app: a, base: base, setUp: "/in/" + link, stop: func() {
		_ = server.Close()
		_ = db.Close()
	}}, nil
}

// changedFund is the module that changes in the story.
const changedFund = "mo-fondi"

// changeFund publishes the shipped pack with one more sentence about the funds,
// as `abilita publish --impact confirm` does with a folder.
func (t *throwAway) changeFund(ctx context.Context, pack content.Pack) func(string) error {
	return func(by string) error {
		dir, err := os.MkdirTemp("", "abilita-pack-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		if err := os.CopyFS(dir, packs.FS); err != nil {
			return err
		}
		i := slices.IndexFunc(pack.Modules, func(m content.Module) bool { return m.ID == changedFund })
		if i < 0 {
			return fmt.Errorf("the pack has no module %s", changedFund)
		}
		f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(pack.Modules[i].Path)), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteString("\nDa oggi è aperto anche il fondo per le bollette.\n")
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		_, err = t.app.Publishing.Publish(ctx, people.Actor{Program: "walkthrough"}, commandLine("publish"), app.Publication{
			Files: os.DirFS(dir), Dir: "linea-donazioni/" + pack.Lang, Impact: app.Confirm, By: by, Note: "Un fondo nuovo.",
		})
		return err
	}
}

// inspect verifies the record of everything that the story did, and lets the
// doctor look at it.
func (t *throwAway) inspect(ctx context.Context, o *out) error {
	f, err := audit.Sealer{DB: t.app.DB, Key: t.app.Secret.For("audit")}.Verify(ctx)
	if err != nil {
		return err
	}
	if !f.OK() {
		return fmt.Errorf("the record of changes: %s at entry %d", f.Problem, f.BadEntry)
	}
	fmt.Fprintf(o.std, "The record of changes holds: %d entries.\n", f.Sealed)
	found, err := t.app.Doctor.Examine(ctx, people.Actor{Program: "walkthrough"}, false)
	if err != nil {
		return err
	}
	for _, c := range found {
		if !c.OK() {
			return fmt.Errorf("the doctor finds %s, %s: %s", c.Name, c.Says, strings.Join(c.Bad, "; "))
		}
	}
	fmt.Fprintf(o.std, "The doctor finds nothing in %d checks.\n", len(found))
	return nil
}
