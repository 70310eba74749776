-- Keeping a certificate: renewals and checks half way are enrolments on a track of their own, levels are raised by channel, prior learning is evidence.
-- +goose Up
ALTER TABLE enrolment ADD COLUMN track text NOT NULL DEFAULT 'full' CONSTRAINT enrolment_track_check CHECK (track IN ('full', 'renewal', 'midterm'));
ALTER TABLE enrolment ADD COLUMN about_id bigint REFERENCES certificate (id); -- the certificate that is renewed or checked
ALTER TABLE enrolment ADD COLUMN due_at timestamptz; -- until when; null: no end of its own
ALTER TABLE enrolment ADD CONSTRAINT enrolment_about CHECK ((track = 'full') = (about_id IS NULL) AND (track = 'full') = (due_at IS NULL));
ALTER TABLE enrolment DROP CONSTRAINT enrolment_person_cohort_key;
CREATE UNIQUE INDEX enrolment_person_cohort_key ON enrolment (person_id, cohort_id) WHERE track = 'full';
CREATE UNIQUE INDEX enrolment_about_key ON enrolment (about_id, track) WHERE track <> 'full' AND state NOT IN ('withdrawn', 'lapsed');
CREATE INDEX enrolment_upkeep ON enrolment (line_id, person_id) WHERE track <> 'full' AND state IN ('enrolled', 'active');

-- A certificate for one channel more keeps the dates of the one it extends.
ALTER TABLE certificate ADD COLUMN extends_id bigint REFERENCES certificate (id);

-- Each channel has its level; '' is every channel of the certificate.
ALTER TABLE certificate_event ADD COLUMN channel text NOT NULL DEFAULT '' CONSTRAINT certificate_event_channel CHECK (channel = '' OR kind = 'raised');

ALTER TABLE evidence DROP CONSTRAINT evidence_kind_check;
ALTER TABLE evidence ADD CONSTRAINT evidence_kind_check CHECK (kind IN ('module', 'quiz', 'roleplay', 'attendance', 'checklist', 'pledge', 'station', 'confirm', 'prior'));

ALTER TABLE gate_fact DROP CONSTRAINT gate_fact_kind_check;
ALTER TABLE gate_fact ADD CONSTRAINT gate_fact_kind_check CHECK (kind IN ('register', 'of_age', 'suspension', 'certificate', 'certificate_suspension',
    'certificate_revocation', 'line_active', 'content_due', 'check_due', 'station', 'pledge', 'pause', 'supervision', 'supervisor_on', 'practice', 'override'));

-- The answers of a check half way are kept as long as those of its certificate.
CREATE OR REPLACE VIEW enrolment_end AS
SELECT e.id AS enrolment_id, CASE WHEN c.signed > 0 THEN c.ended ELSE e.ended_at END AS ended_at
FROM enrolment e CROSS JOIN LATERAL (
    SELECT count(*) AS signed, max(least(p.valid_until,
        (SELECT min(v.at) FROM certificate_event v WHERE v.certificate_id = p.id AND v.kind IN ('revoked', 'superseded')))) AS ended
    FROM certificate p WHERE (p.enrolment_id = e.id OR e.track = 'midterm' AND p.id = e.about_id) AND p.signed_at IS NOT NULL) c;

-- +goose Down
SELECT 1;
