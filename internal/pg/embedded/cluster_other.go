//go:build !linux

package embedded

import (
	"context"
	"fmt"
)

// Cluster is a running private server.
type Cluster struct{}

// Start is refused: see ErrUnsupported.
func Start(context.Context, Options) (*Cluster, error) {
	return nil, fmt.Errorf("%w: give the address of a PostgreSQL server in ABILITA_DATABASE_URL", ErrUnsupported)
}

// Attach finds nothing.
func Attach(context.Context, string) (func(string) string, bool, error) { return nil, false, nil }

func isInUse(error) bool { return false }

// URL is empty.
func (*Cluster) URL(string) string { return "" }

// Done is closed at once.
func (*Cluster) Done() <-chan struct{} { c := make(chan struct{}); close(c); return c }

// Err is ErrUnsupported.
func (*Cluster) Err() error { return ErrUnsupported }

// Stop does nothing.
func (*Cluster) Stop(context.Context) error { return nil }
