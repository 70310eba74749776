package quiz

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Decimal is millionths, so that 0.1 is exact.
type Decimal int64

const decimals = 6

// ParseDecimal reads a number as trainers write it: an optional sign, digits, a
// comma or a point, at most six decimals.
func ParseDecimal(s string) (Decimal, bool) {
	readings := readDecimal(s)
	if len(readings) == 0 {
		return 0, false
	}
	return readings[0], true
}

// String writes d with a point and without needless zeros.
func (d Decimal) String() string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	whole, rest := int64(d)/1e6, int64(d)%1e6
	s := sign + strconv.FormatInt(whole, 10)
	if rest > 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(1e6+rest, 10)[1:], "0")
	}
	return s
}

// readDecimal returns the numbers that s may mean, the plain reading first:
// "1.000" is one, and for who groups thousands it is a thousand.
func readDecimal(s string) []Decimal {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\'', r == '’':
			return -1
		case r == '−', r == '–':
			return '-'
		}
		return r
	}, norm.NFKC.String(s))
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	var found []Decimal
	add := func(whole, part string) {
		if d, ok := decimal(whole, part); ok {
			if negative {
				d = -d
			}
			found = append(found, d)
		}
	}
	cut := strings.LastIndexAny(s, ".,")
	if cut < 0 {
		add(s, "")
		return found
	}
	whole, part, mark := s[:cut], s[cut+1:], s[cut]
	other := byte(',')
	if mark == ',' {
		other = '.'
	}
	switch {
	case !strings.ContainsAny(whole, ".,"):
		add(whole, part)
		if grouped(s, mark) {
			add(whole+part, "")
		}
	case grouped(whole, other):
		add(strings.ReplaceAll(whole, string(other), ""), part)
	case grouped(s, mark):
		add(strings.ReplaceAll(s, string(mark), ""), "")
	}
	return found
}

// grouped says whether s is digits in threes, the first group shorter or equal.
func grouped(s string, mark byte) bool {
	groups := strings.Split(s, string(mark))
	for i, g := range groups {
		if i == 0 && (len(g) == 0 || len(g) > 3 || g[0] == '0') || i > 0 && len(g) != 3 {
			return false
		}
		if strings.Trim(g, "0123456789") != "" {
			return false
		}
	}
	return len(groups) > 1
}

func decimal(whole, part string) (Decimal, bool) {
	digits := whole + part
	if whole == "" || len(part) > decimals || len(whole) > 12 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits+strings.Repeat("0", decimals-len(part)), 10, 64)
	return Decimal(n), err == nil
}

// near says whether an answer is within the tolerance in any reading.
func near(answer string, value, tolerance Decimal) bool {
	for _, d := range readDecimal(answer) {
		if d >= value-tolerance && d <= value+tolerance {
			return true
		}
	}
	return false
}

// Fold makes answers that mean the same look the same: case, accents, kinds of
// apostrophe, spaces and the punctuation around them do not count.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’' || r == 'ʼ' || r == '`' || r == '´':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return strings.Trim(strings.Join(strings.Fields(b.String()), " "), ".,;:!?'\"«»“” ")
}
