// Package backup writes the whole installation into one encrypted file and
// restores it: every table, the sequences, the installation's key and its files.
//
// The file begins with magic, salt and a check of the passphrase. Then come
// chunks of at most 64 KB, each encrypted and authenticated with
// ChaCha20-Poly1305 under a key that argon2id makes of the passphrase. The
// nonce counts the chunks and marks the last, so that a chunk that is missing,
// moved or cut off is noticed. Inside is gzip, and in it one record a line, see
// stream.go.
package backup

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// What is wrong with a file or a passphrase.
var (
	ErrNotBackup  = errors.New("this is not a backup of Abilita")
	ErrPassphrase = errors.New("the passphrase is not the one of this backup")
	ErrDamaged    = errors.New("the backup is damaged: a part of it was changed")
	ErrCut        = errors.New("the backup is not whole: its end is missing")
	ErrShort      = errors.New("the passphrase must have at least 12 characters")
)

const (
	magic     = "ABILITA-BACKUP-1\n"
	saltSize  = 16
	checkSize = 16
	chunkSize = 64 << 10
	shortest  = 12
)

// keys makes the key of the chunks and the check of the passphrase.
func keys(passphrase string, salt []byte) (cipher.AEAD, []byte, error) {
	root := argon2.IDKey([]byte(passphrase), salt, 3, 64<<10, 1, 32)
	key, err := hkdf.Key(sha256.New, root, salt, "abilita backup chunks", chacha20poly1305.KeySize)
	if err != nil {
		return nil, nil, fmt.Errorf("derive key: %w", err)
	}
	check, err := hkdf.Key(sha256.New, root, salt, "abilita backup check", checkSize)
	if err != nil {
		return nil, nil, fmt.Errorf("derive check: %w", err)
	}
	a, err := chacha20poly1305.New(key)
	return a, check, err
}

func nonce(n uint64, last bool) []byte {
	b := make([]byte, chacha20poly1305.NonceSize)
	binary.BigEndian.PutUint64(b, n)
	if last {
		b[len(b)-1] = 1
	}
	return b
}

type sealer struct {
	w    io.Writer
	aead cipher.AEAD
	n    uint64
	buf  []byte
}

// seal encrypts what is written to it into w. Close writes the last chunk; it
// does not close w.
func seal(w io.Writer, passphrase string) (io.WriteCloser, error) {
	if len([]rune(passphrase)) < shortest {
		return nil, ErrShort
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	aead, check, err := keys(passphrase, salt)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(append(append([]byte(magic), salt...), check...)); err != nil {
		return nil, err
	}
	return &sealer{w: w, aead: aead, buf: make([]byte, 0, chunkSize)}, nil
}

func (s *sealer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		if len(s.buf) == chunkSize {
			if err := s.flush(false); err != nil {
				return 0, err
			}
		}
		n := copy(s.buf[len(s.buf):chunkSize], p)
		s.buf, p = s.buf[:len(s.buf)+n], p[n:]
	}
	return total, nil
}

func (s *sealer) Close() error { return s.flush(true) }

func (s *sealer) flush(last bool) error {
	_, err := s.w.Write(s.aead.Seal(nil, nonce(s.n, last), s.buf, nil))
	s.n++
	s.buf = s.buf[:0]
	return err
}

type opener struct {
	r     io.Reader
	aead  cipher.AEAD
	n     uint64
	plain []byte
	next  []byte // the chunk after, to know which is the last
	done  bool
}

// unseal reads what seal wrote. Whatever it returns was authenticated; the end
// is io.EOF only after the last chunk.
func unseal(r io.Reader, passphrase string) (io.Reader, error) {
	head := make([]byte, len(magic)+saltSize+checkSize)
	if _, err := io.ReadFull(r, head); err != nil || !bytes.HasPrefix(head, []byte(magic)) {
		return nil, ErrNotBackup
	}
	salt, check := head[len(magic):len(magic)+saltSize], head[len(magic)+saltSize:]
	aead, want, err := keys(passphrase, salt)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(check, want) != 1 {
		return nil, ErrPassphrase
	}
	o := &opener{r: r, aead: aead}
	if o.next, err = o.read(); err != nil {
		return nil, err
	}
	if o.next == nil {
		return nil, ErrCut
	}
	return o, nil
}

// read takes the next chunk as it stands in the file, nil at its end.
func (o *opener) read() ([]byte, error) {
	b := make([]byte, chunkSize+o.aead.Overhead())
	n, err := io.ReadFull(o.r, b)
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("read the backup: %w", err)
	}
	return b[:n], nil
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.done {
			return 0, io.EOF
		}
		chunk := o.next
		var err error
		if o.next, err = o.read(); err != nil {
			return 0, err
		}
		last := o.next == nil
		plain, err := o.aead.Open(nil, nonce(o.n, last), chunk, nil)
		if err != nil {
			return 0, o.why(chunk, last)
		}
		o.n++
		o.plain, o.done = plain, last
	}
	n := copy(p, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

// why tells a cut file from a changed one: a whole chunk that is good but for
// not being the last, or a piece of a chunk at the end, was cut.
func (o *opener) why(chunk []byte, last bool) error {
	if !last {
		return ErrDamaged
	}
	if _, err := o.aead.Open(nil, nonce(o.n, false), chunk, nil); err == nil {
		return ErrCut
	}
	if len(chunk) < chunkSize+o.aead.Overhead() {
		return fmt.Errorf("%w, or the end was changed", ErrCut)
	}
	return ErrDamaged
}
