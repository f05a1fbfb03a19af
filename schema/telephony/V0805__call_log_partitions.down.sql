-- call_log partitions, down: drops the detached tables, and the functions. DESTROYS the calls in
-- what was detached and is still in the schema; move elsewhere what is to stay.

DO $$
DECLARE
    detached name;
BEGIN
    FOR detached IN
        SELECT c.relname
        FROM pg_catalog.pg_class AS c
        WHERE c.relnamespace = 'telephony'::pg_catalog.regnamespace
            AND c.relkind = 'r'
            AND NOT c.relispartition
            AND c.relname ~ '^call_logs_[0-9]+_[0-9]{2}(_[0-9]+)?_detached'
            AND pg_catalog.obj_description(c.oid, 'pg_class')
                LIKE '%detached from telephony.call_logs.'
    LOOP
        EXECUTE pg_catalog.format('DROP TABLE telephony.%I', detached);
    END LOOP;
END;
$$;

DROP FUNCTION telephony.detach_call_log_partitions(interval);
DROP FUNCTION telephony.create_call_log_partitions(integer);
