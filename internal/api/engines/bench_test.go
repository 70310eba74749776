package engines_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
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

// goal is how long an INVITE may take to the phone, nearly always.
const goal = 10 * time.Millisecond

// delay is what half and 99 of 100 INVITEs took from the caller to the phone, at 300
// calls a second.
func delay(b *testing.B, k *kamailio, phone, fallback *phone) (half, most time.Duration) {
	b.Helper()
	const rate, n = 300, 3000
	phone.forget()
	fallback.forget()
	c := k.call(b, number, n, rate)
	<-c.done
	var took []time.Duration
	for _, o := range phone.got() {
		took = append(took, o.came.Sub(o.sent))
	}
	slices.Sort(took)
	if c.err != nil || len(took) < n || len(fallback.got()) > 0 {
		b.Logf("at %d calls/s: %v, %d of %d at the phone, %d at the fallback", rate, c.err, len(took), n, len(fallback.got()))
	}
	if len(took) < n/2 {
		b.Fatal("most calls never reached the phone")
	}
	return took[len(took)/2], took[len(took)*99/100]
}

// millis is a time as a metric.
func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkCallsThroughKamailio offers whole calls (INVITE, gate, phone, 200, ACK, BYE)
// at rising rates, and tells the highest at which not one was lost, beside that of a
// Kamailio that asks nobody; and how long INVITEs take at 300 calls a second, beside
// that Kamailio and the goal. Callers, phones and Abilita are on the same cores.
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
	half, nearly := delay(b, k, phone, fallback)
	b.ReportMetric(millis(half), "limit-invite-p50-ms")
	b.ReportMetric(millis(nearly), "limit-invite-p99-ms")
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
		half, most := delay(b, k, phone, fallback)
		b.ReportMetric(millis(half), name+"-invite-p50-ms")
		b.ReportMetric(millis(most), name+"-invite-p99-ms")
		b.ReportMetric(float64(most)/float64(nearly), name+"-invite-p99-of-limit")
		b.ReportMetric(float64(most)/float64(goal), name+"-invite-p99-of-goal")
	}
	b.ReportMetric(0, "ns/op")
}
