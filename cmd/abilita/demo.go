package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"abilita/internal/app"
	"abilita/internal/config"
	"abilita/internal/walkthrough"
)

// demoFile is what scripts read to know a demonstration.
type demoFile struct {
	URL string `json:"url"`
	walkthrough.Cast
}

// demoPast is how far in the past the story of a demonstration begins.
const demoPast = 90 * 24 * time.Hour

// peopleDemo fills a new demonstration through its own pages and leaves demo.json
// in the folder; one that has people is left alone.
func peopleDemo(ctx context.Context, a *app.App, pages http.Handler, baseURL, folder string, out io.Writer) error {
	path := filepath.Join(folder, "demo.json")
	link, err := a.Setup.Link(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintln(out, "Inviting the people of the demonstration; this takes some seconds, once.")
		if err := a.Setup.SetBack(ctx, demoPast); err != nil {
			return err
		}
		if link, err = a.Setup.Link(ctx); err != nil { // the first one is dated to the present
			return err
		}
		pack, err := donations("it")
		if err != nil {
			return err
		}
		cast, err := walkthrough.Seed(ctx, walkthrough.Options{
			Base: baseURL, SetUp: "/in/" + link, Pack: pack, Out: io.Discard, Transport: walkthrough.Direct{Handler: pages},
		}, a.Setup.Behind)
		if err != nil {
			return fmt.Errorf("people the demonstration: %w; remove %s and start again", err, folder)
		}
		text, err := json.MarshalIndent(demoFile{URL: baseURL, Cast: cast}, "", "  ")
		if err != nil {
			return err
		}
		if err := config.WriteFile(path, append(text, '\n')); err != nil {
			return fmt.Errorf("write demo.json: %w", err)
		}
	}
	return tellDemo(path, baseURL, out)
}

// tellDemo prints address and sign-ins, and keeps the address in demo.json true.
func tellDemo(path, baseURL string, out io.Writer) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var d demoFile
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if d.URL != baseURL {
		d.URL = baseURL
		if text, err = json.MarshalIndent(d, "", "  "); err != nil {
			return err
		}
		if err := config.WriteFile(path, append(text, '\n')); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\nA demonstration with invented people. Password of everybody: %s\n", walkthrough.Password)
	for _, acc := range d.Accounts {
		note := ""
		if acc.Lang == "en" {
			note = "  (studies in English)"
		}
		fmt.Fprintf(out, "  %-14s %s%s\n", acc.Role, acc.Email, note)
	}
	fmt.Fprintf(out, "Ask the gate: curl -H 'Authorization: Bearer %s' '%s/gate/v1/check?line=%s&channel=%s&agent=%s'\n\n",
		d.Token, d.URL, d.Line, d.Channel, d.Volunteers["certified"])
	return nil
}
