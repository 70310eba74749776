package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"abilita/internal/pg"
)

// A line of the stream is one letter and JSON:
//
//	H head                 once, first: schema version, instant, the installation's key
//	T name and columns     a table begins
//	R [text or null, …]    a row: each column as PostgreSQL writes it
//	E rows and hash        the table ends
//	S sequence             with its last value
//	F path                 a file begins
//	D base64               a piece of it
//	Z tables, files        the end
const (
	lineHead, lineTable, lineRow, lineEnd, lineSequence, lineFile, linePiece, lineLast = 'H', 'T', 'R', 'E', 'S', 'F', 'D', 'Z'
)

// Head says what a backup is of.
type Head struct {
	Schema int64     `json:"schema"` // version of the migrations
	Taken  time.Time `json:"taken"`
	Secret []byte    `json:"secret"` // the installation's key
}

type tableHead struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// tableEnd is the number of rows of a table and the hash over them.
type tableEnd struct {
	Rows int64  `json:"rows"`
	Hash string `json:"hash"`
}

type sequence struct {
	Name  string `json:"name"`
	Value *int64 `json:"value"` // nil: never used
}

type last struct {
	Tables int `json:"tables"`
	Files  int `json:"files"`
}

// Result is what was written or restored.
type Result struct {
	Head   Head
	Tables int
	Rows   int64
	Files  int
	Bytes  int64  // of the encrypted file, when written
	Hash   []byte // SHA-256 of it
}

// lines writes the lines of a stream.
type lines struct{ w *bufio.Writer }

func (l lines) put(kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return l.raw(kind, b)
}

func (l lines) raw(kind byte, b []byte) error {
	_ = l.w.WriteByte(kind)
	_, _ = l.w.Write(b)
	return l.w.WriteByte('\n') // a bufio.Writer keeps its first error
}

type counted struct {
	w    io.Writer
	n    int64
	hash hash.Hash
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	_, _ = c.hash.Write(p[:n])
	return n, err
}

// Write writes the installation to w, encrypted with the passphrase: the
// database as it is at one instant, the key, and the files under blobs when
// that folder exists.
func Write(ctx context.Context, w io.Writer, db *pg.DB, secret []byte, blobs, passphrase string) (Result, error) {
	out := &counted{w: w, hash: sha256.New()}
	sealed, err := seal(out, passphrase)
	if err != nil {
		return Result{}, err
	}
	packed := gzip.NewWriter(sealed)
	l := lines{bufio.NewWriterSize(packed, 1<<16)}
	var r Result
	err = db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		r = Result{Head: Head{Taken: now, Secret: secret}}
		if r.Head.Schema, err = pg.SchemaVersion(ctx, q); err != nil {
			return err
		}
		if err := l.put(lineHead, r.Head); err != nil {
			return err
		}
		tables, err := tablesOf(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range tables {
			n, err := t.write(ctx, q, l)
			if err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
			r.Rows += n
		}
		r.Tables = len(tables)
		sequences, err := sequencesOf(ctx, q)
		if err != nil {
			return err
		}
		for _, s := range sequences {
			if err := l.put(lineSequence, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("read the database: %w", err)
	}
	if r.Files, err = writeFiles(l, blobs); err != nil {
		return r, fmt.Errorf("read the files: %w", err)
	}
	err = errors.Join(l.put(lineLast, last{r.Tables, r.Files}), l.w.Flush(), packed.Close(), sealed.Close())
	r.Bytes, r.Hash = out.n, out.hash.Sum(nil)
	return r, err
}

func writeFiles(l lines, blobs string) (int, error) {
	n := 0
	if _, err := os.Stat(blobs); blobs == "" || errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	err := filepath.WalkDir(blobs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(blobs, path)
		if err != nil {
			return err
		}
		n++
		if err := l.put(lineFile, filepath.ToSlash(rel)); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		piece := make([]byte, 48<<10)
		for {
			k, err := io.ReadFull(f, piece)
			if k > 0 {
				if err := l.raw(linePiece, []byte(base64.StdEncoding.EncodeToString(piece[:k]))); err != nil {
					return err
				}
			}
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
	return n, err
}

// Reader is an open backup whose head was read.
type Reader struct {
	Head Head
	in   *bufio.Reader
}

// Open reads the beginning of a backup: a wrong passphrase shows here.
func Open(r io.Reader, passphrase string) (*Reader, error) {
	plain, err := unseal(r, passphrase)
	if err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(plain)
	if err != nil {
		return nil, reason(err)
	}
	b := &Reader{in: bufio.NewReaderSize(unpacked, 1<<16)}
	kind, line, err := b.line()
	if err != nil {
		return nil, err
	}
	if kind != lineHead {
		return nil, ErrDamaged
	}
	return b, decode(line, &b.Head)
}

func (b *Reader) line() (byte, []byte, error) {
	line, err := b.in.ReadBytes('\n')
	if err != nil {
		return 0, nil, reason(err)
	}
	if len(line) < 3 {
		return 0, nil, ErrDamaged
	}
	return line[0], line[1 : len(line)-1], nil
}

func decode(line []byte, v any) error {
	if err := json.Unmarshal(line, v); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// reason keeps what unseal found and takes any other end for a cut.
func reason(err error) error {
	for _, known := range []error{ErrDamaged, ErrCut, ErrPassphrase} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("%w (%w)", ErrCut, err)
}

// What a restore refuses.
var (
	ErrNotEmpty = errors.New("the database holds data: a backup is restored into an empty one only")
	ErrSchema   = errors.New("the backup is of another version of the program")
	ErrDiffers  = errors.New("what was restored is not what was saved")
)

// Restore writes the rest of the backup into an empty database of the same
// schema and the files under blobs, and compares every table with its hash. All
// of the database comes or nothing; then, within the same transaction, finish
// may adapt what depends on the server.
func (b *Reader) Restore(ctx context.Context, db *pg.DB, blobs string, finish func(q pg.Q, now time.Time) error) (Result, error) {
	r := Result{Head: b.Head}
	began := false
	err := db.InTx(ctx, func(q pg.Q, now time.Time) error {
		if began {
			return errors.New("somebody else uses the database")
		}
		began = true
		for _, set := range []string{"statement_timeout = 0", "idle_in_transaction_session_timeout = 0"} {
			if _, err := q.ExecContext(ctx, "SET LOCAL "+set); err != nil {
				return err
			}
		}
		version, err := pg.SchemaVersion(ctx, q)
		if err != nil {
			return err
		}
		if version != b.Head.Schema {
			return fmt.Errorf("%w: schema %d, here %d", ErrSchema, b.Head.Schema, version)
		}
		tables, err := tablesOf(ctx, q)
		if err != nil {
			return err
		}
		if err := empty(ctx, q, tables); err != nil {
			return err
		}
		if err := b.restore(ctx, q, tables, blobs, &r); err != nil {
			return err
		}
		return finish(q, now)
	})
	return r, err
}

func (b *Reader) restore(ctx context.Context, q pg.Q, tables []table, blobs string, r *Result) error {
	var file *os.File
	closeFile := func() error {
		if file == nil {
			return nil
		}
		err := file.Close()
		file = nil
		return err
	}
	defer closeFile() //nolint:errcheck // the error of a file that was written is seen below
	for {
		kind, line, err := b.line()
		if err != nil {
			return err
		}
		switch kind {
		case lineTable:
			var head tableHead
			if err := decode(line, &head); err != nil {
				return err
			}
			n, err := b.fill(ctx, q, tables, head)
			if err != nil {
				return fmt.Errorf("table %s: %w", head.Name, err)
			}
			r.Tables, r.Rows = r.Tables+1, r.Rows+n
		case lineSequence:
			var s sequence
			if err := decode(line, &s); err != nil {
				return err
			}
			if err := s.set(ctx, q); err != nil {
				return err
			}
		case lineFile:
			var path string
			if err := errors.Join(decode(line, &path), closeFile()); err != nil {
				return err
			}
			if file, err = create(blobs, path); err != nil {
				return err
			}
			r.Files++
		case linePiece:
			piece, err := base64.StdEncoding.DecodeString(string(line))
			if err != nil || file == nil {
				return ErrDamaged
			}
			if _, err := file.Write(piece); err != nil {
				return err
			}
		case lineLast:
			var end last
			if err := errors.Join(decode(line, &end), closeFile()); err != nil {
				return err
			}
			if end != (last{r.Tables, r.Files}) || r.Tables != len(tables) {
				return ErrDiffers
			}
			if _, err := b.in.ReadByte(); !errors.Is(err, io.EOF) { // the last chunk must be there
				return reason(err)
			}
			return nil
		default:
			return ErrDamaged
		}
	}
}

// create makes a file of the backup; a path never leaves the folder.
func create(blobs, path string) (*os.File, error) {
	if !filepath.IsLocal(filepath.FromSlash(path)) || strings.Contains(path, "\\") {
		return nil, ErrDamaged
	}
	full := filepath.Join(blobs, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(full, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// Hashes are the row hashes of every table of a database, for comparing two.
func Hashes(ctx context.Context, db *pg.DB) (map[string]string, error) {
	out := map[string]string{}
	err := db.Snapshot(ctx, func(q pg.Q, _ time.Time) error {
		tables, err := tablesOf(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range tables {
			sum := sha256.New()
			if _, err := t.each(ctx, q, func(row []byte) error { _, _ = sum.Write(append(row, '\n')); return nil }); err != nil {
				return err
			}
			out[t.name] = hex.EncodeToString(sum.Sum(nil))
		}
		return nil
	})
	return out, err
}
