package backup

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ErasedFile is the name of the list of the erased in the data folder.
const ErasedFile = "erased.json"

// Erased is a record that was erased: what tells it from any other of the
// installation, and names nobody.
type Erased struct {
	ID       int64     `json:"id"`
	Made     time.Time `json:"made"`
	ErasedAt time.Time `json:"erased_at"`
}

// erasedList is the list outside of the database, see the record of decision
// 0012. It only grows.
type erasedList struct {
	Installation string   `json:"installation"` // fingerprint of its key
	People       []Erased `json:"people"`
}

// ErrOtherInstallation is the answer to a list that belongs to another one.
var ErrOtherInstallation = errors.New("the list of erased people is of another installation")

// KeepErased adds people to the list at path, which is made when it is not there.
func KeepErased(path, installation string, more []Erased) error {
	have, err := ReadErased(path, installation)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	type record struct{ id, made int64 }
	known := map[record]bool{}
	all := have
	for _, e := range have {
		known[record{e.ID, e.Made.UnixMicro()}] = true
	}
	for _, e := range more {
		if !known[record{e.ID, e.Made.UnixMicro()}] {
			all = append(all, e)
		}
	}
	if len(all) == len(have) {
		return nil
	}
	slices.SortFunc(all, func(a, b Erased) int { return cmp.Or(cmp.Compare(a.ID, b.ID), a.Made.Compare(b.Made)) })
	b, err := json.Marshal(erasedList{installation, all})
	if err != nil {
		return fmt.Errorf("keep the list of erased people: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".erased-*") // 0600
	if err != nil {
		return fmt.Errorf("keep the list of erased people: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep the list of erased people: %w", err)
	}
	return nil
}

// ReadErased reads the list at path, which must be of the installation.
func ReadErased(path, installation string) ([]Erased, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the list of erased people: %w", err)
	}
	var l erasedList
	if err := json.Unmarshal(b, &l); err != nil {
		return nil, fmt.Errorf("read the list of erased people %s: %w", path, err)
	}
	if l.Installation != installation {
		return nil, fmt.Errorf("%w: %s", ErrOtherInstallation, path)
	}
	return l.People, nil
}
