DO $crmdb_loss$
DECLARE
    candidate record;
    filled boolean;
    found pg_catalog.jsonb := '[]';
BEGIN
    FOR candidate IN
        SELECT c.oid, c.relfilenode, c.oid::pg_catalog.regclass::text AS name,
            (SELECT pg_catalog.jsonb_agg(a.attnum) FROM pg_catalog.pg_attribute AS a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't'
            AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
            AND pg_catalog.quote_ident(n.nspname) <> {ledger}
    LOOP
        BEGIN
            EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', candidate.name)
                INTO filled;
        EXCEPTION WHEN insufficient_privilege THEN
            -- What cannot be read may have rows.
            filled := true;
        END;
        IF filled THEN
            found := found || pg_catalog.jsonb_build_object(
                'oid', candidate.oid, 'file', candidate.relfilenode,
                'name', candidate.name, 'columns', candidate.columns
            );
        END IF;
    END LOOP;
    PERFORM pg_catalog.set_config('crmdb.filled', found::text, true);
END;
$crmdb_loss$
