-- Looking back on shifts: who came, notes for the next shift, the contacts taken in them; a place proposed to one colleague, invitations.
-- +goose Up

-- What a shift leaves to the next one. A note is added, never changed; who wrote it
-- may be erased, then its words go.
CREATE TABLE shift_note (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shift_id  bigint NOT NULL REFERENCES shift (id),
    person_id bigint NOT NULL REFERENCES person (id), -- who wrote it
    body      text NOT NULL CHECK (length(body) <= 4000),
    at        timestamptz NOT NULL
);
CREATE INDEX shift_note_shift ON shift_note (shift_id, id);
CREATE INDEX shift_note_at ON shift_note (at);
-- +goose StatementBegin
CREATE FUNCTION shift_note_only_empties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body <> '' OR (to_jsonb(NEW) - 'body') <> (to_jsonb(OLD) - 'body') THEN
        RAISE EXCEPTION 'a note of a shift is only emptied, never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER shift_note_empties BEFORE UPDATE ON shift_note FOR EACH ROW EXECUTE FUNCTION shift_note_only_empties();
CREATE TRIGGER shift_note_stays BEFORE TRUNCATE ON shift_note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE shift DROP COLUMN note;
ALTER TABLE shift ADD CONSTRAINT shift_closer CHECK ((closed_by IS NULL) = (closed_at IS NULL));
CREATE INDEX shift_over ON shift (line_id, ends_at) WHERE state = 'open';

-- A contact belongs to the shift on which whoever took it had a place.
UPDATE contact n SET shift_id = (SELECT min(h.id) FROM shift h JOIN shift_place p ON p.shift_id = h.id AND p.person_id = n.person_id AND p.state IN ('booked', 'present')
    WHERE h.line_id = n.line_id AND h.state <> 'cancelled' AND h.starts_at <= n.at AND h.ends_at > n.at) WHERE shift_id IS NULL;
UPDATE observed_contact o SET shift_id = (SELECT min(h.id) FROM certificate c JOIN shift h ON h.line_id = c.line_id JOIN shift_place p ON p.shift_id = h.id AND p.person_id = o.person_id
    AND p.state IN ('booked', 'present') WHERE c.id = o.certificate_id AND h.state <> 'cancelled' AND h.starts_at <= o.at AND h.ends_at > o.at) WHERE shift_id IS NULL;
CREATE INDEX contact_shift ON contact (shift_id) WHERE shift_id IS NOT NULL;

-- A volunteer proposes the seat to one colleague, whose it is once they accept.
ALTER TABLE shift_place ADD COLUMN proposed_to bigint REFERENCES person (id) CONSTRAINT shift_place_not_own CHECK (proposed_to <> person_id);
CREATE INDEX shift_place_proposed ON shift_place (proposed_to) WHERE proposed_to IS NOT NULL;

-- Who was asked to come to a shift, once.
CREATE TABLE shift_invitation (
    shift_id   bigint NOT NULL REFERENCES shift (id),
    person_id  bigint NOT NULL REFERENCES person (id),
    invited_by bigint NOT NULL REFERENCES person (id),
    at         timestamptz NOT NULL,
    CONSTRAINT shift_invitation_key PRIMARY KEY (shift_id, person_id)
);

-- +goose Down
SELECT 1;
