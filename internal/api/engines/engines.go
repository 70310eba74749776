// Package engines holds what an operator of a phone system needs: a guide for each
// system and whole configurations. The program writes them out; nothing here is
// code of ours that runs.
package engines

import "embed"

// Files are the guides (NAME.md) and the configurations, each in the folder of its
// system.
//
//go:embed *.md kamailio asterisk
var Files embed.FS
