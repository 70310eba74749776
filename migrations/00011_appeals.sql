-- Appeals: a person asks for a review of a decision that stopped them.
-- +goose Up
ALTER TABLE certificate_event DROP CONSTRAINT certificate_event_kind_check;
ALTER TABLE certificate_event ADD CONSTRAINT certificate_event_kind_check CHECK (kind IN ('signed', 'suspended', 'restored', 'revoked', 'superseded', 'raised',
    'appealed', 'upheld', 'lifted', 'wrong'));
ALTER TABLE person_event DROP CONSTRAINT person_event_kind_check;
ALTER TABLE person_event ADD CONSTRAINT person_event_kind_check CHECK (kind IN ('corrected', 'merged', 'left', 'suspended', 'restored', 'erased',
    'appealed', 'upheld', 'lifted'));

-- One appeal for a decision. The words of who asks are read by who decides, and
-- stand in no time line.
CREATE TABLE appeal (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id            bigint NOT NULL REFERENCES person (id),
    line_id              bigint NOT NULL REFERENCES line (id), -- whose coordinators decide
    certificate_event_id bigint CONSTRAINT appeal_certificate_event_key UNIQUE REFERENCES certificate_event (id),
    person_event_id      bigint CONSTRAINT appeal_person_event_key UNIQUE REFERENCES person_event (id),
    words                text NOT NULL,
    asked_at             timestamptz NOT NULL,
    until                timestamptz NOT NULL, -- until when it could be asked for
    outcome              text CHECK (outcome IN ('upheld', 'lifted', 'wrong', 'moot')), -- moot: the stop ended before
    reason               text NOT NULL DEFAULT '',
    decided_by           bigint REFERENCES person (id),
    decided_at           timestamptz,
    CONSTRAINT appeal_one_decision CHECK (num_nonnulls(certificate_event_id, person_event_id) = 1),
    CONSTRAINT appeal_in_time CHECK (asked_at < until),
    CONSTRAINT appeal_decided CHECK (num_nonnulls(outcome, decided_by, decided_at) IN (0, 3)),
    CONSTRAINT appeal_not_own CHECK (decided_by <> person_id)
);
CREATE INDEX appeal_person ON appeal (person_id);
CREATE INDEX appeal_open ON appeal (line_id) WHERE decided_at IS NULL;
-- +goose StatementBegin
CREATE FUNCTION appeal_only_decides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL
        OR (to_jsonb(NEW) - '{outcome,reason,decided_by,decided_at}'::text[]) <> (to_jsonb(OLD) - '{outcome,reason,decided_by,decided_at}'::text[]) THEN
        RAISE EXCEPTION 'an appeal is only decided, once' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER appeal_decides BEFORE UPDATE ON appeal FOR EACH ROW EXECUTE FUNCTION appeal_only_decides();
CREATE TRIGGER appeal_stays BEFORE DELETE OR TRUNCATE ON appeal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What happens to a contact that is going on when its volunteer is stopped.
ALTER TABLE line ADD COLUMN running_contact text NOT NULL DEFAULT 'finish' CHECK (running_contact IN ('finish', 'hand_over', 'cut'));

-- +goose Down
SELECT 1;
