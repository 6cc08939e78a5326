-- The store of shinsei, version 1. docs/adr/0002-sealed-record-and-sqlite-schema.md says why it is as it is.
-- Times are microseconds since 1970-01-01T00:00:00Z. A stream is 17 bytes: its kind, then its id.

-- The head row of each municipality's log, `series`, `command_ids`, `stretches` and `waiting` follow from the other tables. They are
-- written for many commits at once, and may be behind while a store is open for writing: what is behind them is the tail.

-- Where the tail begins. One row.
CREATE TABLE settled (
    command     INTEGER NOT NULL,        -- the last of the commands that stands in all of them
    turn        INTEGER NOT NULL         -- at least the last turn that was given before the tail
) STRICT;
INSERT INTO settled VALUES (0, 0);

-- The head row of each municipality's log.
CREATE TABLE municipalities (
    ordinal     INTEGER PRIMARY KEY,     -- stands for the code in every other table; at most 2^22
    code        TEXT    NOT NULL UNIQUE, -- six digits
    size        INTEGER NOT NULL,        -- records before the tail: the last position among them
    frontier    BLOB    NOT NULL,        -- roots of the perfect subtrees over them, largest first
    recorded_at INTEGER                  -- of the last of them; NULL before the first
) STRICT;

-- What an event is and how its payload is written, once for all records that share it.
CREATE TABLE kinds (
    kind           INTEGER PRIMARY KEY,
    event_type     TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    codec          INTEGER NOT NULL,     -- 1 = JSON in UTF-8
    UNIQUE (event_type, schema_version, codec)
) STRICT;

-- The log. A row is never changed and never deleted.
CREATE TABLE records (
    place        INTEGER PRIMARY KEY,    -- municipality << 40 | position
    municipality INTEGER NOT NULL,
    stream       BLOB    NOT NULL,
    version      INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    command      BLOB    NOT NULL,
    kind         INTEGER NOT NULL,
    series       TEXT,                   -- with a number: the series it was drawn from
    number       INTEGER,
    payload      BLOB    NOT NULL
) STRICT;

-- What there is of each stream, side by side, so that a commit that does several of it writes one page: where its records
-- are, and what must happen later. Settled entries of the agenda stay, so that a key is never scheduled twice.
CREATE TABLE streams (
    municipality INTEGER NOT NULL,
    stream       BLOB    NOT NULL,
    item         ANY     NOT NULL,       -- the version of a record, or the name of an entry
    place        INTEGER NOT NULL,       -- the position of a record; of an entry, when it was first due: its place in the
                                         -- order of its stream and channel
    turn         INTEGER,                -- of an entry: among those in one place, the order of scheduling
    channel      INTEGER,                -- of an entry
    due          INTEGER,                -- of an entry that is tried again: when
    task         BLOB,                   -- of an entry that is not settled
    PRIMARY KEY (municipality, stream, item)
) STRICT, WITHOUT ROWID;

-- The entries that are not settled, by when they are due. One that was scheduled in the tail for a stream that its command
-- appended to is missing until it is leased or the tail is settled.
CREATE TABLE waiting (
    channel      INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    municipality INTEGER NOT NULL,
    stream       BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    state        INTEGER NOT NULL,       -- 1 = waiting or leased, 2 = parked
    fence        INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    owner        BLOB,                   -- with a lease: whose
    until        INTEGER,                -- with a lease: when another worker may have it
    PRIMARY KEY (channel, due, municipality, stream, name)
) STRICT, WITHOUT ROWID;

-- Inner nodes of the Merkle trees at levels 8, 16, 24 and so on: the levels between are computed again.
CREATE TABLE nodes (
    municipality INTEGER NOT NULL,
    level        INTEGER NOT NULL,
    place        INTEGER NOT NULL,       -- among the nodes of that level, from 0
    hash         BLOB    NOT NULL,
    PRIMARY KEY (municipality, level, place)
) STRICT, WITHOUT ROWID;

-- The last number given of each gapless series before the tail.
CREATE TABLE series (
    municipality INTEGER NOT NULL,
    series       TEXT    NOT NULL,
    last         INTEGER NOT NULL,
    PRIMARY KEY (municipality, series)
) STRICT, WITHOUT ROWID;

-- Commands that took effect. Rows are added at the end and keep their length, so that no page ever holds a stale copy
-- of a digest: erasing overwrites it where it stands. What its records say of a command is not said again here.
CREATE TABLE commands (
    ordinal      INTEGER PRIMARY KEY,
    municipality INTEGER NOT NULL,
    command      BLOB,                   -- its id; NULL with records
    first        INTEGER NOT NULL,       -- position of its first record; of the last one before it when it has none
    records      INTEGER NOT NULL,
    recorded_at  INTEGER,                -- NULL with records
    erased       INTEGER NOT NULL,       -- 1 = the digest is erased and all zero
    digest       BLOB    NOT NULL,
    leaves       BLOB    NOT NULL        -- the hashes of its records in the tree, as they were when the records were written
) STRICT;

-- Which command has an id, of those before the tail.
CREATE TABLE command_ids (
    municipality INTEGER NOT NULL,
    command      BLOB    NOT NULL,
    ordinal      INTEGER NOT NULL,       -- in `commands`
    PRIMARY KEY (municipality, command)
) STRICT, WITHOUT ROWID;

-- Where the commands of a municipality stand that were settled together, so that the command of a position is found.
CREATE TABLE stretches (
    municipality INTEGER NOT NULL,
    first        INTEGER NOT NULL,       -- the first position that they recorded
    begins       INTEGER NOT NULL,       -- the command that recorded it
    ends         INTEGER NOT NULL,       -- the last command that was settled with it
    PRIMARY KEY (municipality, first)
) STRICT, WITHOUT ROWID;

-- Documents, each linked to a stream. Rows are added at the end and keep their length: erasing overwrites salt and
-- content with zeros where they stand.
CREATE TABLE documents (
    ordinal      INTEGER PRIMARY KEY,
    municipality INTEGER NOT NULL,
    document     BLOB    NOT NULL,
    stream       BLOB    NOT NULL,
    role         TEXT    NOT NULL,
    erased       INTEGER NOT NULL,
    salt         BLOB    NOT NULL,
    body         INTEGER,                -- a large or shared content; else
    content      BLOB                    -- a small one
) STRICT;
CREATE UNIQUE INDEX documents_by_id ON documents (municipality, document) WHERE erased = 0;
CREATE INDEX documents_of_stream ON documents (municipality, stream);
CREATE INDEX documents_of_body ON documents (body) WHERE body IS NOT NULL;

-- Large, staged and shared contents.
CREATE TABLE bodies (
    body         INTEGER PRIMARY KEY AUTOINCREMENT, -- so that a number never means another body
    municipality INTEGER NOT NULL,
    standing     INTEGER NOT NULL,       -- 1 = staged and not linked, 2 = of one document, 3 = shared
    name         BLOB    NOT NULL,       -- the id of the document; the SHA-256 of a shared content
    bytes        INTEGER NOT NULL,
    written_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX bodies_by_name ON bodies (municipality, standing, name) WHERE standing <> 2;

-- Their bytes. The padding fills the part of a row that lies among others in a page, so that content stands in pages
-- of its own and deleting zeroes them.
CREATE TABLE chunks (
    place   INTEGER PRIMARY KEY,         -- body << 24 | chunk
    padding BLOB NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- Erasures whose remnants in the WAL are not yet overwritten.
CREATE TABLE erasures (
    municipality INTEGER NOT NULL,
    stream       BLOB    NOT NULL,
    documents    INTEGER NOT NULL,       -- how many were erased
    PRIMARY KEY (municipality, stream)
) STRICT, WITHOUT ROWID;
