-- outreach: the queue of mails to send.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; V1101, V1102, V1103.
-- Locks: nothing that others use.

CREATE TABLE outreach.email_queue (
    id               uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id  uuid         NOT NULL DEFAULT users.current_organization_id(),
    campaign_id      uuid         NOT NULL,
    lead_id          uuid         NOT NULL,
    email_account_id uuid,
    sequence_step    integer      NOT NULL DEFAULT 1,
    subject          varchar(500),
    body             text,
    scheduled_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status           varchar(50)  NOT NULL DEFAULT 'queued',
    attempts         integer      NOT NULL DEFAULT 0,
    last_attempt_at  timestamptz,
    error_message    text,
    n8n_execution_id varchar(255),
    created_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT email_queue_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT email_queue_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT email_queue_campaign_id_organization_id_fkey
        FOREIGN KEY (campaign_id, organization_id)
        REFERENCES outreach.campaigns (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT email_queue_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES outreach.leads (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT email_queue_email_account_id_organization_id_fkey
        FOREIGN KEY (email_account_id, organization_id)
        REFERENCES outreach.email_accounts (id, organization_id)
        ON DELETE SET NULL (email_account_id),
    CONSTRAINT email_queue_sequence_step_positive_check CHECK (sequence_step > 0),
    CONSTRAINT email_queue_status_check
        CHECK (status IN ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    CONSTRAINT email_queue_attempts_not_negative_check CHECK (attempts >= 0)
);

COMMENT ON TABLE outreach.email_queue IS
    'Mails to send, and what became of them. Workers take them with claim_next_email().';
COMMENT ON COLUMN outreach.email_queue.organization_id IS
    'That of the lead.';
COMMENT ON COLUMN outreach.email_queue.campaign_id IS
    'When it is not given, that of the lead.';
COMMENT ON COLUMN outreach.email_queue.email_account_id IS
    'The account to send from. NULL: any of the organization; the first that tries it keeps it.';
COMMENT ON COLUMN outreach.email_queue.scheduled_at IS
    'Not before this time; after a failure, when to try again.';
COMMENT ON COLUMN outreach.email_queue.status IS
    'queued, sending (a worker has it), sent, failed (for good), or cancelled: the lead is not '
    'active or has unsubscribed; error_message says which.';
COMMENT ON COLUMN outreach.email_queue.attempts IS
    'How often it was handed out for sending.';
COMMENT ON COLUMN outreach.email_queue.n8n_execution_id IS
    'The run of the workflow that queued or sent it: n8n_executions.execution_id.';

-- What is due, by campaign: claim_next_email() reads over no paused campaign and no account at
-- its limit. A second index in an order that fits as well would tempt the planner to do so.
CREATE INDEX email_queue_campaign_id_email_account_id_due_idx
    ON outreach.email_queue (campaign_id, email_account_id, scheduled_at, id)
    WHERE status = 'queued';
CREATE INDEX email_queue_last_attempt_at_sending_idx
    ON outreach.email_queue (last_attempt_at)
    WHERE status = 'sending';
CREATE INDEX email_queue_campaign_id_status_idx ON outreach.email_queue (campaign_id, status);
CREATE INDEX email_queue_lead_id_idx ON outreach.email_queue (lead_id);
CREATE INDEX email_queue_email_account_id_status_scheduled_at_idx
    ON outreach.email_queue (email_account_id, status, scheduled_at)
    WHERE email_account_id IS NOT NULL;
CREATE INDEX email_queue_n8n_execution_id_idx ON outreach.email_queue (n8n_execution_id)
    WHERE n8n_execution_id IS NOT NULL;

CREATE FUNCTION outreach.fill_queued_email()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead record;
BEGIN
    SELECT l.organization_id, l.campaign_id INTO lead
    FROM outreach.leads AS l
    WHERE l.id = NEW.lead_id;

    NEW.organization_id := coalesce(NEW.organization_id, lead.organization_id);
    NEW.campaign_id := coalesce(NEW.campaign_id, lead.campaign_id);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION outreach.fill_queued_email() IS
    'Trigger: gives a mail the organization and the campaign of its lead.';

REVOKE ALL ON FUNCTION outreach.fill_queued_email() FROM PUBLIC;

CREATE TRIGGER fill_queued_email
    BEFORE INSERT ON outreach.email_queue
    FOR EACH ROW WHEN (NEW.organization_id IS NULL OR NEW.campaign_id IS NULL)
    EXECUTE FUNCTION outreach.fill_queued_email();

CREATE TRIGGER update_email_queue_updated_at
    BEFORE UPDATE ON outreach.email_queue
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE outreach.email_queue ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_queue_tenant_policy ON outreach.email_queue
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON outreach.email_queue TO crm_app;
GRANT SELECT ON outreach.email_queue TO crm_readonly;
