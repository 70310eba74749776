package embedded

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// words passes the server's log on and remembers its last lines for the error
// of a server that exits.
type words struct {
	mu    sync.Mutex
	lines []string
	ended chan struct{}
}

// listen reads the server's log until the last of its processes has ended.
//
// What a client's statement made the server say may hold personal data; the
// program sees that error itself, so of these lines only the SQLSTATE is kept.
func listen(r io.ReadCloser, log *slog.Logger) *words {
	w := &words{ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		defer r.Close()
		in := bufio.NewScanner(r)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			who, state, level, text, ok := parseLine(in.Text())
			if !ok {
				continue
			}
			at := slog.LevelDebug
			switch level {
			case "WARNING", "ERROR":
				at = slog.LevelWarn
			case "FATAL", "PANIC":
				at = slog.LevelError
			}
			if who == "client backend" {
				if at > slog.LevelDebug {
					log.DebugContext(context.Background(), "database client", "severity", level, "sqlstate", state)
				}
				continue
			}
			w.mu.Lock()
			w.lines = append(w.lines, level+": "+text)
			if len(w.lines) > 8 {
				w.lines = w.lines[1:]
			}
			w.mu.Unlock()
			log.Log(context.Background(), at, "database server", "part", who, "severity", level, "sqlstate", state, "text", text)
		}
		_, _ = io.Copy(io.Discard, r) // after a line too long: the server must not block on a full pipe
	}()
	return w
}

// parseLine splits a line written with our log_line_prefix. Before the server
// has read its configuration lines have no prefix; the continuation of a line
// begins with a tab and is not ok.
func parseLine(line string) (who, state, level, text string, ok bool) {
	if line == "" || line[0] == '\t' {
		return "", "", "", "", false
	}
	parts := strings.SplitN(line, "|", 3)
	if len(parts) == 3 {
		who, state, line = parts[0], parts[1], parts[2]
	}
	level, text, found := strings.Cut(line, ":  ")
	if !found {
		return who, state, "LOG", line, true
	}
	if i := strings.LastIndexByte(level, ' '); i >= 0 { // a time and pid come first without the prefix
		level = level[i+1:]
	}
	return who, state, level, text, true
}

// last is the server's last words, each on a line of its own.
func (w *words) last() string {
	<-w.ended
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) == 0 {
		return ""
	}
	return ":\n  " + strings.Join(w.lines, "\n  ")
}
