package app

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Setup makes an installation ready: its kind, the organisation, the first
// administrator, staff.
type Setup struct {
	db       *pg.DB
	secret   Secret
	accounts *Accounts
}

// NewSetup makes the use cases of setting up.
func NewSetup(db *pg.DB, secret Secret, accounts *Accounts) *Setup {
	return &Setup{db: db, secret: secret, accounts: accounts}
}

// Faults of setting up.
var (
	ErrDemoDatabase = fault.New(fault.Conflict, "setup.demo_database")
	ErrLiveDatabase = fault.New(fault.Conflict, "setup.live_database")
	ErrSetUpAlready = fault.New(fault.Conflict, "setup.already")
)

// Deployment settles whether the database is live or a demonstration. The first
// start decides; a demo database is refused to a live start, and a database
// with other data to a demo.
func (x *Setup) Deployment(ctx context.Context, demo bool) error {
	return x.db.InTx(ctx, func(q pg.Q, _ time.Time) error {
		kind, err := peopledb.New(q).DeploymentKind(ctx)
		if err != nil {
			return err
		}
		switch {
		case kind == "" && demo:
			return peopledb.New(q).SetDeployment(ctx, "demo")
		case kind == "":
			return peopledb.New(q).SetDeployment(ctx, "live")
		case kind == "demo" && !demo:
			return ErrDemoDatabase
		case kind != "demo" && demo:
			return ErrLiveDatabase
		}
		return nil
	})
}

const linkSetup = 7 * 24 * time.Hour

// Link returns the token of a fresh set-up link while there is no organisation,
// and "" once there is one. Older set-up links stop working.
func (x *Setup) Link(ctx context.Context) (string, error) {
	var l peopledb.Link
	err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		l = peopledb.Link{}
		store := peopledb.New(q)
		if _, err := store.Organisation(ctx); !errors.Is(err, peopledb.ErrNoOrganisation) {
			return err
		}
		if err := store.VoidSetupLinks(ctx, now); err != nil {
			return err
		}
		l = peopledb.Link{Purpose: peopledb.ForSetup, Nonce: nonce(), ExpiresAt: now.Add(linkSetup)}
		var err error
		l.ID, err = store.AddLink(ctx, l, now)
		return err
	})
	if err != nil || l.ID == 0 {
		return "", err
	}
	return x.secret.LinkToken(l), nil
}

// FirstSetup is what the first page of the set-up asks.
type FirstSetup struct {
	Organisation, Contact string
	GivenName, FamilyName string
	Email                 string
	Password              string
	Lang                  string
}

// Begin makes the organisation and its first administrator, who is also
// coordinator everywhere, and signs them in. The link works once.
func (x *Setup) Begin(ctx context.Context, cmd *pg.Command, token string, in FirstSetup, from Came) (SignedIn, error) {
	// The link comes first: who has none learns nothing from the form.
	if o, err := x.accounts.Open(ctx, token); err != nil && !errors.Is(err, ErrLinkUsed) || err == nil && o.Purpose != ForSetup {
		return SignedIn{}, errors.Join(peopledb.ErrNoLink, err)
	}
	var form fault.Form
	required(&form, "organisation", in.Organisation, 120)
	required(&form, "contact", in.Contact, 200)
	required(&form, "given_name", in.GivenName, 80)
	required(&form, "family_name", in.FamilyName, 80)
	checkEmail(&form, "email", in.Email)
	i := peopledb.Identity{GivenName: strings.TrimSpace(in.GivenName), FamilyName: strings.TrimSpace(in.FamilyName), Email: in.Email, Lang: langOr(in.Lang)}
	phc, err := x.accounts.choose(ctx, i, in.Password, "password")
	if more, ok := errors.AsType[fault.Form](err); ok {
		form, err = append(form, more...), nil
	}
	if err = errors.Join(err, form.Err()); err != nil {
		return SignedIn{}, err
	}
	var signed SignedIn
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		l, err := x.accounts.link(ctx, store, token, now, true)
		if err != nil {
			return err
		}
		if l.Purpose != peopledb.ForSetup {
			return peopledb.ErrNoLink
		}
		if _, err := store.Organisation(ctx); !errors.Is(err, peopledb.ErrNoOrganisation) {
			return errors.Join(ErrSetUpAlready, err)
		}
		o := peopledb.Organisation{Name: strings.TrimSpace(in.Organisation), Contact: strings.TrimSpace(in.Contact), Zone: "Europe/Rome"}
		if err := store.AddOrganisation(ctx, o); err != nil {
			return err
		}
		if err := firstNotice(ctx, q, o, now); err != nil {
			return err
		}
		who, err := store.AddPerson(ctx, i, now)
		if err != nil {
			return err
		}
		if err := store.SetPassword(ctx, who, phc, now); err != nil {
			return err
		}
		for _, role := range []people.Role{people.Administrator, people.Coordinator} {
			if err := store.AddGrant(ctx, who, people.Grant{Role: role, Scope: people.All}, people.Agreement{}, 0, now); err != nil {
				return err
			}
		}
		if err := store.UseLink(ctx, l.ID, now); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: people.Actor{ID: who}, As: people.Administrator, Action: people.SetUp, Kind: "organisation", Detail: map[string]any{"did": "begin"}, Request: from.Request,
		})
		if err != nil {
			return err
		}
		signed, err = x.accounts.open(ctx, q, now, who, true, from)
		return err
	})
	return signed, err
}

// Invitation is a member of staff to invite.
type Invitation struct {
	GivenName, FamilyName string
	Email                 string
	Lang                  string
	Grants                []people.Grant
	Partner               string // on whose behalf the roles are held, "" for one's own organisation
	Agreement             string // reference of the agreement with the partner
	Until                 string // its last day, 2006-01-02; needed with a partner
}

// Faults of an invitation on behalf of a partner.
var (
	ErrPartnerRole  = fault.New(fault.Invalid, "organise.partner_role")
	ErrPartnerUntil = fault.New(fault.Invalid, "organise.partner_until")
	ErrPartnerName  = fault.New(fault.Invalid, "organise.partner_name")
)

// onBehalf reads the agreement of an invitation; its last day is one of the zone.
func (in Invitation) onBehalf(form *fault.Form, now time.Time, zone *time.Location) people.Agreement {
	a := people.Agreement{Partner: strings.TrimSpace(in.Partner), Reference: strings.TrimSpace(in.Agreement)}
	form.Add(len([]rune(a.Partner)) > 120, "partner", ErrTooLong.With("Max", 120))
	form.Add(len([]rune(a.Reference)) > 120, "agreement", ErrTooLong.With("Max", 120))
	if a.Partner == "" {
		form.Add(a.Reference != "" || in.Until != "", "partner", ErrPartnerName)
		return people.Agreement{}
	}
	form.Add(slices.ContainsFunc(in.Grants, func(g people.Grant) bool { return !g.OnBehalf() }), "partner", ErrPartnerRole)
	on, err := time.Parse(time.DateOnly, strings.TrimSpace(in.Until))
	if err == nil {
		y, m, d := on.Date()
		a.Until = time.Date(y, m, d+1, 0, 0, 0, 0, zone).UTC()
	}
	form.Add(err != nil || !a.Until.After(now), "until", ErrPartnerUntil)
	return a
}

// Invite gives somebody roles and, if they have no password yet, the letter to
// set one. A person who is known already keeps name and address. It returns the
// id of the login link, 0 when no letter was needed.
func (x *Setup) Invite(ctx context.Context, who people.Actor, cmd *pg.Command, in Invitation) (int64, error) {
	if err := who.Must(people.GrantRoles, people.Target{}); err != nil {
		return 0, err
	}
	var form fault.Form
	required(&form, "given_name", in.GivenName, 80)
	required(&form, "family_name", in.FamilyName, 80)
	checkEmail(&form, "email", in.Email)
	form.Add(len(in.Grants) == 0, "roles", ErrRequired)
	if err := form.Err(); err != nil {
		return 0, err
	}
	var link int64
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		link = 0
		store := peopledb.New(q)
		o, err := store.Organisation(ctx)
		if err != nil {
			return err
		}
		var late fault.Form
		on := in.onBehalf(&late, now, o.Location())
		if err := late.Err(); err != nil {
			return err
		}
		person := people.ID(0)
		i, err := store.IdentityByEmail(ctx, in.Email)
		switch {
		case errors.Is(err, peopledb.ErrNoPerson):
			person, err = store.AddPerson(ctx, peopledb.Identity{
				GivenName: strings.TrimSpace(in.GivenName), FamilyName: strings.TrimSpace(in.FamilyName), Email: in.Email, Lang: langOr(in.Lang),
			}, now)
		case err == nil:
			person = i.Person
		}
		if err != nil {
			return err
		}
		for _, g := range in.Grants {
			if err := store.AddGrant(ctx, person, g, on, who.ID, now); err != nil {
				return err
			}
		}
		if _, err := store.CredentialOf(ctx, person); errors.Is(err, peopledb.ErrNoPerson) {
			if link, err = invite(ctx, q, now, person, "staff_invitation", map[string]any{"Role": string(in.Grants[0].Role)}); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		cmd.Created(int64(person))
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Administrator, Action: people.GrantRoles, Kind: "person", Subject: int64(person), Detail: map[string]any{"grants": in.Grants, "partner": on.Partner, "agreement": on.Reference, "until": on.Until},
		})
	})
	return link, err
}

// Token makes the secret of a link again, to print its letter.
func (x *Setup) Token(ctx context.Context, link int64) (string, error) {
	l, err := peopledb.New(x.db.Read()).FindLink(ctx, link, false)
	if err != nil {
		return "", fmt.Errorf("find link: %w", err)
	}
	return x.secret.LinkToken(l), nil
}

// checkEmail adds a fault for what is no plain e-mail address.
func checkEmail(form *fault.Form, field, email string) {
	email = strings.TrimSpace(email)
	a, err := mail.ParseAddress(email)
	form.Add(err != nil || a.Address != email || len(email) > 200 || strings.ContainsAny(email, "\"\r\n"), field, ErrEmail)
}

func langOr(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "it"
}

// NoteBackup notes that a backup of the installation was taken, for the banner
// that asks for one and for the record.
func (x *Setup) NoteBackup(ctx context.Context, who people.Actor, bytes int64, hash []byte) error {
	if err := who.Must(people.SetUp, people.Target{}); err != nil {
		return err
	}
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).AddBackup(ctx, now, bytes, hash); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Administrator, Action: people.SetUp, Kind: "backup", Detail: map[string]any{"bytes": bytes}})
	})
}
