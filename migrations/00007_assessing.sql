-- Assessing: calls that several evaluators judge, more time for who asks for it, one more attempt with a plan.
-- +goose Up

-- The judgements of one turn where the programme asks for more than one. What is
-- judged is fixed by the first. The assessments are its parts, in the order of
-- their ids; the one after the number needed is the arbiter's.
CREATE TABLE call_panel (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id   bigint NOT NULL REFERENCES session (id),
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    requirement  text NOT NULL, -- key in the programme
    release_id   bigint NOT NULL REFERENCES release (id), -- whose script and rubric are used
    script_key   text NOT NULL,
    script_hash  text NOT NULL REFERENCES content_version (hash),
    threshold    integer NOT NULL, -- per cent, as it held at the first judgement
    needed       integer NOT NULL CHECK (needed BETWEEN 2 AND 3), -- independent judgements
    state        text NOT NULL CHECK (state IN ('wanting', 'disputed', 'agreed', 'arbitrated')),
    opened_at    timestamptz NOT NULL,
    evidence_id  bigint REFERENCES evidence (id), -- once settled
    CONSTRAINT call_panel_turn_key UNIQUE (session_id, person_id),
    CONSTRAINT call_panel_evidence_key UNIQUE (evidence_id),
    CONSTRAINT call_panel_settled CHECK ((state IN ('agreed', 'arbitrated')) = (evidence_id IS NOT NULL))
);
CREATE INDEX call_panel_open ON call_panel (enrolment_id) WHERE evidence_id IS NULL;
ALTER TABLE assessment ADD COLUMN panel_id bigint REFERENCES call_panel (id); -- null: it decides alone
ALTER TABLE assessment ADD COLUMN release_id bigint REFERENCES release (id); -- whose rubric was used; null: made before this was kept
CREATE INDEX assessment_panel ON assessment (panel_id, id) WHERE panel_id IS NOT NULL;

-- More time where time is limited, in per cent of the limit. No reason is kept.
ALTER TABLE identity ADD COLUMN extra_time integer NOT NULL DEFAULT 0 CONSTRAINT identity_extra_time CHECK (extra_time IN (0, 25, 50, 100));

-- One more attempt at a quiz whose attempts are used up, with a plan that its
-- person reads.
CREATE TABLE quiz_grant (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    enrolment_id bigint NOT NULL REFERENCES enrolment (id),
    quiz_key     text NOT NULL,
    plan         text NOT NULL,
    by_id        bigint NOT NULL REFERENCES person (id),
    at           timestamptz NOT NULL,
    CONSTRAINT quiz_grant_not_own CHECK (by_id <> person_id)
);
CREATE INDEX quiz_grant_enrolment ON quiz_grant (enrolment_id, quiz_key);
CREATE TRIGGER quiz_grant_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quiz_grant
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
SELECT 1;
