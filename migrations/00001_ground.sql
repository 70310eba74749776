-- The ground: kind of deployment, the one clock, commands, audit, letters, due work.
-- +goose Up
CREATE TABLE deployment (
    single       boolean PRIMARY KEY DEFAULT true CHECK (single),
    kind       text NOT NULL CHECK (kind IN ('live', 'demo', 'test')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT deployment_kind_key UNIQUE (kind)
);

-- The clock of a demo or of a test runs ahead of (or behind) the server's. A
-- live database cannot hold this row: the kind must be that of the deployment.
CREATE TABLE clock_offset (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    kind      text NOT NULL REFERENCES deployment (kind),
    ahead     interval NOT NULL DEFAULT '0',
    frozen_at timestamptz,
    CONSTRAINT clock_offset_not_live CHECK (kind IN ('demo', 'test')),
    CONSTRAINT clock_offset_frozen_in_tests CHECK (frozen_at IS NULL OR kind = 'test')
);

-- plpgsql keeps the plan of its query; a function in SQL would plan it at each call.
-- +goose StatementBegin
CREATE FUNCTION abilita_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE moved timestamptz;
BEGIN
    SELECT coalesce(frozen_at, clock_timestamp() + ahead) INTO moved FROM clock_offset;
    RETURN coalesce(moved, clock_timestamp());
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$;
-- +goose StatementEnd

-- What was commanded once is not done twice. No body is kept, rows go after 24 h.
CREATE TABLE command (
    key       text PRIMARY KEY CHECK (length(key) BETWEEN 16 AND 64),
    actor     bigint,
    route     text NOT NULL,
    body_hash bytea NOT NULL,
    status    integer NOT NULL,
    location  text NOT NULL,
    at        timestamptz NOT NULL
);
CREATE INDEX command_at ON command (at);

-- One row for each change, written in the transaction of the change; sealed later in commit order.
CREATE TABLE audit_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid          xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at           timestamptz NOT NULL,
    actor        bigint,
    acting_as    text NOT NULL,
    action       text NOT NULL,
    subject_kind text NOT NULL DEFAULT '',
    subject_id   bigint NOT NULL DEFAULT 0,
    detail       jsonb NOT NULL DEFAULT '{}',
    request      text NOT NULL DEFAULT ''
);
CREATE INDEX audit_entry_order ON audit_entry (xid, id);
CREATE INDEX audit_entry_subject ON audit_entry (subject_kind, subject_id, id);
CREATE TABLE audit_seal (
    seq      bigint PRIMARY KEY,
    entry_id bigint NOT NULL UNIQUE REFERENCES audit_entry (id),
    hash     bytea NOT NULL
);
CREATE TABLE audit_head (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    seq       bigint NOT NULL,
    xid       xid8 NOT NULL,
    entry_id  bigint NOT NULL,
    hash      bytea NOT NULL,
    mac       bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    after_id  bigint NOT NULL DEFAULT 0 -- entries up to it came with a backup, from a server with other transaction numbers
);
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Work that falls due. The pulse only looks here; a row is done once.
CREATE TABLE due_work (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL,
    payload      jsonb NOT NULL DEFAULT '{}',
    run_at       timestamptz NOT NULL,
    dedupe_key   text NOT NULL CONSTRAINT due_work_dedupe_key UNIQUE,
    attempts     integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    done_at      timestamptz,
    problem      text NOT NULL DEFAULT ''
);
CREATE INDEX due_work_open ON due_work (run_at) WHERE done_at IS NULL;

-- A job runs once in a slot of the database's clock, whoever claims it.
CREATE TABLE job_run (
    job         text NOT NULL,
    slot        timestamptz NOT NULL,
    owner       text NOT NULL,
    lease_until timestamptz NOT NULL,
    done_at     timestamptz,
    PRIMARY KEY (job, slot)
);

CREATE TABLE backup_run (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    taken_at timestamptz NOT NULL,
    bytes    bigint NOT NULL,
    sha256   bytea NOT NULL
);

-- +goose Down
SELECT 1;
