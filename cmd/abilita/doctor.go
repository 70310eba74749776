package main

import (
	"context"
	"fmt"
	"strings"

	"abilita/internal/config"
)

type doctorCmd struct {
	Demo    bool          `help:"Of the demonstration."`
	SMTPURL config.Secret `env:"ABILITA_SMTP_URL" name:"smtp-url" help:"Mail server of the installation: says how long letters may wait." placeholder:"URL"`
}

// Run prints one line a check: ok, or what offends first.
func (d *doctorCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, d.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	found, err := in.app.Doctor.Examine(ctx, in.actor, d.SMTPURL != "")
	sick := 0
	for _, c := range found {
		if c.OK() {
			fmt.Fprintf(o.std, "ok   %-22s %s\n", c.Name, c.Says)
			continue
		}
		sick++
		fmt.Fprintf(o.std, "BAD  %-22s %s: %s\n", c.Name, c.Says, strings.Join(c.Bad, "; "))
	}
	if err != nil {
		return err
	}
	if sick > 0 {
		fmt.Fprintf(o.std, "%d of %d checks found something\n", sick, len(found))
		return exitCode(1)
	}
	return nil
}
