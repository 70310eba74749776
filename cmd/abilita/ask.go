package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"abilita/internal/app"
	"abilita/internal/audit"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/web/ui"
)

type gateCmd struct {
	Line    string `arg:"" help:"Short name of the line."`
	Channel string `arg:"" help:"phone, chat, video, mail or desk."`
	Person  string `arg:"" help:"Public number, for example v0101."`
	At      string `help:"A past instant, RFC 3339 in UTC." placeholder:"TIME"`
	Proof   string `help:"Also write the answer with all it rested on into this file, signed; it must not exist." placeholder:"FILE"`
	Demo    bool   `help:"Ask the demonstration."`
	Lang    string `enum:"it,en" default:"it" help:"Language of the reasons."`
}

// Run prints the line that phone systems get and every reason with its next
// step. The exit code is 0 for enabled, 1 for disabled.
func (g *gateCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, g.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	qn := app.Question{Line: g.Line, Channel: g.Channel, Agent: g.Person}
	if g.At != "" {
		if qn.At, err = time.Parse(time.RFC3339Nano, g.At); err != nil {
			return fmt.Errorf("--at %q: write for example 2027-03-14T09:05:00Z", g.At)
		}
	}
	a, err := in.app.Gate.Ask(ctx, in.actor, qn)
	if err != nil {
		return err
	}
	fmt.Fprintln(o.std, a.Text())
	p := in.catalog.Printer(i18n.Lang(g.Lang))
	for _, r := range a.Decision.Reasons {
		message, next := ui.ReasonWords(p, r)
		fmt.Fprintf(o.std, "  %s: %s. %s.\n", r.Code, message, next)
	}
	if g.Proof != "" {
		if err := g.writeProof(ctx, o, in, a); err != nil {
			return err
		}
	}
	if !a.Decision.Granted() {
		return exitCode(1)
	}
	return nil
}

// writeProof writes the proof of the answer that was printed.
func (g *gateCmd) writeProof(ctx context.Context, o *out, in *opened, a app.Answer) error {
	qn := a.Question
	qn.At = a.Decision.At
	b, err := in.app.Proofs.Export(ctx, in.actor, qn)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(g.Proof, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the proof: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the proof: %w", err)
	}
	fmt.Fprintf(o.std, "proof: %s, key %s\n", g.Proof, in.app.Proofs.Fingerprint())
	return nil
}

type adminCmd struct {
	Invite inviteCmd `cmd:"" help:"Invite somebody to the staff; prints the link to hand over."`
	Key    keyCmd    `cmd:"" help:"Make a gate key; prints its token once."`
	Engine engineCmd `cmd:"" name:"engine-password" help:"Give gate_ro, the role of engines that read the views, a new password; prints it once."`
}

type inviteCmd struct {
	Email string `arg:"" help:"Address."`
	Role  string `arg:"" enum:"administrator,coordinator,auditor,supervisor,trainer,evaluator,mentor" help:"Role, everywhere."`
	Name  string `help:"Given and family name." default:"Nuova Persona"`
	Base  string `env:"ABILITA_BASE_URL" help:"Address of the pages, for the link." default:"http://127.0.0.1:8080"`
	Demo  bool   `help:"In the demonstration."`
}

func (v *inviteCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, v.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	given, family, _ := strings.Cut(v.Name, " ")
	if family == "" {
		family = "-"
	}
	link, err := in.app.Setup.Invite(ctx, in.actor, commandLine("admin invite"), app.Invitation{
		GivenName: given, FamilyName: family, Email: v.Email, Grants: []people.Grant{{Role: people.Role(v.Role), Scope: people.All}},
	})
	if err != nil {
		return err
	}
	if link == 0 {
		fmt.Fprintln(o.std, "Role given. The person has a password already.")
		return nil
	}
	token, err := in.app.Setup.Token(ctx, link)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.std, "Hand over this link; it works once, within 30 days:\n  %s/in/%s\n", strings.TrimSuffix(v.Base, "/"), token)
	return nil
}

type keyCmd struct {
	Name   string   `arg:"" help:"What the key is for, for example centralino."`
	Scopes []string `help:"check, list, changes, leases, as-of, contacts. A key that stops acts for a person: it is made on the page of keys." default:"check,list"`
	Demo   bool     `help:"In the demonstration."`
}

func (k *keyCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, k.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	token, err := in.app.Gate.AddKey(ctx, in.actor, commandLine("admin key"), app.NewKey{Name: k.Name, Scopes: k.Scopes})
	if err != nil {
		return err
	}
	fmt.Fprintln(o.std, token)
	return nil
}

// commandLine is the command of one call of the program.
func commandLine(route string) *pg.Command {
	return &pg.Command{Key: rand.Text(), Route: "cli " + route, BodyHash: pg.HashBody(route)}
}

type auditCmd struct {
	Verify verifyAuditCmd `cmd:"" help:"Recompute the whole chain; exit 1 and the first bad entry when it does not hold."`
}

type verifyAuditCmd struct {
	Demo bool `help:"Of the demonstration."`
}

func (v *verifyAuditCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, v.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	f, err := audit.Sealer{DB: in.app.DB, Key: in.app.Secret.For("audit")}.Verify(ctx)
	if err != nil {
		return err
	}
	if !f.OK() {
		fmt.Fprintf(o.std, "audit: %s at entry %d, after %d good ones\n", f.Problem, f.BadEntry, f.Sealed-1)
		return exitCode(1)
	}
	fmt.Fprintf(o.std, "audit: %d entries sealed, the chain holds; %d not sealed yet\n", f.Sealed, f.Unsealed)
	return nil
}
