package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"abilita/internal/pg/pgtest"
)

// TestTheSidecarOutlivesTheGateForOneLease plays the outage with real processes:
// the gate is killed with its lease in force, the side-car is stopped and thawed,
// killed and started anew, and the gate comes back.
func TestTheSidecarOutlivesTheGateForOneLease(t *testing.T) {
	t.Parallel()
	database, dir, addr := pgtest.Empty(t), dataFolder(t), freeAddr(t)
	gate := startOn(t, database, dir, addr, "serve", "--demo")
	gate.ready(t)
	var d demoFile
	text, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	admin := exec.Command(own, "admin", "key", "sidecar", "--scopes", "leases", "--demo")
	admin.Env = append(os.Environ(), asProgram+"=1", "ABILITA_DATA_DIR="+dir, "ABILITA_DATABASE_URL="+database)
	token, err := admin.Output()
	if err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(keyFile, token, 0o600); err != nil {
		t.Fatal(err)
	}
	car := func() *program {
		t.Helper()
		p := start(t, "", freeAddr(t), "sidecar", "--gate", "http://"+addr, "--key-file", keyFile, "--lines", d.Line, "--engine", "pbx", "--listen", "127.0.0.1:0")
		for { // it says where it listens; a gate that does not answer it names too
			if _, after, ok := strings.Cut(p.text(), "answers at http://"); ok {
				if p.addr, _, ok = strings.Cut(after, "/"); ok {
					return p
				}
			}
			select {
			case err := <-p.done:
				p.done <- err
				t.Fatalf("the side-car ended: %v\n%s", err, p.text())
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	ask := func(p *program) string {
		t.Helper()
		resp, err := http.Get("http://" + p.addr + "/gate/v1/check?line=" + d.Line + "&channel=" + d.Channel + "&agent=" + d.Volunteers["certified"])
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		word, _, _ := strings.Cut(string(body), " ")
		return word
	}
	// turns waits for an answer and fails at any word but the two.
	turns := func(step string, p *program, from, to string) {
		t.Helper()
		for {
			switch got := ask(p); got {
			case to:
				return
			case from:
			default:
				t.Fatalf("%s: %q, want %q and then %q\n%s", step, got, from, to, p.text())
			}
			select {
			case <-t.Context().Done():
				t.Fatalf("%s: never %q\n%s", step, to, p.text())
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	one := car()
	turns("at first", one, "error", "enabled")

	if err := gate.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	gate.wait(t)
	if got := ask(one); got != "enabled" {
		t.Errorf("just after the gate was killed: %q", got)
	}
	turns("the lease in force runs out", one, "enabled", "error")
	fresh := car()
	if got := ask(fresh); got != "error" {
		t.Errorf("started without a gate: %q", got)
	}
	gate = startOn(t, database, dir, addr, "serve", "--demo")
	gate.ready(t)
	turns("the gate is back", one, "error", "enabled")
	turns("the gate is back for the new one", fresh, "error", "enabled")

	if err := one.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	third := car()
	turns("started after the first was frozen", third, "error", "enabled")
	if err := gate.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	gate.wait(t)
	turns("a lease that was asked for later runs out", third, "enabled", "error") // so does that of the frozen one
	if err := one.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if got := ask(one); got != "error" {
		t.Errorf("thawed after its lease ended: %q", got)
	}
	if err := fresh.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	fresh.wait(t)
	if got := ask(car()); got != "error" {
		t.Errorf("killed and started anew: %q", got)
	}
}
