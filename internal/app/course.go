package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/pg"
)

// Course is what the subjects of learning share: editions of a programme and
// the review that follows every piece of evidence.
type Course struct {
	db      *pg.DB
	library *library
}

// NewCourse makes it.
func NewCourse(db *pg.DB) *Course { return &Course{db: db, library: newLibrary(db)} }

// requirements are those of a programme that apply to a channel; "" is every
// channel together, for what a person sees.
func requirements(p content.Programme, channel string) []cert.Requirement {
	var list []cert.Requirement
	for _, r := range p.Requirements {
		if channel != "" && len(r.Channels) > 0 && !slices.Contains(r.Channels, channel) {
			continue
		}
		list = append(list, requirement(p, r))
	}
	return list
}

func requirement(p content.Programme, r content.Requirement) cert.Requirement {
	out := cert.Requirement{Key: r.Key, Kind: cert.Kind(r.Kind), Title: r.Title, Signers: r.Signers, After: r.Before}
	for _, g := range r.Content {
		out.Groups = append(out.Groups, cert.Group{Need: g.Need, Of: g.Of})
	}
	if r.Kind == content.ReqAttendance {
		for _, s := range p.Sessions {
			if slices.Contains(r.Sessions, s.Key) {
				out.Planned += s.Count
			}
		}
		threshold := r.Threshold
		if threshold == 0 {
			threshold = 100
		}
		out.Needed = (out.Planned*threshold + 99) / 100
	}
	return out
}

// firstLevel is the level of a new certificate: the first step of the ladder
// that may take contacts.
func firstLevel(p content.Programme) gate.Level {
	for _, l := range p.Levels {
		if level := gateLevel(l.Level); level != gate.Listening {
			return level
		}
	}
	return gate.Supervised
}

func gateLevel(word string) gate.Level {
	if word == "independent" {
		return gate.Autonomous
	}
	return gate.Level(word)
}

// minAge is the age from which somebody may answer: the higher of the line's and
// of the programme's.
func (x *Course) minAge(ctx context.Context, line coursedb.Line, release int64) (int, error) {
	ed, err := x.library.edition(ctx, release)
	if err != nil {
		return 0, err
	}
	return max(line.MinAge, ed.Pack.Programme.MinAge), nil
}

// review judges an enrolment anew after a change of its evidence, keeps the
// progress, and proposes the certificate when everything is met for at least
// one channel; after that, one that holds a channel more. A check half way it
// ends. It belongs to the transaction of the change.
func (x *Course) review(ctx context.Context, q pg.Q, now time.Time, enrolment int64) error {
	store := coursedb.New(q)
	e, err := store.Enrolment(ctx, enrolment, true)
	if err != nil {
		return err
	}
	ed, err := x.library.edition(ctx, e.ReleaseID)
	if err != nil {
		return err
	}
	list, err := store.Evidence(ctx, e.ID)
	if err != nil {
		return err
	}
	open, err := store.OpenCalls(ctx, e.ID)
	if err != nil {
		return err
	}
	evidence := coursedb.ForReview(list, open...)
	programme := ed.Pack.Programme.On(e.Track)
	report := cert.Review(requirements(programme, ""), evidence)
	if err := store.SaveProgress(ctx, e.ID, report); err != nil {
		return err
	}
	if e.Ended() { // a late mark counts, but makes no certificate
		return store.Unpropose(ctx, e.ID)
	}
	if e.State == "enrolled" && len(list) > 0 {
		if err := store.SetEnrolmentState(ctx, e.ID, "active"); err != nil {
			return err
		}
	}
	if e.Track == cert.MidTerm {
		return x.checked(ctx, q, now, e, report.Complete())
	}
	held, err := x.held(ctx, q, now, e)
	if err != nil || held.final {
		return err
	}
	var channels []string
	met := map[string][]cert.EvidenceID{}
	for _, c := range programme.Channels {
		r := cert.Review(requirements(programme, c), evidence)
		if !r.Complete() {
			continue
		}
		channels = append(channels, c)
		for _, l := range r.Lines {
			met[l.Requirement.Key] = l.Evidence
		}
	}
	if len(channels) == 0 || !adds(channels, held.Channels) {
		return store.Unpropose(ctx, e.ID)
	}
	var review []coursedb.Met
	for _, l := range report.Lines {
		if ids, ok := met[l.Requirement.Key]; ok {
			review = append(review, coursedb.Met{Requirement: l.Requirement.Key, Evidence: ids})
		}
	}
	_, err = store.Propose(ctx, coursedb.Certificate{
		Number: certificateNumber(), Person: e.Person, LineID: e.LineID, Enrolment: e.ID, Extends: held.ID, ReleaseID: e.ReleaseID, Channels: channels,
		Level: string(firstLevel(programme)), Review: pg.AsJSON(review), Evaluator: cert.Evaluator(report, evidence, e.Person),
	}, now)
	return err
}

// held is what an enrolment led to already: the zero held is nothing.
type held struct {
	coursedb.Certificate      // of the line, valid now; another enrolment may have renewed it
	final                bool // nothing is valid any more, so nothing is proposed either
}

func (x *Course) held(ctx context.Context, q pg.Q, now time.Time, e coursedb.Enrolment) (held, error) {
	store := coursedb.New(q)
	signed, err := store.SignedFor(ctx, e.ID)
	if err != nil || !signed {
		return held{}, err
	}
	open, err := store.OpenCertificates(ctx, e.Person, e.LineID)
	if err != nil {
		return held{}, err
	}
	for _, c := range open {
		events, err := store.CertificateEvents(ctx, c.ID)
		if err != nil {
			return held{}, err
		}
		if c.StatusAt(events, now) == cert.Valid {
			return held{Certificate: c}, nil
		}
	}
	return held{final: true}, nil
}

// adds tells whether channels hold all of those had and one more.
func adds(channels, had []string) bool {
	return len(channels) > len(had) && !slices.ContainsFunc(had, func(c string) bool { return !slices.Contains(channels, c) })
}

// certificateNumber is 125 random bits in groups that can be read aloud.
func certificateNumber() string {
	s := strings.ToLower(rand.Text()[:25])
	return fmt.Sprintf("%s-%s-%s-%s-%s", s[:5], s[5:10], s[10:15], s[15:20], s[20:])
}
