// Package app holds the use cases. Each loads, decides with the pure rules and
// saves, in one transaction that also holds the audit entry, the letters and
// the idempotency key. It knows no HTTP and no HTML.
//
// Every use case takes who asks and names its permission first. A command takes
// a *pg.Command; a read takes none.
package app

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"abilita/internal/blob"
	"abilita/internal/fault"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Secret is the installation's key, kept outside the database. Other keys are
// derived from it. It prints as stars.
type Secret struct{ key []byte }

// NewSecret wraps key, which must be 32 bytes.
func NewSecret(key []byte) (Secret, error) {
	if len(key) != 32 {
		return Secret{}, fmt.Errorf("secret key has %d bytes, 32 are needed", len(key))
	}
	return Secret{key: key}, nil
}

// RandomSecret makes a new one.
func RandomSecret() Secret {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (Go 1.24)
	return Secret{key: key}
}

// Bytes is the key itself, to store it in its file.
func (s Secret) Bytes() []byte { return s.key }

// String hides the key.
func (s Secret) String() string { return "***" }

// GoString hides the key.
func (s Secret) GoString() string { return "***" }

// For derives the key for one purpose.
func (s Secret) For(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, s.key, nil, "abilita "+purpose, 32)
	if err != nil {
		panic(err) // only for lengths beyond reason
	}
	return key
}

var linkText = base32.StdEncoding.WithPadding(base32.NoPadding)

// LinkToken is the secret part of a login link: the id and a MAC over id,
// purpose and nonce. It can be made again to print the letter, and is nowhere
// stored.
func (s Secret) LinkToken(l peopledb.Link) string {
	m := hmac.New(sha256.New, s.For("link"))
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], uint64(l.ID))
	m.Write(id[:])
	m.Write([]byte(l.Purpose))
	m.Write(l.Nonce)
	return strings.ToLower(strconv.FormatInt(l.ID, 10) + "-" + linkText.EncodeToString(m.Sum(nil)[:20]))
}

// linkID reads the id out of a token; the MAC is checked by whoever has the row.
func linkID(token string) (int64, error) {
	id, _, ok := strings.Cut(token, "-")
	n, err := strconv.ParseInt(id, 10, 64)
	if !ok || err != nil {
		return 0, peopledb.ErrNoLink
	}
	return n, nil
}

// Command is one act of a person, done at most once.
type Command = pg.Command

// App is all use cases, by subject.
type App struct {
	DB           *pg.DB
	Secret       Secret
	Accounts     *Accounts
	Setup        *Setup
	Gate         *Gate
	Lines        *Lines
	Organising   *Organising
	Publishing   *Publishing
	Drafts       *Drafts
	Media        *Media
	Exchange     *Exchange
	Reviews      *Reviews
	Items        *Items
	Admissions   *Admissions
	Study        *Study
	Sessions     *Sessions
	Shifts       *Shifts
	Swaps        *Swaps
	Debriefs     *Debriefs
	Ledgers      *Ledgers
	Certificates *Certificates
	Appeals      *Appeals
	Persons      *Persons
	Exams        *Exams
	Checklists   *Checklists
	Assessments  *Assessments
	Practice     *Practice
	Letters      *Letters
	Board        *Board
	Contacts     *Contacts
	Levels       *Levels
	Overrides    *Overrides
	Corrections  *Corrections
	Doctor       *Doctor
	DueWork      *DueWork
	Keeping      *Keeping
	Directory    *Directory
	Catalogue    *Catalogue
	Proofs       *Proofs
	Copies       *Copies
	Erasing      *Erasing
	Upkeep       *Upkeep
	Recognition  *Recognition
	ViewEngines  *ViewEngines
	Engines      *Engines
	KeyStops     *KeyStops
	Hooks        *Hooks
}

// New makes the use cases on one database and the store of its media. The gate
// prepares its statement, so db must reach the server directly.
func New(ctx context.Context, db *pg.DB, secret Secret, blobs blob.Store) (*App, error) {
	gate, err := NewGate(ctx, db)
	if err != nil {
		return nil, err
	}
	course := NewCourse(db)
	accounts := NewAccounts(db, secret, course)
	sessions, shifts, exams := NewSessions(db, course), NewShifts(db), NewExams(db, course)
	certificates, upkeep, ends := NewCertificates(db, course, shifts), NewUpkeep(db, course), ending{sessions, shifts, exams}
	drafts, study := NewDrafts(db, course), NewStudy(db, course)
	media := NewMedia(db, drafts, blobs)
	engines := NewEngines(db, secret)
	return &App{
		DB:           db,
		Secret:       secret,
		Accounts:     accounts,
		Setup:        NewSetup(db, secret, accounts),
		Gate:         gate,
		Lines:        NewLines(db),
		Organising:   NewOrganising(db, course, shifts),
		Publishing:   NewPublishing(db, course, drafts, media),
		Drafts:       drafts,
		Media:        media,
		Exchange:     NewExchange(db, drafts, media),
		Reviews:      NewReviews(db, drafts),
		Items:        NewItems(db, drafts),
		Admissions:   NewAdmissions(db, course, ends),
		Study:        study,
		Sessions:     sessions,
		Shifts:       shifts,
		Swaps:        NewSwaps(shifts),
		Debriefs:     NewDebriefs(db, shifts),
		Ledgers:      NewLedgers(db),
		Certificates: certificates,
		Appeals:      NewAppeals(db),
		Persons:      NewPersons(db, course, gate),
		Board:        NewBoard(db, course),
		Contacts:     NewContacts(db, course),
		Levels:       NewLevels(db, course),
		Overrides:    NewOverrides(db),
		Exams:        exams,
		Checklists:   NewChecklists(db, course),
		Assessments:  NewAssessments(db, course),
		Practice:     NewPractice(db, course),
		Letters:      NewLetters(db, secret),
		Corrections:  NewCorrections(db, ends),
		Doctor:       NewDoctor(db, course, secret, blobs),
		DueWork:      NewDueWork(db, sessions, shifts, exams, certificates, upkeep),
		Keeping:      NewKeeping(db),
		Directory:    NewDirectory(db),
		Catalogue:    NewCatalogue(db, study),
		Proofs:       NewProofs(db, course, secret),
		Copies:       NewCopies(db),
		Erasing:      NewErasing(db, ends),
		Upkeep:       upkeep,
		Recognition:  NewRecognition(db, course),
		ViewEngines:  NewViewEngines(db),
		Engines:      engines,
		KeyStops:     NewKeyStops(db, certificates, engines),
		Hooks:        NewHooks(db, secret),
	}, nil
}

// Faults of more than one subject.
var (
	ErrChanged  = peopledb.ErrChanged
	ErrRequired = fault.New(fault.Invalid, "form.required")
	ErrTooLong  = fault.New(fault.Invalid, "form.too_long")
	ErrEmail    = fault.New(fault.Invalid, "form.email")
	ErrDate     = fault.New(fault.Invalid, "form.date")
	ErrChoice   = fault.New(fault.Invalid, "form.choice")
)

// required adds a fault for an empty or far too long text.
func required(form *fault.Form, field, value string, max int) {
	form.Add(strings.TrimSpace(value) == "", field, ErrRequired)
	form.Add(len([]rune(value)) > max, field, ErrTooLong.With("Max", max))
}
