-- outreach: the leads that may be written to.
--
-- Needs: V1103, V1104.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW outreach.sendable_leads
    WITH (security_invoker = true) AS
SELECT
    l.id,
    l.organization_id,
    l.campaign_id,
    l.email,
    l.first_name,
    l.last_name,
    l.company,
    l.data,
    l.tags
FROM outreach.leads AS l
WHERE l.status = 'active'
    AND NOT EXISTS (
        SELECT
        FROM outreach.unsubscribes AS u
        WHERE u.organization_id = l.organization_id AND u.email = l.email
    );

COMMENT ON VIEW outreach.sendable_leads IS
    'Active leads whose address has not unsubscribed: whom to queue mails for.';

GRANT SELECT ON outreach.sendable_leads TO crm_app, crm_readonly;
