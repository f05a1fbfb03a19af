-- Seeds stand in the history too: which text ran, and when. They are not migrations, and so not in
-- the view.
ALTER TABLE {schema}.history
    DROP CONSTRAINT history_event_check,
    ADD CONSTRAINT history_event_check CHECK (
        event IN ('applied', 'rolled back', 'repaired', 'baselined', 'failed', 'seeded')
    ),
    DROP CONSTRAINT history_kind_check,
    ADD CONSTRAINT history_kind_check CHECK (
        (kind = 'versioned' AND version IS NOT NULL AND event <> 'seeded')
        OR (kind = 'repeatable' AND version IS NULL AND event <> 'seeded')
        OR (kind = 'seed' AND version IS NULL AND event IN ('seeded', 'failed'))
    );

COMMENT ON COLUMN {schema}.history.name IS
    'What stands after V0101__ or R__; the set of a seed.';

CREATE OR REPLACE VIEW {schema}.applied
    WITH (security_invoker = true) AS
SELECT
    h.seq,
    h.kind,
    h.version,
    h.module,
    h.name,
    h.up_hash,
    h.recorded_at,
    h.db_user,
    h.git_commit
FROM (
    SELECT DISTINCT ON (e.kind, e.version, (CASE WHEN e.kind = 'repeatable' THEN e.module END),
        (CASE WHEN e.kind = 'repeatable' THEN e.name END)) e.*
    FROM {schema}.history AS e
    WHERE e.event <> 'failed' AND e.kind <> 'seed'
    ORDER BY e.kind, e.version, (CASE WHEN e.kind = 'repeatable' THEN e.module END),
        (CASE WHEN e.kind = 'repeatable' THEN e.name END), e.seq DESC
) AS h
WHERE h.event <> 'rolled back' AND h.up_hash IS NOT NULL;

INSERT INTO {schema}.ledger_version (version) VALUES (3);
