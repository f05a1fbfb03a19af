-- Which rows crmdb itself has brought into the database: so that generated rows can be told from
-- others, and be removed again.
CREATE TABLE {schema}.seeded_rows (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    origin      text        NOT NULL,
    relation    text        NOT NULL,
    row_count   bigint      NOT NULL,
    key_columns text[]      NOT NULL DEFAULT '{}',
    first_key   text,
    last_key    text,
    run         jsonb       NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_at   timestamptz,

    CONSTRAINT seeded_rows_pkey PRIMARY KEY (id),
    CONSTRAINT seeded_rows_origin_check CHECK (origin IN ('reference', 'generated', 'trigger')),
    CONSTRAINT seeded_rows_keys_check CHECK (
        (first_key IS NULL) = (last_key IS NULL)
        AND (first_key IS NULL OR cardinality(key_columns) = 1)
        AND (origin = 'generated') = (key_columns <> '{}')
    )
);

COMMENT ON TABLE {schema}.seeded_rows IS
    'The rows that `crmdb seed` has brought, by table; removed again by `crmdb seed clear`.';
COMMENT ON COLUMN {schema}.seeded_rows.origin IS
    'Who wrote them: a file of reference rows, the generator, or what it set off: triggers, statements after it.';
COMMENT ON COLUMN {schema}.seeded_rows.relation IS
    'The table, qualified and quoted.';
COMMENT ON COLUMN {schema}.seeded_rows.key_columns IS
    'The columns by which generated rows are known.';
COMMENT ON COLUMN {schema}.seeded_rows.first_key IS
    'The keys lie from first_key to last_key; where these are absent, seeded_keys has each.';
COMMENT ON COLUMN {schema}.seeded_rows.run IS
    'What the rows were generated from: seed, scale, reference time, digest of the recipes.';
COMMENT ON COLUMN {schema}.seeded_rows.loaded_at IS
    'When the rows were there; absent while they are only planned.';

CREATE TABLE {schema}.seeded_keys (
    seeded_rows_id bigint NOT NULL,
    key            text[] NOT NULL,

    CONSTRAINT seeded_keys_seeded_rows_id_fkey FOREIGN KEY (seeded_rows_id)
        REFERENCES {schema}.seeded_rows (id) ON DELETE CASCADE
);

CREATE INDEX seeded_keys_seeded_rows_id_idx ON {schema}.seeded_keys (seeded_rows_id);

COMMENT ON TABLE {schema}.seeded_keys IS
    'The generated rows of tables that have no surrogate key, each by the texts of its key columns.';

INSERT INTO {schema}.ledger_version (version) VALUES (4);
