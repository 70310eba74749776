package embedded

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// create makes the cluster when there is none, and the password when it is
// lost. A cluster is made beside its place and moved there when whole, so that
// a death in the middle leaves nothing half.
func (c *Cluster) create(ctx context.Context, bin binaries, fresh, noFsync bool) error {
	if err := os.RemoveAll(c.home.unborn()); err != nil {
		return fmt.Errorf("remove a half-made database: %w", err)
	}
	text, err := os.ReadFile(c.home.password())
	switch {
	case err == nil:
		c.password = strings.TrimSpace(string(text))
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read the database password: %w", err)
	}
	if !fresh && c.password != "" {
		return nil
	}
	c.password = rand.Text()
	data := c.home.data()
	if fresh {
		data = c.home.unborn()
		if err := c.initdb(ctx, bin, data, noFsync); err != nil {
			return err
		}
	}
	// In single-user mode, because no superuser can sign in to the server.
	commands := []string{fmt.Sprintf("ALTER ROLE %s LOGIN PASSWORD '%s'", Role, c.password)}
	if fresh {
		commands = []string{
			fmt.Sprintf("CREATE ROLE %s LOGIN CREATEDB CREATEROLE PASSWORD '%s'", Role, c.password),
			fmt.Sprintf("CREATE DATABASE %s OWNER %s", Database, Role),
		}
	}
	if err := c.single(ctx, bin, data, commands); err != nil {
		return err
	}
	if err := put(c.home.password(), []byte(c.password+"\n"), c.ours); err != nil {
		return err
	}
	if !fresh {
		c.log.InfoContext(ctx, "database password renewed")
		return nil
	}
	// An empty folder may stand there, see dataVersion.
	if err := os.Remove(c.home.data()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make room for the database: %w", err)
	}
	if err := os.Rename(data, c.home.data()); err != nil {
		return fmt.Errorf("put the new database in its place: %w", err)
	}
	return syncDir(c.home.base())
}

func (c *Cluster) initdb(ctx context.Context, bin binaries, data string, noFsync bool) error {
	if err := os.Mkdir(data, 0o700); err != nil {
		return fmt.Errorf("make the database folder: %w", err)
	}
	if err := c.who.own(data); err != nil {
		return fmt.Errorf("give the database folder to the server's account: %w", err)
	}
	args := []string{"-D", data, "-U", "postgres", "--auth=reject", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"}
	if noFsync {
		args = append(args, "--no-sync")
	}
	out, err := c.tool(ctx, bin.initdb(), args, "")
	if err != nil {
		return c.who.explain(fmt.Errorf("make a database with %s: %w%s", bin.initdb(), err, tail(out)))
	}
	conf, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("configure the database: %w", err)
	}
	_, err = conf.WriteString("\n# abilita.conf is written at each start; put your own settings into local.conf\n" +
		"include 'abilita.conf'\ninclude_if_exists 'local.conf'\n")
	if err = errors.Join(err, conf.Close()); err != nil {
		return fmt.Errorf("configure the database: %w", err)
	}
	return nil
}

// single runs commands in the one-process mode of the server, which asks for no
// password. The settings in between keep a failed command out of its log.
func (c *Cluster) single(ctx context.Context, bin binaries, data string, commands []string) error {
	// The file that postgresql.conf includes has to be there.
	if err := touch(filepath.Join(data, "abilita.conf"), c.who); err != nil {
		return err
	}
	if err := clearPidFile(data); err != nil {
		return err
	}
	args := []string{
		"--single", "-D", data, "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic",
		"-c", "password_encryption=scram-sha-256", "postgres",
	}
	out, err := c.tool(ctx, bin.postgres(), args, strings.Join(commands, "\n")+"\n")
	if err != nil {
		return fmt.Errorf("set up the database: %w%s", err, tail(out))
	}
	return nil
}

// tool runs a program of PostgreSQL to its end as the server's account.
func (c *Cluster) tool(ctx context.Context, program string, args []string, input string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", environment(), &out, &out
	cmd.Stdin = strings.NewReader(input)
	cmd.SysProcAttr = c.who.attributes()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	p, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	<-p.done
	return out.Bytes(), p.err
}

func touch(path string, who account) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(f.Close(), who.own(path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("write %s to disk: %w", dir, err)
	}
	return nil
}

// tail is the end of a tool's output, on lines of its own.
func tail(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) > 5 {
		lines = lines[len(lines)-5:]
	}
	if len(lines) == 1 && lines[0] == "" {
		return ""
	}
	return ":\n  " + strings.Join(lines, "\n  ")
}
