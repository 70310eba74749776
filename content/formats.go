package content

import _ "embed"

//go:embed FORMATS.md
var italianFormats string

//go:embed FORMATS.en.md
var englishFormats string

// Formats is the description of the six formats with one whole example each,
// as trainers read it. Lang is "it" or "en"; any other is Italian.
func Formats(lang string) string {
	if lang == "en" {
		return englishFormats
	}
	return italianFormats
}
