-- A role on behalf of a partner holds as long as the agreement with it.
-- +goose Up
ALTER TABLE role_grant
    ADD COLUMN partner text NOT NULL DEFAULT '' CHECK (length(partner) <= 120),
    ADD COLUMN agreement text NOT NULL DEFAULT '' CHECK (length(agreement) <= 120),
    ADD COLUMN until timestamptz, -- from this instant on it gives nothing
    ADD CONSTRAINT role_grant_partner CHECK ((partner <> '') = (until IS NOT NULL) AND (partner <> '' OR agreement = '')
        AND (partner = '' OR role IN ('trainer', 'evaluator', 'mentor') AND scope IN ('cohort', 'line')));

-- +goose Down
SELECT 1;
