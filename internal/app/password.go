package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// hashing bounds how many passwords are hashed at once: each takes 19 MiB and a
// core for some 45 ms.
type hashing chan struct{}

const (
	argonTime    = 2
	argonMemory  = 19 * 1024
	argonThreads = 1
)

func (h hashing) enter(ctx context.Context) error {
	select {
	case h <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h hashing) leave() { <-h }

// hash makes the PHC string of a password.
func (h hashing) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	key := argon2.IDKey([]byte(norm.NFC.String(password)), salt, argonTime, argonMemory, argonThreads, 32)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// check compares a password with a PHC string. With an empty string it takes as
// long and says no, so that unknown addresses cannot be told from known ones.
func (h hashing) check(ctx context.Context, phc, password string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	memory, time, threads := uint32(argonMemory), uint32(argonTime), uint8(argonThreads)
	salt, want := make([]byte, 16), make([]byte, 32)
	known := false
	if parts := strings.Split(phc, "$"); len(parts) == 6 {
		var err1, err2 error
		_, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads)
		salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
		want, err2 = base64.RawStdEncoding.DecodeString(parts[5])
		known = err == nil && err1 == nil && err2 == nil && len(want) == 32
	}
	got := argon2.IDKey([]byte(norm.NFC.String(password)), salt, time, memory, threads, 32)
	return known && subtle.ConstantTimeCompare(got, want) == 1, nil
}
