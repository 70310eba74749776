package pg_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"abilita/internal/fault"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// mark is a write that can be counted: one due-work row.
func mark(ctx context.Context, q pg.Q, key string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO due_work (kind, run_at, dedupe_key) VALUES ('mark', abilita_now(), $1 || clock_timestamp()::text || random()::text)`, key)
	return err
}

func marks(t *testing.T, db *pg.DB) int {
	t.Helper()
	var n int
	if err := db.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM due_work WHERE kind = 'mark'`); err != nil {
		t.Fatal(err)
	}
	return n
}

func command(key string) *pg.Command {
	return &pg.Command{Key: key, Actor: 0, Route: "POST /thing", BodyHash: pg.HashBody("a=1"), Then: "/thing/{id}"}
}

func TestAWriteOutsideATransactionIsImpossible(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	if err := mark(t.Context(), db.Read(), "x"); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Fatalf("an autocommit write: %v", err)
	}
	if n := marks(t, db); n != 0 {
		t.Fatalf("%d rows written", n)
	}
}

func TestACommandHappensOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	do := func(cmd *pg.Command) error {
		return db.Do(t.Context(), cmd, func(q pg.Q, _ time.Time) error {
			cmd.Created(42)
			return mark(t.Context(), q, "once")
		})
	}
	var wins, repeats atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			var first *pg.Replayed
			switch err := do(command("0123456789abcdef")); {
			case err == nil:
				wins.Add(1)
			case errors.As(err, &first) && first.Location == "/thing/42" && first.Status == 303:
				repeats.Add(1)
			default:
				t.Errorf("a repeated command: %v", err)
			}
		})
	}
	all.Wait()
	if wins.Load() != 1 || repeats.Load() != 49 || marks(t, db) != 1 {
		t.Fatalf("%d did it, %d were told so, %d rows", wins.Load(), repeats.Load(), marks(t, db))
	}
	other := command("0123456789abcdef")
	other.BodyHash = pg.HashBody("a=2")
	if err := do(other); !errors.Is(err, pg.ErrKeyReused) {
		t.Errorf("the same key with another body: %v", err)
	}
	if err := do(command("short")); !errors.Is(err, pg.ErrKeyMissing) {
		t.Errorf("a key that is too short: %v", err)
	}
}

func TestARefusedCommandKeepsItsKey(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	refusal := fault.New(fault.Invalid, "form.required")
	err := db.Do(t.Context(), command("0123456789abcdef"), func(q pg.Q, _ time.Time) error {
		if err := mark(t.Context(), q, "x"); err != nil {
			return err
		}
		return refusal
	})
	if !errors.Is(err, refusal) || marks(t, db) != 0 {
		t.Fatalf("refused: %v, %d rows", err, marks(t, db))
	}
	if err := db.Do(t.Context(), command("0123456789abcdef"), func(q pg.Q, _ time.Time) error { return mark(t.Context(), q, "x") }); err != nil {
		t.Fatalf("the same key after the refusal: %v", err)
	}
}

func TestASerializationFailureIsTriedAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	tries := 0
	err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		tries++
		if tries < 3 {
			_, err := q.ExecContext(t.Context(), `DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`)
			return err
		}
		return mark(t.Context(), q, "x")
	})
	if err != nil || tries != 3 || marks(t, db) != 1 {
		t.Fatalf("%d tries, %d rows: %v", tries, marks(t, db), err)
	}
}

func TestTheClockOfALiveDatabaseCannotBeMoved(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), `INSERT INTO clock_offset (kind, ahead) VALUES ('live', '1 hour')`)
		return err
	})
	if err == nil {
		t.Fatal("a live clock was moved")
	}
	at := time.Date(2027, 3, 28, 1, 30, 0, 0, time.UTC)
	pgtest.SetClock(t, db, at)
	var inTx time.Time
	if err := db.InTx(t.Context(), func(_ pg.Q, now time.Time) error { inTx = now; return nil }); err != nil || !inTx.Equal(at) {
		t.Fatalf("a stopped clock says %v: %v", inTx, err)
	}
}

// swallow stands between pool and server on a unix socket. While armed it lets
// the next COMMIT reach the server and cuts the link before the answer.
type swallow struct {
	server string
	armed  atomic.Bool
	cut    atomic.Int32
}

func (s *swallow) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go s.pipe(c)
	}
}

func (s *swallow) pipe(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", s.server)
	if err != nil {
		return
	}
	defer server.Close()
	var commit atomic.Bool
	go func() {
		defer server.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := client.Read(buf)
			if n > 0 {
				if s.armed.Load() && strings.Contains(string(buf[:n]), "COMMIT") {
					commit.Store(true)
				}
				if _, err := server.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if n > 0 {
			if commit.Load() {
				s.armed.Store(false)
				s.cut.Add(1)
				return // the server has committed; nobody hears of it
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// F4: the link is cut after COMMIT, before the reply. The command happened, is
// not repeated, and the caller learns that it succeeded.
func TestALostAnswerToCommitIsSettledByTheKey(t *testing.T) {
	t.Parallel()
	direct := pgtest.URL(t)
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	proxy := &swallow{server: filepath.Join(q.Get("host"), ".s.PGSQL."+q.Get("port"))}
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL."+q.Get("port")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go proxy.serve(l)
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	db, err := pg.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	const n = 20
	for i := range n {
		proxy.armed.Store(true)
		cmd := command(fmt.Sprintf("0123456789abcdef%02d", i))
		if err := db.Do(t.Context(), cmd, func(q pg.Q, _ time.Time) error { return mark(t.Context(), q, "f4") }); err != nil {
			t.Fatalf("command %d, whose commit succeeded, was reported as failed: %v", i, err)
		}
	}
	if proxy.cut.Load() != n {
		t.Fatalf("the link was cut %d times, want %d: the trial is void", proxy.cut.Load(), n)
	}
	if got := marks(t, db); got != n {
		t.Fatalf("%d commands left %d rows", n, got)
	}
}

func TestADatabaseThatIsNotThereIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := pg.Open(t.Context(), "postgres://u:p@/x?host="+url.QueryEscape(t.TempDir())+"&sslmode=disable")
	if !errors.Is(err, pg.ErrUnavailable) {
		t.Fatalf("no server: %v", err)
	}
	if err := pg.Map(io.EOF, nil, nil); !errors.Is(err, io.EOF) {
		t.Errorf("an error of somebody else was mapped: %v", err)
	}
}
