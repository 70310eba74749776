package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"abilita/internal/pg/pgtest"
	"abilita/internal/robot"
	"abilita/internal/walkthrough"
)

// asProgram makes a test binary behave as the program itself.
const asProgram = "RUN_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		if os.Args[1] == "bare" {
			bare()
		}
		os.Exit(run(os.Args[1:], withoutMark(os.Environ()), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func withoutMark(environ []string) []string {
	var out []string
	for _, kv := range environ {
		if !strings.HasPrefix(kv, asProgram+"=") {
			out = append(out, kv)
		}
	}
	return out
}

// program is one run of the program. It writes straight into a file, so that what
// it said before it was ready is there to read when it is.
type program struct {
	cmd  *exec.Cmd
	addr string
	said string
	done chan error
}

// text is what the program has said so far.
func (p *program) text() string {
	b, err := os.ReadFile(p.said)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// freeAddr is an address that was free a moment ago.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// dataFolder is a folder that the account of PostgreSQL can reach.
func dataFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "abilita-serve-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "data")
}

// start runs the program; it is ended in good order when the test ends.
func start(t testing.TB, dir, addr string, args ...string) *program {
	t.Helper()
	return startOn(t, "", dir, addr, args...)
}

// startOn runs the program on an external database; "" is the private one.
func startOn(t testing.TB, database, dir, addr string, args ...string) *program {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	said, err := os.CreateTemp(t.TempDir(), "said")
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	p := &program{cmd: exec.Command(own, args...), addr: addr, said: said.Name(), done: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), asProgram+"=1", "ABILITA_ADDR="+addr, "ABILITA_DATA_DIR="+dir, "ABILITA_DRAIN=100ms")
	if database != "" {
		p.cmd.Env = append(p.cmd.Env, "ABILITA_DATABASE_URL="+database)
	}
	p.cmd.Stdout, p.cmd.Stderr = said, said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() { p.stop(t) })
	return p
}

// wait returns the exit code.
func (p *program) wait(t testing.TB) int {
	t.Helper()
	err := <-p.done
	p.done <- err
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}

func (p *program) stop(t testing.TB) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	p.wait(t)
}

// ready waits until the program answers, or fails when it ends before.
func (p *program) ready(t testing.TB) {
	t.Helper()
	for {
		select {
		case err := <-p.done:
			p.done <- err
			t.Fatalf("ended before it was ready: %v\n%s", err, p.text())
		case <-t.Context().Done():
			t.Fatalf("not ready:\n%s", p.text())
		case <-time.After(50 * time.Millisecond):
		}
		resp, err := http.Get("http://" + p.addr + "/readyz")
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
}

func TestServeFromFirstStartToTheEnd(t *testing.T) {
	t.Parallel()
	dir, addr := dataFolder(t), freeAddr(t)
	first := start(t, dir, addr, "serve")
	first.ready(t)
	if !strings.Contains(first.text(), "/in/1-") {
		t.Errorf("the first start prints no set-up link:\n%s", first.text())
	}

	busy := start(t, dataFolder(t), addr, "serve")
	if code := busy.wait(t); code != 1 || strings.Count(strings.TrimSpace(busy.text()), "\n") != 0 || !strings.Contains(busy.text(), "ABILITA_ADDR") {
		t.Errorf("a busy port: exit %d, %q, want one line with the variable to set", code, busy.text())
	}
	second := start(t, dir, freeAddr(t), "serve")
	if code := second.wait(t); code != 1 || !strings.Contains(second.text(), "in use") {
		t.Errorf("a second serve on the folder: exit %d, %q", code, second.text())
	}
	beside := start(t, dir, addr, "admin", "key", "centralino")
	if code := beside.wait(t); code != 0 || !strings.HasPrefix(beside.text(), "gk") {
		t.Errorf("a command beside the running program: exit %d, %q", code, beside.text())
	}
	wrong := start(t, dir, addr, "gate", "nessuna", "phone", "v1")
	if code := wrong.wait(t); code != 1 || strings.Contains(wrong.text(), "goroutine") {
		t.Errorf("a line that is not there: exit %d, %q", code, wrong.text())
	}

	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := first.wait(t); code != 0 {
		t.Errorf("after SIGTERM: exit %d\n%s", code, first.text())
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("the port is still taken: %v", err)
	}
	_ = l.Close()
	if _, err := os.Stat(filepath.Join(dir, "postgres", "data", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("PostgreSQL did not end: %v", err)
	}
	again := start(t, dir, addr, "serve")
	again.ready(t)
	verify := start(t, dir, addr, "audit", "verify")
	if code := verify.wait(t); code != 0 {
		t.Errorf("audit verify after a restart: exit %d, %q", code, verify.text())
	}
}

// TestMakeRunEndsWithItsMake starts the demonstration as a new user does and ends
// it as a terminal does: the signal reaches make, and port, folder and PostgreSQL
// are free again.
func TestMakeRunEndsWithItsMake(t *testing.T) {
	t.Parallel()
	dir, addr := dataFolder(t), freeAddr(t)
	said, err := os.CreateTemp(t.TempDir(), "said")
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	p := &program{cmd: exec.Command("make", "-C", filepath.Join("..", ".."), "run"), addr: addr, said: said.Name(), done: make(chan error, 1)}
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); name != "MAKEFLAGS" && name != "MAKELEVEL" && name != "MFLAGS" { // of the make that runs the tests
			p.cmd.Env = append(p.cmd.Env, kv)
		}
	}
	p.cmd.Env = append(p.cmd.Env, "ABILITA_ADDR="+addr, "ABILITA_DATA_DIR="+dir)
	p.cmd.Stdout, p.cmd.Stderr = said, said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() { p.stop(t) })
	p.ready(t)
	if !strings.Contains(p.text(), "Abilita is at http://"+addr) {
		t.Errorf("the address is not told:\n%s", p.text())
	}
	p.stop(t)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("the port is still taken: %v", err)
	}
	_ = l.Close()
	if _, err := os.Stat(filepath.Join(dir, "postgres", "data", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("PostgreSQL did not end: %v", err)
	}
	doctor := start(t, dir, addr, "doctor", "--demo") // takes the folder for itself
	if code := doctor.wait(t); code != 0 {
		t.Errorf("the folder is not free, or not sound: exit %d\n%s", code, doctor.text())
	}
}

func TestTwoInstancesStartAtOnceOnAnExternalServer(t *testing.T) {
	t.Parallel()
	database, dir := pgtest.Empty(t), dataFolder(t)
	one, two := startOn(t, database, dir, freeAddr(t), "serve"), startOn(t, database, dir, freeAddr(t), "serve")
	one.ready(t)
	two.ready(t)
	for _, p := range []*program{one, two} {
		resp, err := http.Get("http://" + p.addr + "/")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("the first page of an instance: %d", resp.StatusCode)
		}
	}
}

func TestMetricsAnswerOnlyOnTheirOwnAddress(t *testing.T) {
	t.Parallel()
	database, dir, apart := pgtest.Empty(t), dataFolder(t), freeAddr(t)
	p := startOn(t, database, dir, freeAddr(t), "serve", "--metrics-addr", apart)
	p.ready(t)
	read := func(url string, status int) string {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer gkwrong")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != status {
			t.Fatalf("%s: %d, %v, want %d", url, resp.StatusCode, err, status)
		}
		return string(body)
	}
	read("http://"+p.addr+"/metrics", http.StatusNotFound)
	read("http://"+p.addr+"/gate/v1/check?line=nessuna&channel=phone&agent=v1", http.StatusUnauthorized)
	read("http://"+apart+"/", http.StatusNotFound)
	text := read("http://"+apart+"/metrics", http.StatusOK)
	for _, want := range []string{
		`abilita_http_request_seconds_count{method="GET",route="/gate/v1/check",status="401"} 1`, `abilita_http_request_seconds_count{method="GET",route="unknown",status="404"} 1`,
		"abilita_database_connections_open ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics lack %q:\n%s", want, text)
		}
	}
}

func TestAnUnknownVariableIsAnError(t *testing.T) {
	t.Parallel()
	var out, problem bytes.Buffer
	if code := run([]string{"version"}, []string{"ABILITA_ADRESS=x"}, &out, &problem); code != 2 || !strings.Contains(problem.String(), "ABILITA_ADRESS") {
		t.Errorf("exit %d, %q", code, problem.String())
	}
}

func TestAPublicAddressNeedsHTTPS(t *testing.T) {
	t.Parallel()
	p := start(t, dataFolder(t), freeAddr(t), "serve", "--base-url", "http://abilita.example.org")
	if code := p.wait(t); code != 1 || !strings.Contains(p.text(), "ABILITA_TLS_CERT") || !strings.Contains(p.text(), "proxy") {
		t.Errorf("exit %d, %q", code, p.text())
	}
}

func TestTheDemonstrationTellsScriptsWhatTheyNeed(t *testing.T) {
	t.Parallel()
	dir, addr := dataFolder(t), freeAddr(t)
	p := start(t, dir, addr, "serve", "--demo")
	p.ready(t)
	path := filepath.Join(dir, "demo.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("demo.json has mode %v: %v", info.Mode(), err)
	}
	var d demoFile
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]string{"certified": "enabled ", "almost": "disabled ", "new": "disabled "} {
		req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/gate/v1/check?line=%s&channel=%s&agent=%s", d.URL, d.Line, d.Channel, d.Volunteers[who]), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+d.Token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !strings.HasPrefix(string(body), want) {
			t.Errorf("%s: %q, want %q (%v)", who, body, want, err)
		}
	}
	reader := d.Accounts[slices.IndexFunc(d.Accounts, func(a walkthrough.Account) bool { return a.Lang == "en" })]
	v := robot.New(d.URL, nil)
	page, err := v.Open("/sign-in")
	if err == nil {
		page, err = v.Fill(page, "/sign-in", "email", reader.Email, "password", reader.Password)
	}
	if err == nil {
		page, err = v.Open("/study/mo-denaro")
	}
	if err != nil || !strings.Contains(page.Text(), "Three ways to give") || !strings.Contains(page.Body, `<html lang="en">`) {
		t.Errorf("%s does not study in English: %v", reader.Email, err)
	}
	p.stop(t)
	live := start(t, dir, freeAddr(t), "serve")
	if code := live.wait(t); code != 1 || !strings.Contains(live.text(), "--demo") {
		t.Errorf("a live start on a demonstration: exit %d, %q", code, live.text())
	}
}
