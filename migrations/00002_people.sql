-- People: one record each, identity apart from history, roles, ways in, applications, register.
-- +goose Up
CREATE TABLE person (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number     text CONSTRAINT person_number_key UNIQUE CHECK (number ~ '^[a-z0-9]{1,32}$'),
    created_at timestamptz NOT NULL,
    erased_at  timestamptz,
    merged_into bigint REFERENCES person (id),
    version    integer NOT NULL DEFAULT 1
);
CREATE SEQUENCE person_number START 101;

CREATE TABLE identity (
    person_id   bigint PRIMARY KEY REFERENCES person (id),
    given_name  text NOT NULL,
    family_name text NOT NULL,
    email       text NOT NULL,
    email_key   text NOT NULL CONSTRAINT identity_email_key UNIQUE, -- lower-cased address
    phone       text NOT NULL DEFAULT '',
    birth_date  date,
    birth_place text NOT NULL DEFAULT '',
    residence   text NOT NULL DEFAULT '',
    lang        text NOT NULL DEFAULT 'it' CHECK (lang IN ('it', 'en')),
    search      text NOT NULL DEFAULT '', -- folded name and address, for the board
    version     integer NOT NULL DEFAULT 1
);
CREATE INDEX identity_name ON identity (family_name, given_name, person_id);

CREATE TABLE credential (
    person_id  bigint PRIMARY KEY REFERENCES person (id),
    phc        text NOT NULL, -- argon2id in PHC form
    changed_at timestamptz NOT NULL
);

-- Every way in by letter: the link holds the id and a MAC of it, never stored.
CREATE TABLE login_link (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint REFERENCES person (id),
    purpose    text NOT NULL CHECK (purpose IN ('setup', 'invite', 'reset', 'address')),
    nonce      bytea NOT NULL,
    address    text NOT NULL DEFAULT '',
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX login_link_person ON login_link (person_id) WHERE used_at IS NULL;

CREATE TABLE web_session (
    token_hash bytea PRIMARY KEY,
    id         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    person_id  bigint NOT NULL REFERENCES person (id),
    staff      boolean NOT NULL,
    made_at    timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    agent      text NOT NULL DEFAULT ''
);
CREATE INDEX web_session_person ON web_session (person_id);

-- One budget for every route that checks a secret, by account and by address.
CREATE TABLE secret_budget (
    key      text PRIMARY KEY,
    failures integer NOT NULL,
    since    timestamptz NOT NULL
);

CREATE TABLE organisation (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    name     text NOT NULL,
    contact  text NOT NULL,
    zone     text NOT NULL DEFAULT 'Europe/Rome',
    policy   text NOT NULL DEFAULT '', -- insurance policy proposed at admission
    version  integer NOT NULL DEFAULT 1
);
CREATE TABLE privacy_notice (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text NOT NULL,
    lang    text NOT NULL CHECK (lang IN ('it', 'en')),
    body    text NOT NULL, -- Markdown
    html    text NOT NULL,
    since   timestamptz NOT NULL,
    CONSTRAINT privacy_notice_version_key UNIQUE (version, lang)
);

CREATE TABLE line (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL CONSTRAINT line_code_key UNIQUE CHECK (code ~ '^[a-z0-9-]{1,32}$'),
    name       text NOT NULL,
    zone       text NOT NULL DEFAULT 'Europe/Rome',
    min_age    integer NOT NULL DEFAULT 18 CHECK (min_age BETWEEN 14 AND 99),
    fallback   text NOT NULL DEFAULT '',
    programme  text NOT NULL DEFAULT '', -- key of the programme that certifies for it
    launch_on  date,
    version    integer NOT NULL DEFAULT 1
);
CREATE TABLE line_channel (
    line_id bigint NOT NULL REFERENCES line (id),
    channel text NOT NULL CHECK (channel IN ('phone', 'chat', 'video', 'mail', 'desk')),
    PRIMARY KEY (line_id, channel)
);
CREATE TABLE line_hours (
    line_id bigint NOT NULL REFERENCES line (id),
    weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- 1 is Monday
    opens   time NOT NULL,
    closes  time NOT NULL,
    PRIMARY KEY (line_id, weekday, opens)
);

-- Numbers of help services: texts name them in braces, a person checks them.
CREATE TABLE line_directory (
    line_id    bigint NOT NULL REFERENCES line (id),
    key        text NOT NULL CHECK (key IN ('emergency', 'listening', 'children', 'supervisor')),
    number     text NOT NULL,
    checked_on date, -- null: nobody has yet
    PRIMARY KEY (line_id, key)
);

CREATE TABLE role_grant (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES person (id),
    role       text NOT NULL CHECK (role IN ('volunteer', 'evaluator', 'mentor', 'trainer', 'supervisor', 'coordinator', 'auditor', 'administrator')),
    scope      text NOT NULL CHECK (scope IN ('own', 'cohort', 'line', 'site', 'organisation', 'all')),
    scope_id   bigint NOT NULL DEFAULT 0,
    granted_by bigint REFERENCES person (id),
    granted_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE UNIQUE INDEX role_grant_open_key ON role_grant (person_id, role, scope, scope_id) WHERE ended_at IS NULL;

CREATE TABLE application (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id      bigint NOT NULL REFERENCES person (id),
    line_id        bigint NOT NULL REFERENCES line (id),
    state          text NOT NULL CHECK (state IN ('submitted', 'in_review', 'admitted', 'on_hold', 'refused', 'withdrawn')),
    motivation     text NOT NULL DEFAULT '',
    availability   text NOT NULL DEFAULT '',
    paid_ties      boolean NOT NULL,
    notice_version text NOT NULL,
    source         text NOT NULL DEFAULT 'form',
    submitted_at   timestamptz NOT NULL,
    decided_at     timestamptz,
    decided_by     bigint REFERENCES person (id),
    reason         text NOT NULL DEFAULT '',
    version        integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX application_open_key ON application (person_id, line_id)
    WHERE state IN ('submitted', 'in_review', 'on_hold', 'admitted');
CREATE INDEX application_state ON application (line_id, state, submitted_at);
CREATE TABLE application_note (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES application (id),
    author_id      bigint REFERENCES person (id), -- null: written by the program
    at             timestamptz NOT NULL,
    body           text NOT NULL
);

-- The register of volunteers (art. 17 CTS). Proposed at admission, confirmed by a
-- person; cover starts at 24:00 of the day of entry. A correction is a new row.
CREATE TABLE register_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    proposed_at  timestamptz NOT NULL,
    entered_on   date,
    policy       text NOT NULL DEFAULT '',
    covered_from timestamptz,
    confirmed_by bigint REFERENCES person (id),
    confirmed_at timestamptz,
    left_on      date,
    left_by      bigint REFERENCES person (id),
    corrects     bigint REFERENCES register_entry (id),
    reason       text NOT NULL DEFAULT ''
);
CREATE INDEX register_entry_person ON register_entry (person_id);

-- Decisions about a person as a whole, with who, why and until when one may appeal.
CREATE TABLE person_event (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person (id),
    kind      text NOT NULL CHECK (kind IN ('corrected', 'merged', 'left', 'suspended', 'restored')),
    reason    text NOT NULL DEFAULT '', -- code
    words     text NOT NULL DEFAULT '',
    appeal_by date,
    actor_id  bigint NOT NULL REFERENCES person (id),
    at        timestamptz NOT NULL,
    CONSTRAINT person_event_suspended CHECK (kind <> 'suspended' OR (reason <> '' AND appeal_by IS NOT NULL))
);
CREATE INDEX person_event_person ON person_event (person_id, id);
CREATE TRIGGER person_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Letters, queued in the transaction of the act that causes them.
CREATE TABLE letter (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    kind         text NOT NULL,
    lang         text NOT NULL,
    vals         jsonb NOT NULL DEFAULT '{}',
    link_id      bigint REFERENCES login_link (id),
    attachment   text NOT NULL DEFAULT '', -- an .ics, when the letter carries one
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'handed', 'failed', 'withdrawn')),
    queued_at    timestamptz NOT NULL,
    next_try_at  timestamptz NOT NULL,
    locked_until timestamptz,
    attempts     integer NOT NULL DEFAULT 0,
    sent_at      timestamptz,
    handed_by    bigint REFERENCES person (id),
    problem      text NOT NULL DEFAULT ''
);
CREATE INDEX letter_open ON letter (next_try_at) WHERE state = 'queued';
CREATE INDEX letter_person ON letter (person_id, id);

-- +goose Down
SELECT 1;
