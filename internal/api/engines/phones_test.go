package engines_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

const domain = "phones.test"

// offer is a call that reached a phone.
type offer struct {
	call string    // Call-ID
	sent time.Time // when the caller sent it, by the caller's own header
	came time.Time
}

// phone is a volunteer's phone, or who answers in the end.
type phone struct {
	t      testing.TB
	name   string
	addr   string
	client *sipgo.Client
	calls  *diary

	mu      sync.Mutex
	rings   bool // rings and is not picked up
	refuses bool
	offers  []offer
	ends    []string // calls that were cancelled while they rang
	byes    int      // calls that the other side ended
	talks   int      // calls that began
	acks    map[string]chan struct{}
	gone    <-chan struct{}
}

// diary lets a test wait until something is true of the phones.
type diary struct {
	mu      sync.Mutex
	changed chan struct{}
}

func (d *diary) tell() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.changed != nil {
		close(d.changed)
	}
	d.changed = make(chan struct{})
}

// until waits for what phones tell.
func (d *diary) until(t testing.TB, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		d.mu.Lock()
		if d.changed == nil {
			d.changed = make(chan struct{})
		}
		changed := d.changed
		d.mu.Unlock()
		if is() {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// quiet keeps the library from telling every lost packet; it is set once for all.
var quiet = sync.OnceFunc(func() { sip.SetDefaultLogger(slog.New(slog.DiscardHandler)) })

func newPhone(t testing.TB, name string, calls *diary) *phone {
	t.Helper()
	p := &phone{t: t, name: name, addr: freePort(t), calls: calls, acks: map[string]chan struct{}{}}
	log := slog.New(slog.DiscardHandler)
	quiet()
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(name))
	must(t, err)
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(log))
	must(t, err)
	p.client, err = sipgo.NewClient(ua, sipgo.WithClientHostname("127.0.0.1"), sipgo.WithClientLogger(log))
	must(t, err)
	server.OnInvite(p.invite)
	server.OnAck(p.ack)
	server.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
		p.mu.Lock()
		p.byes++
		p.mu.Unlock()
		p.calls.tell()
	})
	ready := make(sipgo.ListenReadyCtxValue)
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), sipgo.ListenReadyCtxKey, ready)) //nolint:staticcheck // the library's key
	p.gone = ctx.Done()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = server.ListenAndServe(ctx, "udp", p.addr)
	}()
	<-ready
	t.Cleanup(func() { cancel(); <-stopped; _ = ua.Close() })
	return p
}

func (p *phone) invite(req *sip.Request, tx sip.ServerTransaction) {
	call, came := req.CallID().Value(), time.Now()
	o := offer{call: call, came: came}
	if h := req.GetHeader("X-Sent"); h != nil {
		words := strings.Fields(h.Value())
		if micros, err := strconv.ParseFloat(words[len(words)-1], 64); err == nil {
			o.sent = time.UnixMicro(int64(micros * 1e6))
		}
	}
	cancelled := make(chan struct{})
	tx.OnCancel(func(*sip.Request) { close(cancelled) })
	p.mu.Lock()
	p.offers = append(p.offers, o)
	rings, refuses := p.rings, p.refuses
	p.mu.Unlock()
	p.calls.tell()
	if refuses {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 486, "Busy Here", nil))
		return
	}
	// Who picks up at once says no 180: Kamailio's workers may pass it on after the 200.
	if rings {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 180, "Ringing", nil))
		select {
		case <-cancelled:
			p.mu.Lock()
			p.ends = append(p.ends, call)
			p.mu.Unlock()
			p.calls.tell()
		case <-tx.Done():
		}
		return
	}
	ok := sip.NewResponseFromRequest(req, 200, "OK", nil)
	ok.AppendHeader(sip.NewHeader("Contact", "<sip:"+p.name+"@"+p.addr+">"))
	// As RFC 3261 13.3.1.4 asks: sent again until the caller acknowledges.
	acked := make(chan struct{})
	p.mu.Lock()
	p.acks[call] = acked
	p.mu.Unlock()
	for wait := 500 * time.Millisecond; wait < 20*time.Second; wait *= 2 {
		_ = tx.Respond(ok)
		select {
		case <-acked:
			return
		case <-p.gone:
			return
		case <-time.After(min(wait, 4*time.Second)):
		}
	}
}

func (p *phone) ack(req *sip.Request, _ sip.ServerTransaction) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if acked := p.acks[req.CallID().Value()]; acked != nil {
		close(acked)
		p.talks++
		p.calls.tell()
		delete(p.acks, req.CallID().Value())
	}
}

// signIn registers the phone as somebody and returns the answer's code.
func (p *phone) signIn(k *kamailio, as, user, password string) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	req := sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: domain})
	from := sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: as, Host: domain}, Params: sip.NewParams()}
	from.Params.Add("tag", sip.GenerateTagN(8))
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: as, Host: domain}})
	req.AppendHeader(sip.NewHeader("Contact", "<sip:"+as+"@"+p.addr+">"))
	req.AppendHeader(sip.NewHeader("Expires", "300"))
	req.SetDestination(k.sip)
	res, err := p.client.Do(ctx, req)
	if err == nil && res.StatusCode == sip.StatusUnauthorized {
		res, err = p.client.DoDigestAuth(ctx, req, res, sipgo.DigestAuth{Username: user, Password: password})
	}
	if err != nil {
		p.t.Fatalf("%s signs in: %v", p.name, err)
	}
	return int(res.StatusCode)
}

// got is every call that reached the phone since it was last asked to forget.
func (p *phone) got() []offer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]offer{}, p.offers...)
}

func (p *phone) cancelled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.ends)
}

// acknowledged is how many calls began: both sides know.
func (p *phone) acknowledged() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.talks
}

// ended is how many calls the other side ended.
func (p *phone) ended() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.byes
}

func (p *phone) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.offers, p.ends, p.byes, p.talks = nil, nil, 0, 0
}

func (p *phone) be(rings, refuses bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rings, p.refuses = rings, refuses
}

var (
	ports  sync.Mutex
	lately = 20000 + int(time.Now().UnixNano()%9000)
)

// freePort is an address below the range of outgoing connections that nobody
// uses, neither by UDP nor by TCP.
func freePort(t testing.TB) string {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	for range 2000 {
		if lately++; lately > 31000 {
			lately = 20000
		}
		addr := fmt.Sprintf("127.0.0.1:%d", lately)
		u, err := net.ListenPacket("udp", addr)
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", addr)
		_ = u.Close()
		if err == nil {
			_ = l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
