-- The ledger, version 1. `{schema}` is the quoted name of its schema.

CREATE SCHEMA {schema};

COMMENT ON SCHEMA {schema} IS
    'The ledger of crmdb: what was done to this database, when and by whom. Append-only.';

CREATE TABLE {schema}.ledger_version (
    version     integer     NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT ledger_version_pkey PRIMARY KEY (version)
);

COMMENT ON TABLE {schema}.ledger_version IS
    'Versions that the ledger''s own schema went through; the highest one holds.';

CREATE TABLE {schema}.history (
    seq           bigint         NOT NULL,
    event         text           NOT NULL,
    kind          text           NOT NULL,
    version       bigint,
    module        text           NOT NULL,
    name          text           NOT NULL,
    up_hash       text,
    up_code_hash  text,
    down_hash     text,
    up_text       text,
    down_text     text,
    out_of_order  boolean        NOT NULL DEFAULT false,
    reason        text,
    duration_ms   numeric(14, 3),
    recorded_at   timestamptz    NOT NULL,
    db_user       text           NOT NULL,
    os_user       text,
    host          text,
    git_commit    text,
    git_dirty     boolean,
    crmdb_version text           NOT NULL,
    run_id        uuid           NOT NULL,
    previous      text           NOT NULL,
    hash          text           NOT NULL,

    CONSTRAINT history_pkey PRIMARY KEY (seq),
    CONSTRAINT history_event_check CHECK (
        event IN ('applied', 'rolled back', 'repaired', 'baselined', 'failed')
    ),
    CONSTRAINT history_kind_check CHECK (
        (kind = 'versioned' AND version IS NOT NULL)
        OR (kind = 'repeatable' AND version IS NULL)
    )
);

COMMENT ON TABLE {schema}.history IS
    'One row an event. What is applied now is derived from it: see the view applied.';
COMMENT ON COLUMN {schema}.history.seq IS
    'Counts from 1 without gaps. Two runs that append at once meet on this key, and one fails.';
COMMENT ON COLUMN {schema}.history.up_hash IS
    'Recipe and digest of up_text: sha256-1 is SHA-256 over UTF-8 without BOM, with LF.';
COMMENT ON COLUMN {schema}.history.up_code_hash IS
    'SHA-256 over the tokens without comments: equal when only comments differ.';
COMMENT ON COLUMN {schema}.history.up_text IS 'The text as applied, normalised.';
COMMENT ON COLUMN {schema}.history.down_text IS 'The text that takes it back, normalised.';
COMMENT ON COLUMN {schema}.history.reason IS
    'Of repaired and baselined: why, in the words of who did it. Of failed: the error.';
COMMENT ON COLUMN {schema}.history.db_user IS 'session_user of the database.';
COMMENT ON COLUMN {schema}.history.os_user IS 'User of the operating system that ran crmdb.';
COMMENT ON COLUMN {schema}.history.git_dirty IS
    'Whether the project''s folder had uncommitted changes.';
COMMENT ON COLUMN {schema}.history.previous IS 'hash of row seq - 1; empty for the first.';
COMMENT ON COLUMN {schema}.history.hash IS 'Digest of this row, previous included: a chain.';

-- The body is bound when it is made, so it needs no search_path and can be inlined.
CREATE FUNCTION {schema}.history_hash(h {schema}.history)
    RETURNS text
    LANGUAGE sql
    STABLE
RETURN pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(ROW(
    h.seq, h.event, h.kind, h.version, h.module, h.name, h.up_hash, h.up_code_hash, h.down_hash,
    h.out_of_order, h.reason, h.duration_ms, extract(epoch FROM h.recorded_at), h.db_user,
    h.os_user, h.host, h.git_commit, h.git_dirty, h.crmdb_version, h.run_id, h.previous
)::text, 'UTF8')), 'hex');

COMMENT ON FUNCTION {schema}.history_hash({schema}.history) IS
    'Digest of a history row. The texts are in it through their own hashes.';

CREATE FUNCTION {schema}.history_chain()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT h.hash INTO NEW.previous FROM {schema}.history AS h WHERE h.seq = NEW.seq - 1;
    IF NOT FOUND THEN
        IF NEW.seq <> 1 THEN
            RAISE EXCEPTION 'the history has no row %', NEW.seq - 1
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.previous := '';
    END IF;
    NEW.recorded_at := clock_timestamp();
    NEW.db_user := session_user;
    NEW.hash := {schema}.history_hash(NEW);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION {schema}.history_chain() IS
    'Trigger: fills what no client may choose (time, user), and chains the row to the last one.';

CREATE TRIGGER history_chain
    BEFORE INSERT ON {schema}.history
    FOR EACH ROW EXECUTE FUNCTION {schema}.history_chain();

CREATE TABLE {schema}.journal (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    run_id      uuid        NOT NULL,
    after_seq   bigint      NOT NULL,
    kind        text        NOT NULL,
    version     bigint,
    module      text        NOT NULL,
    name        text        NOT NULL,
    direction   text        NOT NULL,
    statement   integer     NOT NULL,
    hash        text        NOT NULL,
    phase       text        NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT journal_pkey PRIMARY KEY (id),
    CONSTRAINT journal_direction_check CHECK (direction IN ('up', 'down')),
    CONSTRAINT journal_phase_check CHECK (phase IN ('started', 'done'))
);

COMMENT ON TABLE {schema}.journal IS
    'Statements of no-transaction files, before and after each: where a killed run goes on.';
COMMENT ON COLUMN {schema}.journal.after_seq IS 'Last row of history when it was written.';
COMMENT ON COLUMN {schema}.journal.statement IS 'Counts from 1 within the file.';
COMMENT ON COLUMN {schema}.journal.hash IS 'Digest of the statement''s text.';

-- These three run inside the transaction of a down text, under its search_path: the names are the
-- text's own. So they set none, and qualify what they use themselves.

CREATE FUNCTION {schema}.refuse_loss(tables text[], columns text[])
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    target record;
    filled boolean;
BEGIN
    FOR target IN
        SELECT c.oid, c.relkind, c.oid::pg_catalog.regclass::text AS name, v.column_name
        FROM ROWS FROM (pg_catalog.unnest(tables), pg_catalog.unnest(columns))
            WITH ORDINALITY AS v (table_name, column_name, number)
        JOIN pg_catalog.pg_class AS c
            ON c.oid = pg_catalog.to_regclass(v.table_name) AND c.relkind IN ('r', 'p')
        ORDER BY v.number
    LOOP
        EXECUTE 'LOCK TABLE ' || target.name || ' IN ACCESS EXCLUSIVE MODE';
        -- An empty file has no rows: most tables need no query.
        CONTINUE WHEN target.relkind = 'r' AND pg_catalog.pg_relation_size(target.oid) = 0;
        IF target.column_name IS NULL THEN
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || target.name || ')' INTO filled;
            IF filled THEN
                RAISE EXCEPTION 'table `%` has rows', target.name USING ERRCODE = 'CRM01';
            END IF;
        ELSIF EXISTS (
            SELECT FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = target.oid AND a.attname = target.column_name
                AND NOT a.attisdropped AND a.attgenerated = ''
        ) THEN
            EXECUTE pg_catalog.format(
                'SELECT EXISTS (SELECT FROM %s WHERE %I IS NOT NULL)', target.name, target.column_name
            ) INTO filled;
            IF filled THEN
                RAISE EXCEPTION 'column `%` of table `%` has values',
                    target.column_name, target.name USING ERRCODE = 'CRM01';
            END IF;
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION {schema}.refuse_loss(text[], text[]) IS
    'Locks each table, and fails if it has rows, or its column of the same place has values.';

CREATE FUNCTION {schema}.note_rows()
    RETURNS void
    LANGUAGE plpgsql
AS $$
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
            AND c.relnamespace <> (
                SELECT h.relnamespace FROM pg_catalog.pg_class AS h
                WHERE h.oid = '{schema}.history'::pg_catalog.regclass
            )
            AND pg_catalog.pg_relation_size(c.oid) > 0
    LOOP
        BEGIN
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || candidate.name || ')' INTO filled;
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
    PERFORM pg_catalog.set_config('crmdb.rows', found::text, true);
END;
$$;

COMMENT ON FUNCTION {schema}.note_rows() IS
    'Notes for this transaction which tables have rows.';

CREATE FUNCTION {schema}.refuse_lost_rows()
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    was record;
    filled boolean;
BEGIN
    FOR was IN
        SELECT f.*, c.oid AS still, c.relfilenode
        FROM pg_catalog.jsonb_to_recordset(
            pg_catalog.current_setting('crmdb.rows')::pg_catalog.jsonb
        ) AS f (oid pg_catalog.oid, file pg_catalog.oid, name text, columns pg_catalog.jsonb)
        LEFT JOIN pg_catalog.pg_class AS c ON c.oid = f.oid
    LOOP
        IF was.still IS NULL THEN
            RAISE EXCEPTION 'table `%` has rows', was.name USING ERRCODE = 'CRM01';
        END IF;
        IF EXISTS (
            SELECT FROM pg_catalog.jsonb_array_elements_text(was.columns) AS k (value)
            JOIN pg_catalog.pg_attribute AS a
                ON a.attrelid = was.oid AND a.attnum = k.value::pg_catalog.int2
            WHERE a.attisdropped
        ) THEN
            RAISE EXCEPTION 'a column of table `%`, which has rows, is dropped', was.name
                USING ERRCODE = 'CRM01';
        END IF;
        IF was.file <> was.relfilenode THEN
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || was.oid::pg_catalog.regclass::text || ')'
                INTO filled;
            IF NOT filled THEN
                RAISE EXCEPTION 'table `%` has rows, and is emptied', was.name
                    USING ERRCODE = 'CRM01';
            END IF;
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION {schema}.refuse_lost_rows() IS
    'Fails if a table that note_rows() found is gone or emptied, or lost a column.';

CREATE FUNCTION {schema}.refuse_change()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'A wrong entry is corrected by a new one: crmdb migrate repair.';
END;
$$;

COMMENT ON FUNCTION {schema}.refuse_change() IS 'Trigger: refuses UPDATE, DELETE and TRUNCATE.';

CREATE TRIGGER history_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.history
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

CREATE TRIGGER journal_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.journal
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

CREATE TRIGGER ledger_version_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.ledger_version
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

-- The last event that changed the state of a migration decides; a failed one changed nothing.
CREATE VIEW {schema}.applied
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
    WHERE e.event <> 'failed'
    ORDER BY e.kind, e.version, (CASE WHEN e.kind = 'repeatable' THEN e.module END),
        (CASE WHEN e.kind = 'repeatable' THEN e.name END), e.seq DESC
) AS h
WHERE h.event <> 'rolled back' AND h.up_hash IS NOT NULL;

COMMENT ON VIEW {schema}.applied IS 'What is applied now, derived from history.';

REVOKE ALL ON FUNCTION {schema}.history_hash({schema}.history) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.history_chain() FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.refuse_loss(text[], text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.note_rows() FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.refuse_lost_rows() FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.refuse_change() FROM PUBLIC;

INSERT INTO {schema}.ledger_version (version) VALUES (1);
