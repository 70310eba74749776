// Package lease is the signed, short-lived list of who may take contacts, from
// which an engine's side-car answers while it cannot, or need not, ask.
//
//	gate ──Sign──► file ──Holder.Apply──► entries ──Holder.Ask──► Ticket ──Answer(elapsed)──► yes, no, unknown
//
// A lease says what the gate answered at one instant, for so many milliseconds
// and no longer; nothing extends it, only another lease follows it. It is either
// everything (Allow) or what changed since the lease named by Base (Deltas). It
// answers the one request that carried its nonce, so neither an old lease nor
// one that was held up on its way is worth anything.
//
// Time here is what passed on the holder's side since some beginning, as a
// Duration: never a wall clock, which may be wrong. A lease is counted from before
// its request was sent, less Margin. An entry counts until its own instant, taken
// as early as it can be. The zero Holder knows nothing: unknown, and unknown is
// never yes.
package lease

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Format names the form of the document; a document of another form is refused.
const Format = "abilita-lease-1"

// purpose stands before what is signed, so that the signature is worth nothing
// for anything else.
const purpose = Format + "\n"

// Longest is how long a lease may live at most, and Margin by how much its holder
// ends it early.
const (
	Longest = 30 * time.Second
	Margin  = 100 * time.Millisecond
)

// Lease is the document.
type Lease struct {
	Format   string    `json:"format"`
	Engine   string    `json:"engine"`
	Instance string    `json:"instance"` // one run of the side-car
	Nonce    string    `json:"nonce"`    // of the request that this answers
	Version  int64     `json:"version"`
	Now      time.Time `json:"now"` // when the gate was read
	TTL      int64     `json:"ttl_ms"`
	Base     *State    `json:"base,omitempty"` // the lease to which Deltas belong; nil: Allow is everything
	Lines    []string  `json:"lines"`          // codes; about others it knows nothing
	Allow    []Entry   `json:"allow,omitempty"`
	Deltas   []Entry   `json:"deltas,omitempty"`
}

// State names a lease by what it says: version and instant.
type State struct {
	Version int64     `json:"version"`
	Now     time.Time `json:"now"`
}

// Entry is the answer about one agent. An empty Level is no.
type Entry struct {
	Agent   string    `json:"agent"`
	Line    string    `json:"line"`
	Channel string    `json:"channel"`
	Level   string    `json:"level,omitempty"`
	Until   time.Time `json:"until,omitzero"` // first instant at which the answer could change; zero: none is known
	// Running is what the line does with a contact that is going on, where the no
	// is a suspension or revocation and that is more than to let it finish.
	Running string `json:"running,omitempty"`
}

type file struct {
	Lease     json.RawMessage `json:"lease"`
	Key       string          `json:"key"`       // public key, in hexadecimal
	Signature string          `json:"signature"` // over purpose and lease, in hexadecimal
}

// Sign writes a lease down and signs it with the key made from the 32 bytes of
// seed.
func Sign(l Lease, seed []byte) ([]byte, error) {
	l.Format = Format
	body, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write the lease: %w", err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	b, err := json.Marshal(file{body, hex.EncodeToString(public(key)), hex.EncodeToString(ed25519.Sign(key, append([]byte(purpose), body...)))})
	if err != nil {
		return nil, fmt.Errorf("write the lease: %w", err)
	}
	return append(b, '\n'), nil
}

func public(key ed25519.PrivateKey) ed25519.PublicKey {
	return ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// PublicKey is the key that checks what seed signs, in hexadecimal: what a
// side-car is told to trust.
func PublicKey(seed []byte) string {
	return hex.EncodeToString(public(ed25519.NewKeyFromSeed(seed)))
}

// Faults of a lease.
var (
	ErrNoLease   = errors.New("this is no lease")
	ErrSignature = errors.New("the signature does not fit, or is of another key than the trusted one")
	ErrNotAsked  = errors.New("the lease answers another request")
	ErrBase      = errors.New("the lease follows another one than is held")
	ErrLifetime  = errors.New("the lease has an impossible lifetime")
)

// KeyOf reads the public key that a file says it was signed with, and checks that
// it was. It is for who trusts the first key seen.
func KeyOf(b []byte) (string, error) {
	f, _, err := open(b)
	return f.Key, err
}

func open(b []byte) (file, Lease, error) {
	var f file
	var l Lease
	if err := json.Unmarshal(b, &f); err != nil {
		return f, l, ErrNoLease
	}
	key, err := hex.DecodeString(f.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return f, l, ErrNoLease
	}
	signature, err := hex.DecodeString(f.Signature)
	if err != nil || !ed25519.Verify(key, append([]byte(purpose), f.Lease...), signature) {
		return f, l, ErrSignature
	}
	if err := json.Unmarshal(f.Lease, &l); err != nil || l.Format != Format {
		return f, l, ErrNoLease
	}
	return f, l, nil
}
