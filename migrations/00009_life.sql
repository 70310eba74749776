-- The life of a certificate: supervision and shifts, levels, practice, emergencies.
-- +goose Up
ALTER TABLE gate_fact DROP CONSTRAINT gate_fact_kind_check;
ALTER TABLE gate_fact ADD CONSTRAINT gate_fact_kind_check CHECK (kind IN ('register', 'of_age', 'suspension', 'certificate', 'certificate_suspension',
    'certificate_revocation', 'line_active', 'content_due', 'station', 'pledge', 'pause', 'supervision', 'supervisor_on', 'practice', 'override'));

-- A level is raised by an event; the certificate keeps the level it was signed at.
ALTER TABLE certificate_event DROP CONSTRAINT certificate_event_kind_check;
ALTER TABLE certificate_event ADD CONSTRAINT certificate_event_kind_check CHECK (kind IN ('signed', 'suspended', 'restored', 'revoked', 'superseded', 'raised'));
ALTER TABLE certificate_event ADD COLUMN level text NOT NULL DEFAULT ''
    CONSTRAINT certificate_event_level CHECK ((kind = 'raised') = (level IN ('supervised', 'autonomous', 'mentor')) AND (kind = 'raised' OR level = ''));

-- The week of a line as it is staffed. A change ends a row and makes another, so
-- that shifts already made keep the row they came from.
CREATE TABLE rota (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_id  bigint NOT NULL REFERENCES line (id),
    weekday  integer NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- 1 is Monday
    starts   time NOT NULL,
    minutes  integer NOT NULL CHECK (minutes BETWEEN 15 AND 1440), -- wall time: 24:00 and the clock changes are the rule's
    seats    integer NOT NULL CHECK (seats BETWEEN 1 AND 1000),
    from_on  date NOT NULL,
    until_on date, -- the first day without it; null: open
    CONSTRAINT rota_dates CHECK (until_on >= from_on)
);
CREATE INDEX rota_line ON rota (line_id, weekday);
CREATE TABLE shift (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_id    bigint NOT NULL REFERENCES line (id),
    rota_id    bigint REFERENCES rota (id), -- null: made by hand
    local_date date NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    seats      integer NOT NULL CHECK (seats BETWEEN 1 AND 1000),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'cancelled', 'closed')),
    note       text NOT NULL DEFAULT '', -- the debrief; never about a caller
    closed_by  bigint REFERENCES person (id),
    closed_at  timestamptz,
    version    integer NOT NULL DEFAULT 1,
    CONSTRAINT shift_rota_date_key UNIQUE (rota_id, local_date),
    CONSTRAINT shift_interval CHECK (ends_at > starts_at),
    CONSTRAINT shift_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX shift_line ON shift (line_id, starts_at);
CREATE TABLE shift_place (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shift_id    bigint NOT NULL REFERENCES shift (id),
    person_id   bigint NOT NULL REFERENCES person (id),
    part        text NOT NULL CHECK (part IN ('volunteer', 'supervisor')),
    state       text NOT NULL CHECK (state IN ('booked', 'released', 'present', 'absent')),
    offered     boolean NOT NULL DEFAULT false, -- whoever takes it frees this one
    booked_at   timestamptz NOT NULL,
    released_at timestamptz,
    reason      text NOT NULL DEFAULT '', -- code of what freed it
    sequence    integer NOT NULL DEFAULT 0, -- of the calendar entry: rises with each letter about the place
    CONSTRAINT shift_place_key UNIQUE (shift_id, person_id),
    CONSTRAINT shift_place_released CHECK ((state = 'released') = (released_at IS NOT NULL))
);
CREATE INDEX shift_place_person ON shift_place (person_id, state);

-- A contact that was taken: by whom, on which channel, when. Nothing of the caller.
CREATE TABLE contact (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id   bigint NOT NULL REFERENCES person (id),
    line_id     bigint NOT NULL REFERENCES line (id),
    channel     text NOT NULL,
    shift_id    bigint REFERENCES shift (id),
    at          timestamptz NOT NULL,
    minutes     integer NOT NULL DEFAULT 0 CHECK (minutes BETWEEN 0 AND 1440),
    entered_by  bigint REFERENCES person (id), -- null: an engine said so
    key_id      bigint REFERENCES gate_key (id),
    engine_ref  text NOT NULL DEFAULT '', -- the engine's own id of the contact, so that it counts once
    recorded_at timestamptz NOT NULL,
    CONSTRAINT contact_source CHECK ((entered_by IS NULL) <> (key_id IS NULL))
);
CREATE UNIQUE INDEX contact_engine_key ON contact (key_id, engine_ref) WHERE key_id IS NOT NULL;
CREATE INDEX contact_person ON contact (person_id, line_id, at);

-- A contact that somebody listened to, with their word whether the volunteer is
-- ready to go on. Levels are raised by these.
CREATE TABLE observed_contact (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    certificate_id bigint NOT NULL REFERENCES certificate (id),
    person_id      bigint NOT NULL REFERENCES person (id),
    channel        text NOT NULL,
    shift_id       bigint REFERENCES shift (id),
    observer_id    bigint NOT NULL REFERENCES person (id),
    at             timestamptz NOT NULL, -- when the contact was
    good           boolean NOT NULL,
    note           text NOT NULL DEFAULT '',
    signed_at      timestamptz NOT NULL,
    CONSTRAINT observed_contact_not_own CHECK (observer_id <> person_id)
);
CREATE INDEX observed_contact_certificate ON observed_contact (certificate_id, id);

-- An emergency decision: who, why, who was told, until when at the latest.
CREATE TABLE emergency_override (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id   bigint NOT NULL REFERENCES person (id),
    line_id     bigint NOT NULL REFERENCES line (id),
    reason      text NOT NULL, -- code
    words       text NOT NULL,
    given_by    bigint NOT NULL REFERENCES person (id),
    informed_id bigint NOT NULL REFERENCES person (id), -- a second person, told by letter
    given_at    timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    ended_by    bigint REFERENCES person (id),
    ended_at    timestamptz,
    CONSTRAINT override_people CHECK (given_by <> person_id AND informed_id <> given_by AND informed_id <> person_id),
    CONSTRAINT override_interval CHECK (until > given_at AND until <= given_at + interval '24 hours'),
    CONSTRAINT override_ended CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX override_line ON emergency_override (line_id, given_at);

-- +goose Down
SELECT 1;
