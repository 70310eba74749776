package people

// Purpose is why a column is held.
type Purpose string

// The purposes. Nobody stands for what says nothing about a person.
const (
	Nobody         Purpose = "nobody"
	Contacting     Purpose = "contacting"     // to know whom we write to
	SigningIn      Purpose = "signing in"     // to let the right person in
	Selecting      Purpose = "selecting"      // to decide on an application
	Registering    Purpose = "registering"    // register of volunteers and insurance, a legal duty
	Training       Purpose = "training"       // to learn, practise, sit and attend
	Certifying     Purpose = "certifying"     // to decide who may take contacts, and prove it later
	Protecting     Purpose = "protecting"     // to know who did what, and mend what went wrong
	Corresponding  Purpose = "corresponding"  // letters that were written
	Administrating Purpose = "administrating" // staff and what they may do
)

// Erasing is what becomes of a column when its person is erased.
type Erasing string

// The ways of erasing.
const (
	Untouched Erasing = "untouched" // names nobody: an id, an outcome, a date; or says nothing about a person
	Destroyed Erasing = "destroyed"
	Withheld  Erasing = "withheld" // kept for a legal claim or duty under an id that names nobody
)

// Column says why a column is held, for how long, whether it belongs in the copy
// that a person may ask for, and what erasing the person does to it.
type Column struct {
	Purpose Purpose
	Keep    Kept // "": as long as the person, see KeptPeople
	Export  bool
	Erase   Erasing
}

// The classes that columns fall into.
var (
	things    = Column{Purpose: Nobody, Erase: Untouched}
	name      = Column{Purpose: Contacting, Export: true, Erase: Destroyed}
	secret    = Column{Purpose: SigningIn, Erase: Destroyed}
	visit     = Column{Purpose: SigningIn, Keep: KeptSessions, Export: true, Erase: Destroyed}
	link      = Column{Purpose: SigningIn, Keep: KeptLinks, Erase: Destroyed}
	attempts  = Column{Purpose: SigningIn, Keep: KeptFailures, Erase: Destroyed}
	asked     = Column{Purpose: Selecting, Keep: KeptApplications, Export: true, Erase: Destroyed}
	register  = Column{Purpose: Registering, Export: true, Erase: Withheld}
	training  = Column{Purpose: Training, Export: true, Erase: Untouched}
	answers   = Column{Purpose: Training, Keep: KeptAnswers, Export: true, Erase: Destroyed}
	minutes   = Column{Purpose: Training, Keep: KeptMinutes, Export: true, Erase: Untouched}
	remark    = Column{Purpose: Training, Export: true, Erase: Destroyed}                  // words about or of the person
	debrief   = Column{Purpose: Training, Keep: KeptNotes, Export: true, Erase: Destroyed} // what a shift leaves to the next one
	own       = Column{Purpose: Training, Export: true, Erase: Destroyed}                  // what only the person wrote and reads
	certified = Column{Purpose: Certifying, Export: true, Erase: Withheld}
	decided   = Column{Purpose: Certifying, Export: true, Erase: Withheld} // reason and words of a decision
	record    = Column{Purpose: Protecting, Erase: Withheld}
	command   = Column{Purpose: Protecting, Keep: KeptCommands, Erase: Untouched}
	letter    = Column{Purpose: Corresponding, Keep: KeptLetters, Export: true, Erase: Destroyed}
	staff     = Column{Purpose: Administrating, Export: true, Erase: Withheld}
)

// Class is a class with the columns that fall into it.
type Class struct {
	Column  Column
	Columns string // names, separated by spaces
}

// Tables tags every column of the database; a test finds one without a tag and
// a tag without a column. What a person is given and what erasing does follow
// from it.
var Tables = map[string][]Class{
	"appeal":             {{decided, "id person_id line_id certificate_event_id person_event_id words asked_at until outcome reason decided_by decided_at"}},
	"application":        {{asked, "id person_id line_id state motivation availability paid_ties notice_version source submitted_at decided_at decided_by reason version"}},
	"application_note":   {{asked, "id application_id author_id at body"}},
	"assessment":         {{training, "id session_id person_id enrolment_id evaluator_id script_key script_hash score threshold critical passed at stripped_at panel_id release_id"}, {answers, "marks note"}},
	"attendance":         {{minutes, "minutes reason"}, {training, "id session_id person_id outcome by_id at corrects stripped_at"}},
	"audit_entry":        {{record, "id xid at actor acting_as action subject_kind subject_id detail request"}},
	"audit_head":         {{things, "single seq xid entry_id hash mac sealed_at after_id"}},
	"audit_seal":         {{things, "seq entry_id hash"}},
	"backup_run":         {{things, "id taken_at bytes sha256"}},
	"booking":            {{training, "id session_id person_id state booked_at"}},
	"call_panel":         {{training, "id session_id person_id enrolment_id requirement release_id script_key script_hash threshold needed state opened_at evidence_id"}},
	"catalogue_card":     {{things, "id line_id kind code"}},
	"catalogue_change":   {{things, "id card_id number state name owner what access price say avoid question changed impact due_at note hash at"}, {record, "author_id"}},
	"certificate":        {{certified, "id number person_id line_id enrolment_id release_id channels level review evaluator_id proposed_at signed_by signed_at valid_from valid_until version extends_id"}},
	"bank_item":          {{things, "id programme lang bank item line release_id hash place module level type critical tags state retired stem words"}},
	"bank_item_source":   {{things, "programme lang release_id form"}},
	"certificate_event":  {{decided, "id certificate_id kind reason words level channel appeal_by actor_id at"}},
	"checklist_run":      {{training, "id person_id enrolment_id requirement list_key list_hash ticked signer_id signed_at complete"}, {remark, "note"}},
	"clock_offset":       {{things, "single kind ahead frozen_at"}},
	"cohort":             {{things, "id line_id release_id name starts_on ends_on seats version"}},
	"command":            {{command, "key actor route body_hash status location at"}},
	"contact":            {{certified, "id person_id line_id channel shift_id at minutes entered_by key_id engine_ref recorded_at"}},
	"content_version":    {{things, "hash pack kind key lang version title path source html outline minutes published_at"}, {record, "published_by"}},
	"credential":         {{secret, "person_id phc changed_at"}},
	"deployment":         {{things, "single kind created_at"}},
	"draft":              {{things, "id pack programme lang line_id base_id state release_id version opened_at updated_at"}, {record, "author_id"}},
	"draft_author":       {{record, "draft_id author_id"}},
	"draft_file":         {{things, "draft_id path kind body removed base_hash version updated_at"}, {record, "author_id"}},
	"draft_media":        {{things, "draft_id path hash words removed base_hash updated_at"}, {record, "author_id"}},
	"draft_review":       {{things, "id draft_id kind path line at"}, {record, "body author_id"}},
	"due_work":           {{command, "id kind payload run_at dedupe_key attempts locked_until done_at problem"}},
	"emergency_override": {{decided, "id person_id line_id reason words given_by informed_id given_at until ended_by ended_at"}},
	"enrolment":          {{training, "id person_id cohort_id line_id release_id state track about_id due_at enrolled_at version ended_at"}},
	"evidence":           {{certified, "id person_id enrolment_id requirement item kind content_hash passed critical score author_id ref_id at detail corrects hash"}},
	"gate_fact":          {{certified, "id person_id line_id channel kind level ref_id valid_from valid_until recorded_at version closed_at closed_version"}},
	"gate_key_use":       {{things, "key_id asked_at questions"}},
	"engine_test":        {{things, "id key_id line_id channel reached words at"}},
	"gate_key":           {{things, "id name token_hash scopes lines made_at ended_at"}, {record, "made_by acts_for"}},
	"gate_lease":         {{things, "id key_id engine instance lines sent_version acked_version expires_at stale_until"}},
	"gate_version":       {{things, "single version"}},
	"goose_db_version":   {{things, "id version_id is_applied tstamp"}},
	"hook_delivery":      {{things, "id endpoint_id message kind running_contact version at state attempts next_try_at locked_until settled_at problem"}, {record, "certificate_id"}},
	"hook_endpoint":      {{things, "id url lines nonce made_at ended_at failing_since disabled_at"}, {record, "made_by"}},
	"identity":           {{name, "person_id given_name family_name email email_key phone birth_date birth_place residence lang search extra_time version"}},
	"job_run":            {{things, "job slot owner lease_until done_at"}},
	"letter":             {{letter, "id person_id kind lang vals link_id attachment state queued_at next_try_at locked_until attempts sent_at handed_by problem stripped_at"}},
	"line":               {{things, "id code name zone min_age fallback running_contact lease_seconds programme launch_on dialled address_form version"}},
	"line_channel":       {{things, "line_id channel"}},
	"line_directory":     {{things, "line_id key number name note checked_on version"}, {record, "checked_by"}},
	"line_hours":         {{things, "line_id weekday opens closes"}},
	"login_link":         {{link, "id person_id purpose nonce address made_at expires_at used_at"}},
	"observed_contact":   {{certified, "id certificate_id person_id channel shift_id observer_id at good signed_at"}, {remark, "note"}},
	"organisation":       {{things, "single name contact zone policy version"}},
	"media_blob":         {{things, "hash kind type bytes width height made_at put_at"}},
	"media_narrow":       {{things, "of_hash width height hash"}},
	"person":             {{register, "id number created_at erased_at merged_into version"}},
	"person_event":       {{decided, "id person_id kind reason words appeal_by actor_id at"}},
	"privacy_notice":     {{things, "id version lang body html since"}},
	"progress":           {{training, "enrolment_id requirement place state done needed score at"}},
	"quiz_attempt": {
		{training, "id person_id enrolment_id requirement quiz_key quiz_hash bank_hash ordinal changes flags saves state opened_at deadline saved_at submitted_at timed_out score annulled_by stripped_at"},
		{answers, "paper answers result"},
		{remark, "reason"},
	},
	"quiz_grant":       {{training, "id person_id enrolment_id quiz_key by_id at"}, {remark, "plan"}},
	"quiz_mark":        {{training, "attempt_id item marker_id level at"}, {remark, "note"}},
	"reading":          {{training, "person_id hash anchor percent at"}},
	"register_entry":   {{register, "id person_id proposed_at entered_on policy covered_from confirmed_by confirmed_at left_on left_by corrects reason"}},
	"release":          {{things, "id programme lang hash impact due_at note published_at"}, {record, "published_by"}},
	"release_media":    {{things, "release_id path hash"}},
	"release_part":     {{things, "release_id kind key hash changed"}},
	"role_grant":       {{staff, "id person_id role scope scope_id partner agreement until granted_by granted_at ended_at"}},
	"roleplay_run":     {{training, "id person_id enrolment_id script_key script_hash seed choices state score passed result started_at ended_at version"}, {own, "reflection"}},
	"rota":             {{things, "id line_id weekday starts minutes seats from_on until_on"}},
	"secret_budget":    {{attempts, "key failures since"}},
	"session":          {{things, "id series_id cohort_id local_date slot kind title starts_at ends_at capacity join_url script_key state sequence closed_at version"}, {record, "trainer_id closed_by"}},
	"session_series":   {{things, "id cohort_id kind title weekdays starts minutes first_on count capacity join_url script_key slot_minutes"}, {record, "trainer_id"}},
	"shift":            {{things, "id line_id rota_id local_date starts_at ends_at seats state closed_at version"}, {record, "closed_by"}},
	"shift_invitation": {{training, "shift_id person_id at"}, {record, "invited_by"}},
	"shift_note":       {{training, "id shift_id person_id at"}, {debrief, "body"}},
	"shift_place":      {{training, "id shift_id person_id part state offered proposed_to booked_at released_at reason sequence"}},
	"web_session":      {{visit, "id person_id staff made_at seen_at ends_at agent"}, {secret, "token_hash"}},
}
