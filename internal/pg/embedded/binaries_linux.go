package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binaries is a folder that holds initdb and postgres of one version.
type binaries struct {
	dir   string
	major int
}

func (b binaries) initdb() string   { return filepath.Join(b.dir, "initdb") }
func (b binaries) postgres() string { return filepath.Join(b.dir, "postgres") }

// oldest is the first version with CREATE DATABASE … STRATEGY and the rest of
// what the schema uses.
const oldest = 15

var versionText = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

// findBinaries looks in dir only when it is given; else in PATH, then where
// Debian, Ubuntu and the PostgreSQL RPMs install. major is the version of data
// that exists, and then only that version will do; 0 takes the newest.
func findBinaries(ctx context.Context, dir string, major int, data string) (binaries, error) {
	var found []binaries
	for _, d := range searched(dir) {
		out, err := exec.CommandContext(ctx, filepath.Join(d, "postgres"), "-V").Output()
		m := versionText.FindSubmatch(out)
		if err != nil || m == nil {
			continue
		}
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			continue
		}
		found = append(found, binaries{d, n})
	}
	if err := ctx.Err(); err != nil {
		return binaries{}, err
	}
	if major != 0 {
		if i := slices.IndexFunc(found, func(b binaries) bool { return b.major == major }); i >= 0 {
			return found[i], nil
		}
		return binaries{}, fmt.Errorf("%w: %s was made by PostgreSQL %d, and this machine has %s; nothing was changed; "+
			"install version %d (on Debian: apt-get install postgresql-%d); to move to another version start with the old one, "+
			"write a backup (abilita backup FILE), and restore it into an empty folder (abilita restore FILE)",
			ErrVersion, data, major, versions(found), major, major)
	}
	found = slices.DeleteFunc(found, func(b binaries) bool { return b.major < oldest })
	if len(found) == 0 {
		where := "on this machine"
		if dir != "" {
			where = "in " + dir
		}
		return binaries{}, fmt.Errorf("%w: no initdb and postgres of version %d or later %s; install PostgreSQL (on Debian and Ubuntu: apt-get install postgresql), "+
			"or give the address of a server in ABILITA_DATABASE_URL", ErrNoBinaries, oldest, where)
	}
	return slices.MaxFunc(found, func(a, b binaries) int { return a.major - b.major }), nil
}

// searched lists the folders that hold both programs, links resolved, because
// initdb wants its postgres beside it.
func searched(dir string) []string {
	var tries []string
	if dir != "" {
		tries = []string{filepath.Join(dir, "initdb")}
	} else {
		if p, err := exec.LookPath("initdb"); err == nil {
			tries = append(tries, p)
		}
		for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/usr/libexec/postgresql*/initdb"} {
			found, _ := filepath.Glob(pattern) // the only error is a bad pattern
			tries = append(tries, found...)
		}
	}
	var dirs []string
	for _, p := range tries {
		real, err := filepath.EvalSymlinks(p)
		if err != nil {
			continue
		}
		d := filepath.Dir(real)
		if _, err := os.Stat(filepath.Join(d, "postgres")); err == nil && !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	return dirs
}

func versions(found []binaries) string {
	if len(found) == 0 {
		return "none"
	}
	var s []string
	for _, b := range found {
		s = append(s, fmt.Sprintf("version %d in %s", b.major, b.dir))
	}
	return strings.Join(s, ", ")
}

// environment of the children: nothing of ours, no PG* variable, fixed language
// so that messages can be read by us.
func environment() []string {
	return []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "LANG=C.UTF-8", "TZ=UTC"}
}
