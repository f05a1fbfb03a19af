-- dialer: the application's own list of what it has run.
--
-- Needs: V1001 (schema).
-- Locks: nothing.

CREATE TABLE dialer.migrations (
    id          serial       NOT NULL,
    name        varchar(255) NOT NULL,
    executed_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT migrations_pkey PRIMARY KEY (id),
    CONSTRAINT migrations_name_key UNIQUE (name)
);

COMMENT ON TABLE dialer.migrations IS
    'For scripts of the dialer application that note here what they have run. The schema''s own '
    'migrations are in the ledger of crmdb, and not here.';

GRANT SELECT ON dialer.migrations TO crm_app, crm_readonly;
