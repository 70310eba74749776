package hooks_test

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"
	"time"

	"abilita/internal/hooks"
)

// The vector that Standard Webhooks publishes with its libraries.
func TestTheSignatureIsTheStandards(t *testing.T) {
	t.Parallel()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	got := hooks.Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOnlyPublicOrListedAddressesArePermitted(t *testing.T) {
	t.Parallel()
	allow := []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("127.0.0.1/32")}
	for address, want := range map[string]bool{
		"192.0.2.1":              true, // stands for any public one here
		"8.8.8.8":                true,
		"2606:4700::1111":        true,
		"10.1.2.3":               true, // listed
		"127.0.0.1":              true, // listed
		"::ffff:127.0.0.1":       true, // the same
		"127.0.0.2":              false,
		"10.1.3.3":               false,
		"172.16.0.1":             false,
		"192.168.1.1":            false,
		"169.254.169.254":        false,
		"100.64.0.1":             false,
		"0.0.0.0":                false,
		"198.18.0.1":             false,
		"224.0.0.1":              false,
		"255.255.255.255":        false,
		"::1":                    false,
		"::":                     false,
		"fe80::1":                false,
		"fe80::1%eth0":           false,
		"fd00::1":                false,
		"ff02::1":                false,
		"::ffff:10.0.0.1":        false,
		"::ffff:169.254.169.254": false,
		"64:ff9b::a9fe:a9fe":     false,
		"2002:7f00:1::":          false,
	} {
		if got := hooks.Permitted(netip.MustParseAddr(address), allow); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}
