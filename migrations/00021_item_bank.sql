-- The item bank: each item of what is published, as it stands now, to be found by its words and its figures.
-- +goose Up

-- Words as they are compared: small letters without accents, whatever the server's locale.
CREATE FUNCTION item_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(words), 'àáâãäåèéêëìíîïòóôõöùúûüýçñÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜÝÇÑ’', 'aaaaaaeeeeiiiiooooouuuuycnaaaaaaeeeeiiiiooooouuuuycn''');
CREATE FUNCTION item_vector(lang text, words text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector(CASE lang WHEN 'en' THEN 'pg_catalog.english'::regconfig ELSE 'pg_catalog.italian'::regconfig END, item_fold(words));
-- What somebody typed: words, "words together", -without.
CREATE FUNCTION item_query(lang text, words text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN websearch_to_tsquery(CASE lang WHEN 'en' THEN 'pg_catalog.english'::regconfig ELSE 'pg_catalog.italian'::regconfig END, item_fold(words));

-- One row for each item that was ever in the bank since there is one; written with a release, in its transaction.
CREATE TABLE bank_item (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    programme  text NOT NULL,
    lang       text NOT NULL CHECK (lang IN ('it', 'en')),
    bank       text NOT NULL, -- id of the quiz file that holds it
    item       text NOT NULL, -- its id there
    line       text NOT NULL, -- code of the line in the programme's file
    release_id bigint NOT NULL REFERENCES release (id), -- the newest that holds it
    hash       text NOT NULL REFERENCES content_version (hash), -- of the file in that release
    place      integer NOT NULL, -- in the file, from 1
    module     text NOT NULL,
    level      text NOT NULL CHECK (level IN ('remember', 'understand', 'apply', 'judge')),
    type       text NOT NULL CHECK (type IN ('one', 'several', 'order', 'match', 'gap', 'number', 'situation', 'open')),
    critical   boolean NOT NULL,
    tags       text[] NOT NULL DEFAULT '{}',
    state      text NOT NULL CHECK (state IN ('used', 'retired', 'gone')), -- gone: the newest release of the programme lacks it
    retired    text NOT NULL DEFAULT '', -- why
    stem       text NOT NULL,
    words      text NOT NULL, -- all that is searched
    CONSTRAINT bank_item_key UNIQUE (programme, lang, bank, item)
);
CREATE INDEX bank_item_order ON bank_item (line, programme, lang, bank, place, id);
CREATE INDEX bank_item_search ON bank_item USING gin (item_vector(lang, words));

-- From which release of a programme the rows above were made, and by which form of them: what is behind is made again at the next start.
CREATE TABLE bank_item_source (
    programme  text NOT NULL,
    lang       text NOT NULL CHECK (lang IN ('it', 'en')),
    release_id bigint NOT NULL REFERENCES release (id),
    form       integer NOT NULL,
    PRIMARY KEY (programme, lang)
);

-- Figures of an item are counted over the attempts whose paper came from its bank.
CREATE INDEX quiz_attempt_bank ON quiz_attempt (bank_hash, id);

-- +goose Down
SELECT 1;
