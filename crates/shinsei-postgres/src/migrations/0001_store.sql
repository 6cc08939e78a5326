-- The store of shinsei, version 1. docs/adr/0006-postgres-lanes.md says why it is as it is.
-- Times are microseconds since 1970-01-01T00:00:00Z. A municipality is its six digits as a number: 12025 is 012025.
-- A stream is 17 bytes: its kind, then its id. Every key begins with the municipality, so that all of this can be
-- partitioned or distributed by it. Columns stand in the order in which they need no padding.

-- The head row of each municipality's log. Whoever writes a log locks it first, and holds it to the end of the commit.
CREATE TABLE municipalities (
    size         bigint  NOT NULL,       -- records in the log: the last position
    recorded_at  bigint,                 -- of the last record; NULL before the first
    scheduled    bigint  NOT NULL,       -- agenda entries that were ever scheduled
    municipality integer PRIMARY KEY,
    kinds        integer NOT NULL,       -- drawn by chance with each kind that is added; 0 while there is none
    frontier     bytea   NOT NULL        -- roots of the perfect subtrees over the records, largest first
) WITH (fillfactor = 20);

-- What an event is and how its payload is written, once for all records of a municipality that share it.
CREATE TABLE kinds (
    municipality   integer  NOT NULL,
    kind           integer  NOT NULL,
    schema_version integer  NOT NULL,
    codec          smallint NOT NULL,    -- 1 = JSON in UTF-8
    event_type     text     NOT NULL,
    PRIMARY KEY (municipality, kind),
    UNIQUE (municipality, event_type, schema_version, codec)
);

-- The log. A row is never changed and never deleted. No column may be NULL: with more than eight columns that would cost
-- every row eight bytes.
CREATE TABLE records (
    position     bigint  NOT NULL,
    recorded_at  bigint  NOT NULL,
    municipality integer NOT NULL,
    version      integer NOT NULL,
    number       integer NOT NULL DEFAULT 0, -- the place in its series, from 1; 0 for a record without a number
    kind         integer NOT NULL,
    command      uuid    NOT NULL,
    stream       bytea   NOT NULL,
    leaf         bytea   NOT NULL,       -- its hash in the tree, as it was when the record was written
    series       text    NOT NULL DEFAULT '', -- with a number: the series it was drawn from
    payload      bytea   NOT NULL,
    PRIMARY KEY (municipality, position),
    CONSTRAINT records_of_stream UNIQUE (municipality, stream, version)
);

-- Inner nodes of the Merkle trees at levels 8, 16, 24 and so on: the levels between are computed again.
CREATE TABLE nodes (
    place        bigint  NOT NULL,       -- among the nodes of that level, from 0
    municipality integer NOT NULL,
    level        integer NOT NULL,
    hash         bytea   NOT NULL,
    PRIMARY KEY (municipality, level, place)
);

-- The last number given of each gapless series.
CREATE TABLE series (
    last         bigint  NOT NULL,
    municipality integer NOT NULL,
    series       text    NOT NULL,
    PRIMARY KEY (municipality, series)
) WITH (fillfactor = 20);

-- Commands that took effect. Only the digest is ever changed: to NULL, when it is erased.
CREATE TABLE commands (
    first        bigint  NOT NULL,       -- position of its first record; of the last one before it when it has none
    recorded_at  bigint,                 -- of a command without records; else its first record says it
    municipality integer NOT NULL,
    records      integer NOT NULL,
    command      uuid    NOT NULL,
    digest       bytea,
    PRIMARY KEY (municipality, command)
);

-- What must happen later. Settled entries stay, so that a key is never scheduled twice.
CREATE TABLE agenda (
    place        bigint   NOT NULL,      -- when it was first due: its place in the order of its stream and channel
    ordinal      bigint   NOT NULL,      -- the order of scheduling within the municipality
    due          bigint   NOT NULL,
    fence        bigint   NOT NULL,
    until        bigint,                 -- with a lease: when another worker may have it
    municipality integer  NOT NULL,
    attempts     integer  NOT NULL,
    channel      smallint NOT NULL,
    state        smallint NOT NULL,      -- 1 = waiting or leased, 2 = parked, 3 = settled
    owner        uuid,                   -- with a lease: whose
    stream       bytea    NOT NULL,
    name         text     NOT NULL,
    task         bytea,                  -- NULL once settled
    PRIMARY KEY (municipality, stream, name)
);
CREATE INDEX agenda_by_due ON agenda (channel, due) WHERE state = 1;
-- What stands before an entry in its line: the first that is not settled is enough to know.
CREATE INDEX agenda_in_line ON agenda (municipality, stream, channel, place) WHERE state <> 3;

-- Documents, each linked to a stream. Exactly one of the last three columns says where the bytes are.
CREATE TABLE documents (
    bytes        bigint  NOT NULL,
    municipality integer NOT NULL,
    document     uuid    NOT NULL,
    stream       bytea   NOT NULL,
    role         text    NOT NULL,
    salt         bytea   NOT NULL,
    body         uuid,                   -- in the chunks of a body
    evidence     bytea,                  -- kept once for all that rest on it, under its SHA-256
    content      bytea,                  -- here
    PRIMARY KEY (municipality, document),
    CHECK (num_nonnulls(body, evidence, content) = 1)
);
CREATE INDEX documents_of_stream ON documents (municipality, stream);
CREATE INDEX documents_of_evidence ON documents (municipality, evidence) WHERE evidence IS NOT NULL;

-- Contents that many documents may share.
CREATE TABLE evidence (
    municipality integer NOT NULL,
    sha256       bytea   NOT NULL,
    content      bytea   NOT NULL,
    PRIMARY KEY (municipality, sha256)
);

-- Documents on their way: staged, not yet linked. Begun anew, a document gets another body.
CREATE TABLE staged (
    bytes        bigint  NOT NULL,
    written_at   bigint  NOT NULL,
    municipality integer NOT NULL,
    document     uuid    NOT NULL,
    body         uuid    NOT NULL,
    PRIMARY KEY (municipality, document)
);
CREATE INDEX staged_by_time ON staged (written_at);

-- The bytes of what was staged, linked since or not.
CREATE TABLE chunks (
    place        bigint  NOT NULL,       -- the byte of the body at which it begins
    municipality integer NOT NULL,
    body         uuid    NOT NULL,
    content      bytea   NOT NULL,
    PRIMARY KEY (municipality, body, place)
);

-- Signed bytes and certificates hardly shrink.
ALTER TABLE documents ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE evidence  ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE chunks    ALTER COLUMN content SET STORAGE EXTERNAL;

-- What was erased goes from the pages as soon as PostgreSQL's own vacuum comes by, also where the application may not
-- call it.
ALTER TABLE commands  SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE documents SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
    toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);
ALTER TABLE evidence  SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
    toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);
ALTER TABLE chunks    SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
    toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);
