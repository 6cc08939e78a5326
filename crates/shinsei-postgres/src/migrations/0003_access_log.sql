-- The access log of shinsei: who read which case, what for, and when. Codes and ids alone; rows are only added, until
-- whoever owns the tables deletes those that were kept long enough: a service cannot. The order is that in which nodes took
-- their place, which need not be that of their commits: a list is asked for later.

CREATE SEQUENCE access_order;
CREATE TABLE accesses (
    ordinal      bigint   NOT NULL DEFAULT nextval('shinsei.access_order'),
    at           bigint   NOT NULL,
    municipality integer  NOT NULL,
    role         smallint NOT NULL,      -- 1 = applicant, 2 = officer, 3 = clerk, 4 = the engine itself, 5 = agent
    document     uuid,                   -- the document that was read; NULL for the case itself
    stream       bytea    NOT NULL,
    reader       text     NOT NULL,      -- a user's uuid or a staff number; empty for the engine
    division     text,                   -- of an officer or clerk; of an agent the mandate
    purpose      text     NOT NULL,
    PRIMARY KEY (municipality, ordinal)
);
CREATE INDEX accesses_of_stream ON accesses (municipality, stream, ordinal);
CREATE INDEX accesses_of_reader ON accesses (municipality, reader, ordinal);
CREATE INDEX accesses_by_time ON accesses (municipality, at);

-- Whoever may already serve may record from now on; whoever is granted later is granted this as well.
CREATE FUNCTION grant_access_log(application name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON shinsei.accesses TO %I', application);
    EXECUTE format('GRANT USAGE ON SEQUENCE shinsei.access_order TO %I', application);
END
$$;
REVOKE ALL ON FUNCTION grant_access_log(name) FROM PUBLIC;

ALTER FUNCTION grant_application(name) RENAME TO grant_store;
CREATE FUNCTION grant_application(application name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM shinsei.grant_store(application);
    PERFORM shinsei.grant_access_log(application);
END
$$;
REVOKE ALL ON FUNCTION grant_application(name) FROM PUBLIC;
