//go:build linux

package embedded_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"abilita/internal/pg/embedded"
)

// Whoever starts the program, in whatever folder, the server runs, only its
// socket leads to it, and the second start finds the data of the first.
func TestStartsForWhoeverAsks(t *testing.T) {
	t.Parallel()
	type who struct {
		cred  *syscall.Credential
		owner string // of the data, by uid
		dir   func(t *testing.T) string
	}
	me := strconv.Itoa(os.Geteuid())
	cases := map[string]who{"ourselves": {dir: inside, owner: me}}
	if os.Geteuid() == 0 {
		cases = map[string]who{
			"root in an open folder": {
				dir: inside, owner: "not 0",
			},
			"root below a folder that only root enters": {
				dir: ownedBy(0), owner: "0",
			},
			"root in its own home": {
				dir: func(t *testing.T) string {
					t.Helper()
					dir, err := os.MkdirTemp("/root", "embedded-test-")
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { _ = os.RemoveAll(dir) })
					return dir
				}, owner: "0",
			},
			"root in the private home of somebody": {
				dir: ownedBy(1), owner: "1",
			},
			"root in the private home of somebody without a name": {
				dir: ownedBy(1234), owner: "1234",
			},
			"a plain user": {
				cred: &syscall.Credential{Uid: 65534, Gid: 65534},
				dir:  ownedBy(65534), owner: "65534",
			},
			"a user without a name, as in some containers": {
				cred: &syscall.Credential{Uid: 54321, Gid: 54321},
				dir:  ownedBy(54321), owner: "54321",
			},
		}
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tc.dir(t)
			for n := 1; n <= 2; n++ {
				h := holdAs(t, dir, tc.cred)
				if h.facts != want(n) {
					t.Fatalf("start %d says %q %q, want %q", n, h.facts, h.err, want(n))
				}
				if group, err := syscall.Getpgid(h.server); err != nil || group != h.server {
					t.Errorf("the server is in process group %d (%v): a Ctrl-C would reach it", group, err)
				}
				h.leave(t)
				if left := servers(t, dir); len(left) > 0 {
					t.Fatalf("after a stop processes %v are left", left)
				}
			}
			var st syscall.Stat_t
			if err := syscall.Stat(filepath.Join(dir, "postgres", "data"), &st); err != nil {
				t.Fatal(err)
			}
			if owner := strconv.Itoa(int(st.Uid)); owner != tc.owner && (tc.owner != "not 0" || owner == "0") {
				t.Errorf("data belong to %s, want %s", owner, tc.owner)
			}
			if st.Mode&0o777 != 0o700 {
				t.Errorf("data have mode %o", st.Mode&0o777)
			}
		})
	}
}

// inside is a data folder that the program has to make.
func inside(t *testing.T) string {
	t.Helper()
	return filepath.Join(folder(t), "data")
}

// ownedBy is a data folder to be made in the private home of an account.
func ownedBy(uid int) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		dir := folder(t)
		if err := errors.Join(os.Chown(dir, uid, uid), os.Chmod(dir, 0o700)); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, "data")
	}
}

func TestKilledProgramLeavesNoServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	h := holdAs(t, dir, nil)
	if h.facts != want(1) {
		t.Fatal(h.facts, h.err)
	}
	h.kill()
	mustVanish(t, dir)
	c := start(t, embedded.Options{DataDir: dir})
	mustVisit(t, c.URL(embedded.Database), 2)
}

func TestKilledTogetherTheDataRecover(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	h := holdAs(t, dir, nil)
	if h.facts != want(1) {
		t.Fatal(h.facts, h.err)
	}
	if err := syscall.Kill(h.server, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	h.kill()
	// No wait: backends that have not noticed yet are the next start's business.
	c := start(t, embedded.Options{DataDir: dir})
	mustVisit(t, c.URL(embedded.Database), 2)
}

// A server that survived its program (started here by hand, so that no signal
// follows our death) is stopped, and the data are as it left them.
func TestOrphanIsStopped(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, embedded.Options{DataDir: dir})
	exe, err := os.Readlink("/proc/" + strconv.Itoa(c.PID()) + "/exe")
	if err != nil {
		t.Fatal(err)
	}
	stop(t, c)
	data := filepath.Join(dir, "postgres", "data")
	orphan := exec.Command(exe, "-D", data)
	orphan.Dir = "/"
	orphan.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var st syscall.Stat_t
	if err := syscall.Stat(data, &st); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		orphan.SysProcAttr.Credential = &syscall.Credential{Uid: st.Uid, Gid: st.Gid}
	}
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = orphan.Process.Kill(); _ = orphan.Wait() })
	// A zombie until Wait: its pid file must not stop the next start.
	for len(servers(t, dir)) < 3 {
		if err := syscall.Kill(orphan.Process.Pid, 0); err != nil {
			t.Fatal("the orphan did not start")
		}
	}
	c = start(t, embedded.Options{DataDir: dir})
	mustVisit(t, c.URL(embedded.Database), 1)
	if c.PID() == orphan.Process.Pid {
		t.Error("the orphan was taken for our server")
	}
}

func TestSecondStartIsRefusedNamingTheFirst(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	h := holdAs(t, dir, nil)
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
	if !errors.Is(err, embedded.ErrInUse) || !strings.Contains(err.Error(), "process "+strconv.Itoa(h.cmd.Process.Pid)) {
		t.Fatalf("got %v", err)
	}
	url, running, err := embedded.Attach(t.Context(), dir)
	if err != nil || !running {
		t.Fatalf("attach: %v %v", running, err)
	}
	mustVisit(t, url(embedded.Database), 2)
	url, release, err := embedded.Use(t.Context(), embedded.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	mustVisit(t, url(embedded.Database), 3)
	if err := release(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.leave(t)
	if _, running, err := embedded.Attach(t.Context(), dir); running || err != nil {
		t.Errorf("attach to a stopped server: %v %v", running, err)
	}
	url, release, err = embedded.Use(t.Context(), embedded.Options{DataDir: dir, NoFsync: true})
	if err != nil {
		t.Fatal(err)
	}
	mustVisit(t, url(embedded.Database), 4)
	if err := release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := servers(t, dir); len(left) > 0 {
		t.Errorf("after release processes %v are left", left)
	}
}

func TestForeignDataAreRefusedUntouched(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stop(t, start(t, embedded.Options{DataDir: dir}))
	base := filepath.Join(dir, "postgres")
	version := filepath.Join(base, "data", "PG_VERSION")
	good, err := os.ReadFile(version)
	if err != nil {
		t.Fatal(err)
	}
	var st syscall.Stat_t
	if err := syscall.Stat(version, &st); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		version string // empty removes the file
		want    error
		say     string
	}{
		"an older version": {"9\n", embedded.ErrVersion, "postgresql-9"},
		"a newer version":  {"99\n", embedded.ErrVersion, "postgresql-99"},
		"not a version":    {"boh\n", embedded.ErrVersion, "boh"},
		"no version":       {"", embedded.ErrForeign, "PG_VERSION"},
	} {
		if err := os.WriteFile(version, []byte(tc.version), 0o600); err != nil {
			t.Fatal(err)
		}
		if tc.version == "" {
			if err := os.Remove(version); err != nil {
				t.Fatal(err)
			}
		}
		before := digest(t, base)
		_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
		if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.say) || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("%s: got %v", name, err)
		}
		if digest(t, base) != before {
			t.Errorf("%s: the folder was changed", name)
		}
	}
	if err := errors.Join(os.WriteFile(version, good, 0o600), os.Chown(version, int(st.Uid), int(st.Gid))); err != nil {
		t.Fatal(err)
	}
	mustVisit(t, start(t, embedded.Options{DataDir: dir}).URL(embedded.Database), 1)
}

// A death in the middle of making the cluster leaves data.new behind; an empty
// folder may stand where the data go.
func TestHalfMadeClusterIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, d := range []string{"postgres/data.new/base", "postgres/data"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mustVisit(t, start(t, embedded.Options{DataDir: dir}).URL(embedded.Database), 1)
	if _, err := os.Stat(filepath.Join(dir, "postgres", "data.new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("data.new is left: %v", err)
	}
}

func TestLongPathUsesAShortSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("cartella-molto-lunga/", 6))
	for n := 1; n <= 2; n++ {
		h := holdAs(t, dir, nil)
		if h.facts != want(n) {
			t.Fatal(h.facts, h.err)
		}
		url, running, err := embedded.Attach(t.Context(), dir)
		if err != nil || !running || !strings.Contains(url("x"), "%2Ftmp%2Fabilita-") {
			t.Fatalf("attach: %v %v", running, err)
		}
		if n == 1 {
			h.kill() // the short folder stays behind, and is used again
			mustVanish(t, dir)
			continue
		}
		h.leave(t)
		left, err := filepath.Glob(socketDir(url("x")))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	}
}

func socketDir(url string) string {
	_, after, _ := strings.Cut(url, "host=")
	dir, _, _ := strings.Cut(after, "&")
	return strings.ReplaceAll(dir, "%2F", "/")
}

func TestLostPasswordIsRenewedAndAWrongOneSaysSo(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stop(t, start(t, embedded.Options{DataDir: dir}))
	file := filepath.Join(dir, "postgres", "password")
	if err := os.WriteFile(file, []byte("wrong\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
	if !errors.Is(err, embedded.ErrPassword) || !strings.Contains(err.Error(), file) {
		t.Fatalf("got %v", err)
	}
	if left := servers(t, dir); len(left) > 0 {
		t.Errorf("after a refused start processes %v are left", left)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	mustVisit(t, start(t, embedded.Options{DataDir: dir}).URL(embedded.Database), 1)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("password file: %v %v", info, err)
	}
}

// A container whose pids begin again may give the dead server's number to
// another process.
func TestPidFileNamingSomebodyElseIsRemoved(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stop(t, start(t, embedded.Options{DataDir: dir}))
	bystander := exec.Command("sleep", "60")
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bystander.Process.Kill(); _ = bystander.Wait() })
	data := filepath.Join(dir, "postgres", "data")
	text := strconv.Itoa(bystander.Process.Pid) + "\n" + data + "\n1700000000\n5432\n\n\n"
	if err := os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	mustVisit(t, start(t, embedded.Options{DataDir: dir}).URL(embedded.Database), 1)
	if err := syscall.Kill(bystander.Process.Pid, 0); err != nil {
		t.Errorf("the bystander was hurt: %v", err)
	}
}

func TestMissingBinariesSayWhatToInstall(t *testing.T) {
	t.Parallel()
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: folder(t), BinDir: "/nonexistent"})
	if !errors.Is(err, embedded.ErrNoBinaries) || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v", err)
	}
}

func TestServerThatDiesByItselfIsNoticed(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, embedded.Options{DataDir: dir})
	if c.Err() != nil {
		t.Fatal(c.Err())
	}
	if err := syscall.Kill(c.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if c.Err() == nil {
		t.Error("no error")
	}
	stop(t, c)
	stop(t, start(t, embedded.Options{DataDir: dir})) // it also clears what the dead one left in shared memory
}

func TestSettingThatTheServerRefusesIsQuoted(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, NoFsync: true, Settings: map[string]string{"max_connections": "many"}})
	if err == nil || !strings.Contains(err.Error(), "max_connections") {
		t.Fatalf("got %v", err)
	}
	mustVisit(t, start(t, embedded.Options{DataDir: dir}).URL(embedded.Database), 1)
}

func TestEndedContextEndsTheStart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := embedded.Start(ctx, embedded.Options{DataDir: dir}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	mustVisit(t, start(t, embedded.Options{DataDir: dir}).URL(embedded.Database), 1)
}

// Over TCP the read-only role may come, with its password; the program's own
// role may not.
func TestListenLetsOnlyTheReadersIn(t *testing.T) {
	t.Parallel()
	const listen = "127.0.0.1:54329"
	c := start(t, embedded.Options{DataDir: folder(t), Listen: listen})
	db, err := sql.Open("postgres", c.URL(embedded.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE ROLE gate_ro LOGIN PASSWORD 'segreta'`); err != nil {
		t.Fatal(err)
	}
	tcp := func(userinfo string) error {
		db, err := sql.Open("postgres", "postgres://"+userinfo+"@"+listen+"/abilita?sslmode=disable")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		return db.Ping()
	}
	if err := tcp("gate_ro:segreta"); err != nil {
		t.Errorf("reader: %v", err)
	}
	if err := tcp("gate_ro:sbagliata"); err == nil {
		t.Error("a wrong password was taken")
	}
	ownPassword := strings.TrimPrefix(strings.SplitN(c.URL("x"), "@", 2)[0], "postgres://")
	if err := tcp(ownPassword); err == nil || !strings.Contains(err.Error(), "pg_hba") {
		t.Errorf("the program's role by TCP: %v", err)
	}
	if _, err := embedded.Start(t.Context(), embedded.Options{DataDir: folder(t), Listen: "soltanto-un-nome"}); err == nil {
		t.Error("a listen address without a port was taken")
	}
}
