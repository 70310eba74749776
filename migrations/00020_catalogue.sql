-- What a line can tell people about: services and funds, each a card whose every
-- version stays. A change names what it asks of those who answer on the line.
-- +goose Up
CREATE TABLE catalogue_card (
    id      bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    line_id bigint NOT NULL REFERENCES line (id),
    kind    text NOT NULL CHECK (kind IN ('service', 'fund')),
    code    text NOT NULL CHECK (code ~ '^[a-z0-9-]{1,60}$'),
    UNIQUE (line_id, code)
);

-- Its id is drawn from the numbers of releases: the fact content_due names either.
CREATE TABLE catalogue_change (
    id        bigint PRIMARY KEY DEFAULT nextval('release_id_seq'),
    card_id   bigint NOT NULL REFERENCES catalogue_card (id),
    number    integer NOT NULL CHECK (number > 0),
    state     text NOT NULL CHECK (state IN ('proposed', 'preparing', 'active', 'revising', 'closed')),
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    owner     text NOT NULL,
    what      text NOT NULL,
    access    text NOT NULL,
    price     text NOT NULL,
    say       text NOT NULL,
    avoid     text NOT NULL,
    question  jsonb NOT NULL DEFAULT '{}',
    changed   text[] NOT NULL,
    impact    text NOT NULL CHECK (impact IN ('none', 'notice', 'confirm', 'micro', 'recertify')),
    due_at    timestamptz,
    note      text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    hash      text NOT NULL,
    author_id bigint NOT NULL REFERENCES person (id),
    at        timestamptz NOT NULL,
    UNIQUE (card_id, number),
    CONSTRAINT catalogue_change_due CHECK ((impact IN ('confirm', 'micro', 'recertify')) = (due_at IS NOT NULL)),
    CONSTRAINT catalogue_change_asks CHECK ((impact = 'micro') <= (question <> '{}'))
);
CREATE TRIGGER catalogue_change_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER catalogue_card_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue_card FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
SELECT 1;
