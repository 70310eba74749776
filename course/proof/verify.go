package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/course/gate"
)

// file is what is handed over.
type file struct {
	Proof     json.RawMessage `json:"proof"`
	Key       string          `json:"key"`       // public key, in hexadecimal
	Signature string          `json:"signature"` // over purpose and proof, in hexadecimal
}

// purpose stands before what is signed, so that the signature is worth nothing
// for anything else.
const purpose = Format + "\n"

// Sign writes a document down and signs it with the key made from the 32 bytes
// of seed.
func Sign(p Proof, seed []byte) ([]byte, error) {
	body, err := p.canonical()
	if err != nil {
		return nil, err
	}
	key := ed25519.NewKeyFromSeed(seed)
	return file{body, hex.EncodeToString(public(key)), hex.EncodeToString(ed25519.Sign(key, append([]byte(purpose), body...)))}.bytes()
}

func (f file) bytes() ([]byte, error) {
	b, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("write the proof: %w", err)
	}
	return append(b, '\n'), nil
}

func public(key ed25519.PrivateKey) ed25519.PublicKey {
	return ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// Fingerprint names the key made from seed: the SHA-256 of the public key, in
// groups of four.
func Fingerprint(seed []byte) string { return fingerprint(public(ed25519.NewKeyFromSeed(seed))) }

func fingerprint(key []byte) string {
	sum := sha256.Sum256(key)
	var groups []string
	for chunk := range slices.Chunk([]byte(hex.EncodeToString(sum[:])), 4) {
		groups = append(groups, string(chunk))
	}
	return strings.Join(groups, "-")
}

// plain takes from a fingerprint as it was typed what does not count.
func plain(typed string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -:", r) {
			return -1
		}
		return r
	}, strings.ToLower(typed))
}

// Check is one thing that Verify looked at. Bad says what is wrong, empty when
// nothing is.
type Check struct{ Name, Says, Bad string }

// Verdict is the judgement on a file. Proof is what it says; it is empty when
// the file cannot be read.
type Verdict struct {
	Proof  Proof
	Key    string // fingerprint of the key that signed
	Checks []Check
}

// Holds tells whether nothing is wrong. The zero Verdict does not hold.
func (v Verdict) Holds() bool {
	return len(v.Checks) > 0 && !slices.ContainsFunc(v.Checks, func(c Check) bool { return c.Bad != "" })
}

func (v *Verdict) check(name, says string, err error) {
	c := Check{Name: name, Says: says}
	if err != nil {
		c.Bad = err.Error()
	}
	v.Checks = append(v.Checks, c)
}

// Verify judges a file. expected is the fingerprint that the key must have;
// empty accepts any, and the reader compares it.
func Verify(b []byte, expected string) Verdict {
	var v Verdict
	key, err := v.open(b)
	v.check("signature", "the signature is of the key in the file, over these exact bytes", err)
	if key != nil {
		v.Key = fingerprint(key)
	}
	if expected != "" {
		var wrong error
		if plain(expected) != plain(v.Key) {
			wrong = fmt.Errorf("the key is %s", v.Key)
		}
		v.check("key", "the key is the one that was named", wrong)
	}
	if err != nil {
		return v
	}
	v.check("document", "the document agrees with itself and knows nothing later than its instant", v.Proof.consistent())
	v.check("decision", fmt.Sprintf("the gate's rule over the %d facts gives the stated answer", len(v.Proof.Facts)), v.Proof.redecide())
	for _, c := range v.Proof.Certificates {
		v.check("certificate "+c.Number, fmt.Sprintf("the rule over %d pieces of evidence meets all %d requirements, each by the pieces named, and the signer may sign", len(c.Evidence), len(c.Requirements)), c.rereview(v.Proof))
	}
	return v
}

var (
	errNoProof   = errors.New("this is no proof, or it was changed")
	errOtherForm = errors.New("the file is not in the one form in which proofs are written")
	errSignature = errors.New("the signature does not fit: the file was changed")
)

// open reads the file, whose every byte counts, and returns the key.
func (v *Verdict) open(b []byte) (ed25519.PublicKey, error) {
	var f file
	if err := strictly(b, &f); err != nil {
		return nil, errNoProof
	}
	key, err := hex.DecodeString(f.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errNoProof
	}
	signature, err := hex.DecodeString(f.Signature)
	if err != nil || !ed25519.Verify(key, append([]byte(purpose), f.Proof...), signature) {
		return key, errSignature
	}
	var p Proof
	if err := strictly(f.Proof, &p); err != nil || p.Format != Format {
		return key, errNoProof
	}
	body, err := p.canonical()
	if err != nil {
		return key, err
	}
	if f.Proof = body; f.Key != hex.EncodeToString(key) || f.Signature != hex.EncodeToString(signature) {
		return key, errOtherForm
	}
	if again, err := f.bytes(); err != nil || !bytes.Equal(again, b) {
		return key, errOtherForm
	}
	v.Proof = p
	return key, nil
}

func strictly(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// redecide runs the gate again.
func (p Proof) redecide() error {
	again := Answered(p.Decide(), p.Answer.Version)
	if !reflect.DeepEqual(again, p.Answer) {
		return fmt.Errorf("the rule answers %s, the document %s", again.word(), p.Answer.word())
	}
	return nil
}

func (a Answer) word() string {
	if a.Granted {
		return "yes, " + string(a.Level)
	}
	codes := make([]string, len(a.Reasons))
	for i, r := range a.Reasons {
		codes[i] = string(r.Code)
	}
	return "no (" + strings.Join(codes, ", ") + ")"
}

// rereview runs the review and the rule of signing again.
func (c Certificate) rereview(p Proof) error {
	report := c.Report(p.Asked.Person)
	for i, l := range report.Lines {
		if l.State != cert.Done {
			return fmt.Errorf("the requirement %s is not met", l.Requirement.Key)
		}
		if !slices.Equal(slices.Sorted(slices.Values(l.Evidence)), slices.Sorted(slices.Values(c.Requirements[i].Met))) {
			return fmt.Errorf("the requirement %s is met by other evidence than is named", l.Requirement.Key)
		}
	}
	if err := cert.MaySign(report, c.evidence(p.Asked.Person), p.Asked.Person, c.SignedBy); err != nil {
		return fmt.Errorf("who signed might not sign: %w", err)
	}
	return nil
}

// consistent looks for what the document says in one place and not in another.
func (p Proof) consistent() error {
	at := p.Asked.At
	later := func(t time.Time) bool { return t.After(at) }
	if p.Asked.Person == 0 || p.Asked.At.After(p.Made.At) {
		return errors.New("it is about nobody, or was made before its instant")
	}
	held := map[string]bool{}
	for _, c := range p.Contents {
		held[c.Hash] = true
	}
	papers := map[int64]Certificate{}
	for _, c := range p.Certificates {
		papers[c.ID] = c
		if later(c.SignedAt) || c.From.Before(c.SignedAt) || !c.From.Before(c.Until) {
			return fmt.Errorf("the certificate %s has impossible dates", c.Number)
		}
		if !held[c.Release] {
			return fmt.Errorf("the certificate %s names a programme that is not listed", c.Number)
		}
		for _, e := range c.Evidence {
			if later(e.At) || e.At.After(c.SignedAt) || e.Content != "" && !held[e.Content] {
				return fmt.Errorf("the evidence %d is later than the signature, or of content that is not listed", e.ID)
			}
		}
		for _, e := range c.Events {
			if later(e.At) {
				return fmt.Errorf("the certificate %s knows something later", c.Number)
			}
		}
	}
	for _, f := range p.Facts {
		if err := p.fits(f, papers); err != nil {
			return err
		}
	}
	return p.chained()
}

// fits compares a fact with the certificate it refers to.
func (p Proof) fits(f Fact, papers map[int64]Certificate) error {
	if f.RecordedAt.After(p.Asked.At) || f.ClosedAt.After(p.Asked.At) || f.Line != 0 && f.Line != p.Asked.LineID {
		return fmt.Errorf("a fact (%s) is later, or of another line", f.Kind)
	}
	if f.Kind != gate.Certificate {
		return nil
	}
	c, ok := papers[f.Ref]
	if !ok || !slices.Contains(c.Channels, string(f.Channel)) || f.From.Before(c.From) || f.Until.After(c.Until) || f.Until.IsZero() {
		return fmt.Errorf("the gate knew of certificate %d what it does not say", f.Ref)
	}
	return nil
}

// chained compares the entries with each other and the head.
func (p Proof) chained() error {
	var before int64
	for _, e := range p.Chain.Entries {
		if e.Seq <= before || e.Seq > p.Chain.Seq || e.At.After(p.Asked.At) || len(e.Hash) != 2*sha256.Size {
			return fmt.Errorf("the entry %d does not fit into the record", e.ID)
		}
		if e.Seq == p.Chain.Seq && e.Hash != p.Chain.Hash {
			return errors.New("the head of the record is not its last entry")
		}
		before = e.Seq
	}
	return nil
}
