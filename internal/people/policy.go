package people

// Action is something a use case does, named "subject.verb".
type Action string

// The actions. Each use case names one first; a test finds any without a row.
const (
	Apply             Action = "application.send"
	ReadApplications  Action = "application.read"
	DecideApplication Action = "application.decide"
	ConfirmRegister   Action = "register.confirm"
	ReadPeople        Action = "person.read"
	CorrectPeople     Action = "person.correct"
	SuspendPeople     Action = "person.suspend"
	AllowTime         Action = "person.allow_time"
	CopyData          Action = "person.copy"
	ErasePeople       Action = "person.erase"
	GrantRoles        Action = "role.grant"
	KeepAccount       Action = "account.keep"
	SetUp             Action = "organisation.set_up"
	ManageKeys        Action = "key.manage"
	AskGate           Action = "gate.ask"
	AskGateThen       Action = "gate.ask_as_of"
	HandLetters       Action = "letter.hand"
	Publish           Action = "content.publish"
	ReadContent       Action = "content.read"
	WriteContent      Action = "content.write"
	ReviewContent     Action = "content.review" // never of what one wrote oneself
	ReadItems         Action = "item.read"      // questions with their keys, and how they do
	Study             Action = "study.do"
	Practise          Action = "roleplay.practise"
	SitQuiz           Action = "quiz.sit"
	MarkQuiz          Action = "quiz.mark"
	VoidAttempt       Action = "quiz.void"
	GrantAttempt      Action = "quiz.grant_attempt"
	PlanSessions      Action = "session.plan"
	ReadSessions      Action = "session.read"
	BookSession       Action = "session.book"
	TakeShift         Action = "shift.take"
	ReadShifts        Action = "shift.read"
	StaffShifts       Action = "shift.staff"
	CloseShift        Action = "shift.close"
	KeepRota          Action = "rota.keep"
	ReadHours         Action = "hours.read"
	CloseAttendance   Action = "attendance.close"
	CorrectAttendance Action = "attendance.correct"
	Assess            Action = "roleplay.assess"
	SignChecklist     Action = "checklist.sign_own"
	ObserveChecklist  Action = "checklist.observe"
	SignCertificate   Action = "certificate.sign"
	ReadCertificate   Action = "certificate.read"
	VerifyCertificate Action = "certificate.verify"
	StopCertificate   Action = "certificate.stop"
	BeginRenewal      Action = "renewal.begin"
	RecogniseLearning Action = "learning.recognise"
	AskReview         Action = "appeal.ask"
	DecideReview      Action = "appeal.decide"
	EnterContact      Action = "contact.enter"
	ObserveContact    Action = "contact.observe"
	ReadLevel         Action = "level.read"
	RaiseLevel        Action = "level.raise"
	GiveOverride      Action = "override.give"
	PauseSelf         Action = "pause.own"
	ReadEngines       Action = "engine.read"
	RunLine           Action = "line.run"
	KeepDirectory     Action = "line.directory"
	ReadCatalogue     Action = "catalogue.read"
	KeepCatalogue     Action = "catalogue.keep"
	ReadLine          Action = "line.read"
	ReadBoard         Action = "board.read"
	ExportBoard       Action = "board.export"
	ReadAudit         Action = "audit.read"
	KeepPeriods       Action = "retention.apply"
	ReadEvidence      Action = "evidence.read"
	MoveClock         Action = "demo.move_clock" // only a demonstration has such a clock
)

// Rule gives an action to a role, on the person's own matters (Own) or as far
// as the person's grant of that role reaches (any other scope names the widest
// grant that makes sense; the grant itself decides). Everybody stands for
// pages that need no sign-in.
type Rule struct {
	Role      Role
	Scope     Scope
	Everybody bool
}

func by(scope Scope, roles ...Role) []Rule {
	rules := make([]Rule, 0, len(roles))
	for _, r := range roles {
		rules = append(rules, Rule{Role: r, Scope: scope})
	}
	return rules
}

func join(lists ...[]Rule) []Rule {
	var all []Rule
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// everySignedIn: each role on its own matters.
var everySignedIn = by(Own, Roles...)

// Policy is the one table of who may do what. There are no wildcards: an action
// without a row is refused to everybody.
var Policy = map[Action][]Rule{
	Apply:             {{Everybody: true}},
	ReadApplications:  by(Line, Coordinator),
	DecideApplication: by(Line, Coordinator),
	ConfirmRegister:   by(Line, Coordinator),
	ReadPeople:        join(by(Own, Volunteer), by(Cohort, Trainer, Evaluator, Mentor), by(Line, Supervisor, Coordinator), by(All, Auditor, Administrator)),
	CorrectPeople:     by(Line, Coordinator),
	SuspendPeople:     by(Line, Coordinator),
	AllowTime:         join(by(Cohort, Trainer), by(Line, Coordinator)),
	CopyData:          join(everySignedIn, by(Line, Coordinator), by(All, Administrator)),
	ErasePeople:       join(by(Line, Coordinator), by(All, Administrator)),
	GrantRoles:        by(All, Administrator),
	KeepAccount:       everySignedIn,
	SetUp:             by(All, Administrator),
	ManageKeys:        by(All, Administrator),
	AskGate:           join(by(Own, Volunteer), by(Line, Supervisor, Coordinator), by(All, Auditor, Administrator)),
	AskGateThen:       join(by(Line, Coordinator), by(All, Auditor)),
	HandLetters:       join(by(Line, Coordinator), by(All, Administrator)),
	Publish:           by(Line, Trainer, Coordinator),
	ReadContent:       join(by(Cohort, Evaluator, Mentor), by(Line, Trainer, Supervisor, Coordinator), by(All, Auditor, Administrator)),
	WriteContent:      join(by(Cohort, Trainer), by(Line, Coordinator)),
	ReviewContent:     join(by(Cohort, Trainer), by(Line, Coordinator)),
	ReadItems:         join(by(Cohort, Trainer, Evaluator), by(Line, Coordinator), by(All, Auditor)),
	Study:             by(Own, Volunteer),
	Practise:          by(Own, Volunteer),
	SitQuiz:           by(Own, Volunteer),
	MarkQuiz:          by(Cohort, Trainer, Evaluator),
	VoidAttempt:       by(Line, Coordinator),
	GrantAttempt:      by(Cohort, Trainer, Evaluator),
	PlanSessions:      join(by(Cohort, Trainer), by(Line, Coordinator)),
	ReadSessions:      join(by(Own, Volunteer), by(Cohort, Trainer, Evaluator), by(Line, Supervisor, Coordinator)),
	BookSession:       by(Own, Volunteer),
	TakeShift:         by(Own, Volunteer, Supervisor),
	ReadShifts:        by(Line, Supervisor, Coordinator),
	StaffShifts:       by(Line, Supervisor, Coordinator),
	CloseShift:        by(Line, Supervisor, Coordinator),
	KeepRota:          by(Line, Coordinator),
	ReadHours:         join(by(Own, Volunteer, Supervisor), by(Line, Coordinator), by(All, Auditor)),
	CloseAttendance:   join(by(Cohort, Trainer), by(Line, Coordinator)),
	CorrectAttendance: join(by(Cohort, Trainer), by(Line, Coordinator)),
	Assess:            by(Cohort, Evaluator),
	SignChecklist:     by(Own, Volunteer),
	ObserveChecklist:  by(Cohort, Trainer, Evaluator, Mentor),
	SignCertificate:   by(Line, Coordinator),
	ReadCertificate:   join(by(Own, Volunteer), by(Line, Supervisor, Coordinator), by(All, Auditor)),
	VerifyCertificate: {{Everybody: true}},
	StopCertificate:   by(Line, Coordinator),
	BeginRenewal:      join(by(Own, Volunteer), by(Line, Coordinator)),
	RecogniseLearning: by(Line, Coordinator),
	AskReview:         by(Own, Volunteer),
	DecideReview:      join(by(Line, Coordinator), by(All, Administrator)),
	EnterContact:      by(Line, Supervisor, Coordinator),
	ObserveContact:    join(by(Cohort, Evaluator, Mentor), by(Line, Supervisor, Coordinator)),
	ReadLevel:         join(by(Own, Volunteer), by(Cohort, Evaluator, Mentor), by(Line, Supervisor, Coordinator), by(All, Auditor)),
	RaiseLevel:        by(Line, Coordinator),
	GiveOverride:      by(Line, Supervisor, Coordinator),
	PauseSelf:         by(Own, Volunteer),
	ReadEngines:       join(by(Line, Supervisor, Coordinator), by(All, Auditor, Administrator)),
	RunLine:           by(Line, Coordinator),
	KeepDirectory:     join(by(Line, Coordinator), by(All, Administrator)),
	ReadCatalogue:     join(by(Cohort, Trainer, Evaluator, Mentor), by(Line, Supervisor, Coordinator), by(All, Auditor, Administrator)),
	KeepCatalogue:     by(Line, Trainer, Coordinator),
	ReadLine:          join(by(Cohort, Trainer), by(Line, Supervisor, Coordinator), by(All, Auditor, Administrator)),
	ReadBoard:         join(by(Cohort, Trainer), by(Line, Supervisor, Coordinator), by(All, Auditor)),
	ExportBoard:       join(by(Line, Coordinator), by(All, Auditor)),
	ReadAudit:         by(All, Auditor, Administrator),
	KeepPeriods:       by(All, Auditor, Administrator),
	MoveClock:         {{Everybody: true}},
	ReadEvidence:      join(by(Own, Volunteer), by(Cohort, Trainer, Evaluator), by(Line, Coordinator), by(All, Auditor)),
}
