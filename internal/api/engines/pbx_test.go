package engines_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"abilita/internal/api/engines"
)

const kickSecret = "pulsante-rosso"

// kamailio runs the shipped configuration as it is, with a site of its own.
type kamailio struct {
	t    testing.TB
	sip  string // address of SIP
	kick string // base of the kick
	log  string // file
}

// site is what the test puts into abilita-local.cfg.
type site struct {
	gateURL, token, database string
	fallback                 string
	lines                    string
	passwords                map[string]string // of phones
	view                     bool              // reads the view instead of asking over HTTP
	kick                     string            // address of the kick; empty: a free one
}

// startKamailio starts it and stops it with the test.
func startKamailio(t testing.TB, s site) *kamailio {
	t.Helper()
	dir := t.TempDir()
	k := &kamailio{t: t, sip: freePort(t), log: filepath.Join(dir, "log")}
	kick := s.kick
	if kick == "" {
		kick = freePort(t)
	}
	k.kick = "http://" + kick
	_, kickPort, err := net.SplitHostPort(kick)
	must(t, err)
	whole, err := engines.Files.ReadFile("kamailio/kamailio.cfg")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "kamailio.cfg"), whole, 0o600))
	example, err := engines.Files.ReadFile("kamailio/abilita-local.cfg")
	must(t, err)
	local := string(example)
	for name, value := range map[string]string{
		"ABI_DOMAIN": domain, "ABI_SIP_LISTEN": "udp:" + k.sip, "ABI_KICK_LISTEN": "tcp:" + kick, "ABI_KICK_SECRET": kickSecret, "ABI_TRUNKS": "127.0.0.0/8",
		"ABI_LINES": s.lines, "ABI_FALLBACKS": "any=sip:segreteria@" + s.fallback, "ABI_GATE_URL": s.gateURL, "ABI_GATE_TOKEN": s.token, "ABI_GATE_DB": s.database,
		"ABI_AGENTS_DIR": dir, "ABI_LIST_SECONDS": "1",
	} {
		at := strings.Index(local, "!"+name+"!")
		if at < 0 {
			t.Fatalf("abilita-local.cfg has no %s", name)
		}
		line := local[at : at+strings.Index(local[at:], "\n")]
		local = strings.Replace(local, line, "!"+name+"!"+value+"!g\"", 1)
	}
	local = strings.Replace(local, "#!define ABI_KICK_PORT 5081", "#!define ABI_KICK_PORT "+kickPort, 1)
	if s.view {
		local = strings.Replace(local, "##!define GATE_SQL", "#!define GATE_SQL", 1)
	}
	must(t, os.WriteFile(filepath.Join(dir, "abilita-local.cfg"), []byte(local), 0o600))
	agents := "key_name(string) key_type(int) value_type(int) key_value(string) expires(int)\n"
	for who, password := range s.passwords {
		agents += fmt.Sprintf("%s:0:0:%x:0\n", who, md5.Sum([]byte(who+":"+domain+":"+password)))
	}
	must(t, os.WriteFile(filepath.Join(dir, "agents"), []byte(agents), 0o600))
	k.run(dir)
	return k
}

// run starts the configuration in dir.
func (k *kamailio) run(dir string) {
	t := k.t
	t.Helper()
	run := filepath.Join(dir, "run")
	must(t, os.Mkdir(run, 0o700))
	log, err := os.Create(k.log)
	must(t, err)
	cmd := exec.Command(program(t, "kamailio", "/usr/sbin/kamailio"), "-DD", "-E", "-f", filepath.Join(dir, "kamailio.cfg"), "-P", filepath.Join(run, "pid"), "-w", run, "-Y", run, "-m", "256", "-M", "8")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	done := make(chan struct{})
	must(t, tied(cmd, done))
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-done
		}
		_ = log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(k.log)
			t.Logf("kamailio said:\n%s", text[max(0, len(text)-60000):])
		}
	})
}

// program finds an installed program.
func program(t testing.TB, name, otherwise string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if _, err := os.Stat(otherwise); otherwise == "" || err != nil {
		t.Fatalf("%s is missing: make deps installs it", name)
	}
	return otherwise
}

// state asks whether the gate answers it; "" while it does not listen.
func (k *kamailio) state() string {
	code, body := k.post(http.MethodGet, "/state", kickSecret)
	if code == 0 {
		return ""
	}
	word, _, _ := strings.Cut(strings.TrimSpace(body), ":")
	return word
}

// becomes waits until the gate is answered, or unknown.
func (k *kamailio) becomes(want string) {
	k.t.Helper()
	end := time.Now().Add(20 * time.Second)
	for k.state() != want {
		if time.Now().After(end) {
			k.t.Fatalf("the gate is %q to Kamailio, want %q", k.state(), want)
		}
		time.Sleep(20 * time.Millisecond) // polls another program
	}
}

func (k *kamailio) post(method, path, secret string) (int, string) {
	ctx, cancel := context.WithTimeout(k.t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, k.kick+path, http.NoBody)
	must(k.t, err)
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(resp.Body)
	return resp.StatusCode, b.String()
}

// callers are calls in progress by SIPp.
type callers struct {
	t    testing.TB
	cmd  *exec.Cmd
	n    int
	out  bytes.Buffer
	done chan struct{}
	err  error
}

// call starts n callers of a number at a rate per second, who say a few words.
func (k *kamailio) call(t testing.TB, number string, n, rate int) *callers {
	t.Helper()
	return k.callAs(t, "caller.xml", number, n, rate, 20*time.Millisecond)
}

// callAs starts callers of another kind, who talk for a while.
func (k *kamailio) callAs(t testing.TB, kind, number string, n, rate int, talk time.Duration) *callers {
	t.Helper()
	_, port, err := net.SplitHostPort(freePort(t))
	must(t, err)
	scenario, err := filepath.Abs("testdata/" + kind)
	must(t, err)
	c := &callers{t: t, n: n, done: make(chan struct{})}
	c.cmd = exec.CommandContext(t.Context(), program(t, "sipp", ""), "-sf", scenario, k.sip, "-s", number, "-i", "127.0.0.1", "-p", port,
		"-m", strconv.Itoa(n), "-r", strconv.Itoa(rate), "-l", "5000", "-d", strconv.FormatInt(talk.Milliseconds(), 10), "-nostdin", "-timeout", "40", "-timeout_error")
	c.cmd.Dir = t.TempDir()
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	must(t, c.cmd.Start())
	go func() { c.err = c.cmd.Wait(); close(c.done) }()
	return c
}

// served waits for the callers and fails when one of them was not served to the end.
func (c *callers) served() {
	c.t.Helper()
	<-c.done
	if c.err != nil {
		text := c.out.String()
		c.t.Errorf("not every one of %d callers was served: %v\n%s", c.n, c.err, text[max(0, len(text)-3000):])
	}
}
