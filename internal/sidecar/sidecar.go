// Package sidecar is the small process beside a phone system that answers the
// gate's check on loopback from a signed lease, so that an outage of Abilita does
// not empty a line at once.
//
//	renew ──POST leases──► gate        engine ──GET check──► answer (from the lease, or 503)
//	  └─ who ceased ──kick──► engine
//
// It fails closed: without a lease in force it answers 503, which is unknown, and
// unknown is never enabled. It keeps nothing on disk but the key it trusts, so one
// that was started anew, or thawed after its lease ended, knows nothing until the
// gate has answered. The rules of a lease are in course/lease.
package sidecar

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"abilita/course/lease"
)

// Options of a side-car.
type Options struct {
	Gate      string   // address of Abilita, https://name or loopback
	Token     string   // of a key with the scope leases
	Trust     string   // public key of the installation, in hexadecimal; empty: TrustFile
	TrustFile string   // keeps the first key seen, when Trust is empty
	Engine    string   // the name that people read after a suspension
	Lines     []string // codes
	Kick      string   // address of the engine, told of everybody who ceased to be enabled, https or loopback; empty: nobody is told
	Secret    string   // shown to the engine with each kick; empty: none
	Log       *slog.Logger

	Clock  func() time.Duration // what passed since some beginning; nil: of this machine
	Client *http.Client         // nil: one that follows no redirect
}

// Sidecar holds the lease of one run.
type Sidecar struct {
	o      Options
	run    string
	clock  func() time.Duration
	client *http.Client

	mu     sync.RWMutex
	holder *lease.Holder // nil until a key is trusted
	kicks  chan lease.Entry
}

// Faults of options.
var (
	ErrNotSafe  = errors.New("the address must be https, or on this machine")
	ErrNotLocal = errors.New("the side-car listens on this machine only: give a loopback address, for example 127.0.0.1:8090")
)

// New makes a side-car that knows nothing yet.
func New(o Options) (*Sidecar, error) {
	for _, address := range []string{o.Gate, o.Kick} {
		u, err := url.Parse(address)
		if address == o.Kick && address == "" {
			continue
		}
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
			return nil, fmt.Errorf("%w: %s", ErrNotSafe, address)
		}
	}
	s := &Sidecar{o: o, run: rand.Text(), clock: o.Clock, client: o.Client, kicks: make(chan lease.Entry, 4096)}
	s.o.Gate = strings.TrimSuffix(o.Gate, "/")
	if s.clock == nil {
		s.clock = newStopwatch().read
	}
	if s.client == nil {
		// A redirect would carry the token elsewhere.
		s.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	trust := o.Trust
	if trust == "" {
		b, err := os.ReadFile(o.TrustFile)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("read the trusted key: %w", err)
		}
		trust = strings.TrimSpace(string(b))
	}
	if trust == "" {
		return s, nil
	}
	if b, err := hex.DecodeString(trust); err != nil || len(b) != 32 {
		return nil, errors.New("the trusted key is not 64 hexadecimal digits")
	}
	s.holder = lease.NewHolder(strings.ToLower(trust), o.Engine, s.run)
	return s, nil
}

// Listen opens a port on this machine and on no other.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || !loopback(host) {
		return nil, fmt.Errorf("%w (%s)", ErrNotLocal, addr)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// How often and how patiently the gate is asked.
const (
	firstPatience = 3 * time.Second
	pause         = 100 * time.Millisecond
	longestPause  = time.Second
	longestLease  = 64 << 20 // bytes
)

// Run keeps the lease renewed until ctx ends.
func (s *Sidecar) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	if s.o.Kick != "" {
		all.Go(func() { s.kickAll(ctx) })
	}
	wait, failed := pause, false
	for ctx.Err() == nil {
		began := s.clock()
		before := s.version()
		err := s.Renew(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if !failed {
				s.o.Log.Warn("no lease", "error", err)
			}
			failed = true
		case failed:
			failed = false
			s.o.Log.Info("a lease again")
		}
		if err == nil {
			wait = pause
			if s.version() != before || s.clock()-began >= pause {
				continue // what changed is acknowledged at once
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		if err != nil {
			wait = min(2*wait, longestPause)
		}
	}
}

func (s *Sidecar) version() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.holder == nil {
		return 0
	}
	state, _ := s.holder.State()
	return state.Version
}

type request struct {
	Engine   string   `json:"engine"`
	Instance string   `json:"instance"`
	Nonce    string   `json:"nonce"`
	Lines    []string `json:"lines"`
	Acked    int64    `json:"acked,omitempty"`
	AckedAt  string   `json:"acked_at,omitempty"`
}

// Renew asks for one lease and applies it. Asking acknowledges the lease in force.
func (s *Sidecar) Renew(ctx context.Context) error {
	in := request{Engine: s.o.Engine, Instance: s.run, Nonce: rand.Text(), Lines: s.o.Lines}
	patience := firstPatience
	s.mu.RLock()
	if s.holder != nil {
		if state, held := s.holder.State(); held {
			in.Acked, in.AckedAt = state.Version, state.Now.Format(time.RFC3339Nano)
			patience = s.holder.Lifetime() * 2 / 3 // a hung gate leaves time for another try
		}
	}
	s.mu.RUnlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	asked := s.clock() // before anything is sent
	b, err := s.post(ctx, in)
	if err != nil {
		return err
	}
	ceased, err := s.apply(b, in.Nonce, asked)
	for _, e := range ceased {
		select {
		case s.kicks <- e:
		default:
			s.o.Log.Error("too many kicks wait: one is left out", "line", e.Line)
		}
	}
	return err
}

var errRefused = errors.New("the gate refuses this key")

func (s *Sidecar) post(ctx context.Context, in request) ([]byte, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.Gate+"/gate/v1/leases", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.o.Token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Prefer", "wait=10") // the gate answers earlier, by the life of the lease
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the gate: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, longestLease))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the lease: %w", err)
	case resp.StatusCode == http.StatusOK:
		return b, nil
	case strings.HasPrefix(string(b), "error gate.") && resp.StatusCode >= 400 && resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests:
		s.forget() // the gate itself says so: no reason to go on for the rest of the lease
		return nil, fmt.Errorf("%w: %s", errRefused, strings.TrimSpace(string(b[:min(len(b), 80)])))
	}
	return nil, fmt.Errorf("the gate answers %s", resp.Status)
}

func (s *Sidecar) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holder != nil {
		s.holder.Forget()
	}
}

// apply takes a lease. The first one of a side-car that trusts no key yet decides
// which key that is, for ever.
func (s *Sidecar) apply(b []byte, nonce string, asked time.Duration) ([]lease.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holder == nil {
		key, err := lease.KeyOf(b)
		if err != nil {
			return nil, err
		}
		if err := keep(s.o.TrustFile, key); err != nil {
			return nil, err
		}
		s.o.Log.Warn("this key is trusted from now on; compare it with the one on the page of keys", "key", key)
		s.holder = lease.NewHolder(key, s.o.Engine, s.run)
	}
	ceased, err := s.holder.Apply(b, nonce, asked)
	if errors.Is(err, lease.ErrBase) {
		s.holder.Forget() // the next one is everything
	}
	return ceased, err
}

// keep writes a file that must not exist.
func keep(path, content string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep the trusted key: %w", err)
	}
	_, err = f.WriteString(content + "\n")
	return errors.Join(err, f.Close())
}

// kickAll tells the engine of everybody who ceased to be enabled, one after the
// other. What fails thrice is logged: the next contact is refused in any case, but
// what was going on goes on.
func (s *Sidecar) kickAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-s.kicks:
			var err error
			for range 3 {
				if err = s.kick(ctx, e); err == nil || ctx.Err() != nil {
					break
				}
			}
			if err != nil {
				s.o.Log.Error("the engine was not told that somebody ceased to be enabled", "line", e.Line, "channel", e.Channel, "error", err)
			}
		}
	}
}

// finish lets a contact that is going on end by itself.
const finish = "finish"

// kick tells the engine: POST /revoked/AGENT/LINE/CHANNEL/RUNNING. What rings is to
// be taken back in any case; RUNNING says what becomes of a contact that is going
// on: finish, hand_over or cut.
func (s *Sidecar) kick(ctx context.Context, e lease.Entry) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	running := e.Running
	if running == "" {
		running = finish
	}
	to := strings.TrimSuffix(s.o.Kick, "/") + "/revoked/" + e.Agent + "/" + e.Line + "/" + e.Channel + "/" + running
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return fmt.Errorf("make the kick: %w", err)
	}
	if s.o.Secret != "" {
		req.Header.Set("Authorization", "Bearer "+s.o.Secret)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("kick: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("the engine answers %s", resp.Status)
	}
	return nil
}
