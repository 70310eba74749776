package web

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/pdf"
	"abilita/internal/web/ui"
)

func (s *Server) certificateRoutes(r routes) {
	r.get("/signing", s.showProposals)
	r.get("/signing/:id", s.showSigning)
	r.post("/signing/:id", s.sign)
	r.get("/certificates/:id", s.showCertificate)
	r.post("/certificates/:id/renew", s.renew)
	r.get("/verify", s.askVerify)
	r.get("/verify/:number", s.showVerify)
}

// renew opens the renewal of a certificate, for its holder or by a coordinator.
func (s *Server) renew(c *gin.Context) (ui.View, error) {
	certificate, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	f, err := s.App.Certificates.Read(ctx, who, certificate)
	if err != nil {
		return nil, err
	}
	then, number := "/people/"+f.Holder.Number+"?done=renewing", f.Holder.Number
	if who.ID == f.Certificate.Person {
		then = "/?done=renewing_own"
	}
	var body struct{}
	return act(c, &body, then, func(cmd *app.Command) error { return s.App.Upkeep.Begin(ctx, who, cmd, certificate) }, func() (ui.View, error) {
		if who.ID == f.Certificate.Person {
			return s.homePage(c)
		}
		return s.personPage(c, number, personAsked{})
	})
}

func (s *Server) showProposals(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	rows, err := s.App.Certificates.Proposals(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Proposals{Base: s.base(c, nil)}
	p.Title = p.T("signing.title")
	for _, r := range rows {
		p.Rows = append(p.Rows, ui.InboxRow{
			Href: "/signing/" + strconv.FormatInt(r.ID, 10), Name: r.GivenName + " " + r.FamilyName, Programme: r.LineName + " · " + r.Number, At: r.ProposedAt,
			State: ui.Mark{State: ui.Waiting, Word: p.T("signing.waiting")},
		})
	}
	return p, nil
}

func (s *Server) showSigning(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.signingPage(c)
}

func (s *Server) signingPage(c *gin.Context) (ui.View, error) {
	certificate, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	v, err := s.App.Certificates.Proposal(c.Request.Context(), httpd.ActorOf(c), certificate)
	if err != nil {
		return nil, err
	}
	f := v.File
	p := &ui.Signing{Base: s.base(c, f.Line.Location()), Name: f.Holder.Name(), About: f.Holder.Number + " · " + f.Line.Name}
	b := &p.Base
	p.Title, p.Back = b.T("signing.of", "Name", p.Name), &ui.Link{Href: "/signing", Text: b.T("signing.title")}
	p.Facts = []ui.Fact{
		{Term: b.T("signing.fact_line"), Value: b.T("certificate.enabled", "Line", f.Line.Name, "Channels", channels(b, f.Certificate.Channels))},
		{Term: b.T("signing.fact_level"), Value: levelWords(b, f)},
		{Term: b.T("signing.fact_programme"), Value: capital(f.Programme)},
	}
	switch {
	case f.Certificate.Extends != 0:
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("signing.fact_kind"), Value: b.T("signing.kind_channel")})
	case f.Certificate.Track == cert.Renewal:
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("signing.fact_kind"), Value: b.T("signing.kind_renewal")})
	}
	if f.Evaluator != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("signing.fact_days"), Value: f.Evaluator})
	}
	for _, l := range v.Report.Lines {
		step := requirementStep(b, v.Report, l)
		step.Href = ""
		p.Steps = append(p.Steps, step)
	}
	for _, piece := range v.Pieces {
		p.Events = append(p.Events, pieceEvent(b, piece))
	}
	slices.Reverse(p.Events)
	p.Person = &ui.Link{Href: "/people/" + f.Holder.Number, Text: b.T("signing.person")}
	var refused *fault.Error
	switch {
	case v.Refusal == nil:
		p.Action = "/signing/" + c.Param("id")
	case errors.As(v.Refusal, &refused):
		p.Refusal = b.Fault(refused)
	default:
		return nil, v.Refusal
	}
	return p, nil
}

// pieceEvent is a piece of evidence on a time line.
func pieceEvent(b *ui.Base, p app.Piece) ui.Event {
	e := ui.Event{State: ui.Done, At: p.At, Title: b.T("piece."+p.Kind, "Title", p.Title)}
	var said []string
	waiting, _ := p.Detail["waiting"].(bool)
	outcome, _ := p.Detail["outcome"].(string)
	switch {
	case p.Replaced:
		e.State, said = ui.None, append(said, b.T("piece.corrected"))
	case waiting:
		e.State, said = ui.Waiting, append(said, b.T("piece.waiting"))
	case outcome != "":
		m := outcomeMark(b, outcome)
		e.State, said = m.State, append(said, upper(m.Word)+".")
	case p.Critical && !p.Passed:
		e.State, said = ui.Critical, append(said, b.T("piece.critical"))
	case !p.Passed:
		e.State, said = ui.Stopped, append(said, b.T("piece.failed"))
	}
	if document, _ := p.Detail["document"].(string); document != "" {
		said = append(said, b.T("piece.document", "Document", document))
	}
	if p.Score >= 0 {
		said = append(said, score(b, p.Score)+".")
	}
	switch {
	case len(p.Judges) > 1:
		said = append(said, b.T("piece.by", "Name", b.Join(p.Judges)))
	case p.By != "" && p.Author != p.Person:
		said = append(said, b.T("piece.by", "Name", p.By))
	}
	if p.Accord != "" {
		said = append(said, b.T("piece.accord_"+p.Accord))
	}
	if p.Kind == "roleplay" && p.Ref != 0 {
		e.Link = &ui.Link{Href: assessmentPath(p.Ref), Text: b.T("piece.open_call")}
	}
	if p.Corrects != 0 {
		said = append(said, b.T("piece.correction"))
	}
	e.Text = strings.Join(said, " ")
	return e
}

func upper(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

func (s *Server) sign(c *gin.Context) (ui.View, error) {
	certificate, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &struct{}{}, "/certificates/"+c.Param("id")+"?done=signed", func(cmd *app.Command) error {
		return s.App.Certificates.Sign(c.Request.Context(), httpd.ActorOf(c), cmd, certificate)
	}, func() (ui.View, error) { return s.signingPage(c) })
}

// showCertificate shows a certificate on screen, or as a file when the address
// ends in .pdf.
func (s *Server) showCertificate(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	number, asFile := strings.CutSuffix(c.Param("id"), ".pdf")
	certificate, err := parseID(number)
	if err != nil {
		return nil, err
	}
	if !asFile {
		return s.certificatePage(c, certificate, "")
	}
	f, err := s.App.Certificates.Read(c.Request.Context(), httpd.ActorOf(c), certificate)
	if err != nil {
		return nil, err
	}
	p, square, err := s.paper(c, f)
	if err != nil {
		return nil, err
	}
	return paperFile(p, square, f)
}

// certificatePage is a certificate on screen; its holder, when it was stopped,
// may ask for a review, with the words that were typed.
func (s *Server) certificatePage(c *gin.Context, certificate int64, typed string) (ui.View, error) {
	who := httpd.ActorOf(c)
	f, err := s.App.Certificates.Read(c.Request.Context(), who, certificate)
	if err != nil {
		return nil, err
	}
	p, _, err := s.paper(c, f)
	if err != nil {
		return nil, err
	}
	if p.Stop, err = s.paperStop(c, &p.Base, f, typed); err != nil {
		return nil, err
	}
	number := strconv.FormatInt(certificate, 10)
	p.PDF = "/certificates/" + number + ".pdf"
	p.Ladder = &ui.Link{Href: "/certificates/" + number + "/level", Text: p.T("certificate.to_level")}
	p.Back = &ui.Link{Href: "/people/" + f.Holder.Number, Text: p.T("certificate.back_person")}
	if who.ID == f.Certificate.Person {
		p.Back = &ui.Link{Href: "/", Text: p.T("certificate.back_home")}
	}
	return p, nil
}

// paper is what stands on a certificate.
func (s *Server) paper(c *gin.Context, f app.CertificateFile) (*ui.Certificate, pdf.Square, error) {
	p := &ui.Certificate{Base: s.base(c, f.Line.Location()), Name: called(s.printer(c), f.Holder.Name()), Number: f.Holder.Number, SignedAt: *f.Certificate.SignedAt, Code: f.Certificate.Number}
	b := &p.Base
	p.Title, p.Org = b.T("certificate.of", "Name", p.Name), f.Org
	p.Enabled = b.T("certificate.enabled", "Line", f.Line.Name, "Channels", channels(b, f.Certificate.Channels))
	p.Level = b.T("certificate.at_level", "Level", levelWords(b, f))
	p.Facts = []ui.Fact{{Term: b.T("certificate.fact_holds"), Value: validity(b, f)}, {Term: b.T("certificate.fact_programme"), Value: capital(f.Programme)}}
	if f.Evaluator != "" && f.Evaluator != f.Signer {
		p.Signers = append(p.Signers, ui.Signer{Name: f.Evaluator, Role: b.T("certificate.evaluated")})
	}
	p.Signers = append(p.Signers, ui.Signer{Name: f.Signer, Role: b.T("certificate.signed")})
	p.VerifyURL = s.BaseURL + "/verify/" + f.Certificate.Number
	if f.Status != cert.Valid {
		p.Stamp = &ui.Mark{State: ui.CertificateState(f.Status).Mark(), Word: b.T("certificate.stamp_" + string(f.Status))}
	}
	code, err := qr.Encode(p.VerifyURL, qr.M, qr.Auto)
	if err != nil {
		return nil, pdf.Square{}, err
	}
	square := pdf.Square{Size: code.Bounds().Dx(), Dark: func(x, y int) bool { r, _, _, _ := code.At(x, y).RGBA(); return r == 0 }}
	p.QR = ui.NewQR(square.Size, square.Dark, b.T("certificate.qr"))
	return p, square, nil
}

// levelWords is the level of a certificate, of each channel where they differ.
func levelWords(b *ui.Base, f app.CertificateFile) string {
	if one := f.Level(); one != "" {
		return b.T("gate.level_" + one)
	}
	var list []string
	for _, l := range f.Levels {
		list = append(list, b.T("certificate.channel_level", "Channel", b.T("gate.channel_"+l.Channel), "Level", b.T("gate.level_"+l.Level)))
	}
	return b.Join(list)
}

// validity is the interval of a certificate in words, with hour and zone.
func validity(b *ui.Base, f app.CertificateFile) string {
	return b.T("certificate.from_until", "From", b.DateTime(*f.Certificate.ValidFrom), "Until", b.Printer.Until(f.Certificate.ValidUntil.In(b.Zone), time.Time{}))
}

func paperFile(p *ui.Certificate, square pdf.Square, f app.CertificateFile) (ui.View, error) {
	out := pdf.Certificate{
		Lang: p.Lang(), Title: p.T("certificate.title"), Org: p.Org, Attests: p.T("certificate.attests"), Name: p.Name, Number: p.T("certificate.number", "Number", p.Number),
		Passed: p.T("certificate.passed"), Enabled: p.Enabled, Level: levelWords(&p.Base, f), Check: p.T("certificate.check"), Code: p.Code, Address: p.VerifyURL,
		Note: p.T("verify.not_official"), Square: square, SignedAt: p.SignedAt,
	}
	if p.Stamp != nil {
		out.Stamp = p.Stamp.Word
	}
	for _, fact := range p.Facts {
		out.Facts = append(out.Facts, pdf.Pair{Term: fact.Term, Value: fact.Value})
	}
	for _, signer := range p.Signers {
		out.Signers = append(out.Signers, pdf.Pair{Term: signer.Name, Value: signer.Role})
	}
	out.Signers = append(out.Signers, pdf.Pair{Term: p.Date(p.SignedAt), Value: p.T("certificate.signed_at", "Time", p.TimeZoned(p.SignedAt))})
	var body bytes.Buffer
	if err := out.Write(&body); err != nil {
		return nil, err
	}
	return download{name: "abilita-" + f.Holder.Number + ".pdf", media: "application/pdf", body: body.Bytes(), inline: true}, nil
}

func (s *Server) askVerify(c *gin.Context) (ui.View, error) {
	var in struct {
		Code string `json:"code"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	if number := app.Number(in.Code); number != "" {
		return seeOther("/verify/" + number), nil
	}
	p := &ui.Verify{}
	p.Title = s.printer(c).T("verify.title")
	return p, nil
}

// showVerify tells anybody who has the number whether the certificate holds, and
// no more than stands on the paper.
func (s *Server) showVerify(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	f, err := s.App.Certificates.Verify(c.Request.Context(), httpd.ActorOf(c), c.Param("number"))
	p := &ui.Verify{Base: s.base(c, nil), Code: app.Number(c.Param("number")), State: ui.CertificateUnknown}
	b := &p.Base
	p.Title = b.T("verify.title")
	if fault.KindOf(err) == fault.NotFound {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	b.Zone = f.Line.Location()
	p.State = ui.CertificateState(f.Status)
	holder := b.T("person.erased")
	if family := []rune(f.Holder.FamilyName); len(family) > 0 {
		holder = f.Holder.GivenName + " " + string(family[:1]) + "."
	}
	p.Facts = []ui.Fact{
		{Term: b.T("verify.person"), Value: holder + ", " + b.T("certificate.number", "Number", f.Holder.Number)},
		{Term: b.T("verify.enabled_for"), Value: b.T("certificate.enabled", "Line", f.Line.Name, "Channels", channels(b, f.Certificate.Channels))},
		{Term: b.T("verify.holds"), Value: validity(b, f)},
		{Term: b.T("verify.programme"), Value: capital(f.Programme)},
		{Term: b.T("verify.issued"), Value: f.Org},
	}
	if f.Newer != "" {
		p.Newer = &ui.Link{Href: "/verify/" + f.Newer, Text: b.T("verify.newer")}
	}
	return p, nil
}
