-- What coordinators see of phone systems: when each asked last, and how its test calls went.
-- +goose Up

-- When a key asked last, and how many questions so far. Each program adds to it every
-- few seconds, apart from the answers: an answer writes nothing.
CREATE TABLE gate_key_use (
    key_id    bigint PRIMARY KEY REFERENCES gate_key (id),
    asked_at  timestamptz NOT NULL,
    questions bigint NOT NULL CHECK (questions > 0)
);

-- A test call that an engine made, and how it went. Never a real caller.
CREATE TABLE engine_test (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id  bigint NOT NULL REFERENCES gate_key (id),
    line_id bigint NOT NULL REFERENCES line (id),
    channel text NOT NULL,
    reached text NOT NULL CHECK (reached IN ('agent', 'fallback', 'nobody')), -- who answered the test call
    words   text NOT NULL DEFAULT '' CHECK (length(words) <= 500),
    at      timestamptz NOT NULL
);
CREATE INDEX engine_test_line ON engine_test (line_id, id);

-- +goose Down
SELECT 1;
