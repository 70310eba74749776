-- Phone engines: what changed since a version, signed leases and who holds them, webhooks.
-- +goose Up
CREATE INDEX gate_fact_versions ON gate_fact (version);
CREATE INDEX gate_fact_closed_versions ON gate_fact (closed_version) WHERE closed_version IS NOT NULL;
CREATE INDEX gate_fact_begins ON gate_fact (valid_from);
CREATE INDEX gate_fact_ends ON gate_fact (valid_until) WHERE valid_until IS NOT NULL;

-- How long an engine may answer from a signed lease when it cannot reach us.
ALTER TABLE line ADD COLUMN lease_seconds integer NOT NULL DEFAULT 5 CONSTRAINT line_lease_seconds CHECK (lease_seconds BETWEEN 1 AND 30);

-- Who holds a lease: what was sent, what was said to be in force, and until when
-- an answer older than what was sent last may still be given. A row is written
-- under a share lock on the version, so whoever bumps the version afterwards
-- sees it.
CREATE TABLE gate_lease (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id        bigint NOT NULL REFERENCES gate_key (id),
    engine        text NOT NULL,
    instance      text NOT NULL DEFAULT '', -- one run of the engine's side-car
    lines         bigint[] NOT NULL,
    sent_version  bigint NOT NULL DEFAULT 0,
    acked_version bigint NOT NULL DEFAULT 0,
    expires_at    timestamptz NOT NULL, -- of the lease sent last
    stale_until   timestamptz NOT NULL, -- of the last lease with a version below sent_version
    CONSTRAINT gate_lease_holder_key UNIQUE (key_id, engine, instance)
);

-- Wake-ups, never answers: whoever hears one reads again.
-- +goose StatementBegin
CREATE FUNCTION gate_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER gate_version_wakes AFTER UPDATE ON gate_version FOR EACH STATEMENT EXECUTE FUNCTION gate_wake('abilita_gate');
CREATE TRIGGER gate_key_wakes AFTER UPDATE ON gate_key FOR EACH STATEMENT EXECUTE FUNCTION gate_wake('abilita_gate');
CREATE TRIGGER clock_wakes AFTER INSERT OR UPDATE ON clock_offset FOR EACH STATEMENT EXECUTE FUNCTION gate_wake('abilita_gate');
CREATE TRIGGER gate_lease_wakes AFTER UPDATE ON gate_lease FOR EACH ROW WHEN (OLD.acked_version IS DISTINCT FROM NEW.acked_version)
    EXECUTE FUNCTION gate_wake('abilita_lease');

-- Webhooks: who is told when a certificate begins or ceases to count. The secret
-- of an endpoint is derived from the installation's key and its nonce.
CREATE TABLE hook_endpoint (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url           text NOT NULL,
    lines         bigint[] NOT NULL DEFAULT '{}', -- empty: every line
    nonce         bytea NOT NULL,
    made_by       bigint REFERENCES person (id),
    made_at       timestamptz NOT NULL,
    ended_at      timestamptz,
    failing_since timestamptz, -- the first failure after the last success
    disabled_at   timestamptz  -- failed for too long, or said that it is gone
);
CREATE TABLE hook_delivery (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint_id     bigint NOT NULL REFERENCES hook_endpoint (id),
    message         text NOT NULL CONSTRAINT hook_delivery_message_key UNIQUE,
    kind            text NOT NULL CHECK (kind IN ('granted', 'suspended', 'restored', 'revoked', 'expired')),
    certificate_id  bigint NOT NULL REFERENCES certificate (id),
    running_contact text NOT NULL,
    version         bigint NOT NULL,
    at              timestamptz NOT NULL,
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    attempts        integer NOT NULL DEFAULT 0,
    next_try_at     timestamptz NOT NULL,
    locked_until    timestamptz,
    settled_at      timestamptz,
    problem         text NOT NULL DEFAULT ''
);
CREATE INDEX hook_delivery_due ON hook_delivery (next_try_at) WHERE state = 'queued';
CREATE INDEX hook_delivery_endpoint ON hook_delivery (endpoint_id, id);
-- The end of each certificate is told too, of those that were signed before as well.
INSERT INTO due_work (kind, payload, run_at, dedupe_key)
    SELECT 'expired', jsonb_build_object('certificate', id), valid_until, 'expired ' || id FROM certificate WHERE valid_until > abilita_now();

-- +goose Down
SELECT 1;
