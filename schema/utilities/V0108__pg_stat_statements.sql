-- crmdb: requires extension pg_stat_statements
-- utilities: statistics on the statements that the server runs.
--
-- Needs: V0102. It counts only where shared_preload_libraries names it.
-- Locks: nothing.

-- Nothing depends on it, so neither its place nor a missing right stops the migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') THEN
        CALL utilities.install_extension('pg_stat_statements');
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'extension "pg_stat_statements" was not created: permission denied'
        USING HINT = 'Have an administrator run: '
            'CREATE EXTENSION pg_stat_statements SCHEMA extensions;';
END;
$$;
