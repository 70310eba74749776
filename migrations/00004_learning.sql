-- Learning: cohorts, enrolment, evidence and the attempts it comes from.
-- +goose Up
CREATE TABLE cohort (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_id    bigint NOT NULL REFERENCES line (id),
    release_id bigint NOT NULL REFERENCES release (id),
    name       text NOT NULL,
    starts_on  date NOT NULL,
    ends_on    date NOT NULL,
    seats      integer NOT NULL CHECK (seats > 0),
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT cohort_dates CHECK (ends_on >= starts_on)
);
CREATE TABLE enrolment (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id   bigint NOT NULL REFERENCES person (id),
    cohort_id   bigint NOT NULL REFERENCES cohort (id),
    line_id     bigint NOT NULL REFERENCES line (id),
    release_id  bigint NOT NULL REFERENCES release (id),
    state       text NOT NULL CHECK (state IN ('invited', 'enrolled', 'active', 'paused', 'completed', 'withdrawn', 'lapsed')),
    enrolled_at timestamptz NOT NULL,
    version     integer NOT NULL DEFAULT 1,
    CONSTRAINT enrolment_person_cohort_key UNIQUE (person_id, cohort_id)
);
CREATE INDEX enrolment_line ON enrolment (line_id, state, person_id);

-- Where a reader left off; neither evidence nor audited.
CREATE TABLE reading (
    person_id bigint NOT NULL REFERENCES person (id),
    hash      text NOT NULL REFERENCES content_version (hash),
    anchor    text NOT NULL DEFAULT '',
    percent   integer NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
    at        timestamptz NOT NULL,
    PRIMARY KEY (person_id, hash)
);

-- What was done, by whom, under which exact version. Only appended; a correction
-- is a new row that points at the old one.
CREATE TABLE evidence (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    requirement  text NOT NULL, -- key in the programme
    item         text NOT NULL DEFAULT '', -- module, script, session… within it
    kind         text NOT NULL CHECK (kind IN ('module', 'quiz', 'roleplay', 'attendance', 'checklist', 'pledge', 'station', 'confirm')),
    content_hash text NOT NULL DEFAULT '',
    passed       boolean NOT NULL,
    critical     boolean NOT NULL DEFAULT false, -- a critical item or error failed it
    score        integer CHECK (score BETWEEN 0 AND 10000), -- hundredths of a percent
    author_id    bigint REFERENCES person (id), -- who judged or signed; null when the program graded
    ref_id       bigint NOT NULL DEFAULT 0, -- attempt, assessment, session, checklist
    at           timestamptz NOT NULL,
    detail       jsonb NOT NULL DEFAULT '{}',
    corrects     bigint REFERENCES evidence (id),
    hash         text NOT NULL,
    CONSTRAINT evidence_not_own CHECK (author_id IS NULL OR author_id <> person_id OR kind IN ('module', 'pledge', 'station', 'confirm'))
);
CREATE INDEX evidence_enrolment ON evidence (enrolment_id, requirement, id);
CREATE INDEX evidence_person ON evidence (person_id, id);
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The state of each requirement as cert.Review last gave it, for the board and
-- the home page; saved in the transaction of the evidence. The gate never reads it.
CREATE TABLE progress (
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    requirement  text NOT NULL,
    place        integer NOT NULL,
    state        text NOT NULL CHECK (state IN ('done', 'doing', 'todo', 'locked', 'waiting', 'failed', 'critical')),
    done         integer NOT NULL DEFAULT 0,
    needed       integer NOT NULL DEFAULT 1,
    score        integer,
    at           timestamptz,
    PRIMARY KEY (enrolment_id, requirement)
);
CREATE INDEX progress_state ON progress (requirement, state, enrolment_id);

CREATE TABLE quiz_attempt (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    requirement  text NOT NULL,
    quiz_key     text NOT NULL,
    quiz_hash    text NOT NULL REFERENCES content_version (hash),
    bank_hash    text NOT NULL REFERENCES content_version (hash),
    ordinal      integer NOT NULL,
    paper        jsonb NOT NULL,
    answers      jsonb NOT NULL DEFAULT '{}',
    changes      jsonb NOT NULL DEFAULT '{}', -- question to the number of the save that last changed it
    flags        jsonb NOT NULL DEFAULT '[]', -- questions to look at again
    saves        integer NOT NULL DEFAULT 0,
    state        text NOT NULL CHECK (state IN ('opened', 'submitted', 'passed', 'failed', 'annulled')),
    opened_at    timestamptz NOT NULL,
    deadline     timestamptz, -- null: no limit
    saved_at     timestamptz,
    submitted_at timestamptz,
    timed_out    boolean NOT NULL DEFAULT false,
    result       jsonb,
    score        integer,
    annulled_by  bigint REFERENCES person (id),
    reason       text NOT NULL DEFAULT '',
    CONSTRAINT quiz_attempt_ordinal_key UNIQUE (person_id, enrolment_id, quiz_key, ordinal)
);
CREATE UNIQUE INDEX quiz_attempt_open_key ON quiz_attempt (person_id, quiz_key) WHERE state = 'opened';
CREATE INDEX quiz_attempt_marking ON quiz_attempt (submitted_at) WHERE state = 'submitted';
CREATE TABLE quiz_mark (
    attempt_id bigint NOT NULL REFERENCES quiz_attempt (id),
    item       text NOT NULL,
    marker_id  bigint NOT NULL REFERENCES person (id),
    level      integer NOT NULL CHECK (level BETWEEN 0 AND 3),
    note       text NOT NULL DEFAULT '',
    at         timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, item)
);

CREATE TABLE roleplay_run (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint REFERENCES enrolment (id),
    script_key   text NOT NULL,
    script_hash  text NOT NULL REFERENCES content_version (hash),
    seed         bigint NOT NULL,
    choices      jsonb NOT NULL DEFAULT '[]',
    state        text NOT NULL CHECK (state IN ('running', 'ended', 'left')),
    score        integer,
    passed       boolean,
    result       jsonb,
    reflection   text NOT NULL DEFAULT '', -- for the volunteer's eyes only
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    version      integer NOT NULL DEFAULT 1
);
CREATE INDEX roleplay_run_person ON roleplay_run (person_id, script_key, id);

CREATE TABLE checklist_run (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    requirement  text NOT NULL,
    list_key     text NOT NULL,
    list_hash    text NOT NULL REFERENCES content_version (hash),
    ticked       jsonb NOT NULL DEFAULT '[]',
    note         text NOT NULL DEFAULT '',
    signer_id    bigint NOT NULL REFERENCES person (id),
    signed_at    timestamptz NOT NULL,
    complete     boolean NOT NULL
);

-- +goose Down
SELECT 1;
