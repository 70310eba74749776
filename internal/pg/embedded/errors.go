package embedded

import "errors"

// Errors that a caller may want to tell apart with errors.Is. The text of the
// error that wraps them is a sentence for a system administrator: what is
// wrong, where, and what to do.
var (
	ErrInUse       = errors.New("data folder in use")
	ErrNoBinaries  = errors.New("PostgreSQL not found")
	ErrVersion     = errors.New("data of another PostgreSQL version")
	ErrForeign     = errors.New("folder holds something else")
	ErrUnreachable = errors.New("no account can run the server here")
	ErrPassword    = errors.New("password refused")
	ErrUnsupported = errors.New("private PostgreSQL runs on Linux only")
)
