DO $crmdb_loss$
DECLARE
    was record;
    filled boolean;
    gone text;
BEGIN
    FOR was IN
        SELECT f.*, c.oid AS still, c.relfilenode
        FROM pg_catalog.jsonb_to_recordset(pg_catalog.current_setting('crmdb.filled')::pg_catalog.jsonb)
            AS f (oid pg_catalog.oid, file pg_catalog.oid, name text, columns pg_catalog.jsonb)
        LEFT JOIN pg_catalog.pg_class AS c ON c.oid = f.oid
    LOOP
        IF was.still IS NULL THEN
            RAISE EXCEPTION 'table `%` has rows', was.name USING ERRCODE = '{state}';
        END IF;
        SELECT pg_catalog.string_agg(k.value, ', ') INTO gone
        FROM pg_catalog.jsonb_array_elements_text(was.columns) AS k (value)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = was.oid AND a.attnum = k.value::int2
        WHERE a.attisdropped;
        IF gone IS NOT NULL THEN
            RAISE EXCEPTION 'a column of table `%`, which has rows, is dropped', was.name
                USING ERRCODE = '{state}';
        END IF;
        IF was.file <> was.relfilenode THEN
            EXECUTE pg_catalog.format(
                'SELECT EXISTS (SELECT FROM %s)', was.oid::pg_catalog.regclass
            ) INTO filled;
            IF NOT filled THEN
                RAISE EXCEPTION 'table `%` has rows, and is emptied', was.name
                    USING ERRCODE = '{state}';
            END IF;
        END IF;
    END LOOP;
END;
$crmdb_loss$
