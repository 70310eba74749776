package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"abilita/internal/sidecar"
)

type sidecarCmd struct {
	Gate      string   `required:"" help:"Address of Abilita, for example https://abilita.example.org." placeholder:"URL"`
	KeyFile   string   `required:"" help:"File whose first line is a key with the scope leases." placeholder:"FILE"`
	Listen    string   `default:"127.0.0.1:8090" help:"Loopback address on which the phone system asks."`
	Lines     []string `required:"" help:"Short names of the lines." placeholder:"LINE"`
	Trust     string   `help:"Public key of the installation, as the page of keys shows it." placeholder:"KEY"`
	TrustFile string   `help:"Without --trust the first key seen is kept in this file and trusted from then on (default KEY-FILE.trust)." placeholder:"FILE"`
	Engine    string   `help:"Name under which people see this phone system (default the machine's)." placeholder:"NAME"`
	Kick      string   `help:"Address to which /revoked/AGENT/LINE/CHANNEL/RUNNING is posted for everybody who ceases to be enabled; RUNNING is finish, hand_over or cut." placeholder:"URL"`
	KickFile  string   `help:"File whose first line is the secret that the phone system asks for with a kick." placeholder:"FILE"`
}

// firstLine is the first line of a file; of no file it is empty.
func firstLine(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line), err
}

// Run answers beside a phone system until SIGINT or SIGTERM. It needs no database.
func (s *sidecarCmd) Run(ctx context.Context, o *out) error {
	token, err := firstLine(s.KeyFile)
	if err != nil {
		return fmt.Errorf("read the key: %w", err)
	}
	secret, err := firstLine(s.KickFile)
	if err != nil {
		return fmt.Errorf("read the secret of the kick: %w", err)
	}
	if s.Engine == "" {
		if s.Engine, err = os.Hostname(); err != nil {
			return fmt.Errorf("name of this machine, or give --engine: %w", err)
		}
	}
	if s.TrustFile == "" {
		s.TrustFile = s.KeyFile + ".trust"
	}
	log := slog.New(slog.NewTextHandler(o.err, nil))
	car, err := sidecar.New(sidecar.Options{
		Gate: s.Gate, Token: token, Trust: s.Trust, TrustFile: s.TrustFile, Engine: s.Engine, Lines: s.Lines, Kick: s.Kick, Secret: secret, Log: log,
	})
	if err != nil {
		return err
	}
	listener, err := sidecar.Listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: car.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	renewing, stop := context.WithCancel(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		car.Run(renewing)
	}()
	fmt.Fprintln(o.std, "The side-car answers at http://"+listener.Addr().String()+"/gate/v1/check")
	select {
	case err = <-failed:
	case <-ctx.Done():
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = server.Shutdown(closing)
	}
	stop()
	<-renewed
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("side-car: %w", err)
	}
	return nil
}
