package people

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"abilita/internal/fault"
)

// Length of a password in characters.
const (
	MinPassword = 15
	MaxPassword = 128
)

// Faults of a chosen password.
var (
	ErrPasswordShort = fault.New(fault.Invalid, "account.password_short")
	ErrPasswordLong  = fault.New(fault.Invalid, "account.password_long")
	ErrPasswordWeak  = fault.New(fault.Invalid, "account.password_weak")
)

//go:embed common_words.txt
var commonWords string

// CheckPassword says whether a password may be chosen: 15 to 128 characters,
// and at least 8 left once common words, the person's own names, keyboard and
// alphabet sequences and repeats are taken out. There is no composition rule
// (NIST SP 800-63B). The password is compared in Unicode NFC, never trimmed.
func CheckPassword(password string, own ...string) error {
	p := norm.NFC.String(password)
	switch n := utf8.RuneCountInString(p); {
	case n < MinPassword:
		return ErrPasswordShort.With("Count", n, "Min", MinPassword)
	case n > MaxPassword:
		return ErrPasswordLong.With("Count", n, "Max", MaxPassword)
	}
	left := strings.ToLower(p)
	for _, word := range own {
		for _, w := range strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(w) >= 3 {
				left = strings.ReplaceAll(left, w, "\x00")
			}
		}
	}
	for w := range strings.FieldsSeq(commonWords) {
		left = strings.ReplaceAll(left, w, "\x00")
	}
	if surprising(left) < 8 {
		return ErrPasswordWeak
	}
	return nil
}

var rows = []string{"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "1234567890"}

// surprising counts the characters that do not simply repeat or continue what
// stands before them.
func surprising(s string) int {
	seen := map[rune]int{}
	n := 0
	var before rune
	for _, r := range s {
		if r == 0 {
			before = 0
			continue
		}
		seen[r]++
		if r != before && !follows(before, r) && seen[r] <= 3 {
			n++
		}
		before = r
	}
	return n
}

func follows(a, b rune) bool {
	if a == 0 {
		return false
	}
	for _, row := range rows {
		if strings.Contains(row, string([]rune{a, b})) || strings.Contains(row, string([]rune{b, a})) {
			return true
		}
	}
	return false
}
