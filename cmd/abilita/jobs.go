package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"abilita/internal/app"
	"abilita/internal/audit"
	"abilita/internal/hooks"
	"abilita/internal/i18n"
	"abilita/internal/mail"
	"abilita/internal/people"
	"abilita/scheduler/jobs"
)

// backgroundJobs is everything that runs by itself. Each may run on any node
// and is safe to repeat; what must happen once is settled in the database.
func backgroundJobs(a *app.App, postman *mail.Postman, courier *hooks.Courier) []jobs.Job {
	sealer := audit.Sealer{DB: a.DB, Key: a.Secret.For("audit")}
	list := []jobs.Job{
		{Name: "due work", Every: time.Second, Run: func(ctx context.Context) error { _, err := a.DueWork.Drain(ctx); return err }},
		{Name: "webhooks", Every: time.Second, Run: courier.Deliver},
		{Name: "seal audit", Every: time.Second, Run: func(ctx context.Context) error { _, err := sealer.Seal(ctx); return err }},
		{Name: "clean up", Every: time.Hour, Run: func(ctx context.Context) error {
			_, err := a.DueWork.CleanUp(ctx)
			return errors.Join(err, a.Hooks.Forget(ctx))
		}},
		{Name: "sweep media", Every: 24 * time.Hour, Run: func(ctx context.Context) error { _, err := a.Media.Sweep(ctx); return err }},
		{Name: "keep to the periods", Every: 24 * time.Hour, Run: func(ctx context.Context) error {
			_, err := a.Keeping.Apply(ctx, people.Actor{Program: "due"})
			return err
		}},
	}
	if a.Erasing.Keep != nil {
		list = append(list, jobs.Job{Name: "list the erased", Every: time.Minute, Run: a.Erasing.Keep})
	}
	if postman != nil {
		list = append(list, jobs.Job{Name: "letters", Every: 2 * time.Second, Run: func(ctx context.Context) error { _, err := postman.Deliver(ctx); return err }})
	}
	return list
}

// newPostman is who sends letters, nil when no mail server is set.
func newPostman(a *app.App, address, site string, log *slog.Logger) (*mail.Postman, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // no postman is a way to run, not a failure
	}
	server, err := mail.ParseServer(address)
	if err != nil {
		return nil, err
	}
	catalogue, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	return &mail.Postman{DB: a.DB, Catalogue: catalogue, Server: server, Site: site, Token: a.Setup.Token, Log: log}, nil
}
