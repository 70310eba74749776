package content

import _ "embed"

// Formats is the description of the six formats with one whole example each,
// as trainers read it.
//
//go:embed FORMATS.md
var Formats string
