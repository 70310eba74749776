package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"abilita/internal/i18n"
	"abilita/internal/outbox"
	"abilita/internal/pg"
)

// Server is a mail server to hand letters to.
type Server struct {
	Host           string
	Port           int
	TLS            bool // from the first byte (smtps); otherwise STARTTLS where the server has it
	User, Password string
	From           string // address of the sender
}

// ParseServer reads smtp://user:password@host:port or smtps://…, with the
// sender's address in ?from= or as user name. Its errors never hold the password.
func ParseServer(address string) (Server, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Server{}, errors.New("ABILITA_SMTP_URL cannot be read: write smtp://user:password@host:587?from=address, special characters of the password as %XX")
	}
	s := Server{Host: u.Hostname(), TLS: u.Scheme == "smtps", From: u.Query().Get("from")}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || s.Host == "" {
		return Server{}, errors.New("ABILITA_SMTP_URL must begin with smtp:// or smtps:// and name a host")
	}
	s.Port = 587
	if s.TLS {
		s.Port = 465
	}
	if p := u.Port(); p != "" {
		if s.Port, err = strconv.Atoi(p); err != nil {
			return Server{}, errors.New("ABILITA_SMTP_URL has a port that is no number")
		}
	}
	if u.User != nil {
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	if s.From == "" {
		s.From = s.User
	}
	if a, err := netmail.ParseAddress(s.From); err != nil || a.Address != s.From {
		return Server{}, errors.New("ABILITA_SMTP_URL does not say who writes: add ?from=address")
	}
	return s, nil
}

func (s Server) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(20 * time.Second), gomail.WithTLSPolicy(gomail.TLSOpportunistic)}
	if s.TLS {
		options = append(options, gomail.WithSSL())
	}
	if s.Password != "" {
		// A password leaves this machine only inside TLS.
		if ip := net.ParseIP(s.Host); s.Host != "localhost" && (ip == nil || !ip.IsLoopback()) && !s.TLS {
			options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
		}
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// Postman sends what is queued. Several may work on one database.
type Postman struct {
	DB        *pg.DB
	Catalogue *i18n.Catalogue
	Server    Server
	Site      string                                                // address of the site
	Token     func(ctx context.Context, link int64) (string, error) // secret of a login link
	Log       *slog.Logger
}

// How long a letter is tried, and the longest wait between two tries.
const (
	giveUp   = 48 * time.Hour
	longWait = 4 * time.Hour
)

// Wait is the pause after the given number of tries: it doubles from a minute.
func Wait(attempts int) time.Duration {
	return min(time.Minute<<min(max(attempts-1, 0), 10), longWait)
}

// round bounds one call of Deliver.
const round = time.Minute

// Deliver sends what is due until nothing is, or for about a minute, and
// returns how many letters went out. Each goes out on its own: what one
// recipient's server says does not hold up the next.
func (p *Postman) Deliver(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, round)
	defer cancel()
	for n := 0; ; {
		var (
			l   outbox.Post
			ok  bool
			now time.Time
		)
		err := p.DB.InTx(ctx, func(q pg.Q, at time.Time) error {
			var err error
			now = at
			l, ok, err = outbox.Claim(ctx, q, at)
			return err
		})
		if err != nil || !ok {
			return n, err
		}
		state, problem := p.post(ctx, l, now)
		if state == outbox.Sent {
			n++
		}
		done := context.WithoutCancel(ctx)
		err = p.DB.InTx(done, func(q pg.Q, at time.Time) error {
			if state != outbox.Queued {
				return outbox.Settle(done, q, l.ID, state, problem, at)
			}
			return outbox.Later(done, q, l.ID, problem, at.Add(Wait(l.Attempts)))
		})
		if err != nil || ctx.Err() != nil {
			return n, err
		}
	}
}

// post tries one letter and tells in which state it now is, Queued for another
// try later.
func (p *Postman) post(ctx context.Context, l outbox.Post, now time.Time) (outbox.State, string) {
	switch {
	case l.Email == "":
		return outbox.Failed, "the person has no address"
	case l.Link != 0 && !l.LinkLives:
		return outbox.Withdrawn, "its link no longer works"
	}
	m, err := p.message(ctx, l)
	if errors.Is(err, ErrNoText) {
		p.Log.Error("a letter cannot be written", "letter", l.ID, "kind", l.Kind)
		return outbox.Failed, err.Error()
	}
	if err == nil {
		err = p.send(ctx, m)
	}
	if err == nil {
		return outbox.Sent, ""
	}
	problem := short(err)
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.Reason == gomail.ErrSMTPRcptTo && !refused.IsTemp() {
		return outbox.Failed, problem
	}
	if !now.Before(l.QueuedAt.Add(giveUp)) {
		return outbox.Failed, problem
	}
	p.Log.Warn("a letter did not go out", "letter", l.ID, "attempts", l.Attempts)
	return outbox.Queued, problem
}

func (p *Postman) send(ctx context.Context, m *gomail.Msg) error {
	c, err := p.Server.client()
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return c.DialAndSendWithContext(ctx, m)
}

// message is the letter as mail. Its Message-ID depends on nothing but the
// letter, so that a letter sent twice is seen as one.
func (p *Postman) message(ctx context.Context, l outbox.Post) (*gomail.Msg, error) {
	c, err := p.content(ctx, l)
	if err != nil {
		return nil, err
	}
	text, err := Write(p.Catalogue.Printer(i18n.Lang(l.Lang)), c)
	if err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(l.Org, p.Server.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.AddToFormat(strings.TrimSpace(l.GivenName+" "+l.FamilyName), l.Email); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.Subject(text.Subject)
	m.SetDateWithValue(l.QueuedAt)
	_, domain, _ := strings.Cut(p.Server.From, "@")
	m.SetMessageIDWithValue(fmt.Sprintf("letter-%d-%x@%s", l.ID, l.QueuedAt.UnixMicro(), domain))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Content-Language", text.Lang)
	m.SetBodyString(gomail.TypeTextPlain, text.Plain())
	m.AddAlternativeString(gomail.TypeTextHTML, text.HTML())
	if l.Attachment != "" {
		kind := gomail.ContentType("text/calendar; method=" + method(l.Attachment))
		m.AddAlternativeString(kind, l.Attachment)
		if err := m.AttachReader("invito.ics", strings.NewReader(l.Attachment), gomail.WithFileContentType("application/ics")); err != nil {
			return nil, fmt.Errorf("calendar: %w", err)
		}
	}
	return m, nil
}

func (p *Postman) content(ctx context.Context, l outbox.Post) (Content, error) {
	c := Content{Kind: l.Kind, Vals: l.Vals.V, Name: l.GivenName, Site: p.Site, Org: l.Org, Contact: l.Contact, Zone: Zone(l.Zone)}
	if l.Link != 0 {
		token, err := p.Token(ctx, l.Link)
		if err != nil {
			return c, fmt.Errorf("link: %w", err)
		}
		c.Link = LinkTo(p.Site, token)
	}
	return c, nil
}

// LinkTo is the address that a login link has in a letter.
func LinkTo(site, token string) string { return site + "/in/" + token }

// Zone is a zone by name; an unknown one is UTC.
func Zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return z
}

// method is the METHOD of a calendar text.
func method(ics string) string {
	for line := range strings.Lines(ics) {
		if m, ok := strings.CutPrefix(strings.TrimSpace(line), "METHOD:"); ok {
			return m
		}
	}
	return "PUBLISH"
}

// short is an error fit for a column.
func short(err error) string {
	s := strings.ToValidUTF8(err.Error(), "")
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300])
	}
	return s
}
