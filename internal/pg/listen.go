package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// Listen calls heard for each notification on one of the channels until ctx
// ends, on a connection of its own. After a lost connection, during which
// notifications may have been missed, it calls heard for each channel. A
// notification is a wake-up and nothing more: whoever hears it reads again.
func (db *DB) Listen(ctx context.Context, channels []string, heard func(channel string)) error {
	l := pq.NewListener(db.url, 100*time.Millisecond, 5*time.Second, nil)
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // also frees a Listen that waits for the server
	defer func() {
		if stop() {
			_ = l.Close()
		}
	}()
	for _, c := range channels {
		if err := l.Listen(c); err != nil && !errors.Is(err, pq.ErrChannelAlreadyOpen) {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("listen: %w", Map(err, nil, nil))
		}
	}
	ping := time.NewTicker(30 * time.Second)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ping.C:
			_ = l.Ping() // a dead link is found and opened again by itself
		case n, open := <-l.NotificationChannel():
			switch {
			case !open:
				return nil
			case n == nil:
				for _, c := range channels {
					heard(c)
				}
			default:
				heard(n.Channel)
			}
		}
	}
}
