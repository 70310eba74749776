package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// settings are the lines of abilita.conf. host is where TCP listens, empty for
// none.
func settings(a address, host string, o Options) map[string]string {
	s := map[string]string{
		"cluster_name":            "abilita", // seen in the list of processes
		"listen_addresses":        host,
		"port":                    strconv.Itoa(a.Port),
		"unix_socket_directories": a.Socket,
		"unix_socket_permissions": "0700",
		"max_connections":         "100",
		"shared_buffers":          sharedBuffers(),
		"jit":                     "off", // compiling costs more than our short statements
		"password_encryption":     "scram-sha-256",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"lc_messages":             "C",
		"log_checkpoints":         "off",
		// What the log may say: no statement, no detail, no value; see words_linux.go.
		"log_line_prefix":         "%b|%e|",
		"log_error_verbosity":     "terse",
		"log_min_error_statement": "panic",
	}
	if o.NoFsync {
		s["fsync"], s["full_page_writes"] = "off", "off"
	}
	maps.Copy(s, o.Settings)
	return s
}

// writeConfig writes the two files that we own in the cluster.
func writeConfig(h home, who account, a address, host string, o Options) error {
	var conf strings.Builder
	conf.WriteString("# Written at each start. Your own settings go into local.conf beside this file.\n")
	s := settings(a, host, o)
	for _, k := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&conf, "%s = '%s'\n", k, strings.ReplaceAll(s[k], "'", "''"))
	}
	if err := put(filepath.Join(h.data(), "abilita.conf"), []byte(conf.String()), who); err != nil {
		return err
	}
	hba := "# Written at each start. The program comes by the unix socket only; nobody else is let in.\n" +
		"local all " + Role + " scram-sha-256\n"
	if host != "" {
		hba += "# View engines, from outside the machine over TCP.\n" +
			"host " + Database + " gate_ro all scram-sha-256\n"
	}
	return put(filepath.Join(h.data(), "pg_hba.conf"), []byte(hba), who)
}

// sharedBuffers is PostgreSQL's own 128MB, less on a very small machine and
// more where memory is plenty.
func sharedBuffers() string {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return "128MB"
	}
	memory := uint64(info.Totalram) * uint64(info.Unit)
	// A container may have less than its machine.
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
			memory = min(memory, limit)
		}
	}
	switch {
	case memory < 1<<30:
		return "32MB"
	case memory < 8<<30:
		return "128MB"
	}
	return "256MB"
}

// longest is what fits into the address of a unix socket on Linux.
const longest = 107

// makeSocketDir returns the private folder of the socket, cleared of what a
// dead server left. A path too long for a socket is replaced by a short folder
// under /tmp; its name is derived from the data folder, and it is used only
// when it is ours.
func makeSocketDir(h home, who account, port int) (string, error) {
	dir := h.run()
	if len(socketFile(dir, port)) > longest {
		dir = shortSocketDir(h)
	}
	err := os.Mkdir(dir, 0o700)
	switch {
	case err == nil:
		if err := who.own(dir); err != nil {
			return "", fmt.Errorf("give the socket's folder to the server's account: %w", err)
		}
	case !errors.Is(err, os.ErrExist):
		return "", fmt.Errorf("make the socket's folder: %w", err)
	}
	var st syscall.Stat_t
	if err := syscall.Lstat(dir, &st); err != nil {
		return "", fmt.Errorf("look at the socket's folder: %w", err)
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFDIR || int(st.Uid) != who.uid && int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%w: %s should be the private folder of the database socket, and belongs to %s; remove it",
			ErrForeign, dir, name(int(st.Uid)))
	}
	if err := errors.Join(os.Chmod(dir, 0o700), who.own(dir)); err != nil {
		return "", fmt.Errorf("make the socket's folder private: %w", err)
	}
	// A lock file here naming a zombie would make the server refuse to start.
	left, _ := filepath.Glob(filepath.Join(dir, ".s.PGSQL.*")) // the only error is a bad pattern
	for _, f := range left {
		if err := os.Remove(f); err != nil {
			return "", fmt.Errorf("remove a dead socket: %w", err)
		}
	}
	return dir, nil
}

func socketFile(dir string, port int) string {
	return filepath.Join(dir, ".s.PGSQL."+strconv.Itoa(port))
}

func shortSocketDir(h home) string {
	sum := sha256.Sum256([]byte(h.dir))
	return filepath.Join("/tmp", "abilita-"+hex.EncodeToString(sum[:8]))
}

func removeShortSocketDir(h home, dir string) {
	if dir != "" && dir != h.run() {
		_ = os.RemoveAll(dir)
	}
}
