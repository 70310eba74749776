package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// ready waits until the server takes connections, however long its recovery
// takes, and makes sure of the database.
func (c *Cluster) ready(ctx context.Context) error {
	db, err := sql.Open("postgres", c.URL("postgres"))
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	for began, told := time.Now(), 1; ; {
		ping, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := db.PingContext(ping)
		cancel()
		if err == nil {
			break
		}
		var pe *pq.Error
		if errors.As(err, &pe) && (pe.Code.Class() == "28") {
			return fmt.Errorf("%w: the server does not take the password in %s; remove that file and start again, a new one is made: %w",
				ErrPassword, c.home.password(), err)
		}
		select {
		case <-c.server.done:
			return fmt.Errorf("the private PostgreSQL in %s did not start (%w)%s", c.home.data(), errOr(c.server.err), c.words.last())
		case <-ctx.Done():
			return fmt.Errorf("the private PostgreSQL in %s is not ready: %w", c.home.data(), ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Since(began) > time.Duration(told)*5*time.Second {
			told++
			c.log.InfoContext(ctx, "waiting for the database to recover", "seconds", int(time.Since(began).Seconds()))
		}
	}
	var n int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM pg_database WHERE datname = $1`, Database).Scan(&n); err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	if n == 0 {
		if _, err := db.ExecContext(ctx, "CREATE DATABASE "+Database); err != nil {
			return fmt.Errorf("create the database: %w", err)
		}
	}
	return nil
}

func errOr(err error) error {
	if err == nil {
		return errors.New("it ended without an error")
	}
	return err
}
