package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"abilita/internal/api/engines"
	"abilita/internal/pg"
)

type engineCmd struct {
	Demo bool `help:"In the demonstration."`
}

// Run prints the password alone, so that a script can take it; what else to know
// goes to the other output.
func (e *engineCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, e.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	p, err := in.app.ViewEngines.NewPassword(ctx, in.actor, commandLine("admin engine-password"))
	if err != nil {
		return err
	}
	if len(p.ByHand) > 0 {
		fmt.Fprintf(o.err, "Our role may not make or change %s on this server. Run this as somebody who may, then start the program again:\n", pg.EngineName)
		for _, s := range p.ByHand {
			fmt.Fprintln(o.err, " ", s)
		}
	}
	fmt.Fprintln(o.std, p.Password)
	return nil
}

type engineFilesCmd struct {
	File string `arg:"" optional:"" help:"Name of a guide or configuration, for example kamailio.md; without one they are listed."`
	Into string `help:"Write all of them into this folder instead; files that exist are left alone." placeholder:"DIR"`
}

// Run prints one file, lists them, or writes them all into a folder.
func (e *engineFilesCmd) Run(o *out) error {
	if e.File != "" && e.Into != "" {
		return errors.New("name a file, or a folder with --into, not both")
	}
	if e.File != "" {
		text, err := engines.Files.ReadFile(e.File)
		if err != nil {
			return fmt.Errorf("there is no %s; `abilita engine` lists what there is", e.File)
		}
		_, err = o.std.Write(text)
		return err
	}
	return fs.WalkDir(engines.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if e.Into == "" {
			_, err = fmt.Fprintln(o.std, name)
			return err
		}
		path := filepath.Join(e.Into, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("make the folder: %w", err)
		}
		text, err := engines.Files.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if errors.Is(err, fs.ErrExist) {
			_, err = fmt.Fprintln(o.std, "kept   ", path)
			return err
		}
		if err == nil {
			_, err = f.Write(text)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		_, err = fmt.Fprintln(o.std, "written", path)
		return err
	})
}
