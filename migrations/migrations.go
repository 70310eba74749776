// Package migrations holds the schema as numbered forward steps. A step that
// was released is never edited.
package migrations

import "embed"

// FS holds the steps.
//
//go:embed *.sql
var FS embed.FS
