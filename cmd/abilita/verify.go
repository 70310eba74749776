package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"abilita/course/proof"
)

// longestProof bounds the file that is read.
const longestProof = 64 << 20

type verifyCmd struct {
	File string `arg:"" help:"Signed proof of an answer."`
	Key  string `help:"Fingerprint that the key must have, as the installation shows it." placeholder:"FINGERPRINT"`
}

// Run judges the file alone: no database, no network. The exit code is 0 only
// when everything holds.
func (v *verifyCmd) Run(o *out) error {
	f, err := os.Open(v.File)
	if err != nil {
		return fmt.Errorf("open the proof: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, longestProof))
	if err != nil {
		return fmt.Errorf("read the proof: %w", err)
	}
	found := proof.Verify(b, v.Key)
	if p := found.Proof; p.Format != "" {
		fmt.Fprintf(o.std, "proof of %s: might %s take a contact on %s by %s at %s?\n", p.Made.Org, p.Asked.Agent, p.Asked.Line, p.Asked.Channel, p.Asked.At.Format(time.RFC3339Nano))
		answer := "no"
		if p.Answer.Granted {
			answer = "yes, at level " + string(p.Answer.Level)
		}
		fmt.Fprintf(o.std, "answer: %s\n", answer)
		for _, r := range p.Answer.Reasons {
			fmt.Fprintf(o.std, "  %s\n", r.Code)
		}
		fmt.Fprintf(o.std, "written %s, record of changes at entry %d\n", p.Made.At.Format(time.RFC3339), p.Chain.Seq)
	}
	if found.Key != "" {
		fmt.Fprintf(o.std, "key: %s\n", found.Key)
	}
	for _, c := range found.Checks {
		if c.Bad != "" {
			fmt.Fprintf(o.std, "BAD  %s: %s\n", c.Name, c.Bad)
			continue
		}
		fmt.Fprintf(o.std, "ok   %s: %s\n", c.Name, c.Says)
	}
	switch {
	case !found.Holds():
		fmt.Fprintln(o.std, "The proof does not hold.")
		return exitCode(1)
	case v.Key == "":
		fmt.Fprintln(o.std, "The proof holds. Compare the key with the one that the installation shows, or give it with --key.")
	default:
		fmt.Fprintln(o.std, "The proof holds.")
	}
	return nil
}
