package blob_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"abilita/internal/blob"
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// stores are both kinds, empty.
func stores(t *testing.T) map[string]blob.Store {
	t.Helper()
	memory := s3mem.New()
	if err := memory.CreateBucket("corsi"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(memory).Server())
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	list := map[string]blob.Store{"a folder": blob.Folder(filepath.Join(t.TempDir(), "blobs"))}
	for name, path := range map[string]string{"a bucket": "corsi", "a bucket with a prefix": "corsi/abilita/media"} {
		s, err := blob.Open("s3+http://key:secret@"+host+"/"+path+"?region=eu-south-1", "")
		if err != nil {
			t.Fatal(err)
		}
		list[name] = s
	}
	return list
}

func read(t *testing.T, s blob.Store, hash string) string {
	t.Helper()
	r, err := s.Open(t.Context(), hash)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Seek(1, io.SeekStart); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(r); err != nil || string(rest) != string(b[1:]) {
		t.Errorf("after a jump: %q, %v", rest, err)
	}
	return string(b)
}

// One suite for every kind of store.
func TestAStoreKeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			if _, err := s.Open(ctx, hashOf("nessuno")); !errors.Is(err, blob.ErrNone) {
				t.Errorf("what is not there: %v", err)
			}
			if err := s.Delete(ctx, hashOf("nessuno")); err != nil {
				t.Errorf("deleting what is not there: %v", err)
			}
			var group sync.WaitGroup
			for range 4 { // the same twice, at once, is one
				for _, text := range []string{"uno", "due", "tre"} {
					group.Go(func() {
						if err := s.Put(ctx, hashOf(text), []byte(text)); err != nil {
							t.Error(err)
						}
					})
				}
			}
			group.Wait()
			for _, text := range []string{"uno", "due", "tre"} {
				if got := read(t, s, hashOf(text)); got != text {
					t.Errorf("%q came back as %q", text, got)
				}
			}
			if err := s.Delete(ctx, hashOf("uno")); err != nil {
				t.Error(err)
			}
			if _, err := s.Open(ctx, hashOf("uno")); !errors.Is(err, blob.ErrNone) || read(t, s, hashOf("due")) != "due" {
				t.Errorf("after deleting one: %v", err)
			}
			for _, bad := range []string{"", "../../etc/passwd", strings.ToUpper(hashOf("uno")), hashOf("uno") + "/x", "..", hashOf("uno")[:63] + "/"} {
				_, err := s.Open(ctx, bad)
				if err == nil || errors.Is(err, blob.ErrNone) || s.Put(ctx, bad, nil) == nil || s.Delete(ctx, bad) == nil {
					t.Errorf("%q was taken for a hash: %v", bad, err)
				}
			}
		})
	}
}

// V26: a link in the folder of blobs leads nowhere.
func TestTheFolderOfBlobsIsLeftByNoName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret, blobs := filepath.Join(dir, "secret"), filepath.Join(dir, "blobs")
	hash := hashOf("uno")
	for _, err := range []error{os.WriteFile(secret, []byte("x"), 0o600), os.MkdirAll(filepath.Join(blobs, hash[:2]), 0o700), os.Symlink(secret, filepath.Join(blobs, hash[:2], hash))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s := blob.Folder(blobs)
	if r, err := s.Open(t.Context(), hash); err == nil {
		_ = r.Close()
		t.Error("a link was followed out of the folder")
	}
	if err := s.Put(t.Context(), hash, []byte("uno")); err != nil {
		t.Error(err)
	}
	if got := read(t, s, hash); got != "uno" {
		t.Errorf("%q", got)
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "x" {
		t.Errorf("the file outside: %q, %v", b, err)
	}
}

func TestAnAddressThatCannotWorkIsRefusedWithoutItsKey(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://key:sesamo@host/bucket", "s3://host/bucket", "s3://key:sesamo@host", "s3://key@host/bucket", "s3+http://key:sesamo@example.org/bucket", "s3://key:sesamo@ho st/%zz",
	} {
		if _, err := blob.Open(address, ""); err == nil || strings.Contains(err.Error(), "sesamo") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if s, err := blob.Open("", "x"); err != nil || s != blob.Folder("x") {
		t.Errorf("no address: %v, %v", s, err)
	}
}
