package main

import (
	"context"
	"fmt"

	"abilita/internal/pg"
)

type engineCmd struct {
	Demo bool `help:"In the demonstration."`
}

// Run prints the password alone, so that a script can take it; what else to know
// goes to the other output.
func (e *engineCmd) Run(ctx context.Context, o *out) error {
	in, err := open(ctx, o.cfg, e.Demo)
	if err != nil {
		return err
	}
	defer in.close()
	p, err := in.app.Engines.NewPassword(ctx, in.actor, commandLine("admin engine-password"))
	if err != nil {
		return err
	}
	if len(p.ByHand) > 0 {
		fmt.Fprintf(o.err, "Our role may not make or change %s on this server. Run this as somebody who may, then start the program again:\n", pg.EngineName)
		for _, s := range p.ByHand {
			fmt.Fprintln(o.err, " ", s)
		}
	}
	fmt.Fprintln(o.std, p.Password)
	return nil
}
