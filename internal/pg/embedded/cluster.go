package embedded

import (
	"context"
	"log/slog"
	"net/url"
	"strconv"
)

// Role is the PostgreSQL role of the program: owner of its databases, allowed
// to create databases and roles, no superuser. Nobody can sign in as superuser.
const Role = "abilita"

// Database is the database that Start makes sure of.
const Database = "abilita"

// Options say where and how to run the server. Only DataDir is required.
type Options struct {
	DataDir  string            // the program's data folder; made when missing
	BinDir   string            // folder of initdb and postgres; empty searches
	Listen   string            // host:port where the role gate_ro may connect by TCP; empty means no TCP at all
	NoFsync  bool              // for throw-away test servers: fast, and lost with the machine's power
	Settings map[string]string // further lines of the server's configuration
	Log      *slog.Logger      // nil discards
}

// address is where a running server is found; it is what running.json holds.
type address struct {
	PID    int    `json:"pid"`
	Socket string `json:"socket"` // folder of the unix socket
	Port   int    `json:"port"`   // part of the socket's file name
	Data   string `json:"data"`
}

// url is the address of a database in lib/pq's URL form.
func (a address) url(password, database string) string {
	q := url.Values{}
	q.Set("host", a.Socket)
	q.Set("port", strconv.Itoa(a.Port))
	q.Set("sslmode", "disable") // a unix socket in a private folder
	u := url.URL{Scheme: "postgres", User: url.UserPassword(Role, password), Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

// Use connects to the server of o.DataDir whoever runs it: when the folder is
// free it starts the server for as long as the caller needs it, else it attaches
// to the running one. release stops what Use started.
func Use(ctx context.Context, o Options) (databaseURL func(database string) string, release func(context.Context) error, err error) {
	for {
		c, err := Start(ctx, o)
		if err == nil {
			return c.URL, c.Stop, nil
		}
		if !isInUse(err) {
			return nil, nil, err
		}
		databaseURL, running, attachErr := Attach(ctx, o.DataDir)
		if attachErr != nil {
			return nil, nil, attachErr
		}
		if running {
			return databaseURL, func(context.Context) error { return nil }, nil
		}
		if ctx.Err() != nil {
			return nil, nil, err
		}
	}
}
