DO $crmdb_loss$
DECLARE
    target record;
    filled boolean;
BEGIN
    FOR target IN
        SELECT c.oid::pg_catalog.regclass::text AS table_name, a.attname AS column_name
        FROM (VALUES {values}) AS v (number, table_name, column_name, with_referrers)
        JOIN pg_catalog.pg_class AS c
            ON c.oid = pg_catalog.to_regclass(v.table_name) AND c.relkind IN ('r', 'p')
        LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = c.oid AND a.attname = v.column_name
            AND NOT a.attisdropped AND a.attgenerated = ''
        WHERE v.column_name IS NULL OR a.attname IS NOT NULL
        ORDER BY v.number
    LOOP
        EXECUTE pg_catalog.format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', target.table_name);
        IF target.column_name IS NULL THEN
            EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', target.table_name)
                INTO filled;
        ELSE
            EXECUTE pg_catalog.format(
                'SELECT EXISTS (SELECT FROM %s WHERE %I IS NOT NULL)',
                target.table_name, target.column_name
            ) INTO filled;
        END IF;
        IF filled AND target.column_name IS NULL THEN
            RAISE EXCEPTION 'table `%` has rows', target.table_name USING ERRCODE = '{state}';
        ELSIF filled THEN
            RAISE EXCEPTION 'column `%` of table `%` has values',
                target.column_name, target.table_name USING ERRCODE = '{state}';
        END IF;
    END LOOP;
END;
$crmdb_loss$
