package app

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Directory is the numbers of help services of a line, which scripts and modules
// name in braces. People keep it: a wrong number in a bad moment does harm.
type Directory struct{ db *pg.DB }

// NewDirectory makes the use case.
func NewDirectory(db *pg.DB) *Directory { return &Directory{db: db} }

// Faults of the directory.
var (
	ErrNumberForm   = fault.New(fault.Invalid, "directory.number_form")
	ErrNumberNeeded = fault.New(fault.Invalid, "directory.number_needed")
	ErrNoNumber     = fault.New(fault.Conflict, "directory.no_number")
)

// numberForm is a telephone number as people write it.
var numberForm = regexp.MustCompile(`^\+?[0-9][0-9 ./()-]{1,38}$`)

// CheckEvery is how many days the check of a number holds: on the last of them
// it still does.
const CheckEvery = 90

// DirectoryEntry is a number with whether somebody must check it again.
type DirectoryEntry struct {
	coursedb.DirectoryEntry
	Due bool
}

// checkDue tells whether a number must be checked again on a day.
func checkDue(e coursedb.DirectoryEntry, today time.Time) bool {
	return e.Number != "" && (e.CheckedOn == nil || e.CheckedOn.Before(today.AddDate(0, 0, -CheckEvery)))
}

// DirectoryFile is the directory of a line.
type DirectoryFile struct {
	Line    coursedb.Line
	Entries []DirectoryEntry
}

// Entry finds one by its key.
func (f DirectoryFile) Entry(key string) (DirectoryEntry, bool) {
	i := slices.IndexFunc(f.Entries, func(e DirectoryEntry) bool { return e.Key == key })
	if i < 0 {
		return DirectoryEntry{}, false
	}
	return f.Entries[i], true
}

// Read opens the directory of a line for who keeps it.
func (x *Directory) Read(ctx context.Context, who people.Actor, code string) (DirectoryFile, error) {
	store := coursedb.New(x.db.Read())
	line, err := store.LineByCode(ctx, code)
	if err != nil {
		return DirectoryFile{}, err
	}
	if err := who.Must(people.KeepDirectory, people.Target{Line: line.ID}); err != nil {
		return DirectoryFile{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return DirectoryFile{}, err
	}
	f := DirectoryFile{Line: line}
	list, err := store.Entries(ctx, line.ID, false)
	for _, e := range list {
		f.Entries = append(f.Entries, DirectoryEntry{e, checkDue(e, day(now, line.Location()))})
	}
	return f, err
}

// Due lists the lines that the actor keeps with a number to check again.
func (x *Directory) Due(ctx context.Context, who people.Actor) ([]coursedb.Line, error) {
	reach := who.Reach(people.KeepDirectory)
	if reach.None() {
		return nil, nil
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	return coursedb.New(x.db.Read()).Unchecked(ctx, reach, day(now, time.UTC).AddDate(0, 0, -CheckEvery))
}

// DirectoryEdit is an entry as it should be. Checked says that somebody called
// the number today.
type DirectoryEdit struct {
	Name, Number, Note string
	Checked            bool
	Version            int
}

// Save changes an entry. A number that changes loses its check unless the
// editor checked the new one. The second of two editors gets ErrChanged.
func (x *Directory) Save(ctx context.Context, who people.Actor, cmd *pg.Command, code, key string, in DirectoryEdit) error {
	var form fault.Form
	number := strings.Join(strings.Fields(in.Number), " ")
	form.Add(number == "" && key != "supervisor", "number", ErrNumberNeeded)
	form.Add(number != "" && !numberForm.MatchString(number), "number", ErrNumberForm)
	form.Add(len([]rune(in.Name)) > 80, "name", ErrTooLong.With("Max", 80))
	form.Add(len([]rune(in.Note)) > 500, "note", ErrTooLong.With("Max", 500))
	return x.change(ctx, who, cmd, code, key, in.Version, "edit", func(e coursedb.DirectoryEntry, today time.Time) (coursedb.DirectoryEntry, bool, error) {
		if err := form.Err(); err != nil {
			return e, false, err
		}
		checked := in.Checked && number != ""
		if e.Number != number && !checked {
			e.CheckedOn = nil
		}
		e.Name, e.Number, e.Note = strings.TrimSpace(in.Name), number, strings.TrimSpace(in.Note)
		if checked {
			e.CheckedOn = &today
		}
		return e, checked, nil
	})
}

// Check notes that the actor called the number today and it is right.
func (x *Directory) Check(ctx context.Context, who people.Actor, cmd *pg.Command, code, key string, version int) error {
	return x.change(ctx, who, cmd, code, key, version, "check", func(e coursedb.DirectoryEntry, today time.Time) (coursedb.DirectoryEntry, bool, error) {
		if e.Number == "" {
			return e, false, ErrNoNumber
		}
		e.CheckedOn = &today
		return e, true, nil
	})
}

func (x *Directory) change(ctx context.Context, who people.Actor, cmd *pg.Command, code, key string, version int, did string,
	do func(e coursedb.DirectoryEntry, today time.Time) (coursedb.DirectoryEntry, bool, error),
) error {
	f, err := x.Read(ctx, who, code)
	if err != nil {
		return err
	}
	if _, ok := f.Entry(key); !ok {
		return people.ErrHidden
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		list, err := store.Entries(ctx, f.Line.ID, true)
		if err != nil {
			return err
		}
		was := list[slices.IndexFunc(list, func(e coursedb.DirectoryEntry) bool { return e.Key == key })]
		e, checked, err := do(was, day(now, f.Line.Location()))
		if err != nil {
			return err
		}
		e.Version = version
		var checker people.ID
		if checked {
			checker = who.ID
		}
		if err := store.SaveEntry(ctx, e, checker); err != nil {
			if errors.Is(err, coursedb.ErrChanged) {
				return ErrChanged
			}
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.KeepDirectory, Kind: "line", Subject: f.Line.ID,
			Detail: map[string]any{"did": did, "key": key, "number": was.Number != e.Number, "checked": checked},
		})
	})
}
