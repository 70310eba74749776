package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// Folder keeps blobs in a folder of this machine, which it makes at the first
// Put: each in a folder of the first two digits of its hash. No name leads out.
type Folder string

func place(hash string) (string, error) {
	if !hashForm.MatchString(hash) {
		return "", errHash
	}
	return hash[:2] + "/" + hash, nil
}

// Put writes beside the place and renames.
func (f Folder) Put(_ context.Context, hash string, body []byte) error {
	name, err := place(hash)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("make the folder of blobs: %w", err)
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return fmt.Errorf("open the folder of blobs: %w", err)
	}
	defer root.Close() //nolint:errcheck // a handle on a folder
	if info, err := root.Stat(name); err == nil && info.Size() == int64(len(body)) {
		return nil
	}
	if err := root.Mkdir(path.Dir(name), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep blob %s: %w", hash, err)
	}
	fresh := path.Dir(name) + "/.new-" + rand.Text()
	w, err := root.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep blob %s: %w", hash, err)
	}
	_, err = w.Write(body)
	if err = errors.Join(err, w.Sync(), w.Close()); err == nil {
		err = root.Rename(fresh, name)
	}
	if err != nil {
		_ = root.Remove(fresh)
		return fmt.Errorf("keep blob %s: %w", hash, err)
	}
	return nil
}

// Open opens the file.
func (f Folder) Open(_ context.Context, hash string) (io.ReadSeekCloser, error) {
	name, err := place(hash)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenInRoot(string(f), name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNone, hash)
	}
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", hash, err)
	}
	return file, nil
}

// Delete removes the file.
func (f Folder) Delete(_ context.Context, hash string) error {
	name, err := place(hash)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open the folder of blobs: %w", err)
	}
	defer root.Close() //nolint:errcheck // a handle on a folder
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete blob %s: %w", hash, err)
	}
	return nil
}
