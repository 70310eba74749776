package app_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/blob"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// numbers lists the public numbers of everybody in a view of the board.
func numbers(t *testing.T, w *apptest.World, view string) []string {
	t.Helper()
	var list []string
	qn := app.BoardQuestion{Line: "donazioni", Now: view, Sort: "name"}
	for {
		a, err := w.App.Board.Page(t.Context(), w.Coordinator, qn)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range a.People {
			list = append(list, p.Number)
		}
		if a.Next == "" {
			break
		}
		qn.After = a.Next
	}
	slices.Sort(list)
	return list
}

// The board narrows in SQL; who may answer is decided by the gate alone. The
// two agree in every case that facts can make.
func TestTheViewsOfTheBoardAgreeWithTheGate(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	certified := func(name string) people.Actor {
		v := w.Ready(name, "Prova")
		if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(v)); err != nil {
			t.Fatal(err)
		}
		return v
	}
	record := func(changes ...coursedb.FactChange) {
		t.Helper()
		if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
			_, err := coursedb.New(q).Record(t.Context(), changes...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	now := func(who people.Actor, f gate.Fact) coursedb.FactChange {
		return coursedb.FactChange{Person: who.ID, Now: true, Fact: f}
	}
	line := gate.LineID(w.Line)
	certified("Plain")
	w.Volunteer("Beginner", "Prova")
	w.Ready("Proposed", "Prova")
	record(now(certified("Suspended"), gate.Fact{Kind: gate.Suspension}))
	record(now(certified("Paused"), gate.Fact{Kind: gate.Pause}))
	record(now(certified("Late"), gate.Fact{Kind: gate.ContentDue, Line: line, Ref: 1}))
	later := certified("NotYetLate")
	record(coursedb.FactChange{Person: later.ID, Fact: gate.Fact{Kind: gate.ContentDue, Line: line, Ref: 1, From: w.Now.AddDate(0, 1, 0)}})
	record(coursedb.FactChange{Person: certified("NoStation").ID, Close: true, Fact: gate.Fact{Kind: gate.Station}})
	record(coursedb.FactChange{Person: certified("NoPledge").ID, Close: true, Fact: gate.Fact{Kind: gate.Pledge}})
	record(coursedb.FactChange{Person: certified("Unregistered").ID, Close: true, Fact: gate.Fact{Kind: gate.Register}})
	stopped, revoked, lifted := certified("CertSuspended"), certified("CertRevoked"), certified("Restored")
	appeal := w.Now.AddDate(0, 0, 30).Format(time.DateOnly)
	for who, does := range map[people.ID][]string{stopped.ID: {"suspend"}, revoked.ID: {"revoke"}, lifted.ID: {"suspend", "restore"}} {
		for _, do := range does {
			if _, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(people.Actor{ID: who}), app.Stop{Do: do, Reason: "other", Words: "prova", AppealBy: appeal}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// An older certificate that still holds does not help while the newest is revoked.
	two := certified("TwoPapers")
	record(coursedb.FactChange{Person: two.ID, Now: true, Fact: gate.Fact{Kind: gate.Certificate, Line: line, Level: gate.Supervised, Ref: 900001}})
	record(coursedb.FactChange{Person: two.ID, Now: true, Fact: gate.Fact{Kind: gate.CertificateRevocation, Line: line, Ref: 900001}})
	listening := w.Volunteer("Listening", "Prova")
	record(now(listening, gate.Fact{Kind: gate.Certificate, Line: line, Level: gate.Listening, Ref: 900002}), now(listening, gate.Fact{Kind: gate.Station}), now(listening, gate.Fact{Kind: gate.Pledge}))

	check := func(when string) {
		t.Helper()
		all, err := w.App.Board.Page(t.Context(), w.Coordinator, app.BoardQuestion{Line: "donazioni"})
		if err != nil {
			t.Fatal(err)
		}
		var want, names []string
		for _, p := range all.People {
			names = append(names, p.GivenName)
			asked := ask(t, w, people.Actor{Number: p.Number}, "phone")
			if granted := p.Answers[0].Decision.Granted(); granted != (len(asked) == 0) {
				t.Errorf("%s: the board says %v of %s, the gate %v", when, granted, p.GivenName, asked)
			}
			if len(asked) == 0 {
				want = append(want, p.Number)
			}
		}
		slices.Sort(want)
		if got := numbers(t, w, "yes"); !slices.Equal(got, want) {
			t.Errorf("%s: the view holds %v, the gate enables %v of %v", when, got, want, names)
		}
		if got := numbers(t, w, "no"); len(got)+len(want) != all.Tally.All || all.Tally.Yes != len(want) {
			t.Errorf("%s: %d not, %d may, the tally is %+v", when, len(got), len(want), all.Tally)
		}
	}
	check("on the first day")
	w.Advance(24 * time.Hour)
	check("on the second day")
	if got := len(numbers(t, w, "yes")); got != 3 { // Plain, NotYetLate, Restored
		t.Errorf("%d may answer on the second day, want 3", got)
	}
	w.Advance(40 * 24 * time.Hour)
	check("when the other deadline has passed")
	w.Advance(400 * 24 * time.Hour)
	check("when every certificate has ended")
}

// counter passes a connection on to PostgreSQL and counts statements: each is
// bound once.
type counter struct{ n atomic.Int64 }

// address of a database seen through the counter.
func (k *counter) address(t *testing.T, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	socket := u.Query().Get("host")
	port := u.Query().Get("port")
	if port == "" {
		port = "5432"
	}
	network, target := "tcp", u.Host
	if strings.HasPrefix(socket, "/") {
		network, target = "unix", filepath.Join(socket, ".s.PGSQL."+port)
		if _, err := os.Stat(target); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, target)
			if err != nil {
				client.Close()
				return
			}
			go func() { _, _ = io.Copy(client, server); client.Close() }()
			go func() { k.pass(client, server); server.Close() }()
		}
	}()
	q := u.Query()
	q.Del("host")
	q.Del("port")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = listener.Addr().String(), q.Encode()
	return u.String()
}

// pass reads the messages of a client: the first has no kind.
func (k *counter) pass(client io.Reader, server io.Writer) {
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first {
			head = head[:4]
		}
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		size := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
		body := make([]byte, size)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		if !first && (head[0] == 'B' || head[0] == 'Q') {
			k.n.Add(1)
		}
		if _, err := server.Write(append(head, body...)); err != nil {
			return
		}
	}
}

func TestABoardOfTenThousandTakesFourStatements(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	w.Certified("Adele", "Tornaghi")
	ctx := t.Context()
	w.Crowd(10_000)
	var k counter
	db, err := pg.Open(context.WithoutCancel(ctx), k.address(t, w.DB.URL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	a, err := app.New(ctx, db, app.RandomSecret(), blob.Folder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	qn := app.BoardQuestion{Line: "donazioni"}
	if _, err := a.Board.Page(ctx, w.Coordinator, qn); err != nil { // the programme is read once and kept
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, qn := range []app.BoardQuestion{qn, {Line: "donazioni", Now: "yes", Sort: "name"}, {Line: "donazioni", Query: "cognome77", Lacking: "studio", Sort: "progress"}} {
		before := k.n.Load()
		page, err := a.Board.Page(ctx, w.Coordinator, qn)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.n.Load() - before; got == 0 || got > 4 {
			t.Errorf("%+v took %d statements", qn, got)
		}
		if page.Tally.All != 10001 || page.Tally.Yes != 5001 {
			t.Errorf("the tally is %+v", page.Tally)
		}
	}
	// Walking by key meets everybody of a view once.
	walk := app.BoardQuestion{Line: "donazioni", Query: "cognome77", Sort: "name"}
	for range 10 {
		page, err := a.Board.Page(ctx, w.Coordinator, walk)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.People {
			if seen[p.Number] {
				t.Errorf("%s is shown twice", p.Number)
			}
			seen[p.Number] = true
		}
		if page.Next == "" {
			break
		}
		walk.After = page.Next
	}
	if len(seen) != 20 {
		t.Errorf("met %d people, want 20", len(seen))
	}
	rows := 0
	if err := a.Board.Export(ctx, people.Actor{Program: "test"}, app.BoardQuestion{Line: "donazioni"}, func(app.BoardAnswer, app.BoardPerson) error { rows++; return nil }); err != nil || rows != 10001 {
		t.Errorf("exported %d rows, %v", rows, err)
	}
}
