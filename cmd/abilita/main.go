// Command abilita trains and certifies the volunteers of a contact centre and
// answers who may take a contact now. It wires the packages together; rules,
// SQL and pages live elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"abilita/internal/config"
)

// cli is every subcommand with what it takes.
type cli struct {
	config.Config

	Serve       serveCmd       `cmd:"" help:"Serve the pages and the gate; without an external database start the private one."`
	Check       checkCmd       `cmd:"" help:"Prove content packs: file, line, what is wrong, how to mend it."`
	Publish     publishCmd     `cmd:"" help:"Publish a content pack and declare what the change asks of certified people."`
	Import      importCmd      `cmd:"" help:"Take in questions of another program, with an account of every line."`
	Export      exportCmd      `cmd:"" help:"Write questions for another program, and say what that cannot hold."`
	Gallery     galleryCmd     `cmd:"" help:"Show every page with prepared data."`
	Gate        gateCmd        `cmd:"" help:"Ask the gate: may PERSON take a contact on LINE and CHANNEL?"`
	Engine      engineFilesCmd `cmd:"" help:"Print the guides and configurations for phone systems: Kamailio, Asterisk, FreeSWITCH and others."`
	Verify      verifyCmd      `cmd:"" help:"Judge a signed proof of an answer, without database or network; exit 1 when it does not hold."`
	Sidecar     sidecarCmd     `cmd:"" help:"Answer the check beside a phone system from a signed lease, also while Abilita cannot be reached."`
	Admin       adminCmd       `cmd:"" help:"Invite staff, make gate keys."`
	Walkthrough walkthroughCmd `cmd:"" help:"Play the whole story over HTTP, from the set-up link to renewal; exit 1 at the first surprise."`
	Audit       auditCmd       `cmd:"" help:"The sealed record of every change."`
	Doctor      doctorCmd      `cmd:"" help:"Check over the data that what must always hold does hold; exit 1 when something does not."`
	Backup      backupCmd      `cmd:"" help:"Write the whole installation into one encrypted file."`
	Restore     restoreCmd     `cmd:"" help:"Restore a backup into an empty folder, or an empty external database."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

// out is where a command writes and what it was given.
type out struct {
	std, err io.Writer
	cfg      config.Config
}

func main() { os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr)) }

// run is main as a function: it returns the exit code, 0 for success, 1 for a
// failure or a "no", 2 for a wrong call.
func run(args, environ []string, stdout, stderr io.Writer) int {
	if err := config.CheckEnvironment(environ); err != nil {
		fmt.Fprintln(stderr, "abilita:", err)
		return 2
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("abilita"), kong.Description("Trains and certifies the volunteers of a contact centre."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(stderr, "abilita:", err)
		return 2
	}
	call, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help
	}
	if err != nil {
		fmt.Fprintln(stderr, "abilita:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	call.BindTo(ctx, (*context.Context)(nil))
	err = call.Run(&out{std: stdout, err: stderr, cfg: c.Config})
	var no exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &no):
		return int(no)
	}
	fmt.Fprintln(stderr, "abilita:", explain(err))
	return 1
}

// exitCode ends a command that has said all it had to say.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit %d", int(e)) }

type versionCmd struct{}

// Version is set by the build.
var version = "dev"

func (versionCmd) Run(o *out) error {
	_, err := fmt.Fprintln(o.std, "abilita", version)
	return err
}
