// Package pan recognises payment card numbers (PAN: primary account number) and
// IBANs in text that people type, so that they are refused before they are
// saved or logged.
//
// A card number is a maximal run of 13 to 19 digits, single spaces or hyphens
// between them allowed, that begins with 2 to 6, passes the Luhn check and is
// not part of an IBAN. Because people often write the expiry date right after
// the number, a printed grouping (4-4-4-4 or 4-6-5) inside a longer run counts
// too. Ids, instants and tokens are never given to this package.
package pan

import "unicode/utf8"

// HasCardNumber says whether s holds a card number.
func HasCardNumber(s string) bool {
	from, _ := FindCardNumber(s)
	return from >= 0
}

// FindCardNumber returns the byte range of the first card number in s, or
// -1, -1 when there is none.
func FindCardNumber(s string) (from, to int) {
	var ibans [][2]int
	searched := false
	for i := 0; i < len(s); {
		r := scanRun(s, i)
		if len(r.digits) == 0 {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if from, to := r.card(); from >= 0 {
			if !searched {
				ibans, searched = allIBANs(s), true
			}
			if !inside(ibans, from, to) {
				return from, to
			}
		}
		i = r.end
	}
	return -1, -1
}

// run is a maximal sequence of digits with at most one separator between two.
type run struct {
	digits []byte
	at     []int  // byte offset of each digit
	ends   []int  // byte offset after each digit
	opens  []bool // whether a group of digits begins here
	end    int    // byte offset after the last digit
}

func scanRun(s string, i int) run {
	var r run
	opens := true
	for i < len(s) {
		c, size := utf8.DecodeRuneInString(s[i:])
		if d, ok := digit(c); ok {
			r.digits, r.at, r.opens = append(r.digits, d), append(r.at, i), append(r.opens, opens)
			opens = false
			i += size
			r.end, r.ends = i, append(r.ends, i)
			continue
		}
		if len(r.digits) == 0 || opens || !separator(c) {
			break
		}
		opens = true
		i += size
	}
	return r
}

// card returns the byte range of a card number in the run, or -1, -1.
func (r run) card() (from, to int) {
	n := len(r.digits)
	if n >= 13 && n <= 19 && valid(r.digits) {
		return r.at[0], r.end
	}
	for i := range r.digits {
		for _, g := range printed {
			end := i + g.n
			if end > n || end < n && !r.opens[end] || !r.grouped(i, g) || !valid(r.digits[i:end]) {
				continue
			}
			return r.at[i], r.ends[end-1]
		}
	}
	return -1, -1
}

type grouping struct {
	n    int
	cuts []int
}

var printed = []grouping{{16, []int{0, 4, 8, 12}}, {15, []int{0, 4, 10}}}

func (r run) grouped(i int, g grouping) bool {
	k := 0
	for j := range g.n {
		cut := k < len(g.cuts) && g.cuts[k] == j
		if cut {
			k++
		}
		if r.opens[i+j] != cut {
			return false
		}
	}
	return true
}

func valid(digits []byte) bool {
	if digits[0] < 2 || digits[0] > 6 {
		return false
	}
	sum := 0
	for i, d := range digits {
		v := int(d)
		if (len(digits)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// digit accepts ASCII and full-width digits: phones and pasted text use both.
func digit(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r - '0'), true
	case r >= '０' && r <= '９':
		return byte(r - '０'), true
	}
	return 0, false
}

func separator(r rune) bool {
	switch r {
	case ' ', '-', '\u00a0', '\u202f', '\u2010', '\u2011', '\u2013':
		return true
	}
	return false
}

// FindIBAN returns the byte range of the first valid IBAN in s (two letters,
// two digits, 15 to 34 characters in all, single spaces allowed, check digits
// right), or -1, -1.
func FindIBAN(s string) (from, to int) {
	for i := 0; i+14 < len(s); i++ {
		if i > 0 && alnum(s[i-1]) || !letter(s[i]) || !letter(s[i+1]) {
			continue
		}
		if end := ibanEnd(s, i); end > 0 {
			return i, end
		}
	}
	return -1, -1
}

func allIBANs(s string) [][2]int {
	var all [][2]int
	for i := 0; i < len(s); {
		from, to := FindIBAN(s[i:])
		if from < 0 {
			break
		}
		all = append(all, [2]int{i + from, i + to})
		i += to
	}
	return all
}

// ibanEnd returns the end of the longest valid IBAN that begins at i, or 0.
func ibanEnd(s string, i int) int {
	var chars []byte
	end := 0
	for j := i; j < len(s) && len(chars) < 34; j++ {
		c := s[j]
		if c == ' ' && j > i && s[j-1] != ' ' {
			continue
		}
		if !alnum(c) {
			break
		}
		if letter(c) {
			c &^= 0x20 // upper case
		}
		chars = append(chars, c)
		last := j+1 == len(s) || !alnum(s[j+1])
		if last && len(chars) >= 15 && checksOut(chars) {
			end = j + 1
		}
	}
	return end
}

func checksOut(c []byte) bool {
	if c[2] < '0' || c[2] > '9' || c[3] < '0' || c[3] > '9' {
		return false
	}
	rest := 0
	for i := range c {
		d := c[(i+4)%len(c)]
		if d >= '0' && d <= '9' {
			rest = (rest*10 + int(d-'0')) % 97
		} else {
			rest = (rest*100 + int(d-'A') + 10) % 97
		}
	}
	return rest == 1
}

func inside(ranges [][2]int, from, to int) bool {
	for _, r := range ranges {
		if from < r[1] && to > r[0] {
			return true
		}
	}
	return false
}

func letter(c byte) bool { c |= 0x20; return c >= 'a' && c <= 'z' }

func alnum(c byte) bool { return letter(c) || c >= '0' && c <= '9' }
