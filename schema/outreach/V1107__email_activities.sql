-- outreach: what happened to the mails, as a log that is only added to.
--
-- Needs: utilities V0102 (uuid_generate_v4); V1102, V1103, V1105.
-- Locks: nothing that others use.

CREATE TABLE outreach.email_activities (
    id               uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id  uuid        NOT NULL DEFAULT users.current_organization_id(),
    email_queue_id   uuid,
    lead_id          uuid        NOT NULL,
    campaign_id      uuid,
    event_type       varchar(50) NOT NULL,
    timestamp        timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    metadata         jsonb       DEFAULT '{}',
    n8n_execution_id varchar(255),
    ip_address       inet,
    user_agent       text,

    CONSTRAINT email_activities_pkey PRIMARY KEY (id),
    CONSTRAINT email_activities_email_queue_id_organization_id_fkey
        FOREIGN KEY (email_queue_id, organization_id)
        REFERENCES outreach.email_queue (id, organization_id) ON DELETE SET NULL (email_queue_id),
    CONSTRAINT email_activities_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES outreach.leads (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT email_activities_campaign_id_organization_id_fkey
        FOREIGN KEY (campaign_id, organization_id)
        REFERENCES outreach.campaigns (id, organization_id) ON DELETE SET NULL (campaign_id),
    CONSTRAINT email_activities_event_type_check
        CHECK (event_type IN ('sent', 'opened', 'clicked', 'replied', 'bounced'))
);

COMMENT ON TABLE outreach.email_activities IS
    'One row for each event of a mail. The application adds rows and changes none.';
COMMENT ON COLUMN outreach.email_activities.organization_id IS
    'That of the lead.';
COMMENT ON COLUMN outreach.email_activities.email_queue_id IS
    'The mail; NULL once it has been deleted.';
COMMENT ON COLUMN outreach.email_activities.lead_id IS
    'When it is not given, that of the mail.';
COMMENT ON COLUMN outreach.email_activities.campaign_id IS
    'When it is not given, that of the mail, else of the lead.';
COMMENT ON COLUMN outreach.email_activities.timestamp IS
    'When it happened.';
COMMENT ON COLUMN outreach.email_activities.metadata IS
    'What else the provider tells: the link that was clicked, why it bounced.';
COMMENT ON COLUMN outreach.email_activities.n8n_execution_id IS
    'The run of the workflow that noted it: n8n_executions.execution_id.';

CREATE INDEX email_activities_email_queue_id_idx ON outreach.email_activities (email_queue_id);
CREATE INDEX email_activities_lead_id_timestamp_idx
    ON outreach.email_activities (lead_id, timestamp);
CREATE INDEX email_activities_campaign_id_timestamp_idx
    ON outreach.email_activities (campaign_id, timestamp);
CREATE INDEX email_activities_n8n_execution_id_idx
    ON outreach.email_activities (n8n_execution_id)
    WHERE n8n_execution_id IS NOT NULL;

CREATE FUNCTION outreach.fill_email_activity()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    mail record;
    lead record;
BEGIN
    SELECT q.lead_id, q.campaign_id INTO mail
    FROM outreach.email_queue AS q
    WHERE q.id = NEW.email_queue_id;
    NEW.lead_id := coalesce(NEW.lead_id, mail.lead_id);

    SELECT l.organization_id, l.campaign_id INTO lead
    FROM outreach.leads AS l
    WHERE l.id = NEW.lead_id;
    NEW.organization_id := coalesce(NEW.organization_id, lead.organization_id);
    NEW.campaign_id := coalesce(NEW.campaign_id, mail.campaign_id, lead.campaign_id);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION outreach.fill_email_activity() IS
    'Trigger: gives an activity the lead, the campaign and the organization of its mail.';

CREATE FUNCTION outreach.stop_sequence()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE outreach.leads AS l
    SET status = NEW.event_type
    WHERE l.id = NEW.lead_id AND l.status = 'active';

    UPDATE outreach.email_queue AS q
    SET status = 'cancelled', error_message = 'lead is ' || NEW.event_type
    WHERE q.lead_id = NEW.lead_id AND q.status = 'queued';
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION outreach.stop_sequence() IS
    'Trigger: a lead that replied, or whose mail bounced, gets no more mails until its status is '
    'active again.';

REVOKE ALL ON FUNCTION
    outreach.fill_email_activity(),
    outreach.stop_sequence()
FROM PUBLIC;

CREATE TRIGGER fill_email_activity
    BEFORE INSERT ON outreach.email_activities
    FOR EACH ROW WHEN (
        NEW.organization_id IS NULL OR NEW.lead_id IS NULL OR NEW.campaign_id IS NULL
    )
    EXECUTE FUNCTION outreach.fill_email_activity();

CREATE TRIGGER stop_sequence
    AFTER INSERT ON outreach.email_activities
    FOR EACH ROW WHEN (NEW.event_type IN ('replied', 'bounced'))
    EXECUTE FUNCTION outreach.stop_sequence();

ALTER TABLE outreach.email_activities ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_activities_tenant_policy ON outreach.email_activities
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT ON outreach.email_activities TO crm_app;
GRANT SELECT ON outreach.email_activities TO crm_readonly;
