-- What people may ask for: erasure, with what it leaves.
-- +goose Up
ALTER TABLE person_event DROP CONSTRAINT person_event_kind_check;
ALTER TABLE person_event ADD CONSTRAINT person_event_kind_check CHECK (kind IN ('corrected', 'merged', 'left', 'suspended', 'restored', 'erased'));

-- A grant stays append-only but for one thing: its plan is taken out.
-- +goose StatementBegin
CREATE FUNCTION quiz_grant_only_strips() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.plan <> '' OR (to_jsonb(NEW) - 'plan') <> (to_jsonb(OLD) - 'plan') THEN
        RAISE EXCEPTION 'quiz_grant is append-only' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
DROP TRIGGER quiz_grant_append_only ON quiz_grant;
CREATE TRIGGER quiz_grant_append_only BEFORE DELETE OR TRUNCATE ON quiz_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quiz_grant_only_strips BEFORE UPDATE ON quiz_grant FOR EACH ROW EXECUTE FUNCTION quiz_grant_only_strips();

-- +goose Down
SELECT 1;
