-- Who owes a change of content, of a release or of a card, is asked by the change.
-- +goose Up
CREATE INDEX gate_fact_owed ON gate_fact (ref_id) WHERE kind = 'content_due';

-- +goose Down
SELECT 1;
