package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/i18n"
	"abilita/internal/mail"
	"abilita/internal/people"
)

// sink is a mail server that keeps what it gets and refuses as it is told.
type sink struct {
	sync.Mutex
	got    []string
	to     []string
	refuse func(rcpt string) error
}

type sinkSession struct {
	s    *sink
	rcpt string
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &sinkSession{s: s}, nil }

func (*sinkSession) Reset()                               {}
func (*sinkSession) Logout() error                        { return nil }
func (*sinkSession) Mail(string, *smtp.MailOptions) error { return nil }
func (x *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.s.Lock()
	defer x.s.Unlock()
	if x.s.refuse != nil {
		if err := x.s.refuse(to); err != nil {
			return err
		}
	}
	x.rcpt = to
	return nil
}

func (x *sinkSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.Lock()
	defer x.s.Unlock()
	x.s.got, x.s.to = append(x.s.got, string(b)), append(x.s.to, x.rcpt)
	return nil
}

// office is a World with a mail server and a postman.
type office struct {
	*apptest.World
	sink    *sink
	postman *mail.Postman
}

func open(t *testing.T) *office {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &office{World: apptest.New(t), sink: &sink{}}
	server := smtp.NewServer(o.sink)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	to, err := mail.ParseServer(fmt.Sprintf("smtp://%s?from=abilita@casa-aperta.example", l.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	o.postman = &mail.Postman{
		DB: o.DB, Catalogue: catalogue.Strict(), Server: to, Site: "https://abilita.example", Token: o.App.Setup.Token, Log: slog.New(slog.DiscardHandler),
	}
	return o
}

func (o *office) states(t *testing.T) map[string]int {
	t.Helper()
	var rows []struct {
		State string
		N     int
	}
	if err := o.DB.Read().SelectContext(t.Context(), &rows, `SELECT state, count(*) AS n FROM letter GROUP BY state`); err != nil {
		t.Fatal(err)
	}
	m := map[string]int{}
	for _, r := range rows {
		m[r.State] = r.N
	}
	return m
}

func TestLettersGoOutOnceEach(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.Apply("Giulia", "Ferrandi")
	waiting := o.states(t)["queued"]
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := o.postman.Deliver(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The invitations of the World's staff were used at once, so they are withdrawn.
	got := o.states(t)
	if got["sent"] != 1 || got["queued"] != 0 || got["withdrawn"] != waiting-1 || len(o.sink.got) != 1 || id == 0 {
		t.Fatalf("states %v, received %d", got, len(o.sink.got))
	}
	m, err := netmail.ReadMessage(strings.NewReader(o.sink.got[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Abbiamo ricevuto la tua domanda: Linea donazioni" {
		t.Errorf("subject %q %v", subject, err)
	}
	if m.Header.Get("User-Agent") != "" || m.Header.Get("X-Mailer") != "" || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v", m.Header)
	}
	if from := m.Header.Get("From"); from != `"Casa Aperta ODV" <abilita@casa-aperta.example>` {
		t.Errorf("from %s", from)
	}
	var queued time.Time
	if err := o.DB.Read().GetContext(t.Context(), &queued, `SELECT queued_at FROM letter WHERE state = 'sent'`); err != nil {
		t.Fatal(err)
	}
	var number int64
	if err := o.DB.Read().GetContext(t.Context(), &number, `SELECT id FROM letter WHERE state = 'sent'`); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("<letter-%d-%x@casa-aperta.example>", number, queued.UnixMicro()); m.Header.Get("Message-Id") != want {
		t.Errorf("message id %s, want %s", m.Header.Get("Message-Id"), want)
	}
	kinds := parts(t, m)
	if strings.Join(kinds, ",") != "text/plain,text/html" {
		t.Errorf("parts %v", kinds)
	}
}

func parts(t *testing.T, m *netmail.Message) []string {
	t.Helper()
	var kinds []string
	var walk func(contentType string, body io.Reader)
	walk = func(contentType string, body io.Reader) {
		media, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(media, "multipart/") {
			if method := params["method"]; method != "" {
				media += ";" + method
			}
			kinds = append(kinds, media)
			return
		}
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(p)
			if err != nil {
				t.Fatal(err)
			}
			walk(p.Header.Get("Content-Type"), bytes.NewReader(b))
		}
	}
	walk(m.Header.Get("Content-Type"), m.Body)
	return kinds
}

func TestARefusedAddressFailsAtOnceAndABusyServerIsTriedForTwoDays(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Apply("Giulia", "Ferrandi")
	o.Apply("Nicola", "Serra")
	o.sink.refuse = func(rcpt string) error {
		if rcpt == "volontario1@example.org" {
			return &smtp.SMTPError{Code: 550, Message: "no such mailbox"}
		}
		return &smtp.SMTPError{Code: 451, Message: "try later"}
	}
	begin, tries := o.Now, 0
	for o.Now.Sub(begin) < 50*time.Hour {
		if _, err := o.postman.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		var open []struct {
			Attempts int
			Next     time.Time `db:"next_try_at"`
		}
		if err := o.DB.Read().SelectContext(t.Context(), &open, `SELECT attempts, next_try_at FROM letter WHERE state = 'queued'`); err != nil {
			t.Fatal(err)
		}
		if len(open) == 0 {
			break
		}
		if tries = open[0].Attempts; open[0].Next.Sub(o.Now) != mail.Wait(tries) {
			t.Fatalf("after try %d the next is at %s, now is %s", tries, open[0].Next, o.Now)
		}
		o.Set(open[0].Next)
	}
	var failed []struct {
		Email, Problem string
		Attempts       int
	}
	if err := o.DB.Read().SelectContext(t.Context(), &failed, `SELECT i.email, l.problem, l.attempts FROM letter l JOIN identity i USING (person_id) WHERE l.state = 'failed' ORDER BY 1`); err != nil {
		t.Fatal(err)
	}
	if len(failed) != 2 || failed[0].Attempts != 1 || failed[1].Attempts < 15 || failed[1].Attempts > 25 || !strings.Contains(failed[1].Problem, "try later") {
		t.Errorf("failed %+v", failed)
	}
	if after := o.Now.Sub(begin); after < 48*time.Hour || after > 53*time.Hour {
		t.Errorf("given up after %s", after)
	}
}

func TestWaitsGrowAndEnd(t *testing.T) {
	t.Parallel()
	for tries, want := range map[int]time.Duration{0: time.Minute, 1: time.Minute, 2: 2 * time.Minute, 5: 16 * time.Minute, 9: 4 * time.Hour, 1000: 4 * time.Hour} {
		if got := mail.Wait(tries); got != want {
			t.Errorf("after %d tries %s, want %s", tries, got, want)
		}
	}
}

// Everything that happens in the life of a volunteer can be written, with the
// values that the use cases really give; an invitation keeps its link.
func TestRealLettersCanBeWritten(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Volunteer("Giulia", "Ferrandi")
	link, err := o.App.Setup.Invite(t.Context(), o.Admin, o.Cmd(), invitation())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.postman.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	token, err := o.App.Setup.Token(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.states(t); got["failed"] != 0 || got["queued"] != 0 {
		t.Errorf("states %v", got)
	}
	all := strings.ReplaceAll(strings.Join(o.sink.got, "\n"), "=\r\n", "")
	if !strings.Contains(all, "https://abilita.example/in/"+token) {
		t.Error("the invitation does not hold its link")
	}
}

func TestServerAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]mail.Server{
		"smtp://posta%40casa.example:segreto@mail.example":           {Host: "mail.example", Port: 587, User: "posta@casa.example", Password: "segreto", From: "posta@casa.example"},
		"smtps://u:p@mail.example:4650?from=abilita@casa.example":    {Host: "mail.example", Port: 4650, TLS: true, User: "u", Password: "p", From: "abilita@casa.example"},
		"smtp://127.0.0.1:25?from=abilita@casa.example":              {Host: "127.0.0.1", Port: 25, From: "abilita@casa.example"},
		"smtp://u:p@mail.example":                                    {},
		"http://mail.example?from=a@b.example":                       {},
		"smtp://?from=a@b.example":                                   {},
		"smtp://u:se%zzgreto@mail.example":                           {},
		"smtp://mail.example?from=Casa%20%3Cabilita@casa.example%3E": {},
	} {
		got, err := mail.ParseServer(address)
		if (err != nil) != (want == mail.Server{}) {
			t.Errorf("%s: %v", address, err)
		}
		if err == nil && want != (mail.Server{}) && got != want {
			t.Errorf("%s: %+v, want %+v", address, got, want)
		}
		if err != nil && (strings.Contains(err.Error(), "greto") || strings.Contains(err.Error(), "u:p")) {
			t.Errorf("%s: the error shows the password: %v", address, err)
		}
	}
}

func invitation() (in app.Invitation) {
	in.GivenName, in.FamilyName, in.Email = "Ines", "Cattaneo", "ines@example.org"
	in.Grants = []people.Grant{{Role: people.Trainer, Scope: people.All}}
	return in
}
