package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"abilita/internal/audit"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

func nonce() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return b
}

// Forgot sends a letter with a reset link, if the address is known. The answer
// is the same either way and takes as long.
func (x *Accounts) Forgot(ctx context.Context, cmd *pg.Command, email string, from Came) error {
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		keys := []string{"reset:" + peopledb.EmailKey(email), "reset-from:" + from.Address}
		n, err := store.Failures(ctx, keys, time.Hour)
		if err != nil || n >= 5 {
			return err
		}
		if err := store.Fail(ctx, keys, time.Hour, now); err != nil {
			return err
		}
		i, err := store.IdentityByEmail(ctx, email)
		if errors.Is(err, peopledb.ErrNoPerson) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := store.VoidLinks(ctx, i.Person, peopledb.ForReset, now); err != nil {
			return err
		}
		id, err := store.AddLink(ctx, peopledb.Link{Person: i.Person, Purpose: peopledb.ForReset, Nonce: nonce(), ExpiresAt: now.Add(linkReset)}, now)
		if err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: i.Person, Kind: "reset", Link: id}); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{Action: "account.forgot", Kind: "person", Subject: int64(i.Person), Request: from.Request})
	})
}

// invite queues the letter with which somebody sets their first password. Used
// by admission, staff invitations and the command line.
func invite(ctx context.Context, q pg.Q, now time.Time, who people.ID, kind string, vals map[string]any) (int64, error) {
	store := peopledb.New(q)
	if err := store.VoidLinks(ctx, who, peopledb.ForInvite, now); err != nil {
		return 0, err
	}
	id, err := store.AddLink(ctx, peopledb.Link{Person: who, Purpose: peopledb.ForInvite, Nonce: nonce(), ExpiresAt: now.Add(linkInvite)}, now)
	if err != nil {
		return 0, err
	}
	return id, outbox.Queue(ctx, q, now, outbox.Letter{To: who, Kind: kind, Vals: vals, Link: id})
}

// Opened is what a link of a letter leads to.
type Opened struct {
	Purpose peopledb.Purpose
	Name    string // given name of the person; empty for the set-up
	Email   string
	Expires time.Time
}

// Open reads a link without spending it.
func (x *Accounts) Open(ctx context.Context, token string) (Opened, error) {
	now, err := x.db.Now(ctx)
	if err != nil {
		return Opened{}, err
	}
	store := peopledb.New(x.db.Read())
	l, err := x.link(ctx, store, token, now, false)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Purpose: l.Purpose, Expires: l.ExpiresAt}
	if l.Person != 0 {
		i, err := store.Identity(ctx, l.Person)
		if err != nil {
			return Opened{}, err
		}
		o.Name, o.Email = i.GivenName, i.Email
	}
	return o, nil
}

// link checks a token against its row: unknown, forged, used and late links are
// told apart only when the MAC is right.
func (x *Accounts) link(ctx context.Context, store peopledb.Store, token string, now time.Time, lock bool) (peopledb.Link, error) {
	id, err := linkID(token)
	if err != nil {
		return peopledb.Link{}, err
	}
	l, err := store.FindLink(ctx, id, lock)
	if err != nil {
		return l, err
	}
	if !hmac.Equal([]byte(x.secret.LinkToken(l)), []byte(strings.ToLower(token))) {
		return peopledb.Link{}, peopledb.ErrNoLink
	}
	if l.Used || !now.Before(l.ExpiresAt) {
		return l, ErrLinkUsed
	}
	return l, nil
}

// Accept spends an invitation or a reset link: it sets the password, ends every
// session of the person and opens a new one.
func (x *Accounts) Accept(ctx context.Context, cmd *pg.Command, token, chosen string, from Came) (SignedIn, error) {
	now, err := x.db.Now(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	read := peopledb.New(x.db.Read())
	l, err := x.link(ctx, read, token, now, false)
	if err != nil {
		return SignedIn{}, err
	}
	if l.Person == 0 || l.Purpose == peopledb.ForAddress {
		return SignedIn{}, peopledb.ErrNoLink
	}
	i, err := read.Identity(ctx, l.Person)
	if err != nil {
		return SignedIn{}, err
	}
	phc, err := x.choose(ctx, i, chosen, "password")
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		l, err := x.link(ctx, store, token, now, true)
		if err != nil {
			return err
		}
		if err := store.UseLink(ctx, l.ID, now); err != nil {
			return err
		}
		if err := store.SetPassword(ctx, l.Person, phc, now); err != nil {
			return err
		}
		if err := store.Forgive(ctx, "account:"+peopledb.EmailKey(i.Email)); err != nil {
			return err
		}
		if _, err := store.DropSessions(ctx, l.Person, nil); err != nil {
			return err
		}
		c, err := store.CredentialOf(ctx, l.Person)
		if err != nil {
			return err
		}
		if l.Purpose == peopledb.ForReset {
			if err := outbox.Queue(ctx, q, now, outbox.Letter{To: l.Person, Kind: "password_changed"}); err != nil {
				return err
			}
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: people.Actor{ID: l.Person}, Action: "account.accept", Kind: "person", Subject: int64(l.Person),
			Detail: map[string]any{"purpose": l.Purpose}, Request: from.Request,
		})
		if err != nil {
			return err
		}
		in, err = x.open(ctx, q, now, l.Person, c.Staff, from)
		return err
	})
	return in, err
}

// AcceptAddress spends a link that proves a new address.
func (x *Accounts) AcceptAddress(ctx context.Context, cmd *pg.Command, token string) error {
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		l, err := x.link(ctx, store, token, now, true)
		if err != nil {
			return err
		}
		if l.Purpose != peopledb.ForAddress {
			return peopledb.ErrNoLink
		}
		i, err := store.Identity(ctx, l.Person)
		if err != nil {
			return err
		}
		i.Email = l.Address
		if err := store.SaveIdentity(ctx, i); err != nil {
			return err
		}
		if err := store.UseLink(ctx, l.ID, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: people.Actor{ID: l.Person}, Action: people.KeepAccount, Kind: "person", Subject: int64(l.Person), Detail: map[string]any{"did": "address"},
		})
	})
}
