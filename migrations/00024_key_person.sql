-- A key may act for a person: only such a key stops certificates, and it does nothing else.
-- +goose Up
ALTER TABLE gate_key
    ADD COLUMN acts_for bigint REFERENCES person (id),
    ADD CONSTRAINT gate_key_acts_for_stops CHECK (CASE WHEN acts_for IS NULL THEN NOT 'stop' = any(scopes) ELSE scopes = ARRAY['stop'] END);

-- +goose Down
SELECT 1;
