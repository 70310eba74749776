-- A question about now reads few of the facts that were ever known: indexes for those.
-- +goose Up
CREATE INDEX gate_fact_own_now ON gate_fact (person_id) WHERE closed_at IS NULL OR kind = 'certificate';
CREATE INDEX gate_fact_line_now ON gate_fact (line_id, valid_until) WHERE person_id IS NULL AND closed_at IS NULL;
CREATE INDEX gate_fact_supervisor_next ON gate_fact (line_id, valid_from) WHERE person_id IS NULL AND kind = 'supervisor_on' AND closed_at IS NULL;

-- +goose Down
SELECT 1;
