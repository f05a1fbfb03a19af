-- outreach: runs of n8n workflows.
--
-- Needs: utilities V0102 (uuid_generate_v4); users V0302; V1101.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE outreach.n8n_executions (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         DEFAULT users.current_organization_id(),
    execution_id    varchar(255) NOT NULL,
    workflow_name   varchar(255),
    trigger_source  varchar(50),
    status          varchar(50),
    started_at      timestamptz,
    completed_at    timestamptz,
    metrics         jsonb        DEFAULT '{}',
    error_data      jsonb,

    CONSTRAINT n8n_executions_pkey PRIMARY KEY (id),
    CONSTRAINT n8n_executions_execution_id_key UNIQUE (execution_id),
    CONSTRAINT n8n_executions_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT n8n_executions_status_check
        CHECK (status IN ('running', 'success', 'error', 'cancelled'))
);

COMMENT ON TABLE outreach.n8n_executions IS
    'A run of a workflow in n8n.';
COMMENT ON COLUMN outreach.n8n_executions.organization_id IS
    'For whom it ran; NULL: for the platform, and then only the owner of the table sees it.';
COMMENT ON COLUMN outreach.n8n_executions.execution_id IS
    'Its id in n8n; mails and activities name it in n8n_execution_id.';
COMMENT ON COLUMN outreach.n8n_executions.trigger_source IS
    'What started it, such as a webhook or a schedule.';
COMMENT ON COLUMN outreach.n8n_executions.error_data IS
    'What n8n tells about a failure; NULL without one.';

CREATE INDEX n8n_executions_organization_id_started_at_idx
    ON outreach.n8n_executions (organization_id, started_at);
CREATE INDEX n8n_executions_workflow_name_started_at_idx
    ON outreach.n8n_executions (workflow_name, started_at);

ALTER TABLE outreach.n8n_executions ENABLE ROW LEVEL SECURITY;

CREATE POLICY n8n_executions_tenant_policy ON outreach.n8n_executions
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE ON outreach.n8n_executions TO crm_app;
GRANT SELECT ON outreach.n8n_executions TO crm_readonly;
