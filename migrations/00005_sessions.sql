-- Remote sessions: weekly series, dated sessions, seats, attendance, assessed role-plays.
-- +goose Up
CREATE TABLE session_series (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cohort_id  bigint NOT NULL REFERENCES cohort (id),
    kind       text NOT NULL CHECK (kind IN ('evening', 'lab', 'roleplay', 'recovery')),
    title      text NOT NULL,
    weekdays   integer[] NOT NULL, -- 1 is Monday
    starts     time NOT NULL,      -- wall time in the line's zone
    minutes    integer NOT NULL CHECK (minutes BETWEEN 5 AND 600),
    first_on   date NOT NULL,
    count      integer NOT NULL CHECK (count BETWEEN 1 AND 200),
    capacity   integer NOT NULL CHECK (capacity > 0),
    trainer_id bigint REFERENCES person (id),
    join_url   text NOT NULL DEFAULT '',
    script_key text NOT NULL DEFAULT '', -- of an assessed role-play
    slot_minutes integer NOT NULL DEFAULT 0 -- length of each turn; 0: not divided
);
CREATE TABLE session (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id  bigint NOT NULL REFERENCES session_series (id),
    cohort_id  bigint NOT NULL REFERENCES cohort (id),
    local_date date NOT NULL, -- the date the series gave it; a move keeps it
    slot       integer NOT NULL DEFAULT 0,
    kind       text NOT NULL,
    title      text NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    capacity   integer NOT NULL CHECK (capacity > 0),
    trainer_id bigint REFERENCES person (id),
    join_url   text NOT NULL DEFAULT '',
    script_key text NOT NULL DEFAULT '',
    state      text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'cancelled', 'closed')),
    sequence   integer NOT NULL DEFAULT 0, -- of the calendar invitation
    closed_at  timestamptz,
    closed_by  bigint REFERENCES person (id),
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT session_series_date_key UNIQUE (series_id, local_date, slot),
    CONSTRAINT session_times CHECK (ends_at > starts_at)
);
CREATE INDEX session_cohort ON session (cohort_id, starts_at);
CREATE TABLE booking (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id bigint NOT NULL REFERENCES session (id),
    person_id  bigint NOT NULL REFERENCES person (id),
    state      text NOT NULL CHECK (state IN ('booked', 'cancelled', 'present', 'absent', 'excused')),
    booked_at  timestamptz NOT NULL,
    CONSTRAINT booking_session_person_key UNIQUE (session_id, person_id)
);
CREATE INDEX booking_person ON booking (person_id);
CREATE TABLE attendance (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id bigint NOT NULL REFERENCES session (id),
    person_id  bigint NOT NULL REFERENCES person (id),
    outcome    text NOT NULL CHECK (outcome IN ('present', 'absent', 'excused')),
    minutes    integer NOT NULL DEFAULT 0 CHECK (minutes >= 0),
    by_id      bigint NOT NULL REFERENCES person (id),
    at         timestamptz NOT NULL,
    corrects   bigint REFERENCES attendance (id),
    reason     text NOT NULL DEFAULT ''
);
CREATE INDEX attendance_session ON attendance (session_id, person_id, id);
CREATE TRIGGER attendance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attendance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE assessment (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id   bigint NOT NULL REFERENCES session (id),
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    evaluator_id bigint NOT NULL REFERENCES person (id),
    script_key   text NOT NULL,
    script_hash  text NOT NULL REFERENCES content_version (hash),
    marks        jsonb NOT NULL,
    score        integer NOT NULL,
    threshold    integer NOT NULL, -- per cent, as it held then
    critical     boolean NOT NULL,
    passed       boolean NOT NULL,
    note         text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL,
    CONSTRAINT assessment_not_own CHECK (evaluator_id <> person_id),
    CONSTRAINT assessment_once_key UNIQUE (session_id, person_id, evaluator_id)
);

-- +goose Down
SELECT 1;
