package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"abilita/internal/app"
	"abilita/internal/blob"
	"abilita/internal/config"
	"abilita/internal/fault"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/embedded"
	"abilita/migrations"
)

// opened is an installation ready for one command.
type opened struct {
	app     *app.App
	close   func()
	folder  string
	actor   people.Actor // the command line itself
	catalog *i18n.Catalogue
}

// open reaches the installation's database for a command other than serve: an
// external one, the running program's, or the private one for as long as the
// command lasts.
func open(ctx context.Context, cfg config.Config, demo bool) (*opened, error) {
	folder, err := cfg.Folder(demo)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(folder); err != nil && cfg.DatabaseURL == "" {
		return nil, fmt.Errorf("there is no installation in %s: start it with `abilita serve`, or set ABILITA_DATA_DIR", folder)
	}
	url, release := string(cfg.DatabaseURL), func(context.Context) error { return nil }
	if url == "" {
		find, done, err := embedded.Use(ctx, embedded.Options{DataDir: folder, BinDir: cfg.PGBin})
		if err != nil {
			return nil, err
		}
		url, release = find(embedded.Database), done
	}
	stop := func() { _ = release(context.WithoutCancel(ctx)) }
	a, closeDB, err := connect(ctx, cfg, folder, url)
	if err != nil {
		stop()
		return nil, err
	}
	catalog, err := i18n.Load()
	if err != nil {
		closeDB()
		stop()
		return nil, err
	}
	return &opened{app: a, folder: folder, actor: people.Actor{Program: "cli"}, catalog: catalog, close: func() { closeDB(); stop() }}, nil
}

// connect migrates the database behind url and makes the use cases on it.
func connect(ctx context.Context, cfg config.Config, folder, url string) (*app.App, func(), error) {
	direct := url
	if cfg.DatabaseDirectURL != "" {
		direct = string(cfg.DatabaseDirectURL)
	}
	if err := pg.Migrate(ctx, direct, migrations.FS); err != nil {
		return nil, nil, err
	}
	secret, err := secretOf(cfg, folder)
	if err != nil {
		return nil, nil, err
	}
	db, err := pg.Open(ctx, direct)
	if err != nil {
		return nil, nil, err
	}
	blobs, err := blob.Open(string(cfg.MediaURL), filepath.Join(folder, "blobs"))
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	a, err := app.New(ctx, db, secret, blobs)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return a, func() { _ = db.Close() }, nil
}

// secretOf reads the installation's key, or makes it at the first start.
func secretOf(cfg config.Config, folder string) (app.Secret, error) {
	path := cfg.SecretFile
	if path == "" {
		path = filepath.Join(folder, "secret.key")
	}
	key, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		s := app.RandomSecret()
		if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil {
			return s, fmt.Errorf("make the data folder: %w", err)
		}
		if err := config.WriteFile(path, s.Bytes()); err != nil {
			return s, fmt.Errorf("store the installation's key: %w", err)
		}
		return s, nil
	}
	if err != nil {
		return app.Secret{}, fmt.Errorf("read the installation's key: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return app.Secret{}, fmt.Errorf("the installation's key %s can be read by others: chmod 600 it", path)
	}
	return app.NewSecret(key)
}

// explain says an error as a sentence; faults speak English on the command line.
func explain(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if c, lerr := i18n.Load(); lerr == nil {
			return c.Printer(i18n.English).Fault(f)
		}
	}
	return err.Error()
}
