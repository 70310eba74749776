package ui

import (
	"html/template"
	"time"
)

// publicPages are the pages that anybody may see.
func publicPages() []View {
	return []View{&Failure{}, &Apply{}, &ApplyDone{}, &Privacy{}, &Verify{}}
}

// Failure is the page of a request that did not go well: Status 400, 403, 404,
// 409, 422, 429, 500 or 503 chooses its words. It needs no database.
type Failure struct {
	Base
	Status  int
	Text    string    // the fault's sentence; empty shows the general one
	Yours   []Fact    // 409: what you sent
	Theirs  []Fact    // 409: what is there now
	ByWhom  string    // 409: who changed it, empty when unknown
	RetryAt time.Time // 429 and 503, zero when unknown
	Ref     string    // 500: what to tell whoever runs the site
}

// Template names the page.
func (*Failure) Template() string { return "failure" }

// Known is Status where the catalogue has words for it, else 500.
func (f *Failure) Known() string {
	switch f.Status {
	case 400:
		return "400"
	case 403:
		return "403"
	case 404:
		return "404"
	case 409:
		return "409"
	case 422:
		return "422"
	case 429:
		return "429"
	case 503:
		return "503"
	}
	return "500"
}

// Heading says what happened.
func (f *Failure) Heading() string { return f.T("failure.heading_" + f.Known()) }

// Sentence says what to do.
func (f *Failure) Sentence() string {
	if f.Text != "" {
		return f.Text
	}
	return f.T("failure.text_" + f.Known())
}

// State is the shape of the page.
func (f *Failure) State() State {
	switch f.Status {
	case 404, 400, 422:
		return None
	case 409, 429, 503:
		return Waiting
	}
	return Stopped
}

// Apply is the public form of a programme.
type Apply struct {
	Base
	Action                string
	Programme, Lead       string // "Diventa una voce della linea", what it asks and gives
	MinAge                int
	StartsOn              time.Time
	GivenName, FamilyName string
	Email, Phone          string
	Born                  string // as typed, 2006-01-02
	Availability          []Option
	Why                   string
	Paid                  []Option // paid ties with the organisation: no, yes
	NoticeHref            string
	NoticeVersion         string // of the privacy notice
	Months                int    // how long a refused application is kept
	Agreed                bool
	AnswerDays            int // within how many days somebody answers
}

// Template names the page.
func (*Apply) Template() string { return "apply" }

// ApplyDone confirms an application. It is the same for somebody who had applied
// before: nothing was doubled, and the page does not tell.
type ApplyDone struct {
	Base
	Programme string
	AnswerBy  time.Time
}

// Template names the page.
func (*ApplyDone) Template() string { return "apply_done" }

// Privacy is the privacy notice of a programme or of the site.
type Privacy struct {
	Base
	Version string
	Since   time.Time
	Body    template.HTML // rendered at publishing by content/markdown
}

// Template names the page.
func (*Privacy) Template() string { return "privacy" }

// CertificateState is what the verification page may answer.
type CertificateState string

// The answers of the verification page.
const (
	CertificateValid      CertificateState = "valid"
	CertificateSuspended  CertificateState = "suspended"
	CertificateRevoked    CertificateState = "revoked"
	CertificateExpired    CertificateState = "expired"
	CertificateSuperseded CertificateState = "superseded"
	CertificateUnknown    CertificateState = "unknown"
	CertificateAsk        CertificateState = "" // no number was given yet
)

// Mark is the state as shape.
func (s CertificateState) Mark() State {
	switch s {
	case CertificateValid:
		return Done
	case CertificateSuspended:
		return Suspended
	case CertificateRevoked:
		return Stopped
	case CertificateExpired:
		return Due
	case CertificateSuperseded:
		return Warning
	case CertificateUnknown, CertificateAsk:
		return None
	}
	return None
}

// Verify answers whether a certificate holds in this instant. Facts are empty
// for an unknown number.
type Verify struct {
	Base
	Code  string
	State CertificateState
	Facts []Fact
	Newer *Link // superseded: the certificate that holds instead
}

// Template names the page.
func (*Verify) Template() string { return "verify" }

// OtherAnswers are the states that this page does not show, for the reader who
// wonders.
func (v *Verify) OtherAnswers() []CertificateState {
	var others []CertificateState
	for _, s := range []CertificateState{CertificateValid, CertificateSuspended, CertificateRevoked, CertificateExpired, CertificateSuperseded, CertificateUnknown} {
		if s != v.State {
			others = append(others, s)
		}
	}
	return others
}
