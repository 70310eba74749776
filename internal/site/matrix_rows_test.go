package site_test

import "abilita/internal/people"

// The subjects, each a letter in the rows of the matrix.
const (
	nobody   = 'N' // no cookie
	ended    = 'X' // the cookie of a session that was signed out
	owner    = 'V' // the volunteer whose things the rows are about
	other    = 'W' // another volunteer of the same cohort
	stranger = 'w' // a volunteer of another line
	trainer  = 'T' // of the cohort
	assessor = 'E' // evaluator of the cohort
	mentor   = 'M' // of the cohort
	trainer2 = 't' // of another cohort of the line
	shift    = 'S' // supervisor of the line
	coord    = 'C' // coordinator of the line
	coord2   = 'c' // coordinator of another line
	auditor  = 'A' // of everything
	admin    = 'D' // administrator of everything, and nothing else

	subjects = "NXVWwTEMtSCcAD"
	everyone = subjects
	signedIn = "VWwTEMtSCcAD"
	none     = ""
)

// row is one request and whom it lets in; everybody else is refused.
type row struct {
	method, route string
	path          string // with the names of objects; the route when empty
	in            string // the subjects that are let in
	guards        []people.Action
	form          string // fields that the page needs to find its object
	shows         string // let in means that the page holds these words
	status        int    // everybody gets this answer: the route knows no cookie
	ends          bool   // ends the session that asks
	behind        bool   // another guard of the same people stands before this one
	personal      bool   // what it shows belongs to one person, whatever the policy says
}

func does(actions ...people.Action) []people.Action { return actions }

// matrixRows is the matrix. There are no wildcards: a route without a row fails
// the test.
var matrixRows = []row{
	// without a cookie
	{method: "GET", route: "/healthz", in: everyone},
	{method: "GET", route: "/readyz", in: everyone},
	{method: "GET", route: "/static/*file", path: "{style}", in: everyone},
	{method: "HEAD", route: "/static/*file", path: "{style}", in: everyone},
	{method: "GET", route: "/gate/v1/check", path: "/gate/v1/check?line=donazioni&channel=phone&agent={number}", status: 401},
	{method: "GET", route: "/gate/v1/proof", path: "/gate/v1/proof?line=donazioni&channel=phone&agent={number}", status: 401},
	{method: "GET", route: "/gate/v1/lines/:line/agents", path: "/gate/v1/lines/donazioni/agents?channel=phone", status: 401},
	{method: "POST", route: "/gate/v1/checks", status: 415},
	{method: "POST", route: "/gate/v1/tests", status: 415},
	{method: "POST", route: "/gate/v1/stops", status: 415},
	{method: "GET", route: "/gate/v1/changes", path: "/gate/v1/changes?line=donazioni&since=1", status: 401},
	{method: "POST", route: "/gate/v1/leases", status: 415},
	{method: "GET", route: "/gate/v1/engines", path: "/gate/v1/engines?line=donazioni&version=1", status: 401},
	{method: "GET", route: "/gate/v1/feed", path: "/gate/v1/feed?line=donazioni", status: 401},
	{method: "POST", route: "/gate/v1/contacts", status: 415}, // told by JSON with a key; a browser's form is no such thing
	{method: "GET", route: "/gate/v1/openapi.yaml", in: everyone},

	// open to everybody
	{method: "GET", route: "/", in: everyone},
	{method: "GET", route: "/help", in: everyone},
	{method: "GET", route: "/help/formats", in: everyone},
	{method: "GET", route: "/accessibility", in: everyone},
	{method: "GET", route: "/privacy", in: everyone},
	{method: "GET", route: "/sign-in", in: everyone},
	{method: "GET", route: "/forgot", in: everyone},
	{method: "POST", route: "/forgot", in: everyone},
	{method: "POST", route: "/language", in: everyone, form: "lang=it&back=/"},
	{method: "POST", route: "/sign-in", in: everyone},
	{method: "POST", route: "/sign-out", in: everyone, ends: true},
	{method: "GET", route: "/apply/:line", path: "/apply/donazioni", in: everyone, guards: does(people.Apply)},
	{method: "POST", route: "/apply/:line", path: "/apply/donazioni", in: everyone, guards: does(people.Apply)},
	{method: "GET", route: "/apply/:line/done", path: "/apply/donazioni/done", in: everyone},
	{method: "GET", route: "/verify", in: everyone},
	{method: "GET", route: "/verify/:number", path: "/verify/{public}", in: everyone, shows: "{number}", guards: does(people.VerifyCertificate)},
	{method: "GET", route: "/demo/clock", in: everyone},
	{method: "POST", route: "/demo/clock", in: everyone},

	// the secret of a link decides
	{method: "GET", route: "/in/:token", path: "/in/{invitation}", in: everyone},
	{method: "POST", route: "/in/:token", path: "/in/{invitation}", in: everyone},
	{method: "GET", route: "/in/:token", path: "/in/999-aaaaaaaaaaaaaaaaaaaaaaaaaa", in: none},
	{method: "POST", route: "/in/:token", path: "/in/999-aaaaaaaaaaaaaaaaaaaaaaaaaa", in: none},
	{method: "GET", route: "/set-up/:token", path: "/set-up/{invitation}", in: none},
	{method: "POST", route: "/set-up/:token", path: "/set-up/{invitation}", in: none},

	// one's own account
	{method: "GET", route: "/account", in: signedIn, personal: true, guards: does(people.KeepAccount)},
	{method: "POST", route: "/account/address", in: signedIn, guards: does(people.KeepAccount)},
	{method: "POST", route: "/account/copy", in: signedIn, personal: true, guards: does(people.CopyData)},
	{method: "POST", route: "/account/language", in: signedIn, guards: does(people.KeepAccount)},
	{method: "POST", route: "/account/password", in: signedIn, personal: true, guards: does(people.KeepAccount)},
	{method: "POST", route: "/account/sessions/close", in: none, form: "session=999999"},
	{method: "POST", route: "/sign-out/everywhere", in: signedIn, ends: true, guards: does(people.KeepAccount)},

	// a volunteer's own way
	{method: "POST", route: "/pause", in: "VWw", guards: does(people.PauseSelf)},
	{method: "POST", route: "/pause/end", in: "VWw", guards: does(people.PauseSelf)},
	{method: "GET", route: "/study", in: "VWw", guards: does(people.Study)},
	{method: "GET", route: "/catalogue", in: "VWw", guards: does(people.Study)},
	{method: "GET", route: "/study/:module", path: "/study/mo-denaro", in: "VWw", guards: does(people.Study), personal: true},
	{method: "POST", route: "/study/:module/position", path: "/study/mo-denaro/position", in: "VWw", form: "section={section}", guards: does(people.Study), personal: true},
	{method: "POST", route: "/study/:module/read", path: "/study/mo-denaro/read", in: "VWw", guards: does(people.Study), personal: true},
	{method: "GET", route: "/changes/:release", path: "/changes/{release}", in: "V", guards: does(people.Study), personal: true},
	{method: "POST", route: "/changes/:release/confirm", path: "/changes/{release}/confirm", in: "V", guards: does(people.Study), personal: true},
	{method: "GET", route: "/calls", in: "VWw", guards: does(people.Practise)},
	{method: "POST", route: "/calls/start", in: "VWw", form: "script=rp-cinquanta-euro", guards: does(people.Practise), personal: true},
	{method: "GET", route: "/calls/:id", path: "/calls/{call}", in: "V", guards: does(people.Practise), personal: true},
	{method: "POST", route: "/calls/:id", path: "/calls/{call}", in: "V", guards: does(people.Practise), personal: true},
	{method: "POST", route: "/calls/:id/back", path: "/calls/{call}/back", in: "V", guards: does(people.Practise), personal: true},
	{method: "POST", route: "/calls/:id/end", path: "/calls/{call}/end", in: "V", guards: does(people.Practise), personal: true},
	{method: "GET", route: "/calls/:id/debrief", path: "/calls/{over}/debrief", in: "V", guards: does(people.Practise), personal: true},
	{method: "POST", route: "/calls/:id/reflection", path: "/calls/{over}/reflection", in: "V", guards: does(people.Practise), personal: true},
	{method: "GET", route: "/checklists/:requirement", path: "/checklists/postazione", in: "VWw", guards: does(people.SignChecklist), personal: true},
	{method: "POST", route: "/checklists/:requirement", path: "/checklists/postazione", in: "VWw", guards: does(people.SignChecklist), personal: true},

	// the exam
	{method: "GET", route: "/quizzes", in: "VWw", guards: does(people.SitQuiz)},
	{method: "GET", route: "/quizzes/:quiz", path: "/quizzes/qz-finale", in: "VWw", guards: does(people.SitQuiz), personal: true},
	{method: "POST", route: "/quizzes/:quiz/start", path: "/quizzes/qz-finale/start", in: "VWw", guards: does(people.SitQuiz), personal: true},
	{method: "GET", route: "/quizzes/:quiz/attempts/:id", path: "/quizzes/qz-finale/attempts/{open}", in: "W", guards: does(people.SitQuiz), personal: true},
	{method: "POST", route: "/quizzes/:quiz/attempts/:id", path: "/quizzes/qz-finale/attempts/{open}", in: "W", guards: does(people.SitQuiz), personal: true},
	{method: "POST", route: "/quizzes/:quiz/attempts/:id/autosave", path: "/quizzes/qz-finale/attempts/{open}/autosave", in: "W", guards: does(people.SitQuiz), personal: true},
	{method: "POST", route: "/quizzes/:quiz/attempts/:id/submit", path: "/quizzes/qz-finale/attempts/{open}/submit", in: "W", guards: does(people.SitQuiz), personal: true},
	{method: "GET", route: "/quizzes/:quiz/attempts/:id/result", path: "/quizzes/qz-finale/attempts/{closed}/result", in: "VTECA", guards: does(people.ReadEvidence)},
	{method: "GET", route: "/attempts/:id", path: "/attempts/{closed}", in: "VTECA", guards: does(people.ReadEvidence)},
	{method: "POST", route: "/attempts/:id/void", path: "/attempts/{closed}/void", in: "C", guards: does(people.VoidAttempt)},
	{method: "GET", route: "/marking", in: "TEt", guards: does(people.MarkQuiz)},
	{method: "GET", route: "/marking/:id", path: "/marking/{waiting}", in: "TE", guards: does(people.MarkQuiz)},
	{method: "POST", route: "/marking/:id", path: "/marking/{waiting}", in: "TE", guards: does(people.MarkQuiz)},

	// assessed calls and lists that somebody else signs
	{method: "GET", route: "/assessments", in: signedIn},
	{method: "GET", route: "/assessments/:id", path: "/assessments/{assessment}", in: "VTECA", guards: does(people.ReadEvidence)},
	{method: "GET", route: "/assess/:session/:person", path: "/assess/{session}/{number}", in: "E", guards: does(people.Assess)},
	{method: "POST", route: "/assess/:session/:person", path: "/assess/{session}/{number}", in: "E", guards: does(people.Assess)},
	{method: "GET", route: "/observe", in: "TEMt", guards: does(people.ObserveChecklist)},
	{method: "GET", route: "/observe/:enrolment/:requirement", path: "/observe/{enrolment}/maschera", in: "TEM", guards: does(people.ObserveChecklist)},
	{method: "POST", route: "/observe/:enrolment/:requirement", path: "/observe/{enrolment}/maschera", in: "TEM", guards: does(people.ObserveChecklist)},

	// writing, reading and publishing content
	{method: "GET", route: "/content", in: "TEMtSCcAD", guards: does(people.ReadContent)},
	{method: "POST", route: "/content/drafts", in: "TtC", form: "programme=pr-donazioni&lang=it", guards: does(people.WriteContent)},
	{method: "POST", route: "/content/new", in: "TtC", form: "line=donazioni", guards: does(people.WriteContent)},
	{method: "GET", route: "/content/:programme/:lang", path: "/content/pr-donazioni/it", in: "TEMtSCAD", guards: does(people.ReadContent)},
	{method: "GET", route: "/content/:programme/:lang/:release", path: "/content/pr-donazioni/it/{release}", in: "TEMtSCAD", guards: does(people.ReadContent)},
	{method: "GET", route: "/content/:programme/:lang/:release/files", path: "/content/pr-donazioni/it/{release}/files", in: "TEMtSCAD", guards: does(people.ReadContent)},
	{method: "GET", route: "/content/:programme/:lang/:release/files/:path", path: "/content/pr-donazioni/it/{release}/files/moduli~denaro.md", in: "TEMtSCAD", guards: does(people.ReadContent)},
	{method: "GET", route: "/content/:programme/:lang/:release/files/:path", path: "/content/pr-donazioni/it/{release}/files/quiz~banca.md", in: "TEtCA", guards: does(people.ReadItems)},
	{method: "GET", route: "/drafts/:id", path: "/drafts/{draft}", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/changes", path: "/drafts/{draft}/changes", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/files", path: "/drafts/{draft}/files", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/rebase", path: "/drafts/{draft}/rebase", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/comments", path: "/drafts/{draft}/comments", in: "TtC", form: "words=x", guards: does(people.ReviewContent)},
	{method: "POST", route: "/drafts/:id/ask", path: "/drafts/{draft}/ask", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/withdraw", path: "/drafts/{draft}/withdraw", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/return", path: "/drafts/{draft}/return", in: "TtC", form: "reason=x", guards: does(people.ReviewContent), behind: true},
	{method: "POST", route: "/drafts/:id/approve", path: "/drafts/{draft}/approve", in: "TtC", guards: does(people.ReviewContent), behind: true},
	{method: "POST", route: "/drafts/:id/discard", path: "/drafts/{spoiled}/discard", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/publish", path: "/drafts/{draft}/publish", in: "C", guards: does(people.Publish)},
	{method: "POST", route: "/drafts/:id/publish", path: "/drafts/{draft}/publish", in: "C", guards: does(people.Publish)},
	{method: "GET", route: "/drafts/:id/files/:path", path: "/drafts/{draft}/files/moduli~denaro.md", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/files/:path", path: "/drafts/{draft}/files/moduli~denaro.md", in: "TtC", form: "body=x&version=9", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/files/:path/check", path: "/drafts/{draft}/files/moduli~denaro.md/check", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/files/:path/check", path: "/drafts/{draft}/files/moduli~denaro.md/check", in: "TtC", form: "body=x", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/files/:path/autosave", path: "/drafts/{draft}/files/moduli~denaro.md/autosave", in: "TtC", form: "body=x&version=9", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/files/:path/comments", path: "/drafts/{draft}/files/moduli~denaro.md/comments", in: "TtC", form: "words=x&line=1", guards: does(people.ReviewContent)},
	{method: "POST", route: "/drafts/:id/files/:path/remove", path: "/drafts/{draft}/files/moduli~denaro.md/remove", in: "TtC", form: "version=9", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/files/:path/restore", path: "/drafts/{draft}/files/moduli~denaro.md/restore", in: "TtC", form: "version=9", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/files/:path/preview", path: "/drafts/{draft}/files/moduli~denaro.md/preview", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/files/:path/changes", path: "/drafts/{draft}/files/moduli~denaro.md/changes", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/files/:path/try", path: "/drafts/{draft}/files/copioni~cinquanta-euro.md/try?seed=7", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/media", path: "/drafts/{draft}/media", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/media/:name/remove", path: "/drafts/{draft}/media/foglio.png/remove", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/media/:name/restore", path: "/drafts/{draft}/media/foglio.png/restore", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/drafts/:id/bring", path: "/drafts/{draft}/bring", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/drafts/:id/download", path: "/drafts/{draft}/download?format=pack", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/content/:programme/:lang/:release/download", path: "/content/pr-donazioni/it/{release}/download?format=gift", in: "TEtCA", guards: does(people.ReadItems)},
	{method: "GET", route: "/media/:hash", path: "/media/{sketch}", in: "TtC", guards: does(people.WriteContent)},
	{method: "GET", route: "/media/:hash", path: "/media/{medium}", in: "VWwTEMtSCAD", guards: does(people.ReadContent)},
	{method: "GET", route: "/media/:hash", path: "/media/{medium}", in: "VWwTEMtSCAD", guards: does(people.Study), personal: true},
	{method: "GET", route: "/media/:hash/:width", path: "/media/{medium}/480", in: "VWwTEMtSCAD", guards: does(people.ReadContent)},
	{method: "POST", route: "/drafts/:id/files/:path/try", path: "/drafts/{draft}/files/copioni~cinquanta-euro.md/try", in: "TtC", form: "seed=7&choice=0&step=0", guards: does(people.WriteContent)},

	// the item bank
	{method: "GET", route: "/items", in: "TEtCcA", guards: does(people.ReadItems)},
	{method: "GET", route: "/items", path: "/items?q=carta", in: "TEtCA", shows: `href="/items/{item}"`, guards: does(people.ReadItems)},
	{method: "GET", route: "/items/:id", path: "/items/{item}", in: "TEtCA", guards: does(people.ReadItems)},
	{method: "POST", route: "/items/:id/edit", path: "/items/{item}/edit", in: "TtC", guards: does(people.WriteContent)},
	{method: "POST", route: "/items/:id/retire", path: "/items/{item}/retire", in: "TtC", form: "reason=x", guards: does(people.WriteContent)},
	{method: "POST", route: "/items/:id/restore", path: "/items/{item}/restore", in: "TtC", guards: does(people.WriteContent)},

	// sessions
	{method: "GET", route: "/sessions", in: "VWwTEtSCc", guards: does(people.ReadSessions)},
	{method: "GET", route: "/sessions/:id", path: "/sessions/{session}", in: "TC", guards: does(people.CloseAttendance)},
	{method: "GET", route: "/sessions/:id/calendar.ics", path: "/sessions/{session}/calendar.ics", in: "V", guards: does(people.BookSession), personal: true},
	{method: "POST", route: "/sessions/:id/book", path: "/sessions/{session}/book", in: "VW", guards: does(people.BookSession), personal: true},
	{method: "POST", route: "/sessions/:id/leave", path: "/sessions/{session}/leave", in: "VW", personal: true, guards: does(people.BookSession)},
	{method: "POST", route: "/sessions/:id/correct", path: "/sessions/{session}/correct", in: "TC", form: "number={number}", behind: true, guards: does(people.CorrectAttendance)},
	{method: "POST", route: "/sessions/:id/move", path: "/sessions/{session}/move", in: "TC", guards: does(people.PlanSessions)},
	{method: "POST", route: "/sessions/:id/register", path: "/sessions/{session}/register", in: "TC", guards: does(people.CloseAttendance)},
	{method: "POST", route: "/sessions/:id/cancel", path: "/sessions/{session}/cancel", in: "TC", guards: does(people.PlanSessions)},
	{method: "GET", route: "/cohorts/:id/sessions", path: "/cohorts/{cohort}/sessions", in: "TC", guards: does(people.PlanSessions)},
	{method: "POST", route: "/cohorts/:id/sessions", path: "/cohorts/{cohort}/sessions", in: "TC", guards: does(people.PlanSessions)},

	// shifts
	{method: "GET", route: "/shifts", in: "VWwS", guards: does(people.TakeShift), personal: true},
	{method: "GET", route: "/shifts/:id/calendar.ics", path: "/shifts/{held}/calendar.ics", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/take", path: "/shifts/{shift}/take", in: "VS", form: "part=volunteer", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/swap", path: "/shifts/{shift}/swap", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/offer", path: "/shifts/{held}/offer", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/keep", path: "/shifts/{held}/keep", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "GET", route: "/lines/:code/shifts", path: "/lines/donazioni/shifts", in: "SC", guards: does(people.ReadShifts)},
	{method: "GET", route: "/lines/:code/shifts", path: "/lines/donazioni/shifts", in: "SC", shows: `/shifts/{held}/off"`, guards: does(people.StaffShifts), behind: true},
	{method: "POST", route: "/lines/:code/shifts/:id/put", path: "/lines/donazioni/shifts/{held}/put", in: "SC", guards: does(people.StaffShifts), behind: true},
	{method: "POST", route: "/lines/:code/shifts/:id/off", path: "/lines/donazioni/shifts/{held}/off", in: "SC", guards: does(people.StaffShifts), behind: true},
	{method: "GET", route: "/lines/:code/shifts/:id", path: "/lines/donazioni/shifts/{held}", in: "SC", guards: does(people.ReadShifts)},
	{method: "POST", route: "/lines/:code/shifts/:id/mark", path: "/lines/donazioni/shifts/{held}/mark", in: "SC", guards: does(people.CloseShift), behind: true},
	{method: "POST", route: "/lines/:code/shifts/:id/close", path: "/lines/donazioni/shifts/{held}/close", in: "SC", guards: does(people.CloseShift), behind: true},
	{method: "POST", route: "/lines/:code/shifts/:id/note", path: "/lines/donazioni/shifts/{held}/note", in: "SC", guards: does(people.CloseShift), behind: true},
	{method: "POST", route: "/lines/:code/shifts/:id/contact", path: "/lines/donazioni/shifts/{held}/contact", in: "SC", guards: does(people.EnterContact), behind: true},
	{method: "GET", route: "/shifts/:id/propose", path: "/shifts/{held}/propose", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/propose", path: "/shifts/{held}/propose", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/accept", path: "/shifts/{shift}/accept", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/shifts/:id/decline", path: "/shifts/{shift}/decline", in: "V", guards: does(people.TakeShift), personal: true},
	{method: "POST", route: "/lines/:code/shifts/:id/invite", path: "/lines/donazioni/shifts/{held}/invite", in: "SC", guards: does(people.StaffShifts), behind: true},
	{method: "GET", route: "/hours", in: "VWwSA", guards: does(people.ReadHours), personal: true},
	{method: "GET", route: "/hours.csv", in: "VWwSA", guards: does(people.ReadHours), personal: true},
	{method: "GET", route: "/people/:number/hours", path: "/people/{number}/hours", in: "VCA", guards: does(people.ReadHours)},
	{method: "GET", route: "/people/:number/hours.csv", path: "/people/{number}/hours.csv", in: "VCA", guards: does(people.ReadHours)},
	{method: "GET", route: "/lines/:code/rota", path: "/lines/donazioni/rota", in: "C", guards: does(people.KeepRota)},
	{method: "POST", route: "/lines/:code/rota", path: "/lines/donazioni/rota", in: "C", guards: does(people.KeepRota)},
	{method: "POST", route: "/shifts/:id/leave", path: "/shifts/{held}/leave", in: "V", guards: does(people.TakeShift), personal: true},

	// applications and the register
	{method: "GET", route: "/inbox", in: "Cc", guards: does(people.ReadApplications)},
	{method: "GET", route: "/applications/:id", path: "/applications/{application}", in: "C", guards: does(people.ReadApplications)},
	{method: "POST", route: "/applications/:id/note", path: "/applications/{application}/note", in: "C", guards: does(people.DecideApplication)},
	{method: "POST", route: "/applications/:id/decide", path: "/applications/{application}/decide", in: "C", guards: does(people.DecideApplication)},
	{method: "POST", route: "/applications/:id/register", path: "/applications/{admitted}/register", in: "C", guards: does(people.ConfirmRegister)},
	{method: "POST", route: "/applications/:id/undo", path: "/applications/{admitted}/undo", in: "C", guards: does(people.DecideApplication)},

	// people
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "VTEMSCAD", guards: does(people.ReadPeople)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "VSCAD", shows: `id="h-gate-0"`, guards: does(people.AskGate)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "CA", shows: `id="h-asof"`, guards: does(people.AskGateThen)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "VSCA", shows: `id="h-pap"`, guards: does(people.ReadCertificate)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "VTECA", shows: "Chiamata valutata: ", guards: does(people.ReadEvidence)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "C", shows: `id="h-dec-0"`, guards: does(people.StopCertificate)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "TC", shows: `id="h-time"`, guards: does(people.AllowTime)},
	{method: "GET", route: "/people/:number", path: "/people/{number}", in: "TE", shows: `id="h-grant"`, guards: does(people.GrantAttempt)},
	{method: "GET", route: "/proof", in: "CcA", guards: does(people.AskGateThen)},
	{method: "GET", route: "/proof", path: "/proof?line=donazioni&channel=phone&agent={number}&at=2026-12-07T08:00:00Z", in: "CA", shows: `id="h-facts"`, guards: does(people.AskGateThen)},
	{method: "GET", route: "/proof/file", path: "/proof/file?line=donazioni&channel=phone&agent={number}&at=2026-12-07T08:00:00Z", in: "CA", guards: does(people.AskGateThen)},
	{method: "POST", route: "/people/:number/copy", path: "/people/{number}/copy", in: "CD", guards: does(people.CopyData)},
	{method: "GET", route: "/people/:number/erase", path: "/people/{number}/erase", in: "CD", guards: does(people.ErasePeople)},
	{method: "POST", route: "/people/:number/erase", path: "/people/{number}/erase", in: "CD", guards: does(people.ErasePeople)},
	{method: "POST", route: "/people/:number/time", path: "/people/{number}/time", in: "TC", guards: does(people.AllowTime)},
	{method: "POST", route: "/people/:number/attempts", path: "/people/{number}/attempts", in: "TE", form: "quiz=qz-finale", guards: does(people.GrantAttempt)},
	{method: "POST", route: "/people/:number/enrol", path: "/people/{number}/enrol", in: "C", form: "cohort={cohort}", guards: does(people.DecideApplication)},
	{method: "GET", route: "/people/:number/correct", path: "/people/{number}/correct", in: "C", guards: does(people.CorrectPeople)},
	{method: "POST", route: "/people/:number/correct/details", path: "/people/{number}/correct/details", in: "C", guards: does(people.CorrectPeople)},
	{method: "POST", route: "/people/:number/correct/merge", path: "/people/{number}/correct/merge", in: "C", guards: does(people.CorrectPeople)},
	{method: "POST", route: "/people/:number/correct/leave", path: "/people/{number}/correct/leave", in: "C", guards: does(people.CorrectPeople)},
	{method: "GET", route: "/people/:number/learning", path: "/people/{number}/learning", in: "C", guards: does(people.RecogniseLearning)},
	{method: "POST", route: "/people/:number/learning/:enrolment", path: "/people/{number}/learning/{enrolment}", in: "C", guards: does(people.RecogniseLearning)},
	{method: "POST", route: "/people/:number/learning/:enrolment/:evidence/back", path: "/people/{number}/learning/{enrolment}/{prior}/back", in: "C", guards: does(people.RecogniseLearning)},
	{method: "POST", route: "/people/:number/correct/suspend", path: "/people/{number}/correct/suspend", in: "C", guards: does(people.SuspendPeople)},
	{method: "POST", route: "/people/:number/correct/restore", path: "/people/{number}/correct/restore", in: "C", guards: does(people.SuspendPeople)},

	// papers
	{method: "GET", route: "/signing", in: "Cc", guards: does(people.SignCertificate)},
	{method: "GET", route: "/signing/:id", path: "/signing/{proposal}", in: "C", guards: does(people.SignCertificate)},
	{method: "POST", route: "/signing/:id", path: "/signing/{proposal}", in: "C", guards: does(people.SignCertificate)},
	{method: "GET", route: "/certificates/:id", path: "/certificates/{certificate}", in: "VSCA", guards: does(people.ReadCertificate)},
	{method: "GET", route: "/certificates/:id", path: "/certificates/{certificate}.pdf", in: "VSCA", guards: does(people.ReadCertificate)},
	{method: "GET", route: "/certificates/:id", path: "/certificates/{proposal}", in: none},
	{method: "POST", route: "/certificates/:id/renew", path: "/certificates/{certificate}/renew", in: "VC", guards: does(people.BeginRenewal)},
	{method: "GET", route: "/certificates/:id/level", path: "/certificates/{certificate}/level", in: "VEMSCA", guards: does(people.ReadLevel)},
	{method: "POST", route: "/certificates/:id/level/observe", path: "/certificates/{certificate}/level/observe", in: "EMSC", guards: does(people.ObserveContact)},
	{method: "POST", route: "/certificates/:id/level/raise", path: "/certificates/{certificate}/level/raise", in: "C", guards: does(people.RaiseLevel)},
	{method: "POST", route: "/appeal", in: "VWw", personal: true, guards: does(people.AskReview)},
	{method: "POST", route: "/certificates/:id/appeal", path: "/certificates/{certificate}/appeal", in: "V", personal: true, guards: does(people.AskReview)},
	{method: "GET", route: "/appeals", in: "CcD", guards: does(people.DecideReview)},
	{method: "GET", route: "/appeals/:id", path: "/appeals/{appeal}", in: "CD", guards: does(people.DecideReview)},
	{method: "POST", route: "/appeals/:id", path: "/appeals/{appeal}", in: "CD", guards: does(people.DecideReview)},
	{method: "POST", route: "/certificates/:id/decision", path: "/certificates/{certificate}/decision", in: "C", guards: does(people.StopCertificate)},

	// lines, board, letters
	{method: "GET", route: "/lines", in: "TtSCcAD", guards: does(people.ReadLine)},
	{method: "GET", route: "/lines/:code", path: "/lines/donazioni", in: "TtSCAD", guards: does(people.ReadLine)},
	{method: "GET", route: "/lines/:code/contacts", path: "/lines/donazioni/contacts", in: "SC", guards: does(people.EnterContact)},
	{method: "POST", route: "/lines/:code/contacts", path: "/lines/donazioni/contacts", in: "SC", guards: does(people.EnterContact)},
	{method: "GET", route: "/lines/:code/engines", path: "/lines/donazioni/engines", in: "SCAD", guards: does(people.ReadEngines)},
	{method: "GET", route: "/lines/:code/emergency", path: "/lines/donazioni/emergency", in: "SC", guards: does(people.GiveOverride)},
	{method: "POST", route: "/lines/:code/emergency", path: "/lines/donazioni/emergency", in: "SC", guards: does(people.GiveOverride)},
	{method: "POST", route: "/lines/:code/emergency/:id/end", path: "/lines/donazioni/emergency/{override}/end", in: "SC", guards: does(people.GiveOverride)},
	{method: "GET", route: "/lines/:code/edit", path: "/lines/donazioni/edit", in: "C", guards: does(people.RunLine)},
	{method: "POST", route: "/lines/:code/edit", path: "/lines/donazioni/edit", in: "C", guards: does(people.RunLine)},
	{method: "GET", route: "/lines/:code/directory", path: "/lines/donazioni/directory", in: "CD", guards: does(people.KeepDirectory)},
	{method: "GET", route: "/lines/:code/directory/:key", path: "/lines/donazioni/directory/emergency", in: "CD", guards: does(people.KeepDirectory)},
	{method: "POST", route: "/lines/:code/directory/:key", path: "/lines/donazioni/directory/emergency", in: "CD", guards: does(people.KeepDirectory)},
	{method: "POST", route: "/lines/:code/directory/:key/checked", path: "/lines/donazioni/directory/emergency/checked", in: "CD", guards: does(people.KeepDirectory)},
	{method: "GET", route: "/lines/:code/catalogue", path: "/lines/donazioni/catalogue", in: "TEMtSCAD", guards: does(people.ReadCatalogue)},
	{method: "GET", route: "/lines/:code/catalogue/new", path: "/lines/donazioni/catalogue/new", in: "C", guards: does(people.KeepCatalogue)},
	{method: "POST", route: "/lines/:code/catalogue/new", path: "/lines/donazioni/catalogue/new", in: "C", guards: does(people.KeepCatalogue)},
	{method: "GET", route: "/lines/:code/catalogue/cards/:card", path: "/lines/donazioni/catalogue/cards/fondo-famiglie", in: "TEMtSCAD", guards: does(people.ReadCatalogue)},
	{method: "GET", route: "/lines/:code/catalogue/cards/:card/edit", path: "/lines/donazioni/catalogue/cards/fondo-famiglie/edit", in: "C", guards: does(people.KeepCatalogue)},
	{method: "POST", route: "/lines/:code/catalogue/cards/:card/edit", path: "/lines/donazioni/catalogue/cards/fondo-famiglie/edit", in: "C", guards: does(people.KeepCatalogue)},
	{method: "POST", route: "/lines/:code/close", path: "/lines/donazioni/close", in: "C", guards: does(people.RunLine)},
	{method: "POST", route: "/lines/:code/open", path: "/lines/donazioni/open", in: "C", guards: does(people.RunLine)},
	{method: "GET", route: "/board", in: "TtSCcA", guards: does(people.ReadBoard)},
	{method: "GET", route: "/board", path: "/board?line=donazioni", in: "TtSCA", guards: does(people.ReadBoard)},
	{method: "GET", route: "/board.csv", path: "/board.csv?line=donazioni", in: "CA", guards: does(people.ExportBoard)},
	{method: "GET", route: "/letters", in: "CcD", guards: does(people.HandLetters)},
	{method: "GET", route: "/letters/:id", path: "/letters/{letter}", in: "CD", guards: does(people.HandLetters)},
	{method: "POST", route: "/letters/:id/hand", path: "/letters/{letter}/hand", in: "CD", guards: does(people.HandLetters)},

	// what is kept how long
	{method: "GET", route: "/retention", in: "AD", guards: does(people.KeepPeriods)},

	// organising
	{method: "GET", route: "/guide", in: "D", guards: does(people.SetUp)},
	{method: "GET", route: "/lines/new", in: "D", guards: does(people.SetUp)},
	{method: "POST", route: "/lines/new", in: "D", guards: does(people.SetUp)},
	{method: "GET", route: "/cohorts/:id/edit", path: "/cohorts/{cohort}/edit", in: "TC", guards: does(people.PlanSessions)},
	{method: "POST", route: "/cohorts/:id/edit", path: "/cohorts/{cohort}/edit", in: "TC", guards: does(people.PlanSessions)},
	{method: "GET", route: "/cohorts/new", path: "/cohorts/new?line={line}", in: "C", guards: does(people.PlanSessions)},
	{method: "GET", route: "/cohorts/new", in: "Cc", guards: does(people.PlanSessions)},
	{method: "POST", route: "/cohorts/new", in: "C", form: "line={line}", guards: does(people.PlanSessions)},
	{method: "GET", route: "/staff", in: "D", guards: does(people.SetUp)},
	{method: "POST", route: "/staff", in: "D", guards: does(people.GrantRoles)},
	{method: "POST", route: "/staff/:id/end", path: "/staff/{grant}/end", in: "D", guards: does(people.GrantRoles)},
	{method: "GET", route: "/hooks", in: "D", guards: does(people.ManageKeys)},
	{method: "POST", route: "/hooks", in: "D", guards: does(people.ManageKeys)},
	{method: "POST", route: "/hooks/:id/end", path: "/hooks/{hook}/end", in: "D", guards: does(people.ManageKeys)},
	{method: "POST", route: "/hooks/:id/resume", path: "/hooks/{hook-off}/resume", in: "D", guards: does(people.ManageKeys)},
	{method: "GET", route: "/keys", in: "D", guards: does(people.ManageKeys)},
	{method: "POST", route: "/keys", in: "D", guards: does(people.ManageKeys)},
	{method: "POST", route: "/keys/:id/end", path: "/keys/{key}/end", in: "D", guards: does(people.ManageKeys)},
}
