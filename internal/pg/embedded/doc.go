// Package embedded runs a PostgreSQL server that belongs to this program alone,
// from binaries that are installed on the machine. Linux only; elsewhere Start
// says so.
//
// # The folder
//
//	DataDir/lock                  flock held by the process that uses the folder; holds its pid
//	DataDir/postgres/data/        the cluster (PGDATA), owned by the account that the server runs as
//	DataDir/postgres/data.new/    a cluster being made; renamed to data when whole, else removed
//	DataDir/postgres/run/         the only way in: a unix socket in a 0700 folder
//	DataDir/postgres/password     of the role "abilita", 0600
//	DataDir/postgres/running.json where the socket is, 0600, while the server runs
//
// # The states
//
//	Start                                                    Stop, or our death
//	  │ lock ─ version ─ strays ─ initdb? ─ postgres ─ ready ───────┬──────────►
//	  │   │        │        │                   │                   SIGINT (fast),
//	  │   │        │        │                   └ exits: its last   then SIGQUIT
//	  │   │        │        │                     words are the     after 20 s
//	  │   │        │        │                     error
//	  │   │        │        └ postgres processes whose working folder is data and
//	  │   │        │          whose parent died: SIGINT, SIGQUIT, SIGKILL
//	  │   │        └ PG_VERSION of the data without matching binaries: refused, untouched
//	  │   └ held by another process: refused, naming its pid
//
// The kernel sends SIGINT to the server when the thread that started it dies
// (parent-death signal), so that kill -9 of this program stops the server too.
// What that misses (the server was killed as well, or the signal was lost) is
// found by the next Start.
//
// # The account
//
// PostgreSQL refuses to run as root. Started by root the server runs as the
// account postgres, else nobody, else as the owner of the folder above, the
// first of them that can enter the data folder and the folder of the binaries.
// When none can (a data folder under /root), and for a user without an entry in
// the password file, the server runs in a user namespace where the caller's own
// account looks like nobody. Data that exists is always run as its owner.
package embedded
