// Package packs holds the content packs shipped with the program: what a new
// installation offers to learn, ready to use and to change.
package packs

import "embed"

// FS holds one folder a pack and in it one a language, as content.Load reads
// them: "linea-donazioni/it". The texts are CC BY-SA 4.0, see LICENSE.md.
//
//go:embed all:ascolto-emergenza all:linea-donazioni all:sportello-welfare
var FS embed.FS
