package pan_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"abilita/internal/pan"
)

// The numbers are the public test numbers that card networks publish.
func TestHasCardNumber(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		want bool
	}{
		"bare sixteen digits":                     {"4111111111111111", true},
		"in fours":                                {"la carta è 4111 1111 1111 1111, grazie", true},
		"with hyphens":                            {"5555-5555-5555-4444", true},
		"fifteen digits":                          {"378282246310005", true},
		"fifteen digits as printed":               {"3782 822463 10005", true},
		"thirteen digits":                         {"4222222222222", true},
		"nineteen digits":                         {"6304000000000000000", true},
		"first digit two":                         {"2223003122003222", true},
		"full-width digits":                       {"４１１１１１１１１１１１１１１１", true},
		"no-break spaces":                         {"4111\u00a01111\u00a01111\u00a01111", true},
		"expiry right after":                      {"4111 1111 1111 1111 12/28", true},
		"mixed separators":                        {"4111-1111 1111-1111", true},
		"glued to words":                          {"carta4111111111111111scade", true},
		"second number in the text":               {"tel 02 1234, poi 4111111111111111", true},
		"empty":                                   {"", false},
		"luhn wrong":                              {"4111111111111112", false},
		"first digit one":                         {"1111111111111117", false},
		"first digit seven":                       {"7111111111111114", false},
		"first digit zero":                        {"0000000000000000", false},
		"twelve digits":                           {"411111111111", false},
		"twenty digits without a break":           {"41111111111111111111", false},
		"two spaces break the run":                {"4111  1111  1111  1111", false},
		"dots break the run":                      {"4111.1111.1111.1111", false},
		"part of an IBAN":                         {"BE68 5390 0754 7034 e basta", false},
		"part of an IBAN whose digits look right": {"NL02ABNA4111111111111111", true}, // check digits wrong: no IBAN
		"italian IBAN":                            {"IT60X0542811101000000123456", false},
		"phone":                                   {"+39 02 2327 2327", false},
		"dates":                                   {"2027-01-25 2027-01-26", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := pan.HasCardNumber(tc.text); got != tc.want {
				t.Errorf("HasCardNumber(%q) = %v, want %v", tc.text, got, tc.want)
			}
		})
	}
}

func TestFindCardNumberGivesItsPlace(t *testing.T) {
	t.Parallel()
	const text = "è 4111 1111 1111 1111 12/28"
	from, to := pan.FindCardNumber(text)
	if from < 0 || text[from:to] != "4111 1111 1111 1111" {
		t.Errorf("found %d..%d", from, to)
	}
}

func TestFindIBAN(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"bonifico su IT60X0542811101000000123456 oggi":  "IT60X0542811101000000123456",
		"it60 x054 2811 1010 0000 0123 456":             "it60 x054 2811 1010 0000 0123 456",
		"GB82 WEST 1234 5698 7654 32.":                  "GB82 WEST 1234 5698 7654 32",
		"IT61X0542811101000000123456":                   "",
		"IT60":                                          "",
		"una frase lunga senza numeri di nessun genere": "",
	} {
		got := ""
		if from, to := pan.FindIBAN(text); from >= 0 {
			got = text[from:to]
		}
		if got != want {
			t.Errorf("FindIBAN(%q) = %q, want %q", text, got, want)
		}
	}
}

// The oracle doubles from the right with a table, another shape than the code.
func luhnOracle(digits string) bool {
	double := [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = double[d]
		}
		sum += d
	}
	return sum%10 == 0
}

func TestContiguousDigitsAgreeWithTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{1,24}`).Draw(t, "digits")
		want := len(digits) >= 13 && len(digits) <= 19 && strings.ContainsAny(digits[:1], "23456") && luhnOracle(digits)
		if got := pan.HasCardNumber("(" + digits + ")"); got != want {
			t.Fatalf("HasCardNumber(%q) = %v, want %v", digits, got, want)
		}
	})
}

func FuzzFindCardNumber(f *testing.F) {
	f.Add("4111 1111 1111 1111 IT60X0542811101000000123456")
	f.Fuzz(func(t *testing.T, s string) {
		from, to := pan.FindCardNumber(s)
		if from >= 0 && (from >= to || to > len(s) || utf8.ValidString(s) && !utf8.ValidString(s[from:to])) {
			t.Fatalf("range %d..%d of %q", from, to, s)
		}
	})
}
