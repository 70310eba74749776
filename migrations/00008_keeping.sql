-- Keeping: what is deleted or stripped when its time is over needs the instant from which the time counts.
-- +goose Up
-- When an enrolment ended. It may lie ahead: somebody leaves the register at the
-- end of a day to come. The database sets it, so that no way out forgets it.
ALTER TABLE enrolment ADD COLUMN ended_at timestamptz;
UPDATE enrolment SET ended_at = abilita_now() WHERE state IN ('withdrawn', 'lapsed');
-- +goose StatementBegin
CREATE FUNCTION enrolment_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('withdrawn', 'lapsed') THEN
        NEW.ended_at := coalesce(NEW.ended_at, abilita_now());
    ELSE
        NEW.ended_at := NULL;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER enrolment_ends BEFORE INSERT OR UPDATE ON enrolment FOR EACH ROW EXECUTE FUNCTION enrolment_ends();

-- When what was learnt in an enrolment stopped counting: with its last
-- certificate, else with the enrolment itself. Null: it still counts.
CREATE VIEW enrolment_end AS
SELECT e.id AS enrolment_id, CASE WHEN c.signed > 0 THEN c.ended ELSE e.ended_at END AS ended_at
FROM enrolment e CROSS JOIN LATERAL (
    SELECT count(*) AS signed, max(least(p.valid_until,
        (SELECT min(v.at) FROM certificate_event v WHERE v.certificate_id = p.id AND v.kind IN ('revoked', 'superseded')))) AS ended
    FROM certificate p WHERE p.enrolment_id = e.id AND p.signed_at IS NOT NULL) c;

-- What is stripped keeps its row, its outcome and its hashes.
ALTER TABLE quiz_attempt ADD COLUMN stripped_at timestamptz;
ALTER TABLE assessment ADD COLUMN stripped_at timestamptz;
ALTER TABLE letter ADD COLUMN stripped_at timestamptz;
ALTER TABLE attendance ADD COLUMN stripped_at timestamptz;
CREATE INDEX quiz_attempt_kept ON quiz_attempt (enrolment_id) WHERE stripped_at IS NULL;

-- The register of attendance stays append-only but for one thing: minutes and
-- words are taken out of a line, once, when their time is over.
-- +goose StatementBegin
CREATE FUNCTION attendance_only_strips() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.stripped_at IS NOT NULL OR NEW.stripped_at IS NULL OR NEW.minutes <> 0 OR NEW.reason <> ''
        OR (to_jsonb(NEW) - 'stripped_at' - 'minutes' - 'reason') <> (to_jsonb(OLD) - 'stripped_at' - 'minutes' - 'reason') THEN
        RAISE EXCEPTION 'attendance is append-only' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
DROP TRIGGER attendance_append_only ON attendance;
CREATE TRIGGER attendance_append_only BEFORE DELETE OR TRUNCATE ON attendance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attendance_only_strips BEFORE UPDATE ON attendance FOR EACH ROW EXECUTE FUNCTION attendance_only_strips();

-- A withdrawn application has an instant of its outcome too.
UPDATE application SET decided_at = abilita_now() WHERE state IN ('refused', 'withdrawn') AND decided_at IS NULL;

-- When something was last deleted, for the page that tells it.
CREATE INDEX audit_entry_keeping ON audit_entry (id) WHERE action = 'retention.apply';

-- Numbers of help services: a note, who checked, and a version for editing.
ALTER TABLE line_directory ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE line_directory ADD COLUMN note text NOT NULL DEFAULT '';
ALTER TABLE line_directory ADD COLUMN checked_by bigint REFERENCES person (id);
ALTER TABLE line_directory ADD COLUMN version integer NOT NULL DEFAULT 1;

-- +goose Down
SELECT 1;
