-- The rights of the role under which a service runs. It adds to the log; it cannot change or delete a record, a
-- node of the tree or the receipt of a command. Whoever owns the tables calls it once for each role:
--
--     SELECT shinsei.grant_application('city_hall');

CREATE FUNCTION grant_application(application name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shinsei FROM %I', application);
    EXECUTE format('GRANT USAGE ON SCHEMA shinsei TO %I', application);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA shinsei TO %I', application);
    EXECUTE format('GRANT INSERT ON shinsei.kinds, shinsei.records, shinsei.nodes, shinsei.commands TO %I', application);
    EXECUTE format('GRANT UPDATE (digest) ON shinsei.commands TO %I', application);
    EXECUTE format('GRANT INSERT, UPDATE ON shinsei.municipalities, shinsei.series, shinsei.agenda TO %I', application);
    EXECUTE format('GRANT INSERT, DELETE ON shinsei.documents, shinsei.evidence, shinsei.chunks TO %I', application);
    EXECUTE format('GRANT INSERT, UPDATE, DELETE ON shinsei.staged TO %I', application);
END
$$;
REVOKE ALL ON FUNCTION grant_application(name) FROM PUBLIC;
