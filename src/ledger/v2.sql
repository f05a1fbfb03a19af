-- What each run left behind, for drift checks. Unlike the history this is no proof of anything: old
-- rows go.
CREATE TABLE {schema}.snapshots (
    seq      bigint      NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    token    text        NOT NULL,
    snapshot text        NOT NULL,

    CONSTRAINT snapshots_pkey PRIMARY KEY (seq)
);

COMMENT ON TABLE {schema}.snapshots IS
    'The catalog as the last runs left it; `crmdb drift check` compares the database with it.';
COMMENT ON COLUMN {schema}.snapshots.seq IS
    'The last row of the history when the snapshot was taken.';
COMMENT ON COLUMN {schema}.snapshots.token IS
    'The change token of the catalog: while it is the same, nothing has changed.';

INSERT INTO {schema}.ledger_version (version) VALUES (2);
