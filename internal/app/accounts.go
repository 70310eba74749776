package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Accounts is how people get in, stay in and get out.
type Accounts struct {
	db     *pg.DB
	secret Secret
	hash   hashing
	course *Course
}

// NewAccounts makes the use cases of signing in.
func NewAccounts(db *pg.DB, secret Secret, course *Course) *Accounts {
	return &Accounts{db: db, secret: secret, hash: make(hashing, 2), course: course}
}

// Purposes of a login link.
const (
	ForSetup   = peopledb.ForSetup
	ForInvite  = peopledb.ForInvite
	ForReset   = peopledb.ForReset
	ForAddress = peopledb.ForAddress
)

// ErrNoLink is the answer to a link that was never made.
var ErrNoLink = peopledb.ErrNoLink

// Faults of accounts. The wrong password and the unknown address are one fault.
var (
	ErrWrongSignIn = fault.New(fault.Invalid, "account.wrong")
	ErrTooMany     = fault.New(fault.Unavailable, "account.too_many")
	ErrLinkUsed    = fault.New(fault.Conflict, "account.link_used")
	ErrWrongNow    = fault.New(fault.Invalid, "account.wrong_current")
)

const (
	budget       = 10 // wrong secrets in a window, for an account and for an address each
	budgetWindow = 15 * time.Minute
	endVolunteer = 30 * 24 * time.Hour
	endStaff     = 12 * time.Hour
	linkInvite   = 30 * 24 * time.Hour // a letter on paper takes its time
	linkReset    = time.Hour
	touchEvery   = time.Minute
)

// SignedIn is a fresh session: the token goes into the cookie and nowhere else.
type SignedIn struct {
	Token string
	Ends  time.Time
	Staff bool
	Who   people.ID
}

// Came says where a sign-in came from, for the budget and the list of sessions.
type Came struct {
	Address string // of the client
	Agent   string // browser, as it names itself
	Request string
}

func tokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// Visit tells who is behind a session token (the zero Actor for an unknown or
// empty one) and what every page shows.
func (x *Accounts) Visit(ctx context.Context, token string) (people.Visit, error) {
	hash := tokenHash(token)
	s, err := peopledb.New(x.db.Read()).Visit(ctx, hash)
	if err != nil {
		return people.Visit{}, fmt.Errorf("look up visit: %w", err)
	}
	if s.Actor.ID != 0 && s.Now.Sub(s.SeenAt) > touchEvery {
		err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error { return peopledb.New(q).Touch(ctx, hash, now) })
		if err != nil {
			return people.Visit{}, fmt.Errorf("touch session: %w", err)
		}
	}
	return s.Visit, nil
}

// SignIn checks address and password. Ten wrong ones in fifteen minutes, for an
// account or from an address, close both for the rest of the window; the answer
// then takes as long and does not say which.
func (x *Accounts) SignIn(ctx context.Context, email, password string, from Came) (SignedIn, error) {
	keys := []string{"account:" + peopledb.EmailKey(email), "address:" + from.Address}
	store := peopledb.New(x.db.Read())
	n, err := store.Failures(ctx, keys, budgetWindow)
	if err != nil {
		return SignedIn{}, fmt.Errorf("count failures: %w", err)
	}
	c, err := store.CredentialByEmail(ctx, email)
	if err != nil && !errors.Is(err, peopledb.ErrNoPerson) {
		return SignedIn{}, fmt.Errorf("find credential: %w", err)
	}
	right, err := x.hash.check(ctx, c.PHC, password)
	if err != nil {
		return SignedIn{}, err
	}
	if n >= budget {
		return SignedIn{}, ErrTooMany
	}
	if !right {
		err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
			if err := peopledb.New(q).Fail(ctx, keys, budgetWindow, now); err != nil {
				return err
			}
			return audit.Record(ctx, q, now, audit.Entry{
				Actor: people.Actor{ID: c.Person}, Action: "account.refused", Kind: "person", Subject: int64(c.Person), Request: from.Request,
			})
		})
		return SignedIn{}, errors.Join(ErrWrongSignIn, err)
	}
	var in SignedIn
	err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).Forgive(ctx, keys[0]); err != nil {
			return err
		}
		in, err = x.open(ctx, q, now, c.Person, c.Staff, from)
		return err
	})
	return in, err
}

// open makes a session and its audit entry.
func (x *Accounts) open(ctx context.Context, q pg.Q, now time.Time, who people.ID, staff bool, from Came) (SignedIn, error) {
	in := SignedIn{Token: rand.Text(), Staff: staff, Ends: now.Add(endVolunteer), Who: who}
	if staff {
		in.Ends = now.Add(endStaff)
	}
	agent := from.Agent
	if len(agent) > 200 {
		agent = agent[:200]
	}
	if err := peopledb.New(q).AddSession(ctx, tokenHash(in.Token), who, staff, now, in.Ends, strings.ToValidUTF8(agent, "")); err != nil {
		return in, err
	}
	return in, audit.Record(ctx, q, now, audit.Entry{
		Actor: people.Actor{ID: who}, Action: "account.sign_in", Kind: "person", Subject: int64(who), Request: from.Request,
	})
}

// SignOut ends the session of a token.
func (x *Accounts) SignOut(ctx context.Context, who people.Actor, token string) error {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return nil //nolint:nilerr // who is not signed in is signed out
	}
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).DropSession(ctx, tokenHash(token)); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, Action: people.KeepAccount, Kind: "session", Detail: map[string]any{"did": "sign_out"}})
	})
}

// SignOutEverywhere ends every session of the person, this one too.
func (x *Accounts) SignOutEverywhere(ctx context.Context, who people.Actor, cmd *pg.Command) error {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		n, err := peopledb.New(q).DropSessions(ctx, who.ID, nil)
		if err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.KeepAccount, Kind: "session", Detail: map[string]any{"did": "sign_out_everywhere", "sessions": n},
		})
	})
}

// Account is what a person sees of their own account.
type Account struct {
	Identity peopledb.Identity
	Sessions []peopledb.OpenSession
	Current  []byte // hash of the session that asks
}

// Read shows a person their own account. token is the session's.
func (x *Accounts) Read(ctx context.Context, who people.Actor, token string) (Account, error) {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return Account{}, err
	}
	store := peopledb.New(x.db.Read())
	i, err := store.Identity(ctx, who.ID)
	if err != nil {
		return Account{}, err
	}
	sessions, err := store.OpenSessions(ctx, who.ID)
	return Account{Identity: i, Sessions: sessions, Current: tokenHash(token)}, err
}

// CloseSession ends one of the person's own sessions.
func (x *Accounts) CloseSession(ctx context.Context, who people.Actor, cmd *pg.Command, session int64) error {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).CloseSession(ctx, who.ID, session); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.KeepAccount, Kind: "session", Subject: session, Detail: map[string]any{"did": "close"},
		})
	})
}

// SetLang changes the language of pages and letters, and of the courses that exist
// in it too.
func (x *Accounts) SetLang(ctx context.Context, who people.Actor, cmd *pg.Command, lang string) error {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return err
	}
	if lang != "it" && lang != "en" {
		return fault.Form{ErrChoice.On("lang")}
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if err := store.LockPerson(ctx, who.ID); err != nil {
			return err
		}
		if err := store.SetLang(ctx, who.ID, lang); err != nil {
			return err
		}
		moved, err := x.course.follow(ctx, q, who.ID, lang)
		if err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.KeepAccount, Kind: "person", Subject: int64(who.ID), Detail: map[string]any{"did": "language", "lang": lang, "enrolments": moved},
		})
	})
}

// ChangePassword sets a new password after the present one and ends every other
// session. token is the session that asks; it stays.
func (x *Accounts) ChangePassword(ctx context.Context, who people.Actor, cmd *pg.Command, token, present, chosen string) error {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return err
	}
	store := peopledb.New(x.db.Read())
	i, err := store.Identity(ctx, who.ID)
	if err != nil {
		return err
	}
	c, err := store.CredentialOf(ctx, who.ID)
	if err != nil {
		return err
	}
	keys := []string{"account:" + peopledb.EmailKey(i.Email)}
	n, err := store.Failures(ctx, keys, budgetWindow)
	if err != nil {
		return err
	}
	if n >= budget {
		return ErrTooMany
	}
	right, err := x.hash.check(ctx, c.PHC, present)
	if err != nil {
		return err
	}
	if !right {
		err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error { return peopledb.New(q).Fail(ctx, keys, budgetWindow, now) })
		return errors.Join(fault.Form{ErrWrongNow.On("current_password")}, err)
	}
	phc, err := x.choose(ctx, i, chosen, "new_password")
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		if err := store.SetPassword(ctx, who.ID, phc, now); err != nil {
			return err
		}
		if _, err := store.DropSessions(ctx, who.ID, tokenHash(token)); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: who.ID, Kind: "password_changed"}); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.KeepAccount, Kind: "person", Subject: int64(who.ID), Detail: map[string]any{"did": "password"},
		})
	})
}

// choose checks a new password and hashes it.
func (x *Accounts) choose(ctx context.Context, i peopledb.Identity, chosen, field string) (string, error) {
	var form fault.Form
	if err := people.CheckPassword(chosen, i.GivenName, i.FamilyName, i.Email); err != nil {
		if e, ok := errors.AsType[*fault.Error](err); ok {
			form.Add(true, field, e)
		}
	}
	if err := form.Err(); err != nil {
		return "", err
	}
	return x.hash.hash(ctx, chosen)
}

// Contact is how somebody is reached.
type Contact struct {
	Email, Phone, Residence string
	Version                 int
}

// SaveContact changes phone and residence at once. A new e-mail address counts
// only when the link in the letter to it is followed; the answer is the same
// when the address belongs to somebody else.
func (x *Accounts) SaveContact(ctx context.Context, who people.Actor, cmd *pg.Command, in Contact) error {
	if err := who.Must(people.KeepAccount, people.Target{Person: who.ID}); err != nil {
		return err
	}
	var form fault.Form
	checkEmail(&form, "email", in.Email)
	form.Add(len(in.Phone) > 40, "phone", ErrTooLong.With("Max", 40))
	form.Add(len(in.Residence) > 200, "residence", ErrTooLong.With("Max", 200))
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		i, err := store.Identity(ctx, who.ID)
		if err != nil {
			return err
		}
		did := []string{}
		if i.Phone != strings.TrimSpace(in.Phone) || i.Residence != strings.TrimSpace(in.Residence) {
			i.Phone, i.Residence, i.Version = strings.TrimSpace(in.Phone), strings.TrimSpace(in.Residence), in.Version
			if err := store.SaveIdentity(ctx, i); err != nil {
				return err
			}
			did = append(did, "contact")
		}
		if peopledb.EmailKey(i.Email) != peopledb.EmailKey(in.Email) {
			if err := x.askAddress(ctx, q, now, who.ID, strings.TrimSpace(in.Email)); err != nil {
				return err
			}
			did = append(did, "address_asked")
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.KeepAccount, Kind: "person", Subject: int64(who.ID), Detail: map[string]any{"did": did},
		})
	})
}

// askAddress sends the letter that proves a new address, unless it is taken.
func (x *Accounts) askAddress(ctx context.Context, q pg.Q, now time.Time, who people.ID, email string) error {
	store := peopledb.New(q)
	if err := store.VoidLinks(ctx, who, peopledb.ForAddress, now); err != nil {
		return err
	}
	if _, err := store.IdentityByEmail(ctx, email); !errors.Is(err, peopledb.ErrNoPerson) {
		return err // taken: nothing is sent and nothing is told
	}
	id, err := store.AddLink(ctx, peopledb.Link{Person: who, Purpose: peopledb.ForAddress, Nonce: nonce(), Address: email, ExpiresAt: now.Add(linkReset)}, now)
	if err != nil {
		return err
	}
	return outbox.Queue(ctx, q, now, outbox.Letter{To: who, Kind: "address_change", Link: id, Vals: map[string]any{"To": email}})
}
