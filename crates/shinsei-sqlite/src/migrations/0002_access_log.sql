-- The access log of shinsei: who read which case, what for, and when. Codes and ids alone; rows are added at the end,
-- and the oldest are deleted once they were kept long enough.

CREATE TABLE accesses (
    ordinal      INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of recording; none is given again
    municipality INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    stream       BLOB    NOT NULL,
    document     BLOB,                   -- the document that was read; NULL for the case itself
    role         INTEGER NOT NULL,       -- 1 = applicant, 2 = officer, 3 = clerk, 4 = the engine itself, 5 = agent
    reader       TEXT    NOT NULL,       -- a user's uuid or a staff number; empty for the engine
    division     TEXT,                   -- of an officer or clerk; of an agent the mandate
    purpose      TEXT    NOT NULL
) STRICT;
CREATE INDEX accesses_of_stream ON accesses (municipality, stream);
CREATE INDEX accesses_of_reader ON accesses (municipality, reader);
CREATE INDEX accesses_by_time ON accesses (municipality, at);
