-- The lists of cases of shinsei, version 1. All of it can be built again from the log.
-- Times are microseconds since 1970-01-01T00:00:00Z, days are counted from 0001-01-01.

-- The generations of each municipality's list: one that answers, and perhaps one that is being built beside it.
CREATE TABLE generations (
    generation   INTEGER PRIMARY KEY AUTOINCREMENT, -- so that a number never means another generation
    municipality TEXT    NOT NULL,
    live         INTEGER NOT NULL,       -- 1 = it answers, 0 = it is being built
    shape        INTEGER NOT NULL,       -- the version of the code that projects into it
    reached      INTEGER NOT NULL,       -- the last position of the log that its rows speak of
    UNIQUE (municipality, live)
) STRICT;

-- One row a case. What is asked for stands in columns, the row as it is shown in its body. Nothing here speaks of a person:
-- names stand in a table for each generation, `names_<generation>`, made and dropped with it.
CREATE TABLE cases (
    generation  INTEGER NOT NULL,
    id          BLOB    NOT NULL,        -- of the case
    -- 1 while the division has something to do with it: open, or ended with money that is not in order.
    is_open     INTEGER NOT NULL,
    division    TEXT    NOT NULL,
    officer     TEXT,
    applicant   BLOB    NOT NULL,
    receipt     TEXT,
    procedure   TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    due         INTEGER NOT NULL,        -- without a day: 2147483647
    arrived_at  INTEGER NOT NULL,
    body        TEXT    NOT NULL,        -- JSON
    PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_urgency ON cases (generation, division, due, arrived_at, id) WHERE is_open = 1;
CREATE INDEX cases_of_applicant ON cases (generation, applicant, arrived_at, id);
CREATE INDEX cases_by_receipt ON cases (generation, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX cases_by_state ON cases (generation, procedure, state);

-- Cases that could not be read.
CREATE TABLE parked (
    generation INTEGER NOT NULL,
    id         BLOB    NOT NULL,         -- of the case
    position   INTEGER NOT NULL,         -- of the first record that could not be read
    why        TEXT    NOT NULL,
    PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;
