-- Media: pictures, sounds, films, captions and documents, addressed by the hash of their bytes, which lie in the store of blobs.
-- +goose Up
CREATE TABLE media_blob (
    hash    text NOT NULL CONSTRAINT media_blob_hash CHECK (hash ~ '^[0-9a-f]{64}$'), -- SHA-256 of the bytes
    kind    text NOT NULL CHECK (kind IN ('picture', 'sound', 'film', 'captions', 'document')),
    type    text NOT NULL, -- media type, as a browser is told
    bytes   bigint NOT NULL CHECK (bytes > 0),
    width   integer NOT NULL DEFAULT 0 CHECK (width >= 0),
    height  integer NOT NULL DEFAULT 0 CHECK (height >= 0),
    made_at timestamptz NOT NULL,
    put_at  timestamptz NOT NULL, -- last; what nothing names is swept some days later
    CONSTRAINT media_blob_key PRIMARY KEY (hash)
);

-- A narrower form of a picture.
CREATE TABLE media_narrow (
    of_hash text NOT NULL REFERENCES media_blob (hash),
    width   integer NOT NULL CHECK (width > 0),
    height  integer NOT NULL CHECK (height > 0),
    hash    text NOT NULL REFERENCES media_blob (hash),
    CONSTRAINT media_narrow_key PRIMARY KEY (of_hash, width)
);
CREATE INDEX media_narrow_hash ON media_narrow (hash);

-- A medium that differs from the release the draft starts from; all others are the release's.
CREATE TABLE draft_media (
    draft_id   bigint NOT NULL REFERENCES draft (id),
    path       text NOT NULL CHECK (path ~ '^media/[a-z0-9][a-z0-9-]{0,59}[.][a-z0-9]{2,4}$'),
    hash       text NOT NULL REFERENCES media_blob (hash),
    words      text NOT NULL DEFAULT '' CHECK (length(words) <= 300), -- its description
    removed    boolean NOT NULL DEFAULT false,
    base_hash  text NOT NULL DEFAULT '', -- of the published medium in whose place it stands; '': a new one
    author_id  bigint NOT NULL REFERENCES person (id), -- who added it, or took it away
    updated_at timestamptz NOT NULL,
    CONSTRAINT draft_media_key PRIMARY KEY (draft_id, path)
);
CREATE INDEX draft_media_hash ON draft_media (hash);

-- The media of a release, by path and content.
CREATE TABLE release_media (
    release_id bigint NOT NULL REFERENCES release (id),
    path       text NOT NULL,
    hash       text NOT NULL REFERENCES media_blob (hash),
    CONSTRAINT release_media_key PRIMARY KEY (release_id, path)
);
CREATE INDEX release_media_hash ON release_media (hash);
CREATE TRIGGER release_media_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON release_media
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
SELECT 1;
