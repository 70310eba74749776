package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	"abilita/internal/app"
)

// Courier sends what is queued. Several may work on one database.
type Courier struct {
	Hooks  *app.Hooks
	Client *http.Client // of NewClient
}

// workers is how many addresses may keep us waiting at once.
const workers = 4

// Deliver sends until nothing is due.
func (c *Courier) Deliver(ctx context.Context) error {
	var all sync.WaitGroup
	failed := make([]error, workers)
	for i := range workers {
		all.Go(func() {
			for {
				more, err := c.one(ctx)
				if failed[i] = err; err != nil || !more {
					return
				}
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// one takes and sends one delivery; false when nothing is due.
func (c *Courier) one(ctx context.Context) (bool, error) {
	d, key, at, ok, err := c.Hooks.Next(ctx)
	if err != nil || !ok {
		return false, err
	}
	b, err := body(d)
	if err != nil {
		return false, err
	}
	problem, gone := "", false
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(b))
	if err == nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("User-Agent", "abilita")
		req.Header.Set("webhook-id", d.Message)
		req.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		req.Header.Set("webhook-signature", Sign(key, d.Message, at, b))
		var resp *http.Response
		if resp, err = c.Client.Do(req); err == nil {
			_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
			_ = resp.Body.Close()
			gone = resp.StatusCode == http.StatusGone
			if resp.StatusCode < 200 || resp.StatusCode > 299 {
				problem = fmt.Sprintf("%d", resp.StatusCode)
			}
		}
	}
	switch {
	case ctx.Err() != nil:
		return false, nil // we are stopping: somebody else takes it over
	case errors.Is(err, ErrAddress):
		problem = "address"
	case err != nil:
		problem = "unreachable"
	}
	return true, c.Hooks.Settle(ctx, d, problem, gone)
}
