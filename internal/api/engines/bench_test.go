package engines_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bare relays each call to the one phone and asks nobody: the limit.
const bare = `#!KAMAILIO
children=8
auto_aliases=no
listen=udp:LISTEN
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "tmx.so"
loadmodule "textops.so"
request_route {
	if (has_totag()) { if (loose_route()) t_relay(); else if (is_method("ACK") && t_check_trans()) t_relay(); exit; }
	if (!t_newtran()) exit;
	record_route();
	$ru = "sip:PHONE";
	t_relay();
}
`

// BenchmarkCallsThroughKamailio offers whole calls (INVITE, gate, phone, 200, ACK, BYE)
// at rising rates, and tells the highest at which not one was lost, beside that of a
// Kamailio that asks nobody. Callers, phones and Abilita are on the same cores.
func BenchmarkCallsThroughKamailio(b *testing.B) {
	w := newWorld(b, 1)
	calls := &diary{}
	phone, fallback := newPhone(b, "anna", calls), newPhone(b, "segreteria", calls)
	most := func(k *kamailio) float64 {
		best := 0
		for _, rate := range []int{100, 200, 300, 400, 600, 800, 1000, 1300, 1600} {
			phone.forget()
			fallback.forget()
			c := k.call(b, number, 2*rate, rate)
			<-c.done
			if c.err != nil || len(phone.got()) < 2*rate || len(fallback.got()) > 0 {
				b.Logf("%d calls/s: %v, %d of %d at the phone, %d at the fallback", rate, c.err, len(phone.got()), 2*rate, len(fallback.got()))
				break
			}
			best = rate
		}
		return float64(best)
	}
	dir := b.TempDir()
	k := &kamailio{t: b, sip: freePort(b), log: filepath.Join(dir, "log")}
	must(b, os.WriteFile(filepath.Join(dir, "kamailio.cfg"), []byte(strings.NewReplacer("LISTEN", k.sip, "PHONE", "anna@"+phone.addr).Replace(bare)), 0o600))
	k.run(dir)
	limit := most(k)
	if limit == 0 {
		b.Fatal("Kamailio without a gate serves nobody")
	}
	b.ReportMetric(limit, "limit-calls/s")
	who := w.people[0].Number
	for name, view := range map[string]bool{"http": false, "view": true} {
		k := startKamailio(b, site{
			gateURL: w.gate.url(), token: w.token, database: w.database, fallback: fallback.addr, lines: number + "=donazioni/phone",
			passwords: map[string]string{who: "segreta"}, view: view,
		})
		k.becomes("answered")
		if code := phone.signIn(k, who, who, "segreta"); code != 200 {
			b.Fatal(code)
		}
		got := most(k)
		b.ReportMetric(got, name+"-calls/s")
		b.ReportMetric(got/limit, name+"-of-limit")
	}
	b.ReportMetric(0, "ns/op")
}
