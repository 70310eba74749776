-- Content: immutable versions addressed by hash, releases of a programme, declared changes.
-- +goose Up
CREATE TABLE content_version (
    hash         text PRIMARY KEY, -- SHA-256 of the source, hex
    pack         text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('programme', 'module', 'script', 'quiz', 'rubric', 'checklist')),
    key          text NOT NULL,
    lang         text NOT NULL CHECK (lang IN ('it', 'en')),
    version      text NOT NULL,
    title        text NOT NULL,
    path         text NOT NULL,
    source       text NOT NULL,
    html         text NOT NULL DEFAULT '', -- rendered when published, never on view
    outline      jsonb NOT NULL DEFAULT '[]',
    minutes      integer NOT NULL DEFAULT 0,
    published_at timestamptz NOT NULL,
    published_by bigint REFERENCES person (id)
);
CREATE INDEX content_version_key ON content_version (kind, key, lang, published_at);
CREATE TRIGGER content_version_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON content_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A release is the programme with the exact version of each of its parts.
CREATE TABLE release (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    programme    text NOT NULL,
    lang         text NOT NULL CHECK (lang IN ('it', 'en')),
    hash         text NOT NULL REFERENCES content_version (hash), -- the programme itself
    impact       text NOT NULL CHECK (impact IN ('none', 'notice', 'confirm', 'micro', 'recertify')),
    due_at       timestamptz,
    note         text NOT NULL DEFAULT '',
    published_at timestamptz NOT NULL,
    published_by bigint REFERENCES person (id),
    CONSTRAINT release_due CHECK ((impact IN ('confirm', 'micro', 'recertify')) = (due_at IS NOT NULL))
);
CREATE INDEX release_programme ON release (programme, lang, id);
CREATE TABLE release_part (
    release_id bigint NOT NULL REFERENCES release (id),
    kind       text NOT NULL,
    key        text NOT NULL,
    hash       text NOT NULL REFERENCES content_version (hash),
    changed    boolean NOT NULL DEFAULT false, -- differs from the release before
    PRIMARY KEY (release_id, kind, key)
);
CREATE TRIGGER release_part_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON release_part
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
SELECT 1;
