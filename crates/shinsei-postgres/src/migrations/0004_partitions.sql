-- Cuts every table of an empty store into so many partitions by municipality. Whoever owns the tables calls it once, after
-- the schema was made and before anything is written or a role is granted its rights:
--
--     SELECT shinsei.partition_by_municipality(16);
--
-- It can be done because every key begins with the municipality. What a table was told about room and vacuum is told to
-- each of its partitions.

CREATE FUNCTION partition_by_municipality(parts integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    whole record;
    is_used boolean;
BEGIN
    FOR whole IN
        SELECT tables.relname AS name, tables.relname || '_whole' AS aside,
               'WITH (' || nullif(array_to_string(tables.reloptions || toasted.options, ', '), '') || ')' AS options
        FROM pg_class AS tables
        JOIN pg_attribute AS key ON key.attrelid = tables.oid AND key.attname = 'municipality'
        LEFT JOIN LATERAL (
            SELECT array_agg('toast.' || option) AS options
            FROM pg_class AS toast, unnest(toast.reloptions) AS option WHERE toast.oid = tables.reltoastrelid
        ) AS toasted ON true
        WHERE tables.relnamespace = 'shinsei'::regnamespace AND tables.relkind = 'r' AND NOT tables.relispartition
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM shinsei.%I)', whole.name) INTO is_used;
        IF is_used THEN
            RAISE EXCEPTION 'shinsei.% holds something already; only an empty store can be cut into partitions', whole.name;
        END IF;
        EXECUTE format('ALTER TABLE shinsei.%I RENAME TO %I', whole.name, whole.aside);
        EXECUTE format('CREATE TABLE shinsei.%I (LIKE shinsei.%I INCLUDING ALL) PARTITION BY HASH (municipality)',
            whole.name, whole.aside);
        FOR part IN 0 .. parts - 1 LOOP
            EXECUTE format('CREATE TABLE shinsei.%I PARTITION OF shinsei.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s) %s',
                whole.name || '_' || part, whole.name, parts, part, coalesce(whole.options, ''));
        END LOOP;
        EXECUTE format('DROP TABLE shinsei.%I', whole.aside);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION partition_by_municipality(integer) FROM PUBLIC;
