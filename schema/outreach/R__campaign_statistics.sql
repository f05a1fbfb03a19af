-- outreach: how the campaigns do.
--
-- Needs: V1102, V1107.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW outreach.campaign_statistics
    WITH (security_invoker = true) AS
SELECT
    c.id AS campaign_id,
    c.organization_id,
    c.name,
    c.status,
    coalesce(e.sent, 0) AS sent,
    coalesce(e.opened, 0) AS opened,
    coalesce(e.clicked, 0) AS clicked,
    coalesce(e.replied, 0) AS replied,
    coalesce(e.bounced, 0) AS bounced,
    round(e.opened::numeric / nullif(e.sent, 0), 4) AS open_rate,
    round(e.clicked::numeric / nullif(e.sent, 0), 4) AS click_rate,
    round(e.replied::numeric / nullif(e.sent, 0), 4) AS reply_rate,
    round(e.bounced::numeric / nullif(e.sent, 0), 4) AS bounce_rate
FROM outreach.campaigns AS c
LEFT JOIN (
    SELECT
        a.campaign_id,
        count(*) FILTER (WHERE a.event_type = 'sent') AS sent,
        count(*) FILTER (WHERE a.event_type = 'opened') AS opened,
        count(*) FILTER (WHERE a.event_type = 'clicked') AS clicked,
        count(*) FILTER (WHERE a.event_type = 'replied') AS replied,
        count(*) FILTER (WHERE a.event_type = 'bounced') AS bounced
    FROM (
        -- A mail that is opened three times is one that was opened. An event whose mail is
        -- unknown stands for itself.
        SELECT DISTINCT t.campaign_id, t.event_type, coalesce(t.email_queue_id, t.id) AS mail_id
        FROM outreach.email_activities AS t
    ) AS a
    GROUP BY a.campaign_id
) AS e ON e.campaign_id = c.id;

COMMENT ON VIEW outreach.campaign_statistics IS
    'For each campaign how many mails were sent, opened, clicked, replied to and bounced, each '
    'counted once, and the shares of those sent; NULL where none was. When a mail is deleted, its '
    'events count one by one: keep mails as long as the figures are of use.';

GRANT SELECT ON outreach.campaign_statistics TO crm_app, crm_readonly;
