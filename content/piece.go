package content

import (
	"regexp"
	"strconv"
	"strings"
)

// PieceMode is how a piece stands in a text.
type PieceMode string

// A block has empty lines around it, a row a line of its own, words stand in a line.
const (
	PieceBlock PieceMode = "block"
	PieceRow   PieceMode = "row"
	PieceWords PieceMode = "words"
)

// Piece is something that trainers put into a text again and again: a heading, a
// question, an ending. Name is its key among those of its kind.
type Piece struct {
	Name string
	Mode PieceMode
	Text string // without a line end at its end
}

var nextForm = regexp.MustCompile("@next ([^@\n]+)@")

// Pieces lists what may be put into a file of a kind that says source so far, in the
// language of the pack: numbers go on where it stops. Lang is "it" or "en"; any
// other is Italian.
func Pieces(kind Kind, lang, source string, in Beginning) []Piece {
	if lang != "en" {
		lang = "it"
	}
	file, err := templateFiles.ReadFile("templates/" + lang + "/pieces/" + string(kind) + ".md")
	if err != nil {
		return nil
	}
	var list []Piece
	for part := range strings.SplitSeq(string(file), "%% ") {
		head, text, found := strings.Cut(part, "\n")
		name, mode, named := strings.Cut(head, " ")
		if !found || !named {
			continue
		}
		text = nextForm.ReplaceAllStringFunc(strings.TrimRight(text, "\n"), func(mark string) string {
			return strconv.Itoa(nextAfter(source, nextForm.FindStringSubmatch(mark)[1]))
		})
		module := strings.Join(strings.Fields(in.Module), " ")
		list = append(list, Piece{name, PieceMode(mode), strings.ReplaceAll(text, "@module@", module)})
	}
	return list
}

// nextAfter is the number after the highest that stands behind these words.
func nextAfter(source, words string) int {
	highest := 0
	for rest := source; ; {
		i := strings.Index(rest, words)
		if i < 0 {
			return highest + 1
		}
		rest = rest[i+len(words):]
		end := 0
		for end < len(rest) && end < 6 && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		if n, err := strconv.Atoi(rest[:end]); err == nil {
			highest = max(highest, n)
		}
	}
}

// Put is the text with a piece below a line, or in it for words; 0, or a line that is
// not there, is the end of the text. The second result is the line where the piece
// begins. Nothing of the text is lost or moved apart from that.
func (p Piece) Put(source string, line int) (string, int) {
	lines := strings.Split(strings.TrimSuffix(source, "\n"), "\n")
	if line < 1 || line > len(lines) {
		line = len(lines)
	}
	if p.Mode == PieceWords {
		if l := lines[line-1]; l != "" && !strings.HasSuffix(l, " ") {
			lines[line-1] += " "
		}
		lines[line-1] += p.Text
		return strings.Join(lines, "\n") + "\n", line
	}
	before, after := lines[:line], lines[line:]
	var put []string
	if p.Mode == PieceBlock && strings.TrimSpace(before[len(before)-1]) != "" {
		put = append(put, "")
	}
	at := line + len(put) + 1
	put = append(put, strings.Split(p.Text, "\n")...)
	if p.Mode == PieceBlock && len(after) > 0 && strings.TrimSpace(after[0]) != "" {
		put = append(put, "")
	}
	all := append(append(append([]string{}, before...), put...), after...)
	return strings.Join(all, "\n") + "\n", at
}
