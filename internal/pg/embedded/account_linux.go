package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is who the server runs as.
type account struct {
	uid, gid  int
	namespace bool // runs in a user namespace, where it looks like nobody
}

// nobody is what the caller looks like in the namespace. It has an entry in the
// password file of every distribution, which initdb insists on.
const nobody = 65534

func self() account { return account{uid: os.Geteuid(), gid: os.Getegid()} }

// attributes start a child as the account, in a process group of its own (a
// Ctrl-C in the terminal must not reach it before the program has drained) and
// with a signal at the death of the thread that starts it.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	switch {
	case a.namespace:
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: a.uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: a.gid, Size: 1}}
		if os.Geteuid() == 0 {
			attr.GidMappingsEnableSetgroups = true
			attr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		}
	case a.uid != os.Geteuid():
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// own gives a file or folder to the account.
func (a account) own(path string) error {
	if a.uid == os.Geteuid() {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// explain adds to a failed start what a forbidden user namespace means.
func (a account) explain(err error) error {
	if !a.namespace || (!errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EINVAL)) {
		return err
	}
	return fmt.Errorf("%w: PostgreSQL does not run as root or as an account without a name, and this machine forbids user namespaces; "+
		"choose a folder that the account postgres can enter, for example ABILITA_DATA_DIR=/var/lib/abilita, or start as a normal user: %w",
		ErrUnreachable, err)
}

// chooseAccount says who can run the server of this folder: the owner of data
// that exists, else see the package's text.
func chooseAccount(h home, binDir string, exists bool) (account, error) {
	me := self()
	var owner account
	if exists {
		var err error
		if owner, err = ownerOf(h.data()); err != nil {
			return account{}, err
		}
	}
	if me.uid != 0 {
		if exists && owner.uid != me.uid {
			return account{}, fmt.Errorf("%w: %s belongs to %s; start the program as that account or as root, or choose another folder with ABILITA_DATA_DIR",
				ErrUnreachable, h.data(), name(owner.uid))
		}
		me.namespace = nameless(me.uid)
		return me, nil
	}
	inNamespace := account{uid: 0, gid: me.gid, namespace: true}
	if exists {
		if owner.uid == 0 {
			return inNamespace, nil
		}
		if blocked(owner, h.base()) == "" && blocked(owner, binDir) == "" {
			owner.namespace = nameless(owner.uid)
			return owner, nil
		}
		if blocked(inNamespace, h.base()) == "" {
			return inNamespace, give(h.data(), 0, me.gid)
		}
	} else {
		for _, a := range candidates(h) {
			if blocked(a, h.base()) != "" || blocked(a, binDir) != "" {
				continue
			}
			return a, nil
		}
	}
	return account{}, fmt.Errorf("%w: started by root the server runs as another account, and %s cannot be entered by any; "+
		"choose a folder such as ABILITA_DATA_DIR=/var/lib/abilita", ErrUnreachable, blocked(inNamespace, h.base()))
}

// candidates are the accounts that root tries, in this order. The owner of the
// folder above comes last: root working in somebody's private home.
func candidates(h home) []account {
	var list []account
	for _, n := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(n); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			list = append(list, account{uid: uid, gid: gid})
		}
	}
	list = append(list, account{uid: 0, gid: os.Getegid(), namespace: true})
	if a, err := ownerOf(filepath.Dir(h.dir)); err == nil && a.uid != 0 {
		a.namespace = nameless(a.uid)
		list = append(list, a)
	}
	return list
}

// blocked is the first folder on the way to path that the account cannot enter,
// empty when it can enter all. Without capabilities root is like everybody.
func blocked(a account, path string) string {
	at := "/"
	for _, part := range append([]string{""}, split(path)...) {
		at = filepath.Join(at, part)
		var st syscall.Stat_t
		if err := syscall.Stat(at, &st); err != nil {
			return at
		}
		bit := uint32(0o001)
		switch {
		case int(st.Uid) == a.uid:
			bit = 0o100
		case int(st.Gid) == a.gid:
			bit = 0o010
		}
		if st.Mode&bit == 0 {
			return at
		}
	}
	return ""
}

func split(path string) []string {
	var parts []string
	for path != "/" && path != "." && path != "" {
		parts = append([]string{filepath.Base(path)}, parts...)
		path = filepath.Dir(path)
	}
	return parts
}

func ownerOf(path string) (account, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return account{}, fmt.Errorf("look at %s: %w", path, err)
	}
	return account{uid: int(st.Uid), gid: int(st.Gid)}, nil
}

// give hands a whole tree to another account.
func give(dir string, uid, gid int) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	})
}

// nameless says that the account has no entry in the password file, which
// initdb does not accept.
func nameless(uid int) bool {
	_, err := user.LookupId(strconv.Itoa(uid))
	return err != nil
}

func name(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return "the account " + u.Username
	}
	return "the account number " + strconv.Itoa(uid)
}
