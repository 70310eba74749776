// Package blob keeps files by the hash of their bytes: in a folder of this
// machine, or in any store that speaks S3. A blob never changes; the same bytes
// put twice are one.
package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// ErrNone says that there is no blob of that hash.
var ErrNone = errors.New("no such blob")

// errHash refuses a name that is no hash, before it reaches a path.
var errHash = errors.New("not the hash of a blob")

// Store is where blobs lie. A hash is SHA-256 in lower-case hexadecimal.
type Store interface {
	// Put keeps body under its hash, whole or not at all. What is there already
	// stays. It is safe to repeat.
	Put(ctx context.Context, hash string, body []byte) error
	// Open reads a blob, or answers ErrNone. The reader must be closed.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
	// Delete takes a blob away; one that is not there is gone already.
	Delete(ctx context.Context, hash string) error
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Open makes the store that an address names: a folder of this machine when it
// is empty, else s3://KEY:SECRET@HOST/BUCKET[/PREFIX][?region=REGION]. The scheme
// s3+http goes without TLS, to this machine only.
func Open(address, folder string) (Store, error) {
	if address == "" {
		return Folder(folder), nil
	}
	u, err := url.Parse(address)
	if err != nil { // the error would show the address, and with it the key
		return nil, errors.New("ABILITA_MEDIA_URL is no address: write s3://KEY:SECRET@HOST/BUCKET")
	}
	secret, _ := u.User.Password()
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	switch {
	case u.Scheme != "s3" && u.Scheme != "s3+http", u.Host == "", bucket == "", u.User.Username() == "", secret == "":
		return nil, errors.New("ABILITA_MEDIA_URL is not complete: write s3://KEY:SECRET@HOST/BUCKET, with ?region=… when the store asks for one")
	case u.Scheme == "s3+http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("ABILITA_MEDIA_URL goes to %s without TLS: write s3://, or a store on this machine", u.Hostname())
	}
	return newBucket(u.Host, u.User.Username(), secret, bucket, prefix, u.Query().Get("region"), u.Scheme == "s3")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// inMemory is an open blob whose bytes are in memory.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
