package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"abilita/content/packs"
	"abilita/internal/app"
	"abilita/internal/config"
	"abilita/internal/hooks"
	"abilita/internal/metrics"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/embedded"
	"abilita/internal/site"
	"abilita/scheduler/jobs"
)

type serveCmd struct {
	config.Serve
}

// Run serves until SIGINT or SIGTERM. The order of stopping: not ready, drain,
// HTTP, jobs, pool, PostgreSQL.
func (s *serveCmd) Run(ctx context.Context, o *out) error {
	if err := s.Check(); err != nil {
		return err
	}
	networks, err := s.HookNetworks()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(o.err, nil))
	listener, err := listen(ctx, s.Addr, "ABILITA_ADDR")
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	folder, err := o.cfg.Folder(s.Demo)
	if err != nil {
		return err
	}
	url := string(o.cfg.DatabaseURL)
	died := make(<-chan struct{})
	if url == "" {
		cluster, err := embedded.Start(ctx, embedded.Options{DataDir: folder, BinDir: o.cfg.PGBin, Listen: o.cfg.PGListen, Log: log})
		if err != nil {
			return err
		}
		defer func() { _ = cluster.Stop(context.WithoutCancel(ctx)) }()
		url, died = cluster.URL(embedded.Database), cluster.Done()
	}
	a, closeDB, err := connect(ctx, o.cfg, folder, url)
	if err != nil {
		return err
	}
	defer closeDB()
	if err := a.Setup.Deployment(ctx, s.Demo); err != nil {
		return err
	}
	a.Erasing.Keep = func(ctx context.Context) error { return keepErased(ctx, a, folder) }
	if err := a.Erasing.Keep(ctx); err != nil {
		return err
	}
	if err := a.Publishing.Ship(ctx, people.Actor{Program: "serve"}, packs.FS); err != nil {
		return err
	}
	if err := a.Items.Shelve(ctx, people.Actor{Program: "serve"}); err != nil {
		return err
	}
	counts, closeMetrics, err := serveMetrics(ctx, s.MetricsAddr, a.DB)
	if err != nil {
		return err
	}
	defer closeMetrics()
	pages, err := site.New(a, site.Options{
		BaseURL: s.BaseURL, Secure: s.Secure(), Mail: s.SMTPURL != "", Demo: s.Demo, TrustedProxies: s.TrustedProxies, Log: log, Metrics: counts,
	})
	if err != nil {
		return err
	}
	if s.Demo {
		quiet, err := site.New(a, site.Options{BaseURL: s.BaseURL, Demo: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		if err := peopleDemo(ctx, a, quiet.Handler, s.BaseURL, folder, o.std); err != nil {
			return err
		}
	}
	postman, err := newPostman(a, string(s.SMTPURL), s.BaseURL, log)
	if err != nil {
		return err
	}
	pulse, err := jobs.New(a.DB, log, counts, backgroundJobs(a, postman, &hooks.Courier{Hooks: a.Hooks, Client: hooks.NewClient(networks)})...)
	if err != nil {
		return err
	}
	pulse.Start()
	defer func() { _ = pulse.Stop() }()

	server := &http.Server{
		Handler: pages.Handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	listening, deaf := context.WithCancel(ctx)
	defer deaf()
	go func() { // ends with listening; until it hears, engines that follow are told within a second
		if err := a.Engines.Listen(listening); err != nil {
			log.Warn("engines that follow are told a second late", "error", err)
		}
	}()
	go a.Gate.KeepUse(listening)
	failed := make(chan error, 1)
	go func() {
		if s.TLSCert != "" {
			failed <- server.ServeTLS(listener, s.TLSCert, s.TLSKey)
			return
		}
		failed <- server.Serve(listener)
	}()
	// Told before readiness: who waits for /readyz finds the set-up link printed.
	if err := announce(ctx, a, o.std, s.BaseURL); err != nil {
		return err
	}
	pages.SetReady(true)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-died:
		return errors.New("the private PostgreSQL ended by itself; see its log in the data folder")
	case <-ctx.Done():
	}
	pages.SetReady(false)
	a.Engines.Close() // who follows goes to another instance now
	if !s.Demo {
		select { // balancers see that we are not ready while the port still answers
		case <-time.After(s.Drain):
		case <-died:
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		log.Warn("some requests were cut", "error", err)
	}
	return nil
}

// serveMetrics serves the counts of this process on an address of their own; an
// empty one counts nothing. The port is opened at once, so that a busy one is
// told.
func serveMetrics(ctx context.Context, addr string, db *pg.DB) (*metrics.Metrics, func(), error) {
	if addr == "" {
		return nil, func() {}, nil
	}
	l, err := listen(ctx, addr, "ABILITA_METRICS_ADDR")
	if err != nil {
		return nil, nil, err
	}
	m := metrics.New(db.Stats)
	server := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }() // ends when it is closed
	return m, func() { _ = server.Close() }, nil
}

// announce tells where the program is and, while nobody has set it up, by which
// link to do so.
func announce(ctx context.Context, a *app.App, to io.Writer, url string) error {
	token, err := a.Setup.Link(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(to, "Abilita is at", url)
	if token != "" {
		fmt.Fprintf(to, "Nobody has set it up yet. Open this link once, within 7 days:\n  %s/in/%s\n", url, token)
	}
	return nil
}

// listen opens the port that a variable names before anything else, so that a
// busy one costs nothing.
func listen(ctx context.Context, addr, variable string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("address %s is in use by another program: set %s to a free one, for example %s=127.0.0.1:8081", addr, variable, variable)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}
