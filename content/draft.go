package content

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"abilita/content/markdown"
	"abilita/internal/fault"
	"abilita/internal/pan"
)

// DraftState is where a draft stands.
//
//	open ──ask──► review ──approve──► approved ──publish──► published
//	  ▲             │ │                  │
//	  └─send back───┘ │ withdraw         │ withdraw
//	  ◄───────────────┴──────────────────┘
//	any of the three ──discard──► discarded
//
// A text is written only while the draft is open: what was read is what is
// approved, and what was approved is what is published.
type DraftState string

// The states.
const (
	DraftOpen      DraftState = "open"
	DraftInReview  DraftState = "review"
	DraftApproved  DraftState = "approved"
	DraftPublished DraftState = "published"
	DraftDiscarded DraftState = "discarded"
)

// Living tells whether somebody still works on it.
func (s DraftState) Living() bool {
	return s == DraftOpen || s == DraftInReview || s == DraftApproved
}

// DraftMove is a step in the life of a draft.
type DraftMove string

// The moves.
const (
	DraftAsk      DraftMove = "ask"      // another trainer is asked to read it
	DraftWithdraw DraftMove = "withdraw" // its authors go on writing
	DraftSendBack DraftMove = "return"   // whoever read it says what to mend
	DraftApprove  DraftMove = "approve"
	DraftPublish  DraftMove = "publish"
	DraftDiscard  DraftMove = "discard"
)

// Faults of drafts.
var (
	ErrDraftState   = fault.New(fault.Conflict, "draft.not_now")
	ErrDraftOwn     = fault.New(fault.Forbidden, "draft.own")
	ErrDraftPath    = fault.New(fault.Invalid, "draft.path")
	ErrDraftTaken   = fault.New(fault.Invalid, "draft.taken")
	ErrDraftLarge   = fault.New(fault.Invalid, "draft.large")   // Max: KB
	ErrDraftCard    = fault.New(fault.Invalid, "draft.card")    // Line
	ErrDraftNotText = fault.New(fault.Invalid, "draft.no_text") // bytes that are no text
)

var draftMoves = map[DraftMove]map[DraftState]DraftState{
	DraftAsk:      {DraftOpen: DraftInReview},
	DraftWithdraw: {DraftInReview: DraftOpen, DraftApproved: DraftOpen},
	DraftSendBack: {DraftInReview: DraftOpen},
	DraftApprove:  {DraftInReview: DraftApproved},
	DraftPublish:  {DraftApproved: DraftPublished},
	DraftDiscard:  {DraftOpen: DraftDiscarded, DraftInReview: DraftDiscarded, DraftApproved: DraftDiscarded},
}

// After is the state that a move leads to, ErrDraftState when it is not the time
// for it, ErrDraftOwn when whoever wrote in the draft would judge it.
func (s DraftState) After(m DraftMove, author bool) (DraftState, error) {
	next, ok := draftMoves[m][s]
	switch {
	case !ok:
		return s, ErrDraftState
	case author && (m == DraftApprove || m == DraftSendBack):
		return s, ErrDraftOwn
	}
	return next, nil
}

// Written is a file as somebody left it in a draft.
type Written struct {
	Path, Body string
	Removed    bool
	Base       string // hash of the published file it was written over; "": a new one
}

// DraftFile is a file of a draft beside the published one.
type DraftFile struct {
	Path      string
	Kind      Kind
	Body      string // of the draft; of the published file where it was removed
	Published string // "" for a new file
	Change    Change
	Base      string // hash of the published file it was written over; "": a new one, or one that nobody wrote
	Overtaken bool   // somebody published another version of it meanwhile
}

// Over is what a text stands on that is kept in the place of the file now: the hash
// of the published one, "" where there is none.
func (f DraftFile) Over() string {
	if f.Change == Added {
		return ""
	}
	return HashOf(f.Published)
}

// Compose lays what was written over the published files (path to source): the
// programme first, then the folders in the order of a pack, then by path.
func Compose(published map[string]string, written []Written) []DraftFile {
	files := map[string]DraftFile{}
	for name, body := range published {
		files[name] = DraftFile{Path: name, Kind: KindOf(name), Body: body, Published: body, Change: Same}
	}
	for _, w := range written {
		f, there := files[w.Path]
		f.Path, f.Kind, f.Base = w.Path, KindOf(w.Path), w.Base
		f.Overtaken = w.Base != "" && (!there || HashOf(f.Published) != w.Base) || w.Base == "" && there
		switch {
		case w.Removed && !there:
			continue
		case w.Removed:
			f.Change = Removed
		case !there:
			f.Body, f.Change = w.Body, Added
		default:
			if f.Body, f.Change = w.Body, Edited; w.Body == f.Published {
				f.Change, f.Overtaken = Same, false
			}
		}
		files[w.Path] = f
	}
	return slices.SortedFunc(maps.Values(files), func(a, b DraftFile) int {
		if d := slices.Index(kindOrder, a.Kind) - slices.Index(kindOrder, b.Kind); d != 0 {
			return d
		}
		return strings.Compare(a.Path, b.Path)
	})
}

var kindOrder = []Kind{KindProgramme, KindModule, KindScript, KindRubric, KindQuiz, KindChecklist}

// Tree is the draft as the pack that Load reads from dir.
func Tree(dir string, files []DraftFile) Memory {
	m := Memory{}
	for _, f := range files {
		if f.Change != Removed {
			m[path.Join(dir, f.Path)] = f.Body
		}
	}
	return m
}

// HashOf is the hash that a file with this source has.
func HashOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:])
}

// KindOf is the kind of file that a path of a pack holds, "" for none.
func KindOf(name string) Kind {
	if name == ProgrammeFile {
		return KindProgramme
	}
	return folders[path.Dir(name)]
}

var draftName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)

// NewPath is the path of a new file, made of its kind and a name that somebody
// typed; ErrDraftPath when that is no good name.
func NewPath(kind Kind, name string) (string, error) {
	name = strings.TrimSuffix(strings.TrimSpace(name), ".md")
	if !draftName.MatchString(name) {
		return "", ErrDraftPath
	}
	for folder, k := range folders {
		if k == kind {
			return folder + "/" + name + ".md", nil
		}
	}
	return "", ErrDraftPath
}

// MaxSource is how large a file may be, in bytes.
const MaxSource = markdown.MaxBytes

// MayKeep refuses a text that may not even be kept as a draft: too large, no
// text, or with a card number in it, whose line it names.
func MayKeep(body string) *fault.Error {
	switch {
	case len(body) > MaxSource:
		return ErrDraftLarge.With("Max", MaxSource>>10)
	case !utf8.ValidString(body) || strings.ContainsRune(body, 0):
		return ErrDraftNotText
	case !pan.HasCardNumber(body):
		return nil
	}
	for i, line := range textLines(body) {
		if pan.HasCardNumber(line) {
			return ErrDraftCard.With("Line", i+1)
		}
	}
	return ErrDraftCard.With("Line", 1)
}
