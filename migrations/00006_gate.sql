-- The gate: certificates and the interval facts from which each answer is computed.
-- +goose Up
CREATE TABLE certificate (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number       text NOT NULL CONSTRAINT certificate_number_key UNIQUE, -- unguessable
    person_id    bigint NOT NULL REFERENCES person (id),
    line_id      bigint NOT NULL REFERENCES line (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    release_id   bigint NOT NULL REFERENCES release (id),
    channels     text[] NOT NULL,
    level        text NOT NULL CHECK (level IN ('listening', 'supervised', 'autonomous', 'mentor')),
    review       jsonb NOT NULL, -- each requirement with the evidence that met it
    evaluator_id bigint REFERENCES person (id), -- the last evaluator, first name on the paper
    proposed_at  timestamptz NOT NULL,
    signed_by    bigint REFERENCES person (id),
    signed_at    timestamptz,
    valid_from   timestamptz,
    valid_until  timestamptz,
    version      integer NOT NULL DEFAULT 1,
    CONSTRAINT certificate_signed CHECK ((signed_by IS NULL) = (valid_from IS NULL)),
    CONSTRAINT certificate_interval CHECK (valid_until > valid_from),
    CONSTRAINT certificate_not_own CHECK (signed_by <> person_id)
);
CREATE UNIQUE INDEX certificate_proposed_key ON certificate (enrolment_id) WHERE signed_at IS NULL;
CREATE INDEX certificate_person ON certificate (person_id, line_id);
CREATE TABLE certificate_event (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    certificate_id bigint NOT NULL REFERENCES certificate (id),
    kind           text NOT NULL CHECK (kind IN ('signed', 'suspended', 'restored', 'revoked', 'superseded')),
    reason         text NOT NULL DEFAULT '', -- code
    words          text NOT NULL DEFAULT '',
    appeal_by      date,
    actor_id       bigint NOT NULL REFERENCES person (id),
    at             timestamptz NOT NULL
);
CREATE INDEX certificate_event_certificate ON certificate_event (certificate_id, id);
CREATE TRIGGER certificate_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certificate_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The one version of everything the gate reads. Bumped last in a transaction.
CREATE TABLE gate_version (
    single    boolean PRIMARY KEY DEFAULT true CHECK (single),
    version bigint NOT NULL
);
INSERT INTO gate_version (version) VALUES (1);

-- A fact holds in [valid_from, valid_until), ended early by closed_at. It is
-- recorded while the version row is locked, so recorded_at and closed_at follow
-- commit order and an answer as of a past instant ignores what came later.
CREATE TABLE gate_fact (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id      bigint REFERENCES person (id), -- null: a fact of the line
    line_id        bigint REFERENCES line (id),   -- null: a fact of the person on every line
    channel        text NOT NULL DEFAULT '',      -- '': every channel
    kind           text NOT NULL CHECK (kind IN ('register', 'of_age', 'suspension', 'certificate', 'certificate_suspension',
                       'certificate_revocation', 'line_active', 'content_due', 'station', 'pledge', 'pause')),
    level          text NOT NULL DEFAULT '',
    ref_id         bigint NOT NULL DEFAULT 0, -- certificate, release, register entry…
    valid_from     timestamptz NOT NULL,
    valid_until    timestamptz,
    recorded_at    timestamptz NOT NULL,
    version        bigint NOT NULL,
    closed_at      timestamptz,
    closed_version bigint,
    CONSTRAINT gate_fact_owner CHECK (person_id IS NOT NULL OR line_id IS NOT NULL),
    CONSTRAINT gate_fact_closed CHECK ((closed_at IS NULL) = (closed_version IS NULL))
);
CREATE INDEX gate_fact_person ON gate_fact (person_id, line_id);
CREATE INDEX gate_fact_line ON gate_fact (line_id, kind) WHERE person_id IS NULL;
CREATE INDEX gate_fact_recorded ON gate_fact (recorded_at);
CREATE INDEX gate_fact_closings ON gate_fact (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX gate_fact_certificates ON gate_fact (line_id, person_id) WHERE kind = 'certificate';
-- +goose StatementBegin
CREATE FUNCTION gate_fact_only_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL OR NEW.closed_at < OLD.recorded_at
        OR (to_jsonb(NEW) - 'closed_at' - 'closed_version') <> (to_jsonb(OLD) - 'closed_at' - 'closed_version') THEN
        RAISE EXCEPTION 'a gate fact is only closed, once, never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER gate_fact_closes BEFORE UPDATE ON gate_fact FOR EACH ROW EXECUTE FUNCTION gate_fact_only_closes();
CREATE TRIGGER gate_fact_stays BEFORE DELETE OR TRUNCATE ON gate_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE gate_key (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    token_hash bytea NOT NULL CONSTRAINT gate_key_token_key UNIQUE,
    scopes     text[] NOT NULL,
    lines      bigint[] NOT NULL DEFAULT '{}', -- empty: every line
    made_by    bigint REFERENCES person (id),
    made_at    timestamptz NOT NULL,
    ended_at   timestamptz
);

-- +goose Down
SELECT 1;
