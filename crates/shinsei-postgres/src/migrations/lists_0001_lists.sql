-- The lists of cases of shinsei, version 1. All of it can be built again from the log, in this database or another one.
-- Times are microseconds since 1970-01-01T00:00:00Z. Every key begins with the municipality: six digits as a number.

-- The generations of each municipality's list: one that answers, and perhaps one that is being built beside it.
CREATE TABLE generations (
    municipality integer NOT NULL,
    generation   bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    live         boolean NOT NULL,      -- it answers; else it is being built
    shape        integer NOT NULL,      -- the version of the code that projects into it
    reached      bigint  NOT NULL,      -- the last position of the log that its rows speak of
    PRIMARY KEY (municipality, generation),
    UNIQUE (municipality, live)
);

-- One row a case. What is asked for stands in columns, the row as it is shown in its body. Nothing here speaks of a person.
CREATE TABLE cases (
    municipality integer NOT NULL,
    generation   bigint  NOT NULL,
    id           uuid    NOT NULL,      -- of the case
    -- True while the division has something to do with it: open, or ended with money that is not in order.
    is_open      boolean NOT NULL,
    division     text    NOT NULL,
    officer      text,
    applicant    uuid    NOT NULL,
    receipt      text,
    procedure    text    NOT NULL,
    state        text    NOT NULL,
    due          integer NOT NULL,      -- days from 0001-01-01; without a day: 2147483647
    arrived_at   bigint  NOT NULL,
    body         text    NOT NULL,      -- JSON
    PRIMARY KEY (municipality, generation, id)
);
CREATE INDEX cases_by_urgency ON cases (municipality, generation, division, due, arrived_at, id) WHERE is_open;
CREATE INDEX cases_of_applicant ON cases (municipality, generation, applicant, arrived_at, id);
CREATE INDEX cases_by_receipt ON cases (municipality, generation, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX cases_by_state ON cases (municipality, generation, procedure, state);

-- Names of applicants as search keys: deleted with the case's documents, and vacuumed after the first deletion.
CREATE TABLE names (
    municipality integer NOT NULL,
    generation   bigint  NOT NULL,
    id           uuid    NOT NULL,
    key          text    NOT NULL,
    PRIMARY KEY (municipality, generation, id)
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- Cases that could not be read.
CREATE TABLE parked (
    municipality integer NOT NULL,
    generation   bigint  NOT NULL,
    id           uuid    NOT NULL,
    position     bigint  NOT NULL,      -- of the first record that could not be read
    why          text    NOT NULL,
    PRIMARY KEY (municipality, generation, id)
);

-- The rights of the role under which a service runs. Whoever owns the tables calls it once for each role:
--
--     SELECT shinsei_lists.grant_application('city_hall');
--
-- A role that does not own `names` may not vacuum it: then PostgreSQL's own vacuum does it within a minute or so.
CREATE FUNCTION grant_application(application name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA shinsei_lists TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shinsei_lists TO %I', application);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON shinsei_lists.migrations FROM %I', application);
END
$$;
REVOKE ALL ON FUNCTION grant_application(name) FROM PUBLIC;
