-- Drafts: what trainers write in the browser before it is published, who wrote it and who read it.
-- +goose Up
CREATE TABLE draft (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pack       text NOT NULL,
    programme  text NOT NULL,
    lang       text NOT NULL CHECK (lang IN ('it', 'en')),
    line_id    bigint NOT NULL REFERENCES line (id), -- whose trainers and coordinators work on it
    base_id    bigint REFERENCES release (id), -- the release it starts from; null: nothing was published yet
    state      text NOT NULL DEFAULT 'open' CONSTRAINT draft_state CHECK (state IN ('open', 'review', 'approved', 'published', 'discarded')),
    author_id  bigint NOT NULL REFERENCES person (id), -- who opened it
    release_id bigint REFERENCES release (id), -- what it became
    version    integer NOT NULL DEFAULT 1,
    opened_at  timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT draft_became CHECK ((state = 'published') = (release_id IS NOT NULL))
);
CREATE UNIQUE INDEX draft_living_key ON draft (programme, lang) WHERE state IN ('open', 'review', 'approved');
CREATE INDEX draft_line ON draft (line_id, id);
CREATE INDEX draft_release ON draft (release_id) WHERE release_id IS NOT NULL;

-- A file that differs from the release the draft starts from; all others are the release's.
CREATE TABLE draft_file (
    draft_id   bigint NOT NULL REFERENCES draft (id),
    path       text NOT NULL CHECK (length(path) <= 100),
    kind       text NOT NULL CHECK (kind IN ('programme', 'module', 'script', 'quiz', 'rubric', 'checklist')),
    body       text NOT NULL CONSTRAINT draft_file_size CHECK (octet_length(body) <= 65536),
    removed    boolean NOT NULL DEFAULT false,
    base_hash  text NOT NULL DEFAULT '', -- of the published file it changes; '': a new file
    author_id  bigint NOT NULL REFERENCES person (id), -- who saved it last
    version    integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    CONSTRAINT draft_file_key PRIMARY KEY (draft_id, path)
);

-- Everybody who ever wrote in a draft: none of them may approve it.
CREATE TABLE draft_author (
    draft_id  bigint NOT NULL REFERENCES draft (id),
    author_id bigint NOT NULL REFERENCES person (id),
    CONSTRAINT draft_author_key PRIMARY KEY (draft_id, author_id)
);

-- What was said of a draft, oldest first: nothing is ever changed.
CREATE TABLE draft_review (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft_id  bigint NOT NULL REFERENCES draft (id),
    kind      text NOT NULL CHECK (kind IN ('asked', 'comment', 'returned', 'approved', 'withdrawn')),
    path      text NOT NULL DEFAULT '',
    line      integer NOT NULL DEFAULT 0 CHECK (line >= 0),
    body      text NOT NULL DEFAULT '' CHECK (length(body) <= 4000),
    author_id bigint NOT NULL REFERENCES person (id),
    at        timestamptz NOT NULL
);
CREATE INDEX draft_review_draft ON draft_review (draft_id, id);
CREATE TRIGGER draft_review_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
SELECT 1;
